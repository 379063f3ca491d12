"""Counts over simulated histories: what is told of them, without keeping them.

Counts add, so histories can be counted in parts, in any order, and forgotten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tarjih.models.histories import Histories

__all__ = ["LONGEST_SEQUENCE", "Tally", "tally_histories"]

Counts = NDArray[np.int64]

LONGEST_SEQUENCE = 6
"""Histories with more scenarios in a row than these are counted together."""


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """Counts over histories of H + 1 steps, K scenarios and J drivers.

    Attributes
    ----------
    total : int
        Histories counted.
    in_force : (H+1, K)
        How many have each scenario in force at each step.
    first : (K, H+2)
        How many come to each scenario at each step for the first time; in the last column,
        never.
    time : (K, H+1)
        How many have each scenario in force in so many of the steps after as-of.
    changes : (H+1,)
        How many change their scenario so many times.
    sequences : Counter
        Of the scenarios (by position) in the order in which they are in force; longer ones
        than ``LONGEST_SEQUENCE`` count as the empty tuple.
    levels : tuple of (2, L_j)
        How many have each driver at each level at as-of, and at the last step.
    """

    total: int
    in_force: Counts
    first: Counts
    time: Counts
    changes: Counts
    sequences: Counter[tuple[int, ...]]
    levels: tuple[Counts, ...]

    @classmethod
    def empty(cls, steps: int, scenarios: int, sizes: Sequence[int]) -> Tally:
        """Return the counts over no histories; ``steps`` is H."""
        return cls(
            0,
            np.zeros((steps + 1, scenarios), dtype=np.int64),
            np.zeros((scenarios, steps + 2), dtype=np.int64),
            np.zeros((scenarios, steps + 1), dtype=np.int64),
            np.zeros(steps + 1, dtype=np.int64),
            Counter(),
            tuple(np.zeros((2, size), dtype=np.int64) for size in sizes),
        )

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.total + other.total,
            self.in_force + other.in_force,
            self.first + other.first,
            self.time + other.time,
            self.changes + other.changes,
            self.sequences + other.sequences,
            tuple(a + b for a, b in zip(self.levels, other.levels, strict=True)),
        )


def tally_histories(histories: Histories, scenarios: int, sizes: Sequence[int]) -> Tally:
    """Count histories.

    Parameters
    ----------
    histories : Histories
    scenarios : int
        K.
    sizes : sequence of int
        How many levels each driver has.
    """
    course = histories.scenario
    last, count = len(course) - 1, len(histories)
    each = np.arange(count)
    first = np.full((scenarios, count), last + 1, dtype=np.int16)
    time = np.zeros((scenarios, count), dtype=np.int16)
    in_force = np.empty((last + 1, scenarios), dtype=np.int64)
    for h in range(last, -1, -1):
        first[course[h], each] = h
        time[course[h], each] += h > 0
        in_force[h] = np.bincount(course[h], minlength=scenarios)
    changed = course[1:] != course[:-1]
    changes = changed.sum(axis=0, dtype=np.int16)
    return Tally(
        total=count,
        in_force=in_force,
        first=np.stack([np.bincount(row, minlength=last + 2) for row in first]),
        time=np.stack([np.bincount(row, minlength=last + 1) for row in time]),
        changes=np.bincount(changes, minlength=last + 1),
        sequences=_sequences(course, changed, changes, scenarios),
        levels=tuple(
            np.stack([np.bincount(histories.levels[h, j], minlength=size) for h in (0, -1)])
            for j, size in enumerate(sizes)
        ),
    )


def _sequences(
    course: NDArray[np.int8],
    changed: NDArray[np.bool_],
    changes: NDArray[np.int16],
    scenarios: int,
) -> Counter[tuple[int, ...]]:
    # a sequence as one number, whose digits are its scenarios, counted from 1
    base = scenarios + 1
    short = changes < LONGEST_SEQUENCE
    key = course[0].astype(np.int64) + 1
    for h in range(1, len(course)):
        here = np.flatnonzero(changed[h - 1] & short)
        key[here] = key[here] * base + course[h, here] + 1
    key[~short] = 0
    keys, counts = np.unique(key, return_counts=True)
    return Counter(
        {
            _digits(number, base): count
            for number, count in zip(keys.tolist(), counts.tolist(), strict=True)
        }
    )


def _digits(number: int, base: int) -> tuple[int, ...]:
    found: list[int] = []
    while number:
        number, digit = divmod(number, base)
        found.append(digit - 1)
    return tuple(reversed(found))
