"""The fields of an item, filled from the cells of a row as a mapping says.

Each field of a mapping becomes one small function from cells to a value, made once, so that a
hundred thousand rows do not read the mapping a hundred thousand times.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from tarjih.errors import Problem
from tarjih.evidence.imports.conditions import folded
from tarjih.evidence.imports.dating import read_date, spread
from tarjih.evidence.imports.templates import Template, cell_text

__all__ = [
    "Cells",
    "Days",
    "Filling",
    "RowRefused",
    "columns_used",
    "dated",
    "field_filler",
    "slug",
]

Cells = Mapping[str, Any]
Filling = Callable[[Cells], Any]
Days = tuple[dt.date, dt.date]
Tables = Mapping[str, Mapping[str, Any]]

_LONGEST_LABEL: Final = 300
_LONGEST_SLUG: Final = 48
_DIGEST: Final = 8


class RowRefused(Exception):
    """What a row says cannot be an item.

    Parameters
    ----------
    column : str
    what, got, allowed : str
        As of a `tarjih.errors.Problem`.
    others : sequence of RowRefused
        What else is wrong with the row.
    """

    def __init__(
        self,
        column: str,
        what: str,
        got: str | None = None,
        allowed: str | None = None,
        *,
        others: Sequence[RowRefused] = (),
    ) -> None:
        super().__init__(what)
        self.column, self.what, self.got, self.allowed = column, what, got, allowed
        self.others = tuple(others)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All that is wrong with the row."""
        own = Problem(self.column, self.what, self.got, self.allowed)
        return (own, *(problem for one in self.others for problem in one.problems))


def slug(*texts: str) -> str:
    """Return texts as the end of an id; different texts give different ones.

    Letters are made small. Where anything but letters and digits has to go, or the text is
    long, eight digits of its SHA-256 follow.

    Examples
    --------
    >>> slug("760", "SYR12345")
    '760_syr12345'
    >>> slug("SYR-12"), slug("SYR 12")
    ('syr_12_6b916cd1', 'syr_12_88a045ac')
    """
    parts = [re.sub("[^a-z0-9]+", "_", text.lower()).strip("_") for text in texts]
    plain = all(re.fullmatch("[A-Za-z0-9]+", text) for text in texts)
    joined = "_".join(part for part in parts if part)
    if plain and len(joined) <= _LONGEST_SLUG:
        return joined
    digest = hashlib.sha256("\x1f".join(texts).encode()).hexdigest()[:_DIGEST]
    kept = joined[: _LONGEST_SLUG - _DIGEST - 1].strip("_")
    return f"{kept}_{digest}" if kept else digest


def columns_used(field: Any) -> tuple[str, ...]:
    """Return the columns that a field of a mapping needs."""
    if isinstance(field, Template):
        return field.columns
    if isinstance(field, list):
        return tuple(name for one in field for name in columns_used(one))
    if isinstance(field, dict):
        if field.get("column"):
            return (field["column"].casefold(),)
        return tuple(name for one in field.values() for name in columns_used(one))
    return ()


def field_filler(name: str, field: Any, tables: Tables, lang: str) -> Filling:
    """Return the function that fills one field of an item.

    Parameters
    ----------
    name : str
        The field.
    field : object
        As `tarjih.evidence.imports.mapping_schema.FILLED` read it.
    tables : mapping of column to (folded value to result)
    lang : str
        Language of texts that are plain strings.
    """
    match name:
        case "label" | "note":
            several = field if isinstance(field, dict) else {lang: field}
            return _texts(several, one_line=name == "label")
        case "sources" if isinstance(field, dict):
            return _tellers(field, tables)
        case "level":
            ((driver, level),) = field.items()
            value = field_filler("", level, tables, lang)
            return lambda cells: {driver: value(cells)}
        case "cluster":
            return lambda cells: _cluster(field.fill(cells))
        case "url" | "cites":
            return lambda cells: " ".join(field.fill(cells).split()) or None
    if isinstance(field, Template):
        return lambda cells: field.fill(cells).strip() or None
    if isinstance(field, dict) and "column" in field:
        return _looked_up(field, tables)
    return lambda _: field


