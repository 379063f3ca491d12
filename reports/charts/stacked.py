"""The stacked chart: how the whole is shared among the scenarios, from origin to horizon.

Means only: areas that sum to 100% have no room for doubt, which the timeline shows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tarjih.reports.charts.axes import TICK, draw_percents
from tarjih.reports.charts.chart import Room
from tarjih.reports.charts.figures import settings
from tarjih.reports.charts.findings import leader_finding
from tarjih.reports.charts.furniture import Furniture, around_forecast
from tarjih.reports.charts.layout import line_height
from tarjih.reports.charts.page import NOTE, PAGE, Frame
from tarjih.reports.charts.time_chart import EndLabel, TimeChart, held, reached
from tarjih.reports.palette import mixed
from tarjih.reports.texts.tables import summary_table
from tarjih.reports.words.strings import say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tarjih.models.record import Forecast

__all__ = ["draw_stacked"]

_HEIGHT = 3.9


def draw_stacked(
    forecast: Forecast,
    *,
    ax: Axes | None = None,
    lang: str = "en",
    theme: str = "light",
    frame: Frame = PAGE,
) -> Figure:
    """Draw the scenarios' mean probabilities as areas that sum to 100%.

    Parameters
    ----------
    forecast : Forecast
    ax : matplotlib.axes.Axes, optional
        Draw into it; the labels stand beside it, where its figure must leave room.
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
        return _Stacked(forecast, lang=lang, theme=theme, frame=frame).draw(ax)


class _Stacked(TimeChart):
    def __init__(self, forecast: Forecast, *, lang: str, theme: str, frame: Frame = PAGE) -> None:
        super().__init__(forecast, lang=lang, theme=theme, frame=frame)
        table = forecast.timeline()
        past = sum(moment["kind"] == "past" for moment in table)
        self.days = reached([float(moment["date"].toordinal()) for moment in table], past)
        means = np.array(
            [
                held([float(moment["scenarios"][id]["mean"]) for moment in table], past)
                for id in self.study.scenario_ids
            ]
        )
        # the first of the study lies on top
        self.tops = np.cumsum(means[::-1], axis=0)[::-1]
        self.bottoms = np.vstack([self.tops[1:], np.zeros((1, means.shape[1]))])
        rows = summary_table(forecast).rows
        percents = [row.at_horizon.mean_text(lang) for row in rows]
        leader = forecast.leader
        self.labels = []
        for k, (row, percent) in enumerate(zip(rows, percents, strict=True)):
            weight = "bold" if row.id == leader else "normal"
            name = self.wrapped_name(self.short_name(row.id), percents, weight)
            middle = float(self.tops[k, -1] + self.bottoms[k, -1]) / 2
            self.labels.append(EndLabel(row.id, middle, percent, name, self.looks[row.id], weight))

    def furniture(self) -> Furniture:
        return around_forecast(
            self.forecast,
            self.lang,
            title=leader_finding(self.forecast, self.lang),
            subtitle=say(
                "chart.stacked.subtitle",
                self.lang,
                interval_name=say("interval.name", self.lang),
            ),
        )

    def room(self) -> Room:
        before, after = self.beside
        return Room(
            height=max(_HEIGHT, 0.2 + sum(label.height for label in self.labels)),
            before=before,
            after=after,
            above=0.1 + line_height(NOTE),
            below=0.35 + line_height(TICK),
        )

    def plot(self, ax: Axes, width: float, height: float) -> None:
        draw_percents(ax, self.sheet)
        self.draw_time(ax, width)
        self.draw_as_of(ax, width, height)
        ax.grid(visible=False)
        for k, id in enumerate(self.study.scenario_ids):
            look = self.looks[id]
            tint = mixed(look.colour, self.theme.background, 0.45 if look.hatch else 1.0)
            ax.fill_between(
                self.days,
                self.bottoms[k],
                self.tops[k],
                facecolor=tint,
                edgecolor=look.colour if look.hatch else tint,
                hatch=look.hatch or None,
                linewidth=0,
                zorder=2,
                gid=f"area-{id}",
            )
            ax.plot(self.days, self.tops[k], color=self.theme.background,
                    linewidth=1.2 * self.theme.stroke, zorder=3, gid=f"edge-{id}")  # fmt: skip
        self.draw_end_labels(ax, height, self.labels)
