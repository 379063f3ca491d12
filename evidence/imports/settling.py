"""Rows of a dataset against what is held: recorded, amended, left as they are, or retracted.

An item made from a row has an id that begins with the dataset's name, two underscores and what
identifies the row (``acled__760_syr12345``), so that the row is known again. If its row vanished
and came back, a number follows (``…__2``).

*What was imported* is compared with the row, not what is held: what somebody amended by hand
stays as it is until the dataset says something new about that very field. Entries of imports
are told apart by their notes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, Final

from tarjih.errors import InvalidRequest, Problem
from tarjih.evidence.imports.filling import RowRefused
from tarjih.evidence.imports.mapped import ItemDraft, RowMapping
from tarjih.evidence.imports.outcome import Act, Tally
from tarjih.evidence.imports.reading import Row
from tarjih.evidence.ledgers.entries import Amend, Data, Merge, Retract
from tarjih.evidence.ledgers.held import Held
from tarjih.evidence.ledgers.recording import Recorder
from tarjih.evidence.ledgers.versions import Version, patched
from tarjih.scenarios.records import Source

__all__ = ["MARK", "Choices", "DatasetRows", "differences"]

MARK: Final = "import"
_GENERATION: Final = "__"


class Choices:
    """What an import was asked to do.

    Parameters
    ----------
    known : datetime.date or None
        When the file was published, where rows do not say.
    our_error : bool
        Whether what differs was recorded wrongly.
    partial : bool
        Whether the file does not hold all of what it covers.
    lang : str
        Language of texts that are plain strings.
    """

    def __init__(
        self,
        known: dt.date | None = None,
        *,
        our_error: bool = False,
        partial: bool = False,
        lang: str = "en",
    ) -> None:
        self.known, self.our_error, self.partial, self.lang = known, our_error, partial, lang

    def since(self, own: dt.date | None, version: Version) -> dt.date | None:
        """Return from when on a change is known, or None if nothing says so."""
        if own is not None and own > version.known:
            return own
        if self.known is not None and self.known >= version.known:
            return self.known
        return None


def differences(
    old: Data, new: Data, *, but: tuple[str, ...] = ("known", "until")
) -> dict[str, Any]:
    """Return the fields that differ, with their new values; None for those that are gone.

    Examples
    --------
    >>> differences({"seen": "visit", "url": "x"}, {"seen": "visit", "cluster": "c"})
    {'cluster': 'c', 'url': None}
    """
    keys = sorted((old.keys() | new.keys()) - set(but))
    return {key: new.get(key) for key in keys if old.get(key) != new.get(key)}


class DatasetRows:
    """Takes the rows of a dataset, one by one.

    Parameters
    ----------
    recorder : Recorder
    mapping : RowMapping
    choices : Choices
    tally : Tally
    structured : bool
        Whether cells may be lists or mappings, as in JSON.
    """

    def __init__(
        self,
        recorder: Recorder,
        mapping: RowMapping,
        choices: Choices,
        tally: Tally,
        *,
        structured: bool = False,
    ) -> None:
        self._structured = structured
        self._recorder, self._mapping = recorder, mapping
        self._choices, self._tally = choices, tally
        self._tellers = {source.id: source for source in mapping.sources}
        self._note = f"{MARK} {mapping.dataset}"
        self._lines: dict[str, int] = {}
        self._left: dict[str, tuple[int, dt.date | None]] = {}
        self._series: set[str] = set()
        self._first, self._last = dt.date.max, dt.date.min
        self._latest: dt.date | None = None

    @property
    def _held(self) -> Held:
        return self._recorder.held

    def take(self, row: Row) -> None:
        """Record, amend or leave what one row says."""
        try:
            if self._structured:
                _check_flat(row.cells)
            draft = self._mapping.draft(row.cells, self._choices.known)
            if draft.id in self._lines:
                line = self._lines[draft.id]
                self._refuse(row, Problem("", f"line {line} has the same identity"))
                return
            self._lines[draft.id] = row.line
            self._cover(draft)
            if draft.data is None:
                self._left[draft.id] = row.line, draft.known
                self._tally.count("skipped")
            else:
                self._settle(row, draft, draft.data)
        except RowRefused as error:
            self._refuse(row, *error.problems)
        except InvalidRequest as error:
            self._refuse(row, *error.problems)

    def _refuse(self, row: Row, *problems: Problem) -> None:
        self._tally.reject(row.line, row.cells, *problems)

    def _cover(self, draft: ItemDraft) -> None:
        self._series.add(draft.series)
        if draft.happened is not None:
            self._first = min(self._first, draft.happened[0])
            self._last = max(self._last, draft.happened[1])
        if draft.known is not None and (self._latest is None or draft.known > self._latest):
            self._latest = draft.known

    def _settle(self, row: Row, draft: ItemDraft, data: dict[str, Any]) -> None:
        known = draft.known or self._choices.known
        if known is None:
            raise RowRefused(
                "known",
                "nothing says when this was published",
                None,
                "--known DATE for the whole file",
            )
        data["known"] = known.isoformat()
        held, name = self._held, self._generation(draft.id)
        if not held.taken(name):
            self._observe(row, name, data)
            return
        base, gone = _imported(held, name, self._note) if name in held else ({}, "vanished")
        if gone == "vanished":
            n = int(name.rpartition(_GENERATION)[2]) + 1 if name != draft.id else 2
            self._observe(row, f"{draft.id}{_GENERATION}{n}", data)
            return
        versions = held.versions(name)
        if not versions or versions[-1].until is not None:
            self._tally.count("set_aside")
            return
        said = self._recorder.read(data, name, sources=self._new(data), lang=self._choices.lang)
        changes = differences(base, said)
        last = versions[-1]
        changes = {key: one for key, one in changes.items() if last.data.get(key) != one}
        if not changes:
            self._tally.count("unchanged")
            return
        self._amend(row, name, changes, draft.known, last)

    def _generation(self, id: str) -> str:
        name, n = id, 2
        while self._held.taken(f"{id}{_GENERATION}{n}"):
            name, n = f"{id}{_GENERATION}{n}", n + 1
        return name

    def _new(self, data: Mapping[str, Any]) -> list[Source]:
        """Return the item's tellers that neither study nor ledger has yet."""
        return [
            self._tellers[id]
            for id in data.get("sources", ())
            if id in self._tellers and self._held.source(id) is None
        ]

    def _observe(self, row: Row, name: str, data: dict[str, Any]) -> None:
        made = self._recorder.observe(
            data, id=name, sources=self._new(data), again=True, lang=self._choices.lang
        )
        item = made.body["item"]
        known = dt.date.fromisoformat(item["known"])
        self._tally.act(Act(row.line, "recorded", name, item["label"], known))

    def _amend(
        self,
        row: Row,
        name: str,
        changes: dict[str, Any],
        published: dt.date | None,
        last: Version,
    ) -> None:
        ours = self._choices.our_error
        day = None if ours else self._choices.since(published, last)
        if day is None and not ours:
            raise InvalidRequest(
                Problem(
                    "",
                    f"{name} was recorded otherwise ({', '.join(changes)}), and nothing says since "
                    "when it stands so",
                    mend="give the date with --known DATE; if it was recorded wrongly, --our-error",
                )
            )
        self._recorder.amend(
            name,
            changes,
            known=day,
            because="our-error" if ours else "news",
            sources=self._new(changes),
            again=True,
            note=self._note,
            lang=self._choices.lang,
        )
        label = changes.get("label") or last.data["label"]
        self._tally.act(Act(row.line, "amended", name, label, day, tuple(changes)))

    @property
    def looks_for_vanished(self) -> bool:
        """Whether items whose rows are missing are retracted.

        Not after a row was rejected: it might be the missing one.
        """
        kept = self._mapping.keeps or self._choices.partial
        return not (kept or self._tally.rejected) and bool(self._lines)

    def finish(self) -> None:
        """Retract what is no longer in the file, or no longer taken by a rule."""
        if not self.looks_for_vanished:
            return
        held, series = self._held, tuple(self._series)
        for name in held.ids:
            if not name.startswith(series):
                continue
            dataset, joint, rest = name.partition(_GENERATION)
            base = dataset + joint + rest.partition(_GENERATION)[0]
            if base in self._lines and base not in self._left:
                continue
            versions = held.versions(name)
            if not versions or versions[-1].until is not None:
                continue
            line, published = self._left.get(base, (None, None))
            if line is None and not self._covers(versions[-1]):
                continue
            self._retract(name, versions[-1], line, published)

    def _covers(self, version: Version) -> bool:
        start, _, end = version.data["happened"].partition("/")
        first = dt.date.fromisoformat(start)
        last = dt.date.fromisoformat(end) if end else first
        return self._first <= first and last <= self._last

    def _retract(
        self, name: str, version: Version, line: int | None, published: dt.date | None
    ) -> None:
        ours = self._choices.our_error
        day = None if ours else published or self._choices.known or self._latest
        if day is None and not ours:
            problem = Problem(
                f"{self._tally.name}",
                f"the row of {name} is gone, and nothing says since when",
                mend="give the date of the file with --known DATE; if the file holds only a part, "
                "--partial",
            )
            raise InvalidRequest(problem)
        if day is not None:
            day = max(day, version.known)
        self._recorder.retract(
            name, because="our-error" if ours else "withdrawn", known=day, note=self._note
        )
        self._tally.act(Act(line, "retracted", name, version.data["label"], day))


def _imported(held: Held, name: str, note: str) -> tuple[Data, str]:
    """Return what imports made of an item, and ``"vanished"`` if one retracted it."""
    data: Data = held.data(name)
    gone = ""
    for change in held.changes(name):
        if isinstance(change, Merge) or change.note != note:
            continue
        if isinstance(change, Retract):
            gone = "vanished"
        elif isinstance(change, Amend):
            data = patched(data, change.changes)
    return data, gone


def _check_flat(cells: Mapping[str, Any]) -> None:
    for column, cell in cells.items():
        if isinstance(cell, dict | list):
            raise RowRefused(column, "one value a column", "a list or a mapping")
