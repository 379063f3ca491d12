"""Simulated histories in words, a table and data.

In English each scenario is a row of columns; in Arabic a line without columns (why: see
``tables``). Shares of what is in force at one date are rounded together, so that they sum to
100.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tarjih.reports.texts.briefing import fit_notices
from tarjih.reports.texts.documents import document_of, fit_entry, intervention_entry
from tarjih.reports.texts.sentences import notices
from tarjih.reports.words.columns import aligned
from tarjih.reports.words.dates import date_text, month_text, short_date_text
from tarjih.reports.words.numbers import (
    count_text,
    decimal_text,
    paragraph,
    percent_text,
    percent_texts,
)
from tarjih.reports.words.strings import language, list_text, quoted, say
from tarjih.scenarios.records import translate

if TYPE_CHECKING:
    from tarjih.models.simulating.simulation import Course, Simulation
    from tarjih.priors.draws import Draws

__all__ = ["simulation_document", "simulation_lines", "simulation_summary"]

_SHOWN = 8
_LEAST = 0.01
_TOLD = 50
_RARE = 1e-6
_NO_ENTRY = "\N{EN DASH}"


def simulation_lines(
    found: Simulation, lang: str = "en", *, draws: Draws | None = None
) -> list[str]:
    """Return the whole simulation as text, one paragraph a line."""
    language(lang)
    lines = [*_answer(found, lang), "", *_table(found, lang), _note(found, lang), ""]
    lines += [*_courses(found, lang), "", *_drivers(found, lang), ""]
    points = decimal_text(max(100 * found.error, 0.1), lang, digits=1)
    accuracy = say("simulate.accuracy", lang, points=points)
    warnings = [*fit_notices(draws, lang), *notices(found, lang, whole=False)]
    return [*lines, paragraph(accuracy, lang), *warnings]


def simulation_summary(
    found: Simulation, lang: str = "en", *, draws: Draws | None = None
) -> list[str]:
    """Return the most frequent courses, how often the scenario changes, and the warnings."""
    language(lang)
    return [*_answer(found, lang), *fit_notices(draws, lang), *notices(found, lang, whole=False)]


def simulation_document(found: Simulation, draws: Draws | None = None) -> dict[str, Any]:
    """Return a simulation as a document (``tarjih.simulate/1``).

    ``scenarios``: id to ``now``, ``enters``, ``never`` (which sum to one), ``at_horizon``,
    ``first_entry`` (``median``, ``q05``, ``q95``: last days of steps, of the histories that
    enter later; or null) and ``in_force`` (``share`` of the time, and ``median``, ``q05``,
    ``q95`` of the number of steps); ``timeline``: rows of ``date`` and ``scenarios``: id to
    share; ``changes``: share of histories with so many; ``sequences``, the most frequent first,
    50 at most, with ``others``; ``drivers``: id to ``now`` and ``at_horizon``: level to share;
    ``error``: half of the width of a 95% interval of a share of one half.
    """
    study = found.study
    ids = study.scenario_ids
    told = found.sequences[:_TOLD]
    changes = found.changes.tolist()
    while changes[-1] == 0:
        changes.pop()
    return document_of(
        {
            "schema": "tarjih.simulate/1",
            "study": study.id,
            "origin": study.origin,
            "as_of": found.as_of,
            "horizon": found.horizon,
            "seed": found.seed,
            "engine": found.engine,
            "view": None if study.viewer is None else study.viewer.id,
            "paths": found.paths,
            "interventions": [intervention_entry(study, one) for one in found.interventions],
            "scenarios": {course.scenario: _entry(found, course) for course in found.courses},
            "timeline": [
                {
                    "date": date,
                    "scenarios": {
                        id: float(course.probability[h])
                        for id, course in zip(ids, found.courses, strict=True)
                    },
                }
                for h, date in enumerate(found.dates)
            ],
            "changes": changes,
            "sequences": [{"scenarios": list(names), "share": share} for names, share in told],
            "others": max(0.0, 1.0 - sum(share for _, share in told)),
            "drivers": {
                driver.id: {
                    when: dict(
                        zip((level.id for level in driver.levels), shares.tolist(), strict=True)
                    )
                    for when, shares in zip(("now", "at_horizon"), levels, strict=True)
                }
                for driver, levels in zip(study.drivers, found.levels, strict=True)
            },
            "error": found.error,
            "diagnostics": asdict(found.diagnostics),
            "fit": None if draws is None else fit_entry(draws),
            "retrospective": study.retrospective,
        }
    )


def _entry(found: Simulation, course: Course) -> dict[str, Any]:
    entry = course.entry
    return {
        "now": course.now,
        "enters": course.enters,
        "never": course.never,
        "at_horizon": float(course.probability[-1]),
        "first_entry": None
        if entry is None
        else {name: found.dates[step] for name, step in asdict(entry).items()},
        "in_force": {"share": course.time, **asdict(course.steps)},
    }


def _answer(found: Simulation, lang: str) -> list[str]:
    """Say which course is the most frequent, which change is, and how often there is any."""
    names, share = found.sequences[0] if found.sequences else ((), 0.0)
    count = count_text(found.paths, lang)
    fields = {
        "share": percent_text(share, lang),
        "histories": say("simulate.histories", lang, n=found.paths, count=count),
        "start": date_text(found.as_of, lang),
        "end": date_text(found.horizon, lang),
    }
    sentences = []
    if len(names) == 1:
        scenario = quoted(_short(found, names[0], lang), lang)
        sentences.append(say("simulate.still", lang, scenario=scenario, **fields))
    elif names:
        sequence = _sequence(found, names, lang)
        sentences.append(say("simulate.moving", lang, sequence=sequence, **fields))
    change = next((one for one in found.sequences if len(one[0]) > 1), None)
    if change is not None and len(names) == 1:
        sequence = _sequence(found, change[0], lang)
        sentences.append(
            say("simulate.change", lang, sequence=sequence, share=percent_text(change[1], lang))
        )
    never, once, *more = found.changes.tolist()
    texts = percent_texts([never, once, sum(more)], lang)
    fields = dict(zip(("never", "once", "more"), texts, strict=True))
    sentences.append(say("simulate.changes", lang, **fields))
    return [paragraph(" ".join(sentences), lang)]


def _table(found: Simulation, lang: str) -> list[str]:
    # none of the histories is not the same as never
    now, horizon = (
        percent_texts([_possible(course.probability[h]) for course in found.courses], lang)
        for h in (0, -1)
    )
    rows = []
    for course, at_now, at_horizon in zip(found.courses, now, horizon, strict=True):
        rows.append(
            {
                "scenario": _short(found, course.scenario, lang),
                "now": at_now,
                "horizon": at_horizon,
                "enters": _share(course.enters, lang),
                "when": _when(found, course, lang),
                "never": _share(course.never, lang),
                "time": _share(course.time, lang),
            }
        )
    if lang == "ar":
        return [_line(row, lang) for row in rows]
    heads = [
        say("table.scenario", lang),
        *(
            say(f"simulate.head.{name}", lang)
            for name in ("now", "horizon", "enters", "entry", "never", "time")
        ),
    ]
    body = [list(row.values()) for row in rows]
    return aligned([heads, *body], [False, True, True, True, False, True, True])


def _share(share: float, lang: str) -> str:
    return percent_text(_possible(share), lang)


def _possible(share: float) -> float:
    return float(min(max(share, _RARE), 1 - _RARE))


def _line(row: dict[str, str], lang: str) -> str:
    if row["when"] == _NO_ENTRY:
        without = {name: text for name, text in row.items() if name != "when"}
        return paragraph(say("simulate.line_without_entry", lang, **without), lang)
    return paragraph(say("simulate.line", lang, **row), lang)


def _when(found: Simulation, course: Course, lang: str) -> str:
    if course.entry is None:
        return _NO_ENTRY
    median, low, high = (
        _step_text(found, step, lang)
        for step in (course.entry.median, course.entry.q05, course.entry.q95)
    )
    return say("simulate.when", lang, median=median, low=low, high=high)


def _step_text(found: Simulation, step: int, lang: str) -> str:
    """Name a step: its month, or the last day of its week."""
    date = found.dates[step]
    if found.study.step == "week":
        return short_date_text(date, lang)
    return month_text(date, lang, short=True)


def _note(found: Simulation, lang: str) -> str:
    dates = {"now": date_text(found.as_of, lang), "horizon": date_text(found.horizon, lang)}
    return paragraph(say("simulate.note", lang, **dates), lang)


def _courses(found: Simulation, lang: str) -> list[str]:
    """List the most frequent courses; what is left over stands last."""
    shown = [one for one in found.sequences[:_SHOWN] if one[1] >= _LEAST]
    rest = max(0.0, 1.0 - sum(share for _, share in shown))
    rows = [(percent_text(share, lang), _sequence(found, names, lang)) for names, share in shown]
    if rest > 1e-9:
        rows.append((percent_text(rest, lang), say("simulate.others", lang)))
    width = max(len(share) for share, _ in rows)
    head = paragraph(say("simulate.courses", lang), lang)
    return [head, *(_course(share, sequence, width, lang) for share, sequence in rows)]


def _course(share: str, sequence: str, width: int, lang: str) -> str:
    aligned_share = share if lang == "ar" else share.rjust(width + 2)
    return paragraph(say("simulate.course", lang, share=aligned_share, sequence=sequence), lang)


def _sequence(found: Simulation, names: Sequence[str], lang: str) -> str:
    labels = [_short(found, name, lang) for name in names]
    if len(labels) == 1:
        return say("simulate.throughout", lang, scenario=labels[0])
    return say("simulate.then", lang).join(labels)


def _drivers(found: Simulation, lang: str) -> list[str]:
    lines = [paragraph(say("simulate.drivers", lang), lang)]
    for driver, levels in zip(found.study.drivers, found.levels, strict=True):
        now, then = (percent_texts(shares.tolist(), lang) for shares in levels)
        parts = [
            say(
                "simulate.level",
                lang,
                level=translate(level.label, lang),
                now=now[v],
                then=then[v],
            )
            for v, level in enumerate(driver.levels)
        ]
        name = translate(driver.label, lang)
        line = say("simulate.driver", lang, driver=name, levels=list_text(parts, lang))
        lines.append(paragraph(line, lang))
    return lines


def _short(found: Simulation, scenario: str, lang: str) -> str:
    return translate(found.study.scenario(scenario).short, lang)
