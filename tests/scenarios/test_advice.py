"""What an analyst should know of a study that is not wrong."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from tarjih.scenarios import load
from tarjih.scenarios.advice import study_advice
from tarjih.scenarios.records import Study, Weights


@pytest.fixture(scope="module")
def study() -> Study:
    return load("syria_russia")


def kinds(study: Study) -> set[tuple[str, str]]:
    return {(advice.kind, advice.id) for advice in study_advice(study)}


def test_advice_names_the_place(study: Study) -> None:
    for advice in study_advice(study):
        of_entry = advice.kind != "items_before_origin"
        assert advice.where.endswith(":3" if of_entry else ":1")


def test_what_the_judgements_already_know_is_told_once(study: Study) -> None:
    (told,) = [id for kind, id in kinds(study) if kind == "items_before_origin"]
    early = [item for item in study.items if min(item.end, item.known) <= study.origin]
    assert told == f"e01, e02, e03, … ({len(early)})"


def test_judgements_after_the_origin_are_checks(study: Study) -> None:
    later = {one.id for one in study.judgements if one.known > study.origin}
    assert later
    assert {id for kind, id in kinds(study) if kind == "judgement_unused"} == later


def test_a_driver_may_act_through_others(study: Study) -> None:
    scenarios = tuple(
        dataclasses.replace(
            one, effects={id: word for id, word in one.effects.items() if id == "sdf_strength"},
            conjunction_effects={},
        )
        for one in study.scenarios
    )  # fmt: skip
    bare = dataclasses.replace(study, scenarios=scenarios, conjunctions=())
    idle = {id for kind, id in kinds(bare) if kind == "driver_without_effects"}
    assert idle == set(study.driver_ids) - {"sdf_strength", "state_control"}


def test_a_scenario_without_signs_needs_neither_indicator_nor_weight(study: Study) -> None:
    flat = tuple(
        dataclasses.replace(one, monthly=dict.fromkeys(one.monthly, 0.05))
        for one in study.indicators
    )
    item = dataclasses.replace(study.items[0], bears_on=Weights({"rupture": "slightly for"}))
    found = kinds(dataclasses.replace(study, indicators=flat, items=(item,)))
    unseen = {id for kind, id in found if kind == "scenario_without_signs"}
    assert unseen == set(study.scenario_ids) - {"rupture", "other"}


def test_scenarios_that_nobody_judged(study: Study) -> None:
    found = kinds(dataclasses.replace(study, judgements=()))
    silent = {id for kind, id in found if kind == "scenario_without_judgements"}
    assert silent == set(study.scenario_ids) - {"other"}


def test_a_study_without_evidence(study: Study) -> None:
    assert ("no_items", "") in kinds(dataclasses.replace(study, items=()))
    early = tuple(
        dataclasses.replace(item, end=study.origin - dt.timedelta(days=1)) for item in study.items
    )
    assert ("no_items_after_origin", "") in kinds(dataclasses.replace(study, items=early))


def test_a_spread_of_trust_that_is_fixed(study: Study) -> None:
    cases: list[tuple[dict[str, object], bool]] = [
        ({"trust_spread": 0.5}, True),
        ({"trust_spread": 0.5, "trust": "fixed"}, True),
        ({"trust_spread": 0.5, "trust": "learned"}, False),
        ({"trust": "learned"}, False),
    ]
    for stated, told in cases:
        found = kinds(dataclasses.replace(study, assumptions=stated))
        assert (("trust_spread_unused", "trust_spread") in found) is told
