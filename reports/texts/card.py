"""The card of a study: everything it holds, for people to read.

A card is data, sections of entries, which `card_lines` lays out. In Arabic it shows names
only; ids stand there where someone has to type them (a driver and its levels, for ``--set``).
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from tarjih.errors import InvalidRequest, Problem, nearest
from tarjih.reports.texts.card_evidence import indicator_entries, item_entries, question_entries
from tarjih.reports.texts.card_judgements import (
    assumption_entries,
    judgement_entries,
    source_entries,
)
from tarjih.reports.texts.card_words import Entry, keep, named
from tarjih.reports.texts.citations import cites_line
from tarjih.reports.texts.effects import EFFECT_ORDER, levels_text
from tarjih.reports.texts.viewpoints import disagreement_sentences, viewpoint_notices
from tarjih.reports.words.dates import date_text, months_text
from tarjih.reports.words.numbers import figures, isolated, paragraph, percent_texts
from tarjih.reports.words.strings import language, list_text, quoted, say
from tarjih.scenarios.records import Driver, Level, Scenario, Study, translate

__all__ = ["SECTIONS", "Section", "card_lines", "counts_text", "study_card"]

SECTIONS = (
    "study",
    "scenarios",
    "drivers",
    "links",
    "conjunctions",
    "judgements",
    "indicators",
    "sources",
    "items",
    "questions",
    "assumptions",
    "digests",
)
_COUNTED = (
    "scenarios",
    "drivers",
    "judgements",
    "indicators",
    "sources",
    "items",
    "questions",
)
_INDENT = "    "


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a card."""

    name: str
    title: str
    entries: tuple[Entry, ...]


def study_card(
    study: Study, lang: str = "en", *, sections: Sequence[str] = ()
) -> tuple[Section, ...]:
    """Make the card of a study.

    Parameters
    ----------
    study : Study
    lang : {"en", "ar"}
    sections : sequence of str
        Which to make; default all of `SECTIONS`.

    Raises
    ------
    InvalidRequest
        If the language or a section is unknown.
    """
    language(lang)
    for name in sections:
        if name not in SECTIONS:
            raise InvalidRequest(
                Problem(
                    "--section",
                    "unknown section",
                    got=name,
                    allowed=", ".join(SECTIONS),
                    mend=nearest(name, SECTIONS),
                )
            )
    makers = {
        "study": _study,
        "scenarios": _scenarios,
        "drivers": _drivers,
        "links": _links,
        "conjunctions": _conjunctions,
        "judgements": judgement_entries,
        "indicators": indicator_entries,
        "sources": source_entries,
        "items": item_entries,
        "questions": question_entries,
        "assumptions": assumption_entries,
        "digests": _digests,
    }
    return tuple(
        Section(name, say(f"card.section.{name}", lang), tuple(makers[name](study, lang)))
        for name in SECTIONS
        if not sections or name in sections
    )


def card_lines(card: Sequence[Section], lang: str = "en", *, width: int | None = None) -> list[str]:
    """Lay a card out as text.

    Parameters
    ----------
    width : int, optional
        Wrap lines at so many columns; default: one paragraph a line.
    """
    lines: list[str] = []
    for section in card:
        title = section.title.upper()
        lines += ["", paragraph(title, lang), ""] if lines else [paragraph(title, lang), ""]
        if not section.entries:
            lines.append(paragraph(say("card.none", lang), lang))
        for n, entry in enumerate(section.entries):
            if n and (entry.lines or section.entries[n - 1].lines):
                lines.append("")
            lines += _wrapped(entry.head, lang, width, "")
            for line in entry.lines:
                lines += _wrapped(line, lang, width, _INDENT)
    return lines


def counts_text(study: Study, lang: str = "en") -> str:
    """Say how much of everything a study holds.

    Examples
    --------
    >>> from tarjih.scenarios import load
    >>> counts_text(load("syria_russia")).split("; ")[:2]
    ['5 scenarios', '14 drivers']
    """
    counts = [
        say("count.sources" if name == "sources" else name, lang, n=len(getattr(study, name)))
        for name in _COUNTED
    ]
    return list_text(counts, lang)


