"""Driver paths of a block of draws, grown one step at a time, all drivers at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tarjih.models.engines.dice import Dice
from tarjih.models.engines.drivers import DriverLaw
from tarjih.models.engines.lookahead import Lookahead
from tarjih.models.engines.protocol import Clamp
from tarjih.models.engines.tables import NEVER, Tables, thresholds_of
from tarjih.scenarios.records import Study

__all__ = ["Standing", "Walkers"]

Floats = NDArray[np.float64]
Faces = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where N paths stand at a step: levels (J, N), log weights (N,), dice for the next."""

    levels: NDArray[np.uint8]
    log_weight: Floats
    dice: Dice


class Walkers:
    """N = m·R paths of all drivers, R of each draw, at one step.

    Parameters
    ----------
    study : Study
    laws : sequence of DriverLaw
    tables : Tables
        Of these laws, block and paths; left as they are.
    block : slice
        m of the draws.
    paths : int
        R.
    seed : int
    lookaheads : sequence of Lookahead
        Of every driver, for this block.
    clamps : sequence of Clamp
    standing : Standing, optional
        Where to go on from, under the same lookaheads; with no clamp until then. Default: step 0.

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
        tables: Tables,
        block: slice,
        paths: int,
        seed: int,
        lookaheads: Sequence[Lookahead],
        clamps: Sequence[Clamp] = (),
        standing: Standing | None = None,
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
        self._dice = Dice(seed, 0, block.start, len(laws) * count)
        self._plain = tables
        self._tables = tables.copied()
        self.levels = np.zeros((len(laws), count), dtype=np.uint8)
        self.features = np.zeros((count, len(laws) + len(self._design.conjunctions)))
        self.log_weight = np.zeros(count)
        self._scores = np.zeros((len(laws), self._tables.widest))
        for j, law in enumerate(laws):
            self._scores[j, : len(law.start)] = self._design.scores[j][1:-1]
        if standing is not None:
            self._dice = standing.dice.copied()
            self.levels[:], self.log_weight[:] = standing.levels, standing.log_weight
        else:
            throws = self._throw()
            for j, law in enumerate(laws):
                self._start(j, law, throws[j])
        for scores, levels, column in zip(self._scores, self.levels, self.features.T, strict=False):
            column[:] = scores.take(levels)
        self._conjoin()

    def standing(self) -> Standing:
        """Return where the paths stand, whatever becomes of them."""
        return Standing(self.levels.copy(), self.log_weight.copy(), self._dice.copied())

    def move(self, step: int) -> None:
        """Move every driver into a step; links see the levels of the step before."""
        for j, law in enumerate(self._laws):
            self._prepare(j, law, step)
        throws = self._throw()
        tables, levels = self._tables, self.levels.reshape(-1)
        count = self.levels.shape[1]
        moving = np.flatnonzero(throws.reshape(-1) >= tables.least.reshape(-1))
        ends = np.searchsorted(moving, np.arange(len(throws) + 1) * count)
        driver = np.repeat(np.arange(len(throws)), np.diff(ends))
        place = moving - driver * count
        before = levels.take(moving)
        row = tables.first.reshape(-1).take(moving)
        row += before
        for j, law in enumerate(self._laws):
            own = slice(ends[j], ends[j + 1])
            for parent, stride in zip(law.parents, law.strides, strict=True):
                row[own] += self.levels[parent].take(place[own]) * np.intp(stride * len(law.start))
        thrown = throws.reshape(-1).take(moving)
        chosen = (driver * tables.widest + before) * tables.widest
        for threshold in tables.thresholds:
            chosen += thrown >= threshold.take(row)
        after = tables.order.reshape(-1).take(chosen)
        levels[moving] = after
        scores = self._scores.reshape(-1).take(driver * tables.widest + after)
        self.features.reshape(-1)[place * self.features.shape[1] + driver] = scores
        for clamp in self._clamps:
            if clamp.step == step:
                self._hold(clamp)
        self._conjoin()

    def rearrange(self, index: NDArray[np.intp]) -> None:
        """Let each place go on from where another stands."""
        self.levels = np.ascontiguousarray(self.levels[:, index])
        self.features = self.features[index]
        self.log_weight = self.log_weight[index]

    def _throw(self) -> Faces:
        return self._dice.throw().reshape(len(self._laws), -1)

    def _start(self, j: int, law: DriverLaw, throws: Faces) -> None:
        ahead = self._lookaheads[j]
        chance = law.start[None]
        if ahead.lean:
            chance = law.start * ahead.lean[0]
            chance = chance / chance.sum(axis=-1, keepdims=True)
            self.log_weight += np.repeat(ahead.log_chance, self._paths)
        for threshold in thresholds_of(chance):
            bound = threshold if len(threshold) == 1 else np.repeat(threshold, self._paths)
            self.levels[j] += throws >= bound

    def _prepare(self, j: int, law: DriverLaw, step: int) -> None:
        """Let a driver's table be that of this step."""
        informed = len(self._lookaheads[j].lean)
        if step < informed:
            limits, correction = self._lookaheads[j].limits(law, self._block, step)
            self._tables.write(j, limits)
            if law.parents:
                _, settings, size = correction.shape
                row = self._owner * (settings * size) + self.levels[j]
                row += law.setting(self.levels) * size
                self.log_weight += correction.take(row)
        elif step == informed:
            self._tables.restore(j, self._plain)

    def _hold(self, clamp: Clamp) -> None:
        self._tables.least[clamp.driver] = NEVER
        self.levels[clamp.driver] = clamp.level
        self.features[:, clamp.driver] = self._scores[clamp.driver, clamp.level]

    def _conjoin(self) -> None:
        for c, needs in enumerate(self._design.conjunctions):
            held = np.ones(self.levels.shape[1], dtype=bool)
            for j, level in needs:
                held &= self.levels[j] >= level
            column = self.features[:, len(self._laws) + c]
            np.subtract(held, self._design.held_at_reference[c], out=column)
