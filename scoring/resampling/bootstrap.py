"""Intervals by drawing questions again, with replacement.

The question is what is drawn, never the single forecast: all forecasts of one question share
its outcome, and a hundred updates of it are still one thing that came true or did not. How
often each question is drawn makes a matrix (draws × questions), and the means of all scores in
all draws are one product of it with the scores.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tarjih.errors import InvalidRequest, Problem

__all__ = ["FEWEST_DRAWN", "LEVEL", "Estimate", "bootstrap_means", "estimate_of", "ratio_estimate"]

FloatArray = NDArray[np.float64]

LEVEL = 0.9
FEWEST_DRAWN = 10
_AT_ONCE = 100_000  # cells of the matrix of counts at one time: what stays in the cache


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean, and the middle 90% of what it is when questions are drawn again.

    ``low`` and ``high`` are NaN of fewer than 10 questions: drawing again from so few shows
    next to nothing of how else they might have come out.
    """

    mean: float
    low: float
    high: float


def bootstrap_means(values: ArrayLike, *, resamples: int = 2000, seed: int = 0) -> FloatArray:
    """Return the means of scores over questions drawn with replacement.

    Parameters
    ----------
    values : array_like, shape (Q, m)
        For each question m numbers, all drawn together. May hold infinities of one sign in a
        column: a draw that holds such a question has that mean.
    resamples : int
        How many draws; at least 20.
    seed : int

    Returns
    -------
    ndarray, shape (resamples, m)
        Same seed and number of questions, same draws: two tables of the same questions can be
        compared draw by draw.

    Raises
    ------
    InvalidRequest
        If there is no question, or there are too few draws.

    Examples
    --------
    >>> bootstrap_means([[1.0], [1.0], [1.0]], resamples=20).min()
    np.float64(1.0)
    """
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2 or not len(table):
        raise InvalidRequest(Problem("bootstrap", "no questions", str(table.shape), "(Q, m)"))
    if resamples < 20:
        raise InvalidRequest(Problem("--resamples", "too few", str(resamples), "at least 20"))
    endless = np.isinf(table)
    tame = np.where(endless, 0.0, table)
    number = len(table)
    dice = np.random.default_rng(seed)
    means = np.empty((resamples, table.shape[1]))
    step = max(1, _AT_ONCE // number)
    for start in range(0, resamples, step):
        size = min(step, resamples - start)
        drawn = dice.integers(0, number, (size, number), dtype=np.int32).astype(np.intp)
        drawn += np.arange(size)[:, None] * number
        counts = np.bincount(drawn.ravel(), minlength=size * number).reshape(size, number)
        times = counts.astype(np.float64)
        means[start : start + size] = times @ tame / number
        if endless.any():
            for column in np.flatnonzero(endless.any(axis=0)):
                hit = times @ endless[:, column] > 0
                sign = np.sign(table[endless[:, column], column][0])
                means[start : start + size, column][hit] = sign * np.inf
    return means


def estimate_of(values: ArrayLike, drawn: ArrayLike, level: float = LEVEL) -> Estimate:
    """Return a mean over questions with its interval.

    Parameters
    ----------
    values : array_like, shape (Q,)
    drawn : array_like, shape (B,)
        Its column of `bootstrap_means`.
    level : float

    Examples
    --------
    >>> estimate_of([0.1, 0.3] * 5, [0.1, 0.2, 0.3])
    Estimate(mean=0.2, low=0.1, high=0.3)
    >>> estimate_of([0.1, 0.3], [0.1, 0.2, 0.3])
    Estimate(mean=0.2, low=nan, high=nan)
    """
    each = np.asarray(values, dtype=np.float64)
    low, high = _ends(np.asarray(drawn, dtype=np.float64), level, len(each))
    return Estimate(float(np.mean(each)), low, high)


def ratio_estimate(
    score: ArrayLike,
    reference: ArrayLike,
    drawn_score: ArrayLike,
    drawn_reference: ArrayLike,
    level: float = LEVEL,
) -> Estimate | None:
    """Return the skill 1 − S/R of mean scores against a reference, with its interval.

    Parameters
    ----------
    score, reference : array_like, shape (Q,)
        Losses by question: less is better.
    drawn_score, drawn_reference : array_like, shape (B,)
        Their columns of one `bootstrap_means`, so that both saw the same questions.
    level : float

    Returns
    -------
    Estimate or None
        1 is perfect, 0 no better than the reference. None when the reference is perfect
        itself: nothing can be better, and the ratio says nothing.

    Examples
    --------
    >>> ratio_estimate([0.1, 0.1], [0.2, 0.2], [0.1, 0.1], [0.2, 0.2]).mean
    0.5
    """
    ours, theirs = np.asarray(score, dtype=np.float64), np.asarray(reference, dtype=np.float64)
    worse = float(np.mean(theirs))
    below = np.asarray(drawn_reference, dtype=np.float64)
    if not worse > 0:
        return None
    fine = below > 0
    above = np.asarray(drawn_score, dtype=np.float64)
    # A draw of questions on which the reference is perfect has no finite skill: the worst there
    # is, unless the forecasts were perfect on them as well.
    ratio = np.where(above > 0, np.inf, 0.0)
    ratio[fine] = above[fine] / below[fine]
    low, high = _ends(1 - ratio, level, len(ours))
    return Estimate(1 - float(np.mean(ours)) / worse, low, high)


def _ends(drawn: FloatArray, level: float, questions: int) -> tuple[float, float]:
    if questions < FEWEST_DRAWN:
        return np.nan, np.nan
    # Order statistics, not means of two neighbours: those of ∞ and ∞ would be no number.
    low, high = np.quantile(
        drawn, [(1 - level) / 2, (1 + level) / 2], method="inverted_cdf"
    ).tolist()
    return low, high
