"""Parts of studies that do not fit together, and data that no file holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tarjih.errors import InvalidStudy
from tarjih.scenarios import load_study, study_from_data

Write = Callable[[str], Path]


def test_the_same_entry_in_two_files(tmp_path: Path, template: str) -> None:
    (tmp_path / "a.yaml").write_text(template, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(
        "study: {id: again}\nsources:\n  harbour_office: {label: x, letter: A}\n",
        encoding="utf-8",
    )
    with pytest.raises(InvalidStudy) as caught:
        load_study(tmp_path)
    section, entry = map(str, caught.value.problems)
    line = template.split("\n").index("  harbour_office:") + 1
    assert (
        f"{tmp_path / 'b.yaml'}:1:1: the same section stands in two files: got 'study'" in section
    )
    assert f"{tmp_path / 'b.yaml'}:3:3: the same entry stands in two files" in entry
    assert f"it stands already at {tmp_path / 'a.yaml'}:{line}:3" in entry


def test_a_section_that_is_no_mapping(write: Write, template: str) -> None:
    text = template[: template.index("questions:")] + "questions: [x]\n"
    with pytest.raises(InvalidStudy, match=r"a mapping expected: got 'a list'; allowed: id: entry"):
        load_study(write(text))


def test_a_study_without_its_head(write: Write, template: str) -> None:
    text = template[template.index("scenarios:\n  full") :]
    path = write(text)
    with pytest.raises(InvalidStudy) as caught:
        load_study(path)
    assert str(caught.value) == (
        f"{path}: required section 'study' is missing: add `study:` with id, title and origin"
    )


def test_data_without_a_file_is_named_by_its_path() -> None:
    with pytest.raises(InvalidStudy, match=r"study\.origin: unreadable date: got 'soon'"):
        study_from_data({"study": {"id": "x", "title": "x", "origin": "soon"}})
