"""The chart of the drivers: what is believed of each one's level, and how old the news is.

A block for each driver, a row for each level, the lowest at the bottom; the deeper the tint,
the more probable the level. Dots are the observations that counted. The line under a block
runs from the last of them (or from the origin) to as-of: it is as long as nobody has looked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tarjih.reports.charts.axes import TICK, draw_rows, moved, write_text
from tarjih.reports.charts.chart import Room
from tarjih.reports.charts.figures import settings
from tarjih.reports.charts.furniture import Furniture, around_forecast
from tarjih.reports.charts.layout import line_height
from tarjih.reports.charts.page import NOTE, PAGE, Frame
from tarjih.reports.charts.time_chart import TimeChart
from tarjih.reports.palette import mixed
from tarjih.reports.texts.sentences import DriverAge, driver_ages
from tarjih.reports.words.dates import short_date_text
from tarjih.reports.words.numbers import figures, percent_text
from tarjih.reports.words.strings import say
from tarjih.scenarios.records import LevelSeen, translate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tarjih.models.record import Forecast

__all__ = ["draw_drivers"]

_NAMES, _LEVELS, _STATE, _GAP = 1.75, 1.35, 1.95, 0.1  # inches of the columns beside the plot
_ROW, _LANE, _BETWEEN = 0.19, 0.1, 0.16
_LOW_ROW, _LOW_BETWEEN = 0.165, 0.08
_STALE_DAYS = 91
_TINTS = (0.0, 0.25, 0.5, 0.75, 1.0)
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class _Block:
    """One driver: ``edges`` are inches from the top, of the rows of its levels, highest first."""

    j: int
    age: DriverAge
    name: list[str]
    levels: list[list[str]]
    state: list[str]
    edges: list[float]
    bottom: float

    @property
    def top(self) -> float:
        return self.edges[0]


def draw_drivers(
    forecast: Forecast,
    *,
    ax: Axes | None = None,
    lang: str = "en",
    theme: str = "light",
    frame: Frame = PAGE,
) -> Figure:
    """Draw the probabilities of every driver's levels over time, and its observations.

    Parameters
    ----------
    forecast : Forecast
        With its replayed levels.
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
        return _Drivers(forecast, lang=lang, theme=theme, frame=frame).draw(ax)


