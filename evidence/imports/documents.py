"""JSON Lines and YAML as rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tarjih.errors import InvalidRequest, Problem
from tarjih.evidence.imports.reading import (
    REJECTED_BECAUSE,
    REJECTED_LINE,
    Row,
    Unreadable,
    check_readable,
    lines_of,
)
from tarjih.scenarios.yaml_source import read_yaml

__all__ = ["JsonRows", "YamlRows"]


class JsonRows:
    """The rows of a file with one JSON object a line."""

    columns: tuple[str, ...] | None = None

    def __init__(self, path: Path) -> None:
        self.name, self._path = check_readable(path), path
        self.leftovers = False

    def __iter__(self) -> Iterator[Row | Unreadable]:
        """Go through the rows; empty lines are none."""
        for line, text in enumerate(lines_of(self._path, self.name), 1):
            if not text.strip():
                continue
            place = f"{self.name}:{line}"
            try:
                found = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
            except (ValueError, RecursionError) as error:
                what = " ".join(str(error).split())[:100]
                yield Unreadable(line, Problem(place, f"this is not JSON ({what})"), text)
                continue
            if not isinstance(found, dict):
                yield Unreadable(
                    line,
                    Problem(place, "one object a line", allowed='{"column": "cell"}',
                            mend="of one long list make lines: jq -c '.[]'"),
                    text,
                )  # fmt: skip
                continue
            cells = {key.strip().casefold(): one for key, one in found.items()}
            self.leftovers = self.leftovers or REJECTED_LINE in cells
            if not _only_told(cells):
                yield Row(line, cells)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number")


class YamlRows:
    """The items of a YAML file: a list, or a mapping of ids to items under ``items:``.

    Raises
    ------
    InvalidRequest
        If it is not YAML as a study may have it, or holds no items.
    """

    columns: tuple[str, ...] | None = None

    def __init__(self, path: Path) -> None:
        self.name = check_readable(path)
        read = read_yaml(path, lists=True)
        if read.problems:
            raise InvalidRequest(read.problems)
        items, under = read.data.get("items"), "items"
        if set(read.data) == {""}:
            items, under = read.data[""], ""
        if not isinstance(items, list | dict) or len(read.data) != 1:
            raise InvalidRequest(
                Problem(
                    f"{self.name}:1",
                    "items expected",
                    allowed="a list of items, or `items:` with ids and items as a study has them",
                )
            )
        keys = range(len(items)) if isinstance(items, list) else items
        self._found = [(read.places[f"{under}.{key}"][1], key, items[key]) for key in keys]
        self.leftovers = any(
            isinstance(one, Mapping) and REJECTED_LINE in one for _, _, one in self._found
        )

    def __iter__(self) -> Iterator[Row | Unreadable]:
        """Go through the items."""
        for line, key, cells in self._found:
            if not isinstance(cells, dict):
                problem = Problem(f"{self.name}:{line}", "an item is a mapping of fields")
                yield Unreadable(line, problem, cells if isinstance(key, int) else {key: cells})
            elif isinstance(key, str):
                yield Row(line, {"id": key, **cells})
            elif not _only_told(cells):
                yield Row(line, cells)


def _only_told(cells: Mapping[str, Any]) -> bool:
    """Return whether a row only tells why the one after it was rejected."""
    return REJECTED_LINE in cells and set(cells) <= {REJECTED_LINE, REJECTED_BECAUSE}
