"""A ledger's entries in memory: for trying something out, and for programs that keep no file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tarjih.errors import CannotCompute
from tarjih.evidence.ledgers.chain import (
    EMPTY,
    Head,
    Row,
    clock_text,
    content_digest,
    entry_after,
)
from tarjih.evidence.ledgers.verification import Anchor, Verification, follow

__all__ = ["Memory"]


class Memory:
    """Keeps entries as `tarjih.evidence.stores.store.Store` does, for as long as it lives itself.

    Parameters
    ----------
    rows : iterable of Row
        Entries to start from, or some of them.
    head : Head
        The last of all of them; further ones follow it.

    Attributes
    ----------
    name : str
    kept : list of Row
    """

    name = "memory"

    def __init__(self, rows: Iterable[Row] = (), head: Head = EMPTY) -> None:
        self.kept = list(rows)
        self._head = head
        self._contents: dict[str, bytes] = {}

    @property
    def head(self) -> Head:
        """The last entry's number and hash."""
        return self._head

    @property
    def next_seq(self) -> int:
        """The number of the entry that is added next."""
        return self._head.seq + 1

    def rows(
        self,
        study: str | None = None,
        after: int = 0,
        kinds: Collection[str] | None = None,
        upto: int | None = None,
    ) -> tuple[Row, ...]:
        """Return entries in the order of recording."""
        return tuple(
            row
            for row in self.kept
            if row.seq > after
            and (upto is None or row.seq <= upto)
            and (study is None or row.study == study)
            and (kinds is None or row.kind in kinds)
        )

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
        """Add an entry."""
        if contents is not None:
            digests = {name: content_digest(content) for name, content in contents.items()}
            self._contents |= {digests[name]: content for name, content in contents.items()}
            body = {**body, "contents": digests}
        row = entry_after(self._head, study, kind, clock_text(recorded), author, body)
        self.kept.append(row)
        self._head = row.head
        return row

    @contextmanager
    def writing(self) -> Iterator[Memory]:
        """Begin a transaction: all that is added in it holds, or nothing."""
        count, head = len(self.kept), self._head
        try:
            yield self
        except BaseException:
            del self.kept[count:]
            self._head = head
            raise

    def content(self, digest: str) -> bytes:
        """Return what an entry keeps beside its body.

        Raises
        ------
        CannotCompute
            If it is not here.
        """
        if digest not in self._contents:
            raise CannotCompute(f"nothing is kept under {digest}")
        return self._contents[digest]

    def verify(self, anchor: str | Head | None = None) -> Verification:
        """Follow the chain."""
        return follow(self.kept, self._head, None if anchor is None else Anchor.read(anchor))

    def close(self) -> None:
        """Let go of nothing."""
