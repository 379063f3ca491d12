"""What a mapping file may hold.

The same shapes as those of a study's files, so that what is wrong is told with file, line and
column. A mapping holds names of columns, texts and ids: nothing in it is ever evaluated.
"""

from __future__ import annotations

from typing import Any, Final, get_args

from tarjih.evidence.imports.conditions import CONDITION
from tarjih.evidence.imports.dating import FORMS, PRECISIONS
from tarjih.evidence.imports.tables import SEPARATORS
from tarjih.evidence.imports.templates import TemplateShape
from tarjih.scenarios.containers import Either, Field, ListOf, MapOf, Record
from tarjih.scenarios.records import ItemKind
from tarjih.scenarios.schema import SOURCE, WEIGHT_WORDS
from tarjih.scenarios.shapes import ID, Choice, Number, TextShape, Truth, Words

__all__ = ["FILLED", "MAPPING"]

ANY: Final = Words(what="a text")
COLUMN: Final = Words("[^{}!:|]{1,100}", "a column", "the name of a column")
COLUMNS: Final = Words("[^{}!:]{1,300}", "a column", "columns, separated by |")
TEMPLATE: Final = TemplateShape()
DATASET: Final = Words(
    "[a-z][a-z0-9]*(?:_[a-z0-9]+)*",
    "an id",
    "small letters, digits and single underscores, beginning with a letter",
)


def _may(shape: Any, about: str) -> Field:
    return Field(shape, about)


def _need(shape: Any, about: str) -> Field:
    return Field(shape, about, required=True)


LOOKED_UP: Final = Record(
    "looked up",
    "A cell, translated by the table of its column.",
    {
        "column": _need(COLUMN, "The column"),
        "otherwise": _may(
            Either(Number(low=1, high=6, whole=True), (int,), ANY), "For what the table lacks"
        ),
    },
)
VALUE: Final = Either(LOOKED_UP, (dict,), TEMPLATE)
TELLERS: Final = Record(
    "sources looked up",
    "Names in a cell, translated by the table of its column; others are left out.",
    {
        "column": _need(COLUMN, "The column"),
        "split": _may(Choice((";", ",", "|", "/")), "What separates several names in the cell"),
        "always": _may(ListOf(ID, 1), "Sources besides"),
        "otherwise": _may(ListOf(ID, 1), "If the table has none of the names"),
    },
)
LABEL: Final = Either(MapOf(TEMPLATE, ids=Words("[a-z]{2,3}", "a language")), (dict,), TEMPLATE)
CREDIBILITY: Final = Either(Number(low=1, high=6, whole=True), (int,), LOOKED_UP)

FILLED: Final[dict[str, Field]] = {
    "seen": _may(VALUE, "The indicator that was seen"),
    "checked": _may(VALUE, "The indicator that was looked for and not seen"),
    "level": _may(MapOf(VALUE, least=1, most=1), "A driver and its level"),
    "weights": _may(MapOf(Choice(WEIGHT_WORDS), least=1), "Scenario: weight"),
    "kind": _may(
        Either(LOOKED_UP, (dict,), Choice(get_args(ItemKind))), "What sort of observation"
    ),
    "credibility": _may(CREDIBILITY, "Admiralty credibility, 1 to 6"),
    "sources": _may(Either(TELLERS, (dict,), ListOf(ID, 1)), "Who tells it"),
    "relays": _may(MapOf(ID), "Teller: the source that it only relays"),
    "cluster": _may(TEMPLATE, "Rows with the same text here share their origin"),
    "label": _may(LABEL, "What happened, in one line"),
    "note": _may(LABEL, "A remark"),
    "url": _may(TEMPLATE, "Where it can be read"),
    "cites": _may(TEMPLATE, "Where it comes from"),
    "retrospective": _may(Truth(), "Was it coded by someone who knew what came later?"),
}
"""The fields of an item that a mapping fills, for all rows or rule by rule."""

PRECISION: Final = Record(
    "precision",
    "How exactly a date is known, by a column.",
    {
        "column": _need(COLUMN, "The column"),
        "values": _need(MapOf(Choice(PRECISIONS), ids=ANY, least=1), "Cell: precision"),
    },
)
DATED: Final = Record(
    "date",
    "A date, or an interval, from columns.",
    {
        "column": _may(COLUMN, "The column of the date"),
        "from": _may(COLUMN, "The column of the first day"),
        "to": _may(COLUMN, "The column of the last day"),
        "written": _may(ListOf(Choice(tuple(FORMS)), 1), "How it is written; several may be"),
        "precision": _may(PRECISION, "How exactly it is known"),
        "optional": _may(Truth(), "Whether the file may lack the column"),
    },
)
HEAD: Final = Record(
    "mapping",
    "What the mapping is for.",
    {
        "id": _need(ID, "Short name of the mapping"),
        "label": _may(TextShape(), "Name, in one or several languages"),
        "extends": _may(ANY, "A mapping that this one adds to: a name, or a file beside it"),
        "dataset": _may(DATASET, "The items' ids begin with it"),
        "cites": _may(ANY, "Where the layout is described, with its version"),
        "url": _may(ANY, "Where that can be read"),
        "note": _may(TextShape(), "A remark"),
    },
)
FILE: Final = Record(
    "file",
    "How a table is written.",
    {
        "separator": _may(Choice(tuple(SEPARATORS)), "Default: found in the first line"),
        "columns": _may(ListOf(COLUMN, 1), "Of a file without a line that names them"),
        "quotes": _may(Truth(), "Whether quotation marks hold a cell together; default: yes"),
    },
)
RULE: Final = Record(
    "rule",
    "Which rows it takes, and what they say.",
    {
        "when": _may(MapOf(CONDITION, ids=COLUMNS, least=1), "Conditions that all hold"),
        "skip": _may(Truth(), "Leave these rows out"),
        **FILLED,
    },
)
MAPPING: Final = Record(
    "mapping file",
    "How the rows of a file become items.",
    {
        "mapping": _need(HEAD, "What the mapping is for"),
        "file": _may(FILE, "How the table is written"),
        "identity": _may(ListOf(COLUMN, 1), "Columns by which a row is known again"),
        "scope": _may(ListOf(COLUMN, 1), "Columns of what a file holds completely"),
        "vanished": _may(
            Choice(("retract", "keep")), "What becomes of items whose row a later file lacks"
        ),
        "values": _may(
            MapOf(
                MapOf(Either(Number(low=1, high=6, whole=True), (int,), ANY), ids=ANY, least=1),
                ids=COLUMN,
            ),
            "Column: table of its values",
        ),
        "tellers": _may(MapOf(SOURCE), "Sources that come with the items"),
        "columns": _may(
            Record(
                "columns",
                "Fields of an item, from columns.",
                {
                    "happened": _may(Either(DATED, (dict,), COLUMN), "When it happened"),
                    "known": _may(Either(DATED, (dict,), COLUMN), "When it was published"),
                    **FILLED,
                },
            ),
            "Fields of an item, from columns",
        ),
        "rules": _may(ListOf(RULE, 1), "What rows say; the first that takes a row holds"),
        "otherwise": _may(Choice(("skip", "reject")), "Rows that no rule takes; default: skip"),
    },
)
"""A mapping file."""
