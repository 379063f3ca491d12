"""Items in versions: what an item said from which date on, after all that was said of it later.

An item that was amended, retracted or merged stands in versions: ``n4`` up to the day before
that became known, ``n4~2`` from then on. At any date exactly one of them is held, so a forecast
as of a past date sees what was held then, and nobody else needs to know of ledgers.

*Order.* Changes are gone through by the date on which they became known, and by the order of
recording only where two share a date. So it makes no difference in which order they were
recorded.

*Errors of ours* act from the beginning. A retraction for that reason leaves out the item, or the
teller, as if it had never been recorded. An amendment corrects the fields it names wherever they
were recorded before it: in the item, and in its earlier amendments.

*Hindsight* lets everything reach back: each item as it stands in the end, from its own known
date on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tarjih.evidence.ledgers.entries import BEARINGS, Amend, Data, Merge, Retract
from tarjih.evidence.weighing.reliability import sources_without

__all__ = ["Change", "Thread", "Version", "fold_threads", "patched"]

Change = Amend | Retract | Merge


@dataclass(slots=True)
class Version:
    """What an item said from one date on.

    Attributes
    ----------
    known : datetime.date
    data : mapping
        In the form that files have.
    until : datetime.date or None
        The first day on which it was no longer held.
    """

    known: dt.date
    data: Data
    until: dt.date | None = None

    def held_on(self, day: dt.date) -> bool:
        """Tell whether it was held on a day."""
        return self.known <= day and (self.until is None or day < self.until)


@dataclass(slots=True)
class Thread:
    """An item with all that was said of it later.

    Attributes
    ----------
    id : str
    data : mapping
        As it was recorded first, in the form that files have.
    changes : list of (number of the entry, change)
        In the order of recording.
    """

    id: str
    data: Data
    changes: list[tuple[int, Change]] = field(default_factory=list)

    @property
    def errors(self) -> list[tuple[int, Amend | Retract]]:
        """Errors of ours, in the order of recording."""
        return [
            (seq, change)
            for seq, change in self.changes
            if not isinstance(change, Merge) and change.because == "our-error"
        ]

    @property
    def dated(self) -> Iterator[tuple[dt.date, int, Change]]:
        """All other changes, with the dates on which they became known."""
        if "until" in self.data:
            until = dt.date.fromisoformat(self.data["until"])
            yield until, 0, Retract(self.id, "withdrawn", until)
        for seq, change in self.changes:
            ours = not isinstance(change, Merge) and change.because == "our-error"
            if change.known is not None and not ours:
                yield change.known, seq, change


def fold_threads(
    threads: Mapping[str, Thread], *, hindsight: bool = False
) -> dict[str, list[Version]]:
    """Return the versions of items, the earliest first; none of what was an error of ours.

    Parameters
    ----------
    threads : mapping of item id to Thread
        With an item all that it was merged with.
    hindsight : bool
        Let amendments, retractions and mergers reach back.
    """
    states: dict[str, _State] = {}
    for id, thread in threads.items():
        data = _corrected(thread.data, thread.errors, whole=True)
        if data is not None:
            states[id] = _State(data, hindsight)
    # A merger stands with each of those merged.
    changes = {
        (known, seq, change.ids): change
        for thread in threads.values()
        for known, seq, change in thread.dated
    }
    for (known, seq, _), change in sorted(changes.items(), key=lambda pair: pair[0]):
        if isinstance(change, Merge):
            _merge(change, known, seq, states, threads)
        elif (state := states.get(change.id)) is not None and state.open:
            later = _after(threads[change.id], seq)
            state.turn(known, _changed(change, state.data, later))
    return {id: states[id].versions if id in states else [] for id in threads}


class _State:
    """Where one item stands while its changes are gone through.

    Attributes
    ----------
    first : datetime.date
        When anything of it was known first.
    open : bool
        Whether anything is still held.
    """

    def __init__(self, data: Data, hindsight: bool) -> None:
        self.first = dt.date.fromisoformat(data["known"])
        self._hindsight = hindsight
        self.versions = [Version(self.first, data)]
        self.open = True

    @property
    def data(self) -> Data:
        return self.versions[-1].data

    @property
    def known(self) -> dt.date:
        return self.versions[-1].known

    def turn(self, day: dt.date, data: Data | None) -> None:
        """Let it say something else from a day on; None: nothing any more."""
        last = self.versions[-1]
        day = max(day, last.known)
        if data is None:
            self.open = False
            if self._hindsight:
                self.versions.clear()
            else:
                last.until = day
        elif self._hindsight:
            # Nothing is known before it happened, by what is said of that now.
            end = dt.date.fromisoformat(data["happened"].rpartition("/")[2])
            self.versions = [Version(max(self.first, end), data)]
        elif data == last.data:
            pass
        elif last.known == day:
            # What was not held for a day is no version of its own.
            last.data = data
        else:
            last.until = day
            self.versions.append(Version(day, data))


def _merge(
    change: Merge,
    known: dt.date,
    seq: int,
    states: Mapping[str, _State],
    threads: Mapping[str, Thread],
) -> None:
    """Let the first that is held go on for all of them."""
    members = [id for id in change.ids if id in states and states[id].open]
    if len(members) < 2:
        return
    first, *others = members
    told = [states[id].data for id in members]
    union: dict[str, Any] = {
        "sources": list(dict.fromkeys(one for data in told for one in data.get("sources", ()))),
        "relays": {
            teller: origin
            for data in reversed(told)
            for teller, origin in data.get("relays", {}).items()
        },
    }
    whole = {**states[first].data, **(_corrected(union, _after(threads[first], seq)) or {})}
    day = max(known, *(states[id].known for id in members))
    states[first].first = min(states[id].first for id in members)
    states[first].turn(day, whole)
    for id in others:
        states[id].turn(day, None)


def _after(thread: Thread, seq: int) -> list[tuple[int, Amend | Retract]]:
    """Return the errors of ours that were found after an entry."""
    return [(n, error) for n, error in thread.errors if n > seq]


def _changed(
    change: Amend | Retract, data: Data, later: Iterable[tuple[int, Amend | Retract]]
) -> Data | None:
    """Return what an item says after a change, with the errors found in the change since."""
    if isinstance(change, Retract):
        return None if change.source is None else _without(data, change.source)
    changes = _corrected(change.changes, later)
    return None if changes is None else patched(data, changes)


def _corrected(
    data: Data, errors: Iterable[tuple[int, Amend | Retract]], *, whole: bool = False
) -> Data | None:
    """Return fields without the errors of ours that were found in them; None if all were one.

    Parameters
    ----------
    data : mapping
        Fields of an item.
    errors : iterable of (number, entry)
        In the order of recording.
    whole : bool
        Whether these are all its fields, so that what is not there was said to be absent.
    """
    for _, error in errors:
        if isinstance(error, Amend):
            bearing = any(key in data for key in BEARINGS)
            changes = {
                key: value
                for key, value in error.changes.items()
                if whole or key in data or (bearing and key in BEARINGS)
            }
            data = patched(data, changes, keep_none=not whole)
        elif error.source is None:
            return None
        elif data.get("sources"):
            left = _without(data, error.source)
            if left is None:
                return None
            data = left
    return data


def patched(data: Data, changes: Data, *, keep_none: bool = False) -> dict[str, Any]:
    """Return an item's fields with some of them changed.

    Parameters
    ----------
    data, changes : mapping
        In the form that files have. None takes a field away; a new bearing takes the place of
        the old one.
    keep_none : bool
        Whether to keep None, for changes that are yet to be made.

    Examples
    --------
    >>> patched({"seen": "strike", "url": "x", "kind": "act"}, {"checked": "strike", "url": None})
    {'kind': 'act', 'checked': 'strike'}
    """
    bears = any(changes.get(key) is not None for key in BEARINGS)
    made = {key: value for key, value in data.items() if not (bears and key in BEARINGS)}
    made |= changes
    return made if keep_none else {key: value for key, value in made.items() if value is not None}


def _without(data: Data, source: str) -> dict[str, Any] | None:
    """Return fields without a teller and those who only relay it; None if nobody is left."""
    left = sources_without(data.get("sources", ()), data.get("relays", {}), source)
    if left is None:
        return None
    made = {**data, "sources": list(left[0]), "relays": left[1] or None}
    return {key: value for key, value in made.items() if value is not None}
