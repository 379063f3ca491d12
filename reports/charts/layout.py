"""Placing things on a page: measuring and wrapping text, and keeping labels apart.

Pure arithmetic but for `TextMeter`, which asks matplotlib's own renderer how wide a text
comes out (Arabic letters join, so counting letters will not do). Lengths are inches.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.backends.backend_agg import RendererAgg
    from matplotlib.font_manager import FontProperties

__all__ = [
    "BASELINE",
    "FONT",
    "TextMeter",
    "even_split",
    "font",
    "line_height",
    "spread_apart",
    "stack_rows",
    "wrap_text",
]

FONT = "DejaVu Sans"  # ships with matplotlib, and has Arabic
BASELINE = 0.365 / 72  # from the middle of a capital letter to its foot, per point of size
_LINE_HEIGHT = 1.35
_DPI = 144
_HINTING = 1.02  # letters fitted to coarse pixels come out wider, by up to so much
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")


@cache
def font(size: float, weight: str = "normal") -> FontProperties:
    """Return the one font of every chart, whatever the user's settings are; not to be changed."""
    from matplotlib.font_manager import FontProperties

    return FontProperties(family=FONT, size=size, weight=weight)


class TextMeter:
    """Measures text as matplotlib will draw it.

    Examples
    --------
    >>> meter = TextMeter()
    >>> meter.width("wide", 20) > meter.width("wide", 10) > 0
    True
    """

    def width(self, text: str, size: float, weight: str = "normal") -> float:
        """Return the width of one line."""
        # Letters join within words only, and words come again from chart to chart.
        words = text.split(" ")
        blanks = (len(words) - 1) * _width(" ", size, weight) if len(words) > 1 else 0.0
        return blanks + sum(_width(word, size, weight) for word in words if word)

    def wrap(self, text: str, width: float, size: float, weight: str = "normal") -> list[str]:
        """Break a text into lines no wider than ``width``."""
        return wrap_text(text, width / _HINTING, lambda line: self.width(line, size, weight))

    def clip(self, text: str, width: float, size: float, weight: str = "normal") -> str:
        """Return a text in one line, cut with an ellipsis where it is wider than ``width``."""
        line = " ".join(text.split())
        if self.width(line, size, weight) * _HINTING <= width:
            return line
        low, high = 0, len(line)  # halving: how many letters fit with the ellipsis
        while high - low > 1:
            middle = (low + high) // 2
            cut = line[:middle].rstrip() + _ELLIPSIS
            fits = self.width(cut, size, weight) * _HINTING <= width
            low, high = (middle, high) if fits else (low, middle)
        return line[:low].rstrip() + _ELLIPSIS

    def clipped(
        self, text: str, width: float, size: float, lines: int, weight: str = "normal"
    ) -> list[str]:
        """Break a text into at most so many lines, the last cut with an ellipsis if need be."""
        wrapped = self.wrap(text, width, size, weight)
        if len(wrapped) <= lines:
            return wrapped
        rest = " ".join(wrapped[lines - 1 :])
        return [*wrapped[: lines - 1], self.clip(rest, width, size, weight)]


@lru_cache(maxsize=2**15)
def _width(word: str, size: float, weight: str) -> float:
    measure: Any = _renderer().get_text_width_height_descent
    return float(measure(word, font(size, weight), ismath=False)[0]) / _DPI


@cache
def _renderer() -> RendererAgg:
    from matplotlib.backends.backend_agg import RendererAgg

    return RendererAgg(8, 8, _DPI)  # type: ignore[no-untyped-call]


def line_height(size: float) -> float:
    """Return the distance of two lines of text."""
    return size * _LINE_HEIGHT / 72


