"""Intervals over questions, and what may be claimed from them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from tarjih.errors import InvalidRequest
from tarjih.scoring.resampling import (
    FEWEST,
    bootstrap_means,
    claim_of,
    estimate_of,
    ratio_estimate,
)


def test_means_are_those_of_drawn_rows() -> None:
    """Against drawing rows one at a time, with the same dice."""
    dice = np.random.default_rng(8)
    values = dice.random((7, 3))
    fast = bootstrap_means(values, resamples=50, seed=4)
    drawn = np.random.default_rng(4).integers(0, 7, (50, 7), dtype=np.int32)
    np.testing.assert_allclose(fast, values[drawn].mean(axis=1), atol=1e-15)


def test_spread_is_that_of_a_mean() -> None:
    dice = np.random.default_rng(1)
    values = dice.normal(size=(400, 1))
    spread = bootstrap_means(values, resamples=4000, seed=2).std()
    assert spread == pytest.approx(values.std() / 20, rel=0.05)


def test_interval_covers_the_truth_nine_times_in_ten() -> None:
    covered = 0
    for seed in range(400):
        values = np.random.default_rng(seed).exponential(size=(60, 1))
        found = estimate_of(values[:, 0], bootstrap_means(values, resamples=200, seed=seed)[:, 0])
        covered += found.low <= 1 <= found.high
    assert 0.83 <= covered / 400 <= 0.94


def test_large_tables_are_drawn_in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    values = np.random.default_rng(0).random((30, 2))
    whole = bootstrap_means(values, resamples=100, seed=1)
    monkeypatch.setattr("tarjih.scoring.resampling.bootstrap._AT_ONCE", 90)
    np.testing.assert_allclose(bootstrap_means(values, resamples=100, seed=1), whole, atol=1e-15)


def test_infinite_scores_are_infinite_where_drawn() -> None:
    values = np.array([[math.inf, 1.0], *[[1.0, 1.0]] * 11])
    drawn = bootstrap_means(values, resamples=500, seed=1)
    there = np.isinf(drawn[:, 0]).mean()
    assert there == pytest.approx(1 - (11 / 12) ** 12, abs=0.07)
    assert bool(np.all(drawn[:, 1] == 1))
    found = estimate_of(values[:, 0], drawn[:, 0])
    assert (found.mean, found.low, found.high) == (math.inf, 1.0, math.inf)


def test_skill() -> None:
    rng = np.random.default_rng(2)
    score, reference = rng.random(50) * 0.2, np.full(50, 0.2)
    drawn = bootstrap_means(np.column_stack([score, reference]), seed=1)
    found = ratio_estimate(score, reference, drawn[:, 0], drawn[:, 1])
    assert found is not None
    assert found.mean == pytest.approx(1 - score.mean() / 0.2)
    assert found.low < found.mean < found.high
    assert ratio_estimate(score, np.zeros(50), drawn[:, 0], np.zeros(2000)) is None


def _claim(values: np.ndarray) -> tuple[str, int | None]:
    claim = claim_of(values, bootstrap_means(values[:, None], seed=3)[:, 0])
    return claim.verdict, claim.needed


def test_twelve_are_too_few_whatever_they_show() -> None:
    assert _claim(np.full(12, 0.2)) == ("too_few", FEWEST)


def test_claims_by_size() -> None:
    rng = np.random.default_rng(5)
    noise = rng.normal(size=400)
    noise = (noise - noise.mean()) / noise.std(ddof=1)
    assert _claim(0.5 + noise) == ("better", None)
    assert _claim(-0.5 + noise) == ("worse", None)
    verdict, needed = _claim(0.05 + noise)
    assert verdict == "unclear"
    # (1.645 + 0.842)² / 0.05²
    assert needed == 2474
    assert _claim(np.zeros(100)) == ("unclear", None)


def test_the_number_needed_would_find_the_difference_four_times_in_five() -> None:
    """The rule's own promise, tried: so many questions find a true difference of 0.2 sd."""
    needed = math.ceil((2.4865 / 0.2) ** 2)
    found = sum(
        _claim(np.random.default_rng(seed).normal(0.2, 1, needed))[0] == "better"
        for seed in range(200)
    )
    assert 0.72 <= found / 200 <= 0.88


def test_no_claim_without_a_difference_comes_rarely() -> None:
    """Of forecasters no better than the reference at most about one in ten is told apart."""
    told = sum(
        _claim(np.random.default_rng(seed).normal(0, 1, 60))[0] in ("better", "worse")
        for seed in range(200)
    )
    assert told / 200 <= 0.17


@pytest.mark.parametrize("wrong", [np.empty((0, 1)), np.empty(3)])
def test_what_cannot_be_drawn(wrong: np.ndarray) -> None:
    with pytest.raises(InvalidRequest, match="no questions"):
        bootstrap_means(wrong)
    with pytest.raises(InvalidRequest, match="too few"):
        bootstrap_means(np.ones((3, 1)), resamples=5)
