"""Doubts and levers in words, in both languages, and as data: each says which it is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from tarjih.models.asked.levers import Held, Lever, Tornado
from tarjih.models.doubting.doubt_shares import DoubtShare, Shares
from tarjih.models.doubting.sensitivity import Sensitivity
from tarjih.models.record import Intervention
from tarjih.reports.texts.levers import held_cell, tornado_document, tornado_lines, tornado_summary
from tarjih.reports.texts.sensitivity import (
    doubt_text,
    sensitivity_document,
    sensitivity_lines,
    sensitivity_summary,
)
from tarjih.reports.words.numbers import LRM, RLM

GROUPS = (
    DoubtShare("pull", "", 3, 0.516, 0.484, 0.548, 0.316, True),
    DoubtShare("driver", "us_withdrawal", 2, 0.098, 0.07, 0.125, 0.109, True),
    DoubtShare("rates", "ukraine_war", 2, 0.004, 0.0, 0.02, 0.05, False),
    DoubtShare("review", "", 3, 0.0, 0.0, 0.01, 0.05, False),
)


@pytest.fixture
def doubts(forecast_maker) -> Callable[..., Sensitivity]:
    """Makes answers of invented numbers."""
    made = forecast_maker(3, retrospective=False)[0]

    def make(**changes) -> Sensitivity:
        found = Sensitivity(
            study=made.study,
            as_of=made.as_of,
            horizon=made.horizon,
            scenario="overt_support",
            when="horizon",
            mean=0.114,
            q05=0.034,
            q95=0.233,
            shares=Shares(GROUPS, 0.016, 0.067),
            noise=0.02,
            engine="particle",
            seed=5,
            interventions=(),
            diagnostics=made.diagnostics,
            forecast=made,
        )
        return replace(found, **changes)

    return make


@pytest.fixture
def levers(forecast_maker) -> Callable[..., Tornado]:
    """Makes answers of invented numbers."""
    made = forecast_maker(3, retrospective=False)[0]
    column = made.at_horizon.tolist()

    def held(level: int, change: float, low: float, high: float) -> Held:
        after = (column[0] + change, *(p * (1 - change / (1 - column[0])) for p in column[1:]))
        return Held(level, after[0], change, low, high, after)

    rows = (
        Lever("us_withdrawal", 0, held(0, -0.01, -0.0349, 0.0), held(1, 0.136, 0.02, 0.4)),
        Lever("ukraine_war", 1, held(0, -0.014, -0.02, 0.01), held(1, 0.0, 0.0, 0.0)),
    )

    def make(**changes) -> Tornado:
        found = Tornado(made, "overt_support", "horizon", column[0], rows)
        return replace(found, **changes)

    return make


def test_doubts_in_english(doubts) -> None:
    lines = sensitivity_lines(doubts())
    assert lines[0] == (
        "The doubt about “Overt, wide support of the counter-revolution” at the horizon "
        "(31 January 2027) [29%, 90% interval 6–62%] comes most of all from where the levels of "
        "the origin lead: 52% of it. Then: effects of “US withdrawal” (10%)."
    )
    table = "\n".join(lines)
    assert re.search(
        r"^where the levels of the origin lead +52% \(48–55%\) +0\.32$", table, re.MULTILINE
    )
    assert re.search(r"^effects of “US withdrawal” +10% \(7–13%\) +0\.11$", table, re.MULTILINE)
    assert "2 other groups cannot be told from chance (shares below 2%)" in table
    assert "how fast" not in table
    assert "This ranks doubts, not levers" in table
    assert "noise" not in table
    assert sensitivity_summary(doubts())[0] == lines[0]


def test_other_doubts_in_english(doubts) -> None:
    alone = replace(GROUPS[2], distinguishable=False)
    nothing = doubts(shares=Shares((alone,), 0.016, 0.067), when="ever", noise=0.3)
    lines = sensitivity_lines(nothing)
    assert lines[0].endswith("cannot be laid to any group of parameters: none stands out from "
                             "chance.")  # fmt: skip
    assert "at any time by the horizon" in lines[0]
    assert any(line.startswith("One other group") for line in lines)
    assert any(line.startswith("Of the spread, 30% was the simulation's own") for line in lines)
    assert "on 31 January 2026" in sensitivity_lines(doubts(when="now"))[0]


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_every_group_has_a_name(doubts, lang) -> None:
    study = doubts().study
    kinds = ("initial", "pull", "review", "trust", "analyst")
    names = [doubt_text(study, kind, "", lang) for kind in kinds]
    names += [doubt_text(study, kind, "ukraine_war", lang) for kind in ("driver", "rates")]
    assert len(set(names)) == len(names)
    assert all("{" not in name for name in names)


def test_levers_in_english(levers) -> None:
    lines = tornado_lines(levers())
    assert lines[0] == (
        "Of drivers held one at a time, “US withdrawal” would move “Overt, wide support of the "
        "counter-revolution” at the horizon (31 January 2027) most (29% as things stand): at "
        "“full” 42% (+13 points), at “stays” 28% (-1 point). Then: War in Ukraine (27% to 29%)."
    )
    table = "\n".join(lines)
    row = (
        r"^US withdrawal +stays \(as now\) +28% +-1 \(-4 to 0\) +us_withdrawal=stays\n"
        r" +full +42% +\+13 \(\+2 to \+40\) +us_withdrawal=full$"
    )
    assert re.search(row, table, re.MULTILINE)
    assert re.search(
        r"^ +full \(as now\) +29% +0 \(0 to 0\) +ukraine_war=full$", table, re.MULTILINE
    )
    assert "This ranks levers, not doubts" in table
    assert tornado_summary(levers())[0] == lines[0]


def test_an_end_is_rounded_among_all_scenarios(levers) -> None:
    found = levers()
    held = Held(1, 0.344, 0.0, 0.0, 0.0, (0.344, 0.344, 0.312))
    assert held_cell(found, held).mean_text() == "35%"  # by itself it would be 34%
    assert held_cell(replace(found, when="ever"), held).mean_text() == "34%"


def test_levers_that_move_nothing(levers) -> None:
    still = Held(0, float(levers().baseline.ever_by_horizon[0]), 0.0, 0.0, 0.0)
    found = levers(levers=(Lever("ukraine_war", 0, still, replace(still, level=1)),), when="ever")
    assert tornado_lines(found)[0] == (
        "Held alone, no driver moves “Overt, wide support of the counter-revolution” at any time "
        "by the horizon (31 January 2027) by a whole point (29% as things stand)."
    )


def test_arabic_is_right_to_left_without_columns(doubts, levers) -> None:
    for lines in (sensitivity_lines(doubts(noise=0.2), "ar"), tornado_lines(levers(), "ar")):
        assert all(not line or line.startswith(RLM) for line in lines)
        text = "".join(lines)
        assert "{" not in text
        assert not re.search(r"(?<![\d.\-–<>+" + LRM + r"])\d+%", text)
        # commands stand between marks, as figures do
        for found in re.finditer("`tarjih ", text):
            assert text[found.start() - 1] == LRM


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_two_cannot_be_confused(doubts, levers, lang) -> None:
    ranked, held = sensitivity_lines(doubts(), lang), tornado_lines(levers(), lang)
    assert "`tarjih tornado`" in "".join(ranked)
    assert "`tarjih sensitivity`" in "".join(held)
    assert not set(ranked) & set(held) - {""}


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_warnings_are_told(doubts, levers, forecast_maker, lang) -> None:
    held = (Intervention("us_withdrawal", 1),)
    made = forecast_maker(3, retrospective=False, reliable=False, interventions=held)[0]
    warned = sensitivity_summary(doubts(diagnostics=made.diagnostics, interventions=held), lang)
    assert len(warned) == len(sensitivity_summary(doubts(), lang)) + 2
    warned = tornado_summary(levers(baseline=made), lang)
    assert len(warned) == len(tornado_summary(levers(), lang)) + 2


def test_the_documents(doubts, levers) -> None:
    document = sensitivity_document(doubts())
    assert document["schema"] == "tarjih.sensitivity/1"
    assert document["asked"] == {
        "scenario": "overt_support", "at": "horizon", "mean": 0.114, "q05": 0.034, "q95": 0.233
    }  # fmt: skip
    assert document["groups"][0] == {
        "kind": "pull",
        "id": None,
        "parameters": 3,
        "share": 0.516,
        "q05": 0.484,
        "q95": 0.548,
        "delta": 0.316,
        "distinguishable": True,
    }
    assert len(document["groups"]) == 4
    assert document["chance"] == {"share": 0.016, "delta": 0.067}
    assert document["noise"] == 0.02

    document = tornado_document(levers())
    assert document["schema"] == "tarjih.tornado/1"
    assert document["asked"] == {
        "scenario": "overt_support", "at": "horizon", "probability": 0.286597
    }  # fmt: skip
    assert document["levers"][0] == {
        "driver": "us_withdrawal",
        "now": "stays",
        "swing": 0.146,
        "lowest": {
            "level": "stays",
            "probability": 0.276597,
            "change": {"mean": -0.01, "q05": -0.0349, "q95": 0.0},
        },
        "highest": {
            "level": "full",
            "probability": 0.422597,
            "change": {"mean": 0.136, "q05": 0.02, "q95": 0.4},
        },
    }
