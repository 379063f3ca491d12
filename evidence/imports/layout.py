"""The plain layout: an item as one row of a table, and back.

``tarjih evidence export`` writes it and ``tarjih evidence import`` reads it, so both directions
stand here. Lists are separated by ``;``, pairs joined by ``=``; of a text in several languages
each has a column of its own.

*Spreadsheets* take a cell that begins with ``=``, ``+``, ``-`` or ``@`` for a formula. Such a
cell is written with an apostrophe before it, which is taken off again when it is read. A cell
that already begins so gets one more, so that every text comes back as it was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from tarjih.errors import InvalidRequest, Problem
from tarjih.evidence.ledgers.entries import source_data
from tarjih.scenarios.records import Item, Source
from tarjih.scenarios.resolved_form import resolved_item

__all__ = [
    "COLUMNS",
    "PlainRow",
    "columns_of",
    "from_row",
    "harmless",
    "known_column",
    "read_row",
    "to_row",
    "unharmed",
]

COLUMNS: Final = (
    "id",
    "happened",
    "known",
    "until",
    "seen",
    "checked",
    "level",
    "weights",
    "kind",
    "sources",
    "relays",
    "credibility",
    "cluster",
    "label_en",
    "label_ar",
    "note_en",
    "note_ar",
    "url",
    "cites",
    "retrospective",
    "new_sources",
)
_PLAIN: Final = ("happened", "known", "until", "seen", "checked", "kind", "cluster", "url", "cites")
_PAIRS: Final = ("level", "weights", "relays")
_TEXTS: Final = ("label", "note")
_OTHERS: Final = (
    "id",
    "sources",
    "credibility",
    "retrospective",
    "new_sources",
    *_PAIRS,
    *_TEXTS,
)
_TEXT_COLUMN: Final = re.compile(r"(label|note)_([a-z]{2,3})")
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n]")
_TRUTHS: Final = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, slots=True)
class PlainRow:
    """What a row of the plain layout says.

    Attributes
    ----------
    id : str or None
        The item's; a later version's ends in ``~`` and a number.
    data : dict
        Its fields in the form that files have; nothing is checked yet.
    new_sources : mapping of id to mapping
        Tellers that come with it, in the form that files have.
    """

    id: str | None
    data: dict[str, Any]
    new_sources: Mapping[str, Any] = field(default_factory=dict)


def harmless(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula.

    Examples
    --------
    >>> harmless("=1+1"), harmless("-5"), harmless("'=x"), harmless("5"), harmless("'tis")
    ("'=1+1", "'-5", "''=x", '5', "'tis")
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unharmed(cell: str) -> str:
    """Return the text that `harmless` wrote.

    Examples
    --------
    >>> unharmed("'=1+1"), unharmed("''=x"), unharmed("'tis"), unharmed("=1+1")
    ('=1+1', "'=x", "'tis", '=1+1')
    """
    return cell[1:] if cell[:1] == "'" and _FORMULA.match(cell) else cell


def columns_of(items: Iterable[Item]) -> tuple[str, ...]:
    """Return the columns that some items need: `COLUMNS`, and those of further languages.

    Parameters
    ----------
    items : iterable of Item
    """
    kept = list(items)
    columns = list(COLUMNS)
    for name in _TEXTS:
        langs = {lang for item in kept for lang in getattr(item, name)} - {"en", "ar"}
        place = columns.index(f"{name}_ar") + 1
        columns[place:place] = [f"{name}_{lang}" for lang in sorted(langs)]
    return tuple(columns)


def to_row(
    item: Item,
    levels: Mapping[str, list[str]],
    new_sources: Mapping[str, Source] | None = None,
) -> dict[str, str]:
    """Return an item as a row: column to cell, without the empty ones.

    Parameters
    ----------
    item : Item
    levels : mapping of driver id to the ids of its levels
        As `tarjih.evidence.ledgers.held.Held.level_ids`.
    new_sources : mapping of id to Source, optional
        Tellers that the study itself does not list. Those of the item go with it.

    Examples
    --------
    >>> import tarjih
    >>> study = tarjih.load("syria_russia")
    >>> levels = {one.id: [level.id for level in one.levels] for one in study.drivers}
    >>> row = to_row(study.items[0], levels)
    >>> from_row(row).data["happened"] == row["happened"]
    True
    """
    data = resolved_item(item, levels)
    row = {"id": item.id}
    for name in COLUMNS[1:]:
        if name in _PLAIN and name in data:
            row[name] = data[name]
        elif name in _PAIRS and data.get(name):
            row[name] = ";".join(f"{key}={value}" for key, value in data[name].items())
    row["sources"] = ";".join(item.sources)
    row["credibility"] = str(item.credibility)
    if item.retrospective:
        row["retrospective"] = "true"
    for name in _TEXTS:
        row |= {f"{name}_{lang}": text for lang, text in data.get(name, {}).items()}
    tellers = {*item.sources, *item.relays.values()}
    brought = {
        id: source_data(source) for id, source in (new_sources or {}).items() if id in tellers
    }
    if brought:
        row["new_sources"] = json.dumps(brought, ensure_ascii=False, sort_keys=True)
    return {name: harmless(cell) for name, cell in row.items() if cell}


def from_row(row: Mapping[str, Any]) -> PlainRow:
    """Return what a row says; empty cells say nothing.

    Parameters
    ----------
    row : mapping of column to cell
        Cells are texts; of a row that comes from JSON or YAML they may be lists, mappings and
        numbers as well. A plain ``label`` or ``note`` is in the reader's language.

    Raises
    ------
    InvalidRequest
        If a cell cannot be read, with the column for its place. Whether what it says is right
        is for the ledger to check.

    Examples
    --------
    >>> read = from_row({"id": "n4", "level": "war=deep", "sources": "sana; reuters"})
    >>> read.id, read.data
    ('n4', {'level': {'war': 'deep'}, 'sources': ['sana', 'reuters']})
    """
    plain, problems = read_row(row)
    if problems:
        raise InvalidRequest(problems)
    return plain


def read_row(row: Mapping[str, Any]) -> tuple[PlainRow, list[Problem]]:
    """Return what a row says as far as it can be read, and what cannot be.

    Parameters
    ----------
    row : mapping of column to cell
        As of `from_row`.

    Examples
    --------
    >>> read, problems = read_row({"seen": "visit", "credibility": "high"})
    >>> read.data, str(problems[0])
    ({'seen': 'visit'}, "credibility: unreadable: got 'high'; allowed: 1 to 6")
    """
    problems: list[Problem] = []
    data: dict[str, Any] = {}
    own: dict[str, Any] = {}
    for name, written in row.items():
        cell = unharmed(written) if isinstance(written, str) else written
        if cell is None or (isinstance(cell, str) and not cell.strip()):
            continue
        text = _TEXT_COLUMN.fullmatch(name)
        try:
            if text is not None:
                data.setdefault(text[1], {})[text[2]] = cell
            elif name in ("id", "new_sources"):
                own[name] = _read(name, cell)
            elif name in _TEXTS and isinstance(cell, str):
                data[name] = cell
            else:
                data[name] = _read(name, cell)
        except _Unreadable as error:
            problems.append(Problem(name, "unreadable", str(cell)[:60], error.args[0]))
    return PlainRow(own.get("id"), data, own.get("new_sources", {})), problems


def known_column(name: str) -> bool:
    """Tell whether the plain layout has a column.

    Examples
    --------
    >>> known_column("note_fr"), known_column("colour")
    (True, False)
    """
    return name in _PLAIN or name in _OTHERS or _TEXT_COLUMN.fullmatch(name) is not None


class _Unreadable(Exception):
    """A cell that says nothing its column could hold; the argument is what is allowed."""


def _read(name: str, cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    text = cell.strip()
    if name in _PAIRS:
        return _pairs(text)
    match name:
        case "sources":
            return [part.strip() for part in text.split(";") if part.strip()]
        case "credibility":
            if re.fullmatch("[0-9]", text) is None:
                raise _Unreadable("1 to 6")
            return int(text)
        case "retrospective":
            if text.casefold() not in _TRUTHS:
                raise _Unreadable("true or false")
            return _TRUTHS[text.casefold()]
        case "new_sources":
            return _tellers(text)
    return text


def _pairs(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in text.split(";"):
        if not part.strip():
            continue
        key, equals, value = part.partition("=")
        if not (equals and key.strip() and value.strip()):
            raise _Unreadable("key=value; key=value")
        if key.strip() in found:
            raise _Unreadable("each key once")
        found[key.strip()] = value.strip()
    return found


def _tellers(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(isinstance(one, dict) for one in found.values()):
        raise _Unreadable('{"id": {"label": {"en": "Name"}, "letter": "B"}}')
    return found
