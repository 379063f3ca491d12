"""Citations in Arabic: the names a study gives, dates as elsewhere, and nothing lost."""

import re

import pytest

from tarjih.reports.texts.card_judgements import wording_text
from tarjih.reports.texts.citations import cites_line, cites_text
from tarjih.reports.words.locales import locale_of
from tarjih.reports.words.numbers import LRM
from tarjih.scenarios import load
from tarjih.scenarios.records import Study


@pytest.fixture(scope="module")
def study() -> Study:
    return load("syria_russia")


@pytest.mark.parametrize(
    ("english", "arabic"),
    [
        ("al-Estiklal, on or just after 28 January 2026",
         "الاستقلال، في أو بُعيد 28 كانون الثاني/يناير 2026"),
        ("Yaman al-Dalati, Noon Post, 1 August 2025; al-Estiklal",
         "نون بوست، 1 آب/أغسطس 2025؛ الاستقلال"),
        ("Syrian Dialogue Center, Policy Analysis Unit, 6 August 2025 (second scenario and "
         "conclusion), citing Reuters and Al Jazeera",
         "مركز الحوار السوري، وحدة تحليل السياسات، 6 آب/أغسطس 2025 (السيناريو الثاني والخاتمة)، "
         "استنادًا إلى رويترز والجزيرة"),
        ("the project", "مشروع ترجيح"),
        ("holding times are the project's", "المدد من تقدير المشروع"),
        ("al-Estiklal, relaying Putin", f"الاستقلال، نقلًا عن {LRM}Putin{LRM}"),
        ("Reutersburg, 31 February 2025", f"{LRM}Reutersburg{LRM}، {LRM}31 February 2025{LRM}"),
    ],
)  # fmt: skip
def test_what_the_study_names_is_named_in_arabic(study: Study, english: str, arabic: str) -> None:
    assert cites_text(study, english, "ar") == arabic
    assert cites_text(study, english) == english


def test_no_citation_of_the_study_loses_a_word_or_a_year(study: Study) -> None:
    cited = [one.cites for one in study.scenarios] + [one.cites for one in study.drivers]
    cited += [one.cites for one in study.judgements] + [one.cites for one in study.items]
    cited += [one.cites for one in study.sources] + [one.cites for one in study.questions]
    for cites in cited:
        text = cites_text(study, cites, "ar")
        assert sorted(re.findall(r"\d{4}", text)) == sorted(re.findall(r"\d{4}", cites))
        # all that is left of the original stands between marks
        assert not re.search("[A-Za-z]", re.sub(f"{LRM}[^{LRM}]*{LRM}", "", text)), text
        assert not re.search("[\ue000-\uf8ff]", text)


def test_years_are_in_the_digits_asked_for(study: Study) -> None:
    text = cites_text(study, "Noon Post, 1 August 2025 (2019)", locale_of("ar", "arabic"))
    assert text == "نون بوست، ١ آب/أغسطس ٢٠٢٥ (٢٠١٩)"


def test_no_citation_no_line(study: Study) -> None:
    assert cites_line(study, "", "ar") == ""
    assert cites_line(study, "the project", "ar").endswith("مشروع ترجيح")


def test_words_of_a_scale_are_arabic(study: Study) -> None:
    for one in study.judgements:
        if isinstance(one.says, str):
            assert not re.search("[A-Za-z]", wording_text(study, one, "ar")), one.id
