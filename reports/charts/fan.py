"""The fan chart: one scenario alone, with all the doubt about it.

Up to as-of the line and its bands show what was believed at each date; ahead, the forecast.
A second line begins at as-of: the chance that the scenario was in force at some time by then,
which can only rise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tarjih.errors import InvalidRequest, Problem, nearest
from tarjih.reports.charts.axes import TICK, draw_percents
from tarjih.reports.charts.chart import Room
from tarjih.reports.charts.figures import settings
from tarjih.reports.charts.furniture import Furniture, around_forecast
from tarjih.reports.charts.layout import line_height
from tarjih.reports.charts.page import NOTE, PAGE, Frame, unbroken
from tarjih.reports.charts.time_chart import EndLabel, TimeChart, held, reached
from tarjih.reports.palette import Look, mixed
from tarjih.reports.texts.tables import summary_table
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.strings import quoted, say

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from tarjih.models.record import Forecast

__all__ = ["draw_fan"]

_HEIGHT = 3.9
_SHADES = {"q05": 0.16, "q25": 0.34}
_ENDS = {"q05": "q95", "q25": "q75"}


def draw_fan(
    forecast: Forecast,
    *,
    scenario: str | None = None,
    ax: Axes | None = None,
    lang: str = "en",
    theme: str = "light",
    frame: Frame = PAGE,
) -> Figure:
    """Draw one scenario from the origin to the horizon, with its bands.

    Parameters
    ----------
    forecast : Forecast
    scenario : str, optional
        Default: the one most probable at the horizon.
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
        If the scenario, the language or the theme is unknown.
    """
    ids = forecast.study.scenario_ids
    if scenario is not None and scenario not in ids:
        mend = nearest(scenario, ids)
        raise InvalidRequest(
            Problem("scenario", "unknown scenario", scenario, ", ".join(ids), mend)
        )
    with settings():
        return _Fan(
            forecast, scenario or forecast.leader, lang=lang, theme=theme, frame=frame
        ).draw(ax)


class _Fan(TimeChart):
    label_width = 2.5

    def __init__(
        self, forecast: Forecast, scenario: str, *, lang: str, theme: str, frame: Frame = PAGE
    ) -> None:
        super().__init__(forecast, lang=lang, theme=theme, frame=frame)
        self.scenario = scenario
        self.look = self.looks[scenario]
        self.row = next(row for row in summary_table(forecast).rows if row.id == scenario)
        table = forecast.timeline()
        self.past = sum(moment["kind"] == "past" for moment in table)
        dates = [float(moment["date"].toordinal()) for moment in table]
        self.days = reached(dates, self.past)
        self.values = {
            name: held([float(moment["scenarios"][scenario][name]) for moment in table], self.past)
            for name in ("mean", "q05", "q25", "q75", "q95")
        }
        self.seam = 2 * self.past - 2
        k = forecast.study.scenario_ids.index(scenario)
        ever = forecast.ever[:, :, k : k + 1]
        low, high = forecast.quantile(ever, (0.05, 0.95))[..., 0]
        self.ever = {"mean": forecast.mean(ever)[:, 0], "q05": low, "q95": high}
        self.labels = self._labels()

    def furniture(self) -> Furniture:
        return around_forecast(
            self.forecast,
            self.lang,
            title=say(
                "chart.fan.title",
                self.lang,
                scenario=quoted(self.short_name(self.scenario), self.lang),
                mean=self.row.at_horizon.mean_text(self.lang),
                interval=self.row.at_horizon.interval_text(self.lang),
                date=unbroken(date_text(self.forecast.horizon, self.lang)),
            ),
            subtitle=say("chart.fan.subtitle", self.lang),
        )

    def room(self) -> Room:
        before, after = self.beside
        labels = sum(label.height for label in self.labels)
        return Room(
            height=max(_HEIGHT, 0.2 + labels),
            before=before,
            after=after,
            above=0.1 + line_height(NOTE),
            below=0.35 + line_height(TICK),
        )

    def plot(self, ax: Axes, width: float, height: float) -> None:
        draw_percents(ax, self.sheet)
        self.draw_time(ax, width)
        self.draw_as_of(ax, width, height)
        for low, share in _SHADES.items():
            ax.fill_between(
                self.days,
                self.values[low],
                self.values[_ENDS[low]],
                color=mixed(self.look.colour, self.theme.background, share),
                linewidth=0,
                zorder=2,
                gid=f"band-{low}",
            )
        self._draw_ever(ax)
        thick = 2.8 * self.theme.stroke
        past: dict[str, Any] = {"linestyle": "-"}
        ahead: dict[str, Any] = {"linestyle": (0, (4, 1.6)), "dash_capstyle": "butt"}
        for name, part, style in (
            ("past", slice(0, self.seam + 1), past),
            ("forecast", slice(self.seam, None), ahead),
        ):
            ax.plot(self.days[part], self.values["mean"][part], color=self.look.colour,
                    linewidth=thick, zorder=5, clip_on=False, gid=name, **style)  # fmt: skip
        self.draw_end_labels(ax, height, self.labels)

    def _draw_ever(self, ax: Axes) -> None:
        days = self.days[self.seam :]
        for name in ("q05", "q95"):
            ax.plot(days, self.ever[name], color=self.theme.marked, linewidth=0.8, zorder=3,
                    linestyle=(0, (1, 2.4)), gid=f"ever-{name}")  # fmt: skip
        ax.plot(days, self.ever["mean"], color=self.theme.marked, zorder=4, clip_on=False,
                linewidth=1.6 * self.theme.stroke, linestyle=(0, (1.2, 1.2)),
                gid="ever-mean")  # fmt: skip

    def _labels(self) -> list[EndLabel]:
        plain = Look(self.theme.marked, self.theme.text, self.theme.text)
        cells = (
            ("ever", self.row.ever_by_horizon, self.ever["mean"][-1], plain, "normal"),
            ("now", self.row.at_horizon, self.values["mean"][-1], self.look, "bold"),
        )
        percents = [cell.mean_text(self.lang) for _, cell, *_ in cells]
        labels = []
        for (key, cell, end, look, weight), percent in zip(cells, percents, strict=True):
            words = say(f"chart.fan.{key}", self.lang)
            interval = say("chart.interval", self.lang, interval=cell.interval_text(self.lang))
            lines = self.wrapped_name(words, percents, weight)
            lines += self.wrapped_name(interval, percents, weight)
            labels.append(EndLabel(key, float(end), percent, lines, look, weight))
        return sorted(labels, key=lambda label: -label.end)
