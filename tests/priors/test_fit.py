"""Real fits of a small study and of the shipped one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tarjih.equations import softmax
from tarjih.errors import CannotCompute
from tarjih.priors import fit
from tarjih.priors.draws import Draws
from tarjih.priors.fit import fit_draws
from tarjih.scenarios import load
from tarjih.scenarios.records import Study

Make = Callable[..., Any]


@pytest.fixture(scope="module")
def judged_now(make_study: Make, make_judgement: Make) -> Study:
    """War at 10 percent, said sharply by two sources; nothing else."""
    judgements = tuple(
        make_judgement(f"{source}_says", "now", 0.1, scenario="war", source=source)
        for source in ("press", "desk")
    )
    study: Study = make_study(judgements, base_rates=False)
    return study


@pytest.fixture(scope="module")
def fitted(judged_now: Study) -> Draws:
    return fit_draws(judged_now, seed=1, chains=2, kept=500, tune=500, run=1000, digest="d")


@pytest.mark.slow
def test_what_was_judged_is_learnt(fitted: Draws) -> None:
    war = softmax(fitted.initial)[:, 0]
    assert np.median(war) == pytest.approx(0.1, abs=0.03)
    assert np.quantile(war, 0.05) > 0.03
    assert np.quantile(war, 0.95) < 0.25


@pytest.mark.slow
def test_what_was_not_judged_keeps_its_prior(fitted: Draws, judged_now: Study) -> None:
    pull = softmax(fitted.alpha)
    np.testing.assert_allclose(pull.mean(axis=0), 1 / 3, atol=0.04)
    # Lognormal about the stated values, with a spread of 0.5.
    stated = np.array([scenario.review_time for scenario in judged_now.scenarios])
    log_ratio = np.log(fitted.review_time / stated)
    np.testing.assert_allclose(log_ratio.mean(axis=0), 0.0, atol=0.1)
    np.testing.assert_allclose(log_ratio.std(axis=0), 0.5, atol=0.08)
    # Half-normal, scale 2.5, with the stated sign: its mean is 2.5·√(2/π).
    assert (fitted.beta[:, 0, 0] >= 0).all()
    assert fitted.beta[:, 0, 0].mean() == pytest.approx(2.5 * np.sqrt(2 / np.pi), abs=0.3)
    assert (fitted.beta[:, 1, 0] <= 0).all()
    assert not fitted.beta[:, :, 2].any()
    assert not fitted.up[:, 2].any()


@pytest.mark.slow
def test_draws_are_labelled_rounded_and_diagnosed(fitted: Draws) -> None:
    assert len(fitted) == 500
    assert np.bincount(fitted.chain).tolist() == [250, 250]
    np.testing.assert_array_equal(fitted.alpha, fitted.alpha.astype(np.float32))
    assert fitted.digest == "d"
    assert fitted.diagnostics["divergences"] == 0
    assert float(fitted.diagnostics["rhat"]) <= 1.02
    assert float(fitted.diagnostics["ess_bulk"]) > 200
    assert float(fitted.diagnostics["ess_tail"]) > 200


@pytest.mark.slow
def test_the_shipped_study_is_fitted_soundly() -> None:
    found = fit_draws(load("syria_russia"), seed=11)
    assert found.diagnostics["sound"] is True
    assert found.diagnostics["divergences"] == 0
    assert float(found.diagnostics["rhat"]) <= 1.01
    assert float(found.diagnostics["ess_bulk"]) >= 400
    assert float(found.diagnostics["ess_tail"]) >= 400
    assert len(found) == fit.KEPT


def test_a_failing_sampler_is_one_clear_error(
    judged_now: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any) -> Any:
        raise RuntimeError("no valid starting point")

    monkeypatch.setattr(fit, "_sample", fail)
    with pytest.raises(CannotCompute, match="fitting the judgements failed: no valid starting"):
        fit_draws(judged_now)


def test_diagnostics_tell_a_bad_run() -> None:
    rng = np.random.default_rng(0)
    good = rng.normal(size=(4, 1000, 3))
    never = np.zeros((4, 1000), dtype=bool)
    assert fit._diagnose({"alpha": good}, never)["sound"] is True
    stuck = good + np.arange(4)[:, None, None]
    assert fit._diagnose({"alpha": stuck}, never)["sound"] is False
    assert fit._diagnose({"alpha": good}, ~never)["sound"] is False
    # What never varies (an effect that is not stated) is left out.
    fixed = np.concatenate([good, np.zeros((4, 1000, 1))], axis=-1)
    assert fit._diagnose({"alpha": fixed}, never) == fit._diagnose({"alpha": good}, never)
