"""Rows of the plain layout against what is held.

A row with an id is the item of that id; one without is known again by what it says: the same
event, by the same sources. Later versions (``n4~2``) and ends (``until``) become amendments and
retractions again, in their own order, wherever in the file they stand.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tarjih.calendar import parse_interval
from tarjih.errors import InvalidRequest, Problem, nearest
from tarjih.evidence.imports.layout import COLUMNS, PlainRow, known_column, read_row
from tarjih.evidence.imports.outcome import Act, Tally
from tarjih.evidence.imports.reading import REJECTED_BECAUSE, REJECTED_LINE, Row
from tarjih.evidence.imports.settling import MARK, Choices, differences
from tarjih.evidence.ledgers.entries import BEARINGS, source_from
from tarjih.evidence.ledgers.held import Held
from tarjih.evidence.ledgers.recording import Recorder
from tarjih.evidence.ledgers.versions import Version
from tarjih.scenarios.book import Book
from tarjih.scenarios.records import Source
from tarjih.scenarios.schema import SOURCE
from tarjih.scenarios.shapes import VERSIONED

__all__ = ["PlainRows", "check_plain_columns"]

_OWN: Final = (REJECTED_LINE, REJECTED_BECAUSE)
_UNDATED: Final = "nothing says when it became known"
_DATE_IT: Final = "give the row a date, or --known DATE for all that have none"


def check_plain_columns(columns: tuple[str, ...] | None, name: str) -> None:
    """Refuse a table with columns that the plain layout does not have.

    Raises
    ------
    InvalidRequest
        With all of them.
    """
    stray = [one for one in columns or () if _stray(one)]
    if len(stray) == 1:
        raise InvalidRequest(_unknown(stray[0], f"{name}:1"))
    if stray:
        got, mend = ", ".join(stray), "for a file of another layout give --mapping"
        problem = Problem(f"{name}:1", "unknown columns", got, ", ".join(COLUMNS), mend)
        raise InvalidRequest(problem)


def _stray(name: str) -> bool:
    return name not in _OWN and not known_column(name)


def _unknown(name: str, place: str) -> Problem:
    mend = nearest(name, COLUMNS) or "for a file of another layout give --mapping"
    return Problem(place, "unknown column", name, ", ".join(COLUMNS), mend)


@dataclass(frozen=True, slots=True)
class _Read:
    """A row that was read: its item's base id and the number of its version."""

    row: Row
    base: str
    version: int
    data: dict[str, Any]
    sources: tuple[Source, ...]
    until: str | None
    dated: bool


