"""The reliability diagram as data: CORP frequencies, and how far chance alone takes them.

The band is one of *consistency*: were the forecasts calibrated, where would the curve lie? It
stands around the diagonal, not around the curve, and a curve outside it is evidence against
calibration. It is found by giving every question a new outcome with the forecast probability
and making the isotonic fit again. Forecasts of one question share its outcome, so they fall on
one die; treating them as independent would make the band far too narrow. The forecasts
themselves stay as they are: drawing questions again with their outcomes would count the chance
of an outcome twice.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tarjih.errors import InvalidRequest, Problem
from tarjih.scoring.calibration.corp import (
    Decomposition,
    checked_binary,
    corp_decomposition,
    pooled_frequency,
)

__all__ = ["Reliability", "reliability_of"]

FloatArray = NDArray[np.float64]

_FINEST = 500  # more distinct forecasts than this are moved to the nearest of a grid


@dataclass(frozen=True, slots=True)
class Reliability:
    """A reliability curve with its band (arrays read-only; u distinct forecasts).

    Attributes
    ----------
    forecast : ndarray, shape (u,)
        Distinct forecast probabilities of yes, ascending. Where there were more than 500, to
        the nearest 1/500.
    recalibrated : ndarray, shape (u,)
        The CORP frequency of yes at each.
    low, high : ndarray, shape (u,)
        Consistency band: where the frequency lies in ``level`` of all cases, were the forecasts
        calibrated. Pointwise.
    share : ndarray, shape (u,)
        How much of the weight stands at each; sums to one.
    corp : Decomposition
        Of the mean Brier score from 0 to 1.
    level : float
    resamples, seed : int
    questions, forecasts : int
        How many there were.
    retrospective : bool
        Whether they were coded by someone who knew what came later.
    label : str
        Whose forecasts they are; may be empty.
    """

    forecast: FloatArray
    recalibrated: FloatArray
    low: FloatArray
    high: FloatArray
    share: FloatArray
    corp: Decomposition
    level: float
    resamples: int
    seed: int
    questions: int
    forecasts: int
    retrospective: bool = False
    label: str = ""


def reliability_of(
    forecast: ArrayLike,
    outcome: ArrayLike,
    *,
    question: ArrayLike | None = None,
    weight: ArrayLike | None = None,
    level: float = 0.9,
    resamples: int = 500,
    seed: int = 0,
    retrospective: bool = False,
    label: str = "",
) -> Reliability:
    """Make the reliability curve of yes-or-no forecasts, with its consistency band.

    Parameters
    ----------
    forecast : array_like, shape (n,)
        Probabilities of yes.
    outcome : array_like, shape (n,)
        1 for yes, 0 for no.
    question : array_like of int, shape (n,), optional
        Forecasts with one number share their outcome. Default: each its own.
    weight : array_like, shape (n,), optional
        Not negative; default: all the same.
    level : float
        Of the band, between 0 and 1.
    resamples : int
        At least 20.
    seed : int
    retrospective : bool
    label : str

    Returns
    -------
    Reliability
        Same seed, same numbers.

    Raises
    ------
    InvalidRequest
        If something is no probability, no outcome or no weight, or an option is out of range.

    References
    ----------
    Dimitriadis, Gneiting & Jordan 2021, doi:10.1073/pnas.2016191118; Bröcker & Smith 2007,
    doi:10.1175/WAF993.1

    Examples
    --------
    >>> curve = reliability_of([0.1, 0.4, 0.8, 0.4], [0, 1, 1, 0], resamples=50)
    >>> curve.forecast.tolist(), curve.recalibrated.tolist()
    ([0.1, 0.4, 0.8], [0.0, 0.5, 1.0])
    """
    x, y, w = checked_binary(forecast, outcome, weight)
    if not 0 < level < 1:
        raise InvalidRequest(Problem("level", "out of range", str(level), "between 0 and 1"))
    if resamples < 20:
        raise InvalidRequest(Problem("resamples", "too few", str(resamples), "at least 20"))
    asked = np.arange(len(x)) if question is None else np.asarray(question)
    if asked.shape != x.shape:
        raise InvalidRequest(Problem("question", "does not fit", str(asked.shape), f"{x.shape}"))
    _, asked = np.unique(asked, return_inverse=True)
    at = x if len(np.unique(x)) <= _FINEST else np.round(x * _FINEST) / _FINEST
    values, place = np.unique(at, return_inverse=True)
    total = np.bincount(place, w, len(values))
    curve = pooled_frequency(total, np.bincount(place, w * y, len(values)))
    drawn = _resampled(x, w, place, asked, len(values), resamples, seed)
    low, high = np.quantile(drawn, [(1 - level) / 2, (1 + level) / 2], axis=0)
    arrays = (values, curve, low, high, total)
    for array in arrays:
        array.flags.writeable = False
    return Reliability(
        *arrays,
        corp=corp_decomposition(x, y, weight=w),
        level=level,
        resamples=resamples,
        seed=seed,
        questions=int(asked.max()) + 1,
        forecasts=len(x),
        retrospective=retrospective,
        label=label,
    )


def _resampled(
    x: FloatArray,
    w: FloatArray,
    place: NDArray[np.intp],
    question: NDArray[np.intp],
    values: int,
    resamples: int,
    seed: int,
) -> FloatArray:
    """Return curves (resamples, u) of calibrated forecasts on the same questions."""
    dice = np.random.default_rng(seed)
    asked = int(question.max()) + 1
    total = np.bincount(place, w, values)
    curves = np.empty((resamples, values))
    for i in range(resamples):
        # One die for all forecasts of a question: a higher forecast is right whenever a lower is.
        yes = dice.random(asked)[question] < x
        curves[i] = pooled_frequency(total, np.bincount(place, w * yes, values))
    return curves
