"""Every word of a chart can be read: in both languages, whatever its size.

On every ground: test_golden.py.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from tarjih.reports.charts.page import INSET, PAGE, Frame

Drawn = Callable[..., Figure]
Readable = Callable[[Figure], None]
KINDS = ("waterfall", "tornado", "tipping", "pull", "watch", "compare", "reliability")
SIZES: dict[str, dict[str, Any]] = {
    "two, three": {"scenarios": 2, "things": 3},
    "eight, eighty, long names": {"scenarios": 8, "things": 80, "long_names": True},
    "five, eighty": {"scenarios": 5, "things": 80},
    "near 0 and 1": {"scenarios": 3, "things": 5, "extreme": True},
    "near 0 and 1, long names": {
        "scenarios": 8, "things": 3, "long_names": True, "extreme": True,
    },
}  # fmt: skip
kinds = pytest.mark.parametrize("kind", KINDS)


@kinds
@pytest.mark.parametrize(
    ("size", "lang"),
    [
        ("two, three", "en"),
        ("eight, eighty, long names", "en"),
        ("eight, eighty, long names", "ar"),
        ("five, eighty", "ar"),
        ("near 0 and 1", "en"),
        ("near 0 and 1, long names", "ar"),
    ],
)
def test_every_word_can_be_read(
    drawn: Drawn, readable: Readable, kind: str, size: str, lang: str
) -> None:
    readable(drawn(kind, size=SIZES[size], lang=lang))


@pytest.mark.parametrize("things", [1, 2, 5, 10])
@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("frame", [PAGE, INSET])
def test_who_would_lead_can_be_read(
    drawn: Drawn, made: Callable[..., Any], readable: Callable[..., None], things: int, lang: str,
    frame: Frame,
) -> None:  # fmt: skip
    found = made("tipping", lead=True, things=things, long_names=things == 2)
    figure = drawn("tipping", found, lang=lang, frame=frame)
    readable(figure, margin=0.0)
    gids = {str(artist.get_gid()) for artist in figure.findobj()}
    assert f"leader-{things}" in gids or things == 10  # on narrow paper, not all of ten
    if things in (1, 10):  # named where there is room
        assert (f"name-{found.baseline.leader}" in gids) is (things == 1)


@kinds
def test_it_draws_into_axes_that_are_given(drawn: Drawn, kind: str) -> None:
    figure = Figure(figsize=(14, 12))
    FigureCanvasAgg(figure)
    ax = figure.add_axes((0.4, 0.1, 0.35, 0.75))
    assert drawn(kind, ax=ax) is figure
    assert figure.axes == [ax]
    assert not figure.texts
    assert len(ax.texts) > 5


@kinds
def test_arabic_is_mirrored(drawn: Drawn, kind: str) -> None:
    english, arabic = (drawn(kind, lang=lang).axes[0] for lang in ("en", "ar"))
    assert not english.xaxis_inverted()
    assert arabic.xaxis_inverted()
    assert english.get_xlim() == arabic.get_xlim()[::-1]
