"""Opinions held apart: reading them, views, digests, and what is said of mistakes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tarjih.errors import InvalidRequest, InvalidStudy
from tarjih.scenarios import disagreements, pool_shares, resolved, study_from_data, view, views
from tarjih.scenarios.advice import study_advice
from tarjih.scenarios.records import Study

LoadText = Callable[[str], Study]

ANALYSTS = """
analysts:
  amal: {label: Amal, weight: 3}
  basil_k: {label: Basil}

judgements:"""
OWN = """
  amal_expects:
    source: local_paper
    by: amal
    known: 2026-01-10
    about: now
    scenario: limited_service
    says: 0.9
  basil_expects:
    source: local_paper
    by: basil_k
    known: 2026-01-10
    about: now
    scenario: limited_service
    says: 0.2
"""
EFFECTS_BY = """    effects_by:
      amal: {insurance: no effect, staff_dispute: lowers}
      basil_k: {repairs: lowers}
    conjunction_effects_by:
      basil_k: {ready_and_insured: strongly raises}
"""
# What Amal would have written alone.
ALONE = {
    "      insurance: raises\n": "      staff_dispute: lowers\n",
    "judgements:\n": "judgements:" + OWN.split("  basil_expects")[0].replace("    by: amal\n", ""),
}


def _with_dissent(text: str) -> str:
    text = text.replace("judgements:\n", ANALYSTS + OWN, 1)
    mark = "    conjunction_effects:\n      ready_and_insured: raises\n"
    assert mark in text
    return text.replace(mark, mark + EFFECTS_BY, 1)


@pytest.fixture
def disputed(load_text: LoadText, template: str) -> Study:
    return load_text(_with_dissent(template))


def test_a_view_is_the_study_one_would_have_written_alone(
    load_text: LoadText, template: str, disputed: Study
) -> None:
    text = template
    for old, new in ALONE.items():
        assert old in text
        text = text.replace(old, new, 1)
    alone = load_text(text)
    seen = view(disputed, "amal")
    assert seen == alone
    assert (seen.digest("draws"), seen.digest("all")) == (
        alone.digest("draws"),
        alone.digest("all"),
    )
    assert seen.viewer is not None
    assert seen.viewer.id == "amal"
    assert alone.viewer is None


def test_own_effects_override_common_ones(disputed: Study) -> None:
    basil = view(disputed, "basil-k").scenario("full_service")
    assert basil.effects == {"repairs": "lowers", "insurance": "raises"}
    assert basil.conjunction_effects == {"ready_and_insured": "strongly raises"}
    assert basil.effects_by == {}


def test_a_view_says_nothing_of_the_others(load_text: LoadText, disputed: Study) -> None:
    changed = replace(
        disputed,
        judgements=tuple(
            replace(one, says=0.4) if one.by == "amal" else one for one in disputed.judgements
        ),
    )
    assert view(changed, "basil_k").digest("all") == view(disputed, "basil_k").digest("all")
    assert view(changed, "amal").digest("draws") != view(disputed, "amal").digest("draws")
    assert changed.digest("draws") != disputed.digest("draws")


def test_who_said_it_and_weights_count_in_the_digest(disputed: Study) -> None:
    turned = replace(
        disputed,
        judgements=tuple(
            replace(one, by={"amal": "basil_k", "basil_k": "amal"}.get(one.by or ""))
            for one in disputed.judgements
        ),
    )
    equal = replace(disputed, analysts=tuple(replace(a, weight=1.0) for a in disputed.analysts))
    assert len({one.digest("draws") for one in (disputed, turned, equal)}) == 3


def test_the_resolved_form_keeps_opinions_apart(disputed: Study) -> None:
    again = study_from_data(resolved(disputed))
    assert again == disputed
    assert again.scenario("full_service").effects_by["amal"]["insurance"] == "no effect"


def test_weights_are_shares(disputed: Study) -> None:
    assert pool_shares(disputed) == (0.75, 0.25)
    assert [one.viewer and one.viewer.id for one in views(disputed)] == ["amal", "basil_k"]


def test_where_they_differ_in_words(disputed: Study) -> None:
    found = {
        (one.kind, one.cause, one.scenario): dict(one.words) for one in disagreements(disputed)
    }
    assert found == {
        ("driver", "repairs", "full_service"): {"amal": "strongly raises", "basil_k": "lowers"},
        ("driver", "insurance", "full_service"): {"amal": "no effect", "basil_k": "raises"},
        ("driver", "staff_dispute", "full_service"): {"amal": "lowers", "basil_k": "no effect"},
        ("conjunction", "ready_and_insured", "full_service"): {
            "amal": "raises",
            "basil_k": "strongly raises",
        },
    }


def test_a_study_without_analysts(load_text: LoadText, template: str) -> None:
    study = load_text(template)
    assert (views(study), disagreements(study)) == ((), ())
    with pytest.raises(InvalidRequest, match=r"--view: demo has no analysts: got 'amal'; leave"):
        view(study, "amal")


def test_an_unknown_analyst_names_the_nearest(disputed: Study) -> None:
    with pytest.raises(InvalidRequest) as error:
        view(disputed, "Basil-J")
    assert str(error.value) == (
        "--view: unknown analyst: got 'Basil-J'; allowed: amal, basil_k; did you mean 'basil_k'?"
    )


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("by: amal\n", "by: amall\n", "unknown analyst: got 'amall'; allowed: amal, basil_k"),
        ("      amal: {ins", "      emal: {ins", "unknown analyst: got 'emal'"),
        ("{repairs: lowers}", "{repair: lowers}", "unknown driver: got 'repair'"),
        ("{repairs: lowers}", "{repairs: lower}", "unknown word: got 'lower'"),
        ("{repairs: lowers}", "{}", "wrong number of entries: got '0'; allowed: at least 1"),
        ("weight: 3", "weight: 0", "number out of range: got '0'; allowed: a number more than 0"),
        ("basil_k: {ready_and", "basil_k: {redy_and", "unknown conjunction: got 'redy_and"),
    ],
)
def test_mistakes_are_named_with_their_place(
    load_text: LoadText, template: str, old: str, new: str, what: str
) -> None:
    text = _with_dissent(template)
    assert old in text
    with pytest.raises(InvalidStudy) as error:
        load_text(text.replace(old, new, 1))
    assert what in str(error.value)
    assert str(error.value).partition("demo.yaml:")[2].split(":")[0].isdigit()


def test_other_has_no_effects_of_anyones(load_text: LoadText, template: str) -> None:
    text = _with_dissent(template).replace(
        "    label: Something else\n",
        "    label: Something else\n    effects_by: {amal: {repairs: raises}}\n",
    )
    with pytest.raises(InvalidStudy, match="'other' has no effects"):
        load_text(text)


def test_one_without_opinions_is_told(load_text: LoadText, template: str) -> None:
    text = template.replace("judgements:\n", ANALYSTS + "\n", 1)
    found = {(one.kind, one.id) for one in study_advice(load_text(text))}
    assert {("analyst_silent", "amal"), ("analyst_silent", "basil_k")} <= found


def test_an_effect_of_one_analyst_is_an_effect(disputed: Study) -> None:
    found = {(one.kind, one.id) for one in study_advice(disputed)}
    assert not {kind for kind, _ in found} & {"analyst_silent", "driver_without_effects"}
