"""The bytes of an entry, recomputed as an outsider would, and what canonical JSON refuses."""

from __future__ import annotations

import hashlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tarjih.errors import CannotCompute
from tarjih.evidence.ledgers.chain import GENESIS, Row, canonical_json, entry_bytes, entry_hash

TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=10,
)
FIELDS = st.tuples(TEXTS, st.integers(1, 10**9), TEXTS, TEXTS, TEXTS, TEXTS, TEXTS)


def _netstring(text: str) -> bytes:
    raw = text.encode()
    return str(len(raw)).encode() + b":" + raw + b","


@given(FIELDS)
def test_the_hash_is_as_documented(fields: tuple[str, int, str, str, str, str, str]) -> None:
    texts = ["tarjih ledger 1", *(str(field) for field in fields)]
    expected = hashlib.sha256(b"".join(map(_netstring, texts))).hexdigest()
    assert entry_hash(*fields) == expected


@given(FIELDS, FIELDS)
def test_no_two_entries_share_their_bytes(one, other) -> None:
    assert (entry_bytes(*one) == entry_bytes(*other)) == (one == other)


def test_moving_a_letter_from_one_field_to_the_next_changes_the_bytes() -> None:
    """Plain concatenation would not see this."""
    fields = (GENESIS, 1, "ab", "c", "t", "me", "{}")
    moved = (GENESIS, 1, "a", "bc", "t", "me", "{}")
    assert entry_hash(*fields) != entry_hash(*moved)


@given(st.dictionaries(TEXTS, JSON, max_size=4))
def test_canonical_json_reads_back_and_is_the_same_again(body) -> None:
    text = canonical_json(body)
    assert json.loads(text) == body
    assert canonical_json(json.loads(text)) == text


def test_canonical_json_knows_no_order_of_keys() -> None:
    assert canonical_json({"b": 1, "a": {"d": 2, "c": 3}}) == '{"a":{"c":3,"d":2},"b":1}'
    assert canonical_json({"a": {"c": 3, "d": 2}, "b": 1}) == '{"a":{"c":3,"d":2},"b":1}'


def _row(text: object) -> Row:
    return Row(7, "demo", "observe", "t", "amal", text, GENESIS, GENESIS)  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"n1"', '{"a":"\udcff"}', b"{}", None, 7])
def test_a_body_that_is_none_says_which_entry(text: object) -> None:
    row = _row(text)
    with pytest.raises(CannotCompute, match="entry 7 "):
        _ = row.body
    assert row.id is None
    assert row.contents == {}


def test_ids_and_contents_come_from_the_body() -> None:
    digest = "ab" * 32
    row = _row(canonical_json({"id": "n7", "contents": {"draws": digest}}))
    assert (row.id, row.contents) == ("n7", {"draws": digest})
    for odd in ({"id": 7, "contents": [digest]}, {"contents": {"draws": 7}}, {}):
        row = _row(canonical_json(odd))
        assert (row.id, row.contents) == (None, {})
