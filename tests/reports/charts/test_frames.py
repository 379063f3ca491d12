"""Charts on the paper of a report: as readable as on a page of their own, with less around them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from matplotlib.figure import Figure

from tarjih.reports.charts.drivers import draw_drivers
from tarjih.reports.charts.fan import draw_fan
from tarjih.reports.charts.kinds import KINDS
from tarjih.reports.charts.ledger_chart import draw_ledger
from tarjih.reports.charts.network_chart import draw_network
from tarjih.reports.charts.page import INSET, PAGE, Frame
from tarjih.reports.charts.prior_chart import draw_prior
from tarjih.reports.charts.stacked import draw_stacked
from tarjih.reports.charts.timeline import draw_timeline

Readable = Callable[..., None]
SIZES: dict[str, dict[str, Any]] = {
    "two scenarios, three items": {"scenarios": 2, "items": 3},
    "five": {"scenarios": 5, "items": 12},
    "eight with long names, eighty items": {"scenarios": 8, "items": 80, "long_names": True},
    "near 0 and 1": {"extreme": True, "items": 12, "reliable": False},
}
HERE = ("timeline", "fan", "stacked", "drivers", "ledger", "network", "prior")
languages = pytest.mark.parametrize("lang", ["en", "ar"])


def draw(kind: str, invented: Any, lang: str, frame: Frame, **options: Any) -> Figure:
    forecast, influences = invented.forecast(**options)
    look: dict[str, Any] = {"lang": lang, "frame": frame}
    if kind == "timeline":
        return draw_timeline(forecast, influences=influences, **look)
    if kind == "ledger":
        return draw_ledger(forecast, alone=invented.alone(forecast), **look)
    if kind == "network":
        found = invented.draws(forecast.study, extreme=bool(options.get("extreme")))
        return draw_network(forecast.study, found, **look)
    if kind == "prior":
        return draw_prior(invented.prior(forecast.study, min(options["items"], 20)), **look)
    one = {"fan": draw_fan, "stacked": draw_stacked, "drivers": draw_drivers}[kind]
    return one(forecast, **look)


@pytest.mark.parametrize("kind", HERE)
@languages
@pytest.mark.parametrize("size", SIZES)
def test_every_word_can_be_read(
    invented: Any, readable: Readable, kind: str, lang: str, size: str
) -> None:
    readable(draw(kind, invented, lang, INSET, **SIZES[size]), margin=0.0)


def test_every_kind_is_drawn_on_it() -> None:
    elsewhere = {"waterfall", "tornado", "tipping", "pull", "watch", "compare", "reliability"}
    assert {*HERE} | elsewhere == set(KINDS)  # elsewhere: kinds/test_frames.py


def test_a_report_tells_the_notes_itself(invented: Any) -> None:
    alone, inside = (draw("timeline", invented, "en", frame) for frame in (PAGE, INSET))
    names = [{text.get_gid() for text in figure.texts} for figure in (alone, inside)]
    assert {"over", "notice", "footer"} <= names[0]
    assert not {"over", "notice", "footer"} & names[1]
    assert {"title", "subtitle", "badge", "key-label"} <= names[1]
    assert inside.get_figwidth() == pytest.approx(7.0)
