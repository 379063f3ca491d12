"""The scores as bare mathematics: rows of probabilities and indices that were checked before.

Shapes: ``p`` (..., K), each row summing to one, columns past a question's own options 0;
``index`` (...) of what came true. What they mean stands in ``scores``.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["brier_of", "brier_of_yes", "log_of", "rps_of", "spherical_of", "spread_of"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


def brier_of(p: FloatArray, index: IntArray) -> FloatArray:
    """Return Brier scores from 0 to 2."""
    # Σ(p − e)² = Σp² − 2p_o + 1 loses digits near zero; this does not.
    miss = p - (np.arange(p.shape[-1]) == index[..., None])
    score: FloatArray = np.einsum("...k,...k->...", miss, miss)
    return score


def brier_of_yes(p: FloatArray, index: IntArray) -> FloatArray:
    """Return Brier scores from 0 to 1 of rows (no, yes)."""
    score: FloatArray = np.square(p[..., 1] - index)
    return score


def log_of(p: FloatArray, index: IntArray) -> FloatArray:
    """Return minus the natural logarithms."""
    with np.errstate(divide="ignore"):
        score: FloatArray = -np.log(_hit(p, index))
    return score + 0.0


def rps_of(p: FloatArray, index: IntArray) -> FloatArray:
    """Return ranked probability scores, lowest level first."""
    below = np.cumsum(p, axis=-1)[..., :-1]
    miss = below - (np.arange(p.shape[-1] - 1) >= index[..., None])
    score: FloatArray = np.einsum("...k,...k->...", miss, miss)
    return score


def spherical_of(p: FloatArray, index: IntArray) -> FloatArray:
    """Return one less the spherical scores."""
    length = np.sqrt(np.einsum("...k,...k->...", p, p))
    score: FloatArray = np.maximum(1 - _hit(p, index) / length, 0.0)
    return score


def spread_of(p: FloatArray) -> FloatArray:
    """Return the Brier scores from 0 to 2 that forecasts expect of themselves."""
    spread: FloatArray = np.einsum("...k,...k->...", p, 1 - p)
    return spread


def _hit(p: FloatArray, index: IntArray) -> FloatArray:
    hit: FloatArray = np.take_along_axis(p, index[..., None], axis=-1)[..., 0]
    return hit