class PlainRows:
    """Takes the rows of a file in the plain layout, one by one.

    Parameters
    ----------
    recorder : Recorder
    choices : Choices
    tally : Tally
    """

    def __init__(self, recorder: Recorder, choices: Choices, tally: Tally) -> None:
        self._recorder, self._choices, self._tally = recorder, choices, tally
        self._lines: dict[str, int] = {}
        self._later: list[_Read] = []
        self._ends: dict[str, _Read] = {}
        self._strangers: set[str] = set()
        self._undated = 0

    @property
    def _held(self) -> Held:
        return self._recorder.held

    def take(self, row: Row) -> None:
        """Record, amend or leave what one row says; a later version waits for `finish`."""
        try:
            read = self._read(row)
            if read.version > 1:
                self._later.append(read)
            else:
                self._settle(read)
        except InvalidRequest as error:
            self._tally.reject(row.line, row.cells, *error.problems)

    def finish(self) -> None:
        """Do what has to wait: later versions in their order, then what ended."""
        for read in sorted(self._later, key=lambda one: (one.base, one.version)):
            self._try(read, self._settle_version)
        for read in sorted(self._ends.values(), key=lambda one: one.row.line):
            self._try(read, self._end)
        if self._undated > 1 and self._undated == self._tally.rows:
            mend = "add --known DATE, the day on which the file was published"
            self._tally.sum_up(
                _UNDATED, Problem(self._tally.name, "no row says when it became known", mend=mend)
            )

    def _try(self, read: _Read, act: Any) -> None:
        try:
            act(read)
        except InvalidRequest as error:
            self._tally.reject(read.row.line, read.row.cells, *error.problems)

    def _read(self, row: Row) -> _Read:
        cells = {name: cell for name, cell in row.cells.items() if name not in _OWN}
        problems = [_unknown(name, "") for name in cells if not known_column(name)]
        plain, unread = read_row({name: one for name, one in cells.items() if known_column(name)})
        problems += unread
        base, version = "", 1
        sources: tuple[Source, ...] = ()
        try:
            base, version = self._identity(row, plain)
        except InvalidRequest as error:
            problems += error.problems
        try:
            sources = self._sources(plain)
        except InvalidRequest as error:
            problems += error.problems
        data = dict(plain.data)
        until = data.pop("until", None)
        dated = data.get("known") is not None
        if not dated and "known" not in {one.where for one in unread}:
            if self._choices.known is None:
                self._undated += 1
                problems.append(Problem("known", _UNDATED, mend=_DATE_IT))
            else:
                data["known"] = self._choices.known.isoformat()
        if "checked" in data and isinstance(data.get("happened"), str):
            # An exported check of one day.
            data["happened"] = _as_interval(data["happened"])
        if problems:
            raise InvalidRequest([*problems, *self._also(data, sources, problems)])
        return _Read(row, base, version, data, sources, until, dated)

    def _identity(self, row: Row, plain: PlainRow) -> tuple[str, int]:
        """Return the base of a row's id and the number of its version."""
        base, version = _versioned(plain.id)
        line = self._lines.get(plain.id or "")
        if line is not None:
            raise InvalidRequest(Problem("id", f"line {line} has the same id", got=plain.id))
        if plain.id:
            self._lines[plain.id] = row.line
        return base, version

    def _also(
        self, data: Mapping[str, Any], sources: tuple[Source, ...], told: Sequence[Problem]
    ) -> list[Problem]:
        """Return what else is wrong with a row: all that can be told of it is told at once."""
        columns = {one.where.partition(".")[0] for one in told}
        # What is wrong with a new source is told; that an item names it is no second fault.
        columns |= {"sources", "relays"} if "new_sources" in columns else set()
        columns |= {""} if columns & set(BEARINGS) else set()
        try:
            self._recorder.read(data, "row", sources=sources, lang=self._choices.lang)
        except InvalidRequest as error:
            return [one for one in error.problems if one.where.partition(".")[0] not in columns]
        return []

    def _sources(self, plain: PlainRow) -> tuple[Source, ...]:
        found = []
        for id, data in plain.new_sources.items():
            if self._held.source(id) is None:
                book = Book({})
                read = SOURCE.read(data, f"new_sources.{id}", book)
                if read is None:
                    raise InvalidRequest(book.problems)
                label = read["label"]
                label = {self._choices.lang: label[""]} if "" in label else label
                found.append(source_from(id, {**data, "label": label}))
        return tuple(found)

    def _settle(self, read: _Read) -> None:
        held = self._held
        if not read.base:
            self._settle_nameless(read)
        elif not held.taken(read.base):
            self._observe(read, read.base)
        elif read.base not in held:
            raise InvalidRequest(
                Problem("id", "the item of this id was undone", read.base, mend="give it another")
            )
        else:
            self._compare(read)
        if read.until is not None and read.base:
            self._ends[read.base] = read

    def _settle_nameless(self, read: _Read) -> None:
        """Take a row without an id: the same event by the same sources is the same item."""
        said = self._recorder.read(read.data, "row", sources=read.sources, lang=self._choices.lang)
        twin = self._held.twin(said)
        if twin is None:
            self._observe(read, None)
            return
        if twin in self._lines:
            line = self._lines[twin]
            raise InvalidRequest(
                Problem(
                    "",
                    f"line {line} tells of the same event by the same sources",
                    mend="if they are two events, give the rows ids",
                )
            )
        self._lines[twin] = read.row.line
        versions = self._held.versions(twin)
        if not versions or versions[-1].until is not None:
            self._tally.count("set_aside")
        else:
            self._change(read, twin, said, versions[-1])

    def _observe(self, read: _Read, id: str | None) -> None:
        made = self._recorder.observe(
            read.data, id=id, sources=read.sources, again=id is not None, lang=self._choices.lang
        )
        name = made.id or ""
        self._lines[name] = read.row.line
        item = made.body["item"]
        known = dt.date.fromisoformat(item["known"])
        self._tally.act(Act(read.row.line, "recorded", name, item["label"], known))

    def _compare(self, read: _Read) -> None:
        """Hold a row against the first version of its item."""
        versions = self._held.versions(read.base)
        if not versions:
            self._tally.count("set_aside")
            return
        said = self._said(read)
        if len(versions) == 1 and versions[0].until is None:
            self._refuse_stranger(read, versions, said)
            self._change(read, read.base, said, versions[0])
        elif not differences(versions[0].data, said) or _stands(versions[-1], said):
            self._tally.count("unchanged")
        else:
            self._refuse_stranger(read, versions, said)
            # An export of what is held has the last version under the item's own id.
            last = versions[-1]
            of_last = read.dated and said["known"] >= last.known.isoformat()
            if not of_last or last.until is not None:
                raise self._amended_since(read, versions)
            self._change(read, read.base, said, last)

    def _settle_version(self, read: _Read) -> None:
        """Hold a row against a later version of its item, or make that version."""
        if read.base not in self._held:
            raise InvalidRequest(
                Problem("id", "a later version of an item that is not there", read.base)
            )
        versions = self._held.versions(read.base)
        said = self._said(read)
        if read.base in self._strangers:
            raise _stranger(read.base, versions)
        if read.version <= len(versions):
            version = versions[read.version - 1]
            last = read.version == len(versions) and version.until is None
            if not differences(version.data, said):
                self._tally.count("unchanged")
            elif last:
                self._refuse_stranger(read, versions, said)
                self._change(read, read.base, said, version)
            else:
                raise self._amended_since(read, versions)
        elif read.version == len(versions) + 1:
            changes = differences(versions[-1].data, said)
            known = dt.date.fromisoformat(said["known"])
            self._amend(read, read.base, changes, known, versions[-1])
        else:
            raise InvalidRequest(
                Problem("id", "an earlier version is missing", f"{read.base}~{read.version}")
            )
        self._ends.pop(read.base, None)
        if read.until is not None:
            self._ends[read.base] = read

    def _end(self, read: _Read) -> None:
        """Let an item end where its last row says so."""
        until = dt.date.fromisoformat(_end_of(read.until or ""))
        versions = self._held.versions(read.base)
        if len(versions) != read.version or versions[-1].until == until:
            return
        last = versions[-1]
        if last.until is not None:
            raise InvalidRequest(
                Problem("until", "the item ended on another day", str(until), str(last.until))
            )
        self._recorder.retract(read.base, because="withdrawn", known=until, note=MARK)
        self._tally.act(Act(read.row.line, "retracted", read.base, last.data["label"], until))

    def _said(self, read: _Read) -> dict[str, Any]:
        return self._recorder.read(
            read.data, read.base, sources=read.sources, lang=self._choices.lang
        )

    def _change(self, read: _Read, name: str, said: Mapping[str, Any], version: Version) -> None:
        """Amend what a row says otherwise than the version that is held."""
        changes = differences(version.data, said)
        known = dt.date.fromisoformat(said["known"])
        if self._choices.our_error and read.dated and known != version.known:
            changes["known"] = said["known"]
        if not changes:
            self._tally.count("unchanged")
            return
        ours = self._choices.our_error
        own = known if read.dated else None
        day = None if ours else self._choices.since(own, version)
        if day is None and not ours:
            raise InvalidRequest(
                Problem(
                    "",
                    f"{name} was recorded otherwise ({', '.join(changes)}), and nothing says since "
                    "when it stands so",
                    mend="give the date with --known DATE; if it was recorded wrongly, --our-error",
                )
            )
        self._amend(read, name, changes, day, version)

    def _amend(
        self,
        read: _Read,
        name: str,
        changes: dict[str, Any],
        day: dt.date | None,
        version: Version,
    ) -> None:
        if not changes:
            raise InvalidRequest(
                Problem("id", "this version says what the one before it says", read.row.cells["id"])
            )
        self._recorder.amend(
            name,
            changes,
            known=day,
            because="our-error" if day is None else "news",
            sources=read.sources,
            again=True,
            note=MARK,
            lang=self._choices.lang,
        )
        label = changes.get("label") or version.data["label"]
        self._tally.act(Act(read.row.line, "amended", name, label, day, tuple(changes)))

    def _refuse_stranger(
        self, read: _Read, versions: list[Version], said: Mapping[str, Any]
    ) -> None:
        """Refuse a row that has the id of an item and tells of something else altogether.

        Every ledger counts its items from n1 on: a file of another ledger has such ids too.
        """
        if any(_related(one.data, said) for one in versions):
            return
        self._strangers.add(read.base)
        raise _stranger(read.base, versions)

    def _amended_since(self, read: _Read, versions: list[Version]) -> InvalidRequest:
        last = versions[-1]
        if last.until is not None:
            mend = f"it is no longer held since {last.until}"
        else:
            mend = f"change the row of its last version, {read.base}~{len(versions)}"
        return InvalidRequest(
            Problem("id", "the item was changed since, and this is not what it said", read.base,
                    mend=mend)
        )  # fmt: skip


