"""How probable it is that an indicator will be found by someone who looks for it.

A check in every step to come finds an indicator with the chance that it shows itself under the
scenario in force, times that of finding what shows itself. That no check up to a step found it
is therefore the mass that remains when each step's findings are taken out as they happen, which
one more vector for each indicator carries along every path.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tarjih.evidence.bearing import seen_likelihood
from tarjih.evidence.likelihood import Evidence
from tarjih.models.engine import Ahead, Clamp, Engine
from tarjih.scenarios.records import Study

__all__ = ["chance_found", "chance_shown"]

Floats = NDArray[np.float64]


def chance_shown(study: Study) -> Floats:
    """Return the chance (I, K) that a check of one step finds each indicator, by scenario."""
    months = study.calendar.months
    rows = [
        seen_likelihood(
            np.array([one.monthly[id] for id in study.scenario_ids]), months, monitored=True
        )
        * one.detection
        for one in study.indicators
    ]
    return np.array(rows).reshape(len(rows), len(study.scenarios))


def chance_found(
    engine: Engine,
    evidence: Evidence,
    *,
    as_of_step: int,
    last_step: int,
    clamps: Sequence[Clamp] = (),
) -> Floats:
    """Return how probable it is that checks find each indicator by each step to come.

    Parameters
    ----------
    engine : Engine
    evidence : Evidence
        Up to ``as_of_step``.
    as_of_step, last_step : int
        Every step after the first, up to the last, is checked.
    clamps : sequence of Clamp

    Returns
    -------
    (H, I)
        Of steps ``as_of_step + 1`` to ``last_step``; never falls along the first axis.
    """
    missed_in_step = 1.0 - chance_shown(engine.study)[:, :, None]

    def missed(ahead: Ahead) -> tuple[Floats, Floats]:
        mass = np.repeat(ahead.mass[None], len(missed_in_step), axis=0)
        rows = []
        for step in ahead.steps:
            mass = step.carry(mass) * missed_in_step
            rows.append(ahead.per_draw(mass.sum(axis=1)))
        return np.array(rows), ahead.log_weight

    parts = engine.map(missed, evidence, as_of_step=as_of_step, last_step=last_step, clamps=clamps)
    log_weight = np.concatenate([weight for _, weight in parts])
    weight = np.exp(log_weight - log_weight.max())
    left: Floats = np.concatenate([rows for rows, _ in parts], axis=-1) @ weight / weight.sum()
    return 1.0 - left
