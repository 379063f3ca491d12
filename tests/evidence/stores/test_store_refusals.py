"""What cannot be done is said in one message that helps, and leaves nothing half done."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Timer

import pytest
import sqlalchemy as sa

from tarjih.errors import CannotCompute, InvalidRequest, TarjihError
from tarjih.evidence.stores.migrations import MIGRATIONS, pending
from tarjih.evidence.stores.postgresql import _LOCK
from tarjih.evidence.stores.store import Store


def _made(path: Path, entries: int = 3) -> Path:
    with Store.open(path) as store:
        for n in range(entries):
            store.append("demo", "observe", {"id": f"n{n}"}, "amal")
    return path


def _message(error: pytest.ExceptionInfo[TarjihError]) -> str:
    message = str(error.value)
    assert "\n" not in message.strip()
    assert "sqlalche" not in message.lower()
    assert "[SQL" not in message
    return message


class TestTheName:
    def test_a_missing_file_is_an_error_for_readers(self, tmp_path: Path) -> None:
        with pytest.raises(InvalidRequest, match="no such ledger") as error:
            Store.open(tmp_path / "tarjih.db", create=False)
        assert str(tmp_path / "tarjih.db") in _message(error)
        assert not list(tmp_path.iterdir())

    def test_a_missing_folder_is_not_made(self, tmp_path: Path) -> None:
        for create in (True, False):
            with pytest.raises(InvalidRequest, match="no such folder"):
                Store.open(tmp_path / "nowhere" / "tarjih.db", create=create)
        assert not list(tmp_path.iterdir())

    @pytest.mark.parametrize("name", ["", "  ", ".", "/"])
    def test_a_folder_is_none(self, name: str) -> None:
        with pytest.raises(InvalidRequest, match="folder"):
            Store.open(name)

    @pytest.mark.parametrize("name", ["x" * 300, "nul\x00.db", "x.db/x.db"])
    def test_what_no_file_can_be_called(self, name: str, tmp_path: Path) -> None:
        (tmp_path / "x.db").touch()
        with pytest.raises(InvalidRequest, match="check the name") as error:
            Store.open(tmp_path / name)
        assert str(tmp_path) in _message(error)

    def test_memory_is_none(self) -> None:
        with pytest.raises(InvalidRequest, match="memory"):
            Store.open(":memory:")

    @pytest.mark.parametrize("prefix", ["sqlite:///", "SQLite:///"])
    def test_an_address_of_a_file(self, prefix: str, tmp_path: Path) -> None:
        with Store.open(f"{prefix}{tmp_path}/x.db") as store:
            assert store.name == f"{tmp_path}/x.db"
        assert (tmp_path / "x.db").exists()

    @pytest.mark.parametrize("name", ["a b.db", "what?.db", "50%20#1.db", "سجل.db", "a&mode=ro.db"])
    def test_any_letter_may_be_in_a_name(self, name: str, tmp_path: Path) -> None:
        _made(tmp_path / name)
        assert [path.name for path in tmp_path.iterdir()] == [name]

    @pytest.mark.parametrize(
        "address",
        [
            "mysql://amal:hunter2@host/db",
            "postgresql+psycopg2://amal:hunter2@host/db",
            "postgresql+psycopg://amal:hunter2@host:port/db",
            "https://amal:hunter2@host/x.db",
            "postgres+://amal:hunter2@host/db",
            "postgresql+psycopg2://amal@host/db?password=hunter2",
            "mysql://amal:hunter2@x@host/db",
        ],
    )
    def test_an_address_that_cannot_hold_a_ledger(self, address: str) -> None:
        with pytest.raises(InvalidRequest) as error:
            Store.open(address)
        assert "postgresql+psycopg://" in _message(error)
        assert "hunter2" not in _message(error)


class TestTheFile:
    def test_what_is_no_database(self, tmp_path: Path) -> None:
        path = tmp_path / "notes.txt"
        path.write_text("These are my notes.\n" * 100)
        for create in (True, False):
            with pytest.raises(InvalidRequest, match="nor any SQLite database"):
                Store.open(path, create=create)
        assert path.read_text() == "These are my notes.\n" * 100

    def test_an_empty_file_may_become_one(self, tmp_path: Path) -> None:
        path = tmp_path / "x.db"
        path.touch()
        with pytest.raises(InvalidRequest, match="nothing in it"):
            Store.open(path, create=False)
        assert path.stat().st_size == 0
        _made(path)

    def test_the_database_of_something_else_is_left_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "x.db"
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript("CREATE TABLE clients (name); CREATE TABLE entries (a)")
        before = path.read_bytes()
        with pytest.raises(InvalidRequest, match="no ledger") as error:
            Store.open(path)
        assert "clients" in _message(error)
        assert path.read_bytes() == before

    def test_a_truncated_file_is_said_to_be_damaged(self, tmp_path: Path) -> None:
        path = _made(tmp_path / "x.db", 100)
        path.write_bytes(path.read_bytes()[:8192])
        with pytest.raises(CannotCompute, match="damaged") as error:
            Store.open(path)
        assert "backup" in _message(error)

    def test_a_file_replaced_while_it_is_open(self, tmp_path: Path) -> None:
        path = _made(tmp_path / "x.db")
        with Store.open(path) as store:
            path.rename(tmp_path / "y.db")
            with pytest.raises(CannotCompute, match="moved, deleted or replaced"):
                store.append("demo", "observe", {}, "amal")
            _made(path)
            with pytest.raises(CannotCompute, match="moved, deleted or replaced"):
                store.append("demo", "observe", {}, "amal")


class TestANewerLedger:
    def test_is_refused_with_advice_and_left_alone(self, place: str) -> None:
        with Store.open(place) as store:
            store.append("demo", "observe", {}, "amal")
            with store._transaction(writing=True) as connection:
                connection.execute(
                    sa.text("INSERT INTO migrations VALUES ('0002_of_the_future', 'then')")
                )
        for create in (True, False):
            with pytest.raises(InvalidRequest, match="newer tarjih") as error:
                Store.open(place, create=create)
            assert "0002_of_the_future" in _message(error)
            assert "pip install --upgrade tarjih" in _message(error)

    def test_an_older_one_gets_the_steps_it_lacks(self) -> None:
        assert pending((), "x.db") == MIGRATIONS
        assert pending({step.name for step in MIGRATIONS}, "x.db") == ()


class TestALock:
    @pytest.fixture
    def other(self, tmp_path: Path) -> Iterator[sqlite3.Connection]:
        """Another program that has begun to write, and does not end."""
        path = _made(tmp_path / "x.db")
        with closing(
            sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        ) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection

    def test_is_waited_for_and_then_told(self, other, tmp_path: Path) -> None:
        with Store.open(tmp_path / "x.db", patience=0.3) as store:
            with pytest.raises(CannotCompute, match=r"locked for more than 0\.3 s") as error:
                store.append("demo", "observe", {}, "amal")
            assert "nothing was recorded" in _message(error)
            assert store.count() == 3
            other.execute("ROLLBACK")
            assert store.append("demo", "observe", {}, "amal").seq == 4

    def test_does_not_keep_others_from_reading(self, other, tmp_path: Path) -> None:
        with Store.open(tmp_path / "x.db", create=False, patience=0.1) as store:
            assert len(store.rows()) == 3
            assert store.verify().sound

    def test_that_ends_in_time_is_not_noticed(self, other, tmp_path: Path) -> None:
        with Store.open(tmp_path / "x.db", patience=20) as store:
            release = Timer(1.5, other.execute, ["ROLLBACK"])
            release.start()
            assert store.append("demo", "observe", {}, "amal").seq == 4
            release.join()

    def test_of_a_server(self, postgres_url: str) -> None:
        with Store.open(postgres_url, patience=0.3) as store:
            other = sa.create_engine(postgres_url)
            with other.connect() as connection:
                connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({_LOCK})"))
                with pytest.raises(CannotCompute, match=r"locked for more than 0\.3 s"):
                    store.append("demo", "observe", {}, "amal")
                assert store.count() == 0
            other.dispose()
            assert store.append("demo", "observe", {}, "amal").seq == 1
