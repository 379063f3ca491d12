"""Charts inside a report."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tarjih.reports.report.blocks import Picture

__all__ = ["png_bytes", "svg_address", "svg_bytes", "svg_text"]

_DPI = 170  # what print needs; a screen shows fewer


def png_bytes(picture: Picture) -> bytes:
    """Return a chart as PNG."""
    from tarjih.reports.charts.figures import figure_bytes

    return figure_bytes(picture.draw(), ".png", dpi=_DPI)


def svg_text(picture: Picture) -> tuple[str, float, float]:
    """Return a chart as SVG, its letters drawn, so that no font is needed; its width and height.

    Both in points.
    """
    from tarjih.reports.charts.figures import figure_bytes
    from tarjih.reports.report.compact import compact_svg

    figure = picture.draw()
    width, height = figure.get_size_inches()
    drawn = figure_bytes(figure, ".svg").decode("utf-8")
    return compact_svg(drawn), 72.0 * float(width), 72.0 * float(height)


def svg_bytes(picture: Picture) -> bytes:
    """Return a chart as SVG, its letters drawn, so that no font is needed."""
    return svg_text(picture)[0].encode("utf-8")


def svg_address(picture: Picture) -> str:
    """Return a chart as an address that holds it whole."""
    return "data:image/svg+xml;base64," + base64.b64encode(svg_bytes(picture)).decode("ascii")
