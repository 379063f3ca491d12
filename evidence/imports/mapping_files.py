"""Mapping files: finding them, reading them, and adding one to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from tarjih.errors import InvalidRequest, Problem, nearest
from tarjih.evidence.imports.conditions import columns_named, folded
from tarjih.evidence.imports.filling import columns_used
from tarjih.evidence.imports.mapping_schema import FILLED, MAPPING
from tarjih.scenarios.book import Book
from tarjih.scenarios.yaml_source import Positions, read_yaml

__all__ = ["BEARINGS", "Merged", "Part", "read_mapping", "ready_mappings"]

_FOLDER: Final = Path(__file__).parent / "mappings"
_DEEPEST: Final = 5
BEARINGS: Final = ("seen", "checked", "level", "weights")


@dataclass(frozen=True, slots=True)
class Part:
    """Fields that a mapping fills: its ``columns``, or one of its rules.

    Attributes
    ----------
    data : mapping
        As the schema read it, without what is absent.
    path : str
        Where it stands in its file.
    positions : mapping of path to place
    """

    data: Mapping[str, Any]
    path: str
    positions: Mapping[str, str]

    def where(self, key: str = "") -> str:
        """Return the place of a key, or its own."""
        return Book(self.positions).where(f"{self.path}.{key}" if key else self.path)


@dataclass(slots=True)
class Merged:
    """A mapping with all that it extends.

    Attributes
    ----------
    head, file, settings : dict
        The sections of these names; ``identity``, ``scope``, ``vanished`` and ``otherwise``.
    values : dict of column to (folded value to result)
    tellers : dict of id to mapping
        In the form that files have.
    columns : dict of field to (value, part)
    rules : list of Part
        Its own before those that it extends.
    parts : list of Part
        All that names something of a study.
    place : str
        Of its own file.
    """

    place: str
    head: dict[str, Any] = field(default_factory=dict)
    file: dict[str, Any] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    tellers: dict[str, Any] = field(default_factory=dict)
    columns: dict[str, tuple[Any, Part]] = field(default_factory=dict)
    rules: list[Part] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)

    def needed(self) -> dict[str, str]:
        """Return the columns that a file must have, with the places that ask for them."""
        found: dict[str, str] = {}

        def need(names: tuple[str, ...], place: str) -> None:
            for name in names:
                found.setdefault(name, place)

        for key in ("scope", "identity"):
            names = tuple(name.casefold() for name in self.settings.get(key, ()))
            need(names, f"{self.place} ({key})")
        for key, (value, part) in self.columns.items():
            if isinstance(value, str) and key in ("happened", "known"):
                need((value.casefold(),), part.where(key))
            elif not (isinstance(value, dict) and value.get("optional")):
                need(_columns_of(key, value), part.where(key))
        for rule in self.rules:
            for key in rule.data.get("when", {}):
                need(columns_named(key), rule.where(f"when.{key}"))
            for key, value in rule.data.items():
                if key in FILLED:
                    need(columns_used(value), rule.where(key))
        return found


def _columns_of(key: str, value: Any) -> tuple[str, ...]:
    if key not in ("happened", "known") or not isinstance(value, dict):
        return columns_used(value)
    exact = value.get("precision") or {}
    names = (value.get("column"), value.get("from"), value.get("to"), exact.get("column"))
    return tuple(name.casefold() for name in names if name)


def ready_mappings() -> tuple[str, ...]:
    """Return the names of the mappings that come with tarjih.

    Examples
    --------
    >>> {"acled", "gdelt2", "ucdp_candidate"} <= set(ready_mappings())
    True
    """
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


def read_mapping(name: str) -> Merged:
    """Read a mapping with all that it extends.

    Parameters
    ----------
    name : str
        Of a ready mapping, or a path that ends in ``.yaml``.

    Raises
    ------
    InvalidRequest
        If there is none, or with all that is wrong with it.
    """
    merged = _read(_found(name, Path(), "--mapping"), ())
    _check_whole(merged)
    return merged


def _found(name: str, folder: Path, where: str) -> Path:
    if name.endswith((".yaml", ".yml")):
        path = folder / Path(name).expanduser()
        if path.is_file():
            return path
        raise InvalidRequest(Problem(where, "there is no such mapping file", got=name))
    ready = ready_mappings()
    plain = name.replace("-", "_")
    if plain in ready:
        return _FOLDER / f"{plain}.yaml"
    raise InvalidRequest(
        Problem(
            where,
            "there is no such mapping",
            got=name,
            allowed=f"{', '.join(ready)}, or a file that ends in .yaml",
            mend=nearest(plain, ready),
        )
    )


def _read(path: Path, above: tuple[Path, ...]) -> Merged:
    read = read_yaml(path)
    positions = Positions(read.places)
    book = Book(positions, read.problems)
    data = None if read.problems else MAPPING.read(read.data, "", book)
    if data is None:
        raise InvalidRequest(list(dict.fromkeys(book.problems)))
    data = _present(data)
    head = data["mapping"]
    extends = head.pop("extends", None)
    place = book.where("mapping.extends")
    if extends is None:
        merged = Merged("")
    elif path.resolve() in above or len(above) >= _DEEPEST:
        raise InvalidRequest(Problem(place, "mappings extend each other in a circle", got=extends))
    else:
        merged = _read(_found(extends, path.parent, place), (*above, path.resolve()))
    _add(merged, data, positions)
    merged.place = book.where("mapping")
    return merged


def _present(value: Any) -> Any:
    """Leave out what is absent."""
    if isinstance(value, dict):
        return {key: _present(one) for key, one in value.items() if one is not None}
    return value


def _add(merged: Merged, data: Mapping[str, Any], positions: Mapping[str, str]) -> None:
    merged.head |= data["mapping"]
    merged.file |= data.get("file", {})
    for key in ("identity", "scope", "vanished", "otherwise"):
        if key in data:
            merged.settings[key] = data[key]
    for column, table in data.get("values", {}).items():
        own = {folded(value): result for value, result in table.items()}
        merged.values.setdefault(column.casefold(), {}).update(own)
    merged.tellers |= data.get("tellers", {})
    columns = Part(data.get("columns", {}), "columns", positions)
    merged.columns |= {key: (value, columns) for key, value in columns.data.items()}
    rules = [
        Part(_present(rule), f"rules.{n}", positions)
        for n, rule in enumerate(data.get("rules", ()))
    ]
    merged.rules = [*rules, *merged.rules]
    merged.parts += [columns, *rules]


def _check_whole(merged: Merged) -> None:
    """Refuse a mapping that lacks something, whatever it extends."""
    problems: list[Problem] = []

    def lack(what: str, mend: str) -> None:
        problems.append(Problem(merged.place, what, mend=mend))

    if "dataset" not in merged.head:
        lack("the mapping names no dataset", "add `dataset:`, with which ids of items begin")
    if "identity" not in merged.settings:
        lack(
            "the mapping has no identity", "add `identity:`, columns by which a row is known again"
        )
    if "happened" not in merged.columns:
        lack("the mapping says nothing of when it happened", "add `happened:` under `columns:`")
    bearing = any(key in merged.columns for key in BEARINGS)
    if not merged.rules and not bearing:
        lack(
            "the mapping has no rules: which of a study's indicators it feeds is for the study",
            f"write a mapping with `extends: {merged.head['id']}` and `rules:`",
        )
    for rule in merged.rules:
        given = [key for key in BEARINGS if key in rule.data]
        if rule.data.get("skip"):
            given = given or ["skip"]
        elif not given and bearing:
            continue
        if len(given) != 1:
            problems.append(
                Problem(
                    rule.where(),
                    "a rule says one thing",
                    got=" and ".join(given) or "nothing",
                    allowed="one of " + ", ".join((*BEARINGS, "skip")),
                )
            )
    for key in ("happened", "known"):
        value, part = merged.columns.get(key, ({}, None))
        if part is not None and isinstance(value, dict):
            single, double = "column" in value, "from" in value and "to" in value
            if single == double or ("from" in value) != ("to" in value):
                problems.append(
                    Problem(part.where(key), "a date has `column:`, or `from:` and `to:`")
                )
    if problems:
        raise InvalidRequest(problems)
