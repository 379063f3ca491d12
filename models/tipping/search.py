"""The search for the smallest sets of changes that do what is asked.

What may qualify by the screen is run on all paths; what would only add to a set that qualifies
surely is not. Should a set that looked sure fail in full, those that add to it are looked at
after all. The screen leaves a set out when it is more than three standard errors from doing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import erf, sqrt

import numpy as np
from numpy.typing import NDArray

from tarjih.models.engines.particle import ParticleEngine
from tarjih.models.engines.protocol import Ahead, Clamp, path_noise
from tarjih.models.forecasting import without_noise
from tarjih.models.posterior import Posterior
from tarjih.models.record import Forecast
from tarjih.models.tipping.holding import Reached, chances_together
from tarjih.models.tipping.pushes import Change, Pusher, carry_sets
from tarjih.models.tipping.screening import Contrasts, Screen, change_sets, take_sample

__all__ = ["MOST_CHANGES", "Members", "Searched", "has_part", "run_sets", "search_sets", "smallest"]

Floats = NDArray[np.float64]
Index = NDArray[np.intp]
Members = tuple[int, ...]
MOST_CHANGES = 3
"""How many drivers may change together."""

_RUN_ALL = 64
_MOST_WEIGHED = 512
_MOST_RUNS = 128
_SETS_PER_RUN = 64
_SAMPLED = (64, 256)
_SAMPLED_SETS = 2**20
_MOST_SAMPLES = 64
_SURE = 3.0
_LEAST_ERROR = 1e-6


@dataclass(frozen=True, slots=True)
class Searched:
    """The smallest sets that qualify, and how they were looked for.

    Attributes
    ----------
    found : mapping of positions to (M, K) and (M,)
        Scenario probabilities at the horizon under each set, and the chance that its levels
        come to hold together; path noise taken out.
    screened : int
        All sets there are, of up to `MOST_CHANGES` changes.
    sampled : int
        Paths that they were screened on; 0 if all were run.
    run : int
        How many were run on all paths.
    left : int
        How many more the screen would have had run.
    """

    found: dict[Members, tuple[Floats, Floats]]
    screened: int
    sampled: int
    run: int
    left: int


def search_sets(
    posterior: Posterior,
    baseline: Forecast,
    contrasts: Contrasts,
    changes: Sequence[Change],
    current: Sequence[int],
) -> Searched:
    """Find the smallest sets of changes that meet any of the contrasts at the horizon.

    Parameters
    ----------
    posterior : Posterior
    baseline : Forecast
        With nothing changed.
    contrasts : Contrasts
    changes : sequence of Change
        In the order of their drivers.
    current : sequence of int
        The level that each driver stands at.
    """
    every = [change_sets(changes, size) for size in range(1, MOST_CHANGES + 1)]
    screened = sum(map(len, every))
    sampled = 0
    if screened <= _RUN_ALL:
        hopes = {tuple(row): 1.0 for sets in every for row in sets.tolist()}
        sure: set[Members] = set()
    else:
        sampled = int(np.clip(_SAMPLED_SETS // screened, *_SAMPLED))
        hopes, sure = _screen(posterior, baseline, changes, contrasts, every, sampled)
    results: dict[Members, tuple[Floats, Floats]] = {}
    met: set[Members] = set()
    left = 0
    while not left:
        good = met | (sure - results.keys())
        pending = [each for each in hopes if each not in results and not has_part(each, good)]
        if not pending:
            break
        pending.sort(key=lambda each: (len(each), -hopes[each], each))
        weighed = pending[:_MOST_WEIGHED]
        chances = _chances(posterior, baseline, changes, current, weighed)
        # of each size first what will probably both qualify and come about
        worth = baseline.mean(chances) * [hopes[each] for each in weighed]
        order = sorted(range(len(weighed)), key=lambda i: (len(weighed[i]), -worth[i], i))
        batch = order[: _MOST_RUNS - len(results)]
        left = len(pending) - len(batch)
        values = run_sets(posterior, baseline, changes, [weighed[i] for i in batch])
        for i, found in zip(batch, values, strict=True):
            each = weighed[i]
            results[each] = found, chances[:, i]
            if contrasts.met(baseline.mean(found)):
                met.add(each)
    return Searched(
        {each: results[each] for each in smallest(met)}, screened, sampled, len(results), left
    )


def has_part(members: Members, sets: Collection[Members]) -> bool:
    """Return whether a smaller part of a set is among others.

    Examples
    --------
    >>> has_part((1, 4, 6), {(1, 6)}), has_part((1, 6), {(1, 6)})
    (True, False)
    """
    return any(
        part in sets for size in range(1, len(members)) for part in combinations(members, size)
    )


def smallest(sets: Iterable[Members]) -> list[Members]:
    """Return those of which no smaller part is there.

    Examples
    --------
    >>> smallest([(3,), (1, 2), (1, 3), (1, 2, 5)])
    [(3,), (1, 2)]
    """
    every = set(sets)
    return sorted((one for one in every if not has_part(one, every)), key=_by_size)


def _by_size(members: Members) -> tuple[int, Members]:
    return len(members), members


def run_sets(
    posterior: Posterior, baseline: Forecast, changes: Sequence[Change], sets: Sequence[Members]
) -> list[Floats]:
    """Return scenario probabilities (M, K) at the horizon with each set held, on all paths.

    They are those of a forecast with the same interventions.
    """
    parents = _followed(posterior)
    groups: dict[Members, list[int]] = {}
    for i, members in enumerate(sets):
        groups.setdefault(_key(members, changes, parents), []).append(i)
    found: dict[int, Floats] = {}
    for key, rows in groups.items():
        for first in range(0, len(rows), _SETS_PER_RUN):
            some = rows[first : first + _SETS_PER_RUN]
            values = _run(posterior, baseline, changes, [sets[i] for i in some], key)
            found.update(zip(some, values, strict=True))
    return [found[i] for i in range(len(sets))]


def _run(
    posterior: Posterior,
    baseline: Forecast,
    changes: Sequence[Change],
    sets: Sequence[Members],
    key: Members,
) -> list[Floats]:
    """Run sets that share their changes of drivers that others follow."""
    study, draws = posterior.study, posterior.engine.draws
    used = sorted({c for members in sets for c in members})
    rows = np.full((len(sets), max(map(len, sets))), -1, dtype=np.intp)
    for row, members in zip(rows, sets, strict=True):
        row[: len(members)] = [used.index(c) for c in members]

    def work(ahead: Ahead) -> tuple[Floats, Floats]:
        count = ahead.draws.stop - ahead.draws.start
        block = draws.take(np.arange(ahead.draws.start, ahead.draws.stop))
        pusher = Pusher(study, block, ahead.mass.shape[-1] // count, [changes[c] for c in used])
        share = ahead.mass.sum(axis=0)
        pushes = (pusher.at(step) for step in ahead.steps)
        state = carry_sets(pushes, ahead.mass, pusher.sets(rows))
        mean = ahead.per_draw(state).transpose(0, 2, 1)
        if not ahead.sampled:
            return mean, np.zeros_like(mean)
        noise = [path_noise(one, share, each) for one, each in zip(state, mean, strict=True)]
        return mean, np.stack(noise)

    parts = posterior.map(work, baseline.horizon_step, _clamps(posterior, changes, key))
    mean, noise = (np.concatenate([part[i] for part in parts], axis=1) for i in (0, 1))
    return list(without_noise(mean, noise, baseline.log_weight))


def _chances(
    posterior: Posterior,
    baseline: Forecast,
    changes: Sequence[Change],
    current: Sequence[int],
    sets: Sequence[Members],
) -> Floats:
    """Return the chance (M, S) that the levels of each set come to hold together."""
    asked = [
        [Reached(one.driver, one.level, one.level > current[one.driver]) for one in members]
        for members in ([changes[c] for c in each] for each in sets)
    ]
    chance, noise = chances_together(posterior, asked, baseline.horizon_step)
    return without_noise(chance, noise, baseline.log_weight)


def _clamps(posterior: Posterior, changes: Sequence[Change], key: Members) -> list[Clamp]:
    step = posterior.as_of_step + 1
    return [Clamp(changes[c].driver, changes[c].level, step) for c in key]


def _screen(
    posterior: Posterior,
    baseline: Forecast,
    changes: Sequence[Change],
    contrasts: Contrasts,
    every: Sequence[Index],
    count: int,
) -> tuple[dict[Members, float], set[Members]]:
    """Return the sets that may qualify, with how probably they do, and those that surely do."""
    bounds = np.cumsum(baseline.weight)
    chosen = np.searchsorted(bounds / bounds[-1], (np.arange(count) + 0.5) / count)
    thin = _thinned(posterior, chosen)
    draws = thin.engine.draws

    def screen(key: Members) -> Screen:
        clamps = _clamps(posterior, changes, key)
        sample = take_sample(
            lambda pick: thin.map(pick, baseline.horizon_step, clamps), count, posterior.engine.seed
        )
        return Screen(posterior.study, draws, sample, changes)

    base = screen(()).carried(np.empty((1, 0), dtype=np.intp))[0]
    standing = contrasts.of(baseline.at_horizon)
    hopes: dict[Members, float] = {}
    sure: set[Members] = set()
    for key, group in _grouped(every, changes, _followed(posterior)).items():
        own = screen(key)
        for sets in group:
            mean, error = own.estimate(sets, contrasts, base)
            # errors past the bar, for the contrast that is nearest
            past = ((standing + mean) / np.maximum(error, _LEAST_ERROR)).max(axis=1)
            for row in np.flatnonzero(past > -_SURE):
                members = tuple(sets[row].tolist())
                hopes[members] = (1 + erf(past[row] / sqrt(2))) / 2
                if past[row] > _SURE:
                    sure.add(members)
    return hopes, sure


def _thinned(posterior: Posterior, chosen: Index) -> Posterior:
    """Return a belief of some draws alone, which follows sampled paths whatever its engine."""
    evidence, engine = posterior.evidence, posterior.engine

    def taken(rows: Floats) -> Floats:
        return rows[chosen] if rows.ndim == 3 else rows

    return replace(
        posterior,
        engine=ParticleEngine(posterior.study, engine.draws.take(chosen), seed=engine.seed),
        evidence=replace(
            evidence,
            scenario_loglik=taken(evidence.scenario_loglik),
            driver_loglik=tuple(taken(rows) for rows in evidence.driver_loglik),
        ),
        offset=np.zeros(len(chosen)),
    )


def _followed(posterior: Posterior) -> set[int]:
    """Return the positions of the drivers that others follow."""
    return {posterior.study.driver_ids.index(link.parent) for link in posterior.study.links}


def _key(members: Members, changes: Sequence[Change], parents: Collection[int]) -> Members:
    return tuple(c for c in members if changes[c].driver in parents)


def _grouped(
    every: Sequence[Index], changes: Sequence[Change], parents: Collection[int]
) -> dict[Members, list[Index]]:
    """Group sets by their changes of drivers that others follow.

    When there are too many such groups, sets are put with the first of those changes only:
    their run in full mends it.
    """
    linked = np.array([change.driver in parents for change in changes])
    for most in range(MOST_CHANGES, -1, -1):
        groups: dict[Members, list[Index]] = {}
        for sets in every:
            counted = np.cumsum(linked[sets], axis=1)
            keys = np.where(linked[sets] & (counted <= most), sets, -1)
            names, which = np.unique(keys, axis=0, return_inverse=True)
            for i, name in enumerate(names):
                key = tuple(c for c in name.tolist() if c >= 0)
                groups.setdefault(key, []).append(sets[which.ravel() == i])
        if len(groups) <= _MOST_SAMPLES:
            return groups
    return groups
