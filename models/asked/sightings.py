"""How probable it is that an indicator will be found by someone who looks for it.

A check in every step to come finds an indicator with the chance that it shows itself under the
scenario in force, times that of finding what shows itself. That no check up to a step found it
is therefore the mass that remains when each step's findings are taken out as they happen, which
one more vector for each indicator carries along every path. What remains is never normalised by
itself: its sum is the chance that nothing was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from tarjih.evidence.weighing.bearing import seen_likelihood
from tarjih.models.engines.protocol import Ahead, Clamp, Step
from tarjih.models.posterior import Posterior
from tarjih.scenarios.records import Study

__all__ = ["chance_found", "chance_shown", "missed_masses", "over_draws"]

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


def missed_masses(
    mass: Floats, steps: Iterable[Step], shown: Floats
) -> Iterator[tuple[Step, Floats]]:
    """Yield each step after as-of with the masses in which each indicator was never found.

    Parameters
    ----------
    mass : (K, N)
        At as-of.
    steps : iterable of Step
    shown : (I, K)
        From `chance_shown`.

    Yields
    ------
    step : Step
    missed : (I, K, N)
        Belongs to who takes it: what is changed in it is carried on.
    """
    left = 1.0 - shown[:, :, None]
    missed = np.repeat(mass[None], len(shown), axis=0)
    for step in steps:
        missed = step.carry(missed)
        missed *= left
        yield step, missed


def chance_found(posterior: Posterior, last_step: int, clamps: Sequence[Clamp] = ()) -> Floats:
    """Return how probable it is that checks find each indicator by each step to come.

    Parameters
    ----------
    posterior : Posterior
    last_step : int
        Every step after as-of, up to this, is checked.
    clamps : sequence of Clamp

    Returns
    -------
    (H, I)
        Of the steps after as-of up to ``last_step``; never falls along the first axis.
    """
    shown = chance_shown(posterior.study)

    def missed(ahead: Ahead) -> tuple[Floats, Floats]:
        found = missed_masses(ahead.mass, ahead.steps, shown)
        rows = [ahead.per_draw(mass.sum(axis=1)) for _, mass in found]
        return ahead.log_weight, np.array(rows)

    return np.asarray(1.0 - over_draws(posterior.map(missed, last_step, clamps)))


def over_draws(parts: Sequence[tuple[Floats, Floats]]) -> Floats:
    """Return the mean over draws of what `Posterior.map` found.

    Parameters
    ----------
    parts : sequence of ((M_b,), (..., M_b))
        Log weights of each block's draws, and their values.

    Examples
    --------
    >>> blocks = [(np.zeros(1), np.array([1.0])), (np.log([3.0]), np.array([2.0]))]
    >>> round(float(over_draws(blocks)), 6)
    1.75
    """
    log_weight = np.concatenate([weight for weight, _ in parts])
    weight = np.exp(log_weight - log_weight.max())
    values = np.concatenate([value for _, value in parts], axis=-1)
    return np.asarray(values @ weight / weight.sum())
