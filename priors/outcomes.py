"""The log density of everything judged, term by term, in NumPy and in PyTensor.

A word or a number states a log odds, with Student-t noise (4 degrees of freedom) whose
squared scale adds how the word is read to the source's own noise. A rank is a Bernoulli
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
        Words and numbers, then ranks, then "possible", then the counts of base rates, in
        the order of ``elicited``; T is ``elicited.outcomes``.
    """
    assumed = elicited.assumptions
    parts = []
    if elicited.judgements:
        probability, complement = implied_rows(elicited, parameters, xp)
        log_p = xp.log(probability)
        log_odds = log_p - xp.log(complement)
        if len(elicited.stated):
            noise = parameters["noise"][..., elicited.stated_source]
            scale = (elicited.spread**2 + noise**2) ** 0.5
            distance = elicited.stated - log_odds[..., elicited.stated_row]
            parts.append(_student(distance, scale, xp))
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


def _student(distance: Array, scale: Array, xp: Any) -> Array:
    """Return the log density of Student's t with 4 degrees of freedom.

    Its normaliser is Γ(5/2)/(Γ(2)·√(4π)) = 3/8.
    """
    return np.log(0.375) - xp.log(scale) - 2.5 * xp.log1p((distance / scale) ** 2 / 4.0)


def _came_true(logit_of_truth: Array, xp: Any) -> Array:
    """Return the log probability of a trial that came out 1, with no overflow either way."""
    return xp.minimum(logit_of_truth, 0.0) - xp.log1p(xp.exp(-xp.abs(logit_of_truth)))
