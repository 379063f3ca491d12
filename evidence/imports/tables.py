"""CSV: whatever separates the cells, and whatever ends the lines."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from tarjih.errors import InvalidRequest, Problem
from tarjih.evidence.imports.layout import unharmed
from tarjih.evidence.imports.reading import (
    REJECTED_LINE,
    Row,
    Unreadable,
    check_readable,
    lines_of,
)

__all__ = ["SEPARATORS", "TableRows"]

SEPARATORS: Final = {"comma": ",", "semicolon": ";", "tab": "\t"}
_SPREADSHEET: Final = re.compile("sep=([,;\t])\r?\n?")
_WIDEST: Final = 1_000


class TableRows:
    """The rows of a CSV file.

    Parameters
    ----------
    path : Path
    separator : {"comma", "semicolon", "tab"}, optional
        Default: the one found most often in the first line.
    columns : sequence of str, optional
        Of a file without a line that names them.
    quotes : bool
        Whether quotation marks hold a cell together.

    Raises
    ------
    InvalidRequest
        If it is no such file, is empty, or its columns are not named each once.
    """

    def __init__(
        self,
        path: Path,
        *,
        separator: str | None = None,
        columns: Sequence[str] | None = None,
        quotes: bool = True,
    ) -> None:
        self.name = check_readable(path)
        self._lines = _Counted(lines_of(path, self.name))
        first = next(self._lines, "")
        told = _SPREADSHEET.fullmatch(first)
        if told is not None:
            first = next(self._lines, "")
        if not first:
            raise InvalidRequest(Problem(f"{self.name}:1", "the file is empty"))
        mark = SEPARATORS[separator] if separator else told[1] if told else _separator(first)
        self._lines.give_back(first)
        self._reader = csv.reader(
            self._lines,
            delimiter=mark,
            quoting=csv.QUOTE_MINIMAL if quotes else csv.QUOTE_NONE,
            strict=True,
        )
        named = columns is None or _looks_named(first, mark, columns)
        self._names = self._named() if named else tuple(columns or ())
        self.columns: tuple[str, ...] | None = self._names
        self.leftovers = REJECTED_LINE in self._names

    def __iter__(self) -> Iterator[Row | Unreadable]:
        """Go through the rows; empty lines are none."""
        width, names = len(self._names), self._names
        while True:
            line = self._lines.number + 1
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Unreadable(line, self._broken(line, str(error)))
                continue
            if not any(cells):
                continue
            if len(cells) != width:
                # A spreadsheet leaves separators at the end of every line.
                if len(cells) > width and not any(cells[width:]):
                    cells = cells[:width]
                else:
                    yield Unreadable(
                        line,
                        Problem(
                            f"{self.name}:{line}",
                            "wrong number of cells",
                            got=str(len(cells)),
                            allowed=str(width),
                            mend="put cells that hold the separator, quotation marks or line "
                            "breaks into quotation marks",
                        ),
                    )
                    continue
            if self.leftovers:
                cells = [unharmed(cell) for cell in cells]
            yield Row(line, dict(zip(names, cells, strict=True)))

    def _named(self) -> tuple[str, ...]:
        """Read the line that names the columns."""
        line = self._lines.number + 1
        try:
            names = [cell.strip().casefold() for cell in next(self._reader)]
        except csv.Error as error:
            raise InvalidRequest(self._broken(line, str(error))) from None
        while names and not names[-1]:
            names.pop()
        place = f"{self.name}:{line}"
        if not names:
            raise InvalidRequest(Problem(place, "the first line names the columns", got="nothing"))
        if len(names) > _WIDEST:
            raise InvalidRequest(
                Problem(place, "too many columns", str(len(names)), f"up to {_WIDEST}")
            )
        twice = [name or "(empty)" for name, count in Counter(names).items() if count > 1]
        if twice or "" in names:
            raise InvalidRequest(
                Problem(
                    place,
                    "each column needs a name of its own",
                    got=", ".join(twice) or "an empty name",
                )
            )
        return tuple(names)

    def _broken(self, line: int, error: str) -> Problem:
        place = f"{self.name}:{line}"
        if "field larger" in error:
            return Problem(
                place,
                "a cell does not end",
                allowed="131,072 characters a cell",
                mend="is a quotation mark missing? Inside a cell it is written twice",
            )
        if "unexpected end" in error:
            return Problem(
                place, "a quotation mark is never closed", mend="close it, or write it twice"
            )
        return Problem(
            place, "misplaced quotation mark", mend="inside a cell in quotes it is written twice"
        )


class _Counted:
    """Lines, and how many of them the reader has taken."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines, self.number = lines, 0
        self._again: str | None = None

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line, self._again = self._again, None
        if line is None:
            line = next(self._lines)
        self.number += 1
        return line

    def give_back(self, line: str) -> None:
        """Let the last line come once more."""
        self._again = line
        self.number -= 1


def _separator(first: str) -> str:
    outside = re.sub('"[^"]*"', "", first)
    found = {mark: outside.count(mark) for mark in SEPARATORS.values()}
    best = max(found, key=lambda mark: found[mark])
    return best if found[best] else ","


def _looks_named(first: str, mark: str, columns: Sequence[str]) -> bool:
    """Tell whether a file that needs no names has them all the same."""
    cells = [cell.strip().strip('"').casefold() for cell in first.rstrip("\r\n").split(mark)]
    return set(columns) <= set(cells)
