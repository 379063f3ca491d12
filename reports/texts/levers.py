"""Which levers matter, in words, a table and data.

In English two rows for each driver, one for each end; in Arabic a line for each driver, without
columns (why: see ``tables``). A change is that of the percents beside it, so that what is shown
adds up.
"""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tarjih.reports.texts.briefing import fit_notices
from tarjih.reports.texts.documents import document_of, fit_entry, intervention_entry
from tarjih.reports.texts.sentences import notices
from tarjih.reports.texts.tables import Cell, cell_percent, summary_table
from tarjih.reports.words.columns import aligned
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.numbers import isolated, paragraph, signed_text, whole_percents
from tarjih.reports.words.strings import language, list_text, quoted, say
from tarjih.scenarios.records import Study, translate

if TYPE_CHECKING:
    from tarjih.models.asked.levers import Held, Lever, Tornado
    from tarjih.priors.draws import Draws

__all__ = ["held_cell", "tornado_document", "tornado_lines", "tornado_summary"]

_NEXT = 3


def tornado_lines(found: Tornado, lang: str = "en", *, draws: Draws | None = None) -> list[str]:
    """Return the whole answer as text, one paragraph a line."""
    language(lang)
    notes = [
        say(
            "tornado.note",
            lang,
            date=date_text(found.baseline.as_of, lang),
            interval_name=say("interval.name", lang),
            command=isolated("`tarjih tipping`", lang),
        ),
        say("tornado.not_doubts", lang, command=isolated("`tarjih sensitivity`", lang)),
    ]
    return [
        *_answer(found, lang),
        "",
        *_table(found, lang),
        "",
        *(paragraph(one, lang) for one in notes),
        *_warnings(found, lang, draws),
    ]


def tornado_summary(found: Tornado, lang: str = "en", *, draws: Draws | None = None) -> list[str]:
    """Return what would move the scenario most, and the warnings."""
    language(lang)
    return [*_answer(found, lang), *_warnings(found, lang, draws)]


def tornado_document(found: Tornado, draws: Draws | None = None) -> dict[str, Any]:
    """Return the answer as a document (``tarjih.tornado/1``).

    ``asked``: ``scenario``, ``at`` ("horizon" or "ever") and its ``probability`` as things stand;
    ``levers``, the widest swing first: ``driver``, ``now`` (its most probable level), ``swing``,
    and of ``lowest`` and ``highest`` the ``level``, the ``probability`` with the driver held
    there, and ``change`` with ``mean``, ``q05``, ``q95``.
    """
    baseline = found.baseline
    study = baseline.study
    return document_of(
        {
            "schema": "tarjih.tornado/1",
            "study": study.id,
            "origin": study.origin,
            "as_of": baseline.as_of,
            "horizon": baseline.horizon,
            "seed": baseline.seed,
            "engine": baseline.engine,
            "view": None if study.viewer is None else study.viewer.id,
            "interventions": [intervention_entry(study, one) for one in baseline.interventions],
            "asked": {
                "scenario": found.scenario,
                "at": found.when,
                "probability": found.probability,
            },
            "levers": [
                {
                    "driver": one.driver,
                    "now": study.driver(one.driver).levels[one.now].id,
                    "swing": one.swing,
                    "lowest": _entry(study, one.driver, one.lowest),
                    "highest": _entry(study, one.driver, one.highest),
                }
                for one in found.levers
            ],
            "diagnostics": asdict(baseline.diagnostics),
            "fit": None if draws is None else fit_entry(draws),
            "retrospective": study.retrospective,
        }
    )


def _entry(study: Study, driver: str, held: Held) -> dict[str, Any]:
    return {
        "level": study.driver(driver).levels[held.level].id,
        "probability": held.probability,
        "change": {"mean": held.change, "q05": held.q05, "q95": held.q95},
    }


