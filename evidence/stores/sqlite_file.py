"""A ledger in an SQLite file.

Writers take SQLite's write lock at the very start of a transaction (``BEGIN IMMEDIATE``), so
that no two of them can read the same end of the chain. The write-ahead log lets others read
meanwhile, and with ``synchronous = FULL`` a commit returns when the disk has it.
"""

from __future__ import annotations

import os
import random
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import sqlalchemy as sa  # noqa: TID253 - imported only when a ledger is opened

from tarjih.errors import CannotCompute, InvalidRequest, Problem, TarjihError

__all__ = ["SQLiteFile"]

_ALLOWED = "a file, or postgresql+psycopg://USER:PASSWORD@HOST/DATABASE"

_SLICE = 1.0
"""Seconds that SQLite itself waits for a lock, deaf to an interrupt."""

_LONG_LOG = 4 << 20
"""Bytes of the write-ahead log beyond which it is moved into the file."""

_MEANING = {
    sqlite3.SQLITE_READONLY: "may not be written: check the permissions of the file and its "
    "folder, or name another ledger",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened: check the permissions of the file and its folder; "
    "a file beside it that ends in -wal belongs to it, and has to be copied with it",
    sqlite3.SQLITE_PERM: "may not be opened: check the permissions of the file and its folder",
    sqlite3.SQLITE_AUTH: "may not be opened: check the permissions of the file and its folder",
    sqlite3.SQLITE_FULL: "the disk is full: free some space and try again",
    sqlite3.SQLITE_IOERR: "the disk refused: is it full, or failing?",
    sqlite3.SQLITE_CORRUPT: "the file is damaged: restore it from a backup",
    sqlite3.SQLITE_ERROR: "the file is damaged: restore it from a backup",
}


