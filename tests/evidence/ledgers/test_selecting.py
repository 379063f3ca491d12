"""Choosing among items."""

from __future__ import annotations

import datetime as dt

import pytest

from tarjih.errors import InvalidRequest
from tarjih.evidence.ledgers.selecting import select_items
from tarjih.scenarios.records import Checked, LevelSeen, Seen, Weights


@pytest.fixture(scope="module")
def items(make_item):
    return (
        make_item("seen", Seen("visit"), cluster="x"),
        make_item("checked", Checked("strike"), start=dt.date(2025, 10, 1)),
        make_item("flat", Seen("weather"), sources=("a", "c"), relays={"c": "d"}),
        make_item("level", LevelSeen("war", 2), end=dt.date(2025, 12, 1)),
        make_item("words", Weights({"turn": "for", "hold": "neutral"}), until=dt.date(2025, 11, 1)),
    )


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, "seen checked flat level words"),
        ({"indicator": "strike"}, "checked"),
        ({"driver": "war"}, "level"),
        ({"driver": "deal"}, ""),
        ({"scenario": "turn"}, "seen words"),
        ({"scenario": "hold"}, "checked"),
        ({"source": "b"}, "seen checked level words"),
        ({"source": "d"}, "flat"),
        ({"cluster": "x"}, "seen"),
        ({"start": dt.date(2025, 10, 11)}, "level"),
        ({"end": dt.date(2025, 10, 9)}, "checked"),
        ({"held_on": dt.date(2025, 10, 11)}, "seen checked flat words"),
        ({"held_on": dt.date(2025, 11, 1)}, "seen checked flat"),
        ({"source": "b", "held_on": dt.date(2025, 11, 1)}, "seen checked"),
    ],
)
def test_what_fits(study, items, asked, found) -> None:
    assert [item.id for item in select_items(study, items, **asked)] == found.split()


@pytest.mark.parametrize(
    ("asked", "what"),
    [
        ({"indicator": "vist"}, "unknown indicator: got 'vist'.*did you mean 'visit'"),
        ({"driver": "x"}, "unknown driver: got 'x'; allowed: war, deal"),
        ({"scenario": "x"}, "unknown scenario"),
        ({"source": "x"}, "unknown source"),
        ({"cluster": "y"}, "unknown cluster: got 'y'; allowed: x"),
    ],
)
def test_what_there_is_not(study, items, asked, what) -> None:
    with pytest.raises(InvalidRequest, match=what):
        select_items(study, items, **asked)
