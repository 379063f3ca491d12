"""Simulated histories in words, in both languages, and as data."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
import pytest

from tarjih.models.record import Diagnostics, Intervention
from tarjih.models.simulating.simulation import Course, Simulation, Span
from tarjih.reports.texts.simulation import (
    simulation_document,
    simulation_lines,
    simulation_summary,
)
from tarjih.reports.words.numbers import LRM, RLM
from tarjih.scenarios.records import Study

H = 3
FORCE = {"overt_support": [0.0, 0.1, 0.2, 0.3], "other": [1.0, 0.9, 0.8, 0.7]}


@pytest.fixture
def simulation(forecast_maker) -> Callable[..., Simulation]:
    """Makes simulations of invented numbers."""
    return partial(_simulation, forecast_maker(2, retrospective=False)[0].study)


def _simulation(study: Study, **changes) -> Simulation:
    first, other = study.scenario_ids
    values = {
        "study": study,
        "as_of": study.origin,
        "as_of_step": 0,
        "horizon_step": H,
        "dates": (study.origin, *(study.calendar.last_day(t) for t in range(1, H + 1))),
        "paths": 10_000,
        "engine": "particle",
        "seed": 3,
        "interventions": (),
        "diagnostics": Diagnostics(100, 16, 90.0, 1000.0, 0.1, True, ""),
        "courses": (
            Course(
                first, np.array(FORCE[first]), 0.0, 0.31, 0.69, Span(2, 1, 3), 0.2, Span(0, 0, 3)
            ),
            Course(other, np.array(FORCE[other]), 1.0, 0.0, 0.0, None, 0.8, Span(3, 0, 3)),
        ),
        "changes": np.array([0.69, 0.30, 0.01, 0.0]),
        "sequences": (
            ((other,), 0.69),
            ((other, first), 0.30),
            ((other, first, other), 0.009),
        ),
        "longer": 0.001,
        "levels": (np.array([[0.85, 0.15], [0.6, 0.4]]), np.array([[0.85, 0.15], [0.9, 0.1]])),
        "_source": None,
        "_layout": None,
    }  # fmt: skip
    return Simulation(**{**values, **changes})


def test_the_answer_stands_first(simulation) -> None:
    lines = simulation_lines(simulation())
    assert lines[0] == (
        "The most frequent course is no change: “Something else” throughout, in 69% of 10,000 "
        "simulated histories from 6 August 2025 to 30 November 2025. The most frequent change is "
        "Something else → Overt, wide support of the counter-revolution: 30%. The scenario in "
        "force never changes in 69%, changes once in 30%, and more often in 1%."
    )
    assert simulation_summary(simulation())[0] == lines[0]


def test_a_moving_course_may_lead(simulation) -> None:
    found = simulation(sequences=((("other", "overt_support"), 0.4), (("other",), 0.3)))
    assert simulation_lines(found)[0].startswith(
        "The most frequent course is Something else → Overt, wide support of the "
        "counter-revolution, in 40% of"
    )


def test_the_table_holds_every_scenario(simulation) -> None:
    table = "\n".join(simulation_lines(simulation()))
    row = r"^Overt, wide support of the counter-revolution +<1% +30% +31% +"
    assert re.search(row + r"Oct 2025 \(Sep 2025–Nov 2025\) +69% +20%$", table, re.MULTILINE)
    # what no history shows is not said to be impossible, nor what all show certain
    assert re.search(r"^Something else +>99% +70% +<1% +– +<1% +80%$", table, re.MULTILINE)


def test_courses_and_drivers_are_listed(simulation) -> None:
    lines = simulation_lines(simulation())
    assert "  69%  Something else throughout" in lines
    assert "   1%  all others" in lines
    assert "US withdrawal: stays 85% → 60%; full 15% → 40%" in lines
    assert any("by up to 1.0 points" in line for line in lines)


def test_weeks_are_named_by_their_last_day(simulation) -> None:
    plain = simulation()
    study = replace(plain.study, step="week")
    dates = (study.origin, *(study.calendar.last_day(t) for t in range(1, H + 1)))
    text = "\n".join(simulation_lines(replace(plain, study=study, dates=dates)))
    assert "24 Aug 2025 (17 Aug 2025–31 Aug 2025)" in text


def test_arabic_is_right_to_left_without_columns(simulation) -> None:
    lines = simulation_lines(simulation(), "ar")
    assert all(not line or line.startswith(RLM) for line in lines)
    for line in lines:
        assert not re.search(r"(?<![\d,." + LRM + r"<>])\d+%", line), line
    assert "{" not in "".join(lines)
    assert "شراكة" not in "".join(lines)
    assert any("غير ذلك ثم دعم علني واسع" in line for line in lines)
    assert f"من {LRM}85%{LRM} إلى {LRM}60%{LRM}" in "".join(lines)


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_warnings_are_told(simulation, lang) -> None:
    doubtful = Diagnostics(100, 16, 2.0, 10.0, 0.9, False, "few")
    held = (Intervention("us_withdrawal", 1),)
    found = simulation(diagnostics=doubtful, interventions=held)
    calm, warned = simulation_summary(simulation(), lang), simulation_summary(found, lang)
    assert len(warned) == len(calm) + 2


def test_the_document(simulation) -> None:
    document = simulation_document(simulation(interventions=(Intervention("us_withdrawal", 1),)))
    assert document["schema"] == "tarjih.simulate/1"
    assert (document["paths"], document["seed"]) == (10_000, 3)
    assert document["interventions"] == [
        {"driver": "us_withdrawal", "level": "full", "start": None}
    ]
    assert document["scenarios"]["overt_support"] == {
        "now": 0.0,
        "enters": 0.31,
        "never": 0.69,
        "at_horizon": 0.3,
        "first_entry": {"median": "2025-10-31", "q05": "2025-09-30", "q95": "2025-11-30"},
        "in_force": {"share": 0.2, "median": 0, "q05": 0, "q95": 3},
    }
    assert document["scenarios"]["other"]["first_entry"] is None
    assert [row["date"] for row in document["timeline"]] == [
        "2025-08-06", "2025-09-30", "2025-10-31", "2025-11-30"
    ]  # fmt: skip
    assert document["timeline"][1]["scenarios"] == {"overt_support": 0.1, "other": 0.9}
    assert document["changes"] == [0.69, 0.3, 0.01]
    assert document["sequences"][1] == {"scenarios": ["other", "overt_support"], "share": 0.3}
    assert document["others"] == pytest.approx(0.001)
    assert document["drivers"]["us_withdrawal"] == {
        "now": {"stays": 0.85, "full": 0.15},
        "at_horizon": {"stays": 0.6, "full": 0.4},
    }
    assert document["error"] == 0.0098
    assert document["diagnostics"]["reliable"] is True
    assert dt.date.fromisoformat(document["horizon"]) == dt.date(2025, 11, 30)
