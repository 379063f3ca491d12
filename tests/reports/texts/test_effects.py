"""What held drivers change, in the words of the study."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from tarjih.models import Forecast, Intervention
from tarjih.reports.texts.effects import assumption_sentences, effects_text
from tarjih.scenarios import load
from tarjih.scenarios.records import Link, Study


@pytest.fixture(scope="module")
def study() -> Study:
    return load("syria_russia")


def sentences(forecast: Forecast, study: Study, held: dict[str, str], lang: str = "en") -> str:
    ids = [(driver, [level.id for level in study.driver(driver).levels]) for driver in held]
    interventions = tuple(
        Intervention(driver, levels.index(held[driver])) for driver, levels in ids
    )
    made = dataclasses.replace(forecast, study=study, interventions=interventions)
    return "\n".join(assumption_sentences(made, forecast, lang))


def test_effects_are_told_strongest_first(study: Study) -> None:
    effects = {"rupture": "lowers", "overt_support": "strongly raises", "other": "unclear"}
    assert effects_text(effects, study) == (
        "strongly raises “Overt support”; acts unclearly on “Other”; lowers “Rupture”"
    )
    assert effects_text({"rupture": "no effect"}, study) == ""


def test_a_step_down_acts_the_other_way_round(forecast: Forecast, study: Study) -> None:
    up = sentences(forecast, study, {"turkey_israel_tension": "escalation"})
    down = sentences(forecast, study, {"turkey_israel_tension": "low"})
    assert "where it stood at the origin: raises “Overt support”; lowers “Limited leverage”" in up
    assert "where it stood at the origin: raises “Limited leverage”; lowers “Overt support”" in down


def test_a_conjunction_names_what_is_missing(forecast: Forecast, study: Study) -> None:
    half = sentences(forecast, study, {"us_withdrawal": "full"})
    assert (
        "which also needs Russian-Western deal = deal with a free hand; it strongly raises" in half
    )
    both = {"us_withdrawal": "full", "russia_west_deal": "free_hand_deal"}
    whole = sentences(forecast, study, both)
    assert "Together (“US exit together with a free-hand deal”): strongly raises" in whole
    assert "also needs" not in whole


def test_a_link_is_told_where_it_acts(forecast: Forecast, study: Study) -> None:
    assert "also sets how fast Sanctions on Russia moves: rises × 0.25, falls × 5" in sentences(
        forecast, study, {"russia_west_deal": "deal"}
    )
    assert "also sets" not in sentences(forecast, study, {"russia_west_deal": "talks"})


def test_the_reference_level_is_no_change(forecast: Forecast, study: Study) -> None:
    told = sentences(forecast, study, {"us_withdrawal": "stays"})
    assert "US withdrawal from northern Syria at “stays” is where the study has it" in told
    assert "Why" not in told


def test_a_shift_is_told_in_whole_percents(forecast_maker: Any) -> None:
    without = forecast_maker()[0]
    held = dataclasses.replace(
        forecast_maker(extreme=True)[0], interventions=(Intervention("us_withdrawal", 1),)
    )
    (first, *_) = assumption_sentences(held, without)
    after = "“Overt, wide support of the counter-revolution” stands at >99% on "
    assert first.startswith(f"Holding US withdrawal = full: {after}")
    same = dataclasses.replace(without, interventions=held.interventions)
    assert "moves no scenario by a whole percent" in assumption_sentences(same, without)[0]


def test_nothing_held_nothing_told(forecast: Forecast) -> None:
    assert assumption_sentences(forecast, forecast) == []


def test_a_driver_that_nothing_names(forecast: Forecast) -> None:
    assert "no scenario names it by itself" in sentences(
        forecast, forecast.study, {"us_withdrawal": "full"}
    )


def test_arabic_has_no_latin_letter(forecast: Forecast, study: Study) -> None:
    link = Link("us_withdrawal", "ukraine_war", (1, 1, 2), (1, 1, 1), "")
    linked = dataclasses.replace(study, links=(*study.links, link))
    both = {"us_withdrawal": "full", "turkey_israel_tension": "low"}
    text = sentences(forecast, linked, both, "ar")
    assert not any("a" <= letter.lower() <= "z" for letter in text)
