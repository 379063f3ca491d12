"""How good forecasts were, in words, a table and data.

In English the scores stand in columns; in Arabic each is a line (why: see ``tables``). Every
score is named with its convention, and every comparison says whether there are enough resolved
questions to make it.
"""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tarjih.reports.texts.documents import document_of
from tarjih.reports.words.columns import aligned
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
from tarjih.scoring.resampling import FEWEST, FEWEST_DRAWN

if TYPE_CHECKING:
    from tarjih.scoring.resampling import Estimate
    from tarjih.scoring.scorecards import Comparison, Scorecard, ScoreReport

__all__ = [
    "cards_lines",
    "cards_summary",
    "score_text",
    "scores_document",
    "scores_lines",
    "scores_summary",
    "states_lines",
]

_INFINITY = "\N{INFINITY}"


def scores_lines(found: ScoreReport, lang: str = "en") -> list[str]:
    """Return everything as text: what there was, each scorecard, how to read it.

    Parameters
    ----------
    found : ScoreReport
    lang : {"en", "ar"}
    """
    language(lang)
    return [*_about(found, lang), *cards_lines(found, lang)]


def scores_summary(found: ScoreReport, lang: str = "en") -> list[str]:
    """Return the headline score of each scorecard that has one, and the warnings."""
    language(lang)
    return [*_about(found, lang), *cards_summary(found, lang)]


def cards_lines(found: ScoreReport, lang: str = "en") -> list[str]:
    """Return each scorecard, and how to read it."""
    lines: list[str] = []
    for card in found.cards:
        lines += ["", *_card_lines(card, lang)]
    return [*lines, "", *_notes(found, lang)]


def cards_summary(found: ScoreReport, lang: str = "en") -> list[str]:
    """Return the headline score of each scorecard that has one, and the warnings."""
    lines: list[str] = []
    for card in found.cards:
        if card.retrospective or card.headline not in card.scores:
            continue
        lines.append(paragraph(_title(card, lang), lang))
        lines.append(paragraph(_score_line(card, card.headline, lang), lang))
        lines += [paragraph(one, lang) for one in _claims(card, lang)[:2]]
    return [*lines, *_warnings(found, lang)]


def scores_document(found: ScoreReport) -> dict[str, Any]:
    """Return the report as a document (``tarjih.scores/1``).

    ``conventions``: score to ``best``, ``worst`` (null: no bound) and ``better``; ``counts`` of
    the file; ``cards``: ``author``, ``kind`` ("binary", "multiple", "ordered"),
    ``retrospective``, ``headline`` (the score comparisons are made by), ``counts``, ``scores``
    (score to ``mean``, ``q05``, ``q95`` over questions drawn again; null: infinite),
    ``impossible``, ``comparisons`` (baseline to ``score``, ``skill`` or null, and ``claim``:
    ``verdict`` "better", "worse", "unclear" or "too_few", ``difference``, ``questions``,
    ``needed``), ``expected`` (the Brier score the forecasts expected), ``corp``, ``murphy``,
    ``coverage``.
    """
    from tarjih.scoring.rules import CONVENTIONS

    used = [name for name in CONVENTIONS if any(name in card.scores for card in found.cards)]
    return document_of(
        {
            "schema": "tarjih.scores/1",
            "file": found.name,
            "seed": found.seed,
            "resamples": found.resamples,
            "conventions": {
                name: {
                    "best": CONVENTIONS[name].best,
                    "worst": CONVENTIONS[name].worst,
                    "better": CONVENTIONS[name].better,
                }
                for name in used
            },
            "counts": {
                "questions": found.questions,
                "resolved": found.resolved,
                "open": found.open,
                "void": found.void,
                "void_share": found.void_share,
                "forecasts": found.forecasts,
                "authors": len(found.authors),
            },
            "same_questions": found.same_questions,
            "rounded": found.rounded,
            "unused_columns": list(found.unused),
            "cards": [_card_entry(card) for card in found.cards],
            "retrospective": all(card.retrospective for card in found.cards),
        }
    )


