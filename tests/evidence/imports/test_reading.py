"""Rows of files, with their lines, whatever the file is like."""

from __future__ import annotations

import codecs
import json
from pathlib import Path

import pytest

from tarjih.errors import InvalidRequest
from tarjih.evidence.imports.documents import JsonRows, YamlRows
from tarjih.evidence.imports.reading import Row, Unreadable
from tarjih.evidence.imports.tables import TableRows


def _write(folder: Path, content: str | bytes, name: str = "e.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _rows(rows: TableRows | JsonRows | YamlRows) -> list[tuple[int, dict[str, object]]]:
    found = list(rows)
    assert all(isinstance(one, Row) for one in found), found
    return [(one.line, dict(one.cells)) for one in found if isinstance(one, Row)]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_separator_is_found(tmp_path: Path, mark: str) -> None:
    path = _write(tmp_path, f'a{mark}b\n1{mark}"x{mark}y"\n')
    assert _rows(TableRows(path)) == [(2, {"a": "1", "b": f"x{mark}y"})]


def test_a_mark_at_the_beginning_and_mixed_line_ends(tmp_path: Path) -> None:
    content = codecs.BOM_UTF8 + b'ID,Note\r\n1,one\n2,"two\r\nlines"\r3,three\r\n\r\n\n4,four'
    assert _rows(TableRows(_write(tmp_path, content))) == [
        (2, {"id": "1", "note": "one"}),
        (3, {"id": "2", "note": "two\r\nlines"}),
        (5, {"id": "3", "note": "three"}),
        (8, {"id": "4", "note": "four"}),
    ]


def test_quotes_and_commas_and_arabic(tmp_path: Path) -> None:
    path = _write(tmp_path, 'name,text\n"Smith, ""Joe""",قال «نعم»، ثم لا\n')
    assert _rows(TableRows(path)) == [(2, {"name": 'Smith, "Joe"', "text": "قال «نعم»، ثم لا"})]


def test_a_spreadsheet_says_what_separates(tmp_path: Path) -> None:
    path = _write(tmp_path, "sep=;\r\na;b\r\n1,5;2\r\n")
    assert _rows(TableRows(path)) == [(3, {"a": "1,5", "b": "2"})]


def test_columns_of_a_file_without_names(tmp_path: Path) -> None:
    path = _write(tmp_path, '1\t"half a quote\n2\tx\n')
    rows = TableRows(path, separator="tab", columns=("a", "b"), quotes=False)
    assert _rows(rows) == [(1, {"a": "1", "b": '"half a quote'}), (2, {"a": "2", "b": "x"})]
    path = _write(tmp_path, "a\tb\n2\tx\n")
    rows = TableRows(path, separator="tab", columns=("a", "b"), quotes=False)
    assert _rows(rows) == [(2, {"a": "2", "b": "x"})]


def test_a_row_that_is_wrong_does_not_stop_the_next(tmp_path: Path) -> None:
    path = _write(tmp_path, 'a,b\n1\n2,x,y\n3,"x"y\n4,x,,\n')
    first, second, third, last = TableRows(path)
    assert isinstance(first, Unreadable)
    assert str(first.problem).startswith(f"{path}:2: wrong number of cells: got '1'; allowed: 2")
    assert isinstance(second, Unreadable)
    assert second.line == 3
    assert isinstance(third, Unreadable)
    assert "misplaced quotation mark" in str(third.problem)
    assert last == Row(5, {"a": "4", "b": "x"})


def test_a_cell_that_never_ends(tmp_path: Path) -> None:
    (found,) = TableRows(_write(tmp_path, 'a,b\n1,"x\n'))
    assert isinstance(found, Unreadable)
    assert "never closed" in str(found.problem)
    found, *_ = TableRows(_write(tmp_path, 'a,b\n1,"' + "x" * 200_000 + '"\n'))
    assert isinstance(found, Unreadable)
    assert "does not end" in str(found.problem)
    with pytest.raises(InvalidRequest, match="this line does not end"):
        list(TableRows(_write(tmp_path, "a,b\n" + "x" * 2_000_000)))


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ("", "the file is empty"),
        ("\n1,2\n", "names the columns"),
        ("a,b,A\n", "a name of its own: got 'a'"),
        ("a,,b\n1,2,3\n", "a name of its own"),
        (",".join(f"c{n}" for n in range(2000)) + "\n", "too many columns"),
        ('a,"b\n', "never closed"),
        (codecs.BOM_UTF16_LE + "a,b\n".encode("utf-16-le"), "UTF-16"),
        ("a,b\n".encode("utf-16-le"), "UTF-16"),
        (b"PK\x03\x04rest", "packed"),
    ],
)
def test_a_file_that_cannot_be_read(tmp_path: Path, content: str | bytes, what: str) -> None:
    with pytest.raises(InvalidRequest, match=what):
        list(TableRows(_write(tmp_path, content)))


def test_another_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    arabic = "a,b\n1,x\n2,زيارة وزير الخارجية\n".encode("cp1256")
    with pytest.raises(InvalidRequest, match=r"e\.csv:3: this is not UTF-8: .*1256"):
        list(TableRows(_write(tmp_path, arabic)))
    western = ("a,b\n" + "1,x\r\n" * 300_000 + "2,Agência\n").encode("cp1252")
    with pytest.raises(InvalidRequest, match=r"e\.csv:300002: this is not UTF-8: .*1252"):
        list(TableRows(_write(tmp_path, western)))


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidRequest, match="no such file"):
        TableRows(tmp_path / "none.csv")
    with pytest.raises(InvalidRequest, match="no regular file"):
        TableRows(tmp_path)


def test_lines_of_json(tmp_path: Path) -> None:
    good = {"ID": "n1", "sources": ["a"], "note": {"ar": "نص"}}
    text = "\n".join(
        [json.dumps(good), "", "[1]", '{"a": 1, "a": 2}', '{"a": NaN}', "{", "[" * 100_000]
    )
    first, *rest = JsonRows(_write(tmp_path, text, "e.jsonl"))
    assert first == Row(1, {"id": "n1", "sources": ["a"], "note": {"ar": "نص"}})
    assert [one.line for one in rest] == [3, 4, 5, 6, 7]
    said = [str(one.problem) for one in rest if isinstance(one, Unreadable)]
    assert "one object a line" in said[0]
    assert "a key stands twice" in said[1]
    assert "NaN is no number" in said[2]
    assert len(said) == 5


def test_yaml_has_items(tmp_path: Path) -> None:
    text = "- {id: n1, seen: visit}\n- seen: strike\n- 5\n"
    first, second, third = YamlRows(_write(tmp_path, text, "e.yaml"))
    assert (first, second) == (Row(1, {"id": "n1", "seen": "visit"}), Row(2, {"seen": "strike"}))
    assert isinstance(third, Unreadable)
    text = "items:\n  n1:\n    seen: visit\n"
    assert _rows(YamlRows(_write(tmp_path, text, "e.yaml"))) == [(2, {"id": "n1", "seen": "visit"})]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a: &x [1]\nitems: [*x]\n", "anchors are not allowed"),
        ("- !!python/object/apply:os.system [ls]\n", "tags are not allowed"),
        ("items: 5\n", "items expected"),
        ("items: []\nstudy: {}\n", "items expected"),
        ("", "the file is empty"),
        ("[" * 50 + "]" * 50, "nested too deeply"),
    ],
)
def test_yaml_without_tricks(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(InvalidRequest, match=what):
        YamlRows(_write(tmp_path, text, "e.yaml"))