class SQLiteFile:
    """One file, with its write-ahead log beside it while it is in use.

    Parameters
    ----------
    name : str
        The path.
    create : bool
        Whether a missing file may be made.
    patience : float
        Seconds to wait for another process that writes.

    Raises
    ------
    InvalidRequest
        If the path is a folder, lies in none, or is missing and may not be made.

    Notes
    -----
    A file that may not be written, or lies in a folder that may not, is read. As long as it has
    no log, it is then read as it stands: SQLite would have to put files beside it.
    """

    def __init__(self, name: str, *, create: bool, patience: float) -> None:
        self.name = name
        self._path = Path(name).absolute()
        there = self._look(create)
        self._patience = patience
        self._writable = not there or (
            os.access(self._path, os.W_OK) and os.access(self._path.parent, os.W_OK)
        )
        self._mode = "rwc" if create else "rw"
        self._identity: tuple[int, int] | None = None
        self.engine = sa.create_engine(
            "sqlite://",
            creator=self._connect,
            # Each connection of a mere reader looks anew whether there is a log.
            **(
                {"poolclass": sa.pool.QueuePool, "max_overflow": -1}
                if self._writable
                else {"poolclass": sa.pool.NullPool}
            ),
            hide_parameters=True,
        )
        sa.event.listen(self.engine, "begin", _begin_as_asked)

    def _look(self, create: bool) -> bool:
        """Return whether the file is there; refuse what can be none."""
        path, problem = self._path, None
        try:
            there = path.exists()
            if "\0" in self.name:
                raise ValueError("NUL is no letter")
            if not self.name.strip() or path.is_dir():
                problem = Problem(self.name, "a folder is no ledger", allowed=_ALLOWED)
            elif self.name == ":memory:":
                problem = Problem(
                    self.name, "a ledger is kept, not held in memory", allowed=_ALLOWED
                )
            elif not path.parent.is_dir():
                problem = Problem(
                    self.name,
                    "there is no such folder",
                    got=str(path.parent),
                    mend="make the folder first, or check the name",
                )
            elif not create and not there:
                problem = Problem(
                    self.name,
                    "there is no such ledger",
                    mend="check the name; recording a first item makes a ledger",
                )
        except (OSError, ValueError) as error:
            said = getattr(error, "strerror", None) or str(error)
            raise InvalidRequest(
                Problem(self.name, f"this cannot be reached ({said})", mend="check the name")
            ) from error
        if problem is not None:
            raise InvalidRequest(problem)
        return there

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"file:{quote(self._path.as_posix())}?{self._options()}",
            uri=True,
            timeout=min(_SLICE, self._patience),
            isolation_level=None,
            check_same_thread=False,
        )
        # Bytes that are no UTF-8 have to reach the one who checks them.
        connection.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
        settings = ["synchronous = FULL", "fullfsync = ON", "trusted_schema = OFF"]
        if self._writable:
            # Moving the log into the file is done by `settle`.
            settings += ["wal_autocheckpoint = 0", "journal_size_limit = 0"]
        try:
            for setting in settings:
                connection.execute(f"PRAGMA {setting}")
        except BaseException:
            connection.close()
            raise
        return connection

    def _options(self) -> str:
        if self._writable:
            return f"mode={self._mode}"
        return "mode=ro" if self._log_size() else "mode=ro&immutable=1"

    def _log_size(self) -> int:
        try:
            return os.stat(f"{self._path}-wal").st_size
        except OSError:
            return 0

    def prepare(self) -> None:
        """Switch to the write-ahead log, which the file then remembers."""
        if not self._writable:
            return

        def switch() -> None:
            with self.engine.connect() as connection:
                connection.execution_options(tarjih_begin=None)
                connection.exec_driver_sql("PRAGMA journal_mode = WAL")

        # SQLite refuses this at once, without waiting, while another process is at it.
        self._keep_trying(switch)
        self._mode = "rw"

    def begin(self, connection: sa.Connection, *, writing: bool) -> None:
        """Take the write lock, or begin to read; try again until patience is at an end."""
        if writing:
            self._refuse_another_file()
        connection.execution_options(tarjih_begin="BEGIN IMMEDIATE" if writing else "BEGIN")

        def begin() -> None:
            try:
                connection.begin()
                # A plain BEGIN does nothing yet: begin to read, to wait here and not later.
                connection.exec_driver_sql("PRAGMA schema_version")
            except sa.exc.DBAPIError:
                connection.rollback()
                raise

        self._keep_trying(begin)
        if self._identity is None:
            self._identity = self._identify()

    def _keep_trying(self, attempt: Callable[[], None]) -> None:
        give_up = time.monotonic() + self._patience
        longest = 0.01
        while True:
            try:
                attempt()
                return
            except sa.exc.DBAPIError as error:
                if not _is_busy(error) or time.monotonic() >= give_up:
                    raise
            # Those who wait must not all come back at the same moment.
            time.sleep(random.uniform(0, longest))
            longest = min(2 * longest, 0.25)

    def _identify(self) -> tuple[int, int] | None:
        try:
            found = os.stat(self._path)
        except OSError:
            return None
        return found.st_dev, found.st_ino

    def _refuse_another_file(self) -> None:
        """What is written to a file that was moved or deleted meanwhile would be lost."""
        if self._identity is not None and self._identify() != self._identity:
            raise CannotCompute(
                f"{self.name}: the ledger was moved, deleted or replaced while it was open; "
                "nothing was recorded: open it again"
            )

    def settle(self) -> None:
        """Move a long log into the file, while nobody can write.

        SQLite by itself would do so after a commit, beside others that write; up to version
        3.51.2 that can, very rarely, lose what was committed (the "WAL-reset bug").
        """
        if self._log_size() < _LONG_LOG:
            return
        # What was recorded is recorded: this can as well be done after the next entry.
        with (
            suppress(sa.exc.DBAPIError),
            self.engine.connect() as guard,
            self.engine.connect() as other,
        ):
            guard.execution_options(tarjih_begin="BEGIN IMMEDIATE")
            guard.begin()
            other.execution_options(tarjih_begin=None)
            other.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")

    def complaints(self, connection: sa.Connection) -> list[str]:
        """Return what SQLite's own check finds: a damaged page, an index that disagrees."""
        try:
            found = [str(line[0]) for line in connection.exec_driver_sql("PRAGMA integrity_check")]
        except (sa.exc.DBAPIError, UnicodeDecodeError) as error:
            found = [str(getattr(error, "orig", error))]
        return [" ".join(line.split()) for line in found if line != "ok"]

    def refusal(self, error: sa.exc.DBAPIError, *, committing: bool = False) -> TarjihError:
        """Say what an error of SQLite means."""
        code = _primary_code(error)
        if code == sqlite3.SQLITE_NOTADB:
            return InvalidRequest(
                Problem(self.name, "this is no ledger, nor any SQLite database", allowed=_ALLOWED)
            )
        if _is_busy(error):
            return CannotCompute(
                f"{self.name}: another process has kept the ledger locked for more than "
                f"{self._patience:g} s; nothing was recorded: try again, or end that process"
            )
        meaning = _MEANING.get(code, "SQLite refused; nothing was recorded")
        return CannotCompute(f"{self.name}: {meaning} ({error.orig})")


def _begin_as_asked(connection: sa.Connection) -> None:
    statement = connection.get_execution_options().get("tarjih_begin", "BEGIN")
    if statement is not None:
        connection.exec_driver_sql(statement)


def _primary_code(error: BaseException) -> int:
    raised = getattr(error, "orig", error)
    return int(getattr(raised, "sqlite_errorcode", -1)) & 0xFF


def _is_busy(error: BaseException) -> bool:
    # "Locking protocol" is what a crowd of readers and writers of one log may see.
    return _primary_code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_PROTOCOL)
