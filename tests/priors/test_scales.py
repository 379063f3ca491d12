from __future__ import annotations

import csv
from itertools import chain

import pytest

from tarjih.errors import InvalidRequest
from tarjih.priors.scales import fold, is_arabic, load_scale, scale_names, statement_of
from tarjih.priors.table_files import table

# CAPphrase survey (Kucharski 2026), doi:10.5281/zenodo.18750055, CC BY 4.0, percent; typed in
# here a second time, so that a slip in the shipped table is caught.
SURVEY = """term,q05,q25,median,q75,q95
will happen,90,99,100,100,100
almost certain,88,90,95,98,99
highly likely,75,80,90,90,95
very good chance,65,75,80,85,90
probable,51,65,75,80,90
likely,60,67,75,80,90
realistic possibility,20,40,60,75,85
better than even,51,55,60,60,70
about even,49,50,50,50,51
might happen,10,25,40,50,66
may happen,10,30,40,51,70
could happen,10,25,40,50,70
unlikely,5,10,20,25,40
little chance,2,5,10,15,25
improbable,1,5,10,20,33
chances are slight,3,5,10,15,30
remote chance,1,3,5,10,20
highly unlikely,1,5,5,10,20
almost no chance,1,1,2,5,10
"""
ROWS = list(csv.DictReader(SURVEY.splitlines()))


def test_survey_table_is_the_survey() -> None:
    terms = table("survey")["terms"]
    assert {row["term"]: [int(v) for v in list(row.values())[1:]] for row in ROWS} == {
        id: row["percent"] for id, row in terms.items()
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["term"])
def test_reading_follows_the_survey(row: dict[str, str]) -> None:
    reading = load_scale("survey").read(row["term"])
    assert 100 * reading.quantile(0.5) == pytest.approx(float(row["median"]), abs=2)
    assert 100 * reading.quantile(0.05) == pytest.approx(float(row["q05"]), abs=5)
    assert 100 * reading.quantile(0.95) == pytest.approx(float(row["q95"]), abs=5)


def test_degenerate_words_keep_a_finite_spread() -> None:
    survey = load_scale("survey")
    assert survey.read("about even").spread == pytest.approx(0.1)
    assert 0.5 < survey.read("will happen").spread < 4


@pytest.mark.parametrize(
    ("written", "term"),
    [
        ("مستبعد", "improbable"),
        ("مُسْتَبْعَد", "improbable"),
        ("مستبعدة", "improbable"),
        ("مستبعدًا", "improbable"),
        ("مســـتبعد", "improbable"),
        ("من المستبعد", "improbable"),
        ("غير مرجح", "unlikely"),
        ("غير مرجّحة", "unlikely"),
        ("بعيدة الاحتمال", "remote chance"),
        ("من المرجّح", "likely"),
        ("مرجح", "likely"),
        ("شبه مؤكّد", "almost certain"),
        ("شبه موكد", "almost certain"),
        ("من المرجح جداً", "highly likely"),
        ("أغلب الظن", "probable"),
        ("اغلب الظن", "probable"),
        ("Highly  Likely", "highly likely"),
    ],
)
def test_spellings_of_one_word(written: str, term: str) -> None:
    assert load_scale("survey").read(written).term == term


def test_arabic_is_read_half_as_wide_again() -> None:
    survey = load_scale("survey")
    english, arabic = survey.read("improbable"), survey.read("مستبعد")
    assert arabic.spread == pytest.approx(1.5 * english.spread)
    assert arabic.quantile(0.5) == pytest.approx(english.quantile(0.5))
    assert survey.read("improbable", arabic=True) == arabic
    assert survey.read("مستبعد", arabic_spread=2.0).spread == pytest.approx(2 * english.spread)


@pytest.mark.parametrize(
    ("word", "near"),
    [("improbabel", "improbable"), ("highly likley", "highly likely"), ("مستبعاد", "مستبعد")],
)
def test_an_unknown_word_names_its_nearest_in_its_own_language(word: str, near: str) -> None:
    with pytest.raises(InvalidRequest) as caught:
        load_scale("survey").read(word, where="demo.yaml:7:11")
    (problem,) = caught.value.problems
    assert problem.where == "demo.yaml:7:11"
    assert problem.got == word
    assert problem.mend is not None
    suggestions = problem.mend.removeprefix("nearest: ").split(", ")
    assert near in suggestions
    assert len(suggestions) == 3
    assert {is_arabic(suggestion) for suggestion in suggestions} == {is_arabic(word)}


