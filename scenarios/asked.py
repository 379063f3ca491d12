"""The question that will have an answer, and what it may ask.

Four kinds of thing are answered by yes or no. The others are answered by one of several ids: which
scenario is in force, and at which level a driver stands.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tarjih.scenarios.texts import Text

__all__ = [
    "Asked",
    "AtOrPast",
    "EverInForce",
    "InForce",
    "IndicatorSeen",
    "Outcome",
    "Question",
    "Resolution",
    "WhichLevel",
    "WhichScenario",
]


@dataclass(frozen=True, slots=True)
class InForce:
    """Is the scenario in force at the date?"""

    scenario: str
    at: dt.date


@dataclass(frozen=True, slots=True)
class EverInForce:
    """Is the scenario ever in force in the closed window?"""

    scenario: str
    start: dt.date
    end: dt.date


@dataclass(frozen=True, slots=True)
class AtOrPast:
    """Does the driver stand at or past the level at ``end`` (``ever``: at any time by it)?"""

    driver: str
    level: int
    start: dt.date
    end: dt.date
    ever: bool


@dataclass(frozen=True, slots=True)
class IndicatorSeen:
    """Is the indicator seen in the closed window?"""

    indicator: str
    start: dt.date
    end: dt.date


@dataclass(frozen=True, slots=True)
class WhichScenario:
    """Which scenario is in force at the date? The study's scenarios, in its order."""

    at: dt.date


@dataclass(frozen=True, slots=True)
class WhichLevel:
    """At which level does the driver stand at the date? Its levels, lowest first."""

    driver: str
    at: dt.date


Outcome = InForce | EverInForce | AtOrPast | IndicatorSeen
Asked = Outcome | WhichScenario | WhichLevel


@dataclass(frozen=True, slots=True)
class Resolution:
    """How a question came out, on what day that was known, and by whose word.

    ``outcome`` is a truth, or the id of the scenario or level that it was.
    """

    outcome: bool | str
    known: dt.date
    cites: str
    note: Text


@dataclass(frozen=True, slots=True)
class Question:
    """A question that will have an answer. ``resolution`` is None while it is open."""

    id: str
    label: Text
    about: Asked
    rule: Text
    settled_by: str
    closes: dt.date
    resolution: Resolution | None
    cites: str
    retrospective: bool
