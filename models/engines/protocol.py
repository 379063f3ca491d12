"""What every engine gives: belief at as-of, and how it is carried on.

An engine filters the evidence under every draw of the parameters and hands over blocks of
draws, each a joint mass over scenarios and *places*. A place is whatever the engine keeps of
the drivers: a path that was drawn (particle) or a joint driver state (exact). What is asked
of a forecast needs no more than to carry masses on from step to step and to take from them
what has happened, so it is written once, for every engine.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from tarjih.equations import advance
from tarjih.evidence.weighing.likelihood import Evidence
from tarjih.priors.draws import Draws
from tarjih.scenarios.records import Study

__all__ = ["Ahead", "Clamp", "Engine", "EngineAround", "Run", "Step", "path_noise", "run_engine"]

Floats = NDArray[np.float64]
Levels = NDArray[np.integer]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Clamp:
    """A driver held at a level from a step on; of several, the last that has begun rules."""

    driver: int
    level: int
    step: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step after as-of.

    Attributes
    ----------
    number : int
    levels : (J, N) of int
        The driver levels of each place at this step; good until the next step is taken.
    review, entry : (K, N)
        The chance that each scenario is reconsidered in this step, and what it is then
        replaced by (ρ and q).
    shift : callable or None
        Takes masses (..., K, N) along with the drivers, where places are driver states; None
        where they are paths, which a mass stays on.
    """

    number: int
    levels: Levels
    review: Floats
    entry: Floats
    shift: Callable[[Floats], Floats] | None = None

    def carry(self, mass: Floats) -> Floats:
        """Return masses (..., K, N) of the step before at this one."""
        moved = mass if self.shift is None else self.shift(mass)
        carried: Floats = advance(moved, self.review, self.entry, axis=-2)
        return carried


@dataclass(frozen=True, slots=True)
class Ahead:
    """A block of draws at as-of, the evidence filtered, with the steps to come.

    Attributes
    ----------
    draws : slice
        M_b of the engine's draws.
    log_weight : (M_b,)
        Log probability of the evidence under each draw.
    mass : (K, N)
        Joint probability of scenario and place at as-of; sums to one for each draw. Places
        stand draw by draw, N / M_b of each.
    levels : (J, N) of int
        Driver levels at as-of.
    steps : iterator of Step
        Those after as-of; can be gone through once.
    sampled : bool
        Whether places are a sample, which has noise.
    """

    draws: slice
    log_weight: Floats
    mass: Floats
    levels: Levels
    steps: Iterator[Step]
    sampled: bool

    def per_draw(self, values: Floats) -> Floats:
        """Sum values (..., N) over the places of each draw: (..., M_b)."""
        count = self.draws.stop - self.draws.start
        width = values.shape[-1] // count
        total: Floats = values.reshape(*values.shape[:-1], count, width).sum(axis=-1)
        return total


class Engine(Protocol):
    """Filters evidence under every draw of a study's parameters.

    Attributes
    ----------
    study : Study
    draws : Draws
        M of them.
    paths : int
        R, driver paths for each draw; 0 if driver states are summed out.
    seed : int
        Runs with the same seed share their random numbers.
    """

    @property
    def study(self) -> Study: ...
    @property
    def draws(self) -> Draws: ...
    @property
    def paths(self) -> int: ...
    @property
    def seed(self) -> int: ...

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
        ...


class EngineAround:
    """What engines share that leave the work to another; `map` is theirs.

    Parameters
    ----------
    inner : Engine
        The other.
    """

    def __init__(self, inner: Engine) -> None:
        self.inner = inner

    @property
    def study(self) -> Study:
        """As that of the other engine."""
        return self.inner.study

    @property
    def draws(self) -> Draws:
        """As that of the other engine."""
        return self.inner.draws

    @property
    def paths(self) -> int:
        """As that of the other engine."""
        return self.inner.paths

    @property
    def seed(self) -> int:
        """As that of the other engine."""
        return self.inner.seed


@dataclass(frozen=True, slots=True)
class Run:
    """What is found, from the as-of step to the last (H + 1 steps).

    Attributes
    ----------
    probability, ever : (H+1, M, K)
        In force at the step; in force at any step from as-of to it.
    probability_noise, ever_noise : (H+1, M, K)
        Variances of those that are owed to sampled paths alone; 0 without.
    levels : tuple of (H+1, L_j)
        Level probabilities of each driver.
    log_weight : (M,)
        Log probability of the evidence under each draw.
    paths : int
        R; 0 if driver states are summed out.
    ess_paths : float
        Effective number of all M·R paths; of draws, without paths.
    """

    probability: Floats
    ever: Floats
    probability_noise: Floats
    ever_noise: Floats
    levels: tuple[Floats, ...]
    log_weight: Floats
    paths: int
    ess_paths: float


