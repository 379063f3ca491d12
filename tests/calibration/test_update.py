"""Simulation-based calibration of the whole update, on what is generative.

Parameters, driver paths and the scenario in force are drawn from the prior; monitored indicators
and drivers are then reported, rightly or not, as the evidence model assumes. If belief is right,
the truth's rank among equal-weight draws of the posterior is uniform (Talts et al. 2018,
arXiv:1804.06788; Modrák et al. 2025, doi:10.1214/23-BA1404), and so is where the true state falls
in the belief about states (randomised, since states are few). Uniformity is judged by ArviZ's
POT-C. Evidence counted twice, and evidence that never moves the draws, must fail.

Left out, since no likelihood generates them: clusters, hand-set weights, and indicators that
are reported only when seen. Drivers have two levels: only then is a report of a level as likely
to be wrong from any level, as generating it needs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from tarjih.equations import softmax, utilities
from tarjih.evidence import Evidence
from tarjih.evidence.weighing.bearing import level_likelihood, mix
from tarjih.evidence.weighing.reliability import item_reliability
from tarjih.models.engines.drivers import driver_laws
from tarjih.models.engines.exact import ExactEngine
from tarjih.models.engines.particle import ParticleEngine
from tarjih.models.engines.protocol import run_engine
from tarjih.models.posterior import Posterior, believe
from tarjih.priors.assumptions import assumptions_of
from tarjih.priors.draws import Draws
from tarjih.scenarios.design import features
from tarjih.scenarios.loader import study_from_data
from tarjih.scenarios.records import Checked, Item, LevelSeen, Seen

STEPS, HORIZON, DRAWS, KEPT = 12, 4, 1500, 99
STUDY = study_from_data(
    {
        "study": {"id": "known", "title": "Known", "origin": "2025-01-01"},
        "scenarios": {
            "war": {
                "label": "War", "definition": "War", "resolution": {"rule": "War"},
                "review_time": 4, "effects": {"army": "raises"},
                "conjunction_effects": {"both": "raises"},
                "indicators": {"shots": 0.7, "alarm": 0.6},
            },
            "calm": {
                "label": "Calm", "definition": "Calm", "resolution": {"rule": "Calm"},
                "review_time": 4, "effects": {"talks": "raises"},
                "indicators": {"trade": 0.7, "visits": 0.6},
            },
            "other": {"label": "Other", "definition": "Other", "review_time": 4},
        },
        "drivers": {
            "talks": {
                "label": "Talks", "levels": ["off", "on"], "at_origin": {"off": 0.6, "on": 0.4},
                "moves": {"rise": 9, "fall": 9},
            },
            "army": {
                "label": "Army", "levels": ["away", "there"],
                "at_origin": {"away": 0.7, "there": 0.3}, "moves": {"rise": 9, "fall": 6},
            },
        },
        "links": {
            "calming": {"parent": "talks", "child": "army", "rise": {"on": 0.3}, "fall": {"on": 3}},
        },
        "conjunctions": {
            "both": {"label": "Both", "requires": {"talks": "on", "army": "there"}},
        },
        "indicators": {
            "shots": {"label": "Shots", "otherwise": 0.1, "monitored": True, "detection": 1},
            "alarm": {"label": "Alarm", "otherwise": 0.1, "monitored": True, "detection": 1},
            "trade": {"label": "Trade", "otherwise": 0.15, "monitored": True, "detection": 1},
            "visits": {"label": "Visits", "otherwise": 0.1, "monitored": True, "detection": 1},
        },
        "sources": {"press": {"label": "Press", "letter": "A"}},
    }
)  # fmt: skip
NAMES = ("chance", "alpha", "initial", "review", "rise", "effect", "now", "driver", "later", "ever")


def _prior(count: int, rng: np.random.Generator) -> Draws:
    def utilities_of() -> Any:
        free = rng.normal(0, 1.5, size=(count, 3))
        return free - free.mean(axis=1, keepdims=True)

    def rates(months: list[float]) -> Any:
        return np.exp(rng.normal(0, 0.5, size=(count, 2))) / months

    beta = np.zeros((count, 2, 3))
    beta[:, 1, 0] = np.abs(rng.normal(0, 2, size=count))
    beta[:, 0, 1] = np.abs(rng.normal(0, 2, size=count))
    gamma = np.zeros((count, 1, 3))
    gamma[:, 0, 0] = np.abs(rng.normal(0, 1, size=count))
    return Draws(
        alpha=utilities_of(),
        beta=beta,
        gamma=gamma,
        initial=utilities_of(),
        review_time=4 * np.exp(rng.normal(0, 0.5, size=(count, 3))),
        up=rates([9, 9]),
        down=rates([9, 6]),
        chain=np.zeros(count, dtype=np.int64),
        digest="simulated",
    )


def _item(step: int, number: int, bears_on: Any) -> Item:
    first, last = STUDY.calendar.first_day(step), STUDY.calendar.last_day(step)
    return Item(
        id=f"i{step}_{number}",
        start=first if isinstance(bears_on, Checked) else last,
        end=last, known=last, bears_on=bears_on,
        kind="level" if isinstance(bears_on, LevelSeen) else "act",
        sources=("press",), relays={}, credibility=2, cluster=None, note={}, url="", label={},
        cites="", retrospective=False,
    )  # fmt: skip


def _history(truth: Draws, rng: np.random.Generator) -> tuple[Any, Any, tuple[Item, ...]]:
    """Return levels (T, J) and scenarios (T,) of a history, and what was reported of it."""
    laws = driver_laws(STUDY, truth.up, truth.down)
    rho = 1 - np.exp(-1 / truth.review_time[0])
    trust = item_reliability(STUDY, _item(1, 0, Seen("shots")), assumptions_of(STUDY))
    monthly = np.array([[one.monthly[k] for k in STUDY.scenario_ids] for one in STUDY.indicators])
    level = np.array([rng.choice(2, p=law.start) for law in laws])
    scenario = int(rng.choice(3, p=softmax(truth.initial[0])))
    levels, scenarios, items = [level], [scenario], []
    for step in range(1, STEPS + HORIZON + 1):
        moved = level.copy()
        for j, law in enumerate(laws):
            setting = int(law.setting(level[:, None])[0])
            moved[j] = rng.choice(2, p=law.transition[0, setting, level[j]])
        level = moved
        if rng.random() < rho[scenario]:
            eta = utilities(truth.alpha[0], truth.effects[0], features(STUDY, level[None]))[0]
            flow = softmax(eta) * rho
            scenario = int(rng.choice(3, p=flow / flow.sum()))
        levels.append(level)
        scenarios.append(scenario)
        if step > STEPS:
            continue
        for i, one in enumerate(STUDY.indicators):
            shown = rng.random() < mix(monthly[i], trust)[scenario]
            items.append(_item(step, i, Seen(one.id) if shown else Checked(one.id)))
        if step % 3 == 0:
            for j, driver in enumerate(STUDY.drivers):
                say = np.array([mix(level_likelihood(2, v, 0.35), trust)[level[j]] for v in (0, 1)])
                said = int(rng.choice(2, p=say / say.sum()))
                items.append(_item(step, 9 + j, LevelSeen(driver.id, said)))
    return np.array(levels), np.array(scenarios), tuple(items)


def _places(
    seed: int, belief: Callable[[tuple[Item, ...], Draws, int], Posterior]
) -> dict[str, float]:
    """Simulate once; return where the truth falls in the belief, from 0 to 1, by quantity."""
    rng = np.random.default_rng([2718, seed])
    truth = _prior(1, rng)
    levels, scenarios, items = _history(truth, rng)
    draws = _prior(DRAWS, rng)
    posterior = belief(items, draws, seed)
    assert posterior.as_of_step == STEPS
    run = posterior.run(STEPS + HORIZON)
    weight = np.exp(run.log_weight - run.log_weight.max())
    weight /= weight.sum()
    marks = (np.arange(KEPT) + rng.random()) / KEPT
    kept = np.minimum(np.searchsorted(np.cumsum(weight), marks), DRAWS - 1)

    def rank(values: Any, true: float) -> float:
        return float(((values[kept] < true).sum() + rng.random()) / (KEPT + 1))

    def place(chances: Any, true: int) -> float:
        return float(chances[:true].sum() + rng.random() * chances[true])

    now, later = (weight @ run.probability[h] for h in (0, -1))
    ever = weight @ run.ever[-1]
    happened = int(2 in scenarios[STEPS:])
    return {
        "chance": rank(_chance(draws, posterior), _chance(truth, posterior)[0]),
        "alpha": rank(draws.alpha[:, 0], truth.alpha[0, 0]),
        "initial": rank(draws.initial[:, 1], truth.initial[0, 1]),
        "review": rank(draws.review_time[:, 0], truth.review_time[0, 0]),
        "rise": rank(draws.up[:, 1], truth.up[0, 1]),
        "effect": rank(draws.beta[:, 1, 0], truth.beta[0, 1, 0]),
        "now": place(now, scenarios[STEPS]),
        "driver": place(run.levels[1][0], levels[STEPS, 1]),
        "later": place(later, scenarios[-1]),
        "ever": place(np.array([1 - ever[2], ever[2]]), happened),
    }


def _chance(draws: Draws, posterior: Posterior) -> Any:
    """Return the log probability of what was reported under each draw, nothing sampled."""
    said = posterior.evidence
    run = run_engine(ExactEngine(STUDY, draws), said, as_of_step=STEPS, last_step=STEPS)
    return run.log_weight


def _right(items: tuple[Item, ...], draws: Draws, seed: int) -> Posterior:
    return believe(STUDY, items, draws=draws, engine="particle", seed=seed)


def _twice(items: tuple[Item, ...], draws: Draws, seed: int) -> Posterior:
    posterior = _right(items, draws, seed)
    said = posterior.evidence
    doubled = Evidence(
        2 * said.scenario_loglik, tuple(2 * rows for rows in said.driver_loglik), said.entries
    )
    return replace(posterior, evidence=doubled)


class _Deaf(ParticleEngine):
    """An engine whose draws never learn: only states do."""

    def map(self, work: Any, evidence: Any, **steps: Any) -> list[Any]:
        return super().map(
            lambda ahead: work(replace(ahead, log_weight=0 * ahead.log_weight)), evidence, **steps
        )


def _deaf(items: tuple[Item, ...], draws: Draws, seed: int) -> Posterior:
    posterior = _right(items, draws, seed)
    return replace(posterior, engine=_Deaf(STUDY, draws, seed=seed))


def _p_values(belief: Any, times: int) -> dict[str, float]:
    stats: Any = import_module("arviz_stats.base").array_stats
    places = [_places(seed, belief) for seed in range(times)]
    return {
        name: float(stats.uniformity_test(np.array([one[name] for one in places]))[0])
        for name in NAMES
    }


LEAST = 0.01 / len(NAMES)


@pytest.mark.slow
def test_the_truth_falls_anywhere_alike() -> None:
    found = _p_values(_right, 100)
    assert min(found.values()) > LEAST, found
    wrong = _p_values(_deaf, 40)
    assert min(wrong.values()) < LEAST / 10, wrong


@pytest.mark.slow
@pytest.mark.calibration
def test_the_truth_falls_anywhere_alike_at_length() -> None:
    found = _p_values(_right, 1000)
    assert min(found.values()) > LEAST, found
    for planted in (_twice, _deaf):
        wrong = _p_values(planted, 400)
        assert min(wrong.values()) < LEAST / 10, wrong
