"""The chart of the network: which drivers act on which scenarios, and on each other.

Drivers and conjunctions stand where lines begin, scenarios where they end. A line is as wide as
the effect is strong, in the colour of the scenario it acts on: whole where it raises, broken
where it lowers. At the outer side arrows lead from a driver to another that it makes faster or
slower, and dots on a line join levels that act only together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from tarjih.reports.charts.axes import draw_rows, moved, write_text
from tarjih.reports.charts.chart import Chart, Room
from tarjih.reports.charts.figures import settings
from tarjih.reports.charts.furniture import Furniture, around_study, judged_line
from tarjih.reports.charts.layout import line_height
from tarjih.reports.charts.network_plan import Flow, least_crossings, pack_lanes, ports, spaced
from tarjih.reports.charts.page import NOTE, PAGE, Frame
from tarjih.reports.palette import mixed
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.numbers import count_text, figures
from tarjih.reports.words.strings import quoted, say
from tarjih.scenarios.records import translate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tarjih.priors.draws import Draws
    from tarjih.scenarios.records import Conjunction, Driver, Study

__all__ = ["draw_network"]

_NAMES, _SCENARIOS, _GAP, _LANE, _BAR = 2.5, 2.0, 0.12, 0.15, 0.06
_SIZE, _LARGE = 9.0, 9.5
_SCALE_ROW = 0.22
_APART = 0.085  # between ties that meet one row
_WIDEST, _THINNEST = 8.0, 0.6  # points
_SURE = 0.75  # share of the draws that agree on the sign
_SAMPLES = (1.5, 2, 3, 5, 10, 20, 50)
Sign = Literal["raises", "lowers", "unclear"]
_STYLES: dict[Sign, Any] = {"raises": "-", "lowers": (0, (1.6, 0.7)), "unclear": (0, (0.3, 0.7))}
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Line:
    flow: Flow
    points: float
    sign: Sign
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class _Tie:
    """What joins rows of the left column: an arrow from first to last, or dots on a line."""

    rows: tuple[int, ...]
    arrow: bool
    gid: str


def draw_network(
    study: Study,
    draws: Draws,
    *,
    scenario: str | None = None,
    ax: Axes | None = None,
    lang: str = "en",
    theme: str = "light",
    frame: Frame = PAGE,
) -> Figure:
    """Draw how drivers act on scenarios, and on each other.

    Parameters
    ----------
    study : Study
    draws : Draws
        Of its parameters; what is drawn is their mean.
    scenario : str, optional
        Draw the lines to one scenario strong, the others pale.
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
        return _Network(study, draws, scenario, lang=lang, theme=theme, frame=frame).draw(ax)


