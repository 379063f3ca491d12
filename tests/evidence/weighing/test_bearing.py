"""Worked values: what one item says."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tarjih.calendar import Calendar
from tarjih.errors import InvalidRequest
from tarjih.evidence.weighing.bearing import (
    BearingReader,
    expected_ratio,
    level_likelihood,
    mix,
    seen_likelihood,
    unseen_likelihood,
)
from tarjih.priors.assumptions import assumptions_of
from tarjih.scenarios.records import Checked, Item, LevelSeen, Seen, Study, Weights

MakeItem = Callable[..., Item]
MakeStudy = Callable[..., Study]


@pytest.mark.parametrize(("r", "ratio"), [(0.95, 7.33), (0.85, 5.25), (0.70, 3.55), (0.50, 2.33)])
def test_mixture_of_a_claimed_ratio_of_nine(r: float, ratio: float) -> None:
    """Bovens & Hartmann's partially reliable source, not tempering (r = .95: 8.06)."""
    for scale in (1.0, 0.1, 7.0):  # only ratios matter
        mixed = mix(scale * np.array([0.9, 0.1]), r)
        assert mixed[0] / mixed[1] == pytest.approx(ratio, abs=0.01)


def test_the_mixture_is_bounded_where_tempering_is_not() -> None:
    r, a = 0.7, 0.5
    mixed = mix(np.array([1 - 1e-6, 1e-6]), r)
    assert mixed[0] / mixed[1] < 1 + r / ((1 - r) * a)


def test_no_trust_says_nothing() -> None:
    mixed = mix(np.array([0.9, 0.1, 0.3]), 1e-6)
    assert np.ptp(np.log(mixed)) < 1e-5


def test_seen_is_rescaled_to_the_step_and_centred() -> None:
    monthly = np.array([0.6, 0.05, 0.1])
    week = Calendar(dt.date(2025, 8, 6), "week").months
    assert week == 7 / (365.25 / 12)
    rescaled = seen_likelihood(monthly, week, monitored=True)
    np.testing.assert_allclose(rescaled, 1 - (1 - monthly) ** week, rtol=1e-14)
    # Over the weeks of a month the chance of not seeing it is that of the month.
    np.testing.assert_allclose((1 - rescaled) ** (1 / week), 1 - monthly, rtol=1e-12)
    centred = seen_likelihood(monthly, week, monitored=False)
    np.testing.assert_allclose(centred, rescaled / rescaled.mean(), rtol=1e-14)


def test_a_check_by_hand() -> None:
    """d = .8, r = .5, ℓ = (.6, .2): a = .32; 1 - [.5·.48 + .5·.32] and 1 - [.5·.16 + .5·.32]."""
    got = unseen_likelihood(np.array([0.6, 0.2]), np.array([1.0]), 0.8, 0.5)
    np.testing.assert_allclose(got, [[0.6, 0.76]], rtol=1e-14)


def test_level_by_hand() -> None:
    got = level_likelihood(3, 1, 0.35)
    np.testing.assert_allclose(got, [math.exp(-1 / 0.35), 1 - 1e-6, math.exp(-1 / 0.35)])
    assert level_likelihood(9, 0, 0.35)[-1] == 1e-6  # clipped: never impossible


def test_expected_ratio_is_the_mean_of_the_lognormal() -> None:
    draws = np.random.default_rng(1).lognormal(0.0, 1.0, 400_000)
    low, high = (math.exp(q * 1.6448536269514722) for q in (-1, 1))
    assert expected_ratio(low, high) == pytest.approx(math.exp(0.5), rel=1e-12)
    assert expected_ratio(low, high) == pytest.approx(float(draws.mean()), rel=0.01)


def read(study: Study, item: Item, r: float) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.exp(BearingReader(study, assumptions_of(study)).read(item, r).loglik)


def test_seen_item(study: Study, make_item: MakeItem) -> None:
    got = read(study, make_item("i", Seen("strike")), 0.7)
    centred = np.array([0.6, 0.05, 0.1]) / 0.25
    np.testing.assert_allclose(got, [0.7 * centred + 0.3], rtol=1e-14)


