"""A page around a chart: title, badges, key, notices and footer, in either direction.

Parts are put down from the top; each moves the page's cursor, and the figure is made at the
end, as high as its parts turned out. Lengths are inches from the top and from the *start* of
a line: the left edge in English, the right edge in Arabic. So a chart is laid out once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tarjih.reports.charts.figures import new_figure
from tarjih.reports.charts.layout import BASELINE, TextMeter, even_split, font, line_height
from tarjih.reports.palette import Look, Theme, mixed
from tarjih.reports.words.numbers import figures, paragraph

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["INSET", "MARK", "NARROW", "PAGE", "Frame", "KeyEntry", "Page", "Side", "unbroken"]

Side = Literal["left", "right"]
MARK = 0.215  # room of a numbered mark
NOTE, KEY = 8.5, 9.0
NARROW = 8.0  # inches; on narrower paper keys stand in one column
_COLUMN_GAP = 0.4
_SWATCH = 0.22
_MOST_LINES = 4  # of a label in a key


@dataclass(frozen=True, slots=True)
class Frame:
    """The paper of a chart.

    Attributes
    ----------
    width : float
        In inches. Letters keep their size: columns of words and the plot share what there is.
    margin : float
        Inches left free at each side.
    notes : bool
        Whether the study is named above the title, and what a reader must know and how it was
        computed stands below the plot; not where a report around the chart tells it.
    title : float
        Size of the title, in points.

    Examples
    --------
    >>> Frame(width=7.0, margin=0.05, notes=False, title=11.5).room
    6.9
    """

    width: float = 11.0
    margin: float = 0.5
    notes: bool = True
    title: float = 15.0

    @property
    def room(self) -> float:
        """Inches between the margins."""
        return self.width - 2 * self.margin


PAGE = Frame()
"""A chart as a page of its own."""
INSET = Frame(width=7.0, margin=0.13, notes=False, title=11.0)
"""A chart in the text of a report: as wide as its lines on A4."""


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """A numbered mark of a chart, and what it stands for."""

    number: int
    colour: str
    when: str
    label: str


@dataclass(frozen=True, slots=True)
class _Words:
    x: float
    y: float  # of the middle of capital letters
    text: str
    size: float
    weight: str
    colour: str
    gid: str
    framed: bool = False


class Page:
    """A page that grows downwards.

    Parameters
    ----------
    lang : {"en", "ar"}
    theme : Theme
    frame : Frame

    Attributes
    ----------
    y : float
        Where the next part begins.
    start, end : {"left", "right"}
        The sides where lines of text begin and end.
    """

    def __init__(self, lang: str, theme: Theme, frame: Frame = PAGE) -> None:
        self.lang = lang
        self.theme = theme
        self.frame = frame
        self.width, self.margin = frame.width, frame.margin
        self.meter = TextMeter()
        self.y = 0.8 * self.margin
        self.rtl = lang == "ar"
        self.start: Side = "right" if self.rtl else "left"
        self.end: Side = "left" if self.rtl else "right"
        self._words: list[_Words] = []
        self._circles: list[tuple[float, float, KeyEntry]] = []
        self._patches: list[tuple[float, float, Look]] = []

    @property
    def room(self) -> float:
        """The width between the margins."""
        return self.frame.room

    def head(
        self, title: str, subtitle: str, badges: Sequence[str] = (), *, over: str = ""
    ) -> None:
        """Put down a title and a subtitle, with framed badges at the other end of the first line.

        ``over`` is a smaller line above the title.
        """
        size = NOTE if over else self.frame.title
        middle = self.y + line_height(size) / 2
        taken = 0.0
        for badge in badges:
            width = self.meter.width(badge, NOTE, "bold")
            x = self.width - self.margin - taken - width - 0.07
            self._words.append(
                _Words(x, middle, badge, NOTE, "bold", self.theme.warning, "badge", framed=True)
            )
            taken += width + 0.27
        beside = self.room - taken
        if over:
            self.text(over, NOTE, colour=self.theme.muted, width=beside, gid="over")
            # a badge reaches below its line, and so may a second line of the title
            self.y += 0.06
        self.text(title, self.frame.title, "bold", width=beside, gid="title")
        self.y += 0.06
        self.text(subtitle, NOTE, colour=self.theme.muted, gid="subtitle")

    def text(
        self,
        text: str,
        size: float,
        weight: str = "normal",
        *,
        colour: str | None = None,
        width: float | None = None,
        gid: str = "text",
    ) -> None:
        """Put down a text, wrapped."""
        for line in self.meter.wrap(text, width or self.room, size, weight):
            self._line(self.margin, self.y, line, size, weight, colour or self.theme.text, gid)
            self.y += line_height(size)

    def key(self, heading: str, entries: Sequence[KeyEntry]) -> None:
        """Put down numbered entries, in two columns filled one after the other if there is room."""
        if not entries:
            return
        self.text(heading, KEY, "bold", gid="key-heading")
        self.y += 0.06
        columns = 1 if self.width < NARROW else 2
        column = (self.room - (columns - 1) * _COLUMN_GAP) / columns
        before_date = MARK + 0.08
        before_label = (
            before_date + 0.15 + max(self.meter.width(entry.when, KEY) for entry in entries)
        )
        wrapped = [
            self.meter.clipped(entry.label, column - before_label, KEY, _MOST_LINES)
            for entry in entries
        ]
        heights = [max(1, len(lines)) * line_height(KEY) + 0.06 for lines in wrapped]
        split = even_split(heights) if columns == 2 else len(entries)
        bottoms = []
        for place, part in enumerate((range(split), range(split, len(entries)))):
            x, y = self.margin + place * (column + _COLUMN_GAP), self.y
            for i in part:
                self._circles.append((x + MARK / 2, y + line_height(KEY) / 2, entries[i]))
                self._line(
                    x + before_date, y, entries[i].when, KEY, "normal", self.theme.muted, "key-date"
                )
                for n, line in enumerate(wrapped[i]):
                    at = y + n * line_height(KEY)
                    self._line(
                        x + before_label, at, line, KEY, "normal", self.theme.text, "key-label"
                    )
                y += heights[i]
            bottoms.append(y)
        self.y = max(bottoms)

    def swatches(self, entries: Sequence[tuple[Look, str]]) -> None:
        """Put down patches of colour with their names, one after the other, as lines have room."""
        x = self.margin
        for look, name in entries:
            text = self.meter.clip(name, self.room - _SWATCH - 0.4, KEY)
            taken = _SWATCH + 0.08 + self.meter.width(text, KEY) + 0.28
            if x > self.margin and x + taken - 0.28 > self.width - self.margin:
                x = self.margin
                self.y += line_height(KEY) + 0.04
            self._patches.append((x, self.y + line_height(KEY) / 2, look))
            self._line(x + _SWATCH + 0.08, self.y, text, KEY, "normal", self.theme.text, "swatch")
            x += taken
        if entries:
            self.y += line_height(KEY) + 0.04

    def figure(self) -> Figure:
        """Make the figure, with all words in their places."""
        from matplotlib.lines import Line2D
        from matplotlib.patches import Rectangle

        height = self.y + 0.7 * self.margin
        figure = new_figure(self.width, height, self.theme.background)
        for words in self._words:
            x, y = self._fraction(words.x, words.y + BASELINE * words.size, height)
            text = figure.text(
                x,
                y,
                paragraph(words.text, self.lang),
                ha=self.start,
                va="baseline",
                color=words.colour,
                fontproperties=font(words.size, words.weight),
                parse_math=False,
                gid=words.gid,
            )
            if words.framed:
                text.set_bbox(
                    {
                        "boxstyle": "round,pad=0.4,rounding_size=0.3",
                        "facecolor": "none",
                        "edgecolor": words.colour,
                        "linewidth": 1.0,
                    }
                )
        for left, top, look in self._patches:
            x, y = self._fraction(left + (_SWATCH if self.rtl else 0.0), top + 0.065, height)
            patch = Rectangle(
                (x, y),
                _SWATCH / self.width,
                0.13 / height,
                transform=figure.transFigure,
                facecolor=mixed(look.colour, self.theme.background, 0.45)
                if look.hatch
                else look.colour,
                edgecolor=look.colour,
                hatch=look.hatch or None,
                linewidth=0,
                gid="patch",
            )
            figure.add_artist(patch)
        for left, top, entry in self._circles:
            x, y = self._fraction(left, top, height)
            circle = Line2D([x], [y], marker="o", markersize=MARK * 72 - 2.2, linestyle="none")
            circle.set(color=entry.colour, markeredgewidth=0)
            figure.add_artist(circle)
            figure.text(
                x,
                self._fraction(left, top + BASELINE * 7.5, height)[1],
                figures(str(entry.number), self.lang),
                ha="center",
                va="baseline",
                color=self.theme.background,
                fontproperties=font(7.5, "bold"),
                gid="key-number",
            )
        return figure

    def axes(
        self, figure: Figure, *, start: float, width: float, top: float, height: float
    ) -> Axes:
        """Add axes ``start`` inches from where lines begin, ``top`` inches from the top."""
        left = self.width - start - width if self.rtl else start
        whole = figure.get_figheight()
        return figure.add_axes(
            (left / self.width, 1 - (top + height) / whole, width / self.width, height / whole)
        )

    def _fraction(self, x: float, y: float, height: float) -> tuple[float, float]:
        return (self.width - x if self.rtl else x) / self.width, 1 - y / height

    def _line(
        self, x: float, y: float, text: str, size: float, weight: str, colour: str, gid: str
    ) -> None:
        middle = y + line_height(size) / 2
        self._words.append(_Words(x, middle, text, size, weight, colour, gid))


def unbroken(text: str) -> str:
    """Return a text that no line breaks: a date in a title.

    Examples
    --------
    >>> len(unbroken("6 August 2025").split(" "))
    1
    """
    return text.replace(" ", "\N{NO-BREAK SPACE}")
