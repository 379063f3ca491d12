"""The timeline chart: every scenario from the origin to the horizon.

Up to as-of the lines show *replayed* belief (what was believed at each date, by what was
known then); from there on, the forecast. Each scenario has a mean, a 50% and a 90% band, and
a label at the end of its line. The evidence that weighs most stands as numbered marks above
the plot, with a key below.

In Arabic the chart is mirrored: time runs from right to left, percents stand at the right
and labels at the left, where lines end. Of some 1,200 people who drew graphs, speakers of
Arabic mostly let time run from right to left, while quantity followed no such direction
(Tversky, Kugelmass & Winter 1991, doi:10.1016/0010-0285(91)90005-9); so the vertical axis
stays as it is. matplotlib shapes and orders Arabic letters itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tarjih.reports.charts.axes import (
    TICK,
    draw_months,
    draw_percents,
    moved,
    plain_line,
    write_text,
)
from tarjih.reports.charts.chart import Chart, Room
from tarjih.reports.charts.figures import settings
from tarjih.reports.charts.findings import leader_finding
from tarjih.reports.charts.furniture import Furniture, around_forecast
from tarjih.reports.charts.layout import line_height, spread_apart, stack_rows
from tarjih.reports.charts.page import MARK, NOTE, KeyEntry
from tarjih.reports.palette import Look
from tarjih.reports.texts.sentences import influence_label
from tarjih.reports.texts.tables import summary_table
from tarjih.reports.words.dates import date_text, span_text
from tarjih.reports.words.strings import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tarjih.models.asked.influence import Influence
    from tarjih.models.record import Forecast

__all__ = ["draw_timeline"]

_PLOT_HEIGHT = 3.9
_LABEL_WIDTH = 2.1
_REACH = 0.24  # from the plot to the labels
_LABEL = 9.5
_STRONGEST, _STRONG, _MINOR = 2.8, 1.9, 1.2  # widths of lines, in points
_MINOR_SHARE = 0.05  # a scenario that never rises above it is drawn thin
_LEAST_INFLUENCE = 0.005
_MOST_STEMS = 12  # more marks than that, and their stems would fence in the plot


@dataclass(frozen=True, slots=True)
class _Line:
    """One scenario as drawn: days as ordinals, shares in [0, 1]; the first ``past`` are past.

    The past goes in steps: what was believed holds until there is something to know.
    """

    id: str
    days: list[float]
    values: dict[str, list[float]]
    past: int
    look: Look
    width: float
    prominent: bool
    percent: str
    name: list[str]

    @property
    def weight(self) -> str:
        return "bold" if self.width == _STRONGEST else "normal"

    @property
    def height(self) -> float:
        """Inches that its label takes."""
        return len(self.name) * line_height(_LABEL) + 0.07


@dataclass(frozen=True, slots=True)
class _Mark:
    entry: KeyEntry
    day: float
    row: int


def draw_timeline(
    forecast: Forecast,
    *,
    ax: Axes | None = None,
    lang: str = "en",
    influences: Sequence[Influence] = (),
    most: int = 8,
    theme: str = "light",
) -> Figure:
    """Draw the scenarios from the origin to the horizon.

    Parameters
    ----------
    forecast : Forecast
    ax : matplotlib.axes.Axes, optional
        Draw into it: lines, bands, marks and labels (these stand beside it, where its
        figure must leave room). Default: a whole page of its own, with title, key of the
        marks, notices and footer, and as high as these need.
    lang : {"en", "ar"}
    influences : sequence of Influence
        The strongest first. Those that move less than half a percent are left out.
    most : int
        How many of them to mark.
    theme : {"light", "dark", "print"}

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    InvalidRequest
        If the language or the theme is unknown.
    """
    with settings():
        return _Timeline(forecast, influences[:most], lang=lang, theme=theme).draw(ax)


class _Timeline(Chart):
    def __init__(
        self, forecast: Forecast, influences: Sequence[Influence], *, lang: str, theme: str
    ) -> None:
        super().__init__(forecast.study, lang=lang, theme=theme)
        self.forecast, self.influences = forecast, influences
        self.lines = self._lines()
        self.first, self.last = self.lines[0].days[0], self.lines[0].days[-1]
        self.as_of = float(forecast.as_of.toordinal())

    # ── what is drawn ──

    def _lines(self) -> list[_Line]:
        table = summary_table(self.forecast)
        rows = self.forecast.timeline()
        past = sum(moment["kind"] == "past" for moment in rows)
        days = _reached([float(moment["date"].toordinal()) for moment in rows], past)
        percents = [row.at_horizon.mean_text(self.lang) for row in table.rows]
        self.percent_width = 0.12 + max(self.meter.width(p, _LABEL, "bold") for p in percents)
        self._name_room = _LABEL_WIDTH - self.percent_width
        ranked = sorted(table.rows, key=lambda row: -row.at_horizon.mean)
        prominent = {row.id for row in ranked[:2]}
        lines = []
        for row, percent in zip(table.rows, percents, strict=True):
            values = {
                name: _held([float(moment["scenarios"][row.id][name]) for moment in rows], past)
                for name in ("mean", "q05", "q25", "q75", "q95")
            }
            width = _STRONG if max(values["mean"]) >= _MINOR_SHARE else _MINOR
            width = _STRONGEST if row.id == table.leader else width
            weight = "bold" if row.id == table.leader else "normal"
            lines.append(
                _Line(
                    id=row.id,
                    days=days,
                    values=values,
                    past=2 * past - 1,
                    look=self.looks[row.id],
                    width=width,
                    prominent=row.id in prominent,
                    percent=percent,
                    name=self.meter.wrap(self.short_name(row.id), self._name_room, _LABEL, weight),
                )
            )
        return lines

    def _marks(self, inches_per_day: float) -> list[_Mark]:
        """Number the influences by date, and stack those that would touch."""
        strong = [one for one in self.influences if one.size >= _LEAST_INFLUENCE]
        strong.sort(key=lambda influence: (influence.items[0].known, influence.key))
        days = [float(influence.items[0].known.toordinal()) for influence in strong]
        days = [min(max(day, self.first), self.last) for day in days]
        rows = stack_rows([day * inches_per_day for day in days], MARK)
        return [
            _Mark(KeyEntry(number, *self._described(influence)), day, row)
            for number, (influence, day, row) in enumerate(zip(strong, days, rows, strict=True), 1)
        ]

    def _described(self, influence: Influence) -> tuple[str, str, str]:
        favoured = self.forecast.study.scenario_ids[int(influence.shift.argmax())]
        item = influence.items[0]
        colour = self.looks[favoured].ink
        when = span_text(item.start, item.end, self.lang)
        return colour, when, influence_label(influence, self.lang)

    # ── where it stands ──

    def furniture(self) -> Furniture:
        return around_forecast(
            self.forecast,
            self.lang,
            title=leader_finding(self.forecast, self.lang),
            subtitle=say("chart.timeline.subtitle", self.lang),
        )

    def room(self) -> Room:
        before = self.meter.width("100%", TICK) + 0.12
        after = _LABEL_WIDTH + _REACH + 0.1
        width = self.sheet.room - before - after
        marks = self._marks(width / self._span)
        return Room(
            height=max(_PLOT_HEIGHT, 0.2 + sum(line.height for line in self.lines)),
            before=before,
            after=after,
            above=0.06 + line_height(NOTE) + _strip_height(marks),
            below=0.35 + line_height(TICK),
        )

    def key(self) -> None:
        marks = self._marks(1.0)
        self.sheet.key(say("chart.timeline.key", self.lang), [mark.entry for mark in marks])

    @property
    def _span(self) -> float:
        return max(self.last - self.first, 1.0)

    # ── the plot ──

    def plot(self, ax: Axes, width: float, height: float) -> None:
        inches_per_day = width / self._span
        draw_percents(ax, self.sheet)
        draw_months(ax, self.sheet, self.first, self.last, inches_per_day)
        marks = self._marks(inches_per_day)
        self._draw_marks(ax, marks)
        self._draw_as_of(ax, inches_per_day, height, _strip_height(marks))
        for line in sorted(self.lines, key=lambda line: line.width):
            self._draw_line(ax, line)
        self._draw_labels(ax, height)

    def _draw_as_of(self, ax: Axes, inches_per_day: float, height: float, strip: float) -> None:
        ax.axvspan(self.as_of, self.last, color=self.theme.wash, linewidth=0, zorder=0)
        lift = strip + 0.1
        ahead = say(
            "chart.timeline.forecast", self.lang, date=date_text(self.forecast.as_of, self.lang)
        )
        past = say("chart.timeline.past", self.lang)
        rooms = [
            days * inches_per_day for days in (self.as_of - self.first, self.last - self.as_of)
        ]
        narrow = rooms[1] < self.meter.width(ahead, NOTE) + 0.1 < rooms[0]
        # The caption of the forecast must be there; where it has no room, it takes the other side.
        before, after = self.sheet.end, self.sheet.start
        captions = [(ahead, before if narrow else after, -1 if narrow else 1, self.theme.text)]
        if not narrow and rooms[0] > self.meter.width(past, NOTE) + 0.1:
            captions.append((past, before, -1, self.theme.muted))
        for text, align, away, colour in captions:
            place = moved(ax, "days", away * self.towards * 0.07, lift + 0.04)
            write_text(ax, self.sheet, (self.as_of, 1), text, place, size=NOTE, align=align,
                       colour=colour, gid="caption")  # fmt: skip
        ax.plot(
            [self.as_of, self.as_of],
            [0, 1 + (lift + 0.12) / height],
            color=self.theme.text,
            linewidth=1.0,
            zorder=4,
            clip_on=False,
            gid="as-of",
        )

    def _draw_line(self, ax: Axes, line: _Line) -> None:
        from matplotlib.patheffects import Normal, Stroke

        shades = (0.12, 0.22) if line.prominent else (0.07, 0.15)
        for (low, high), alpha in zip((("q05", "q95"), ("q25", "q75")), shades, strict=True):
            ax.fill_between(
                line.days,
                line.values[low],
                line.values[high],
                color=line.look.colour,
                alpha=alpha,
                linewidth=0,
                zorder=2,
                gid=f"band-{low}-{line.id}",
            )
        thick = line.width * self.theme.stroke
        halo = [Stroke(linewidth=thick + 1.6, foreground=self.theme.background), Normal()]
        seam = max(line.past - 1, 0)
        mean = line.values["mean"]
        past: dict[str, Any] = {"linestyle": "-", "path_effects": halo}
        ahead: dict[str, Any] = {"linestyle": (0, (4, 1.6)), "dash_capstyle": "butt"}
        for name, part, style in (
            ("past", slice(0, line.past), past),
            ("forecast", slice(seam, None), ahead),
        ):
            ax.plot(
                line.days[part],
                mean[part],
                color=line.look.colour,
                linewidth=thick,
                marker=line.look.marker or None,
                markersize=5 + line.width / 2,
                markevery=max(1, len(line.days[part]) // 4),
                zorder=5 + line.width / 10,
                clip_on=False,
                gid=f"{name}-{line.id}",
                **style,
            )

    def _draw_marks(self, ax: Axes, marks: Sequence[_Mark]) -> None:
        for mark in marks:
            number, colour = mark.entry.number, mark.entry.colour
            if len(marks) <= _MOST_STEMS:
                ax.plot([mark.day, mark.day], [0, 1], color=self.theme.faint, linewidth=0.8,
                        zorder=1, gid=f"stem-{number}")  # fmt: skip
            lift = 0.08 + MARK * (mark.row + 0.5)
            ax.plot(
                [mark.day],
                [1],
                marker="o",
                markersize=MARK * 72 - 2.2,
                color=colour,
                markeredgewidth=0,
                transform=moved(ax, "days", 0, lift),
                clip_on=False,
                zorder=8,
                gid=f"circle-{number}",
            )
            write_text(ax, self.sheet, (mark.day, 1), str(number), moved(ax, "days", 0, lift),
                       size=7.5, align="center", colour=self.theme.background, gid="mark",
                       weight="bold")  # fmt: skip

    def _draw_labels(self, ax: Axes, height: float) -> None:
        # From the bottom up; of equal values the first of the study comes to stand highest.
        # The first line of a label, with the percent, should stand level with its line's end.
        lines = self.lines[::-1]
        ends = [line.values["mean"][-1] * height for line in lines]
        above = [line_height(_LABEL) / 2 + 0.035 for _ in lines]
        below = [line.height - up for line, up in zip(lines, above, strict=True)]
        places = spread_apart(ends, below, above, -0.1, height + 0.1)
        edge = 0.0 if self.sheet.rtl else 1.0
        for line, end, first in zip(lines, ends, places, strict=True):
            ax.annotate(
                "",
                (edge, end / height),
                xytext=(self.towards * _REACH * 72, (first - end) * 72),
                xycoords="axes fraction",
                textcoords="offset points",
                annotation_clip=False,
                arrowprops=plain_line(line.look.colour, 0.9),
            )
            out = _REACH + 0.05
            words = [(line.percent, out, first, "bold")] + [
                (name, out + self.percent_width, first - n * line_height(_LABEL), line.weight)
                for n, name in enumerate(line.name)
            ]
            for text, x, y, weight in words:
                write_text(
                    ax,
                    self.sheet,
                    (edge, 0),
                    text,
                    moved(ax, "axes", self.towards * x, y),
                    size=_LABEL,
                    align=self.sheet.start,
                    colour=line.look.ink,
                    gid=f"label-{line.id}",
                    weight=weight,
                )


def _strip_height(marks: Sequence[_Mark]) -> float:
    rows = max((mark.row for mark in marks), default=-1) + 1
    return rows * MARK + (0.06 if rows else 0.0)


def _held(values: list[float], past: int) -> list[float]:
    """Give each past value twice but the last: when it comes, and until the next one does."""
    return [value for value in values[: past - 1] for _ in range(2)] + values[past - 1 :]


def _reached(days: list[float], past: int) -> list[float]:
    """Give the days at which `_held` values stand."""
    return [days[0]] + [day for day in days[1:past] for _ in range(2)] + days[past:]
