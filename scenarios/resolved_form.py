"""The resolved form of a study, for machines.

A study has two forms: the terse one that people write, and the resolved one, in which nothing
is left to defaults. The resolved form is itself a valid study: `study_from_data` reads it back
to an equal `Study`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from tarjih.calendar import Interval
from tarjih.scenarios.records import (
    AtOrPast,
    BaseRates,
    Between,
    Checked,
    Driver,
    EverInForce,
    InForce,
    Item,
    Judgement,
    LevelSeen,
    OddsRatio,
    OwnEffects,
    Quantiles,
    Question,
    Says,
    Scenario,
    Seen,
    Study,
    WhichLevel,
    WhichScenario,
)

__all__ = [
    "resolved",
    "resolved_item",
    "written_assumptions",
    "written_base_rates",
    "written_own_effects",
    "written_says",
    "written_wait",
]


def resolved(study: Study) -> dict[str, Any]:
    """Return the study with nothing left to defaults, as data that JSON and YAML can hold.

    Returns
    -------
    dict
        Of the form that files have; `study_from_data` reads it back.
    """
    head = {
        "id": study.id,
        "title": dict(study.title),
        "description": dict(study.description),
        "origin": study.origin.isoformat(),
        "step": study.step,
        "horizon": study.horizon,
        "scale": study.scale,
        "retrospective": study.retrospective,
        "retrospective_note": dict(study.retrospective_note),
    }
    levels = {one.id: [level.id for level in one.levels] for one in study.drivers}
    return _filled(
        {
            "study": _filled(head),
            "assumptions": written_assumptions(study.assumptions),
            "base_rates": written_base_rates(study.base_rates) if study.base_rates else None,
            "scenarios": {one.id: _scenario(one, study) for one in study.scenarios},
            "drivers": {one.id: _driver(one) for one in study.drivers},
            "conjunctions": {
                one.id: _filled(
                    {
                        "label": dict(one.label),
                        "requires": {id: levels[id][level] for id, level in one.requires.items()},
                        "cites": one.cites,
                    }
                )
                for one in study.conjunctions
            },
            "links": {
                one.id: _filled(
                    {
                        "parent": one.parent,
                        "child": one.child,
                        "rise": dict(zip(levels[one.parent], one.rise, strict=True)),
                        "fall": dict(zip(levels[one.parent], one.fall, strict=True)),
                        "cites": one.cites,
                    }
                )
                for one in study.links
            },
            "indicators": {
                one.id: _filled(
                    {
                        "label": dict(one.label),
                        "description": dict(one.description),
                        "monitored": one.monitored,
                        "detection": one.detection,
                        "cites": one.cites,
                    }
                )
                for one in study.indicators
            },
            "sources": {
                one.id: _filled(
                    {
                        "label": dict(one.label),
                        "letter": one.letter,
                        "scale": one.scale,
                        "url": one.url,
                        "note": dict(one.note),
                        "cites": one.cites,
                    }
                )
                for one in study.sources
            },
            "analysts": {
                one.id: _filled(
                    {
                        "label": dict(one.label),
                        "weight": one.weight,
                        "note": dict(one.note),
                        "cites": one.cites,
                    }
                )
                for one in study.analysts
            },
            "judgements": {one.id: _judgement(one, levels) for one in study.judgements},
            "items": {one.id: resolved_item(one, levels) for one in study.items},
            "questions": {one.id: _question(one, levels) for one in study.questions},
        }
    )


def _filled(entry: dict[str, Any]) -> dict[str, Any]:
    """Leave out what is empty."""
    return {key: value for key, value in entry.items() if value not in (None, "", {}, [])}


def written_wait(months: float) -> float | str:
    """Return months, or ``"never"``."""
    return "never" if math.isinf(months) else months


def written_assumptions(assumptions: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the study states, with the keys that files have."""
    plain = dict(assumptions)
    if "digits" in plain:
        plain["digits"] = {str(digit): value for digit, value in plain["digits"].items()}
    if "weights" in plain:
        plain["weights"] = {word: list(pair) for word, pair in plain["weights"].items()}
    return plain


def written_base_rates(rates: BaseRates) -> dict[str, Any]:
    """Return base rates in the form that files have."""
    return {
        "table": rates.table,
        "rows": rates.rows,
        "levels": {level: list(ids) for level, ids in rates.levels.items()},
        "effective_n": rates.effective_n,
    }


def written_own_effects(effects: OwnEffects) -> dict[str, dict[str, str]]:
    """Return analysts' own effects in the form that files have."""
    return {analyst: dict(words) for analyst, words in effects.items()}


def written_says(says: Says) -> Any:
    """Return what a judgement says in the form that files have.

    Examples
    --------
    >>> written_says(Quantiles(((0.05, 0.1), (0.5, 0.2))))
    {'quantiles': {'0.05': 0.1, '0.5': 0.2}}
    """
    if isinstance(says, Between):
        return {"low": says.low, "high": says.high, "mass": says.mass}
    if isinstance(says, Quantiles):
        return {"quantiles": {f"{share!r}": value for share, value in says.pairs}}
    if isinstance(says, OddsRatio):
        return _filled({"odds_ratio": says.ratio, "spread": says.spread})
    return says


