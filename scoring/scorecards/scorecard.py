"""What there is to say of one author's forecasts of one kind of question, as records."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tarjih.scoring.calibration import Decomposition, MurphyParts
from tarjih.scoring.resampling import Claim, Estimate

__all__ = ["BASELINES", "HEADLINE", "Comparison", "Counts", "ScoreReport", "Scorecard"]

HEADLINE: Mapping[str, str] = {
    "binary": "brier",
    "multiple": "brier_categories",
    "ordered": "rps",
}
BASELINES = ("base_rate", "uniform", "first_kept", "given")


@dataclass(frozen=True, slots=True)
class Comparison:
    """Forecasts beside a baseline, by the headline score, on the same questions and days.

    Attributes
    ----------
    score : Estimate
        Of the baseline.
    skill : Estimate or None
        1 − score / baseline's. None when the baseline was perfect.
    claim : Claim
        What may be said of it.
    """

    score: Estimate
    skill: Estimate | None
    claim: Claim


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a scorecard rests on.

    Attributes
    ----------
    resolved, open, void : int
        Questions forecast, by what became of them.
    scored : int
        Questions scored: resolved ones with a forecast in time.
    forecasts : int
        Forecasts scored.
    late : int
        Forecasts of resolved questions that came after the last day that counts: not scored.
    by_days : int
        Scored questions whose forecasts are weighed by the days they held; of the others all
        forecasts count the same, since their last day is not known.
    """

    resolved: int
    open: int
    void: int
    scored: int
    forecasts: int
    late: int
    by_days: int

    @property
    def void_share(self) -> float:
        """Return the share of void questions among all that were forecast."""
        return self.void / max(1, self.resolved + self.open + self.void)


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The scores of one author's forecasts of one kind of question.

    Attributes
    ----------
    author : str
        Empty where none is named.
    kind : {"binary", "multiple", "ordered"}
    retrospective : bool
        Made by someone who knew what came later: never part of a headline.
    counts : Counts
    headline : str
        Which score comparisons are made by.
    scores : mapping of str to Estimate
        By the ids of `CONVENTIONS`; empty if nothing was scored.
    impossible : int
        Scored questions on which what was called impossible came true (the mean log score is
        then infinite).
    comparisons : mapping of str to Comparison
        By the names of `BASELINES`; those that there are.
    expected : float
        Sharpness: the Brier score the forecasts expected of themselves (its scale that of
        the kind: 0 to 1 or 0 to 2).
    corp : Decomposition or None
        Of the Brier score; of several options each counts as a yes-or-no forecast of its own.
    murphy : MurphyParts or None
        Likewise, in tenths.
    coverage : float or None
        Mean share of a question's open days on which a forecast stood, where opening days are
        known.
    pairs : tuple of ndarray
        Forecast, outcome, question and weight behind the decompositions, for a reliability
        diagram.
    by_question : mapping of str to float
        The headline score of each scored question, by its id.
    """

    author: str
    kind: Literal["binary", "multiple", "ordered"]
    retrospective: bool
    counts: Counts
    headline: str
    scores: Mapping[str, Estimate]
    impossible: int
    comparisons: Mapping[str, Comparison]
    expected: float
    corp: Decomposition | None
    murphy: MurphyParts | None
    coverage: float | None
    pairs: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.intp], NDArray[np.float64]]
    by_question: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class ScoreReport:
    """All scorecards of a file.

    Attributes
    ----------
    name : str
    cards : tuple of Scorecard
        Headline ones first; by kind, then best first; retrospective ones last.
    questions, resolved, open, void : int
        Different questions in the file.
    forecasts : int
        Rows of the file.
    authors : tuple of str
    same_questions : bool
        Whether all authors of each kind answered the same questions: otherwise their scores
        do not compare.
    rounded : int
        Rows divided by their sum.
    unused : tuple of str
        Columns that were not read.
    dated : bool
        Whether forecasts have dates.
    resamples, seed : int
        Of the intervals.
    """

    name: str
    cards: tuple[Scorecard, ...]
    questions: int
    resolved: int
    open: int
    void: int
    forecasts: int
    authors: tuple[str, ...]
    same_questions: bool
    rounded: int
    unused: tuple[str, ...]
    dated: bool
    resamples: int
    seed: int

    @property
    def void_share(self) -> float:
        """Return the share of void questions."""
        return self.void / max(1, self.questions)
