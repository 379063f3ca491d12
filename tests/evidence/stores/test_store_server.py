"""What only a server can do: refuse a password, lose a connection, speak another alphabet."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from tarjih.errors import CannotCompute, InvalidRequest
from tarjih.evidence.stores.store import Store

PASSWORD = "hunter2-Ω"


@contextmanager
def _administrator(url: str) -> Iterator[sa.Connection]:
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _as(url: str, user: str, password: str = PASSWORD) -> str:
    changed = sa.make_url(url).set(username=user, password=password)
    return changed.render_as_string(hide_password=False)


def _hang_up_on(url: str) -> None:
    with _administrator(url) as connection:
        connection.execute(
            sa.text(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )


class TestThePassword:
    @pytest.fixture
    def clerk(self, postgres_url: str) -> Iterator[str]:
        """Name a user who has to give a password (on a server of our own, where we can say so)."""
        with _administrator(postgres_url) as connection:
            rules = Path(connection.scalar(sa.text("SHOW hba_file")) or "")
            if not os.access(rules, os.W_OK):
                yield "no_such_user_as_this"
                return
            before = rules.read_text()
            role = f"clerk_{os.getpid()}"
            connection.execute(sa.text(f"CREATE ROLE {role} LOGIN PASSWORD 'another'"))
            rules.write_text(
                f"local all {role} scram-sha-256\nhost all {role} all scram-sha-256\n{before}"
            )
            connection.execute(sa.text("SELECT pg_reload_conf()"))
            yield role
            rules.write_text(before)
            connection.execute(sa.text(f"DROP ROLE {role}"))

    def test_that_is_wrong_is_not_shown(self, postgres_url: str, clerk: str) -> None:
        with pytest.raises(CannotCompute) as error:
            Store.open(_as(postgres_url, clerk))
        said = str(error.value)
        assert clerk in said
        assert PASSWORD not in said
        assert "***" in said
        assert "password authentication failed" in said or "does not exist" in said

    def test_is_never_in_the_name(self, postgres_url: str) -> None:
        with Store.open(_as(postgres_url, sa.make_url(postgres_url).username or "")) as store:
            assert PASSWORD not in store.name
            assert str(sa.make_url(postgres_url).database) in store.name
        for address in (
            "postgres://amal:{}@127.0.0.1:1/db",
            "postgresql+psycopg://amal@127.0.0.1:1/db?password={}",
            "postgresql://amal:{}@127.0.0.1:1/db?no_such_option=1",
        ):
            with pytest.raises(CannotCompute) as error:
                Store.open(address.format("hunter2"))
            assert "hunter2" not in str(error.value)
            assert "nothing was recorded" in str(error.value)


def test_psycopg_that_is_not_installed(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from tarjih.errors import CannotCompute\n"
        "from tarjih.evidence.stores.store import Store\n"
        "try: Store.open('postgresql+psycopg://amal:hunter2@127.0.0.1:1/db')\n"
        "except CannotCompute as error: print(error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert "pip install 'tarjih[postgresql]'" in done.stdout
    assert "hunter2" not in done.stdout


class TestTheConnection:
    def test_that_was_lost_meanwhile_is_made_anew(self, postgres_url: str) -> None:
        with Store.open(postgres_url) as store:
            store.append("demo", "observe", {}, "amal")
            _hang_up_on(postgres_url)
            assert store.append("demo", "observe", {}, "amal").seq == 2
            _hang_up_on(postgres_url)
            assert store.verify().sound

    def test_lost_in_the_middle_leaves_nothing(self, postgres_url: str) -> None:
        with Store.open(postgres_url) as store:
            with pytest.raises(CannotCompute, match="nothing was recorded"):
                _write_and(store, lambda: _hang_up_on(postgres_url), flush=False)
            assert store.count() == 0
            assert store.append("demo", "observe", {}, "amal").seq == 1

    def test_lost_at_the_very_end_is_not_called_failed(self, postgres_url: str) -> None:
        with Store.open(postgres_url) as store:
            with pytest.raises(CannotCompute, match="is not known"):
                _write_and(store, lambda: _hang_up_on(postgres_url), flush=True)
            assert store.verify().sound


def _write_and(store: Store, meanwhile, *, flush: bool) -> None:
    with store.writing() as writing:
        writing.append("demo", "observe", {}, "amal")
        if flush:
            writing.flush()
        meanwhile()


class TestTheDatabase:
    def test_that_does_not_exist(self, postgres_url: str) -> None:
        url = sa.make_url(postgres_url).set(database="no_such_database")
        with pytest.raises(CannotCompute, match="no_such_database"):
            Store.open(url.render_as_string(hide_password=False))

    def test_that_may_not_be_written(self, postgres_url: str) -> None:
        with Store.open(postgres_url) as store:
            store.append("demo", "observe", {}, "amal")
        name = sa.make_url(postgres_url).database
        with _administrator(postgres_url) as connection:
            connection.execute(
                sa.text(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
            )
        with Store.open(postgres_url) as store:
            assert store.verify().sound
            with pytest.raises(CannotCompute, match="may not be written"):
                store.append("demo", "observe", {}, "amal")

    def test_with_tables_of_something_else(self, postgres_url: str) -> None:
        with _administrator(postgres_url) as connection:
            connection.execute(sa.text("CREATE TABLE clients (name text)"))
            with pytest.raises(InvalidRequest, match="no ledger") as error:
                Store.open(postgres_url)
            assert "clients" in str(error.value)
            # A schema of its own is another place.
            connection.execute(sa.text("CREATE SCHEMA ledger"))
        own = sa.make_url(postgres_url).update_query_dict({"options": "-csearch_path=ledger"})
        with Store.open(own.render_as_string(hide_password=False)) as store:
            store.append("demo", "observe", {}, "amal")
            assert store.verify().sound

    def test_of_one_alphabet_only(self, postgres_url: str) -> None:
        name = f"{sa.make_url(postgres_url).database}_latin"
        with _administrator(postgres_url) as connection:
            connection.execute(
                sa.text(
                    f"CREATE DATABASE {name} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'"
                    " TEMPLATE template0"
                )
            )
            url = sa.make_url(postgres_url).set(database=name)
            with pytest.raises(InvalidRequest, match="UTF8"):
                Store.open(url.render_as_string(hide_password=False))
            connection.execute(sa.text(f"DROP DATABASE {name} WITH (FORCE)"))

    def test_with_careless_settings_still_waits_for_the_disk(self, postgres_url: str) -> None:
        name = sa.make_url(postgres_url).database
        with _administrator(postgres_url) as connection:
            for setting in (
                "synchronous_commit = off",
                "default_transaction_isolation = serializable",
            ):
                connection.execute(sa.text(f"ALTER DATABASE {name} SET {setting}"))
        with Store.open(postgres_url) as store, store._transaction(writing=True) as connection:
            assert connection.scalar(sa.text("SHOW synchronous_commit")) == "on"
            assert connection.scalar(sa.text("SHOW transaction_isolation")) == "read committed"
