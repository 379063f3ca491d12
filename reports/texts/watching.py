"""What is worth looking for, in words, tables and data.

In English the numbers stand in columns, names last, since they are long; in Arabic each
indicator is a line without columns (why: see ``tables``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from math import log2
from typing import TYPE_CHECKING, Any

from tarjih.reports.texts.briefing import fit_notices
from tarjih.reports.texts.card_words import named
from tarjih.reports.texts.documents import document_of, fit_entry
from tarjih.reports.texts.sentences import notices
from tarjih.reports.words.columns import aligned
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.numbers import (
    figures,
    isolated,
    paragraph,
    percent_text,
    percent_texts,
)
from tarjih.reports.words.strings import language, list_text, quoted, say
from tarjih.scenarios.records import translate

if TYPE_CHECKING:
    from tarjih.models.asked.watching import Outcome, Watched, WatchList
    from tarjih.priors.draws import Draws

__all__ = ["watch_answer", "watch_document", "watch_lines", "watch_summary"]

_MOST_INDICATORS = 12
_MOST_DRIVERS = 5
_LITTLE = 0.02
_NOTHING = 0.0005  # what would be shown as 0.0%


def watch_lines(found: WatchList, lang: str = "en", *, draws: Draws | None = None) -> list[str]:
    """Return the whole list as text: what to look for first, the table, how to read it.

    Parameters
    ----------
    found : WatchList
    lang : {"en", "ar"}
    draws : Draws, optional
        Those it was made with: a fit that is not sound is told.
    """
    language(lang)
    warnings = [*fit_notices(draws, lang), *notices(found.forecast, lang, whole=False)]
    return [
        *watch_answer(found, lang),
        "",
        *_indicators(found, lang),
        *_drivers(found, lang),
        *_notes(found, lang),
        *(["", *warnings] if warnings else []),
    ]


def watch_summary(found: WatchList, lang: str = "en", *, draws: Draws | None = None) -> list[str]:
    """Return what to look for first, and the warnings."""
    language(lang)
    warnings = [*fit_notices(draws, lang), *notices(found.forecast, lang, whole=False)]
    return [*watch_answer(found, lang), *warnings]


def watch_document(found: WatchList, draws: Draws | None = None) -> dict[str, Any]:
    """Return a watch list as a document (``tarjih.watch/1``).

    ``scenarios``: id to probability at the horizon as things stand; ``doubt``: their entropy in
    bits. ``indicators`` and ``drivers``, the most telling first: ``id``, ``information`` in
    bits, ``share`` of the doubt, and ``outcomes``: name (``found``, ``missed``; levels) to
    ``probability``, ``scenarios`` at the horizon given it, and the one it ``tells_for``.
    ``fit``: digest and diagnostics of the draws, or null.
    """
    study, forecast = found.study, found.forecast
    signs = {one.id: one for one in study.indicators}
    return document_of(
        {
            "schema": "tarjih.watch/1",
            "study": study.id,
            "origin": study.origin,
            "as_of": forecast.as_of,
            "until": found.until,
            "steps": found.steps,
            "horizon": forecast.horizon,
            "seed": forecast.seed,
            "engine": forecast.engine,
            "view": None if study.viewer is None else study.viewer.id,
            "interventions": [
                {
                    "driver": held.driver,
                    "level": study.driver(held.driver).levels[held.level].id,
                    "start": held.start,
                }
                for held in forecast.interventions
            ],
            "draws": found.draws,
            "scenarios": _by_scenario(found, found.at_horizon.tolist()),
            "doubt": found.doubt,
            "indicators": [
                {
                    **_watched(found, one),
                    "monitored": signs[one.id].monitored,
                    "detection": signs[one.id].detection,
                }
                for one in found.indicators
            ],
            "drivers": [_watched(found, one) for one in found.drivers],
            "diagnostics": asdict(forecast.diagnostics),
            "fit": None if draws is None else fit_entry(draws),
            "retrospective": study.retrospective,
        }
    )


def _watched(found: WatchList, one: Watched) -> dict[str, Any]:
    return {
        "id": one.id,
        "information": one.information,
        "share": _share(found, one),
        "outcomes": {
            outcome.name: {
                "probability": outcome.probability,
                "tells_for": found.study.scenario_ids[found.tells_for(outcome)],
                "scenarios": _by_scenario(found, outcome.at_horizon.tolist()),
            }
            for outcome in one.outcomes
        },
    }


def _by_scenario(found: WatchList, values: Sequence[float]) -> dict[str, float]:
    return dict(zip(found.study.scenario_ids, values, strict=True))


def _share(found: WatchList, one: Watched) -> float:
    return one.information / found.doubt if found.doubt > 0 else 0.0


def _share_text(found: WatchList, one: Watched, lang: str) -> str:
    return figures(f"{100 * _share(found, one):.1f}%", lang)


def _dates(found: WatchList, lang: str) -> dict[str, str]:
    return {
        "every": say(f"watch.every.{found.study.step}", lang),
        "until": date_text(found.until, lang),
        "horizon": date_text(found.forecast.horizon, lang),
    }


def watch_answer(found: WatchList, lang: str = "en") -> list[str]:
    """Say what to look for first, and what that would settle."""
    if not found.indicators:
        return [paragraph(say("watch.no_indicator", lang), lang)]
    best = found.indicators[0]
    dates = _dates(found, lang)
    if _share(found, best) < _NOTHING:
        return [paragraph(say("watch.nothing", lang, horizon=dates["horizon"]), lang)]
    sentences = [say("watch.best", lang, **dates, **_effect(found, best, lang))]
    sentences.append(say("watch.share", lang, share=_share_text(found, best, lang)))
    if _share(found, best) < _LITTLE:
        sentences.append(say("watch.little", lang))
    return [paragraph(" ".join(sentences), lang)]


def _effect(found: WatchList, one: Watched, lang: str) -> dict[str, str]:
    """Say what either outcome does to the scenario that the indicator tells for."""
    seen, missed = one.outcomes
    label = next(each.label for each in found.study.indicators if each.id == one.id)
    return {
        "indicator": quoted(translate(label, lang), lang),
        "found": percent_text(seen.probability, lang),
        **_moved(found, seen, "if_found", lang),
        "if_not": percent_texts(missed.at_horizon.tolist(), lang)[found.tells_for(seen)],
    }


def _moved(found: WatchList, outcome: Outcome, name: str, lang: str) -> dict[str, str]:
    """Say where an outcome takes the scenario it tells for, rounded among the others."""
    k = found.tells_for(outcome)
    return {
        "scenario": quoted(translate(found.study.scenarios[k].short, lang), lang),
        "now": percent_texts(found.at_horizon.tolist(), lang)[k],
        name: percent_texts(outcome.at_horizon.tolist(), lang)[k],
    }


def _indicators(found: WatchList, lang: str) -> list[str]:
    shown = [one for one in found.indicators if _share(found, one) >= _NOTHING][:_MOST_INDICATORS]
    if not shown:
        return []
    head = paragraph(say("watch.indicators", lang, **_dates(found, lang)), lang)
    rows = [
        {"settles": _share_text(found, one, lang), **_effect(found, one, lang)} for one in shown
    ]
    lines = [f"{head}:"]
    if lang == "ar":
        for row, one in zip(rows, shown, strict=True):
            id = isolated(one.id, lang)
            fields = {name: text for name, text in row.items() if name != "settles"}
            line = say("watch.line", lang, share=row["settles"], id=id, **fields)
            lines.append(paragraph(line, lang))
    else:
        names = ("settles", "found", "tells_for", "now", "if_found", "if_not", "indicator")
        labels = {one.id: one.label for one in found.study.indicators}
        shorts = [translate(one.short, lang) for one in found.study.scenarios]
        for row, one in zip(rows, shown, strict=True):
            row["tells_for"] = shorts[found.tells_for(one.outcomes[0])]
            row["indicator"] = named(labels[one.id], one.id, lang)
        body = [[row[name] for name in names] for row in rows]
        heads = [say(f"watch.head.{name}", lang) for name in names]
        lines += aligned([heads, *body], (True, True, False, True, True, True, False), "  ")
    more = len(found.indicators) - len(shown)
    if more:
        lines.append(paragraph(say("watch.more", lang, n=more), lang))
    return [*lines, ""]


def _drivers(found: WatchList, lang: str) -> list[str]:
    shown = [one for one in found.drivers if _share(found, one) >= _NOTHING][:_MOST_DRIVERS]
    if not shown:
        return []
    head = paragraph(say("watch.drivers", lang, until=date_text(found.until, lang)), lang)
    lines = [f"{head}:"]
    rows = []
    for one in shown:
        driver = found.study.driver(one.id)
        outcome = max(one.outcomes, key=lambda each: _told(found, each))
        k = found.tells_for(outcome)
        fields = {
            "share": _share_text(found, one, lang),
            "driver": translate(driver.label, lang),
            "level": translate(driver.levels[driver.index(outcome.name)].label, lang),
            "chance": percent_text(outcome.probability, lang),
            **_moved(found, outcome, "if_so", lang),
        }
        if lang == "ar":
            fields["driver"] = quoted(fields["driver"], lang)
            fields["level"] = quoted(fields["level"], lang)
            fields["setting"] = isolated(f"{one.id}={outcome.name}", lang)
            lines.append(paragraph(say("watch.driver.line", lang, **fields), lang))
        else:
            short = translate(found.study.scenarios[k].short, lang)
            setting = f"{one.id}={outcome.name}"
            level = say(
                "watch.level",
                lang,
                driver=fields["driver"],
                level=fields["level"],
                setting=isolated(setting, lang),
            )
            row = [fields[name] for name in ("share", "chance", "now", "if_so")]
            rows.append([*row[:2], short, *row[2:], level])
    if rows:
        names = ("settles", "chance", "tells_for", "now", "if_so", "driver")
        heads = [say(f"watch.head.{name}", lang) for name in names]
        lines += aligned([heads, *rows], (True, True, False, True, True, False), "  ")
    return [*lines, ""]


def _told(found: WatchList, outcome: Outcome) -> float:
    """Return what an outcome adds to the expected information, in bits."""
    pairs = zip(outcome.at_horizon.tolist(), found.at_horizon.tolist(), strict=True)
    away = sum(p * log2(p / q) for p, q in pairs if p > 0 and q > 0)
    return float(outcome.probability * away)


def _notes(found: WatchList, lang: str) -> list[str]:
    dates = _dates(found, lang)
    lines = [say("watch.note", lang, horizon=dates["horizon"])]
    reported = [translate(one.label, lang) for one in found.study.indicators if one.monitored]
    if reported:
        lines.append(say("watch.monitored", lang, indicators=list_text(reported, lang)))
    elif found.indicators:
        lines.append(say("watch.unmonitored", lang))
    every = found.forecast.diagnostics.draws
    if found.draws < every:
        lines.append(say("watch.draws", lang, few=found.draws, all=every))
    return [paragraph(line, lang) for line in lines]
