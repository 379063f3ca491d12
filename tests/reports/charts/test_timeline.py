"""The chart's structure. Every case is also looked at as a picture before a release."""

import itertools
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox

from tarjih.errors import InvalidRequest
from tarjih.models import Forecast
from tarjih.models.asked.influence import Influence
from tarjih.reports.charts.timeline import draw_timeline
from tarjih.reports.texts.tables import summary_table
from tarjih.reports.words.numbers import LRM, RLM

Maker = Callable[..., tuple[Forecast, tuple[Influence, ...]]]
CASES: dict[str, dict[str, Any]] = {
    "two": {"scenarios": 2, "items": 3},
    "five": {},
    "eight with long names": {"scenarios": 8, "items": 30, "long_names": True},
    "near 0 and 1, not reliable": {"extreme": True, "items": 3, "reliable": False},
    "at the origin": {"months": 0, "items": 0, "retrospective": False},
    "one month on": {"months": 1, "items": 30},
    "long past, short horizon": {"months": 30, "horizon": 1, "items": 12},
    "ten years": {"months": 6, "horizon": 120},
}
cases = pytest.mark.parametrize("case", CASES)
languages = pytest.mark.parametrize("lang", ["en", "ar"])


def texts(figure: Figure) -> list[Text]:
    found: list[Any] = figure.findobj(Text)
    return [text for text in found if text.get_visible() and text.get_text().strip()]


def box(figure: Figure, text: Text) -> Bbox:
    canvas = figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    return text.get_window_extent(canvas.get_renderer())


def named(figure: Figure, prefix: str) -> list[Any]:
    return [artist for artist in figure.findobj() if str(artist.get_gid() or "").startswith(prefix)]


def bare(text: Text) -> str:
    return text.get_text().replace(LRM, "").replace(RLM, "")


@cases
@languages
def test_no_text_overlaps_another_or_is_cut(forecast_maker: Maker, case: str, lang: str) -> None:
    forecast, influences = forecast_maker(**CASES[case])
    figure = draw_timeline(forecast, lang=lang, influences=influences, most=30)
    placed = [(text, box(figure, text)) for text in texts(figure)]
    width, height = figure.canvas.get_width_height()
    for text, around in placed:
        inside = around.x0 >= 0 and around.x1 <= width and around.y0 >= 0 and around.y1 <= height
        assert inside, text.get_text()
    for (one, a), (two, b) in itertools.combinations(placed, 2):
        # Letters below the line may reach the room of tall ones of the next, not meet them.
        overlap = Bbox.intersection(a, b)
        assert overlap is None or min(overlap.width, overlap.height) < 0.5, (
            one.get_text(),
            two.get_text(),
        )


def test_the_check_for_overlaps_catches_one(forecast: Forecast) -> None:
    figure = draw_timeline(forecast)
    title = next(iter(named(figure, "title")))
    x, y = title.get_position()
    other = figure.text(x, y, "in the way", va="baseline")
    overlap = Bbox.intersection(box(figure, title), box(figure, other))
    assert overlap is not None
    assert min(overlap.width, overlap.height) > 5


@languages
def test_labels_end_the_lines_with_the_numbers_of_the_table(forecast: Forecast, lang: str) -> None:
    figure = draw_timeline(forecast, lang=lang)
    for row in summary_table(forecast).rows:
        words = [bare(text) for text in named(figure, f"label-{row.id}")]
        assert words[0] == row.at_horizon.mean_text()
        assert " ".join(words[1:]) == row.label[lang]


def test_lines_are_replayed_belief_then_the_forecast(forecast: Forecast) -> None:
    figure = draw_timeline(forecast)
    rows = forecast.timeline()
    (past,) = named(figure, "past-limited_leverage")
    (ahead,) = named(figure, "forecast-limited_leverage")
    means = [row["scenarios"]["limited_leverage"]["mean"] for row in rows]
    # what was believed holds until the next date: steps, not slopes
    held = [value for value in means[:5] for _ in range(2)] + means[5:6]
    assert past.get_ydata().tolist() == held
    days = [row["date"].toordinal() for row in rows]
    assert past.get_xdata().tolist() == days[:1] + [d for d in days[1:6] for _ in range(2)]
    assert ahead.get_ydata().tolist() == means[5:]
    assert past.get_linestyle() == "-"
    assert ahead.get_linestyle() == "--"
    assert past.get_xdata()[-1] == forecast.as_of.toordinal()
    (seam,) = named(figure, "as-of")
    assert set(seam.get_xdata()) == {forecast.as_of.toordinal()}


