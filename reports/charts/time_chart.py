"""What charts along time share: the as-of line, belief held in steps, labels where lines end.

The past goes in steps: what was believed holds until there is something to know. What lies
ahead of as-of is on a tinted ground.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tarjih.reports.charts.axes import TICK, draw_months, moved, plain_line, write_text
from tarjih.reports.charts.chart import Chart
from tarjih.reports.charts.layout import line_height, spread_apart
from tarjih.reports.charts.page import NOTE, PAGE, Frame
from tarjih.reports.palette import Look
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.strings import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from tarjih.models.record import Forecast

__all__ = ["LABEL", "LABEL_REACH", "EndLabel", "TimeChart", "held", "reached"]

LABEL = 9.5
LABEL_REACH = 0.24  # from the plot to the labels


@dataclass(frozen=True, slots=True)
class EndLabel:
    """What stands where a line ends.

    Attributes
    ----------
    id : str
        For its gid.
    end : float
        Where the line ends, as a share of the height.
    percent : str
    name : list of str
        Lines.
    weight : str
        Of the name.
    look : Look
    """

    id: str
    end: float
    percent: str
    name: list[str]
    look: Look
    weight: str = "normal"

    @property
    def height(self) -> float:
        """Inches that it takes."""
        return max(len(self.name), 1) * line_height(LABEL) + 0.07


class TimeChart(Chart):
    """A chart whose horizontal axis runs from the origin to the horizon.

    Attributes
    ----------
    first, last, as_of : float
        Days, as ordinals.
    """

    label_width = 2.1

    def __init__(self, forecast: Forecast, *, lang: str, theme: str, frame: Frame = PAGE) -> None:
        super().__init__(forecast.study, lang=lang, theme=theme, frame=frame)
        self.forecast = forecast
        self.label_width = self.fit(type(self).label_width, 0.5)
        self.first = float(forecast.replayed_dates[0].toordinal())
        self.last = float(forecast.horizon.toordinal())
        self.as_of = float(forecast.as_of.toordinal())

    @property
    def span(self) -> float:
        """Days that are shown."""
        return max(self.last - self.first, 1.0)

    @property
    def beside(self) -> tuple[float, float]:
        """Inches before the plot, for percents, and after it, for labels."""
        return self.meter.width("100%", TICK) + 0.12, self.label_width + LABEL_REACH + 0.1

    def draw_time(self, ax: Axes, width: float) -> None:
        """Make the horizontal axis one of months."""
        draw_months(ax, self.sheet, self.first, self.last, width / self.span)

    def draw_as_of(self, ax: Axes, width: float, height: float, lift: float = 0.1) -> None:
        """Draw the line between what was believed and what is forecast, with its captions.

        ``lift`` is how far above the plot the captions stand, in inches.
        """
        inches_per_day = width / self.span
        ax.axvspan(self.as_of, self.last, color=self.theme.wash, linewidth=0, zorder=0)
        date = date_text(self.forecast.as_of, self.lang)
        ahead = say("chart.timeline.forecast", self.lang, date=date)
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
            linewidth=1.0 * self.theme.stroke,
            transform=ax.get_xaxis_transform(),
            zorder=4,
            clip_on=False,
            gid="as-of",
        )

    def draw_end_labels(self, ax: Axes, height: float, labels: Sequence[EndLabel]) -> None:
        """Write labels beside the plot, each level with the end of its line if there is room."""
        # From the bottom up; of equal values the first of the study comes to stand highest.
        # The first line of a label, with the percent, should stand level with its line's end.
        rows = labels[::-1]
        percents = 0.12 + max(self.meter.width(row.percent, LABEL, "bold") for row in rows)
        ends = [row.end * height for row in rows]
        above = [line_height(LABEL) / 2 + 0.035 for _ in rows]
        below = [row.height - up for row, up in zip(rows, above, strict=True)]
        places = spread_apart(ends, below, above, -0.1, height + 0.1)
        edge = 0.0 if self.rtl else 1.0
        for row, end, first in zip(rows, ends, places, strict=True):
            ax.annotate(
                "",
                (edge, end / height),
                xytext=(self.towards * LABEL_REACH * 72, (first - end) * 72),
                xycoords="axes fraction",
                textcoords="offset points",
                annotation_clip=False,
                arrowprops=plain_line(row.look.colour, 0.9 * self.theme.stroke),
            )
            out = LABEL_REACH + 0.05
            words = [(row.percent, out, first, "bold")] + [
                (name, out + percents, first - n * line_height(LABEL), row.weight)
                for n, name in enumerate(row.name)
            ]
            for text, x, y, weight in words:
                write_text(
                    ax,
                    self.sheet,
                    (edge, 0),
                    text,
                    moved(ax, "axes", self.towards * x, y),
                    size=LABEL,
                    align=self.sheet.start,
                    colour=row.look.ink,
                    gid=f"label-{row.id}",
                    weight=weight,
                )

    def wrapped_name(self, text: str, percents: Sequence[str], weight: str = "normal") -> list[str]:
        """Break a name so that it fits beside the widest of the percents."""
        widest = 0.12 + max(self.meter.width(percent, LABEL, "bold") for percent in percents)
        return self.meter.wrap(text, self.label_width - widest, LABEL, weight)


def held(values: Sequence[float], past: int) -> list[float]:
    """Give each past value twice but the last: when it comes, and until the next one does.

    Parameters
    ----------
    values : sequence of float
    past : int
        How many of them are past, at least one.

    Examples
    --------
    >>> held([0.1, 0.2, 0.3, 0.4], past=3)
    [0.1, 0.1, 0.2, 0.2, 0.3, 0.4]
    """
    return [value for value in values[: past - 1] for _ in range(2)] + list(values[past - 1 :])


def reached(days: Sequence[float], past: int) -> list[float]:
    """Give the days at which `held` values stand.

    Examples
    --------
    >>> reached([0.0, 1.0, 2.0, 3.0], past=3)
    [0.0, 1.0, 1.0, 2.0, 2.0, 3.0]
    """
    return [days[0]] + [day for day in days[1:past] for _ in range(2)] + list(days[past:])
