"""Following the chain from its start: what is not as it was recorded, and in which entry.

What a chain alone cannot find is a chain that was rewritten as a whole, or cut off at its end
together with the record of where it ends. For those somebody has to have noted down a hash
outside the ledger: an *anchor*. One anchor vouches for every entry up to its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from tarjih.errors import InvalidRequest, Problem
from tarjih.evidence.ledgers.chain import EMPTY, GENESIS, Head, Row, entry_hash

__all__ = ["FAULTS", "Anchor", "Fault", "Verification", "follow"]

_FEWEST_DIGITS = 32

FAULTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "changed": "was changed after it was recorded",
        "rewritten": "was rewritten, hash and all: entry {other} remembers another",
        "rewritten_end": "this entry or one before it was rewritten, hash and all: "
        "the record of where the ledger ends has another hash",
        "gone": "is gone",
        "gone_several": "this one to entry {other} are gone",
        "gone_end": "is gone from the end",
        "gone_end_several": "this one to entry {other} are gone from the end",
        "out_of_order": "stands out of order",
        "not_first": "is the first, and yet follows another",
        "added": "this and what follows was added from outside",
        "end_gone": "the record of where the ledger ends is gone, or damaged",
        "end_changed": "the record of where the ledger ends was changed",
        "unreadable": "cannot be read, nor what follows: {other}",
        "database": "the database's own check: {other}",
        "kept_gone": "what it keeps beside it is gone: {other}",
        "kept_changed": "what it keeps beside it was changed: {other}",
        "anchor_unknown": "no entry has the hash that was noted down: entries were deleted from "
        "the end, or the ledger was rewritten, or it is another ledger",
        "anchor_beyond": "was noted down, and the ledger ends with entry {other}: "
        "entries were deleted from the end",
        "anchor_differs": "has another hash than the one noted down: it, or an entry before it, "
        "was rewritten",
    }
)
"""What can be found wrong, by the kind of a `Fault`."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it was recorded.

    Attributes
    ----------
    seq : int or None
        Number of the entry; None when no one entry is to blame.
    id : str or None
        The id that the entry's body gives, where it can still be read.
    kind : str
        One of `FAULTS`.
    other : str
        Another entry's number, or a detail, that the kind speaks of.

    Examples
    --------
    >>> print(Fault(17, "n17", "changed"))
    entry 17 (n17): was changed after it was recorded
    """

    seq: int | None
    id: str | None
    kind: str
    other: str = ""

    @property
    def what(self) -> str:
        """What is wrong, in words."""
        return FAULTS[self.kind].format(other=self.other)

    def __str__(self) -> str:
        if self.seq is None:
            return self.what
        named = f" ({self.id})" if self.id else ""
        return f"entry {self.seq}{named}: {self.what}"


@dataclass(frozen=True, slots=True)
class Verification:
    """What came of checking a ledger.

    Attributes
    ----------
    head : Head
        Of the last entry that is there, its hash as stored.
    entries : int
        How many are there.
    faults : tuple of Fault
        In order of the entries. Empty: nothing was found wrong.
    anchored : int or None
        Every entry up to this one is as it was when the anchor was noted down; None without
        an anchor, or when the ledger does not hold it.
    """

    head: Head
    entries: int
    faults: tuple[Fault, ...]
    anchored: int | None = None

    @property
    def sound(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.faults


@dataclass(frozen=True, slots=True)
class Anchor:
    """A hash noted down earlier, with the number of its entry where that was noted too."""

    hash: str
    seq: int | None = None

    @classmethod
    def read(cls, written: str | Head, where: str = "") -> Anchor:
        """Read what was noted down: ``HASH`` or ``SEQ:HASH``.

        Parameters
        ----------
        written : str or Head
            Of the hash at least the first 32 digits: fewer could be forged.
        where : str
            What the error message names as the place.

        Raises
        ------
        InvalidRequest
            If it is neither.

        Examples
        --------
        >>> Anchor.read("17:" + "AB" * 32).seq
        17
        """
        found = re.fullmatch(r"\s*(?:([0-9]{1,18}):)?([0-9a-fA-F]+)\s*", str(written))
        if found is None or not _FEWEST_DIGITS <= len(found[2]) <= len(GENESIS):
            raise InvalidRequest(
                Problem(
                    where,
                    "this is no anchor",
                    got=str(written),
                    allowed=f"HASH or SEQ:HASH, with {_FEWEST_DIGITS} to {len(GENESIS)} digits",
                    mend="what is meant is a ledger's head, as it was noted down",
                )
            )
        return cls(found[2].lower(), int(found[1]) if found[1] else None)

    def fits(self, head: Head) -> bool:
        """Whether this is the entry that was noted down."""
        return self.seq in (None, head.seq) and head.hash.startswith(self.hash)


def follow(
    rows: Iterable[Row],
    head: Head | None,
    anchor: Anchor | None = None,
    *,
    see: Callable[[Row], None] | None = None,
) -> Verification:
    """Follow a chain, and tell where it is not as it was recorded.

    Parameters
    ----------
    rows : iterable of Row
        All entries, in order of ``seq``.
    head : Head or None
        Where the chain should end, as remembered apart from the entries; None when that
        memory is gone.
    anchor : Anchor, optional
    see : callable, optional
        Is shown every row as it passes.

    Returns
    -------
    Verification

    Notes
    -----
    An entry whose content does not fit its own hash was changed. One that does, while the next
    remembers another hash, was rewritten together with its hash: the next is believed, since
    all that follow vouch for it.

    Examples
    --------
    >>> content = ("demo", "observe", "2026-11-22T00:00:00Z", "amal", '{"id":"n1"}')
    >>> row = Row(1, *content, GENESIS, entry_hash(GENESIS, 1, *content))
    >>> follow([row], Head(1, row.hash)).sound
    True
    >>> [str(fault) for fault in follow([], Head(1, row.hash)).faults]
    ['entry 1: is gone from the end']
    """
    walk = _Walk(anchor)
    for row in rows:
        walk.take(row)
        if see is not None:
            see(row)
    return walk.arrive(head)


class _Walk:
    def __init__(self, anchor: Anchor | None) -> None:
        self._anchor = anchor
        self._anchored = 0 if anchor is not None and anchor.fits(EMPTY) else None
        self._faults: list[Fault] = []
        self._count = 0
        self._last = EMPTY
        self._last_row: Row | None = None
        self._last_blamed = False

    def take(self, row: Row) -> None:
        expected = self._last.seq + 1
        if row.seq > expected:
            self._blame_gap(expected, row.seq - 1, "gone")
        elif row.seq == expected and row.previous != self._last.hash and _fits_its_hash(row):
            if self._last_row is None:
                self._blame(row, "not_first")
            self._blame_last("rewritten", str(row.seq))
        here = Head(row.seq, row.hash)
        blamed = True
        if row.seq < expected:
            self._blame(row, "out_of_order")
        elif not _fits_its_hash(row):
            self._blame(row, "changed")
        else:
            blamed = False
            if self._anchor is not None and self._anchor.fits(here):
                self._anchored = row.seq
        self._count += 1
        self._last, self._last_row, self._last_blamed = here, row, blamed

    def arrive(self, head: Head | None) -> Verification:
        last = self._last
        if head is None:
            self._blame(None, "end_gone")
        elif head.seq > last.seq:
            self._blame_gap(last.seq + 1, head.seq, "gone_end")
        elif head.seq < last.seq:
            self._faults.append(Fault(head.seq + 1, None, "added"))
        elif head.hash != last.hash and self._last_row is None:
            self._blame(None, "end_changed")
        elif head.hash != last.hash:
            self._blame_last("rewritten_end")
        if self._anchor is not None and self._anchored is None:
            self._faults.append(_unanchored(self._anchor, last))
        ordered = sorted(self._faults, key=lambda fault: (fault.seq is None, fault.seq or 0))
        return Verification(last, self._count, tuple(ordered), self._anchored)

    def _blame(self, row: Row | None, kind: str, other: str = "") -> None:
        seq, id = (row.seq, row.id) if row else (None, None)
        self._faults.append(Fault(seq, id, kind, other))

    def _blame_last(self, kind: str, other: str = "") -> None:
        # Of an entry that is blamed already, a second complaint would only confuse.
        if self._last_row is not None and not self._last_blamed:
            self._blame(self._last_row, kind, other)

    def _blame_gap(self, first: int, last: int, kind: str) -> None:
        several = first != last
        self._faults.append(
            Fault(first, None, f"{kind}_several" if several else kind, str(last) if several else "")
        )


def _fits_its_hash(row: Row) -> bool:
    texts = (row.study, row.kind, row.recorded, row.author, row.text)
    # A damaged file may give back any type.
    if not all(isinstance(text, str) for text in (*texts, row.previous, row.hash)):
        return False
    return entry_hash(row.previous, row.seq, *texts) == row.hash


def _unanchored(anchor: Anchor, last: Head) -> Fault:
    if anchor.seq is None:
        return Fault(None, None, "anchor_unknown")
    if anchor.seq > last.seq:
        return Fault(anchor.seq, None, "anchor_beyond", str(last.seq))
    return Fault(anchor.seq, None, "anchor_differs")
