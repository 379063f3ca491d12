"""The particle engine: driver paths drawn by their law, scenarios filtered exactly on each.

Every draw of the parameters gets R paths of all drivers, drawn given the evidence on the
drivers; on each path the scenario filter is exact (Rao-Blackwellisation; Doucet et al. 2000,
arXiv:1301.3853). The weight of a path is the probability of the evidence, that of a draw the
mean over its paths. Where the paths of a draw come to weigh too unevenly before as-of, they are
resampled among themselves. Work goes in blocks of draws that threads share, and is linear in
draws, paths, drivers and steps.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tarjih.equations import advance, replacement, review_chance, softmax, utilities
from tarjih.evidence.weighing.likelihood import Evidence
from tarjih.models.engines.blocks import share_blocks
from tarjih.models.engines.dice import FACES, Dice
from tarjih.models.engines.drivers import driver_laws
from tarjih.models.engines.lookahead import Lookahead, Lookaheads
from tarjih.models.engines.protocol import Ahead, Clamp, Step
from tarjih.models.engines.recent import Recent
from tarjih.models.engines.tables import Tables
from tarjih.models.engines.walkers import Standing, Walkers
from tarjih.priors.draws import Draws
from tarjih.scenarios.design import driver_order
from tarjih.scenarios.records import Study

__all__ = ["PATHS", "ParticleEngine"]

Floats = NDArray[np.float64]
T = TypeVar("T")
PATHS = 16
"""Driver paths for each draw, unless asked otherwise."""

_BLOCK_PATHS = 2**14
# Bytes of what filters have passed, kept for those that begin alike.
_KEPT = 2**25
_RESAMPLE_BELOW = 0.5


class ParticleEngine:
    """Runs one study with one set of draws, for any evidence, dates and interventions.

    Parameters
    ----------
    study : Study
    draws : Draws
        M of them.
    paths : int
        R, driver paths for each draw.
    seed : int
        Runs with the same seed share their random numbers, step by step.
    """

    def __init__(self, study: Study, draws: Draws, *, paths: int = PATHS, seed: int = 0) -> None:
        self.study = study
        self.draws = draws
        self.paths = paths
        self.seed = seed
        self._laws = driver_laws(study, draws.up, draws.down)
        self._tables: dict[int, Tables] = {}
        self._initial = softmax(draws.initial)
        self._review = review_chance(draws.review_time, study.calendar.months)
        self._effects = draws.effects
        per_block = max(1, _BLOCK_PATHS // paths)
        self._blocks = [
            slice(first, min(first + per_block, len(draws)))
            for first in range(0, len(draws), per_block)
        ]
        self._lookaheads = Lookaheads(self._laws, driver_order(study), len(self._blocks))
        # of a path: chances of scenarios and of being reconsidered, weight, levels
        place = 8 * (2 * len(study.scenarios) + 1) + len(study.drivers)
        widest = min(per_block, len(draws)) * paths
        self._passed = Recent[_Passed](max(1, _KEPT // (place * widest)))

    def map(
        self,
        work: Callable[[Ahead], T],
        evidence: Evidence,
        *,
        as_of_step: int,
        last_step: int,
        clamps: Sequence[Clamp] = (),
    ) -> list[T]:
        """Return ``work`` of every block, filtered to ``as_of_step``, in the order of draws.

        Blocks are shared among threads.
        """
        on_drivers = [_informed(rows) for rows in evidence.driver_loglik]

        def go(block: slice) -> T:
            said = evidence.scenario_loglik
            walkers, state = self._filter(
                block,
                self._lookaheads.of(block, on_drivers),
                said[block] if said.ndim == 3 else said,
                clamps,
                as_of_step,
            )
            return work(self._ahead(block, walkers, state, as_of_step, last_step))

        return share_blocks(go, self._blocks)

    def _tables_of(self, block: slice) -> Tables:
        """Return what dice are compared with, worked out once for all runs."""
        if block.start not in self._tables:
            self._tables[block.start] = Tables(self._laws, block, self.paths)
        return self._tables[block.start]

    def _filter(
        self,
        block: slice,
        lookaheads: Sequence[Lookahead],
        said: Floats,
        clamps: Sequence[Clamp],
        as_of_step: int,
    ) -> tuple[Walkers, _Filtered]:
        """Carry the scenarios along the paths to as-of, from where a run that began alike was.

        ``said`` are the log-likelihoods of scenarios, (T+1, K) or (m, T+1, K).
        """
        free = min([as_of_step, *(clamp.step - 1 for clamp in clamps)])

        def before(step: int) -> tuple[Hashable, ...]:
            # all that a state rests on before a step's evidence is taken in
            rows = said[..., :step, :]
            return block.start, step, rows.shape, rows.tobytes(), *lookaheads

        recalled = (self._passed.get(before(step)) for step in range(free, -1, -1))
        passed = next((one for one in recalled if one is not None), None)
        walkers = Walkers(
            self.study,
            self._laws,
            self._tables_of(block),
            block,
            self.paths,
            self.seed,
            lookaheads,
            clamps,
            passed.standing if passed else None,
        )
        state = passed.state.copied() if passed else self._begun(block)
        first = passed.step if passed else 0
        for step in range(first, as_of_step + 1):
            if step > first:
                walkers.move(step)
                entry = self._entry(block, walkers, state.review)
                state.probability = advance(state.probability, state.review, entry, axis=0)
            if step <= free and not (passed and step == first):
                self._passed.put(before(step), _Passed(step, state.copied(), walkers.standing()))
            row = self._likelihood(said, step)
            if row is not None:
                state.absorb(row, walkers)
            thrown = state.dice.throw()
            if step < as_of_step:
                state.resample(walkers, thrown)
        return walkers, state

    def _begun(self, block: slice) -> _Filtered:
        draws = block.stop - block.start
        return _Filtered(
            np.repeat(self._initial[block].T, self.paths, axis=1),
            np.repeat(self._review[block].T, self.paths, axis=1),
            np.zeros(draws),
            Dice(self.seed, 1, block.start, draws),
        )

    def _ahead(
        self, block: slice, walkers: Walkers, state: _Filtered, as_of_step: int, last_step: int
    ) -> Ahead:
        draws = block.stop - block.start
        log_weight = walkers.log_weight.reshape(draws, -1)
        largest = log_weight.max(axis=1, keepdims=True)
        weight = np.exp(log_weight - largest)
        total = weight.sum(axis=1, keepdims=True)
        share = (weight / total).ravel()

        def steps() -> Iterator[Step]:
            for number in range(as_of_step + 1, last_step + 1):
                walkers.move(number)
                yield Step(
                    number,
                    walkers.levels,
                    state.review,
                    self._entry(block, walkers, state.review),
                )

        return Ahead(
            draws=block,
            log_weight=state.log_weight + np.log(total[:, 0] / self.paths) + largest[:, 0],
            mass=state.probability * share,
            levels=walkers.levels,
            steps=steps(),
            sampled=True,
        )

    def _entry(self, block: slice, walkers: Walkers, review: Floats) -> Floats:
        """Return q at the paths' levels, (K, N)."""
        draws = block.stop - block.start
        features = walkers.features.reshape(draws, self.paths, -1)
        eta = utilities(self.draws.alpha[block][:, None, :], self._effects[block], features)
        entry: Floats = replacement(
            np.ascontiguousarray(eta.reshape(draws * self.paths, -1).T), review
        )
        return entry

    def _likelihood(self, said: Floats, step: int) -> Floats | None:
        """Return log-likelihoods (K, 1) or (K, N) of a step, or None where it says nothing."""
        if step >= said.shape[-2] or not said[..., step, :].any():
            return None
        if said.ndim == 2:
            alike: Floats = said[step][:, None]
            return alike
        return np.repeat(said[:, step].T, self.paths, axis=1)


