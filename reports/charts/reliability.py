"""The reliability diagram: how often came true what was forecast with each probability.

The line is the isotonic fit of outcomes on forecasts (CORP: Dimitriadis, Gneiting & Jordan 2021,
doi:10.1073/pnas.2016191118): no bins to choose, and none to choose wrongly. The field is where it
would lie if the forecasts were calibrated, so what leaves it is more than chance; it lies about
the diagonal, not about the line. Bars at the foot show where the forecasts stand. Few questions
make a wide field, and the title says so before it says anything else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tarjih.reports.charts.axes import TICK, moved, write_text
from tarjih.reports.charts.chart import Chart, Room
from tarjih.reports.charts.figures import settings
from tarjih.reports.charts.furniture import Furniture
from tarjih.reports.charts.layout import line_height
from tarjih.reports.charts.page import NOTE, PAGE, Frame, Page
from tarjih.reports.charts.rows import Row, RowPlot, Words
from tarjih.reports.palette import mixed, theme_named
from tarjih.reports.words.numbers import decimal_text, figures, percent_text
from tarjih.reports.words.strings import language, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tarjih.scoring.calibration.reliability import Reliability

__all__ = ["draw_reliability"]

_SIDE = 5.0  # inches of the square
_FOOT, _FOOT_GAP = 0.62, 0.12
_BEFORE, _APART = 0.6, 0.45
_SHARES = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_MOST_DOTS = 40
_BAR = 0.055  # inches, at least
_COLUMN, _NUMBER = 2.6, 0.8  # of the words beside the numbers, and the numbers


def draw_reliability(
    found: Reliability,
    *,
    ax: Axes | None = None,
    lang: str = "en",
    theme: str = "light",
    frame: Frame = PAGE,
) -> Figure:
    """Draw how well forecasts were calibrated.

    Parameters
    ----------
    found : Reliability
    ax : matplotlib.axes.Axes, optional
        Draw into it: percents stand before it and scores after it, where its figure must leave
        room. Default: a whole page of its own.
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

    Examples
    --------
    >>> from tarjih.scoring.calibration import reliability_of
    >>> curve = reliability_of([0.1, 0.4, 0.8, 0.4], [0, 1, 1, 0], resamples=50)
    >>> len(draw_reliability(curve).axes)
    1
    """
    with settings():
        return _Chart(found, lang, theme, frame).draw(ax)


class _Chart(Chart):
    def __init__(self, found: Reliability, lang: str, theme: str, frame: Frame) -> None:
        # there need be no study behind scores
        self.theme = theme_named(theme)
        self.sheet = Page(language(lang), self.theme, frame)
        self.lang, self.meter, self.rtl = lang, self.sheet.meter, self.sheet.rtl
        self.towards = -1 if self.rtl else 1
        self.found = found
        self.side = self.fit(_SIDE)
        self.height = self.side + _FOOT_GAP + _FOOT
        self.column = min(_COLUMN, self.room().after - _APART - _NUMBER)

    def furniture(self) -> Furniture:
        found, lang = self.found, self.lang
        questions = say("chart.reliability.questions", lang, n=found.questions)
        subtitle = say(
            "chart.reliability.subtitle", lang, level=figures(f"{100 * found.level:g}%", lang)
        )
        footer = say(
            "chart.reliability.footer",
            lang,
            forecasts=say("chart.reliability.forecasts", lang, n=found.forecasts),
            questions=questions,
            resamples=say("chart.reliability.resamples", lang, n=found.resamples),
            seed=found.seed,
        )
        notice = say("chart.reliability.band", lang)
        return Furniture(
            title=self._finding(questions),
            subtitle=subtitle,
            over=found.label,
            badges=(say("chart.retrospective", lang),) if found.retrospective else (),
            own=(notice,),
            footer=(footer,),
        )

    def _finding(self, questions: str) -> str:
        from tarjih.scoring.resampling.enough import FEWEST

        found, lang = self.found, self.lang
        if found.questions < FEWEST:
            return say("chart.reliability.few", lang, questions=questions)
        beyond = np.maximum(found.recalibrated - found.high, found.low - found.recalibrated)
        outside = np.maximum(beyond, 0.0) * found.share
        # so much may leave the band by chance alone
        if found.share[beyond > 0].sum() <= 1 - found.level:
            return say("chart.reliability.inside", lang, questions=questions)
        # the line is flat over runs of forecasts: name where one is out the most
        _, run = np.unique(found.recalibrated, return_inverse=True)
        side = np.where(found.recalibrated > found.high, 1, 0) - (found.recalibrated < found.low)
        place = 2 * run + (side > 0)
        worst = (place == int(np.argmax(np.bincount(place, outside)))) & (side != 0)
        forecast = float(np.average(found.forecast[worst], weights=found.share[worst]))
        return say(
            "chart.reliability.outside",
            lang,
            forecast=percent_text(forecast, lang),
            seen=percent_text(float(found.recalibrated[worst][0]), lang),
        )

    def room(self) -> Room:
        after = self.sheet.room - _BEFORE - self.side
        above = 2 * line_height(NOTE)
        return Room(self.height, _BEFORE, after, above, 2 * line_height(TICK) + 0.1)

    def plot(self, ax: Axes, width: float, height: float) -> None:
        """Draw the diagonal, the field, the line and the bars, and the scores beside them."""
        plot = RowPlot(ax, self.sheet, self.height)
        ax.set_xticks([])
        self._frame(plot)
        found, theme = self.found, self.theme
        low, high = self._down(found.low), self._down(found.high)
        if len(found.forecast) > 1:
            ax.fill_between(found.forecast, low, high, linewidth=0, zorder=1,
                            color=mixed(theme.marked, theme.background, 0.22),
                            gid="band")  # fmt: skip
        else:
            plot.line((found.forecast[0], found.forecast[0]), (low[0], high[0]), width=6.0,
                      colour=mixed(theme.marked, theme.background, 0.22),
                      gid="band", order=1.0)  # fmt: skip
        plot.line((0.0, 1.0), (self.side, 0.0), colour=theme.muted, width=0.9, gid="diagonal",
                  order=2.0, style=(0, (4, 3)))  # fmt: skip
        ys = self._down(found.recalibrated)
        ax.plot(found.forecast, ys, color=theme.deep, linewidth=2.2 * theme.stroke, zorder=3,
                clip_on=False, solid_joinstyle="round", gid="curve")  # fmt: skip
        if len(ys) <= _MOST_DOTS:
            for x, y in zip(found.forecast, ys, strict=True):
                plot.dot(float(x), float(y), colour=theme.deep, size=6.0, gid="point")
        self._bars(plot, width)
        self._scores(plot)

    def _down(
        self, share: np.ndarray[tuple[int], np.dtype[np.float64]]
    ) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Return how far down shares stand in the square."""
        return self.side * (1.0 - share)

    def _frame(self, plot: RowPlot) -> None:
        theme, page = self.theme, self.sheet
        for share in _SHARES:
            y = self.side * (1.0 - share)
            text = figures(f"{100 * share:g}%", self.lang)
            plot.line((0.0, 1.0), (y, y), colour=theme.faint, width=0.8, gid="grid", order=0.5)
            plot.line((share, share), (0.0, self.side), colour=theme.faint, width=0.8, gid="grid",
                      order=0.5)  # fmt: skip
            plot.column(Row(y, 0.0), [Words(text, theme.muted)], out=0.08, flush_end=True,
                        gid="tick")  # fmt: skip
            write_text(plot.ax, page, (share, 0.0), text, moved(plot.ax, "days", 0.0, -0.13),
                       size=TICK, align="center", colour=theme.muted, gid="tick")  # fmt: skip
        above = Row(-0.1 - line_height(NOTE), line_height(NOTE))
        head = Words(say("chart.reliability.seen", self.lang), theme.text)
        plot.beside(0.0, above, [head], after=True, away=-_BEFORE + 0.1, gid="axis")
        write_text(
            plot.ax, page, (1.0, 0.0), say("chart.reliability.forecast", self.lang),
            moved(plot.ax, "days", 0.0, -0.13 - line_height(TICK)), size=NOTE, align=page.end,
            colour=theme.text, gid="axis",
        )  # fmt: skip

    def _bars(self, plot: RowPlot, width: float) -> None:
        """Draw how much of the weight stands at each forecast."""
        found = self.found
        gaps = np.diff(found.forecast)
        thick = float(np.clip(0.8 * gaps.min() if len(gaps) else 1.0, 0.012, _BAR / width * 1.5))
        tallest = float(found.share.max())
        for x, share in zip(found.forecast, found.share, strict=True):
            tall = _FOOT * float(share) / tallest
            plot.bar(Row(self.height - tall, tall), float(x) - thick / 2, float(x) + thick / 2,
                     colour=self.theme.marked, thick=tall, gid="share")  # fmt: skip

    def _scores(self, plot: RowPlot) -> None:
        """Write the score and what it is made of."""
        corp, theme, lang = self.found.corp, self.theme, self.lang
        y = 0.1
        for name, sign, value in (
            ("score", "", corp.score),
            ("miscalibration", "", corp.miscalibration),
            ("discrimination", "\N{MINUS SIGN}", corp.discrimination),
            ("uncertainty", "+", corp.uncertainty),
        ):
            weight = "bold" if name == "score" else "normal"
            label = say(f"chart.reliability.{name}", lang)
            about = say(f"chart.reliability.about.{name}", lang)
            words = [Words(line, theme.text, weight)
                     for line in self.meter.wrap(label, self.column, NOTE, weight)]  # fmt: skip
            words += [
                Words(line, theme.muted) for line in self.meter.wrap(about, self.column, NOTE)
            ]
            tall = len(words) * line_height(NOTE)
            # adding 0.0 turns a negative zero into zero
            shown = decimal_text(round(value, 3) + 0.0, lang, digits=3)
            number = figures(f"{sign} ", lang) + shown if sign else shown
            plot.column(
                Row(y, line_height(NOTE)),
                [Words(number, theme.text, weight)],
                out=_APART + 0.62,
                after=True,
                flush_end=True,
                gid=f"{name}-value",
            )
            plot.column(Row(y, tall), words, out=_APART + _NUMBER, after=True, gid=name)
            y += tall + 0.16
