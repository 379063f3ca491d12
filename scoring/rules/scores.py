r"""Proper scores of probabilities, vectorised.

A score is *proper* when nobody can expect a better one by saying anything else than what they
believe, and strictly so when anything else is expected to be worse: all of these are. One
forecast is either the probability of yes, or a row of K probabilities, lowest level first where
the options are ordered. The outcome is a whole number: 1 for yes, 0 for no; or the index of the
option that came true.

All but `quadratic_score` are losses: less is better and zero is perfect. The logarithm is
natural. ``scoringrules``, ``scores`` and ``model-diagnostics`` compute some of these; they take
from two to eleven seconds to import, so they serve as the tests' second opinion.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tarjih.errors import InvalidRequest, Problem
from tarjih.scoring.rules.core import brier_of, log_of, rps_of, spherical_of

__all__ = [
    "brier_score",
    "brier_score_categories",
    "checked_forecasts",
    "log_score",
    "quadratic_score",
    "ranked_probability_score",
    "spherical_score",
]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]

_SUM_TOLERANCE = 1e-6


def brier_score(probability: ArrayLike, outcome: ArrayLike) -> FloatArray:
    """Return the Brier score of yes-or-no forecasts, from 0 to 1: (p − y)².

    Parameters
    ----------
    probability : array_like, shape (...)
        Of yes, in [0, 1].
    outcome : array_like, shape (...)
        1 for yes, 0 for no.

    Returns
    -------
    ndarray, shape (...)
        Less is better: 0 for a sure forecast that came true, 1 for one that did not. Half of
        `brier_score_categories` of the same forecast.

    Raises
    ------
    InvalidRequest
        If something is no probability, or no outcome.

    References
    ----------
    Brier 1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2

    Examples
    --------
    >>> brier_score([0.9, 0.9], [1, 0]).round(2).tolist()
    [0.01, 0.81]
    """
    p = np.asarray(probability, dtype=np.float64)
    _, index = checked_forecasts(p, outcome)
    score: FloatArray = (p - index) ** 2
    return score


def brier_score_categories(probabilities: ArrayLike, outcome: ArrayLike) -> FloatArray:
    """Return Brier's own score, from 0 to 2: the sum over options of (p − y)².

    Parameters
    ----------
    probabilities : array_like, shape (..., K)
        Each row sums to one.
    outcome : array_like, shape (...)
        The index of the option that came true.

    Returns
    -------
    ndarray, shape (...)
        Less is better: 0 for a sure forecast that came true, 2 for one that did not.

    Raises
    ------
    InvalidRequest
        If something is no probability, or no outcome.

    References
    ----------
    Brier 1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2

    Examples
    --------
    >>> brier_score_categories([[0.2, 0.5, 0.3]], [1]).round(2).tolist()
    [0.38]
    """
    return brier_of(*checked_forecasts(probabilities, outcome))


def log_score(probability: ArrayLike, outcome: ArrayLike) -> FloatArray:
    """Return the logarithmic score: −ln of the probability of what came true.

    Parameters
    ----------
    probability : array_like, shape (...) or (..., K)
        Of yes; or of each option, each row summing to one.
    outcome : array_like, shape (...)
        1 for yes, 0 for no; or the index of the option that came true.

    Returns
    -------
    ndarray, shape (...)
        Less is better, 0 is perfect. What was called impossible and came true scores infinity:
        no clipping, since a forecaster who may say 0 at a bounded price is not asked for a
        belief any more.

    Raises
    ------
    InvalidRequest
        If something is no probability, or no outcome.

    References
    ----------
    Good 1952, doi:10.1111/j.2517-6161.1952.tb00104.x

    Examples
    --------
    >>> log_score([0.5, 0.0, 0.0], [1, 1, 0]).round(4).tolist()
    [0.6931, inf, 0.0]
    >>> log_score([[0.2, 0.5, 0.3]], [2]).round(4).tolist()
    [1.204]
    """
    return log_of(*checked_forecasts(probability, outcome))


def ranked_probability_score(probabilities: ArrayLike, outcome: ArrayLike) -> FloatArray:
    """Return the ranked probability score of ordered options: Σ over bounds of (F − 1[o ≤ k])².

    A forecast that was one level off is better than one that was two levels off, which the
    Brier score cannot see.

    Parameters
    ----------
    probabilities : array_like, shape (..., K)
        Of the levels, lowest first, each row summing to one.
    outcome : array_like, shape (...)
        The index of the level that came true.

    Returns
    -------
    ndarray, shape (...)
        Less is better, from 0 to K − 1 (it is not divided by K − 1). With two levels the Brier
        score from 0 to 1.

    Raises
    ------
    InvalidRequest
        If something is no probability, or no outcome.

    References
    ----------
    Epstein 1969, doi:10.1175/1520-0450(1969)008<0985:ASSFPF>2.0.CO;2; in this form Murphy 1971,
    doi:10.1175/1520-0450(1971)010<0155:ANOTRP>2.0.CO;2

    Examples
    --------
    >>> ranked_probability_score([[0.2, 0.5, 0.3]], [1]).round(2).tolist()
    [0.13]
    """
    return rps_of(*checked_forecasts(probabilities, outcome))


def spherical_score(probability: ArrayLike, outcome: ArrayLike) -> FloatArray:
    """Return one less the spherical score: 1 − p_o / √Σp².

    Parameters
    ----------
    probability : array_like, shape (...) or (..., K)
        As `log_score`.
    outcome : array_like, shape (...)
        As `log_score`.

    Returns
    -------
    ndarray, shape (...)
        Less is better: 0 for a sure forecast that came true, 1 for what was called impossible.
        (In the literature more is better: p_o / √Σp².)

    Raises
    ------
    InvalidRequest
        If something is no probability, or no outcome.

    References
    ----------
    Gneiting & Raftery 2007, doi:10.1198/016214506000001437

    Examples
    --------
    >>> spherical_score([0.6], [1]).round(4).tolist()
    [0.1679]
    """
    return spherical_of(*checked_forecasts(probability, outcome))


def quadratic_score(probability: ArrayLike, outcome: ArrayLike) -> FloatArray:
    """Return the quadratic score: 2p_o − Σp² − 1, the Brier score from 0 to 2 turned round.

    Parameters
    ----------
    probability : array_like, shape (...) or (..., K)
        As `log_score`.
    outcome : array_like, shape (...)
        As `log_score`.

    Returns
    -------
    ndarray, shape (...)
        More is better: 0 for a sure forecast that came true, −2 for one that did not.

    Raises
    ------
    InvalidRequest
        If something is no probability, or no outcome.

    References
    ----------
    Gneiting & Raftery 2007, doi:10.1198/016214506000001437

    Examples
    --------
    >>> quadratic_score([[0.2, 0.5, 0.3]], [1]).round(2).tolist()
    [-0.38]
    """
    score: FloatArray = -brier_of(*checked_forecasts(probability, outcome))
    return score


def checked_forecasts(probability: ArrayLike, outcome: ArrayLike) -> tuple[FloatArray, IntArray]:
    """Return forecasts as rows of probabilities, and outcomes as indices into them.

    Parameters
    ----------
    probability : array_like, shape (...) or (..., K)
        Of yes; or of each of K options.
    outcome : array_like, shape (...)
        Whole numbers.

    Returns
    -------
    probabilities : ndarray, shape (..., K)
        Of yes-or-no forecasts the two columns no and yes.
    index : ndarray of int, shape (...)

    Raises
    ------
    InvalidRequest
        If the shapes do not fit, a number is outside [0, 1], a row does not sum to one (to
        1e-6), or an outcome is no index.

    Examples
    --------
    >>> checked_forecasts([0.25], [1])
    (array([[0.75, 0.25]]), array([1]))
    """
    p, y = np.asarray(probability, dtype=np.float64), np.asarray(outcome)
    if p.shape == y.shape:
        p = np.stack([1 - p, p], axis=-1)
    elif p.ndim != y.ndim + 1 or p.shape[:-1] != y.shape or p.shape[-1] < 2:
        shapes = f"{p.shape} and {y.shape}"
        raise _wrong("forecasts and outcomes do not fit", shapes, "(...) or (..., K), and (...)")
    # Written so that what is not a number fails as well.
    if not bool(np.all((p >= 0) & (p <= 1))):
        raise _wrong("not a probability", _first(p, (p >= 0) & (p <= 1)), "0 to 1")
    sums = p.sum(axis=-1)
    fine = np.abs(sums - 1) <= _SUM_TOLERANCE
    if not bool(np.all(fine)):
        raise _wrong("probabilities do not sum to one", _first(sums, fine), "a sum of 1")
    index = y.astype(np.intp)
    known = (index == y) & (index >= 0) & (index < p.shape[-1])
    if not bool(np.all(known)):
        raise _wrong("not an outcome", _first(y, known), f"0 to {p.shape[-1] - 1}")
    return p, index


def _first(values: NDArray[np.generic], fine: NDArray[np.bool_]) -> str:
    return str(values[~fine].flat[0])


def _wrong(what: str, got: str, allowed: str) -> InvalidRequest:
    return InvalidRequest(Problem("scores", what, got, allowed))
