"""Whole histories drawn forward: every driver and the scenario in force, step by step.

Given the parameters, the driver levels and the scenario in force at as-of, the future does not
depend on the past. So a history starts from a place drawn at as-of and goes on by the law of
the model: drivers move after the levels of the step before; then the scenario in force is kept,
or reconsidered (with chance ρ) and replaced in proportion to q at the *new* levels.

Drivers seldom move and scenarios are seldom reconsidered, so a throw is read with staying
first: one comparison with the threshold of where a history stands, for all drivers at once,
sets apart the few that do not stay, and only those look up anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tarjih.equations import replacement, review_chance, utilities
from tarjih.models.engines.drivers import DriverLaw, driver_laws
from tarjih.models.engines.protocol import Clamp
from tarjih.priors.draws import Draws
from tarjih.scenarios.records import Study

__all__ = ["UNIT", "Histories", "HistoryLaw"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]
Draw = NDArray[np.int32]
Rows = NDArray[np.intp]
Faces = NDArray[np.uint32]

UNIT = 2**11
"""Histories that share a stream of random numbers."""

_FACES = 2**32
_STREAM = 0x51  # sets the streams apart from those that lead up to as-of


@dataclass(frozen=True, slots=True)
class Histories:
    """Consecutive histories, n of them, over H + 1 steps from as-of on.

    Attributes
    ----------
    first : int
        Number of the first, from 0.
    draw : (n,) int32
        The draw of the parameters that each goes by.
    scenario : (H+1, n) int8
        Position of the scenario in force.
    levels : (H+1, J, n) int8
        Position of each driver's level.
    """

    first: int
    draw: Draw
    scenario: Codes
    levels: Codes

    def __len__(self) -> int:
        return len(self.draw)


class HistoryLaw:
    """Draws histories of a study, each under one of M draws of its parameters.

    Parameters
    ----------
    study : Study
    draws : Draws
    as_of_step, last_step : int
    clamps : sequence of Clamp
        None begins before the step after as-of.
    seed : int
    """

    def __init__(
        self,
        study: Study,
        draws: Draws,
        *,
        as_of_step: int,
        last_step: int,
        clamps: Sequence[Clamp] = (),
        seed: int = 0,
    ) -> None:
        self._design = study.design
        self._scores = _table([scores[1:-1] for scores in study.design.scores])
        self._alpha = draws.alpha
        self._effects = draws.effects
        review = review_chance(draws.review_time, study.calendar.months)
        self._rho = np.ascontiguousarray(review.T)
        self._due = _faces(review)
        self._moves = _Moves.of(driver_laws(study, draws.up, draws.down))
        self._clamps = clamps
        self._steps = range(as_of_step + 1, last_step + 1)
        self._seed = seed

    def draw_histories(self, unit: int, draw: Draw, scenario: Codes, levels: Codes) -> Histories:
        """Draw the histories ``unit·UNIT`` and on, any number of them.

        A history is the same however many are drawn at once.

        Parameters
        ----------
        unit : int
        draw : (n,) int32
            The draw of the parameters that each goes by.
        scenario : (n,) int8
            In force at as-of.
        levels : (J, n) int8
            Driver levels at as-of.
        """
        drivers, count = levels.shape
        dice = _Dice(self._seed, unit, drivers + 2, count)
        walk = _Walk(self._moves, draw, levels)
        course = np.empty((len(self._steps) + 1, count), dtype=np.int8)
        path = np.empty((len(self._steps) + 1, drivers, count), dtype=np.int8)
        course[0], path[0] = scenario, levels
        due = self._due[draw, scenario]
        for h, step in enumerate(self._steps, start=1):
            throws = dice.throw()
            walk.move(throws[:drivers])
            for clamp in self._clamps:
                if clamp.step == step:
                    walk.hold(clamp.driver, clamp.level)
            path[h] = walk.levels
            course[h] = course[h - 1]
            called = np.flatnonzero(throws[drivers] < due)
            by = draw[called]
            after = self._enter(by, path[h].take(called, axis=1), throws[drivers + 1, called])
            course[h, called] = after
            due[called] = self._due[by, after]
        return Histories(unit * UNIT, draw, course, path)

    def _enter(self, draw: Draw, levels: Codes, throws: Faces) -> Codes:
        """Return which scenarios come into force, where one is reconsidered."""
        phi = self._features(levels)[:, None, :]
        alpha, effects = self._alpha.take(draw, axis=0), self._effects.take(draw, axis=0)
        eta = utilities(alpha[:, None, :], effects, phi)
        q = replacement(np.ascontiguousarray(eta[:, 0].T), self._rho.take(draw, axis=1))
        q *= _FACES
        thrown = throws.astype(np.float64)
        bound = np.zeros(len(draw))
        after = np.zeros(len(draw), dtype=np.int8)
        for share in q[:-1]:
            bound += share
            after += thrown >= bound
        return after

    def _features(self, levels: Codes) -> Floats:
        """Return φ (n, F) at driver levels (J, n), as `scenarios.design.features` does."""
        drivers, count = levels.shape
        phi = np.empty((drivers + len(self._design.conjunctions), count))
        width = self._scores.shape[1]
        place = levels + np.arange(0, drivers * width, width)[:, None]
        self._scores.reshape(-1).take(place, out=phi[:drivers], mode="clip")
        for row, needs, at_reference in zip(
            phi[drivers:], self._design.conjunctions, self._design.held_at_reference, strict=True
        ):
            held = np.ones(count, dtype=bool)
            for driver, level in needs:
                held &= levels[driver] >= level
            np.subtract(held, at_reference, out=row)
        return np.ascontiguousarray(phi.T)


class _Dice:
    """Throws for histories of some consecutive units, each unit's from a stream of its own."""

    def __init__(self, seed: int, unit: int, rows: int, count: int) -> None:
        self._units = [
            np.random.SFC64(np.random.SeedSequence([seed, each, _STREAM]))
            for each in range(unit, unit - (-count // UNIT))
        ]
        self._count = count
        self._throws = np.empty((rows, len(self._units), UNIT), dtype=np.uint32)

    def throw(self) -> Faces:
        """Return the next step's throws (rows, n), good until the next."""
        rows = len(self._throws)
        for column, bits in enumerate(self._units):
            raw = bits.random_raw(rows * UNIT // 2).view(np.uint32)
            self._throws[:, column] = raw.reshape(rows, UNIT)
        return self._throws.reshape(rows, -1)[:, : self._count]


@dataclass(frozen=True, slots=True)
class _Moves:
    """All drivers' transitions as dice read them: one row for each place to move from.

    Rows stand by driver, draw, setting of the parents and level.

    Attributes
    ----------
    base, stride, size : (J,)
        Where a driver's rows begin, how many each draw has of them, and the levels.
    limits : (V − 1, rows) uint32
        V is the largest number of levels. A throw above the first moves; above the v-th it
        makes the v-th jump.
    jumps : (V − 1, rows) int8
        By how many levels; 0 where there is none to jump to.
    links : tuple of (parent, child, rows by which the child's places shift for each level)
    """

    base: tuple[int, ...]
    stride: tuple[int, ...]
    size: tuple[int, ...]
    limits: Faces
    jumps: Codes
    links: tuple[tuple[int, int, int], ...]

    @classmethod
    def of(cls, laws: Sequence[DriverLaw]) -> _Moves:
        sizes = [law.transition.shape[-1] for law in laws]
        strides = [law.transition.shape[1] * size for law, size in zip(laws, sizes, strict=True)]
        rows = [len(law.transition) * one for law, one in zip(laws, strides, strict=True)]
        base = np.concatenate([[0], np.cumsum(rows)]).astype(int).tolist()
        most = max(sizes, default=1)
        limits = np.full((max(most - 1, 1), base[-1]), _FACES - 1, dtype=np.uint32)
        jumps = np.zeros(limits.shape, dtype=np.int8)
        for law, size, first, end in zip(laws, sizes, base, base[1:], strict=False):
            others = [[u for u in range(size) if u != v] for v in range(size)]
            order = np.array([[v, *rest] for v, rest in enumerate(others)])
            chance = np.take_along_axis(law.transition, order[None, None], axis=-1)
            bounds = np.cumsum(chance.reshape(-1, size)[:, :-1], axis=-1).T
            limits[: size - 1, first:end] = np.maximum(_faces(bounds), 1) - 1
            away = (order[:, 1:] - np.arange(size)[:, None]).T
            jumps[: size - 1, first:end] = np.tile(away, (end - first) // size)
        links = [
            (parent, child, stride * sizes[child])
            for child, law in enumerate(laws)
            for parent, stride in zip(law.parents, law.strides, strict=True)
        ]
        return cls(tuple(base[:-1]), tuple(strides), tuple(sizes), limits, jumps, tuple(links))


class _Walk:
    """The drivers of n histories.

    Attributes
    ----------
    levels : (J, n) int8
        Where they stand; overwritten by the next move.
    """

    def __init__(self, moves: _Moves, draw: Draw, levels: Codes) -> None:
        self.levels = levels.copy()
        self._moves = moves
        self._held: set[int] = set()
        stride = np.array(moves.stride, dtype=np.int32)[:, None]
        self._row = np.array(moves.base, dtype=np.int32)[:, None] + draw * stride + levels
        for parent, child, shift in moves.links:
            self._row[child] += levels[parent] * np.int32(shift)
        self._stay = moves.limits[0][self._row]

    def move(self, throws: Faces) -> None:
        """Move every driver one step; throws (J, n)."""
        count = self.levels.shape[1]
        moving = np.flatnonzero(throws > self._stay)
        thrown = throws.take(moving)
        row = self._row.take(moving).astype(np.intp)
        jump = self._moves.jumps[0].take(row)
        for limits, jumps in zip(self._moves.limits[1:], self._moves.jumps[1:], strict=True):
            late = np.flatnonzero(thrown > limits.take(row))
            jump[late] = jumps.take(row[late])
        row += jump
        self._row.reshape(-1)[moving] = row
        self._stay.reshape(-1)[moving] = self._moves.limits[0].take(row)
        self.levels.reshape(-1)[moving] += jump
        for parent, child, shift in self._moves.links:
            first, end = np.searchsorted(moving, [parent * count, (parent + 1) * count])
            self._shift(child, moving[first:end] - parent * count, jump[first:end], shift)

    def hold(self, driver: int, level: int) -> None:
        """Put a driver at a level for good."""
        jump = level - self.levels[driver]
        self.levels[driver] = level
        self._row[driver] += jump
        self._held.add(driver)
        self._stay[driver] = _FACES - 1
        for parent, child, shift in self._moves.links:
            if parent == driver:
                self._shift(child, slice(None), jump, shift)

    def _shift(self, child: int, places: Rows | slice, jump: Codes, shift: int) -> None:
        """Let a child stand under another setting of its parents."""
        row = self._row[child, places] + jump * np.int32(shift)
        self._row[child, places] = row
        if child not in self._held:
            self._stay[child, places] = self._moves.limits[0].take(row)


def _table(rows: Sequence[Floats]) -> Floats:
    """Put rows of unequal length into one table, NaN past their ends."""
    table = np.full((len(rows), max(map(len, rows), default=1)), np.nan)
    for row, values in zip(table, rows, strict=True):
        row[: len(values)] = values
    return table


def _faces(chance: Floats) -> Faces:
    """Return how many of the faces of a throw make up each chance; of 1 all but one."""
    return np.ascontiguousarray(np.minimum(chance * _FACES + 0.5, _FACES - 1).astype(np.uint32))
