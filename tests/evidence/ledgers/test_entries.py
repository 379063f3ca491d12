"""Entries and their bodies: what is written is read back."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import pytest

from tarjih.errors import CannotCompute
from tarjih.evidence.ledgers.chain import canonical_json
from tarjih.evidence.ledgers.entries import (
    Amend,
    Merge,
    Observe,
    Other,
    Retract,
    Undo,
    as_body,
    item_from,
    levels_of,
    said_by,
    source_data,
    source_from,
)
from tarjih.scenarios import load
from tarjih.scenarios.records import Source
from tarjih.scenarios.resolved_form import resolved_item

DAY = dt.date(2026, 2, 3)
ITEM = {"happened": "2026-02-01", "known": "2026-02-03", "seen": "visit", "kind": "act"}
SOURCES = {"sana": {"label": {"en": "SANA", "ar": "سانا"}, "letter": "C"}}
EVERY = [
    ("observe", Observe("n1", ITEM)),
    ("observe", Observe("n1", ITEM, SOURCES)),
    ("check", Observe("n2", {**ITEM, "checked": "visit"})),
    ("amend", Amend("n1", {"credibility": 2, "cluster": None}, DAY)),
    ("amend", Amend("n1", {"credibility": 2}, None, "our-error", SOURCES, "سطر\nsecond line")),
    ("retract", Retract("n1", "withdrawn", DAY, "sana", "why")),
    ("retract", Retract("n1", "our-error", None)),
    ("merge", Merge(("n1", "n2"), DAY, "same")),
    ("undo", Undo(7, ("n1",))),
    ("statement", Other("statement", {"numbers": {"a": 0.25}})),
]


@pytest.mark.parametrize(("kind", "said"), EVERY)
def test_what_is_written_is_read_back(kind, said) -> None:
    written, body = as_body(said)
    assert written == kind
    assert said_by(written, json.loads(canonical_json(body)), 1) == said


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("observe", {"id": "n1"}),
        ("amend", {"id": "n1", "changes": {}, "because": "news"}),
        ("amend", {"id": "n1", "changes": {}, "because": "mood", "known": "2026-01-01"}),
        ("retract", {"id": "n1", "because": "disproved"}),
        ("retract", {"id": "n1", "because": "withdrawn", "known": "soon"}),
        ("merge", {"ids": 3, "known": "2026-01-01"}),
        ("undo", {"entry": "last"}),
    ],
)
def test_what_cannot_be_read_names_its_entry(kind, body) -> None:
    with pytest.raises(CannotCompute, match=f"entry 12 of the ledger cannot be read as '{kind}'"):
        said_by(kind, body, 12)


def test_every_shipped_item_survives_its_form() -> None:
    study = load("syria_russia")
    levels = levels_of(study)
    written = {id: list(names) for id, names in levels.items()}
    for item in study.items:
        data = json.loads(canonical_json(resolved_item(item, written)))
        assert item_from(item.id, data, levels) == item
        until = item.known + dt.timedelta(3)
        later = item_from(f"{item.id}~2", data, levels, known=item.known, until=until)
        assert later == replace(item, id=f"{item.id}~2", until=until)


def test_a_source_survives_its_form() -> None:
    plain = Source("a", {"en": "A"}, "B", "", {}, "")
    full = Source("b", {"en": "B", "ar": "ب"}, "F", "https://b.example", {"en": "x"}, "c", "kent")
    for source in (plain, full):
        assert source_from(source.id, json.loads(canonical_json(source_data(source)))) == source
