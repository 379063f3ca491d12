"""What can be asked: yes-or-no questions of a study, and those with more than two answers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tarjih.scenarios.asked import AtOrPast, EverInForce, IndicatorSeen, InForce, Outcome
from tarjih.scenarios.records import Study

__all__ = ["Asked", "WhichLevel", "WhichScenario", "options_of", "parts_of", "span_of"]


@dataclass(frozen=True, slots=True)
class WhichScenario:
    """Which scenario is in force at the date? The study's scenarios, in its order."""

    at: dt.date


@dataclass(frozen=True, slots=True)
class WhichLevel:
    """At which level does the driver stand at the date? Its levels, lowest first."""

    driver: str
    at: dt.date


Asked = Outcome | WhichScenario | WhichLevel


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
