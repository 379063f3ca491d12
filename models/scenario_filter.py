"""The scenario in force along given driver paths: exact, and vectorised over paths.

Given a path the pull of every step is known, so the scenarios are a hidden Markov chain
whose filter is a recursion over K numbers (Rao-Blackwellisation; Doucet et al. 2000,
arXiv:1301.3853). Arrays keep the scenario on the *first* axis and the paths on the last:
K is small, and every operation then runs along long contiguous rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tarjih.equations import advance, entry, softmax

__all__ = ["Belief", "filter_steps"]

Floats = NDArray[np.float64]


@dataclass(slots=True)
class Belief:
    """Where the filter stands after a step.

    Attributes
    ----------
    step : int
    filtered : (K, N)
        Scenario probabilities given the evidence so far.
    ever : (K, N)
        Probability that each scenario has been in force at any step from as-of on.
    log_weight : (N,)
        Log probability of the scenario evidence so far.
    """

    step: int
    filtered: Floats
    ever: Floats
    log_weight: Floats


def filter_steps(
    initial: Floats,
    review: Floats,
    utilities: Iterator[Floats],
    log_likelihood: Floats,
    as_of_step: int,
) -> Iterator[Belief]:
    """Yield the belief after each step, from step 0 on, as long as utilities last.

    Parameters
    ----------
    initial : (K, N)
        Probabilities at step 0, before its evidence.
    review : (K, N)
        ρ, from `equations.review_chance`.
    utilities : iterator of (K, N)
        η of steps 1, 2, …
    log_likelihood : (E+1, K)
        Scenario evidence of the first steps; later steps have none.
    as_of_step : int
        First passage counts from here.

    Notes
    -----
    For each k a vector of the mass that never visited k is carried along, *unnormalised*,
    by the same transition and likelihood as the whole; ``ever`` is one minus the ratio of
    their sums. Normalising it by itself would answer another question.
    """
    count, width = initial.shape
    filtered, log_weight = _absorb(initial, _row(log_likelihood, 0), np.zeros(width))
    avoiding: Floats | None = None
    step = 0
    while True:
        if step == as_of_step:
            avoiding = np.repeat(filtered[None], count, axis=0)
            avoiding[np.arange(count), np.arange(count)] = 0.0
        yield Belief(step, filtered, _ever(avoiding, filtered), log_weight)
        utility = next(utilities, None)
        if utility is None:
            return
        step += 1
        replacement = entry(softmax(utility, axis=0), review, axis=0)
        likelihood = _row(log_likelihood, step)
        predicted = advance(filtered, review, replacement, axis=0)
        if avoiding is not None:
            avoiding = advance(avoiding, review, replacement, axis=1)
            avoiding[np.arange(count), np.arange(count)] = 0.0
            if likelihood is not None:
                weighted = np.exp(likelihood - likelihood.max())[:, None]
                avoiding *= weighted / (weighted * predicted).sum(axis=0)
        filtered, log_weight = _absorb(predicted, likelihood, log_weight)


def _row(log_likelihood: Floats, step: int) -> Floats | None:
    if step >= len(log_likelihood) or not log_likelihood[step].any():
        return None
    row: Floats = log_likelihood[step]
    return row


def _absorb(
    predicted: Floats, likelihood: Floats | None, log_weight: Floats
) -> tuple[Floats, Floats]:
    if likelihood is None:
        return predicted, log_weight
    largest = likelihood.max()
    joint = predicted * np.exp(likelihood - largest)[:, None]
    total = joint.sum(axis=0)
    return joint / total, log_weight + np.log(total) + largest


def _ever(avoiding: Floats | None, filtered: Floats) -> Floats:
    if avoiding is None:
        return np.zeros_like(filtered)
    # filtered sums to one, and ``avoiding`` was carried by the same constants
    return 1.0 - avoiding.sum(axis=1)
