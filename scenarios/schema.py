"""The terse form of a study, as people write it: what each kind of entry may hold.

`STUDY_FILE` is what a file (or all files of a folder, merged) may hold. Every key carries the
description that editors show. ``python -m tarjih.scenarios.schema`` writes the JSON Schema to
``docs/study.schema.json``. How entries relate to each other is checked in ``resolve``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, Final, get_args

from tarjih.calendar import StepName
from tarjih.scenarios.containers import Either, Field, ListOf, MapOf, MapOfShares, Record
from tarjih.scenarios.records import About, Effect, ItemKind, Letter, Weight
from tarjih.scenarios.shapes import (
    ID,
    VERSIONED,
    Choice,
    DateShape,
    Number,
    Shape,
    TextShape,
    Truth,
    Words,
)

__all__ = ["SECTIONS", "STUDY_FILE", "json_schema", "schema_text"]

EFFECT_WORDS: Final[tuple[str, ...]] = get_args(Effect)
WEIGHT_WORDS: Final[tuple[str, ...]] = get_args(Weight)

TEXT, DATE, TRUTH = TextShape(), DateShape(), Truth()
ANYTHING = Words(empty=True)
ANSWER = Either(TRUTH, (bool, int, float), Words())
POSITIVE = Number(low=0, open_low=True)
NOT_NEGATIVE = Number(low=0)
SHARE = Number(low=0, high=1)
CHANCE = Number(
    low=0,
    high=1,
    open_low=True,
    open_high=True,
    mend="write 60 percent as 0.6; no evidence could ever move a stated 0 or 1, so write 0.01 or "
    "0.99 for those",
)
NUMERIC = (int, float)
EFFECT, WEIGHT = Choice(EFFECT_WORDS), Choice(WEIGHT_WORDS)


def _need(shape: Shape, about: str) -> Field:
    return Field(shape, about, required=True)


def _may(shape: Shape, about: str, default: Any = None) -> Field:
    return Field(shape, about, default)


CITES = _may(ANYTHING, "Where this comes from: author or unit, outlet, date", "")
NOTE = _may(TEXT, "A remark, shown with the entry")
LABEL = _need(TEXT, "Name, in one or several languages")
HINDSIGHT = _may(TRUTH, "Was it coded by someone who knew what came later?", False)

STUDY = Record(
    "study",
    "What the study is about, and its clock.",
    {
        "id": _need(ID, "Short name of the study"),
        "title": _need(TEXT, "Title, in one or several languages"),
        "description": _may(TEXT, "What the study asks, in a few sentences"),
        "language": _may(
            Words("[a-z]{2,3}", "a language", "two or three small letters, such as en"),
            "Language of texts that are plain strings",
            "en",
        ),
        "origin": _need(DATE, "The day the forecast starts from"),
        "step": _may(Choice(get_args(StepName)), "Length of a step", "month"),
        "horizon": _may(
            Number(low=0, high=600, open_low=True), "How far to look ahead, in months", 12.0
        ),
        "scale": _may(ID, "Verbal scale by which judgements are read", "survey"),
        "retrospective": HINDSIGHT,
        "retrospective_note": _may(TEXT, "Why it is retrospective; required if it is"),
    },
)

ASSUMPTIONS = Record(
    "assumptions",
    "The study's own values for assumptions of the project.",
    {
        "cluster_correlation": _may(SHARE, "Correlation of the items of one cluster"),
        "statement_discount": _may(SHARE, "How much a statement counts compared with an act"),
        "level_spread": _may(
            POSITIVE, "Distance in levels over which a level's report loses force"
        ),
        "utility_spread": _may(POSITIVE, "Prior spread of utilities, in logits"),
        "review_spread": _may(POSITIVE, "Prior spread of log review times"),
        "rate_spread": _may(POSITIVE, "Prior spread of log rates"),
        "bias_spread": _may(POSITIVE, "Spread of the sources' biases, in logits"),
        "noise_floor": _may(POSITIVE, "Least noise of a judgement, in logits"),
        "rank_spread": _may(POSITIVE, "Softness of 'most likely', in logits"),
        "stated_level": _may(CHANCE, "Probability meant by a single level at the origin"),
        "trust": _may(
            Choice(("fixed", "learned")), "Does what a teller tells change how far it is trusted?"
        ),
        "trust_spread": _may(
            POSITIVE, "With learned trust: how far a teller may be off its grade, in logits"
        ),
        "letters": _may(MapOf(CHANCE, keys=get_args(Letter)), "Reliability of tellers, A to F"),
        "digits": _may(MapOf(CHANCE, keys=tuple("123456")), "Credibility of items, 1 to 6"),
        "weights": _may(
            MapOf(ListOf(POSITIVE, 2, 2), keys=WEIGHT_WORDS),
            "Likelihood ratio of each weight word: [from, to]",
        ),
        "effects": _may(
            MapOf(NOT_NEGATIVE, keys=EFFECT_WORDS), "Scale of each effect word, in logits"
        ),
    },
)

BASE_RATES = Record(
    "base_rates",
    "Counts from history of how scenarios follow each other.",
    {
        "table": _need(ID, "A shipped table"),
        "rows": _need(ID, "A matrix of counts in the table"),
        "levels": _need(
            MapOf(ListOf(ID, 1), least=1), "Scenarios that each level of the table stands for"
        ),
        "effective_n": _may(POSITIVE, "What each row of counts is scaled to", 10.0),
    },
)

RULE = Record(
    "resolution",
    "How one would tell that the scenario is in force.",
    {
        "rule": _need(TEXT, "In words; must not name a driver"),
        "settled_by": _may(ListOf(ID), "Indicators that the rule looks at", ()),
    },
)

SCENARIO = Record(
    "scenario",
    "One of the mutually exclusive patterns, one of them in force.",
    {
        "label": LABEL,
        "short": _may(TEXT, "Short name for charts and tables"),
        "definition": _need(TEXT, "What is the case when it is in force"),
        "resolution": _may(RULE, "How to tell that it is in force; required but for `other`"),
        "analogues": _may(ListOf(TEXT), "Historical analogues", ()),
        "review_time": _need(POSITIVE, "Mean months between reconsiderations while it is in force"),
        "effects": _may(MapOf(EFFECT), "What each driver's last level does to it", {}),
        "conjunction_effects": _may(MapOf(EFFECT), "What each conjunction does to it", {}),
        "effects_by": _may(
            MapOf(MapOf(EFFECT, least=1)), "Analyst: the effects that only they state", {}
        ),
        "conjunction_effects_by": _may(
            MapOf(MapOf(EFFECT, least=1)), "Analyst: conjunctions' effects only they state", {}
        ),
        "indicators": _may(MapOf(CHANCE), "Probability that each indicator is seen in a month", {}),
        "cites": CITES,
    },
)

LEVEL = Record(
    "level",
    "One value of a driver.",
    {
        "label": _may(TEXT, "Name; by default the id"),
        "score": _may(SHARE, "In [0, 1]; evenly spaced by default"),
    },
)
WAIT = Either(POSITIVE, NUMERIC, Choice(("never",)))
MOVES = Record(
    "moves",
    "How long a level is held before the driver moves.",
    {
        "rise": _need(WAIT, "Mean months before a step up, or never"),
        "fall": _need(WAIT, "Mean months before a step down, or never"),
    },
)
DRIVER = Record(
    "driver",
    "A cause with ordered levels that evolves by itself.",
    {
        "label": LABEL,
        "description": _may(TEXT, "What it measures"),
        "levels": _need(
            Either(MapOf(LEVEL, least=2), (dict,), ListOf(ID, 2)),
            "Lowest first: a list of ids, or a mapping of ids to label and score",
        ),
        "reference": _may(ID, "Level at which utilities are centred; default: likeliest at origin"),
        "at_origin": _need(
            Either(MapOf(SHARE, least=1), (dict,), ID),
            "The level at the origin, or the probability of each level",
        ),
        "moves": _need(MOVES, "How long it waits before it rises or falls"),
        "cites": CITES,
    },
)

CONJUNCTION = Record(
    "conjunction",
    "Driver levels that act only together.",
    {
        "label": LABEL,
        "requires": _need(MapOf(ID, least=2), "The level that each driver must have reached"),
        "cites": CITES,
    },
)

LINK = Record(
    "link",
    "The level of one driver multiplies the rates of another.",
    {
        "parent": _need(ID, "The driver that acts"),
        "child": _need(ID, "The driver acted on"),
        "rise": _may(MapOf(NOT_NEGATIVE), "Factor on the child's rises at each parent level", {}),
        "fall": _may(MapOf(NOT_NEGATIVE), "Factor on the child's falls at each parent level", {}),
        "cites": CITES,
    },
)

INDICATOR = Record(
    "indicator",
    "A kind of observable event.",
    {
        "label": LABEL,
        "description": _may(TEXT, "What counts as seeing it"),
        "otherwise": _may(CHANCE, "Monthly probability under scenarios that do not name it"),
        "monitored": _may(TRUTH, "Would it be reported whenever it happened?", False),
        "detection": _may(
            Number(low=0, high=1, open_low=True),
            "Probability that a check finds it when it is there",
            0.8,
        ),
        "cites": CITES,
    },
)

SOURCE = Record(
    "source",
    "A teller.",
    {
        "label": LABEL,
        "letter": _need(
            Choice(get_args(Letter)), "Admiralty reliability: A (best) to E, F unknown"
        ),
        "scale": _may(ID, "Verbal scale of its words, if not the study's"),
        "url": _may(ANYTHING, "Where it publishes", ""),
        "note": NOTE,
        "cites": CITES,
    },
)

ANALYST = Record(
    "analyst",
    "Someone whose opinions are held apart from the others'.",
    {
        "label": LABEL,
        "weight": _may(POSITIVE, "What their view counts in the pool, relative to others'", 1.0),
        "note": NOTE,
        "cites": CITES,
    },
)

SAYS = Record(
    "says",
    "An interval, quantiles, or an odds ratio between two settings.",
    {
        "low": _may(CHANCE, "Lower end of an interval"),
        "high": _may(CHANCE, "Upper end of an interval"),
        "mass": _may(CHANCE, "How surely the probability lies in the interval; 0.9 by default"),
        "quantiles": _may(
            MapOfShares(CHANCE, 2), "Quantiles of the probability: {0.05: …, 0.5: …, 0.95: …}"
        ),
        "odds_ratio": _may(POSITIVE, "Odds at `levels` over the odds at `against`"),
        "spread": _may(
            Number(low=1, open_low=True),
            "Factor up or down within which the odds ratio is meant, nine times in ten",
        ),
    },
)

JUDGEMENT = Record(
    "judgement",
    "A stated probability of a scenario, or of a driver's level.",
    {
        "source": _need(ID, "Whose judgement it is"),
        "by": _may(ID, "The analyst who holds it; without, it is common to all"),
        "known": _need(DATE, "When it could be known; it is used if not after the origin"),
        "about": _need(
            Choice(get_args(About)),
            "now (in force at the origin), if_held (the pull of levels held), at (in force "
            "after so many months), ever (at some time within them), reaches (a driver)",
        ),
        "scenario": _may(ID, "The scenario spoken of"),
        "driver": _may(ID, "With reaches: the driver"),
        "level": _may(ID, "With reaches: the level reached or passed"),
        "says": _need(
            Either(CHANCE, NUMERIC, Either(SAYS, (dict,), Words(what="a word or a probability"))),
            "A word of the scale, a probability, `most likely` (with over), `possible`, an "
            "interval, quantiles, or an odds ratio",
        ),
        "over": _may(ListOf(ID), "With `most likely`: the rival scenarios named", ()),
        "within": _may(POSITIVE, "Months, with at, ever and reaches"),
        "levels": _may(MapOf(ID), "Levels held; drivers not named stand at their reference", {}),
        "against": _may(
            MapOf(ID), "With an odds ratio: levels of the other setting; not named: reference", {}
        ),
        "wording": _may(TEXT, "The term that the source uses"),
        "scale": _may(ID, "Scale of the word, if not the source's or the study's"),
        "cites": CITES,
        "note": NOTE,
        "retrospective": HINDSIGHT,
    },
)

ONE_LEVEL = MapOf(ID, least=1, most=1)
ITEM = Record(
    "item",
    "A dated, sourced observation; it bears on exactly one thing.",
    {
        "happened": _need(DATE, "When it happened: a date or an interval"),
        "known": _need(DATE, "When it could first be known; not before it ended"),
        "until": _may(DATE, "From when on it is no longer held, if it was taken back"),
        "seen": _may(ID, "The indicator that was seen"),
        "checked": _may(ID, "The indicator that was looked for and not seen"),
        "level": _may(ONE_LEVEL, "A driver and the level it was observed at"),
        "weights": _may(
            MapOf(WEIGHT, least=1), "How strongly it speaks for or against each scenario"
        ),
        "kind": _need(Choice(get_args(ItemKind)), "What sort of observation; opinions never count"),
        "sources": _need(ListOf(ID, 1), "Who tells it"),
        "relays": _may(MapOf(ID), "Teller: the source that it only relays", {}),
        "credibility": _need(
            Number(low=1, high=6, whole=True),
            "Admiralty credibility: 1 (confirmed) to 5 (improbable), 6 unknown",
        ),
        "cluster": _may(ID, "Items of one cluster share their origin"),
        "label": _need(TEXT, "What happened, in one line"),
        "note": NOTE,
        "url": _may(ANYTHING, "Where it can be read", ""),
        "cites": CITES,
        "retrospective": HINDSIGHT,
    },
)

QUESTION_ABOUT = Record(
    "about",
    "What is asked: one of in_force, ever, level, seen, scenario_at and level_of.",
    {
        "in_force": _may(ID, "Is the scenario in force at the date?"),
        "ever": _may(ID, "Is the scenario ever in force in the window?"),
        "level": _may(ONE_LEVEL, "Does the driver stand at or past the level?"),
        "seen": _may(ID, "Is the indicator seen in the window?"),
        "scenario_at": _may(DATE, "Which scenario is in force at this date?"),
        "level_of": _may(ID, "At which of its levels does the driver stand at the date?"),
        "at": _may(DATE, "The date"),
        "from": _may(DATE, "First day of the window"),
        "by": _may(DATE, "Last day of the window"),
    },
)
OUTCOME = Record(
    "resolution",
    "How the question came out.",
    {
        "outcome": _need(
            ANSWER,
            "yes or no; asked which: the id of the scenario or the level",
        ),
        "known": _need(DATE, "When that was known"),
        "cites": CITES,
        "note": NOTE,
    },
)
QUESTION = Record(
    "question",
    "A question that will have an answer.",
    {
        "label": _need(TEXT, "The question"),
        "about": _need(QUESTION_ABOUT, "What it asks of the model"),
        "rule": _need(TEXT, "What counts as yes"),
        "settled_by": _need(Words(), "Which source settles it"),
        "closes": _need(DATE, "Last day on which it may be settled"),
        "resolution": _may(OUTCOME, "How it came out; absent while it is open"),
        "cites": CITES,
        "retrospective": HINDSIGHT,
    },
)

# Sections that map ids to entries, and may be spread over files.
SECTIONS: Final[dict[str, tuple[Record, str]]] = {
    "scenarios": (SCENARIO, "What could be the case"),
    "drivers": (DRIVER, "What moves it"),
    "conjunctions": (CONJUNCTION, "What acts only together"),
    "links": (LINK, "How drivers act on drivers"),
    "indicators": (INDICATOR, "What could be observed"),
    "sources": (SOURCE, "Who tells it"),
    "analysts": (ANALYST, "Who disagrees"),
    "judgements": (JUDGEMENT, "Stated probabilities"),
    "items": (ITEM, "What was observed"),
    "questions": (QUESTION, "What will be settled"),
}

STUDY_FILE = Record(
    "study file",
    "A study for tarjih: one file, or all files of a folder.",
    {
        "study": _may(STUDY, "Title, origin and horizon; required once"),
        "assumptions": _may(ASSUMPTIONS, "Overrides of the project's assumptions"),
        "base_rates": _may(BASE_RATES, "Counts from history"),
        **{
            name: _may(MapOf(entry, ids=VERSIONED if name == "items" else ID), about)
            for name, (entry, about) in SECTIONS.items()
        },
    },
)


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a study file, for editors.

    Examples
    --------
    >>> sorted(json_schema()["properties"])[:3]
    ['analysts', 'assumptions', 'base_rates']
    """
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **STUDY_FILE.describe()}


def schema_text() -> str:
    """Return the content of ``docs/study.schema.json``."""
    return json.dumps(json_schema(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "docs/study.schema.json")
    target.write_text(schema_text(), encoding="utf-8")
    sys.stdout.write(f"{target}\n")
