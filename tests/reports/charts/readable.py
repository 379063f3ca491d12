"""Whether every word of a figure can be read: none cut, overlapped, too small or too pale."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text
from matplotlib.transforms import Bbox

from tarjih.reports.palette import contrast

__all__ = ["assert_readable", "bare", "box", "named", "texts"]

LEAST_SIZE = 7.0  # points
LEAST_CONTRAST = 4.5
# Letters below the line may reach the room of tall ones of the next, not meet them.
TOUCH = 0.5  # pixels


def texts(figure: Figure) -> list[Text]:
    """Return every text that is seen."""
    found: list[Any] = figure.findobj(Text)
    return [text for text in found if text.get_visible() and text.get_text().strip()]


def box(figure: Figure, text: Text) -> Bbox:
    """Return where the letters of a text stand, in pixels."""
    canvas = figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    if isinstance(text, Annotation):
        return Text.get_window_extent(text, canvas.get_renderer())
    return text.get_window_extent(canvas.get_renderer())


def named(figure: Figure, prefix: str) -> list[Any]:
    """Return the artists whose gid begins so."""
    return [artist for artist in figure.findobj() if str(artist.get_gid() or "").startswith(prefix)]


def bare(text: Text) -> str:
    """Return what a text says, without direction marks."""
    return text.get_text().replace("\u200e", "").replace("\u200f", "")


def assert_readable(figure: Figure) -> None:
    """Fail with the first text that is cut, overlaps another, or is too small or too pale."""
    canvas = figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    canvas.draw()
    placed = [(text, box(figure, text)) for text in texts(figure)]
    assert placed, "a chart without words"
    width, height = canvas.get_width_height()
    for text, around in placed:
        inside = around.x0 >= 0 and around.x1 <= width and around.y0 >= 0 and around.y1 <= height
        assert inside, f"cut: {text.get_text()!r}"
        assert float(text.get_fontsize()) >= LEAST_SIZE, f"too small: {text.get_text()!r}"
    for (one, a), (two, b) in itertools.combinations(placed, 2):
        shared = Bbox.intersection(a, b)
        overlap = shared is not None and min(shared.width, shared.height) >= TOUCH
        assert not overlap, f"overlap: {one.get_text()!r} and {two.get_text()!r}"
    grounds = _without_texts(figure)
    for text, around in placed:
        worst = _contrast(text, grounds, around, height)
        assert worst >= LEAST_CONTRAST, f"too pale ({worst:.1f}): {text.get_text()!r}"


def _without_texts(figure: Figure) -> np.ndarray[Any, Any]:
    """Return the picture as it is without its words."""
    hidden = texts(figure)
    for text in hidden:
        text.set_alpha(0.0)
    canvas = figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    canvas.draw()
    picture = np.asarray(canvas.buffer_rgba()).copy()
    for text in hidden:
        text.set_alpha(None)
    return picture


def _contrast(text: Text, grounds: np.ndarray[Any, Any], around: Bbox, height: float) -> float:
    """Return the contrast of a text with what it mostly stands on."""
    rows = slice(int(height - around.y1), max(int(height - around.y0), int(height - around.y1) + 1))
    columns = slice(int(around.x0), max(int(around.x1), int(around.x0) + 1))
    under = grounds[rows, columns, :3].reshape(-1, 3)
    ground = "#" + "".join(f"{int(c):02x}" for c in np.median(under, axis=0))
    return contrast(to_hex(to_rgba(text.get_color())), ground)
