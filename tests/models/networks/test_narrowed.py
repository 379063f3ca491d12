"""Fixing drivers, and averaging parameters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tarjih.models.engines.exact import ExactEngine
from tarjih.models.engines.protocol import run_engine
from tarjih.models.networks.averaging import mean_parameters
from tarjih.models.networks.narrowed import fix_drivers
from tarjih.scenarios.records import Conjunction

SHAPES = [
    {"scenarios": 3, "sizes": (2, 3, 2), "links": [(2, 0), (0, 1)], "conjunction": True},
    {"scenarios": 2, "sizes": (3, 2, 2), "links": [(0, 2), (1, 2)], "conjunction": True},
]


def _immovable(study, draws, levels):
    """The same study and draws, in which those drivers stand at those levels for good."""
    index = {id: j for j, id in enumerate(study.driver_ids)}
    up, down = draws.up.copy(), draws.down.copy()
    drivers = list(study.drivers)
    for id, level in levels.items():
        j = index[id]
        up[:, j] = down[:, j] = 0.0
        certain = tuple(float(v == level) for v in range(len(drivers[j].levels)))
        drivers[j] = replace(drivers[j], at_origin=certain)
    return replace(study, drivers=tuple(drivers)), replace(draws, up=up, down=down)


def _run(study, draws, evidence):
    return run_engine(ExactEngine(study, draws), evidence, as_of_step=2, last_step=5)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("levels", [{"d0": 0}, {"d0": 1}, {"d1": 1, "d2": 0}, {"d0": 1, "d1": 1}])
@pytest.mark.parametrize("least", [1, 0])
def test_it_is_the_study_with_drivers_that_never_move(
    shape, levels, least, make_study, make_draws, make_evidence
) -> None:
    study = make_study(**shape)
    # One conjunction as it comes, and one that holds at the reference or is always near it.
    other = Conjunction("other", {"en": "other"}, {"d0": least, "d2": least}, "")
    study = replace(study, conjunctions=(*study.conjunctions, other))
    draws = make_draws(study, 4, seed=1)
    evidence = make_evidence(study, 2, seed=2)
    still, unmoved = _immovable(study, draws, levels)
    expected = _run(still, unmoved, evidence)
    narrow, fewer = fix_drivers(study, draws, levels)
    kept = [j for j, id in enumerate(study.driver_ids) if id not in levels]
    seen = replace(evidence, driver_loglik=tuple(evidence.driver_loglik[j] for j in kept))
    found = _run(narrow, fewer, seen)
    assert np.abs(found.probability - expected.probability).max() < 1e-13
    assert np.abs(found.ever - expected.ever).max() < 1e-13
    for mine, j in zip(found.levels, kept, strict=True):
        # Evidence on a driver that never moves says nothing but weighs the draws: not by much
        # here, for what it says is the same under all.
        assert np.abs(mine - expected.levels[j]).max() < 1e-13
    assert narrow.driver_ids == tuple(study.driver_ids[j] for j in kept)


def test_fixing_nothing_changes_nothing(make_study, make_draws) -> None:
    study = make_study(**SHAPES[0])
    draws = make_draws(study, 3)
    narrow, same = fix_drivers(study, draws, {})
    assert narrow.drivers == study.drivers
    assert narrow.links == study.links
    for name in ("alpha", "beta", "gamma", "up", "down"):
        assert (getattr(same, name) == getattr(draws, name)).all()


def test_what_speaks_of_a_fixed_driver_goes(make_study, make_draws) -> None:
    study = make_study(**SHAPES[0])
    scenario = replace(
        study.scenarios[0], effects={"d0": "raises", "d1": "lowers"},
        conjunction_effects={"both": "raises"},
    )  # fmt: skip
    study = replace(study, scenarios=(scenario, *study.scenarios[1:]))
    narrow, _ = fix_drivers(study, make_draws(study, 1), {"d1": 0})
    assert narrow.scenarios[0].effects == {"d0": "raises"}
    assert narrow.scenarios[0].conjunction_effects == {}
    assert [(link.parent, link.child) for link in narrow.links] == [("d2", "d0")]
    assert narrow.conjunctions == ()


def test_parameters_are_averaged_on_their_own_scale(make_study, make_draws) -> None:
    study = make_study(**SHAPES[0])
    draws = make_draws(study, 6, seed=3)
    weight = np.random.default_rng(0).uniform(0.1, 1, 6)
    mean = mean_parameters(draws, 7 * weight)
    share = weight / weight.sum()
    assert len(mean) == 1
    assert np.abs(mean.beta[0] - np.einsum("m,mjk->jk", share, draws.beta)).max() < 1e-15
    times = np.exp(share @ np.log(draws.review_time))
    assert np.abs(mean.review_time[0] - times).max() < 1e-14
    assert (mean.review_time[0] < share @ draws.review_time).all()
    assert np.abs(mean.up[0] - np.exp(share @ np.log(draws.up))).max() < 1e-14


def test_a_rate_of_zero_stays_zero(make_study, make_draws) -> None:
    study = make_study(**SHAPES[0])
    draws = make_draws(study, 4)
    up = draws.up.copy()
    up[:, 0], up[2, 1] = 0.0, 0.0
    mean = mean_parameters(replace(draws, up=up), np.ones(4))
    assert mean.up[0, 0] == 0.0
    assert mean.up[0, 1] == pytest.approx(up[:, 1].mean())