def _card_entry(card: Scorecard) -> dict[str, Any]:
    return {
        "author": card.author or None,
        "kind": card.kind,
        "retrospective": card.retrospective,
        "headline": card.headline,
        "counts": {**asdict(card.counts), "void_share": card.counts.void_share},
        "scores": {name: _estimate_entry(one) for name, one in card.scores.items()},
        "impossible": card.impossible,
        "comparisons": {
            name: {
                "score": _estimate_entry(one.score),
                "skill": None if one.skill is None else _estimate_entry(one.skill),
                "claim": {
                    "verdict": one.claim.verdict,
                    "difference": _estimate_entry(one.claim.difference),
                    "questions": one.claim.questions,
                    "needed": one.claim.needed,
                },
            }
            for name, one in card.comparisons.items()
        },
        "expected": card.expected,
        "corp": None if card.corp is None else asdict(card.corp),
        "murphy": None if card.murphy is None else asdict(card.murphy),
        "coverage": card.coverage,
    }


def _estimate_entry(one: Estimate) -> dict[str, float]:
    return {"mean": one.mean, "q05": one.low, "q95": one.high}


def _about(found: ScoreReport, lang: str) -> list[str]:
    named = [author for author in found.authors if author]
    counts = {
        "questions": say("questions", lang, n=found.questions),
        "forecasts": say("score.forecasts", lang, n=found.forecasts),
        "authors": say("score.authors", lang, n=max(1, len(named))),
    }
    file = say("score.file", lang, file=isolated(found.name, lang), **counts)
    return [paragraph(file, lang), *states_lines(found, lang)]


def states_lines(found: ScoreReport, lang: str = "en") -> list[str]:
    """Return how many questions came out, are open and are void; and if there is no headline."""
    states = say(
        "score.states",
        lang,
        resolved=count_text(found.resolved, lang),
        open=count_text(found.open, lang),
        void=count_text(found.void, lang),
        share=percent_text(found.void_share, lang),
    )
    lines = [paragraph(states, lang)]
    if all(card.retrospective for card in found.cards):
        lines.append(paragraph(say("score.note.no_headline", lang), lang))
    return lines


def _card_lines(card: Scorecard, lang: str) -> list[str]:
    counts = card.counts
    fields = {
        "open": count_text(counts.open, lang),
        "void": count_text(counts.void, lang),
        "share": percent_text(counts.void_share, lang),
    }
    title = paragraph(_title(card, lang), lang)
    if card.corp is None:
        resolved = count_text(counts.resolved, lang)
        return [title, paragraph(say("score.none", lang, resolved=resolved, **fields), lang)]
    rests = say(
        "score.rests",
        lang,
        questions=say("questions", lang, n=counts.scored),
        forecasts=say("score.forecasts", lang, n=counts.forecasts),
        **fields,
    )
    said = _claims(card, lang)
    if counts.scored >= FEWEST:
        said += [_parts(card, lang), _bold(card, lang)]
    if card.coverage is not None:
        said.append(say("score.coverage", lang, share=percent_text(card.coverage, lang)))
    if card.impossible:
        said.append(say("score.impossible", lang, n=card.impossible))
    return [
        title,
        paragraph(rests, lang),
        *_table(card, lang),
        *(paragraph(one, lang) for one in said),
    ]


def _title(card: Scorecard, lang: str) -> str:
    whose = say("score.by", lang, author=card.author) if card.author else say("score.nobody", lang)
    title = say(f"score.card.{card.kind}", lang, whose=whose)
    return say("score.card.retrospective", lang, card=title) if card.retrospective else title


def _table(card: Scorecard, lang: str) -> list[str]:
    if lang == "ar":
        return [paragraph(_score_line(card, name, lang), lang) for name in card.scores]
    heads = [say("score.head.score", lang), say("score.head.mean", lang)]
    rows = [
        [say(f"score.name.{name}", lang), _number(one.mean, lang)]
        for name, one in card.scores.items()
    ]
    if _ranged(card):
        heads.append(say("interval.name", lang))
        for row, one in zip(rows, card.scores.values(), strict=True):
            row.append(_range(one, lang))
    return aligned([heads, *rows], [False, True, False][: len(heads)], indent="  ")


def _score_line(card: Scorecard, name: str, lang: str) -> str:
    one = card.scores[name]
    fields = {"score": say(f"score.name.{name}", lang), "mean": _number(one.mean, lang)}
    if not _ranged(card):
        return say("score.short", lang, **fields)
    interval = say("interval.name", lang)
    return say("score.line", lang, interval_name=interval, range=_range(one, lang), **fields)


def _ranged(card: Scorecard) -> bool:
    return card.counts.scored >= FEWEST_DRAWN


