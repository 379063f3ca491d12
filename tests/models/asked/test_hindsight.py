"""Looking back, against the smoother of the whole joint chain written out."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from tarjih.equations import replacement, review_chance, softmax, utilities
from tarjih.evidence import weigh_evidence
from tarjih.models.asked import hindsight
from tarjih.models.asked.hindsight import look_back
from tarjih.models.engines.drivers import driver_laws
from tarjih.models.engines.forward import smooth
from tarjih.models.posterior import believe
from tarjih.scenarios.design import features
from tarjih.scenarios.records import Item, LevelSeen, Weights

AS_OF = dt.date(2026, 5, 20)


def _item(number: int, day: str, bears_on) -> Item:
    when = dt.date.fromisoformat(day)
    return Item(
        id=f"item{number}", start=when, end=when, known=when, bears_on=bears_on, kind="act",
        sources=("press",), relays={}, credibility=2, cluster=None, note={}, url="",
        label={"en": "item"}, cites="", retrospective=False,
    )  # fmt: skip


ITEMS = (
    _item(1, "2026-02-10", Weights({"s0": "strongly for", "s1": "against"})),
    _item(2, "2026-03-05", LevelSeen("d0", 1)),
    _item(3, "2026-05-11", Weights({"s1": "strongly for"})),
    _item(4, "2026-05-12", LevelSeen("d1", 2)),
    _item(5, "2026-07-01", Weights({"other": "strongly for"})),
)


@pytest.fixture
def study(make_study):
    plain = make_study(3, (2, 3), [(0, 1)], conjunction=True)
    return replace(plain, items=ITEMS)


def _smoothed(study, draws, draw: int):
    """Scenario probabilities (T, K) by the smoother of the joint chain of one draw."""
    evidence = weigh_evidence(study, study.items, as_of=AS_OF, last_step=4)
    laws = driver_laws(study, draws.up, draws.down)
    states = np.indices([len(driver.levels) for driver in study.drivers]).reshape(len(laws), -1).T
    start, move = np.ones(len(states)), np.ones((len(states), len(states)))
    likelihood = evidence.scenario_loglik[:, :, None] + np.zeros(len(states))
    for j, law in enumerate(laws):
        start = start * law.start[states[:, j]]
        own = law.transition[draw][law.setting(states.T), states[:, j]]
        move = move * own[:, states[:, j]]
        likelihood = likelihood + evidence.driver_loglik[j][:, None, states[:, j]]
    rho = review_chance(draws.review_time[draw], study.calendar.months)
    eta = utilities(draws.alpha[draw], draws.effects[draw], features(study, states))
    q = replacement(eta.T, rho[:, None])
    scenarios = len(rho)
    change = np.zeros((scenarios, len(states), scenarios, len(states)))
    for i in range(scenarios):
        for k in range(scenarios):
            change[i, :, k] = move * (rho[i] * q[k] + (1 - rho[i]) * (i == k))
    size = scenarios * len(states)
    initial = softmax(draws.initial[draw])[:, None] * start
    found = smooth(initial.ravel(), change.reshape(size, size), np.exp(likelihood).reshape(5, size))
    return found.smoothed.reshape(5, scenarios, -1).sum(axis=-1), found.log_evidence


def test_it_is_the_smoother_of_the_joint_chain(study, make_draws) -> None:
    draws = make_draws(study, 3, 2)
    seen = look_back(study, as_of=AS_OF, draws=draws, engine="exact")
    assert seen.steps == (0, 1, 2, 3, 4)
    assert seen.dates[0] == study.origin
    assert seen.dates[1] == dt.date(2026, 2, 28)
    assert seen.dates[-1] == AS_OF
    logs = []
    for m in range(3):
        truth, log_evidence = _smoothed(study, draws, m)
        assert np.abs(seen.probability[:, m] - truth).max() < 1e-12
        logs.append(log_evidence)
    assert np.abs(np.diff(seen.log_weight) - np.diff(logs)).max() < 1e-12
    assert np.exp(seen.log_weight).sum() == pytest.approx(1)
    assert np.allclose(seen.mean.sum(axis=-1), 1)
    assert (seen.quantile(0.05) <= seen.quantile(0.95)).all()


def test_it_ends_where_the_forecast_begins_and_is_not_the_replay(study, make_draws) -> None:
    draws = make_draws(study, 3, 2)
    seen = look_back(study, as_of=AS_OF, draws=draws, engine="exact")
    belief = believe(study, as_of=AS_OF, draws=draws, engine="exact")
    assert np.abs(seen.probability[-1] - belief.run(4).probability[0]).max() < 1e-12
    before = belief.at(dt.date(2026, 3, 31)).run(2).probability[0]
    assert np.abs(seen.probability[2] - before).max() > 1e-2


def test_later_items_do_not_count(study, make_draws) -> None:
    draws = make_draws(study, 3, 2)
    with_later = look_back(study, as_of=AS_OF, draws=draws, engine="exact")
    without = look_back(study, ITEMS[:4], as_of=AS_OF, draws=draws, engine="exact")
    assert (with_later.probability == without.probability).all()


def test_paths_come_to_the_same(study, make_draws) -> None:
    draws = make_draws(study, 600, 2, same=True)
    exact = look_back(study, as_of=AS_OF, draws=draws.thin(1), engine="exact")
    seen = look_back(study, as_of=AS_OF, draws=draws, engine="particle")
    weight = np.exp(seen.log_weight)
    spread = (seen.probability - seen.mean[:, None]) ** 2
    error = np.sqrt(np.einsum("tmk,m->tk", spread, weight**2))
    # a share of two noisy numbers is a little off; the bound leaves room for it
    assert (np.abs(seen.mean - exact.probability[:, 0]) < 5 * error + 2e-3).all()
    assert error.max() < 0.01


def test_long_pasts_are_seen_at_a_few_steps(study, make_draws, monkeypatch) -> None:
    monkeypatch.setattr(hindsight, "_MOST_STEPS", 3)
    seen = look_back(study, as_of=AS_OF, draws=make_draws(study, 2), engine="exact")
    assert seen.steps == (0, 2, 4)
    assert not seen.probability.flags.writeable
