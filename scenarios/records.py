"""The records every other folder works with: a `Study` and its parts, and the `Item`.

All are frozen and fully resolved: ids are checked, words for effects and probabilities
are kept as words (what they mean in numbers is the business of ``priors``), dates are
dates, levels are indices. A ``Text`` maps a language code to what is shown in it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from tarjih.calendar import Calendar, StepName
from tarjih.scenarios.asked import (
    Asked,
    AtOrPast,
    EverInForce,
    IndicatorSeen,
    InForce,
    Outcome,
    Question,
    Resolution,
    WhichLevel,
    WhichScenario,
)
from tarjih.scenarios.said import Between, OddsRatio, Quantiles, Says
from tarjih.scenarios.texts import Text, translate

if TYPE_CHECKING:
    from tarjih.scenarios.design import Design

__all__ = [
    "About",
    "Analyst",
    "Asked",
    "AtOrPast",
    "BaseRates",
    "BearsOn",
    "Between",
    "Checked",
    "Conjunction",
    "Driver",
    "Effect",
    "EverInForce",
    "InForce",
    "Indicator",
    "IndicatorSeen",
    "Item",
    "ItemKind",
    "Judgement",
    "Level",
    "LevelSeen",
    "Link",
    "OddsRatio",
    "Outcome",
    "OwnEffects",
    "Quantiles",
    "Question",
    "Resolution",
    "Says",
    "Scenario",
    "Seen",
    "Source",
    "Study",
    "Text",
    "Weights",
    "WhichLevel",
    "WhichScenario",
    "translate",
]

About = Literal["now", "if_held", "at", "ever", "reaches"]
Effect = Literal["strongly raises", "raises", "no effect", "lowers", "strongly lowers", "unclear"]
OwnEffects = Mapping[str, Mapping[str, Effect]]
Weight = Literal[
    "strongly for",
    "for",
    "slightly for",
    "neutral",
    "slightly against",
    "against",
    "strongly against",
]
ItemKind = Literal["act", "level", "leak", "claim", "statement", "opinion"]
Letter = Literal["A", "B", "C", "D", "E", "F"]


@dataclass(frozen=True, slots=True)
class Level:
    """One value of a driver. ``score`` lies in [0, 1], lowest level first."""

    id: str
    label: Text
    score: float


@dataclass(frozen=True, slots=True)
class Driver:
    """A cause with ordered levels that evolves by itself, or after other drivers.

    Attributes
    ----------
    levels : tuple of Level
        Lowest first.
    reference : int
        Index of the level at which utilities are centred.
    at_origin : tuple of float
        Probability of each level at the origin; sums to one.
    months_before_rise, months_before_fall : float
        Prior mean holding time before a move one level up or down; ``inf`` for never.
    """

    id: str
    label: Text
    levels: tuple[Level, ...]
    reference: int
    at_origin: tuple[float, ...]
    months_before_rise: float
    months_before_fall: float
    description: Text
    cites: str

    def index(self, level: str) -> int:
        """Return the position of a level by its id."""
        return next(i for i, candidate in enumerate(self.levels) if candidate.id == level)


@dataclass(frozen=True, slots=True)
class Conjunction:
    """Driver levels that act only together: every driver at or past its level."""

    id: str
    label: Text
    requires: Mapping[str, int]
    cites: str


@dataclass(frozen=True, slots=True)
class Link:
    """A parent driver's level multiplies a child's rates over the step that follows.

    Attributes
    ----------
    rise, fall : tuple of float
        One factor for each level of the parent; 1 leaves the rate as it is.
    """

    parent: str
    child: str
    rise: tuple[float, ...]
    fall: tuple[float, ...]
    cites: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One of the mutually exclusive patterns, with its own model of the drivers.

    Attributes
    ----------
    review_time : float
        Prior mean months between reconsiderations while it is in force.
    effects, conjunction_effects : mapping of id to Effect
        What is not named has no effect, and is not stored.
    settled_by : tuple of str
        Ids of the indicators that its resolution rule looks at.
    effects_by, conjunction_effects_by : mapping of analyst id to (id to Effect)
        What one analyst states instead, or besides; "no effect" is stored here, since it
        takes back what is common.
    """

    id: str
    label: Text
    short: Text
    definition: Text
    resolution: Text
    settled_by: tuple[str, ...]
    analogues: tuple[Text, ...]
    review_time: float
    effects: Mapping[str, Effect]
    conjunction_effects: Mapping[str, Effect]
    cites: str
    effects_by: OwnEffects = field(default_factory=dict)
    conjunction_effects_by: OwnEffects = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Indicator:
    """A kind of observable event.

    Attributes
    ----------
    monthly : mapping of scenario id to float
        Probability in (0, 1) that it is seen in a month under each scenario; complete.
    monitored : bool
        True if it would be reported whenever it happened.
    detection : float
        Probability in (0, 1] that a recorded check finds it when it is there.
    """

    id: str
    label: Text
    monthly: Mapping[str, float]
    monitored: bool
    detection: float
    description: Text
    cites: str


