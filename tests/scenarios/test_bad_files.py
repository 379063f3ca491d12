"""Files that cannot be read as they should: one clear message, its place, its remedy."""

from __future__ import annotations

import builtins
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tarjih.errors import CannotCompute, InvalidStudy
from tarjih.scenarios import load_study, yaml_source
from tarjih.scenarios.files import MAX_BYTES
from tarjih.scenarios.yaml_source import read_yaml

Write = Callable[[str], Path]


def refusal(path: Path) -> str:
    """The only message about a file."""
    with pytest.raises(InvalidStudy) as caught:
        load_study(path)
    assert type(caught.value) is InvalidStudy
    assert caught.value.exit_code == 2
    (problem,) = caught.value.problems
    assert str(problem) == str(caught.value)
    return str(problem)


@pytest.mark.parametrize(
    ("text", "place", "what", "mend"),
    [
        ("", "1:1", "the file is empty", "tarjih new"),
        ("# nothing yet\n", "1:1", "the file is empty", "tarjih new"),
        ("~\n", "1:1", "the file is empty", "tarjih new"),
        ("just words\n", "1:1", "holds no sections", "`study:`"),
        ("- a\n- b\n", "1:1", "holds no sections", "`study:`"),
        ("study:\n  a: &x 1\n", "2:6", "anchors are not allowed: got '&x'", "write the content"),
        ("study:\n  a: *x\n", "2:6", "aliases are not allowed: got '*x'", "write the content"),
        (
            "a: !!python/object/apply:os.system ['touch /tmp/x']\n",
            "1:4",
            "tags are not allowed: got 'tag:yaml.org,2002:python/object/apply:os.system'",
            "remove the tag",
        ),
        ("a: !secret 1\n", "1:4", "tags are not allowed: got '!secret'", "remove the tag"),
        ("a: !!str 1\n", "1:4", "tags are not allowed", "quote what must stay text"),
        ("a: 1\n---\nb: 1\n", "2:1", "a file holds one document", "a file of its own"),
        ("a:\n\t- b\n", "2:1", "this is not YAML", "indent with spaces"),
        ("a: b: c\n", "1:5", "this is not YAML", "put text that holds a colon in quotes"),
        ("a: 'open\n", "2:1", "this is not YAML", "close the quotation mark"),
        ("a: [1, 2\nb: 3\n", "2:2", "this is not YAML", "close the bracket"),
        ("a: %x\n", "1:4", "this is not YAML", "quote text that starts with"),
        ("[a]: 1\n", "1:1", "a key must be plain text", "in quotes"),
        ('a: "\\e[31mred"\n', "1:4", "control character", "remove it"),
        ("a: x\x07\n", "1:5", "control character: got 'U+0007'", "remove it"),
        ("a: " + "[" * 40 + "]" * 40, "1:35", "nested too deeply", "32 levels"),
    ],
)
def test_what_yaml_may_not_hold(write: Write, text: str, place: str, what: str, mend: str) -> None:
    path = write(text)
    message = refusal(path)
    assert message.startswith(f"{path}:{place}: ")
    assert what in message
    assert mend in message


