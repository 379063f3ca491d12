"""The watch list as a chart: what is worth looking for, and what finding it would change.

A row for each indicator, the most telling first. The scenario is the one that finding it speaks
for: a full dot is where its probability would go if the indicator is found, a hollow one where
it would go if every search comes back empty, and the tick between is where it stands. Past the
plot stand the part of the doubt that the search is expected to settle, and the chance of a find:
what would tell most is seldom what is likely to be found.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tarjih.reports.charts.chart import Chart, Room
from tarjih.reports.charts.figures import settings
from tarjih.reports.charts.furniture import Furniture, around_forecast
from tarjih.reports.charts.page import NOTE, PAGE, Frame
from tarjih.reports.charts.rows import (
    AXIS_ROOM,
    Row,
    RowPlot,
    Stack,
    Words,
    clipped,
    full_share,
    widest,
)
from tarjih.reports.palette import Look
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.numbers import decimal_text, figures, percent_text, percent_texts
from tarjih.reports.words.strings import quoted, say
from tarjih.scenarios.records import translate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tarjih.models.asked.watching import Watched, WatchList

__all__ = ["draw_watch"]

_LABEL, _GAP, _NUMBER = 3.6, 0.15, 0.5  # inches
_AFTER = 0.65  # past the last dot: its percent, and some room to the bars
_BAR, _BAR_NUMBER, _FOUND = 0.9, 0.62, 0.75
_MOST = 12
_MOST_LINES = 3
_NOTHING = 0.0005  # what would be shown as 0.0%


@dataclass(frozen=True, slots=True)
class _Row:
    one: Watched
    scenario: int
    look: Look
    words: list[Words]
    place: Row
    now: float
    found: float
    missed: float


def draw_watch(
    found: WatchList,
    *,
    ax: Axes | None = None,
    lang: str = "en",
    theme: str = "light",
    frame: Frame = PAGE,
) -> Figure:
    """Draw what is worth looking for, and what finding it or not would do.

    Parameters
    ----------
    found : WatchList
    ax : matplotlib.axes.Axes, optional
        Draw into it: words and shares stand beside it, where its figure must leave room.
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
        return _Chart(found, lang, theme, frame).draw(ax)


