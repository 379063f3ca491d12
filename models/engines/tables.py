"""Transitions as dice read them.

Drivers seldom move, so a throw is read with *staying* first: one comparison with the least
chance of staying under a draw sets apart the few that may have moved, and only those look up
their own thresholds, which are whole numbers of 32 bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tarjih.models.engines.dice import FACES
from tarjih.models.engines.drivers import DriverLaw

__all__ = ["NEVER", "Limits", "Tables", "limits_of", "thresholds_of"]

Floats = NDArray[np.float64]
Faces = NDArray[np.uint32]
NEVER = np.uint32(FACES - 1)
"""More than any throw."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What throws for one driver are compared with, under m draws.

    Attributes
    ----------
    least : (m,) uint32
        A throw below it stays, whatever the level and the setting of the parents.
    thresholds : (L − 1, m·G·L) uint32
        By draw, setting and level: a throw at or past the v-th goes past the v-th of the levels,
        its own put first. None of a driver that has but one level.
    """

    least: Faces
    thresholds: Faces


class Tables:
    """The transitions of all drivers, as dice read them; L is the most levels of any.

    Parameters
    ----------
    laws : sequence of DriverLaw
    block : slice
        m of the draws.
    paths : int
        R, so that N = m·R.

    Attributes
    ----------
    least : (J, N) uint32
        A throw below it stays, whatever the level.
    first : (J, N) of int
        Where the rows of a path's draw and driver begin.
    thresholds : (L − 1, rows) uint32
        By draw, setting of the parents and level: a throw at or past the v-th goes past the
        v-th of the levels in ``order``.
    order : (J, L, L) uint8
        For each driver and level: itself, then all others.
    """

    def __init__(self, laws: Sequence[DriverLaw], block: slice, paths: int) -> None:
        sizes = [law.transition.shape[1] * law.transition.shape[2] for law in laws]
        draws = block.stop - block.start
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp) * draws
        owner = np.repeat(np.arange(draws), paths)
        self._paths = paths
        self._rows = [slice(int(s), int(s) + n * draws) for s, n in zip(starts, sizes, strict=True)]
        self.widest = max((len(law.start) for law in laws), default=1)
        self.first = starts[:, None] + owner * np.array(sizes, dtype=np.intp)[:, None]
        self.least = np.full(self.first.shape, NEVER)
        self.thresholds = np.full((self.widest - 1, draws * sum(sizes)), NEVER)
        self.order = np.zeros((len(laws), self.widest, self.widest), dtype=np.uint8)
        for j, law in enumerate(laws):
            size = len(law.start)
            self.order[j, :size, :size] = _staying_first(size)
            self.write(j, limits_of(law.transition[block]))

    def copied(self) -> Tables:
        """Return tables that may be written without these being changed."""
        one = copy(self)
        one.least, one.thresholds = self.least.copy(), self.thresholds.copy()
        return one

    def restore(self, j: int, plain: Tables) -> None:
        """Let one driver move again as other tables have it."""
        self.least[j] = plain.least[j]
        self.thresholds[:, self._rows[j]] = plain.thresholds[:, self._rows[j]]

    def write(self, j: int, limits: Limits) -> None:
        """Let one driver move by other limits from now on."""
        rows = limits.thresholds
        self.thresholds[: len(rows), self._rows[j]] = rows
        self.least[j].reshape(-1, self._paths)[:] = limits.least[:, None]


def limits_of(transition: Floats) -> Limits:
    """Return the limits of a driver that moves by transitions (m, G, L, L)."""
    draws, _, size, _ = transition.shape
    if size == 1:
        return Limits(np.full(draws, NEVER), np.zeros((0, 0), dtype=np.uint32))
    chance = np.take_along_axis(transition, _staying_first(size)[None, None], axis=-1)
    thresholds = thresholds_of(chance.reshape(-1, size))
    return Limits(thresholds[0].reshape(draws, -1).min(axis=-1), thresholds)


def _staying_first(size: int) -> NDArray[np.intp]:
    """Return for each level itself, then all others: (L, L)."""
    return np.array([[v, *(u for u in range(size) if u != v)] for v in range(size)], dtype=np.intp)


def thresholds_of(chance: Floats) -> Faces:
    """Turn rows of probabilities (n, L) into L − 1 rows of whole-number thresholds (n,)."""
    cumulative = np.cumsum(chance[:, :-1], axis=-1).T
    faces: Faces = np.minimum(cumulative * FACES + 0.5, FACES - 1).astype(np.uint32)
    return np.ascontiguousarray(faces)
