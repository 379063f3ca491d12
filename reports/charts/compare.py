"""Analysts beside their pool: where they agree on a scenario, and where not.

For each scenario a row for each analyst, and one for the pool, which mixes their views by weight.
The pale field behind the rows spans the analysts' means: the wider it is, the more they disagree.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from tarjih.reports.charts.chart import Chart, Room
from tarjih.reports.charts.figures import settings
from tarjih.reports.charts.furniture import Furniture, around_forecast
from tarjih.reports.charts.page import NOTE, PAGE, Frame
from tarjih.reports.charts.rows import AXIS_ROOM, Row, RowPlot, Stack, Words, full_share, widest
from tarjih.reports.palette import mixed
from tarjih.reports.texts.tables import Cell, SummaryTable, summary_table
from tarjih.reports.texts.viewpoints import shares_text
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.strings import quoted, say
from tarjih.scenarios.records import translate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tarjih.models.asked.comparison import Comparison

__all__ = ["draw_compare"]

When = Literal["now", "horizon", "ever"]
_SCENARIO, _NAME, _GAP = 2.5, 1.9, 0.2  # inches, at most
_LEAST, _GROUP = 0.22, 0.2
_FIELD = 0.14


@dataclass(frozen=True, slots=True)
class _Voice:
    """One row: an analyst's number, or the pool's."""

    name: list[str]
    cell: Cell
    pool: bool
    place: Row


@dataclass(frozen=True, slots=True)
class _Group:
    id: str
    words: list[Words]
    voices: list[_Voice]

    @property
    def means(self) -> list[float]:
        """What each analyst holds."""
        return [one.cell.mean for one in self.voices if not one.pool]

    @property
    def span(self) -> float:
        """How far apart the analysts are."""
        return max(self.means) - min(self.means)


def draw_compare(
    found: Comparison,
    *,
    when: When = "horizon",
    ax: Axes | None = None,
    lang: str = "en",
    theme: str = "light",
    frame: Frame = PAGE,
) -> Figure:
    """Draw what each analyst holds of every scenario, beside the pool.

    Parameters
    ----------
    found : Comparison
    when : {"horizon", "now", "ever"}
        In force at the horizon, at as-of, or at any time up to the horizon.
    ax : matplotlib.axes.Axes, optional
        Draw into it: names and numbers stand beside it, where its figure must leave room.
        Default: a whole page of its own.
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
        return _Chart(found, when, lang, theme, frame).draw(ax)