class _Network(Chart):
    def __init__(
        self,
        study: Study,
        draws: Draws,
        scenario: str | None,
        *,
        lang: str,
        theme: str,
        frame: Frame = PAGE,
    ) -> None:
        super().__init__(study, lang=lang, theme=theme, frame=frame)
        self.before, self.after = self.fit(_NAMES, 1.1), self.fit(_SCENARIOS, 1.1)
        self.scenario, self.count = scenario, len(draws)
        effects = np.concatenate([draws.beta, draws.gamma], axis=1)  # (M, J + C, K)
        self.strength = np.abs(effects).mean(axis=0)
        self.positive = (effects > 0).mean(axis=0)
        parts: list[Driver | Conjunction] = [*study.drivers, *study.conjunctions]
        self.parts = {part.id: part for part in parts}
        self.ids = [part.id for part in parts]
        self.left, self.right = least_crossings(self.strength)
        self.place = {row: n for n, row in enumerate(self.left)}
        self.names = [
            self.meter.clipped(translate(parts[row].label, lang), self.before, _SIZE, 3)
            for row in self.left
        ]
        self.labels = [
            self.meter.clipped(
                self.short_name(study.scenario_ids[k]), self.after, _LARGE, 3, "bold"
            )
            for k in self.right
        ]
        self.lines = self._lines()
        self.ties = self._ties()
        spans = [(min(tie.rows) - 0.4, max(tie.rows) + 0.4) for tie in self.ties]
        self.lanes = pack_lanes(spans)
        self._place_rows()

    def _lines(self) -> list[_Line]:
        strongest = float(self.strength.max()) or 1.0
        lines = []
        for row, k in np.argwhere(self.strength > 0):
            points = max(_WIDEST * float(self.strength[row, k]) / strongest, _THINNEST)
            share = float(self.positive[row, k])
            sign: Sign = "raises" if share >= _SURE else "unclear"
            sign = "lowers" if share <= 1 - _SURE else sign
            flow = Flow(int(row), int(k), points * self.theme.stroke / 72)
            lines.append(_Line(flow, points, sign, self.ids[row], self.study.scenario_ids[k]))
        return lines

    def _ties(self) -> list[_Tie]:
        rows = {id: self.place[n] for n, id in enumerate(self.ids)}
        ties = [
            _Tie((rows[link.parent], rows[link.child]), True, f"link-{link.parent}-{link.child}")
            for link in self.study.links
        ]
        ties += [
            _Tie((rows[one.id], *sorted(rows[id] for id in one.requires)), False, f"with-{one.id}")
            for one in self.study.conjunctions
        ]
        return ties

    def _place_rows(self) -> None:
        def needed(side: int, place: int) -> float:
            widths = [
                line.flow.width + 0.025
                for line in self.lines
                if (line.flow.left, line.flow.right)[side] == place
            ]
            return sum(widths)

        lefts = [
            max(len(lines) * line_height(_SIZE), needed(0, row)) + 0.06
            for row, lines in zip(self.left, self.names, strict=True)
        ]
        rights = [
            max(len(lines) * line_height(_LARGE), needed(1, k)) + 0.1
            for k, lines in zip(self.right, self.labels, strict=True)
        ]
        self.height = max(sum(lefts) + 0.16 * len(lefts), sum(rights) + 0.3 * len(rights), 1.5)
        self.rows = spaced(lefts, self.height, 0.16)
        self.columns = spaced(rights, self.height, 0.3)

    @property
    def tie_room(self) -> float:
        return (max(self.lanes, default=-1) + 1) * _LANE + (_GAP if self.lanes else 0.0)

    def furniture(self) -> Furniture:
        study = self.study
        lines = [one for one in self.lines if self.scenario in (None, one.right)]
        if lines:
            line = max(lines, key=lambda one: one.points)
            part = self.parts[line.left]
            title = say(
                f"chart.network.finding.{line.sign}",
                self.lang,
                driver=quoted(translate(part.label, self.lang), self.lang),
                scenario=quoted(self.short_name(line.right), self.lang),
            )
        elif self.scenario is None:
            title = say("chart.network.none", self.lang)
        else:
            name = quoted(self.short_name(self.scenario), self.lang)
            title = say("chart.network.none.on", self.lang, scenario=name)
        tied = bool(study.links or study.conjunctions)
        subtitle = say("chart.network.subtitle", self.lang)
        if tied:
            subtitle = f"{subtitle} {say('chart.network.ties', self.lang)}"
        footer = say(
            "chart.network.footer",
            self.lang,
            study=figures(study.id, self.lang),
            date=date_text(study.origin, self.lang),
            judgements=judged_line(study, self.lang),
            draws=say("chart.draws", self.lang, n=self.count),
        )
        return around_study(study, self.lang, title=title, subtitle=subtitle, footer=(footer,))

    def room(self) -> Room:
        rows = max((row for _, row in self._scale_places(self._scale())), default=0)
        return Room(
            height=self.height,
            before=self.tie_room + self.before + _GAP,
            after=self.after + _GAP,
            above=0.1,
            below=0.45 + rows * _SCALE_ROW if self.lines else 0.1,
        )

    def plot(self, ax: Axes, width: float, height: float) -> None:
        draw_rows(ax, self.sheet, self.height)
        ax.set_xlim((width, 0.0) if self.rtl else (0.0, width))
        ax.set_xticks([])
        lefts = dict(zip(self.left, self.rows, strict=True))
        rights = dict(zip(self.right, self.columns, strict=True))
        ends = ports([line.flow for line in self.lines], lefts, rights)
        order = sorted(range(len(self.lines)), key=lambda i: self._shown(self.lines[i]))
        for i in order:
            self._draw_line(ax, self.lines[i], ends[i], width)
        self._draw_bars(ax, ends, width)
        self._draw_ties(ax)
        self._write(ax)
        self._draw_scale(ax)

    def _shown(self, line: _Line) -> tuple[bool, float]:
        """Order what is drawn: the pale first, then the wide, so that thin lines are seen."""
        return self.scenario in (None, line.right), -line.points

    def _draw_line(self, ax: Axes, line: _Line, ends: tuple[float, float], width: float) -> None:
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path

        first, last = ends
        bend = 0.45 * (width - 2 * _BAR)
        start, stop = _BAR, width - _BAR
        path = Path(
            [(start, first), (start + bend, first), (stop - bend, last), (stop, last)],
            [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4],
        )
        strong = self.scenario in (None, line.right)
        colour = self.looks[line.right].colour
        patch = PathPatch(
            path,
            facecolor="none",
            edgecolor=colour if strong else mixed(colour, self.theme.background, 0.18),
            linewidth=line.points * self.theme.stroke,
            linestyle=_STYLES[line.sign],
            capstyle="butt",
            alpha=0.8 if strong and self.scenario is None else 1.0,
            zorder=3 if strong else 2,
            gid=f"effect-{line.left}-{line.right}",
        )
        ax.add_patch(patch)

    def _draw_bars(self, ax: Axes, ends: list[tuple[float, float]], width: float) -> None:
        """Draw what lines leave from and arrive at."""
        for side, x in ((0, 0.0), (1, width - _BAR)):
            for place in self.left if side == 0 else self.right:
                mine = [
                    (ends[i][side], line.flow.width)
                    for i, line in enumerate(self.lines)
                    if (line.flow.left, line.flow.right)[side] == place
                ]
                if not mine:
                    continue
                low = min(y - w / 2 for y, w in mine) - 0.02
                high = max(y + w / 2 for y, w in mine) + 0.02
                id = self.study.scenario_ids[place] if side else self.ids[place]
                colour = self.looks[id].colour if side else self.theme.marked
                ax.bar(x + _BAR / 2, high - low, _BAR, bottom=low, color=colour, linewidth=0,
                       zorder=5, gid=f"bar-{id}")  # fmt: skip

    def _draw_ties(self, ax: Axes) -> None:
        edge = 1.0 if self.rtl else 0.0
        inner = self.before + _GAP + 0.06
        aside = self._apart()
        for tie, lane in zip(self.ties, self.lanes, strict=True):
            out = inner + 0.06 + (lane + 0.5) * _LANE
            heights = [
                1.0 - (self.rows[row] + aside[tie.gid, row]) / self.height for row in tie.rows
            ]
            style: dict[str, Any] = {
                "color": self.theme.marked,
                "linewidth": 1.1 * self.theme.stroke,
                "linestyle": "-" if tie.arrow else (0, (1, 1.3)),
                "clip_on": False,
                "zorder": 4,
            }
            self._segment(ax, edge, (out, min(heights)), (out, max(heights)), style, tie.gid)
            for n, y in enumerate(heights):
                self._segment(ax, edge, (out, y), (inner, y), style, tie.gid)
                if tie.arrow and n == 0:
                    continue
                mark = (">" if not self.rtl else "<") if tie.arrow else "o"
                ax.plot([edge], [y], marker=mark, markersize=5 if tie.arrow else 4,
                        color=self.theme.marked, markeredgewidth=0, clip_on=False, zorder=5,
                        transform=moved(ax, "axes", -self.towards * inner, 0.0),
                        gid=f"{tie.gid}-end")  # fmt: skip

    def _apart(self) -> dict[tuple[str, int], float]:
        """Return how far from the middle of a row each tie meets it, so that several are seen."""
        found = {}
        for row in range(len(self.left)):
            mine = [tie for tie in self.ties if row in tie.rows]
            # those that come from above meet it higher up
            mine.sort(key=lambda tie: (sum(tie.rows) / len(tie.rows), tie.gid))
            for n, tie in enumerate(mine):
                found[tie.gid, row] = (n - (len(mine) - 1) / 2) * _APART
        return found

    def _segment(
        self,
        ax: Axes,
        edge: float,
        first: tuple[float, float],
        last: tuple[float, float],
        style: dict[str, Any],
        gid: str,
    ) -> None:
        """Draw a straight line outside the axes; places are (inches before them, share)."""
        inches = ax.bbox.width / ax.figure.dpi
        xs = [edge - self.towards * out / inches for out in (first[0], last[0])]
        ax.plot(xs, [first[1], last[1]], transform=ax.transAxes, gid=gid, **style)

    def _write(self, ax: Axes) -> None:
        begin, end = (1.0, 0.0) if self.rtl else (0.0, 1.0)
        drivers = set(self.study.driver_ids)
        for row, lines, middle in zip(self.left, self.names, self.rows, strict=True):
            plain = self.ids[row] in drivers
            colour = self.theme.text if plain else self.theme.muted
            self._column(ax, lines, begin, -(self.before + _GAP), middle, _SIZE, colour, "normal",
                         f"driver-{self.ids[row]}")  # fmt: skip
        for k, lines, middle in zip(self.right, self.labels, self.columns, strict=True):
            id = self.study.scenario_ids[k]
            self._column(ax, lines, end, _GAP, middle, _LARGE, self.looks[id].ink, "bold",
                         f"scenario-{id}")  # fmt: skip

    def _column(
        self, ax: Axes, lines: list[str], x: float, out: float, middle: float, size: float,
        colour: str, weight: str, gid: str,
    ) -> None:  # fmt: skip
        first = middle - (len(lines) - 1) * line_height(size) / 2
        for n, text in enumerate(lines):
            y = 1.0 - (first + n * line_height(size)) / self.height
            write_text(ax, self.sheet, (x, y), text, moved(ax, "axes", self.towards * out, 0.0),
                       size=size, align=self.sheet.start, colour=colour, gid=gid,
                       weight=weight)  # fmt: skip

    def _scale(self) -> list[tuple[float, Any, str]]:
        """Return what widths and strokes mean: points, style and words."""
        if not self.lines:
            return []
        strongest = float(self.strength.max())
        samples = [odds for odds in _SAMPLES if np.log(odds) <= strongest][-3:]
        entries: list[tuple[float, Any, str]] = [
            (
                max(_WIDEST * float(np.log(odds)) / strongest, _THINNEST),
                "-",
                say(
                    "chart.network.odds",
                    self.lang,
                    times=count_text(odds, self.lang)
                    if isinstance(odds, int)
                    else figures(f"{odds:g}", self.lang),
                ),
            )
            for odds in samples
        ]
        signs = [sign for sign in _STYLES if any(line.sign == sign for line in self.lines)]
        entries += [(3.0, _STYLES[sign], say(f"chart.network.{sign}", self.lang)) for sign in signs]
        return entries

    def _scale_places(self, entries: list[tuple[float, Any, str]]) -> list[tuple[float, int]]:
        """Return where each entry begins, in inches from the plot, and in which line."""
        first = x = -(self.before + _GAP)
        end, row, places = self.sheet.room - self.tie_room + first, 0, []
        for *_, text in entries:
            width = 0.52 + self.meter.width(text, NOTE)
            if x > first and x + width > end:
                x, row = first, row + 1
            places.append((x, row))
            x += width + 0.3
        return places

    def _draw_scale(self, ax: Axes) -> None:
        """Show below the plot what widths and strokes mean."""
        entries = self._scale()
        inches = ax.bbox.width / ax.figure.dpi
        begin = 1.0 if self.rtl else 0.0
        tall = ax.bbox.height / ax.figure.dpi
        for (points, style, text), (x, row) in zip(
            entries, self._scale_places(entries), strict=True
        ):
            y = -(0.3 + row * _SCALE_ROW) / tall
            ends = [begin + self.towards * at / inches for at in (x, x + 0.42)]
            ax.plot(ends, [y, y], transform=ax.transAxes, color=self.theme.marked,
                    linewidth=points * self.theme.stroke, linestyle=style, clip_on=False,
                    solid_capstyle="butt", dash_capstyle="butt", gid="scale-line")  # fmt: skip
            place = moved(ax, "axes", self.towards * (x + 0.52), 0.0)
            write_text(ax, self.sheet, (begin, y), text, place, size=NOTE, align=self.sheet.start,
                       colour=self.theme.muted, gid="scale")  # fmt: skip
