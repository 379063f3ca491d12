"""CORP and Murphy: they add up, and agree with the packages of the field."""

from __future__ import annotations

import math

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given, settings

from tarjih.errors import InvalidRequest
from tarjih.scoring.calibration import (
    corp_decomposition,
    expected_brier,
    isotonic_frequency,
    murphy_decomposition,
)

CASES = st.lists(
    st.tuples(
        st.sampled_from([0.0, 0.05, 0.1, 0.1000001, 0.3, 0.55, 0.9, 1.0]) | st.floats(0, 1),
        st.integers(0, 1),
        st.floats(0.001, 10),
    ),
    min_size=1,
    max_size=40,
)


@settings(deadline=None)
@given(CASES)
def test_parts_add_up(cases: list[tuple[float, int, float]]) -> None:
    p, y, w = map(np.array, zip(*cases, strict=True))
    brier = float(np.sum(w * (p - y) ** 2) / w.sum())
    corp = corp_decomposition(p, y, weight=w)
    assert corp.score == pytest.approx(brier, abs=1e-12)
    total = corp.miscalibration - corp.discrimination + corp.uncertainty
    assert total == pytest.approx(brier, abs=1e-12)
    assert corp.miscalibration >= -1e-12
    assert corp.discrimination >= -1e-12
    for bins in ((0.0, 1.0), (0.0, 0.3, 0.31, 1.0)):
        parts = murphy_decomposition(p, y, weight=w, bins=bins)
        total = parts.reliability - parts.resolution + parts.uncertainty + parts.within_bins
        assert total == pytest.approx(brier, abs=1e-12)


@settings(deadline=None)
@given(CASES)
def test_parts_of_the_log_score_add_up(cases: list[tuple[float, int, float]]) -> None:
    p, y, w = map(np.array, zip(*cases, strict=True))
    p = np.clip(p, 0.001, 0.999)
    parts = corp_decomposition(p, y, weight=w, rule="log")
    total = parts.miscalibration - parts.discrimination + parts.uncertainty
    assert total == pytest.approx(parts.score, abs=1e-12)
    assert parts.miscalibration >= -1e-12


@pytest.mark.slow  # for its import
def test_corp_is_that_of_model_diagnostics() -> None:
    diagnostics = pytest.importorskip("model_diagnostics.scoring")
    dice = np.random.default_rng(5)
    p = np.round(dice.random(300), 2)
    y = (dice.random(300) < p**1.5).astype(int)
    w = dice.random(300)
    for rule, function in (
        ("brier", diagnostics.SquaredError()),
        ("log", diagnostics.LogLoss()),
    ):
        said = np.clip(p, 0.01, 0.99)
        theirs = diagnostics.decompose(y, said, weights=w, scoring_function=function)
        ours = corp_decomposition(said, y, weight=w, rule=rule)  # type: ignore[arg-type]
        for name in ("miscalibration", "discrimination", "uncertainty", "score"):
            assert getattr(ours, name) == pytest.approx(theirs[name][0], abs=1e-10), (rule, name)


def test_isotonic_is_that_of_scores() -> None:
    probability = pytest.importorskip("scores.probability")
    dice = np.random.default_rng(6)
    p = np.round(dice.random(200), 2)
    y = (dice.random(200) < p).astype(float)
    theirs = probability.isotonic_fit(p, y)
    ours = dict(zip(p, isotonic_frequency(p, y), strict=True))
    for x, value in zip(theirs["fcst_sorted"], theirs["regression_values"], strict=True):
        assert ours[x] == pytest.approx(value, abs=1e-12)


def test_murphy_by_hand() -> None:
    """Ten forecasts in two groups (worked by the definition of Murphy 1973).

    doi:10.1175/1520-0450(1973)012<0595:ANVPOT>2.0.CO;2
    """
    p = [0.2] * 5 + [0.8] * 5
    y = [1, 0, 0, 0, 0, 1, 1, 1, 0, 0]
    parts = murphy_decomposition(p, y)
    assert parts.reliability == pytest.approx(0.5 * 0.0 + 0.5 * 0.04)
    assert parts.resolution == pytest.approx(0.04)
    assert parts.uncertainty == pytest.approx(0.24)
    assert parts.within_bins == pytest.approx(0)
    assert parts.score == pytest.approx(0.22)


def test_bins_hold_their_lower_bound() -> None:
    alone = murphy_decomposition([0.1, 0.0999], [1, 0])
    assert alone.resolution == pytest.approx(0.25)
    assert murphy_decomposition([1.0, 0.95], [1, 0]).resolution == pytest.approx(0)


def test_calibrated_forecasts_and_planted_ones() -> None:
    """A forecaster twice as bold as the truth in log-odds is caught; an honest one is not."""
    dice = np.random.default_rng(7)
    truth = dice.beta(2, 2, 20_000)
    y = dice.random(20_000) < truth
    bold = truth**2 / (truth**2 + (1 - truth) ** 2)
    honest, caught = (corp_decomposition(p, y).miscalibration for p in (truth, bold))
    assert honest < 0.002
    assert caught > 0.008
    assert float(expected_brier(bold).mean()) < float(np.mean((bold - y) ** 2)) - 0.02


def test_impossible_outcomes_leave_infinity() -> None:
    parts = corp_decomposition([0.0, 0.5], [1, 0], rule="log")
    assert parts.score == math.inf
    assert parts.miscalibration == math.inf
    assert math.isfinite(parts.discrimination)


@pytest.mark.parametrize(
    ("p", "y", "w", "what"),
    [
        ([], [], None, "do not fit"),
        ([0.5], [1, 0], None, "do not fit"),
        ([1.5], [1], None, "not a probability"),
        ([0.5], [0.3], None, "not an outcome"),
        ([0.5], [1], [-1], "not weights"),
        ([0.5], [1], [0], "not weights"),
    ],
)
def test_what_cannot_be_decomposed(p: object, y: object, w: object, what: str) -> None:
    with pytest.raises(InvalidRequest, match=what):
        corp_decomposition(p, y, weight=w)  # type: ignore[arg-type]


def test_unknown_rule_and_bins() -> None:
    with pytest.raises(InvalidRequest, match=r"unknown rule: got 'brie'.*brier"):
        corp_decomposition([0.5], [1], rule="brie")  # type: ignore[arg-type]
    with pytest.raises(InvalidRequest, match="not bins"):
        murphy_decomposition([0.5], [1], bins=(0.0, 0.5))
