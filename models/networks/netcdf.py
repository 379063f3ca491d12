"""A network as an ``xarray.Dataset``: parameters, tables and evidence, in NetCDF.

``xarray.open_dataset`` opens the file. Tables do not change from step to step, so each is
there once; what does change (evidence, drivers held) has the axis ``step``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tarjih.models.networks.files import network_notes, put_in_place
from tarjih.models.networks.network import Network
from tarjih.models.networks.shares import said_of
from tarjih.scenarios.records import translate

if TYPE_CHECKING:
    import xarray

__all__ = ["network_dataset", "write_netcdf"]


def write_netcdf(network: Network, path: Path, *, lang: str = "en") -> None:
    """Write `network_dataset` as NetCDF, by way of a temporary file beside it.

    Raises
    ------
    CannotCompute
        If it cannot be written.
    """
    data = network_dataset(network, lang=lang)
    with put_in_place(path) as temporary:
        data.to_netcdf(str(temporary), engine="h5netcdf")


def network_dataset(network: Network, *, lang: str = "en") -> xarray.Dataset:
    """Return all of a network as one data set (needs xarray).

    Parameters
    ----------
    network : Network
    lang : {"en", "ar"}
        Of the labels.

    Returns
    -------
    xarray.Dataset
        - Parameters: ``alpha``, ``initial``, ``review_time`` (scenario), ``beta``
          (driver, scenario), ``gamma`` (conjunction, scenario), ``up``, ``down`` (driver).
        - Tables: ``scenario_start``; ``scenario_transition`` (scenario_before, the levels of
          each driver at the step, scenario); for each driver NAME ``start_NAME`` and
          ``transition_NAME`` (its level before, the levels before of its links' parents, its
          level).
        - Evidence: ``loglik_scenario`` (step, scenario), ``loglik_NAME`` (step, level) and, for
          every observed node (``report``), ``report_node``, ``report_item``, ``report_step``,
          ``report_of``, ``report_label``, with ``report_scenario`` (report, scenario) and
          ``report_NAME`` (report, level): its share of the log-likelihood, NaN where it speaks
          of something else.
        - ``held`` (step, driver): the level that an intervention holds, -1 for none.
        - ``probability`` (step, scenario): what the network answers given its evidence, from as-of
          on; NaN before.
        - Labels of scenarios, drivers, levels and conjunctions.
    """
    import xarray

    study, draws = network.study, network.parameters
    scenarios = list(study.scenario_ids)
    steps = np.arange(network.forecast.horizon_step + 1)
    coords: dict[str, Any] = {
        "step": steps,
        "date": ("step", np.array([network.date(int(t)) for t in steps], dtype="datetime64[ns]")),
        "scenario": scenarios,
        "scenario_before": scenarios,
        "scenario_label": ("scenario", _texts(study.scenarios, lang)),
        "driver": list(study.driver_ids),
        "driver_label": ("driver", _texts(study.drivers, lang)),
        "conjunction": [one.id for one in study.conjunctions],
        "conjunction_label": ("conjunction", _texts(study.conjunctions, lang)),
    }
    values: dict[str, Any] = {
        "alpha": ("scenario", draws.alpha[0]),
        "initial": ("scenario", draws.initial[0]),
        "review_time": ("scenario", draws.review_time[0]),
        "beta": (("driver", "scenario"), draws.beta[0]),
        "gamma": (("conjunction", "scenario"), draws.gamma[0]),
        "up": ("driver", draws.up[0]),
        "down": ("driver", draws.down[0]),
    }
    ids = study.driver_ids
    levels = [f"level_{id}" for id in ids]
    values["scenario_start"] = ("scenario", network.scenario_table.start)
    axes = ("scenario_before", *levels, "scenario")
    values["scenario_transition"] = (axes, network.scenario_table.change)
    answer = np.full((len(steps), len(scenarios)), np.nan)
    answer[network.forecast.as_of_step :] = network.probability
    values["probability"] = (("step", "scenario"), answer)
    held = np.full((len(steps), len(study.drivers)), -1)
    for clamp in sorted(network.clamps, key=lambda clamp: clamp.step):
        held[clamp.step :, clamp.driver] = clamp.level
    values["held"] = (("step", "driver"), held)
    for driver, table in zip(study.drivers, network.driver_tables, strict=True):
        id, own = driver.id, [level.id for level in driver.levels]
        coords |= {f"level_{id}": own, f"before_{id}": own}
        coords[f"level_label_{id}"] = (f"level_{id}", _texts(driver.levels, lang))
        earlier = [f"before_{one}" for one in (id, *(ids[i] for i in table.parents))]
        values[f"start_{id}"] = (f"level_{id}", table.start)
        values[f"transition_{id}"] = ((*earlier, f"level_{id}"), table.change)
    values |= _evidence(network, lang)
    return xarray.Dataset(
        values,
        coords,
        {
            "study": study.id,
            "as_of": network.forecast.as_of.isoformat(),
            "as_of_step": network.forecast.as_of_step,
            "engine": network.forecast.engine,
            "seed": str(network.forecast.seed),
            "retrospective": int(study.retrospective),
            "fixed": ", ".join(
                f"{id}={network.forecast.study.driver(id).levels[level].id}"
                for id, level in network.fixed.items()
            ),
            "notes": "\n".join(network_notes(network)),
        },
    )


def _evidence(network: Network, lang: str) -> dict[str, Any]:
    study, evidence = network.study, network.evidence
    after = network.forecast.horizon_step - network.forecast.as_of_step
    values: dict[str, Any] = {}
    targets = [("scenario", "scenario", said_of(evidence, None))] + [
        (id, f"level_{id}", said_of(evidence, j)) for j, id in enumerate(study.driver_ids)
    ]
    nodes = [node for node in network.nodes if node.observed is not None]
    shares = {(share.item.id, share.step): share for share in network.shares}
    for place, (name, axis, said) in enumerate(targets, start=-1):
        values[f"loglik_{name}"] = (("step", axis), np.pad(said, ((0, after), (0, 0))))
        rows = np.full((len(nodes), said.shape[1]), np.nan)
        for row, node in zip(rows, nodes, strict=True):
            share = shares[node.of, node.step]
            if share.driver == (None if place < 0 else place):
                row[:] = share.loglik
        values[f"report_{name}"] = (("report", axis), rows)
    texts = {
        "report_node": [node.id for node in nodes],
        "report_item": [node.of for node in nodes],
        "report_of": [node.parents[0] for node in nodes],
        "report_label": [translate(node.label, lang) for node in nodes],
    }
    values |= {name: ("report", np.array(rows, dtype=object)) for name, rows in texts.items()}
    values["report_step"] = ("report", np.array([node.step for node in nodes], dtype=np.int64))
    return values


def _texts(records: Sequence[Any], lang: str) -> Any:
    """Return the labels of records as an array that NetCDF can hold."""
    return np.array([translate(one.label, lang) for one in records], dtype=object)
