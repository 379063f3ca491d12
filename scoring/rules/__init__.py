"""Proper scores of probabilities: what each is, and which way it points."""

from tarjih.scoring.rules.conventions import CONVENTIONS, Convention
from tarjih.scoring.rules.scores import (
    brier_score,
    brier_score_categories,
    checked_forecasts,
    log_score,
    quadratic_score,
    ranked_probability_score,
    spherical_score,
)

__all__ = [
    "CONVENTIONS",
    "Convention",
    "brier_score",
    "brier_score_categories",
    "checked_forecasts",
    "log_score",
    "quadratic_score",
    "ranked_probability_score",
    "spherical_score",
]
