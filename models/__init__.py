"""Drivers, the engines, and what is asked of them."""

from tarjih.models.comparison import Comparison, Observation, Opinion, compare_analysts
from tarjih.models.forecasting import ENGINES, forecast
from tarjih.models.influence import Influence, influences
from tarjih.models.record import Diagnostics, Forecast, Intervention

__all__ = [
    "ENGINES",
    "Comparison",
    "Diagnostics",
    "Forecast",
    "Influence",
    "Intervention",
    "Observation",
    "Opinion",
    "compare_analysts",
    "forecast",
    "influences",
]
