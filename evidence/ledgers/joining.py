"""Several entries in one transaction, each recorded as if it were alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tarjih.evidence.ledgers.chain import Head, Row
from tarjih.evidence.ledgers.keeping import Keeping, Writing
from tarjih.evidence.ledgers.verification import Verification

__all__ = ["Joined"]


class Joined:
    """Keeps entries in a transaction that is open already; who opened it ends it.

    Parameters
    ----------
    store : Keeping
        Where the entries go.
    writing : Writing
        Its transaction.
    """

    def __init__(self, store: Keeping, writing: Writing) -> None:
        self._store, self._writing = store, writing
        self.name = store.name
        self._head = store.head

    @property
    def head(self) -> Head:
        """The last entry's number and hash."""
        return self._head

    def rows(
        self,
        study: str | None = None,
        after: int = 0,
        kinds: Collection[str] | None = None,
        upto: int | None = None,
    ) -> tuple[Row, ...]:
        """Return entries in the order of recording, with those of this transaction."""
        rows = self._writing.rows(study, after, kinds)
        return rows if upto is None else tuple(row for row in rows if row.seq <= upto)

    def count(self, study: str | None = None) -> int:
        """Return how many there are."""
        return len(self.rows(study))

    def append(
        self,
        study: str,
        kind: str,
        body: Mapping[str, Any],
        author: str,
        recorded: dt.datetime | None = None,
        *,
        contents: Mapping[str, bytes] | None = None,
    ) -> Row:
        """Add an entry; it is durable when the transaction has ended."""
        row = self._writing.append(study, kind, body, author, recorded, contents=contents)
        self._head = row.head
        return row

    @property
    def next_seq(self) -> int:
        """The number of the entry that is added next."""
        return self._writing.next_seq

    @contextmanager
    def writing(self) -> Iterator[Joined]:
        """Go on in the transaction that is open."""
        yield self

    def content(self, digest: str) -> bytes:
        """Return what an entry keeps beside its body."""
        return self._store.content(digest)

    def verify(self, anchor: str | Head | None = None) -> Verification:
        """Look for changes made before the transaction."""
        return self._store.verify(anchor)

    def close(self) -> None:
        """Let go of nothing: the transaction ends with the block that opened it."""
