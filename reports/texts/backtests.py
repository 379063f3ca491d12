"""A backtest in words, a table and data: what a study would have said, and what each part earned.

In English the scores stand in columns; in Arabic each is a line (why: see ``tables``).
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tarjih.reports.texts.documents import document_of
from tarjih.reports.words.columns import aligned
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.numbers import (
    count_text,
    decimal_text,
    figures,
    isolated,
    paragraph,
    percent_text,
    signed_text,
)
from tarjih.reports.words.strings import language, list_text, say
from tarjih.scenarios.records import translate
from tarjih.scoring.resampling import FEWEST, FEWEST_DRAWN

if TYPE_CHECKING:
    from tarjih.scoring.backtest import Ablation, Backtest, Group, Replayed
    from tarjih.scoring.resampling import Estimate
    from tarjih.scoring.scorecards import Scorecard

__all__ = [
    "backtest_document",
    "backtest_lines",
    "backtest_summary",
    "earned_text",
    "part_text",
    "range_text",
    "who_text",
]

_BASELINES = ("base_rate", "first_kept", "uniform")
_WORST = 3
_INFINITY = "\N{INFINITY}"


def backtest_lines(found: Backtest, lang: str = "en") -> list[str]:
    """Return everything as text: what was replayed, the table, its reading, how to read it.

    Parameters
    ----------
    found : Backtest
    lang : {"en", "ar"}
    """
    language(lang)
    lines = _about(found, lang)
    for group in found.groups:
        lines += ["", *_group(found, group, lang)]
    if not found.groups:
        return [*lines, paragraph(say("backtest.nothing", lang), lang)]
    return [*lines, "", *_notes(found, lang)]


def backtest_summary(found: Backtest, lang: str = "en") -> list[str]:
    """Return the headline score, if there is one, with what may be said of the parts."""
    language(lang)
    lines = _about(found, lang)
    for group in found.groups:
        if not group.retrospective:
            who = say("backtest.who.full", lang)
            lines.append(paragraph(_line(group, who, group.full, lang), lang))
            lines += _reading(found, group, lang)
    return [*lines, *_strained(found, lang)]


def backtest_document(found: Backtest) -> dict[str, Any]:
    """Return a backtest as a document (``tarjih.backtest/1``).

    ``dates``; ``counts`` of questions; ``ablations``: ``id``, ``kind``, ``source``, ``same`` (it
    changed no forecast that was scored), ``enough_draws``; ``groups``: ``kind``,
    ``retrospective``, ``headline`` (the score that parts are judged by), ``questions``, and by
    ablation ``scores`` (score to ``mean``, ``q05``, ``q95``; null: infinite, or too few
    questions), ``baselines`` (``score``, ``skill``) and, of all but ``full``, ``earned`` with
    ``verdict`` ("earned", "cost", "unclear", "too_few") and ``needed``; ``questions``: ``id``,
    ``kind``, ``retrospective``, ``opens``, ``last_day``, ``options``, ``outcome`` (null: open),
    ``void``, ``score`` by ablation, ``forecasts`` of the whole method (``date``,
    ``probabilities``).
    """
    return document_of(
        {
            "schema": "tarjih.backtest/1",
            "study": found.study.id,
            "as_of": found.as_of,
            "engine": found.engine,
            "seed": found.seed,
            "resamples": found.resamples,
            "dates": list(found.dates),
            "counts": _counts(found),
            "ablations": [
                {
                    "id": one.id,
                    "kind": one.kind,
                    "source": one.source or None,
                    "same": one.id in found.same,
                    "enough_draws": one.id not in found.strained,
                }
                for one in found.ablations
            ],
            "groups": [_group_entry(group) for group in found.groups],
            "questions": [_question_entry(one) for one in found.questions],
            "retrospective": found.retrospective,
        }
    )


def _group_entry(group: Group) -> dict[str, Any]:
    entries = {}
    for name, card in group.cards.items():
        entry: dict[str, Any] = {
            "scores": {score: _estimate(one) for score, one in card.scores.items()},
            "impossible": card.impossible,
            "baselines": {
                baseline: {
                    "score": _estimate(compared.score),
                    "skill": None if compared.skill is None else _estimate(compared.skill),
                }
                for baseline, compared in card.comparisons.items()
                if baseline in _BASELINES
            },
        }
        part = group.parts.get(name)
        if part is not None:
            entry["earned"] = {
                **_estimate(part.earned), "verdict": part.verdict, "needed": part.needed
            }  # fmt: skip
        entries[name] = entry
    return {
        "kind": group.kind,
        "retrospective": group.retrospective,
        "headline": group.full.headline,
        "questions": group.full.counts.scored,
        "ablations": entries,
    }


def _question_entry(one: Replayed) -> dict[str, Any]:
    return {
        "id": one.question.id,
        "kind": one.kind,
        "retrospective": one.retrospective,
        "opens": one.opens,
        "last_day": one.last_day,
        "options": list(one.options),
        "outcome": None if one.outcome is None else one.options[one.outcome],
        "void": one.void,
        "score": dict(one.score),
        "forecasts": [
            {"date": date, "probabilities": dict(zip(one.options, row, strict=True))}
            for date, row in zip(one.dates, one.chances["full"], strict=True)
        ],
    }


def _estimate(one: Estimate) -> dict[str, float]:
    return {"mean": one.mean, "q05": one.low, "q95": one.high}


def _counts(found: Backtest) -> dict[str, int]:
    void = sum(one.void for one in found.questions)
    resolved = sum(one.outcome is not None for one in found.questions)
    return {
        "questions": len(found.questions),
        "resolved": resolved,
        "open": len(found.questions) - resolved - void,
        "void": void,
        "scored": found.scored,
    }


def _about(found: Backtest, lang: str) -> list[str]:
    counts = _counts(found)
    head = say(
        "backtest.head",
        lang,
        study=translate(found.study.title, lang),
        first=date_text(found.dates[0], lang),
        last=date_text(found.dates[-1], lang),
        dates=say("backtest.dates", lang, n=len(found.dates)),
        questions=say("questions", lang, n=counts["questions"]),
    )
    states = say(
        "backtest.states",
        lang,
        **{state: count_text(counts[state], lang) for state in ("resolved", "open", "void")},
        share=percent_text(counts["void"] / max(1, counts["questions"]), lang),
    )
    lines = [head, states]
    if found.groups and found.retrospective:
        lines.append(say("backtest.no_headline", lang))
    return [paragraph(line, lang) for line in lines]


def _group(found: Backtest, group: Group, lang: str) -> list[str]:
    counts = group.full.counts
    title = say(
        "backtest.title",
        lang,
        kind=say(f"backtest.group.{group.kind}", lang),
        questions=say("questions", lang, n=counts.scored),
        forecasts=say("score.forecasts", lang, n=counts.forecasts),
    )
    if group.retrospective:
        title = say("backtest.title.retrospective", lang, title=title)
    return [
        paragraph(title, lang),
        *_table(found, group, lang),
        *_reading(found, group, lang),
        *_worst(found, group, lang),
    ]


def _table(found: Backtest, group: Group, lang: str) -> list[str]:
    """Return a row for each ablation that changed anything, then the baselines."""
    shown = [one for one in found.ablations if one.id not in found.same]
    if lang == "ar":
        lines = [
            _line(group, who_text(found, one, lang), group.cards[one.id], lang) for one in shown
        ]
        for name, score in _baselines(group).items():
            mean = _number(score.mean, lang)
            column = say(f"backtest.column.{group.full.headline}", lang)
            said = say("backtest.score", lang, score=column, mean=mean)
            who = say(f"backtest.who.{name}", lang)
            lines.append(say("backtest.line", lang, who=who, scores=said))
        return [paragraph(line, lang) for line in lines]
    columns = _columns(group)
    ranged = group.full.counts.scored >= FEWEST_DRAWN
    heads = [say(f"backtest.column.{name}", lang) for name in columns]
    heads.append(say("backtest.column.earned", lang))
    if ranged:
        heads.append(say("interval.name", lang))
    rows = []
    for one in shown:
        card, part = group.cards[one.id], group.parts.get(one.id)
        row = [_number(card.scores[name].mean, lang) for name in columns]
        row.append("" if part is None else earned_text(part.earned.mean, lang))
        if ranged:
            row.append("" if part is None else range_text(part.earned, lang))
        rows.append([*row, who_text(found, one, lang)])
    for name, score in _baselines(group).items():
        blank = [""] * (len(heads) - 1)
        who = say(f"backtest.who.{name}", lang)
        rows.append([_number(score.mean, lang), *blank, who])
    # Names stand last, since they are long.
    heads.append(say("backtest.column.who", lang))
    flush = [True] * (len(columns) + 1) + [False] * (len(heads) - len(columns) - 1)
    return aligned([heads, *rows], flush, indent="  ")


def _columns(group: Group) -> tuple[str, ...]:
    """Name the scores shown; a logarithmic one that is infinite throughout tells nothing."""
    endless = all(math.isinf(card.scores["log"].mean) for card in group.cards.values())
    return (group.full.headline,) if endless else (group.full.headline, "log")


def _baselines(group: Group) -> dict[str, Estimate]:
    compared = group.full.comparisons
    return {name: compared[name].score for name in _BASELINES if name in compared}


def _line(group: Group, who: str, card: Scorecard, lang: str) -> str:
    """Say one row of the table."""
    said = [
        say(
            "backtest.score",
            lang,
            score=say(f"backtest.column.{name}", lang),
            mean=_number(card.scores[name].mean, lang),
        )
        for name in _columns(group)
    ]
    part = group.parts.get(card.author)
    if part is not None:
        mean = earned_text(part.earned.mean, lang)
        told = say("backtest.earned", lang, mean=mean)
        if card.counts.scored >= FEWEST_DRAWN:
            interval = say("interval.name", lang)
            told = say(
                "backtest.earned_range",
                lang,
                mean=mean,
                interval_name=interval,
                range=range_text(part.earned, lang),
            )
        said.append(told)
    return say("backtest.line", lang, who=who, scores=list_text(said, lang))


def _reading(found: Backtest, group: Group, lang: str) -> list[str]:
    """Say what may be said, and first whether anything may."""
    lines = []
    scored = group.full.counts.scored
    if scored < FEWEST:
        lines.append(say("score.too_few", lang, n=scored, fewest=count_text(FEWEST, lang)))
    lines += _skill(group, lang)
    by_verdict: dict[str, list[str]] = {}
    for one in found.ablations:
        part = group.parts.get(one.id)
        if part is not None and one.id not in found.same:
            by_verdict.setdefault(part.verdict, []).append(part_text(found, one, lang))
    for verdict in ("earned", "cost", "unclear"):
        if verdict in by_verdict:
            parts = list_text(by_verdict[verdict], lang)
            lines.append(say(f"backtest.reading.{verdict}", lang, parts=parts))
    alike = [part_text(found, one, lang) for one in found.ablations if one.id in found.same]
    if alike:
        lines.append(say("backtest.same", lang, parts=list_text(alike, lang)))
    if group.full.impossible:
        lines.append(say("score.impossible", lang, n=group.full.impossible))
    return [paragraph(line, lang) for line in lines]


def _skill(group: Group, lang: str) -> list[str]:
    """Set the whole method against each baseline that it can be set against."""
    told = []
    for name in _BASELINES:
        compared = group.full.comparisons.get(name)
        if compared is None or compared.skill is None:
            continue
        baseline = say(f"score.baseline.{name}", lang)
        skill = signed_text(compared.skill.mean, lang, digits=2)
        if math.isnan(compared.skill.low) or math.isinf(compared.skill.low):
            told.append(say("backtest.skill.one", lang, baseline=baseline, skill=skill))
            continue
        low, high = compared.skill.low, compared.skill.high
        ends = {
            "low": signed_text(low, lang, digits=2),
            "high": signed_text(high, lang, digits=2),
        }
        told.append(
            say(
                "backtest.skill.ranged",
                lang,
                baseline=baseline,
                skill=skill,
                interval_name=say("interval.name", lang),
                range=say("score.range", lang, **ends),
            )
        )
    return [say("backtest.skill", lang, skills=list_text(told, lang))] if told else []


def _worst(found: Backtest, group: Group, lang: str) -> list[str]:
    """Name the questions of a group that cost most; of yes-or-no ones only."""
    if group.kind != "binary":
        return []
    own = [one for one in found.questions if one.score and one.kind == group.kind]
    own = [one for one in own if not one.retrospective or group.retrospective]
    costly = sorted(own, key=lambda one: (-one.score["full"], one.question.id))[:_WORST]
    told = [
        say(
            f"backtest.worst.{one.options[one.outcome or 0]}",
            lang,
            id=figures(one.question.id, lang),
            first=percent_text(one.chances["full"][0][-1], lang),
            last=percent_text(one.chances["full"][-1][-1], lang),
        )
        for one in costly
    ]
    return [paragraph(say("backtest.worst", lang, questions=list_text(told, lang)), lang)]


def _notes(found: Backtest, lang: str) -> list[str]:
    scores = say(
        "backtest.note.scores",
        lang,
        interval_name=say("interval.name", lang),
        resamples=count_text(found.resamples, lang),
    )
    parts = say("backtest.note.parts", lang, page=isolated("docs/scoring.md", lang))
    return [*(paragraph(one, lang) for one in (scores, parts)), *_strained(found, lang)]


def _strained(found: Backtest, lang: str) -> list[str]:
    strained = [who_text(found, one, lang) for one in found.ablations if one.id in found.strained]
    if not strained:
        return []
    return [paragraph(say("backtest.note.strained", lang, parts=list_text(strained, lang)), lang)]


def who_text(found: Backtest, ablation: Ablation, lang: str) -> str:
    """Name the forecasts made without a part of the method, or with all of it."""
    if ablation.source:
        return say("backtest.who.without", lang, source=_source(found, ablation, lang))
    return say(f"backtest.who.{ablation.kind}", lang)


def part_text(found: Backtest, ablation: Ablation, lang: str) -> str:
    """Name the part of the method that is missing."""
    if ablation.source:
        return _source(found, ablation, lang)
    return say(f"backtest.part.{ablation.kind}", lang)


def _source(found: Backtest, ablation: Ablation, lang: str) -> str:
    source = found.study.source(ablation.source)
    label = "" if source is None else translate(source.label, lang)
    return label or figures(ablation.source, lang)


def earned_text(value: float, lang: str) -> str:
    """Write a difference of scores, with its sign."""
    return _number(value, lang, signed=True)


def range_text(one: Estimate, lang: str) -> str:
    """Write the ends of an interval of differences."""
    low, high = (_number(value, lang, signed=True) for value in (one.low, one.high))
    return say("score.range", lang, low=low, high=high)


def _number(value: float, lang: str, *, signed: bool = False) -> str:
    if math.isinf(value):
        return figures(("-" if value < 0 else "") + _INFINITY, lang)
    if signed:
        return signed_text(round(value, 3) + 0.0, lang, digits=3)
    return decimal_text(round(value, 3) + 0.0, lang, digits=3)
