"""A whole fit as a file: an ArviZ ``DataTree`` in NetCDF, for whoever wants to look closer.

``arviz.from_netcdf`` opens it. NetCDF knows no truth values and no missing text, so flags are
written as 0 and 1, and what the sampler left empty as empty text.
"""

from __future__ import annotations

import os
import tempfile
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tarjih.errors import CannotCompute
from tarjih.priors.elicited import Elicited
from tarjih.priors.fit import Fit
from tarjih.priors.outcomes import log_terms
from tarjih.priors.sampling import coords_of, dims_of
from tarjih.priors.stated_prior import log_prior_terms, prior_parameters

__all__ = ["save_trace", "trace_tree"]

_PRIOR_DRAWS = 2000
_ENGINE = "h5netcdf"


def trace_tree(fit: Fit, *, seed: int = 0) -> Any:
    """Return all of a fit.

    Returns
    -------
    xarray.DataTree
        Groups ``posterior`` and ``sample_stats`` (as the sampler gave them), ``prior`` (draws
        of the stated priors, under the posterior's names), ``log_likelihood`` (one term for
        each thing judged and each count of the base rates), ``log_prior`` (up to a
        constant), and ``observed_data``: how each judgement is read (5%, 50%, 95%; NaN for
        ranks and "possible") and the log odds that the likelihood looks at.
    """
    elicited, posterior = fit.elicited, fit.trace.posterior
    dims = dims_of(elicited)
    coords = coords_of(elicited) | {
        "judgement": [one.id for one in elicited.judgements],
        "level": [0.05, 0.5, 0.95],
    }
    parameters = {name: np.asarray(posterior[name], dtype=np.float64) for name in dims}
    prior = prior_parameters(elicited, _PRIOR_DRAWS, np.random.default_rng(seed))
    observed = {"said": _readings(elicited), "stated": np.asarray(elicited.stated)}
    groups: dict[str, tuple[dict[str, Any], dict[str, list[str]]]] = {
        "prior": ({name: prior[name][None] for name in dims}, dims),
        # One number for each draw, under the parameters' names: no dims of their own.
        "log_prior": (log_prior_terms(elicited, parameters), {}),
        "observed_data": (observed, {"said": ["judgement", "level"], "stated": ["statement"]}),
    }
    if elicited.outcomes:
        terms = {"judged": np.asarray(log_terms(elicited, parameters))}
        groups["log_likelihood"] = (terms, {"judged": ["outcome"]})
    base: Any = import_module("arviz_base")
    datasets = {
        name: _plain(fit.trace[name].to_dataset()) for name in ("posterior", "sample_stats")
    }
    for name, (values, axes) in groups.items():
        made = base.from_dict({name: values}, dims=axes, coords=coords)
        datasets[name] = made[name].to_dataset()
    tree = type(fit.trace).from_dict(datasets)
    tree.attrs["study"] = elicited.study.id
    tree.attrs["digest"] = fit.draws.digest
    return tree


def save_trace(fit: Fit, path: Path, *, seed: int = 0) -> None:
    """Write `trace_tree` as NetCDF, by way of a temporary file beside it.

    Raises
    ------
    CannotCompute
        If it cannot be written.
    """
    tree = trace_tree(fit, seed=seed)
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".part")
        os.close(handle)
        try:
            tree.to_netcdf(temporary, engine=_ENGINE)
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        finally:
            Path(temporary).unlink(missing_ok=True)
    except OSError as error:
        raise CannotCompute(
            f"{path}: the fit could not be written: {error.strerror or error}"
        ) from None


def _readings(elicited: Elicited) -> NDArray[np.float64]:
    """Return quantiles of how each judgement is read; (n, 3)."""
    nothing = [np.nan] * 3
    rows = [
        nothing if one is None else [one.quantile(level) for level in (0.05, 0.5, 0.95)]
        for one in elicited.readings
    ]
    return np.array(rows, dtype=np.float64).reshape(-1, 3)


def _plain(dataset: Any) -> Any:
    """Return a data set that NetCDF can hold."""
    for name, array in dataset.data_vars.items():
        if array.dtype == bool:
            dataset[name] = array.astype(np.int8)
        elif array.dtype == object:
            text = [value if isinstance(value, str) else "" for value in array.values.ravel()]
            dataset[name] = (array.dims, np.array(text, dtype=object).reshape(array.shape))
    return dataset
