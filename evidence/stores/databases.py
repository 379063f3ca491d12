"""Where a ledger is kept: an SQLite file, or a PostgreSQL database by its URL.

Both kinds offer the same few things to `tarjih.evidence.stores.store`: an engine, how a transaction
begins, what the database itself finds wrong, and what an error of the driver means.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final, Protocol

import sqlalchemy as sa  # noqa: TID253 - imported only when a ledger is opened

from tarjih.errors import InvalidRequest, Problem, TarjihError
from tarjih.evidence.stores.postgresql import PostgreSQLDatabase, masked
from tarjih.evidence.stores.sqlite_file import SQLiteFile

__all__ = ["Database", "find_database"]

_ALLOWED: Final = "a file, or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE"


class Database(Protocol):
    """What a store asks of the place where it is kept.

    Attributes
    ----------
    name : str
        What may be shown: never with a password.
    engine : sqlalchemy.Engine
    """

    name: str
    engine: sa.Engine

    def prepare(self) -> None:
        """Make the place ready for a ledger; what is there was found to be one, or empty."""

    def begin(self, connection: sa.Connection, *, writing: bool) -> None:
        """Begin a transaction; one that writes waits until no other does."""

    def settle(self) -> None:
        """Tidy up after a transaction that wrote. It never fails."""

    def complaints(self, connection: sa.Connection) -> list[str]:
        """Return what the database finds wrong with its own storage."""

    def refusal(self, error: sa.exc.DBAPIError, *, committing: bool = False) -> TarjihError:
        """Say what an error of the driver means, and what can be done."""


def find_database(where: str | Path, *, create: bool, patience: float) -> Database:
    """Tell from its name what kind of place it is, and prepare to connect.

    Parameters
    ----------
    where : str or Path
        A path, ``sqlite:///PATH`` or ``postgresql+psycopg://…``.
    create : bool
        Whether a file that is missing may be made.
    patience : float
        Seconds to wait for another process that writes.

    Raises
    ------
    InvalidRequest
        If it names nothing that can hold a ledger, or a file that is missing.
    CannotCompute
        If the driver is not installed.
    """
    written = str(where)
    scheme = re.match(r"([A-Za-z][A-Za-z0-9+.-]+)://", written)
    if scheme is None or isinstance(where, Path):
        return SQLiteFile(written, create=create, patience=patience)
    if scheme[1].lower() in ("sqlite", "sqlite+pysqlite"):
        path = written[scheme.end() :].removeprefix("/")
        return SQLiteFile(path, create=create, patience=patience)
    if scheme[1].lower() in ("postgres", "postgresql", "postgresql+psycopg"):
        return PostgreSQLDatabase(written, patience=patience)
    raise InvalidRequest(
        Problem("", "no ledger can be kept there", got=masked(written), allowed=_ALLOWED)
    )
