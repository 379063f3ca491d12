"""The CORP decomposition: what recalibration would save, and what the forecasts told apart.

Forecasts are recalibrated by isotonic regression (pooling adjacent violators): the frequencies
that fit the outcomes best among all that do not fall as the forecast rises. No bins are chosen,
so no bins can be chosen well. Then ::

    mean score = miscalibration − discrimination + uncertainty

miscalibration: what the recalibrated forecasts would save; discrimination: what those save
against always forecasting the mean frequency; uncertainty: the score of that. The first two
are never negative.

Dimitriadis, Gneiting & Jordan 2021, doi:10.1073/pnas.2016191118.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tarjih.errors import InvalidRequest, Problem, nearest

__all__ = [
    "Decomposition",
    "checked_binary",
    "corp_decomposition",
    "isotonic_frequency",
    "pooled_frequency",
]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

_RULES = ("brier", "log")


@dataclass(frozen=True, slots=True)
class Decomposition:
    """A mean score and its parts: ``score = miscalibration − discrimination + uncertainty``."""

    score: float
    miscalibration: float
    discrimination: float
    uncertainty: float


def corp_decomposition(
    forecast: ArrayLike,
    outcome: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    rule: Literal["brier", "log"] = "brier",
) -> Decomposition:
    """Decompose the mean score of yes-or-no forecasts.

    Parameters
    ----------
    forecast : array_like, shape (n,)
        Probabilities of yes.
    outcome : array_like, shape (n,)
        1 for yes, 0 for no.
    weight : array_like, shape (n,), optional
        Not negative; default: all the same.
    rule : {"brier", "log"}
        Brier from 0 to 1, or minus the natural logarithm.

    Returns
    -------
    Decomposition
        The parts add up to 1e-12. With ``log``, score and miscalibration are infinite when
        what was called impossible came true.

    Raises
    ------
    InvalidRequest
        If something is no probability, no outcome or no weight, or there is none.

    References
    ----------
    Dimitriadis, Gneiting & Jordan 2021, doi:10.1073/pnas.2016191118

    Examples
    --------
    >>> parts = corp_decomposition([0.1, 0.4, 0.8, 0.4], [0, 1, 1, 0])
    >>> [round(part, 4) for part in (parts.miscalibration, parts.discrimination)]
    [0.0175, 0.125]
    >>> round(parts.uncertainty, 4), round(parts.score, 4)
    (0.25, 0.1425)
    """
    if rule not in _RULES:
        raise InvalidRequest(
            Problem("rule", "unknown rule", rule, ", ".join(_RULES), nearest(rule, _RULES))
        )
    x, y, w = checked_binary(forecast, outcome, weight)
    fitted = isotonic_frequency(x, y, weight=w)
    mean = np.full_like(x, min(1.0, float(np.sum(w * y))))
    score, best, constant = (_mean_score(p, y, w, rule) for p in (x, fitted, mean))
    return Decomposition(score, score - best, constant - best, constant)


def isotonic_frequency(
    forecast: ArrayLike, outcome: ArrayLike, *, weight: ArrayLike | None = None
) -> FloatArray:
    """Return what each forecast should have been: isotonic frequencies of yes.

    Parameters
    ----------
    forecast : array_like, shape (n,)
        Probabilities of yes; equal ones get one frequency.
    outcome : array_like, shape (n,)
    weight : array_like, shape (n,), optional

    Returns
    -------
    ndarray, shape (n,)
        Never falling as the forecast rises.

    Raises
    ------
    InvalidRequest
        As `corp_decomposition`.

    Examples
    --------
    >>> isotonic_frequency([0.1, 0.4, 0.8, 0.4], [0, 1, 1, 0]).tolist()
    [0.0, 0.5, 1.0, 0.5]
    """
    x, y, w = checked_binary(forecast, outcome, weight)
    values, place = np.unique(x, return_inverse=True)
    total = np.bincount(place, w, len(values))
    yes = np.bincount(place, w * y, len(values))
    return pooled_frequency(total, yes)[place]


def pooled_frequency(total: FloatArray, yes: FloatArray) -> FloatArray:
    """Pool adjacent violators of frequencies at ascending forecasts.

    Parameters
    ----------
    total : ndarray, shape (u,)
        The weight at each forecast. Where there is none, the frequency is that of the neighbour
        below (of the first with weight, before it).
    yes : ndarray, shape (u,)
        How much of it came true.

    Returns
    -------
    ndarray, shape (u,)
    """
    from scipy.optimize import isotonic_regression

    there = total > 0
    share = np.clip(yes[there] / total[there], 0.0, 1.0)
    fitted = isotonic_regression(share, weights=total[there]).x
    place = np.maximum(np.cumsum(there) - 1, 0)
    frequency: FloatArray = np.clip(fitted, 0.0, 1.0)[place]
    return frequency


def checked_binary(
    forecast: ArrayLike, outcome: ArrayLike, weight: ArrayLike | None
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return forecasts, outcomes and weights that sum to one, all as floats of shape (n,).

    Raises
    ------
    InvalidRequest
        If something is no probability, no outcome or no weight, or there is none.
    """
    x = np.asarray(forecast, dtype=np.float64)
    y = np.asarray(outcome, dtype=np.float64)
    w = np.ones_like(x) if weight is None else np.asarray(weight, dtype=np.float64)
    if x.ndim != 1 or not x.size or x.shape != y.shape or x.shape != w.shape:
        shapes = f"{x.shape}, {y.shape}, {w.shape}"
        raise _wrong("forecasts, outcomes and weights do not fit", shapes, "(n,) each, n > 0")
    if not bool(np.all((x >= 0) & (x <= 1))):
        raise _wrong("not a probability", str(x[~((x >= 0) & (x <= 1))][0]), "0 to 1")
    if not bool(np.all((y == 0) | (y == 1))):
        raise _wrong("not an outcome", str(y[(y != 0) & (y != 1)][0]), "0 or 1")
    total = float(w.sum())
    if not (bool(np.all(w >= 0)) and 0 < total < np.inf):
        raise _wrong("not weights", str(w.min()), "at least 0, and not all 0")
    return x, y, w / total


def _mean_score(p: FloatArray, y: FloatArray, w: FloatArray, rule: str) -> float:
    if rule == "brier":
        return float(np.sum(w * np.square(p - y)))
    counted = w > 0
    hit = np.where(y == 1, p, 1 - p)[counted]
    with np.errstate(divide="ignore"):
        return float(np.sum(w[counted] * -np.log(hit))) + 0.0


def _wrong(what: str, got: str, allowed: str) -> InvalidRequest:
    return InvalidRequest(Problem("calibration", what, got, allowed))
