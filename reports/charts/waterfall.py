"""The waterfall: how one scenario's probability went from the start to as-of.

A bar for what was believed at the start, one for each piece of news in the order in which it
became known, one for what the passing of time did in between, and one for what is believed now.
Each bar begins where the last one ended. Changes are told in points of probability, as shown, or
in decibans of centred log-odds; either way they add up as shown.

Where there are many pieces, those that moved the scenario least are folded into one bar wherever
they stand between others: order and sum stay true, and the strongest keep a line each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from math import ceil, floor
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from tarjih.equations import DECIBANS
from tarjih.errors import InvalidRequest, Problem, nearest
from tarjih.reports.charts.chart import Chart, Room
from tarjih.reports.charts.figures import settings
from tarjih.reports.charts.furniture import Furniture, around_forecast
from tarjih.reports.charts.page import NOTE, PAGE, Frame, unbroken
from tarjih.reports.charts.rows import AXIS_ROOM, Row, RowPlot, Stack, Words, clipped, full_share
from tarjih.reports.texts.sentences import items_label, tellers_text, weightiest_first
from tarjih.reports.words.dates import date_text, short_date_text, span_text
from tarjih.reports.words.numbers import interval_text, share_text, signed_text, whole_percents
from tarjih.reports.words.strings import quoted, say
from tarjih.scenarios.records import translate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tarjih.models.asked.explanation import Bar, Explanation

__all__ = ["draw_waterfall", "folded"]

Floats = NDArray[np.float64]
Units = Literal["percent", "db"]
_DATE_GAP, _WORDS, _NUMBER = 0.15, 3.9, 0.55  # inches
_MOST_ROWS = 16
_MOST_LINES = 3
_TOTAL, _CHANGE = 0.24, 0.15


def draw_waterfall(
    found: Explanation,
    *,
    scenario: str | None = None,
    units: Units = "percent",
    ax: Axes | None = None,
    lang: str = "en",
    theme: str = "light",
    frame: Frame = PAGE,
) -> Figure:
    """Draw what moved one scenario from the start to as-of.

    Parameters
    ----------
    found : Explanation
    scenario : str, optional
        Its id. Default: the most probable at as-of.
    units : {"percent", "db"}
        Points of probability, or decibans of centred log-odds.
    ax : matplotlib.axes.Axes, optional
        Draw into it: dates and words stand beside it, where its figure must leave room.
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
        If the language, the theme or the scenario is unknown.
    """
    ids = found.study.scenario_ids
    if scenario is not None and scenario not in ids:
        what, allowed = "unknown scenario", ", ".join(ids)
        raise InvalidRequest(Problem("--scenario", what, scenario, allowed, nearest(scenario, ids)))
    place = int(np.argmax(found.end)) if scenario is None else ids.index(scenario)
    with settings():
        return _Chart(found, place, units, lang, theme, frame).draw(ax)


def folded(sizes: Sequence[float], most: int) -> list[range]:
    """Fold the smallest of a row of things into runs, so that there are few.

    Parameters
    ----------
    sizes : sequence of float
        None negative.
    most : int
        How many runs there may be; at least 1.

    Returns
    -------
    list of range
        Runs of positions, in order, that cover all. Each of the largest is a run of its own,
        as many of them as the runs allow.

    Examples
    --------
    >>> [list(run) for run in folded([9, 1, 1, 8, 1], 4)]
    [[0], [1, 2], [3], [4]]
    >>> len(folded(range(1, 101), 5))
    5
    """
    order = sorted(range(len(sizes)), key=lambda i: (-sizes[i], i))
    for kept in range(min(len(sizes), most), -1, -1):
        alone = set(order[:kept])
        starts = [i for i in range(len(sizes)) if i == 0 or i in alone or i - 1 in alone]
        if len(starts) <= most:
            return [range(a, b) for a, b in pairwise([*starts, len(sizes)])]
    return []


@dataclass(frozen=True, slots=True)
class _Row:
    kind: Literal["start", "news", "drift", "folded", "end"]
    place: Row
    date: list[str]
    words: list[Words]
    before: float
    after: float
    number: str


class _Chart(Chart):
    def __init__(
        self, found: Explanation, k: int, units: Units, lang: str, theme: str, frame: Frame
    ) -> None:
        super().__init__(found.study, lang=lang, theme=theme, frame=frame)
        self.words, self.most_lines = self.fit(_WORDS, 1.15), 2 if self.narrow else _MOST_LINES
        self.found, self.k, self.units = found, k, units
        self.look = self.looks[found.study.scenario_ids[k]]
        # where anything is folded, drift goes with the news about it
        sizes = [self._size(bar) if bar.kind == "news" else 0.0 for bar in found.bars]
        self.runs = folded(sizes, _MOST_ROWS)
        self.stack = Stack(0.12)
        self.rows = self._rows()
        self.height = self.stack.whole
        dates = [line for row in self.rows for line in row.date]
        self.dates = max(self.meter.width(line, NOTE) for line in dates) + _DATE_GAP
        values = [value for row in self.rows for value in (row.before, row.after)]
        self.scale = (0.0, full_share(values)) if units == "percent" else _round_ends(values)

    # ── what is drawn ──

    def _rows(self) -> list[_Row]:
        found = self.found
        first = self._value(found.start)
        rows = [
            self._row(
                "start",
                [short_date_text(found.since, self.lang)],
                [(say("chart.waterfall.start", self.lang), True)],
                (0.0, first),
                self._standing(found.start),
            )
        ]
        for run in self.runs:
            bars = [found.bars[i] for i in run]
            rows.append(self._moved(bars))
        last = [(say("chart.waterfall.end", self.lang), True)]
        date = [short_date_text(found.forecast.as_of, self.lang)]
        end = (0.0, self._value(found.end))
        rows.append(self._row("end", date, last, end, self._standing(found.end)))
        return rows

    def _moved(self, bars: Sequence[Bar]) -> _Row:
        before, after = bars[0].before, bars[-1].after
        values = self._value(before), self._value(after)
        change = self._change(bars)
        if len(bars) == 1:
            (bar,) = bars
            if bar.kind == "drift":
                words = [(say("chart.waterfall.drift", self.lang), False)]
                return self._row("drift", self._dates(bars), words, values, change)
            told = [*weightiest_first(bar, self.found.clusters), *bar.gone]
            tellers = tellers_text(self.study, told[0], self.lang)
            more = max(len(bar.items), 1) - 1
            if more:
                tellers = say("chart.waterfall.with", self.lang, sources=tellers, n=more)
            lines = [(self._news(bar), True), (tellers, False)]
            return self._row("news", self._dates(bars), lines, values, change)
        news = sum(bar.kind == "news" for bar in bars)
        words = [(say("chart.waterfall.folded", self.lang, n=news), False)]
        return self._row("folded", self._dates(bars), words, values, change)

    def _row(
        self,
        kind: Literal["start", "news", "drift", "folded", "end"],
        date: list[str],
        words: Sequence[tuple[str, bool]],
        values: tuple[float, float],
        number: str,
    ) -> _Row:
        theme = self.theme
        lines = [
            Words(line, theme.text if strong else theme.muted, "bold" if total else "normal")
            for total in (kind in ("start", "end"),)
            for text, strong in words
            for line in clipped(self.meter.wrap(text, self.words, NOTE), self.most_lines)
        ]
        place = self.stack.add(max(len(lines), len(date)), least=0.22)
        return _Row(kind, place, date, lines, *values, number)

    def _dates(self, bars: Sequence[Bar]) -> list[str]:
        start, end = bars[0].start, bars[-1].end
        if bars[0].kind == "drift" and len(bars) == 1:
            return [short_date_text(end, self.lang)]
        span = span_text(start, end, self.lang)
        return self.meter.wrap(span, 1.1 if " " in span else 1.7, NOTE)

    def _news(self, bar: Bar) -> str:
        """Name what became known, and what is no longer held."""
        first = weightiest_first(bar, self.found.clusters)
        label = translate(first[0].label, self.lang) if first else ""
        if not bar.gone:
            return label
        gone = items_label(bar.gone, self.lang)
        if not bar.items:
            return say("explain.bar.gone", self.lang, gone=gone)
        before, after = ({item.id.partition("~")[0] for item in of} for of in (bar.gone, bar.items))
        if after <= before:
            return say("explain.bar.amended", self.lang, evidence=label)
        return say("explain.bar.replaced", self.lang, evidence=label, gone=gone)

    # ── numbers ──

    def _value(self, probability: Floats) -> float:
        if self.units == "percent":
            return float(probability[self.k])
        from tarjih.models.asked.influence import centred_log_odds

        return float(centred_log_odds(probability)[self.k]) * DECIBANS

    def _size(self, bar: Bar) -> float:
        return abs(self._value(bar.after) - self._value(bar.before))

    def _standing(self, probability: Floats) -> str:
        if self.units == "db":
            return self._signed(self._value(probability))
        return self._percent(probability)

    def _percent(self, probability: Floats) -> str:
        whole = whole_percents(probability.tolist())[self.k]
        return share_text(whole, float(probability[self.k]), self.lang)

    def _change(self, bars: Sequence[Bar]) -> str:
        """Write a change: of the percents as shown, so that they add up as shown."""
        before, after = bars[0].before, bars[-1].after
        if self.units == "db":
            return self._signed(self._value(after) - self._value(before))
        shown = [whole_percents(values.tolist())[self.k] for values in (before, after)]
        return self._signed(float(shown[1] - shown[0]))

    def _signed(self, value: float) -> str:
        return signed_text(value, self.lang, digits=1 if self.units == "db" else 0)

    # ── where it stands ──

    def furniture(self) -> Furniture:
        found, lang, k = self.found, self.lang, self.k
        scenario = quoted(self.short_name(self.study.scenario_ids[k]), lang)
        start, date = (date_text(day, lang) for day in (found.since, found.forecast.as_of))
        before, now = (self._percent(values) for values in (found.start, found.end))
        start = unbroken(start)
        fields = {"scenario": scenario, "before": before, "now": now, "start": start}
        if self.units == "db":
            ends_db = (self._standing(values) for values in (found.start, found.end))
            title = say(
                "chart.waterfall.db",
                lang,
                **dict(zip(("low", "high"), ends_db, strict=True)),
                **fields,
            )
        elif before == now:
            title = say("chart.waterfall.same", lang, scenario=scenario, now=now, start=start)
        else:
            way = 1 if found.end[k] > found.start[k] else -1
            most = max(found.bars, key=lambda bar: way * bar.shift[k])
            title = say(f"chart.waterfall.{'rose' if way > 0 else 'fell'}", lang, **fields)
            if most.kind == "news":
                day = unbroken(date_text(most.end, lang))
                title = say("chart.waterfall.most", lang, moved=title, date=day)
        ends = found.forecast.table()[self.study.scenario_ids[k]]["now"]
        subtitle = say(
            f"chart.waterfall.subtitle.{self.units}",
            lang,
            date=date,
            interval=interval_text(ends["q05"], ends["q95"], lang),
            interval_name=say("interval.name", lang),
        )
        around = around_forecast(found.forecast, lang, title=title, subtitle=subtitle)
        own = []
        if any(row.kind == "folded" for row in self.rows):
            own.append(say("chart.waterfall.folds", lang))
        own.append(say("chart.waterfall.note", lang))
        return replace(around, own=tuple(own))

    def room(self) -> Room:
        return Room(self.height, self.dates + self.words + _NUMBER, _NUMBER, AXIS_ROOM)

    def plot(self, ax: Axes, width: float, height: float) -> None:
        """Draw the bars, what joins them, and the words beside them."""
        plot = RowPlot(ax, self.sheet, self.height, self.scale)
        if self.units == "percent":
            plot.percents()
        else:
            steps = _steps(*self.scale)
            plot.name_steps(steps, [signed_text(step, self.lang) for step in steps])
        for row, following in zip(self.rows, [*self.rows[1:], None], strict=True):
            self._draw(plot, row)
            if following is not None:
                foot = row.place.middle + (_TOTAL if row.kind == "start" else _CHANGE) / 2
                head = following.place.middle
                head -= (_TOTAL if following.kind == "end" else _CHANGE) / 2
                plot.line((row.after, row.after), (foot, head), colour=self.theme.muted,
                          width=0.7, gid="join", order=1.5)  # fmt: skip

    def _draw(self, plot: RowPlot, row: _Row) -> None:
        total = row.kind in ("start", "end")
        quiet = row.kind in ("drift", "folded")
        falls = row.after < row.before
        colour = self.theme.marked if quiet else self.look.colour
        alpha = {"drift": 0.45, "folded": 0.8}.get(row.kind, 1.0)
        thick = _TOTAL if total else _CHANGE
        plot.bar(row.place, row.before, row.after, colour=colour, thick=thick, alpha=alpha,
                 hollow=falls and not total and not quiet, gid=f"bar-{row.kind}")  # fmt: skip
        ink = self.theme.muted if quiet else self.look.ink
        number = Words(row.number, ink, "normal" if quiet else "bold")
        edge = row.after if falls or total or row.after >= row.before else row.before
        plot.beside(edge, row.place, [number], after=not falls, gid=f"value-{row.kind}")
        words = self.dates + self.words + _NUMBER
        plot.column(row.place, [Words(line, self.theme.muted) for line in row.date], out=words,
                    gid="date")  # fmt: skip
        plot.column(row.place, row.words, out=self.words + _NUMBER, gid=f"words-{row.kind}")


def _steps(low: float, high: float) -> list[float]:
    span = high - low
    step = next((s for s in (1, 2, 5, 10, 20, 50) if span / s <= 7), 100)
    return [float(n * step) for n in range(ceil(low / step), floor(high / step) + 1)]


def _round_ends(values: Sequence[float]) -> tuple[float, float]:
    """Return ends of a scale of decibans that holds 0 and all values."""
    low, high = min(0.0, *values), max(0.0, *values)
    return 5.0 * floor(low / 5), max(5.0 * ceil(high / 5), 5.0 * floor(low / 5) + 5.0)
