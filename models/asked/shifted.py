"""How far belief differs between two states of the evidence: same draws, same dice, one day.

What is recorded in a ledger may change any day of the past, so both states are looked at as
of one day. A difference is then the evidence's, not the dice's.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tarjih.models.forecasting import diagnose, normalised, without_noise
from tarjih.models.posterior import as_of_date, believe
from tarjih.models.record import Diagnostics, weighted_quantile
from tarjih.priors import Draws
from tarjih.scenarios.records import Study

__all__ = ["BeliefShift", "belief_shift"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class BeliefShift:
    """Belief about the scenarios under two states of the evidence.

    Attributes
    ----------
    study : Study
        In its second state.
    as_of : datetime.date
    engine : str
    seed : int
    before, after : (3, K)
        Mean, 5% and 95% of the probability of each scenario at as-of.
    diagnostics : Diagnostics
        Of the second.
    """

    study: Study
    as_of: dt.date
    engine: str
    seed: int
    before: Floats
    after: Floats
    diagnostics: Diagnostics

    @property
    def change(self) -> Floats:
        """How far each scenario's mean (K,) rose or, negative, fell."""
        change: Floats = self.after[0] - self.before[0]
        return change


def belief_shift(
    before: Study,
    after: Study,
    *,
    as_of: dt.date | str | None = None,
    draws: Draws | None = None,
    engine: str = "auto",
    seed: int = 0,
) -> BeliefShift:
    """Compare belief under two states of the evidence of one study.

    Parameters
    ----------
    before, after : Study
        The same study with other items.
    as_of : date or str, optional
        Default: the latest known date of both.
    draws : Draws, optional
        Default: those shipped or cached for the study, or a new fit.
    engine : {"auto", "exact", "particle", "pymc"}
    seed : int

    Raises
    ------
    InvalidRequest
        As `believe`.

    Examples
    --------
    >>> import tarjih
    >>> from dataclasses import replace
    >>> study = tarjih.load("syria_russia")
    >>> less = replace(study, items=())
    >>> found = belief_shift(less, study)
    >>> study.scenario_ids[found.change.argmax()], found.as_of.isoformat()
    ('sovereign_partnership', '2026-01-28')
    """
    day = as_of
    if day is None:
        day = max(as_of_date(one, one.items, None) for one in (before, after))
    told = []
    for study in (before, after):
        posterior = believe(study, as_of=day, draws=draws, engine=engine, seed=seed)
        run = posterior.run(posterior.as_of_step)
        log_weight = normalised(run.log_weight)
        probability = without_noise(run.probability, run.probability_noise, log_weight)[0]
        weight = np.exp(log_weight)
        low, high = weighted_quantile(probability, weight, (0.05, 0.95))
        told.append(np.stack([weight @ probability, low, high]))
    return BeliefShift(
        study=after,
        as_of=posterior.as_of,
        engine=posterior.engine_name,
        seed=posterior.engine.seed,
        before=told[0],
        after=told[1],
        diagnostics=diagnose(
            log_weight, paths=run.paths, ess_paths=run.ess_paths, movement=posterior.movement
        ),
    )
