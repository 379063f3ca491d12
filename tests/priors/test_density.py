"""The density that moves draws against PyMC's own, with the Jacobians put back by SciPy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from scipy import special, stats

from tarjih.errors import InvalidModel
from tarjih.priors.assumptions import assumptions_of
from tarjih.priors.density import JudgementDensity
from tarjih.priors.draws import Draws
from tarjih.priors.elicited import elicit
from tarjih.priors.judgement_model import FEW_SOURCES, build_judgement_model, driver_rates
from tarjih.priors.pool import pooled
from tarjih.priors.stated_prior import sample_prior
from tarjih.scenarios import load
from tarjih.scenarios.records import Study

Floats = np.ndarray[Any, Any]
Make = Callable[..., Any]
MOVED = (
    "alpha", "beta", "gamma", "initial", "review_time", "up", "down", "bias", "bias_scale", "noise",
)  # fmt: skip


@pytest.fixture(scope="module")
def studies(study: Study, make_study: Make, make_judgement: Make) -> dict[str, Study]:
    many = tuple(
        make_judgement(f"j{i}", "now", 0.1 + 0.1 * i, scenario="war", source=f"s{i}")
        for i in range(FEW_SOURCES)
    )
    return {
        "every kind of judgement": study,
        "a scale of biases to learn": make_study(many, base_rates=False),
        "base rates alone": make_study(()),
        "nothing asked": make_study((), base_rates=False),
        "shipped": load("syria_russia"),
    }


KINDS = [
    "every kind of judgement",
    "a scale of biases to learn",
    "base rates alone",
    "nothing asked",
    "shipped",
]


def pymc_log_density(study: Study, model: Any, draws: Draws) -> list[float]:
    """Return PyMC's log density at draws, over the points of `JudgementDensity`.

    Values are made for PyMC's variables from the draws alone; what its own transforms do not
    account for is the step from its free values to the coordinates.
    """
    as_tensor: Any = import_module("pytensor.tensor").as_tensor
    elicited, assumed = elicit(study), assumptions_of(study)
    signed, free, scale = elicited.signed, elicited.free, elicited.signed_scale
    stated = np.concatenate(driver_rates(study))
    moving = stated > 0
    review = np.log([scenario.review_time for scenario in study.scenarios])
    log_density = model.compile_logp(mode="FAST_COMPILE")
    found = []
    for m in range(len(draws)):
        effects = draws.effects[m]
        rates = np.concatenate([draws.up[m], draws.down[m]])[moving] / stated[moving]
        assert draws.bias is not None
        assert draws.noise is not None
        assert draws.bias_scale is not None
        natural = {
            "alpha": draws.alpha[m],
            "initial": draws.initial[m],
            "magnitude": effects[signed[:, 0], signed[:, 1]] / scale,
            "unclear": effects[free[:, 0], free[:, 1]] / elicited.free_scale,
            "review_shift": (np.log(draws.review_time[m]) - review) / assumed.review_spread,
            "rate_shift": np.log(rates) / assumed.rate_spread,
            "bias_shift": draws.bias[m] / draws.bias_scale[m],
            "bias_scale": draws.bias_scale[m],
            "noise_above": (draws.noise[m] - assumed.noise_floor) / assumed.noise_spread,
        }
        half_normal = {"magnitude": 1.0, "noise_above": 1.0, "bias_scale": assumed.bias_spread}
        values: dict[str, Floats] = {}
        # α and u are PyMC's values divided by their spread, on K − 1 axes each. PyTensor holds
        # a constant such as 1.5 in single precision, and takes its logarithm so.
        log_spread = float(np.log(np.float32(assumed.utility_spread)))
        log_jacobian = 2 * (len(study.scenarios) - 1) * log_spread
        for variable in model.free_RVs:
            name, value = variable.name, np.asarray(natural[variable.name])
            transform = model.rvs_to_transforms[variable]
            if transform is not None:
                value = transform.forward(as_tensor(value), *variable.owner.inputs).eval()
            values[model.rvs_to_values[variable].name] = value
            if name in half_normal:
                # y = log m and Φ(z) = 2 Φ(m/s) − 1, so dy/dz = (1/m) · s φ(z) / (2 φ(m/s)).
                unit = natural[name] / half_normal[name]
                z = -special.ndtri(special.erfc(unit / np.sqrt(2)))
                slope = stats.norm.logpdf(z) - np.log(2) - stats.norm.logpdf(unit) - np.log(unit)
                log_jacobian += np.sum(slope)
        found.append(float(log_density(values)) + log_jacobian)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_the_density_that_pymc_samples(kind: str, studies: dict[str, Study]) -> None:
    study = studies[kind]
    density = JudgementDensity(study)
    points = np.random.default_rng(3).normal(scale=1.3, size=(5, density.size))
    theirs = pymc_log_density(study, build_judgement_model(study), density.unpack(points))
    np.testing.assert_allclose(density.log_density(points), theirs, rtol=0, atol=1e-10)


@pytest.mark.parametrize("kind", KINDS)
def test_points_and_draws_are_one_to_one(kind: str, studies: dict[str, Study]) -> None:
    density = JudgementDensity(studies[kind])
    draws = sample_prior(studies[kind], 50, seed=2)
    points = density.pack(draws)
    assert points.shape == (50, density.size)
    back = density.unpack(points)
    for name in MOVED:
        np.testing.assert_allclose(
            getattr(back, name), getattr(draws, name), rtol=1e-9, atol=1e-12, err_msg=name
        )
    np.testing.assert_allclose(density.pack(back), points, rtol=0, atol=1e-9)


@pytest.mark.parametrize("kind", KINDS)
def test_the_prior_is_standard_normal(kind: str, studies: dict[str, Study]) -> None:
    """Coordinates of draws of the prior: each of them normal, and none tied to another."""
    density = JudgementDensity(studies[kind])
    count = 4000
    points = density.pack(sample_prior(studies[kind], count, seed=4))
    for column in points.T:
        assert stats.kstest(column, "norm").pvalue > 1e-5
    correlation = np.corrcoef(points.T) - np.eye(density.size)
    assert np.abs(correlation).max() < 5.5 / np.sqrt(count)


def test_far_out_nothing_is_lost_or_warned_of(studies: dict[str, Study]) -> None:
    """Both ends of a half-normal, to where a coordinate has no business to be."""
    density = JudgementDensity(studies["every kind of judgement"])
    for far in (-8.0, -3.0, 8.0):
        points = np.full((1, density.size), 0.1)
        points[:, 4] = far  # the first magnitude
        assert np.isfinite(density.log_density(points)).all()
        np.testing.assert_allclose(density.pack(density.unpack(points))[:, 4], far, rtol=1e-9)


def test_draws_of_single_precision_can_start(studies: dict[str, Study]) -> None:
    """As files keep them; effects rounded to nothing have a place, too."""
    study = studies["every kind of judgement"]
    draws = sample_prior(study, 20)
    single = {name: getattr(draws, name).astype(np.float32) for name in MOVED}
    single["beta"] = np.where(np.abs(single["beta"]) < 0.3, 0.0, single["beta"])
    density = JudgementDensity(study)
    points = density.pack(replace(draws, **single))
    assert np.isfinite(density.log_density(points)).all()


def test_of_a_pool_each_view_reads_its_own_sources(studies: dict[str, Study]) -> None:
    one, other = studies["a scale of biases to learn"], studies["base rates alone"]
    first, second = sample_prior(one, 40, seed=1), sample_prior(other, 40, seed=2)
    pool = pooled([first, second], [0.5, 0.5])
    for place, (study, draws) in enumerate(((one, first), (other, second))):
        density = JudgementDensity(study)
        mine = density.pack(pool.take(np.flatnonzero(pool.analyst == place)))
        np.testing.assert_allclose(mine, density.pack(draws.take(np.arange(20) * 2)), atol=1e-12)


def test_draws_that_do_not_know_the_sources_cannot_be_packed(study: Study) -> None:
    draws = replace(sample_prior(study, 5), bias=None, bias_scale=None, noise=None)
    with pytest.raises(InvalidModel, match="cannot be moved"):
        JudgementDensity(study).pack(draws)
