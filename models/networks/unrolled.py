"""Unroll a study over time at the mean of its parameters: what is asked, checked, and made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

import numpy as np

from tarjih.errors import InvalidRequest, Problem
from tarjih.evidence import weigh_evidence
from tarjih.models.engines.exact import ExactEngine
from tarjih.models.engines.protocol import run_engine
from tarjih.models.forecasting import forecast_of
from tarjih.models.networks.averaging import mean_parameters, mean_trust
from tarjih.models.networks.narrowed import fix_drivers, kept_drivers, speaks_of
from tarjih.models.networks.network import Network, step_entries
from tarjih.models.networks.nodes import driver_tables, scenario_table, unroll_nodes
from tarjih.models.networks.shares import item_shares
from tarjih.models.posterior import believe, clamps_of
from tarjih.models.record import Intervention
from tarjih.priors.draws import Draws
from tarjih.scenarios.records import Item, Study

__all__ = ["LARGEST", "check_drivers", "unrolled_network"]

LARGEST = 50_000
"""Most entries of K²·∏L, the scenario's table in one step."""


def unrolled_network(
    study: Study,
    items: Sequence[Item] | None = None,
    *,
    drivers: Collection[str] | None = None,
    as_of: dt.date | str | None = None,
    horizon: float | dt.date | None = None,
    interventions: Sequence[Intervention] = (),
    draws: Draws | None = None,
    engine: str = "auto",
    seed: int = 0,
) -> Network:
    """Unroll a study over time at the mean of its parameters given the evidence.

    Parameters
    ----------
    study : Study
    items, as_of, horizon, draws, engine, seed
        As for `forecast`. Engine and seed serve to weigh the draws, and to find where drivers
        that are not kept stand.
    drivers : collection of str, optional
        Those kept. The others are fixed, at all steps, at the level most probable at as-of,
        and reports on them are left out. Default: all.
    interventions : sequence of Intervention
        On drivers kept: from its step on the driver stands at the level whatever was before.

    Returns
    -------
    Network

    Raises
    ------
    InvalidRequest
        If a scenario's table would have more than 50,000 entries (K²·∏L), a driver is unknown,
        an intervention is on a driver that is not kept, and as `forecast`.

    Examples
    --------
    >>> from tarjih.scenarios import load
    >>> network = unrolled_network(
    ...     load("syria_russia"), as_of="2025-10-31", horizon=2, drivers=["us_withdrawal"])
    >>> [node.id for node in network.nodes if node.step == 1]
    ['us_withdrawal_1', 'scenario_1', 'item_e40_1', 'item_e41_1', 'item_e42_1', 'item_e43_1']
    >>> network.nodes[-1].parents, network.nodes[-1].table.shape
    (('scenario_3', 'us_withdrawal_4'), (5, 3, 5))
    """
    kept = check_drivers(study, drivers, interventions)
    posterior = believe(study, items, as_of=as_of, draws=draws, engine=engine, seed=seed)
    whole = forecast_of(posterior, horizon=horizon, interventions=interventions, replay=False)
    now, last = whole.as_of_step, whole.horizon_step
    fixed = {
        id: int(np.argmax(levels[0]))
        for id, levels in zip(study.driver_ids, whole.levels, strict=True)
        if id not in kept
    }
    mean = mean_parameters(posterior.engine.draws, whole.weight)
    narrow, parameters = fix_drivers(study, mean, fixed)
    told = [item for item in posterior.items if not speaks_of(item, fixed)]
    trust = mean_trust(whole.evidence.trust, whole.weight)
    evidence = weigh_evidence(narrow, told, as_of=whole.as_of, last_step=now, trust=trust)
    shares = item_shares(narrow, evidence, as_of=whole.as_of)
    clamps = clamps_of(narrow, interventions, now, last)
    scenario, moving = scenario_table(narrow, parameters), driver_tables(narrow, parameters)
    answer = run_engine(
        ExactEngine(narrow, parameters), evidence, as_of_step=now, last_step=last, clamps=clamps
    )
    return Network(
        study=narrow,
        parameters=parameters,
        forecast=whole,
        evidence=evidence,
        shares=shares,
        fixed=fixed,
        clamps=clamps,
        left_out=tuple(
            entry.item
            for entry in whole.evidence.entries
            if entry.counted and speaks_of(entry.item, fixed)
        ),
        scenario_table=scenario,
        driver_tables=moving,
        nodes=unroll_nodes(narrow, scenario, moving, shares, clamps, last),
        probability=answer.probability[:, 0],
    )


def check_drivers(
    study: Study, drivers: Collection[str] | None, interventions: Sequence[Intervention] = ()
) -> tuple[str, ...]:
    """Return the drivers to keep, if a network of them can be made.

    Raises
    ------
    InvalidRequest
        As `unrolled_network`; without any computing.
    """
    kept = kept_drivers(study, drivers)
    _check_size(study, kept)
    _check_held(study, kept, interventions)
    return kept


def _check_size(study: Study, kept: Sequence[str]) -> None:
    size = step_entries(study, kept)
    if size > LARGEST:
        raise InvalidRequest(
            Problem(
                "--drivers",
                f"a network of {len(kept)} drivers is too large",
                got=f"{size:,} entries (K²·∏L) for each step",
                allowed=f"up to {LARGEST:,}",
                mend="keep some drivers and fix the others where they stand: "
                f"--drivers {','.join(_suggested(study))}",
            )
        )


def _suggested(study: Study) -> list[str]:
    """Name the drivers that the study says most of, three at most."""
    strength = dict.fromkeys(study.driver_ids, 0.0)
    for scenario in study.scenarios:
        for id, word in scenario.effects.items():
            strength[id] += 2.0 if "strongly" in word else 1.0
    for conjunction in study.conjunctions:
        for id in conjunction.requires:
            strength[id] += 1.5
    chosen = sorted(study.driver_ids, key=lambda id: -strength[id])[:3]
    while chosen and step_entries(study, chosen) > LARGEST:
        chosen.pop()
    return chosen


def _check_held(study: Study, kept: Sequence[str], interventions: Sequence[Intervention]) -> None:
    problems = [
        Problem(
            "--set",
            "a driver that is not kept cannot be held",
            got=one.driver,
            allowed=", ".join(kept),
            mend=f"name it among --drivers: {','.join([*kept, one.driver])}",
        )
        for one in interventions
        if one.driver in study.driver_ids and one.driver not in kept
    ]
    if problems:
        raise InvalidRequest(problems)
