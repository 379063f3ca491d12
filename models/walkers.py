"""Driver paths of a block of draws, grown one step at a time.

Drivers seldom move, so a throw is read with *staying* first: one comparison with the least
chance of staying under a draw sets apart the few paths that may have moved, and only those
look up their own thresholds, which are whole numbers of 32 bits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tarjih.models.dice import FACES, Dice
from tarjih.models.drivers import DriverLaw
from tarjih.models.engine import Clamp
from tarjih.models.lookahead import Lookahead
from tarjih.scenarios.records import Study

__all__ = ["Walkers"]

Floats = NDArray[np.float64]
Faces = NDArray[np.uint32]
Integers = NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class _Moves:
    """One driver's transitions, as dice read them.

    Attributes
    ----------
    least : (N,) uint32
        A throw below it stays, whatever the level.
    thresholds : (L − 1, m·G·L) uint32
        A throw at or past the v-th goes past the v-th of the levels in ``order``.
    order : (L, L) uint8
        For each level itself, then all others.
    """

    least: Faces
    thresholds: Faces
    order: NDArray[np.uint8]

    @property
    def size(self) -> int:
        """L."""
        return len(self.order)


class Walkers:
    """N = m·R paths of all drivers, R of each draw, at one step.

    Parameters
    ----------
    study : Study
    laws : sequence of DriverLaw
    block : slice
        m of the draws.
    paths : int
        R.
    seed : int
    lookaheads : sequence of Lookahead
        Of every driver, for this block.
    clamps : sequence of Clamp

    Attributes
    ----------
    levels : (J, N) uint8
        Where the drivers stand; overwritten by the next move.
    features : (N, F)
        Centred scores, then centred conjunctions, at those levels.
    log_weight : (N,)
        Log of the evidence on drivers, as far as it goes beyond what the paths lean toward.
    """

    def __init__(
        self,
        study: Study,
        laws: Sequence[DriverLaw],
        block: slice,
        paths: int,
        seed: int,
        lookaheads: Sequence[Lookahead],
        clamps: Sequence[Clamp] = (),
    ) -> None:
        self._design = study.design
        self._laws = laws
        self._block = block
        self._paths = paths
        self._lookaheads = lookaheads
        self._clamps = sorted(clamps, key=lambda clamp: clamp.step)
        draws = block.stop - block.start
        count = draws * paths
        self._owner = np.repeat(np.arange(draws), paths)
        self._dice = [Dice(seed, j, block.start, count) for j in range(len(laws))]
        self._moves: list[_Moves | None] = [None] * len(laws)
        self.levels = np.zeros((len(laws), count), dtype=np.uint8)
        self.features = np.zeros((count, len(laws) + len(self._design.conjunctions)))
        self.log_weight = np.zeros(count)
        for j, law in enumerate(laws):
            self._start(j, law, lookaheads[j])
        self._conjoin()

    def move(self, step: int) -> None:
        """Move every driver into a step; links see the levels of the step before."""
        before = self.levels.copy() if any(law.parents for law in self._laws) else self.levels
        for j, law in enumerate(self._laws):
            held = [c.level for c in self._clamps if c.driver == j and c.step <= step]
            if held:
                self._hold(j, held[-1])
            else:
                self._move(j, law, step, before)
        self._conjoin()

    def rearrange(self, index: NDArray[np.intp]) -> None:
        """Let each place go on from where another stands."""
        self.levels = np.ascontiguousarray(self.levels[:, index])
        self.features = self.features[index]
        self.log_weight = self.log_weight[index]

    def _start(self, j: int, law: DriverLaw, ahead: Lookahead) -> None:
        chance = law.start[None]
        if ahead.lean:
            chance = law.start * ahead.lean[0]
            chance = chance / chance.sum(axis=-1, keepdims=True)
            self.log_weight += np.repeat(ahead.log_chance, self._paths)
        throws = self._dice[j].throw()
        for threshold in _thresholds(chance):
            bound = threshold if len(threshold) == 1 else np.repeat(threshold, self._paths)
            self.levels[j] += throws >= bound
        self.features[:, j] = self._design.scores[j][1:-1][self.levels[j]]

    def _move(self, j: int, law: DriverLaw, step: int, before: NDArray[np.uint8]) -> None:
        ahead = self._lookaheads[j]
        if step < len(ahead.lean):
            transition, correction = ahead.leaning(law.transition[self._block], step)
            moves = self._read(transition)
            if law.parents:
                self.log_weight += correction.take(self._row(j, law, before, None))
        else:
            moves = self._moves[j] or self._read(law.transition[self._block])
            self._moves[j] = moves
        throws = self._dice[j].throw()
        moving = np.flatnonzero(throws >= moves.least)
        if not moving.size:
            return
        row = self._row(j, law, before, moving)
        thrown = throws.take(moving)
        place = before[j].take(moving) * np.intp(moves.size)
        for threshold in moves.thresholds:
            place += thrown >= threshold.take(row)
        after = moves.order.take(place)
        self.levels[j][moving] = after
        self.features[:, j][moving] = self._design.scores[j][1:-1].take(after)

    def _row(
        self, j: int, law: DriverLaw, before: NDArray[np.uint8], places: NDArray[np.intp] | None
    ) -> NDArray[np.intp]:
        """Return where (draw, setting of the parents, level) stands in a driver's tables.

        Of all places, or some.
        """
        _, settings, size, _ = law.transition.shape

        def of(values: Integers) -> Integers:
            return values if places is None else values.take(places)

        row: NDArray[np.intp] = of(self._owner) * (settings * size)
        if law.parents:
            row += law.setting([of(levels) for levels in before]) * size
        row += of(before[j])
        return row

    def _hold(self, j: int, level: int) -> None:
        self.levels[j] = level
        self.features[:, j] = self._design.scores[j][1 + level]

    def _conjoin(self) -> None:
        for c, needs in enumerate(self._design.conjunctions):
            held = np.ones(self.levels.shape[1], dtype=bool)
            for j, level in needs:
                held &= self.levels[j] >= level
            column = self.features[:, len(self._laws) + c]
            np.subtract(held, self._design.held_at_reference[c], out=column)

    def _read(self, transition: Floats) -> _Moves:
        """Turn transitions (m, G, L, L) into what dice are compared with."""
        size = transition.shape[-1]
        order = np.array([[v, *(u for u in range(size) if u != v)] for v in range(size)])
        chance = np.take_along_axis(transition, order[None, None], axis=-1)
        thresholds = _thresholds(chance.reshape(-1, size))
        if size == 1:
            least = np.full(len(transition), FACES - 1, dtype=np.uint32)
        else:
            least = thresholds[0].reshape(len(transition), -1).min(axis=-1)
        return _Moves(np.repeat(least, self._paths), thresholds, order.astype(np.uint8))


def _thresholds(chance: Floats) -> Faces:
    """Turn rows of probabilities (n, L) into L − 1 rows of whole-number thresholds (n,)."""
    cumulative = np.cumsum(chance[:, :-1], axis=-1).T
    faces: Faces = np.minimum(cumulative * FACES + 0.5, FACES - 1).astype(np.uint32)
    return np.ascontiguousarray(faces)