def test_bands_are_the_named_intervals(forecast: Forecast) -> None:
    figure = draw_timeline(forecast)
    last = forecast.timeline()[-1]["scenarios"]["rupture"]
    for low, high in (("q05", "q95"), ("q25", "q75")):
        (band,) = named(figure, f"band-{low}-rupture")
        ys = band.get_paths()[0].vertices
        at_end = ys[ys[:, 0] == forecast.horizon.toordinal(), 1]
        assert at_end.min() == pytest.approx(last[low])
        assert at_end.max() == pytest.approx(last[high])


def test_arabic_runs_from_right_to_left(forecast: Forecast) -> None:
    english, arabic = draw_timeline(forecast), draw_timeline(forecast, lang="ar")
    assert english.axes[0].get_xlim() == arabic.axes[0].get_xlim()[::-1]
    assert not english.axes[0].xaxis_inverted()
    assert arabic.axes[0].xaxis_inverted()
    assert english.axes[0].get_ylim() == arabic.axes[0].get_ylim() == (0.0, 1.0)
    middle = arabic.get_figwidth() * arabic.dpi / 2
    for text in named(arabic, "label-"):
        assert box(arabic, text).x1 < middle
    (title,) = named(arabic, "title")
    assert box(arabic, title).x1 > 1.8 * middle  # ends where lines begin
    for text in texts(arabic):
        assert text.get_text().startswith((RLM, LRM)) or text.get_text().isdigit()
        letters = re.sub(r"particle|demo|\b[abc]\b", "", bare(text))  # ids are as they are
        assert not re.search("[A-Za-z]", letters), text.get_text()


def test_marks_are_numbered_by_date_and_explained(forecast_maker: Maker) -> None:
    forecast, influences = forecast_maker(items=9)
    figure = draw_timeline(forecast, influences=influences, most=5)
    marks = [bare(text) for text in named(figure, "mark")]
    assert marks == ["1", "2", "3", "4", "5"] == [bare(t) for t in named(figure, "key-number")]
    circles = [named(figure, f"circle-{n}")[0].get_xdata()[0] for n in range(1, 6)]
    assert circles == sorted(influence.date.toordinal() for influence in influences[:5])
    assert len(named(figure, "key-date")) == 5
    assert any("cluster of 2" in text.get_text() for text in named(figure, "key-label"))


def test_influences_that_did_nothing_are_not_marked(forecast_maker: Maker) -> None:
    forecast, influences = forecast_maker(items=2)
    nothing = [replace(one, shift=np.zeros(5)) for one in influences]
    assert named(draw_timeline(forecast, influences=nothing), "mark") == []


def test_a_dollar_is_a_dollar(forecast_maker: Maker) -> None:
    forecast, influences = forecast_maker()
    figure = draw_timeline(forecast, influences=influences)
    priced = [text for text in named(figure, "key-label") if "$5bn" in text.get_text()]
    assert priced
    assert not any(text.get_parse_math() for text in priced)


def test_retrospective_and_unreliable_stand_on_its_face(forecast_maker: Maker) -> None:
    said = [bare(t) for t in named(draw_timeline(forecast_maker(reliable=False)[0]), "badge")]
    assert said == ["RETROSPECTIVE", "NOT RELIABLE"]
    plain = draw_timeline(forecast_maker(retrospective=False)[0])
    assert named(plain, "badge") == named(plain, "notice") == []
    arabic = draw_timeline(forecast_maker()[0], lang="ar")
    assert [bare(text) for text in named(arabic, "badge")] == ["بأثر رجعي"]


def test_interval_and_sources_are_named(forecast: Forecast) -> None:
    figure = draw_timeline(forecast)
    whole = " ".join(bare(text) for text in texts(figure))
    assert "light band: 90% interval (parameters only; model error not included)" in whole
    assert "as of 31 January 2026 · 8 items of 8 counted, from 3 sources · engine" in whole


def test_it_draws_into_axes_that_are_given(forecast_maker: Maker) -> None:
    forecast, influences = forecast_maker()
    mine = Figure(figsize=(12, 5))
    FigureCanvasAgg(mine)
    ax = mine.add_axes((0.08, 0.15, 0.6, 0.6))
    before = len(mine.texts)
    assert draw_timeline(forecast, ax=ax, influences=influences) is mine
    assert len(mine.texts) == before
    assert len(mine.axes) == 1
    assert named(mine, "label-")
    mine.canvas.draw()


@pytest.mark.parametrize("wrong", [{"lang": "fr"}, {"theme": "neon"}])
def test_what_it_does_not_know(forecast: Forecast, wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidRequest, match="unknown"):
        draw_timeline(forecast, **wrong)  # type: ignore[arg-type]
