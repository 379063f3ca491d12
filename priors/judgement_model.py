"""The judgement model: what the sources said, as a PyMC model of the parameters.

Parameters have the priors of the design; what the fit looks at comes from `elicit`, and what
the parameters imply for it from `implied_rows`: the very equations of the forecast.

What was said, and the base rates, are one observed node with one log density per outcome
(`log_terms`, the same code as NumPy's), because PyTensor differentiates the graph below each
observed node on its own: four nodes took four times as long to compile. Magnitudes, log
rates and biases are sampled on a unit scale (non-centred), since most of them are hardly
informed by any judgement.

The model is the definition. A fit samples the same density without compiling it
(`tarjih.priors.sampling`), for compiling it takes minutes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tarjih.priors.elicited import Elicited, elicit
from tarjih.priors.outcomes import log_terms
from tarjih.scenarios.records import Study

if TYPE_CHECKING:
    import pymc

__all__ = ["FEW_SOURCES", "build_judgement_model", "driver_rates"]

FEW_SOURCES = 5
"""Below so many sources the scale of their biases is fixed, not estimated."""

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
    with pm.Model(coords=coords, check_bounds=False) as model:
        spread = assumed.utility_spread
        parameters: dict[str, Any] = {
            "alpha": pm.ZeroSumNormal("alpha", sigma=spread, dims="scenario"),
            "initial": pm.ZeroSumNormal("initial", sigma=spread, dims="scenario"),
            "effects": _effects(elicited),
            "review_time": _review_times(elicited),
        }
        parameters["up"], parameters["down"] = _rates(elicited)
        if elicited.sources:
            parameters["bias"], parameters["noise"] = _bias_and_noise(elicited)
        if elicited.judgements or elicited.yearly is not None:
            terms = log_terms(elicited, parameters, pt)
            pm.CustomDist("judged", terms, logp=_given, observed=np.zeros(elicited.outcomes))
    return model


def _given(_outcome: Any, terms: Any) -> Any:
    """Return the log densities, worked out already by the code that NumPy shares."""
    return terms


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
    gathered: Any = pt.concatenate(values)[positions]  # type: ignore[no-untyped-call]
    return pm.Deterministic("effects", gathered, dims=("feature", "scenario"))


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
