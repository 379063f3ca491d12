"""Scores of forecasts that were updated, and what they are compared with."""

from tarjih.scoring.skill.baselines import base_rates, first_of_each, uniform_forecasts
from tarjih.scoring.skill.holding import days_held, in_order, share_of_days

__all__ = [
    "base_rates",
    "days_held",
    "first_of_each",
    "in_order",
    "share_of_days",
    "uniform_forecasts",
]
