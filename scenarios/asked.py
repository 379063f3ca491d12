"""The question that will have an answer, and the four kinds of thing it may ask."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tarjih.scenarios.texts import Text

__all__ = [
    "AtOrPast",
    "EverInForce",
    "InForce",
    "IndicatorSeen",
    "Outcome",
    "Question",
    "Resolution",
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


Outcome = InForce | EverInForce | AtOrPast | IndicatorSeen


@dataclass(frozen=True, slots=True)
class Resolution:
    """How a question came out, on what day that was known, and by whose word."""

    outcome: bool
    known: dt.date
    cites: str
    note: Text


@dataclass(frozen=True, slots=True)
class Question:
    """A question that will have an answer. ``resolution`` is None while it is open."""

    id: str
    label: Text
    about: Outcome
    rule: Text
    settled_by: str
    closes: dt.date
    resolution: Resolution | None
    cites: str
    retrospective: bool
