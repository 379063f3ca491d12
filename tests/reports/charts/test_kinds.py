"""Every kind of chart, in both languages and of every size: can each word be read?"""

import inspect
from collections.abc import Callable
from typing import Any

import matplotlib
import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from tarjih.errors import InvalidRequest
from tarjih.reports.charts.drivers import draw_drivers
from tarjih.reports.charts.fan import draw_fan
from tarjih.reports.charts.figures import figure_bytes
from tarjih.reports.charts.kinds import KINDS, check_options, kind_named
from tarjih.reports.charts.ledger_chart import draw_ledger
from tarjih.reports.charts.network_chart import draw_network
from tarjih.reports.charts.prior_chart import draw_prior
from tarjih.reports.charts.stacked import draw_stacked
from tarjih.reports.charts.timeline import draw_timeline
from tarjih.reports.palette import THEMES

Readable = Callable[[Figure], None]
SIZES: dict[str, dict[str, Any]] = {
    "two scenarios, three items": {"scenarios": 2, "items": 3},
    "eight with long names, eighty items": {"scenarios": 8, "items": 80, "long_names": True},
    "near 0 and 1": {"extreme": True, "items": 12, "reliable": False},
    "at the origin": {"months": 0, "items": 0},
    "long past": {"months": 30, "horizon": 1, "items": 12},
}


def draw(kind: str, invented: Any, *, ax: Any = None, options: Any = None, **look: Any) -> Figure:
    forecast, influences = invented.forecast(**(options or {}))
    if kind == "timeline":
        return draw_timeline(forecast, influences=influences, most=30, ax=ax, **look)
    if kind == "fan":
        return draw_fan(forecast, ax=ax, **look)
    if kind == "stacked":
        return draw_stacked(forecast, ax=ax, **look)
    if kind == "drivers":
        return draw_drivers(forecast, ax=ax, **look)
    if kind == "ledger":
        return draw_ledger(forecast, alone=invented.alone(forecast), ax=ax, **look)
    if kind == "prior":
        count = max((options or {}).get("items", 8), 3)
        return draw_prior(invented.prior(forecast.study, count), ax=ax, **look)
    assert kind == "network"
    extreme = bool((options or {}).get("extreme"))
    draws = invented.draws(forecast.study, extreme=extreme)
    return draw_network(forecast.study, draws, ax=ax, **look)


MINE = ("timeline", "fan", "stacked", "drivers", "ledger", "network", "prior")
kinds = pytest.mark.parametrize("kind", MINE)
languages = pytest.mark.parametrize("lang", ["en", "ar"])


@kinds
@languages
@pytest.mark.parametrize("size", SIZES)
def test_every_word_can_be_read(
    invented: Any, readable: Readable, kind: str, lang: str, size: str
) -> None:
    # themes in turn: words stand alike in all of them
    theme = THEMES[(list(SIZES).index(size) + MINE.index(kind)) % len(THEMES)]
    readable(draw(kind, invented, options=SIZES[size], lang=lang, theme=theme))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x": 0.9999}, "cut"),
        ({"y": 0.5, "x": 0.5}, "overlap"),
        ({"fontsize": 4}, "too small"),
        ({"color": "#dddddd"}, "too pale"),
    ],
)
def test_the_check_catches_what_cannot_be_read(
    invented: Any, readable: Readable, change: dict[str, Any], message: str
) -> None:
    figure = draw("fan", invented, lang="en")
    title = next(t for t in figure.texts if t.get_gid() == "title")
    if message == "overlap":
        other = next(t for t in figure.texts if t.get_gid() == "subtitle")
        other.set_position(title.get_position())
    else:
        title.set(**change)
    with pytest.raises(AssertionError, match=message):
        readable(figure)


