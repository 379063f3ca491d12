"""Rows of text in columns divided by blanks, for terminals and files alike.

Widths are those a terminal gives letters. Arabic has no use for columns (see ``tables``).
"""

from __future__ import annotations

from collections.abc import Sequence

from tarjih.reports.texts.tables import cell_width

__all__ = ["aligned", "hanging"]

_GAP = "  "


def aligned(rows: Sequence[Sequence[str]], right: Sequence[bool], indent: str = "") -> list[str]:
    """Lay rows out in columns.

    Parameters
    ----------
    rows : sequence of rows
        All of one length.
    right : sequence of bool
        Whether each column is flush right.
    indent : str
        What each line begins with.

    Examples
    --------
    >>> aligned([["a", "7", "x"], ["bcd", "12", ""]], [False, True, False])
    ['a     7  x', 'bcd  12']
    """
    widths = [max(map(cell_width, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = []
        for text, width, flush in zip(row, widths, right, strict=True):
            blanks = " " * (width - cell_width(text))
            cells.append(blanks + text if flush else text + blanks)
        lines.append((indent + _GAP.join(cells)).rstrip())
    return lines


def hanging(line: str, width: int) -> str:
    """Return the blanks that the second line of a broken row begins with.

    It hangs under the last column if that begins in the left half, else under the first.

    Examples
    --------
    >>> [len(hanging(row, 40)) for row in ("  12%  +3  A story", "  A story", "A story")]
    [11, 2, 0]
    """
    first = len(line) - len(line.lstrip())
    gap = line.rstrip().rfind(_GAP, first)
    last = gap + len(_GAP)
    return " " * (last if gap >= 0 and last <= width // 2 else first)
