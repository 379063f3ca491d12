"""What forecasts are compared with: no knowledge, the base rate, and never updating."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tarjih.scoring.skill.holding import in_order

__all__ = ["base_rates", "first_of_each", "uniform_forecasts"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


def uniform_forecasts(options: ArrayLike, width: int) -> FloatArray:
    """Return forecasts that know nothing: the same for every option.

    Parameters
    ----------
    options : array_like of int, shape (n,)
        How many options each question has.
    width : int
        Columns of the result; those past a question's options hold 0.

    Returns
    -------
    ndarray, shape (n, width)

    Examples
    --------
    >>> uniform_forecasts([2, 4], 4).tolist()
    [[0.5, 0.5, 0.0, 0.0], [0.25, 0.25, 0.25, 0.25]]
    """
    number = np.asarray(options, dtype=np.intp)[:, None]
    return np.where(np.arange(width) < number, 1 / number, 0.0)


def base_rates(outcome: ArrayLike, family: ArrayLike, width: int) -> FloatArray:
    """Return how often each option came true among questions of the same options.

    Known only afterwards, so it is a hard reference: no forecaster had it at the time.

    Parameters
    ----------
    outcome : array_like of int, shape (Q,)
        The index of the option that came true, one for each question.
    family : array_like of int, shape (Q,)
        Questions with one number share their options.
    width : int
        Columns of the result.

    Returns
    -------
    ndarray, shape (Q, width)
        NaN for a question that is alone in its family: its rate would be its own outcome.

    Examples
    --------
    >>> base_rates([1, 0, 0, 0], [0, 0, 0, 0], 2)[0].tolist()
    [0.75, 0.25]
    """
    index = np.asarray(outcome, dtype=np.intp)
    _, kin = np.unique(np.asarray(family), return_inverse=True)
    number = int(kin.max()) + 1 if len(kin) else 0
    counts = np.bincount(kin * width + index, minlength=number * width).reshape(number, width)
    total = counts.sum(axis=1, keepdims=True)
    rates = np.where(total > 1, counts / np.maximum(total, 1), np.nan)
    table: FloatArray = rates[kin]
    return table


def first_of_each(series: ArrayLike, when: ArrayLike) -> IntArray:
    """Return for each forecast the place of the first one of its series.

    Scored in its stead it is the forecaster who never updates: did the updates earn something?

    Parameters
    ----------
    series : array_like of int, shape (n,)
    when : array_like, shape (n,)
        When each was made. Of equal ones the first in the list is the first.

    Returns
    -------
    ndarray of int, shape (n,)

    Examples
    --------
    >>> first_of_each([0, 1, 0], [5, 1, 2]).tolist()
    [2, 1, 2]
    """
    group = np.asarray(series, dtype=np.intp)
    order = in_order(group, np.asarray(when, dtype=np.float64))
    ranked = group[order]
    begins = np.ones(len(ranked), dtype=bool)
    begins[1:] = ranked[1:] != ranked[:-1]
    first = np.empty_like(order)
    first[order] = order[np.flatnonzero(begins)[np.cumsum(begins) - 1]]
    return first
