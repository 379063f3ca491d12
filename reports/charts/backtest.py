"""What each part of the method earned: how much worse forecasts get without it.

A row for each part, then one for each source left out. The dot is the difference of scores, the
line its interval over questions drawn again; to the far side of the line in the middle the part
helped. Few questions make wide intervals, and the title says so before it says anything else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tarjih.errors import InvalidRequest, Problem
from tarjih.reports.charts.chart import Chart, Room
from tarjih.reports.charts.figures import settings
from tarjih.reports.charts.furniture import Furniture
from tarjih.reports.charts.layout import line_height
from tarjih.reports.charts.page import NOTE
from tarjih.reports.charts.rows import AXIS_ROOM, Row, RowPlot, Stack, Words, widest
from tarjih.reports.texts.backtests import (
    earned_text,
    part_text,
    range_text,
    who_text,
)
from tarjih.reports.texts.viewpoints import viewpoint_notices
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.numbers import decimal_text, figures, signed_text
from tarjih.reports.words.strings import list_text, say
from tarjih.scenarios.records import translate
from tarjih.scoring.resampling import FEWEST

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tarjih.scoring.backtest import Ablation, Backtest, Group, Part

__all__ = ["draw_backtest"]

_NAME, _GAP, _COLUMN = 3.4, 0.15, 0.75  # inches
_STEPS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_LEAST = 0.004  # the reach of a scale of which all differences are next to nothing


@dataclass(frozen=True, slots=True)
class _Row:
    ablation: Ablation
    part: Part
    name: list[str]
    place: Row


def draw_backtest(
    found: Backtest, *, ax: Axes | None = None, lang: str = "en", theme: str = "light"
) -> Figure:
    """Draw what each part of the method earned.

    Of several kinds of questions the first one is drawn, and none that was coded in retrospect
    if there is another.

    Parameters
    ----------
    found : Backtest
    ax : matplotlib.axes.Axes, optional
        Draw into it: names stand before it and numbers after it, where its figure must leave
        room. Default: a whole page of its own.
    lang : {"en", "ar"}
    theme : {"light", "dark", "print"}

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InvalidRequest
        If the language or the theme is unknown, or nothing was scored.
    """
    if not found.groups:
        raise InvalidRequest(
            Problem("backtest", "nothing was scored", mend="no question came out yet")
        )
    with settings():
        return _Chart(found, found.groups[0], lang, theme).draw(ax)


class _Chart(Chart):
    def __init__(self, found: Backtest, group: Group, lang: str, theme: str) -> None:
        super().__init__(found.study, lang=lang, theme=theme)
        self.found, self.group = found, group
        stack = Stack(0.12)
        self.rows: list[_Row] = []
        for one in found.ablations[1:]:
            if one.id in found.same:
                continue
            if one.source and self.rows and not self.rows[-1].ablation.source:
                stack.space(0.14)
            name = self.meter.wrap(who_text(found, one, self.lang), _NAME, NOTE)
            place = stack.add(len(name), least=0.2)
            self.rows.append(_Row(one, group.parts[one.id], name, place))
        self.height = stack.whole
        self.name = widest(self.meter, [line for row in self.rows for line in row.name])
        ends = [0.0]
        for row in self.rows:
            earned = row.part.earned
            ends += [v for v in (earned.mean, earned.low, earned.high) if math.isfinite(v)]
        self.scale, self.step = _scale(min(ends), max(ends))

    def furniture(self) -> Furniture:
        found, lang, full = self.found, self.lang, self.group.full
        questions = say("questions", lang, n=full.counts.scored)
        footer = say(
            "chart.backtest.footer",
            lang,
            study=figures(found.study.id, lang),
            dates=say("backtest.dates", lang, n=len(found.dates)),
            first=date_text(found.dates[0], lang),
            last=date_text(found.dates[-1], lang),
            questions=questions,
            seed=found.seed,
        )
        notices = viewpoint_notices(found.study, lang)
        alike = [part_text(found, one, lang) for one in found.ablations if one.id in found.same]
        if alike:
            notices.append(say("backtest.same", lang, parts=list_text(alike, lang)))
        if self.group.retrospective:
            notices.insert(0, say("backtest.no_headline", lang))
        return Furniture(
            title=self._finding(questions),
            subtitle=say(
                "chart.backtest.subtitle",
                lang,
                score=say(f"score.name.{full.headline}", lang),
                interval_name=say("interval.name", lang),
                mean=decimal_text(full.scores[full.headline].mean, lang, digits=3),
            ),
            over=translate(found.study.title, lang),
            badges=(say("chart.retrospective", lang),) if self.group.retrospective else (),
            notices=tuple(notices),
            footer=(footer,),
        )

    def _finding(self, questions: str) -> str:
        lang = self.lang
        if self.group.full.counts.scored < FEWEST:
            return say("chart.backtest.few", lang, questions=questions)
        earned = [row for row in self.rows if row.part.verdict == "earned"]
        if not earned:
            return say("chart.backtest.none", lang)
        most = max(earned, key=lambda row: row.part.earned.mean)
        return say(
            "chart.backtest.earned",
            lang,
            part=part_text(self.found, most.ablation, lang),
            earned=earned_text(most.part.earned.mean, lang),
            interval_name=say("interval.name", lang),
            range=range_text(most.part.earned, lang),
        )

    def room(self) -> Room:
        after = 2 * _COLUMN + _GAP
        return Room(self.height, self.name + _GAP, after, AXIS_ROOM + line_height(NOTE) + 0.06)

    def plot(self, ax: Axes, width: float, height: float) -> None:
        """Draw the line of no difference, a dot and an interval for each part, and the numbers."""
        theme, lang = self.theme, self.lang
        plot = RowPlot(ax, self.sheet, self.height, self.scale)
        count = round((self.scale[1] - self.scale[0]) / self.step)
        steps = [round(self.scale[0] + n * self.step, 6) for n in range(count + 1)]
        digits = max(0, -math.floor(math.log10(self.step)))
        plot.name_steps(steps, [signed_text(one, lang, digits=digits) for one in steps])
        plot.line((0.0, 0.0), (-0.03, self.height), colour=theme.text, width=1.1, gid="none")
        above = Row(-AXIS_ROOM - line_height(NOTE), line_height(NOTE))
        for key, after in (("chart.backtest.harm", False), ("chart.backtest.help", True)):
            room = (self.scale[1] if after else -self.scale[0]) / (self.scale[1] - self.scale[0])
            words = say(key, lang)
            if self.meter.width(words, NOTE) + 0.1 < room * width:
                plot.beside(0.0, above, [Words(words, theme.muted)], after=after, gid="side")
        heads = (say("backtest.column.earned", lang), say("chart.backtest.score", lang))
        for n, head in enumerate(heads):
            lines = self.meter.wrap(head, _COLUMN, NOTE)
            plot.heading(lines, out=(n + 1) * _COLUMN + _GAP, after=True, flush_end=True)
        for row in self.rows:
            self._draw(plot, row)

    def _draw(self, plot: RowPlot, row: _Row) -> None:
        theme, earned = self.theme, row.part.earned
        name, middle = row.ablation.id, row.place.middle
        if math.isfinite(earned.low) and math.isfinite(earned.high):
            plot.line((earned.low, earned.high), (middle, middle), colour=theme.deep, width=1.8,
                      gid=f"interval-{name}")  # fmt: skip
        if math.isfinite(earned.mean):
            # nothing is said of a part where there are too few questions: a hollow dot
            told = row.part.verdict in ("earned", "cost")
            plot.dot(earned.mean, middle, colour=theme.deep, hollow=not told, gid=f"dot-{name}")
        words = [Words(line, theme.text) for line in row.name]
        plot.column(row.place, words, out=self.name + _GAP, gid=f"name-{name}")
        card = self.group.cards[name]
        numbers = (
            earned_text(earned.mean, self.lang),
            decimal_text(card.scores[card.headline].mean, self.lang, digits=3),
        )
        for n, text in enumerate(numbers):
            plot.column(row.place, [Words(text, theme.muted if n else theme.text)],
                        out=(n + 1) * _COLUMN + _GAP, after=True, flush_end=True,
                        gid=f"number-{n}-{name}")  # fmt: skip


def _scale(low: float, high: float) -> tuple[tuple[float, float], float]:
    """Return round ends of a scale about zero that holds both, and the distance of its steps.

    Examples
    --------
    >>> _scale(-0.024, 0.052)
    ((-0.04, 0.06), 0.02)
    """
    low, high = min(low, -_LEAST / 2), max(high, _LEAST / 2)
    step = next((one for one in _STEPS if (high - low) / one <= 5), _STEPS[-1])
    ends = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    return (round(ends[0], 6), round(ends[1], 6)), step
