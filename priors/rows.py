"""What the parameters imply for each row of `Elicited`, in NumPy and in PyTensor.

Each probability comes with its complement, both as sums of positive terms, so that log odds
are exact near 0 and near 1. Parameters may carry leading axes (draws) in NumPy.
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
from tarjih.priors.elicited import Elicited, Held, Paths, Reaches

__all__ = ["implied_rows", "implied_year"]

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
    if len(elicited.held.source):
        parts.append(_held(elicited.held, parameters, xp))
    if len(elicited.paths.source):
        parts.append(_paths(elicited.paths, elicited.months, parameters, xp))
    parts += [_reaches(group, parameters, xp) for group in elicited.reaches]
    probabilities, complements = zip(*parts, strict=True)
    return xp.concatenate(probabilities, axis=-1), xp.concatenate(complements, axis=-1)


def _pull(parameters: Parameters, features: Array, bias: Array) -> Array:
    alpha = parameters["alpha"][..., None, :]
    return utilities(alpha, parameters["effects"], features) + bias


def _held(rows: Held, parameters: Parameters, xp: Any) -> Odds:
    bias = parameters["bias"][..., rows.source, :]
    pull = _pull(parameters, rows.features, bias)
    state = parameters["initial"][..., None, :] + bias
    return _split(softmax(rows.now * state + (1.0 - rows.now) * pull, xp), rows.target, xp)


def _split(mass: Array, target: Array, xp: Any) -> Odds:
    return xp.sum(mass * target, axis=-1), xp.sum(mass * (1.0 - target), axis=-1)


def _paths(rows: Paths, months: float, parameters: Parameters, xp: Any) -> Odds:
    bias = parameters["bias"][..., rows.source, :]
    rho = review_chance(parameters["review_time"], months, xp)[..., None, :]
    replacement = entry(softmax(_pull(parameters, rows.features, bias), xp), rho, xp)
    mass = softmax(parameters["initial"][..., None, :] + bias, xp)
    # Mass of a scenario asked for with `ever` is taken out as soon as it gets there.
    taken = rows.target * rows.ever
    reached = xp.sum(mass * taken, axis=-1)
    mass = mass * (1.0 - taken)
    for step in range(1, int(rows.steps.max()) + 1):
        moved = advance(mass, rho, replacement, xp)
        running = (step <= rows.steps).astype(np.float64)[:, None]
        if not running.all():
            moved = running * moved + (1.0 - running) * mass
        reached = reached + xp.sum(moved * taken, axis=-1)
        mass = moved * (1.0 - taken)
    inside, outside = _split(mass, rows.target, xp)
    return reached + inside, outside


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
    rho = review_chance(parameters["review_time"], months, xp)[..., None, :]
    replacement = entry(softmax(parameters["alpha"], xp)[..., None, :], rho, xp)
    mass = yearly.start
    for _ in range(yearly.steps):
        mass = advance(mass, rho, replacement, xp)
    arrived = mass @ yearly.arrive
    return arrived / xp.sum(arrived, axis=-1, keepdims=True)
