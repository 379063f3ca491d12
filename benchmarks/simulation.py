"""How near to the dice alone a simulation runs, and how its cost grows.

In one process, in turns, after an unmeasured round::

    uv run python benchmarks/simulation.py [--rounds 5]

*dice*: as many float64 uniforms as there are paths, steps and drivers, from
``numpy.random.default_rng``. *paths*: the particle engine over 100,000 driver paths, 24 steps and
12 drivers of 3 levels, every draw of 2,000 with parameters of its own, the filter of 5
scenarios along every path included. *histories*: `tarjih.models.simulate`, which draws the
scenario in force as well and counts what becomes of it. *PyMC*: forward samples of the same
chains and scenarios as a PyMC model (a loop over steps, compiled), by the history.

Then the cost of a forecast as one of steps, items, drivers and draws doubles: 1.0 is linear.
"""

from __future__ import annotations

import argparse
import datetime as dt
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tarjih.evidence import weigh_evidence
from tarjih.evidence.weighing.likelihood import Evidence
from tarjih.models import simulate
from tarjih.models.engines.particle import ParticleEngine
from tarjih.models.engines.protocol import Ahead, run_engine
from tarjih.priors.draws import Draws
from tarjih.scenarios.loader import study_from_data
from tarjih.scenarios.records import Item, Study, Weights

Floats = NDArray[np.float64]
DRAWS, PATHS, STEPS, DRIVERS, LEVELS, SCENARIOS = 2000, 50, 24, 12, 3, 5


def main() -> int:
    """Measure, print, and compare with the target."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Plain)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--at-most", type=float, default=4.0, help="times the dice alone")
    parser.add_argument("--histories", type=int, default=200, help="histories of PyMC's")
    chosen = parser.parse_args()
    study, draws = _study(DRIVERS), _draws(DRIVERS, DRAWS)
    generator = np.random.default_rng(0)
    runs: dict[str, Callable[[], object]] = {
        "dice": lambda: generator.random((STEPS, DRIVERS, DRAWS * PATHS)),
        "paths": lambda: _filtered(study, draws),
        "histories": lambda: simulate(
            study, (), paths=DRAWS * PATHS, horizon=float(STEPS), draws=draws, engine="particle"
        ),
    }
    taken = _in_turns(runs, chosen.rounds)
    floor = taken["dice"]
    print(f"{DRAWS * PATHS:,} paths, {STEPS} steps, {DRIVERS} drivers; times the dice alone:")
    for name in ("paths", "histories"):
        ratios = [ours / theirs for ours, theirs in zip(taken[name], floor, strict=True)]
        print(f"{name:<12}{statistics.median(ratios):>8.2f}  ({min(ratios):.2f}-{max(ratios):.2f})")
    per_history = statistics.median(taken["histories"]) / (DRAWS * PATHS)
    theirs = _of_pymc(chosen.histories)
    print(f"{'PyMC':<12}{theirs / per_history:>8.0f}  times our histories, by the history")
    _curves(chosen.rounds)
    worst = statistics.median([a / b for a, b in zip(taken["paths"], floor, strict=True)])
    return 0 if worst <= chosen.at_most else 1


def _in_turns(runs: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds + 1):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            if number:
                taken[name].append(time.perf_counter() - start)
    return taken


def _filtered(study: Study, draws: Draws) -> list[Floats]:
    """Return the scenario probabilities of every step and draw, driver paths simulated."""

    def work(ahead: Ahead) -> Floats:
        mass, rows = ahead.mass, []
        for step in ahead.steps:
            mass = step.carry(mass)
            rows.append(ahead.per_draw(mass))
        return np.array(rows)

    engine = ParticleEngine(study, draws, paths=PATHS)
    return engine.map(work, _nothing(study), as_of_step=0, last_step=STEPS)


def _of_pymc(histories: int) -> float:
    """Return seconds for a history of PyMC's, compiling left out."""
    import pymc as pm

    pt: Any = import_module("pytensor.tensor")
    scan: Any = import_module("pytensor").scan
    draws = _draws(DRIVERS, 1)
    moves = _monthly(draws)
    eta, effects = draws.alpha[0], draws.beta[0]
    rho = 1 - np.exp(-1 / draws.review_time[0])

    def step(levels: Any, scenario: Any, laws: Any) -> Any:
        drawn = pm.Categorical.dist(laws[np.arange(DRIVERS), levels])
        pull = pm.math.softmax(eta + (drawn / (LEVELS - 1)) @ effects)
        entering = pull * rho / pt.sum(pull * rho)
        stays = 1 - pt.as_tensor(rho)[scenario]
        chance = (1 - stays) * entering + stays * pt.eye(SCENARIOS)[scenario]
        entered = pm.Categorical.dist(chance)
        updates = pm.pytensorf.collect_default_updates(
            [drawn, entered], inputs=[levels, scenario, laws], must_be_shared=False
        )
        return (drawn, entered), updates

    with pm.Model():
        # parameters vary, as ours do by draw
        laws = pm.Dirichlet("laws", a=moves * 50.0 + 0.5, shape=moves.shape)
        start = pm.Categorical("start", np.full((DRIVERS, LEVELS), 1 / LEVELS), shape=DRIVERS)
        first = pm.Categorical("first", np.full(SCENARIOS, 1 / SCENARIOS))
        (levels, scenarios), _ = scan(
            step,
            outputs_info=[start, first],
            non_sequences=[laws],
            n_steps=STEPS,
            return_updates=True,
        )
        pm.Deterministic("levels", levels)
        pm.Deterministic("scenarios", scenarios)
        names = ["levels", "scenarios"]
        pm.sample_prior_predictive(2, var_names=names)
        begun = time.perf_counter()
        pm.sample_prior_predictive(2, var_names=names)
        small = time.perf_counter() - begun
        begun = time.perf_counter()
        pm.sample_prior_predictive(2 + histories, var_names=names)
        return (time.perf_counter() - begun - small) / histories