@dataclass(frozen=True, slots=True)
class _Part:
    """A block's share of a run; weights of places are relative to ``exp(largest)``."""

    probability: Floats
    ever: Floats
    probability_noise: Floats
    ever_noise: Floats
    levels: list[Floats]
    log_weight: Floats
    largest: float
    total: float
    square: float


def run_engine(
    engine: Engine,
    evidence: Evidence,
    *,
    as_of_step: int,
    last_step: int,
    clamps: Sequence[Clamp] = (),
) -> Run:
    """Filter the evidence up to ``as_of_step`` and carry belief on to ``last_step``.

    Notes
    -----
    For each k a mass that never visited k is carried along, *unnormalised*, by the same law as
    the whole; ``ever`` is one minus what is left of it. Normalising it by itself would answer
    another question.
    """
    sizes = [len(driver.levels) for driver in engine.study.drivers]
    steps = last_step - as_of_step
    parts = engine.map(
        lambda ahead: _run_block(ahead, sizes, steps),
        evidence,
        as_of_step=as_of_step,
        last_step=last_step,
        clamps=clamps,
    )
    largest = max(part.largest for part in parts)
    scales = [float(np.exp(part.largest - largest)) for part in parts]
    total = sum(scale * part.total for scale, part in zip(scales, parts, strict=True))
    square = sum(scale**2 * part.square for scale, part in zip(scales, parts, strict=True))

    def joined(name: str) -> Floats:
        return np.concatenate([getattr(part, name) for part in parts], axis=1)

    levels: list[Floats] = [
        np.sum([scale * part.levels[j] for scale, part in zip(scales, parts, strict=True)], axis=0)
        / total
        for j in range(len(sizes))
    ]
    return Run(
        probability=joined("probability"),
        ever=joined("ever"),
        probability_noise=joined("probability_noise"),
        ever_noise=joined("ever_noise"),
        levels=tuple(levels),
        log_weight=np.concatenate([part.log_weight for part in parts]),
        paths=engine.paths,
        ess_paths=total**2 / square,
    )


def _run_block(ahead: Ahead, sizes: Sequence[int], steps: int) -> _Part:
    count = ahead.draws.stop - ahead.draws.start
    scenarios = len(ahead.mass)
    wide = (steps + 1, count, scenarios)
    probability, ever, probability_noise, ever_noise = (np.zeros(wide) for _ in range(4))
    levels = [np.zeros((steps + 1, size)) for size in sizes]
    largest = float(ahead.log_weight.max())
    weight = np.exp(ahead.log_weight - largest)

    each = np.arange(scenarios)
    mass = ahead.mass
    # the last row is the whole; row k of the others is what never visited k
    rows = np.repeat(mass[None], scenarios + 1, axis=0)
    rows[each, each] = 0.0
    share = mass.sum(axis=0)
    at = ahead.levels
    for h in range(steps + 1):
        if h:
            step = next(ahead.steps)
            rows = step.carry(rows)
            rows[each, each] = 0.0
            at = step.levels
            if not ahead.sampled:
                share = rows[-1].sum(axis=0)
        missed = rows[:-1].sum(axis=1)
        probability[h] = ahead.per_draw(rows[-1]).T
        ever[h] = 1.0 - ahead.per_draw(missed).T
        if ahead.sampled:
            probability_noise[h] = path_noise(rows[-1], share, probability[h])
            ever_noise[h] = path_noise(share - missed, share, ever[h])
        weighed = share.reshape(count, -1) * weight[:, None]
        if not ahead.sampled:  # all draws have the same places
            weighed = weighed.sum(axis=0)
        for j, size in enumerate(sizes):
            own = at[j][: weighed.size]
            levels[j][h] = np.bincount(own, weights=weighed.ravel(), minlength=size)
    places = share.reshape(count, -1) * weight[:, None]
    square = float((places**2).sum()) if ahead.sampled else float((weight**2).sum())
    return _Part(
        probability,
        ever,
        probability_noise,
        ever_noise,
        levels,
        ahead.log_weight,
        largest,
        float(weight.sum()),
        square,
    )


def path_noise(values: Floats, share: Floats, mean: Floats) -> Floats:
    """Return the variance of means (M, K) over paths: values (K, N) hold the shares (N,)."""
    draws = len(mean)
    shares = share.reshape(draws, -1)
    paths = shares.shape[1]
    away = values.reshape(len(values), draws, paths) - mean.T[:, :, None] * shares
    noise: Floats = np.einsum("kmr,kmr->mk", away, away) * (paths / max(paths - 1, 1))
    return noise
