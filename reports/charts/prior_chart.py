"""The chart of judged against implied: where sources contradict each other, or the whole.

A row for each judgement, those that speak of one scenario together. The pale band is how the
judgement is read, the line on it what all judgements together imply of the same; where they
part, the row is shaded. An odds ratio has no place on a scale of percents: it is told in the
text only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tarjih.priors.examined import Compared
from tarjih.reports.charts.axes import TICK, moved, write_text
from tarjih.reports.charts.chart import Chart, Room
from tarjih.reports.charts.figures import settings
from tarjih.reports.charts.furniture import Furniture, around_study
from tarjih.reports.charts.layout import font, line_height
from tarjih.reports.charts.page import NOTE, PAGE, Frame
from tarjih.reports.palette import ink
from tarjih.reports.texts.card_judgements import about_text
from tarjih.reports.texts.prior_text import wording_text
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.numbers import figures, interval_text, percent_text
from tarjih.reports.words.strings import say
from tarjih.scenarios.records import translate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tarjih.models.asked.prior_view import PriorView

__all__ = ["draw_prior"]

_WORDS, _NUMBERS, _GAP = 4.5, 1.5, 0.15  # inches before the plot, after it, and between
_ROW_GAP, _GROUP_GAP = 0.13, 0.2
_BAND, _ALPHA = 0.17, 0.3
_ABOUTS = ("now", "if_held", "at", "ever", "reaches")
_HELD = ("if_held", "at", "ever")
_SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)


@dataclass(frozen=True, slots=True)
class _Row:
    compared: Compared
    about: list[str]
    who: list[str]
    colour: str
    top: float

    @property
    def height(self) -> float:
        return max(len(self.about) + len(self.who), 2) * line_height(NOTE)


def draw_prior(
    view: PriorView,
    *,
    ax: Axes | None = None,
    lang: str = "en",
    theme: str = "light",
    frame: Frame = PAGE,
) -> Figure:
    """Draw every judgement against what the draws imply.

    Parameters
    ----------
    view : PriorView
    ax : matplotlib.axes.Axes, optional
        Draw into it; words and numbers stand beside it, where its figure must leave room.
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
        return _Prior(view, lang=lang, theme=theme, frame=frame).draw(ax)


