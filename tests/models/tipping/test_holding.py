"""The chance that levels hold together, against the sum over every history of the drivers."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import scipy.linalg

from tarjih.equations import generator
from tarjih.models.engines.exact import ExactEngine
from tarjih.models.engines.particle import ParticleEngine
from tarjih.models.forecasting import normalised
from tarjih.models.posterior import believe
from tarjih.models.tipping.holding import Reached, chances_together

AS_OF, LAST = 1, 4
ASKED = [
    [Reached(0, 1, True)],
    [Reached(1, 0, False)],
    [Reached(1, 1, True)],
    [Reached(0, 1, True), Reached(1, 2, True)],
    [Reached(0, 0, False), Reached(1, 1, False)],
]


def _enumerated(study, draws, evidence, asked):
    """Sum over every path of the drivers: the share that holds all levels at one step."""
    sizes = [len(driver.levels) for driver in study.drivers]
    states = list(product(*(range(size) for size in sizes)))

    def move(j, before, after):
        up, down = draws.up[0, j], draws.down[0, j]
        for link in study.links:
            if link.child == study.drivers[j].id:
                parent = before[study.driver_ids.index(link.parent)]
                up, down = up * link.rise[parent], down * link.fall[parent]
        rates = generator(np.array(up), np.array(down), sizes[j]) * study.calendar.months
        return scipy.linalg.expm(rates)[before[j], after[j]]

    both = range(len(sizes))
    moves = {(a, b): np.prod([move(j, a, b) for j in both]) for a in states for b in states}
    held = np.zeros(len(asked))
    total = 0.0
    for path in product(states, repeat=LAST + 1):
        weight = np.prod([study.drivers[j].at_origin[path[0][j]] for j in both])
        for t in range(1, LAST + 1):
            weight *= moves[path[t - 1], path[t]]
        for t in range(AS_OF + 1):
            weight *= np.exp(sum(evidence.driver_loglik[j][t, path[t][j]] for j in both))
        total += weight
        for i, each in enumerate(asked):
            held[i] += weight * any(
                all(
                    path[t][one.driver] >= one.level if one.up else path[t][one.driver] <= one.level
                    for one in each
                )
                for t in range(AS_OF + 1, LAST + 1)
            )
    return held / total


@pytest.fixture(scope="module", params=[(), [(0, 1)]], ids=["alone", "linked"])
def case(request, make_study, make_draws, make_evidence):
    study = make_study(2, (2, 3), request.param)
    draws = make_draws(study, 400, 5, same=True)
    evidence = make_evidence(study, AS_OF, 5)
    # nothing on scenarios: the enumeration is of drivers alone
    evidence = replace(evidence, scenario_loglik=np.zeros_like(evidence.scenario_loglik))
    as_of = study.calendar.last_day(AS_OF)
    posterior = replace(believe(study, (), as_of=as_of, draws=draws), evidence=evidence)
    return study, draws, posterior, _enumerated(study, draws, evidence, ASKED)


def test_the_exact_engine_agrees_with_enumeration(case) -> None:
    study, draws, posterior, truth = case
    exact = replace(posterior, engine=ExactEngine(study, draws))
    chance, noise = chances_together(exact, ASKED, LAST)
    np.testing.assert_allclose(chance, np.tile(truth, (len(draws), 1)), atol=1e-12)
    assert not noise.any()


def test_paths_agree_with_enumeration_within_their_noise(case) -> None:
    study, draws, posterior, truth = case
    particle = replace(posterior, engine=ParticleEngine(study, draws))
    chance, noise = chances_together(particle, ASKED, LAST)
    assert chance.shape == noise.shape == (len(draws), len(ASKED))
    log_weight = np.concatenate(particle.map(lambda ahead: ahead.log_weight, LAST))
    weight = np.exp(normalised(log_weight))
    error = np.sqrt((weight[:, None] ** 2 * (chance - weight @ chance) ** 2).sum(axis=0))
    assert error.max() < 0.02
    assert (np.abs(weight @ chance - truth) < 4 * error).all()
    # the noise that is told is the noise there is, for all draws are the same here
    np.testing.assert_allclose(noise.mean(axis=0), chance.var(axis=0), rtol=0.25)


def test_ever_each_is_not_together(case) -> None:
    """A planted mistake: levels that each hold at some time need not hold at one time."""
    study, draws, posterior, truth = case
    exact = replace(posterior, engine=ExactEngine(study, draws))
    one, other = ([each] for each in ASKED[3])
    apart = chances_together(exact, [one, other], LAST)[0][0]
    assert apart.prod() > truth[3] + 0.02
    assert apart.min() > truth[3] + 0.02


def test_many_sets_are_asked_in_parts(case, monkeypatch) -> None:
    _, _, posterior, _ = case
    whole = chances_together(posterior, ASKED, LAST)
    monkeypatch.setattr("tarjih.models.tipping.holding._SETS_AT_ONCE", 2)
    for part, all_at_once in zip(chances_together(posterior, ASKED, LAST), whole, strict=True):
        np.testing.assert_allclose(part, all_at_once, rtol=1e-12)
    assert chances_together(posterior, [], LAST)[0].shape == (400, 0)
