"""The chart of the ledger: every item, when it became known, who told it, and where it points.

A row for each item, in the order in which they became known. The bars say what the item would
do if it were the only one: towards the end of the line what it gives to the scenario it
favours most, towards the beginning what it takes from the one it speaks against most, each in
that scenario's colour. Items that are not counted are pale, with the reason. Brackets join the
items of one cluster, which speak of one thing and count less than their number.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tarjih.reports.charts.axes import draw_rows, moved, write_text
from tarjih.reports.charts.chart import Chart, Room
from tarjih.reports.charts.figures import settings
from tarjih.reports.charts.furniture import Furniture, around_forecast
from tarjih.reports.charts.layout import line_height
from tarjih.reports.charts.page import NOTE, PAGE, Frame
from tarjih.reports.palette import Look, mixed
from tarjih.reports.texts.sentences import tellers_text
from tarjih.reports.words.dates import short_date_text
from tarjih.reports.words.numbers import signed_text
from tarjih.reports.words.strings import quoted, say
from tarjih.scenarios.records import translate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tarjih.evidence.weighing.likelihood import Entry
    from tarjih.models.asked.influence import Influence
    from tarjih.models.record import Forecast

__all__ = ["draw_ledger"]

Floats = NDArray[np.float64]
_PLOT = 2.6  # inches of the bars
_SOURCES, _GAP, _LANE = 1.6, 0.14, 0.1
_ROW_GAP, _BAR = 0.05, 0.115
_FEW = 30  # rows that may take two lines each
_LEAST = 0.005


@dataclass(frozen=True, slots=True)
class _Row:
    entry: Entry
    shift: Floats | None  # (K,)
    date: str
    label: list[str]
    tellers: list[str]
    top: float
    height: float

    @property
    def middle(self) -> float:
        return self.top + self.height / 2


def draw_ledger(
    forecast: Forecast,
    *,
    alone: Sequence[Influence] = (),
    most: int = 120,
    ax: Axes | None = None,
    lang: str = "en",
    theme: str = "light",
    frame: Frame = PAGE,
) -> Figure:
    """Draw the items of a forecast, with source and direction.

    Parameters
    ----------
    forecast : Forecast
    alone : sequence of Influence
        What each counted item would do by itself (see `models.asked.alone`).
    most : int
        Of more items than that, those that are not counted are left out first, then the
        earliest; the chart says how many.
    ax : matplotlib.axes.Axes, optional
        Draw into it; words stand beside it, where its figure must leave room.
    lang : {"en", "ar"}
    theme : {"light", "dark", "print"}
    frame : Frame
        The paper, of a chart that is drawn alone.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InvalidRequest
        If the language or the theme is unknown.
    """
    with settings():
        return _Ledger(forecast, alone, most, lang=lang, theme=theme, frame=frame).draw(ax)


class _Ledger(Chart):
    def __init__(
        self,
        forecast: Forecast,
        alone: Sequence[Influence],
        most: int,
        *,
        lang: str,
        theme: str,
        frame: Frame = PAGE,
    ) -> None:
        super().__init__(forecast.study, lang=lang, theme=theme, frame=frame)
        self.forecast = forecast
        self.tellers = self.fit(_SOURCES)
        self.shifts = {one.key: one.shift for one in alone}
        everything = forecast.evidence.entries
        kept = sorted(everything, key=lambda e: (e.counted, e.item.known, e.item.id))[-most:]
        self.left = len(everything) - len(kept)
        self.entries = sorted(kept, key=lambda entry: (entry.item.known, entry.item.id))
        self.dates = 0.12 + max(
            (self._width(short_date_text(e.item.known, lang)) for e in self.entries), default=0.5
        )
        self.brackets = self._brackets()
        self.lanes = max((lane for _, lane in self.brackets), default=-1) + 1
        self.bracket_room = self.lanes * _LANE + (_GAP if self.lanes else 0.0)
        words = (
            self.sheet.room
            - self.fit(_PLOT)
            - self.dates
            - self.tellers
            - 3 * _GAP
            - self.bracket_room
        )
        self.words = words
        self.rows = self._rows()
        self.height = self.rows[-1].top + self.rows[-1].height + 0.06 if self.rows else 0.4
        sizes = [abs(float(value)) for shift in self.shifts.values() for value in shift]
        self.reach = max([*sizes, 0.02])

    def _width(self, text: str) -> float:
        return self.meter.width(text, NOTE)

    def _rows(self) -> list[_Row]:
        lines = 2 if len(self.entries) <= _FEW else 1
        rows = []
        top = 0.06
        for entry in self.entries:
            item = entry.item
            label = translate(item.label, self.lang) or item.id
            tellers = tellers_text(self.study, item, self.lang)
            row = _Row(
                entry=entry,
                shift=self.shifts.get(item.id) if entry.counted else None,
                date=short_date_text(item.known, self.lang),
                label=self.meter.clipped(label, self.words, NOTE, lines),
                tellers=self.meter.clipped(tellers, self.tellers, NOTE, lines),
                top=top,
                height=0.0,
            )
            count = max(len(row.label), len(row.tellers), 1)
            height = count * line_height(NOTE) + _ROW_GAP
            rows.append(_Row(entry, row.shift, row.date, row.label, row.tellers, top, height))
            top += height
        return rows

    def _brackets(self) -> list[tuple[list[int], int]]:
        """Return the rows of each cluster, with a lane in which it meets no other."""
        clusters: dict[str, list[int]] = {}
        for n, entry in enumerate(self.entries):
            if entry.item.cluster and entry.counted:
                clusters.setdefault(entry.item.cluster, []).append(n)
        free: list[int] = []  # the last row taken in each lane
        found = []
        for rows in sorted(rows for rows in clusters.values() if len(rows) > 1):
            lane = next((i for i, last in enumerate(free) if last < rows[0]), len(free))
            if lane == len(free):
                free.append(0)
            free[lane] = rows[-1]
            found.append((rows, lane))
        return found

    def furniture(self) -> Furniture:
        counted = [row for row in self.rows if row.entry.counted]
        favoured = [int(row.shift.argmax()) for row in counted if row.shift is not None]
        title = say("chart.ledger.none", self.lang)
        if favoured:
            votes = np.bincount(favoured, minlength=len(self.study.scenarios))
            first = int(votes.argmax())
            title = say(
                "chart.ledger.favours",
                self.lang,
                n=int(votes[first]),
                all=len(counted),
                scenario=quoted(self.short_name(self.study.scenario_ids[first]), self.lang),
            )
        subtitle = say("chart.ledger.subtitle", self.lang)
        if self.left:
            left = say("chart.ledger.left", self.lang, n=self.left)
            subtitle = f"{subtitle} {left}"
        return around_forecast(self.forecast, self.lang, title=title, subtitle=subtitle)

    def legend(self) -> Sequence[tuple[Look, str]]:
        return self.scenario_legend()

    def room(self) -> Room:
        return Room(
            height=self.height,
            before=self.dates + self.words + self.tellers + 3 * _GAP + self.bracket_room,
            above=2 * line_height(NOTE) + 0.05,
            below=0.05,
        )

    def plot(self, ax: Axes, width: float, height: float) -> None:
        draw_rows(ax, self.sheet, self.height)
        # room for the numbers at both ends
        reach = self.reach * (1 + 2 * 0.45 / max(width - 0.9, 0.5))
        ax.set_xlim((reach, -reach) if self.rtl else (-reach, reach))
        ax.set_xticks([])
        ax.axvline(0.0, color=self.theme.muted, linewidth=0.8 * self.theme.stroke, zorder=3)
        self._write_heads(ax)
        for n, row in enumerate(self.rows):
            if n % 2:
                self._stripe(ax, row, width)
            self._write(ax, row)
            self._draw_bars(ax, row, width, reach)
        self._draw_brackets(ax)

    def _stripe(self, ax: Axes, row: _Row, width: float) -> None:
        """Tint every second row, so that the eye keeps to it across the page."""
        from matplotlib.patches import Rectangle

        before = self.room().before / width
        x = 0.0 if self.rtl else -before
        ax.add_patch(
            Rectangle((x, row.top), 1.0 + before, row.height, transform=ax.get_yaxis_transform(),
                      facecolor=self.theme.wash, linewidth=0, zorder=0, clip_on=False)
        )  # fmt: skip

    def _columns(self) -> tuple[float, float, float]:
        """Return how far before the plot date, label and tellers begin, in inches."""
        tellers = self.tellers + _GAP + self.bracket_room
        label = tellers + _GAP + self.words
        return label + _GAP + self.dates, label, tellers

    def _write_heads(self, ax: Axes) -> None:
        edge = 1.0 if self.rtl else 0.0
        keys = ("known", "item", "source")
        for key, out in zip(keys, self._columns(), strict=True):
            place = moved(ax, "axes", -self.towards * out, 0.13)
            text = say(f"chart.ledger.head.{key}", self.lang)
            write_text(ax, self.sheet, (edge, 1.0), text, place, size=NOTE,
                       align=self.sheet.start, colour=self.theme.muted, gid="head")  # fmt: skip
        for key, away, align in (
            ("against", -1, self.sheet.end), ("for", 1, self.sheet.start),
        ):  # fmt: skip
            place = moved(ax, "axes", self.towards * away * 0.08, 0.13)
            text = say(f"chart.ledger.head.{key}", self.lang)
            write_text(ax, self.sheet, (0.5, 1.0), text, place, size=NOTE, align=align,
                       colour=self.theme.muted, gid="head")  # fmt: skip

    def _write(self, ax: Axes, row: _Row) -> None:
        edge = 1.0 if self.rtl else 0.0
        plain = self.theme.text if row.entry.counted else self.theme.muted
        date, label, tellers = self._columns()
        for lines, out, colour in (
            ([row.date], date, self.theme.muted),
            (row.label, label, plain),
            (row.tellers, tellers, self.theme.muted),
        ):
            first = row.middle - (len(lines) - 1) * line_height(NOTE) / 2
            for n, text in enumerate(lines):
                y = 1.0 - (first + n * line_height(NOTE)) / self.height
                place = moved(ax, "axes", -self.towards * out, 0.0)
                write_text(ax, self.sheet, (edge, y), text, place, size=NOTE,
                           align=self.sheet.start, colour=colour,
                           gid=f"row-{row.entry.item.id}")  # fmt: skip

    def _draw_bars(self, ax: Axes, row: _Row, width: float, reach: float) -> None:
        from matplotlib.patches import Rectangle

        y = 1.0 - row.middle / self.height
        if row.shift is None:
            why = "" if row.entry.counted else say(f"chart.ledger.why.{row.entry.why}", self.lang)
            text = self.meter.clip(why, width / 2 - 0.1, NOTE)
            place = moved(ax, "axes", self.towards * 0.08, 0.0)
            if text:
                write_text(ax, self.sheet, (0.5, y), text, place, size=NOTE,
                           align=self.sheet.start, colour=self.theme.muted,
                           gid="reason")  # fmt: skip
            return
        ends = ((int(row.shift.argmax()), 1), (int(row.shift.argmin()), -1))
        for k, away in ends:
            value = float(row.shift[k])
            if abs(value) < _LEAST:
                if away > 0:
                    ax.plot([0], [row.middle], marker="o", markersize=3.5,
                            color=self.theme.muted, zorder=4,
                            gid=f"still-{row.entry.item.id}")  # fmt: skip
                continue
            id = self.study.scenario_ids[k]
            look = self.looks[id]
            hatched = bool(look.hatch)
            bar = Rectangle(
                (min(value, 0.0), row.middle - _BAR / 2),
                abs(value),
                _BAR,
                facecolor=mixed(look.colour, self.theme.background, 0.45)
                if hatched
                else look.colour,
                edgecolor=look.colour,
                hatch=look.hatch or None,
                linewidth=0.6 if hatched else 0,
                zorder=2,
                gid=f"bar-{row.entry.item.id}-{id}",
            )
            ax.add_patch(bar)
            number = signed_text(100 * value, self.lang)
            at = 0.5 + value / (2 * reach) if not self.rtl else 0.5 - value / (2 * reach)
            place = moved(ax, "axes", self.towards * away * 0.05, 0.0)
            align = self.sheet.start if away > 0 else self.sheet.end
            write_text(ax, self.sheet, (at, y), number, place, size=7.5, align=align,
                       colour=look.ink, gid=f"points-{row.entry.item.id}")  # fmt: skip

    def _draw_brackets(self, ax: Axes) -> None:
        edge = 1.0 if self.rtl else 0.0
        for rows, lane in self.brackets:
            out = -self.towards * (_GAP + (self.lanes - 1 - lane) * _LANE)
            middles = [1.0 - self.rows[n].middle / self.height for n in rows]
            ax.plot([edge] * len(middles), middles, marker="o", markersize=3.6,
                    color=self.theme.marked, linewidth=1.1 * self.theme.stroke, clip_on=False,
                    zorder=4, gid="cluster", transform=moved(ax, "axes", out, 0.0))  # fmt: skip
