"""Drivers, the engines, and what is asked of them."""

from tarjih.models.comparison import Comparison, Observation, Opinion, compare_analysts
from tarjih.models.exporting import write_network
from tarjih.models.forecasting import forecast
from tarjih.models.influence import Influence, influences
from tarjih.models.network import Network
from tarjih.models.posterior import ENGINES, Posterior, believe
from tarjih.models.record import Diagnostics, Forecast, Intervention
from tarjih.models.unrolled import unrolled_network

__all__ = [
    "ENGINES",
    "Comparison",
    "Diagnostics",
    "Forecast",
    "Influence",
    "Intervention",
    "Network",
    "Observation",
    "Opinion",
    "Posterior",
    "believe",
    "compare_analysts",
    "forecast",
    "influences",
    "unrolled_network",
    "write_network",
]
