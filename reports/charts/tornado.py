"""The tornado of interventions: what holding each driver at either end would do to one scenario.

A row for each driver, the widest swing first, about a line where the scenario stands now. Beyond
each end of a bar stand the probability and the level that leads to it, so that no key is needed.
It is no statement of doubt about parameters, as many tornados are, and says so.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tarjih.reports.charts.chart import Chart, Room
from tarjih.reports.charts.figures import settings
from tarjih.reports.charts.furniture import Furniture, around_forecast
from tarjih.reports.charts.page import NOTE, PAGE, Frame
from tarjih.reports.charts.rows import AXIS_ROOM, Row, RowPlot, Stack, Words, near_shares, widest
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.numbers import percent_text
from tarjih.reports.words.strings import quoted, say
from tarjih.scenarios.records import translate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tarjih.models.asked.levers import Held, Lever, Tornado

__all__ = ["draw_tornado"]

_NAME, _LEVEL, _NUMBER, _GAP = 2.7, 1.6, 0.5, 0.15  # inches, at most
_MOST = 16
_LEAST = 0.005


@dataclass(frozen=True, slots=True)
class _Row:
    lever: Lever
    less: Held
    more: Held
    name: list[str]
    less_level: list[str]
    more_level: list[str]
    place: Row


def draw_tornado(
    found: Tornado,
    *,
    ax: Axes | None = None,
    lang: str = "en",
    theme: str = "light",
    frame: Frame = PAGE,
) -> Figure:
    """Draw what holding each driver would do to a scenario.

    Parameters
    ----------
    found : Tornado
    ax : matplotlib.axes.Axes, optional
        Draw into it: names stand beside it, where its figure must leave room. Default: a whole
        page of its own.
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
    def __init__(self, found: Tornado, lang: str, theme: str, frame: Frame) -> None:
        super().__init__(found.baseline.study, lang=lang, theme=theme, frame=frame)
        self.found = found
        self.names, self.levels = self.fit(_NAME), self.fit(_LEVEL)
        self.look = self.looks[found.scenario]
        stack = Stack(0.13)
        moving = [one for one in found.levers if _reach(one) >= _LEAST]
        self.rows = [self._row(one, stack) for one in moving[:_MOST]]
        self.left = len(found.levers) - len(self.rows)
        self.height = stack.whole
        self.name = widest(self.meter, [line for row in self.rows for line in row.name])
        less = [line for row in self.rows for line in row.less_level]
        more = [line for row in self.rows for line in row.more_level]
        self.beyond = [_NUMBER + widest(self.meter, lines) for lines in (less, more)]
        ends = [found.probability]
        for row in self.rows:
            for held in (row.less, row.more):
                ends += [held.probability, *self._interval(held)]
        self.scale = near_shares(ends)

    def _row(self, lever: Lever, stack: Stack) -> _Row:
        less, more = sorted((lever.lowest, lever.highest), key=lambda held: held.probability)
        name = translate(self.study.driver(lever.driver).label, self.lang)
        names = self.meter.wrap(name, self.names, NOTE)
        low, high = (
            self.meter.wrap(self._level(lever, one), self.levels, NOTE) for one in (less, more)
        )
        place = stack.add(max(map(len, (names, low, high))), least=0.2)
        return _Row(lever, less, more, names, low, high, place)

    def _level(self, lever: Lever, held: Held) -> str:
        label = translate(self.study.driver(lever.driver).levels[held.level].label, self.lang)
        if held.level == lever.now:
            return say("tornado.level_now", self.lang, level=label)
        return label

    def furniture(self) -> Furniture:
        found, lang = self.found, self.lang
        scenario = quoted(self.short_name(found.scenario), lang)
        date = date_text(found.baseline.horizon, lang)
        subtitle = say(
            "chart.tornado.subtitle",
            lang,
            event=say(f"sensitivity.event.{found.when}", lang, scenario=scenario, date=date),
            now=percent_text(found.probability, lang),
            date=date_text(found.baseline.as_of, lang),
            interval_name=say("interval.name", lang),
        )
        title = say("chart.tornado.nothing", lang, scenario=scenario)
        if self.rows:
            best = self.rows[0]
            title = say(
                "chart.tornado.title",
                lang,
                driver=quoted(translate(self.study.driver(best.lever.driver).label, lang), lang),
                scenario=scenario,
                low=percent_text(best.less.probability, lang),
                high=percent_text(best.more.probability, lang),
                now=percent_text(found.probability, lang),
            )
        around = around_forecast(found.baseline, lang, title=title, subtitle=subtitle)
        own = [say("chart.tornado.left", lang, n=self.left)] if self.left else []
        own.append(say("chart.tornado.note", lang))
        return replace(around, own=tuple(own))

    def room(self) -> Room:
        less, more = self.beyond
        return Room(self.height, self.name + _GAP + less, more, AXIS_ROOM)

    def plot(self, ax: Axes, width: float, height: float) -> None:
        """Draw the bars, the line they stand about, and the words beside them."""
        plot = RowPlot(ax, self.sheet, self.height, self.scale)
        plot.percents()
        for row in self.rows:
            self._draw(plot, row)
        now = self.found.probability
        plot.line((now, now), (-0.03, self.height), colour=self.theme.text, width=1.1,
                  gid="now", order=4.5)  # fmt: skip

    def _draw(self, plot: RowPlot, row: _Row) -> None:
        now, theme = self.found.probability, self.theme
        middle = row.place.middle
        for held, raises, lines in (
            (row.less, False, row.less_level), (row.more, True, row.more_level),
        ):  # fmt: skip
            gid = f"{'more' if raises else 'less'}-{row.lever.driver}"
            plot.bar(row.place, now, held.probability, colour=self.look.colour,
                     hollow=held.probability < now, gid=f"bar-{gid}")  # fmt: skip
            low, high = self._interval(held)
            plot.line((low, high), (middle, middle), colour=theme.text, width=0.9,
                      gid=f"interval-{gid}")  # fmt: skip
            # past the line, even where both ends lie on one side of it
            edge = max(high, held.probability, now) if raises else min(low, held.probability, now)
            share = percent_text(held.probability, self.lang)
            plot.beside(edge, row.place, [Words(share, self.look.ink, "bold")], after=raises,
                        gid=f"value-{gid}")  # fmt: skip
            away = 0.13 + self.meter.width(share, NOTE, "bold")
            words = [Words(line, theme.text) for line in lines]
            plot.beside(edge, row.place, words, after=raises, away=away, gid=f"level-{gid}")
        names = [Words(line, theme.text) for line in row.name]
        plot.column(row.place, names, out=self.room().before, gid=f"name-{row.lever.driver}")

    def _interval(self, held: Held) -> tuple[float, float]:
        """Return where the interval of the change stands on the scale."""
        now = self.found.probability
        return max(now + held.q05, 0.0), min(now + held.q95, 1.0)


def _reach(lever: Lever) -> float:
    return max(abs(lever.lowest.change), abs(lever.highest.change))
