"""Judgements and evidence sampled together by NUTS: the third engine.

What is sampled is the density of `build_pymc_model` (a test holds the two equal), on the
coordinates of `JudgementDensity`, with the gradient of its recording, so that nothing is
compiled for a study. The draws then follow the evidence: all weigh alike, and the exact engine
carries them on.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tarjih.errors import InvalidRequest, Problem
from tarjih.evidence import Evidence
from tarjih.models.engines.exact import exact_size
from tarjih.models.engines.recursion import ForwardRecursion
from tarjih.priors.density import JudgementDensity
from tarjih.priors.draws import Draws
from tarjih.priors.sampling import (
    compile_density,
    coords_of,
    dims_of,
    parameters_of,
    run_nuts,
    trace_of,
)
from tarjih.scenarios.records import Study

__all__ = ["LARGEST_SAMPLED", "JointDensity", "JointFit", "sample_jointly"]

Floats = NDArray[np.float64]
LARGEST_SAMPLED = 2_000
"""The largest K·∏L that is taken: what is recorded grows with it and with the steps."""

_CHAINS, _TUNE, _RUN = 4, 800, 500


class JointDensity(JudgementDensity):
    """The log density of judgements and evidence, over M points at once.

    Parameters
    ----------
    study : Study
        Without analysts.
    evidence : Evidence
        Under fixed trust.
    """

    def __init__(self, study: Study, evidence: Evidence) -> None:
        super().__init__(study)
        self._recursion = ForwardRecursion(study, evidence)

    def log_density(self, points: Floats, xp: Any = np) -> Floats:
        """Return the log density at points (M, D): as of the judgements, and of the evidence."""
        judged = super().log_density(points, xp)
        total: Floats = judged + self.one_step_ahead(points, xp).sum(axis=1)
        return total

    def one_step_ahead(self, points: Floats, xp: Any = np) -> Floats:
        """Return the log probability (M, T+1) of each step's evidence given the steps before."""
        parameters = self.parameters(points, xp)
        rows = [
            self._recursion.one_step_ahead({name: of[m] for name, of in parameters.items()}, xp)
            for m in range(len(points))
        ]
        return np.array(rows)


@dataclass(frozen=True, slots=True, eq=False)
class JointFit:
    """Draws that follow judgements and evidence.

    Attributes
    ----------
    draws : Draws
    trace : xarray.DataTree
        Groups ``posterior``, ``prior`` (before judgements and evidence), ``sample_stats`` and
        ``log_likelihood``. The last holds ``one_step_ahead``, the log probability of each step's
        evidence given that of the steps *before*. It is no leave-one-out likelihood: do not
        give it to PSIS-LOO, which would let later steps tell of earlier ones.
    """

    draws: Draws
    trace: Any


def sample_jointly(
    study: Study,
    evidence: Evidence,
    *,
    start: Draws | None = None,
    seed: int = 0,
    progress: bool = False,
) -> JointFit:
    """Sample judgements and evidence together.

    Parameters
    ----------
    study : Study
        Without analysts, its K·∏L at most `LARGEST_SAMPLED`.
    evidence : Evidence
        Under fixed trust.
    start : Draws, optional
        Of the judgements alone: chains start at some of them. Default: at draws of the prior.
    seed : int
    progress : bool
        Show how far it got, on standard error.

    Raises
    ------
    InvalidRequest
        For any other study or evidence.
    InvalidStudy
        If a judgement cannot be read.
    """
    _check(study, evidence)
    density = JointDensity(study, evidence)
    trace = run_nuts(
        compile_density(density, None if start is None else density.pack(start)),
        seed=seed,
        progress=progress,
        chains=_CHAINS,
        tune=_TUNE,
        run=_RUN,
    )
    parameters = parameters_of(density, trace)
    points = np.asarray(trace.posterior["point"], dtype=np.float64)
    flat = points.reshape(-1, density.size)
    chain = np.repeat(np.arange(_CHAINS), _RUN)
    draws = replace(density.unpack(flat), chain=chain)
    tree = trace_of(density.elicited, parameters, trace)
    ahead = density.one_step_ahead(flat).reshape(*points.shape[:2], -1)
    return JointFit(draws, _completed(density, tree, ahead, seed))


def _check(study: Study, evidence: Evidence) -> None:
    problem = None
    if study.analysts:
        problem = Problem(
            "--engine", "pymc samples one view at a time", mend="name an analyst with --view"
        )
    elif evidence.trust is not None:
        problem = Problem(
            "--engine",
            "pymc takes trust in the sources as it is graded",
            got="trust: learned",
            allowed="trust: fixed",
            mend="use --engine exact",
        )
    elif exact_size(study) > LARGEST_SAMPLED:
        problem = Problem(
            "--engine",
            "the study is too large for pymc, which writes down every joint state of scenario "
            "and drivers at every step",
            got=f"{exact_size(study):,} joint states",
            allowed=f"up to {LARGEST_SAMPLED:,}",
            mend="use --engine particle, which takes any number of drivers",
        )
    if problem is not None:
        raise InvalidRequest(problem)


def _completed(density: JointDensity, tree: Any, ahead: Floats, seed: int) -> Any:
    """Add the groups ``prior`` and ``log_likelihood``."""
    elicited = density.elicited
    shape = (_CHAINS, _RUN)
    points = np.random.default_rng(seed).normal(size=(_CHAINS * _RUN, density.size))
    before = density.parameters(points)
    dims = dims_of(elicited)
    made: Any = import_module("arviz_base").from_dict(
        {
            "prior": {name: before[name].reshape(*shape, *before[name].shape[1:]) for name in dims},
            "log_likelihood": {"one_step_ahead": ahead},
        },
        dims={**dims, "one_step_ahead": ["step"]},
        coords={**coords_of(elicited), "step": np.arange(ahead.shape[-1])},
    )
    tree["prior"] = made["prior"]
    tree["log_likelihood"] = made["log_likelihood"]
    return tree
