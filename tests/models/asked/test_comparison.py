"""Analysts side by side: numbers, pool, and the observation that tells most, by brute force."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

import tarjih
from tarjih.errors import InvalidRequest
from tarjih.models import Intervention, compare_analysts
from tarjih.models.asked.comparison import information
from tarjih.models.asked.sightings import chance_found
from tarjih.models.posterior import believe
from tarjih.priors.pool import pooled
from tarjih.scenarios import pool_shares, views
from tarjih.scenarios.records import Analyst, Indicator, Item, Seen

COLUMNS = ("now", "at_horizon", "ever_by_horizon")


@pytest.fixture(scope="module")
def disputed(make_study):
    study = make_study(3, (2, 3), [(0, 1)], True)
    dice = np.random.default_rng(3)
    return replace(
        study,
        horizon=6,
        analysts=tuple(
            Analyst(id, {"en": id}, weight, {}, "")
            for id, weight in (("amal", 2.0), ("basil", 1.0), ("dina", 1.0))
        ),
        indicators=tuple(
            Indicator(
                f"i{i}", {"en": f"i{i}"},
                dict(zip(study.scenario_ids, dice.uniform(0.02, 0.9, 3).tolist(), strict=True)),
                False, 0.8, {}, "",
            )
            for i in range(5)
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def own(disputed, make_draws):
    draws = [make_draws(one, 800, seed) for seed, one in enumerate(views(disputed))]
    # Each is sure of another scenario.
    return [
        replace(one, alpha=one.alpha + 2 * np.eye(3)[k], initial=one.initial + 3 * np.eye(3)[k])
        for k, one in enumerate(draws)
    ]


@pytest.fixture(scope="module")
def seen(disputed):
    day = disputed.calendar.last_day(1)
    return Item(
        "e1", day, day, day, Seen("i0"), "act", ("press",), {}, 1, None, {}, "",
        {"en": "seen"}, "", False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def compared(disputed, own):
    return compare_analysts(disputed, (), draws=own, seed=5)


def test_before_evidence_the_pool_is_the_weighted_mean_of_the_views(compared, disputed) -> None:
    shares = pool_shares(disputed)
    assert [one.share for one in compared.opinions] == list(shares)
    np.testing.assert_allclose([one.share_now for one in compared.opinions], shares, atol=1e-9)
    pool = compared.pool.table()
    for id, column in product(disputed.scenario_ids, COLUMNS):
        views = [one.forecast.table()[id][column]["mean"] for one in compared.opinions]
        assert pool[id][column]["mean"] == pytest.approx(np.dot(shares, views), abs=0.03)
    assert np.ptp([one.forecast.now[0] for one in compared.opinions]) > 0.3


def test_evidence_moves_weight_to_who_expected_it(disputed, own, seen) -> None:
    found = compare_analysts(disputed, (seen,), draws=own)
    shares = np.array([one.share for one in found.opinions])
    after = np.array([one.share_now for one in found.opinions])
    assert after.sum() == pytest.approx(1)
    monthly = disputed.indicators[0].monthly
    expected = [
        np.dot([monthly[id] for id in disputed.scenario_ids], one.forecast.now)
        for one in compare_analysts(disputed, (), draws=own).opinions
    ]
    assert np.argmax(after / shares) == np.argmax(expected)
    assert np.argmin(after / shares) == np.argmin(expected)


def test_a_view_is_forecast_as_if_alone(compared, disputed, own) -> None:
    for one, study, draws in zip(compared.opinions, views(disputed), own, strict=True):
        alone = tarjih.forecast(study, (), draws=draws, seed=5)
        np.testing.assert_array_equal(one.forecast.at_horizon, alone.at_horizon)
        np.testing.assert_array_equal(one.forecast.ever_by_horizon, alone.ever_by_horizon)
    pool = pooled(own, pool_shares(disputed))
    alone = tarjih.forecast(disputed, (), draws=pool, seed=5)
    np.testing.assert_array_equal(compared.pool.at_horizon, alone.at_horizon)


def _doubt(table):
    return -sum(p * np.log2(p) for p in np.ravel(table) if p > 0)


@pytest.mark.parametrize("evidence", [False, True])
def test_the_observation_told_has_the_largest_information(disputed, own, seen, evidence) -> None:
    items = (seen,) if evidence else ()
    found = compare_analysts(disputed, items, draws=own)
    shares = [one.share_now for one in found.opinions]
    by_hand = {}
    for row, window in ((0, "step"), (-1, "horizon")):
        chances = [
            chance_found(
                believe(one.forecast.study, items, as_of=one.forecast.as_of, draws=one.draws),
                one.forecast.horizon_step,
            )[row]
            for one in found.opinions
        ]
        for i, indicator in enumerate(disputed.indicators):
            # Every analyst with every outcome, and what remains when either is not looked at.
            joint = np.array(
                [[w * p[i], w * (1 - p[i])] for w, p in zip(shares, chances, strict=True)]
            )
            told = _doubt(joint.sum(axis=0)) + _doubt(joint.sum(axis=1)) - _doubt(joint)
            by_hand[indicator.id, window] = told, joint
    best = max(by_hand, key=lambda key: by_hand[key][0])
    first = found.observations[0]
    assert (first.indicator, first.window) == best
    assert len(found.observations) == len(by_hand)
    for one in found.observations:
        told, joint = by_hand[one.indicator, one.window]
        assert one.information == pytest.approx(told, abs=1e-9)
        np.testing.assert_allclose(one.if_found, joint[:, 0] / joint[:, 0].sum())
        np.testing.assert_allclose(one.if_not, joint[:, 1] / joint[:, 1].sum())
        assert one.pool == pytest.approx(joint[:, 0].sum())
    ranked = [one.information for one in found.observations]
    assert ranked == sorted(ranked, reverse=True)
    calendar = disputed.calendar
    ends = {"step": found.pool.as_of_step + 1, "horizon": found.pool.horizon_step}
    assert {one.date for one in found.observations} == {
        calendar.last_day(step) for step in ends.values()
    }


def test_held_drivers_are_held_for_all(disputed, own) -> None:
    held = (Intervention("d0", 1),)
    found = compare_analysts(disputed, (), draws=own, interventions=held)
    assert {one.forecast.interventions for one in found.opinions} == {held}
    free = compare_analysts(disputed, (), draws=own)
    assert found.observations[0].expected != free.observations[0].expected


def test_one_step_ahead_there_is_one_window(disputed, own) -> None:
    found = compare_analysts(disputed, (), draws=own, horizon=1)
    assert {one.window for one in found.observations} == {"horizon"}


def test_information_has_its_bounds() -> None:
    dice = np.random.default_rng(0)
    shares, expected = dice.dirichlet(np.ones(4)), dice.uniform(size=(4, 50))
    told = information(expected, shares)
    assert (told >= 0).all()
    assert (told <= min(1.0, _doubt(shares)) + 1e-12).all()
    assert information(np.full((4, 1), 0.3), shares)[0] == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize(("analysts", "told"), [(0, "has no analysts"), (1, "has one analyst, ")])
def test_two_analysts_are_needed(disputed, analysts, told) -> None:
    study = replace(disputed, analysts=disputed.analysts[:analysts])
    with pytest.raises(InvalidRequest, match=f"the study {told}"):
        compare_analysts(study)
