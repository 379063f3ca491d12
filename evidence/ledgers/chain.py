"""The hash chain: what the ledger's entries are, byte for byte.

Every entry carries a SHA-256 over its own content and the hash of the entry before it, so the
hash of the last one stands for the whole ledger. The bytes that are hashed are netstrings (the
length in decimal, a colon, the UTF-8 bytes, a comma) of these eight texts in this order::

    "tarjih ledger 1", previous hash, seq, study, kind, recorded, author, body

each exactly as stored; ``seq`` in decimal, ``body`` the stored JSON text. Nothing has to be
parsed or written anew to check an entry, so a few lines in any language will do
(docs/ledger.md has them). The first entry follows `GENESIS`.

Nothing here knows of a database; what is found wrong with a chain is told by
`tarjih.evidence.ledgers.verification`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from tarjih.errors import CannotCompute, InvalidRequest, Problem

__all__ = [
    "EMPTY",
    "GENESIS",
    "Head",
    "Row",
    "canonical_json",
    "clock_text",
    "content_digest",
    "entry_after",
    "entry_bytes",
    "entry_hash",
]

GENESIS: Final = "0" * 64
"""What stands for the hash before the first entry."""

_TAG = "tarjih ledger 1"


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ends: the number of its last entry, and that entry's hash.

    ``str(head)`` is what a person notes down, for an anchor later.

    Examples
    --------
    >>> str(Head(2, "ab" * 32))[:10]
    '2:abababab'
    """

    seq: int
    hash: str

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"


EMPTY: Final = Head(0, GENESIS)
"""The head of a ledger without entries."""


@dataclass(frozen=True)
class Row:
    """One entry as stored; in a damaged ledger any field may hold nonsense.

    Attributes
    ----------
    seq : int
        1, 2, 3 …, without gaps.
    study, kind, author : str
    recorded : str
        When, by the clock of the machine that recorded it: UTC, ISO 8601, to the microsecond.
    text : str
        The body as stored, in canonical JSON.
    previous, hash : str
        64 hexadecimal digits each.
    """

    seq: int
    study: str
    kind: str
    recorded: str
    author: str
    text: str
    previous: str
    hash: str

    @cached_property
    def body(self) -> dict[str, Any]:
        """What the entry says. It is parsed once and kept: not to be changed.

        Raises
        ------
        CannotCompute
            If the stored text is no longer what was recorded.
        """
        try:
            self.text.encode()
            body = json.loads(self.text)
        except (AttributeError, TypeError, ValueError, RecursionError):
            body = None
        if not isinstance(body, dict):
            raise CannotCompute(
                f"entry {self.seq} of the ledger is damaged: `tarjih evidence verify` tells more"
            )
        return body

    @property
    def head(self) -> Head:
        """Its number and hash: where the chain ends, if it is the last."""
        return Head(self.seq, self.hash)

    @property
    def id(self) -> str | None:
        """The id that its body gives, if it gives one and can still be read."""
        try:
            found = self.body.get("id")
        except CannotCompute:
            return None
        return found if isinstance(found, str) else None

    @property
    def contents(self) -> dict[str, str]:
        """Name → digest of what the entry keeps beside its body."""
        try:
            # Most entries keep nothing: look before parsing.
            kept = self.body.get("contents") if '"contents":' in self.text else None
        except (CannotCompute, TypeError):
            return {}
        if not isinstance(kept, dict):
            return {}
        return {name: digest for name, digest in kept.items() if isinstance(digest, str)}


def canonical_json(body: Mapping[str, Any]) -> str:
    """Write a body as it is stored: keys in order, no spaces, letters as they are.

    Parameters
    ----------
    body : mapping
        Of texts, finite numbers, booleans, None, lists and mappings with texts as keys.

    Raises
    ------
    InvalidRequest
        If it holds anything else, which JSON could not give back.

    Examples
    --------
    >>> canonical_json({"id": "n1", "label": "زيارة", "credibility": 2})
    '{"credibility":2,"id":"n1","label":"زيارة"}'
    """
    try:
        _only_text_keys(body)
        text = json.dumps(
            body, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":")
        )
        text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise InvalidRequest(
            Problem("", "an entry's body cannot be written as JSON", mend=str(error))
        ) from error
    return text


def _only_text_keys(part: Any) -> None:
    """Refuse what `json` would turn into texts without a word."""
    if isinstance(part, Mapping):
        for key, value in part.items():
            if not isinstance(key, str):
                raise TypeError(f"the key {key!r} is no text")
            _only_text_keys(value)
    elif isinstance(part, list | tuple):
        for value in part:
            _only_text_keys(value)


def entry_bytes(
    previous: str, seq: int, study: str, kind: str, recorded: str, author: str, text: str
) -> bytes:
    """Return the bytes whose SHA-256 is an entry's hash.

    Examples
    --------
    >>> entry_bytes("0a", 7, "demo", "observe", "2026-11-22T00:00:00.000000Z", "amal", "{}")
    b'15:tarjih ledger 1,2:0a,1:7,4:demo,7:observe,27:2026-11-22T00:00:00.000000Z,4:amal,2:{},'
    """
    # What is no UTF-8 was never recorded: its bytes are kept, so that the hash tells.
    parts = [
        part.encode("utf-8", "surrogateescape")
        for part in (_TAG, previous, str(seq), study, kind, recorded, author, text)
    ]
    return b"".join(b"%d:%b," % (len(part), part) for part in parts)


def entry_hash(
    previous: str, seq: int, study: str, kind: str, recorded: str, author: str, text: str
) -> str:
    """Return an entry's hash: 64 hexadecimal digits.

    Examples
    --------
    >>> first = entry_hash(GENESIS, 1, "demo", "observe", "2026-11-22T00:00:00Z", "amal", "{}")
    >>> first[:16]
    'fc4dbfd16f842c44'
    """
    whole = entry_bytes(previous, seq, study, kind, recorded, author, text)
    return hashlib.sha256(whole).hexdigest()


def entry_after(
    head: Head, study: str, kind: str, recorded: str, author: str, body: Mapping[str, Any]
) -> Row:
    """Return the entry that follows where a chain ends.

    Raises
    ------
    InvalidRequest
        If its body cannot be written as JSON.
    """
    content = (study, kind, recorded, author, canonical_json(body))
    seq = head.seq + 1
    return Row(seq, *content, head.hash, entry_hash(head.hash, seq, *content))


def clock_text(moment: dt.datetime | None = None) -> str:
    """Return a moment as an entry writes it: UTC, to the microsecond. Default: now.

    Raises
    ------
    InvalidRequest
        If it has no time zone.

    Examples
    --------
    >>> clock_text(dt.datetime(2026, 2, 3, 12, tzinfo=dt.UTC))
    '2026-02-03T12:00:00.000000Z'
    """
    if moment is None:
        moment = dt.datetime.now(dt.UTC)
    elif moment.utcoffset() is None:
        raise InvalidRequest(Problem("recorded", "a time without its zone", got=moment.isoformat()))
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def content_digest(content: bytes) -> str:
    """Return the SHA-256 under which a content is kept: 64 hexadecimal digits."""
    return hashlib.sha256(content).hexdigest()
