"""What a study's seed evidence and a ledger's entries together hold, at any date.

`Held` is fed entry by entry and answers for all of them: the items in versions (see
`versions`), the sources that entries brought along, which ids are taken. It is a pure fold:
the same entries give the same items, and no database is known here.

*What was undone* counts as never recorded; but its id is not given again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from tarjih.errors import InvalidRequest, Problem
from tarjih.evidence.ledgers.chain import Row
from tarjih.evidence.ledgers.entries import (
    Amend,
    Data,
    Merge,
    Observe,
    Retract,
    Said,
    Undo,
    item_from,
    levels_of,
    said_by,
    source_from,
)
from tarjih.evidence.ledgers.versions import Thread, Version, fold_threads
from tarjih.scenarios.records import Item, Source, Study
from tarjih.scenarios.resolved_form import resolved_item

__all__ = ["Held", "Recorded", "event_key", "fold"]


@dataclass(slots=True)
class Recorded:
    """An entry that says something of items.

    Attributes
    ----------
    undone : int or None
        The number of the entry that took it back.
    """

    row: Row
    said: Said
    undone: int | None = None


class Held:
    """What a study and a ledger together hold; fed entry by entry.

    Parameters
    ----------
    study : Study
        Its seed evidence comes first.
    rows : iterable of Row
        Entries of this study, in order of ``seq``; more may be added.

    Attributes
    ----------
    recorded : dict of int to Recorded
        The entries that say something of items, by number.
    sources : dict of str to mapping
        Tellers that entries brought along, in the form that files have.
    last : int
        The number of the last entry added; 0 for none.
    rows : list of Row
        All entries that were added.
    loose : list of Row
        Entries that name an item the study no longer has: they change nothing.
    level_ids : dict of str to list of str
        The levels of each driver.
    """

    def __init__(self, study: Study, rows: Iterable[Row] = ()) -> None:
        self.study = study
        self.recorded: dict[int, Recorded] = {}
        self.sources: dict[str, Data] = {}
        self.last = 0
        self.rows: list[Row] = []
        self.loose: list[Row] = []
        self._levels = levels_of(study)
        self.level_ids = {id: list(levels) for id, levels in self._levels.items()}
        self._seeds = {item.id: item for item in study.items}
        # Of a seed item the thread is made when something is said of it.
        self._threads: dict[str, Thread | None] = dict.fromkeys(self._seeds)
        self._taken = set(self._threads)
        self._items: dict[str, Item] = dict(self._seeds)
        self._keys: dict[str, set[Hashable]] = {}
        self._same: dict[Hashable, dict[str, None]] = {}
        self._stale = dict.fromkeys(self._threads)
        for row in rows:
            self.add(row)

    def add(self, row: Row) -> None:
        """Take in one entry.

        Raises
        ------
        InvalidRequest
            If it gives an item the id of another that the study has by now.
        CannotCompute
            If it cannot be read.
        """
        said = said_by(row.kind, row.body, row.seq)
        match said:
            case Observe():
                self._observe(row, said)
            case Amend() | Retract() | Merge():
                self._change(row, said)
            case Undo():
                self._undo(row, said)
        for id in said.ids:
            self._stale[id] = None
        self.rows.append(row)
        self.last = row.seq

    def _observe(self, row: Row, said: Observe) -> None:
        # What was recorded first and then written into the study stands there once.
        seed = self._seeds.get(said.id)
        if seed is not None and replace(seed, until=None) != self._item(said.id, said.item):
            raise InvalidRequest(
                Problem(
                    self.study.where(f"items.{said.id}"),
                    f"entry {row.seq} of the ledger recorded another item of this id",
                    got=said.id,
                    mend="rename the item of the study",
                )
            )
        self._taken.add(said.id)
        if said.id not in self._seeds:
            self._threads[said.id] = Thread(said.id, said.item)
        self.sources.update(said.sources)
        self.recorded[row.seq] = Recorded(row, said)

    def _change(self, row: Row, said: Amend | Retract | Merge) -> None:
        if any(id not in self._threads for id in said.ids):
            self.loose.append(row)
            return
        for id in said.ids:
            self._thread(id).changes.append((row.seq, said))
        if isinstance(said, Amend):
            self.sources.update(said.sources)
        self.recorded[row.seq] = Recorded(row, said)

    def _undo(self, row: Row, said: Undo) -> None:
        undone = self.recorded.get(said.entry)
        if undone is None or undone.undone is not None:
            self.loose.append(row)
            return
        undone.undone = row.seq
        before = undone.said
        if isinstance(before, Observe) and before.id not in self._seeds:
            self._threads.pop(before.id, None)
            self._items.pop(before.id, None)
        for id in before.ids:
            if id in self._threads:
                thread = self._thread(id)
                thread.changes = [one for one in thread.changes if one[0] != said.entry]
        if isinstance(before, Observe | Amend):
            for id in before.sources:
                self.sources.pop(id, None)
        self.recorded[row.seq] = Recorded(row, said)

    @cached_property
    def names(self) -> dict[str, dict[str, Data | None]]:
        """What an item may name: the ids in each section of the study, which stay as they are."""
        study = self.study
        return {
            "scenarios": dict.fromkeys(study.scenario_ids),
            "drivers": {id: {"levels": levels} for id, levels in self.level_ids.items()},
            "indicators": dict.fromkeys(one.id for one in study.indicators),
            "sources": dict.fromkeys(one.id for one in study.sources),
        }

    def __contains__(self, id: str) -> bool:
        """Tell whether there is an item of this id."""
        return id in self._threads

    @property
    def ids(self) -> tuple[str, ...]:
        """The items of the study, then those recorded, in order."""
        return tuple(self._threads)

    def taken(self, id: str) -> bool:
        """Tell whether an id was ever given to an item."""
        return id in self._taken

    def items(self, *, hindsight: bool = False) -> tuple[Item, ...]:
        """Return all items in versions, those of the study first.

        Parameters
        ----------
        hindsight : bool
            Let amendments, retractions and mergers reach back.

        Raises
        ------
        InvalidRequest
            If an item bears on a driver or a level that the study no longer has.
        """
        found: list[Item] = []
        folded: dict[str, list[Version]] = {}
        for id, thread in self._threads.items():
            if thread is None or not thread.changes:
                found.append(self._plain(id))
                continue
            if id not in folded:
                folded |= fold_threads(self._together(id), hindsight=hindsight)
            found += self._as_items(id, folded[id])
        return tuple(found)

    def data(self, id: str) -> Data:
        """Return an item as it was recorded first, in the form that files have."""
        return self._thread(id).data

    def changes(self, id: str) -> tuple[Amend | Retract | Merge, ...]:
        """Return what was said of an item later and still stands, in the order of recording."""
        thread = self._threads[id]
        return () if thread is None else tuple(change for _, change in thread.changes)

    def versions(self, id: str, *, hindsight: bool = False) -> list[Version]:
        """Return the versions of one item, the earliest first; none if it was an error of ours."""
        return fold_threads(self._together(id), hindsight=hindsight)[id]

    def item_versions(self, id: str, *, hindsight: bool = False) -> tuple[Item, ...]:
        """Return the versions of one item as items."""
        return tuple(self._as_items(id, self.versions(id, hindsight=hindsight)))

    def extended(self, *, hindsight: bool = False) -> Study:
        """Return the study with the items held and the sources that entries brought along."""
        listed = {source.id for source in self.study.sources}
        new = sorted(id for id in self.sources if id not in listed)
        sources = tuple(source_from(id, self.sources[id]) for id in new)
        items = self.items(hindsight=hindsight)
        return replace(self.study, items=items, sources=(*self.study.sources, *sources))

    def source(self, id: str) -> Source | None:
        """Return a source of the study or of the ledger."""
        if id in self.sources and self.study.source(id) is None:
            return source_from(id, self.sources[id])
        return self.study.source(id)

    def after(self, change: Amend | Retract | Merge) -> dict[str, list[Version]]:
        """Return the versions of the items concerned, were a change recorded next."""
        threads = {one: thread for id in change.ids for one, thread in self._together(id).items()}
        for id in change.ids:
            changes = [*threads[id].changes, (self.last + 1, change)]
            threads[id] = replace(threads[id], changes=changes)
        return fold_threads(threads)

    def twin(self, data: Data, *, but: str = "") -> str | None:
        """Return an item that tells of the same event by the same sources, or None.

        Items that were amended or retracted count as well, as they were before; errors of
        ours do not.

        Parameters
        ----------
        data : mapping
            An item in the form that files have, as `resolved_item` makes it.
        but : str
            An item that is not meant.
        """
        for id in self._stale:
            for key in self._keys.pop(id, ()):
                self._same[key].pop(id, None)
            if id in self._threads:
                thread = self._thread(id)
                said = [one.data for one in self.versions(id)] if thread.changes else [thread.data]
                self._keys[id] = {event_key(one) for one in said}
                for key in self._keys[id]:
                    self._same.setdefault(key, {})[id] = None
        self._stale.clear()
        return next((id for id in self._same.get(event_key(data), ()) if id != but), None)

    def about(self, id: str) -> tuple[Recorded, ...]:
        """Return the entries that concern an item, undone ones too, in order."""
        return tuple(one for one in self.recorded.values() if id in one.said.ids)

    def _thread(self, id: str) -> Thread:
        thread = self._threads[id]
        if thread is None:
            thread = Thread(id, resolved_item(self._seeds[id], self.level_ids))
            self._threads[id] = thread
        return thread

    def _together(self, id: str) -> dict[str, Thread]:
        """Return an item and those it was merged with, directly or through others."""
        found, waiting = {id: self._thread(id)}, [id]
        while waiting:
            for _, change in found[waiting.pop()].changes:
                fresh = [other for other in change.ids if other not in found]
                found |= {other: self._thread(other) for other in fresh}
                waiting += fresh
        return found

    def _plain(self, id: str) -> Item:
        if id not in self._items:
            self._items[id] = self._item(id, self._thread(id).data)
        return self._items[id]

    def _as_items(self, id: str, versions: Iterable[Version]) -> Iterator[Item]:
        for n, version in enumerate(versions, 1):
            name = id if n == 1 else f"{id}~{n}"
            yield self._item(name, version.data, version.known, version.until)

    def _item(
        self, id: str, data: Data, known: dt.date | None = None, until: dt.date | None = None
    ) -> Item:
        try:
            return item_from(id, data, self._levels, known=known, until=until)
        except KeyError as error:
            raise InvalidRequest(
                Problem(
                    f"items.{id}",
                    "recorded of a driver or level that the study no longer has",
                    got=str(error.args[0]),
                    mend="put it back, or amend the item as an error of ours",
                )
            ) from None


def event_key(data: Data) -> Hashable:
    """Return what two records of one event by the same sources have in common.

    Examples
    --------
    >>> first = {"seen": "visit", "happened": "2026-02-03", "kind": "act", "sources": ["a", "b"]}
    >>> event_key(first) == event_key({**first, "sources": ["b", "a"], "credibility": 1})
    True
    """
    words = data.get("weights")
    bearing = (
        data.get("seen"),
        data.get("checked"),
        tuple(data.get("level", {}).items()),
        words and frozenset(one for one in words.items() if one[1] != "neutral"),
    )
    return bearing, data["happened"], frozenset(data.get("sources", ())), data["kind"]


def fold(study: Study, rows: Iterable[Row], *, hindsight: bool = False) -> tuple[Item, ...]:
    """Return a study's items and a ledger's, in versions.

    Parameters
    ----------
    study : Study
    rows : iterable of Row
        Entries of this study, in order of ``seq``.
    hindsight : bool
        Let amendments, retractions and mergers reach back.
    """
    return Held(study, rows).items(hindsight=hindsight)
