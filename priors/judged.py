"""Judged against implied: what the draws say about each judgement that was admitted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tarjih.priors.draws import Draws
from tarjih.priors.elicited import Elicited, elicit
from tarjih.priors.outcomes import log_terms
from tarjih.priors.rows import implied_rows
from tarjih.scenarios.records import Study

__all__ = ["implied", "log_likelihood"]

Floats = NDArray[np.float64]


def implied(study: Study | Elicited, draws: Draws) -> dict[str, Floats]:
    """Return the implied probability of what each admitted judgement speaks of.

    Of an odds ratio it is the implied odds ratio. No source's bias is in it: it is what the
    model holds, not what the source would say.

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
    probability, complement = implied_rows(elicited, parameters)
    result = {
        judgement.id: probability[:, row]
        for judgement, row in zip(elicited.judgements, elicited.first_row, strict=True)
    }
    stating = [
        judgement
        for judgement, reading in zip(elicited.judgements, elicited.readings, strict=True)
        if reading is not None
    ]
    odds = probability / complement
    for i in np.flatnonzero(elicited.is_ratio):
        row, other = elicited.stated_row[i], elicited.ratio_row[i]
        result[stating[i].id] = odds[:, row] / odds[:, other]
    return result


def log_likelihood(elicited: Elicited, parameters: Mapping[str, Any]) -> Floats:
    """Return the log density of everything judged, and of the base rates.

    Equal to that of the PyMC model at the same parameters.

    Parameters
    ----------
    elicited : Elicited
    parameters : mapping of str to array
        As for `log_terms`.

    Returns
    -------
    (...,) array
    """
    if not elicited.outcomes:
        return np.zeros(np.shape(parameters["alpha"])[:-1])
    return np.asarray(log_terms(elicited, parameters).sum(axis=-1))
