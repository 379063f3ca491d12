r"""Trust that is learned: one latent per teller, the same in everything it tells.

A letter is somebody's guess at how reliable a teller is. With ``trust: learned`` each teller
:math:`s` may be better or worse than its grades by :math:`\delta_s \sim N(0, \tau^2)` on the
logit of its reliability, :math:`\tau` being ``trust_spread``. Every draw of the parameters
carries a throw of its own for every teller, and is weighed by all evidence at once: draws in
which an outlet is trusted lose weight as what it tells fails to agree with everything else,
so trust and belief are updated jointly (Merdes, von Sydow & Hahn 2021,
doi:10.1007/s11229-020-02595-2). Reports of one teller are then no longer independent.

*What a grade still means.* The table gives the mean of a reliability. So the logit is centred
at the :math:`\mu` for which :math:`E[\mathrm{logistic}(\mu + \tau z)]` is the graded value:
a likelihood is linear in the reliability, so one report says exactly what it says under fixed
trust, and only the second report of a teller makes a difference.

*Where the throws belong.* A throw depends on seed, teller and draw alone (counter-based
generator: Salmon et al. 2011, doi:10.1145/2063384.2063405); another teller, other evidence or
more draws change none.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from tarjih.priors.assumptions import assumptions_of
from tarjih.scenarios.records import Study

__all__ = ["Trust", "centred_logit", "throw_trust"]

Array = NDArray[np.float64]
_REACH = 9.0  # standard deviations; what lies beyond weighs less than 1e-18
_POINTS = 721
_HALVINGS = 200


@dataclass(frozen=True, slots=True, eq=False)
class Trust:
    """How much better or worse than its grades each teller is, under each draw.

    Attributes
    ----------
    spread : float
        τ, in logits: standard deviation of the shifts before any evidence.
    count : int
        M, the number of draws.
    shifts : mapping of teller id to (M,)
        δ, in logits; read-only.

    Raises
    ------
    ValueError
        If a teller has more or fewer shifts than there are draws.
    """

    spread: float
    count: int
    shifts: Mapping[str, Array]

    def __len__(self) -> int:
        return self.count

    def __post_init__(self) -> None:
        shifts = {}
        for teller, values in self.shifts.items():
            array = np.array(values, dtype=np.float64)
            if array.shape != (self.count,):
                raise ValueError(f"{teller} must have {self.count} shifts, not {array.shape}")
            array.flags.writeable = False
            shifts[teller] = array
        object.__setattr__(self, "shifts", MappingProxyType(shifts))

    def reliability(self, teller: str, graded: float) -> Array:
        """Return the reliability of a teller's report under each draw.

        Parameters
        ----------
        teller : str
        graded : float
            What its grades say, in (0, 1): the mean over the law of the shifts.

        Returns
        -------
        (M,)
        """
        logit = centred_logit(graded, self.spread) + self.shifts[teller]
        reliability: Array = np.exp(-np.logaddexp(0.0, -logit))
        return reliability

    def take(self, index: NDArray[np.integer]) -> Trust:
        """Return the shifts of the draws at the given positions."""
        taken = {teller: shifts[index] for teller, shifts in self.shifts.items()}
        return replace(self, count=len(index), shifts=taken)


def throw_trust(study: Study, count: int, seed: int) -> Trust:
    """Throw the trust in every source of a study, for every draw.

    Parameters
    ----------
    study : Study
        Its ``trust_spread`` is the spread.
    count : int
        M. More draws add throws, and change none.
    seed : int

    Returns
    -------
    Trust

    Raises
    ------
    InvalidStudy
        If the study's own assumptions are wrong.

    Examples
    --------
    >>> from tarjih.scenarios import load
    >>> study = load("syria_russia")
    >>> few, many = throw_trust(study, 10, seed=1), throw_trust(study, 2000, seed=1)
    >>> bool((few.shifts["enab_baladi"] == many.shifts["enab_baladi"][:10]).all())
    True
    """
    spread = assumptions_of(study).trust_spread
    shifts = {one.id: spread * _normals(f"{seed}:{one.id}", count) for one in study.sources}
    return Trust(spread, count, shifts)


def _normals(name: str, count: int) -> Array:
    """Return standard normal numbers (Box & Muller 1958), the m-th from two words of its own.

    NumPy's own normals may change with its versions; these do not.
    """
    key = int.from_bytes(hashlib.sha256(f"trust:{name}".encode()).digest()[:16], "big")
    words = np.random.Philox(key=key).random_raw(2 * count).reshape(count, 2)
    first, second = ((words >> np.uint64(11)) + np.uint64(1)).T * 2.0**-53  # in (0, 1]
    normals: Array = np.sqrt(-2 * np.log(first)) * np.cos(2 * math.pi * second)
    return normals


@cache
def centred_logit(mean: float, spread: float) -> float:
    """Return the μ for which ``logistic(μ + spread z)``, z standard normal, has a given mean.

    Parameters
    ----------
    mean : float
        In [1e-6, 1 - 1e-6].
    spread : float
        Not negative.

    Examples
    --------
    Doubt on the logit pulls a mean towards one half; the centre makes up for that:

    >>> round(math.log(0.85 / 0.15), 3), round(centred_logit(0.85, 1.0), 3)
    (1.735, 2.048)
    """
    # The trapezoid rule is as good as exact for a smooth function that vanishes at both ends.
    z = np.linspace(-_REACH, _REACH, _POINTS)
    weight = np.exp(-0.5 * z**2)
    weight /= weight.sum()
    low, high = (sign * (14.0 + _REACH * spread) for sign in (-1, 1))
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        if middle in (low, high):
            break
        if float(weight @ np.exp(-np.logaddexp(0.0, -(middle + spread * z)))) < mean:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