def _stands(last: Version, said: Mapping[str, Any]) -> bool:
    """Return whether an item is held, and says this."""
    return last.until is None and not differences(last.data, said)


def _related(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Return whether two items share two of: what they bear on, a day, a teller."""
    one_days, other_days = (parse_interval(data["happened"]) for data in (one, other))
    shared = (
        any(key in one and one.get(key) == other.get(key) for key in BEARINGS),
        one_days.start <= other_days.end and other_days.start <= one_days.end,
        bool(set(one.get("sources", ())) & set(other.get("sources", ()))),
    )
    return sum(shared) > 1


def _stranger(base: str, versions: list[Version]) -> InvalidRequest:
    label = next(iter(versions[-1].data["label"].values()), "") if versions else ""
    return InvalidRequest(
        Problem(
            "id",
            f"here {base} is something else altogether ({label})",
            base,
            mend="if the file is of another ledger, give its rows ids of their own, or none; if "
            "all that changed, amend the item",
        )
    )


def _versioned(id: str | None) -> tuple[str, int]:
    """Return the base of an id and the number of its version."""
    if id is None:
        return "", 1
    book = Book({})
    if VERSIONED.read(id, "id", book) is None:
        raise InvalidRequest(book.problems)
    base, _, number = id.partition("~")
    return base, int(number or 1)


def _as_interval(happened: str) -> str:
    day = happened.strip()
    return f"{day}/{day}" if re.fullmatch(r"\d{4}-\d{2}-\d{2}", day) else happened


def _end_of(text: str) -> str:
    from tarjih.calendar import parse_date

    return parse_date(text, "until").isoformat()