class _Chart(Chart):
    def __init__(self, found: WatchList, lang: str, theme: str, frame: Frame) -> None:
        super().__init__(found.study, lang=lang, theme=theme, frame=frame)
        self.found = found
        self.widest, self.bar = self.fit(_LABEL, 1.45), self.fit(_BAR, 1.9)
        self.chance = self.fit(_FOUND, 0.6)
        self.labels = {one.id: translate(one.label, lang) for one in self.study.indicators}
        telling = [one for one in found.indicators if self._share(one) >= _NOTHING]
        stack = Stack(0.15)
        self.rows = [self._row(one, stack) for one in telling[:_MOST]]
        self.left = len(found.indicators) - len(self.rows)
        self.height = stack.whole if self.rows else 0.05
        self.label = widest(self.meter, [line.text for row in self.rows for line in row.words])
        values = [value for row in self.rows for value in (row.now, row.found, row.missed)]
        self.top = full_share(values)

    def _share(self, one: Watched) -> float:
        return one.information / self.found.doubt if self.found.doubt > 0 else 0.0

    def _row(self, one: Watched, stack: Stack) -> _Row:
        seen, missed = one.outcomes
        k = self.found.tells_for(seen)
        id = self.study.scenario_ids[k]
        look = self.looks[id]
        name = say("chart.watch.for", self.lang, scenario=self.short_name(id))
        label = clipped(self.meter.wrap(self.labels[one.id], self.widest, NOTE), _MOST_LINES)
        words = [Words(line, self.theme.text) for line in label]
        words += [Words(line, look.ink) for line in self.meter.wrap(name, self.widest, NOTE)]
        return _Row(
            one,
            k,
            look,
            words,
            stack.add(len(words)),
            float(self.found.at_horizon[k]),
            float(seen.at_horizon[k]),
            float(missed.at_horizon[k]),
        )

    def furniture(self) -> Furniture:
        found, lang = self.found, self.lang
        horizon = date_text(found.forecast.horizon, lang)
        if self.rows:
            best = self.rows[0]
            seen = best.one.outcomes[0]
            title = say(
                "chart.watch.title",
                lang,
                indicator=quoted(self.labels[best.one.id], lang),
                scenario=quoted(self.short_name(self.study.scenario_ids[best.scenario]), lang),
                now=percent_texts(found.at_horizon.tolist(), lang)[best.scenario],
                then=percent_texts(seen.at_horizon.tolist(), lang)[best.scenario],
            )
        elif found.indicators:
            title = say("watch.nothing", lang, horizon=horizon)
        else:
            title = say("watch.no_indicator", lang)
        subtitle = say(
            "chart.watch.subtitle",
            lang,
            every=say(f"watch.every.{self.study.step}", lang),
            until=date_text(found.until, lang),
            horizon=horizon,
        )
        around = around_forecast(
            found.forecast, lang, title=title, subtitle=subtitle, draws=found.draws
        )
        own = [say("chart.watch.left", lang, n=self.left)] if self.rows and self.left else []
        own.append(say("watch.note", lang, horizon=horizon))
        return replace(around, own=tuple(own))

    def room(self) -> Room:
        if not self.rows:
            return Room(self.height)
        after = _AFTER + self.bar + _BAR_NUMBER + self.chance
        return Room(self.height, self.label + _GAP + _NUMBER, after, AXIS_ROOM + 0.28)

    def plot(self, ax: Axes, width: float, height: float) -> None:
        """Draw the dots, and beside them the shares and chances."""
        plot = RowPlot(ax, self.sheet, self.height, (0.0, self.top))
        if not self.rows:
            ax.set_xticks([])
            return
        plot.percents()
        for key, out, room in (
            ("chart.watch.settles", _AFTER, self.bar + _BAR_NUMBER - 0.1),
            ("chart.watch.found", _AFTER + self.bar + _BAR_NUMBER, self.chance),
        ):
            lines = self.meter.wrap(say(key, self.lang), room, NOTE)
            plot.heading(lines, out=out, after=True)
        most = max(self._share(row.one) for row in self.rows)
        for row in self.rows:
            self._draw(plot, row, width, most)

    def _draw(self, plot: RowPlot, row: _Row, width: float, most: float) -> None:
        theme, colour, y, id = self.theme, row.look.colour, row.place.middle, row.one.id
        plot.line((row.missed, row.found), (y, y), colour=colour, width=1.6, gid=f"span-{id}")
        plot.line((row.now, row.now), (y - 0.08, y + 0.08), colour=theme.text, width=1.2,
                  gid=f"now-{id}", order=4.0)  # fmt: skip
        plot.dot(row.missed, y, colour=colour, hollow=True, gid=f"missed-{id}")
        plot.dot(row.found, y, colour=colour, size=8.5, gid=f"found-{id}", order=5.5)
        seen, missed = (
            percent_texts(outcome.at_horizon.tolist(), self.lang)[row.scenario]
            for outcome in row.one.outcomes
        )
        plot.beside(row.found, row.place, [Words(seen, row.look.ink, "bold")], after=True,
                    away=0.1, gid=f"value-found-{id}")  # fmt: skip
        plot.beside(row.missed, row.place, [Words(missed, theme.muted)], after=False,
                    away=0.1, gid=f"value-missed-{id}")  # fmt: skip
        plot.column(row.place, row.words, out=self.room().before, gid=f"words-{id}")
        share, inch = self._share(row.one), self.top / width
        start = self.top + _AFTER * inch
        end = start + self.bar * inch * share / most
        plot.bar(row.place, start, end, colour=theme.marked, thick=0.12, gid=f"settles-{id}")
        text = figures(f"{decimal_text(100 * share, digits=1)}%", self.lang)
        plot.beside(end, row.place, [Words(text, theme.text)], after=True, gid=f"share-{id}")
        chance = percent_text(row.one.outcomes[0].probability, self.lang)
        plot.column(row.place, [Words(chance, theme.text)], out=_AFTER + self.bar + _BAR_NUMBER,
                    after=True, gid=f"chance-{id}")  # fmt: skip
