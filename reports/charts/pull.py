"""How each scenario answers to each driver: a row for each driver, a column for each scenario.

In a cell the pull of the scenario runs from the driver's lowest level to its highest, all other
drivers at their levels of the origin. Every cell has the same height of scale, so that slopes
compare along rows and down columns. Pull is where the probabilities would settle if levels were
held for good: what the study assumes, before any evidence, and no forecast.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tarjih.reports.charts.chart import Chart, Room
from tarjih.reports.charts.figures import settings
from tarjih.reports.charts.furniture import Furniture, around_study, judged_line
from tarjih.reports.charts.layout import line_height
from tarjih.reports.charts.page import NOTE, PAGE, Frame
from tarjih.reports.charts.rows import Row, RowPlot, Stack, Words, full_share, widest
from tarjih.reports.palette import mixed
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.numbers import figures, isolated, percent_text, signed_text
from tarjih.reports.words.strings import list_text, quoted, say
from tarjih.scenarios.records import translate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tarjih.models.asked.pulling import Answer, Pulls

__all__ = ["draw_pull"]

_NAME, _GAP = 2.7, 0.2  # inches
_CELL, _NUMBER, _BETWEEN = 0.52, 0.36, 0.12
_ROW_GAP, _UNDER, _NARROWEST = 0.12, 0.04, 0.34
_MOST, _MOST_NARROW = 20, 12
_LEAST = 0.005


@dataclass(frozen=True, slots=True)
class _Row:
    answer: Answer
    words: list[Words]
    named: Row
    place: Row


def draw_pull(
    found: Pulls,
    *,
    ax: Axes | None = None,
    lang: str = "en",
    theme: str = "light",
    frame: Frame = PAGE,
) -> Figure:
    """Draw how each scenario answers to each driver.

    Parameters
    ----------
    found : Pulls
    ax : matplotlib.axes.Axes, optional
        Draw into it: names stand beside and over it, where its figure must leave room. Default:
        a whole page of its own.
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
        return _Chart(found, lang, theme, frame).draw(ax)