def _wrapped(text: str, lang: str, width: int | None, indent: str) -> list[str]:
    if width is None:
        return [paragraph(indent + text, lang)]
    hanging = indent if indent else "  "
    lines = textwrap.wrap(
        text,
        max(width, 40),
        initial_indent=indent,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [paragraph(line, lang) for line in lines]


def _study(study: Study, lang: str) -> list[Entry]:
    note = translate(study.retrospective_note, lang)
    step = say("weeks" if study.step == "week" else "months", lang, n=1)
    return [
        Entry(
            named(study.title, study.id, lang),
            keep(
                translate(study.description, lang),
                say(
                    "card.frame",
                    lang,
                    origin=date_text(study.origin, lang),
                    step=step,
                    horizon=months_text(study.horizon, lang),
                ),
                say("notice.retrospective", lang, note=note) if study.retrospective else "",
                *viewpoint_notices(study, lang),
                counts_text(study, lang),
            ),
        )
    ]


def _scenarios(study: Study, lang: str) -> list[Entry]:
    labels = {sign.id: translate(sign.label, lang) for sign in study.indicators}
    entries = []
    for one in study.scenarios:
        rule = translate(one.resolution, lang)
        settled = list_text([labels[id] for id in one.settled_by], lang)
        entries.append(
            Entry(
                named(one.label, one.id, lang),
                keep(
                    translate(one.definition, lang),
                    say("card.rule", lang, rule=rule) if rule else "",
                    say("card.settled_by", lang, indicators=settled) if settled else "",
                    say("card.review", lang, months=months_text(one.review_time, lang)),
                    *_causes(study, one, lang),
                    *disagreement_sentences(study, lang, scenario=one.id),
                    *(
                        say("card.analogue", lang, analogue=translate(text, lang))
                        for text in one.analogues
                    ),
                    cites_line(study, one.cites, lang),
                ),
            )
        )
    return entries


def _causes(study: Study, one: Scenario, lang: str) -> list[str]:
    """Say what raises and lowers a scenario, a line for each word."""
    lines = []
    for word in EFFECT_ORDER:
        names = [
            translate(study.driver(id).label, lang)
            for id, effect in one.effects.items()
            if effect == word
        ]
        names += [
            quoted(translate(c.label, lang), lang)
            for c in study.conjunctions
            if one.conjunction_effects.get(c.id) == word
        ]
        if names:
            lines.append(say(f"card.acts.{word}", lang, causes=list_text(names, lang)))
    return lines


def _drivers(study: Study, lang: str) -> list[Entry]:
    entries = []
    for one in study.drivers:
        shares = percent_texts(one.at_origin, lang)
        levels = [
            say(
                "card.level",
                lang,
                level=_level(level, lang),
                share=share,
            )
            for level, share in zip(one.levels, shares, strict=True)
        ]
        entries.append(
            Entry(
                named(one.label, one.id, lang),
                keep(
                    translate(one.description, lang),
                    say("card.levels", lang, levels=" < ".join(levels))
                    if lang == "en"
                    else say("card.levels", lang, levels=list_text(levels, lang)),
                    _moves(one, lang),
                    cites_line(study, one.cites, lang),
                ),
            )
        )
    return entries


def _level(level: Level, lang: str) -> str:
    """Name a level, with its id where the two differ."""
    label = translate(level.label, lang)
    return label if label == level.id else named(level.label, level.id, lang)


def _moves(one: Driver, lang: str) -> str:
    rise, fall = one.months_before_rise, one.months_before_fall
    never = float("inf")
    if rise == never and fall == never:
        return say("card.moves_never", lang)
    if fall == never:
        return say("card.moves_rise", lang, rise=months_text(rise, lang))
    if rise == never:
        return say("card.moves_fall", lang, fall=months_text(fall, lang))
    return say("card.moves", lang, rise=months_text(rise, lang), fall=months_text(fall, lang))


def _links(study: Study, lang: str) -> list[Entry]:
    entries = []
    for link in study.links:
        parent, child = study.driver(link.parent), study.driver(link.child)
        lines = [
            say(
                "card.link_level",
                lang,
                level=quoted(translate(level.label, lang), lang),
                rise=figures(f"{rise:g}", lang),
                fall=figures(f"{fall:g}", lang),
            )
            for level, rise, fall in zip(parent.levels, link.rise, link.fall, strict=True)
            if (rise, fall) != (1, 1)
        ]
        head = say(
            "card.link",
            lang,
            parent=translate(parent.label, lang),
            child=translate(child.label, lang),
        )
        cites = cites_line(study, link.cites, lang)
        entries.append(Entry(head, keep(*lines, cites)))
    return entries


def _conjunctions(study: Study, lang: str) -> list[Entry]:
    return [
        Entry(
            named(one.label, one.id, lang, typed=False),
            keep(
                say("card.conjunction", lang, levels=levels_text(study, one.requires, lang)),
                cites_line(study, one.cites, lang),
            ),
        )
        for one in study.conjunctions
    ]


def _digests(study: Study, lang: str) -> list[Entry]:
    return [
        Entry(
            isolated(study.digest(what), lang),
            (say(f"card.digest.{what}", lang),),
        )
        for what in ("draws", "all")
    ]