@dataclass(frozen=True, slots=True)
class Source:
    """A teller, with its Admiralty letter (A to F)."""

    id: str
    label: Text
    letter: Letter
    url: str
    note: Text
    cites: str
    scale: str | None = None


@dataclass(frozen=True, slots=True)
class Analyst:
    """One of several people whose opinions a study holds apart.

    Attributes
    ----------
    weight : float
        What their view counts in the pool, relative to the others'.
    """

    id: str
    label: Text
    weight: float
    note: Text
    cites: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """An elicited statement of a probability.

    Attributes
    ----------
    about : {"now", "if_held", "at", "ever", "reaches"}
        ``reaches`` speaks of a driver, all others of a scenario.
    scenario : str or None
        The scenario spoken of.
    driver, level : str and int, or None
        With ``reaches``: the level reached or passed.
    says : str, float, Between, Quantiles or OddsRatio
        A word of a verbal scale, a probability in the open interval (0, 1), or more than one
        number.
    over : tuple of str
        With "most likely": the rivals named.
    within : float or None
        Months, with ``at``, ``ever`` and ``reaches``.
    levels : mapping of driver id to level index
        Levels held; drivers not named stand at their reference.
    against : mapping of driver id to level index
        With an odds ratio: the setting of the odds divided by, of the same form.
    by : str or None
        The analyst whose opinion it is; None for what all share.
    """

    id: str
    source: str
    known: dt.date
    about: About
    scenario: str | None
    driver: str | None
    level: int | None
    says: Says
    over: tuple[str, ...]
    within: float | None
    levels: Mapping[str, int]
    wording: Text
    scale: str | None
    cites: str
    note: Text
    retrospective: bool
    against: Mapping[str, int] = field(default_factory=dict)
    by: str | None = None


@dataclass(frozen=True, slots=True)
class Seen:
    """The item reports that an indicator was seen."""

    indicator: str


@dataclass(frozen=True, slots=True)
class Checked:
    """The item reports that an indicator was looked for over the interval, and not seen."""

    indicator: str


@dataclass(frozen=True, slots=True)
class LevelSeen:
    """The item reports a driver at a level (an index)."""

    driver: str
    level: int


@dataclass(frozen=True, slots=True)
class Weights:
    """The item bears on scenarios by words; what is not named is neutral."""

    words: Mapping[str, Weight]


BearsOn = Seen | Checked | LevelSeen | Weights


@dataclass(frozen=True, slots=True)
class Item:
    """A dated, sourced observation.

    Attributes
    ----------
    start, end : datetime.date
        When it happened, a closed interval.
    known : datetime.date
        When it could first be known to the analyst.
    sources : tuple of str
        Ids of its tellers.
    relays : mapping of str to str
        Teller to the teller it only relays.
    credibility : int
        Admiralty digit, 1 to 6.
    until : datetime.date or None
        From this day on it is no longer held: amended, retracted or merged. None: still held.
    """

    id: str
    start: dt.date
    end: dt.date
    known: dt.date
    bears_on: BearsOn
    kind: ItemKind
    sources: tuple[str, ...]
    relays: Mapping[str, str]
    credibility: int
    cluster: str | None
    note: Text
    url: str
    label: Text
    cites: str
    retrospective: bool
    until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class BaseRates:
    """Year-to-year counts brought to bear on the scenario transition.

    Attributes
    ----------
    table, rows : str
        Names of a shipped table and of one matrix of counts in it.
    levels : mapping of support level to scenario ids
    effective_n : float
        What each row of counts is scaled to.
    """

    table: str
    rows: str
    levels: Mapping[str, tuple[str, ...]]
    effective_n: float


