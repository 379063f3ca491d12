"""Obtaining draws: those that ship, else those in the cache, else a fit.

The digest under which draws are kept covers the study's structure, judgements and base
rates, the tables that reading them looks at, and the sampler's settings. Draws under any
other digest, or whose file is not sound, are as good as none.

Of a study with analysts each one's view is obtained so, under a digest that knows nothing of
the others; their pool is mixed anew each time, and never kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import warnings
from pathlib import Path
from typing import Any

from tarjih.priors.draws import Draws, load_draws, save_draws
from tarjih.priors.elicited import admitted
from tarjih.priors.fit import CHAINS, KEPT, RUN, TUNE, Fit, fit_draws, fit_study
from tarjih.priors.pool import pooled
from tarjih.priors.scales import is_arabic
from tarjih.priors.table_files import fingerprint
from tarjih.scenarios.dissent import pool_shares, views
from tarjih.scenarios.records import Study

__all__ = ["cache_folder", "draws_digest", "fit_and_keep", "obtain_draws", "shipped_path"]

_MODEL = 3
"""To be raised when the judgement model changes, so that kept draws are made anew."""

_SHIPPED = Path(__file__).parent / "shipped"


def draws_digest(study: Study, seed: int = 0) -> str:
    """Return what identifies the draws of a study; of a pool, its views and their shares."""
    if study.analysts:
        seen = zip(views(study), pool_shares(study), strict=True)
        return _hash([[draws_digest(one, seed), share] for one, share in seen])
    judgements = admitted(study)
    scales = {study.scale_of(judgement) for judgement in judgements}
    tables = {"defaults", "effects", "statements", *scales}
    if study.base_rates is not None:
        tables.add(study.base_rates.table)
    parts = {
        "study": study.digest("draws"),
        "arabic": [is_arabic(judgement.wording.get("ar", "")) for judgement in judgements],
        "tables": fingerprint(*sorted(tables)),
        "model": [1, _MODEL],  # a file's own format is looked at when it is read
        "sampler": [CHAINS, TUNE, RUN, KEPT, seed],
    }
    return _hash(parts)


def _hash(parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def shipped_path(study: Study) -> Path:
    """Return where the package keeps the draws of a study, if it does."""
    return _SHIPPED / f"{study.id}.npz"


def cache_folder() -> Path:
    """Return the folder of cached draws: TARJIH_CACHE, else the user's cache folder."""
    named = os.environ.get("TARJIH_CACHE")
    if named:
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("tarjih", appauthor=False)


def obtain_draws(study: Study, *, seed: int = 0, progress: bool = False) -> Draws:
    """Return the draws of a study: shipped, cached, or fitted and then cached.

    Parameters
    ----------
    study : Study
        With analysts, the pool of their views.
    seed : int
        Seed of the fit; draws of another seed are fitted on their own.
    progress : bool
        Show a fit's progress on standard error.

    Warns
    -----
    UserWarning
        If the cache cannot be written; the draws are returned all the same.

    Raises
    ------
    InvalidStudy
        If a judgement cannot be read.
    CannotCompute
        If the fit fails.
    """
    digest = draws_digest(study, seed)
    if study.analysts:
        parts = [obtain_draws(one, seed=seed, progress=progress) for one in views(study)]
        return pooled(parts, pool_shares(study), digest=digest)
    shape = (len(study.scenarios), len(study.drivers), len(study.conjunctions))
    cached = _cached(study, digest)
    for path in (shipped_path(study), cached):
        found = load_draws(path, digest, shape)
        if found is not None:
            return found
    draws = fit_draws(study, seed=seed, progress=progress, digest=digest)
    _keep(draws, cached)
    return draws


def fit_and_keep(study: Study, *, seed: int = 0, progress: bool = False) -> Fit:
    """Fit a study whether or not its draws are there, and keep the draws as `obtain_draws` does.

    Parameters
    ----------
    study : Study
        Without analysts, or one analyst's view.

    Returns
    -------
    Fit
        With all that the sampler gave.

    Raises
    ------
    InvalidStudy
        If a judgement cannot be read.
    CannotCompute
        If the fit fails.
    """
    fit = fit_study(study, seed=seed, progress=progress, digest=draws_digest(study, seed))
    _keep(fit.draws, _cached(study, fit.draws.digest))
    return fit


def _cached(study: Study, digest: str) -> Path:
    return cache_folder() / f"{study.id}-{digest[:16]}.npz"


def _keep(draws: Draws, path: Path) -> None:
    try:
        save_draws(draws, path)
    except OSError as error:
        warnings.warn(
            f"{path.parent}: the fit cannot be kept, and will be made again next time: {error}",
            stacklevel=3,
        )
