"""Belief about scenarios, the engines that carry it on, and what is asked of it.

`posterior` is what is believed at a date, `forecasting` and `record` what is told of it; the
engines, and every question, have a folder each. The names below are looked up when first
used, so that a command loads what it needs and nothing else.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tarjih.models.asked.comparison import Comparison, Observation, Opinion, compare_analysts
    from tarjih.models.asked.explanation import Bar, Explanation, explain
    from tarjih.models.asked.hand_set import HandSet, weighed_by_hand
    from tarjih.models.asked.hindsight import Hindsight, look_back
    from tarjih.models.asked.influence import Influence, influences
    from tarjih.models.asked.intervening import WhatIf, whatif
    from tarjih.models.asked.levers import Lever, Tornado, tornado
    from tarjih.models.asked.trust import TellerTrust, teller_trust
    from tarjih.models.asked.updating import Update, update_of
    from tarjih.models.asked.watching import Outcome, Watched, WatchList, watch_list
    from tarjih.models.doubting.sensitivity import Sensitivity, sensitivity_indices
    from tarjih.models.engines.forward import ForwardFilter, Smoother, forward_filter, smooth
    from tarjih.models.engines.joint_sampling import JointFit, sample_jointly
    from tarjih.models.engines.pymc_model import build_pymc_model
    from tarjih.models.forecasting import forecast
    from tarjih.models.networks.exporting import write_network
    from tarjih.models.networks.network import Network
    from tarjih.models.networks.unrolled import unrolled_network
    from tarjih.models.posterior import ENGINES, Posterior, believe
    from tarjih.models.record import Diagnostics, Forecast, Intervention
    from tarjih.models.simulating.simulation import Course, Simulation, simulate
    from tarjih.models.tipping.sets import Tipping, TippingSet, tipping_sets

__all__ = [
    "ENGINES",
    "Bar",
    "Comparison",
    "Course",
    "Diagnostics",
    "Explanation",
    "Forecast",
    "ForwardFilter",
    "HandSet",
    "Hindsight",
    "Influence",
    "Intervention",
    "JointFit",
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
    "Update",
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
    "sample_jointly",
    "sensitivity_indices",
    "simulate",
    "smooth",
    "teller_trust",
    "tipping_sets",
    "tornado",
    "unrolled_network",
    "update_of",
    "watch_list",
    "weighed_by_hand",
    "whatif",
    "write_network",
]

_HOME = {
    "Bar": "asked.explanation",
    "Comparison": "asked.comparison",
    "Course": "simulating.simulation",
    "Diagnostics": "record",
    "ENGINES": "posterior",
    "Explanation": "asked.explanation",
    "Forecast": "record",
    "ForwardFilter": "engines.forward",
    "HandSet": "asked.hand_set",
    "Hindsight": "asked.hindsight",
    "Influence": "asked.influence",
    "Intervention": "record",
    "JointFit": "engines.joint_sampling",
    "Lever": "asked.levers",
    "Network": "networks.network",
    "Observation": "asked.comparison",
    "Opinion": "asked.comparison",
    "Outcome": "asked.watching",
    "Posterior": "posterior",
    "Sensitivity": "doubting.sensitivity",
    "Simulation": "simulating.simulation",
    "Smoother": "engines.forward",
    "TellerTrust": "asked.trust",
    "Tipping": "tipping.sets",
    "TippingSet": "tipping.sets",
    "Tornado": "asked.levers",
    "Update": "asked.updating",
    "WatchList": "asked.watching",
    "Watched": "asked.watching",
    "WhatIf": "asked.intervening",
    "believe": "posterior",
    "build_pymc_model": "engines.pymc_model",
    "compare_analysts": "asked.comparison",
    "explain": "asked.explanation",
    "forecast": "forecasting",
    "forward_filter": "engines.forward",
    "influences": "asked.influence",
    "look_back": "asked.hindsight",
    "sample_jointly": "engines.joint_sampling",
    "sensitivity_indices": "doubting.sensitivity",
    "simulate": "simulating.simulation",
    "smooth": "engines.forward",
    "teller_trust": "asked.trust",
    "tipping_sets": "tipping.sets",
    "tornado": "asked.levers",
    "unrolled_network": "networks.unrolled",
    "update_of": "asked.updating",
    "watch_list": "asked.watching",
    "weighed_by_hand": "asked.hand_set",
    "whatif": "asked.intervening",
    "write_network": "networks.exporting",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"tarjih.models.{_HOME[name]}"), name)
    raise AttributeError(f"module 'tarjih.models' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
