"""Analysts side by side, in words, tables and data.

In English the numbers stand in columns, one for each analyst and one for the pool; in Arabic
each scenario is a line without columns (why: see ``tables``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

from tarjih.reports.texts.briefing import fit_notices
from tarjih.reports.texts.documents import document_of, fit_entry
from tarjih.reports.texts.sentences import notices
from tarjih.reports.texts.tables import Cell, SummaryTable, summary_table
from tarjih.reports.texts.viewpoints import disagreement_sentences, shares_text
from tarjih.reports.words.columns import aligned
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.numbers import paragraph, percent_text
from tarjih.reports.words.strings import language, list_text, quoted, say
from tarjih.scenarios.dissent import disagreements
from tarjih.scenarios.records import translate

if TYPE_CHECKING:
    from tarjih.models.asked.comparison import Comparison, Observation
    from tarjih.models.record import Forecast

__all__ = ["comparison_document", "comparison_lines", "comparison_summary"]

_WHENS: tuple[Literal["now", "horizon", "ever"], ...] = ("now", "horizon", "ever")
_LEAST_BITS = 0.005


def comparison_lines(found: Comparison, lang: str = "en") -> list[str]:
    """Return the whole comparison as text, one paragraph a line."""
    language(lang)
    pool = found.pool
    head = say(
        "compare.title",
        lang,
        study=translate(found.study.title, lang),
        date=date_text(pool.as_of, lang),
    )
    lines = [paragraph(head, lang), ""]
    tables = [summary_table(each) for each in _forecasts(found)]
    names = _names(found, lang)
    for when in _WHENS:
        date = date_text(pool.as_of if when == "now" else pool.horizon, lang)
        title = say(f"compare.head.{when}", lang, date=date)
        rows = [
            [_cell(table, k, when).text(lang) for table in tables]
            for k in range(len(found.study.scenarios))
        ]
        labels = [translate(one.short, lang) for one in found.study.scenarios]
        if lang == "ar":
            lines.append(paragraph(title, lang))
            lines += [
                paragraph(
                    say("compare.line", lang, scenario=label, parts=_parts(names, row, lang)), lang
                )
                for label, row in zip(labels, rows, strict=True)
            ]
        else:
            body = [[label, *row] for label, row in zip(labels, rows, strict=True)]
            lines += aligned([[title, *names], *body], [False, *(True for _ in names)])
        lines.append("")
    brackets = say("compare.brackets", lang, interval_name=say("interval.name", lang))
    lines += [paragraph(brackets, lang), "", *_summary(found, lang), "", *_words(found, lang), ""]
    return [*lines, *_notices(found, lang)]


def comparison_summary(found: Comparison, lang: str = "en") -> list[str]:
    """Return where the analysts are furthest apart, what would decide, and the warnings."""
    language(lang)
    return [*_summary(found, lang), *_notices(found, lang)]


def comparison_document(found: Comparison) -> dict[str, Any]:
    """Return a comparison as a document (``tarjih.comparison/1``).

    ``analysts``: id to ``share`` (stated, and ``share_now`` after the evidence), ``scenarios``
    as in a forecast, ``fit`` and ``diagnostics``; ``pool``: the same of the pool;
    ``observations``, the most telling first, with what each analyst expects, ``information`` in
    bits and the weights after either outcome; ``disagreements``: effects stated differently.
    """
    study, pool = found.study, found.pool
    ids = [one.id for one in study.analysts]

    def by_analyst(values: Sequence[float]) -> dict[str, float]:
        return dict(zip(ids, values, strict=True))

    return document_of(
        {
            "schema": "tarjih.comparison/1",
            "study": study.id,
            "origin": study.origin,
            "as_of": pool.as_of,
            "horizon": pool.horizon,
            "seed": pool.seed,
            "engine": pool.engine,
            "by": "analyst",
            "interventions": [
                {
                    "driver": held.driver,
                    "level": study.driver(held.driver).levels[held.level].id,
                    "start": held.start,
                }
                for held in pool.interventions
            ],
            "analysts": {
                one.analyst.id: {
                    "label": one.analyst.label,
                    "share": one.share,
                    "share_now": one.share_now,
                    "scenarios": one.forecast.table(),
                    "fit": fit_entry(one.draws),
                    "diagnostics": asdict(one.forecast.diagnostics),
                }
                for one in found.opinions
            },
            "pool": {
                "scenarios": pool.table(),
                "fit": fit_entry(found.pool_draws),
                "diagnostics": asdict(pool.diagnostics),
            },
            "observations": [
                {
                    "indicator": one.indicator,
                    "window": one.window,
                    "until": one.date,
                    "expected": by_analyst(one.expected),
                    "pool": one.pool,
                    "information": one.information,
                    "if_found": by_analyst(one.if_found),
                    "if_not": by_analyst(one.if_not),
                }
                for one in found.observations
            ],
            "disagreements": [
                {
                    "kind": one.kind,
                    "cause": one.cause,
                    "scenario": one.scenario,
                    "words": one.words,
                }
                for one in disagreements(study)
            ],
            "retrospective": study.retrospective,
        }
    )


def _forecasts(found: Comparison) -> list[Forecast]:
    return [*(one.forecast for one in found.opinions), found.pool]


def _names(found: Comparison, lang: str) -> list[str]:
    analysts = [translate(one.analyst.label, lang) for one in found.opinions]
    return [*analysts, say("compare.pool", lang)]


def _cell(table: SummaryTable, k: int, when: str) -> Cell:
    row = table.rows[k]
    return {"now": row.now, "horizon": row.at_horizon, "ever": row.ever_by_horizon}[when]


def _parts(names: Sequence[str], values: Sequence[str], lang: str) -> str:
    parts = [
        say("compare.part", lang, analyst=name, value=value)
        for name, value in zip(names, values, strict=True)
    ]
    return list_text(parts, lang)


def _summary(found: Comparison, lang: str) -> list[str]:
    sentences = [_widest(found, lang)]
    stated = [one.share for one in found.opinions]
    now = [one.share_now for one in found.opinions]
    before, after = (shares_text(found.study, shares, lang) for shares in (stated, now))
    if before != after:
        sentences.append(say("compare.weights", lang, before=before, after=after))
    sentences += _observations(found, lang)
    return [paragraph(sentence, lang) for sentence in sentences]


def _widest(found: Comparison, lang: str) -> str:
    tables = [summary_table(one.forecast) for one in found.opinions]
    apart = {
        (when, k): [_cell(table, k, when) for table in tables]
        for when in _WHENS
        for k in range(len(found.study.scenarios))
    }

    def span(cells: Sequence[Cell]) -> float:
        means = [cell.mean for cell in cells]
        return max(means) - min(means)

    when, k = max(apart, key=lambda key: span(apart[key]))
    texts = [cell.mean_text(lang) for cell in apart[when, k]]
    if span(apart[when, k]) < 0.01 or len(set(texts)) == 1:
        return say("compare.alike", lang)
    return say(
        "compare.widest",
        lang,
        scenario=quoted(translate(found.study.scenarios[k].label, lang), lang),
        when=say(f"compare.at.{when}", lang),
        parts=_parts(_names(found, lang)[:-1], texts, lang),
    )


def _observations(found: Comparison, lang: str) -> list[str]:
    """Say which check would tell most, then which one of the other window."""
    if not found.observations:
        return [say("compare.no_indicator", lang)]
    best = found.observations[0]
    sentences = [say("compare.little", lang)] if best.information < _LEAST_BITS else []
    sentences += [
        say("compare.best", lang, **_expected(found, best, lang)),
        say(
            "compare.outcomes",
            lang,
            found=shares_text(found.study, best.if_found, lang),
            missed=shares_text(found.study, best.if_not, lang),
        ),
    ]
    other = next((one for one in found.observations if one.window != best.window), None)
    if other is not None:
        sentences.append(say("compare.next", lang, **_expected(found, other, lang)))
    return sentences


def _expected(found: Comparison, one: Observation, lang: str) -> dict[str, str]:
    indicator = next(each for each in found.study.indicators if each.id == one.indicator)
    texts = [percent_text(each, lang) for each in one.expected]
    return {
        "indicator": quoted(translate(indicator.label, lang), lang),
        "date": date_text(one.date, lang),
        "parts": _parts(_names(found, lang)[:-1], texts, lang),
        "pool": percent_text(one.pool, lang),
    }


def _words(found: Comparison, lang: str) -> list[str]:
    sentences = disagreement_sentences(found.study, lang)
    if not sentences:
        return [paragraph(say("compare.same_words", lang), lang)]
    return [paragraph(say("compare.words", lang), lang), *sentences]


def _notices(found: Comparison, lang: str) -> list[str]:
    doubtful = [
        paragraph(say("compare.unreliable", lang, analyst=translate(one.analyst.label, lang)), lang)
        for one in found.opinions
        if not one.forecast.diagnostics.reliable
    ]
    return [
        *fit_notices(found.pool_draws, lang),
        *doubtful,
        *notices(found.pool, lang, whole=False),
    ]
