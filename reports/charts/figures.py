"""Figures without global state: made, drawn into and saved under settings of our own.

matplotlib reads its global settings when a figure is made, drawn and saved. All three are
done inside `settings`, which puts matplotlib's defaults (with ours on top) in place for as
long as it lasts: a user's style sheet neither changes a chart of ours nor is changed by it.
pyplot is never imported.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tarjih.errors import CannotCompute, InvalidRequest, Problem
from tarjih.reports.words.numbers import LRM, RLM

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "FORMATS",
    "check_figure_path",
    "figure_bytes",
    "new_figure",
    "save_figure",
    "settings",
]

FORMATS = (".png", ".svg", ".pdf")
_OURS: dict[str, Any] = {
    "font.family": ["DejaVu Sans"],
    "svg.hashsalt": "tarjih",  # ids in SVG files are otherwise random
    "svg.fonttype": "path",  # shaped Arabic stays shaped wherever the file is opened
    "pdf.fonttype": 42,
    "axes.unicode_minus": False,
}
# Without dates and versions, the same figure has the same bytes.
_METADATA: dict[str, dict[str, Any]] = {
    ".png": {"Software": None},
    ".svg": {"Date": None, "Creator": "tarjih"},
    ".pdf": {"CreationDate": None, "ModDate": None, "Creator": "tarjih", "Producer": None},
}
_PROCESS_WIDE = {"backend", "backend_fallback", "interactive", "toolbar", "timezone"}


@contextmanager
def settings(**svg: str) -> Iterator[None]:
    """Draw under matplotlib's defaults and ours; the user's settings come back after.

    Parameters
    ----------
    **svg : str
        What ours say of SVG, said otherwise: the names of matplotlib's settings after ``svg.``.
    """
    import matplotlib

    defaults: Any = matplotlib.rcParamsDefault
    ours: Any = {name: defaults[name] for name in defaults if name not in _PROCESS_WIDE} | _OURS
    with matplotlib.rc_context(ours | {f"svg.{name}": value for name, value in svg.items()}):
        yield


def new_figure(width: float, height: float, background: str = "#ffffff") -> Figure:
    """Return an empty figure of a size in inches, with a canvas of its own."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    with settings():
        figure = Figure(figsize=(width, height), facecolor=background)
        FigureCanvasAgg(figure)
    return figure


def check_figure_path(path: str | Path) -> Path:
    """Return the path if its suffix says how to write a figure.

    Raises
    ------
    InvalidRequest
        If it does not.

    Examples
    --------
    >>> check_figure_path("run.svg").suffix
    '.svg'
    """
    target = Path(path)
    if target.suffix.lower() not in FORMATS:
        raise InvalidRequest(
            Problem(
                str(target),
                "the suffix does not name a picture format",
                got=target.suffix or target.name,
                allowed=", ".join(FORMATS),
                mend=f"for instance {target.with_suffix('.png').name}" if target.name else None,
            )
        )
    return target


def save_figure(figure: Figure, path: str | Path, *, dpi: float = 160) -> Path:
    """Write a figure as PNG, SVG or PDF, by the suffix of the path.

    The same figure gives the same bytes. Nothing is written when drawing fails.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    path : str or Path
    dpi : float
        Pixels per inch of a PNG.

    Raises
    ------
    InvalidRequest
        If the suffix is none of .png, .svg, .pdf.
    CannotCompute
        If the file cannot be written.
    """
    target = check_figure_path(path)
    drawn = figure_bytes(figure, target.suffix.lower(), dpi=dpi)
    try:
        target.write_bytes(drawn)
    except OSError as error:
        raise CannotCompute(
            f"{target}: the picture could not be written: {error.strerror}"
        ) from None
    return target


def figure_bytes(figure: Figure, suffix: str, *, dpi: float = 160, outlines: bool = True) -> bytes:
    """Return what `save_figure` would write; in SVG, words as words where not ``outlines``."""
    drawn = io.BytesIO()
    letters = "path" if outlines else "none"
    with (
        settings(fonttype=letters),
        _marked_text_as_outlines(figure if suffix == ".pdf" else None),
    ):
        figure.savefig(drawn, format=suffix[1:], dpi=dpi, metadata=_METADATA[suffix])
    return drawn.getvalue()


@contextmanager
def _marked_text_as_outlines(figure: Figure | None) -> Iterator[None]:
    """Draw text that holds direction marks as outlines, as SVG does with all text.

    matplotlib 3.11's PDF backend shifts what stands beside such a mark: it takes back the
    width of a blank that the mark does not have. Text with a path effect is drawn as paths.
    """
    from matplotlib.patheffects import Normal
    from matplotlib.text import Text

    everything: list[Any] = [] if figure is None else figure.findobj(Text)
    marked = [text for text in everything if LRM in text.get_text() or RLM in text.get_text()]
    before = [text.get_path_effects() for text in marked]
    for text in marked:
        text.set_path_effects([Normal()])
    try:
        yield
    finally:
        for text, effects in zip(marked, before, strict=True):
            text.set_path_effects(effects)
