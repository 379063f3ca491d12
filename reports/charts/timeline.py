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

from tarjih.reports.charts.axes import TICK, draw_percents, moved, write_text
from tarjih.reports.charts.chart import Room
from tarjih.reports.charts.figures import settings
from tarjih.reports.charts.findings import leader_finding
from tarjih.reports.charts.furniture import Furniture, around_forecast
from tarjih.reports.charts.layout import line_height, stack_rows
from tarjih.reports.charts.page import MARK, NOTE, PAGE, Frame, KeyEntry
from tarjih.reports.charts.time_chart import EndLabel, TimeChart, held, reached
from tarjih.reports.palette import Look
from tarjih.reports.texts.sentences import influence_label
from tarjih.reports.texts.tables import summary_table
from tarjih.reports.words.dates import span_text
from tarjih.reports.words.numbers import figures
from tarjih.reports.words.strings import quoted, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tarjih.models.asked.influence import Influence
    from tarjih.models.record import Forecast

__all__ = ["draw_timeline"]

_PLOT_HEIGHT, _LOW_PLOT = 3.9, 2.9  # the second on narrow paper
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
    def label(self) -> EndLabel:
        weight = "bold" if self.width == _STRONGEST else "normal"
        return EndLabel(
            self.id, self.values["mean"][-1], self.percent, self.name, self.look, weight
        )


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
    frame: Frame = PAGE,
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
        return _Timeline(forecast, influences[:most], lang=lang, theme=theme, frame=frame).draw(ax)


class _Timeline(TimeChart):
    def __init__(
        self,
        forecast: Forecast,
        influences: Sequence[Influence],
        *,
        lang: str,
        theme: str,
        frame: Frame = PAGE,
    ) -> None:
        super().__init__(forecast, lang=lang, theme=theme, frame=frame)
        self.influences = influences
        self.lines = self._lines()

    # ── what is drawn ──

    def _lines(self) -> list[_Line]:
        table = summary_table(self.forecast)
        rows = self.forecast.timeline()
        past = sum(moment["kind"] == "past" for moment in rows)
        days = reached([float(moment["date"].toordinal()) for moment in rows], past)
        percents = [row.at_horizon.mean_text(self.lang) for row in table.rows]
        ranked = sorted(table.rows, key=lambda row: -row.at_horizon.mean)
        prominent = {row.id for row in ranked[:2]}
        lines = []
        for row, percent in zip(table.rows, percents, strict=True):
            values = {
                name: held([float(moment["scenarios"][row.id][name]) for moment in rows], past)
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
                    name=self.wrapped_name(self.short_name(row.id), percents, weight),
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
        colour = self.looks[favoured].strong
        when = span_text(item.start, item.end, self.lang)
        label = influence_label(influence, self.lang)
        if len(influence.items) > 1:  # a phrase of ours, which begins small
            label = label[:1].upper() + label[1:]
        if self.theme.patterned:
            scenario = quoted(self.short_name(favoured), self.lang)
            label = say("chart.timeline.favours", self.lang, label=label, scenario=scenario)
        return colour, when, label

    # ── where it stands ──

    def furniture(self) -> Furniture:
        return around_forecast(
            self.forecast,
            self.lang,
            title=leader_finding(self.forecast, self.lang),
            subtitle=say("chart.timeline.subtitle", self.lang),
        )

    def room(self) -> Room:
        before, after = self.beside
        width = self.sheet.room - before - after
        marks = self._marks(width / self.span)
        return Room(
            height=max(
                _LOW_PLOT if self.narrow else _PLOT_HEIGHT,
                0.2 + sum(line.label.height for line in self.lines),
            ),
            before=before,
            after=after,
            above=0.06 + line_height(NOTE) + _strip_height(marks),
            below=0.35 + line_height(TICK),
        )

    def key(self) -> None:
        marks = self._marks(1.0)
        # without colour the scenario is named beside each
        title = say("chart.timeline.key", self.lang)
        if self.theme.patterned:
            title = say("chart.timeline.key.named", self.lang)
        self.sheet.key(title, [mark.entry for mark in marks])

    # ── the plot ──

    def plot(self, ax: Axes, width: float, height: float) -> None:
        draw_percents(ax, self.sheet)
        self.draw_time(ax, width)
        marks = self._marks(width / self.span)
        self._draw_marks(ax, marks)
        self.draw_as_of(ax, width, height, _strip_height(marks) + 0.1)
        for line in sorted(self.lines, key=lambda line: line.width):
            self._draw_line(ax, line)
        self.draw_end_labels(ax, height, [line.label for line in self.lines])

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
            write_text(
                ax,
                self.sheet,
                (mark.day, 1),
                figures(str(number), self.lang),
                moved(ax, "days", 0, lift),
                size=7.5,
                align="center",
                colour=self.theme.background,
                gid="mark",
                weight="bold",
            )


def _strip_height(marks: Sequence[_Mark]) -> float:
    rows = max((mark.row for mark in marks), default=-1) + 1
    return rows * MARK + (0.06 if rows else 0.0)
