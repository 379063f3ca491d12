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

__all__ = [
    "BASELINES",
    "HEADLINE",
    "Comparison",
    "Counts",
    "ScoreReport",
    "Scorecard",
    "card_reliability",
    "score_forecasts",
]