def wrap_text(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Break a text at its blanks into lines no wider than ``width``.

    A word that is too wide by itself is broken inside. Blanks and line breaks of the text
    count as one blank; no-break spaces do not break.

    Parameters
    ----------
    text : str
    width : float
    measure : callable
        Returns the width of a word, of a part of one, and of a blank; a line is as wide as these
        together.

    Examples
    --------
    >>> wrap_text("one two three", 7, len)
    ['one two', 'three']
    >>> wrap_text("abcdefghij", 4, len)
    ['abcd', 'efgh', 'ij']
    """
    lines: list[str] = []
    blank = measure(" ")
    used = math.inf
    for word in filter(None, _BLANKS.split(text)):
        wide = measure(word)
        if used + blank + wide <= width:
            lines[-1] += " " + word
            used += blank + wide
            continue
        *whole, word = _broken(word, width, measure) if wide > width else [word]
        lines += [*whole, word]
        used = measure(word) if whole else wide
    return lines


def _broken(word: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Break a word into pieces no wider than ``width``, of one letter at least."""
    pieces = []
    while measure(word) > width and len(word) > 1:
        cut, over = 1, len(word)  # halving: how many letters fit
        while over - cut > 1:
            middle = (cut + over) // 2
            cut, over = (middle, over) if measure(word[:middle]) <= width else (cut, middle)
        pieces.append(word[:cut])
        word = word[cut:]
    return [*pieces, word]


def spread_apart(
    wanted: Sequence[float],
    below: Sequence[float],
    above: Sequence[float],
    low: float,
    high: float,
) -> list[float]:
    """Move labels as little as possible so that they do not overlap.

    Parameters
    ----------
    wanted : sequence of float
        Where the anchor of each should stand, in any order.
    below, above : sequence of float
        How far each reaches to both sides of its anchor.
    low, high : float
        Ends between which they stay, if they have room.

    Returns
    -------
    list of float
        Where the anchors stand, in the order given. They stand in the order wanted (of
        equals, as given), and the sum of squared shifts is least: isotonic regression by
        pooling adjacent violators, on the anchors less the room needed by those before.

    Examples
    --------
    >>> spread_apart([0.5, 0.5, 3.0], [0.5] * 3, [0.5] * 3, 0.0, 4.0)
    [0.5, 1.5, 3.0]
    """
    order = sorted(range(len(wanted)), key=lambda i: (wanted[i], i))
    offsets: dict[int, float] = {}
    used = 0.0
    for i in order:
        offsets[i] = used + below[i]
        used += below[i] + above[i]
    blocks: list[tuple[float, int]] = []  # mean of (wanted − offset), count
    for i in order:
        mean, count = wanted[i] - offsets[i], 1
        while blocks and blocks[-1][0] >= mean:
            before, n = blocks.pop()
            mean, count = (before * n + mean * count) / (n + count), n + count
        blocks.append((mean, count))
    bases = [max(low, min(base, high - used)) for base, count in blocks for _ in range(count)]
    anchors = [0.0] * len(wanted)
    for i, base in zip(order, bases, strict=True):
        anchors[i] = base + offsets[i]
    return anchors


def stack_rows(positions: Sequence[float], size: float) -> list[int]:
    """Put marks of one size into as few rows as keep them from touching.

    Returns
    -------
    list of int
        The row of each mark, 0 first.

    Examples
    --------
    >>> stack_rows([0.0, 0.1, 5.0], 1.0)
    [0, 1, 0]
    """
    last: list[float] = []
    rows = [0] * len(positions)
    for i in sorted(range(len(positions)), key=lambda i: (positions[i], i)):
        free = (row for row, end in enumerate(last) if positions[i] - end >= size)
        row = next(free, len(last))
        if row == len(last):
            last.append(positions[i])
        last[row] = positions[i]
        rows[i] = row
    return rows


def even_split(heights: Sequence[float]) -> int:
    """Return how many entries go into the first of two columns, so that the page is shortest.

    Examples
    --------
    >>> even_split([1, 1, 1]), even_split([3, 1, 1])
    (2, 1)
    """
    whole = sum(heights)

    def taller(n: int) -> float:
        first = sum(heights[:n])
        return max(first, whole - first)

    return min(range(len(heights) + 1), key=lambda n: (taller(n), -n))