@dataclass(slots=True)
class _Filtered:
    """Scenarios along the paths of a block.

    Attributes
    ----------
    probability, review : (K, N)
        Of the scenarios on each path; ρ.
    log_weight : (m,)
        What the draws weigh by resamplings so far; the paths carry the rest.
    dice : Dice
        Of resampling.
    """

    probability: Floats
    review: Floats
    log_weight: Floats
    dice: Dice

    def copied(self) -> _Filtered:
        """Return the same; of what is never written to, no copy."""
        return replace(self, log_weight=self.log_weight.copy(), dice=self.dice.copied())

    def absorb(self, log_likelihood: Floats, walkers: Walkers) -> None:
        """Take in a step's evidence on scenarios."""
        largest = log_likelihood.max(axis=0)
        joint = self.probability * np.exp(log_likelihood - largest)
        total = joint.sum(axis=0)
        self.probability = joint / total
        walkers.log_weight += np.log(total) + largest

    def resample(self, walkers: Walkers, throws: NDArray[np.uint32]) -> None:
        """Draw paths anew, within each draw whose paths weigh too unevenly (systematically)."""
        draws = len(self.log_weight)
        log_weight = walkers.log_weight.reshape(draws, -1)
        paths = log_weight.shape[1]
        largest = log_weight.max(axis=1)
        weight = np.exp(log_weight - largest[:, None])
        total = weight.sum(axis=1)
        uneven = np.flatnonzero(total**2 < _RESAMPLE_BELOW * paths * (weight**2).sum(axis=1))
        if not uneven.size:
            return
        index = np.arange(draws * paths).reshape(draws, paths)
        marks = (np.arange(paths) + (throws[uneven] / FACES)[:, None]) / paths
        bounds = np.cumsum(weight[uneven] / total[uneven, None], axis=1)
        # each mark goes to the first path whose bound lies past it
        chosen = (marks[:, :, None] >= bounds[:, None, :-1]).sum(axis=-1)
        index[uneven] = index[uneven, :1] + chosen
        walkers.rearrange(index.ravel())
        self.probability = self.probability[:, index.ravel()]
        mean = largest[uneven] + np.log(total[uneven] / paths)
        walkers.log_weight.reshape(draws, -1)[uneven] = 0.0
        self.log_weight[uneven] += mean


@dataclass(frozen=True, slots=True)
class _Passed:
    """Where a filter was at a step, before it took in the evidence; nothing of it is changed."""

    step: int
    state: _Filtered
    standing: Standing


def _informed(log_likelihood: Floats) -> Floats:
    """Return the first steps up to the last that says anything; none if none does."""
    said = np.any(log_likelihood != 0, axis=-1)
    rows = np.flatnonzero(said.any(axis=0) if said.ndim == 2 else said)
    return log_likelihood[..., : rows[-1] + 1 if rows.size else 0, :]
