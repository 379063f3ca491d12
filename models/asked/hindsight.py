"""Hindsight: which scenario was in force at past dates, by all that is known now.

The timeline of a forecast is *replayed*: at each past date, what was believed by what was known
then. Hindsight is another question, and is shown apart: looking back from as-of, which scenario
was in force? Later evidence counts for earlier dates.

It is found for any engine alike: the probability that scenario k was in force at a step is that
of the evidence *and* of k at that step, as a share of the sum over k. So each step takes K runs,
each with one thing more taken as seen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tarjih.equations import softmax
from tarjih.models.forecasting import normalised
from tarjih.models.posterior import Posterior, believe
from tarjih.models.record import weighted_quantile
from tarjih.priors import Draws
from tarjih.scenarios.records import Item, Study

__all__ = ["Hindsight", "in_force_then", "look_back"]

Floats = NDArray[np.float64]
_MOST_STEPS = 36


@dataclass(frozen=True)
class Hindsight:
    """Probabilities of the scenarios at past steps, by all that is known at as-of.

    With M draws, K scenarios and t steps. Means and quantiles across draws are weighted by the
    evidence, as in a `Forecast`.

    Attributes
    ----------
    steps, dates : (t,)
        From the origin to as-of: last days of steps, the origin and as-of at their own.
    probability : (t, M, K)
        P(scenario in force at the step | all evidence known at as-of). Read-only.
    log_weight : (M,)
        Normalised: its exponentials sum to one. Read-only.
    """

    study: Study
    as_of: dt.date
    engine: str
    seed: int
    steps: tuple[int, ...]
    dates: tuple[dt.date, ...]
    probability: Floats
    log_weight: Floats

    @cached_property
    def mean(self) -> Floats:
        """Mean probabilities (t, K) over draws."""
        averaged: Floats = np.einsum("tmk,m->tk", self.probability, np.exp(self.log_weight))
        return averaged

    def quantile(self, q: float) -> Floats:
        """Return quantiles (t, K) over draws, ``q`` in [0, 1]."""
        return weighted_quantile(self.probability, np.exp(self.log_weight), q)


def look_back(
    study: Study,
    items: Sequence[Item] | None = None,
    *,
    as_of: dt.date | str | None = None,
    draws: Draws | None = None,
    engine: str = "auto",
    seed: int = 0,
) -> Hindsight:
    """Look back from as-of: which scenario was in force at each past step?

    Parameters
    ----------
    study : Study
    items : sequence of Item, optional
        Default: the study's seed evidence.
    as_of : date or str, optional
        Default: the latest known date of the items, never today.
    draws : Draws, optional
        Default: those shipped or cached for the study, or a new fit.
    engine : {"auto", "exact", "particle"}
        By default exact where that is cheap, else particle; then each probability has the
        noise of the paths, and so has the band.
    seed : int

    Returns
    -------
    Hindsight
        At most 36 steps, spread evenly: the cost grows with the square of the steps.

    Raises
    ------
    InvalidRequest
        As in `believe`.

    Examples
    --------
    >>> import tarjih
    >>> from tarjih.priors import obtain_draws
    >>> study = tarjih.load("syria_russia")
    >>> draws = obtain_draws(study).thin(50)
    >>> look_back(study, as_of="2025-09-30", draws=draws).mean.shape
    (2, 5)
    """
    posterior = believe(study, items, as_of=as_of, draws=draws, engine=engine, seed=seed)
    now = posterior.as_of_step
    places = np.linspace(0, now, min(now + 1, _MOST_STEPS)).round().astype(int)
    steps = tuple(int(step) for step in places)
    probability = np.stack([_in_force(posterior, step) for step in steps])
    log_weight = normalised(_log_weight(posterior))
    for array in (probability, log_weight):
        array.flags.writeable = False
    calendar = study.calendar
    days = {0: study.origin} | {step: calendar.last_day(step) for step in steps if 0 < step < now}
    return Hindsight(
        study=study,
        as_of=posterior.as_of,
        engine=posterior.engine_name,
        seed=seed,
        steps=steps,
        dates=tuple((days | {now: posterior.as_of})[step] for step in steps),
        probability=probability,
        log_weight=log_weight,
    )


def in_force_then(posterior: Posterior, step: int) -> Floats:
    """Return mean probabilities (K,) of each scenario's having been in force at one past step."""
    weight = np.exp(normalised(_log_weight(posterior)))
    averaged: Floats = weight @ _in_force(posterior, step)
    return averaged


def _in_force(posterior: Posterior, step: int) -> Floats:
    """Return the probability (M, K) of each scenario at a step."""
    columns = [
        _log_weight(_taken_as_seen(posterior, k, step))
        for k in range(len(posterior.study.scenarios))
    ]
    shares: Floats = softmax(np.stack(columns, axis=1))
    return shares


def _taken_as_seen(posterior: Posterior, scenario: int, step: int) -> Posterior:
    """Return the belief with a scenario's being in force at a step taken as seen."""
    log_likelihood = posterior.evidence.scenario_loglik.copy()
    others = np.arange(log_likelihood.shape[-1]) != scenario
    log_likelihood[..., step, others] = -np.inf
    return replace(posterior, evidence=replace(posterior.evidence, scenario_loglik=log_likelihood))


def _log_weight(posterior: Posterior) -> Floats:
    """Return the log probability of the evidence under each draw, (M,)."""
    return np.concatenate(posterior.map(lambda ahead: ahead.log_weight, posterior.as_of_step))
