"""Recording: every entry about items is checked against all that is held, then appended.

A `Recorder` works within one transaction of the store: what it checks against is what the
entry will stand on, so that two people who record one event at the same moment do not both
succeed. Whatever is wrong is told in one message, and nothing is recorded.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, get_args

from tarjih.calendar import parse_date
from tarjih.errors import InvalidRequest, Problem, nearest
from tarjih.evidence.ledgers.chain import Row
from tarjih.evidence.ledgers.drafts import (
    Places,
    checked_item,
    checked_source,
    clean_text,
    written_item,
)
from tarjih.evidence.ledgers.entries import (
    BEARINGS,
    Amend,
    AmendBecause,
    Data,
    Merge,
    Observe,
    Retract,
    RetractBecause,
    Said,
    Undo,
    as_body,
)
from tarjih.evidence.ledgers.held import Held
from tarjih.evidence.ledgers.keeping import Writing
from tarjih.evidence.ledgers.versions import Version, patched
from tarjih.scenarios.records import Item, Source
from tarjih.scenarios.resolved_form import resolved_item
from tarjih.scenarios.shapes import ID, ID_PATTERN

__all__ = ["Given", "Recorder"]

_LONGEST_NOTE: Final = 10_000

Given = Item | Mapping[str, Any]


class Recorder:
    """Records items of one study, and what becomes of them, within one transaction.

    Made by `Ledger.recording`. All that it records is there together, or not at all.

    Parameters
    ----------
    held : Held
        All that is held so far; it is kept up to date.
    writing : Writing
    author : str
    now : callable
        Returns the present moment, with its time zone.
    """

    def __init__(
        self, held: Held, writing: Writing, author: str, now: Callable[[], dt.datetime]
    ) -> None:
        self._held, self._writing, self._author, self._now = held, writing, author, now

    @property
    def held(self) -> Held:
        """All that is held, with what was recorded so far."""
        return self._held

    def observe(
        self,
        item: Given,
        *,
        id: str | None = None,
        sources: Iterable[Source] = (),
        again: bool = False,
        places: Places | None = None,
        lang: str = "en",
    ) -> Row:
        """Record an item; see `Ledger.observe`."""
        name = self._id(item, id, places)
        new = self._sources(sources, places)
        written = self._read(item, name, new, places, lang)
        self._refuse_twin(written, "", again, places)
        return self._append(Observe(name, written, new))

    def read(
        self,
        item: Given,
        id: str,
        *,
        sources: Iterable[Source] = (),
        places: Places | None = None,
        lang: str = "en",
    ) -> dict[str, Any]:
        """Return what `observe` would record, and record nothing.

        Parameters
        ----------
        item : Item or mapping
        id : str
            By which messages name it; it may be taken.
        sources, places, lang
            As for `Ledger.observe`.

        Raises
        ------
        InvalidRequest
            With all that is wrong with it.
        """
        return self._read(item, id, self._sources(sources, places), places, lang)

    def _read(
        self, item: Given, name: str, new: Mapping[str, Data], places: Places | None, lang: str
    ) -> dict[str, Any]:
        held = self._held
        data = written_item(held.study, item) if isinstance(item, Item) else item
        checked = checked_item(
            held, name, data, today=self._today, sources=new, places=places, lang=lang
        )
        return self._written(checked)

    def check(
        self,
        item: Given,
        *,
        id: str | None = None,
        sources: Iterable[Source] = (),
        again: bool = False,
        places: Places | None = None,
        lang: str = "en",
    ) -> Row:
        """Record that an indicator was looked for and not seen; see `Ledger.check`."""
        data = written_item(self._held.study, item) if isinstance(item, Item) else item
        if data.get("checked") is None:
            raise _wrong(
                "checked",
                "a check names the indicator that was looked for and not seen",
                places,
                allowed=", ".join(one.id for one in self._held.study.indicators) or None,
            )
        given_id = id or (item.id if isinstance(item, Item) else None)
        return self.observe(
            data, id=given_id, sources=sources, again=again, places=places, lang=lang
        )

    def amend(
        self,
        id: str,
        changes: Mapping[str, Any],
        *,
        known: dt.date | str | None = None,
        because: AmendBecause = "news",
        sources: Iterable[Source] = (),
        again: bool = False,
        note: str = "",
        places: Places | None = None,
        lang: str = "en",
    ) -> Row:
        """Record that an item says something else; see `Ledger.amend`."""
        name = self._find(id, places)
        _one_of(because, AmendBecause, places)
        new = self._sources(sources, places)
        ours = because == "our-error"
        day = None if ours else self._day(known, places)
        version = self._held.versions(name)[0] if day is None else self._version(name, day, places)
        if not changes:
            raise _wrong("changes", "nothing is changed", places)
        if "known" in changes and not ours:
            raise _wrong(
                "known",
                "the date from which the change holds is no field of the item",
                places,
                mend="if the item's own date was recorded wrongly, that is an error of ours",
            )
        whole = patched(_in_days(version.data), changes)
        if not ours or whole.get("known") is None:
            whole["known"] = day or version.known

        def checked(one: Data) -> dict[str, Any]:
            return self._written(
                checked_item(
                    self._held, name, one, today=self._today, sources=new, places=places, lang=lang
                )
            )

        said = checked(whole)
        made = {key: said.get(key) for key in changes if key not in BEARINGS}
        if any(key in changes for key in BEARINGS):
            made |= {key: said[key] for key in BEARINGS if key in said}
        if all(version.data.get(key) == value for key, value in made.items()):
            raise _wrong("changes", "nothing is changed: it says so already", places)
        change = Amend(name, made, day, because, new, self._note(note, places))
        versions = self._held.after(change)[name]
        for one in versions:
            self._refuse_twin(one.data, name, again, places)
            if one.data != version.data:
                checked({**_in_days(one.data), "known": one.known})
        return self._append(change)

    def retract(
        self,
        id: str,
        *,
        because: RetractBecause,
        known: dt.date | str | None = None,
        source: str | None = None,
        note: str = "",
        places: Places | None = None,
    ) -> Row:
        """Record that an item, or one of its tellers, no longer stands; see `Ledger.retract`."""
        name = self._find(id, places)
        _one_of(because, RetractBecause, places)
        day = None if because == "our-error" else self._day(known, places)
        if day is not None:
            self._version(name, day, places)
        change = Retract(name, because, day, source, self._note(note, places))
        before = self._held.versions(name)
        if source is not None and self._held.after(change)[name] == before:
            tellers = sorted({one for v in before for one in _tellers(v.data)})
            raise _wrong(
                "source",
                f"{name} does not rest on this source",
                places,
                got=source,
                allowed=", ".join(tellers),
                mend=nearest(source, tellers),
            )
        return self._append(change)

    def merge(
        self,
        ids: Sequence[str],
        *,
        known: dt.date | str | None,
        note: str = "",
        places: Places | None = None,
    ) -> Row:
        """Record that several items are one; see `Ledger.merge`."""
        names = tuple(dict.fromkeys(self._find(id, places) for id in ids))
        if len(names) < 2:
            raise _wrong(
                "ids", "it takes two items to merge", places, got=", ".join(names) or "none"
            )
        day = self._day(known, places)
        versions = {name: self._version(name, day, places) for name in names}
        self._check_alike(versions, places)
        change = Merge(names, day, self._note(note, places))
        first = self._held.after(change)[names[0]][-1]
        merged = {**_in_days(first.data), "known": first.known}
        checked_item(self._held, names[0], merged, today=self._today, places=places)
        return self._append(change)

    def undo(self) -> Row:
        """Take back the author's own last entry about items; see `Ledger.undo`."""
        standing = [
            one
            for one in self._held.recorded.values()
            if one.undone is None and not isinstance(one.said, Undo)
        ]
        own = [one for one in standing if one.row.author == self._author]
        if not own:
            raise _wrong("", "there is nothing of yours to take back", None, got=self._author)
        last = own[-1]
        brought = set(last.said.sources) if isinstance(last.said, Observe | Amend) else set()
        for later in standing[standing.index(last) + 1 :]:
            if set(later.said.ids) & set(last.said.ids) or brought & _named(later.said):
                raise _wrong(
                    "",
                    f"entry {later.row.seq} builds on your last entry, {last.row.seq}",
                    None,
                    mend=f"retract {last.said.ids[0]} as an error of ours, or amend it",
                )
        return self._append(Undo(last.row.seq, last.said.ids))

    @property
    def _today(self) -> dt.date:
        return self._now().astimezone().date()

    def _append(self, said: Said) -> Row:
        kind, body = as_body(said)
        row = self._writing.append(
            self._held.study.id, kind, body, self._author, recorded=self._now()
        )
        self._held.add(row)
        return row

    def _written(self, item: Item) -> dict[str, Any]:
        return resolved_item(item, self._held.level_ids)

    def _id(self, item: Given, id: str | None, places: Places | None) -> str:
        """Return the id asked for, or one by the entry's number."""
        asked = id or (item.id if isinstance(item, Item) else None)
        if asked is None:
            return self._numbered()
        if re.fullmatch(ID_PATTERN, asked) is None:
            raise _wrong("id", "this cannot be an item's id", places, asked, ID.allowed)
        if self._held.taken(asked):
            raise _wrong(
                "id", "there is, or was, an item of this id", places, asked, mend="give it another"
            )
        return asked

    def _numbered(self) -> str:
        """Return an id by the number of the entry; one that was taken gets a second number."""
        name, n = f"n{self._writing.next_seq}", 2
        chosen = name
        while self._held.taken(chosen):
            chosen, n = f"{name}_{n}", n + 1
        return chosen

    def _find(self, id: str, places: Places | None) -> str:
        """Return the item meant by an id, that of a later version included."""
        name = id.partition("~")[0]
        if name not in self._held:
            ids = self._held.ids
            many = len(ids) > 40
            if re.fullmatch(r"s\d+", name):
                mend = "that is a statement's number: see `tarjih audit`"
                raise _wrong("id", "this is no item", places, got=id, mend=mend)
            raise _wrong(
                "id",
                "there is no such item",
                places,
                got=id,
                allowed=None if many else ", ".join(ids) or "(none is recorded)",
                mend=nearest(name, ids[-2000:]) or ("see `tarjih evidence list`" if many else None),
            )
        if not self._held.versions(name):
            raise _wrong("id", "this item was an error of ours, and is held nowhere", places, id)
        return name

    def _day(self, known: dt.date | str | None, places: Places | None) -> dt.date:
        """Return when something became known."""
        if known is None:
            raise _wrong("known", "when did it become known?", places, mend="give its date")
        day = parse_date(known, (places or {}).get("known", "known"))
        if day > self._today:
            raise _wrong(
                "known", "known in the future", places, got=str(day),
                allowed=f"up to {self._today}, today",
            )  # fmt: skip
        return day

    def _version(self, name: str, day: dt.date, places: Places | None) -> Version:
        """Return what an item said on a day."""
        versions = self._held.versions(name)
        for version in reversed(versions):
            if version.held_on(day):
                return version
        first, last = versions[0], versions[-1]
        if day < first.known:
            raise _wrong(
                "known",
                f"{name} itself was not known by then",
                places,
                got=str(day),
                allowed=f"{first.known} or later",
                mend="if it should never have been there, that is an error of ours",
            )
        raise _wrong(
            "id",
            f"{name} is no longer held since {last.until}",
            places,
            got=name,
            mend="if it stands after all, record it once more "
            f"({(places or {}).get('again', 'again')})",
        )

    def _sources(self, sources: Iterable[Source], places: Places | None) -> dict[str, Data]:
        found = [checked_source(self._held, source, places=places) for source in sources]
        return dict(one for one in found if one is not None)

    def _note(self, note: str, places: Places | None) -> str:
        return clean_text(note, (places or {}).get("note", "note"), _LONGEST_NOTE, lines=True)

    def _refuse_twin(self, data: Data, name: str, again: bool, places: Places | None) -> None:
        """Refuse a second record of one event by the same sources."""
        twin = None if again else self._held.twin(data, but=name)
        if twin is None:
            return
        until = self._held.versions(twin)[-1].until
        raise _wrong(
            "",
            f"recorded already as {twin}"
            + (f", and no longer held since {until}" if until else ""),
            places,
            mend="if another source tells it too, name that one as well or amend "
            f"{twin}; if it is another event all the same, record it once more "
            f"({(places or {}).get('again', 'again')})",
        )

    def _check_alike(self, versions: Mapping[str, Version], places: Places | None) -> None:
        """Refuse to merge what cannot be one event."""
        (first, head), *others = versions.items()
        for name, one in others:
            if _bearing(head.data) != _bearing(one.data):
                raise _wrong(
                    "ids",
                    f"{first} and {name} do not report the same",
                    places,
                    mend="amend one of them first, if they are one event after all",
                )
            start, end = _days(head.data)
            if not (_days(one.data)[0] <= end and start <= _days(one.data)[1]):
                raise _wrong(
                    "ids",
                    f"{first} and {name} happened on different days",
                    places,
                    got=f"{head.data['happened']} and {one.data['happened']}",
                    mend="amend the wrong date first, if they are one event after all",
                )
            for teller, origin in one.data.get("relays", {}).items():
                other = head.data.get("relays", {}).get(teller, origin)
                if other != origin:
                    raise _wrong(
                        "ids",
                        f"{teller!r} relays {other!r} in {first} and {origin!r} in {name}",
                        places,
                        mend="amend one of them first",
                    )


