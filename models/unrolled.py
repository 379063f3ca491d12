"""Unroll a study over time at the mean of its parameters: what is asked, checked, and made."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

import numpy as np

from tarjih.errors import InvalidRequest, Problem
from tarjih.evidence import weigh_evidence
from tarjih.models.item_shares import item_shares
from tarjih.models.mean_parameters import mean_parameters
from tarjih.models.narrowed import fix_drivers, kept_drivers, speaks_of
from tarjih.models.network import Network, step_entries
from tarjih.models.network_nodes import driver_tables, scenario_table, unroll_nodes
from tarjih.models.posterior import believe, clamps_of, last_step_of
from tarjih.models.record import Intervention
from tarjih.priors.draws import Draws
from tarjih.scenarios.records import Item, Study

__all__ = ["LARGEST", "unrolled_network"]

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
    kept = kept_drivers(study, drivers)
    _check_size(study, kept)
    _check_held(study, kept, interventions)
    posterior = believe(study, items, as_of=as_of, draws=draws, engine=engine, seed=seed)
    now = posterior.as_of_step
    last = last_step_of(study, now, horizon)
    clamps_of(study, interventions, now, last)
    run = posterior.run(now)
    weight = np.exp(run.log_weight - run.log_weight.max())
    fixed = {
        id: int(np.argmax(levels[0]))
        for id, levels in zip(study.driver_ids, run.levels, strict=True)
        if id not in kept
    }
    mean = mean_parameters(posterior.engine.draws, weight)
    narrow, parameters = fix_drivers(study, mean, fixed)
    told = [item for item in posterior.items if not speaks_of(item, fixed)]
    evidence = weigh_evidence(narrow, told, as_of=posterior.as_of, last_step=now)
    shares = item_shares(narrow, evidence, as_of=posterior.as_of)
    clamps = clamps_of(narrow, interventions, now, last)
    scenario = scenario_table(narrow, parameters)
    moving = driver_tables(narrow, parameters)
    return Network(
        study=narrow,
        whole=study,
        parameters=parameters,
        evidence=evidence,
        shares=shares,
        as_of=posterior.as_of,
        as_of_step=now,
        last_step=last,
        fixed=fixed,
        clamps=clamps,
        interventions=tuple(interventions),
        left_out=tuple(
            entry.item
            for entry in posterior.evidence.entries
            if entry.counted and speaks_of(entry.item, fixed)
        ),
        engine=posterior.engine_name,
        seed=seed,
        scenario_table=scenario,
        driver_tables=moving,
        nodes=unroll_nodes(narrow, scenario, moving, shares, clamps, last),
    )


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
