"""Rows that a mapping turns into items."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tarjih.errors import InvalidRequest, Problem, nearest
from tarjih.evidence.imports.conditions import Test, compiled
from tarjih.evidence.imports.filling import (
    Cells,
    Days,
    Filling,
    RowRefused,
    dated,
    field_filler,
    slug,
)
from tarjih.evidence.imports.mapping_files import BEARINGS, Merged, Part, read_mapping
from tarjih.evidence.imports.mapping_schema import FILLED
from tarjih.evidence.imports.templates import Template, cell_text
from tarjih.evidence.ledgers.entries import source_from
from tarjih.evidence.ledgers.held import Held
from tarjih.scenarios.book import Book
from tarjih.scenarios.records import Source
from tarjih.scenarios.references import References

__all__ = ["ItemDraft", "RowMapping"]

_JOINT: Final = "__"
_MOST_COLUMNS: Final = 70


@dataclass(frozen=True, slots=True)
class ItemDraft:
    """What a row would be in the ledger.

    Attributes
    ----------
    id : str
    series : str
        Beginning of the ids of all items that a file like this one holds completely.
    happened : (date, date) or None
        First and last day; None if the row does not say.
    known : datetime.date or None
        When the dataset published the row as it stands, if it says so.
    data : dict or None
        In the form that files have; None for a row that no rule takes.
    """

    id: str
    series: str
    happened: Days | None
    known: dt.date | None
    data: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class _Rule:
    test: Test | None
    skip: bool
    fields: tuple[tuple[str, Filling], ...]


class RowMapping:
    """A mapping, ready for rows.

    Parameters
    ----------
    merged : Merged
    lang : str
        Language of texts that are plain strings.

    Attributes
    ----------
    name, dataset : str
    sources : tuple of Source
        Tellers that come with the items.
    keeps : bool
        Whether items stay when their rows vanish.
    publishes : bool
        Whether rows say when they were published.
    """

    def __init__(self, merged: Merged, lang: str = "en") -> None:
        self._merged = merged
        self.name: str = merged.head["id"]
        self.dataset: str = merged.head["dataset"]
        self.sources = tuple(_source(id, data, lang) for id, data in merged.tellers.items())
        self.keeps = merged.settings.get("vanished") == "keep"
        self.publishes = "known" in merged.columns
        self.file: Mapping[str, Any] = merged.file
        self._rejects = merged.settings.get("otherwise") == "reject"
        self._scope = tuple(one.casefold() for one in merged.settings.get("scope", ()))
        self._identity = tuple(one.casefold() for one in merged.settings["identity"])
        self._happened = dated(merged.columns["happened"][0])
        written = merged.columns["happened"][0]
        self._rounded = isinstance(written, dict) and "precision" in written
        self._known = dated(merged.columns["known"][0]) if self.publishes else None
        common = {key: value for key, (value, _) in merged.columns.items() if key in FILLED}
        rules = merged.rules
        if not rules or any(key in common for key in BEARINGS):
            rules = [*rules, Part({}, "columns", {})]
        self._rules = tuple(self._rule(rule.data, common, lang) for rule in rules)

    @classmethod
    def load(cls, name: str, lang: str = "en") -> RowMapping:
        """Read a mapping by its name or from a file.

        Raises
        ------
        InvalidRequest
            With all that is wrong with it.
        """
        return cls(read_mapping(name), lang)

    def _rule(self, rule: Mapping[str, Any], common: Mapping[str, Any], lang: str) -> _Rule:
        bears = any(key in rule for key in BEARINGS)
        fields = {key: one for key, one in common.items() if not (bears and key in BEARINGS)}
        fields |= {key: one for key, one in rule.items() if key in FILLED}
        return _Rule(
            compiled(rule["when"]) if "when" in rule else None,
            bool(rule.get("skip")),
            tuple(
                (k, field_filler(k, one, self._merged.values, lang)) for k, one in fields.items()
            ),
        )

    def dates_rows(self, columns: tuple[str, ...] | None) -> bool:
        """Tell whether the rows of a file can say when they were published."""
        if not self.publishes:
            return False
        written = self._merged.columns["known"][0]
        name = written if isinstance(written, str) else written.get("column") or written["to"]
        return columns is None or name.casefold() in columns

    def check_columns(self, columns: tuple[str, ...] | None, name: str) -> None:
        """Refuse a file that lacks a column.

        Raises
        ------
        InvalidRequest
            With all columns that are missing.
        """
        if columns is None:
            return
        missing = {
            column: place
            for column, place in self._merged.needed().items()
            if column not in columns
        }
        if not missing:
            return
        column, place = next(iter(missing.items()))
        shown = ", ".join(columns[:_MOST_COLUMNS])
        mend = f"{place} asks for it"
        if len(missing) == 1:
            mend = nearest(column, columns) or mend
        what = "a column is missing" if len(missing) == 1 else "columns are missing"
        mend = f"the file has {shown}; {mend}"
        raise InvalidRequest(Problem(f"{name}:1", what, ", ".join(missing), mend=mend))

    def check_study(self, held: Held, lang: str = "en") -> None:
        """Refuse a mapping that names what the study does not have.

        Raises
        ------
        InvalidRequest
            With all that is wrong, and where it stands in the mapping.
        """
        problems: list[Problem] = []
        tellers = {**held.names["sources"], **held.sources, **self._merged.tellers}
        for part in self._merged.parts:
            book = Book(part.positions)
            refs = References(book, lang, {**held.names, "sources": tellers})
            for key, value in part.data.items():
                self._check(key, value, f"{part.path}.{key}", refs)
            problems += book.problems
        if problems:
            raise InvalidRequest(list(dict.fromkeys(problems)))

    def _check(self, key: str, value: Any, path: str, refs: References) -> None:
        match key:
            case "seen" | "checked":
                for id in self._constants(value):
                    refs.check("indicators", id, path)
            case "level":
                ((driver, level),) = value.items()
                if refs.check("drivers", driver, f"{path}.{driver}"):
                    for id in self._constants(level):
                        refs.level(driver, id, f"{path}.{driver}")
            case "weights":
                refs.keys("scenarios", value, path)
            case "relays":
                for teller, origin in value.items():
                    refs.check("sources", teller, f"{path}.{teller}")
                    refs.check("sources", origin, f"{path}.{teller}")
            case "sources":
                named = value
                if isinstance(value, dict):
                    table = self._merged.values.get(value["column"].casefold(), {})
                    named = [
                        *map(str, table.values()),
                        *value.get("always", ()),
                        *value.get("otherwise", ()),
                    ]
                for id in dict.fromkeys(named):
                    refs.check("sources", id, path)

    def _constants(self, value: Any) -> list[str]:
        """Return the ids that a field can have, as far as the mapping itself says."""
        if isinstance(value, Template):
            return [] if value.columns else [value.parts[0]]
        table = self._merged.values.get(value["column"].casefold(), {})
        found = [str(one) for one in table.values()]
        return found + ([str(value["otherwise"])] if "otherwise" in value else [])

    def draft(self, cells: Cells, known: dt.date | None = None) -> ItemDraft:
        """Return what a row would be.

        Parameters
        ----------
        cells : mapping of column to cell
        known : datetime.date, optional
            When the file was published. What is dated to a week or a month ended by then.

        Raises
        ------
        RowRefused
            If it has no identity, cannot be read, or no rule takes it and that is an error.
        """
        scope = [self._cell(cells, column) for column in self._scope]
        identity = [self._cell(cells, column) for column in self._identity]
        series = f"{self.dataset}{_JOINT}" + (f"{slug(*scope)}_" if scope else "")
        id = series + slug(*identity)
        rule = self._taking(cells)
        if rule is None or rule.skip:
            if rule is None and self._rejects:
                raise RowRefused(self._identity[0], "no rule takes this row", identity[0])
            return ItemDraft(id, series, self._quietly(cells), self._published(cells), None)
        refused: list[RowRefused] = []

        def tried(fill: Filling) -> Any:
            try:
                return fill(cells)
            except RowRefused as error:
                refused.append(error)
                return None

        happened: Days | None = tried(self._happened)
        if happened is None and not refused:
            refused.append(RowRefused("happened", "it does not say when it happened"))
        published: dt.date | None = tried(self._published)
        data = {key: value for key, fill in rule.fields if (value := tried(fill)) is not None}
        if refused or happened is None:
            one, *others = refused
            raise RowRefused(one.column, one.what, one.got, one.allowed, others=others)
        start, end = happened
        latest = published or known
        if self._rounded and latest is not None and start <= latest:
            end = min(end, latest)
        data = {"happened": f"{start}/{end}", **data}
        return ItemDraft(id, series, (start, end), published, data)

    def _taking(self, cells: Cells) -> _Rule | None:
        for rule in self._rules:
            if rule.test is None or rule.test(cells):
                return rule
        return None

    def _cell(self, cells: Cells, column: str) -> str:
        text = cell_text(cells.get(column, ""))
        if not text:
            raise RowRefused(column, "nothing by which the row could be known again")
        return text

    def _published(self, cells: Cells) -> dt.date | None:
        found = None if self._known is None else self._known(cells)
        return None if found is None else found[1]

    def _quietly(self, cells: Cells) -> Days | None:
        """Return when it happened; of a row left out a date that cannot be read is no matter."""
        try:
            return self._happened(cells)
        except RowRefused:
            return None


def _source(id: str, data: Mapping[str, Any], lang: str) -> Source:
    texts = {
        key: {lang: data[key][""]} if "" in data[key] else data[key]
        for key in ("label", "note")
        if data.get(key)
    }
    return source_from(id, {**data, **texts})
