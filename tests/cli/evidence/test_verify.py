"""``tarjih evidence verify``."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from tarjih.evidence.ledgers.verification import FAULTS, Fault
from tarjih.reports.texts.verification import fault_text
from tarjih.reports.words.strings import string_table


def _edit(place, sql: str) -> None:
    with closing(sqlite3.connect(place.path)) as connection, connection:
        connection.execute(sql)


def _verify(place, *words: str):
    return place.call("evidence", "verify", "--ledger", str(place.path), *words)


def test_a_sound_ledger_prints_its_head(place) -> None:
    done = _verify(place)
    assert (done.code, done.err) == (0, "")
    assert "2 entries, all as they were recorded" in done.out
    head = json.loads(_verify(place, "--json").out)["head"]
    assert f"Head: {head}" in done.out
    anchored = _verify(place, "--anchor", head)
    assert anchored.code == 0
    assert "Up to entry 2" in anchored.out
    assert _verify(place, "--quiet").out == ""


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_an_edited_entry_is_named(place, lang: str) -> None:
    _edit(place, "UPDATE entries SET author = 'mallory' WHERE seq = 1")
    done = _verify(place, "--lang", lang)
    assert done.code == 1
    assert fault_text(Fault(1, "n1", "changed"), lang) in done.out
    assert _verify(place, "--quiet").code == 1
    found = json.loads(_verify(place, "--json").out)
    assert found["sound"] is False
    assert found["faults"] == [
        {"entry": 1, "id": "n1", "kind": "changed", "what": FAULTS["changed"]}
    ]


def test_an_anchor_finds_a_ledger_cut_off(place) -> None:
    head = json.loads(_verify(place, "--json").out)["head"]
    first = "SELECT hash FROM entries WHERE seq = 1"
    _edit(place, f"UPDATE head SET seq = 1, hash = ({first})")
    _edit(place, "DELETE FROM entries WHERE seq = 2")
    assert _verify(place).code == 0
    done = _verify(place, "--anchor", head)
    assert done.code == 1
    assert "entry 2: was noted down, and the ledger ends with entry 1" in done.out


def test_what_is_no_anchor_is_refused(place) -> None:
    done = _verify(place, "--anchor", "abc")
    assert done.code == 2
    assert done.message.startswith("--anchor: this is no anchor: got 'abc'")


def test_a_ledger_that_is_missing(empty) -> None:
    done = _verify(empty)
    assert done.code == 2
    assert "there is no such ledger" in done.message
    done = empty.call("evidence", "verify")
    assert done.code == 2
    assert done.message.startswith("--ledger: there is no ledger yet")


@pytest.mark.parametrize("kind", FAULTS)
def test_every_fault_has_its_string(kind: str) -> None:
    """What the library says in English is what the command says."""
    assert string_table()[f"verify.fault.{kind}"]["en"] == FAULTS[kind]
