"""Every score against another implementation or a worked value, and its properness."""

from __future__ import annotations

import math
from collections.abc import Callable

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis.extra.numpy import arrays

from tarjih.errors import InvalidRequest
from tarjih.scoring.rules import (
    CONVENTIONS,
    brier_score,
    brier_score_categories,
    log_score,
    quadratic_score,
    ranked_probability_score,
    spherical_score,
)

CATEGORIES: dict[str, Callable[..., np.ndarray]] = {
    "brier_categories": brier_score_categories,
    "log": log_score,
    "rps": ranked_probability_score,
    "spherical": spherical_score,
    "quadratic": lambda p, y: -quadratic_score(p, y),
}


@pytest.fixture(scope="module")
def forecasts() -> tuple[np.ndarray, np.ndarray]:
    dice = np.random.default_rng(3)
    return dice.dirichlet(np.ones(4), 200), dice.integers(0, 4, 200)


@pytest.mark.slow  # the import compiles
def test_brier_is_that_of_scoringrules() -> None:
    scoringrules = pytest.importorskip("scoringrules")
    dice = np.random.default_rng(1)
    p, y = dice.random(100), dice.integers(0, 2, 100)
    np.testing.assert_allclose(brier_score(p, y), scoringrules.brier_score(y, p), atol=1e-15)
    np.testing.assert_allclose(log_score(p, y), scoringrules.log_score(y, p), atol=1e-12)


@pytest.mark.slow  # the import compiles
def test_ranked_probability_is_that_of_scoringrules(
    forecasts: tuple[np.ndarray, np.ndarray],
) -> None:
    """Its classes count from 1, and it is not divided by the number of bounds either."""
    scoringrules = pytest.importorskip("scoringrules")
    p, y = forecasts
    theirs = scoringrules.rps_score(y + 1, p)
    np.testing.assert_allclose(ranked_probability_score(p, y), theirs, atol=1e-14)


def test_brier_is_that_of_scores() -> None:
    xarray = pytest.importorskip("xarray")
    scores = pytest.importorskip("scores.probability")
    dice = np.random.default_rng(2)
    p, y = dice.random(50), dice.integers(0, 2, 50)
    theirs = scores.brier_score(xarray.DataArray(p), xarray.DataArray(y))
    assert float(brier_score(p, y).mean()) == pytest.approx(float(theirs), abs=1e-15)


def test_categories_are_those_of_scikit_learn(forecasts: tuple[np.ndarray, np.ndarray]) -> None:
    metrics = pytest.importorskip("sklearn.metrics")
    p, y = forecasts
    ours = float(log_score(p, y).mean())
    assert ours == pytest.approx(metrics.log_loss(y, p, labels=range(4)), abs=1e-12)
    # by the definition, one at a time
    for row, hit in zip(p, y, strict=True):
        brier = sum((q - (k == hit)) ** 2 for k, q in enumerate(row))
        sphere = 1 - row[hit] / math.sqrt(sum(q * q for q in row))
        assert float(brier_score_categories(row, hit)) == pytest.approx(brier, abs=1e-14)
        assert float(spherical_score(row, hit)) == pytest.approx(sphere, abs=1e-14)
        assert float(quadratic_score(row, hit)) == pytest.approx(-brier, abs=1e-14)


def test_worked_values() -> None:
    """Brier 1950 scores perfect forecasts 0 and the worst 2; Epstein 1969 counts distance.

    doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2,
    doi:10.1175/1520-0450(1969)008<0985:ASSFPF>2.0.CO;2
    """
    assert brier_score_categories([[1, 0], [0, 1]], [0, 0]).tolist() == [0, 2]
    # Brier's own example: always saying 0.5, 0.5 of two classes.
    assert brier_score_categories([0.5, 0.5], 1) == 0.5
    far, near = ranked_probability_score([[0.8, 0.1, 0.1], [0.1, 0.8, 0.1]], [2, 2])
    assert (far, near) == pytest.approx((0.64 + 0.81, 0.01 + 0.81))
    # Gneiting & Raftery 2007, section 4: the spherical score of two options
    assert float(spherical_score(0.8, 1)) == pytest.approx(1 - 0.8 / math.sqrt(0.68))


