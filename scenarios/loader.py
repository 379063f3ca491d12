"""From files to a `Study`: read, merge, check the entries, resolve what relates them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tarjih.errors import Problem
from tarjih.scenarios.book import Book
from tarjih.scenarios.containers import good_key
from tarjih.scenarios.files import display_name, yaml_files
from tarjih.scenarios.records import Study
from tarjih.scenarios.resolve import Entries, resolve_study
from tarjih.scenarios.schema import ASSUMPTIONS, BASE_RATES, SECTIONS, STUDY, STUDY_FILE
from tarjih.scenarios.shapes import ID, VERSIONED, named
from tarjih.scenarios.yaml_source import Place, Positions, read_yaml

__all__ = ["load_study", "study_from_data"]


def load_study(path: str | os.PathLike[str]) -> Study:
    """Read a study from one YAML file, or from all the YAML files of a folder.

    Files are taken in the order of their paths; entries keep the order in which they stand, and
    the scenario `other` comes last.

    Parameters
    ----------
    path : str or path
        A file, or a folder.

    Raises
    ------
    InvalidStudy
        If files are wrong: all the problems of the study at once.
    InvalidModel
        If the files are well-formed but describe no model.
    CannotCompute
        If a file cannot be read.
    """
    root = Path(path)
    merged: dict[str, Any] = {}
    places: dict[str, Place] = {}
    problems: list[Problem] = []
    readable = True
    for file in yaml_files(root):
        source = read_yaml(file)
        problems += source.problems
        readable = readable and bool(source.data)
        _merge(merged, source.data, places, source.places, problems)
        for key, place in source.places.items():
            places.setdefault(key, place)
    book = Book(Positions(places), problems)
    if not readable:
        # What stands in the unreadable file would be missed everywhere else.
        book.close()
    return _study(merged, book, display_name(root))


def study_from_data(data: Mapping[str, Any]) -> Study:
    """Make a study of plain data of the same form, such as `resolved` returns.

    Raises
    ------
    InvalidStudy, InvalidModel
        As `load_study`; places are dotted paths.
    """
    return _study(data, Book({}), "study")


def _merge(
    merged: dict[str, Any],
    data: Mapping[str, Any],
    places: Mapping[str, Place],
    new_places: Mapping[str, Place],
    problems: list[Problem],
) -> None:
    """Add the sections of one file; the same entry in two files is a problem."""
    for section, value in data.items():
        if section not in merged:
            merged[section] = dict(value) if isinstance(value, dict) else value
            continue
        present = merged[section]
        single = section not in SECTIONS and section != "assumptions"
        if single or not isinstance(present, dict) or not isinstance(value, dict):
            problems.append(_twice(section, "section", section, places, new_places))
            continue
        for key, entry in value.items():
            if key in present:
                path = f"{section}.{key}"
                problems.append(_twice(path, "entry", key, places, new_places))
            else:
                present[key] = entry


def _twice(
    path: str, what: str, got: str, places: Mapping[str, Place], new: Mapping[str, Place]
) -> Problem:
    where, first = new[path], places[path]
    return Problem(
        ":".join(map(str, where)),
        f"the same {what} stands in two files",
        got=got,
        mend=f"it stands already at {first[0]}:{first[1]}:{first[2]}: remove or rename one",
    )


def _study(data: Mapping[str, Any], book: Book, name: str) -> Study:
    for section in data:
        if section not in STUDY_FILE.fields:
            book.add(
                section, "unknown section", got=named(section), allowed=tuple(STUDY_FILE.fields)
            )
    if "study" not in data:
        book.problems.append(
            Problem(
                name,
                "required section 'study' is missing",
                mend="add `study:` with id, title and origin",
            )
        )
    head = STUDY.read(data["study"], "study", book) if "study" in data else None
    assumptions = (
        ASSUMPTIONS.read(data["assumptions"], "assumptions", book) if "assumptions" in data else {}
    )
    rates = (
        BASE_RATES.read(data["base_rates"], "base_rates", book) if "base_rates" in data else None
    )
    entries = {section: _entries(data.get(section, {}), section, book) for section in SECTIONS}
    study = resolve_study(Entries(head, assumptions or {}, rates, entries), book)
    book.close()
    if study is None:  # pragma: no cover - a study is only missing when there are problems
        raise RuntimeError("a study without problems was not built")
    return study


def _entries(value: Any, section: str, book: Book) -> dict[str, dict[str, Any] | None]:
    """Read the entries of a section; None stands for one that is wrong in itself."""
    shape = SECTIONS[section][0]
    if not isinstance(value, dict):
        book.add(section, "a mapping expected", got=named(value), allowed="id: entry")
        return {}
    result: dict[str, dict[str, Any] | None] = {}
    for key, entry in value.items():
        path = f"{section}.{key}"
        good = good_key(key, path, book, ids=VERSIONED if section == "items" else ID)
        read = shape.read(entry, path, book)
        result[key] = read if good else None
    return result
