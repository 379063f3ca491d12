"""What a run tells, and in which order."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest

from tarjih.models import Forecast
from tarjih.priors import Draws
from tarjih.reports.texts.briefing import brief, briefing_lines


def draws(**diagnostics: float | bool) -> Draws:
    one = np.ones((1, 1))
    return Draws(
        alpha=one, beta=np.ones((1, 1, 1)), gamma=np.ones((1, 0, 1)), initial=one, review_time=one,
        up=one, down=one, chain=np.zeros(1, dtype=np.int64), digest="", diagnostics=diagnostics,
    )  # fmt: skip


def test_the_lines_are_the_parts_in_order(forecast_maker: Any) -> None:
    forecast, influences = forecast_maker()
    briefing = brief(forecast, influences=influences)
    lines = briefing_lines(briefing)
    assert lines[0] == briefing.judgement
    parts = [briefing.table_note, *briefing.reasons, *briefing.notices]
    places = [lines.index(part) for part in parts]
    assert places == sorted(places)
    assert briefing.reasons[0].startswith("Since 6 August 2025")


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_an_unsound_fit_is_told_first(forecast: Forecast, lang: str) -> None:
    bad = draws(sound=False, divergences=7, rhat=1.2, ess_bulk=12)
    (first, *rest) = brief(forecast, lang, draws=bad).notices
    assert "7" in first
    assert tuple(rest) == brief(forecast, lang, draws=draws(sound=True)).notices
    assert tuple(rest) == brief(forecast, lang).notices


def test_what_is_not_reliable_says_so(forecast_maker: Any) -> None:
    forecast, _ = forecast_maker(reliable=False)
    assert "not reliable" in brief(forecast).notices[0]
    assert "Remedy" in brief(forecast).notices[0]


def test_a_forecast_without_interventions_needs_no_comparison(forecast: Forecast) -> None:
    other = dataclasses.replace(forecast, seed=1)
    assert brief(forecast, without=other) == brief(forecast)
