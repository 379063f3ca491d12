"""A study unrolled over time as a Bayesian network, as plain data for any reader.

For each step t there is a node of the scenario, one of each driver, and one of each item that
speaks of the step. A driver depends on itself and on its links' parents a step earlier; the
scenario on itself a step earlier and on the drivers at the step; conjunctions act inside its
table. An item is an observed child with two states, reported or not, of what it speaks of. So
the network, given its evidence, answers as the exact engine does under one parameter vector.

That vector is the mean of the parameters given the evidence (see ``averaging``): what
the network says is close to a forecast, and not the same, for a forecast averages over all
parameters.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tarjih.evidence import Evidence
from tarjih.models.engines.protocol import Clamp
from tarjih.models.networks.shares import ItemShare
from tarjih.models.record import Forecast
from tarjih.priors.draws import Draws
from tarjih.scenarios.records import Item, Study, Text

__all__ = ["Network", "Node", "Table", "step_entries"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """How the scenario, or one driver, begins and goes on.

    Attributes
    ----------
    parents : tuple of int
        Places of the drivers that it depends on besides itself: for the scenario all of them,
        at the step; for a driver its links' parents, a step earlier.
    start : (S,)
        At step 0.
    change : (S, *sizes of the parents, S)
        At every later step, by its own state a step earlier. Rows sum to one.
    """

    parents: tuple[int, ...]
    start: Floats
    change: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One variable of a network.

    Attributes
    ----------
    id : str
        Letters, digits and underscores; ends with the step.
    kind : {"scenario", "driver", "item"}
    of : str
        The study's id of the driver or item; "scenario".
    step : int
    label : Text
    states : tuple of str
    parents : tuple of str
        Ids of earlier nodes.
    table : (*sizes of the parents, states)
        Rows sum to one.
    observed : str or None
        The state that the evidence sets.
    """

    id: str
    kind: Literal["scenario", "driver", "item"]
    of: str
    step: int
    label: Text
    states: tuple[str, ...]
    parents: tuple[str, ...]
    table: Floats
    observed: str | None = None


@dataclass(frozen=True, eq=False)
class Network:
    """A study unrolled from the origin to the horizon.

    Attributes
    ----------
    study : Study
        Of the drivers kept.
    parameters : Draws
        The one parameter vector, of the drivers kept.
    forecast : Forecast
        Of the whole study, averaged over all parameters: where the weights of the parameters
        come from, and what the network is to be compared with.
    evidence : Evidence
        Counted in the network: of ``study``, up to as-of.
    shares : tuple of ItemShare
        What each node of an item says, in the order of the evidence.
    fixed : mapping of driver id to level index
        Drivers left out, and where they stand at all steps.
    clamps : tuple of Clamp
        Drivers kept that are held from a step on, by their place in ``study``.
    left_out : tuple of Item
        Counted in the forecast, and not here: they speak of drivers that are fixed.
    scenario_table : Table
    driver_tables : tuple of Table
    nodes : tuple of Node
        Parents before children.
    probability : (H+1, K)
        Of the scenarios from as-of to the horizon, as the network answers given its evidence.
    """

    study: Study
    parameters: Draws
    forecast: Forecast
    evidence: Evidence
    shares: tuple[ItemShare, ...]
    fixed: Mapping[str, int]
    clamps: tuple[Clamp, ...]
    left_out: tuple[Item, ...]
    scenario_table: Table
    driver_tables: tuple[Table, ...]
    nodes: tuple[Node, ...]
    probability: Floats

    @property
    def observed(self) -> dict[str, str]:
        """The evidence: node id to state."""
        return {node.id: node.observed for node in self.nodes if node.observed is not None}

    def date(self, step: int) -> dt.date:
        """Return the date that a step stands for."""
        return self.forecast.dates[step]


def step_entries(study: Study, drivers: Collection[str]) -> int:
    """Return the entries K²·∏L of the scenario's table with these drivers kept.

    Examples
    --------
    >>> from tarjih.scenarios import load
    >>> step_entries(load("syria_russia"), ["us_withdrawal", "russia_west_deal"])
    300
    """
    size = len(study.scenarios) ** 2
    for id in drivers:
        size *= len(study.driver(id).levels)
    return size
