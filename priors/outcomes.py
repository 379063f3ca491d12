"""The log density of everything judged, term by term, in NumPy and in PyTensor.

A word, a number, an interval and quantiles state a log odds, an odds ratio the difference of
two, each as a two-piece Student's t (4 degrees of freedom; see `readings`), to the squared scales
of which the source's own noise is added. A rank is a Bernoulli
trial that came out 1, with the difference of the two log probabilities over 0.5 as its logit.
"Possible" denies impossibility only: a Bernoulli trial that came out 1, with logit
(logit p - logit 0.05)/0.5, so that it says nothing about p well above 0.05 (0.98 at 0.25) and
halves the belief in p = 0.05. Base rates are multinomial, without the coefficient, which no
parameter enters.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from tarjih.priors.elicited import Elicited
from tarjih.priors.rows import implied_rows, implied_year
from tarjih.priors.scales import logit

__all__ = ["log_terms"]

# NumPy arrays and PyTensor variables share no type that a checker knows.
Array = Any


def log_terms(elicited: Elicited, parameters: Mapping[str, Array], xp: Any = np) -> Array:
    """Return the log density of each outcome.

    Parameters
    ----------
    elicited : Elicited
    parameters : mapping of str to array
        As for `implied_rows`, and ``noise`` (..., E).
    xp : module
        ``numpy`` or ``pytensor.tensor``.

    Returns
    -------
    (..., T) array
        Words and numbers of every kind, then ranks, then "possible", then the counts of base
        rates, in the order of ``elicited``; T is ``elicited.outcomes``.
    """
    assumed = elicited.assumptions
    parts = []
    if elicited.judgements:
        probability, complement = implied_rows(elicited, parameters, xp)
        log_p = xp.log(probability)
        log_odds = log_p - xp.log(complement)
        if len(elicited.stated_row):
            noise = parameters["noise"][..., elicited.stated_source]
            below = (elicited.below**2 + noise**2) ** 0.5
            above = (elicited.above**2 + noise**2) ** 0.5
            implied = log_odds[..., elicited.stated_row]
            if elicited.is_ratio.any():
                implied = implied - elicited.is_ratio * log_odds[..., elicited.ratio_row]
            parts.append(_two_piece(implied - elicited.stated, below, above, xp))
        if len(elicited.rank_row):
            lead = log_p[..., elicited.rank_row] - log_p[..., elicited.rank_rival]
            parts.append(_came_true(lead / assumed.rank_spread, xp))
        if len(elicited.possible_row):
            above = log_odds[..., elicited.possible_row] - logit(assumed.possible_bound)
            parts.append(_came_true(above / assumed.possible_spread, xp))
    if elicited.yearly is not None:
        law = implied_year(elicited.yearly, elicited.months, parameters, xp)
        counted = elicited.yearly.counts > 0
        parts.append(elicited.yearly.counts[counted] * xp.log(law)[..., *np.nonzero(counted)])
    return parts[0] if len(parts) == 1 else xp.concatenate(parts, axis=-1)


def _two_piece(past: Array, below: Array, above: Array, xp: Any) -> Array:
    """Return the log density of a two-piece Student's t, ``past`` its mode.

    With 4 degrees of freedom its normaliser is Γ(5/2)/(Γ(2)·√(4π)) = 3/8, over the mean of the
    two scales. With equal scales it is the plain Student's t.
    """
    squares = (xp.minimum(past, 0.0) / below) ** 2 + (xp.maximum(past, 0.0) / above) ** 2
    return np.log(0.75) - xp.log(below + above) - 2.5 * xp.log1p(squares / 4.0)


def _came_true(logit_of_truth: Array, xp: Any) -> Array:
    """Return the log probability of a trial that came out 1, with no overflow either way."""
    return xp.minimum(logit_of_truth, 0.0) - xp.log1p(xp.exp(-xp.abs(logit_of_truth)))
