"""Murphy's decomposition of the Brier score, with stated bins.

Forecasts in one bin are treated alike: reliability is how far their mean lies from the
frequency of yes among them, resolution how far those frequencies lie from the frequency over
all. Murphy's three parts add up only where a bin holds one forecast value. With wider bins two
more terms appear (Stephenson, Coelho & Jolliffe 2008), kept here as one number, so that ::

    score = reliability − resolution + uncertainty + within_bins

holds exactly, whatever the bins. The CORP decomposition needs none of this; Murphy's is given
because most published scores come with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from tarjih.errors import InvalidRequest, Problem
from tarjih.scoring.calibration.corp import checked_binary

__all__ = ["TENTHS", "MurphyParts", "murphy_decomposition"]

TENTHS: tuple[float, ...] = tuple(i / 10 for i in range(11))


@dataclass(frozen=True, slots=True)
class MurphyParts:
    """The Brier score (0 to 1) and its parts.

    Attributes
    ----------
    score, reliability, resolution, uncertainty, within_bins : float
        ``score = reliability − resolution + uncertainty + within_bins``. Less reliability is
        better, more resolution is better.
    bins : tuple of float
        Their bounds. A bin holds its lower bound, the last one its upper bound as well.
    """

    score: float
    reliability: float
    resolution: float
    uncertainty: float
    within_bins: float
    bins: tuple[float, ...]


def murphy_decomposition(
    forecast: ArrayLike,
    outcome: ArrayLike,
    *,
    weight: ArrayLike | None = None,
    bins: tuple[float, ...] = TENTHS,
) -> MurphyParts:
    """Decompose the mean Brier score of yes-or-no forecasts.

    Parameters
    ----------
    forecast : array_like, shape (n,)
        Probabilities of yes.
    outcome : array_like, shape (n,)
        1 for yes, 0 for no.
    weight : array_like, shape (n,), optional
        Not negative; default: all the same.
    bins : tuple of float
        Rising bounds from 0 to 1. Default: tenths.

    Returns
    -------
    MurphyParts
        The parts add up to 1e-12.

    Raises
    ------
    InvalidRequest
        If something is no probability, no outcome or no weight, or the bins do not rise from 0
        to 1.

    References
    ----------
    Murphy 1973, doi:10.1175/1520-0450(1973)012<0595:ANVPOT>2.0.CO;2; Stephenson, Coelho &
    Jolliffe 2008, doi:10.1175/2007WAF2006116.1

    Examples
    --------
    >>> parts = murphy_decomposition([0.1, 0.4, 0.8, 0.4], [0, 1, 1, 0])
    >>> [round(part, 4) for part in (parts.reliability, parts.resolution, parts.uncertainty)]
    [0.0175, 0.125, 0.25]
    """
    x, y, w = checked_binary(forecast, outcome, weight)
    bounds = np.asarray(bins, dtype=np.float64)
    if len(bounds) < 2 or bounds[0] != 0 or bounds[-1] != 1 or not np.all(np.diff(bounds) > 0):
        raise InvalidRequest(Problem("bins", "not bins", str(bins), "rising bounds from 0 to 1"))
    place = np.searchsorted(bounds[1:-1], x, side="right")
    total = np.bincount(place, w, len(bounds) - 1)
    held = total > 0
    mean = np.bincount(place, w * x, len(bounds) - 1)[held] / total[held]
    frequency = np.bincount(place, w * y, len(bounds) - 1)[held] / total[held]
    overall = float(np.sum(w * y))
    score = float(np.sum(w * np.square(x - y)))
    reliability = float(total[held] @ np.square(mean - frequency))
    resolution = float(total[held] @ np.square(frequency - overall))
    uncertainty = overall * (1 - overall)
    # Deviations within a bin, of the forecasts by themselves and together with the outcomes.
    at = np.cumsum(held)[place] - 1
    spread = x - mean[at]
    within = float(np.sum(w * (np.square(spread) - 2 * spread * (y - frequency[at]))))
    return MurphyParts(score, reliability, resolution, uncertainty, within, tuple(bins))
