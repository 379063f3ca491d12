"""Every kind of chart beside a picture of it that was looked at.

The pictures in ``baseline/`` are small, 36 dots to the inch. They are made anew, and then looked
at, with one command:

    uv run pytest --mpl-generate-path=tests/reports/charts/baseline tests/reports/charts

A plain run of the tests compares (through pytest-mpl's comparison, which is matplotlib's own):
the root mean square of the differences of all pixels may be 2 of 255.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.testing.compare import compare_images

from tarjih.reports.charts.drivers import draw_drivers
from tarjih.reports.charts.fan import draw_fan
from tarjih.reports.charts.figures import save_figure
from tarjih.reports.charts.kinds import KINDS
from tarjih.reports.charts.ledger_chart import draw_ledger
from tarjih.reports.charts.network_chart import draw_network
from tarjih.reports.charts.prior_chart import draw_prior
from tarjih.reports.charts.stacked import draw_stacked
from tarjih.reports.charts.timeline import draw_timeline

BASELINE = Path(__file__).parent / "baseline"
DPI = 36
TOLERANCE = 2.0
LARGEST = 60_000  # bytes of a picture


def _timeline(invented: Any, **look: Any) -> Figure:
    forecast, influences = invented.forecast()
    return draw_timeline(forecast, influences=influences, **look)


def _ledger(invented: Any, **look: Any) -> Figure:
    forecast, _ = invented.forecast(items=12)
    return draw_ledger(forecast, alone=invented.alone(forecast), **look)


def _network(invented: Any, **look: Any) -> Figure:
    study = invented.forecast()[0].study
    return draw_network(study, invented.draws(study), **look)


def _prior(invented: Any, **look: Any) -> Figure:
    return draw_prior(invented.prior(invented.forecast()[0].study, 6), **look)


# A line for each kind: from the invented studies of conftest to its figure.
CASES: dict[str, Callable[..., Figure]] = {
    "timeline": _timeline,
    "fan": lambda invented, **look: draw_fan(invented.forecast()[0], **look),
    "stacked": lambda invented, **look: draw_stacked(invented.forecast()[0], **look),
    "drivers": lambda invented, **look: draw_drivers(invented.forecast()[0], **look),
    "ledger": _ledger,
    "network": _network,
    "prior": _prior,
}
LOOKS = {"en": ("en", "light"), "ar": ("ar", "light"), "en-dark": ("en", "dark"),
         "ar-print": ("ar", "print")}  # fmt: skip


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("kind", CASES)
def test_it_looks_as_it_did_and_can_be_read(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    invented: Any,
    readable: Callable[[Figure], None],
    kind: str,
    look: str,
) -> None:
    lang, theme = LOOKS[look]
    name = f"{kind}-{look}.png"
    figure = CASES[kind](invented, lang=lang, theme=theme)
    made = request.config.getoption("--mpl-generate-path", default=None)
    if made:
        save_figure(figure, Path(str(made)) / name, dpi=DPI)
        pytest.skip(f"{name} is made anew")
    kept = BASELINE / name
    assert kept.exists(), f"{name} has no picture yet: see the command above"
    assert kept.stat().st_size < LARGEST
    found = save_figure(figure, tmp_path / name, dpi=DPI)
    difference = compare_images(str(kept), str(found), tol=TOLERANCE)
    assert difference is None, difference
    readable(figure)


def test_the_comparison_catches_another_picture(tmp_path: Path, invented: Any) -> None:
    figure = CASES["fan"](invented, lang="en", theme="light")
    for line in figure.axes[0].lines:
        if line.get_gid() == "forecast":
            line.set_ydata(0.9 * np.asarray(line.get_ydata(), dtype=float))
    found = save_figure(figure, tmp_path / "other.png", dpi=DPI)
    assert compare_images(str(BASELINE / "fan-en.png"), str(found), tol=TOLERANCE)


def test_every_kind_has_its_pictures() -> None:
    kept = {path.name: path.stat().st_size for path in BASELINE.glob("*.png")}
    for kind in KINDS:
        assert {f"{kind}-en.png", f"{kind}-ar.png"} <= set(kept), kind
    assert sum(kept.values()) < 4_000_000
