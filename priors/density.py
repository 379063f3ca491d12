r"""The posterior density of the judgements, in NumPy, on coordinates that are free to move.

NUTS draws from this density with PyMC; to *move* draws after evidence (`models.moves`) a
Metropolis step needs it again, for thousands of draws at once and without compiling anything.
It is the code of the fit (`log_terms`) on coordinates chosen so that **the prior is a standard
normal on every one of them**:

- what sums to zero over the scenarios (utilities, biases) stands on an orthonormal basis of K − 1
  axes, divided by its scale;
- review times and rates by the logarithm of their ratio to the stated value, divided by its
  spread; effects of unclear sign divided by their scale;
- a half-normal magnitude :math:`m` by the :math:`z` of the same rank,
  :math:`\Phi(z) = 2\Phi(m) - 1`.

So there is no Jacobian left to forget, and the log density is that of what was judged plus that
of a standard normal. A test holds it equal to PyMC's own, the Jacobians put back.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tarjih.errors import InvalidModel, Problem
from tarjih.priors.draws import Draws
from tarjih.priors.elicited import Elicited, elicit
from tarjih.priors.judged import log_likelihood
from tarjih.priors.judgement_model import FEW_SOURCES, driver_rates
from tarjih.scenarios.records import Study

__all__ = ["JudgementDensity"]

Floats = NDArray[np.float64]
_LEAST = 1e-30
"""Magnitudes are kept apart from 0, where coordinates end."""


class JudgementDensity:
    """The log density of all that a study says before any evidence, over M points at once.

    Parameters
    ----------
    study : Study or Elicited
        Without analysts: one view of them.

    Attributes
    ----------
    size : int
        D, number of coordinates.

    Raises
    ------
    InvalidStudy
        As `elicit` does.

    Examples
    --------
    >>> from tarjih.priors.stated_prior import sample_prior
    >>> from tarjih.scenarios import load
    >>> study = load("syria_russia")
    >>> density = JudgementDensity(study)
    >>> draws = sample_prior(study, 3)
    >>> points = density.pack(draws)
    >>> points.shape == (3, density.size), density.log_density(points).shape
    (True, (3,))
    >>> bool(np.allclose(density.unpack(points).beta, draws.beta))
    True
    """

    def __init__(self, study: Study | Elicited) -> None:
        elicited = study if isinstance(study, Elicited) else elicit(study)
        self.elicited = elicited
        scenarios, _, _ = elicited.sizes
        sources = len(elicited.sources)
        self._basis = _zero_sum_basis(scenarios)
        self._stated_review = np.log([one.review_time for one in elicited.study.scenarios])
        self._stated_rates = np.concatenate(driver_rates(elicited.study))
        self._moving = np.flatnonzero(self._stated_rates)
        self._learns_scale = sources >= FEW_SOURCES
        widths = {
            "alpha": scenarios - 1,
            "initial": scenarios - 1,
            "magnitude": len(elicited.signed),
            "unclear": len(elicited.free),
            "review": scenarios,
            "rates": len(self._moving),
            "bias": sources * (scenarios - 1),
            "bias_scale": int(self._learns_scale),
            "noise": sources,
        }
        ends = np.cumsum(list(widths.values()))
        self.size = int(ends[-1])
        self._at = {
            name: slice(int(end) - width, int(end))
            for (name, width), end in zip(widths.items(), ends, strict=True)
        }

    def pack(self, draws: Draws) -> Floats:
        """Return the coordinates of draws.

        Parameters
        ----------
        draws : Draws
            Of this study, with what is thought of its sources.

        Returns
        -------
        (M, D)

        Raises
        ------
        InvalidModel
            If the draws lack it.
        """
        if draws.bias is None or draws.bias_scale is None or draws.noise is None:
            raise InvalidModel(
                Problem(
                    "draws",
                    "they do not say what is thought of the sources, and cannot be moved",
                    mend="fit the study anew",
                )
            )
        elicited, assumed = self.elicited, self.elicited.assumptions
        sources = len(elicited.sources)
        points = np.empty((len(draws), self.size))

        def put(name: str, values: Floats) -> None:
            points[:, self._at[name]] = values.reshape(len(draws), -1)

        put("alpha", draws.alpha @ self._basis.T / assumed.utility_spread)
        put("initial", draws.initial @ self._basis.T / assumed.utility_spread)
        effects = draws.effects
        signed = effects[:, elicited.signed[:, 0], elicited.signed[:, 1]]
        put("magnitude", _from_half_normal(signed / elicited.signed_scale))
        free = effects[:, elicited.free[:, 0], elicited.free[:, 1]]
        put("unclear", free / elicited.free_scale)
        ratio = np.log(draws.review_time) - self._stated_review
        put("review", ratio / assumed.review_spread)
        rates = np.concatenate([draws.up, draws.down], axis=1)[:, self._moving]
        put("rates", np.log(rates / self._stated_rates[self._moving]) / assumed.rate_spread)
        shift = draws.bias[:, :sources] / draws.bias_scale[:, None, None]
        put("bias", shift @ self._basis.T)
        if self._learns_scale:
            put("bias_scale", _from_half_normal(draws.bias_scale / assumed.bias_spread))
        above = (draws.noise[:, :sources] - assumed.noise_floor) / assumed.noise_spread
        put("noise", _from_half_normal(above))
        return points

    def unpack(self, points: Floats) -> Draws:
        """Return the draws at points (M, D), of one chain and no digest."""
        parameters = self.parameters(points)
        drivers = self.elicited.sizes[1]
        return Draws(
            alpha=parameters["alpha"],
            beta=parameters["effects"][:, :drivers],
            gamma=parameters["effects"][:, drivers:],
            initial=parameters["initial"],
            review_time=parameters["review_time"],
            up=parameters["up"],
            down=parameters["down"],
            chain=np.zeros(len(points), dtype=np.int64),
            digest="",
            bias=parameters["bias"],
            bias_scale=parameters["bias_scale"],
            noise=parameters["noise"],
        )

    def log_density(self, points: Floats, xp: Any = np) -> Floats:
        """Return the log density of the judgement model at points.

        Parameters
        ----------
        points : (M, D)
        xp : module
            ``numpy``, or the `Tape` whose numbers the points are made of.

        Returns
        -------
        (M,)
            On these coordinates, with all constants; not a number where they overflow.
        """
        judged = log_likelihood(self.elicited, self.parameters(points, xp), xp)
        normal = -0.5 * ((points**2).sum(axis=1) + self.size * np.log(2 * np.pi))
        total: Floats = judged + normal
        return total

    def parameters(self, points: Floats, xp: Any = np) -> dict[str, Floats]:
        """Return everything that `log_terms` needs, and bias_scale, at points (M, D)."""
        elicited, assumed = self.elicited, self.elicited.assumptions
        scenarios, drivers, joint = elicited.sizes
        count = len(points)
        part = {name: points[:, at] for name, at in self._at.items()}
        effects = np.zeros((count, drivers + joint, scenarios), dtype=points.dtype)
        effects[:, elicited.signed[:, 0], elicited.signed[:, 1]] = (
            elicited.signed_scale * _to_half_normal(part["magnitude"], xp)
        )
        effects[:, elicited.free[:, 0], elicited.free[:, 1]] = elicited.free_scale * part["unclear"]
        rates = np.repeat(self._stated_rates[None], count, axis=0).astype(points.dtype)
        rates[:, self._moving] *= xp.exp(assumed.rate_spread * part["rates"])
        scale = np.full(count, assumed.bias_spread)
        if self._learns_scale:
            scale = assumed.bias_spread * _to_half_normal(part["bias_scale"][:, 0], xp)
        shift = part["bias"].reshape(count, len(elicited.sources), scenarios - 1) @ self._basis
        above = _to_half_normal(part["noise"], xp)
        return {
            "alpha": assumed.utility_spread * part["alpha"] @ self._basis,
            "initial": assumed.utility_spread * part["initial"] @ self._basis,
            "effects": effects,
            "review_time": xp.exp(self._stated_review + assumed.review_spread * part["review"]),
            "up": rates[:, :drivers],
            "down": rates[:, drivers:],
            "bias": scale[:, None, None] * shift,
            "bias_scale": scale,
            "noise": assumed.noise_floor + assumed.noise_spread * above,
        }


def _zero_sum_basis(size: int) -> Floats:
    """Return orthonormal rows (size − 1, size) that each sum to zero (Helmert's)."""
    basis = np.zeros((size - 1, size))
    for row in range(1, size):
        basis[row - 1, :row] = 1.0
        basis[row - 1, row] = -row
        basis[row - 1] /= np.sqrt(row * (row + 1.0))
    return basis


def _to_half_normal(points: Floats, xp: Any) -> Floats:
    """Return the half-normal magnitude whose rank is that of a standard normal.

    Both tails are worked out from their own small probability, so neither is rounded away.
    """
    if xp is not np:
        written: Floats = xp.half_normal(points)
        return written
    special = _special()
    low = np.sqrt(2.0) * special.erfinv(special.ndtr(np.minimum(points, 0.0)))
    high = -special.ndtri(0.5 * special.ndtr(-np.maximum(points, 0.0)))
    magnitude: Floats = np.where(points < 0, low, high)
    return np.maximum(magnitude, _LEAST)


def _from_half_normal(magnitude: Floats) -> Floats:
    """Return the standard normal whose rank is that of a half-normal magnitude."""
    special = _special()
    scaled = np.maximum(magnitude, _LEAST) / np.sqrt(2.0)
    low = special.ndtri(special.erf(scaled))
    high = -special.ndtri(special.erfc(scaled))
    points: Floats = np.where(low < 0, low, high)
    return points


def _special() -> Any:
    """Return SciPy's functions; nothing that does not move draws has to import them."""
    import scipy.special

    return scipy.special
