"""What can be asked of a model, which answers there are, and which of them an outcome was."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from tarjih.scenarios.asked import (
    Asked,
    AtOrPast,
    EverInForce,
    IndicatorSeen,
    InForce,
    Outcome,
    WhichLevel,
    WhichScenario,
)
from tarjih.scenarios.records import Study

__all__ = [
    "Asked",
    "Kind",
    "WhichLevel",
    "WhichScenario",
    "answer_index",
    "kind_of",
    "options_of",
    "parts_of",
    "span_of",
]

Kind = Literal["binary", "multiple", "ordered"]


def kind_of(asked: Asked) -> Kind:
    """Return by which rules a question is scored.

    Examples
    --------
    >>> kind_of(WhichScenario(dt.date(2026, 1, 31)))
    'multiple'
    """
    if isinstance(asked, WhichScenario):
        return "multiple"
    return "ordered" if isinstance(asked, WhichLevel) else "binary"


def options_of(study: Study, asked: Asked) -> tuple[str, ...]:
    """Return the answers there are, by their ids.

    Examples
    --------
    >>> import tarjih
    >>> study = tarjih.load("syria_russia")
    >>> options_of(study, WhichLevel("us_withdrawal", dt.date(2026, 1, 31)))
    ('stays', 'partial', 'full')
    >>> options_of(study, InForce("rupture", dt.date(2026, 1, 31)))
    ('no', 'yes')
    """
    if isinstance(asked, WhichScenario):
        return study.scenario_ids
    if isinstance(asked, WhichLevel):
        return tuple(level.id for level in study.driver(asked.driver).levels)
    return ("no", "yes")


def answer_index(options: tuple[str, ...], outcome: bool | str) -> int:
    """Return the place of an outcome among the answers there are.

    Examples
    --------
    >>> answer_index(("no", "yes"), True), answer_index(("stays", "partial", "full"), "full")
    (1, 2)
    """
    return int(outcome) if isinstance(outcome, bool) else options.index(outcome)


def parts_of(study: Study, asked: Asked) -> list[Outcome]:
    """Return the yes-or-no questions that answer one together.

    Of scenarios one for each; of levels whether the driver stands at or past each but the first.
    """
    if isinstance(asked, WhichScenario):
        return [InForce(name, asked.at) for name in study.scenario_ids]
    if isinstance(asked, WhichLevel):
        count = len(study.driver(asked.driver).levels)
        return [AtOrPast(asked.driver, v, asked.at, asked.at, ever=False) for v in range(1, count)]
    return [asked]


def span_of(asked: Outcome) -> tuple[dt.date, dt.date]:
    """Return the first and the last day on which something may settle a question."""
    match asked:
        case InForce(at=at):
            return at, at
        case AtOrPast(end=end, ever=False):
            return end, end
        case AtOrPast() | EverInForce() | IndicatorSeen():
            return asked.start, asked.end
