"""Judged against implied: what the draws say about each judgement that was admitted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tarjih.priors.draws import Draws
from tarjih.priors.elicited import Elicited, elicit
from tarjih.priors.implied import implied_rows, implied_year
from tarjih.priors.scales import logit
from tarjih.scenarios.records import Study

__all__ = ["implied", "log_likelihood"]

Floats = NDArray[np.float64]


def implied(study: Study | Elicited, draws: Draws) -> dict[str, Floats]:
    """Return the implied probability of what each admitted judgement speaks of.

    No source's bias is in it: it is what the model holds, not what the source would say.

    Returns
    -------
    mapping of judgement id to (M,) array
    """
    elicited = study if isinstance(study, Elicited) else elicit(study)
    if not elicited.judgements:
        return {}
    scenarios = len(elicited.study.scenarios)
    parameters = {
        "alpha": draws.alpha,
        "effects": draws.effects,
        "initial": draws.initial,
        "review_time": draws.review_time,
        "up": draws.up,
        "down": draws.down,
        "bias": np.zeros((len(draws), len(elicited.sources), scenarios)),
    }
    probability, _ = implied_rows(elicited, parameters)
    return {
        judgement.id: probability[:, row]
        for judgement, row in zip(elicited.judgements, elicited.first_row, strict=True)
    }


def log_likelihood(elicited: Elicited, parameters: Mapping[str, Any]) -> Floats:
    """Return the log density of everything judged, and of the base rates.

    Equal to that of the PyMC model at the same parameters.

    Parameters
    ----------
    elicited : Elicited
    parameters : mapping of str to array
        As for `implied_rows`, and ``noise`` (..., E).

    Returns
    -------
    (...,) array
    """
    assumed = elicited.assumptions
    total = np.zeros(np.shape(parameters["alpha"])[:-1])
    if elicited.judgements:
        probability, complement = implied_rows(elicited, parameters)
        log_p = np.log(probability)
        log_odds = log_p - np.log(complement)
        noise = parameters["noise"][..., elicited.stated_source]
        scale = np.sqrt(elicited.spread**2 + noise**2)
        total += _student(elicited.stated - log_odds[..., elicited.stated_row], scale).sum(axis=-1)
        lead = log_p[..., elicited.rank_row] - log_p[..., elicited.rank_rival]
        total -= np.logaddexp(0.0, -lead / assumed.rank_spread).sum(axis=-1)
        above = log_odds[..., elicited.possible_row] - logit(assumed.possible_bound)
        total -= np.logaddexp(0.0, -above / assumed.possible_spread).sum(axis=-1)
    if elicited.yearly is not None:
        law = implied_year(elicited.yearly, elicited.months, parameters)
        total += (elicited.yearly.counts * np.log(law)).sum(axis=(-2, -1))
    return total


def _student(distance: Floats, scale: Floats) -> Floats:
    """Return the log density of Student's t with 4 degrees of freedom: c − ln s − 2.5 ln(1+z²/4).

    Its normaliser is Γ(5/2)/(Γ(2)·√(4π)) = 3/8.
    """
    z = distance / scale
    return np.asarray(np.log(0.375) - np.log(scale) - 2.5 * np.log1p(z * z / 4.0))
