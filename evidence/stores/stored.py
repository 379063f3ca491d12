"""What is read of a ledger on an open connection: entries, where they end, what lies beside them.

A damaged database may fail at any of it, or give back any type: what serves verification goes on
as far as it can, and says how far that was.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Final

import sqlalchemy as sa  # noqa: TID253 - imported only when a ledger is opened

from tarjih.errors import CannotCompute
from tarjih.evidence.ledgers.chain import EMPTY, Head, Row, content_digest
from tarjih.evidence.ledgers.verification import Fault
from tarjih.evidence.stores.tables import contents, entries, head

__all__ = [
    "COLUMNS",
    "check_contents",
    "end_of_chain",
    "read_content",
    "read_rows",
    "remembered_head",
    "walk",
]

COLUMNS: Final = (
    entries.c.seq,
    entries.c.study,
    entries.c.kind,
    entries.c.recorded,
    entries.c.author,
    entries.c.body,
    entries.c.previous,
    entries.c.hash,
)
"""Of an entry, in the order of the fields of `Row`."""

_CHUNK: Final = 500


def read_rows(
    connection: sa.Connection,
    study: str | None,
    after: int,
    kinds: Collection[str] | None,
    limit: int | None = None,
    upto: int | None = None,
) -> tuple[Row, ...]:
    """Return entries after a number, of one study or of all, in the order of recording."""
    query = sa.select(*COLUMNS).where(entries.c.seq > after).order_by(entries.c.seq)
    if study is not None:
        query = query.where(entries.c.study == study)
    if kinds is not None:
        query = query.where(entries.c.kind.in_(sorted(kinds)))
    if upto is not None:
        query = query.where(entries.c.seq <= upto)
    if limit is not None:
        query = query.limit(limit)
    return tuple(Row(*found) for found in connection.execute(query))


def remembered_head(connection: sa.Connection) -> Head | None:
    """Return where the chain should end; None when that is gone or cannot be read."""
    try:
        with connection.begin_nested():
            found = connection.execute(sa.select(head.c.seq, head.c.hash)).first()
    except (sa.exc.DBAPIError, UnicodeDecodeError):
        return None
    if found is None or not isinstance(found.seq, int) or not isinstance(found.hash, str):
        return None
    return Head(found.seq, found.hash)


def end_of_chain(connection: sa.Connection, name: str) -> Head:
    """Return where to go on.

    Raises
    ------
    CannotCompute
        If the last entry is not the one that is remembered: to go on would hide that.
    """
    last = sa.select(sa.func.max(entries.c.seq)).scalar_subquery()
    found = connection.execute(
        sa.select(head.c.seq, head.c.hash, entries.c.seq, entries.c.hash).select_from(
            head.outerjoin(entries, entries.c.seq == last)
        )
    ).first()
    if found is not None:
        remembered = Head(*found[:2])
        if remembered == (EMPTY if found[2] is None else Head(*found[2:])):
            return remembered
    raise CannotCompute(
        f"{name}: the ledger does not end where it should, so nothing was recorded: "
        "`tarjih evidence verify` names what is wrong; restore it from a backup"
    )


def walk(connection: sa.Connection, broken: list[Fault]) -> Iterator[Row]:
    """Yield all entries, in pieces; where they cannot be read, say so and stop."""
    after, chunk = 0, _CHUNK
    while True:
        try:
            # A read that fails must not end the transaction with it.
            with connection.begin_nested():
                found = read_rows(connection, None, after, None, limit=chunk)
        except (sa.exc.DBAPIError, UnicodeDecodeError) as error:
            if chunk == 1:
                reason = getattr(error, "orig", error)
                broken.append(Fault(after + 1, None, "unreadable", str(reason)))
                return
            chunk = 1
            continue
        yield from found
        if len(found) < chunk:
            return
        after = found[-1].seq


def read_content(connection: sa.Connection, digest: str) -> bytes | None:
    """Return what is kept under a digest, unchecked; None when it is gone."""
    found = connection.scalar(sa.select(contents.c.data).where(contents.c.digest == digest))
    # A damaged file may give back any type.
    return found if found is None or isinstance(found, bytes) else b""


def check_contents(connection: sa.Connection, needed: Mapping[str, Row]) -> list[Fault]:
    """Return what is wrong with what entries keep beside them: digest → an entry that needs it."""
    faults = []
    for digest, row in needed.items():
        try:
            with connection.begin_nested():
                found = read_content(connection, digest)
        except (sa.exc.DBAPIError, UnicodeDecodeError):
            found = None
        if found is None:
            faults.append(Fault(row.seq, row.id, "kept_gone", digest))
        elif content_digest(found) != digest:
            faults.append(Fault(row.seq, row.id, "kept_changed", digest))
    return faults
