"""Score what a study said of its own questions, as it was frozen in a ledger.

The forecasts are those that were frozen, never computed again: whatever became of the study since,
what it said stands. A forecast counts from the moment it was recorded, for until then nobody could
hold it against anyone; its as-of date says only what it knew. What was recorded when the outcome
could be known is retrospective, counts from its as-of date, and is scored apart.

>>> import tarjih
>>> score_study(tarjih.load("syria_russia"), {}).report.cards
()
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from tarjih.scoring.files import AskedQuestion, ForecastTable
from tarjih.scoring.questions.asking import answer_index
from tarjih.scoring.scorecards.scorecard import Scorecard, ScoreReport
from tarjih.scoring.scorecards.scoring import score_forecasts

if TYPE_CHECKING:
    from tarjih.scenarios.records import Study
    from tarjih.scoring.questions.published import Frozen, Published

__all__ = ["SettledQuestion", "StudyScores", "drawn_card", "frozen_forecasts", "score_study"]

_DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class SettledQuestion:
    """A published question, and how well it was forecast.

    Attributes
    ----------
    published : Published
        As it stood at the as-of date: what was settled later is open.
    retrospective : bool
        No forecast of it was recorded before its outcome could be known.
    score : float or None
        By the headline score of its kind; of forecasts made in time, or where there are none of
        the others. None while it is not scored.
    """

    published: Published
    retrospective: bool
    score: float | None


@dataclass(frozen=True, slots=True)
class StudyScores:
    """How good a study's own frozen forecasts were.

    Attributes
    ----------
    study : Study
    as_of : datetime.date or None
        Only what came out by then counts. None: all that was recorded.
    questions : tuple of SettledQuestion
        In the order of publication.
    report : ScoreReport
    """

    study: Study
    as_of: dt.date | None
    questions: tuple[SettledQuestion, ...]
    report: ScoreReport

    @property
    def self_settled(self) -> int:
        """Return how many settled questions were settled by one who forecast them."""
        return sum(one.published.self_settled for one in self.questions)

    @property
    def reopened(self) -> int:
        """Return how many questions were settled wrongly once, and opened again."""
        return sum(bool(one.published.reopened) for one in self.questions)


def score_study(
    study: Study,
    register: Mapping[str, Published],
    *,
    as_of: dt.date | None = None,
    resamples: int = 2000,
    seed: int = 0,
) -> StudyScores:
    """Score a study's frozen forecasts, by kind of question, retrospective ones apart.

    Parameters
    ----------
    study : Study
    register : mapping of id to Published
        What was published (`tarjih.scoring.questions.register.read_register`).
    as_of : datetime.date, optional
        Score only what came out by then, of forecasts that knew no more. Default: everything.
    resamples : int
        How often questions are drawn again for the intervals.
    seed : int

    Returns
    -------
    StudyScores

    Raises
    ------
    InvalidRequest
        If ``resamples`` is out of range.
    """
    there = _as_they_stood(register, as_of)
    table = frozen_forecasts(study, there)
    report = score_forecasts(table, resamples=resamples, seed=seed)
    in_time = {int(q) for q in table.question[~table.retrospective]}
    # Cards that are part of a headline come first: of two scores of a question theirs is told.
    scores: dict[str, float] = {}
    for card in reversed(report.cards):
        scores |= card.by_question
    questions = tuple(
        SettledQuestion(one, place not in in_time, scores.get(one.id))
        for place, one in enumerate(there)
    )
    return StudyScores(study, as_of, questions, report)


def frozen_forecasts(study: Study, published: Sequence[Published]) -> ForecastTable:
    """Return frozen forecasts as a table, as if they had been read from a file.

    All count as one forecaster's: the study, whoever recorded them.

    Parameters
    ----------
    study : Study
    published : sequence of Published
    """
    width = max((len(one.options) for one in published), default=2)
    question, when, retrospective, chances = [], [], [], []
    for place, one in enumerate(published):
        for turn, frozen in enumerate(sorted(one.frozen, key=lambda made: made.recorded)):
            mean = np.asarray(frozen.chance.mean, dtype=np.float64)
            late = study.retrospective or one.retrospective or _could_be_known(one, frozen)
            # Of several that knew the same, the one that was recorded last counts.
            knew = frozen.as_of.toordinal() + turn / (len(one.frozen) + 1)
            question.append(place)
            when.append(knew if late else _moment(frozen))
            retrospective.append(late)
            chances.append(np.pad(mean / mean.sum(), (0, width - len(mean))))
    return ForecastTable(
        name=study.id,
        questions=tuple(_asked(one) for one in published),
        authors=("",),
        question=np.array(question, dtype=np.intp),
        author=np.zeros(len(question), dtype=np.intp),
        when=np.array(when, dtype=np.float64),
        probabilities=np.array(chances, dtype=np.float64).reshape(len(chances), width),
        baseline=None,
        retrospective=np.array(retrospective, dtype=np.bool_),
        line=np.arange(len(question), dtype=np.intp),
        rounded=0,
        unused=(),
    )


def drawn_card(found: StudyScores) -> Scorecard | None:
    """Return the scorecard whose reliability is drawn: of a headline where there is one."""
    return next((card for card in found.report.cards if card.scores), None)


def _moment(frozen: Frozen) -> float:
    day = frozen.recorded.date()
    midnight = dt.datetime.combine(day, dt.time(), frozen.recorded.tzinfo)
    return day.toordinal() + (frozen.recorded - midnight).total_seconds() / _DAY


def _could_be_known(one: Published, frozen: Frozen) -> bool:
    day = frozen.recorded.date()
    known = one.known if one.state == "resolved" else None
    return day > one.closes or (known is not None and day >= known)


def _as_they_stood(
    register: Mapping[str, Published], as_of: dt.date | None
) -> tuple[Published, ...]:
    """Return what was published, without what came out, or was said, after a date."""
    if as_of is None:
        return tuple(register.values())
    found = []
    for one in register.values():
        frozen = tuple(made for made in one.frozen if made.as_of <= as_of)
        if not frozen:
            continue
        stood = replace(one, frozen=frozen)
        if one.known is not None and one.known > as_of:
            stood = replace(
                stood, state="open", outcome=None, known=None, cites="", note="", settler=""
            )
        found.append(stood)
    return tuple(found)


def _asked(one: Published) -> AskedQuestion:
    last = one.closes
    if one.known is not None and one.known <= last:
        # The day on which the outcome was there to read does not count.
        last = one.known - dt.timedelta(days=1)
    outcome = None if one.outcome is None else answer_index(one.options, one.outcome)
    return AskedQuestion(one.id, one.kind, one.options, one.state, outcome, None, last.toordinal())
