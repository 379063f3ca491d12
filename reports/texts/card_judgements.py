"""The card's sections on what is believed, and why: judgements, sources, assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from tarjih.priors.assumptions import Assumptions, Grade, assumptions_of
from tarjih.priors.scales import fold, load_scale
from tarjih.reports.texts.card_words import Entry, keep, named
from tarjih.reports.texts.citations import cites_line
from tarjih.reports.texts.effects import levels_text
from tarjih.reports.words.dates import months_text, short_date_text
from tarjih.reports.words.numbers import figures, interval_text, isolated, percent_text
from tarjih.reports.words.strings import list_text, quoted, say
from tarjih.scenarios.records import (
    Between,
    Judgement,
    OddsRatio,
    Quantiles,
    Study,
    translate,
)

__all__ = [
    "about_text",
    "assumption_entries",
    "judgement_entries",
    "said_text",
    "source_entries",
    "wording_text",
]


def judgement_entries(study: Study, lang: str) -> list[Entry]:
    """Say what was judged, by whom, and whether it enters the fit."""
    sources = {source.id: translate(source.label, lang) for source in study.sources}
    analysts = {one.id: translate(one.label, lang) for one in study.analysts}
    entries = []
    for one in study.judgements:
        head = say(
            "card.said",
            lang,
            about=about_text(study, one, lang),
            wording=wording_text(study, one, lang),
        )
        rivals = [quoted(translate(study.scenario(id).short, lang), lang) for id in one.over]
        held = one.levels if one.about != "if_held" else {}
        note = translate(one.note, lang)
        entries.append(
            Entry(
                head,
                keep(
                    say(
                        "card.by",
                        lang,
                        source=sources[one.source],
                        date=short_date_text(one.known, lang),
                    ),
                    say("card.opinion_of", lang, analyst=analysts[one.by]) if one.by else "",
                    say("card.over", lang, scenarios=list_text(rivals, lang)) if rivals else "",
                    say("card.held", lang, levels=levels_text(study, held, lang)) if held else "",
                    say("card.fitted" if one.known <= study.origin else "card.checked", lang),
                    say("card.note", lang, note=note) if note else "",
                    say("card.retrospective", lang) if one.retrospective else "",
                    cites_line(study, one.cites, lang),
                ),
            )
        )
    return entries


def about_text(study: Study, one: Judgement, lang: str = "en") -> str:
    """Say what a judgement speaks of."""
    values: dict[str, str] = {}
    if one.scenario is not None:
        label = translate(study.scenario(one.scenario).label, lang)
        values["scenario"] = quoted(label, lang)
    if one.driver is not None and one.level is not None:
        driver = study.driver(one.driver)
        values["driver"] = translate(driver.label, lang)
        values["level"] = quoted(translate(driver.levels[one.level].label, lang), lang)
    if one.within is not None:
        values["months"] = months_text(one.within, lang)
    values["levels"] = levels_text(study, one.levels, lang)
    if isinstance(one.says, OddsRatio):
        values["against"] = levels_text(study, one.against, lang)
        return say("card.about.odds_ratio" if one.against else "card.about.odds", lang, **values)
    if one.about == "if_held" and not one.levels:
        return say("card.about.if_nothing_held", lang, **values)
    return say(f"card.about.{one.about}", lang, **values)


def wording_text(study: Study, one: Judgement, lang: str = "en") -> str:
    """Say what a judgement says, a word of a scale in the language of the text.

    The report's own wording comes first, where it is known in that language.
    """
    if isinstance(one.says, str) and lang not in one.wording:
        scale = load_scale(study.scale_of(one))
        position = scale.words.get(fold(one.says))
        if position is not None:
            # tables spell Arabic bare, as people type it; a text is written out
            word = scale.terms[position].spellings[lang][0].replace(" جدا", " جدًا")
            return quoted(word, lang)
    return said_text(one, lang)


def said_text(one: Judgement, lang: str = "en") -> str:
    """Say what a judgement says of it, in the report's own wording if there is one."""
    wording = translate(one.wording, lang)
    if wording:
        return quoted(wording, lang)
    says = one.says
    if isinstance(says, str):
        return quoted(says, lang)
    if isinstance(says, Between):
        return say(
            "card.says.between",
            lang,
            range=interval_text(says.low, says.high, lang),
            mass=percent_text(says.mass, lang),
        )
    if isinstance(says, Quantiles):
        quantiles = [
            say(
                "card.says.quantile",
                lang,
                level=percent_text(level, lang),
                value=percent_text(value, lang),
            )
            for level, value in says.pairs
        ]
        return list_text(quantiles, lang)
    if isinstance(says, OddsRatio):
        return say("card.says.odds_ratio", lang, ratio=figures(f"{says.ratio:g}", lang))
    return percent_text(says, lang)


def source_entries(study: Study, lang: str) -> list[Entry]:
    """Name the tellers, with their letters, and say whether trust in them is learned."""
    learned = study.assumptions.get("trust") == "learned"
    entries = [Entry(say("card.trust_learned", lang))] if learned and study.sources else []
    for one in study.sources:
        note = translate(one.note, lang)
        head = say(
            "card.source",
            lang,
            letter=isolated(one.letter, lang),
            label=named(one.label, one.id, lang),
        )
        cites = cites_line(study, one.cites, lang)
        entries.append(Entry(head, keep(note, isolated(one.url, lang) if one.url else "", cites)))
    return entries


def assumption_entries(study: Study, lang: str) -> list[Entry]:
    """Name whatever the project assumes, and mark the study's own."""
    assumed = assumptions_of(study)
    entries = []
    for field in fields(Assumptions):
        value = getattr(assumed, field.name)
        own = study.assumptions.get(field.name)
        if isinstance(value, Mapping):
            text = ", ".join(f"{key} {_value(entry)}" for key, entry in value.items())
        else:
            text = _value(value)
        key = "card.default" if own is None else "card.own"
        entries.append(
            Entry(say(key, lang, name=isolated(field.name, lang), value=figures(text, lang)))
        )
    return [*entries, *_base_rates(study, lang)]


def _value(value: Any) -> str:
    if isinstance(value, Grade):
        return f"{value.mean:g}"
    if isinstance(value, tuple):
        return "\N{EN DASH}".join(f"{end:.3g}" for end in value)
    if isinstance(value, str):
        return value
    return f"{value:g}"


def _base_rates(study: Study, lang: str) -> list[Entry]:
    rates = study.base_rates
    if rates is None:
        return []
    lines = [
        say(
            "card.rate",
            lang,
            level=figures(level, lang),
            scenarios=list_text(
                [quoted(translate(study.scenario(id).short, lang), lang) for id in ids], lang
            ),
        )
        for level, ids in rates.levels.items()
    ]
    head = say(
        "card.rates",
        lang,
        table=isolated(rates.table, lang),
        rows=figures(rates.rows, lang),
        n=f"{rates.effective_n:g}",
    )
    return [Entry(head, tuple(lines))]