class _Chart(Chart):
    def __init__(self, found: Comparison, when: When, lang: str, theme: str, frame: Frame) -> None:
        super().__init__(found.study, lang=lang, theme=theme, frame=frame)
        self.found, self.when = found, when
        self.scenarios, self.voices = self.fit(_SCENARIO), self.fit(_NAME)
        self.names = [translate(one.analyst.label, lang) for one in found.opinions]
        self.names.append(say("compare.pool", lang))
        tables = [summary_table(one.forecast) for one in found.opinions]
        tables.append(summary_table(found.pool))
        stack = Stack(0.03)
        self.groups: list[_Group] = []
        for k in range(len(self.study.scenarios)):
            stack.space(_GROUP if k else 0.05)
            self.groups.append(self._group(k, tables, stack))
        self.height = stack.whole
        self.scenario = _GAP + max(
            self.meter.width(line.text, NOTE, line.weight)
            for group in self.groups for line in group.words
        )  # fmt: skip
        voices = [one for group in self.groups for one in group.voices]
        self.name = _GAP + widest(self.meter, [line for one in voices for line in one.name], "bold")
        self.number = widest(self.meter, [one.cell.text(lang) for one in voices], "bold")
        self.top = full_share([one.cell.q95 for one in voices])

    def _group(self, k: int, tables: list[SummaryTable], stack: Stack) -> _Group:
        record = self.study.scenarios[k]
        label = self.meter.wrap(self.short_name(record.id), self.scenarios, NOTE, "bold")
        words = [Words(line, self.looks[record.id].ink, "bold") for line in label]
        cells = [_cell(table, k, self.when) for table in tables]
        wrapped = [self.meter.wrap(name, self.voices, NOTE, "bold") for name in self.names]
        # the rows together leave room for the name of the scenario
        least = max(_LEAST, (len(words) + 1) * _LEAST / len(cells))
        voices = [
            _Voice(name, cell, n == len(cells) - 1, stack.add(len(name), least=least))
            for n, (name, cell) in enumerate(zip(wrapped, cells, strict=True))
        ]
        group = _Group(record.id, words, voices)
        apart = self._apart(group)
        if apart:
            text = say("chart.compare.apart", self.lang, n=apart)
            words.extend(Words(line, self.theme.muted)
                         for line in self.meter.wrap(text, self.scenarios, NOTE))  # fmt: skip
        return group

    def _apart(self, group: _Group) -> int:
        """Return how many points the analysts' percents, as shown, are apart."""
        shown = [
            round(100 * one.cell.mean) if one.cell.whole is None else one.cell.whole
            for one in group.voices
            if not one.pool
        ]
        return max(shown) - min(shown)

    def furniture(self) -> Furniture:
        found, lang = self.found, self.lang
        widest_group = max(self.groups, key=lambda group: group.span)
        if self._apart(widest_group):
            voices = sorted(widest_group.voices[:-1], key=lambda one: one.cell.mean)
            low, high = voices[0], voices[-1]
            title = say(
                "chart.compare.title",
                lang,
                scenario=quoted(self.short_name(widest_group.id), lang),
                low_name=" ".join(low.name),
                low=low.cell.mean_text(lang),
                high_name=" ".join(high.name),
                high=high.cell.mean_text(lang),
            )
        else:
            title = say("chart.compare.alike", lang)
        day = found.pool.as_of if self.when == "now" else found.pool.horizon
        subtitle = say(
            "chart.compare.subtitle",
            lang,
            when=say(f"compare.head.{self.when}", lang, date=date_text(day, lang)),
            interval_name=say("interval.name", lang),
        )
        around = around_forecast(found.pool, lang, title=title, subtitle=subtitle)
        stated, now = (
            shares_text(self.study, [getattr(one, name) for one in found.opinions], lang)
            for name in ("share", "share_now")
        )
        own = [
            say("compare.unreliable", lang, analyst=translate(one.analyst.label, lang))
            for one in found.opinions
            if not one.forecast.diagnostics.reliable
        ]
        if stated != now:
            own.append(say("compare.weights", lang, before=stated, after=now))
        return replace(around, own=tuple(own))

    def room(self) -> Room:
        return Room(self.height, self.scenario + self.name, self.number + _GAP, AXIS_ROOM)

    def plot(self, ax: Axes, width: float, height: float) -> None:
        """Draw dots and intervals, and beside them names and numbers."""
        plot = RowPlot(ax, self.sheet, self.height, (0.0, self.top))
        plot.percents()
        for n, group in enumerate(self.groups):
            if n:
                y = group.voices[0].place.top - _GROUP / 2 - 0.015
                plot.line((0.0, self.top), (y, y), colour=self.theme.faint, width=0.8,
                          gid="rule", order=0.5)  # fmt: skip
            self._draw(plot, group)

    def _draw(self, plot: RowPlot, group: _Group) -> None:
        look, theme = self.looks[group.id], self.theme
        first, last = group.voices[0].place, group.voices[-1].place
        whole = Row(first.top, last.top + last.height - first.top)
        field = mixed(look.colour, theme.background, _FIELD)
        plot.bar(whole, min(group.means), max(group.means), colour=field, thick=whole.height,
                 gid=f"field-{group.id}", order=1.0)  # fmt: skip
        plot.column(whole, group.words, out=self.room().before, gid=f"scenario-{group.id}")
        for n, one in enumerate(group.voices):
            gid, y = f"{group.id}-{'pool' if one.pool else n}", one.place.middle
            plot.line((one.cell.q05, one.cell.q95), (y, y), colour=look.colour,
                      width=2.6 if one.pool else 1.3, gid=f"interval-{gid}")  # fmt: skip
            plot.dot(one.cell.mean, y, colour=look.colour, size=8.5 if one.pool else 6.5,
                     marker="D" if one.pool else "o", gid=f"mean-{gid}")  # fmt: skip
            weight = "bold" if one.pool else "normal"
            plot.column(one.place, [Words(line, theme.text, weight) for line in one.name],
                        out=self.name, gid=f"name-{gid}")  # fmt: skip
            number = Words(one.cell.text(self.lang), look.ink if one.pool else theme.text, weight)
            plot.column(one.place, [number], out=_GAP, after=True, gid=f"value-{gid}")


def _cell(table: SummaryTable, k: int, when: When) -> Cell:
    row = table.rows[k]
    return {"now": row.now, "horizon": row.at_horizon, "ever": row.ever_by_horizon}[when]
