"""Named, ordered steps from an empty database to the ledger of today.

Each is made in one transaction, which also records its name; a step that has been released is
never changed, only followed by another. A ledger that knows a step which this version does not
was written by a newer one: it is refused, since nobody can say what would be lost.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from importlib import metadata

import sqlalchemy as sa  # noqa: TID253 - imported only when a ledger is opened

from tarjih.errors import InvalidRequest, Problem
from tarjih.evidence.ledgers.chain import EMPTY
from tarjih.evidence.stores.tables import NAMES, head, migrations

__all__ = ["MIGRATIONS", "Migration", "applied", "migrate", "pending"]


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: its name, by which steps are ordered, and what makes it."""

    name: str
    make: Callable[[sa.Connection], None]


def _make_entries(connection: sa.Connection) -> None:
    made = sa.MetaData()
    # In SQLite only a column of the type INTEGER is the row's own number, kept in order.
    whole = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    sa.Table(
        "migrations",
        made,
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("applied", sa.Text, nullable=False),
    )
    sa.Table(
        "entries",
        made,
        sa.Column("seq", whole, primary_key=True, autoincrement=False),
        *(
            sa.Column(name, sa.Text, nullable=False)
            for name in ("study", "kind", "recorded", "author", "body", "previous", "hash")
        ),
        sa.Index("entries_by_study", "study", "seq"),
    )
    sa.Table(
        "head",
        made,
        sa.Column("id", whole, primary_key=True, autoincrement=False),
        sa.Column("seq", whole, nullable=False),
        sa.Column("hash", sa.Text, nullable=False),
        sa.CheckConstraint("id = 1", name="one_head"),
    )
    sa.Table(
        "contents",
        made,
        sa.Column("digest", sa.Text, primary_key=True),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    made.create_all(connection, checkfirst=False)
    connection.execute(sa.insert(head).values(id=1, seq=EMPTY.seq, hash=EMPTY.hash))


MIGRATIONS: tuple[Migration, ...] = (Migration("0001_entries", _make_entries),)


def applied(connection: sa.Connection, where: str) -> frozenset[str] | None:
    """Return the steps that a database has been through; None for an empty database.

    Raises
    ------
    InvalidRequest
        If it holds tables of something else.
    """
    there = set(sa.inspect(connection).get_table_names())
    if not there:
        return None
    if not there >= {"entries", "head", "migrations"}:
        others = sorted(there - NAMES) or sorted(there)
        raise InvalidRequest(
            Problem(
                where,
                "this database is no ledger",
                got="the tables " + ", ".join(others[:5]),
                mend="give the ledger a file, or a database or schema, of its own",
            )
        )
    return frozenset(str(name) for name in connection.scalars(sa.select(migrations.c.name)))


def pending(
    done: Collection[str], where: str, known: Sequence[Migration] = MIGRATIONS
) -> tuple[Migration, ...]:
    """Return the steps that are still to be made, in their order.

    Raises
    ------
    InvalidRequest
        If steps were made that this version does not know.
    """
    newer = sorted(set(done) - {step.name for step in known})
    if newer:
        raise InvalidRequest(
            Problem(
                where,
                "this ledger was written by a newer tarjih than this one, "
                + metadata.version("tarjih"),
                got=", ".join(newer),
                mend="upgrade: `pip install --upgrade tarjih`; the ledger was left as it is",
            )
        )
    return tuple(step for step in known if step.name not in done)


def migrate(connection: sa.Connection, step: Migration, now: str) -> None:
    """Make one step and record it. The caller holds the write lock, and commits."""
    step.make(connection)
    connection.execute(sa.insert(migrations).values(name=step.name, applied=now))
