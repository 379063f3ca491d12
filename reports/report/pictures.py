"""Charts inside a report."""

from __future__ import annotations

import base64
import re
import unicodedata
from html import escape, unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tarjih.reports.report.blocks import Picture

__all__ = ["lettered_svg", "png_bytes", "svg_address", "svg_bytes"]

_WORDS = re.compile(r"(<text\b[^>]*>)([^<]*)(</text>)")
_RIGHT_TO_LEFT, _END = "\u202b", "\u202c"
_DPI = 170  # what print needs; a screen shows fewer


def png_bytes(picture: Picture) -> bytes:
    """Return a chart as PNG."""
    from tarjih.reports.charts.figures import figure_bytes

    return figure_bytes(picture.draw(), ".png", dpi=_DPI)


def svg_bytes(picture: Picture) -> bytes:
    """Return a chart as SVG, its letters drawn, so that no font is needed."""
    from tarjih.reports.charts.figures import figure_bytes
    from tarjih.reports.report.compact import compact_svg

    drawn = figure_bytes(picture.draw(), ".svg").decode("utf-8")
    return compact_svg(drawn).encode("utf-8")


def lettered_svg(picture: Picture, shown: Callable[[str], str]) -> tuple[str, float, float]:
    """Return a chart as SVG with words for a page that has the font, and its width and height.

    Readers of SVG take every line of words as one from left to right; those that are not are
    put between marks that say so.

    Parameters
    ----------
    picture : Picture
    shown : callable
        Returns of each line of words what the page can show.

    Returns
    -------
    svg : str
    width, height : float
        In points.
    """
    from tarjih.reports.charts.figures import figure_bytes

    figure = picture.draw()
    width, height = figure.get_size_inches()
    drawn = figure_bytes(figure, ".svg", outlines=False).decode("utf-8")

    def put(found: re.Match[str]) -> str:
        line = shown(unescape(found[2]))
        line = f"{_RIGHT_TO_LEFT}{line}{_END}" if _is_rtl(line) else line
        return found[1] + escape(line, quote=False) + found[3]

    return _WORDS.sub(put, drawn), 72.0 * float(width), 72.0 * float(height)


def _is_rtl(line: str) -> bool:
    """Return whether the first letter, or mark of direction, runs from right to left."""
    strong = (unicodedata.bidirectional(letter) for letter in line)
    return next((one for one in strong if one in ("L", "R", "AL")), "L") != "L"


def svg_address(picture: Picture) -> str:
    """Return a chart as an address that holds it whole."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg_bytes(picture)).decode("ascii")
