"""Every way in which a chain can differ from what was recorded, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tarjih.errors import InvalidRequest
from tarjih.evidence.ledgers.chain import EMPTY, GENESIS, Head, Row, entry_hash
from tarjih.evidence.ledgers.verification import Anchor, Verification, follow


def _chain(n: int, word: str = "as recorded") -> list[Row]:
    rows: list[Row] = []
    for seq in range(1, n + 1):
        previous = rows[-1].hash if rows else GENESIS
        content = ("demo", "observe", f"t{seq}", "amal", f'{{"id":"n{seq}","word":"{word}"}}')
        rows.append(Row(seq, *content, previous, entry_hash(previous, seq, *content)))
    return rows


def _rehash(row: Row, previous: str | None = None, **changed: Any) -> Row:
    row = replace(row, **changed, previous=previous or row.previous)
    content = (row.study, row.kind, row.recorded, row.author, row.text)
    return replace(row, hash=entry_hash(row.previous, row.seq, *content))


def _head(rows: list[Row]) -> Head:
    return Head(rows[-1].seq, rows[-1].hash) if rows else EMPTY


def _told(found: Verification) -> list[tuple[int | None, str | None]]:
    return [(fault.seq, fault.id) for fault in found.faults]


@pytest.mark.parametrize("n", [0, 1, 2, 9])
def test_an_untouched_chain_is_sound(n: int) -> None:
    rows = _chain(n)
    for anchor in (None, Anchor.read(_head(rows)), Anchor.read(GENESIS)):
        found = follow(rows, _head(rows), anchor)
        assert found.sound
        assert (found.entries, found.head) == (n, _head(rows))


@given(
    n=st.integers(1, 8),
    data=st.data(),
    field=st.sampled_from(["study", "kind", "recorded", "author", "text", "previous", "hash"]),
)
def test_an_edited_field_names_its_entry_and_no_other(n: int, data, field: str) -> None:
    rows = _chain(n)
    head = _head(rows)
    at = data.draw(st.integers(0, n - 1))
    old = getattr(rows[at], field)
    rows[at] = replace(rows[at], **{field: data.draw(st.text().filter(lambda new: new != old))})
    found = follow(rows, head)
    assert [fault.seq for fault in found.faults] == [at + 1]
    assert "was changed" in found.faults[0].what


@pytest.mark.parametrize("value", [None, 7, 0.5, b"demo"])
def test_a_field_of_another_type_is_an_edit(value: object) -> None:
    rows = _chain(3)
    for field in ("study", "text", "previous", "hash"):
        broken = [rows[0], replace(rows[1], **{field: value}), rows[2]]  # type: ignore[arg-type]
        assert [fault.seq for fault in follow(broken, _head(rows)).faults] == [2]


@pytest.mark.parametrize("at", range(5))
def test_an_entry_rewritten_with_its_hash_is_named_by_the_next(at: int) -> None:
    rows = _chain(5)
    head = _head(rows)
    rows[at] = _rehash(rows[at], author="another")
    found = follow(rows, head)
    assert _told(found) == [(at + 1, f"n{at + 1}")]
    assert "hash and all" in found.faults[0].what


@pytest.mark.parametrize("at", range(5))
def test_a_missing_entry_is_named(at: int) -> None:
    rows = _chain(5)
    head = _head(rows)
    del rows[at]
    found = follow(rows, head)
    assert _told(found) == [(at + 1, None)]
    assert str(found.faults[0]) == f"entry {at + 1}: is gone" + (" from the end" * (at == 4))


def test_several_missing_are_told_in_one_line() -> None:
    rows = _chain(9)
    found = follow([*rows[:2], *rows[6:]], _head(rows))
    assert [str(fault) for fault in found.faults] == ["entry 3: this one to entry 6 are gone"]
    assert [str(fault) for fault in follow([], _head(rows)).faults] == [
        "entry 1: this one to entry 9 are gone from the end"
    ]


@given(st.data())
def test_two_entries_swapped_are_both_named(data) -> None:
    rows = _chain(6)
    head = _head(rows)
    i, j = data.draw(st.lists(st.integers(0, 5), min_size=2, max_size=2, unique=True))
    a, b = rows[i], rows[j]
    rows[i], rows[j] = replace(b, seq=a.seq), replace(a, seq=b.seq)
    assert {fault.seq for fault in follow(rows, head).faults} == {i + 1, j + 1}


def test_a_removed_entry_with_the_rest_numbered_anew() -> None:
    rows = _chain(5)
    head = _head(rows)
    rows = [*rows[:1], *(replace(row, seq=row.seq - 1) for row in rows[2:])]
    assert [fault.seq for fault in follow(rows, head).faults] == [2, 3, 4, 5]


class TestWhatOnlyTheHeadOrAnAnchorTells:
    """The end cut off, or everything rewritten: within itself such a chain is sound."""

    rows = _chain(5)

    def test_the_end_is_missed_by_the_head(self) -> None:
        cut = self.rows[:-1]
        assert follow(cut, _head(cut)).sound
        assert _told(follow(cut, _head(self.rows))) == [(5, None)]

    @pytest.mark.parametrize("numbered", [True, False])
    def test_the_end_is_missed_by_an_anchor(self, numbered: bool) -> None:
        cut = self.rows[:-1]
        noted = str(_head(self.rows)) if numbered else _head(self.rows).hash
        found = follow(cut, _head(cut), Anchor.read(noted))
        assert not found.sound
        assert found.anchored is None
        assert found.faults[0].seq == (5 if numbered else None)
        assert "deleted from the end" in str(found.faults[0])

    @pytest.mark.parametrize("noted", [1, 3, 5])
    def test_a_chain_made_anew_is_missed_by_an_anchor(self, noted: int) -> None:
        forged = _chain(5, "as I would have it")
        assert follow(forged, _head(forged)).sound
        for written in (
            f"{noted}:{self.rows[noted - 1].hash}",
            self.rows[noted - 1].hash,
            self.rows[noted - 1].hash[:32].upper(),
        ):
            found = follow(forged, _head(forged), Anchor.read(written))
            assert not found.sound
            assert "rewritten" in str(found.faults[0])

    def test_an_anchor_vouches_for_what_came_before_it_and_no_more(self) -> None:
        forged = list(self.rows)
        for at in (3, 4):
            forged[at] = _rehash(forged[at], forged[at - 1].hash, author="another")
        for noted, sound in ((2, True), (3, True), (4, False), (5, False)):
            found = follow(forged, _head(forged), Anchor.read(self.rows[noted - 1].hash))
            assert found.sound is sound
            assert found.anchored == (noted if sound else None)

    def test_entries_added_from_outside(self) -> None:
        found = follow(self.rows, _head(self.rows[:3]))
        assert _told(found) == [(4, None)]
        assert "added" in found.faults[0].what

    def test_a_lost_or_changed_head(self) -> None:
        assert _told(follow(self.rows, None)) == [(None, None)]
        assert _told(follow(self.rows, Head(5, "f" * 64))) == [(5, "n5")]
        assert _told(follow([], Head(0, "f" * 64))) == [(None, None)]

    def test_a_first_entry_that_follows_another(self) -> None:
        start = _rehash(self.rows[0], "f" * 64)
        assert _told(follow([start], Head(1, start.hash))) == [(1, "n1")]


@pytest.mark.parametrize(
    "written",
    ["", "abc", "g" * 64, "1:", "1:abc", "x:" + "a" * 64, "a" * 65, "a" * 31, "-1:" + "a" * 64],
)
def test_what_is_no_anchor_is_refused(written: str) -> None:
    with pytest.raises(InvalidRequest, match="SEQ:HASH"):
        Anchor.read(written)
