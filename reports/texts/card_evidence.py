"""The card's sections on what can be seen, and what was: indicators, items, questions."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tarjih.reports.texts.answers import answer_text
from tarjih.reports.texts.card_words import Entry, keep, named
from tarjih.reports.texts.citations import cites_line, cites_text
from tarjih.reports.texts.effects import level_text
from tarjih.reports.words.dates import date_text, short_date_text, span_text
from tarjih.reports.words.numbers import decimal_text, isolated, percent_text
from tarjih.reports.words.strings import list_text, quoted, say
from tarjih.scenarios.records import (
    Checked,
    Item,
    LevelSeen,
    Question,
    Seen,
    Study,
    WhichLevel,
    translate,
)

if TYPE_CHECKING:
    from tarjih.evidence.weighing.likelihood import Entry as Weighed

__all__ = [
    "bearing_text",
    "counted_text",
    "indicator_entries",
    "item_entries",
    "question_entries",
    "told_text",
]

_WEIGHT_ORDER = (
    "strongly for",
    "for",
    "slightly for",
    "slightly against",
    "against",
    "strongly against",
)


def indicator_entries(study: Study, lang: str) -> list[Entry]:
    """Say how likely each indicator is to be seen in a month, scenario by scenario."""
    entries = []
    for one in study.indicators:
        shares = [
            say(
                "card.share",
                lang,
                name=translate(scenario.short, lang),
                share=percent_text(one.monthly[scenario.id], lang),
            )
            for scenario in study.scenarios
        ]
        entries.append(
            Entry(
                named(one.label, one.id, lang),
                keep(
                    translate(one.description, lang),
                    say("card.monthly", lang, shares=list_text(shares, lang)),
                    say("card.monitored", lang) if one.monitored else "",
                    say("card.detection", lang, share=percent_text(one.detection, lang)),
                    cites_line(study, one.cites, lang),
                ),
            )
        )
    return entries


def item_entries(study: Study, lang: str) -> list[Entry]:
    """Say what happened, what it bears on, who told it, and whether it counts."""
    from tarjih.evidence import weigh_evidence

    if not study.items:
        return []
    taken_back = (item.until for item in study.items if item.until)
    known = max([study.origin, *(item.known for item in study.items), *taken_back])
    last_step = study.calendar.index(known)
    weighed = weigh_evidence(study, study.items, as_of=known, last_step=last_step)
    clusters: dict[str, list[Item]] = defaultdict(list)
    for item in study.items:
        if item.cluster is not None:
            clusters[item.cluster].append(item)
    entries = []
    for entry in weighed.entries:
        item = entry.item
        # An earlier version of an item is no second one.
        whole = item.id.partition("~")[0]
        of_cluster = clusters.get(item.cluster or "", [])
        related = [other for other in of_cluster if other.id.partition("~")[0] != whole]
        others = list_text([isolated(other.id, lang) for other in related], lang)
        label = named(item.label, item.id, lang)
        when = span_text(item.start, item.end, lang)
        note = translate(item.note, lang)
        entries.append(
            Entry(
                say("card.source", lang, letter=when, label=label),
                keep(
                    bearing_text(study, item, lang),
                    told_text(study, item, lang),
                    say("card.known", lang, date=short_date_text(item.known, lang)),
                    counted_text(entry, lang),
                    say("card.cluster", lang, others=others) if others else "",
                    say("card.note", lang, note=note) if note else "",
                    say("card.retrospective", lang) if item.retrospective else "",
                    isolated(item.url, lang) if item.url else "",
                    cites_line(study, item.cites, lang),
                ),
            )
        )
    return entries


def bearing_text(study: Study, item: Item, lang: str) -> str:
    """Say what an item bears on."""
    bears_on = item.bears_on
    if isinstance(bears_on, Seen | Checked):
        sign = next(sign for sign in study.indicators if sign.id == bears_on.indicator)
        key = "card.seen" if isinstance(bears_on, Seen) else "card.looked"
        return say(key, lang, indicator=translate(sign.label, lang))
    if isinstance(bears_on, LevelSeen):
        return level_text(study.driver(bears_on.driver), bears_on.level, lang)
    groups = []
    for word in _WEIGHT_ORDER:
        names = [
            quoted(translate(scenario.short, lang), lang)
            for scenario in study.scenarios
            if bears_on.words.get(scenario.id) == word
        ]
        if names:
            joined = say("list.comma", lang).join(names)
            effect = say(f"weight.{word}", lang)
            groups.append(say("effects.group", lang, effect=effect, scenarios=joined))
    weights = list_text(groups, lang) or say("reason.neutral", lang)
    return say("card.weighs", lang, weights=weights)


def told_text(study: Study, item: Item, lang: str) -> str:
    """Say what sort of thing an item is, how credible, and who told it."""
    labels = {source.id: translate(source.label, lang) for source in study.sources}
    tellers = []
    for id in item.sources:
        name = labels.get(id, id)
        if id in item.relays:
            origin = labels.get(item.relays[id], item.relays[id])
            name = say("card.relay", lang, teller=name, origin=origin)
        tellers.append(name)
    return say(
        "card.told",
        lang,
        kind=say(f"kind.{item.kind}", lang),
        digit=item.credibility,
        sources=list_text(tellers, lang),
    )


def counted_text(entry: Weighed, lang: str) -> str:
    """Say how often an item counts, or why not."""
    if entry.counted:
        return say("card.counted", lang, times=decimal_text(entry.exponent, lang))
    return say("card.uncounted", lang, reason=say(f"reason.{entry.why}", lang))


def question_entries(study: Study, lang: str) -> list[Entry]:
    """Say what is asked, how it is settled, and the answer where there is one."""
    return [
        Entry(
            named(one.label, one.id, lang),
            keep(
                translate(one.rule, lang),
                say(
                    "card.closes",
                    lang,
                    date=date_text(one.closes, lang),
                    settled_by=cites_text(study, one.settled_by, lang),
                ),
                _answer(study, one, lang),
                say("card.retrospective", lang) if one.retrospective else "",
                cites_line(study, one.cites, lang),
            ),
        )
        for one in study.questions
    ]


def _answer(study: Study, one: Question, lang: str) -> str:
    if one.resolution is None:
        return say("card.answer.open", lang)
    outcome, date = one.resolution.outcome, date_text(one.resolution.known, lang)
    driver = one.about.driver if isinstance(one.about, WhichLevel) else None
    which = answer_text(study, outcome, lang, driver=driver)
    answer = say("card.answer.known", lang, answer=which, date=date)
    note = translate(one.resolution.note, lang)
    return f"{answer}. {note}" if note else f"{answer}."
