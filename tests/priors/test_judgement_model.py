"""The PyMC model against NumPy and SciPy, compiled without Numba to be quick."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from scipy import stats
from scipy.special import expit, log_expit

from tarjih.priors.elicited import elicit
from tarjih.priors.judged import log_likelihood
from tarjih.priors.judgement_model import build_judgement_model
from tarjih.priors.rows import implied_rows, implied_year
from tarjih.scenarios.records import Study

Point = dict[str, np.ndarray[Any, Any]]
QUANTITIES = ("alpha", "initial", "effects", "review_time", "up", "down", "bias", "noise")


@pytest.fixture(scope="module")
def model(study: Study) -> Any:
    return build_judgement_model(study)


@pytest.fixture(scope="module")
def point(model: Any) -> Point:
    rng = np.random.default_rng(5)
    return {
        name: np.asarray(value) + rng.normal(scale=0.7, size=np.shape(value))
        for name, value in model.initial_point().items()
    }


@pytest.fixture(scope="module")
def parameters(model: Any, point: Point) -> Point:
    """Values of the named quantities at the point."""
    pytensor: Any = import_module("pytensor")
    outputs = model.replace_rvs_by_values([model[name] for name in QUANTITIES])
    function = pytensor.function(
        model.value_vars, outputs, mode="FAST_COMPILE", on_unused_input="ignore"
    )
    values = function(*(point[variable.name] for variable in model.value_vars))
    return dict(zip(QUANTITIES, values, strict=True))


def test_log_density_is_that_of_numpy(
    study: Study, model: Any, point: Point, parameters: Point
) -> None:
    terms = model.compile_logp(vars=[model["judged"]], sum=False, mode="FAST_COMPILE")(point)
    assert float(terms[0].sum()) == pytest.approx(
        float(log_likelihood(elicit(study), parameters)), rel=1e-10
    )


def test_numpy_takes_many_draws_at_once(study: Study, parameters: Point) -> None:
    elicited = elicit(study)
    twice = {name: np.stack([value, value]) for name, value in parameters.items()}
    np.testing.assert_allclose(
        log_likelihood(elicited, twice), log_likelihood(elicited, parameters), rtol=1e-14
    )


def test_log_density_by_scipy(study: Study, parameters: Point) -> None:
    """Student's t, Bernoulli and multinomial, as the design writes them."""
    elicited = elicit(study)
    p, q = implied_rows(elicited, parameters)
    expected = 0.0
    for i, row in enumerate(elicited.stated_row):
        noise = parameters["noise"][elicited.stated_source[i]]
        past = np.log(p[row] / q[row]) - elicited.stated[i]
        below, above = np.hypot(elicited.below[i], noise), np.hypot(elicited.above[i], noise)
        # Two halves of one curve that meet at the mode.
        scale = below if past < 0 else above
        expected += np.log(2 * scale / (below + above)) + stats.t.logpdf(past, 4, 0, scale)
    for row, rival in zip(elicited.rank_row, elicited.rank_rival, strict=True):
        expected += log_expit((np.log(p[row]) - np.log(p[rival])) / 0.5)
    for row in elicited.possible_row:
        expected += log_expit((np.log(p[row] / q[row]) - np.log(0.05 / 0.95)) / 0.5)
    yearly = elicited.yearly
    assert yearly is not None
    expected += float(np.sum(yearly.counts * np.log(implied_year(yearly, 1.0, parameters))))
    assert float(log_likelihood(elicited, parameters)) == pytest.approx(expected, rel=1e-12)


def test_a_rank_now_compares_utilities(study: Study, parameters: Point) -> None:
    """Bernoulli(1; logit = (η_k − η_l)/0.5), η the state's utilities with the source's bias."""
    elicited = elicit(study)
    p, _ = implied_rows(elicited, parameters)
    seen = parameters["initial"] + parameters["bias"][elicited.sources.index("press")]
    leads = np.log(p[elicited.rank_row]) - np.log(p[elicited.rank_rival])
    np.testing.assert_allclose(leads[:2], [seen[1] - seen[0], seen[1] - seen[2]], rtol=1e-10)