def _texts(several: Mapping[str, Template], *, one_line: bool) -> Filling:
    def fill(cells: Cells) -> dict[str, str] | None:
        found = {}
        for lang, template in several.items():
            text = template.fill(cells).strip()
            if one_line:
                text = " ".join(text.split())
                if len(text) > _LONGEST_LABEL:
                    text = text[: _LONGEST_LABEL - 1] + "…"
            if text:
                found[lang] = text
        return found or None

    return fill


def _cluster(text: str) -> str | None:
    if not text.strip():
        return None
    plain = re.sub("[^a-z0-9]+", "_", text.lower()).strip("_")
    made = plain if text.isascii() and len(plain) <= _LONGEST_SLUG else slug(text)
    return made if made[:1].isalpha() else f"c_{made}"


def _looked_up(field: Mapping[str, Any], tables: Tables) -> Filling:
    column, otherwise = field["column"].casefold(), field.get("otherwise")
    table = tables.get(column, {})

    def fill(cells: Cells) -> Any:
        cell = cell_text(cells.get(column, ""))
        found = table.get(folded(cell), otherwise)
        if found is None:
            raise RowRefused(column, "the mapping has no such value", cell, _listed(table))
        return found

    return fill


def _tellers(field: Mapping[str, Any], tables: Tables) -> Filling:
    column = field["column"].casefold()
    table = tables.get(column, {})
    mark, always = field.get("split"), field.get("always") or []
    otherwise = field.get("otherwise")

    def fill(cells: Cells) -> list[str]:
        cell = cell_text(cells.get(column, ""))
        names = cell.split(mark) if mark else [cell]
        found = [table[folded(name)] for name in names if folded(name) in table]
        if not found and otherwise is None and not always:
            raise RowRefused(column, "the mapping knows none of these sources", cell)
        return list(dict.fromkeys([*always, *(found or otherwise or [])]))

    return fill


def _listed(table: Mapping[str, Any]) -> str:
    shown = ", ".join(list(table)[:20])
    return shown + ", …" if len(table) > 20 else shown or "(its table is empty)"


def dated(field: Any) -> Callable[[Cells], Days | None]:
    """Return the function that reads an interval of days from a row; None if it is empty.

    Parameters
    ----------
    field : str or mapping
        A column, or what `mapping_schema.DATED` read.
    """
    if isinstance(field, str):
        field = {"column": field}
    forms: Sequence[str] = field.get("written") or ("YYYY-MM-DD",)
    exact = field.get("precision")

    def day(cells: Cells, column: str) -> dt.date | None:
        cell = cell_text(cells.get(column, ""))
        if not cell:
            return None
        found = read_date(cell, forms)
        if found is None:
            raise RowRefused(column, "unreadable date", cell, " or ".join(forms))
        return found

    if field.get("column") is None:
        first, last = field["from"].casefold(), field["to"].casefold()

        def interval(cells: Cells) -> Days | None:
            start, end = day(cells, first), day(cells, last)
            if start is None or end is None:
                return None
            if end < start:
                raise RowRefused(last, "it ends before it starts", f"{start}/{end}")
            return start, end

        return interval
    column = field["column"].casefold()

    def single(cells: Cells) -> Days | None:
        found = day(cells, column)
        return None if found is None else (found, found)

    if exact is None:
        return single
    by, words = exact["column"].casefold(), {folded(k): v for k, v in exact["values"].items()}

    def precise(cells: Cells) -> Days | None:
        found = day(cells, column)
        if found is None:
            return None
        cell = cell_text(cells.get(by, ""))
        if folded(cell) not in words:
            raise RowRefused(by, "unknown precision", cell, ", ".join(words))
        return spread(found, words[folded(cell)])

    return precise
