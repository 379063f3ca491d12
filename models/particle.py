"""The particle engine: driver paths drawn by their law, scenarios filtered exactly on each.

Every draw of the parameters gets R paths of all drivers, drawn in link order and given
the evidence on the drivers; on each path the scenario filter is exact. The weight of a
path is the probability of the evidence: the product of the driver normalisers and of the
filter's. The weight of a draw is the mean over its paths. Work goes in blocks of draws
large enough for threads to share, and is linear in draws, paths, drivers and steps.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tarjih.equations import review_chance, softmax, utilities
from tarjih.evidence.likelihood import Evidence
from tarjih.models.dice import throw_dice
from tarjih.models.drivers import draw_path, driver_laws
from tarjih.models.scenario_filter import filter_steps
from tarjih.priors.draws import Draws
from tarjih.scenarios.design import driver_order, features
from tarjih.scenarios.records import Study

__all__ = ["Clamp", "ParticleEngine", "Run", "Walk"]

Floats = NDArray[np.float64]
_BLOCK_PATHS = 2**14
_THREADS = min(4, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class Clamp:
    """A driver held at a level from a step on."""

    driver: int
    level: int
    step: int


@dataclass(frozen=True, slots=True)
class Run:
    """What an engine returns, from the as-of step to the last (H + 1 steps).

    Attributes
    ----------
    probability, ever : (H+1, M, K)
        Means over the paths of each draw.
    probability_noise, ever_noise : (H+1, M, K)
        Variances of those means that are owed to the paths alone.
    levels : tuple of (H+1, L_j)
        Level probabilities of each driver.
    log_weight : (M,)
        Log probability of the evidence under each draw.
    paths : int
        R.
    ess_paths : float
        Effective number of all M·R paths.
    """

    probability: Floats
    ever: Floats
    probability_noise: Floats
    ever_noise: Floats
    levels: tuple[Floats, ...]
    log_weight: Floats
    paths: int
    ess_paths: float


@dataclass(slots=True)
class Walk:
    """The driver paths of one block of draws, N of them, and what the scenario filter needs.

    Attributes
    ----------
    levels : list of (steps, N) int
        One for each driver.
    log_weight : (N,)
        Log probability of the evidence on drivers.
    initial, review : (K, N)
        Probabilities at step 0, and ρ.
    utilities : iterator of (K, N)
        η of steps 1, 2, …; can be gone through once.
    """

    levels: list[NDArray[np.intp]]
    log_weight: Floats
    initial: Floats
    review: Floats
    utilities: Iterator[Floats]


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

    def __init__(self, study: Study, draws: Draws, *, paths: int = 16, seed: int = 0) -> None:
        self.study = study
        self.draws = draws
        self.paths = paths
        self.seed = seed
        self._laws = driver_laws(study, draws.up, draws.down)
        self._order = driver_order(study)
        self._initial = softmax(draws.initial)
        self._review = review_chance(draws.review_time, study.calendar.months)
        self._effects = draws.effects
        per_block = max(1, _BLOCK_PATHS // paths)
        self._blocks = [
            slice(first, min(first + per_block, len(draws)))
            for first in range(0, len(draws), per_block)
        ]

    def run(
        self,
        evidence: Evidence,
        *,
        as_of_step: int,
        last_step: int,
        clamps: Sequence[Clamp] = (),
    ) -> Run:
        """Filter the evidence up to ``as_of_step`` and carry belief on to ``last_step``."""
        scenario_evidence = _informed(evidence.scenario_loglik)
        driver_evidence = [_informed(rows) for rows in evidence.driver_loglik]

        def run_block(block: slice) -> _Part:
            return self._run_block(
                block, scenario_evidence, driver_evidence, as_of_step, last_step, clamps
            )

        # NumPy lets go of the interpreter inside its loops; parts keep the order of the blocks
        with ThreadPoolExecutor(_THREADS) as pool:
            parts = list(pool.map(run_block, self._blocks))
        largest = max(part.largest for part in parts)
        scales = [float(np.exp(part.largest - largest)) for part in parts]
        mass = sum(part.mass * scale for part, scale in zip(parts, scales, strict=True))
        square = sum(part.square * scale**2 for part, scale in zip(parts, scales, strict=True))
        levels = tuple(
            np.sum(
                [part.levels[j] * scale for part, scale in zip(parts, scales, strict=True)], axis=0
            )
            / mass
            for j in range(len(self.study.drivers))
        )
        return Run(
            probability=np.concatenate([part.probability for part in parts], axis=1),
            ever=np.concatenate([part.ever for part in parts], axis=1),
            probability_noise=np.concatenate([part.probability_noise for part in parts], axis=1),
            ever_noise=np.concatenate([part.ever_noise for part in parts], axis=1),
            levels=levels,
            log_weight=np.concatenate([part.log_weight for part in parts]),
            paths=self.paths,
            ess_paths=mass**2 / square,
        )

    def walks(
        self, evidence: Evidence, *, last_step: int, clamps: Sequence[Clamp] = ()
    ) -> Iterator[Walk]:
        """Yield the driver paths of every block of draws: those that `run` goes along."""
        driver_evidence = [_informed(rows) for rows in evidence.driver_loglik]
        for block in self._blocks:
            yield self._walk(block, driver_evidence, last_step, clamps)

    def _walk(
        self,
        block: slice,
        driver_evidence: Sequence[Floats],
        last_step: int,
        clamps: Sequence[Clamp],
    ) -> Walk:
        levels, log_weight = self._draw_paths(block, driver_evidence, last_step, clamps)
        return Walk(
            levels,
            log_weight,
            np.repeat(self._initial[block].T, self.paths, axis=1),
            np.repeat(self._review[block].T, self.paths, axis=1),
            self._utilities(block, levels, last_step),
        )

    def _run_block(
        self,
        block: slice,
        scenario_evidence: Floats,
        driver_evidence: Sequence[Floats],
        as_of_step: int,
        last_step: int,
        clamps: Sequence[Clamp],
    ) -> _Part:
        count = block.stop - block.start
        shape = (count, self.paths)
        walk = self._walk(block, driver_evidence, last_step, clamps)
        levels, log_weight = walk.levels, walk.log_weight
        scenarios = filter_steps(
            walk.initial, walk.review, walk.utilities, scenario_evidence, as_of_step
        )
        wide = (last_step - as_of_step + 1, count, len(self.study.scenarios))
        probability, ever, probability_noise, ever_noise = (np.empty(wide) for _ in range(4))
        share = np.empty(shape)
        for belief in scenarios:
            ahead = belief.step - as_of_step
            if ahead < 0:
                continue
            if ahead == 0:
                log_weight = (log_weight + belief.log_weight).reshape(shape)
                largest = log_weight.max()
                weight = np.exp(log_weight - largest)
                share = weight / weight.sum(axis=1, keepdims=True)
            _summarise(belief.filtered, share, probability[ahead], probability_noise[ahead])
            _summarise(belief.ever, share, ever[ahead], ever_noise[ahead])
        flat = weight.ravel()
        return _Part(
            probability=probability,
            ever=ever,
            probability_noise=probability_noise,
            ever_noise=ever_noise,
            levels=[
                np.stack(
                    [
                        np.bincount(path[step], weights=flat, minlength=len(driver.levels))
                        for step in range(as_of_step, last_step + 1)
                    ]
                )
                for path, driver in zip(levels, self.study.drivers, strict=True)
            ],
            log_weight=np.log(weight.mean(axis=1)) + largest,
            largest=float(largest),
            mass=float(flat.sum()),
            square=float((flat**2).sum()),
        )

    def _draw_paths(
        self,
        block: slice,
        driver_evidence: Sequence[Floats],
        last_step: int,
        clamps: Sequence[Clamp],
    ) -> tuple[list[NDArray[np.intp]], Floats]:
        owner = np.repeat(np.arange(block.start, block.stop), self.paths)
        drawn: list[NDArray[np.intp]] = [np.empty(0, dtype=np.intp)] * len(self._laws)
        log_weight = np.zeros(len(owner))
        for j in self._order:
            throws = throw_dice(self.seed, j, block.start, last_step + 1, len(owner))
            path = draw_path(self._laws[j], driver_evidence[j], throws, owner, drawn)
            log_weight += path.log_weight
            for clamp in clamps:
                if clamp.driver == j:
                    path.levels[clamp.step :] = clamp.level
            drawn[j] = path.levels
        return drawn, log_weight

    def _utilities(
        self, block: slice, levels: list[NDArray[np.intp]], last_step: int
    ) -> Iterator[Floats]:
        """Yield η of steps 1, 2, … as (K, N)."""
        count = block.stop - block.start
        alpha = self.draws.alpha[block][:, None, :]
        effects = self._effects[block]
        at_step = np.empty((count, self.paths, len(levels)), dtype=np.intp)
        for step in range(1, last_step + 1):
            for j, path in enumerate(levels):
                at_step[:, :, j] = path[step].reshape(count, self.paths)
            eta = utilities(alpha, effects, features(self.study, at_step))
            yield np.ascontiguousarray(eta.reshape(count * self.paths, -1).T)


@dataclass(frozen=True, slots=True)
class _Part:
    """A block's share of a run; weights are relative to ``exp(largest)``."""

    probability: Floats
    ever: Floats
    probability_noise: Floats
    ever_noise: Floats
    levels: list[Floats]
    log_weight: Floats
    largest: float
    mass: float
    square: float


def _informed(log_likelihood: Floats) -> Floats:
    """Return the first steps up to the last that says anything; none if none does."""
    rows = np.flatnonzero(np.any(log_likelihood != 0, axis=-1))
    return log_likelihood[: rows[-1] + 1 if rows.size else 0]


def _summarise(values: Floats, share: Floats, mean: Floats, noise: Floats) -> None:
    """Write the weighted mean over paths, and the variance of that mean, of (K, M·R) values."""
    draws, paths = share.shape
    by_path = values.reshape(len(values), draws, paths)
    mean[:] = np.einsum("kmr,mr->mk", by_path, share)
    away = by_path - mean.T[:, :, None]
    away *= share
    noise[:] = np.einsum("kmr,kmr->mk", away, away) * (paths / max(paths - 1, 1))