def test_possible_only_denies_impossibility() -> None:
    halved, nearly_nothing = expit(0.0), expit((np.log(1 / 3) - np.log(0.05 / 0.95)) / 0.5)
    assert halved == 0.5
    assert nearly_nothing > 0.97


@pytest.fixture(scope="module")
def logp(model: Any) -> Callable[[Point], Any]:
    compiled: Callable[[Point], Any] = model.compile_logp(mode="FAST_COMPILE")
    return compiled


@pytest.fixture(scope="module")
def dlogp(model: Any) -> Callable[[Point], Any]:
    compiled: Callable[[Point], Any] = model.compile_dlogp(mode="FAST_COMPILE")
    return compiled


@pytest.mark.parametrize("start", [0.0, 3.0, -3.0])
def test_density_and_gradient_are_finite(model: Any, logp: Any, dlogp: Any, start: float) -> None:
    at = {name: np.asarray(v) + start for name, v in model.initial_point().items()}
    assert np.isfinite(logp(at))
    assert np.isfinite(dlogp(at)).all()


def test_gradient_is_the_slope(model: Any, point: Point, logp: Any, dlogp: Any) -> None:
    gradient = dlogp(point)
    rng = np.random.default_rng(0)
    names = [variable.name for variable in model.value_vars]
    flat = np.concatenate([np.ravel(point[name]) for name in names])
    direction = rng.normal(size=flat.size)

    def along(h: float) -> float:
        moved, at = flat + h * direction, {}
        for name in names:
            size = point[name].size
            at[name], moved = moved[:size].reshape(point[name].shape), moved[size:]
        return float(logp(at))

    slope = (along(1e-5) - along(-1e-5)) / 2e-5
    assert slope == pytest.approx(float(gradient @ direction), rel=1e-6)


def test_what_is_not_stated_is_exactly_zero(parameters: Point) -> None:
    # Features: army, talks, oil, both; scenarios: war, calm, other.
    stated = np.array([[1, 1, 0], [1, 0, 0], [0, 0, 0], [1, 0, 0]], dtype=bool)
    np.testing.assert_array_equal(parameters["effects"] != 0, stated)
    assert parameters["effects"][0, 0] > 0 > parameters["effects"][1, 0]
    # oil never moves.
    assert parameters["up"][2] == parameters["down"][2] == 0
    assert (parameters["up"][:2] > 0).all()


def test_zero_sums_and_floors(parameters: Point) -> None:
    for name in ("alpha", "initial", "bias"):
        np.testing.assert_allclose(parameters[name].sum(axis=-1), 0, atol=1e-12)
    assert (parameters["noise"] > 0.15).all()


def test_the_scale_of_biases_is_estimated_from_five_sources_on(
    make_study: Callable[..., Study], make_judgement: Callable[..., Any]
) -> None:
    judgements = tuple(
        make_judgement(f"j{i}", "now", 0.3, scenario="war", source=f"s{i}") for i in range(5)
    )
    for count, estimated in ((4, False), (5, True)):
        model = build_judgement_model(make_study(judgements[:count], base_rates=False))
        assert ("bias_scale" in model.named_vars) == estimated


def test_prior_is_wide_but_not_certain(study: Study) -> None:
    """Before any judgement no scenario is near-certain: P(max pull > 0.95) stays below 0.2."""
    rng = np.random.default_rng(0)
    alpha = rng.normal(scale=1.5, size=(20000, 5))
    alpha -= alpha.mean(axis=1, keepdims=True)
    weight = np.exp(alpha)
    pull = weight / weight.sum(axis=1, keepdims=True)
    assert np.mean(pull.max(axis=1) > 0.95) < 0.2
    assert np.quantile(pull[:, 0], 0.05) < 0.02
    assert np.quantile(pull[:, 0], 0.95) > 0.5
