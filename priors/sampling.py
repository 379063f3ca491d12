"""Sampling the judgement model with NUTS, from a standing start of a second or two.

What is sampled is `JudgementDensity`: the density of `build_judgement_model` (a test holds the two
equal), on coordinates whose prior is a standard normal. Its gradient is that of a `Recording`.
Compiling the PyMC model itself gives draws of the same law, minutes later (decision 0010).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tarjih.priors.density import JudgementDensity
from tarjih.priors.elicited import Elicited
from tarjih.priors.replay import evaluator
from tarjih.priors.tape import record

__all__ = [
    "compile_density",
    "coords_of",
    "dims_of",
    "parameters_of",
    "run_nuts",
    "trace_of",
]

Floats = NDArray[np.float64]
_POINT = "point"
_DIMS = {
    "alpha": ["scenario"],
    "initial": ["scenario"],
    "effects": ["feature", "scenario"],
    "review_time": ["scenario"],
    "up": ["driver"],
    "down": ["driver"],
}
_SOURCED = {"bias": ["source", "scenario"], "noise": ["source"]}


def compile_density(density: JudgementDensity, starts: Floats | None = None) -> Any:
    """Return the density as nutpie takes it.

    Parameters
    ----------
    density : JudgementDensity
    starts : (M, D), optional
        Points that chains start at, one picked for each. Default: draws from the prior.
    """
    from nutpie.compiled_pyfunc import from_pyfunc

    size = density.size
    recording = record(lambda point, xp: density.log_density(point[None], xp)[0], size)
    # Compiles the loop, which chains in their threads would do one by one.
    evaluator(recording)(np.zeros(size))

    def start(seed: int) -> Floats:
        rng = np.random.default_rng(seed)
        return rng.normal(size=size) if starts is None else starts[rng.integers(len(starts))]

    return from_pyfunc(
        size,
        lambda: evaluator(recording),
        lambda *_: lambda point: {_POINT: point},
        [np.dtype(np.float64)],
        [(size,)],
        [_POINT],
        make_initial_point_fn=start,
    )


def run_nuts(compiled: Any, *, seed: int, progress: bool, chains: int, tune: int, run: int) -> Any:
    """Sample whatever nutpie has compiled, a PyMC model among others.

    Parameters
    ----------
    compiled : nutpie.CompiledModel
        From `compile_density`, or from ``nutpie.compile_pymc_model``.
    seed : int
    progress : bool
        Show how far it got.
    chains, tune, run : int
        Chains, and iterations of each before and after tuning ends.

    Returns
    -------
    xarray.DataTree
        Groups ``posterior`` and ``sample_stats``, without what was tuned on.
    """
    import nutpie

    return nutpie.sample(
        compiled,
        draws=run,
        tune=tune,
        chains=chains,
        cores=min(chains, os.cpu_count() or 1),
        seed=seed,
        save_warmup=False,
        progress_bar=progress,
    )


def parameters_of(density: JudgementDensity, trace: Any) -> dict[str, Floats]:
    """Return all parameters at the points that were sampled, each (chains, run, ...)."""
    points = np.asarray(trace.posterior[_POINT], dtype=np.float64)
    parameters = density.parameters(points.reshape(-1, density.size))
    return {
        name: values.reshape(*points.shape[:2], *values.shape[1:])
        for name, values in parameters.items()
    }


def dims_of(elicited: Elicited) -> dict[str, list[str]]:
    """Return the names of each parameter's axes; of biases and noises if there are sources."""
    return _DIMS | (_SOURCED if elicited.sources else {})


def coords_of(elicited: Elicited) -> dict[str, list[str]]:
    """Return what stands along each of those axes."""
    study = elicited.study
    return {
        "scenario": list(study.scenario_ids),
        "feature": [*study.driver_ids, *(conjunction.id for conjunction in study.conjunctions)],
        "driver": list(study.driver_ids),
        "source": list(elicited.sources),
    }


def trace_of(elicited: Elicited, parameters: Mapping[str, Floats], trace: Any) -> Any:
    """Return a sampler's trace with the parameters under their names, in place of its points.

    Biases and noises are left out where there are no sources, and the scale of the biases where
    it is not estimated.
    """
    dims = dims_of(elicited)
    if np.ptp(parameters["bias_scale"]) > 0:
        dims["bias_scale"] = []
    posterior: Any = import_module("arviz_base").from_dict(
        {"posterior": {name: parameters[name] for name in dims}},
        dims=dims,
        coords=coords_of(elicited),
    )
    return type(trace).from_dict(
        {
            "posterior": posterior["posterior"].to_dataset(),
            "sample_stats": trace["sample_stats"].to_dataset(),
        }
    )
