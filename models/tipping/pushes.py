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
    put : tuple of (S, drivers) of int
        For each conjunction the levels that its drivers are set to; −1 where they are not.
    """

    members: Index
    put: tuple[Index, ...]

    def __len__(self) -> int:
        return len(self.members)

    def rows(self, first: int, count: int) -> ChangeSets:
        """Return some of the sets."""
        part = slice(first, first + count)
        return ChangeSets(self.members[part], tuple(put[part] for put in self.put))


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
        self.joint = [
            np.repeat(draws.gamma[:, c].T, width, axis=1) for c in range(len(study.conjunctions))
        ]

    def sets(self, members: Index) -> ChangeSets:
        """Return sets of changes (S, size), given by position; −1 stands for none."""
        drivers = np.array([*(change.driver for change in self.changes), -1], dtype=np.intp)
        levels = np.array([*(change.level for change in self.changes), -1], dtype=np.intp)
        found = []
        for needs in self.design.conjunctions:
            put = np.full((len(members), len(needs)), -1, dtype=np.intp)
            for i, (driver, _) in enumerate(needs):
                for column in members.T:
                    ours = drivers[column] == driver
                    put[ours, i] = levels[column[ours]]
            found.append(put)
        return ChangeSets(members, tuple(found))

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
        self._joint = pusher.joint
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

    def entering(self, sets: ChangeSets) -> Floats:
        """Return what enters under each set, (S, K, N), up to a factor for each place."""
        flow = np.repeat(self._entry[None], len(sets), axis=0)
        for column in sets.members.T:
            # one set needs no copy of its factors
            flow *= self._factors[column if len(column) > 1 else column[0]]
        for joint, needs, put in zip(self._joint, self._needs, sets.put, strict=True):
            touched = np.flatnonzero((put >= 0).any(axis=1))
            if not touched.size:
                continue
            before = np.logical_and.reduce([met for _, met in needs])
            after = np.ones((touched.size, len(before)), dtype=bool)
            for level, (least, met) in zip(put[touched].T, needs, strict=True):
                after &= np.where(level[:, None] >= 0, level[:, None] >= least, met)
            row, place = np.nonzero(after != before)
            power = np.where(before[place], -1.0, 1.0)[:, None] * joint[:, place].T
            power -= power.max(axis=1, keepdims=True)
            flow[touched[row], :, place] *= np.exp(power)
        return flow


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
    for push in pushes:
        for first in range(0, len(sets), chunk):
            rows = state[first : first + chunk]
            if push.shift is not None:
                rows[:] = push.shift(rows)
            flow = push.entering(sets.rows(first, chunk))
            leaving = push.review * rows
            total = leaving.sum(axis=1)
            total /= flow.sum(axis=1)
            flow *= total[:, None]
            flow -= leaving
            rows += flow
    return state
