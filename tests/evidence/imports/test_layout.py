"""An item as one row, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tarjih
from tarjih.errors import InvalidRequest
from tarjih.evidence.imports.layout import (
    COLUMNS,
    columns_of,
    from_row,
    harmless,
    known_column,
    to_row,
    unharmed,
)
from tarjih.scenarios.records import Item, LevelSeen, Source
from tarjih.scenarios.resolved_form import resolved_item

MakeItem = Callable[..., Item]
LEVELS = {"war": ["ended", "reduced", "deep"], "deal": ["no", "yes"]}


def test_every_item_of_the_shipped_study_comes_back() -> None:
    study = tarjih.load("syria_russia")
    levels = {one.id: [level.id for level in one.levels] for one in study.drivers}
    assert study.items
    for item in study.items:
        read = from_row(to_row(item, levels))
        assert (read.id, read.data) == (item.id, resolved_item(item, levels))


def test_a_row_is_flat_text(make_item: MakeItem) -> None:
    item = make_item(
        "n1",
        LevelSeen("war", 2),
        sources=("a", "b"),
        relays={"b": "a"},
        label={"en": 'A "deep, long" war; still', "ar": "حرب، طويلة"},
        note={"fr": "longue"},
        retrospective=True,
    )
    row = to_row(item, LEVELS)
    assert row == {
        "id": "n1",
        "happened": "2025-10-10",
        "known": "2025-10-11",
        "level": "war=deep",
        "kind": "act",
        "sources": "a;b",
        "relays": "b=a",
        "credibility": "2",
        "label_en": 'A "deep, long" war; still',
        "label_ar": "حرب، طويلة",
        "note_fr": "longue",
        "retrospective": "true",
    }
    assert set(row) <= set(columns_of([item]))
    assert columns_of([item]).index("note_fr") == columns_of([]).index("note_ar") + 1
    assert all(known_column(name) for name in columns_of([item]))


def test_tellers_that_the_study_does_not_know_go_with_the_item(make_item: MakeItem) -> None:
    new = {
        "star": Source("star", {"en": "The Daily; Star"}, "B", "", {}, ""),
        "moon": Source("moon", {"en": "Moon"}, "C", "", {}, ""),
    }
    row = to_row(make_item("n1", sources=("star",)), LEVELS, new)
    assert from_row(row).new_sources == {
        "star": {"label": {"en": "The Daily; Star"}, "letter": "B"}
    }


@given(st.text(alphabet="'=+-@\t\r\nab", max_size=6))
def test_no_cell_is_a_formula_and_every_text_comes_back(text: str) -> None:
    assert harmless(text)[:1] not in tuple("=+-@\t\r\n")
    assert unharmed(harmless(text)) == text


@pytest.mark.parametrize("name", COLUMNS)
def test_an_empty_cell_says_nothing(name: str) -> None:
    assert from_row({name: " "}).data == {}


def test_rows_of_json_may_hold_structure() -> None:
    given: dict[str, Any] = {"sources": ["a"], "level": {"war": "deep"}, "credibility": 2}
    assert (
        from_row({"id": "x", "label": {"en": "y"}, **given}).data == {"label": {"en": "y"}} | given
    )


@pytest.mark.parametrize(
    ("name", "cell", "allowed"),
    [
        ("level", "war deep", "key=value"),
        ("weights", "a=for;a=against", "each key once"),
        ("credibility", "good", "1 to 6"),
        ("retrospective", "perhaps", "true or false"),
        ("new_sources", "[1]", "letter"),
        ("new_sources", "[" * 100_000, "letter"),
    ],
)
def test_an_unreadable_cell_is_named(name: str, cell: str, allowed: str) -> None:
    with pytest.raises(InvalidRequest, match=name) as caught:
        from_row({name: cell})
    assert allowed in str(caught.value)
