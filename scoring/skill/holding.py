"""How long each forecast held: the weights of a time-averaged score.

A forecast stands until its author replaces it or the question closes, and its score counts for
every day it stood. So an early right forecast earns more than one on the last day, and a daily
update of the same number earns nothing. Good Judgment averages daily Brier scores over the days
a question was open (Mellers et al. 2014, doi:10.1177/0956797614524255); Metaculus integrates
scores over the time between opening and closing. A forecast counts from the day it was made,
the closing day included. The days before the first one are not scored: how many there were is
reported as coverage, where the opening day is known.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tarjih.errors import InvalidRequest, Problem

__all__ = ["days_held", "in_order", "share_of_days"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


def days_held(
    series: ArrayLike,
    when: ArrayLike,
    last_day: ArrayLike,
    first_day: ArrayLike | None = None,
) -> FloatArray:
    """Return how many days each forecast stood.

    Parameters
    ----------
    series : array_like of int, shape (n,)
        Forecasts with one number replace one another: one question by one author.
    when : array_like, shape (n,)
        When each was made, in days (`datetime.date.toordinal`), with a fraction for the time.
    last_day : array_like, shape (n,)
        The last day that counts, included. The same throughout a series.
    first_day : array_like, shape (n,), optional
        The first day that counts: an earlier forecast counts from then. NaN: no such day.

    Returns
    -------
    ndarray, shape (n,)
        Whole days; of several forecasts in one day the last counts. 0 for one that was replaced
        the same day, or came after the last day.

    Raises
    ------
    InvalidRequest
        If the shapes do not fit.

    Examples
    --------
    >>> days_held([0, 0, 1], [10, 13.5, 10], [14, 14, 14]).tolist()
    [3.0, 2.0, 5.0]
    """
    group = np.asarray(series, dtype=np.intp)
    time = np.asarray(when, dtype=np.float64)
    last = np.asarray(last_day, dtype=np.float64)
    if group.ndim != 1 or not group.shape == time.shape == last.shape:
        shapes = f"{group.shape}, {time.shape}, {last.shape}"
        raise InvalidRequest(Problem("days held", "do not fit", shapes, "(n,) each"))
    order = in_order(group, time)
    start = np.floor(time)
    ends = last + 1
    follows = group[order][1:] == group[order][:-1]
    earlier, later = order[:-1][follows], order[1:][follows]
    ends[earlier] = np.minimum(ends[earlier], start[later])
    if first_day is not None:
        start = np.fmax(start, np.asarray(first_day, dtype=np.float64))
    return np.maximum(ends - start, 0.0)


def share_of_days(held: ArrayLike, series: ArrayLike, open_days: ArrayLike) -> FloatArray:
    """Return for each series the share of its open days on which a forecast stood.

    Parameters
    ----------
    held : array_like, shape (n,)
        Of `days_held`.
    series : array_like of int, shape (n,)
        From 0 to S − 1.
    open_days : array_like, shape (S,)
        How many days each was open. NaN: not known.

    Returns
    -------
    ndarray, shape (S,)

    Examples
    --------
    >>> share_of_days([3.0, 2.0, 5.0], [0, 0, 1], [10.0, 5.0]).tolist()
    [0.5, 1.0]
    """
    days = np.asarray(open_days, dtype=np.float64)
    stood = np.bincount(np.asarray(series, dtype=np.intp), np.asarray(held), len(days))
    share: FloatArray = stood / days
    return share


def in_order(*keys: FloatArray | IntArray) -> IntArray:
    """Return the places of rows in order: by the first key, then by the next, and so on.

    Parameters
    ----------
    *keys : ndarray, shape (n,)

    Returns
    -------
    ndarray of int, shape (n,)
        Of equal rows the first stays first.

    Examples
    --------
    >>> in_order(np.array([1, 0, 1]), np.array([2.0, 5.0, 1.0])).tolist()
    [1, 2, 0]
    """
    # Most files are in order already, and seeing that takes a tenth of sorting.
    tied = np.ones(max(0, len(keys[0]) - 1), dtype=bool)
    risen = np.zeros_like(tied)
    for key in keys:
        before, after = key[:-1], key[1:]
        risen |= tied & (after > before)
        tied &= after == before
    if bool(np.all(risen | tied)):
        return np.arange(len(keys[0]))
    return np.lexsort(keys[::-1])
