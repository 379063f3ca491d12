"""Explaining belief over items that were amended or taken back on the way."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from tarjih.models import explain, forecast
from tarjih.reports.texts.explanation import explanation_document, explanation_lines
from tarjih.scenarios.records import Item, Weights


def _day(month, day):
    return dt.date(2026, month, day)


def _item(name, known, until=None, *, word="strongly for", cluster=None):
    return Item(
        id=name, start=_day(2, 1), end=_day(2, 1), known=known, until=until,
        bears_on=Weights({"s0": word}), kind="act", sources=("press",), relays={}, credibility=2,
        cluster=cluster, note={}, url="", label={"en": name}, cites="", retrospective=False,
    )  # fmt: skip


ITEMS = (
    _item("withdrawn", _day(2, 3), _day(3, 20)),
    _item("amended", _day(2, 10), _day(4, 5)),
    _item("amended~2", _day(4, 5), word="against"),
    _item("first", _day(2, 12), _day(4, 5), cluster="pair"),
    _item("second", _day(4, 5), cluster="pair"),
    _item("never_held", _day(2, 14), _day(2, 14)),
    _item("kept", _day(5, 1), _day(12, 1)),
)


@pytest.fixture(scope="module")
def study(make_study):
    return make_study(scenarios=3, sizes=(2,))


@pytest.fixture(scope="module")
def case(study, make_draws):
    draws = make_draws(study, 120)
    given = {"as_of": "2026-05-31", "draws": draws, "engine": "exact"}
    return explain(study, ITEMS, **given), given


def _changes(found):
    return [
        (bar.end, [item.id for item in bar.items], [item.id for item in bar.gone])
        for bar in found.bars
        if bar.kind == "news"
    ]


def test_what_is_taken_back_leaves_with_a_bar_of_its_own(case) -> None:
    found, _ = case
    assert _changes(found) == [
        (_day(2, 3), ["withdrawn"], []),
        (_day(2, 10), ["amended"], []),
        (_day(2, 12), ["first"], []),
        (_day(3, 20), [], ["withdrawn"]),
        (_day(4, 5), ["amended~2"], ["amended"]),
        (_day(4, 5), ["second"], ["first"]),
        (_day(5, 1), ["kept"], []),
    ]
    assert all(bar.expected == 1.0 for bar in found.bars if bar.gone)
    assert found.uncounted == {"no longer held": 4}


def test_every_bar_is_the_difference_of_two_replays(study, case) -> None:
    found, given = case
    whole = forecast(study, ITEMS, **given)
    assert np.abs(found.end - whole.now).max() < 1e-12
    last_of_day = {bar.end: bar for bar in found.bars}
    for day, bar in last_of_day.items():
        then = forecast(study, ITEMS, **(given | {"as_of": day})).now
        assert np.abs(bar.after - then).max() < 1e-12
    for before, after in zip(found.bars, found.bars[1:], strict=False):
        np.testing.assert_array_equal(before.after, after.before)
    gone = next(bar for bar in found.bars if bar.gone)
    assert gone.shift[0] < -0.05


def test_since_starts_from_what_was_held_then(study, case) -> None:
    _, given = case
    found = explain(study, ITEMS, since="2026-03-01", **given)
    then = forecast(study, ITEMS, **(given | {"as_of": _day(3, 1)})).now
    assert np.abs(found.start - then).max() < 1e-12
    assert found.before == 3
    assert [ids for _, *ids in _changes(found)][:2] == [
        [[], ["withdrawn"]],
        [["amended~2"], ["amended"]],
    ]


def test_only_what_counts_now_can_be_left_out(case) -> None:
    found, _ = case
    assert {one.key for one in found.items} == {"amended~2", "second", "kept"}


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_it_is_told(case, lang) -> None:
    found, _ = case
    said = "\n".join(explanation_lines(found, lang))
    for words in {
        "en": ("no longer held: withdrawn", "amended: amended~2", "second [press, 1 Feb 2026]; no"),
        "ar": ("لم يعد يُحتسب:", "بعد التعديل:", "؛ ولم يعد يُحتسب:"),
    }[lang]:
        assert words in said
    bars = explanation_document(found)["bars"]
    assert [bar["gone"] for bar in bars if bar["gone"]] == [["withdrawn"], ["amended"], ["first"]]


def test_news_that_was_taken_back_again_is_still_news(study, case) -> None:
    _, given = case
    found = explain(study, ITEMS[:1], **given)
    assert _changes(found) == [(_day(2, 3), ["withdrawn"], []), (_day(3, 20), [], ["withdrawn"])]
    assert not found.clusters
    assert "Nothing that counts" not in "\n".join(explanation_lines(found))
    nothing = explain(study, [replace(ITEMS[0], until=ITEMS[0].known)], **given)
    assert "Nothing that counts" in "\n".join(explanation_lines(nothing))
