"""Every small set of driver changes, tried at little cost before any is run in full.

One driver path is drawn for each of a few hundred draws, and the scenarios are carried along it
to the horizon by the pull that each set of changes gives, many sets side by side and none of
them kept. What a set changes is had with its standard error, since all are tried on the same
paths; so it can be said how far a set must be from what is asked to be left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tarjih.models.engines.protocol import Ahead, Step
from tarjih.models.tipping.pushes import Change, Pusher, carry_sets
from tarjih.priors.draws import Draws
from tarjih.scenarios.records import Study

__all__ = ["Contrasts", "Sample", "Screen", "change_sets", "changes_from", "take_sample"]

Floats = NDArray[np.float64]
Index = NDArray[np.intp]
_CELLS = 2**19


@dataclass(frozen=True, slots=True)
class Contrasts:
    """What is asked of the scenarios: a set qualifies if any of Q sums is above zero.

    Attributes
    ----------
    weights : (Q, K)
    offset : (Q,)
        The sums are ``weights @ probability + offset``.
    """

    weights: Floats
    offset: Floats

    def of(self, probability: Floats) -> Floats:
        """Return the sums (..., Q) of probabilities (..., K)."""
        sums: Floats = probability @ self.weights.T + self.offset
        return sums

    def met(self, probability: Floats) -> bool:
        """Return whether probabilities (K,) qualify."""
        return bool((self.of(probability) > 0).any())


@dataclass(frozen=True, slots=True)
class Sample:
    """One driver path of each of D draws.

    Attributes
    ----------
    start : (K, D)
        Scenario probabilities at as-of along each path.
    steps : tuple of Step
        Those after as-of, along the paths.
    """

    start: Floats
    steps: tuple[Step, ...]


def changes_from(study: Study, current: Sequence[int]) -> tuple[Change, ...]:
    """Return every change of one driver, in the study's order.

    Parameters
    ----------
    study : Study
    current : sequence of int
        The level that each driver stands at.
    """
    return tuple(
        Change(j, level)
        for j, driver in enumerate(study.drivers)
        for level in range(len(driver.levels))
        if level != current[j]
    )


def change_sets(changes: Sequence[Change], size: int) -> Index:
    """Return every set of ``size`` changes of different drivers.

    Parameters
    ----------
    changes : sequence of Change
        In the order of their drivers.
    size : int
        At least 1.

    Returns
    -------
    (S, size) of int
        Positions in ``changes``, rising along each row.

    Examples
    --------
    >>> change_sets([Change(0, 1), Change(1, 0), Change(1, 2)], 2).tolist()
    [[0, 1], [0, 2]]
    """
    drivers = np.array([change.driver for change in changes], dtype=np.intp)
    # the first change of a later driver
    after = np.searchsorted(drivers, drivers, side="right")
    sets = np.arange(len(changes), dtype=np.intp)[:, None]
    for _ in range(size - 1):
        first = after[sets[:, -1]]
        more = len(changes) - first
        ends = np.cumsum(more)
        added = np.arange(more.sum()) - np.repeat(ends - more - first, more)
        sets = np.column_stack([np.repeat(sets, more, axis=0), added])
    return sets


def take_sample(
    map_blocks: Callable[[Callable[[Ahead], Sample]], list[Sample]], draws: int, seed: int
) -> Sample:
    """Draw one driver path of each draw by the paths' weights, and note what it passes.

    Parameters
    ----------
    map_blocks : callable
        Calls its argument for every block, as `Posterior.map` does; places must be paths.
    draws : int
        D.
    seed : int
        The same seed takes the same paths, whatever is held from as-of on.
    """
    marks = np.random.default_rng([seed, draws]).random(draws)

    def pick(ahead: Ahead) -> Sample:
        share = ahead.mass.sum(axis=0)
        count = ahead.draws.stop - ahead.draws.start
        width = len(share) // count
        bounds = np.cumsum(share.reshape(count, width), axis=1)
        chosen = (marks[ahead.draws, None] >= bounds[:, :-1]).sum(axis=1)
        place = chosen + np.arange(count) * width
        steps = tuple(
            Step(step.number, step.levels[:, place], step.review[:, place], step.entry[:, place])
            for step in ahead.steps
        )
        return Sample(ahead.mass[:, place] / share[place], steps)

    parts = map_blocks(pick)
    return Sample(
        np.concatenate([part.start for part in parts], axis=-1),
        tuple(_joined(steps) for steps in zip(*(part.steps for part in parts), strict=True)),
    )


def _joined(steps: Sequence[Step]) -> Step:
    """Put the places of several blocks side by side."""
    levels, review, entry = (
        np.concatenate([getattr(step, name) for step in steps], axis=-1)
        for name in ("levels", "review", "entry")
    )
    return Step(steps[0].number, levels, review, entry)


class Screen:
    """Carries the scenarios to the horizon under any sets of changes, along sampled paths.

    Parameters
    ----------
    study : Study
    draws : Draws
        D of them, alike in weight.
    sample : Sample
    changes : sequence of Change
    """

    def __init__(
        self, study: Study, draws: Draws, sample: Sample, changes: Sequence[Change]
    ) -> None:
        self._pusher = Pusher(study, draws, 1, changes)
        self._start = sample.start
        self._pushes = [self._pusher.at(step) for step in sample.steps]

    def carried(self, members: Index) -> Floats:
        """Return probabilities at the horizon (S, K, D) under sets of changes (S, size)."""
        sets = self._pusher.sets(members)
        return carry_sets(self._pushes, self._start, sets)

    def estimate(self, members: Index, contrasts: Contrasts, base: Floats) -> tuple[Floats, Floats]:
        """Return by how much each set changes the contrasts, and the standard errors.

        Parameters
        ----------
        members : (S, size) of int
        contrasts : Contrasts
            Q of them.
        base : (K, D)
            Probabilities at the horizon with no change, under the same draws.

        Returns
        -------
        mean, error : (S, Q)
        """
        count = base.shape[-1]
        chunk = max(1, _CELLS // base.size)
        mean = np.empty((len(members), len(contrasts.offset)))
        error = np.empty_like(mean)
        for first in range(0, len(members), chunk):
            rows = slice(first, first + chunk)
            away = self.carried(members[rows]) - base
            values = np.einsum("qk,skd->sqd", contrasts.weights, away)
            mean[rows] = values.mean(axis=-1)
            error[rows] = values.std(axis=-1) / np.sqrt(count)
        return mean, error
