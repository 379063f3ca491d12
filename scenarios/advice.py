"""What an analyst should know of a study that is not wrong.

A study may be valid and yet hold parts that do nothing: a driver without effect, a scenario
that no evidence could favour. Each piece of advice names the entry; the words for people are
in ``reports``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from tarjih.scenarios.languages import missing_texts
from tarjih.scenarios.records import Scenario, Study, Weights

__all__ = ["Advice", "AdviceKind", "study_advice"]

AdviceKind = Literal[
    "scenario_without_effects",
    "scenario_without_signs",
    "scenario_without_judgements",
    "driver_without_effects",
    "judgement_unused",
    "source_unused",
    "analyst_silent",
    "no_items",
    "no_items_after_origin",
    "items_before_origin",
    "trust_spread_unused",
    "texts_without_en",
    "texts_without_ar",
]

_NAMED = 3


@dataclass(frozen=True, slots=True)
class Advice:
    """One thing worth knowing.

    Attributes
    ----------
    kind : AdviceKind
    where : str
        ``file:line:column`` of the entry, or its dotted path.
    id : str
        Of the entry.
    """

    kind: AdviceKind
    where: str
    id: str


def study_advice(study: Study) -> tuple[Advice, ...]:
    """Return what an analyst should know, in the order of the study's sections."""
    return tuple(
        Advice(kind, study.where(f"{section}.{id}" if id else section), id)
        for kind, section, id in _found(study)
    )


def _found(study: Study) -> Iterator[tuple[AdviceKind, str, str]]:
    yield from _scenarios(study)
    yield from _drivers(study)
    used = {teller for item in study.items for teller in item.sources}
    used |= {teller for item in study.items for pair in item.relays.items() for teller in pair}
    for judgement in study.judgements:
        used.add(judgement.source)
        if judgement.known > study.origin:
            yield "judgement_unused", "judgements", judgement.id
    for source in study.sources:
        if source.id not in used:
            yield "source_unused", "sources", source.id
    for analyst in study.analysts:
        if not _speaks(study, analyst.id):
            yield "analyst_silent", "analysts", analyst.id
    if not study.items:
        yield "no_items", "study", ""
    elif all(min(item.end, item.known) <= study.origin for item in study.items):
        yield "no_items_after_origin", "items", ""
    elif early := [item.id for item in study.items if min(item.end, item.known) <= study.origin]:
        yield "items_before_origin", "items", _some(early)
    if "trust_spread" in study.assumptions and study.assumptions.get("trust") != "learned":
        yield "trust_spread_unused", "assumptions", "trust_spread"
    yield from _untranslated(study)


def _untranslated(study: Study) -> Iterator[tuple[AdviceKind, str, str]]:
    kinds: dict[str, AdviceKind] = {"en": "texts_without_en", "ar": "texts_without_ar"}
    for lang, entries in missing_texts(study).items():
        if entries:
            yield kinds[lang], entries[0][0], _some([id or section for section, id in entries])


def _some(ids: Sequence[str]) -> str:
    """Name the first few, and say how many there are."""
    more = f", … ({len(ids)})" if len(ids) > _NAMED else ""
    return ", ".join(ids[:_NAMED]) + more


def _speaks(study: Study, analyst: str) -> bool:
    return any(one.by == analyst for one in study.judgements) or any(
        analyst in one.effects_by or analyst in one.conjunction_effects_by
        for one in study.scenarios
    )


def _effects(scenario: Scenario) -> set[str]:
    """Return the drivers that anyone has act on a scenario."""
    own = (id for effects in scenario.effects_by.values() for id in effects)
    return {*scenario.effects, *own}


def _scenarios(study: Study) -> Iterator[tuple[AdviceKind, str, str]]:
    judged = {one.scenario for one in study.judgements if one.known <= study.origin}
    judged |= {rival for one in study.judgements if one.known <= study.origin for rival in one.over}
    weighed = {
        id
        for item in study.items
        if isinstance(item.bears_on, Weights)
        for id, word in item.bears_on.words.items()
        if word.endswith("for")
    }
    for scenario in study.scenarios:
        id = scenario.id
        if id == "other":  # stands for what nobody thought of: nothing is said of it
            continue
        own = scenario.conjunction_effects_by
        if not (_effects(scenario) or scenario.conjunction_effects or own):
            yield "scenario_without_effects", "scenarios", id
        signs = any(
            sign.monthly[id] * len(sign.monthly) > sum(sign.monthly.values()) * (1 + 1e-9)
            for sign in study.indicators
        )
        if not signs and id not in weighed:
            yield "scenario_without_signs", "scenarios", id
        if id not in judged:
            yield "scenario_without_judgements", "scenarios", id


def _drivers(study: Study) -> Iterator[tuple[AdviceKind, str, str]]:
    acting = {id for scenario in study.scenarios for id in _effects(scenario)}
    acting |= {id for conjunction in study.conjunctions for id in conjunction.requires}
    while more := {one.parent for one in study.links if one.child in acting} - acting:
        acting |= more
    for driver in study.drivers:
        if driver.id not in acting:
            yield "driver_without_effects", "drivers", driver.id
