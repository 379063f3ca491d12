"""How wide the columns of a report's tables are on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tarjih.reports.report.blocks import plain_text

if TYPE_CHECKING:
    from tarjih.reports.report.blocks import Table

__all__ = ["column_shares"]

_LEAST, _MOST, _LINE = 6, 46, 100  # letters of a column, of a line


def column_shares(table: Table) -> list[float]:
    """Divide a line among columns: numbers get what they need, words the rest by how many.

    Examples
    --------
    >>> from tarjih.reports.report.blocks import Run, Table
    >>> row = (Run("a name of some length"),), (Run("12%"),)
    >>> column_shares(Table("", ("Name", "Share"), (row,), (False, True)))
    [93.0, 7.0]
    """
    needed, wanted = [], []
    for n, head in enumerate(table.heads):
        cells = [plain_text(row[n]) for row in table.rows]
        words = [word for cell in (head, *cells) for word in cell.split()]
        word = min(max(map(len, words), default=1), _MOST // 2) + 2
        longest = min(max(map(len, cells), default=1), _MOST)
        needed.append(float(max(word, _LEAST, longest + 2 if table.numbers[n] else 0)))
        wanted.append(0.0 if table.numbers[n] else longest + sum(map(len, cells)) ** 0.5)
    rest = max(_LINE - sum(needed), 0.0)
    whole = sum(wanted) or 1.0
    return [need + rest * want / whole for need, want in zip(needed, wanted, strict=True)]
