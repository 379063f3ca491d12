r"""What setting drivers does along given paths, without drawing the paths anew.

Setting driver j to level v multiplies what enters along a path by
:math:`e^{\beta_j (x_v - x_j)}`; several changes multiply their factors, and those of the
conjunctions that they complete or break. Other drivers go on as they were, but for those that
follow a changed one (a link): such changes must be held in the paths already.

Arrays keep the scenario on the last axis but one and the place on the last: a place is a path,
or a driver state, and places stand draw by draw.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tarjih.models.engines.protocol import Step
from tarjih.priors.draws import Draws
from tarjih.scenarios.records import Study

__all__ = ["Change", "ChangeSets", "Push", "Pusher", "carry_sets"]

Floats = NDArray[np.float64]
Index = NDArray[np.intp]
_CELLS = 2**16


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """A driver set to another level than it stands at (both by position)."""

    driver: int
    level: int


@dataclass(frozen=True, slots=True)
class ChangeSets:
    """S sets of changes, with what they do to each conjunction.

    Attributes
    ----------
    members : (S, size) of int
        Positions of changes; −1 for none.
    put : tuple of (U, drivers) of int
        For each conjunction the levels that sets put its drivers to, each way once; −1 where
        they do not. The first way leaves all as they are.
    ways : tuple of (S,) of int
        For each conjunction the row of ``put`` that a set stands for.
    """

    members: Index
    put: tuple[Index, ...]
    ways: tuple[Index, ...]

    def __len__(self) -> int:
        return len(self.members)

    def rows(self, part: slice) -> ChangeSets:
        """Return some of the sets."""
        return ChangeSets(self.members[part], self.put, tuple(way[part] for way in self.ways))

    def branches(self) -> list[tuple[Index, Index]]:
        """Return how the sets grow change by change, neighbours that begin alike together.

        Returns
        -------
        list of (before, change)
            For each column of ``members``: which of the beginnings so far goes on, and with
            which change. The last are the sets.
        """
        found = []
        at = np.zeros(len(self), dtype=np.intp)
        for size in range(1, self.members.shape[1] + 1):
            new = np.ones(len(self), dtype=bool)
            if size < self.members.shape[1]:
                new[1:] = (self.members[1:, :size] != self.members[:-1, :size]).any(axis=1)
            found.append((at[new], self.members[new, size - 1]))
            at = np.cumsum(new) - 1
        return found


class Pusher:
    """Changes of drivers, and their effects under m draws of N / m places each.

    Parameters
    ----------
    study : Study
    draws : Draws
        m of them.
    width : int
        Places of each draw.
    changes : sequence of Change
    """

    def __init__(self, study: Study, draws: Draws, width: int, changes: Sequence[Change]) -> None:
        self.changes = tuple(changes)
        self.design = study.design
        self.effects = {
            change.driver: np.repeat(draws.beta[:, change.driver].T, width, axis=1)
            for change in changes
        }
        joint = [
            np.repeat(draws.gamma[:, c].T, width, axis=1) for c in range(len(study.conjunctions))
        ]
        # where a conjunction is broken, and where it is completed
        self.joining = [(_scaled(-power), _scaled(power)) for power in joint]

    def sets(self, members: Index) -> ChangeSets:
        """Return sets of changes (S, size), given by position; −1 stands for none."""
        drivers = np.array([*(change.driver for change in self.changes), -1], dtype=np.intp)
        levels = np.array([*(change.level for change in self.changes), -1], dtype=np.intp)
        puts, ways = [], []
        for needs in self.design.conjunctions:
            put = np.full((1 + len(members), len(needs)), -1, dtype=np.intp)
            for i, (driver, _) in enumerate(needs):
                for column in members.T:
                    ours = np.flatnonzero(drivers[column] == driver)
                    put[1 + ours, i] = levels[column[ours]]
            put, way = np.unique(put, axis=0, return_inverse=True)
            puts.append(put)
            ways.append(way.ravel()[1:])
        return ChangeSets(members, tuple(puts), tuple(ways))

    def at(self, step: Step) -> Push:
        """Return what changes do in a step; good until the next step is taken."""
        return Push(self, step)


class Push:
    """What enters in one step, and what every change multiplies it by.

    Parameters
    ----------
    pusher : Pusher
    step : Step
        As it is without changes.
    """

    def __init__(self, pusher: Pusher, step: Step) -> None:
        levels = step.levels
        self.review = step.review
        self.shift = step.shift
        self._entry = entry = step.entry
        self._joining = pusher.joining
        # the last changes nothing
        self._factors = np.ones((len(pusher.changes) + 1, *entry.shape))
        for factor, change in zip(self._factors, pusher.changes, strict=False):
            scores = pusher.design.scores[change.driver][1:-1]
            shift = scores[change.level] - scores[levels[change.driver]]
            np.multiply(shift, pusher.effects[change.driver], out=factor)
            factor -= factor.max(axis=0)
            np.exp(factor, out=factor)
        self._needs = [
            [(least, levels[driver] >= least) for driver, least in needs]
            for needs in pusher.design.conjunctions
        ]
        self._met = [np.logical_and.reduce([met for _, met in needs]) for needs in self._needs]
        self._joined: dict[tuple[int, ...], Floats | None] = {}

    def entering(self, sets: ChangeSets, branches: Sequence[tuple[Index, Index]]) -> Floats:
        """Return what enters under each set, (S, K, N), up to a factor for each place.

        ``branches`` are those of the sets.
        """
        if not branches:
            return self._entry[None].copy()
        flow = self._entry[None]
        for before, change in branches:
            flow = _taken(flow, before) * _taken(self._factors, change)
        for c, (put, way) in enumerate(zip(sets.put, sets.ways, strict=True)):
            for one in set(way.tolist()) - {0}:
                factor = self._factor(c, put[one])
                if factor is not None:
                    flow[way == one] *= factor
        return flow

    def _factor(self, c: int, put: Index) -> Floats | None:
        """Return the factor (K, N) of a conjunction whose drivers are put to levels, if any."""
        key = c, *put.tolist()
        if key not in self._joined:
            before = self._met[c]
            after = np.ones_like(before)
            for level, (least, met) in zip(key[1:], self._needs[c], strict=True):
                after &= met if level < 0 else level >= least
            changed = after != before
            broken, completed = self._joining[c]
            factor = np.where(changed, np.where(before, broken, completed), 1.0)
            self._joined[key] = factor if changed.any() else None
        return self._joined[key]


def _scaled(power: Floats) -> Floats:
    """Return exponentials of (K, N), the largest of each place 1."""
    scaled: Floats = np.exp(power - power.max(axis=0))
    return scaled


def _taken(rows: Floats, index: Index) -> Floats:
    """Return some rows; of one that is left as it is, no copy."""
    return rows.take(index, axis=0) if len(index) > 1 else rows[index[0]][None]


def carry_sets(pushes: Iterable[Push], start: Floats, sets: ChangeSets) -> Floats:
    """Carry a mass to the last step under every set of changes.

    Parameters
    ----------
    pushes : iterable of Push
        One for each step.
    start : (K, N)
        The mass at as-of.
    sets : ChangeSets
        S of them; the empty set is one.

    Returns
    -------
    (S, K, N)
    """
    state = np.repeat(start[None], len(sets), axis=0)
    chunk = max(1, _CELLS // start.size)
    parts = [
        (state[part], one, one.branches())
        for part in (slice(first, first + chunk) for first in range(0, len(sets), chunk))
        for one in (sets.rows(part),)
    ]
    for push in pushes:
        for rows, some, branches in parts:
            if push.shift is not None:
                rows[:] = push.shift(rows)
            flow = push.entering(some, branches)
            leaving = push.review * rows
            total = leaving.sum(axis=1)
            total /= flow.sum(axis=1)
            flow *= total[:, None]
            flow -= leaving
            rows += flow
    return state
