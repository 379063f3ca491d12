"""What the store gives back is what was recorded, in SQLite and in PostgreSQL alike."""

from __future__ import annotations

import datetime as dt
import threading
from itertools import pairwise
from typing import Any

import pytest
import sqlalchemy as sa

from tarjih.errors import CannotCompute, InvalidRequest
from tarjih.evidence.ledgers.chain import EMPTY, GENESIS, entry_hash
from tarjih.evidence.stores.migrations import MIGRATIONS
from tarjih.evidence.stores.store import Store

BODY = {
    "id": "n1",
    "label": {"ar": "زيارة، «رسمية»", "en": 'a "visit", \\ and\nmore\u2028'},
    "numbers": [0.1, 1e-300, 2**53 + 1, True, None],
    "empty": {},
    "nul": "\u0000",
}


def test_a_new_ledger_is_empty(place: str) -> None:
    with Store.open(place) as store:
        assert store.rows() == ()
        assert store.head == EMPTY
        assert store.count() == 0
        found = store.verify()
    assert found.sound
    assert (found.head, found.entries, found.anchored) == (EMPTY, 0, None)


def test_what_is_recorded_is_read_back(place: str) -> None:
    with Store.open(place) as store:
        row = store.append("demo", "observe", BODY, "أمل")
    with Store.open(place, create=False) as store:
        (found,) = store.rows()
        assert found == row
        assert found.body == BODY
        assert (found.seq, found.study, found.kind, found.author) == (1, "demo", "observe", "أمل")
        assert found.previous == GENESIS
        assert store.head.seq == 1
        assert store.head.hash == found.hash
        assert store.verify(store.head).anchored == 1


def test_entries_are_numbered_and_chained(place: str) -> None:
    with Store.open(place) as store:
        made = [store.append(f"study_{n % 2}", "observe", {"n": n}, "amal") for n in range(7)]
        assert [row.seq for row in made] == [1, 2, 3, 4, 5, 6, 7]
        assert store.rows() == tuple(made)
        assert store.rows("study_1") == tuple(made[1::2])
        assert store.rows("study_1", after=2) == tuple(made[3::2])
        assert store.rows(after=6) == (made[6],)
        assert store.rows("nobody") == ()
        assert (store.count(), store.count("study_0"), store.count("nobody")) == (7, 4, 0)
    for before, row in pairwise(made):
        assert row.previous == before.hash
        assert row.hash == entry_hash(
            before.hash, row.seq, row.study, row.kind, row.recorded, row.author, row.text
        )


def test_kinds_are_filtered(place: str) -> None:
    with Store.open(place) as store:
        for kind in ("observe", "statement", "amend", "observe"):
            store.append("demo", kind, {}, "amal")
        assert [row.seq for row in store.rows(kinds={"observe", "amend"})] == [1, 3, 4]
        assert store.rows(kinds=()) == ()


def test_the_time_of_recording(place: str) -> None:
    east = dt.timezone(dt.timedelta(hours=3))
    with Store.open(place) as store:
        told = dt.datetime(2026, 1, 2, 3, tzinfo=east)
        stated = store.append("demo", "observe", {}, "amal", told)
        before = dt.datetime.now(dt.UTC)
        by_clock = store.append("demo", "observe", {}, "amal")
        after = dt.datetime.now(dt.UTC)
        with pytest.raises(InvalidRequest, match="zone"):
            store.append("demo", "observe", {}, "amal", dt.datetime(2026, 1, 2, 3))
        assert store.count() == 2
    assert stated.recorded == "2026-01-02T00:00:00.000000Z"
    assert before <= dt.datetime.fromisoformat(by_clock.recorded) <= after


@pytest.mark.parametrize(
    "body",
    [
        {1: "a number as a key"},
        {"deep": [{"in": {None: 0}}]},
        {"number": float("nan")},
        {"number": float("inf")},
        {"half a letter": "\ud800"},
        {"set": {1}},
        {"date": dt.date(2026, 1, 1)},
    ],
    ids=str,
)
def test_what_json_would_not_give_back_is_refused(body: dict[Any, Any], tmp_path) -> None:
    with Store.open(tmp_path / "x.db") as store:
        with pytest.raises(InvalidRequest, match="JSON"):
            store.append("demo", "observe", body, "amal")
        assert store.append("demo", "observe", {}, "amal").seq == 1


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", "nul\x00", "x" * 501, "half \ud800"])
def test_names_are_one_line_of_text(name: str, tmp_path) -> None:
    with Store.open(tmp_path / "x.db") as store:
        for words in ((name, "observe", "amal"), ("demo", name, "amal"), ("demo", "observe", name)):
            with pytest.raises(InvalidRequest, match="cannot be recorded"):
                store.append(words[0], words[1], {}, words[2])
        assert store.count() == 0


