"""An account of every item: what is held, what no longer is and why, and who recorded it.

`Held` says what is held on which day. Here that is told apart: of each version the entry that
ended it, and beside the versions what was an error of ours or was undone, which no day shows.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from tarjih.evidence.ledgers.chain import Row
from tarjih.evidence.ledgers.entries import (
    Amend,
    Data,
    Merge,
    Observe,
    Retract,
    Undo,
    item_from,
    levels_of,
)
from tarjih.evidence.ledgers.held import Held, Recorded
from tarjih.evidence.ledgers.versions import Change
from tarjih.scenarios.records import Item

__all__ = ["Account", "Ending", "accounts_of", "history"]


@dataclass(frozen=True, slots=True)
class Ending:
    """Why something is no longer held.

    Attributes
    ----------
    kind : str
        ``amended``, ``withdrawn``, ``disproved``, ``our-error``, ``lost source``, ``merged``,
        ``undone``, or ``study``: the study's own files take it back.
    row : Row or None
        The entry that says so; None for the study's own.
    other : str
        The source that was lost, or the item that it was merged into.
    """

    kind: str
    row: Row | None = None
    other: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """One version of an item.

    Attributes
    ----------
    id : str
        Of the item; ``item.id`` names the version.
    item : Item
    row : Row or None
        The entry that recorded the item; None for the study's own.
    ended : Ending or None
        Why it is no longer held from ``item.until`` on; None while it is.
    never : bool
        It was an error of ours, or undone: no day shows it.
    """

    id: str
    item: Item
    row: Row | None
    ended: Ending | None = None
    never: bool = False

    def held_on(self, day: dt.date) -> bool:
        """Tell whether it was held on a day."""
        until = self.item.until
        return not self.never and self.item.known <= day and (until is None or day < until)


def history(held: Held) -> dict[str, list[Recorded]]:
    """Return the entries that concern each item, undone ones and those that undid them too.

    Examples
    --------
    >>> import tarjih
    >>> history(Held(tarjih.load("syria_russia")))
    {}
    """
    found: dict[str, list[Recorded]] = defaultdict(list)
    for one in held.recorded.values():
        for id in one.said.ids:
            found[id].append(one)
    return dict(found)


def accounts_of(held: Held, *, hindsight: bool = False) -> tuple[Account, ...]:
    """Return an account of every item that was ever there, in versions.

    Parameters
    ----------
    held : Held
    hindsight : bool
        With what was amended or retracted later reaching back: what was taken back is then
        held on no day.

    Returns
    -------
    tuple of Account
        The study's items, then those recorded, in order; last what was undone.

    Examples
    --------
    >>> import tarjih
    >>> study = tarjih.load("syria_russia")
    >>> len(accounts_of(Held(study))) == len(study.items)
    True
    """
    told = history(held)
    found: list[Account] = []
    for id in held.ids:
        entries = told.get(id, [])
        row = next((one.row for one in entries if isinstance(one.said, Observe)), None)
        standing = [one for one in entries if one.undone is None]
        versions = held.item_versions(id, hindsight=hindsight)
        for n, item in enumerate(versions):
            goes_on = n + 1 < len(versions)
            ended = None if item.until is None else _ending(item, standing, goes_on)
            found.append(Account(id, item, row, ended))
        if not versions:
            last = _last_said(standing)
            found += _never(held, id, held.data(id), row, last)
    return (*found, *_undone(held))


def _undone(held: Held) -> Iterator[Account]:
    for one in held.recorded.values():
        if one.undone is not None and isinstance(one.said, Observe) and one.said.id not in held:
            by = held.recorded[one.undone].row
            yield from _never(held, one.said.id, one.said.item, one.row, Ending("undone", by))


def _never(held: Held, id: str, data: Data, row: Row | None, why: Ending) -> Iterator[Account]:
    try:
        item = item_from(id, data, levels_of(held.study))
    except KeyError:
        # What no day shows may bear on a level that the study has given up since.
        return
    yield Account(id, item, row, why, never=True)


def _last_said(standing: list[Recorded]) -> Ending:
    """Say why an item is held on no day."""
    ours = [
        one for one in standing if isinstance(one.said, Retract) and one.said.because == "our-error"
    ]
    ends = ours or [one for one in standing if isinstance(one.said, Retract | Merge)]
    return _said_by(ends[-1]) if ends else Ending("study")


def _ending(item: Item, standing: list[Recorded], goes_on: bool) -> Ending:
    """Return what ended a version: of the changes that day the one recorded last.

    Where a next version goes on, an amendment says more than the loss of one source.
    """
    on_the_day = [
        one
        for one in standing
        if isinstance(one.said, Amend | Retract | Merge)
        and one.said.known is not None
        and not _ours(one.said)
        and max(one.said.known, item.known) == item.until
    ]
    if not on_the_day:
        return Ending("study")
    amended = [one for one in on_the_day if goes_on and isinstance(one.said, Amend)]
    latest = max(amended or on_the_day, key=lambda one: (_known(one), one.row.seq))
    return _said_by(latest, item.id.partition("~")[0])


def _known(one: Recorded) -> dt.date:
    known = getattr(one.said, "known", None)
    return known if isinstance(known, dt.date) else dt.date.min


def _ours(said: Change) -> bool:
    return not isinstance(said, Merge) and said.because == "our-error"


def _said_by(one: Recorded, id: str = "") -> Ending:
    said = one.said
    if isinstance(said, Retract):
        if said.source is not None and said.because != "our-error":
            return Ending("lost source", one.row, said.source)
        return Ending(said.because, one.row)
    if isinstance(said, Merge) and said.ids[0] != id:
        return Ending("merged", one.row, said.ids[0])
    if isinstance(said, Undo):
        return Ending("undone", one.row)
    return Ending("amended", one.row)
