"""Changes behind the tool's back, made to real databases: each is found, and named."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from tarjih.errors import CannotCompute, TarjihError
from tarjih.evidence.ledgers.chain import Head, Row, content_digest, entry_hash
from tarjih.evidence.ledgers.verification import Verification
from tarjih.evidence.stores.store import Store

ENTRIES = 12
CONTENT = bytes(range(256)) * 8


def _fill(where: str | Path) -> tuple[tuple[Row, ...], Head]:
    with Store.open(where) as store:
        for n in range(1, ENTRIES + 1):
            body = {"id": f"n{n}", "label": {"ar": "زيارة رسمية", "en": f"visit {n}"}}
            kept = {"draws": CONTENT} if n == 7 else None
            store.append("demo", "observe", body, "amal", contents=kept)
        return store.rows(), store.head


@contextmanager
def _sql(place: str) -> Iterator[sa.Connection]:
    """Another program, with plain SQL."""
    engine = sa.create_engine(place if "://" in place else f"sqlite:///{place}")
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _change(place: str, *statements: str) -> None:
    with _sql(place) as connection:
        for statement in statements:
            assert connection.execute(sa.text(statement)).rowcount >= 1, statement


def _verify(place: str | Path, anchor: str | Head | None = None) -> Verification:
    with Store.open(place, create=False) as store:
        return store.verify(anchor)


def _sound(path: Path) -> bool:
    """Whether it passes; a file that cannot be opened does not."""
    try:
        return _verify(path).sound
    except TarjihError:
        return False


def _told(found: Verification) -> list[tuple[int | None, str | None]]:
    return [(fault.seq, fault.id) for fault in found.faults]


@pytest.mark.parametrize(
    "what",
    [
        "study = 'another'",
        "kind = 'retract'",
        "author = 'somebody else'",
        "recorded = '2020-01-01T00:00:00.000000Z'",
        "body = replace(body, 'visit', 'attack')",
        "body = body || ' '",
        "previous = hash",
        f"hash = '{'0' * 64}'",
    ],
)
def test_an_edit_names_its_entry(place: str, what: str) -> None:
    _fill(place)
    _change(place, f"UPDATE entries SET {what} WHERE seq = 5")
    found = _verify(place)
    assert [fault.seq for fault in found.faults] == [5]
    assert "entry 5" in str(found.faults[0])
    if "body = body" not in what:
        assert found.faults[0].id == "n5"


def test_a_deleted_entry_is_named(place: str) -> None:
    _fill(place)
    _change(place, "DELETE FROM entries WHERE seq = 5")
    assert [str(fault) for fault in _verify(place).faults] == ["entry 5: is gone"]


def test_two_swapped_entries_are_named(place: str) -> None:
    _fill(place)
    _change(
        place,
        "UPDATE entries SET seq = -3 WHERE seq = 3",
        "UPDATE entries SET seq = 3 WHERE seq = 9",
        "UPDATE entries SET seq = 9 WHERE seq = -3",
    )
    assert _told(_verify(place)) == [(3, "n9"), (9, "n3")]


def test_two_swapped_bodies_are_named(place: str) -> None:
    rows, _ = _fill(place)
    with _sql(place) as connection:
        for row, other in ((rows[4], rows[6]), (rows[6], rows[4])):
            connection.execute(
                sa.text("UPDATE entries SET body = :body WHERE seq = :seq"),
                {"body": other.text, "seq": row.seq},
            )
    assert _told(_verify(place)) == [(5, "n7"), (7, "n5")]


class TestTheLastEntry:
    def test_deleted_by_accident_is_missed(self, place: str) -> None:
        _fill(place)
        _change(place, f"DELETE FROM entries WHERE seq = {ENTRIES}")
        assert [str(fault) for fault in _verify(place).faults] == [
            f"entry {ENTRIES}: is gone from the end"
        ]

    def test_nothing_is_recorded_over_the_gap(self, place: str) -> None:
        _fill(place)
        _change(place, f"DELETE FROM entries WHERE seq = {ENTRIES}")
        with Store.open(place) as store:
            with pytest.raises(CannotCompute, match="does not end where it should"):
                store.append("demo", "observe", {}, "amal")
            assert store.count() == ENTRIES - 1

    def test_deleted_with_what_remembers_it_takes_an_anchor(self, place: str) -> None:
        _, head = _fill(place)
        _change(
            place,
            f"DELETE FROM entries WHERE seq = {ENTRIES}",
            "UPDATE head SET (seq, hash) = "
            f"(SELECT seq, hash FROM entries WHERE seq = {ENTRIES - 1})",
        )
        assert _verify(place).sound
        for anchor in (head, head.hash, str(head)):
            found = _verify(place, anchor)
            assert not found.sound
            assert "deleted from the end" in str(found.faults[-1])


def test_a_chain_rewritten_as_a_whole_takes_an_anchor(place: str) -> None:
    rows, head = _fill(place)
    previous = rows[0].previous
    with _sql(place) as connection:
        for row in rows:
            content = (row.study, row.kind, row.recorded, "somebody else", row.text)
            digest = entry_hash(previous, row.seq, *content)
            connection.execute(
                sa.text(
                    "UPDATE entries SET author = :author, previous = :previous, hash = :hash"
                    " WHERE seq = :seq"
                ),
                {"author": content[3], "previous": previous, "hash": digest, "seq": row.seq},
            )
            previous = digest
        connection.execute(sa.text("UPDATE head SET hash = :hash"), {"hash": previous})
    assert _verify(place).sound
    assert not _verify(place, head.hash).sound
    assert _told(_verify(place, head)) == [(ENTRIES, None)]
    assert not _verify(place, f"3:{rows[2].hash}").sound


def test_an_anchor_noted_down_earlier_still_holds_after_more_was_recorded(place: str) -> None:
    _, head = _fill(place)
    with Store.open(place) as store:
        store.append("demo", "observe", {"id": "later"}, "amal")
    found = _verify(place, head)
    assert found.sound
    assert (found.anchored, found.entries) == (ENTRIES, ENTRIES + 1)


def test_an_entry_added_with_plain_sql_is_found(place: str) -> None:
    _fill(place)
    _change(
        place,
        f"INSERT INTO entries SELECT {ENTRIES + 1}, study, kind, recorded, author, body, hash, hash"
        f" FROM entries WHERE seq = {ENTRIES}",
    )
    assert {fault.seq for fault in _verify(place).faults} == {ENTRIES + 1}


@pytest.mark.parametrize(
    ("statement", "word"),
    [
        ("DELETE FROM head", "gone"),
        (f"UPDATE head SET hash = '{'f' * 64}'", "rewritten"),
        ("UPDATE head SET seq = 99", "gone from the end"),
        ("UPDATE head SET seq = 4", "added"),
    ],
)
def test_what_remembers_the_end_is_checked(place: str, statement: str, word: str) -> None:
    _fill(place)
    _change(place, statement)
    found = _verify(place)
    assert len(found.faults) == 1
    assert word in str(found.faults[0])
    with Store.open(place) as store, pytest.raises(CannotCompute, match="does not end where"):
        store.append("demo", "observe", {}, "amal")


@pytest.mark.parametrize(
    ("statement", "word"),
    [("DELETE FROM contents", "gone"), ("UPDATE contents SET data = 'x'", "changed")],
)
def test_what_is_kept_beside_an_entry_is_checked(place: str, statement: str, word: str) -> None:
    _fill(place)
    _change(place, statement)
    found = _verify(place)
    assert _told(found) == [(7, "n7")]
    assert word in str(found.faults[0])
    with Store.open(place) as store, pytest.raises(CannotCompute, match=r"missing|damaged"):
        store.content(content_digest(CONTENT))


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, tuple[Row, ...]]:
    """Make a file, and say what is in it."""
    path = tmp_path_factory.mktemp("original") / "x.db"
    rows, _ = _fill(path)
    assert not path.with_name("x.db-wal").exists()
    return path.read_bytes(), rows


class TestAFlippedByte:
    """In an SQLite file; every place where it matters, and many where it may not."""

    @pytest.mark.parametrize(
        "word", [b"visit 5", "زيارة".encode(), b'{"id":"n5"', b"amal", b"demoobserve"]
    )
    @pytest.mark.parametrize("bit", [0, 3, 7])
    def test_in_an_entry_is_found(self, original, tmp_path: Path, word: bytes, bit: int) -> None:
        content, rows = original
        at = content.find(word)
        assert at > 0
        path = tmp_path / "x.db"
        flipped = bytearray(content)
        flipped[at] ^= 1 << bit
        path.write_bytes(flipped)
        found = _verify(path)
        assert not found.sound
        assert found.entries == len(rows)
        (named,) = (fault for fault in found.faults if fault.seq is not None)
        assert "was changed" in named.what

    def test_anywhere_is_found_or_changes_nothing(self, original, tmp_path: Path) -> None:
        content, rows = original
        dice = random.Random(5)
        path = tmp_path / "x.db"
        refused = found = harmless = 0
        places = dice.sample(range(len(content)), 200) + list(range(100))
        for at in places:
            flipped = bytearray(content)
            flipped[at] ^= 1 << dice.randrange(8)
            path.write_bytes(flipped)
            try:
                with Store.open(path, create=False, patience=0.1) as store:
                    if store.verify().sound:
                        assert store.rows() == rows, at
                        assert store.content(content_digest(CONTENT)) == CONTENT, at
                        harmless += 1
                    else:
                        found += 1
            except TarjihError:
                refused += 1
        # Most of so small a file is free space, where nothing is kept.
        assert min(refused, found, harmless) > 10

    @pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
    def test_a_truncated_file(self, original, tmp_path: Path, share: float) -> None:
        content, _ = original
        path = tmp_path / "x.db"
        path.write_bytes(content[: int(share * len(content))])
        assert not _sound(path)

    def test_a_lost_page_of_entries_is_named(self, tmp_path: Path) -> None:
        path = tmp_path / "x.db"
        with Store.open(path) as store, store.writing() as writing:
            for n in range(200):
                writing.append("demo", "observe", {"id": f"n{n}", "text": "x" * 300}, "amal")
        content = bytearray(path.read_bytes())
        at = content.find(b'"id":"n120"')
        page = at // 4096 * 4096
        content[page : page + 4096] = bytes(4096)
        path.write_bytes(content)
        found = _verify(path)
        assert not found.sound
        named = [fault for fault in found.faults if fault.seq is not None]
        assert named
        assert 100 < (named[0].seq or 0) <= 121


def test_sqlite_itself_sees_an_index_that_disagrees(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    _fill(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        root = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'entries_by_study'"
        ).fetchone()[0]
    content = bytearray(path.read_bytes())
    at = content.find(b"demo", (root - 1) * 4096)
    content[at : at + 4] = b"dem0"
    path.write_bytes(content)
    found = _verify(path)
    assert any("own check" in str(fault) for fault in found.faults)
