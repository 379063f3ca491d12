"""The ledger's store: entries are added to a database, read back and checked.

An entry is added in a transaction that no other can overlap: it reads where the chain ends,
adds the entry with the next number and the hash of the one before, and notes the new end. When
the transaction returns, the disk has it. Nothing here changes or deletes an entry.

What an entry says (its kind and body) is the business of `tarjih.evidence.ledgers.ledger`.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import sqlalchemy as sa  # noqa: TID253 - imported only when a ledger is opened

from tarjih.errors import CannotCompute, InvalidRequest, Problem
from tarjih.evidence.ledgers.chain import (
    EMPTY,
    Head,
    Row,
    clock_text,
    content_digest,
    entry_after,
)
from tarjih.evidence.ledgers.verification import Anchor, Fault, Verification, follow
from tarjih.evidence.stores.databases import Database, find_database
from tarjih.evidence.stores.migrations import applied, migrate, pending
from tarjih.evidence.stores.stored import (
    COLUMNS,
    check_contents,
    end_of_chain,
    read_content,
    read_rows,
    remembered_head,
    walk,
)
from tarjih.evidence.stores.tables import contents, entries, head

__all__ = ["Store", "Writing"]

_PATIENCE: Final = 30.0
_LONGEST_NAME: Final = 500
_MOST_WAITING: Final = 1_000


class Store:
    """An open ledger's entries.

    Made by `open`; a context manager. Several threads may use one store, and any number of
    processes one ledger.

    Attributes
    ----------
    name : str
        What may be shown of where it is kept: a path, or an address without its password.

    Examples
    --------
    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> with Store.open(f"{folder.name}/tarjih.db") as store:
    ...     _ = store.append("demo", "observe", {"id": "n1"}, "amal")
    ...     [row.body["id"] for row in store.rows("demo")], store.verify().sound
    (['n1'], True)
    >>> folder.cleanup()
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._process = os.getpid()
        self.name = database.name

    @classmethod
    def open(cls, where: str | Path, *, create: bool = True, patience: float = _PATIENCE) -> Store:
        """Open a ledger, or make one.

        Parameters
        ----------
        where : str or Path
            A path, or ``postgresql+psycopg://USER:PASSWORD@HOST/DATABASE``.
        create : bool
            Whether to make what is missing; otherwise that is an error. Folders are never made.
        patience : float
            Seconds to wait, each time, for another process that writes.

        Raises
        ------
        InvalidRequest
            If the place is missing, holds something else, or was written by a newer version.
        CannotCompute
            If it is locked, damaged, out of reach, or may not be read.
        """
        store = cls(find_database(where, create=create, patience=patience))
        try:
            store._make_ready(create)
        except BaseException:
            store.close()
            raise
        return store

    def _make_ready(self, create: bool) -> None:
        with self._transaction(writing=False) as connection:
            done = applied(connection, self.name)
        if done is None and not create:
            raise InvalidRequest(
                Problem(
                    self.name,
                    "this is no ledger: there is nothing in it",
                    mend="check the name; recording a first item makes a ledger",
                )
            )
        steps = pending(done or (), self.name)
        with self._told():
            self._database.prepare()
        for step in steps:
            with self._transaction(writing=True) as connection:
                # Another process may have been faster.
                if step in pending(applied(connection, self.name) or (), self.name):
                    migrate(connection, step, clock_text())

    def close(self) -> None:
        """Let go of the database."""
        self._database.engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _told(self, stage: dict[str, bool] | None = None) -> Iterator[None]:
        try:
            yield
        except sa.exc.DBAPIError as error:
            committing = bool(stage and stage.get("committing"))
            raise self._database.refusal(error, committing=committing) from error
        except UnicodeDecodeError as error:
            # What SQLite says of a damaged file may quote it.
            raise CannotCompute(
                f"{self.name}: the file is damaged: restore it from a backup"
            ) from error

    @contextmanager
    def _transaction(self, *, writing: bool) -> Iterator[sa.Connection]:
        if self._process != os.getpid():
            # A forked process must leave its parent's connections alone.
            self._database.engine.dispose(close=False)
            self._process = os.getpid()
        stage = {"committing": False}
        with self._told(stage), self._database.engine.connect() as connection:
            self._database.begin(connection, writing=writing)
            yield connection
            if writing:
                stage["committing"] = True
                connection.commit()
        if writing:
            self._database.settle()

    @property
    def head(self) -> Head:
        """Where the chain ends: what to note down, for `verify` to be held against later."""
        with self._transaction(writing=False) as connection:
            found = connection.execute(
                sa.select(entries.c.seq, entries.c.hash).order_by(entries.c.seq.desc()).limit(1)
            ).first()
        return EMPTY if found is None else Head(found.seq, found.hash)

    def rows(
        self,
        study: str | None = None,
        after: int = 0,
        kinds: Collection[str] | None = None,
        upto: int | None = None,
    ) -> tuple[Row, ...]:
        """Return entries, in the order of recording.

        Parameters
        ----------
        study : str, optional
            Of this study only.
        after : int
            Only those with a greater number: what was recorded since.
        kinds : collection of str, optional
            Of these kinds only.
        upto : int, optional
            Only those with this number or a smaller one.
        """
        with self._transaction(writing=False) as connection:
            return read_rows(connection, study, after, kinds, upto=upto)

    def count(self, study: str | None = None) -> int:
        """Return how many entries there are, or how many of one study."""
        query = sa.select(sa.func.count()).select_from(entries)
        if study is not None:
            query = query.where(entries.c.study == study)
        with self._transaction(writing=False) as connection:
            return int(connection.scalar(query) or 0)

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """Hold the write lock: what is read is the latest, what is added comes in one piece.

        When the block ends, all that was added is durable; an exception inside it undoes it
        all. Keep it short, since everybody else waits, and begin no second one inside it.

        Raises
        ------
        CannotCompute
            If the lock cannot be had, or the ledger's last entry is missing.
        """
        with self._transaction(writing=True) as connection:
            writing = Writing(connection, self.name)
            yield writing
            writing.flush()

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
        """Add one entry; when this returns, the disk has it.

        Parameters
        ----------
        study, kind, author : str
        body : mapping
            What `tarjih.evidence.ledgers.chain.canonical_json` can write.
        recorded : datetime, optional
            Now, unless stated; with its time zone.
        contents : mapping of str to bytes, optional
            Kept beside the body, each only once; the body names them by their digests, under
            ``contents``.

        Raises
        ------
        InvalidRequest
            If something cannot be stored as it is.
        CannotCompute
            If the database cannot be written; nothing was recorded then.
        """
        with self.writing() as writing:
            return writing.append(study, kind, body, author, recorded, contents=contents)

    def content(self, digest: str) -> bytes:
        """Return what an entry keeps beside its body.

        Raises
        ------
        CannotCompute
            If it is missing, or no longer what was recorded.
        """
        with self._transaction(writing=False) as connection:
            found = read_content(connection, digest)
        if found is None or content_digest(found) != digest:
            state = "missing" if found is None else "damaged"
            raise CannotCompute(f"{self.name}: the content {digest} is {state}")
        return found

    def verify(self, anchor: str | Head | None = None) -> Verification:
        """Check every entry, and that none is missing.

        Parameters
        ----------
        anchor : str or Head, optional
            A head noted down earlier, ``HASH`` or ``SEQ:HASH``: without it, a chain that was
            rewritten as a whole goes unnoticed.

        Raises
        ------
        InvalidRequest
            If the anchor is none.
        CannotCompute
            If the database is out of reach.
        """
        held = None if anchor is None else Anchor.read(anchor)
        needed: dict[str, Row] = {}

        def see(row: Row) -> None:
            for digest in row.contents.values():
                needed.setdefault(digest, row)

        with self._transaction(writing=False) as connection:
            faults = [
                Fault(None, None, "database", line)
                for line in self._database.complaints(connection)
            ]
            broken: list[Fault] = []
            found = follow(walk(connection, broken), remembered_head(connection), held, see=see)
            faults += broken + check_contents(connection, needed)
        ordered = sorted(
            (*found.faults, *faults), key=lambda fault: (fault.seq is None, fault.seq or 0)
        )
        return Verification(found.head, found.entries, tuple(ordered), found.anchored)


