"""What is believed before any judgement: the stated priors, sampled and weighed in NumPy.

The same priors stand in the PyMC model (`tarjih.priors.judgement_model`); a test compares the
two, so that neither can change alone.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tarjih.priors.draws import Draws
from tarjih.priors.elicited import Elicited, elicit
from tarjih.priors.judgement_model import FEW_SOURCES, driver_rates
from tarjih.scenarios.records import Study

__all__ = ["log_prior_terms", "prior_parameters", "sample_prior"]

Floats = NDArray[np.float64]


def sample_prior(study: Study | Elicited, count: int = 4000, *, seed: int = 0) -> Draws:
    """Draw the parameters from their stated priors, no judgement looked at.

    Parameters
    ----------
    study : Study or Elicited
    count : int
        Number of draws M.
    seed : int

    Returns
    -------
    Draws
        With an empty digest, so that nothing takes them for fitted ones.

    Raises
    ------
    InvalidStudy
        As `elicit` does.

    Examples
    --------
    >>> from tarjih.scenarios import load
    >>> draws = sample_prior(load("syria_russia"), 100)
    >>> len(draws), draws.digest, bool(np.allclose(draws.alpha.sum(axis=1), 0))
    (100, '', True)
    """
    elicited = study if isinstance(study, Elicited) else elicit(study)
    drawn = prior_parameters(elicited, count, np.random.default_rng(seed))
    drivers = elicited.sizes[1]
    return Draws(
        alpha=drawn["alpha"],
        beta=drawn["effects"][:, :drivers],
        gamma=drawn["effects"][:, drivers:],
        initial=drawn["initial"],
        review_time=drawn["review_time"],
        up=drawn["up"],
        down=drawn["down"],
        chain=np.zeros(count, dtype=np.int64),
        digest="",
        bias=drawn["bias"],
        bias_scale=drawn["bias_scale"],
        noise=drawn["noise"],
    )


def prior_parameters(
    elicited: Elicited, count: int, dice: np.random.Generator
) -> dict[str, Floats]:
    """Draw everything that `log_terms` needs, under the names it has there, and bias_scale."""
    assumed, (scenarios, drivers, joint) = elicited.assumptions, elicited.sizes
    sources = len(elicited.sources)
    effects = np.zeros((count, drivers + joint, scenarios))
    magnitude = np.abs(dice.normal(size=(count, len(elicited.signed))))
    effects[:, elicited.signed[:, 0], elicited.signed[:, 1]] = elicited.signed_scale * magnitude
    unclear = dice.normal(size=(count, len(elicited.free)))
    effects[:, elicited.free[:, 0], elicited.free[:, 1]] = elicited.free_scale * unclear
    up, down = (
        rate * np.exp(assumed.rate_spread * dice.normal(size=(count, drivers)))
        for rate in driver_rates(elicited.study)
    )
    scale = np.full(count, assumed.bias_spread)
    if sources >= FEW_SOURCES:
        scale = np.abs(dice.normal(size=count)) * assumed.bias_spread
    above = np.abs(dice.normal(size=(count, sources)))
    return {
        "alpha": assumed.utility_spread * _zero_sum(dice.normal(size=(count, scenarios))),
        "initial": assumed.utility_spread * _zero_sum(dice.normal(size=(count, scenarios))),
        "effects": effects,
        "review_time": _review_times(elicited.study)
        * np.exp(assumed.review_spread * dice.normal(size=(count, scenarios))),
        "up": up,
        "down": down,
        "bias": scale[:, None, None] * _zero_sum(dice.normal(size=(count, sources, scenarios))),
        "bias_scale": scale,
        "noise": assumed.noise_floor + assumed.noise_spread * above,
    }


def log_prior_terms(elicited: Elicited, parameters: Mapping[str, Floats]) -> dict[str, Floats]:
    """Return the log prior density of each parameter, up to a constant.

    Parameters
    ----------
    parameters : mapping of str to array
        alpha, initial, review_time (..., K), effects (..., F, K), up, down (..., J).

    Returns
    -------
    mapping of the same names to (...) arrays
    """
    assumed, effects = elicited.assumptions, parameters["effects"]
    units = {name: parameters[name] / assumed.utility_spread for name in ("alpha", "initial")}
    units["effects"] = np.concatenate(
        [
            effects[..., places[:, 0], places[:, 1]] / scale
            for places, scale in (
                (elicited.signed, elicited.signed_scale),
                (elicited.free, elicited.free_scale),
            )
        ],
        axis=-1,
    )
    units["review_time"] = (
        np.log(parameters["review_time"] / _review_times(elicited.study)) / assumed.review_spread
    )
    for name, stated in zip(("up", "down"), driver_rates(elicited.study), strict=True):
        moving = stated > 0
        ratio = parameters[name][..., moving] / stated[moving]
        units[name] = np.log(ratio) / assumed.rate_spread
    return {name: -0.5 * (unit**2).sum(axis=-1) for name, unit in units.items()}


def _zero_sum(values: Floats) -> Floats:
    centred: Floats = values - values.mean(axis=-1, keepdims=True)
    return centred


def _review_times(study: Study) -> Floats:
    return np.array([scenario.review_time for scenario in study.scenarios], dtype=np.float64)
