"""Drivers moved in groups, against one dense matrix."""

from __future__ import annotations

import numpy as np
import pytest

from tarjih.equations import replacement, review_chance, softmax, utilities
from tarjih.models.engines import joint
from tarjih.models.engines.drivers import driver_laws
from tarjih.models.engines.exact import ExactEngine
from tarjih.models.engines.protocol import run_engine
from tarjih.scenarios.design import features

CLOSE = 1e-12


def _dense(study, draws, evidence, now: int, last: int):
    """Filter and forecast the first draw with the whole joint transition written out."""
    laws = driver_laws(study, draws.up, draws.down)
    states = np.indices([len(driver.levels) for driver in study.drivers])
    states = states.reshape(len(laws), -1).T
    start, move = np.ones(len(states)), np.ones((len(states), len(states)))
    for j, law in enumerate(laws):
        start *= law.start[states[:, j]]
        own = law.transition[0][law.setting(states.T), states[:, j]]
        move *= own[:, states[:, j]]
    review = review_chance(draws.review_time[0], study.calendar.months)[:, None]
    eta = utilities(draws.alpha[0], draws.effects[0], features(study, states))
    q = replacement(eta.T, review)
    mass = softmax(draws.initial[0])[:, None] * start
    log_weight, forecast = 0.0, []
    for t in range(last + 1):
        if t:
            mass = mass @ move
            mass = (1 - review) * mass + q * (review * mass).sum(axis=0)
        if t <= now:
            mass = mass * np.exp(evidence.scenario_loglik[t])[:, None]
            for j, rows in enumerate(evidence.driver_loglik):
                mass = mass * np.exp(rows[t][states[:, j]])
            log_weight += np.log(mass.sum())
            mass = mass / mass.sum()
        if t >= now:
            forecast.append(mass.sum(axis=1))
    return np.array(forecast), log_weight


@pytest.mark.parametrize(
    ("sizes", "links"),
    [
        ((3, 3, 3, 3, 3), ()),
        ((2, 3, 4, 2), ((3, 0), (0, 1))),
        ((3, 2, 3, 2, 3), ((0, 1), (1, 2), (2, 3), (3, 4))),
        ((4, 4, 3, 2), ((0, 2), (1, 2), (2, 3))),
        ((2,) * 7, ((6, 0), (6, 1), (6, 2), (0, 5), (3, 5))),
        ((7, 5, 6), ((0, 1),)),
    ],
)
@pytest.mark.parametrize("group", [1, 6, 32])
def test_large_joints_agree_with_one_dense_matrix(
    sizes, links, group, make_study, make_draws, make_evidence, monkeypatch
) -> None:
    monkeypatch.setattr(joint, "_GROUP", group)
    study = make_study(3, sizes, links, conjunction=True)
    draws, evidence = make_draws(study, 3, 1), make_evidence(study, 2, 1)
    probability, log_weight = _dense(study, draws, evidence, 2, 5)
    run = run_engine(ExactEngine(study, draws), evidence, as_of_step=2, last_step=5)
    assert np.abs(run.probability[:, 0] - probability).max() < CLOSE
    assert abs(run.log_weight[0] - log_weight) < CLOSE


def test_no_product_is_large_enough_to_start_threads_of_its_own(make_study, make_draws) -> None:
    study = make_study(2, (3,) * 9)
    engine = ExactEngine(study, make_draws(study, 1))
    states = 3**9
    for group in engine._joint._groups:
        assert group.size * states <= 2**18
