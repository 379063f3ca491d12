"""Recording and opening cost the same however long the ledger is: counted, not timed."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tarjih.evidence.stores.sqlite_file import SQLiteFile
from tarjih.evidence.stores.store import Store


class _Steps:
    """Instructions that SQLite carries out, over all connections made meanwhile."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.done = 0
        connect = SQLiteFile._connect

        def counted(database: SQLiteFile) -> sqlite3.Connection:
            connection = connect(database)
            connection.set_progress_handler(self._count, 1)
            return connection

        monkeypatch.setattr(SQLiteFile, "_connect", counted)

    def _count(self) -> None:
        self.done += 1

    @contextmanager
    def taken(self, into: list[int]) -> Iterator[None]:
        before = self.done
        yield
        into.append(self.done - before)


@pytest.fixture
def ledgers(tmp_path: Path) -> list[Path]:
    """Make a ledger of 100 entries, and one of 10,000."""
    paths = []
    for entries in (100, 10_000):
        paths.append(tmp_path / f"{entries}.db")
        with Store.open(paths[-1]) as store, store.writing() as writing:
            for n in range(entries):
                writing.append(f"study_{n % 3}", "observe", {"id": f"n{n}"}, "amal")
    return paths


def test_a_long_ledger_costs_no_more(ledgers: list[Path], monkeypatch: pytest.MonkeyPatch) -> None:
    steps = _Steps(monkeypatch)
    opening: list[int] = []
    recording: list[int] = []
    looking: list[int] = []
    for path in ledgers:
        with steps.taken(opening):
            store = Store.open(path)
        with store:
            with steps.taken(recording):
                row = store.append("study_1", "observe", {"id": "one more"}, "amal")
            with steps.taken(looking):
                assert store.head.seq == row.seq
                assert store.rows("study_1", after=row.seq - 1) == (row,)
    # A deeper tree may cost a few steps; a look at every entry would cost ten thousand.
    for few, many in (opening, recording, looking):
        assert 10 < many < few + 20


def test_reading_and_checking_cost_in_proportion(
    ledgers: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = _Steps(monkeypatch)
    reading: list[int] = []
    checking: list[int] = []
    for path in ledgers:
        with Store.open(path) as store:
            with steps.taken(reading):
                store.rows()
            with steps.taken(checking):
                assert store.verify().sound
    for few, many in (reading, checking):
        assert many < 120 * few
