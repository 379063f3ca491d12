"""Questions of a study: what is said of each, what was said, and how it came out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tarjih.reports.texts.answers import answer_text
from tarjih.reports.texts.documents import document_of
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.numbers import (
    count_text,
    interval_text,
    isolated,
    paragraph,
    percent_text,
)
from tarjih.reports.words.strings import language, list_text, say
from tarjih.scenarios.records import Asked, Question, Study, WhichLevel, translate
from tarjih.scoring.questions.asking import kind_of

if TYPE_CHECKING:
    from tarjih.scoring.questions import Chance
    from tarjih.scoring.questions.published import Published, Reopened

__all__ = ["means_text", "questions_document", "questions_lines", "questions_summary"]

Register = Mapping[str, "Published"]
Chances = Mapping[str, "Chance"]


def questions_lines(
    study: Study,
    register: Register,
    chances: Chances,
    as_of: dt.date,
    lang: str = "en",
    *,
    only: Sequence[str] | None = None,
) -> list[str]:
    """Return the questions as text, each with what was said of it.

    Parameters
    ----------
    study : Study
    register : mapping of id to Published
    chances : mapping of id to Chance
        As things stand; of questions that are closed or settled none.
    as_of : datetime.date
    lang : {"en", "ar"}
    only : sequence of str, optional
        The ids to tell of. Default: all.
    """
    language(lang)
    lines = questions_summary(study, register, as_of, lang)
    for question in study.questions:
        if only is None or question.id in only:
            lines += ["", *_told(study, question, register.get(question.id), chances, lang)]
    if chances:
        name = say("interval.name", lang)
        lines += ["", paragraph(say("question.parameters", lang, interval_name=name), lang)]
    return lines


def questions_summary(
    study: Study, register: Register, as_of: dt.date, lang: str = "en"
) -> list[str]:
    """Return how many there are, and the share of void ones."""
    from tarjih.scoring.questions.register import void_share

    language(lang)
    states = [one.state for one in register.values()]
    text = say(
        "question.head",
        lang,
        study=translate(study.title, lang),
        date=date_text(as_of, lang),
        questions=say("questions", lang, n=len(study.questions)),
        published=count_text(len(states), lang),
        open=count_text(states.count("open"), lang),
        resolved=count_text(states.count("resolved"), lang),
        void=count_text(states.count("void"), lang),
        share=percent_text(void_share(register), lang),
    )
    return [paragraph(text, lang)]


def questions_document(
    study: Study,
    register: Register,
    chances: Chances,
    as_of: dt.date,
    *,
    only: Sequence[str] | None = None,
) -> dict[str, Any]:
    """Return the questions as a document (``tarjih.questions/1``).

    ``counts``: ``questions``, ``published``, ``open``, ``resolved``, ``void``, ``void_share``,
    ``self_settled``; ``questions``: ``id``, ``label``, ``closes``, ``state`` ("unpublished",
    "open", "resolved", "void"), ``outcome``, ``now`` (``options``, ``mean``, ``low``, ``high``,
    or null), ``published``: null, or ``retrospective``, ``frozen`` (``as_of``, ``recorded``,
    ``chance``, ``statement``, ``author``), ``known``, ``cites``, ``note``, ``settler``,
    ``self_settled``, ``reopened`` (``state``, ``outcome``, ``settler``, ``author``, ``why``,
    ``recorded``: what was said of it and taken back).
    """
    from tarjih.scoring.questions.register import void_share

    states = [one.state for one in register.values()]
    return document_of(
        {
            "schema": "tarjih.questions/1",
            "study": study.id,
            "as_of": as_of,
            "counts": {
                "questions": len(study.questions),
                "published": len(states),
                "open": states.count("open"),
                "resolved": states.count("resolved"),
                "void": states.count("void"),
                "void_share": void_share(register),
                "self_settled": sum(one.self_settled for one in register.values()),
            },
            "questions": [
                _entry(question, register.get(question.id), chances.get(question.id))
                for question in study.questions
                if only is None or question.id in only
            ],
        }
    )


def _entry(question: Question, one: Published | None, chance: Chance | None) -> dict[str, Any]:
    return {
        "id": question.id,
        "label": dict(question.label),
        "closes": question.closes,
        "state": "unpublished" if one is None else one.state,
        "outcome": None if one is None else one.outcome,
        "now": None if chance is None else asdict(chance),
        "published": None
        if one is None
        else {
            "retrospective": one.retrospective,
            "frozen": [
                {
                    "as_of": frozen.as_of,
                    "recorded": frozen.recorded.isoformat(),
                    "chance": asdict(frozen.chance),
                    "statement": frozen.statement,
                    "author": frozen.author,
                }
                for frozen in one.frozen
            ],
            "known": one.known,
            "cites": one.cites,
            "note": one.note,
            "settler": one.settler,
            "self_settled": one.self_settled,
            "reopened": [
                {**asdict(before), "recorded": before.recorded.isoformat()}
                for before in one.reopened
            ],
        },
    }


def _told(
    study: Study, question: Question, one: Published | None, chances: Chances, lang: str
) -> list[str]:
    label = question.label if one is None else one.data["label"]
    rule = question.rule if one is None else one.data["rule"]
    head = say("question.line", lang, id=isolated(question.id, lang), label=translate(label, lang))
    closes = say(
        "question.closes",
        lang,
        date=date_text(question.closes if one is None else one.closes, lang),
        source=question.settled_by if one is None else one.data["settled_by"],
    )
    lines = [head, say("question.rule", lang, rule=translate(rule, lang)), closes]
    if question.id in chances:
        now = _chance(study, question.about, chances[question.id], lang)
        lines.append(say("question.now", lang, chance=now))
    if one is None:
        told = question.resolution is not None
        lines.append(say("question.state.told" if told else "question.state.unpublished", lang))
    else:
        lines += _history(study, one, lang)
    return [paragraph(text, lang) for text in lines]


def _history(study: Study, one: Published, lang: str) -> list[str]:
    first, last = one.frozen[0], one.frozen[-1]
    lines = [
        say(
            "question.state.open",
            lang,
            date=date_text(first.recorded.date(), lang),
            as_of=date_text(first.as_of, lang),
            mean=means_text(study, one, first.chance, lang),
            statement=isolated(first.statement, lang),
        )
    ]
    if len(one.frozen) > 1:
        lines.append(
            say(
                "question.again",
                lang,
                n=len(one.frozen) - 1,
                date=date_text(last.as_of, lang),
                mean=means_text(study, one, last.chance, lang),
            )
        )
    lines += [_taken_back(study, one, before, lang) for before in one.reopened]
    if one.known is not None:
        fields = {
            "date": date_text(one.known, lang),
            "cites": one.cites,
            "settler": isolated(one.settler, lang),
        }
        if one.outcome is None:
            lines.append(say("question.state.void", lang, **fields))
        else:
            answer = answer_text(study, one.outcome, lang, driver=one.driver)
            lines.append(say("question.state.resolved", lang, answer=answer, **fields))
        if one.self_settled:
            lines.append(say("question.self_settled", lang))
    if one.retrospective:
        lines.append(say("question.retrospective", lang))
    return lines


def _taken_back(study: Study, one: Published, before: Reopened, lang: str) -> str:
    outcome = before.outcome
    return say(
        "question.reopened",
        lang,
        date=date_text(before.recorded.date(), lang),
        author=isolated(before.author, lang),
        settler=isolated(before.settler, lang),
        answer=say("answer.void", lang)
        if outcome is None
        else answer_text(study, outcome, lang, driver=one.driver),
        why=before.why,
    )


def _chance(study: Study, about: Asked, chance: Chance, lang: str) -> str:
    if kind_of(about) == "binary":
        return _with_range(chance, -1, lang)
    driver = about.driver if isinstance(about, WhichLevel) else None
    return list_text(
        [
            say(
                "question.chance.of",
                lang,
                answer=answer_text(study, option, lang, driver=driver),
                chance=_with_range(chance, place, lang),
            )
            for place, option in enumerate(chance.options)
        ],
        lang,
    )


def _with_range(chance: Chance, place: int, lang: str) -> str:
    return say(
        "question.chance",
        lang,
        mean=percent_text(chance.mean[place], lang),
        interval_name=say("interval.name", lang),
        interval=interval_text(chance.low[place], chance.high[place], lang),
    )


def means_text(study: Study, one: Published, chance: Chance, lang: str) -> str:
    """Return what was said: of yes-or-no questions of yes, else of every answer."""
    if one.kind == "binary":
        return percent_text(chance.yes, lang)
    return list_text(
        [
            say(
                "question.chance.of",
                lang,
                answer=answer_text(study, option, lang, driver=one.driver),
                chance=percent_text(mean, lang),
            )
            for option, mean in zip(chance.options, chance.mean, strict=True)
        ],
        lang,
    )
