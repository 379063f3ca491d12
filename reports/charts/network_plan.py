"""Where the parts of the network chart stand: an order with few crossings, and room for lines.

Drivers and conjunctions stand in one column, scenarios in another; each line has a port of its
own at either end, so that lines never lie on each other where they arrive. Pure arithmetic;
lengths are inches from the top.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Flow", "least_crossings", "pack_lanes", "ports", "spaced"]

Floats = NDArray[np.float64]
_PORT_GAP = 0.025
_SWEEPS = 8


@dataclass(frozen=True, slots=True)
class Flow:
    """One line: from a place in the left column to one in the right, ``width`` inches wide."""

    left: int
    right: int
    width: float


def least_crossings(strength: Floats) -> tuple[list[int], list[int]]:
    """Order both columns so that lines cross little: each part near the mean of its partners.

    What has no partner stands at the foot.

    Parameters
    ----------
    strength : (N, K)
        How strongly each of the left column goes with each of the right; at least 0.

    Returns
    -------
    left, right : list of int
        Indices from the top down.

    Examples
    --------
    >>> least_crossings(np.array([[0.0, 1.0], [1.0, 0.0]]))
    ([1, 0], [0, 1])
    """
    n, k = strength.shape
    left, right = list(range(n)), list(range(k))
    best = left, right
    least = np.inf
    for _ in range(_SWEEPS):
        left = _by_partners(strength, right, left)
        crossed = _crossings(strength, left, right)
        if crossed < least:
            least, best = crossed, (left, right)
        right = _by_partners(strength.T, left, right)
        crossed = _crossings(strength, left, right)
        if crossed < least:
            least, best = crossed, (left, right)
    lone_left, lone_right = strength.sum(axis=1) == 0, strength.sum(axis=0) == 0
    return (
        sorted(best[0], key=lambda row: bool(lone_left[row])),
        sorted(best[1], key=lambda k: bool(lone_right[k])),
    )


def _by_partners(strength: Floats, partners: Sequence[int], before: Sequence[int]) -> list[int]:
    place = np.empty(len(partners))
    place[list(partners)] = np.arange(len(partners))
    held = {row: i for i, row in enumerate(before)}

    def middle(row: int) -> tuple[float, int]:
        total = strength[row].sum()
        mean = float(strength[row] @ place / total) if total > 0 else float(len(partners))
        return round(mean, 9), held[row]

    return sorted(range(len(strength)), key=middle)


def _crossings(strength: Floats, left: Sequence[int], right: Sequence[int]) -> float:
    """Return how much is crossed: the products of the strengths of lines that meet."""
    ordered = strength[np.ix_(left, right)]
    crossed = 0.0
    above = np.zeros(ordered.shape[1])  # of all rows above, how strong the lines are by column
    for row in ordered:
        further = above[::-1].cumsum()[::-1]  # lines from above that end here or further down
        crossed += float(row[:-1] @ further[1:])
        above += row
    return crossed


def ports(
    flows: Sequence[Flow], left: Mapping[int, float], right: Mapping[int, float]
) -> list[tuple[float, float]]:
    """Return where each line leaves and arrives, its ports stacked about the middle of a place.

    Parameters
    ----------
    flows : sequence of Flow
    left, right : mapping of int to float
        The middle of each place.
    """
    ends: list[list[float]] = [[0.0, 0.0] for _ in flows]
    for side, middles, others in ((0, left, right), (1, right, left)):
        for place, middle in middles.items():
            mine = [
                (others[f.right if side == 0 else f.left], i)
                for i, f in enumerate(flows)
                if (f.left, f.right)[side] == place
            ]
            mine.sort()
            total = sum(flows[i].width + _PORT_GAP for _, i in mine)
            at = middle - total / 2
            for _, i in mine:
                step = flows[i].width + _PORT_GAP
                ends[i][side] = at + step / 2
                at += step
    return [(first, second) for first, second in ends]


def spaced(heights: Sequence[float], total: float, least: float) -> list[float]:
    """Return the middles of places of some heights, spread evenly over ``total``.

    Examples
    --------
    >>> spaced([1.0, 1.0], 4.0, 0.1)
    [1.0, 3.0]
    """
    gap = max(least, (total - sum(heights)) / max(len(heights), 1))
    top = gap / 2
    middles = []
    for height in heights:
        middles.append(top + height / 2)
        top += height + gap
    return middles


def pack_lanes(spans: Sequence[tuple[float, float]]) -> list[int]:
    """Give each span a lane in which it meets no other; short ones stand nearest (lane 0).

    Examples
    --------
    >>> pack_lanes([(0, 9), (1, 2), (3, 4)])
    [1, 0, 0]
    """
    lanes: list[list[tuple[float, float]]] = []
    found = [0] * len(spans)
    for i in sorted(range(len(spans)), key=lambda i: (spans[i][1] - spans[i][0], spans[i], i)):
        low, high = spans[i]
        lane = next(
            (
                n
                for n, taken in enumerate(lanes)
                if all(high < first or low > last for first, last in taken)
            ),
            len(lanes),
        )
        if lane == len(lanes):
            lanes.append([])
        lanes[lane].append(spans[i])
        found[i] = lane
    return found
