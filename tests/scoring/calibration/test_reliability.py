"""The band of a reliability curve, and the transform of ordered outcomes."""

from __future__ import annotations

import numpy as np
import pytest

from tarjih.errors import InvalidRequest
from tarjih.scoring.calibration import probability_integral_transform, reliability_of


def test_band_holds_calibrated_forecasts_at_its_level() -> None:
    """Pointwise, over many calibrated forecasters; a bold one falls out of it."""
    inside, caught = [], []
    grid = np.array([0.05, 0.25, 0.5, 0.75, 0.95])
    for seed in range(60):
        dice = np.random.default_rng(seed)
        p = dice.choice(grid, 200)
        y = dice.random(200) < p
        curve = reliability_of(p, y, resamples=100, seed=seed)
        inside.append((curve.recalibrated >= curve.low) & (curve.recalibrated <= curve.high))
        bold = p**3 / (p**3 + (1 - p) ** 3)
        other = reliability_of(bold, y, resamples=100, seed=seed)
        caught.append(np.any((other.recalibrated < other.low) | (other.recalibrated > other.high)))
    assert 0.84 <= np.mean(inside) <= 0.97
    assert np.mean(caught) > 0.9


def test_updates_of_one_question_widen_the_band() -> None:
    """Forty updates of a question are one outcome, not forty."""
    dice = np.random.default_rng(1)
    question = np.repeat(np.arange(30), 40)
    p = np.clip(np.repeat(dice.random(30), 40) + dice.normal(0, 0.02, 1200), 0.01, 0.99)
    y = (dice.random(30) < 0.5)[question]
    together = reliability_of(p, y, question=question, resamples=60)
    apart = reliability_of(p, y, resamples=60)
    assert np.mean(together.high - together.low) > 2 * np.mean(apart.high - apart.low)


def test_record() -> None:
    dice = np.random.default_rng(2)
    p = dice.random(5000)
    y = dice.random(5000) < p
    one, again = (reliability_of(p, y, resamples=20, seed=3, label="x") for _ in range(2))
    np.testing.assert_array_equal(one.low, again.low)
    assert len(one.forecast) <= 501
    assert one.share.sum() == pytest.approx(1)
    assert bool(np.all(np.diff(one.recalibrated) >= 0))
    assert bool(np.all(one.low <= one.high))
    assert (one.questions, one.forecasts, one.label) == (5000, 5000, "x")
    with pytest.raises(ValueError, match="read-only"):
        one.low[0] = 0


def test_one_forecast_value_is_a_point() -> None:
    curve = reliability_of([0.3, 0.3], [0, 1], resamples=20)
    assert curve.forecast.tolist() == [0.3]
    assert curve.recalibrated.tolist() == [0.5]


@pytest.mark.parametrize("options", [{"level": 1.0}, {"resamples": 3}, {"question": [1]}])
def test_options_out_of_range(options: dict[str, object]) -> None:
    with pytest.raises(InvalidRequest):
        reliability_of([0.3, 0.3], [0, 1], **options)  # type: ignore[arg-type]


def test_transform_is_flat_when_calibrated_and_not_when_bold() -> None:
    dice = np.random.default_rng(4)
    p = dice.dirichlet(np.ones(4), 20_000)
    y = (p.cumsum(axis=1) < dice.random((20_000, 1))).sum(axis=1)
    flat = np.histogram(probability_integral_transform(p, y, seed=1), 10, (0, 1))[0]
    assert flat.min() > 1850
    assert flat.max() < 2150
    bold = p**3 / (p**3).sum(axis=1, keepdims=True)
    ends = np.histogram(probability_integral_transform(bold, y, seed=1), 10, (0, 1))[0]
    assert ends[0] > 2500
    assert ends[-1] > 2500


def test_transform_keeps_to_its_step_and_seed() -> None:
    one, again, other = (
        probability_integral_transform([0.25] * 50, [1] * 50, seed=seed) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one, again)
    assert not np.array_equal(one, other)
    assert bool(np.all((one >= 0.75) & (one <= 1)))
