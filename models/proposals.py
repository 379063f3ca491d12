"""Where to move a draw to: steps that leave a fitted Gaussian as it is.

On the coordinates of `priors.density` posteriors are nearly Gaussian, so a Gaussian is
fitted to the draws, and a Metropolis step goes from ``y`` to ``√(1 − s²) y + s ξ`` in its
whitened coordinates (preconditioned Crank-Nicolson; Cotter et al. 2013, doi:10.1214/13-STS421).
That step alone would keep the Gaussian, whatever the dimension; so a move is turned down only
for how the posterior differs from it, not for the number of parameters. At s = 1 it is a fresh
throw of the Gaussian, at small s a short walk that frees draws that a fresh throw leaves stuck.
Which lengths are taken is learnt from how far they lead (Fearnhead & Taylor 2013,
doi:10.1214/13-BA814).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Gaussian", "Lengths", "fit_gaussian"]

Floats = NDArray[np.float64]
_LENGTHS = np.array([1.0, 0.6, 0.3, 0.1])
_LEAST_SHARE = 0.05
_PRIOR_COUNT = 2.0


@dataclass(frozen=True, slots=True, eq=False)
class Gaussian:
    """A normal law on D coordinates.

    Attributes
    ----------
    mean : (D,)
    factor : (D, D)
        Lower triangular; its square is the covariance.
    """

    mean: Floats
    factor: Floats

    def whiten(self, points: Floats) -> Floats:
        """Return points (n, D) on coordinates where this law is a standard normal."""
        white: Floats = np.linalg.solve(self.factor, (points - self.mean).T).T
        return white

    def colour(self, white: Floats) -> Floats:
        """Return points (n, D) of their whitened coordinates."""
        points: Floats = self.mean + white @ self.factor.T
        return points


def fit_gaussian(points: Floats, weight: Floats) -> Gaussian:
    """Fit a Gaussian to weighted points.

    Variances lean toward 1, which is the prior's on these coordinates, by the weight of two
    points; covariances are shrunk by as much as they are noise, D/(D + n) with n effective
    points. So any number of points gives a proper law.

    Parameters
    ----------
    points : (n, D)
    weight : (n,)
        Not negative, not all 0.

    Examples
    --------
    >>> points = np.random.default_rng(0).normal(2.0, 3.0, size=(50000, 1))
    >>> law = fit_gaussian(points, np.ones(50000))
    >>> law.mean.round(1), law.factor.round(1)
    (array([2.]), array([[3.]]))
    """
    share = weight / weight.sum()
    effective = 1.0 / float((share**2).sum())
    size = points.shape[1]
    mean = share @ points
    away = points - mean
    covariance = (away * share[:, None]).T @ away
    kept = effective / (effective + size)
    variance = (effective * np.diag(covariance) + _PRIOR_COUNT) / (effective + _PRIOR_COUNT)
    covariance = kept * covariance
    np.fill_diagonal(covariance, variance)
    return Gaussian(mean, np.linalg.cholesky(covariance))


class Lengths:
    """How long the steps are: every draw takes one of a few lengths.

    Each is taken as often as it led far, and never quite dropped.
    """

    def __init__(self) -> None:
        self._share = np.full(len(_LENGTHS), 1.0 / len(_LENGTHS))

    def choose(self, count: int, dice: np.random.Generator) -> NDArray[np.intp]:
        """Return the place of a length for each of so many draws."""
        return dice.choice(len(_LENGTHS), size=count, p=self._share).astype(np.intp)

    def step(self, white: Floats, chosen: NDArray[np.intp], dice: np.random.Generator) -> Floats:
        """Return where steps of the chosen lengths lead from whitened points (n, D)."""
        length = _LENGTHS[chosen][:, None]
        ahead: Floats = np.sqrt(1.0 - length**2) * white + length * dice.normal(size=white.shape)
        return ahead

    def learn(self, chosen: NDArray[np.intp], squared_jump: Floats) -> None:
        """Take note of how far each draw can expect to have come (n,)."""
        count = np.bincount(chosen, minlength=len(_LENGTHS))
        total = np.bincount(chosen, weights=squared_jump, minlength=len(_LENGTHS))
        far = total / np.maximum(count, 1)
        if far.sum() > 0:
            share = np.maximum(far / far.sum(), _LEAST_SHARE)
            self._share = share / share.sum()
