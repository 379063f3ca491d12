"""What an entry of the ledger says: one record for each kind, and its body in JSON.

Items stand in entries in the form that a study's files have: levels, scenarios and sources by
their ids, dates as ISO days. So an entry can be read without the study, and goes on meaning the
same when the study's levels or scenarios are put in another order.

Nothing is checked here: what is recorded was checked before (see `recording`), and the hash
chain holds it to that.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

from tarjih.errors import CannotCompute
from tarjih.scenarios.records import (
    BearsOn,
    Checked,
    Item,
    LevelSeen,
    Seen,
    Source,
    Study,
    Weights,
)

__all__ = [
    "BEARINGS",
    "ITEM_KINDS",
    "KINDS",
    "Amend",
    "AmendBecause",
    "Levels",
    "Merge",
    "Observe",
    "Other",
    "Retract",
    "RetractBecause",
    "Said",
    "Undo",
    "as_body",
    "item_from",
    "levels_of",
    "said_by",
    "source_data",
    "source_from",
]

RetractBecause = Literal["withdrawn", "our-error", "disproved"]
AmendBecause = Literal["news", "our-error"]
Levels = Mapping[str, Mapping[str, int]]
"""Driver id → level id → index."""

BEARINGS: Final = ("seen", "checked", "level", "weights")
"""The keys of an item of which it has exactly one."""

Data = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Observe:
    """An item. One that bears on a check makes an entry of kind ``check``.

    Attributes
    ----------
    id : str
        The item's.
    item : mapping
        In the form that files have.
    sources : mapping of id to mapping
        Tellers that the study did not know, in the form that files have.
    """

    id: str
    item: Data
    sources: Mapping[str, Data] = field(default_factory=dict)

    @property
    def ids(self) -> tuple[str, ...]:
        """The items that the entry concerns."""
        return (self.id,)


@dataclass(frozen=True, slots=True)
class Amend:
    """An item says something else from a date on; or, for an error of ours, always did.

    Attributes
    ----------
    changes : mapping
        Keys of the form that files have, with their new values; None takes one away.
    known : datetime.date or None
        When that became known; None for an error of ours.
    """

    id: str
    changes: Data
    known: dt.date | None
    because: AmendBecause = "news"
    sources: Mapping[str, Data] = field(default_factory=dict)
    note: str = ""

    @property
    def ids(self) -> tuple[str, ...]:
        """The items that the entry concerns."""
        return (self.id,)


@dataclass(frozen=True, slots=True)
class Retract:
    """An item, or one of its tellers with those who only relay it, no longer stands.

    Attributes
    ----------
    because : {"withdrawn", "our-error", "disproved"}
        An error of ours undoes it everywhere, the others from their known date on.
    known : datetime.date or None
        As of `Amend`.
    source : str or None
        The teller; None for the whole item.
    """

    id: str
    because: RetractBecause
    known: dt.date | None
    source: str | None = None
    note: str = ""

    @property
    def ids(self) -> tuple[str, ...]:
        """The items that the entry concerns."""
        return (self.id,)


@dataclass(frozen=True, slots=True)
class Merge:
    """Several items turn out to be one: the first goes on with the tellers of all."""

    ids: tuple[str, ...]
    known: dt.date
    note: str = ""


@dataclass(frozen=True, slots=True)
class Undo:
    """An earlier entry of the same author counts as never made.

    Attributes
    ----------
    entry : int
        Its number.
    """

    entry: int
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Other:
    """An entry that is about no item: a statement of record, a question."""

    kind: str
    body: Data
    ids: tuple[str, ...] = ()


Said = Observe | Amend | Retract | Merge | Undo | Other


def as_body(said: Said) -> tuple[str, dict[str, Any]]:
    """Return the kind of an entry and its body, as JSON can hold it.

    Examples
    --------
    >>> as_body(Retract("n4", "withdrawn", dt.date(2026, 2, 3), "sana"))
    ('retract', {'id': 'n4', 'because': 'withdrawn', 'known': '2026-02-03', 'source': 'sana'})
    """
    match said:
        case Observe():
            kind = "check" if "checked" in said.item else "observe"
            body: dict[str, Any] = {"id": said.id, "item": said.item, "sources": said.sources}
        case Amend():
            kind = "amend"
            body = {
                "id": said.id,
                "changes": said.changes,
                "because": said.because,
                "known": said.known,
                "sources": said.sources,
                "note": said.note,
            }
        case Retract():
            kind = "retract"
            body = {
                "id": said.id,
                "because": said.because,
                "known": said.known,
                "source": said.source,
                "note": said.note,
            }
        case Merge():
            kind = "merge"
            body = {"id": said.ids[0], "ids": said.ids, "known": said.known, "note": said.note}
        case Undo():
            kind = "undo"
            body = {"entry": said.entry, "ids": said.ids}
        case Other():
            return said.kind, dict(said.body)
    return kind, {key: _written(value) for key, value in body.items() if value not in _EMPTY}


_EMPTY: Final[tuple[Any, ...]] = (None, "", {}, ())


def _written(value: Any) -> Any:
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value


def said_by(kind: str, body: Data, seq: int) -> Said:
    """Return what an entry says.

    Parameters
    ----------
    kind : str
    body : mapping
        As `as_body` made it.
    seq : int
        Its number, to name in an error.

    Raises
    ------
    CannotCompute
        If the body is not of its kind: damaged, or of a newer version of tarjih.
    """
    try:
        return _READ[kind](body) if kind in _READ else Other(kind, body)
    except (KeyError, TypeError, ValueError) as error:
        raise CannotCompute(
            f"entry {seq} of the ledger cannot be read as {kind!r}"
            f" ({type(error).__name__}: {error}): run `tarjih evidence verify`, or use the version"
            " of tarjih that recorded it"
        ) from error


def _observe(body: Data) -> Observe:
    return Observe(body["id"], body["item"], body.get("sources", {}))


def _amend(body: Data) -> Amend:
    because = _one_of(body["because"], AmendBecause)
    sources, note = body.get("sources", {}), body.get("note", "")
    return Amend(body["id"], body["changes"], _known(body), because, sources, note)


def _retract(body: Data) -> Retract:
    because = _one_of(body["because"], RetractBecause)
    return Retract(body["id"], because, _known(body), body.get("source"), body.get("note", ""))


def _merge(body: Data) -> Merge:
    known = dt.date.fromisoformat(body["known"])
    return Merge(tuple(body["ids"]), known, body.get("note", ""))


def _undo(body: Data) -> Undo:
    return Undo(int(body["entry"]), tuple(body.get("ids", ())))


def _known(body: Data) -> dt.date | None:
    """Return when it became known: of an error of ours it does not matter, else it must stand."""
    if "known" in body:
        return dt.date.fromisoformat(body["known"])
    if body["because"] != "our-error":
        raise KeyError("known")
    return None


def _one_of(word: Any, words: Any) -> Any:
    if word not in get_args(words):
        raise ValueError(f"unknown reason {word!r}")
    return word


_READ: Final[Mapping[str, Callable[[Data], Said]]] = {
    "observe": _observe,
    "check": _observe,
    "amend": _amend,
    "retract": _retract,
    "merge": _merge,
    "undo": _undo,
}
ITEM_KINDS: Final = tuple(_READ)
"""The kinds of entries that say something of items."""

KINDS: Final = (*ITEM_KINDS, "statement", "question")
"""All kinds of entries."""


def levels_of(study: Study) -> Levels:
    """Return the index of every level, by driver and level id."""
    return {
        driver.id: {level.id: index for index, level in enumerate(driver.levels)}
        for driver in study.drivers
    }


def item_from(
    id: str,
    data: Data,
    levels: Levels,
    *,
    known: dt.date | None = None,
    until: dt.date | None = None,
) -> Item:
    """Return an item that was checked before it was recorded.

    Parameters
    ----------
    id : str
    data : mapping
        As `resolved_item` made it.
    levels : mapping
        See `levels_of`.
    known, until : datetime.date, optional
        In place of those in ``data``.

    Raises
    ------
    KeyError
        If the study no longer has the driver or the level.
    """
    start, _, end = data["happened"].partition("/")
    first = dt.date.fromisoformat(start)
    return Item(
        id=id,
        start=first,
        end=dt.date.fromisoformat(end) if end else first,
        known=dt.date.fromisoformat(data["known"]) if known is None else known,
        bears_on=_bearing(data, levels),
        kind=data["kind"],
        sources=tuple(data.get("sources", ())),
        relays=data.get("relays", {}),
        credibility=data["credibility"],
        cluster=data.get("cluster"),
        note=data.get("note", {}),
        url=data.get("url", ""),
        label=data.get("label", {}),
        cites=data.get("cites", ""),
        retrospective=data.get("retrospective", False),
        until=until,
    )


def _bearing(data: Data, levels: Levels) -> BearsOn:
    if "seen" in data:
        return Seen(data["seen"])
    if "checked" in data:
        return Checked(data["checked"])
    if "level" in data:
        ((driver, level),) = data["level"].items()
        return LevelSeen(driver, levels[driver][level])
    return Weights(data["weights"])


def source_from(id: str, data: Data) -> Source:
    """Return a source of an entry.

    Examples
    --------
    >>> source_from("sana", {"label": {"en": "SANA"}, "letter": "C"}).letter
    'C'
    """
    return Source(
        id=id,
        label=data["label"],
        letter=data["letter"],
        url=data.get("url", ""),
        note=data.get("note", {}),
        cites=data.get("cites", ""),
        scale=data.get("scale"),
    )


def source_data(source: Source) -> dict[str, Any]:
    """Return a source in the form that files have."""
    data = {
        "label": dict(source.label),
        "letter": source.letter,
        "url": source.url,
        "note": dict(source.note),
        "cites": source.cites,
        "scale": source.scale,
    }
    return {key: value for key, value in data.items() if value not in _EMPTY}