def _two_of_which_one_is_wrong(store: Store) -> None:
    with store.writing() as writing:
        writing.append("demo", "observe", {"n": 1}, "amal", contents={"a": b"1"})
        writing.flush()
        writing.append("demo", "observe", {"n": float("nan")}, "amal")


class TestSeveralAtOnce:
    def test_they_come_together(self, place: str) -> None:
        with Store.open(place) as store, Store.open(place) as other:
            store.append("demo", "observe", {"n": 0}, "amal")
            with store.writing() as writing:
                assert writing.next_seq == 2
                made = [writing.append("demo", "observe", {"n": n}, "amal") for n in (1, 2)]
                assert writing.next_seq == 4
                assert [row.body["n"] for row in writing.rows("demo", after=1)] == [1, 2]
                made.append(writing.append("demo", "observe", {"n": 3}, "amal"))
                assert other.count() == 1
            assert other.rows(after=1) == tuple(made)
            assert other.verify().sound

    def test_or_not_at_all(self, place: str) -> None:
        with Store.open(place) as store:
            first = store.append("demo", "observe", {"n": 0}, "amal")
            with pytest.raises(InvalidRequest):
                _two_of_which_one_is_wrong(store)
            assert store.rows() == (first,)
            assert store.append("demo", "observe", {"n": 1}, "amal").seq == 2
            assert store.verify().sound
            with store._transaction(writing=False) as connection:
                assert connection.scalar(sa.text("SELECT count(*) FROM contents")) == 0

    def test_one_who_looks_before_adding_sees_the_latest(self, place: str) -> None:
        """Two threads add what is not there yet: each once."""
        ids = [f"e{n}" for n in range(20)]

        def record(store: Store) -> None:
            for id in ids:
                with store.writing() as writing:
                    if id not in {row.body["id"] for row in writing.rows("demo")}:
                        writing.append("demo", "observe", {"id": id}, "amal")

        with Store.open(place) as store:
            threads = [threading.Thread(target=record, args=(store,)) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert [row.body["id"] for row in store.rows()] == ids
            assert store.verify().sound


class TestContents:
    def test_are_kept_once_and_named_in_the_body(self, place: str) -> None:
        study, draws = b"{}" * 1000, bytes(range(256)) * 300
        with Store.open(place) as store:
            one = store.append("demo", "statement", {"id": "s1"}, "amal", contents={"study": study})
            two = store.append(
                "demo", "statement", {"id": "s2"}, "amal", contents={"study": study, "draws": draws}
            )
            assert one.body["contents"]["study"] == two.body["contents"]["study"]
            assert store.content(one.contents["study"]) == study
            assert store.content(two.contents["draws"]) == draws
            assert store.rows() == (one, two)
            assert store.verify().sound
            with store._transaction(writing=False) as connection:
                assert connection.scalar(sa.text("SELECT count(*) FROM contents")) == 2

    def test_one_that_is_not_there_is_missing(self, place: str) -> None:
        with Store.open(place) as store, pytest.raises(CannotCompute, match="missing"):
            store.content("0" * 64)


def test_the_tables_are_those_that_statements_name(place: str) -> None:
    from tarjih.evidence.stores import tables

    with Store.open(place) as store, store._transaction(writing=False) as connection:
        there = sa.inspect(connection)
        assert set(there.get_table_names()) == tables.NAMES
        for name in tables.NAMES:
            columns = {column["name"] for column in there.get_columns(name)}
            assert columns == set(getattr(tables, name).c.keys())


def test_migrations_are_recorded_in_order(place: str) -> None:
    with (
        Store.open(place),
        Store.open(place) as store,
        store._transaction(writing=False) as connection,
    ):
        made = connection.execute(sa.text("SELECT name, applied FROM migrations")).all()
    assert [name for name, _ in made] == [step.name for step in MIGRATIONS]
    assert [step.name for step in MIGRATIONS] == sorted({step.name for step in MIGRATIONS})
    assert all(dt.datetime.fromisoformat(applied).tzinfo for _, applied in made)
