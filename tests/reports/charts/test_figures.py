import hashlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import matplotlib
import pytest

from tarjih.errors import CannotCompute, InvalidRequest
from tarjih.models import Forecast
from tarjih.models.asked.influence import Influence
from tarjih.reports.charts.figures import FORMATS, check_figure_path, save_figure
from tarjih.reports.charts.timeline import draw_timeline

Maker = Callable[..., tuple[Forecast, tuple[Influence, ...]]]
SIGNATURES = {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF"}


@pytest.mark.parametrize("suffix", FORMATS)
def test_same_forecast_same_bytes(forecast_maker: Maker, tmp_path: Path, suffix: str) -> None:
    written = []
    for name in ("a", "b"):
        forecast, influences = forecast_maker()
        figure = draw_timeline(forecast, influences=influences, lang="ar")
        written.append(save_figure(figure, tmp_path / (name + suffix), dpi=60).read_bytes())
    assert written[0] == written[1]
    assert written[0].startswith(SIGNATURES[suffix])


def test_saving_twice_gives_the_same_bytes(forecast: Forecast, tmp_path: Path) -> None:
    figure = draw_timeline(forecast)
    first = save_figure(figure, tmp_path / "a.svg").read_bytes()
    assert save_figure(figure, tmp_path / "b.svg").read_bytes() == first


def test_a_pdf_holds_marked_text_as_outlines_and_leaves_the_figure_alone(
    forecast: Forecast, tmp_path: Path
) -> None:
    # 3.11's PDF backend would shift what stands beside a direction mark.
    figure = draw_timeline(forecast, lang="ar")
    before = save_figure(figure, tmp_path / "before.png", dpi=40).read_bytes()
    pdf = save_figure(figure, tmp_path / "run.pdf").read_bytes()
    assert save_figure(figure, tmp_path / "after.png", dpi=40).read_bytes() == before
    english = save_figure(draw_timeline(forecast), tmp_path / "english.pdf").read_bytes()
    assert english.count(b"/ToUnicode") > pdf.count(b"/ToUnicode")


@pytest.mark.parametrize("name", ["run.jpg", "run", "run.PNGG", ".png"])
def test_other_suffixes_are_refused_before_anything_is_written(
    forecast: Forecast, tmp_path: Path, name: str
) -> None:
    with pytest.raises(InvalidRequest, match=r"allowed: \.png, \.svg, \.pdf"):
        save_figure(draw_timeline(forecast), tmp_path / name)
    assert list(tmp_path.iterdir()) == []


def test_suffix_in_capitals_will_do() -> None:
    assert check_figure_path("RUN.SVG").name == "RUN.SVG"


def test_a_folder_that_is_not_there(forecast: Forecast, tmp_path: Path) -> None:
    with pytest.raises(CannotCompute, match="could not be written"):
        save_figure(draw_timeline(forecast), tmp_path / "none" / "run.png", dpi=20)


def test_user_settings_neither_change_nor_are_changed(forecast: Forecast, tmp_path: Path) -> None:
    plain = save_figure(draw_timeline(forecast), tmp_path / "plain.svg").read_bytes()
    theirs = {"font.family": ["serif"], "axes.facecolor": "black", "lines.linewidth": 9.0,
              "axes.grid": True, "savefig.bbox": "tight", "text.parse_math": True}  # fmt: skip
    with matplotlib.rc_context(theirs):  # type: ignore[arg-type]
        before = dict(matplotlib.rcParams)
        styled = save_figure(draw_timeline(forecast), tmp_path / "styled.svg").read_bytes()
        assert dict(matplotlib.rcParams) == before
    assert styled == plain


def test_no_pyplot_and_the_same_bytes_in_another_process(
    forecast_maker: Maker, tmp_path: Path
) -> None:
    forecast, influences = forecast_maker()
    here = save_figure(draw_timeline(forecast, influences=influences), tmp_path / "here.svg")
    maker = str(Path(__file__).parents[1] / "conftest.py")
    script = f"""
import importlib.util, sys
spec = importlib.util.spec_from_file_location("maker", {maker!r})
maker = importlib.util.module_from_spec(spec)
spec.loader.exec_module(maker)
from tarjih.reports.charts import timeline, figures
assert "matplotlib" not in sys.modules, "drawing is loaded only to draw"
forecast, influences = maker.make_forecast()
figure = timeline.draw_timeline(forecast, influences=influences)
figures.save_figure(figure, {str(tmp_path / "there.svg")!r})
assert "matplotlib.pyplot" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True)
    there = (tmp_path / "there.svg").read_bytes()
    assert hashlib.sha256(there).digest() == hashlib.sha256(here.read_bytes()).digest()
