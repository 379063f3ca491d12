"""The judgement model: what the sources said, as a PyMC model of the parameters.

Parameters have the priors of the design; what the fit looks at comes from `elicit`, and what
the parameters imply for it from `implied_rows`: the very equations of the forecast.

A word or a number states a log odds, with Student-t noise (4 degrees of freedom) whose
squared scale adds how the word is read to the source's own noise. A rank is a Bernoulli
trial that came out 1, with the difference of the two log probabilities over 0.5 as its logit.
"Possible" denies impossibility only: a Bernoulli trial that came out 1, with logit
(logit p - logit 0.05)/0.5, so that it says nothing about p well above 0.05 (0.98 at 0.25) and
halves the belief in p = 0.05. All of it is elementwise over judgements; loops run over
months only. Magnitudes, log rates and biases are sampled on a unit scale (non-centred),
since most of them are hardly informed by any judgement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tarjih.priors.elicited import Elicited, elicit
from tarjih.priors.implied import implied_rows, implied_year
from tarjih.priors.scales import logit
from tarjih.scenarios.records import Study

if TYPE_CHECKING:
    import pymc

__all__ = ["FEW_SOURCES", "build_judgement_model", "driver_rates"]

FEW_SOURCES = 5
"""Below so many sources the scale of their biases is fixed, not estimated."""

FREEDOM = 4.0
Floats = NDArray[np.float64]


def driver_rates(study: Study) -> tuple[Floats, Floats]:
    """Return prior median rates of a rise and of a fall, per month; 0 for never; (J,) each."""
    rise = [1.0 / driver.months_before_rise for driver in study.drivers]
    fall = [1.0 / driver.months_before_fall for driver in study.drivers]
    return np.array(rise, dtype=np.float64), np.array(fall, dtype=np.float64)


def build_judgement_model(study: Study | Elicited) -> pymc.Model:
    """Return the PyMC model of a study's judgements.

    Parameters
    ----------
    study : Study or Elicited

    Returns
    -------
    pymc.Model
        With the deterministic quantities ``effects`` (F, K), ``review_time`` (K,), ``up``
        and ``down`` (J,), ``bias`` (E, K) and ``noise`` (E,).

    Raises
    ------
    InvalidStudy
        As `elicit` does.
    """
    import pymc as pm
    import pytensor.tensor as pt

    elicited = study if isinstance(study, Elicited) else elicit(study)
    study, assumed = elicited.study, elicited.assumptions
    features = [*study.driver_ids, *(conjunction.id for conjunction in study.conjunctions)]
    coords = {
        "scenario": study.scenario_ids,
        "feature": features,
        "driver": study.driver_ids,
        "source": elicited.sources,
    }
    with pm.Model(coords=coords) as model:
        spread = assumed.utility_spread
        parameters: dict[str, Any] = {
            "alpha": pm.ZeroSumNormal("alpha", sigma=spread, dims="scenario"),
            "initial": pm.ZeroSumNormal("initial", sigma=spread, dims="scenario"),
            "effects": _effects(elicited),
            "review_time": _review_times(elicited),
        }
        parameters["up"], parameters["down"] = _rates(elicited)
        if elicited.sources:
            parameters["bias"], noise = _bias_and_noise(elicited)
        if len(elicited.judgements):
            probability, complement = implied_rows(elicited, parameters, pt)
            log_probability = pt.log(probability)
            log_odds = log_probability - pt.log(complement)
            if len(elicited.stated):
                scale = pt.sqrt(elicited.spread**2 + noise[elicited.stated_source] ** 2)
                pm.StudentT("stated", nu=FREEDOM, mu=log_odds[elicited.stated_row], sigma=scale,
                            observed=elicited.stated)  # fmt: skip
            if len(elicited.rank_row):
                lead = log_probability[elicited.rank_row] - log_probability[elicited.rank_rival]
                led = np.ones(len(elicited.rank_row), dtype=np.int64)
                pm.Bernoulli("ranked", logit_p=lead / assumed.rank_spread, observed=led)
            if len(elicited.possible_row):
                above = log_odds[elicited.possible_row] - logit(assumed.possible_bound)
                denied = np.ones(len(elicited.possible_row), dtype=np.int64)
                pm.Bernoulli("possible", logit_p=above / assumed.possible_spread, observed=denied)
        if elicited.yearly is not None:
            law = implied_year(elicited.yearly, elicited.months, parameters, pt)
            pm.CustomDist("base_rates", law, logp=_log_multinomial,
                          observed=elicited.yearly.counts)  # fmt: skip
    return model


def _log_multinomial(counts: Any, law: Any) -> Any:
    """Return counts·log(law); the coefficient, which no parameter enters, is left out."""
    import pytensor.tensor as pt

    return counts * pt.log(law)


def _effects(elicited: Elicited) -> Any:
    """Return effects (F, K), exactly zero where none is stated."""
    import pymc as pm
    import pytensor.tensor as pt

    k, j, c = elicited.sizes
    positions = np.zeros((j + c, k), dtype=np.int64)
    values = [pt.zeros(1)]
    for name, places, scale, prior in (
        ("magnitude", elicited.signed, elicited.signed_scale, pm.HalfNormal),
        ("unclear", elicited.free, elicited.free_scale, pm.Normal),
    ):
        if len(places):
            count = 1 + int((positions > 0).sum())
            positions[places[:, 0], places[:, 1]] = np.arange(count, count + len(places))
            values.append(scale * prior(name, sigma=1.0, shape=len(places)))
    return pm.Deterministic(
        "effects", pt.concatenate(values)[positions], dims=("feature", "scenario")
    )


def _review_times(elicited: Elicited) -> Any:
    import pymc as pm
    import pytensor.tensor as pt

    stated = np.log([scenario.review_time for scenario in elicited.study.scenarios])
    shift = pm.Normal("review_shift", dims="scenario")
    return pm.Deterministic(
        "review_time",
        pt.exp(stated + elicited.assumptions.review_spread * shift),
        dims="scenario",
    )


def _rates(elicited: Elicited) -> tuple[Any, Any]:
    """Return rates of rises and falls, lognormal about their medians; never stays zero."""
    import pymc as pm
    import pytensor.tensor as pt

    both = np.concatenate(driver_rates(elicited.study))
    moving = np.flatnonzero(both)
    rates = pt.as_tensor(both)
    if len(moving):
        shift = pm.Normal("rate_shift", shape=len(moving))
        spread = np.zeros((len(both), len(moving)))
        spread[moving, np.arange(len(moving))] = elicited.assumptions.rate_spread
        rates = both * pt.exp(spread @ shift)
    n = len(elicited.study.drivers)
    return (
        pm.Deterministic("up", rates[:n], dims="driver"),
        pm.Deterministic("down", rates[n:], dims="driver"),
    )


def _bias_and_noise(elicited: Elicited) -> tuple[Any, Any]:
    """Return each source's shift of the utilities (E, K), and its noise (E,)."""
    import pymc as pm

    assumed = elicited.assumptions
    shift = pm.ZeroSumNormal("bias_shift", sigma=1.0, dims=("source", "scenario"))
    scale: Any = assumed.bias_spread
    if len(elicited.sources) >= FEW_SOURCES:
        scale = pm.HalfNormal("bias_scale", sigma=assumed.bias_spread)
    bias = pm.Deterministic("bias", scale * shift, dims=("source", "scenario"))
    above = pm.HalfNormal("noise_above", sigma=1.0, dims="source")
    noise = pm.Deterministic(
        "noise", assumed.noise_floor + assumed.noise_spread * above, dims="source"
    )
    return bias, noise
