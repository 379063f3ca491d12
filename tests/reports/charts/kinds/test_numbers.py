"""What charts draw and write are the numbers of their records."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from tarjih.errors import InvalidRequest
from tarjih.reports.words.numbers import percent_text, whole_percents
from tarjih.scoring.calibration.reliability import reliability_of

Drawn = Callable[..., Figure]
Made = Callable[..., Any]


def named(figure: Figure, prefix: str) -> list[Any]:
    return [artist for artist in figure.findobj() if str(artist.get_gid() or "").startswith(prefix)]


def said(figure: Figure, prefix: str) -> list[str]:
    return [re.sub("[\u200e\u200f]", "", text.get_text()) for text in named(figure, prefix)]


def ends(bar: Any) -> tuple[float, float]:
    return bar.get_x(), bar.get_x() + bar.get_width()


@pytest.mark.parametrize("things", [3, 8, 80])
def test_a_waterfall_leads_from_start_to_end_and_adds_up(
    drawn: Drawn, made: Made, things: int
) -> None:
    found = made("waterfall", things=things)
    figure = drawn("waterfall", found)
    k = int(np.argmax(found.end))
    (start,), (end,) = named(figure, "bar-start"), named(figure, "bar-end")
    assert ends(start) == pytest.approx((0.0, found.start[k]))
    assert ends(end) == pytest.approx((0.0, found.end[k]))
    joins = [line.get_xdata()[0] for line in named(figure, "join")]
    assert joins[0] == pytest.approx(found.start[k])
    assert joins[-1] == pytest.approx(found.end[k])
    moves = [bar for kind in ("news", "drift", "folded") for bar in named(figure, f"bar-{kind}")]
    assert len(moves) == len(joins) - 1 <= 16
    widths = sorted(abs(b - a) for a, b in pairwise(joins))
    assert sorted(bar.get_width() for bar in moves) == pytest.approx(widths, abs=1e-12)
    changes = [
        int(text) for kind in ("news", "drift", "folded") for text in said(figure, f"value-{kind}")
    ]
    before, after = (whole_percents(p.tolist())[k] for p in (found.start, found.end))
    assert before + sum(changes) == after


def test_a_waterfall_of_any_scenario_and_in_decibans(drawn: Drawn, made: Made) -> None:
    found = made("waterfall")
    figure = drawn("waterfall", found, scenario="other", units="db")
    logs = np.log(found.start)
    (start,) = named(figure, "bar-start")
    reach = max(ends(start), key=abs)
    assert reach == pytest.approx(10 / np.log(10) * (logs[-1] - logs.mean()))
    with pytest.raises(InvalidRequest, match="nobody"):
        drawn("waterfall", found, scenario="nobody")


def test_a_waterfall_without_news(drawn: Drawn, made: Made) -> None:
    found = made("waterfall")
    still = replace(found, bars=(), clusters=(), end=found.start)
    assert len(named(drawn("waterfall", still), "bar-")) == 2


def test_a_tornado_stands_about_what_is(drawn: Drawn, made: Made) -> None:
    found = made("tornado", things=6)
    figure = drawn("tornado", found)
    (line,) = named(figure, "now")
    assert set(line.get_xdata()) == {found.probability}
    for lever in found.levers:
        less, more = sorted((lever.lowest, lever.highest), key=lambda one: one.probability)
        for name, held in (("less", less), ("more", more)):
            (bar,) = named(figure, f"bar-{name}-{lever.driver}")
            reach = sorted((found.probability, held.probability))
            assert ends(bar) == pytest.approx(tuple(reach))
            (text,) = said(figure, f"value-{name}-{lever.driver}")
            assert text == percent_text(held.probability)


def test_a_tornado_of_drivers_that_do_nothing(drawn: Drawn, made: Made) -> None:
    found = made("tornado")
    still = [
        replace(lever, lowest=replace(lever.lowest, change=0.001),
                highest=replace(lever.highest, change=0.0))
        for lever in found.levers
    ]  # fmt: skip
    figure = drawn("tornado", replace(found, levers=tuple(still)))
    assert "No driver held by itself" in " ".join(said(figure, "title"))
    assert not named(figure, "bar-")


@pytest.mark.parametrize("lead", [True, False])
def test_dots_of_a_tipping_set_are_its_changes(drawn: Drawn, made: Made, lead: bool) -> None:
    found = made("tipping", things=5, lead=lead)
    figure = drawn("tipping", found)
    for n, each in enumerate(found.sets, 1):
        needs = [dot for dot in named(figure, f"needs-{n}") if dot.get_gid() == f"needs-{n}"]
        assert len(needs) == len(each.interventions)
        mean, *_ = [t for t in named(figure, f"value-{n}") if t.get_gid() == f"value-{n}"]
        assert percent_text(each.probability.mean) in mean.get_text()
    assert len(named(figure, "level")) == len(
        {(one.driver, one.level) for each in found.sets for one in each.interventions}
    )
    assert bool(named(figure, "threshold")) is not lead
    assert bool(named(figure, "leads")) is lead


def test_no_tipping_set_is_said(drawn: Drawn, made: Made) -> None:
    found = replace(made("tipping", things=0, lead=True), left=0)
    figure = drawn("tipping", found)
    assert " ".join(said(figure, "title")).startswith("No set of up to 3 driver changes")
    assert not named(figure, "needs")


def test_slopes_are_the_pull_at_each_level(drawn: Drawn, made: Made) -> None:
    found = made("pull", things=4)
    figure = drawn("pull", found)
    ids = found.study.scenario_ids
    silent = found.answers[-1]
    assert not named(figure, f"pull-{silent.driver}")
    assert "act only together" in " ".join(said(figure, "notice"))
    for answer in found.answers[:-1]:
        for k, id in enumerate(ids):
            (line,) = named(figure, f"pull-{answer.driver}-{id}")
            drop = np.diff(line.get_ydata())
            assert np.allclose(np.sign(drop), -np.sign(np.diff(answer.mean[:, k])))
            (number,) = said(figure, f"change-{answer.driver}-{id}")
            assert int(number) == round(100 * answer.change[k])
            sure = answer.change_q05[k] > 0 or answer.change_q95[k] < 0
            assert (line.get_linestyle() == "-") == sure


def test_watch_dots_are_where_outcomes_lead(drawn: Drawn, made: Made) -> None:
    found = made("watch", things=6)
    figure = drawn("watch", found)
    for one in found.indicators:
        k = found.tells_for(one.outcomes[0])
        for name, outcome in zip(("found", "missed"), one.outcomes, strict=True):
            (dot,) = named(figure, f"{name}-{one.id}")
            assert dot.get_xdata()[0] == outcome.at_horizon[k]
        (share,) = said(figure, f"share-{one.id}")
        assert share == f"{100 * one.information / found.doubt:.1f}%"


def test_a_watch_list_without_indicators(drawn: Drawn, made: Made) -> None:
    figure = drawn("watch", made("watch", things=0))
    assert said(figure, "title") == ["The study has no indicator to look for."]


@pytest.mark.parametrize("when", ["now", "horizon", "ever"])
def test_analysts_stand_where_they_say(drawn: Drawn, made: Made, when: str) -> None:
    found = made("compare", things=3)
    figure = drawn("compare", found, when=when)
    column = {"now": "now", "horizon": "at_horizon", "ever": "ever_by_horizon"}[when]
    for id in found.study.scenario_ids:
        means = [one.forecast.table()[id][column]["mean"] for one in found.opinions]
        dots = [named(figure, f"mean-{id}-{n}")[0].get_xdata()[0] for n in range(3)]
        assert dots == means
        (field,) = named(figure, f"field-{id}")
        assert ends(field) == pytest.approx((min(means), max(means)))
        (pool,) = named(figure, f"mean-{id}-pool")
        assert pool.get_xdata()[0] == found.pool.table()[id][column]["mean"]


def test_the_reliability_curve_and_its_scores(drawn: Drawn, made: Made) -> None:
    found = made("reliability", things=60)
    figure = drawn("reliability", found)
    (curve,) = named(figure, "curve")
    assert curve.get_xdata().tolist() == found.forecast.tolist()
    foot = named(figure, "diagonal")[0].get_ydata()[0]
    np.testing.assert_allclose(1 - curve.get_ydata() / foot, found.recalibrated, atol=1e-12)
    corp = found.corp
    parts = [corp.score, corp.miscalibration, corp.discrimination, corp.uncertainty]
    names = ["score", "miscalibration", "discrimination", "uncertainty"]
    for name, part in zip(names, parts, strict=True):
        (text,) = said(figure, f"{name}-value")
        assert text.lstrip("+\N{MINUS SIGN} ") == f"{part:.3f}"
    bars = np.array([bar.get_height() for bar in named(figure, "share")])
    np.testing.assert_allclose(bars / bars.sum(), found.share, atol=1e-12)


@pytest.mark.parametrize(
    ("things", "start"), [(6, "6 questions: too few"), (29, "29 questions: too few")]
)
def test_few_questions_are_said_first(drawn: Drawn, made: Made, things: int, start: str) -> None:
    assert said(drawn("reliability", made("reliability", things=things)), "title")[0].startswith(
        start
    )


def test_the_title_names_where_the_curve_leaves_the_band(drawn: Drawn) -> None:
    forecast = np.repeat([0.1, 0.5, 0.9], 40)
    outcome = np.concatenate([np.arange(40) < 24, np.arange(40) < 26, np.arange(40) < 36])
    bold = reliability_of(forecast, outcome, resamples=200)
    (title,) = said(drawn("reliability", bold), "title")
    assert title.startswith("What was forecast with about 10% came true 60% of the time")
    fair = reliability_of(forecast, np.tile(np.arange(40), 3) < 40 * forecast, resamples=200)
    (title,) = said(drawn("reliability", fair), "title")
    assert title == "Over 120 questions, nothing speaks against the forecasts being calibrated"


@pytest.mark.parametrize("kind", ["waterfall", "tornado", "reliability", "pull"])
@pytest.mark.parametrize("wrong", [{"lang": "fr"}, {"theme": "neon"}])
def test_what_they_do_not_know(drawn: Drawn, kind: str, wrong: dict[str, str]) -> None:
    with pytest.raises(InvalidRequest, match="unknown"):
        drawn(kind, **wrong)
