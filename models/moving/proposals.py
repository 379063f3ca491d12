"""Where to move a draw to: steps that leave a fitted Gaussian as it is.

On the coordinates of `priors.density` posteriors are nearly Gaussian, so Gaussians are
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

__all__ = ["FOLDS", "Gaussian", "Lengths", "fit_gaussians"]

Floats = NDArray[np.float64]
FOLDS = 8
_LENGTHS = np.array([1.0, 0.6, 0.3, 0.1])
_LEAST_SHARE = 0.05
_PRIOR_COUNT = 2.0
_CLEAR = 3.0
_FLATTEST = 0.02
_NOTHING = 1e-60


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


def fit_gaussians(
    points: Floats, family: NDArray[np.integer], folds: int = FOLDS
) -> tuple[list[Gaussian], NDArray[np.intp]]:
    """Fit a Gaussian for each fold of some points: to the points of all other folds.

    A Gaussian that a point had a part in lies too close to where that point stands, and would
    let it go too easily: of 85 coordinates, steps would no longer keep the posterior. No family
    is in two folds.

    Among D coordinates thousands of correlations would be estimated, nearly all of them nothing
    but noise that together tilts the law: those below three standard errors are left out (with
    85 coordinates and 500 points, 24% of fresh throws are accepted instead of 5%). Variances lean
    toward 1, the prior's on these coordinates, by the weight of two points. So any number of
    points gives a proper law.

    Parameters
    ----------
    points : (n, D)
    family : (n,) of int
        Points of one family may resemble one another, and count for as many independent ones
        as the spread of sums over families tells.
    folds : int

    Returns
    -------
    laws : list of Gaussian
        One for each fold.
    fold : (n,) of int
        The fold that each point is in.

    Examples
    --------
    >>> points = np.random.default_rng(0).normal(2.0, 3.0, size=(50000, 1))
    >>> laws, fold = fit_gaussians(points, np.arange(50000))
    >>> laws[0].mean.round(1), laws[0].factor.round(1), np.bincount(fold).tolist()
    (array([2.]), array([[3.]]), [6250, 6250, 6250, 6250, 6250, 6250, 6250, 6250])
    """
    fold = (family % folds).astype(np.intp)
    parts = [points[fold == f] for f in range(folds)]
    count = np.array([len(part) for part in parts])
    first = np.stack([part.sum(axis=0) for part in parts])
    # not by `@`: its threads would wait for one another wherever the machine is busy
    second = np.stack([np.einsum("ni,nj->ij", part, part) for part in parts])
    laws = []
    for f in range(folds):
        others = np.arange(folds) != f
        if not count[others].any():  # all are of one fold, and no other law is to be had
            others[:] = True
        total = count[others].sum()
        mean = first[others].sum(axis=0) / total
        covariance = second[others].sum(axis=0) / total - np.outer(mean, mean)
        rows = others[fold]
        worth = _independent(points[rows] - mean, family[rows])
        laws.append(Gaussian(mean, _factor(covariance, worth)))
    return laws, fold


def _independent(away: Floats, family: NDArray[np.integer]) -> float:
    """Return the number of independent points, from the spread of sums over families."""
    order = np.argsort(family, kind="stable")
    _, first = np.unique(family[order], return_index=True)
    sums = np.add.reduceat(away[order], first, axis=0)
    alone, together = (away**2).sum(axis=0), (sums**2).sum(axis=0)
    varies = alone > 0
    if not varies.any():
        return float(len(first))
    return float(len(away) / np.mean(together[varies] / alone[varies]))


def _factor(covariance: Floats, worth: float) -> Floats:
    """Return the triangular factor of a covariance that so many points tell of."""
    found = np.maximum(np.diag(covariance), _NOTHING)
    correlation = covariance / np.sqrt(np.outer(found, found))
    correlation[np.abs(correlation) < _CLEAR / np.sqrt(worth)] = 0.0
    np.fill_diagonal(correlation, 0.0)
    scale = np.sqrt((worth * found + _PRIOR_COUNT) / (worth + _PRIOR_COUNT))
    each = np.eye(len(found))
    # with some left out it may be no correlation matrix: then all that are left are weakened
    for kept in np.linspace(1.0, 0.0, 21):
        try:
            np.linalg.cholesky((1.0 - _FLATTEST) * each + kept * correlation)
        except np.linalg.LinAlgError:
            continue
        break
    factor: Floats = scale[:, None] * np.linalg.cholesky(each + kept * correlation)
    return factor


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
