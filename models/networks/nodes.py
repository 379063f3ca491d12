"""The nodes of an unrolled study: tables for every step, and the items as observed children."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from tarjih.equations import entry, review_chance, softmax, utilities
from tarjih.models.engines.drivers import DriverLaw, driver_laws
from tarjih.models.engines.protocol import Clamp
from tarjih.models.networks.network import Node, Table
from tarjih.models.networks.shares import ItemShare
from tarjih.priors.draws import Draws
from tarjih.scenarios.design import driver_order, features
from tarjih.scenarios.records import Study

__all__ = ["driver_tables", "scenario_table", "unroll_nodes"]

Floats = NDArray[np.float64]
_STATES = ("reported", "not_reported")
_SCENARIO = {"en": "scenario in force", "ar": "السيناريو القائم"}


class _Given(TypedDict):
    """What a node is given."""

    parents: tuple[str, ...]
    table: Floats


def scenario_table(study: Study, parameters: Draws) -> Table:
    """Return how the scenario goes on under a single draw."""
    drivers = range(len(study.drivers))
    sizes = [len(driver.levels) for driver in study.drivers]
    grid = np.array(list(product(*(range(size) for size in sizes))), dtype=np.intp)
    rho = review_chance(parameters.review_time[0], study.calendar.months)
    eta = utilities(
        parameters.alpha[0],
        np.concatenate([parameters.beta[0], parameters.gamma[0]]),
        features(study, grid.reshape(-1, len(sizes))),
    )
    entering = entry(softmax(eta), rho)
    change = rho[:, None, None] * entering + np.diag(1.0 - rho)[:, None, :]
    shape = (len(rho), *sizes, len(rho))
    return Table(tuple(drivers), softmax(parameters.initial[0]), _rows(change).reshape(shape))


def driver_tables(study: Study, parameters: Draws) -> tuple[Table, ...]:
    """Return how each driver goes on under a single draw."""
    laws = driver_laws(study, parameters.up, parameters.down)
    return tuple(_driver_table(study, law) for law in laws)


def _driver_table(study: Study, law: DriverLaw) -> Table:
    # Two links may have one parent.
    parents = tuple(dict.fromkeys(law.parents))
    levels = np.indices([len(study.drivers[i].levels) for i in parents])
    setting = np.zeros(levels.shape[1:], dtype=np.intp)
    for parent, stride in zip(law.parents, law.strides, strict=True):
        setting += levels[parents.index(parent)] * stride
    moves = law.transition[0][setting]
    return Table(parents, _rows(law.start), _rows(np.moveaxis(moves, -2, 0)))


def unroll_nodes(
    study: Study,
    scenario: Table,
    drivers: Sequence[Table],
    shares: Sequence[ItemShare],
    clamps: Sequence[Clamp],
    last: int,
) -> tuple[Node, ...]:
    """Return the nodes of steps 0 to ``last``, parents before children.

    Parameters
    ----------
    study : Study
    scenario, drivers : Table, sequence of Table
        From `scenario_table` and `driver_tables`.
    shares : sequence of ItemShare
        A node each.
    clamps : sequence of Clamp
        From its step on such a driver stands at the level, whatever was before.
    last : int
    """
    names = [_driver_name(id) for id in study.driver_ids]
    item_names = _item_names(shares)
    order = driver_order(study)
    nodes = []
    for t in range(last + 1):
        for j in order:
            earlier = [f"{names[i]}_{t - 1}" for i in (j, *drivers[j].parents)]
            nodes.append(
                Node(
                    id=f"{names[j]}_{t}",
                    kind="driver",
                    of=study.driver_ids[j],
                    step=t,
                    label=study.drivers[j].label,
                    states=tuple(level.id for level in study.drivers[j].levels),
                    **_parents_and_table(drivers[j], earlier, t, _held(clamps, j, t)),
                )
            )
        now = [f"{names[j]}_{t}" for j in scenario.parents]
        nodes.append(
            Node(
                id=f"scenario_{t}",
                kind="scenario",
                of="scenario",
                step=t,
                label=_SCENARIO,
                states=study.scenario_ids,
                **_parents_and_table(scenario, [f"scenario_{t - 1}", *now], t),
            )
        )
        for share in shares:
            if share.step == t:
                of = "scenario" if share.driver is None else names[share.driver]
                nodes.append(
                    Node(
                        id=f"{item_names[share.item.id]}_{t}",
                        kind="item",
                        of=share.item.id,
                        step=t,
                        label=share.item.label,
                        states=_STATES,
                        parents=(f"{of}_{t}",),
                        table=_report_table(share.loglik),
                        observed=_STATES[0],
                    )
                )
    return tuple(nodes)


def _parents_and_table(
    table: Table, parents: Sequence[str], t: int, held: int | None = None
) -> _Given:
    if held is not None:
        return {"parents": (), "table": np.eye(len(table.start))[held]}
    if t == 0:
        return {"parents": (), "table": table.start}
    return {"parents": tuple(parents), "table": table.change}


def _report_table(loglik: Floats) -> Floats:
    """Return P(reported or not | state): only ratios between states matter."""
    reported = np.exp(loglik - loglik.max())
    return np.stack([reported, 1.0 - reported], axis=-1)


def _rows(table: Floats) -> Floats:
    """Return rows that are not negative and sum to one to the last digit or so."""
    table = np.maximum(table, 0.0)
    normalised: Floats = table / table.sum(axis=-1, keepdims=True)
    return normalised


def _held(clamps: Sequence[Clamp], j: int, t: int) -> int | None:
    begun = [one for one in clamps if one.driver == j and one.step <= t]
    return max(begun, key=lambda one: one.step).level if begun else None


def _driver_name(id: str) -> str:
    """Return a name that no scenario's or item's node has."""
    return f"driver_{id}" if id == "scenario" or id.startswith(("item_", "driver_")) else id


def _item_names(shares: Sequence[ItemShare]) -> dict[str, str]:
    """Return a name for each item, of letters, digits and underscores alone."""
    names: dict[str, str] = {}
    for id in dict.fromkeys(share.item.id for share in shares):
        name = "item_" + re.sub(r"[^A-Za-z0-9_]", "_", id)
        # Some readers do not tell capitals from small letters.
        while name.lower() in {taken.lower() for taken in names.values()}:
            name += "_"
        names[id] = name
    return names
