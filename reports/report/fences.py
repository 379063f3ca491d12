"""Text with direction marks, cut where they stand, for formats that have something better.

`tarjih.reports.words.numbers` fences figures and names in right-to-left text with marks, since a
terminal and a chart know nothing else. A mark orders what stands between two of them, but also
draws to itself the bracket that follows: a page can set such a piece apart by itself instead.
"""

from __future__ import annotations

import re

from tarjih.reports.words.numbers import LRM, RLM

__all__ = ["Piece", "is_figure", "pieces"]

Piece = tuple[str, str]
"""Words, and their direction: ``ltr``, ``rtl``, or empty for that of the text."""

_FENCED = re.compile(f"{LRM}([^{LRM}{RLM}]+){LRM}|{RLM}([^{LRM}{RLM}\\s]*[٠-٩][^{LRM}{RLM}]*){RLM}")
_RANGE = re.compile(r"([<>]?\d[\d.,]*–[<>]?\d[\d.,]*%?)")
_FIGURE = re.compile(r"[-+−<>]*[\d٠-٩][\d٠-٩.,٫٬–/<>]*[%٪]?")


def pieces(text: str) -> tuple[Piece, ...]:
    """Cut a text at its fences, which go; what joined is the text without them.

    Examples
    --------
    >>> pieces(f"من {LRM}55–87%{LRM}")
    (('من ', ''), ('55–87%', 'ltr'))
    >>> pieces("8% (2–20%)")
    (('8% (', ''), ('2–20%', 'ltr'), (')', ''))
    """
    found: list[Piece] = []
    place = 0
    for match in _FENCED.finditer(text):
        found += _unfenced(text[place : match.start()])
        left, right = match.groups()
        found.append((left, "ltr") if left is not None else (right, "rtl"))
        place = match.end()
    found += _unfenced(text[place:])
    return tuple(found)


def is_figure(words: str) -> bool:
    """Return whether a piece is a number or a range, which no line should break.

    Examples
    --------
    >>> is_figure("93–>99%"), is_figure("--set a=b")
    (True, False)
    """
    return _FIGURE.fullmatch(words) is not None


def _unfenced(text: str) -> list[Piece]:
    cut = _RANGE.split(text)
    return [(part, "ltr" if n % 2 else "") for n, part in enumerate(cut) if part]
