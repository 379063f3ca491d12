"""Parts that charts share: the percent axis, the axis of months, and words beside a plot."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal

from tarjih.reports.charts.layout import BASELINE, font, line_height
from tarjih.reports.charts.page import Page
from tarjih.reports.words.dates import month_name
from tarjih.reports.words.numbers import figures, paragraph

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.transforms import Transform

__all__ = ["TICK", "draw_months", "draw_percents", "draw_rows", "moved", "plain_line", "write_text"]

TICK = 8.5
_STRIDES = (1, 2, 3, 6, 12, 24, 60, 1200)  # months from one named month to the next


def draw_percents(ax: Axes, page: Page) -> None:
    """Make the vertical axis one of percents, 0 to 100, at the side where lines begin."""
    ax.set_ylim(0.0, 1.0)
    ax.set_facecolor(page.theme.background)
    for name, side in ax.spines.items():
        side.set(visible=name == "bottom", color=page.theme.muted, linewidth=0.8)
    shares = (0.0, 0.25, 0.5, 0.75, 1.0)
    ax.set_yticks(shares, [figures(f"{round(100 * s)}%", page.lang) for s in shares])
    ax.tick_params(
        axis="y",
        length=0,
        pad=4.5,
        colors=page.theme.muted,
        labelleft=not page.rtl,
        labelright=page.rtl,
    )
    for text in ax.get_yticklabels():
        text.set_fontproperties(font(TICK))
    ax.grid(axis="y", color=page.theme.faint, linewidth=0.8)
    ax.set_axisbelow(True)


def draw_rows(ax: Axes, page: Page, height: float) -> None:
    """Make the vertical axis one of inches from the top, without frame or ticks."""
    ax.set_ylim(height, 0.0)
    ax.set_facecolor(page.theme.background)
    ax.set_yticks([])
    for side in ax.spines.values():
        side.set_visible(False)


def draw_months(ax: Axes, page: Page, first: float, last: float, inches: float) -> None:
    """Make the horizontal axis one of months, running from where lines begin.

    Months are named under their middle, as many as have room, and the year under the first
    named of each.

    Parameters
    ----------
    first, last : float
        The days that are shown, as ordinals.
    inches : float
        Of a day.
    """
    ends = (first, max(last, first + 1.0))
    ax.set_xlim(*(ends[::-1] if page.rtl else ends))
    begin_day, end_day = (dt.date.fromordinal(int(day)) for day in ends)
    starts = _month_starts(begin_day, end_day)
    names = [month_name(month, page.lang, short=True) for month in range(1, 13)]
    widths = [page.meter.width(name, TICK) for name in names]
    stride = next(n for n in _STRIDES if n * 30.4 * inches > max(widths) + 0.08 or n == 1200)
    named_year = 0
    for begin, after in pairwise([*starts, end_day + dt.timedelta(days=1)]):
        inside = max(begin, begin_day), min(after, end_day)
        room = (inside[1] - inside[0]).days * inches
        skipped = (begin.year * 12 + begin.month - 1) % stride != 0
        if skipped or room < 0.7 * min(widths[begin.month - 1], 30 * inches):
            continue
        lines = [names[begin.month - 1]]
        if begin.year != named_year:
            named_year = begin.year
            lines.append(figures(str(begin.year), page.lang))
        middle = (inside[0].toordinal() + inside[1].toordinal()) / 2
        for row, text in enumerate(lines):
            place = moved(ax, "days", 0, -0.16 - row * line_height(TICK))
            write_text(ax, page, (middle, 0), text, place, size=TICK, align="center",
                       colour=page.theme.muted, gid="month")  # fmt: skip
    apart = stride if stride > 3 else 1
    ticks = [day for day in starts if day > begin_day and (day.month - 1) % min(apart, 12) == 0]
    ax.set_xticks([])
    ax.set_xticks([day.toordinal() for day in ticks], minor=True)
    ax.tick_params(axis="x", which="minor", length=3, color=page.theme.muted, labelbottom=False)


def moved(ax: Axes, across: Literal["days", "axes"], right: float, up: float) -> Transform:
    """Return coordinates with y in shares of the axes, and all moved by inches.

    ``across`` says what x is: days of the horizontal axis, or shares of the axes.
    """
    from matplotlib.transforms import ScaledTranslation, blended_transform_factory

    figure = ax.get_figure(root=True)
    if figure is None:
        raise ValueError("the axes belong to no figure")
    horizontal = ax.transData if across == "days" else ax.transAxes
    shift = ScaledTranslation(right, up, figure.dpi_scale_trans)
    return blended_transform_factory(horizontal, ax.transAxes) + shift


def write_text(
    ax: Axes,
    page: Page,
    at: tuple[float, float],
    text: str,
    place: Transform,
    *,
    size: float,
    align: Literal["left", "right", "center"],
    colour: str,
    gid: str,
    weight: str = "normal",
) -> None:
    """Write one line, capitals centred on the height of ``at``; it may stand outside the axes."""
    from matplotlib.transforms import ScaledTranslation

    figure = ax.get_figure(root=True)
    if figure is None:
        raise ValueError("the axes belong to no figure")
    ax.text(
        *at,
        paragraph(text, page.lang),
        transform=place + ScaledTranslation(0, -BASELINE * size, figure.dpi_scale_trans),
        ha=align,
        va="baseline",
        color=colour,
        fontproperties=font(size, weight),
        parse_math=False,
        zorder=9,
        gid=gid,
    )


def plain_line(colour: str, width: float) -> dict[str, Any]:
    """Return what makes an arrow of matplotlib's a line."""
    return {"arrowstyle": "-", "color": colour, "linewidth": width, "shrinkA": 0, "shrinkB": 0}


def _month_starts(first: dt.date, last: dt.date) -> list[dt.date]:
    """Return the first days of all months that hold a day from ``first`` to ``last``."""
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [dt.date(month // 12, month % 12 + 1, 1) for month in months]
