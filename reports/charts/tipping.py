"""Tipping sets as a matrix: which driver changes go together, and what they would do.

A column for each set, numbered as in the text; a row for each level that any of them needs,
those of one driver together. Joined dots say what a set is made of (the layout of UpSet plots:
Lex et al. 2014, doi:10.1109/TVCG.2014.2346248, chosen because names of drivers and levels are
long, and here each is written out once). Above stands what the set would do, and below how
probable it is that it comes about.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from tarjih.reports.charts.chart import Chart, Room
from tarjih.reports.charts.figures import settings
from tarjih.reports.charts.furniture import Furniture, around_forecast
from tarjih.reports.charts.layout import line_height, spread_apart
from tarjih.reports.charts.page import NOTE, PAGE, Frame
from tarjih.reports.charts.rows import Row, RowPlot, Words, full_share, share_steps, widest
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.numbers import (
    count_text,
    figures,
    interval_text,
    percent_text,
    percent_texts,
)
from tarjih.reports.words.strings import quoted, say
from tarjih.scenarios.records import translate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tarjih.models.tipping.sets import Tipping, TippingSet

__all__ = ["draw_tipping"]

_DRIVER, _LEVEL, _GAP = 2.5, 1.7, 0.2  # inches, at most
_WIDEST, _NARROWEST = 1.3, 0.54  # of a column
_NUMBER, _PANEL, _FIGURES = 0.3, 1.6, 0.5
_SMALL = 7.5
_ASIDE = 0.17  # of a column
_NAMED = 1.0  # inches beside the last column that let its dots be named
_MOST = 10
_SELDOM = 1e-6


@dataclass(frozen=True, slots=True)
class _Level:
    driver: str
    level: int
    driver_words: list[Words]
    level_words: list[Words]
    place: Row


def draw_tipping(
    found: Tipping,
    *,
    ax: Axes | None = None,
    lang: str = "en",
    theme: str = "light",
    frame: Frame = PAGE,
) -> Figure:
    """Draw the smallest sets of driver changes that would tip the outlook.

    Parameters
    ----------
    found : Tipping
    ax : matplotlib.axes.Axes, optional
        Draw into it: drivers and levels stand beside it, where its figure must leave room.
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
    def __init__(self, found: Tipping, lang: str, theme: str, frame: Frame) -> None:
        super().__init__(found.study, lang=lang, theme=theme, frame=frame)
        self.found = found
        self.drivers, self.words = self.fit(_DRIVER), self.fit(_LEVEL)
        columns = (self.sheet.room - self.drivers - self.words - 2 * _GAP) / _NARROWEST
        self.sets = found.sets[: min(_MOST, int(columns + 1e-9))]
        self.reached = Row(_NUMBER + _PANEL + 0.05, _FIGURES)
        self.height = self.reached.top + _FIGURES + 0.05
        self.levels = self._levels()
        self.chance = Row(self.height + 0.08, _FIGURES)
        self.height += 0.08 + _FIGURES
        self.driver = widest(self.meter, self._lines("driver_words")) + _GAP
        self.level = widest(self.meter, self._lines("level_words"), "bold") + _GAP
        ends = [each.probability.q95 for each in self.sets]
        if self.kind == "lead":
            ends += [each.at_horizon[found.baseline.leader] for each in self.sets]
        self.top = full_share([*ends, self._now(), found.threshold or 0.0])

    def _lines(self, words: str) -> list[str]:
        return [line.text for one in self.levels for line in getattr(one, words)]

    def _levels(self) -> list[_Level]:
        needed = {(one.driver, one.level) for each in self.sets for one in each.interventions}
        order = {id: n for n, id in enumerate(self.study.driver_ids)}
        levels: list[_Level] = []
        for driver, level in sorted(needed, key=lambda one: (order[one[0]], one[1])):
            record = self.study.driver(driver)
            first = not levels or levels[-1].driver != driver
            label = translate(record.levels[level].label, self.lang)
            wrapped = self.meter.wrap(label, self.words, NOTE, "bold")
            level_words = [Words(line, self.theme.text, "bold") for line in wrapped]
            driver_words = self._driver_words(driver) if first else []
            tall = max(len(level_words), len(driver_words)) * line_height(NOTE)
            height = max(tall + 0.12, 0.3)
            levels.append(_Level(driver, level, driver_words, level_words,
                                 Row(self.height, height)))  # fmt: skip
            self.height += height
        return levels

    def _driver_words(self, driver: str) -> list[Words]:
        record = self.study.driver(driver)
        now = translate(record.levels[self.found.current[driver]].label, self.lang)
        wrap = self.meter.wrap
        names = wrap(translate(record.label, self.lang), self.drivers, NOTE)
        stands = wrap(say("chart.tipping.now", self.lang, level=now), self.drivers, NOTE)
        return [
            *(Words(line, self.theme.text) for line in names),
            *(Words(line, self.theme.muted) for line in stands),
        ]

    def _now(self) -> float:
        """Return the probability that is to change, as things stand."""
        ids, baseline = self.study.scenario_ids, self.found.baseline
        return float(baseline.at_horizon[ids.index(self.found.scenario or baseline.leader)])

    @property
    def kind(self) -> str:
        """What is to happen: the lead is to change, or a scenario to cross the threshold."""
        if self.found.scenario is None:
            return "lead"
        return "rise" if self.found.rises else "fall"

    # ── where it stands ──

    def furniture(self) -> Furniture:
        found, lang = self.found, self.lang
        asked = found.scenario or found.baseline.leader
        k = self.study.scenario_ids.index(asked)
        threshold = "" if found.threshold is None else percent_text(found.threshold, lang)
        date = date_text(found.baseline.horizon, lang)
        fields = {
            "scenario": quoted(self.short_name(asked), lang),
            "now": percent_texts(list(found.baseline.at_horizon), lang)[k],
            "threshold": threshold,
        }
        if self.sets:
            fewest = len(self.sets[0].interventions)
            title = say(f"chart.tipping.{self.kind}", lang, n=fewest, **fields)
        else:
            title = say(f"chart.tipping.{self.kind}.none", lang, n=found.most_changes, **fields)
        start = self.study.calendar.first_day(found.baseline.as_of_step + 1)
        subtitle = say(
            "chart.tipping.subtitle",
            lang,
            start=date_text(start, lang),
            date=date,
            interval_name=say("interval.name", lang),
        )
        if self.sets and self.kind == "lead":
            hollow = say("chart.tipping.hollow", lang, scenario=fields["scenario"])
            subtitle = f"{subtitle} {hollow}"
        around = around_forecast(found.baseline, lang, title=title, subtitle=subtitle)
        own = []
        more = len(found.sets) - len(self.sets)
        if more:
            own.append(say("chart.tipping.more", lang, n=more))
        if found.left:
            own.append(say("tipping.left", lang, left=count_text(found.left, lang)))
        own.append(say("chart.tipping.note", lang))
        return replace(around, own=tuple(own))

    def room(self) -> Room:
        before = self.driver + self.level
        if not self.sets:
            return Room(0.05)
        before = max(before, 2.2)
        taken = before + _WIDEST * len(self.sets)
        return Room(self.height, before, max(self.sheet.room - taken, 0.35), line_height(NOTE))

    def key(self) -> None:
        """Say who would lead, where the lead is to change."""
        if self.kind != "lead":
            return
        leaders = dict.fromkeys(each.scenario for each in self.sets)
        for leader in leaders:
            numbers = [n for n, each in enumerate(self.sets, 1) if each.scenario == leader]
            text = say(
                "chart.tipping.leads",
                self.lang,
                n=len(numbers),
                sets=say("list.comma", self.lang).join(figures(str(n), self.lang) for n in numbers),
                scenario=quoted(self.short_name(leader), self.lang),
            )
            self.sheet.text(text, NOTE, colour=self.looks[leader].ink, gid="leads")

    def plot(self, ax: Axes, width: float, height: float) -> None:
        """Draw the probabilities, the matrix and the chances, one under the other."""
        plot = RowPlot(ax, self.sheet, self.height, (0.0, float(max(len(self.sets), 1))))
        ax.set_xticks([])
        if not self.sets:
            return
        self._draw_scale(plot)
        self._draw_matrix(plot)
        for n, each in enumerate(self.sets):
            self._draw_set(plot, n, each)
        self._name_last(plot, self.sets[-1])
        chance = say(
            "chart.tipping.chance",
            self.lang,
            date=date_text(self.found.baseline.horizon, self.lang),
        )
        edge = self.room().before
        for row, text in ((self.reached, self._reached()), (self.chance, chance)):
            lines = self.meter.wrap(text, edge - _GAP, NOTE)
            words = [Words(line, self.theme.muted) for line in lines]
            plot.column(row, words, out=edge, gid="heading")

    def _name_last(self, plot: RowPlot, each: TippingSet) -> None:
        """Name the dots of the last column beside it, where there is room."""
        room = self.room().after - 0.1
        if self.kind != "lead" or room < _NAMED:
            return
        ids = (each.scenario, self.found.baseline.leader)
        shares = dict(
            zip(
                each.at_horizon,
                percent_texts(list(each.at_horizon.values()), self.lang),
                strict=True,
            )
        )
        lines = {
            id: self.meter.wrap(
                say("tie.part", self.lang, scenario=self.short_name(id), value=shares[id]),
                room, NOTE, "bold",
            )
            for id in ids
        }  # fmt: skip
        half = [len(lines[id]) * line_height(NOTE) / 2 for id in ids]
        wanted = [self._level_of(each.at_horizon[id]) for id in ids]
        ys = spread_apart(wanted, half, half, _NUMBER, self.reached.top)
        for id, y in zip(ids, ys, strict=True):
            words = [Words(line, self.looks[id].ink, "bold") for line in lines[id]]
            plot.beside(len(self.sets) - 0.5, Row(y, 0.0), words, after=True,
                        away=0.1 + _ASIDE * _WIDEST,
                        gid=f"name-{id}")  # fmt: skip

    def _reached(self) -> str:
        date = date_text(self.found.baseline.horizon, self.lang)
        if self.kind == "lead":
            return say("chart.tipping.reached.lead", self.lang, date=date)
        name = quoted(self.short_name(self.found.scenario or ""), self.lang)
        return say("chart.tipping.reached", self.lang, scenario=name, date=date)

    def _level_of(self, probability: float) -> float:
        """Return how far down a probability stands in the upper part."""
        return _NUMBER + _PANEL * (1.0 - probability / self.top)

    def _draw_scale(self, plot: RowPlot) -> None:
        theme, last = self.theme, float(len(self.sets))
        for share in share_steps(0.0, self.top):
            y = self._level_of(share)
            plot.line((0.0, last), (y, y), colour=theme.faint, width=0.8, gid="grid", order=0.5)
            words = [Words(figures(f"{100 * share:g}%", self.lang), theme.muted)]
            plot.column(Row(y, 0.0), words, out=0.07, flush_end=True, gid="tick")
        threshold = self.found.threshold
        if threshold is not None:
            y = self._level_of(threshold)
            plot.line((0.0, last), (y, y), colour=theme.text, width=1.0, style=(0, (4, 2)),
                      gid="threshold", order=1.0)  # fmt: skip

    def _draw_matrix(self, plot: RowPlot) -> None:
        from matplotlib.patches import Rectangle

        theme, last = self.theme, float(len(self.sets))
        for n, one in enumerate(self.levels):
            if n % 2 == 0:
                plot.ax.add_patch(
                    Rectangle((0.0, one.place.top), last, one.place.height, linewidth=0,
                              facecolor=theme.wash, zorder=0.2, gid="stripe")
                )  # fmt: skip
            plot.column(one.place, one.level_words, out=self.level, gid="level")
            if one.driver_words:
                plot.column(one.place, one.driver_words, out=self.room().before, gid="driver")

    def _draw_set(self, plot: RowPlot, n: int, each: TippingSet) -> None:
        theme, look = self.theme, self.looks[each.scenario]
        x = n + 0.5
        band = each.probability
        low, high = self._level_of(band.q05), self._level_of(band.q95)
        plot.line((x, x), (low, high), colour=look.colour, width=2.0, gid=f"interval-{n + 1}")
        if self.kind == "lead":
            leader = self.found.baseline.leader
            # beside the other, so that it is seen where both are as probable
            plot.dot(x + _ASIDE, self._level_of(each.at_horizon[leader]), hollow=True, size=6.0,
                     colour=self.looks[leader].colour, gid=f"leader-{n + 1}")  # fmt: skip
        plot.dot(x, self._level_of(band.mean), colour=look.colour, gid=f"reached-{n + 1}")
        ids = list(each.at_horizon)
        share = percent_texts(list(each.at_horizon.values()), self.lang)[ids.index(each.scenario)]
        interval = interval_text(band.q05, band.q95, self.lang)
        self._figures(plot, x, self.reached, (share, interval), look.ink, f"value-{n + 1}")
        plot.centred(x, 0.1, Words(figures(str(n + 1), self.lang), theme.muted), gid="number")
        needed = {(one.driver, one.level) for one in each.interventions}
        rows = [one.place.middle for one in self.levels if (one.driver, one.level) in needed]
        for above, below in pairwise(rows):
            plot.line((x, x), (above, below), colour=theme.text, width=1.8, gid=f"join-{n + 1}")
        for one in self.levels:
            inside = (one.driver, one.level) in needed
            plot.dot(x, one.place.middle, colour=theme.text if inside else theme.faint,
                     size=9.0 if inside else 6.0, gid=f"{'needs' if inside else 'free'}-{n + 1}",
                     order=4.0 if inside else 2.0)  # fmt: skip
        self._figures(plot, x, self.chance, self._chance(each), theme.text, f"chance-{n + 1}")

    def _figures(
        self, plot: RowPlot, x: float, row: Row, texts: tuple[str, str], colour: str, gid: str
    ) -> None:
        """Write a mean, and its interval under it where that says more."""
        value, interval = texts
        alone = interval == value
        y = row.middle if alone else row.middle - 0.08
        plot.centred(x, y, Words(value, colour, "bold"), gid=gid)
        if not alone:
            plot.centred(x, row.middle + 0.09, Words(interval, self.theme.muted, size=_SMALL),
                         gid=gid)  # fmt: skip

    def _chance(self, each: TippingSet) -> tuple[str, str]:
        chance = each.together
        ends = chance.mean, chance.q05, chance.q95
        if self.found.baseline.diagnostics.paths:
            # what no path met is seldom, not impossible
            ends = max(ends[0], _SELDOM), max(ends[1], _SELDOM), max(ends[2], _SELDOM)
        return percent_text(ends[0], self.lang), interval_text(ends[1], ends[2], self.lang)