def _answer(found: Tornado, lang: str) -> list[str]:
    study, baseline = found.baseline.study, found.baseline
    scenario = quoted(translate(study.scenario(found.scenario).label, lang), lang)
    date = date_text(baseline.horizon, lang)
    fields = {
        "event": say(f"sensitivity.event.{found.when}", lang, scenario=scenario, date=date),
        "now": _now(found).mean_text(lang),
    }
    moving = [one for one in found.levers if _moves(found, one)]
    if not moving:
        return [paragraph(say("tornado.nothing", lang, **fields), lang)]
    first, *others = moving[: 1 + _NEXT]
    ends = sorted((first.lowest, first.highest), key=lambda held: -abs(held.change))
    level, other = (quoted(_label(study, first, held, lang), lang) for held in ends)
    after, other_after = (held_cell(found, held).mean_text(lang) for held in ends)
    points, other_points = (_points(found, held, lang) for held in ends)
    answer = say(
        "tornado.answer",
        lang,
        driver=quoted(_driver(study, first, lang), lang),
        level=level,
        after=after,
        points=points,
        other=other,
        other_after=other_after,
        other_points=other_points,
        **fields,
    )
    levers = [
        say(
            "tornado.part",
            lang,
            driver=_driver(study, one, lang),
            low=held_cell(found, min(one.lowest, one.highest, key=_reach)).mean_text(lang),
            high=held_cell(found, max(one.lowest, one.highest, key=_reach)).mean_text(lang),
        )
        for one in others
    ]
    if levers:
        more = say("tornado.next", lang, levers=list_text(levers, lang))
        answer = f"{answer} {more}"
    return [paragraph(answer, lang)]


def _table(found: Tornado, lang: str) -> list[str]:
    study = found.baseline.study
    rows = []
    lines = []
    for lever in found.levers:
        name = _driver(study, lever, lang)
        ends = [
            {
                "level": _level(study, lever, held, lang),
                "after": held_cell(found, held).mean_text(lang),
                "change": _change(found, held, lang),
                "setting": _setting(study, lever, held, lang),
            }
            for held in (lever.lowest, lever.highest)
        ]
        rows += [[name if n == 0 else "", *end.values()] for n, end in enumerate(ends)]
        texts = list_text([say("tornado.end", lang, **end) for end in ends], lang)
        lines.append(paragraph(say("tornado.line", lang, driver=name, ends=texts), lang))
    if lang == "ar":
        return lines
    heads = [
        say(f"tornado.head.{name}", lang) for name in ("driver", "held", "after", "change", "set")
    ]
    return aligned([heads, *rows], [False, False, True, False, False])


def _reach(held: Held) -> float:
    return held.probability


def _driver(study: Study, lever: Lever, lang: str) -> str:
    return translate(study.driver(lever.driver).label, lang)


def _label(study: Study, lever: Lever, held: Held, lang: str) -> str:
    return translate(study.driver(lever.driver).levels[held.level].label, lang)


def _level(study: Study, lever: Lever, held: Held, lang: str) -> str:
    label = _label(study, lever, held, lang)
    label = quoted(label, lang) if lang == "ar" else label
    return say("tornado.level_now", lang, level=label) if held.level == lever.now else label


def _setting(study: Study, lever: Lever, held: Held, lang: str) -> str:
    """Write a driver at a level as ``--set`` takes it."""
    driver = study.driver(lever.driver)
    return isolated(f"{driver.id}={driver.levels[held.level].id}", lang)


def _moves(found: Tornado, lever: Lever) -> bool:
    return any(_whole(found, held) for held in (lever.lowest, lever.highest))


def _whole(found: Tornado, held: Held) -> int:
    """Return the difference of the whole percents that are shown."""
    return cell_percent(held_cell(found, held)) - cell_percent(_now(found))


def _now(found: Tornado) -> Cell:
    """Return the scenario's probability as things stand, as every command shows it."""
    columns = next(row for row in summary_table(found.baseline).rows if row.id == found.scenario)
    return columns.at_horizon if found.when == "horizon" else columns.ever_by_horizon


def held_cell(found: Tornado, held: Held) -> Cell:
    """Return what holding a driver leads to, rounded among all scenarios at the horizon.

    Ever by the horizon more than one scenario can have been in force, so nothing sums to 100.
    """
    mean, whole = held.probability, None
    if found.when == "horizon" and held.at_horizon:
        k = found.baseline.study.scenario_ids.index(found.scenario)
        whole = whole_percents(held.at_horizon)[k]
    return Cell(mean, mean, mean, whole=whole)


def _points(found: Tornado, held: Held, lang: str) -> str:
    whole = _whole(found, held)
    return say("points", lang, n=abs(whole), signed=_signed(whole, lang))


def _change(found: Tornado, held: Held, lang: str) -> str:
    """Return a change and its interval, rounded outward, in signed points."""
    whole = _whole(found, held)
    low = min(whole, math.floor(round(100 * held.q05, 4)))
    high = max(whole, math.ceil(round(100 * held.q95, 4)))
    points, low_text, high_text = (_signed(value, lang) for value in (whole, low, high))
    return say("tornado.change", lang, points=points, low=low_text, high=high_text)


def _signed(value: int, lang: str) -> str:
    return signed_text(value, lang)


def _warnings(found: Tornado, lang: str, draws: Draws | None) -> list[str]:
    return [*fit_notices(draws, lang), *notices(found.baseline, lang, whole=False)]
