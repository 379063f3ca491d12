"""Fitting the judgement model: judgements in, draws out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tarjih.errors import CannotCompute, InvalidRequest, Problem, TarjihError
from tarjih.priors.density import JudgementDensity
from tarjih.priors.draws import Draws
from tarjih.priors.elicited import Elicited, elicit
from tarjih.priors.judged import log_likelihood
from tarjih.priors.sampling import compile_density, parameters_of, run_nuts, trace_of
from tarjih.scenarios.records import Study

__all__ = ["CHAINS", "KEPT", "RUN", "TUNE", "Fit", "fit_draws", "fit_study"]

CHAINS = 4
TUNE = 1000
RUN = 2000
KEPT = 2000
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A fit with all that the sampler gave.

    Attributes
    ----------
    draws : Draws
        Those kept.
    trace : xarray.DataTree
        All draws of all parameters, and the sampler's statistics.
    """

    elicited: Elicited
    draws: Draws
    trace: Any


def fit_draws(study: Study, *, digest: str = "", **settings: Any) -> Draws:
    """Sample the judgement model and keep its draws: `fit_study`, without the trace."""
    return fit_study(study, digest=digest, **settings).draws


def fit_study(
    study: Study,
    *,
    seed: int = 0,
    progress: bool = False,
    chains: int = CHAINS,
    kept: int = KEPT,
    tune: int = TUNE,
    run: int = RUN,
    digest: str = "",
) -> Fit:
    """Sample the judgement model.

    Parameters
    ----------
    study : Study
    seed : int
    progress : bool
        Show how far it got, on standard error.
    chains, tune, run : int
        Chains, and iterations of each before and after tuning ends.
    kept : int
        Draws to keep, at even distances from all chains; numbers are rounded to 32 bits, so
        that draws just fitted and draws read back are the same.
    digest : str
        What to write into the draws.

    Returns
    -------
    Fit
        The diagnostics of its draws are those of the full run, over every parameter that varies:
        ``divergences``, ``rhat`` (greatest), ``ess_bulk``, ``ess_tail`` (least), ``sound``.

    Raises
    ------
    InvalidRequest
        If the study has analysts: only their views can be fitted.
    InvalidStudy
        If a judgement cannot be read.
    CannotCompute
        If the sampler fails.
    """
    if study.analysts:
        raise InvalidRequest(
            Problem(
                study.where("analysts"),
                "a study with analysts is fitted view by view",
                mend="take one analyst's view, or obtain the draws of the pool",
            )
        )
    elicited = elicit(study)
    try:
        posterior, trace = _sample(elicited, seed, progress, chains, tune, run)
        diagnostics = _diagnose(posterior, np.asarray(trace.sample_stats["diverging"]))
    except (TarjihError, KeyboardInterrupt):
        raise
    except Exception as error:
        raise CannotCompute(
            f"{study.where('judgements')}: fitting the judgements failed: {error}"
        ) from error
    diagnostics |= {"chains": chains, "tune": tune, "run": run, "seed": seed}
    return Fit(elicited, _thinned(elicited, posterior, kept, digest, diagnostics), trace)


def _sample(
    elicited: Elicited, seed: int, progress: bool, chains: int, tune: int, run: int
) -> tuple[dict[str, Floats], Any]:
    """Return all parameters, each (chains, run, ...), and the trace."""
    density = JudgementDensity(elicited)
    with _status("Preparing the judgements", progress):
        compiled = compile_density(density)
    trace = run_nuts(compiled, seed=seed, progress=progress, chains=chains, tune=tune, run=run)
    parameters = parameters_of(density, trace)
    return parameters, trace_of(elicited, parameters, trace)


@contextmanager
def _status(words: str, progress: bool) -> Iterator[None]:
    if not progress:
        yield
        return
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        console.print(f"{words}, then sampling them: some ten seconds", highlight=False)
    with console.status(words):
        yield


def _diagnose(
    posterior: dict[str, Floats], diverging: NDArray[np.bool_]
) -> dict[str, float | int | str | bool]:
    stats: Any = import_module("arviz_stats.base").array_stats
    columns = np.concatenate(
        [values.reshape(*values.shape[:2], -1) for values in posterior.values()], axis=-1
    )
    columns = columns[..., np.ptp(columns, axis=(0, 1)) > 0]
    axes = {"chain_axis": 0, "draw_axis": 1}
    rhat = float(np.max(stats.rhat(columns, **axes)))
    bulk = float(np.min(stats.ess(columns, method="bulk", **axes)))
    tail = float(np.min(stats.ess(columns, method="tail", prob=(0.05, 0.95), **axes)))
    divergences = int(diverging.sum())
    return {
        "divergences": divergences,
        "rhat": round(rhat, 4),
        "ess_bulk": round(bulk),
        "ess_tail": round(tail),
        "sound": divergences == 0 and rhat <= 1.01 and min(bulk, tail) >= 400,
    }


def _rounded(values: Floats) -> Floats:
    return values.astype(np.float32).astype(np.float64)


def _thinned(
    elicited: Elicited,
    posterior: dict[str, Floats],
    kept: int,
    digest: str,
    diagnostics: dict[str, float | int | str | bool],
) -> Draws:
    chains, run = posterior["alpha"].shape[:2]
    drivers = elicited.sizes[1]
    flat = {
        name: _rounded(values.reshape(chains * run, *values.shape[2:]))
        for name, values in posterior.items()
    }
    draws = Draws(
        alpha=flat["alpha"],
        beta=flat["effects"][:, :drivers],
        gamma=flat["effects"][:, drivers:],
        initial=flat["initial"],
        review_time=flat["review_time"],
        up=flat["up"],
        down=flat["down"],
        chain=np.repeat(np.arange(chains), run),
        digest=digest,
        diagnostics=diagnostics,
        log_judged=_rounded(log_likelihood(elicited, posterior).reshape(chains * run)),
        bias=flat["bias"],
        bias_scale=flat["bias_scale"],
        noise=flat["noise"],
    )
    return draws.thin(kept)
