from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tarjih.errors import InvalidStudy
from tarjih.priors.elicited import admitted, elicit
from tarjih.scenarios.records import BaseRates, Judgement, Study

Make = Callable[..., Any]


def test_one_row_for_each_question(study: Study) -> None:
    elicited = elicit(study)
    # Two judgements ask the same source about the same thing: they share a row.
    assert len(elicited.asked.source) == 11
    assert len(set(elicited.first_row.tolist())) == len(study.judgements) - 1
    assert elicited.rank_row.size == 3
    assert elicited.possible_row.size == 1
    assert elicited.stated.size == 8
    assert elicited.outcomes == 8 + 3 + 1 + 4


def test_only_what_is_known_by_the_origin_is_admitted(study: Study, make_judgement: Make) -> None:
    origin = study.origin
    late = make_judgement("late", "now", 0.9, scenario="war", known=origin + dt.timedelta(1))
    same_day = make_judgement("same_day", "now", 0.2, scenario="war", known=origin)
    longer = replace(study, judgements=(*study.judgements, late, same_day))
    assert [j.id for j in admitted(longer)] == [j.id for j in (*study.judgements, same_day)]


def test_effects_are_where_they_are_stated(study: Study) -> None:
    elicited = elicit(study)
    places = map(tuple, elicited.signed.tolist())
    stated = dict(zip(places, elicited.signed_scale.tolist(), strict=True))
    # Features: army, talks, oil, both; scenarios: war, calm, other.
    assert stated == {(0, 0): 2.5, (1, 0): -1.0, (3, 0): 1.0}
    assert elicited.free.tolist() == [[0, 1]]
    assert elicited.free_scale.tolist() == [0.75]


def test_arabic_wording_widens_an_english_word(make_study: Make, make_judgement: Make) -> None:
    plain = make_judgement("plain", "now", "unlikely", scenario="war")
    arabic = replace(plain, id="arabic", wording={"ar": "غير مرجح", "en": "unlikely"})
    readings = elicit(make_study((plain, arabic))).readings
    assert readings[0] is not None
    assert readings[1] is not None
    assert readings[1].spread == pytest.approx(1.5 * readings[0].spread)


def test_a_number_is_read_nearly_as_it_stands(make_study: Make, make_judgement: Make) -> None:
    (reading,) = elicit(make_study((make_judgement("n", "now", 0.3, scenario="war"),))).readings
    assert reading is not None
    assert reading.quantile(0.5) == pytest.approx(0.3)
    assert reading.spread == 0.1


def test_a_judgement_may_name_its_scale(make_study: Make, make_judgement: Make) -> None:
    judgement = make_judgement("n", "now", "likely", scenario="war", scale="icd203")
    (reading,) = elicit(make_study((judgement,))).readings
    assert reading is not None
    assert reading.quantile(0.95) == pytest.approx(0.8)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"says": "likley"}, "nearest: likely"),
        ({"says": "مرجوح"}, "nearest: مرجح"),
        ({"scale": "phio"}, "no such verbal scale"),
        ({"about": "ever"}, "needs `within`"),
        ({"about": "at", "within": 0.0}, "needs `within`"),
        ({"scenario": "peace"}, "war, calm, other"),
        ({"says": "most likely"}, "needs rivals"),
        ({"about": "reaches", "within": 6.0}, "needs `driver` and `level`"),
        ({"about": "reaches", "within": 6.0, "driver": "army", "level": 0}, "has reached it"),
    ],
)
def test_what_cannot_be_used_is_named(
    make_study: Make, make_judgement: Make, changes: dict[str, Any], message: str
) -> None:
    given = {"about": "now", "says": "likely", "scenario": "war", **changes}
    judgement: Judgement = make_judgement("wrong", given.pop("about"), given.pop("says"), **given)
    with pytest.raises(InvalidStudy) as caught:
        elicit(make_study((judgement,)))
    assert message in str(caught.value)


def test_all_that_is_wrong_is_named_at_once(make_study: Make, make_judgement: Make) -> None:
    wrong = tuple(make_judgement(f"j{i}", "now", "lkely", scenario="war") for i in range(3))
    study = replace(make_study(wrong), base_rates=BaseRates("nowhere", "x", {}, 10.0))
    with pytest.raises(InvalidStudy) as caught:
        elicit(study)
    assert len(caught.value.problems) == 4


@pytest.mark.parametrize(
    ("rates", "message"),
    [
        (("external_suport", "x", {}, 10.0), "did you mean 'external_support'"),
        (("external_support", "x", {}, 10.0), "any_supporter_rebel_recipients_1975_2017"),
        (("external_support", "", {"none": ("peace",)}, 10.0), "must exist, and once only"),
        (("external_support", "", {"loud": ("war",)}, 10.0), "none, indirect, overt"),
        (("external_support", "", {"none": ("war",), "overt": ("war",)}, 10.0), "once only"),
        (("external_support", "", {"none": ("war",)}, 0.0), "must be above 0"),
    ],
)
def test_base_rates_that_cannot_be_used(
    make_study: Make, rates: tuple[Any, ...], message: str
) -> None:
    with pytest.raises(InvalidStudy) as caught:
        elicit(replace(make_study(), base_rates=BaseRates(*rates)))
    assert message in str(caught.value)


def test_a_study_without_judgements_or_base_rates(make_study: Make) -> None:
    elicited = elicit(make_study((), base_rates=False))
    assert elicited.outcomes == 0
    assert elicited.sources == ()
