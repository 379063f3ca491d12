"""Leaving evidence out, against forecasting without it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from tarjih.models import forecast, influences
from tarjih.scenarios.records import Indicator, Item, Seen, Weights


def _item(name, bears_on, day, cluster=None):
    text = {"en": name}
    return Item(
        id=name, start=day, end=day, known=day, bears_on=bears_on, kind="act",
        sources=("press",), relays={}, credibility=2, cluster=cluster, note={}, url="",
        label=text, cites="", retrospective=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def case(make_study, make_draws):
    study = make_study(scenarios=3, sizes=(3, 2))
    indicator = Indicator(
        "sign", {"en": "sign"}, {"s0": 0.5, "s1": 0.1, "other": 0.1}, False, 0.8, {}, ""
    )
    items = (
        _item("alone", Seen("sign"), dt.date(2026, 2, 10)),
        _item("weak", Weights({"s1": "slightly for"}), dt.date(2026, 3, 1), "pair"),
        _item("strong", Weights({"s1": "strongly for"}), dt.date(2026, 3, 2), "pair"),
        _item("against", Weights({"s0": "strongly for"}), dt.date(2026, 3, 3), "pair"),
    )
    study = replace(study, indicators=(indicator,), items=items)
    return study, make_draws(study, 240)


def test_it_is_the_forecast_less_the_forecast_without(case) -> None:
    study, draws = case
    whole = forecast(study, draws=draws)
    without = forecast(study, study.items[1:], draws=draws, as_of=whole.as_of)
    found = {influence.key: influence for influence in influences(whole, draws=draws)}
    assert set(found) == {"alone", "pair"}
    assert np.abs(found["alone"].shift - (whole.now - without.now)).max() < 1e-12
    assert abs(found["alone"].shift.sum()) < 1e-12
    assert found["alone"].shift[0] > 0


def test_a_cluster_is_left_out_whole_and_named_by_the_item_that_carries_it(case) -> None:
    study, draws = case
    whole = forecast(study, draws=draws)
    pair = next(one for one in influences(whole, draws=draws) if one.key == "pair")
    without = forecast(study, study.items[:1], draws=draws, as_of=whole.as_of)
    assert np.abs(pair.shift - (whole.now - without.now)).max() < 1e-12
    favoured = "strong" if pair.shift[1] > pair.shift[0] else "against"
    assert pair.items[0].id == favoured
    assert len(pair.items) == 3


def test_a_sampled_forecast_is_asked_by_the_exact_engine(case) -> None:
    study, draws = case
    exact = forecast(study, draws=draws, engine="exact")
    found = influences(replace(exact, engine="pymc"), draws=draws)
    again = influences(exact, draws=draws)
    assert [one.key for one in found] == [one.key for one in again]
    for one, other in zip(found, again, strict=True):
        np.testing.assert_array_equal(one.shift, other.shift)


def test_no_evidence_no_influence(case) -> None:
    study, draws = case
    assert influences(forecast(study, (), draws=draws, as_of="2026-03-31"), draws=draws) == ()
