"""What a backtest found, as records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tarjih.scenarios.records import Question, Study
from tarjih.scoring.backtest.ablations import Ablation
from tarjih.scoring.resampling import Estimate
from tarjih.scoring.scorecards import Scorecard

__all__ = ["Backtest", "Group", "Part", "Replayed"]

Verdict = Literal["earned", "cost", "unclear", "too_few"]


@dataclass(frozen=True, slots=True)
class Replayed:
    """One question, as it was forecast on each replay date that it was open.

    Attributes
    ----------
    question : Question
    options : tuple of str
    kind : {"binary", "multiple", "ordered"}
    opens, last_day : datetime.date
        The first and the last day that count. The day a question was resolved early does not
        count, for its outcome was there to read.
    outcome : int or None
        The index of the option that came true; None while it is open.
    void : bool
        It can never be told how it came out.
    retrospective : bool
        The question, or the study, was coded by someone who knew what came later.
    dates : tuple of datetime.date
        Replay dates up to the last day.
    chances : mapping of ablation id to tuple of tuple of float
        The probability of each option on each of these dates; of an open question under the
        whole method only.
    score : mapping of ablation id to float
        The headline score of its kind, averaged over the days that each forecast stood; empty
        for a question without outcome, or without a replay date.
    """

    question: Question
    options: tuple[str, ...]
    kind: Literal["binary", "multiple", "ordered"]
    opens: dt.date
    last_day: dt.date
    outcome: int | None
    void: bool
    retrospective: bool
    dates: tuple[dt.date, ...]
    chances: Mapping[str, tuple[tuple[float, ...], ...]]
    score: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Part:
    """What a part of the method earned: how much worse the score is without it.

    Attributes
    ----------
    earned : Estimate
        Score without it less score with it, on the same questions and days; with its interval
        over questions drawn again. Above zero the part made forecasts better.
    verdict : {"earned", "cost", "unclear", "too_few"}
        ``too_few``: below 30 resolved questions nothing is said. ``unclear``: the interval holds
        zero.
    needed : int or None
        How many resolved questions it would take, were the difference what it seems.
    """

    earned: Estimate
    verdict: Verdict
    needed: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of one kind, retrospective ones apart, under every ablation.

    Attributes
    ----------
    kind : {"binary", "multiple", "ordered"}
    retrospective : bool
        Never part of a headline.
    cards : mapping of ablation id to Scorecard
        ``full`` first. That of ``full`` holds the comparisons with the base rate, with its own
        first forecast kept (persistence), and with the same chance for every option.
    parts : mapping of ablation id to Part
        All but ``full``.
    """

    kind: Literal["binary", "multiple", "ordered"]
    retrospective: bool
    cards: Mapping[str, Scorecard]
    parts: Mapping[str, Part]

    @property
    def full(self) -> Scorecard:
        """The card of the whole method."""
        return self.cards["full"]


@dataclass(frozen=True, slots=True)
class Backtest:
    """A study replayed and scored.

    Attributes
    ----------
    study : Study
        With everything that was recorded for it.
    as_of : datetime.date
    dates : tuple of datetime.date
        On which forecasts were made: those on which any question was open.
    ablations : tuple of Ablation
        ``full`` first.
    same : frozenset of str
        Ids of ablations that changed no forecast.
    strained : frozenset of str
        Ids of ablations under which the evidence left too few draws on some date.
    questions : tuple of Replayed
        In the study's order.
    groups : tuple of Group
        Headline ones first; those with nothing resolved are left out.
    engine : str
    seed, resamples : int
    units : int
        Different beliefs that were computed.
    """

    study: Study
    as_of: dt.date
    dates: tuple[dt.date, ...]
    ablations: tuple[Ablation, ...]
    same: frozenset[str]
    strained: frozenset[str]
    questions: tuple[Replayed, ...]
    groups: tuple[Group, ...]
    engine: str
    seed: int
    resamples: int
    units: int

    @property
    def headline(self) -> Group | None:
        """The first group that was not made in retrospect, if there is one."""
        return next((group for group in self.groups if not group.retrospective), None)

    @property
    def retrospective(self) -> bool:
        """Whether there is nothing but what was coded in retrospect."""
        return all(group.retrospective for group in self.groups)

    @property
    def scored(self) -> int:
        """How many questions were scored."""
        return sum(bool(one.score) for one in self.questions)
