"""What NUTS is given: the recorded density against NumPy's; and what it gives back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tarjih.priors.density import JudgementDensity
from tarjih.priors.judgement_model import FEW_SOURCES
from tarjih.priors.replay import evaluator
from tarjih.priors.sampling import compile_density, parameters_of, run_nuts, trace_of
from tarjih.priors.tape import record
from tarjih.scenarios import load
from tarjih.scenarios.records import Study

Make = Callable[..., Any]
SHORT: dict[str, Any] = {"seed": 3, "progress": False, "chains": 2, "tune": 60, "run": 40}
KINDS = ["every kind of judgement", "a scale of biases to learn", "nothing asked", "shipped"]


@pytest.fixture(scope="module")
def studies(study: Study, make_study: Make, make_judgement: Make) -> dict[str, Study]:
    many = tuple(
        make_judgement(f"j{i}", "now", 0.1 + 0.1 * i, scenario="war", source=f"s{i}")
        for i in range(FEW_SOURCES)
    )
    return {
        "every kind of judgement": study,
        "a scale of biases to learn": make_study(many, base_rates=False),
        "nothing asked": make_study((), base_rates=False),
        "shipped": load("syria_russia"),
    }


@pytest.mark.parametrize("kind", KINDS)
def test_the_recorded_density_is_that_of_numpy(kind: str, studies: dict[str, Study]) -> None:
    """Value to the last digits; gradient by small differences along every axis."""
    density = JudgementDensity(studies[kind])
    recording = record(lambda point, xp: density.log_density(point[None], xp)[0], density.size)
    replayed = evaluator(recording, compiled=False)
    step = 1e-5
    moves = step * np.eye(density.size)
    for point in np.random.default_rng(1).normal(scale=1.3, size=(4, density.size)):
        value, gradient = replayed(point)
        assert value == pytest.approx(float(density.log_density(point[None])[0]), rel=1e-12)
        rise = density.log_density(point + moves) - density.log_density(point - moves)
        np.testing.assert_allclose(gradient, rise / (2 * step), rtol=1e-6, atol=1e-6)


@pytest.fixture(scope="module")
def density(studies: dict[str, Study]) -> JudgementDensity:
    return JudgementDensity(studies["a scale of biases to learn"])


@pytest.fixture(scope="module")
def sampled(density: JudgementDensity) -> Any:
    return run_nuts(compile_density(density), **SHORT)


def test_a_seed_settles_every_draw(density: JudgementDensity, sampled: Any) -> None:
    again = run_nuts(compile_density(density), **SHORT)
    np.testing.assert_array_equal(again.posterior["point"], sampled.posterior["point"])
    other = run_nuts(compile_density(density), **{**SHORT, "seed": 4})
    assert (other.posterior["point"].values != sampled.posterior["point"].values).any(axis=-1).all()
    assert sampled.posterior.sizes["chain"] == 2
    assert sampled.posterior.sizes["draw"] == 40


def test_the_sampler_looked_at_the_density(density: JudgementDensity, sampled: Any) -> None:
    points = sampled.posterior["point"].values.reshape(-1, density.size)
    np.testing.assert_allclose(
        sampled.sample_stats["logp"].values.ravel(), density.log_density(points), rtol=1e-10
    )


def test_parameters_and_trace(density: JudgementDensity, sampled: Any, study: Study) -> None:
    parameters = parameters_of(density, sampled)
    points = sampled.posterior["point"].values
    draws = density.unpack(points[1])
    np.testing.assert_array_equal(parameters["alpha"][1], draws.alpha)
    np.testing.assert_array_equal(parameters["effects"][1], draws.effects)
    tree = trace_of(density.elicited, parameters, sampled)
    # With five sources the scale of their biases is learnt.
    assert set(tree.posterior.data_vars) == set(parameters)
    assert tree.posterior["effects"].dims == ("chain", "draw", "feature", "scenario")
    assert tree.posterior["noise"].dims == ("chain", "draw", "source")
    np.testing.assert_array_equal(tree.posterior["bias"], parameters["bias"])
    assert set(tree.sample_stats.data_vars) == set(sampled.sample_stats.data_vars)

    few = JudgementDensity(study)
    made = {
        name: values[None]
        for name, values in few.parameters(np.zeros((5, few.size))).items()
    }  # fmt: skip
    assert "bias_scale" not in trace_of(few.elicited, made, sampled).posterior


@pytest.mark.slow
def test_a_pymc_model_is_sampled_alike() -> None:
    import nutpie
    import pymc

    with pymc.Model() as model:
        pymc.Normal("x", mu=3.0, sigma=0.5)
    trace = run_nuts(
        nutpie.compile_pymc_model(model), seed=0, progress=False, chains=2, tune=200, run=500
    )
    values = trace.posterior["x"].values
    assert values.shape == (2, 500)
    assert values.mean() == pytest.approx(3.0, abs=0.1)
    assert values.std() == pytest.approx(0.5, abs=0.1)
