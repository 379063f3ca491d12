"""Small random studies and draws, and the enumeration of everything to check against."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest

from tarjih.calendar import StepName
from tarjih.equations import entry, generator, review_chance, softmax
from tarjih.evidence.weighing.likelihood import Evidence
from tarjih.priors.draws import Draws
from tarjih.scenarios.design import features
from tarjih.scenarios.records import Conjunction, Driver, Level, Link, Scenario, Source, Study

ORIGIN = dt.date(2026, 1, 15)


def build_study(
    scenarios: int = 3,
    sizes: Sequence[int] = (2, 3),
    links: Sequence[tuple[int, int]] = (),
    conjunction: bool = False,
    step: StepName = "month",
) -> Study:
    def text(words: str) -> dict[str, str]:
        return {"en": words}

    names = [f"s{k}" for k in range(scenarios - 1)] + ["other"]
    rng = np.random.default_rng(sum(sizes) * 10 + scenarios)
    drivers = tuple(
        Driver(
            id=f"d{j}",
            label=text(f"driver {j}"),
            levels=tuple(Level(f"l{v}", text(f"level {v}"), v / (size - 1)) for v in range(size)),
            reference=int(rng.integers(size)),
            at_origin=tuple(rng.dirichlet(np.ones(size))),
            months_before_rise=10.0,
            months_before_fall=20.0,
            description={},
            cites="",
        )
        for j, size in enumerate(sizes)
    )
    return Study(
        id="random",
        title=text("random"),
        description={},
        origin=ORIGIN,
        step=step,
        horizon=3,
        retrospective=False,
        retrospective_note={},
        scale="survey",
        scenarios=tuple(
            Scenario(
                id=name, label=text(name), short=text(name), definition=text(name),
                resolution={}, settled_by=(), analogues=(), review_time=6.0, effects={},
                conjunction_effects={}, cites="",
            )
            for name in names
        ),
        drivers=drivers,
        conjunctions=(
            (Conjunction("both", text("both"), {d.id: len(d.levels) - 1 for d in drivers[:2]}, ""),)
            if conjunction
            else ()
        ),
        links=tuple(
            Link(
                parent=f"d{parent}",
                child=f"d{child}",
                rise=tuple(1.0 + 2.0 * v for v in range(sizes[parent])),
                fall=tuple(1.0 + 0.5 * v for v in range(sizes[parent])),
                cites="",
            )
            for parent, child in links
        ),
        judgements=(),
        indicators=(),
        sources=(Source("press", text("press"), "B", "", {}, ""),),
        items=(),
        questions=(),
        base_rates=None,
        assumptions={},
    )  # fmt: skip


def build_draws(study: Study, count: int, seed: int = 0, *, same: bool = False) -> Draws:
    """Random parameters; with ``same``, one parameter vector ``count`` times."""
    rng = np.random.default_rng(seed)
    distinct = 1 if same else count
    shape = (distinct, len(study.scenarios))

    def spread(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.repeat(array, count, axis=0) if same else array

    drivers = len(study.drivers)
    return Draws(
        alpha=spread(rng.normal(size=shape)),
        beta=spread(rng.normal(size=(distinct, drivers, shape[1]))),
        gamma=spread(rng.normal(size=(distinct, len(study.conjunctions), shape[1]))),
        initial=spread(rng.normal(size=shape)),
        review_time=spread(rng.uniform(1, 8, size=shape)),
        up=spread(rng.uniform(0.05, 0.5, size=(distinct, drivers))),
        down=spread(rng.uniform(0.05, 0.5, size=(distinct, drivers))),
        chain=np.zeros(count, dtype=np.int64),
        digest="test",
    )


def build_evidence(study: Study, last: int, seed: int = 0, *, drivers: bool = True) -> Evidence:
    """Random likelihoods at some steps, none at others."""
    rng = np.random.default_rng(seed)

    def rows(size: int, present: float) -> np.ndarray[Any, Any]:
        log = np.log(rng.uniform(0.1, 1.0, size=(last + 1, size)))
        log[rng.random(last + 1) > present] = 0.0
        return log

    return Evidence(
        scenario_loglik=rows(len(study.scenarios), 0.7),
        driver_loglik=tuple(
            rows(len(driver.levels), 0.6 if drivers else 0.0) for driver in study.drivers
        ),
        entries=(),
    )


@dataclass(frozen=True)
class Enumerated:
    """Posterior quantities at each step from as-of on, by summing over every history."""

    probability: np.ndarray[Any, Any]
    ever: np.ndarray[Any, Any]
    levels: list[np.ndarray[Any, Any]]
    log_evidence: float


@cache
def _moved(up: float, down: float, size: int, months: float) -> list[list[float]]:
    """Return the chances of a driver to be at each level after a step, from each before."""
    import scipy.linalg

    moved: list[list[float]] = scipy.linalg.expm(
        generator(np.array(up), np.array(down), size) * months
    ).tolist()
    return moved


def _visits(ks: tuple[int, ...], since: int) -> list[set[int]]:
    """Return what a path has been in up to each step, from one on."""
    return [set(ks[since : t + 1]) for t in range(since, len(ks))]


def enumerate_everything(
    study: Study,
    draws: Draws,
    evidence: Evidence,
    as_of_step: int,
    last_step: int,
    clamps: Sequence[Any] = (),
) -> Enumerated:
    """Sum over all driver paths and all scenario paths of the first draw. Slow and plain."""
    months = study.calendar.months
    sizes = [len(driver.levels) for driver in study.drivers]
    count = len(study.scenarios)
    rho = review_chance(draws.review_time[0], months)
    states = list(product(*(range(size) for size in sizes)))

    def held(j: int, step: int) -> int | None:
        return next((c.level for c in clamps if c.driver == j and step >= c.step), None)

    def move(j: int, before: tuple[int, ...], after: int, step: int) -> float:
        level = held(j, step)
        if level is not None:
            return float(after == level)
        up, down = draws.up[0, j], draws.down[0, j]
        for link in study.links:
            if link.child == study.drivers[j].id:
                parent = before[study.driver_ids.index(link.parent)]
                up, down = up * link.rise[parent], down * link.fall[parent]
        return _moved(float(up), float(down), sizes[j], months)[before[j]][after]

    first = softmax(draws.initial[0]).tolist()
    at_origin = [
        float(np.prod([study.drivers[j].at_origin[x[j]] for j in range(len(sizes))]))
        for x in states
    ]
    # Everything a history is weighed by, looked up by the numbers of its states.
    moves = [
        [
            [
                float(np.prod([move(j, a, b[j], t) for j in range(len(sizes))])) if t else 0.0
                for b in states
            ]
            for a in states
        ]
        for t in range(last_step + 1)
    ]

    def change(x: tuple[int, ...]) -> Any:
        eta = draws.alpha[0] + features(study, np.array(x)) @ draws.effects[0]
        q = entry(softmax(eta), rho)
        return (np.diag(1 - rho) + np.outer(rho, q)).tolist()

    changes = [change(x) for x in states]

    def likelihood(x: tuple[int, ...], k: int, t: int) -> float:
        if t > as_of_step:
            return 1.0
        total = evidence.scenario_loglik[t, k]
        total += sum(evidence.driver_loglik[j][t, x[j]] for j in range(len(sizes)))
        return float(np.exp(total))

    likely = [
        [[likelihood(x, k, t) for k in range(count)] for x in states] for t in range(last_step + 1)
    ]
    ways = [(ks, _visits(ks, as_of_step)) for ks in product(range(count), repeat=last_step + 1)]

    ahead = last_step - as_of_step + 1
    probability = np.zeros((ahead, count))
    ever = np.zeros((ahead, count))
    levels = [np.zeros((ahead, size)) for size in sizes]
    total = 0.0
    by_way = [0.0] * len(ways)
    for xs in product(range(len(states)), repeat=last_step + 1):
        weight_x = at_origin[xs[0]]
        for t in range(1, last_step + 1):
            weight_x *= moves[t][xs[t - 1]][xs[t]]
        if weight_x == 0:
            continue
        of_path = 0.0
        tables = [(changes[x], likely[t][x]) for t, x in enumerate(xs)]
        for n, (ks, _) in enumerate(ways):
            weight = weight_x * first[ks[0]] * tables[0][1][ks[0]]
            for t in range(1, last_step + 1):
                turned, said = tables[t]
                weight *= turned[ks[t - 1]][ks[t]] * said[ks[t]]
            of_path += weight
            by_way[n] += weight
        total += of_path
        for t in range(as_of_step, last_step + 1):
            for j, level in enumerate(states[xs[t]]):
                levels[j][t - as_of_step, level] += of_path
    for weight, (ks, visits) in zip(by_way, ways, strict=True):
        for row, visited in enumerate(visits):
            probability[row, ks[as_of_step + row]] += weight
            ever[row, list(visited)] += weight
    return Enumerated(
        probability / total, ever / total, [level / total for level in levels], float(np.log(total))
    )


@pytest.fixture(scope="session")
def make_study() -> Callable[..., Study]:
    return build_study


@pytest.fixture(scope="session")
def make_draws() -> Callable[..., Draws]:
    return build_draws


@pytest.fixture(scope="session")
def make_evidence() -> Callable[..., Evidence]:
    return build_evidence


@pytest.fixture(scope="session")
def enumerated() -> Callable[..., Enumerated]:
    return enumerate_everything
