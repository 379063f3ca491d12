"""Texts that lack a language the rest of a study speaks."""

from dataclasses import replace

import pytest

from tarjih.scenarios import load
from tarjih.scenarios.advice import study_advice
from tarjih.scenarios.languages import missing_texts
from tarjih.scenarios.records import Study


@pytest.fixture(scope="module")
def study() -> Study:
    return load("syria_russia")


def test_the_shipped_study_lacks_nothing(study: Study) -> None:
    assert missing_texts(study) == {"en": [], "ar": []}
    assert not [one for one in study_advice(study) if one.kind.startswith("texts_")]


def test_a_text_in_one_language_is_found_wherever_it_stands(study: Study) -> None:
    driver = study.drivers[1]
    level = replace(driver.levels[0], label={"en": "none"})
    drivers = (study.drivers[0], replace(driver, levels=(level, *driver.levels[1:])))
    item = replace(study.items[0], label={"ar": "خبر"})
    changed = replace(study, drivers=(*drivers, *study.drivers[2:]), items=(item, *study.items[1:]))
    assert missing_texts(changed) == {
        "en": [("items", item.id)],
        "ar": [("drivers", driver.id)],
    }
    told = {one.kind: one.id for one in study_advice(changed) if one.kind.startswith("texts_")}
    assert told == {"texts_without_en": item.id, "texts_without_ar": driver.id}


def test_a_study_in_one_language_lacks_none(study: Study) -> None:
    scenarios = tuple(
        replace(one, label={"en": "a"}, short={"en": "a"}, definition={}, resolution={},
                analogues=()) for one in study.scenarios
    )  # fmt: skip
    one = replace(
        study, title={"en": "t"}, description={}, retrospective_note={}, scenarios=scenarios,
        drivers=(), conjunctions=(), judgements=(), indicators=(), sources=(), items=(),
        questions=(),
    )  # fmt: skip
    assert missing_texts(one) == {}


def test_what_a_report_says_in_its_own_words_needs_no_translation(study: Study) -> None:
    judgement = replace(study.judgements[0], wording={"ar": "مستبعد"})
    changed = replace(study, judgements=(judgement, *study.judgements[1:]))
    assert missing_texts(changed) == {"en": [], "ar": []}


def test_a_study_shows_itself_in_a_line(study: Study) -> None:
    assert repr(study) == (
        "<Study syria_russia: 5 scenarios, 14 drivers, 70 items; origin 2025-08-06>"
    )
