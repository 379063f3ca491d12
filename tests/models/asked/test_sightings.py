"""The chance that checks find an indicator, against the sum over every history."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tarjih.evidence.weighing.likelihood import Evidence
from tarjih.models.asked.sightings import chance_found, chance_shown
from tarjih.models.engines.particle import ParticleEngine
from tarjih.models.engines.protocol import Clamp, run_engine
from tarjih.models.posterior import Posterior
from tarjih.scenarios.records import Indicator

AS_OF, LAST = 1, 3


def _with_indicators(study, seed=0):
    dice = np.random.default_rng(seed)
    return replace(
        study,
        indicators=tuple(
            Indicator(
                id=f"i{i}",
                label={"en": f"indicator {i}"},
                monthly=dict(
                    zip(study.scenario_ids, dice.uniform(0.05, 0.9, size=9).tolist(), strict=False)
                ),
                monitored=bool(i % 2),
                detection=(0.6, 1.0)[i % 2],
                description={},
                cites="",
            )
            for i in range(2)
        ),
    )


def _missed_until(evidence, shown, last):
    """The same evidence, and a check in each later step that found nothing."""
    after = last - AS_OF
    return Evidence(
        scenario_loglik=np.vstack(
            [evidence.scenario_loglik, np.tile(np.log(1 - shown), (after, 1))]
        ),
        driver_loglik=tuple(
            np.vstack([rows, np.zeros((after, rows.shape[1]))]) for rows in evidence.driver_loglik
        ),
        entries=(),
    )


@pytest.fixture(params=["month", "week"])
def case(request, make_study, make_draws, make_evidence):
    study = _with_indicators(make_study(3, (2, 2), [(0, 1)], True, request.param))
    return study, make_draws(study, 512, same=True), make_evidence(study, AS_OF)


def _believed(engine, evidence, as_of_step=AS_OF):
    day = engine.study.calendar.last_day(as_of_step)
    offset = np.zeros(len(engine.draws))
    return Posterior(engine.study, (), day, as_of_step, evidence, engine, "test", offset)


def _found_by_enumeration(study, draws, evidence, enumerated):
    found = []
    for last in range(AS_OF + 1, LAST + 1):
        whole = enumerated(study, draws, evidence, AS_OF, last).log_evidence
        left = [
            enumerated(study, draws, _missed_until(evidence, shown, last), last, last).log_evidence
            for shown in chance_shown(study)
        ]
        found.append(1 - np.exp(np.array(left) - whole))
    return np.array(found)


def test_it_agrees_with_enumeration(case, enumerated) -> None:
    study, draws, evidence = case
    found = chance_found(_believed(ParticleEngine(study, draws, paths=32), evidence), LAST)
    by_hand = _found_by_enumeration(study, draws, evidence, enumerated)
    np.testing.assert_allclose(found, by_hand, atol=0.005)


@pytest.mark.parametrize("clamps", [(), (Clamp(0, 1, 2),)])
def test_it_is_what_the_engine_makes_of_checks_that_found_nothing(
    make_study, make_draws, make_evidence, clamps
) -> None:
    study = _with_indicators(make_study(3, (2, 3), [(0, 1)], True))
    draws, evidence = make_draws(study, 300), make_evidence(study, AS_OF)
    engine = ParticleEngine(study, draws, paths=16)
    found = chance_found(_believed(engine, evidence), LAST, clamps)
    whole = run_engine(engine, evidence, as_of_step=AS_OF, last_step=LAST, clamps=clamps).log_weight
    for i, shown in enumerate(chance_shown(study)):
        missed = _missed_until(evidence, shown, LAST)
        left = run_engine(engine, missed, as_of_step=LAST, last_step=LAST, clamps=clamps).log_weight
        assert 1 - found[-1, i] == pytest.approx(np.exp(left).sum() / np.exp(whole).sum())


def test_longer_looking_finds_more(case) -> None:
    study, draws, evidence = case
    found = chance_found(_believed(ParticleEngine(study, draws.thin(50)), evidence), 9)
    assert (np.diff(found, axis=0) > 0).all()
    assert ((found > 0) & (found < 1)).all()


def test_a_check_finds_what_shows_itself_and_is_detected(case) -> None:
    study, _, _ = case
    months = study.calendar.months
    indicator = study.indicators[0]
    monthly = np.array([indicator.monthly[id] for id in study.scenario_ids])
    np.testing.assert_allclose(chance_shown(study)[0], 0.6 * (1 - (1 - monthly) ** months))


def test_a_study_without_indicators(make_study, make_draws, make_evidence) -> None:
    study = make_study()
    engine = ParticleEngine(study, make_draws(study, 20))
    found = chance_found(_believed(engine, make_evidence(study, AS_OF)), LAST)
    assert found.shape == (2, 0)