@dataclass(frozen=True)
class Study:
    """One forecasting problem, fully resolved.

    The order of ``scenarios`` and ``drivers`` is that of every array axis K and J.

    Attributes
    ----------
    origin : datetime.date
    step : {"month", "week"}
    horizon : float
        Default horizon in months.
    assumptions : mapping
        The study's own values for project assumptions (see ``priors``); sparse.
    positions : mapping of str to str
        Dotted path to ``file:line:column``; empty for a study not read from files.
    analysts : tuple of Analyst
        Whose opinions are held apart; none in most studies.
    viewer : Analyst or None
        Whose view of a study with analysts this is (see ``dissent``); no part of what it says.
    """

    id: str
    title: Text
    description: Text
    origin: dt.date
    step: StepName
    horizon: float
    retrospective: bool
    retrospective_note: Text
    scale: str
    scenarios: tuple[Scenario, ...]
    drivers: tuple[Driver, ...]
    conjunctions: tuple[Conjunction, ...]
    links: tuple[Link, ...]
    judgements: tuple[Judgement, ...]
    indicators: tuple[Indicator, ...]
    sources: tuple[Source, ...]
    items: tuple[Item, ...]
    questions: tuple[Question, ...]
    base_rates: BaseRates | None
    assumptions: Mapping[str, Any]
    positions: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
    analysts: tuple[Analyst, ...] = ()
    viewer: Analyst | None = field(default=None, repr=False, compare=False)

    def __repr__(self) -> str:
        """Say what it is of and how much it holds, not all it holds."""
        counts = ", ".join(
            f"{len(getattr(self, name))} {name}" for name in ("scenarios", "drivers", "items")
        )
        of_view = "" if self.viewer is None else f", the view of {self.viewer.id}"
        return f"<Study {self.id}{of_view}: {counts}; origin {self.origin.isoformat()}>"

    @cached_property
    def calendar(self) -> Calendar:
        """The study's steps."""
        return Calendar(self.origin, self.step)

    @cached_property
    def design(self) -> Design:
        """What turns driver levels into features."""
        from tarjih.scenarios.design import Design

        return Design.of(self)

    def digest(self, what: Literal["draws", "all"]) -> str:
        """Return the SHA-256 of what the study says.

        Parameters
        ----------
        what : {"draws", "all"}
            What prior draws depend on, or everything but positions.
        """
        from tarjih.scenarios.digest import study_digest

        return study_digest(self, what)

    @cached_property
    def scenario_ids(self) -> tuple[str, ...]:
        """Ids along the axis K."""
        return tuple(scenario.id for scenario in self.scenarios)

    @cached_property
    def driver_ids(self) -> tuple[str, ...]:
        """Ids along the axis J."""
        return tuple(driver.id for driver in self.drivers)

    def driver(self, id: str) -> Driver:
        """Return a driver by its id."""
        return self.drivers[self.driver_ids.index(id)]

    def scenario(self, id: str) -> Scenario:
        """Return a scenario by its id."""
        return self.scenarios[self.scenario_ids.index(id)]

    def source(self, id: str) -> Source | None:
        """Return a source by its id, or None for one that is not listed."""
        return next((source for source in self.sources if source.id == id), None)

    def scale_of(self, judgement: Judgement) -> str:
        """Return the scale a judgement's word is read by: its own, its source's, the study's."""
        source = self.source(judgement.source)
        return judgement.scale or (source and source.scale) or self.scale

    def where(self, path: str) -> str:
        """Return ``file:line:column`` of a dotted path, or the path itself.

        The nearest enclosing entry answers for a path that has no place of its own.
        """
        parts = path.split(".")
        for n in range(len(parts), 0, -1):
            place = self.positions.get(".".join(parts[:n]))
            if place:
                return place
        return path