@pytest.mark.parametrize("name", scale_names())
def test_no_spelling_belongs_to_two_words(name: str) -> None:
    scale = load_scale(name)
    owners: dict[str, set[str]] = {}
    for term in scale.terms:
        for spelling in chain.from_iterable(term.spellings.values()):
            owners.setdefault(fold(spelling), set()).add(term.id)
    assert [owner for owner in owners.values() if len(owner) > 1] == []
    assert [spelling for spelling in owners if statement_of(spelling) is not None] == []
    assert all(is_arabic(spelling) for term in scale.terms for spelling in term.spellings["ar"])


@pytest.mark.parametrize("name", scale_names())
def test_every_scale_says_where_it_comes_from(name: str) -> None:
    scale = load_scale(name)
    assert len(scale.citation) > 20
    assert table(name)["why"]
    assert "project wording" in table(name)["arabic"]
    assert all({"en", "ar"} <= set(term.spellings) for term in scale.terms)


def test_an_unknown_scale_names_those_there_are() -> None:
    with pytest.raises(InvalidRequest, match="no such verbal scale") as caught:
        load_scale("survy")
    assert caught.value.problems[0].allowed == ", ".join(scale_names())
    assert caught.value.problems[0].mend == "did you mean 'survey'?"


@pytest.mark.parametrize("name", ["weights", "grades", "../tables/survey", ""])
def test_other_tables_are_no_scales(name: str) -> None:
    with pytest.raises(InvalidRequest, match="no such verbal scale"):
        load_scale(name)


def test_icd203_bands_follow_the_directive() -> None:
    bands = [(term.low, term.high) for term in load_scale("icd203").terms]
    assert bands == [
        (0.01, 0.05), (0.05, 0.20), (0.20, 0.45), (0.45, 0.55), (0.55, 0.80), (0.80, 0.95),
        (0.95, 0.99),
    ]  # fmt: skip


def test_a_band_is_read_as_its_central_90_percent() -> None:
    reading = load_scale("icd203").read("likely")
    assert reading.quantile(0.05) == pytest.approx(0.55)
    assert reading.quantile(0.95) == pytest.approx(0.80)


@pytest.mark.parametrize(
    ("probability", "word"),
    [
        (0.0, "almost no chance"), (0.0499, "almost no chance"), (0.05, "very unlikely"),
        (0.20, "unlikely"), (0.45, "roughly even chance"), (0.55, "likely"), (0.80, "very likely"),
        (0.95, "almost certain"), (1.0, "almost certain"),
    ],
)  # fmt: skip
def test_writing_a_probability(probability: float, word: str) -> None:
    assert load_scale("icd203").write(probability).id == word


def test_an_interval_is_written_by_its_ends() -> None:
    scale = load_scale("icd203")
    assert [term.id for term in scale.write_range(0.06, 0.19)] == ["very unlikely"]
    assert [term.id for term in scale.write_range(0.1, 0.6)] == ["very unlikely", "likely"]


def test_a_survey_does_not_write() -> None:
    with pytest.raises(InvalidRequest, match="for reading words only"):
        load_scale("survey").write(0.3)


@pytest.mark.parametrize("probability", [-0.1, 1.1, float("nan")])
def test_only_probabilities_are_written(probability: float) -> None:
    with pytest.raises(InvalidRequest, match="not a probability"):
        load_scale("icd203").write(probability)


@pytest.mark.parametrize(
    ("word", "statement"),
    [
        ("most likely", "most likely"), ("الأكثر ترجيحًا", "most likely"),
        ("الاكثر واقعية", "most likely"), ("possible", "possible"), ("يظل محتملًا", "possible"),
        ("improbable", None),
    ],
)  # fmt: skip
def test_ranks_and_denials(word: str, statement: str | None) -> None:
    assert statement_of(word) == statement


def test_percent_with_its_sign_is_told_how_to_be_written() -> None:
    with pytest.raises(InvalidRequest, match=r"write 0\.6$"):
        load_scale("survey").read("60 %")