class _Chart(Chart):
    def __init__(self, found: Pulls, lang: str, theme: str, frame: Frame) -> None:
        super().__init__(found.study, lang=lang, theme=theme, frame=frame)
        self.found = found
        count = len(self.study.scenarios)
        beside = self.fit(_NAME, 1.2)
        cell = (self.sheet.room - beside - _GAP) / count - _NUMBER - _BETWEEN
        # where cells would have no room beside them, names stand over their rows
        self.over = cell < _NARROWEST
        self.widest = self.sheet.room if self.over else beside
        ranked = sorted(found.answers, key=lambda one: -one.size)
        acting = [one for one in ranked if np.abs(one.change).max() >= _LEAST]
        self.silent = [one for one in ranked if np.abs(one.change).max() < _LEAST]
        most = _MOST_NARROW if self.narrow else _MOST
        self.left = len(acting) - len(acting[:most])
        stack = Stack(_ROW_GAP)
        self.rows = [self._row(one, stack) for one in acting[:most]]
        self.height = stack.whole if self.rows else 0.05
        lines = [line.text for row in self.rows for line in row.words]
        self.name = 0.0 if self.over else widest(self.meter, lines) + _GAP
        self.top = full_share([float(row.answer.q95.max()) for row in self.rows])
        self.column = (self.sheet.room - self.name) / count
        heads = [self.meter.wrap(self.short_name(one.id), self.column - _BETWEEN, NOTE, "bold")
                 for one in self.study.scenarios]  # fmt: skip
        self.heads = heads
        self.head = max(map(len, heads)) * line_height(NOTE)

    def _row(self, one: Answer, stack: Stack) -> _Row:
        driver = self.study.driver(one.driver)
        ends = [quoted(translate(level.label, self.lang), self.lang)
                for level in (driver.levels[0], driver.levels[-1])]  # fmt: skip
        span = say("chart.pull.span", self.lang, low=ends[0], high=ends[1])
        name = translate(driver.label, self.lang)
        words = [Words(line, self.theme.text) for line in self.meter.wrap(name, self.widest, NOTE)]
        words += [
            Words(line, self.theme.muted) for line in self.meter.wrap(span, self.widest, NOTE)
        ]
        if not self.over:
            place = stack.add(len(words), least=_CELL)
            return _Row(one, words, place, place)
        title = stack.add(len(words))
        stack.space(_UNDER - _ROW_GAP)
        return _Row(one, words, title, stack.add(1, least=_CELL))

    def furniture(self) -> Furniture:
        found, lang = self.found, self.lang
        title = say("chart.pull.nothing", lang)
        if self.rows:
            answer = max(
                (row.answer for row in self.rows), key=lambda one: np.abs(one.change).max()
            )
            k = int(np.argmax(np.abs(answer.change)))
            driver = self.study.driver(answer.driver)
            title = say(
                "chart.pull.title",
                lang,
                scenario=quoted(self.short_name(self.study.scenario_ids[k]), lang),
                driver=quoted(translate(driver.label, lang), lang),
                before=percent_text(float(answer.mean[0, k]), lang),
                after=percent_text(float(answer.mean[-1, k]), lang),
            )
        subtitle = say(
            "chart.pull.subtitle",
            lang,
            top=figures(f"{100 * self.top:g}%", lang),
            interval_name=say("interval.name", lang),
        )
        footer = say(
            "chart.pull.footer",
            lang,
            study=isolated(self.study.id, lang),
            date=date_text(self.study.origin, lang),
            judgements=judged_line(self.study, lang),
            draws=say("chart.draws", lang, n=found.draws),
        )
        around = around_study(self.study, lang, title=title, subtitle=subtitle, footer=[footer])
        return replace(around, own=tuple(self._own()))

    def _own(self) -> list[str]:
        """Say which drivers are not drawn, and why."""
        joined = {driver for one in self.study.conjunctions for driver in one.requires}
        together = [one.driver for one in self.silent if one.driver in joined]
        silent = [one.driver for one in self.silent if one.driver not in joined]
        own = []
        if together:
            own.append(say("chart.pull.together", self.lang, drivers=self._drivers(together)))
        if silent:
            own.append(say("chart.pull.silent", self.lang, drivers=self._drivers(silent)))
        if self.left:
            own.append(say("chart.pull.left", self.lang, n=self.left))
        return own

    def _drivers(self, ids: Sequence[str]) -> str:
        labels = [translate(self.study.driver(id).label, self.lang) for id in ids]
        return list_text([quoted(label, self.lang) for label in labels], self.lang)

    def room(self) -> Room:
        if not self.rows:
            return Room(self.height)
        return Room(self.height, self.name, 0.0, self.head + 0.05)

    def plot(self, ax: Axes, width: float, height: float) -> None:
        """Draw the cells, the scenarios' names over them and the drivers' beside them."""
        count = len(self.study.scenarios)
        plot = RowPlot(ax, self.sheet, self.height, (0.0, float(count)))
        ax.set_xticks([])
        if not self.rows:
            return
        for k, (scenario, head) in enumerate(zip(self.study.scenarios, self.heads, strict=True)):
            tall = len(head) * line_height(NOTE)
            words = [Words(line, self.looks[scenario.id].ink, "bold") for line in head]
            plot.beside(float(k), Row(-0.05 - tall, tall), words, after=True, away=0.0,
                        gid=f"head-{scenario.id}")  # fmt: skip
        for row in self.rows:
            plot.column(row.named, row.words, out=self.room().before, gid="name")
            for k in range(count):
                self._draw(plot, row, k, count / width)

    def _draw(self, plot: RowPlot, row: _Row, k: int, inch: float) -> None:
        from matplotlib.patches import Rectangle

        answer, theme = row.answer, self.theme
        id = self.study.scenario_ids[k]
        look = self.looks[id]
        gid = f"{answer.driver}-{id}"
        change = float(answer.change[k])
        sure = answer.change_q05[k] > 0 or answer.change_q95[k] < 0
        moves = abs(change) >= _LEAST
        begin, end = k + 0.04 * inch, k + 1 - (_NUMBER + _BETWEEN) * inch
        foot = row.place.middle + _CELL / 2
        plot.ax.add_patch(
            Rectangle((k, foot - _CELL), end + 0.04 * inch - k, _CELL, linewidth=0,
                      facecolor=theme.wash, zorder=0.2, gid=f"cell-{gid}")
        )  # fmt: skip
        xs = np.linspace(begin, end, len(answer.mean))
        low, mean, high = (
            foot - _CELL * np.minimum(values[:, k] / self.top, 1.0)
            for values in (answer.q05, answer.mean, answer.q95)
        )
        colour = look.colour if moves else theme.muted
        plot.ax.fill_between(xs, low, high, color=mixed(colour, theme.background, 0.2),
                             linewidth=0, zorder=1, gid=f"band-{gid}")  # fmt: skip
        plot.ax.plot(
            xs, mean, color=colour, linewidth=(2.0 if moves else 1.2) * theme.stroke, zorder=3,
            linestyle="-" if sure else (0, (2.5, 1.5)), solid_capstyle="butt", gid=f"pull-{gid}",
        )  # fmt: skip
        plot.dot(float(xs[answer.reference]), float(mean[answer.reference]), colour=colour,
                 size=5.5, gid=f"origin-{gid}")  # fmt: skip
        number = Words(signed_text(100 * change, self.lang), look.ink if moves else theme.muted,
                       "bold" if sure and moves else "normal")  # fmt: skip
        plot.beside(end, row.place, [number], after=True, away=0.09, gid=f"change-{gid}")
