"""What a ledger needs of where its entries are kept.

`tarjih.evidence.stores.store` keeps them in a database; anything else that does as much will do.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from tarjih.evidence.ledgers.chain import Head, Row
from tarjih.evidence.ledgers.verification import Verification

__all__ = ["Keeping", "Writing"]


class Writing(Protocol):
    """A transaction: nobody else adds an entry before it ends, and all of it holds or nothing."""

    @property
    def next_seq(self) -> int:
        """The number of the entry that is added next."""

    def rows(
        self, study: str | None = None, after: int = 0, kinds: Collection[str] | None = None
    ) -> tuple[Row, ...]:
        """Return entries, with those added in this transaction."""

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


class Keeping(Protocol):
    """Where entries are kept.

    Attributes
    ----------
    name : str
        What may be shown of it.
    """

    name: str

    @property
    def head(self) -> Head:
        """The last entry's number and hash."""

    def rows(
        self,
        study: str | None = None,
        after: int = 0,
        kinds: Collection[str] | None = None,
        upto: int | None = None,
    ) -> tuple[Row, ...]:
        """Return entries in the order of recording."""

    def count(self, study: str | None = None) -> int:
        """Return how many there are."""

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
        """Add an entry; it is durable when this returns."""

    def writing(self) -> AbstractContextManager[Writing]:
        """Begin a transaction."""

    def content(self, digest: str) -> bytes:
        """Return what an entry keeps beside its body."""

    def verify(self, anchor: str | Head | None = None) -> Verification:
        """Look for changes made behind the back of whatever keeps the entries."""

    def close(self) -> None:
        """Let go of it."""
