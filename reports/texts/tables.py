"""The main table of a run: each scenario now, at the horizon, and ever by the horizon.

`summary_table` makes it as plain data with every number already rounded for display; the
renderers only lay it out. Three are enough:

- `rich_table` for a terminal,
- `plain_lines` when the output is piped: aligned by blanks, no box characters,
- `rtl_lines` for Arabic. Terminals differ in how they treat right-to-left text: some reorder
  a line, some do not, and columns survive neither. So each scenario is one logical line
  without columns: the name first, then its numbers, each named. The line begins with a
  RIGHT-TO-LEFT MARK and figures stand between LEFT-TO-RIGHT MARKs, so it reads well where
  lines are reordered, and still in order (name, numbers) where they are not.
"""

from __future__ import annotations

import datetime as dt
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tarjih.reports.palette import scenario_colours
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.numbers import (
    interval_text,
    paragraph,
    percent_text,
    share_text,
    shown_percent,
    whole_percents,
)
from tarjih.reports.words.strings import language, say
from tarjih.scenarios.records import Text, translate

if TYPE_CHECKING:
    from rich.table import Table

    from tarjih.models.record import Forecast

__all__ = [
    "Cell",
    "Row",
    "SummaryTable",
    "cell_percent",
    "cell_width",
    "plain_lines",
    "rich_table",
    "rtl_lines",
    "summary_table",
    "table_lines",
    "table_note",
]


@dataclass(frozen=True, slots=True)
class Cell:
    """One probability: its mean and 90% interval, and how they are shown.

    Attributes
    ----------
    whole : int or None
        The mean in whole percents, where a column sums to 100 (None where it does not).
    """

    mean: float
    q05: float
    q95: float
    whole: int | None = None

    def mean_text(self, lang: str = "en") -> str:
        """Return the mean as shown.

        Examples
        --------
        >>> Cell(0.344, 0.2, 0.5, whole=35).mean_text(), Cell(0.344, 0.2, 0.5).mean_text()
        ('35%', '34%')
        """
        if self.whole is None:
            return percent_text(self.mean, lang)
        return share_text(self.whole, self.mean, lang)

    def interval_text(self, lang: str = "en") -> str:
        """Return the interval as shown."""
        return interval_text(self.q05, self.q95, lang)

    def text(self, lang: str = "en") -> str:
        """Return mean and interval as shown.

        Examples
        --------
        >>> Cell(0.344, 0.2, 0.5, whole=35).text()
        '35% (20–50%)'
        """
        mean, interval = self.mean_text(lang), self.interval_text(lang)
        return say("table.cell", lang, mean=mean, interval=interval)


@dataclass(frozen=True, slots=True)
class Row:
    """One scenario. ``now`` and ``at_horizon`` sum to 100 over the rows as shown."""

    id: str
    label: Text
    now: Cell
    at_horizon: Cell
    ever_by_horizon: Cell


@dataclass(frozen=True, slots=True)
class SummaryTable:
    """The main table, one row for each scenario in the study's order."""

    study: Text
    as_of: dt.date
    horizon: dt.date
    leader: str
    rows: tuple[Row, ...]


def cell_percent(cell: Cell) -> int:
    """Return the whole percent a cell shows: changes are those of what is shown.

    Examples
    --------
    >>> cell_percent(Cell(0.344, 0.2, 0.5, whole=35)), cell_percent(Cell(0.344, 0.2, 0.5))
    (35, 34)
    """
    whole = math.floor(round(100 * cell.mean, 4) + 0.5) if cell.whole is None else cell.whole
    return shown_percent(whole, cell.mean)


def summary_table(forecast: Forecast) -> SummaryTable:
    """Make the main table of a forecast."""
    values = forecast.table()
    scenarios = forecast.study.scenarios

    def column(name: str, *, sums: bool) -> list[Cell]:
        cells = [values[scenario.id][name] for scenario in scenarios]
        whole: Sequence[int | None] = [None] * len(cells)
        if sums:
            whole = whole_percents([cell["mean"] for cell in cells])
        return [Cell(**cell, whole=n) for cell, n in zip(cells, whole, strict=True)]

    now = column("now", sums=True)
    at_horizon = column("at_horizon", sums=True)
    ever = column("ever_by_horizon", sums=False)
    return SummaryTable(
        study=forecast.study.title,
        as_of=forecast.as_of,
        horizon=forecast.horizon,
        leader=forecast.leader,
        rows=tuple(
            Row(scenario.id, scenario.label, *cells)
            for scenario, *cells in zip(scenarios, now, at_horizon, ever, strict=True)
        ),
    )


