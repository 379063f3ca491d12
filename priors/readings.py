"""What a statement of a probability says, as a distribution of its log odds.

A reading is a two-piece Student's t with 4 degrees of freedom: two halves of one curve, each
with a scale of its own, that meet at the mode, so that the density has no step. Its heavy tails
are why two sources that contradict each other widen an answer and do not fight over it. All
quantiles are in closed form, so that reading needs no SciPy; that an interval is read as
PreliZ's maximum-entropy distribution of the same family is a test.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
from numpy.typing import NDArray

__all__ = ["FREEDOM", "Reading", "logit", "read_between", "read_number", "read_odds_ratio",
           "read_quantiles", "student_quantile", "two_piece"]  # fmt: skip

FREEDOM = 4
"""Degrees of freedom."""

Floats = NDArray[np.float64]
_MOST_LOPSIDED = 0.98
_STEPS = 60


def logit(probability: float) -> float:
    """Return ln(p / (1 − p))."""
    return math.log(probability) - math.log1p(-probability)


def student_quantile(level: float) -> float:
    """Return the quantile of Student's t with 4 degrees of freedom.

    Examples
    --------
    >>> round(student_quantile(0.95), 4)
    2.1318
    """
    spread = math.sqrt(4.0 * level * (1.0 - level))
    ratio = math.cos(math.acos(min(1.0, spread)) / 3.0) / spread
    return math.copysign(2.0 * math.sqrt(max(ratio - 1.0, 0.0)), level - 0.5)


def _unit_quantile(below: float, level: float) -> float:
    """Return a quantile about a mode at 0, with the scales ``below`` and ``1 - below``.

    So much of the mass as the scale lies on each side: the halves meet at one height.
    """
    if level < below:
        return below * student_quantile(level / (2.0 * below))
    above = 1.0 - below
    return above * student_quantile(0.5 + (level - below) / (2.0 * above))


@dataclass(frozen=True, slots=True)
class Reading:
    """How a statement was most likely meant.

    Attributes
    ----------
    term : str
        The scale's own name of the word, or the numbers stated.
    location : float
        Mode, of the log odds; of an odds ratio, of its logarithm.
    below, above : float
        Scales on the two sides of the mode.
    arabic : bool
        Whether the wider Arabic spread is in it.
    ratio : bool
        Whether it speaks of an odds ratio, not of a probability.
    """

    term: str
    location: float
    below: float
    above: float
    arabic: bool = False
    ratio: bool = False

    @property
    def spread(self) -> float:
        """Mean of the two scales."""
        return (self.below + self.above) / 2.0

    def value(self, level: float) -> float:
        """Return a quantile of the log odds (or of the log odds ratio)."""
        total = self.below + self.above
        return self.location + total * _unit_quantile(self.below / total, level)

    def quantile(self, level: float) -> float:
        """Return the probability (or odds ratio) below which a share of the reading lies."""
        value = self.value(level)
        if self.ratio:
            return math.exp(value)
        return 1.0 / (1.0 + math.exp(-value))

    def widened(self, factor: float) -> Reading:
        """Return the reading with both scales wider, about the same median.

        Examples
        --------
        >>> wide = read_between(0.1, 0.3, 0.9).widened(1.5)
        >>> [round(wide.quantile(level), 3) for level in (0.05, 0.5, 0.95)]
        [0.073, 0.179, 0.375]
        """
        return replace(
            self,
            location=self.location + (1.0 - factor) * (self.value(0.5) - self.location),
            below=self.below * factor,
            above=self.above * factor,
        )


def read_number(probability: float, rounding: float) -> Reading:
    """Return how a plain number is read: as that, rounded."""
    return Reading(f"{probability:g}", logit(probability), rounding, rounding)


def read_between(low: float, high: float, mass: float) -> Reading:
    """Return the reading that has ``mass`` between two probabilities, the rest shared evenly.

    Among the symmetric readings with that mass it is the one of greatest entropy.

    Examples
    --------
    >>> reading = read_between(0.55, 0.8, 0.9)
    >>> [round(reading.quantile(level), 3) for level in (0.05, 0.95)]
    [0.55, 0.8]
    """
    ends = logit(low), logit(high)
    scale = (ends[1] - ends[0]) / (2.0 * student_quantile((1.0 + mass) / 2.0))
    return Reading(f"{low:g}-{high:g}", (ends[0] + ends[1]) / 2.0, scale, scale)


def read_odds_ratio(ratio: float, factor: float) -> Reading:
    """Return the reading of an odds ratio, nine times in ten right within a factor.

    Examples
    --------
    >>> reading = read_odds_ratio(3.0, 2.0)
    >>> [round(reading.quantile(level), 3) for level in (0.05, 0.5, 0.95)]
    [1.5, 3.0, 6.0]
    """
    scale = math.log(factor) / student_quantile(0.95)
    return Reading(f"{ratio:g} to 1", math.log(ratio), scale, scale, ratio=True)


def read_quantiles(pairs: Iterable[tuple[float, float]]) -> Reading:
    """Return the reading with given quantiles of the probability.

    Two or three are met exactly, three unless they are more lopsided than two halves of a t can
    be; more are met by least squares of the log odds.

    Parameters
    ----------
    pairs : iterable of (level, probability)
        Both rising.

    Examples
    --------
    >>> reading = read_quantiles([(0.05, 0.1), (0.5, 0.2), (0.95, 0.7)])
    >>> [round(reading.quantile(level), 3) for level in (0.05, 0.5, 0.95)]
    [0.1, 0.2, 0.7]
    """
    return _fitted(tuple(pairs))


@cache
def _fitted(pairs: tuple[tuple[float, float], ...]) -> Reading:
    term = ", ".join(f"{level:g}: {probability:g}" for level, probability in pairs)
    return replace(two_piece(tuple((level, logit(value)) for level, value in pairs)), term=term)


def two_piece(pairs: tuple[tuple[float, float], ...]) -> Reading:
    """Return the reading with given quantiles (level, log odds) of the log odds.

    Of three that are too lopsided the middle one and the one farther from it are met.
    """
    levels = tuple(level for level, _ in pairs)
    goal = np.array([value for _, value in pairs])
    if len(pairs) == 3:
        low, middle, high = goal
        below = _lopsided(levels, low, middle, high)
        units = [_unit_quantile(below, level) for level in levels]
        total = max((high - middle) / (units[2] - units[1]), (middle - low) / (units[1] - units[0]))
        location = middle - total * units[1]
    else:
        below = 0.5 if len(pairs) < 3 else _least_squares(levels, goal)
        location, total, _ = _line(below, levels, goal)
    return Reading("", float(location), float(total * below), float(total * (1.0 - below)))


def _line(below: float, levels: tuple[float, ...], goal: Floats) -> tuple[float, float, float]:
    """Return location, total scale and squared misfit of the best line through the quantiles."""
    unit = np.array([_unit_quantile(below, level) for level in levels])
    centred = unit - unit.mean()
    total = float(centred @ goal / (centred @ centred))
    location = float(goal.mean() - total * unit.mean())
    return location, total, float(np.sum((goal - location - total * unit) ** 2))


def _lopsided(levels: tuple[float, ...], first: float, middle: float, last: float) -> float:
    """Return the share of the lower scale at which three quantiles lie as they should."""
    low, high = 1.0 - _MOST_LOPSIDED, _MOST_LOPSIDED
    for _ in range(_STEPS):
        share = (low + high) / 2.0
        units = [_unit_quantile(share, level) for level in levels]
        # The larger the lower scale, the longer the lower of the two gaps.
        long = (units[2] - units[1]) * (middle - first) > (last - middle) * (units[1] - units[0])
        low, high = (share, high) if long else (low, share)
    return (low + high) / 2.0


def _least_squares(levels: tuple[float, ...], goal: Floats) -> float:
    """Return the share of the lower scale that fits best, by a grid and ever finer ones."""
    low, high = 1.0 - _MOST_LOPSIDED, _MOST_LOPSIDED
    for _ in range(8):
        grid = np.linspace(low, high, 13)
        best = int(np.argmin([_line(float(share), levels, goal)[2] for share in grid]))
        low, high = grid[max(best - 1, 0)], grid[min(best + 1, 12)]
    return float(low + high) / 2.0
