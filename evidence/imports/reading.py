"""What all readers share: rows with their places, and text that has to be UTF-8.

Rows are read one after the other and never held together, so that a file of any length takes
the same memory (YAML, which is read as a whole, may have 10 MB).
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from tarjih.errors import CannotCompute, InvalidRequest, Problem
from tarjih.scenarios.files import display_name

__all__ = [
    "REJECTED_BECAUSE",
    "REJECTED_LINE",
    "Row",
    "Rows",
    "Unreadable",
    "check_readable",
    "lines_of",
    "wrong_encoding",
]

REJECTED_LINE: Final = "rejected_line"
REJECTED_BECAUSE: Final = "rejected_because"
_LONGEST_LINE: Final = 1_000_000
_SCANNED: Final = 1 << 20
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "UTF-32"),
    (codecs.BOM_UTF32_BE, "UTF-32"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_ARABIC: Final = range(0x0600, 0x0700)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file.

    Attributes
    ----------
    line : int
        On which it begins, from 1.
    cells : mapping of column to cell
        Texts; of JSON and YAML whatever stands there.
    """

    line: int
    cells: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that cannot be read, though those after it can.

    Attributes
    ----------
    raw : object
        As it stands in a file of JSON or YAML; None in a table.
    """

    line: int
    problem: Problem
    raw: Any = None


class Rows(Protocol):
    """A file opened as rows.

    Attributes
    ----------
    name : str
        The file as messages name it.
    columns : tuple of str or None
        In small letters; None where each row has its own.
    leftovers : bool
        Whether these are the rejected rows of an earlier import; known when all were read.
    """

    name: str
    columns: tuple[str, ...] | None
    leftovers: bool

    def __iter__(self) -> Iterator[Row | Unreadable]:
        """Go through the rows, once."""


def check_readable(path: Path) -> str:
    """Return how messages name a file, if it is one in UTF-8 by its first bytes.

    Raises
    ------
    InvalidRequest
        If there is no such file, or it begins as no UTF-8 does.
    CannotCompute
        If the operating system does not let it be read.
    """
    name = display_name(path)
    if not path.exists():
        raise InvalidRequest(Problem(name, "there is no such file"))
    if not path.is_file():
        raise InvalidRequest(Problem(name, "this is no regular file", mend="name a file"))
    try:
        with path.open("rb") as handle:
            head = handle.read(4)
    except OSError as error:
        raise CannotCompute(f"{name}: cannot be read: {error.strerror or error}") from None
    if head.startswith((b"PK\x03\x04", b"\x1f\x8b")):
        raise InvalidRequest(Problem(name, "this is a packed file", mend="unpack it first"))
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            raise _encoding(name, 1, encoding)
    if b"\x00" in head:
        raise _encoding(name, 1, "UTF-16 or UTF-32")
    return name


def lines_of(path: Path, name: str) -> Iterator[str]:
    """Yield the lines of a file with their ends, whatever these are.

    Raises
    ------
    InvalidRequest
        If it is not UTF-8, with the line and the encoding it seems to have; or if a line has
        more than a million characters.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as handle:
            number = 0
            while line := handle.readline(_LONGEST_LINE):
                number += 1
                if len(line) == _LONGEST_LINE:
                    raise InvalidRequest(
                        Problem(f"{name}:{number}", "this line does not end", allowed="1 MB a line")
                    )
                yield line
    except UnicodeDecodeError:
        raise wrong_encoding(path, name) from None
    except OSError as error:
        raise CannotCompute(f"{name}: cannot be read: {error.strerror or error}") from None


def wrong_encoding(path: Path, name: str) -> InvalidRequest:
    """Return what to say of a file that is not UTF-8: which line, and what it seems to be."""
    decoder = codecs.getincrementaldecoder("utf-8-sig")()
    line, done = 1, b""
    with path.open("rb") as handle:
        while block := handle.read(_SCANNED):
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                # The decoder may have kept the beginning of a letter from the block before.
                kept = len(error.object) - len(block)
                start = max(error.start - kept, 0)
                near = (done + block[: start + 200])[-400:]
                return _encoding(name, line + _ends(block[:start]), _guess(near))
            line += _ends(block)
            done = block[-200:]
    return _encoding(name, line, _guess(done))


def _ends(block: bytes) -> int:
    return block.count(b"\n") + block.count(b"\r") - block.count(b"\r\n")


def _guess(near: bytes) -> str:
    high = bytes(byte for byte in near if byte >= 0x80)
    letters = high.decode("cp1256", "ignore")
    arabic = sum(ord(letter) in _ARABIC for letter in letters)
    if arabic > len(high) / 2:
        return "Windows-1256 (Arabic)"
    return "Windows-1252 (Western Europe)"


def _encoding(name: str, line: int, likely: str) -> InvalidRequest:
    return InvalidRequest(
        Problem(
            f"{name}:{line}",
            "this is not UTF-8",
            got=f"probably {likely}",
            allowed="UTF-8",
            mend="save the file again as UTF-8 (in a spreadsheet: CSV UTF-8)",
        )
    )