def _claims(card: Scorecard, lang: str) -> list[str]:
    """Say what may be said against each baseline, and first whether there are enough to."""
    told = [_claim(card, name, compared, lang) for name, compared in card.comparisons.items()]
    scored = card.counts.scored
    if scored < FEWEST:
        fewest = count_text(FEWEST, lang)
        told.insert(0, say("score.too_few", lang, n=scored, fewest=fewest))
    return told


def _claim(card: Scorecard, name: str, compared: Comparison, lang: str) -> str:
    claim = compared.claim
    ours = compared.score.mean - claim.difference.mean
    fields = {"score": _number(ours, lang), "theirs": _number(compared.score.mean, lang)}
    skill = say("score.no_skill", lang, **fields)
    if compared.skill is not None:
        fields["skill"] = _number(compared.skill.mean, lang, signed=True)
        skill = say("score.bare_skill", lang, **fields)
        if claim.questions >= FEWEST_DRAWN:
            interval = say("interval.name", lang)
            shown = _range(compared.skill, lang, signed=True)
            skill = say("score.skill", lang, interval_name=interval, range=shown, **fields)
    baseline = say(f"score.baseline.{name}", lang)
    told = say(f"score.claim.{claim.verdict}", lang, baseline=baseline, skill=skill)
    if claim.verdict != "unclear" or claim.needed is None:
        return told
    return say("score.needed", lang, claim=told, needed=count_text(claim.needed, lang))


def _parts(card: Scorecard, lang: str) -> str:
    parts = {} if card.corp is None else asdict(card.corp)
    shown = {name: _number(part, lang) for name, part in parts.items() if name != "score"}
    return say("score.parts", lang, **shown)


def _bold(card: Scorecard, lang: str) -> str:
    score = card.scores["brier" if card.kind == "binary" else "brier_categories"]
    verdict = "even"
    if card.expected < score.low:
        verdict = "too_sure"
    elif card.expected > score.high:
        verdict = "too_timid"
    return say(
        f"score.bold.{verdict}",
        lang,
        expected=_number(card.expected, lang),
        score=_number(score.mean, lang),
    )


def _notes(found: ScoreReport, lang: str) -> list[str]:
    name = say("interval.name", lang)
    resamples = count_text(found.resamples, lang)
    notes = [
        say("score.note.intervals", lang, interval_name=name, resamples=resamples),
        say(
            "score.note.rule",
            lang,
            fewest=count_text(FEWEST, lang),
            few=count_text(FEWEST_DRAWN, lang),
        ),
    ]
    if any(card.counts.by_days for card in found.cards):
        notes.append(say("score.note.by_days", lang))
    if any(_alike(card) for card in found.cards):
        notes.append(say("score.note.alike", lang))
    return [*(paragraph(one, lang) for one in notes), *_warnings(found, lang)]


def _alike(card: Scorecard) -> bool:
    return card.counts.by_days < card.counts.scored < card.counts.forecasts


def _warnings(found: ScoreReport, lang: str) -> list[str]:
    warnings = []
    late = sum(card.counts.late for card in found.cards)
    if late:
        warnings.append(say("score.note.late", lang, n=late))
    if not found.same_questions:
        warnings.append(say("score.note.differ", lang))
    if found.rounded:
        warnings.append(say("score.note.rounded", lang, n=found.rounded))
    if found.unused:
        columns = list_text([isolated(name, lang) for name in found.unused], lang)
        warnings.append(say("score.note.unused", lang, columns=columns))
    return [paragraph(one, lang) for one in warnings]


def score_text(name: str, value: float, lang: str = "en") -> str:
    """Return a score with its name, which says the convention."""
    return say(
        "score.named", lang, score=say(f"score.name.{name}", lang), mean=_number(value, lang)
    )


def _number(value: float, lang: str, *, signed: bool = False) -> str:
    if math.isinf(value):
        sign = "-" if value < 0 else ""
        return figures(sign + _INFINITY, lang)
    if signed:
        return signed_text(value, lang, digits=2)
    return decimal_text(round(value, 3) + 0.0, lang, digits=3)


def _range(one: Estimate, lang: str, *, signed: bool = False) -> str:
    low, high = (_number(value, lang, signed=signed) for value in (one.low, one.high))
    return say("score.range", lang, low=low, high=high)
