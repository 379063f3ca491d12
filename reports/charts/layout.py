"""Placing things on a page: measuring and wrapping text, and keeping labels apart.

Pure arithmetic but for `TextMeter`, which asks matplotlib's own renderer how wide a text
comes out (Arabic letters join, so counting letters will not do). Lengths are inches.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from functools import cached_property
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
_HINTING = 1.02  # letters fitted to coarse pixels come out wider, by up to so much
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
_BLANKS = re.compile(r"[^\S\u00a0\u202f]+")


def font(size: float, weight: str = "normal") -> FontProperties:
    """Return the one font of every chart, whatever the user's settings are."""
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

    _DPI = 144

    def __init__(self) -> None:
        self._widths: dict[tuple[str, float, str], float] = {}

    @cached_property
    def _renderer(self) -> RendererAgg:
        from matplotlib.backends.backend_agg import RendererAgg

        return RendererAgg(8, 8, self._DPI)  # type: ignore[no-untyped-call]

    def width(self, text: str, size: float, weight: str = "normal") -> float:
        """Return the width of one line."""
        if not text:
            return 0.0
        key = text, size, weight
        if key not in self._widths:
            measure: Any = self._renderer.get_text_width_height_descent
            width = measure(text, font(size, weight), ismath=False)[0]
            self._widths[key] = float(width) / self._DPI
        return self._widths[key]

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


def line_height(size: float) -> float:
    """Return the distance of two lines of text."""
    return size * _LINE_HEIGHT / 72


def wrap_text(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """Break a text at its blanks into lines no wider than ``width``.

    A word that is too wide by itself is broken inside. Blanks and line breaks of the text
    count as one blank; no-break spaces do not break.

    Examples
    --------
    >>> wrap_text("one two three", 7, len)
    ['one two', 'three']
    >>> wrap_text("abcdefghij", 4, len)
    ['abcd', 'efgh', 'ij']
    """
    words = [word for word in _BLANKS.split(text) if word]
    lines: list[str] = []
    letters = 0.0  # that a line holds, about
    while words:
        # Lines grow with their words, so how many fit is searched for, not tried one by one: to
        # measure a line of Arabic is dear. What the last line held tells where to begin.
        fits, fails = 0, len(words) + 1
        guess = _words_within(words, letters) if letters else 8
        while fails - fits > 1:
            guess = min(max(guess, fits + 1), fails - 1)
            line = " ".join(words[:guess])
            wide = measure(line)
            fits, fails = (guess, fails) if wide <= width else (fits, guess)
            letters = len(line) * width / wide if wide > 0 else math.inf
            guess = _words_within(words, letters)
        if fits:
            lines.append(" ".join(words[:fits]))
            words = words[fits:]
            continue
        whole = words[0]
        cut, over = 1, len(whole)
        while over - cut > 1:
            middle = (cut + over) // 2
            cut, over = (middle, over) if measure(whole[:middle]) <= width else (cut, middle)
        lines.append(whole[:cut])
        words = [whole[cut:], *words[1:]] if whole[cut:] else words[1:]
    return lines


def _words_within(words: Sequence[str], letters: float) -> int:
    """Return how many words have at most so many letters, with the blanks between them."""
    used = -1
    for n, word in enumerate(words):
        used += len(word) + 1
        if used > letters:
            return n
    return len(words)


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
