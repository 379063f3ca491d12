"""How scenarios answer to drivers, against the equations written out."""

from __future__ import annotations

import numpy as np

from tarjih.models.asked.pulling import driver_pulls


def test_pull_at_each_level_is_the_softmax_of_its_utilities(make_study, make_draws) -> None:
    study = make_study(3, (2, 3), [(0, 1)], True)
    draws = make_draws(study, 50, 4)
    found = driver_pulls(study, draws)
    assert [one.driver for one in found.answers] == list(study.driver_ids)
    for j, one in enumerate(found.answers):
        driver = study.drivers[j]
        pulls = []
        for level in driver.levels:
            held = {d.id: d.levels[d.reference].score for d in study.drivers}
            held[driver.id] = level.score
            utility = np.array(draws.alpha, dtype=float)
            for i, other in enumerate(study.drivers):
                moved = held[other.id] - other.levels[other.reference].score
                utility = utility + draws.beta[:, i] * moved
            for c, conjunction in enumerate(study.conjunctions):
                holds = [
                    held[id] >= study.driver(id).levels[at].score
                    for id, at in conjunction.requires.items()
                ]
                before = [
                    study.driver(id).reference >= at for id, at in conjunction.requires.items()
                ]
                utility = utility + draws.gamma[:, c] * (float(all(holds)) - float(all(before)))
            raised = np.exp(utility - utility.max(axis=1, keepdims=True))
            pulls.append(raised / raised.sum(axis=1, keepdims=True))
        pull = np.stack(pulls)
        np.testing.assert_allclose(one.mean, pull.mean(axis=1), atol=1e-12)
        np.testing.assert_allclose(one.q05, np.quantile(pull, 0.05, axis=1), atol=1e-12)
        np.testing.assert_allclose(one.q95, np.quantile(pull, 0.95, axis=1), atol=1e-12)
        change = pull[-1] - pull[0]
        np.testing.assert_allclose(one.change, change.mean(axis=0), atol=1e-12)
        np.testing.assert_allclose(one.change_q05, np.quantile(change, 0.05, axis=0), atol=1e-12)
        np.testing.assert_allclose(one.mean[driver.reference], found.reference, atol=1e-12)
    assert found.digest == draws.digest
    assert found.draws == 50