class Writing:
    """The one transaction that writes; made by `Store.writing`.

    Entries are numbered and chained at once, and sent to the database together, before
    anything is read and at the end.
    """

    def __init__(self, connection: sa.Connection, name: str) -> None:
        self._connection = connection
        self._waiting: list[dict[str, Any]] = []
        self._head = end_of_chain(connection, name)

    @property
    def next_seq(self) -> int:
        """Number of the entry that comes next."""
        return self._head.seq + 1

    def rows(
        self,
        study: str | None = None,
        after: int = 0,
        kinds: Collection[str] | None = None,
    ) -> tuple[Row, ...]:
        """Return entries as `Store.rows` does, with those added in this block."""
        self.flush()
        return read_rows(self._connection, study, after, kinds)

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
        """Add one entry as `Store.append` does; it is durable when the block has ended."""
        if contents is not None:
            kept = {name: self._keep(content) for name, content in contents.items()}
            body = {**body, "contents": kept}
        named = (_name("study", study), _name("kind", kind))
        who = _name("author", author)
        row = entry_after(self._head, *named, clock_text(recorded), who, body)
        self._waiting.append(dict(zip((c.name for c in COLUMNS), _values(row), strict=True)))
        self._head = row.head
        if len(self._waiting) >= _MOST_WAITING:
            self.flush()
        return row

    def _keep(self, content: bytes) -> str:
        digest = content_digest(content)
        there = sa.select(contents.c.digest).where(contents.c.digest == digest)
        if self._connection.scalar(there) is None:
            self._connection.execute(sa.insert(contents).values(digest=digest, data=content))
        return digest

    def flush(self) -> None:
        """Send what is waiting to the database."""
        if self._waiting:
            self._connection.execute(sa.insert(entries), self._waiting)
            self._connection.execute(
                sa.update(head).values(seq=self._head.seq, hash=self._head.hash)
            )
            self._waiting.clear()


def _values(row: Row) -> tuple[Any, ...]:
    return (
        row.seq, row.study, row.kind, row.recorded, row.author, row.text, row.previous, row.hash,
    )  # fmt: skip


def _name(what: str, text: str) -> str:
    if not text.strip() or len(text) > _LONGEST_NAME or not text.isprintable():
        raise InvalidRequest(
            Problem(
                what,
                "this cannot be recorded",
                got=text[:50],
                allowed=f"1 to {_LONGEST_NAME} characters that can be printed",
            )
        )
    return text
