"""A ledger in a PostgreSQL database.

Writers take one advisory lock for as long as their transaction lasts, so that no two of them
can read the same end of the chain. The server keeps them in a queue.
"""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa  # noqa: TID253 - imported only when a ledger is opened

from tarjih.errors import CannotCompute, InvalidRequest, Problem, TarjihError

__all__ = ["PostgreSQLDatabase", "masked"]

_LOCK = int.from_bytes(b"tarjih", "big")
_SECONDS_TO_CONNECT = 10

_MEANING = {
    "25006": "may not be written (it is a copy, or set to be read only)",
    "42501": "the user may not do this: ask for the right to make and write tables",
    "53100": "the server's disk is full",
    "42P01": "tables of the ledger are missing: restore it from a backup",
}


def masked(address: str) -> str:
    """Hide what is, or may be, a password in an address.

    Examples
    --------
    >>> masked("postgresql://amal:secret@host/db?password=secret")
    'postgresql://amal:***@host/db?password=***'
    """
    hidden = re.sub(r"(://[^/?@:]*:).*@", r"\1***@", address)
    return re.sub(r"(?i)(password=)[^&\s]*", r"\1***", hidden)


class PostgreSQLDatabase:
    """One database on a server, or the schema in it that comes first on the search path.

    Parameters
    ----------
    address : str
        ``postgresql+psycopg://USER:PASSWORD@HOST/DATABASE``; also ``postgresql://`` and
        ``postgres://``.
    patience : float
        Seconds to wait for another process that writes.

    Raises
    ------
    InvalidRequest
        If the address cannot be read.
    CannotCompute
        If psycopg is not installed.
    """

    def __init__(self, address: str, *, patience: float) -> None:
        self._patience = patience
        try:
            url = sa.make_url(address)
        except (sa.exc.ArgumentError, ValueError) as error:
            raise InvalidRequest(
                Problem(
                    "",
                    "this address cannot be read",
                    got=masked(address),
                    allowed="postgresql+psycopg://USER:PASSWORD@HOST:PORT/DATABASE",
                    mend="write @ : / in a password as %40 %3A %2F",
                )
            ) from error
        url = url.set(drivername="postgresql+psycopg")
        self.name = masked(url.render_as_string(hide_password=True))
        self._secrets = tuple(
            str(secret) for secret in (url.password, url.query.get("password")) if secret
        )
        options: dict[str, Any] = {"client_encoding": "utf8"}
        if "connect_timeout" not in url.query:
            options["connect_timeout"] = _SECONDS_TO_CONNECT
        if "application_name" not in url.query:
            options["application_name"] = "tarjih"
        try:
            self.engine = sa.create_engine(
                url,
                connect_args=options,
                pool_pre_ping=True,
                max_overflow=-1,
                hide_parameters=True,
            )
        except ImportError as error:
            raise CannotCompute(
                f"{self.name}: PostgreSQL needs a driver that is not installed: "
                "`pip install 'tarjih[postgresql]'`"
            ) from error

    def prepare(self) -> None:
        """Refuse a database that could not hold Arabic."""
        with self.engine.connect() as connection:
            encoding = str(connection.scalar(sa.text("SHOW server_encoding")))
        if encoding != "UTF8":
            raise InvalidRequest(
                Problem(
                    self.name,
                    "this database cannot hold every letter",
                    got=f"the encoding {encoding}",
                    allowed="UTF8",
                    mend="CREATE DATABASE … ENCODING 'UTF8' TEMPLATE template0",
                )
            )

    def begin(self, connection: sa.Connection, *, writing: bool) -> None:
        """Begin; one that writes waits in the server's queue until its turn has come."""
        connection.execution_options(
            # A reader sees one moment; a writer, once it has the lock, what came before it.
            isolation_level="READ COMMITTED" if writing else "REPEATABLE READ"
        )
        connection.begin()
        if writing:
            connection.execute(
                sa.text(
                    "SELECT set_config('lock_timeout', :longest, true),"
                    " CASE current_setting('synchronous_commit') WHEN 'off'"
                    " THEN set_config('synchronous_commit', 'on', true) END"
                ),
                {"longest": f"{max(1, round(1000 * self._patience))}ms"},
            )
            connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})

    def settle(self) -> None:
        """Nothing is left to tidy up."""

    def complaints(self, connection: sa.Connection) -> list[str]:
        """Return nothing: a server checks its own pages when it reads them."""
        return []

    def refusal(self, error: sa.exc.DBAPIError, *, committing: bool = False) -> TarjihError:
        """Say what an error of the server means; no password gets into it."""
        state = str(getattr(error.orig, "sqlstate", None) or "")
        if state == "55P03":
            return CannotCompute(
                f"{self.name}: another process has kept the ledger locked for more than "
                f"{self._patience:g} s; nothing was recorded: try again, or end that process"
            )
        if committing and error.connection_invalidated:
            return CannotCompute(
                f"{self.name}: the connection was lost at the very end; whether the entry was "
                "recorded is not known: look at the last entries before trying again"
            )
        meaning = _MEANING.get(state, "the server refused, or did not answer")
        said = " ".join(str(error.orig).split())
        for secret in self._secrets:
            said = said.replace(secret, "***")
        return CannotCompute(f"{self.name}: {meaning}; nothing was recorded ({said})")