def test_an_alias_bomb_is_refused_at_its_first_anchor(write: Write) -> None:
    lines = ["a0: &a0 [lol]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    started = time.perf_counter()
    message = refusal(write("\n".join(lines)))
    assert "demo.yaml:1:5: anchors are not allowed" in message
    assert time.perf_counter() - started < 1.0


def test_no_tag_runs_code(write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> None:
        pytest.fail("code was run")

    monkeypatch.setattr(os, "system", forbidden)
    monkeypatch.setattr(builtins, "eval", forbidden)
    refusal(write("a: !!python/object/apply:os.system ['true']\n"))
    assert [path.name for path in tmp_path.iterdir()] == ["demo.yaml"]


def test_all_duplicate_keys_are_named(write: Write, template: str) -> None:
    text = template.replace("  step: month", "  step: week\n  step: month")
    text = text.replace("    letter: B", "    letter: C\n    letter: B")
    with pytest.raises(InvalidStudy) as caught:
        load_study(write(text))
    first, second = map(str, caught.value.problems)
    line = text.split("\n").index("  step: week") + 1
    assert f"demo.yaml:{line + 1}:3: duplicate key: got 'step'" in first
    assert f"stands already in line {line}" in first
    assert "duplicate key: got 'letter'" in second


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_other_encodings(tmp_path: Path, template: str, encoding: str) -> None:
    path = tmp_path / "demo.yaml"
    path.write_bytes(template.encode(encoding))
    message = refusal(path)
    assert message.startswith(f"{path}:1:1: wrong encoding: got 'UTF-")
    assert message.endswith("allowed: UTF-8; save the file as UTF-8")
    assert ("UTF-16" in message) or encoding == "utf-32"


def test_a_broken_byte_has_a_place(tmp_path: Path) -> None:
    path = tmp_path / "demo.yaml"
    path.write_bytes("a: 1\nb: كلمة ".encode() + b"\xff\n")
    assert refusal(path).startswith(f"{path}:2:9: wrong encoding: got 'byte 0xff'")


def test_a_byte_order_mark_of_utf8_is_fine(tmp_path: Path, template: str) -> None:
    path = tmp_path / "demo.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + template.encode())
    assert load_study(path).id == "demo"


def test_windows_line_ends_are_fine(tmp_path: Path, template: str) -> None:
    path = tmp_path / "demo.yaml"
    path.write_bytes(template.replace("\n", "\r\n").encode())
    plain = tmp_path / "plain.yaml"
    plain.write_text(template, encoding="utf-8")
    assert load_study(path) == load_study(plain)


def test_a_large_file_is_not_even_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "demo.yaml"
    with path.open("wb") as handle:
        handle.truncate(50_000_000)

    def forbidden(*_: object, **__: object) -> None:
        pytest.fail("the file was opened")

    monkeypatch.setattr(Path, "open", forbidden)
    message = refusal(path)
    assert message.startswith(f"{path}:1:1: the file is too large: got '50 MB'; allowed: 10 MB")
    assert "split the study into several files" in message


def test_a_file_of_the_largest_size_is_read(tmp_path: Path, template: str) -> None:
    path = tmp_path / "demo.yaml"
    content = template.encode()
    path.write_bytes(content + b"#" * (MAX_BYTES - len(content)))
    assert load_study(path).id == "demo"


def test_too_many_values(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_source, "MAX_NODES", 1000)
    load_yaml = write("a: [" + "1," * 997 + "]\n")
    assert not read_yaml(load_yaml).problems
    message = refusal(write("a: [" + "1," * 1000 + "]\n"))
    assert message.endswith(
        "demo.yaml:1:1999: the file holds too many values: "
        "split the study into several files of a folder"
    )


def test_no_such_file(tmp_path: Path) -> None:
    message = refusal(tmp_path / "absent.yaml")
    assert message == f"{tmp_path / 'absent.yaml'}: there is no such file or folder"


def test_a_folder_without_yaml(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / ".hidden.yaml").write_text("x")
    message = refusal(tmp_path)
    assert message.startswith(f"{tmp_path}: the folder holds no .yaml file")
    assert "point to a study's folder or to its file" in message


def test_a_folder_named_like_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "demo.yaml"
    folder.mkdir()
    assert "the folder holds no .yaml file" in refusal(folder)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "demo.yaml"
    os.mkfifo(pipe)
    message = refusal(pipe)
    assert "this is no regular file" in message
    assert "name a YAML file" in message


def test_an_unreadable_file_could_not_be_done(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write("a: 1\n")

    def denied(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    with pytest.raises(CannotCompute, match="cannot be read: Permission denied") as caught:
        load_study(path)
    assert caught.value.exit_code == 1


def test_words_that_yaml_1_1_would_turn_stay_words(write: Write) -> None:
    source = read_yaml(write("a: [no, on, y, 012, 1_0, 2025-08-06, 2025-08, 1:30, 0x1f]\n"))
    assert source.data == {
        "a": ["no", "on", "y", 12, "1_0", "2025-08-06", "2025-08", "1:30", "0x1f"]
    }
    source = read_yaml(write("a: [true, False, 1, -2, .5, 1e-3, '1', 2025, null, ~, ]\n"))
    assert source.data == {"a": [True, False, 1, -2, 0.5, 0.001, "1", 2025, None, None]}


@pytest.mark.parametrize("key", ["true", "null", "~"])
def test_a_key_that_is_no_text(write: Write, template: str, key: str) -> None:
    text = template.replace("levels: [calm,", f"levels:\n      {key}: {{}}\n    x: [calm,")
    with pytest.raises(InvalidStudy) as caught:
        load_study(write(text))
    assert f"a key must be text: got '{key}'; choose another name" in str(caught.value)


def test_positions_are_those_of_keys_and_list_entries(write: Write) -> None:
    source = read_yaml(write("study:\n  id: x\n  list: [a,\n    {b: 1}]\n'q': 1\n"))
    places = {path: place[1:] for path, place in source.places.items()}
    assert places == {
        "study": (1, 1),
        "study.id": (2, 3),
        "study.list": (3, 3),
        "study.list.0": (3, 10),
        "study.list.1": (4, 5),
        "study.list.1.b": (4, 6),
        "q": (5, 1),
    }