def test_weights_item(study: Study, make_item: MakeItem) -> None:
    got = read(study, make_item("i", Weights({"turn": "strongly for", "other": "against"})), 0.6)
    ratio = np.array([1.0, expected_ratio(3, 8), expected_ratio(1 / 3.0, 1 / 1.6)])
    mixed = 0.6 * ratio + 0.4 * ratio.mean()
    np.testing.assert_allclose(got[0] / got[0, 0], mixed / mixed[0], rtol=1e-13)


def test_level_item(study: Study, make_item: MakeItem) -> None:
    bearing = BearingReader(study, assumptions_of(study)).read(
        make_item("i", LevelSeen("deal", 1)), 0.9
    )
    assert (bearing.driver, bearing.steps) == (1, (2,))
    near, far = 1 - 1e-6, math.exp(-1 / 0.35)
    mean = (near + far) / 2
    expected = [[0.9 * far + 0.1 * mean, 0.9 * near + 0.1 * mean]]
    np.testing.assert_allclose(np.exp(bearing.loglik), expected, rtol=1e-14)


def test_a_check_is_spread_over_the_days_after_the_origin(
    study: Study, make_item: MakeItem
) -> None:
    """1 July to 15 October: 25 of 31 days of August, all September, 15 of 31 of October."""
    item = make_item("i", Checked("strike"), start=dt.date(2025, 7, 1), end=dt.date(2025, 10, 15))
    bearing = BearingReader(study, assumptions_of(study)).read(item, 0.8)
    assert bearing.steps == (0, 1, 2)
    for row, covered in zip(np.exp(bearing.loglik), (25 / 31, 1.0, 15 / 31), strict=True):
        found = (1 - (1 - np.array([0.6, 0.05, 0.1])) ** covered) * 0.8
        np.testing.assert_allclose(row, 1 - (0.8 * found + 0.2 * found.mean()), rtol=1e-13)


@pytest.mark.parametrize("step", ["month", "week"])
def test_a_check_cut_in_two_says_the_same(
    make_study: MakeStudy, make_item: MakeItem, step: str
) -> None:
    """With full trust and detection silence multiplies: no day is lost or counted twice."""
    study = make_study(step=step)
    sure = tuple(replace(indicator, detection=1.0) for indicator in study.indicators)
    study = replace(study, indicators=sure)
    reader = BearingReader(study, assumptions_of(study))

    def said(first: int, last: int) -> np.ndarray[Any, np.dtype[np.float64]]:
        start, end = (dt.date(2025, 9, 1) + dt.timedelta(days=n) for n in (first, last))
        item = make_item("i", Checked("strike"), start=start, end=end)
        return reader.read(item, 1.0).loglik.sum(axis=0)

    np.testing.assert_allclose(said(2, 40) + said(41, 90), said(2, 90), rtol=1e-9)


@pytest.mark.parametrize(
    ("bears_on", "message"),
    [
        (Seen("strikes"), "unknown indicator: got 'strikes'.*did you mean 'strike'"),
        (Checked("nothing"), "unknown indicator"),
        (LevelSeen("wars", 0), "unknown driver: got 'wars'; allowed: war, deal"),
        (LevelSeen("war", 3), "unknown level: got '3'; allowed: ended, reduced, deep"),
        (LevelSeen("war", -1), "unknown level"),
        (Weights({"trun": "for"}), "unknown scenario: got 'trun'.*did you mean 'turn'"),
        (Weights({"turn": "very much for"}), "unknown weight"),  # type: ignore[dict-item]
    ],
)
def test_evidence_on_what_the_study_does_not_have(
    study: Study, make_item: MakeItem, bears_on: Any, message: str
) -> None:
    with pytest.raises(InvalidRequest, match=message):
        BearingReader(study, assumptions_of(study)).read(make_item("i", bears_on), 0.5)