def test_what_was_called_impossible_scores_infinity_and_stays_finite_elsewhere() -> None:
    assert log_score([0.0, 1.0, 1.0], [1, 1, 0]).tolist() == [math.inf, 0, math.inf]
    assert math.copysign(1, float(log_score([1.0], [1])[0])) == 1
    assert log_score([[0.0, 1.0, 0.0]], [0])[0] == math.inf


@pytest.mark.parametrize("name", ["brier", *CATEGORIES])
def test_best_and_worst_are_those_of_the_conventions(name: str) -> None:
    convention = CONVENTIONS[name]
    score = brier_score if name == "brier" else CATEGORIES[name]
    sign = -1 if name == "quadratic" else 1
    sure = np.array([[1.0, 0.0, 0.0]])
    best, worst = (
        (brier_score([1.0], [1]), brier_score([0.0], [1]))
        if name == "brier"
        else (score(sure, [0]), score(sure, [2]))
    )
    assert sign * float(best[0]) == convention.best
    if math.isfinite(convention.worst):
        assert sign * float(worst[0]) == convention.worst
    assert convention.better == ("more" if name == "quadratic" else "less")


SHARES = arrays(np.float64, 4, elements=st.floats(0.01, 1)).map(lambda x: x / x.sum())


@pytest.mark.parametrize("name", CATEGORIES)
@given(truth=SHARES, report=SHARES)
def test_no_report_beats_the_truth(name: str, truth: np.ndarray, report: np.ndarray) -> None:
    """Strictly proper: any other report is expected to be worse."""
    score = CATEGORIES[name]
    outcomes = np.arange(4)
    honest = float(truth @ score(np.tile(truth, (4, 1)), outcomes))
    other = float(truth @ score(np.tile(report, (4, 1)), outcomes))
    assert other >= honest - 1e-12
    assume(np.abs(truth - report).max() > 1e-3)
    assert other > honest


@pytest.mark.parametrize("score", [brier_score, log_score, spherical_score])
@given(truth=st.floats(0.001, 0.999), report=st.floats(0.001, 0.999))
def test_no_yes_or_no_report_beats_the_truth(
    score: Callable[..., np.ndarray], truth: float, report: float
) -> None:
    chances = np.array([1 - truth, truth])
    honest, other = (
        float(chances @ score(np.full(2, said), np.array([0, 1]))) for said in (truth, report)
    )
    assert other >= honest - 1e-12
    assume(abs(truth - report) > 1e-3)
    assert other > honest


@given(p=st.floats(0, 1), y=st.integers(0, 1))
def test_two_options_and_yes_or_no_are_one(p: float, y: int) -> None:
    row = [1 - p, p]
    assert 2 * float(brier_score(p, y)) == pytest.approx(float(brier_score_categories(row, y)))
    assert float(ranked_probability_score(row, y)) == pytest.approx(float(brier_score(p, y)))
    assert float(spherical_score(p, y)) == pytest.approx(float(spherical_score(row, y)))


def test_an_improper_score_would_be_caught() -> None:
    """The linear score rewards exaggeration: the property above has teeth."""
    truth = np.array([0.7, 0.3])
    linear = [float(truth @ np.abs(1 - np.array(said))) for said in ((0.7, 0.3), (1.0, 0.0))]
    assert linear[1] < linear[0]


@pytest.mark.parametrize(
    ("p", "y", "what"),
    [
        ([1.2], [1], "not a probability"),
        ([math.nan], [1], "not a probability"),
        ([-0.1], [0], "not a probability"),
        ([0.5], [2], "not an outcome"),
        ([0.5], [0.5], "not an outcome"),
        ([[0.5, 0.4]], [1], "do not sum to one"),
        ([[0.5, 0.5]], [-1], "not an outcome"),
        ([0.5, 0.5], [[1]], "do not fit"),
        ([[[1.0]]], [[1]], "do not fit"),
    ],
)
def test_what_is_no_forecast_is_refused(p: object, y: object, what: str) -> None:
    with pytest.raises(InvalidRequest, match=what):
        log_score(p, y)  # type: ignore[arg-type]


def test_shapes_are_kept(forecasts: tuple[np.ndarray, np.ndarray]) -> None:
    p, y = forecasts
    assert log_score(p.reshape(10, 20, 4), y.reshape(10, 20)).shape == (10, 20)
    assert brier_score(0.5, 1).shape == ()