def _scenario(one: Scenario, study: Study) -> dict[str, Any]:
    rule = {"rule": dict(one.resolution), "settled_by": list(one.settled_by)}
    return _filled(
        {
            "label": dict(one.label),
            "short": dict(one.short),
            "definition": dict(one.definition),
            "resolution": _filled(rule) if one.resolution else None,
            "analogues": [dict(text) for text in one.analogues],
            "review_time": one.review_time,
            "effects": dict(one.effects),
            "conjunction_effects": dict(one.conjunction_effects),
            "effects_by": written_own_effects(one.effects_by),
            "conjunction_effects_by": written_own_effects(one.conjunction_effects_by),
            "indicators": {sign.id: sign.monthly[one.id] for sign in study.indicators},
            "cites": one.cites,
        }
    )


def _driver(one: Driver) -> dict[str, Any]:
    ids = [level.id for level in one.levels]
    return _filled(
        {
            "label": dict(one.label),
            "description": dict(one.description),
            "levels": {
                level.id: {"label": dict(level.label), "score": level.score} for level in one.levels
            },
            "reference": ids[one.reference],
            "at_origin": dict(zip(ids, one.at_origin, strict=True)),
            "moves": {
                "rise": written_wait(one.months_before_rise),
                "fall": written_wait(one.months_before_fall),
            },
            "cites": one.cites,
        }
    )


def _judgement(one: Judgement, levels: Mapping[str, list[str]]) -> dict[str, Any]:
    level = None if one.driver is None or one.level is None else levels[one.driver][one.level]
    return _filled(
        {
            "source": one.source,
            "by": one.by,
            "known": one.known.isoformat(),
            "about": one.about,
            "scenario": one.scenario,
            "driver": one.driver,
            "level": level,
            "says": written_says(one.says),
            "over": list(one.over),
            "within": one.within,
            "levels": {id: levels[id][index] for id, index in one.levels.items()},
            "against": {id: levels[id][index] for id, index in one.against.items()},
            "wording": dict(one.wording),
            "scale": one.scale,
            "cites": one.cites,
            "note": dict(one.note),
            "retrospective": one.retrospective,
        }
    )


def resolved_item(one: Item, levels: Mapping[str, list[str]]) -> dict[str, Any]:
    """Return one item in the form that files have.

    Parameters
    ----------
    one : Item
    levels : mapping of driver id to the ids of its levels
    """
    bears_on = one.bears_on
    bearing: dict[str, Any]
    if isinstance(bears_on, Seen):
        bearing = {"seen": bears_on.indicator}
    elif isinstance(bears_on, Checked):
        bearing = {"checked": bears_on.indicator}
    elif isinstance(bears_on, LevelSeen):
        bearing = {"level": {bears_on.driver: levels[bears_on.driver][bears_on.level]}}
    else:
        bearing = {"weights": dict(bears_on.words)}
    return _filled(
        {
            "happened": str(Interval(one.start, one.end)),
            "known": one.known.isoformat(),
            "until": one.until and one.until.isoformat(),
            **bearing,
            "kind": one.kind,
            "sources": list(one.sources),
            "relays": dict(one.relays),
            "credibility": one.credibility,
            "cluster": one.cluster,
            "label": dict(one.label),
            "note": dict(one.note),
            "url": one.url,
            "cites": one.cites,
            "retrospective": one.retrospective,
        }
    )


def _question(one: Question, levels: Mapping[str, list[str]]) -> dict[str, Any]:
    asked = one.about
    about: dict[str, Any]
    if isinstance(asked, InForce):
        about = {"in_force": asked.scenario, "at": asked.at.isoformat()}
    elif isinstance(asked, WhichScenario):
        about = {"scenario_at": asked.at.isoformat()}
    elif isinstance(asked, WhichLevel):
        about = {"level_of": asked.driver, "at": asked.at.isoformat()}
    else:
        window = {"from": asked.start.isoformat(), "by": asked.end.isoformat()}
        if isinstance(asked, EverInForce):
            about = {"ever": asked.scenario, **window}
        elif isinstance(asked, AtOrPast):
            when = window if asked.ever else {"at": asked.end.isoformat()}
            about = {"level": {asked.driver: levels[asked.driver][asked.level]}, **when}
        else:
            about = {"seen": asked.indicator, **window}
    outcome = one.resolution
    return _filled(
        {
            "label": dict(one.label),
            "about": about,
            "rule": dict(one.rule),
            "settled_by": one.settled_by,
            "closes": one.closes.isoformat(),
            "resolution": outcome
            and _filled(
                {
                    "outcome": outcome.outcome,
                    "known": outcome.known.isoformat(),
                    "cites": outcome.cites,
                    "note": dict(outcome.note),
                }
            ),
            "cites": one.cites,
            "retrospective": one.retrospective,
        }
    )