@kinds
def test_it_draws_into_axes_that_are_given_and_nowhere_else(invented: Any, kind: str) -> None:
    mine = Figure(figsize=(14, 9))
    FigureCanvasAgg(mine)
    ax = mine.add_axes((0.4, 0.15, 0.35, 0.7))
    assert draw(kind, invented, ax=ax, lang="en") is mine
    assert mine.texts == []
    assert mine.axes == [ax]
    assert ax.get_title() == ""
    assert len(ax.get_children()) > 12
    mine.canvas.draw()


@kinds
def test_the_same_bytes_whatever_the_user_set(invented: Any, kind: str) -> None:
    def made() -> dict[str, bytes]:
        figure = draw(kind, invented, lang="ar", theme="print")
        return {suffix: figure_bytes(figure, suffix, dpi=50) for suffix in (".svg", ".png")}

    plain = made()
    theirs = {"font.family": ["serif"], "hatch.linewidth": 5.0, "lines.linewidth": 9.0,
              "axes.grid": True, "axes.facecolor": "black"}  # fmt: skip
    dice: Any = np.random.get_state()  # noqa: NPY002
    with matplotlib.rc_context(theirs):  # type: ignore[arg-type]
        before = dict(matplotlib.rcParams)
        styled = made()
        assert dict(matplotlib.rcParams) == before
    for suffix, written in plain.items():
        assert styled[suffix] == written, suffix
    after: Any = np.random.get_state()  # noqa: NPY002
    assert np.array_equal(dice[1], after[1])


@kinds
def test_arabic_is_mirrored_and_notes_are_named(invented: Any, kind: str) -> None:
    english, arabic = (draw(kind, invented, lang=lang) for lang in ("en", "ar"))
    low, high = english.axes[0].get_xlim()
    assert low < high
    low, high = arabic.axes[0].get_xlim()
    assert low > high
    begins, ends = english.axes[0].get_position(), arabic.axes[0].get_position()
    assert begins.x0 == pytest.approx(1 - ends.x1)
    words = " ".join(text.get_text() for text in english.texts)
    assert "RETROSPECTIVE" in words
    assert "interval" in words or "mean" in words
    assert "as of 31 January 2026" in words or "origin 6 August 2025" in words
    if kind not in ("network", "prior"):
        assert "Sources: " in words
        assert "Reuters" in words


def test_every_kind_is_named_in_the_help() -> None:
    from tarjih.cli.chart import chart_study

    told = inspect.signature(chart_study, eval_str=True).parameters["kind"].annotation
    named = told.__metadata__[0].help.rstrip(".").replace(" or ", ", ").split(", ")
    assert set(named) == set(KINDS)
    assert chart_study.__doc__ is not None
    assert all(name in chart_study.__doc__ for name in KINDS)


def test_an_unknown_kind_suggests_the_nearest() -> None:
    with pytest.raises(InvalidRequest, match="did you mean 'stacked'"):
        kind_named("stackd")


def test_options_without_use_are_refused_with_who_would_take_them() -> None:
    with pytest.raises(InvalidRequest, match=r"no use for it.*it is for fan"):
        check_options("stacked", ["--scenario"])
    check_options("fan", ["--scenario", "--as-of"])


def test_a_network_of_one_scenario_tells_of_it(invented: Any) -> None:
    study = invented.forecast()[0].study
    for scenario in study.scenarios:
        figure = draw_network(study, invented.draws(study), scenario=scenario.id)
        title = " ".join(text.get_text() for text in figure.texts if text.get_gid() == "title")
        assert scenario.short["en"] in title
        alone = scenario.id == "other"  # which has no effects
        assert title.startswith("No driver acts on") is alone


@pytest.mark.parametrize(
    ("lang", "words"), [("en", "it is not the forecast"), ("ar", "وليس هذا هو التوقّع")]
)
def test_what_judgements_imply_is_told_apart_from_the_forecast(
    invented: Any, lang: str, words: str
) -> None:
    parts: list[Any] = draw("prior", invented, lang=lang).findobj()
    told = " ".join(part.get_text() for part in parts if hasattr(part, "get_text"))
    assert words in " ".join(told.split())
