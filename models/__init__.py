"""Drivers, the engines, and what is asked of them."""

from tarjih.models.forecasting import ENGINES, forecast
from tarjih.models.influence import Influence, influences
from tarjih.models.record import Diagnostics, Forecast, Intervention

__all__ = [
    "ENGINES",
    "Diagnostics",
    "Forecast",
    "Influence",
    "Intervention",
    "forecast",
    "influences",
]
