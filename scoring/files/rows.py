"""A table of text as it stands in a file, each row with the line it begins on."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from tarjih.errors import InvalidRequest, Problem

__all__ = ["Faults", "Rows", "by_csv", "plain_rows", "read_rows"]

_TOLD = 20
_DELIMITERS = ",;\t"
_LONGEST = 1_000_000  # letters in one cell
# What `str.strip` takes away, besides the blank and the end of a line.
_BLANKS = "\t\x0b\x0c\x1c\x1d\x1e\x1f"
_WIDE_BLANKS = (
    "\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)


@dataclass(frozen=True, slots=True)
class Rows:
    """A table: its heading, its columns as text, and where each row begins.

    Attributes
    ----------
    name : str
        Of the file, as it was asked for.
    heads : tuple of str
        Trimmed.
    columns : tuple of sequences of str
        As many as heads, each of one length, trimmed.
    lines : sequence of int
        The line each row begins on, from 1.
    """

    name: str
    heads: tuple[str, ...]
    columns: tuple[Sequence[str], ...]
    lines: Sequence[int]


@dataclass(slots=True)
class Faults:
    """Everything that is wrong with a file, in the order of its lines."""

    name: str
    found: list[tuple[int, Problem]] = field(default_factory=list)

    def add(
        self,
        line: int,
        what: str,
        got: str | None = None,
        allowed: str | None = None,
        mend: str | None = None,
    ) -> None:
        """Note one thing that is wrong."""
        if got is not None and len(got) > 60:
            got = got[:59] + "\N{HORIZONTAL ELLIPSIS}"
        problem = Problem(f"{self.name}:{line}", what, got, allowed, mend)
        self.found.append((int(line), problem))

    def stop(self) -> None:
        """Raise what was found, if anything.

        Raises
        ------
        InvalidRequest
            With up to 20 problems, and how many more there are.
        """
        if not self.found:
            return
        self.found.sort(key=lambda one: one[0])
        told = [problem for _, problem in self.found[:_TOLD]]
        more = len(self.found) - len(told)
        if more:
            told.append(Problem(self.name, f"and {more} more like these"))
        raise InvalidRequest(told)


def read_rows(path: str | Path) -> Rows:
    """Read a file of comma-separated values.

    UTF-8, with or without a byte order mark; columns divided by comma, semicolon or tab, as the
    heading shows; cells in double quotes where they hold one of these or a new line. Empty lines
    are passed over.

    Parameters
    ----------
    path : str or Path

    Returns
    -------
    Rows

    Raises
    ------
    InvalidRequest
        If there is no such file, it is not UTF-8, or its rows do not fit its heading: all that
        is wrong at once, each with its line.
    """
    name = str(path)
    text = _text(Path(path), name)
    end = min((place for place in map(text.find, "\r\n") if place >= 0), default=len(text))
    heading = text[:end]
    delimiter = max(_DELIMITERS, key=heading.count)
    plain = plain_rows(name, text, delimiter)
    return by_csv(name, text, delimiter) if plain is None else plain


def plain_rows(name: str, text: str, delimiter: str) -> Rows | None:
    """Return a table without quotes, gaps or blanks round its cells; None if it is not so plain.

    Cutting the text at once is five times as fast as row by row; `by_csv` says the same of it.
    """
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    text = text.removesuffix("\n")
    blanks = _BLANKS if text.isascii() else _BLANKS + _WIDE_BLANKS
    if any(map(text.__contains__, '"\r' + blanks.replace(delimiter, ""))):
        return None
    if " " in text and any(
        space in text for edge in (delimiter, "\n") for space in (" " + edge, edge + " ")
    ):
        return None
    if text[:1] == " " or text[-1:] == " ":
        return None
    # Every line has to hold as many delimiters as the first. (One byte each, as UTF-8 has it.)
    content = np.frombuffer(text.encode("utf-8"), dtype=np.uint8)
    ends = np.append(np.flatnonzero(content == ord("\n")), len(content))
    cuts = np.searchsorted(np.flatnonzero(content == ord(delimiter)), ends)
    width = int(cuts[0]) + 1
    if width < 2 or not np.array_equal(cuts, np.arange(1, len(ends) + 1) * (width - 1)):
        return None
    cells = text.replace("\n", delimiter).split(delimiter)
    columns = tuple(cells[c + width :: width] for c in range(width))
    return Rows(name, tuple(cells[:width]), columns, range(2, len(ends) + 1))


def by_csv(name: str, text: str, delimiter: str) -> Rows:
    """Return a table whatever its quotes, gaps and blanks.

    Raises
    ------
    InvalidRequest
        If a quote is not closed, or a row does not fit the heading.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        table, lines = _with_lines(reader)
    except csv.Error as error:
        raise InvalidRequest(
            Problem(
                f"{name}:{reader.line_num}", "unreadable", str(error), mend="look at its quotes"
            )
        ) from None
    return _fitted(name, table, lines)


def _text(path: Path, name: str) -> str:
    if path.is_dir():
        raise InvalidRequest(Problem(name, "this is a folder", allowed="a CSV file"))
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise InvalidRequest(Problem(name, "there is no such file")) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InvalidRequest(
            Problem(f"{name}:{line}", "not UTF-8", mend="save it as CSV UTF-8")
        ) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InvalidRequest(Problem(f"{name}:{line}", "not text: a null character"))
    return text


def _with_lines(reader: Any) -> tuple[list[list[str]], list[int]]:
    """Read rows that may be longer than a line."""
    table, lines, last = [], [], 0
    limit = csv.field_size_limit(_LONGEST)
    try:
        for row in reader:
            table.append(row)
            lines.append(last + 1)
            last = reader.line_num
    finally:
        csv.field_size_limit(limit)
    return table, lines


def _fitted(name: str, table: list[list[str]], lines: Sequence[int]) -> Rows:
    kept = [i for i, row in enumerate(table) if row]
    if not kept:
        raise InvalidRequest(Problem(name, "the file is empty", allowed="a heading and rows"))
    heads = tuple(head.strip() for head in table[kept[0]])
    faults = Faults(name)
    width = len(heads)
    body = kept[1:]
    if not all(len(table[i]) == width for i in body):
        for i in body:
            if len(table[i]) != width:
                faults.add(
                    lines[i],
                    "a row that does not fit the heading",
                    f"{len(table[i])} cells",
                    f"{width}, as on line {lines[kept[0]]}",
                    "put a cell that holds a comma into double quotes",
                )
        faults.stop()
    columns = tuple(
        [cell.strip() for cell in column] for column in zip(*(table[i] for i in body), strict=True)
    )
    if not body:
        columns = tuple([] for _ in heads)
    return Rows(name, heads, columns, [lines[i] for i in body])
