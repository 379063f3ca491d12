"""A report on paper: how wide columns are, and where charts stand among words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tarjih.reports.report.blocks import Heading, Paragraph, Picture, Table, plain_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tarjih.reports.report.blocks import Block

__all__ = ["column_shares", "told_first"]

_LEAST, _MOST, _LINE = 6, 46, 100  # letters of a column, of a line
_AIR = 4  # letters that would go between columns


def column_shares(table: Table) -> list[float]:
    """Divide a line among columns: numbers get what they need, words the rest by how many.

    Examples
    --------
    >>> from tarjih.reports.report.blocks import Run, Table
    >>> row = (Run("a name of some length"),), (Run("12%"),)
    >>> column_shares(Table("", ("Name", "Share"), (row,), (False, True)))
    [91.0, 9.0]
    """
    needed, wanted = [], []
    for n, head in enumerate(table.heads):
        cells = [plain_text(row[n]) for row in table.rows]
        words = [word for cell in (head, *cells) for word in cell.split()]
        word = min(max(map(len, words), default=1), _MOST // 2) + _AIR
        longest = min(max(map(len, cells), default=1), _MOST)
        needed.append(float(max(word, _LEAST, longest + _AIR if table.numbers[n] else 0)))
        wanted.append(0.0 if table.numbers[n] else longest + sum(map(len, cells)) ** 0.5)
    rest = max(_LINE - sum(needed), 0.0)
    whole = sum(wanted) or 1.0
    return [need + rest * want / whole for need, want in zip(needed, wanted, strict=True)]


def told_first(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks, no chart straight under a heading: what follows it comes before it.

    Examples
    --------
    >>> heading, chart = Heading("Sums", 2), Picture("sums", "", "", lambda: None)
    >>> [type(one).__name__ for one in told_first([heading, chart, Paragraph(())])]
    ['Heading', 'Paragraph', 'Picture']
    """
    told = list(blocks)
    for n in range(1, len(told) - 1):
        heading, picture, after = told[n - 1 : n + 2]
        led = isinstance(heading, Heading) and isinstance(after, Paragraph | Table)
        if led and isinstance(picture, Picture):
            told[n], told[n + 1] = after, picture
    return told
