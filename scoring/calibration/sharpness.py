"""How bold forecasts are, whether or not they come true."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tarjih.scoring.rules import checked_forecasts
from tarjih.scoring.rules.core import spread_of

__all__ = ["expected_brier"]


def expected_brier(probability: ArrayLike) -> NDArray[np.float64]:
    """Return the Brier score that each forecast expects of itself: its sharpness.

    A bold forecast expects a small one, and a forecast of 50% expects a quarter. Beside the
    score itself it tells overconfidence: who expected 0.05 and got 0.15 was too sure.

    Parameters
    ----------
    probability : array_like, shape (n,) or (n, K)
        Of yes: then p(1 − p), on the scale 0 to 1. Of K options: then 1 − Σp², on the scale
        0 to 2.

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    InvalidRequest
        If something is no probability.

    Examples
    --------
    >>> expected_brier([0.5, 0.9]).round(2).tolist()
    [0.25, 0.09]
    >>> expected_brier([[0.2, 0.5, 0.3]]).round(2).tolist()
    [0.62]
    """
    p = np.asarray(probability, dtype=np.float64)
    rows, _ = checked_forecasts(p, np.zeros(p.shape if p.ndim < 2 else p.shape[:-1], dtype=int))
    spread = spread_of(rows)
    return spread / 2 if p.ndim < 2 else spread
