"""An engine that remembers the steps to come, for evidence that differs at as-of only.

Where two beliefs differ in what was said of the *scenarios* in the as-of step, and in nothing
else, the drivers take the same paths under both: with the same dice, the paths have been followed
before that evidence comes in. Then the second belief is the first with its masses at as-of weighed
by the difference, and what each step does to a mass (most of the work) is there already.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tarjih.evidence import Evidence
from tarjih.models.engines.blocks import share_blocks
from tarjih.models.engines.protocol import Ahead, Clamp, Engine, EngineAround, Step

__all__ = ["KeptEngine"]

Floats = NDArray[np.float64]
T = TypeVar("T")
_MOST_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class _Block:
    """A block of draws at as-of, and the steps after it."""

    ahead: Ahead
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class _Run:
    """What was asked for first, and what it led to."""

    evidence: Evidence
    as_of_step: int
    last_step: int
    blocks: tuple[_Block, ...]


class KeptEngine(EngineAround):
    """Does what another engine does; the second time, where it can, without its work.

    Parameters
    ----------
    inner : Engine
        Its first run without clamps is remembered, unless it would take too much memory.
    """

    def __init__(self, inner: Engine) -> None:
        super().__init__(inner)
        self._run: _Run | None = None

    def map(
        self,
        work: Callable[[Ahead], T],
        evidence: Evidence,
        *,
        as_of_step: int,
        last_step: int,
        clamps: Sequence[Clamp] = (),
    ) -> list[T]:
        """Return ``work`` of every block; see `Engine.map`."""
        if clamps or not self._small(last_step - as_of_step):
            return self.inner.map(
                work, evidence, as_of_step=as_of_step, last_step=last_step, clamps=clamps
            )
        if self._run is None:
            blocks = tuple(
                self.inner.map(_keep, evidence, as_of_step=as_of_step, last_step=last_step)
            )
            self._run = _Run(evidence, as_of_step, last_step, blocks)
        run = self._run
        if not _serves(run, evidence, as_of_step, last_step):
            return self.inner.map(work, evidence, as_of_step=as_of_step, last_step=last_step)
        more = _said(evidence, as_of_step) - _said(run.evidence, as_of_step)
        by_draws = {block.ahead.draws.start: block for block in run.blocks}

        def go(draws: slice) -> T:
            return work(_weighed(by_draws[draws.start], more, last_step - as_of_step))

        return share_blocks(go, [block.ahead.draws for block in run.blocks])

    def _small(self, steps: int) -> bool:
        """Return whether the steps may be kept."""
        places = len(self.draws) * max(self.paths, 1)
        if not self.paths:  # driver states are the same places under all draws
            places *= int(np.prod([len(driver.levels) for driver in self.study.drivers]))
        sizes = 8 * (len(self.study.scenarios) + len(self.study.drivers))
        return steps * places * sizes <= _MOST_BYTES


def _keep(ahead: Ahead) -> _Block:
    # What a step gives is good only until the next one is taken.
    levels = ahead.levels.copy()
    steps = tuple(
        replace(step, levels=step.levels.copy(), entry=step.entry.copy()) for step in ahead.steps
    )
    return _Block(replace(ahead, levels=levels, steps=iter(())), steps)


def _serves(run: _Run, evidence: Evidence, as_of_step: int, last_step: int) -> bool:
    """Return whether evidence differs from what was run in the scenarios at as-of only."""
    if as_of_step != run.as_of_step or last_step > run.last_step:
        return False
    ours, theirs = run.evidence, evidence
    if ours.scenario_loglik.shape != theirs.scenario_loglik.shape:
        return False
    unlike = ours.scenario_loglik != theirs.scenario_loglik
    unlike[..., as_of_step, :] = False
    return not unlike.any() and all(
        np.array_equal(one, other)
        for one, other in zip(ours.driver_loglik, theirs.driver_loglik, strict=True)
    )


def _said(evidence: Evidence, step: int) -> Floats:
    """Return what is said of the scenarios in a step, (K,) or (M, K)."""
    said: Floats = evidence.scenario_loglik[..., step, :]
    return said


def _weighed(block: _Block, more: Floats, steps: int) -> Ahead:
    """Return a block at as-of, its masses weighed by what is said more."""
    ahead = replace(block.ahead, steps=iter(block.steps[:steps]))
    if not more.any():
        return ahead
    count = ahead.draws.stop - ahead.draws.start
    own = np.broadcast_to(more, (count, more.shape[-1])) if more.ndim == 1 else more[ahead.draws]
    largest = own.max(axis=1)
    factor = np.exp(own - largest[:, None]).T
    mass = ahead.mass * np.repeat(factor, ahead.mass.shape[1] // count, axis=1)
    total = ahead.per_draw(mass.sum(axis=0))
    mass = mass / np.repeat(total, ahead.mass.shape[1] // count)
    return replace(ahead, mass=mass, log_weight=ahead.log_weight + np.log(total) + largest)
