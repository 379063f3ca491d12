"""Evidence beyond what numbers can hold."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tarjih.evidence.weighing.likelihood import Evidence
from tarjih.models.engines import joint_filter
from tarjih.models.engines.exact import ExactEngine
from tarjih.models.engines.protocol import run_engine


def _silent(study, last: int) -> Evidence:
    return Evidence(
        np.zeros((last + 1, len(study.scenarios))),
        tuple(np.zeros((last + 1, len(driver.levels))) for driver in study.drivers),
        (),
    )


def test_thousands_of_items_in_one_step(make_study, make_draws) -> None:
    study = make_study(3, (2, 3))
    draws, evidence = make_draws(study, 20), _silent(study, 2)
    evidence.scenario_loglik[1] = [0.0, -30_000.0, -20_000.0]
    evidence.driver_loglik[1][2] = [-9_000.0, 0.0, -9_000.0]
    run = run_engine(ExactEngine(study, draws), evidence, as_of_step=2, last_step=4)
    for values in (run.probability, run.ever, run.log_weight, *run.levels):
        assert np.isfinite(values).all()
    assert np.allclose(run.probability.sum(axis=-1), 1, atol=1e-12)
    assert run.levels[1][0, 1] == pytest.approx(1)


def test_evidence_that_is_taken_back_is_not_forgotten(make_study, make_draws, monkeypatch) -> None:
    """A driver that never moves is told at one level, and then, more strongly, at the other."""
    study = make_study(3, (2,))
    draws = make_draws(study, 4)
    draws = replace(draws, up=0 * draws.up, down=0 * draws.down)
    evidence = _silent(study, 5)
    evidence.driver_loglik[0][1] = [-2_000.0, 0.0]
    evidence.driver_loglik[0][3:] = [0.0, -2_003.0 / 3]
    (law,) = (np.asarray(driver.at_origin) for driver in study.drivers)
    run = run_engine(ExactEngine(study, draws), evidence, as_of_step=5, last_step=5)
    odds = law[0] / law[1] * np.exp(3.0)
    assert run.levels[0][0, 0] == pytest.approx(odds / (1 + odds), rel=1e-12)
    truth = np.logaddexp(np.log(law[0]) - 2_000, np.log(law[1]) - 2_003)
    assert np.abs(run.log_weight - truth).max() < 1e-9
    assert np.allclose(run.probability.sum(axis=-1), 1, atol=1e-12)
    # masses alone would have lost it
    monkeypatch.setattr(joint_filter, "_SAFE", np.inf)
    lost = run_engine(ExactEngine(study, draws), evidence, as_of_step=5, last_step=5)
    assert lost.levels[0][0, 0] == 0


def test_a_level_that_cannot_be_reached_is_not_believed(make_study, make_draws) -> None:
    study = make_study(2, (3,))
    (driver,) = study.drivers
    study = replace(study, drivers=(replace(driver, at_origin=(1.0, 0.0, 0.0)),))
    draws = make_draws(study, 3)
    draws = replace(draws, up=0 * draws.up)
    evidence = _silent(study, 1)
    evidence.driver_loglik[0][1] = [-5_000.0, -2_500.0, 0.0]
    run = run_engine(ExactEngine(study, draws), evidence, as_of_step=1, last_step=2)
    assert run.levels[0] == pytest.approx(np.array([[1.0, 0.0, 0.0]] * 2))
    assert run.log_weight == pytest.approx(-5_000)
