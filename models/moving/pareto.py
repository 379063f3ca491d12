"""Pareto k̂ of importance weights, in NumPy.

The shape of the generalised Pareto distribution fitted to the largest weights tells
whether a weighted average can be trusted (Vehtari et al. 2024, Pareto smoothed importance
sampling, JMLR 25(72); arXiv:1507.02646). The fit is that of Zhang & Stephens (2009),
doi:10.1198/tech.2009.08017, with the weak prior of the PSIS paper. Tested against ArviZ.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["KHAT_LIMIT", "effective_share", "enough", "pareto_k"]

Floats = NDArray[np.float64]
KHAT_LIMIT = 0.7
"""Above it averages are not to be trusted."""

_LEAST_SHARE = 0.1


def pareto_k(log_weight: Floats) -> float:
    """Return k̂ of importance weights.

    Parameters
    ----------
    log_weight : (M,)
        Unnormalised.

    Returns
    -------
    float
        Above 0.7 averages under these weights are not to be trusted. Minus infinity when
        the largest weights are all alike, or there are too few to fit.

    Examples
    --------
    >>> pareto_k(np.zeros(100))
    -inf
    """
    count = len(log_weight)
    tail = int(np.ceil(min(0.2 * count, 3 * np.sqrt(count))))
    if tail < 5:
        return float("-inf")
    ordered = np.sort(log_weight - log_weight.max())
    cutoff = max(float(ordered[-tail - 1]), float(np.log(np.finfo(float).tiny)))
    excess = np.exp(ordered[ordered > cutoff]) - np.exp(cutoff)
    if len(excess) <= 4:
        return float("-inf")
    return _shape(excess)


def _shape(excess: Floats) -> float:
    """Fit the shape of a generalised Pareto distribution to ascending excesses (n,)."""
    n = len(excess)
    candidates = 30 + int(np.sqrt(n))
    index = np.arange(1, candidates + 1)
    quartile = excess[int(n / 4 + 0.5) - 1]
    theta = 1 / excess[-1] + (1 - np.sqrt(candidates / (index - 0.5))) / (3 * quartile)
    shapes = np.mean(np.log1p(-theta[:, None] * excess), axis=1)
    profile = n * (np.log(-theta / shapes) - shapes - 1)
    weights = np.exp(profile - profile.max())
    weights /= weights.sum()
    best = float(np.sum(theta * weights))
    shape = float(np.mean(np.log1p(-best * excess)))
    prior = 10
    return (n * shape + prior * 0.5) / (n + prior)


def enough(log_weight: Floats) -> bool:
    """Say whether draws can be weighed, and need not be moved.

    Parameters
    ----------
    log_weight : (M,)
        Unnormalised.

    Examples
    --------
    >>> enough(np.zeros(1000)), enough(np.linspace(0.0, 200.0, 1000))
    (True, False)
    """
    return bool(effective_share(log_weight) >= _LEAST_SHARE and pareto_k(log_weight) <= KHAT_LIMIT)


def effective_share(log_weight: Floats) -> float:
    """Return the effective share of draws (M,), from their unnormalised log weights."""
    weight = np.exp(log_weight - log_weight.max())
    return float(weight.sum() ** 2 / (weight**2).sum() / len(weight))