class _Drivers(TimeChart):
    def __init__(self, forecast: Forecast, *, lang: str, theme: str, frame: Frame = PAGE) -> None:
        super().__init__(forecast, lang=lang, theme=theme, frame=frame)
        self.names, self.levels, self.states = map(self.fit, (_NAMES, _LEVELS, _STATE))
        self.row, self.between = (_LOW_ROW, _LOW_BETWEEN) if self.narrow else (_ROW, _BETWEEN)
        # beside a narrow plot the scale would stand in the caption of as-of
        self.lift = line_height(NOTE) if self.narrow else 0.0
        self.ages = driver_ages(forecast)
        days = [day.toordinal() for day in forecast.replayed_dates]
        ahead = [day.toordinal() for day in forecast.dates[forecast.as_of_step + 1 :]]
        self.edges = np.array([*days, *ahead], dtype=float)
        self.blocks = self._blocks()
        self.height = self.blocks[-1].bottom if self.blocks else 0.4

    def _blocks(self) -> list[_Block]:
        blocks = []
        top = 0.06
        for j, age in enumerate(self.ages):
            driver = age.driver
            wrap = self.meter.clipped
            levels = [
                wrap(translate(level.label, self.lang), self.levels, TICK, 2)
                for level in driver.levels[::-1]
            ]
            name = wrap(translate(driver.label, self.lang), self.names, NOTE, 4, "bold")
            state = self._state(j, age)
            heights = [max(self.row, len(lines) * line_height(TICK) + 0.03) for lines in levels]
            words = max(len(name), len(state)) * line_height(NOTE)
            stretch = max(1.0, words / sum(heights))
            edges = [top]
            for height in heights:
                edges.append(edges[-1] + height * stretch)
            bottom = edges[-1] + _LANE
            blocks.append(_Block(j, age, name, levels, state, edges, bottom))
            top = bottom + self.between
        return blocks

    def _state(self, j: int, age: DriverAge) -> list[str]:
        """Say what is believed now, and when the driver was last seen."""
        now = self.forecast.levels[j][0]
        level = int(np.argmax(now))
        believed = say(
            "chart.drivers.now",
            self.lang,
            level=translate(age.driver.levels[level].label, self.lang),
            share=percent_text(float(now[level]), self.lang),
        )
        seen = say("chart.drivers.never", self.lang)
        if age.last is not None:
            date = short_date_text(age.last, self.lang)
            seen = say("chart.drivers.seen", self.lang, date=date)
        wrapped = self.meter.clipped(believed, self.states, NOTE, 2)
        return [*wrapped, *self.meter.clipped(seen, self.states, NOTE, 2)]

    def furniture(self) -> Furniture:
        stale = sum(age.days > _STALE_DAYS for age in self.ages)
        title = say("chart.drivers.stale", self.lang, n=stale, all=len(self.ages)) if stale else ""
        return around_forecast(
            self.forecast,
            self.lang,
            title=title or say("chart.drivers.fresh", self.lang),
            subtitle=say("chart.drivers.subtitle", self.lang),
        )

    def room(self) -> Room:
        return Room(
            height=self.height,
            before=self.names + self.levels + 2 * _GAP,
            after=self.states + _GAP,
            above=0.12 + 2.4 * line_height(NOTE) + self.lift,
            below=0.35 + line_height(TICK),
        )

    def plot(self, ax: Axes, width: float, height: float) -> None:
        draw_rows(ax, self.sheet, self.height)
        self.draw_time(ax, width)
        self.draw_as_of(ax, width, height)
        self._draw_scale(ax)
        for block in self.blocks:
            self._draw_cells(ax, block)
            self._draw_news(ax, block)
            self._write(ax, block)

    def _shares(self, j: int) -> Floats:
        """Return (cells, levels): what was believed until the next date, then what is forecast."""
        forecast = self.forecast
        ahead = forecast.levels[j][1:]
        if not forecast.replayed_levels:
            held = np.full((len(forecast.replayed_dates) - 1, ahead.shape[1]), np.nan)
            return np.vstack([held, ahead])
        return np.vstack([forecast.replayed_levels[j][:-1], ahead])

    def _draw_cells(self, ax: Axes, block: _Block) -> None:
        from matplotlib.colors import to_rgb

        shares = self._shares(block.j).T[::-1]  # levels from the highest down, by cell
        ground, deep = (np.array(to_rgb(c)) for c in (self._tint(0.0), self._tint(1.0)))
        share = np.nan_to_num(shares)[..., None]
        colours = ground + share * (deep - ground)
        ax.pcolormesh(
            self.edges,
            np.array(block.edges),
            np.clip(colours, 0.0, 1.0),
            shading="flat",
            antialiased=False,
            linewidth=0,
            zorder=2,
            gid=f"cells-{block.age.driver.id}",
        )
        for y in block.edges[1:-1]:
            ax.plot([self.first, self.last], [y, y], color=self.theme.background, linewidth=1.2,
                    zorder=3)  # fmt: skip

    def _tint(self, share: float) -> str:
        pale = mixed(self.theme.deep, self.theme.background, 0.05)
        return mixed(self.theme.deep, pale, share)

    def _draw_news(self, ax: Axes, block: _Block) -> None:
        driver, last = block.age.driver, block.age.last
        for entry in self.forecast.evidence.entries:
            seen = entry.item.bears_on
            if not (entry.counted and isinstance(seen, LevelSeen) and seen.driver == driver.id):
                continue
            row = len(driver.levels) - 1 - seen.level
            y = (block.edges[row] + block.edges[row + 1]) / 2
            day = min(max(float(entry.item.end.toordinal()), self.first), self.last)
            ax.plot([day], [y], marker="o", markersize=6.5, color=self.theme.text,
                    markeredgecolor=self.theme.background, markeredgewidth=1.2, zorder=6,
                    clip_on=False, gid=f"seen-{entry.item.id}")  # fmt: skip
        since = self.first if last is None else min(float(last.toordinal()), self.as_of)
        y = block.edges[-1] + _LANE / 2
        old = block.age.days > _STALE_DAYS
        ax.plot([since, self.as_of], [y, y], color=self.theme.warning if old else self.theme.muted,
                linewidth=(2.4 if old else 1.4) * self.theme.stroke, solid_capstyle="butt",
                zorder=4, clip_on=False, gid=f"age-{driver.id}")  # fmt: skip

    def _draw_scale(self, ax: Axes) -> None:
        """Say above the last column what the tints mean."""
        edge = 0.0 if self.rtl else 1.0
        size = self.fit(0.17, 1.35)
        place = moved(ax, "axes", self.towards * _GAP, 0.1 + 1.75 * line_height(NOTE) + self.lift)
        write_text(ax, self.sheet, (edge, 1.0), say("chart.drivers.scale", self.lang), place,
                   size=NOTE, align=self.sheet.start, colour=self.theme.muted,
                   gid="scale")  # fmt: skip
        ends = [figures(f"{share:.0%}", self.lang) for share in (0.0, 1.0)]
        first = _GAP + self.meter.width(ends[0], TICK) + 0.07
        after = first + len(_TINTS) * size + 0.07
        for text, out in zip(ends, (_GAP, after), strict=True):
            at = moved(ax, "axes", self.towards * out, 0.08 + self.lift + size / 2)
            write_text(ax, self.sheet, (edge, 1.0), text, at, size=TICK, align=self.sheet.start,
                       colour=self.theme.muted, gid="scale")  # fmt: skip
        for n, share in enumerate(_TINTS):
            out = first + (n + 0.5) * size
            square = moved(ax, "axes", self.towards * out, 0.08 + self.lift + size / 2)
            ax.plot([edge], [1.0], marker="s", markersize=size * 72, color=self._tint(share),
                    markeredgecolor=self.theme.muted, markeredgewidth=0.4, transform=square,
                    clip_on=False, gid="scale-tint")  # fmt: skip

    def _write(self, ax: Axes, block: _Block) -> None:
        begin, end = (1.0, 0.0) if self.rtl else (0.0, 1.0)
        id = block.age.driver.id
        outer = -(self.names + self.levels + 2 * _GAP)
        middle = (block.top + block.edges[-1]) / 2
        columns = [(begin, outer, block.name, middle, self.theme.text, "bold", self.sheet.start)]
        columns.append(
            (end, _GAP, block.state, middle, self.theme.text, "normal", self.sheet.start)
        )
        for row, lines in enumerate(block.levels):
            y = (block.edges[row] + block.edges[row + 1]) / 2
            columns.append((begin, -_GAP, lines, y, self.theme.muted, "normal", self.sheet.end))
        for x, out, lines, centre, colour, weight, align in columns:
            first = centre - (len(lines) - 1) * line_height(NOTE) / 2
            for n, text in enumerate(lines):
                y = 1.0 - (first + n * line_height(NOTE)) / self.height
                place = moved(ax, "axes", self.towards * out, 0.0)
                write_text(ax, self.sheet, (x, y), text, place, size=NOTE, align=align,
                           colour=colour, gid=f"row-{id}", weight=weight)  # fmt: skip
