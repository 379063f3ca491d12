"""What a terminal would obey does not reach it."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from tarjih.reports.texts.documents import document_text
from tarjih.reports.words.controls import printable, spelled_out
from tarjih.reports.words.numbers import LRM, RLM

CONTROLS = {*map(chr, range(32)), *map(chr, range(127, 160))} - {"\t", "\n"}
DIRECTIONS = set(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))


@given(st.text())
def test_no_control_is_left_and_nothing_else_is_lost(text: str) -> None:
    shown = printable(text)
    assert not (CONTROLS | DIRECTIONS) & set(shown)
    kept = [letter for letter in text if letter not in DIRECTIONS]
    assert [b for a, b in zip(kept, shown, strict=True) if a not in CONTROLS] == [
        a for a in kept if a not in CONTROLS
    ]


def test_styles_stay_and_other_sequences_do_not() -> None:
    text = "\x1b[1;31mred\x1b[0m \x1b]0;title\x07 \x1b[2J \x9b2J"
    assert printable(text, styled=True) == (
        "\x1b[1;31mred\x1b[0m \ufffd]0;title\ufffd \ufffd[2J \ufffd2J"
    )


def test_marks_of_arabic_lines_stay() -> None:
    text = f"{RLM}الاحتمال {LRM}80–95%{LRM}"
    assert printable(text) == text


@given(st.dictionaries(st.text(), st.text()))
def test_a_document_says_the_same_spelled_out(document: dict[str, str]) -> None:
    text = document_text(document)
    assert json.loads(text) == document
    assert not (DIRECTIONS | (CONTROLS - {"\n"})) & set(text)
    assert spelled_out(text) == text
