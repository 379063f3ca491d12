"""New sources by their names."""

from __future__ import annotations

import re

import pytest

from tarjih.errors import InvalidRequest
from tarjih.evidence.ledgers.tellers import named_source, source_id
from tarjih.scenarios.shapes import ID_PATTERN

SEEN = {"happened": "2026-02-03", "seen": "visit", "credibility": 2}


def test_a_new_one(ledger, study) -> None:
    source = named_source(ledger.held(study), "  Al  Jazeera ", "b", lang="en")
    assert (source.id, source.label, source.letter) == ("al_jazeera", {"en": "Al Jazeera"}, "B")
    ledger.observe(study, {**SEEN, "sources": [source.id]}, sources=[source])
    assert ledger.extended(study).source("al_jazeera") == source
    # from now on it is known by its name
    assert named_source(ledger.held(study), "AL JAZEERA", "B") == source
    with pytest.raises(InvalidRequest, match=r"known as 'al_jazeera'.*`--source al_jazeera`"):
        named_source(ledger.held(study), "Al Jazeera", "C")


def test_one_of_the_study(ledger, study) -> None:
    assert named_source(ledger.held(study), "b", "B") is study.source("b")


def test_two_names_that_make_one_id(ledger, study) -> None:
    first = named_source(ledger.held(study), "Al-Watan", "C")
    ledger.observe(study, {**SEEN, "sources": [first.id]}, sources=[first])
    assert named_source(ledger.held(study), "Al Watan!", "D").id == "al_watan_2"
    assert named_source(ledger.held(study), "Al Watan!", "D", id="watan").id == "watan"


@pytest.mark.parametrize(
    ("name", "letter", "what"),
    [
        ("x", "G", "no such grade: got 'G'; allowed: A, B, C, D, E, F"),
        ("x", "", "no such grade"),
        (" ", "B", "a new source needs a name"),
        ("x\x00", "B", "control character"),
        ("x" * 201, "B", "text too long"),
    ],
)
def test_what_is_refused(ledger, study, name, letter, what) -> None:
    with pytest.raises(InvalidRequest, match=what):
        named_source(ledger.held(study), name, letter)


@pytest.mark.parametrize("name", ["سانا", "وكالة الأنباء", "1st News", "...", "x" * 300, "Ünïted"])
def test_every_name_makes_an_id(name) -> None:
    assert re.fullmatch(ID_PATTERN, source_id(name))
