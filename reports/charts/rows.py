"""Rows of words with one plot between them: what charts with a line for each thing share.

Down the page a row follows a row, and lengths are inches from the top of the plot; across, the
plot has a scale of its own, which runs from where lines begin. Words stand in columns before and
after the plot, outside its axes. So a row is written once, for either direction of writing.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tarjih.reports.charts.axes import TICK, moved, write_text
from tarjih.reports.charts.layout import TextMeter, font, line_height
from tarjih.reports.charts.page import NOTE, Page
from tarjih.reports.palette import ink
from tarjih.reports.words.numbers import figures

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "AXIS_ROOM",
    "Row",
    "RowPlot",
    "Stack",
    "Words",
    "full_share",
    "near_shares",
    "share_step",
    "share_steps",
]

AXIS_ROOM = 0.1 + line_height(TICK)
"""What the numbers of a scale take above the plot."""

_SHARES = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)
_STEPS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2)
_BESIDE = 0.07  # from a mark to the number beside it


@dataclass(frozen=True, slots=True)
class Words:
    """A line of words in a column."""

    text: str
    colour: str
    weight: str = "normal"
    size: float = NOTE


@dataclass(frozen=True, slots=True)
class Row:
    """Where a row stands, in inches from the top of the plot."""

    top: float
    height: float

    @property
    def middle(self) -> float:
        """Half way down."""
        return self.top + self.height / 2


class Stack:
    """Rows put under each other.

    Parameters
    ----------
    gap : float
        Between a row and the next, and half of it above the first and under the last.

    Attributes
    ----------
    height : float
        Of all of it.
    """

    def __init__(self, gap: float) -> None:
        self._gap = gap
        self.height = gap / 2

    def add(self, lines: int, *, least: float = 0.0, size: float = NOTE) -> Row:
        """Put down a row of so many lines of text, and no lower than ``least``."""
        row = Row(self.height, max(lines * line_height(size), least))
        self.height += row.height + self._gap
        return row

    def space(self, inches: float) -> None:
        """Leave room."""
        self.height += inches

    @property
    def whole(self) -> float:
        """The height with the rows that were put down."""
        return max(self.height - self._gap / 2, 0.3)


class RowPlot:
    """The plot between the words, and the words beside it.

    Parameters
    ----------
    ax : Axes
    page : Page
    height : float
        Of all rows, in inches; axes of another height stretch them.
    scale : (float, float)
        Its ends; it runs from where lines begin.
    """

    def __init__(
        self, ax: Axes, page: Page, height: float, scale: tuple[float, float] = (0.0, 1.0)
    ) -> None:
        self.ax, self.page, self.height = ax, page, height
        self.low, self.high = low, high = scale
        self.towards = -1 if page.rtl else 1
        theme = page.theme
        ax.set_xlim((high, low) if page.rtl else (low, high))
        ax.set_ylim(height, 0.0)
        ax.set_yticks([])
        ax.set_facecolor(theme.background)
        for side in ax.spines.values():
            side.set_visible(False)
        ax.set_axisbelow(True)

    def name_steps(self, steps: Sequence[float], names: Sequence[str]) -> None:
        """Name steps of the scale above the plot, with a pale line down from each."""
        theme = self.page.theme
        self.ax.set_xticks(list(steps), list(names))
        self.ax.tick_params(
            axis="x", length=0, pad=3, colors=theme.muted, labeltop=True, labelbottom=False
        )
        for text in self.ax.get_xticklabels():
            text.set_fontproperties(font(TICK))
        self.ax.grid(axis="x", color=theme.faint, linewidth=0.8)

    def percents(self) -> None:
        """Make the scale one of percents."""
        steps = share_steps(self.low, self.high)
        names = [_percent(step, self.page.lang) for step in steps]
        inches = self.ax.bbox.width / self.ax.figure.dpi
        wide = max(self.page.meter.width(name, TICK) for name in names) + 0.1
        if inches * share_step(self.low, self.high) / (self.high - self.low) < wide:
            steps, names = steps[::2], names[::2]
        self.name_steps(steps, names)

    def bar(
        self,
        row: Row,
        start: float,
        end: float,
        *,
        colour: str,
        thick: float = 0.17,
        alpha: float = 1.0,
        hollow: bool = False,
        gid: str = "bar",
        order: float = 2.0,
    ) -> None:
        """Draw a bar from one value to another; a hollow one is pale within its outline."""
        from matplotlib.colors import to_rgba
        from matplotlib.patches import Rectangle

        bar = Rectangle(
            (min(start, end), row.middle - thick / 2), abs(end - start), thick,
            facecolor=to_rgba(colour, 0.18 if hollow else alpha),
            edgecolor=colour if hollow else "none",
            linewidth=1.1 * self.page.theme.stroke if hollow else 0.0,
            zorder=order, clip_on=False, gid=gid,
        )  # fmt: skip
        self.ax.add_patch(bar)

    def line(
        self,
        xs: tuple[float, float],
        ys: tuple[float, float],
        *,
        colour: str,
        width: float,
        gid: str = "line",
        order: float = 3.0,
        style: str | tuple[float, tuple[float, ...]] = "-",
    ) -> None:
        """Draw a line between two points, heights in inches from the top."""
        self.ax.plot(
            list(xs), list(ys), color=colour, linewidth=width * self.page.theme.stroke,
            zorder=order, clip_on=False, linestyle=style, solid_capstyle="butt", gid=gid,
        )  # fmt: skip

    def dot(
        self,
        x: float,
        y: float,
        *,
        colour: str,
        size: float = 7.0,
        hollow: bool = False,
        marker: str = "o",
        gid: str = "dot",
        order: float = 5.0,
    ) -> None:
        """Draw a mark, set off from what lies under it."""
        background = self.page.theme.background
        self.ax.plot(
            [x], [y], marker=marker, markersize=size, linestyle="none",
            color=background if hollow else colour,
            markeredgecolor=colour if hollow else background,
            markeredgewidth=1.6 if hollow else 0.9,
            zorder=order, clip_on=False, gid=gid,
        )  # fmt: skip

    def beside(
        self,
        x: float,
        row: Row,
        lines: Sequence[Words],
        *,
        after: bool,
        away: float = _BESIDE,
        gid: str = "value",
    ) -> None:
        """Write lines beside a point of the plot, after or before it, centred on the row."""
        page = self.page
        side = 1 if after else -1
        tall = [line_height(line.size) for line in lines]
        y = row.middle - sum(tall) / 2
        for line, height in zip(lines, tall, strict=True):
            place = moved(self.ax, "days", side * self.towards * away, 0.0)
            write_text(
                self.ax, page, (x, 1.0 - (y + height / 2) / self.height), line.text, place,
                size=line.size, align=page.start if after else page.end, colour=line.colour,
                gid=gid, weight=line.weight,
            )  # fmt: skip
            y += height

    def centred(self, x: float, y: float, words: Words, gid: str = "value") -> None:
        """Write a line centred on a point of the plot."""
        place = moved(self.ax, "days", 0.0, 0.0)
        write_text(
            self.ax, self.page, (x, 1.0 - y / self.height), words.text, place, size=words.size,
            align="center", colour=words.colour, gid=gid, weight=words.weight,
        )  # fmt: skip

    def column(
        self,
        row: Row,
        lines: Sequence[Words],
        *,
        out: float,
        after: bool = False,
        flush_end: bool = False,
        gid: str = "row",
    ) -> None:
        """Write lines beside the plot, centred on the row.

        Parameters
        ----------
        out : float
            Inches from the edge of the plot to the side of the column that the lines stand
            against.
        after : bool
            Past where lines end; else before where they begin.
        flush_end : bool
            The lines end at that place; else they begin there.
        """
        page = self.page
        past = after != page.rtl
        side = (1 if after else -1) * self.towards
        tall = [line_height(line.size) for line in lines]
        y = row.middle - sum(tall) / 2
        for line, height in zip(lines, tall, strict=True):
            place = moved(self.ax, "axes", side * out, 0.0)
            at = (1.0 if past else 0.0, 1.0 - (y + height / 2) / self.height)
            write_text(
                self.ax, page, at, line.text, place, size=line.size, weight=line.weight,
                align=page.end if flush_end else page.start, colour=line.colour, gid=gid,
            )  # fmt: skip
            y += height

    def heading(
        self, text: Sequence[str], *, out: float, after: bool = False, flush_end: bool = False
    ) -> None:
        """Write what a column holds, level with the numbers of the scale."""
        tall = len(text) * line_height(NOTE)
        lines = [Words(line, self.page.theme.muted) for line in text]
        row = Row(-0.055 - tall, tall)
        self.column(row, lines, out=out, after=after, flush_end=flush_end, gid="heading")

    def ink(self, colour: str) -> str:
        """Return a colour as text is set in it."""
        return ink(colour, self.page.theme.background)


def clipped(lines: list[str], most: int) -> list[str]:
    """Return the first lines of a text; that it goes on is shown.

    Examples
    --------
    >>> clipped(["one", "two", "three"], 2)
    ['one', 'two …']
    """
    return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1]} …"]


def widest(meter: TextMeter, lines: Iterable[str], weight: str = "normal") -> float:
    """Return the width of the widest of many lines."""
    return max((meter.width(line, NOTE, weight) for line in lines), default=0.0)


def full_share(values: Sequence[float]) -> float:
    """Return a round end for a scale of percents from 0 that holds all values.

    Examples
    --------
    >>> full_share([0.01, 0.013]), full_share([0.3]), full_share([0.9997])
    (0.02, 0.3, 1.0)
    """
    top = max(values, default=1.0)
    return next((share for share in _SHARES if top <= share), 1.0)


def near_shares(values: Sequence[float]) -> tuple[float, float]:
    """Return round ends for a scale of percents that holds all values, and not much more.

    Examples
    --------
    >>> near_shares([0.27, 0.84]), near_shares([0.0003, 0.0004])
    ((0.2, 0.9), (0.0, 0.02))
    """
    low, high = min(values), max(values)
    step = share_step(low, high) / 2
    bottom, top = math.floor(low / step + 1e-9) * step, math.ceil(high / step - 1e-9) * step
    while top - bottom < _SHARES[0]:
        bottom, top = max(bottom - step, 0.0), min(top + step, 1.0)
    return round(bottom, 6), round(top, 6)


def share_step(low: float, high: float) -> float:
    """Return a round distance for the named steps of a scale, so that there are 4 to 7.

    Examples
    --------
    >>> share_step(0.0, 1.0), share_step(0.2, 0.9), share_step(0.0, 0.02)
    (0.2, 0.2, 0.005)
    """
    span = max(high - low, _SHARES[0])
    return next((step for step in _STEPS if span / step <= 5.001), _STEPS[-1])


def share_steps(low: float, high: float) -> list[float]:
    """Return round percents between the ends of a scale.

    Examples
    --------
    >>> share_steps(0.0, 1.0), share_steps(0.25, 0.9)
    ([0.0, 0.2, 0.4, 0.6, 0.8, 1.0], [0.4, 0.6, 0.8])
    """
    step = share_step(low, high)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(n * step, 6) for n in range(first, last + 1)]


def _percent(share: float, lang: str) -> str:
    return figures(f"{100 * share:g}%", lang)