class _Prior(Chart):
    def __init__(self, view: PriorView, *, lang: str, theme: str, frame: Frame = PAGE) -> None:
        super().__init__(view.study, lang=lang, theme=theme, frame=frame)
        self.words, self.numbers = self.fit(_WORDS, 1.1), self.fit(_NUMBERS, 0.35)
        self.view = view
        self.rows = self._rows()
        self.height = self.rows[-1].top + self.rows[-1].height + _ROW_GAP if self.rows else 0.4

    def _rows(self) -> list[_Row]:
        study = self.study
        shown = [one for one in self.view.compared if not one.ratio]
        ordered = sorted(shown, key=self._place)
        rows: list[_Row] = []
        top = _ROW_GAP
        for n, one in enumerate(ordered):
            subject = one.judgement.scenario
            if n and subject != ordered[n - 1].judgement.scenario:
                top += _GROUP_GAP
            source = next(s for s in study.sources if s.id == one.judgement.source)
            who = say(
                "chart.prior.who",
                self.lang,
                source=translate(source.label, self.lang),
                wording=wording_text(study, one.judgement, self.lang),
            )
            row = _Row(
                compared=one,
                about=self._wrap(about_text(study, one.judgement, self.lang)),
                who=self._wrap(who),
                colour=self.theme.text if subject is None else self.looks[subject].colour,
                top=top,
            )
            rows.append(row)
            top += row.height + _ROW_GAP
        return rows

    def _place(self, one: Compared) -> tuple[int, int, float]:
        """Order by scenario (drivers last), then by what is asked of it."""
        ids, judgement = self.view.study.scenario_ids, one.judgement
        scenario = len(ids) if judgement.scenario is None else ids.index(judgement.scenario)
        return scenario, _ABOUTS.index(judgement.about), judgement.within or 0.0

    def _wrap(self, text: str) -> list[str]:
        return self.sheet.meter.wrap(text, self.words, NOTE)

    def furniture(self) -> Furniture:
        apart = sum(row.compared.verdict != "agrees" for row in self.rows)
        tellers = {one.judgement.source for one in self.view.compared}
        title = say("chart.prior.apart", self.lang, n=apart) if apart else ""
        subtitle = [say("chart.prior.subtitle", self.lang)]
        if any(row.compared.judgement.about in _HELD for row in self.rows):
            subtitle.append(say("chart.prior.held", self.lang))
        if any(row.compared.said is None for row in self.rows):
            subtitle.append(say("chart.prior.unread", self.lang))
        if apart:
            subtitle.append(say("chart.prior.shaded", self.lang))
        return around_study(
            self.study,
            self.lang,
            title=title or say("chart.prior.agree", self.lang),
            subtitle=" ".join(subtitle),
            footer=(
                say(
                    "chart.prior.footer",
                    self.lang,
                    study=figures(self.study.id, self.lang),
                    date=date_text(self.study.origin, self.lang),
                    judgements=say("judgements", self.lang, n=len(self.view.compared)),
                    sources=say("sources", self.lang, n=len(tellers)),
                ),
            ),
        )

    def room(self) -> Room:
        return Room(
            height=self.height,
            before=self.words + _GAP,
            after=self.numbers + _GAP,
            above=0.02 + 3 * line_height(TICK),
        )

    def plot(self, ax: Axes, width: float, height: float) -> None:
        self._frame(ax)
        self._head_numbers(ax)
        for row in self.rows:
            self._draw(ax, row)

    def _head_numbers(self, ax: Axes) -> None:
        """Say over the numbers which line is which."""
        edge = 0.0 if self.sheet.rtl else 1.0
        for n, key in enumerate(("chart.prior.said", "chart.prior.implied")):
            place = moved(ax, "axes", self.towards * _GAP, 0.14 + (n + 1) * line_height(NOTE))
            colour = (self.theme.muted, self.theme.text)[n]
            write_text(ax, self.sheet, (edge, 1.0), say(key, self.lang), place, size=NOTE,
                       align=self.sheet.start, colour=colour, gid="numbers")  # fmt: skip

    def _frame(self, ax: Axes) -> None:
        """Make the horizontal axis one of percents, named on top; vertically, inches down."""
        ax.set_xlim((1.0, 0.0) if self.sheet.rtl else (0.0, 1.0))
        ax.set_ylim(self.height, 0.0)
        ax.set_yticks([])
        for side in ax.spines.values():
            side.set_visible(False)
        ax.set_xticks(_SHARES, [figures(f"{round(100 * s)}%", self.lang) for s in _SHARES])
        ax.tick_params(
            axis="x", length=0, pad=3, colors=self.theme.muted, labeltop=True, labelbottom=False
        )
        for text in ax.get_xticklabels():
            text.set_fontproperties(font(TICK))
        ax.grid(axis="x", color=self.theme.faint, linewidth=0.8)
        ax.set_axisbelow(True)

    def _draw(self, ax: Axes, row: _Row) -> None:
        one, middle = row.compared, row.top + row.height / 2
        colour = ink(row.colour, self.theme.background)
        if one.verdict != "agrees":
            reach = row.height / 2 + _ROW_GAP / 2 - 0.01
            ax.axhspan(middle - reach, middle + reach, color=self.theme.warning, alpha=0.13,
                       linewidth=0, zorder=0, gid=f"apart-{one.judgement.id}")  # fmt: skip
        if one.said is not None:
            low, median, high = one.said
            ax.barh(middle, high - low, _BAND, left=low, color=row.colour, alpha=_ALPHA,
                    linewidth=0, gid=f"said-{one.judgement.id}")  # fmt: skip
            ax.plot([median] * 2, [middle - _BAND / 2, middle + _BAND / 2], color=row.colour,
                    linewidth=2.0, solid_capstyle="butt", zorder=3)  # fmt: skip
        ax.plot([one.implied.q05, one.implied.q95], [middle] * 2, color=colour, linewidth=1.6,
                zorder=4, clip_on=False, gid=f"implied-{one.judgement.id}")  # fmt: skip
        ax.plot([one.implied.mean], [middle], marker="o", markersize=5, color=colour,
                markeredgecolor=self.theme.background, markeredgewidth=0.8, zorder=5,
                clip_on=False)  # fmt: skip
        self._write_words(ax, row)
        self._write_numbers(ax, row, colour)

    def _write_words(self, ax: Axes, row: _Row) -> None:
        lines = [(text, self.theme.text) for text in row.about]
        lines += [(text, self.theme.muted) for text in row.who]
        self._column(ax, row, lines, edge=0.0, out=-(self.words + _GAP))

    def _write_numbers(self, ax: Axes, row: _Row, colour: str) -> None:
        one = row.compared
        lines = [(self._cell(one.implied.mean, one.implied.q05, one.implied.q95), colour)]
        if one.said is not None:
            lines.append((self._cell(one.said[1], one.said[0], one.said[2]), self.theme.muted))
        self._column(ax, row, lines, edge=1.0, out=_GAP)

    def _cell(self, middle: float, low: float, high: float) -> str:
        return say(
            "table.cell",
            self.lang,
            mean=percent_text(middle, self.lang),
            interval=interval_text(low, high, self.lang),
        )

    def _column(
        self, ax: Axes, row: _Row, lines: Sequence[tuple[str, str]], *, edge: float, out: float
    ) -> None:
        """Write lines beside the plot, centred on the row; ``out`` inches past an edge of it."""
        x = 1.0 - edge if self.sheet.rtl else edge
        first = row.top + row.height / 2 - (len(lines) - 1) * line_height(NOTE) / 2
        for n, (text, colour) in enumerate(lines):
            y = 1.0 - (first + n * line_height(NOTE)) / self.height
            place = moved(ax, "axes", self.towards * out, 0.0)
            write_text(ax, self.sheet, (x, y), text, place, size=NOTE, align=self.sheet.start,
                       colour=colour, gid=f"row-{row.compared.judgement.id}")  # fmt: skip
