"""An invented explanation, in words and as data."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tarjih.models import Bar, Explanation
from tarjih.models.asked.hand_set import HandSet
from tarjih.models.asked.influence import Influence, centred_log_odds
from tarjih.models.record import Forecast
from tarjih.reports.texts.explanation import (
    explanation_document,
    explanation_lines,
    explanation_summary,
)
from tarjih.reports.words.numbers import LRM, RLM

Maker = Callable[..., tuple[Forecast, tuple[Influence, ...]]]
BELIEFS = np.array(
    [
        [0.60, 0.30, 0.10],
        [0.50, 0.40, 0.10],
        [0.204, 0.696, 0.10],
        [0.198, 0.702, 0.10],
        [0.10, 0.85, 0.05],
    ]
)
ORIGIN = dt.date(2025, 8, 6)


@pytest.fixture
def found(forecast_maker: Maker) -> Explanation:
    forecast, made = forecast_maker(3, items=5)
    items = [one.items[0] for one in made]
    pair = [replace(item, cluster="pair") for item in items[:2]]
    days = [ORIGIN + dt.timedelta(days=30 * n) for n in range(5)]

    def bar(n: int, items: Any = (), expected: float = 1.0) -> Bar:
        return Bar(
            "news" if items else "drift", days[n - 1], days[n], items[0].cluster if items else None,
            tuple(items), BELIEFS[n - 1], BELIEFS[n], expected,
        )  # fmt: skip

    def influence(key: str, items: Any, points: float, kind: Any = "item") -> Influence:
        shift = np.array([-points, points, 0.0]) / 100
        log_shift = centred_log_odds(BELIEFS[-1]) - centred_log_odds(BELIEFS[-1] - shift)
        return Influence(key, tuple(items), items[0].end, shift, log_shift, kind)

    return Explanation(
        forecast=forecast,
        since=ORIGIN,
        start=BELIEFS[0],
        end=BELIEFS[-1],
        bars=(bar(1), bar(2, pair, 0.2), bar(3, items[2:3], 0.4), bar(4, items[3:4], 3.0)),
        items=(
            influence("e01", pair[1:], 8.0),
            influence("e00", pair[:1], 1.0),
            influence("e03", items[3:4], 0.4),
        ),
        clusters=(
            influence("pair", pair[::-1], 20.0, "cluster"),
            influence("e02", items[2:3], -3.0),
            influence("e03", items[3:4], 0.4),
            influence("e04", items[4:5], -0.3),
        ),
        sources=(influence("press", items, 12.0, "source"), influence("c", items, 0.1, "source")),
        before=2,
        uncounted={"before the origin": 3, "opinion": 1},
        waterfall_draws=400,
        influence_draws=250,
        hand_set=HandSet(
            since=ORIGIN,
            items=tuple(pair),
            moved=np.array([-0.04, 0.04, 0.0]),
            log_moved=np.array([-0.04, 0.04, 0.0]),
            shift=np.array([-0.04, 0.04, 0.0]),
            log_shift=np.array([-0.01, 0.01, 0.0]),
        ),
    )


def test_the_answer_comes_first(found: Explanation) -> None:
    first = explanation_lines(found)[0]
    assert first.startswith("“Limited leverage” went from 30% on 6 August 2025 to 85% on ")
    # the weightiest of the cluster is named, and what belief would be without the whole
    assert "“Russian forces leave Qamishli airport" in first
    assert "by a cluster of 2 items, above all “" in first
    assert "equipment” [a; b, " in first
    assert first.endswith("without it, 65%.")
    assert explanation_summary(found)[0] == first


def test_the_bars_say_what_else_moved_and_how_far_they_were_expected(found: Explanation) -> None:
    lines = explanation_lines(found)
    rows = [line for line in lines if re.match(r" +\d+ \w{3} 202", line)]
    assert [re.findall(r"(\d+%)  +([+-]?\d+)?  ", row)[0] for row in rows] == [
        ("30%", ""), ("40%", "+10"), ("70%", "+30"), ("70%", "0"), ("85%", "+15"), ("85%", "+55")
    ]  # fmt: skip
    asides = [row[row.rindex("(") :] if row.endswith(")") else "" for row in rows]
    assert asides == [
        "",
        "(Overt, wide support of the counter-revolution -10)",
        "(Overt, wide support of the counter-revolution -30; very surprising)",
        "(Overt, wide support of the counter-revolution 0; surprising)",
        "(Overt, wide support of the counter-revolution -10; expected)",
        "",
    ]


def test_what_is_light_is_counted_not_named(found: Explanation) -> None:
    text = "\n".join(explanation_lines(found))
    assert "2 others carry less than half a point each." in text
    assert "  +12  press (5 items)" in text
    assert "c (5 items)" not in text
    assert "The single report that weighs most: “Russian forces leave" in text
    assert "]: +8. The others on the same event stand in for it." in text
    assert "Against the movement: “Officials name a price" in text
    assert "Not counted: 3 items (it happened or was known by the origin); 1 item (an op" in text
    assert "Inside the belief at the start: 2 items known by 6 August 2025." in text


def test_nothing_against_it_is_said(found: Explanation) -> None:
    kept = tuple(one for one in found.clusters if one.shift[1] > 0)
    text = "\n".join(explanation_lines(replace(found, clusters=kept)))
    assert "Nothing that counts pulls it the other way by as much as half a point." in text


def test_nothing_carries_much(found: Explanation) -> None:
    faint = tuple(replace(one, shift=one.shift / 100) for one in found.clusters)
    less = replace(found, clusters=faint, items=(), sources=())
    lines = explanation_lines(less)
    assert "carried most" not in lines[0]
    assert "By itself no event carries as much as half a point." in lines


def test_nothing_moved(found: Explanation) -> None:
    still = replace(found, end=found.start, bars=())
    lines = explanation_lines(still)
    assert lines[0].startswith("No scenario has moved by a whole percent since 6 August 2025; “Ov")
    assert "stands at 60%" in lines[0]


def test_fewer_draws_are_told(found: Explanation) -> None:
    few = replace(found, waterfall_draws=100)
    assert "So long a list rests on 100 of 400 draws." in explanation_lines(few)
    assert "So long a list" not in "\n".join(explanation_lines(found))


def test_in_decibans_each_change_is_that_of_centred_log_odds(found: Explanation) -> None:
    rows = [line for line in explanation_lines(found, units="db") if re.match(r" +\d+ \w", line)]
    told = [float(re.findall(r"%  +([+-]?\d+\.\d)", row)[0]) for row in rows[1:]]
    log_odds = 10 / np.log(10) * centred_log_odds(BELIEFS)[:, 1]
    right = [*np.diff(log_odds), log_odds[-1] - log_odds[0]]
    np.testing.assert_allclose(told, right, atol=0.05 + 1e-9)


@pytest.mark.parametrize("units", ["percent", "db"])
def test_arabic_says_the_same(found: Explanation, units: Any) -> None:
    english, arabic = (explanation_lines(found, lang, units=units) for lang in ("en", "ar"))
    assert all(line.startswith(RLM) for line in arabic if line)
    figures = r"\d+%|[+-]\d+(?:\.\d)?"
    told = [sorted(re.findall(figures, "\n".join(lines))) for lines in (english, arabic)]
    assert told[0] == told[1]
    text = "\n".join(arabic)
    for word in ("مفاجئ جدًا", "متوقع", "مرور الزمن بلا جديد", "المجموع", "بعكس اتجاه التغيّر"):
        assert word in text
    assert not re.search(r"[A-Za-z]{4}", re.sub(rf"\bpress\b|{LRM}[^{LRM}]*{LRM}", "", text))


def test_the_document_adds_up(found: Explanation) -> None:
    document = explanation_document(found)
    assert [bar["kind"] for bar in document["bars"]] == ["drift", "news", "news", "news"]
    assert document["bars"][1]["surprise"] == pytest.approx(np.log2(5), abs=1e-6)
    assert document["bars"][0]["surprise"] == 0
    for id, first in document["start"]["scenarios"].items():
        last = document["end"]["scenarios"][id]
        moved = [bar["scenarios"][id] for bar in document["bars"]]
        for name, change in (("probability", "change"), ("log_odds", "log_odds_change")):
            assert sum(one[change] for one in moved) == pytest.approx(
                last[name] - first[name], abs=1e-5
            )
    assert document["clusters"][0]["kind"] == "cluster"
    assert document["clusters"][0]["items"] == ["e01", "e00"]
    assert document["uncounted"] == {"before the origin": 3, "opinion": 1}


def test_what_was_weighed_by_hand_is_told(found: Explanation) -> None:
    (line,) = [one for one in explanation_lines(found) if one.startswith("Weighed by hand: ")]
    # 0.02 of what moved, beside the 0.06 that is left
    assert line.startswith(
        "Weighed by hand: 25% of all that moved (in log-odds) is owed to 2 items"
    )
    assert line.endswith("they do +4 (points).")
    assert explanation_document(found)["hand_set"]["share"] == pytest.approx(0.25)
    none = replace(found, hand_set=replace(found.hand_set, items=()))
    assert not [one for one in explanation_lines(none) if one.startswith("Weighed by hand")]