def _curves(rounds: int) -> None:
    print("\ncost of twice as much, over twice the cost (1.0 is linear):")
    base = {"steps": 48, "items": 2000, "drivers": 16, "draws": 500}
    twice: dict[str, Callable[[], object]] = {"base": _cost(**base)}
    for name, size in base.items():
        twice[name] = _cost(**{**base, name: 2 * size})
    taken = _in_turns(twice, rounds)
    for name in base:
        ratios = [b / (2 * a) for a, b in zip(taken["base"], taken[name], strict=True)]
        print(f"{name:<12}{statistics.median(ratios):>8.2f}  ({min(ratios):.2f}-{max(ratios):.2f})")


def _cost(steps: int, items: int, drivers: int, draws: int) -> Callable[[], object]:
    study, parameters = _study(drivers, "week"), _draws(drivers, draws)
    calendar = study.calendar
    told = [_item(calendar.last_day(1 + n % (steps - 1)), n) for n in range(items)]
    as_of = calendar.last_day(steps)

    def run() -> object:
        evidence = weigh_evidence(study, told, as_of=as_of, last_step=steps)
        engine = ParticleEngine(study, parameters, paths=8)
        return run_engine(engine, evidence, as_of_step=steps, last_step=steps + 4)

    return run


def _item(day: dt.date, number: int) -> Item:
    return Item(
        id=f"i{number}", start=day, end=day, known=day,
        bears_on=Weights({f"s{number % SCENARIOS}": "slightly for"}), kind="act",
        sources=("press",), relays={}, credibility=3, cluster=None, note={}, url="", label={},
        cites="", retrospective=False,
    )  # fmt: skip


def _study(drivers: int, step: str = "month") -> Study:
    ids = [f"s{k}" for k in range(SCENARIOS - 1)]
    own: dict[str, Any] = {
        id: {"label": id, "definition": id, "resolution": {"rule": id}, "review_time": 6}
        for id in ids
    }
    own["other"] = {"label": "other", "definition": "other", "review_time": 6}
    levels = [f"l{v}" for v in range(LEVELS)]
    study = study_from_data(
        {
            "study": {"id": "many", "title": "Many", "origin": "2025-01-15", "step": step},
            "scenarios": own,
            "drivers": {
                f"d{j}": {
                    "label": f"d{j}", "levels": levels, "at_origin": dict.fromkeys(levels, 1 / 3),
                    "moves": {"rise": 15, "fall": 15},
                }
                for j in range(drivers)
            },
            "sources": {"press": {"label": "Press", "letter": "B"}},
        }
    )  # fmt: skip
    return replace(
        study,
        scenarios=tuple(
            replace(one, id=f"s{k}") if one.id == "other" else one
            for k, one in enumerate(study.scenarios)
        ),
    )


def _draws(drivers: int, count: int) -> Draws:
    rng = np.random.default_rng(0)
    return Draws(
        alpha=rng.normal(size=(count, SCENARIOS)),
        beta=rng.normal(size=(count, drivers, SCENARIOS)),
        gamma=np.zeros((count, 0, SCENARIOS)),
        initial=rng.normal(size=(count, SCENARIOS)),
        review_time=rng.uniform(3, 12, size=(count, SCENARIOS)),
        up=rng.uniform(0.02, 0.1, size=(count, drivers)),
        down=rng.uniform(0.02, 0.1, size=(count, drivers)),
        chain=np.zeros(count, dtype=np.int64),
        digest="benchmark",
    )


def _monthly(draws: Draws) -> Floats:
    """Return transitions (J, L, L) of a month under the first draw."""
    from tarjih.models.engines.drivers import driver_laws

    laws = driver_laws(_study(DRIVERS), draws.up, draws.down)
    return np.array([law.transition[0, 0] for law in laws])


def _nothing(study: Study) -> Evidence:
    return weigh_evidence(study, (), as_of=study.origin, last_step=0)


class _Plain(argparse.RawDescriptionHelpFormatter):
    """Keeps the line breaks of the module's docstring."""


if __name__ == "__main__":
    raise SystemExit(main())