def _wrong(
    field: str,
    what: str,
    places: Places | None,
    got: str | None = None,
    allowed: str | None = None,
    mend: str | None = None,
) -> InvalidRequest:
    shown = places or {}
    return InvalidRequest(Problem(shown.get(field, shown.get("", field)), what, got, allowed, mend))


def _one_of(word: str, words: Any, places: Places | None) -> None:
    allowed = get_args(words)
    if word not in allowed:
        raise _wrong(
            "because", "unknown reason", places, word, ", ".join(allowed), nearest(word, allowed)
        )


def _tellers(data: Data) -> set[str]:
    """Name all whom an item's sources are, or relay."""
    return {*data.get("sources", ()), *data.get("relays", {}).values()}


def _named(said: Said) -> set[str]:
    """Name the sources that an entry uses."""
    if isinstance(said, Observe):
        return _tellers(said.item)
    if isinstance(said, Amend):
        return _tellers({key: value for key, value in said.changes.items() if value is not None})
    return {said.source} if isinstance(said, Retract) and said.source else set()


def _bearing(data: Data) -> tuple[Any, ...]:
    return tuple(data.get(key) for key in BEARINGS)


def _in_days(data: Data) -> dict[str, Any]:
    """Write when it happened as an interval, as a check must have it."""
    return {**data, "happened": "/".join(_days(data))}


def _days(data: Data) -> tuple[str, str]:
    start, _, end = data["happened"].partition("/")
    return start, end or start
