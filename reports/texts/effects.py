"""Effects of drivers on scenarios, in the words of the study.

The study states an effect for a driver at its last level relative to its first. A step down
from the reference therefore acts the other way round: what "raises" there lowers here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from tarjih.reports.texts.viewpoints import disagreement_sentences
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.numbers import figures, paragraph, percent_texts, whole_percents
from tarjih.reports.words.strings import list_text, quoted, say
from tarjih.scenarios.records import Conjunction, Driver, Study, translate

if TYPE_CHECKING:
    from tarjih.models.record import Forecast, Intervention

__all__ = [
    "EFFECT_ORDER",
    "assumption_sentences",
    "effects_text",
    "level_text",
    "levels_text",
    "reason_sentences",
]

EFFECT_ORDER = ("strongly raises", "raises", "unclear", "lowers", "strongly lowers")
_MIRRORED = {
    "strongly raises": "strongly lowers",
    "raises": "lowers",
    "lowers": "raises",
    "strongly lowers": "strongly raises",
}


def effects_text(effects: Mapping[str, str], study: Study, lang: str = "en") -> str:
    """Say effects on scenarios, the strongest raising ones first; empty if there are none.

    Parameters
    ----------
    effects : mapping of scenario id to effect word
    """
    groups = []
    for word in EFFECT_ORDER:
        names = [
            quoted(translate(scenario.short, lang), lang)
            for scenario in study.scenarios
            if effects.get(scenario.id) == word
        ]
        if names:
            joined = say("list.comma", lang).join(names)
            effect = say(f"effect.{word}", lang)
            groups.append(say("effects.group", lang, effect=effect, scenarios=joined))
    return say("effects.and", lang).join(groups)


def level_text(driver: Driver, level: int, lang: str = "en") -> str:
    """Name a driver at a level."""
    return say(
        "level",
        lang,
        driver=translate(driver.label, lang),
        level=translate(driver.levels[level].label, lang),
    )


def levels_text(study: Study, levels: Mapping[str, int], lang: str = "en") -> str:
    """Name several drivers at their levels."""
    return list_text([level_text(study.driver(id), n, lang) for id, n in levels.items()], lang)


def assumption_sentences(forecast: Forecast, without: Forecast, lang: str = "en") -> list[str]:
    """Say what holding drivers changes at the horizon, and by which stated effects.

    Parameters
    ----------
    forecast : Forecast
        With interventions.
    without : Forecast
        The same request, draws and seed without them: the difference is theirs alone.
    """
    if not forecast.interventions:
        return []
    shift = paragraph(_shift(forecast, without, lang), lang)
    return [shift, *reason_sentences(forecast.study, forecast.interventions, lang)]


def reason_sentences(study: Study, held: Sequence[Intervention], lang: str = "en") -> list[str]:
    """Say by which stated effects the drivers held act, one by one and together."""
    others = {one.driver for one in held}
    sentences = [sentence for one in held for sentence in _why(study, one, others, lang)]
    sentences += _conjunctions(study, held, lang)
    return [paragraph(sentence, lang) for sentence in sentences]


def _shift(forecast: Forecast, without: Forecast, lang: str) -> str:
    study = forecast.study
    held = {one.driver: one.level for one in forecast.interventions}
    levels = levels_text(study, held, lang)
    before, after = list(without.at_horizon), list(forecast.at_horizon)
    k = max(range(len(after)), key=lambda i: abs(after[i] - before[i]))
    if whole_percents(before)[k] == whole_percents(after)[k]:
        return say("assumed.nothing", lang, levels=levels)
    return say(
        "assumed.shift",
        lang,
        levels=levels,
        scenario=quoted(translate(study.scenarios[k].label, lang), lang),
        date=date_text(forecast.horizon, lang),
        before=percent_texts(before, lang)[k],
        after=percent_texts(after, lang)[k],
    )


def _why(study: Study, held: Intervention, others: Collection[str], lang: str) -> list[str]:
    driver = study.driver(held.driver)
    name = translate(driver.label, lang)
    level, reference = (
        quoted(translate(driver.levels[n].label, lang), lang)
        for n in (held.level, driver.reference)
    )
    sentences = []
    if held.level == driver.reference:
        sentences.append(say("assumed.same", lang, driver=name, level=level))
    else:
        stated = _stated(study, driver.id, mirrored=held.level < driver.reference)
        effects = effects_text(stated, study, lang) or say("assumed.no_effect", lang)
        fields = {"driver": name, "reference": reference, "level": level, "effects": effects}
        sentences.append(say("assumed.why", lang, **fields))
        sentences += disagreement_sentences(study, lang, cause=driver.id)
    for link in study.links:
        if link.parent != driver.id or link.child in others:
            continue
        rise, fall = link.rise[held.level], link.fall[held.level]
        if (rise, fall) != (1, 1):
            fields = {
                "driver": name,
                "child": translate(study.driver(link.child).label, lang),
                "rise": figures(f"{rise:g}", lang),
                "fall": figures(f"{fall:g}", lang),
            }
            sentences.append(say("assumed.link", lang, **fields))
    return sentences


def _stated(study: Study, driver: str, *, mirrored: bool) -> dict[str, str]:
    words = {one.id: one.effects[driver] for one in study.scenarios if driver in one.effects}
    return {id: _MIRRORED.get(word, word) if mirrored else word for id, word in words.items()}


def _conjunctions(study: Study, held: Sequence[Intervention], lang: str) -> Iterable[str]:
    """Say which conjunctions the held levels complete, and what is missing from others."""
    levels = {one.driver: one.level for one in held}
    for conjunction in study.conjunctions:
        ours = {id for id, level in conjunction.requires.items() if levels.get(id, -1) >= level}
        missing = {id: n for id, n in conjunction.requires.items() if id not in ours}
        effects = effects_text(_joint(study, conjunction), study, lang)
        if not ours or not effects:
            continue
        name = quoted(translate(conjunction.label, lang), lang)
        if missing:
            others = levels_text(study, missing, lang)
            yield say("assumed.missing", lang, conjunction=name, others=others, effects=effects)
        else:
            fields = {"conjunction": name, "effects": effects}
            yield say("assumed.together", lang, n=len(conjunction.requires), **fields)


def _joint(study: Study, conjunction: Conjunction) -> dict[str, str]:
    return {
        one.id: one.conjunction_effects[conjunction.id]
        for one in study.scenarios
        if conjunction.id in one.conjunction_effects
    }
