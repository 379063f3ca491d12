"""How much of what moved was weighed by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from tarjih.errors import InvalidRequest
from tarjih.models import forecast, weighed_by_hand
from tarjih.scenarios.records import Indicator, Item, Seen, Weights


def made(id, bears_on, day):
    return Item(
        id=id, start=day, end=day, known=day, bears_on=bears_on, kind="act", sources=("press",),
        relays={}, credibility=2, cluster=None, note={}, url="", label={"en": id}, cites="",
        retrospective=False,
    )  # fmt: skip


HAND = made("hand", Weights({"s0": "strongly for"}), dt.date(2026, 3, 9))
SEEN = made("seen", Seen("visit"), dt.date(2026, 2, 9))


@pytest.fixture
def study(make_study):
    rates = {"s0": 0.1, "s1": 0.5, "other": 0.1}
    return replace(
        make_study(3, (2,)),
        indicators=(Indicator("visit", {"en": "visit"}, rates, False, 0.8, {}, ""),),
    )


def ask(study, draws, *items, **asked):
    return weighed_by_hand(
        study, items, draws=draws, engine="exact", **({"as_of": "2026-03-31"} | asked)
    )


def test_it_is_belief_with_them_less_belief_without(study, make_draws) -> None:
    draws = make_draws(study, 60)
    found = ask(study, draws, HAND, SEEN)
    given = {"as_of": "2026-03-31", "draws": draws, "engine": "exact"}
    whole, without = (forecast(study, items, **given).now for items in ((HAND, SEEN), (SEEN,)))
    start = forecast(study, (HAND, SEEN), **(given | {"as_of": study.origin})).now
    np.testing.assert_allclose(found.shift, whole - without, atol=1e-12)
    np.testing.assert_allclose(found.moved, whole - start, atol=1e-12)
    assert [item.id for item in found.items] == ["hand"]
    by_hand = np.abs(found.log_shift).sum()
    rest = np.abs(found.log_moved - found.log_shift).sum()
    assert found.share == pytest.approx(by_hand / (by_hand + rest))
    assert 0 < found.share < 1


def test_nothing_weighed_by_hand_has_no_share(study, make_draws) -> None:
    found = ask(study, make_draws(study, 20), SEEN)
    assert (found.share, found.items) == (0.0, ())
    assert not found.shift.any()


def test_all_of_it_where_nothing_else_moves(study, make_draws) -> None:
    draws = make_draws(study, 20)
    # belief in March less belief in March: time has no part in it
    found = ask(study, draws, HAND, since="2026-03-08")
    assert found.share == pytest.approx(1.0, abs=1e-9)


def test_only_what_became_known_since(study, make_draws) -> None:
    assert not ask(study, make_draws(study, 20), HAND, SEEN, since="2026-03-09").items


def test_wrong_requests(study, make_draws) -> None:
    draws = make_draws(study, 20)
    with pytest.raises(InvalidRequest, match="outside what can be explained"):
        ask(study, draws, HAND, since="2026-04-01")
    with pytest.raises(InvalidRequest, match="samples anew"):
        weighed_by_hand(study, (HAND,), draws=draws, engine="pymc")
