"""What a judgement may say beyond a word or a number, and the scale of its word."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tarjih.errors import InvalidStudy
from tarjih.scenarios.loader import study_from_data
from tarjih.scenarios.records import Between, OddsRatio, Quantiles, Says, Study
from tarjih.scenarios.resolved_form import resolved

LoadText = Callable[[str], Study]
IF_HELD = """
  added:
    source: {source}
    known: 2020-01-01
    about: if_held
    scenario: {scenario}
    levels: {{{driver}: {level}}}
    says: {says}
"""


def _with(study: Study, template: str, says: str, extra: str = "") -> str:
    driver = study.drivers[0]
    added = IF_HELD.format(
        source=study.sources[0].id,
        scenario=study.scenarios[0].id,
        driver=driver.id,
        level=driver.levels[-1].id,
        says=says,
    )
    return template.replace("judgements:\n", "judgements:" + added + extra, 1)


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ("{low: 0.1, high: 0.3}", Between(0.1, 0.3, 0.9)),
        ("{low: .1, high: .3, mass: .5}", Between(0.1, 0.3, 0.5)),
        (
            "{quantiles: {0.95: 0.6, 0.05: 0.1, .5: 0.3}}",
            Quantiles(((0.05, 0.1), (0.5, 0.3), (0.95, 0.6))),
        ),
        ("{odds_ratio: 3}", OddsRatio(3.0, None)),
        ("{odds_ratio: 0.2, spread: 1.5}", OddsRatio(0.2, 1.5)),
    ],
)
def test_forms(load_text: LoadText, template: str, says: str, expected: Says) -> None:
    plain = load_text(template)
    study = load_text(_with(plain, template, says))
    judgement = next(one for one in study.judgements if one.id == "added")
    assert judgement.says == expected
    assert study_from_data(resolved(study)) == study
    assert study.digest("draws") != plain.digest("draws")


@pytest.mark.parametrize(
    ("says", "words"),
    [
        ("{low: 0.1}", "not one of the forms"),
        ("{low: 0.3, high: 0.1}", "probabilities must rise"),
        ("{low: 0.1, high: 0.3, odds_ratio: 2}", "not one of the forms"),
        ("{mass: 0.9}", "not one of the forms"),
        ("{low: 0, high: 0.3}", "number out of range"),
        ("{quantiles: {0.05: 0.3, 0.95: 0.1}}", "probabilities must rise"),
        ("{quantiles: {0.5: 0.3}}", "wrong number of entries"),
        ("{quantiles: {5: 0.3, 95: 0.5}}", "unknown key"),
        ("{quantiles: {low: 0.3, 0.9: 0.5}}", "unknown key"),
        ("{odds_ratio: 0}", "number out of range"),
        ("{odds_ratio: 2, spread: 1}", "number out of range"),
        ("{about: 3}", "unknown key in says"),
    ],
)
def test_what_no_form_allows(load_text: LoadText, template: str, says: str, words: str) -> None:
    with pytest.raises(InvalidStudy, match=words):
        load_text(_with(load_text(template), template, says))


def test_only_an_odds_ratio_has_another_setting(load_text: LoadText, template: str) -> None:
    study = load_text(template)
    driver = study.drivers[0]
    against = f"    against: {{{driver.id}: {driver.levels[1].id}}}\n"
    compared = load_text(_with(study, template, "{odds_ratio: 3}", against))
    judgement = next(one for one in compared.judgements if one.id == "added")
    assert judgement.against == {driver.id: 1}
    assert study_from_data(resolved(compared)) == compared
    with pytest.raises(InvalidStudy, match="'against' goes only with an odds ratio"):
        load_text(_with(study, template, "likely", against))
    written = _with(study, template, "{odds_ratio: 3}").replace(
        "    about: if_held\n", "    about: now\n", 1
    )
    with pytest.raises(InvalidStudy, match="an odds ratio is about 'if_held'"):
        load_text(written)


def test_the_most_specific_scale_wins(load_text: LoadText, template: str) -> None:
    plain = load_text(template)
    judgement = plain.judgements[0]
    head = f"sources:\n  {judgement.source}:\n"
    assert head in template or plain.source(judgement.source) is not None
    assert plain.scale_of(judgement) == "survey"
    text = template.replace(
        f"  {judgement.source}:\n", f"  {judgement.source}:\n    scale: kent\n", 1
    )
    of_source = load_text(text)
    assert of_source.scale_of(of_source.judgements[0]) == "kent"
    assert of_source.digest("draws") != plain.digest("draws")
    assert study_from_data(resolved(of_source)) == of_source
    text = text.replace(f"  {judgement.id}:\n", f"  {judgement.id}:\n    scale: nato\n", 1)
    of_judgement = load_text(text)
    assert of_judgement.scale_of(of_judgement.judgements[0]) == "nato"
