"""Drivers, the engines, and what is asked of them."""

from tarjih.models.comparison import Comparison, Observation, Opinion, compare_analysts
from tarjih.models.explanation import Bar, Explanation, explain
from tarjih.models.exporting import write_network
from tarjih.models.forecasting import forecast
from tarjih.models.forward import ForwardFilter, Smoother, forward_filter, smooth
from tarjih.models.hindsight import Hindsight, look_back
from tarjih.models.influence import Influence, influences
from tarjih.models.intervening import WhatIf, whatif
from tarjih.models.levers import Lever, Tornado, tornado
from tarjih.models.network import Network
from tarjih.models.posterior import ENGINES, Posterior, believe
from tarjih.models.pymc_model import build_pymc_model
from tarjih.models.record import Diagnostics, Forecast, Intervention
from tarjih.models.sensitivity import Sensitivity, sensitivity_indices
from tarjih.models.simulation import Course, Simulation, simulate
from tarjih.models.tipping import Tipping, TippingSet, tipping_sets
from tarjih.models.trust import TellerTrust, teller_trust
from tarjih.models.unrolled import unrolled_network
from tarjih.models.watching import Outcome, Watched, WatchList, watch_list

__all__ = [
    "ENGINES",
    "Bar",
    "Comparison",
    "Course",
    "Diagnostics",
    "Explanation",
    "Forecast",
    "ForwardFilter",
    "Hindsight",
    "Influence",
    "Intervention",
    "Lever",
    "Network",
    "Observation",
    "Opinion",
    "Outcome",
    "Posterior",
    "Sensitivity",
    "Simulation",
    "Smoother",
    "TellerTrust",
    "Tipping",
    "TippingSet",
    "Tornado",
    "WatchList",
    "Watched",
    "WhatIf",
    "believe",
    "build_pymc_model",
    "compare_analysts",
    "explain",
    "forecast",
    "forward_filter",
    "influences",
    "look_back",
    "sensitivity_indices",
    "simulate",
    "smooth",
    "teller_trust",
    "tipping_sets",
    "tornado",
    "unrolled_network",
    "watch_list",
    "whatif",
    "write_network",
]
