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

from tarjih.equations import advance, entry, softmax
from tarjih.evidence.bearing import seen_likelihood
from tarjih.evidence.likelihood import Evidence
from tarjih.models.particle import Clamp, ParticleEngine
from tarjih.models.scenario_filter import filter_steps
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
    engine: ParticleEngine,
    evidence: Evidence,
    *,
    as_of_step: int,
    last_step: int,
    clamps: Sequence[Clamp] = (),
) -> Floats:
    """Return how probable it is that checks find each indicator by each step to come.

    Parameters
    ----------
    engine : ParticleEngine
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
    steps = last_step - as_of_step
    found = []
    for walk in engine.walks(evidence, last_step=last_step, clamps=clamps):
        beliefs = filter_steps(
            walk.initial, walk.review, walk.utilities, evidence.scenario_loglik, as_of_step
        )
        belief = next(one for one in beliefs if one.step == as_of_step)
        log_weight = walk.log_weight + belief.log_weight
        largest = log_weight.max()
        weight = np.exp(log_weight - largest)
        missed = np.repeat(belief.filtered[None], len(missed_in_step), axis=0)
        rows = np.empty((steps, len(missed_in_step)))
        # The filter stands still at as-of, so the paths' later steps are ours to go on with.
        for row, utility in zip(rows, walk.utilities, strict=True):
            replacement = entry(softmax(utility, axis=0), walk.review, axis=0)
            missed = advance(missed, walk.review, replacement, axis=1) * missed_in_step
            row[:] = missed.sum(axis=1) @ weight
        found.append((largest, float(weight.sum()), rows))
    highest = max(largest for largest, _, _ in found)
    scales = [float(np.exp(largest - highest)) for largest, _, _ in found]
    total = sum(scale * mass for scale, (_, mass, _) in zip(scales, found, strict=True))
    left: Floats = np.sum(
        [scale * rows for scale, (_, _, rows) in zip(scales, found, strict=True)], axis=0
    )
    return np.asarray(1.0 - left / total)
