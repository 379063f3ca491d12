"""Counts over simulated histories: what is told of them, without keeping them.

Counts add, so histories can be counted in parts, in any order, and forgotten.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tarjih.models.simulating.histories import Histories

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
    # where a scenario comes into force: few places, so all else is told from them
    step, path = np.nonzero(course[1:] != course[:-1])
    step += 1
    into, out_of = course[step, path], course[step - 1, path]
    changes = np.bincount(path, minlength=count)
    first = np.full((scenarios, count), last + 1, dtype=np.intp)
    first[course[0], np.arange(count)] = 0
    np.minimum.at(first, (into, path), step)
    time = np.zeros((scenarios, count), dtype=np.intp)
    time[course[0], np.arange(count)] = last
    np.add.at(time, (into, path), last + 1 - step)
    np.subtract.at(time, (out_of, path), last + 1 - step)
    force = np.zeros((last + 1, scenarios), dtype=np.int64)
    force[0] = np.bincount(course[0], minlength=scenarios)
    np.add.at(force, (step, into), 1)
    np.subtract.at(force, (step, out_of), 1)
    return Tally(
        total=count,
        in_force=np.cumsum(force, axis=0),
        first=np.stack([np.bincount(row, minlength=last + 2) for row in first]),
        time=np.stack([np.bincount(row, minlength=last + 1) for row in time]),
        changes=np.bincount(changes, minlength=last + 1),
        sequences=_sequences(course, step, path, changes, scenarios),
        levels=tuple(
            np.stack([np.bincount(histories.levels[h, j], minlength=size) for h in (0, -1)])
            for j, size in enumerate(sizes)
        ),
    )


def _sequences(
    course: NDArray[np.int8],
    step: NDArray[np.intp],
    path: NDArray[np.intp],
    changes: NDArray[np.intp],
    scenarios: int,
) -> Counter[tuple[int, ...]]:
    # a sequence as one number, whose digits are its scenarios, counted from 1
    base = scenarios + 1
    short = changes < LONGEST_SEQUENCE
    key = course[0].astype(np.int64) + 1
    bounds = np.searchsorted(step, np.arange(1, len(course) + 1))
    for h, first, end in zip(range(1, len(course)), bounds, bounds[1:], strict=False):
        here = path[first:end]
        here = here[short[here]]
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
