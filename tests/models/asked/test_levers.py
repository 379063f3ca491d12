"""Drivers held at either end, against every history enumerated."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tarjih.errors import InvalidRequest
from tarjih.models.asked.levers import tornado
from tarjih.models.engines.protocol import Clamp
from tarjih.models.forecasting import forecast
from tarjih.models.record import Intervention


@pytest.fixture(scope="module")
def study(make_study):
    return make_study(scenarios=3, sizes=(2, 3), links=[(0, 1)], conjunction=True)


@pytest.fixture(scope="module")
def draws(study, make_draws):
    return make_draws(study, 40, same=True)


@pytest.mark.parametrize("when", ["horizon", "ever"])
def test_each_end_is_that_of_every_history(study, draws, make_evidence, enumerated, when) -> None:
    found = tornado(study, scenario="s1", when=when, draws=draws, as_of=study.origin, horizon=2)
    plain = make_evidence(study, 0, drivers=False)
    plain.scenario_loglik[:] = 0

    def exact(clamps):
        truth = enumerated(study, draws, plain, 0, 2, clamps)
        return (truth.probability if when == "horizon" else truth.ever)[-1, 1]

    base = exact(())
    assert found.probability == pytest.approx(base, abs=1e-10)
    for lever in found.levers:
        j = study.driver_ids.index(lever.driver)
        for end, level in ((lever.lowest, 0), (lever.highest, len(study.drivers[j].levels) - 1)):
            assert end.level == level
            truth = exact((Clamp(j, level, 1),))
            assert end.probability == pytest.approx(truth, abs=1e-10)
            assert end.change == pytest.approx(truth - base, abs=1e-10)
            # every draw is the same
            assert (end.q05, end.q95) == pytest.approx((end.change, end.change))
        assert lever.now == int(np.argmax(study.drivers[j].at_origin))
    assert [one.swing for one in found.levers] == sorted(
        (one.swing for one in found.levers), reverse=True
    )


def test_what_is_held_counts_from_the_step_after_as_of(study, draws, enumerated, make_evidence):
    """A lever held one step late would come out elsewhere."""
    plain = make_evidence(study, 0, drivers=False)
    plain.scenario_loglik[:] = 0
    found = tornado(study, scenario="s1", draws=draws, as_of=study.origin, horizon=2)
    lever = next(one for one in found.levers if one.driver == "d1")
    late = enumerated(study, draws, plain, 0, 2, (Clamp(1, 2, 2),)).probability[-1, 1]
    assert abs(lever.highest.probability - late) > 1e-4


@pytest.mark.parametrize("engine", ["exact", "particle"])
def test_a_driver_without_effects_moves_nothing(make_study, make_draws, engine) -> None:
    study = make_study(sizes=(2, 3))
    draws = make_draws(study, 60)
    beta = draws.beta.copy()
    beta[:, 1] = 0
    found = tornado(study, draws=replace(draws, beta=beta), engine=engine)
    idle = found.levers[-1]
    assert idle.driver == "d1"
    assert abs(idle.lowest.change) < 1e-12
    assert abs(idle.highest.q95) < 1e-12


def test_particles_come_near_the_exact(make_study, make_draws) -> None:
    study = make_study(sizes=(2, 3), links=[(0, 1)])
    draws = make_draws(study, 400)
    exact, near = (
        tornado(study, scenario="s0", draws=draws, engine=engine)
        for engine in ("exact", "particle")
    )
    by_driver = {one.driver: one for one in near.levers}
    for one in exact.levers:
        for end in ("lowest", "highest"):
            ours, theirs = getattr(by_driver[one.driver], end), getattr(one, end)
            assert ours.change == pytest.approx(theirs.change, abs=0.01)
            assert ours.q05 == pytest.approx(theirs.q05, abs=0.03)
            assert ours.q95 == pytest.approx(theirs.q95, abs=0.03)


def test_what_is_held_throughout_is_no_lever(study, draws) -> None:
    held = (Intervention("d0", 1),)
    found = tornado(study, scenario="s0", draws=draws, interventions=held)
    assert [one.driver for one in found.levers] == ["d1"]
    base = forecast(study, draws=draws, interventions=held, replay=False)
    assert found.probability == pytest.approx(base.at_horizon[0])
    assert found.baseline.interventions == held


def test_the_leader_is_asked_about_unless_another_is_named(study, draws) -> None:
    assert tornado(study, draws=draws).scenario == forecast(study, draws=draws).leader


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scenario": "s9"}, "--scenario: unknown scenario: got 's9'"),
        ({"when": "now"}, "--at: unknown time: got 'now'; allowed: horizon, ever"),
    ],
)
def test_wrong_requests(study, draws, options, message) -> None:
    with pytest.raises(InvalidRequest) as caught:
        tornado(study, draws=draws, **options)
    assert str(caught.value).startswith(message)
