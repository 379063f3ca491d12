"""Each of these charts beside a picture of it that was looked at.

How the pictures are made anew, and what may differ, stands in ``../test_golden.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from matplotlib.testing.compare import compare_images

from tarjih.reports.charts.figures import save_figure

BASELINE = Path(__file__).parents[1] / "baseline"
DPI, TOLERANCE = 50, 2.0
LOOKS = {"en": ("en", "light"), "ar": ("ar", "light"), "en-dark": ("en", "dark"),
         "ar-print": ("ar", "print")}  # fmt: skip
THINGS = {"reliability": 60, "compare": 3, "watch": 8, "tornado": 8}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize(
    "kind", ["waterfall", "tornado", "tipping", "pull", "watch", "compare", "reliability"]
)
def test_it_looks_as_it_did_and_can_be_read(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    drawn: Callable[..., Figure],
    readable: Callable[[Figure], None],
    kind: str,
    look: str,
) -> None:
    lang, theme = LOOKS[look]
    name = f"{kind}-{look}.png"
    figure = drawn(kind, size={"things": THINGS.get(kind, 5)}, lang=lang, theme=theme)
    made = request.config.getoption("--mpl-generate-path", default=None)
    if made:
        save_figure(figure, Path(str(made)) / name, dpi=DPI)
        pytest.skip(f"{name} is made anew")
    kept = BASELINE / name
    assert kept.exists(), f"{name} has no picture yet"
    found = save_figure(figure, tmp_path / name, dpi=DPI)
    difference = compare_images(str(kept), str(found), tol=TOLERANCE)
    assert difference is None, difference
    readable(figure)
