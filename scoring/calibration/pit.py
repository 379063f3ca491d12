"""The probability integral transform of ordered outcomes, made continuous by dice.

Where the forecasts are calibrated, the level that came true falls evenly over the forecast's
own distribution: a histogram of the transform is flat. One that is high at both ends shows
forecasts that were too sure; one that is high in the middle, too timid ones.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tarjih.scoring.rules import checked_forecasts

__all__ = ["probability_integral_transform"]


def probability_integral_transform(
    probability: ArrayLike, outcome: ArrayLike, *, seed: int = 0
) -> NDArray[np.float64]:
    """Return F(o − 1) + v·p(o), with v even on [0, 1).

    Parameters
    ----------
    probability : array_like, shape (n,) or (n, K)
        Of yes; or of the levels, lowest first.
    outcome : array_like, shape (n,)
        1 for yes, 0 for no; or the index of the level that came true.
    seed : int
        Of the dice: outcomes are discrete, so a place within the level has to be drawn.

    Returns
    -------
    ndarray, shape (n,)
        In [0, 1]; even when the forecasts are calibrated.

    Raises
    ------
    InvalidRequest
        If something is no probability, or no outcome.

    References
    ----------
    Smith 1985, doi:10.1002/for.3980040305; Czado, Gneiting & Held 2009,
    doi:10.1111/j.1541-0420.2009.01191.x

    Examples
    --------
    >>> places = probability_integral_transform([[0.2, 0.5, 0.3]] * 3, [0, 1, 2])
    >>> bool(places[0] < 0.2 <= places[1] < 0.7 <= places[2])
    True
    """
    rows, index = checked_forecasts(probability, outcome)
    ends = np.cumsum(rows, axis=-1)
    at = np.take_along_axis(ends, index[..., None], axis=-1)[..., 0]
    width = np.take_along_axis(rows, index[..., None], axis=-1)[..., 0]
    dice = np.random.default_rng(seed).random(index.shape)
    return np.clip(at - (1 - dice) * width, 0.0, 1.0)
