"""What the parameters imply for each row of `Elicited`, in NumPy and in PyTensor.

Each probability comes with its complement, both as sums of positive terms, so that log odds
are exact near 0 and near 1. Parameters may carry leading axes (draws) in NumPy.

Levels are held, so a step is one matrix: the law of `advance` applied to each scenario alone.
Many steps are its power by repeated squaring, so that the graph that PyTensor has to compile
grows with the logarithm of the horizon (a loop over months took minutes to compile). For
`ever`, the scenario asked for is never left, so its mass at the end is that of having
been there: the same as removing it step by step, for the flows into it are the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tarjih.equations import (
    advance,
    entry,
    generator,
    matrix_exponential,
    review_chance,
    softmax,
    utilities,
)
from tarjih.priors.base_rates import Yearly
from tarjih.priors.elicited import Asked, Elicited, Reaches

__all__ = ["carried", "implied_rows", "implied_year"]

# NumPy arrays and PyTensor variables share no type that a checker knows.
Array = Any
Parameters = Mapping[str, Array]
Odds = tuple[Array, Array]


def implied_rows(elicited: Elicited, parameters: Parameters, xp: Any = np) -> Odds:
    """Return the probability of every row, and its complement.

    Parameters
    ----------
    elicited : Elicited
    parameters : mapping of str to array
        alpha (..., K), effects (..., F, K), initial (..., K), review_time (..., K),
        up and down (..., J), bias (..., E, K).
    xp : module
        ``numpy`` or ``pytensor.tensor``.

    Returns
    -------
    two arrays (..., N)
    """
    parts = []
    if len(elicited.asked.source):
        parts.append(_asked(elicited.asked, elicited.months, parameters, xp))
    parts += [_reaches(group, parameters, xp) for group in elicited.reaches]
    if len(parts) == 1:
        return parts[0]
    probabilities, complements = zip(*parts, strict=True)
    return xp.concatenate(probabilities, axis=-1), xp.concatenate(complements, axis=-1)


def _asked(rows: Asked, months: float, parameters: Parameters, xp: Any) -> Odds:
    bias = parameters["bias"][..., rows.source, :]
    alpha = parameters["alpha"][..., None, :]
    pull = softmax(utilities(alpha, parameters["effects"], rows.features) + bias, xp)
    mass = softmax(parameters["initial"][..., None, :] + bias, xp)
    if rows.steps.any():
        rho = review_chance(parameters["review_time"], months, xp)[..., None, :]
        law = _law(rho, entry(pull, rho, xp), rows.target * rows.ever, xp)
        mass = carried(mass, law, rows.steps)
    mass = rows.held * pull + (1.0 - rows.held) * mass
    return xp.sum(mass * rows.target, axis=-1), xp.sum(mass * (1.0 - rows.target), axis=-1)


def _law(rho: Array, replacement: Array, never_left: Any, xp: Any) -> Array:
    """Return the law of one step, from each scenario (axis −2) to each (axis −1)."""
    leaving = (rho * (1.0 - never_left))[..., None, :]
    return advance(np.eye(never_left.shape[-1]), leaving, replacement[..., None, :], xp)


def carried(mass: Array, law: Array, steps: Any) -> Array:
    """Carry mass over so many steps of one law, at the cost of their logarithm.

    Parameters
    ----------
    mass : (..., N, K)
    law : (..., N, K, K)
    steps : (N,) of int
        At least 0; may differ from row to row.

    Examples
    --------
    >>> law = np.array([[[0.9, 0.1], [0.0, 1.0]]])
    >>> carried(np.array([[1.0, 0.0]]), law, np.array([3])).round(3)
    array([[0.729, 0.271]])
    """
    remaining = np.asarray(steps)
    while True:
        odd = (remaining % 2).astype(np.float64)[:, None]
        if odd.any():
            moved = (mass[..., None, :] @ law)[..., 0, :]
            mass = moved if odd.all() else odd * moved + (1.0 - odd) * mass
        remaining = remaining // 2
        if not remaining.any():
            return mass
        law = law @ law


def _reaches(rows: Reaches, parameters: Parameters, xp: Any) -> Odds:
    rates = xp.concatenate([parameters["up"], parameters["down"]], axis=-1)
    toward = rates[..., rows.toward] * rows.toward_months
    back = rates[..., rows.back] * rows.back_months
    matrix = generator(toward, back, rows.size, absorbing=rows.size - 1)
    law = matrix_exponential(matrix, rows.squarings)[..., np.arange(len(rows.start)), rows.start, :]
    return law[..., -1], xp.sum(law[..., :-1], axis=-1)


def implied_year(yearly: Yearly, months: float, parameters: Parameters, xp: Any = np) -> Array:
    """Return the one-year transition between support levels, drivers at their reference.

    Scenarios of one level weigh alike; what ends in a scenario of no level is left out, and
    rows sum to one.

    Returns
    -------
    (..., S, S)
    """
    rho = review_chance(parameters["review_time"], months, xp)
    replacement = entry(softmax(parameters["alpha"], xp), rho, xp)
    law = _law(rho, replacement, np.zeros(yearly.start.shape[1]), xp)
    size = yearly.start.shape[0]
    mass = carried(yearly.start, law[..., None, :, :], np.full(size, yearly.steps))
    arrived = mass @ yearly.arrive
    return arrived / xp.sum(arrived, axis=-1, keepdims=True)
