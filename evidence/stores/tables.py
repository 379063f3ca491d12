"""The ledger's tables, as statements name them.

What makes them is `tarjih.evidence.stores.migrations`.

``entries`` holds the chain, one row for each entry, added and never changed. ``head`` has one
row, which remembers where the chain ends and is written in the transaction that adds an entry,
so that a last entry that is lost is missed. ``contents`` holds what entries refer to by its
SHA-256 (a resolved study, draws), each once. ``migrations`` says which have been made.

All values are texts, whole numbers and bytes: the same in SQLite and in PostgreSQL.
"""

from __future__ import annotations

import sqlalchemy as sa  # noqa: TID253 - imported only when a ledger is opened

__all__ = ["NAMES", "contents", "entries", "head", "migrations"]

entries = sa.table(
    "entries",
    sa.column("seq", sa.BigInteger),
    sa.column("study", sa.Text),
    sa.column("kind", sa.Text),
    sa.column("recorded", sa.Text),
    sa.column("author", sa.Text),
    sa.column("body", sa.Text),
    sa.column("previous", sa.Text),
    sa.column("hash", sa.Text),
)
head = sa.table(
    "head",
    sa.column("id", sa.BigInteger),
    sa.column("seq", sa.BigInteger),
    sa.column("hash", sa.Text),
)
contents = sa.table(
    "contents",
    sa.column("digest", sa.Text),
    # Bytes; without a type, what a damaged file gives back is handed on as it is.
    sa.column("data"),
)
migrations = sa.table(
    "migrations",
    sa.column("name", sa.Text),
    sa.column("applied", sa.Text),
)

NAMES = frozenset(table.name for table in (entries, head, contents, migrations))
