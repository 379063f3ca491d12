"""Who forecast how well: scorecards by author and kind of question."""

from tarjih.scoring.scorecards.scorecard import (
    BASELINES,
    HEADLINE,
    Comparison,
    Counts,
    Scorecard,
    ScoreReport,
)
from tarjih.scoring.scorecards.scoring import card_reliability, score_forecasts
from tarjih.scoring.scorecards.studies import (
    SettledQuestion,
    StudyScores,
    drawn_card,
    frozen_forecasts,
    score_study,
)

__all__ = [
    "BASELINES",
    "HEADLINE",
    "Comparison",
    "Counts",
    "ScoreReport",
    "Scorecard",
    "SettledQuestion",
    "StudyScores",
    "card_reliability",
    "drawn_card",
    "frozen_forecasts",
    "score_forecasts",
    "score_study",
]