def table_lines(table: SummaryTable, lang: str = "en") -> list[str]:
    """Lay the table out as plain text: aligned, or in Arabic one line for each scenario."""
    return rtl_lines(table, lang) if language(lang) == "ar" else plain_lines(table, lang)


def plain_lines(table: SummaryTable, lang: str = "en") -> list[str]:
    """Lay the table out in columns divided by blanks."""
    heads = [say(f"table.{name}", lang) for name in ("scenario", "now", "horizon", "ever")]
    body = [
        [
            translate(row.label, lang),
            *_aligned_cell(row.now, lang),
            *_aligned_cell(row.at_horizon, lang),
            *_aligned_cell(row.ever_by_horizon, lang),
        ]
        for row in table.rows
    ]
    # Means are flush right and intervals flush left, so that both can be compared by eye.
    columns = list(zip(*body, strict=True))
    widths = [max(map(cell_width, column)) for column in columns]
    pairs = [widths[1] + 1 + widths[2], widths[3] + 1 + widths[4], widths[5] + 1 + widths[6]]
    first = max(widths[0], cell_width(heads[0]))
    shown = [max(pair, cell_width(head)) for pair, head in zip(pairs, heads[1:], strict=True)]
    lines = ["  ".join(_pad(t, w) for t, w in zip(heads, [first, *shown], strict=True)).rstrip()]
    for name, *cells in body:
        parts = [_pad(name, first)]
        for i in range(3):
            mean = _pad(cells[2 * i], widths[2 * i + 1], right=True)
            parts.append(_pad(f"{mean} {cells[2 * i + 1]}", shown[i]))
        lines.append("  ".join(parts).rstrip())
    return lines


def rtl_lines(table: SummaryTable, lang: str = "ar") -> list[str]:
    """Say the table in one logical line for each scenario, without columns."""
    return [
        paragraph(
            say(
                "table.line",
                lang,
                scenario=translate(row.label, lang),
                now=row.now.text(lang),
                horizon=row.at_horizon.text(lang),
                ever=row.ever_by_horizon.text(lang),
            ),
            lang,
        )
        for row in table.rows
    ]


def rich_table(table: SummaryTable, lang: str = "en") -> Table:
    """Lay the table out for a terminal, the leader in bold and each name in its colour."""
    from rich import box
    from rich.table import Table
    from rich.text import Text as RichText

    title = say(
        "table.title", lang, study=translate(table.study, lang), date=date_text(table.as_of, lang)
    )
    result = Table(
        title=RichText(title),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        title_style="bold",
        pad_edge=False,
    )
    result.add_column(say("table.scenario", lang), overflow="fold", min_width=12)
    for name in ("now", "horizon", "ever"):
        result.add_column(say(f"table.{name}", lang), justify="right")
    colours = scenario_colours([row.id for row in table.rows])
    for row in table.rows:
        style = "bold" if row.id == table.leader else ""
        name_text = RichText()
        name_text.append("\N{BLACK SQUARE} ", style=colours[row.id])
        name_text.append(translate(row.label, lang))
        result.add_row(
            name_text,
            row.now.text(lang),
            row.at_horizon.text(lang),
            row.ever_by_horizon.text(lang),
            style=style,
        )
    return result


def table_note(table: SummaryTable, lang: str = "en") -> str:
    """Name the dates of the columns and what the brackets hold."""
    return paragraph(
        say(
            "table.dates",
            lang,
            now=date_text(table.as_of, lang),
            horizon=date_text(table.horizon, lang),
            interval_name=say("interval.name", lang),
        ),
        lang,
    )


def cell_width(text: str) -> int:
    r"""Return how many columns of a terminal a text takes.

    Marks and controls take none, wide East Asian letters two.

    Examples
    --------
    >>> cell_width("مُرجّح"), cell_width("\N{LEFT-TO-RIGHT MARK}84%"), cell_width("日")
    (4, 3, 2)
    """
    return sum(map(_letter_width, text))


def _letter_width(letter: str) -> int:
    if unicodedata.category(letter) in ("Mn", "Me", "Cf", "Cc"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in ("W", "F") else 1


def _aligned_cell(cell: Cell, lang: str) -> tuple[str, str]:
    return cell.mean_text(lang), f"({cell.interval_text(lang)})"


def _pad(text: str, width: int, *, right: bool = False) -> str:
    blanks = " " * max(0, width - cell_width(text))
    return blanks + text if right else text + blanks
