r"""Moving draws to where the evidence is: tempering, resampling, Metropolis steps.

When evidence leaves few draws with any weight, weighing them is not enough. The draws are then
led from the law they follow to the one given the evidence, through laws in between
(sequential Monte Carlo; Chopin 2002, doi:10.1093/biomet/89.3.539; Del Moral, Doucet & Jasra 2006,
doi:10.1111/j.1467-9868.2006.00553.x): the power :math:`\lambda` of the evidence grows by as much
as leaves half of the draws effective, draws are resampled by what they weigh, and Metropolis
steps then set the copies apart again.

*The evidence is known by an unbiased estimate only*, over paths drawn with dice :math:`u`. The
dice are part of the state: law :math:`\lambda` is

.. math:: p(\theta)\, p(u)\, \hat p(y \mid \theta, u)^\lambda,

which at :math:`\lambda = 1` has exactly the posterior as its margin in :math:`\theta` (Andrieu &
Roberts 2009, doi:10.1214/07-AOS574). So each draw keeps the estimate that it was accepted with,
through resampling too, and a proposal comes with fresh dice and an estimate of its own; to
estimate a draw again and keep what it had been accepted for would be wrong. Whoever uses the
draws has other dice :math:`u'`, and weighs each by :math:`\hat p(y \mid \theta, u') / \hat p(y \mid
\theta, u)`: an importance weight that is exact, near one, and takes the place of the old weights.
The same ratio leads from the evidence of one date to that of a later one, so draws can be led
along a timeline, each start being where the last one ended.

*What the draws are then worth* is not told by their weights, which are alike. Draws that share
an ancestor may still resemble one another; the effective number is found from the variance of
sums over families (Chan & Lai 2013, doi:10.1214/13-AOS1154; Lee & Whiteley 2018,
doi:10.1093/biomet/asy028).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tarjih.evidence.weighing.likelihood import Evidence
from tarjih.evidence.weighing.trust import Trust
from tarjih.models.engines.protocol import Engine
from tarjih.models.moving.cloud import Cloud, Weigh
from tarjih.priors.draws import Draws
from tarjih.scenarios.records import Study

__all__ = [
    "Movement",
    "Settled",
    "effective_number",
    "moved_draws",
    "next_gain",
    "settle",
    "weigher",
]

Floats = NDArray[np.float64]

_LEAST_EFFECTIVE = 0.5
_MOST_TEMPERATURES = 60
_MOST_SWEEPS = 24
_AWAY_BETWEEN = 0.7
_AWAY_AT_LAST = 0.7
_LEAST_WORTH = 0.15
_STALLED = 0.2
_STREAM = 0x6D6F7665


@dataclass(frozen=True, slots=True)
class Movement:
    """How draws were moved.

    Attributes
    ----------
    temperatures : int
        Laws in between, the last included.
    sweeps : int
        Metropolis steps of every draw, over all temperatures.
    acceptance : float
        Share of the proposals that were accepted.
    ancestors : int
        Distinct draws of the prior that the draws descend from.
    effective : float
        Number of independent draws that they are worth, for the parameter it is least for.
    reason : str
        Empty when all went well; else what did not.
    """

    temperatures: int
    sweeps: int
    acceptance: float
    ancestors: int
    effective: float
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class Settled:
    """Draws that follow some evidence and weigh alike.

    Attributes
    ----------
    draws : Draws
        M of them.
    trust : Trust or None
        What each of them holds of the tellers, if trust is learned.
    log_likelihood : (M,)
        The estimated log probability of the evidence that each draw was accepted with: what to
        take away from an estimate with other dice. 0 for draws of the prior.
    ancestor : (M,) of int
        The draw of the prior that each descends from.
    weigh : callable or None
        Weighs any draws by the evidence that these follow; None for draws of the prior.
    movement : Movement or None
        None for draws of the prior.
    """

    draws: Draws
    trust: Trust | None
    log_likelihood: Floats
    ancestor: NDArray[np.intp]
    weigh: Weigh | None = None
    movement: Movement | None = None


def settle(draws: Draws, trust: Trust | None = None) -> Settled:
    """Return draws of the prior as a start: they follow no evidence."""
    return Settled(draws, trust, np.zeros(len(draws)), np.arange(len(draws)))


def weigher(
    build: Callable[[Draws, int], Engine],
    evidence: Callable[[Trust | None], Evidence],
    *,
    as_of_step: int,
) -> Weigh:
    """Return what weighs any draws by the evidence up to a step.

    Parameters
    ----------
    build : callable
        Builds an engine of draws and a seed.
    evidence : callable
        Returns the evidence under what draws hold of the tellers.
    as_of_step : int
    """

    def weigh(draws: Draws, trust: Trust | None, seed: int) -> Floats:
        parts = build(draws, seed).map(
            lambda ahead: ahead.log_weight,
            evidence(trust),
            as_of_step=as_of_step,
            last_step=as_of_step,
        )
        return np.concatenate(parts)

    return weigh


def moved_draws(study: Study, start: Settled, weigh: Weigh, *, seed: int = 0) -> Settled:
    """Move draws to the posterior given some evidence.

    Parameters
    ----------
    study : Study
        With analysts, draws move within the view that they are of, and are resampled
        among all.
    start : Settled
        Draws of the prior, or moved ones.
    weigh : callable
        Weighs draws by the evidence they shall follow.
    seed : int

    Returns
    -------
    Settled
        As many draws, in an order without meaning, and with no digest.

    Raises
    ------
    InvalidModel
        If the draws do not say what is thought of the sources.
    InvalidStudy
        If a judgement cannot be read.
    """
    dice = np.random.default_rng(np.random.SeedSequence([seed, _STREAM]))
    cloud = Cloud(
        study,
        start.draws,
        start.trust,
        start.ancestor,
        start.log_likelihood,
        weigh,
        start.weigh,
        dice,
    )
    temperatures = sweeps = 0
    accepted = power = 0.0
    reason = ""
    while power < 1.0:
        temperatures += 1
        gain = next_gain(cloud.log_ratio, 1.0 - power)
        if temperatures == _MOST_TEMPERATURES:
            gain = 1.0 - power
            reason = reason or f"evidence and draws are over {temperatures} temperatures apart"
        power = 1.0 if power + gain > 1.0 - 1e-9 else power + gain
        weight = np.exp(gain * (cloud.log_ratio - cloud.log_ratio.max()))
        cloud.resample(weight)
        goal = _AWAY_AT_LAST if power == 1.0 else _AWAY_BETWEEN
        away = 0.0
        for share, away in cloud.sweeps(power, _MOST_SWEEPS):
            sweeps += 1
            accepted += share
            if away >= goal and (power < 1.0 or _worth(cloud) >= _LEAST_WORTH * len(weight)):
                break
        if away < _STALLED:
            reason = reason or f"draws hardly move any more at {power:.1%} of the evidence"
    movement = Movement(
        temperatures=temperatures,
        sweeps=sweeps,
        acceptance=accepted / sweeps,
        ancestors=len(np.unique(cloud.ancestor)),
        effective=_worth(cloud),
        reason=reason,
    )
    return Settled(cloud.draws_at(), cloud.trust_at(), cloud.after, cloud.ancestor, weigh, movement)


def _worth(cloud: Cloud) -> float:
    return effective_number(_varying(cloud.draws_at(), cloud.latents), cloud.ancestor)


def effective_number(values: Floats, family: NDArray[np.integer]) -> float:
    """Return how many independent draws some draws are worth that come in families.

    Parameters
    ----------
    values : (M, P)
        Quantities, none constant.
    family : (M,) of int

    Returns
    -------
    float
        M times the variance of a mean of independent draws over that of these, for the
        quantity it is least for; at most M, and 0 of one family alone.

    Examples
    --------
    >>> once = np.random.default_rng(0).normal(size=(500, 1))
    >>> twice = np.repeat(once, 2, axis=0)
    >>> round(effective_number(twice, np.repeat(np.arange(500), 2)) / 500)
    1
    """
    count = len(family)
    order = np.argsort(family, kind="stable")
    _, first, size = np.unique(family[order], return_index=True, return_counts=True)
    away = (values - values.mean(axis=0))[order]
    sums = np.add.reduceat(away, first, axis=0)
    # of independent draws in these families the mean was taken away from, too
    apart = 1.0 - float((size**2).sum()) / count**2
    worth = count * apart * (away**2).sum(axis=0) / np.maximum((sums**2).sum(axis=0), 1e-300)
    return float(min(worth.min(initial=count), count)) if apart > 0 else 0.0


def _varying(draws: Draws, latents: Floats) -> Floats:
    """Return what varies among draws, (M, P), rates and times by their logarithms."""
    tiny = np.finfo(float).tiny
    columns = np.concatenate(
        [
            draws.alpha,
            draws.initial,
            draws.effects.reshape(len(draws), -1),
            np.log(draws.review_time),
            np.log(np.maximum(draws.up, tiny)),
            np.log(np.maximum(draws.down, tiny)),
            latents,
        ],
        axis=1,
    )
    varying: Floats = columns[:, np.ptp(columns, axis=0) > 0]
    return varying


def next_gain(log_ratio: Floats, most: float) -> float:
    """Return by how much the power may grow so that half of the draws stay effective.

    Parameters
    ----------
    log_ratio : (M,)
        What the whole of the evidence adds.
    most : float

    Examples
    --------
    >>> next_gain(np.zeros(10), 0.7)
    0.7
    >>> round(next_gain(np.array([0.0, 0.0, -1000.0, -1000.0, -1000.0]), 1.0), 4)
    0.0025
    """
    away = log_ratio - log_ratio.max()

    def enough(gain: float) -> bool:
        weight = np.exp(gain * away)
        return bool(weight.sum() ** 2 >= _LEAST_EFFECTIVE * len(away) * (weight**2).sum())

    if enough(most):
        return most
    low, high = 0.0, most
    for _ in range(50):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if enough(middle) else (low, middle)
    return low
