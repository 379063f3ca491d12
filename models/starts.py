"""Where histories begin: a draw of the parameters, driver levels and a scenario, at as-of.

All three are taken together, by their joint probability given the evidence, at points of
a golden-ratio sequence: evenly spread over the draws and their places, however many are asked
for and whichever part of them is looked at; each point by itself is uniform (Weyl 1916).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tarjih.models.engine import Ahead
from tarjih.models.forecasting import diagnose, normalised
from tarjih.models.posterior import Posterior
from tarjih.models.record import Diagnostics

__all__ = ["Starts", "find_starts", "golden_points"]

Floats = NDArray[np.float64]
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)  # 2**64 divided by the golden ratio
_STREAM = 0x52


@dataclass(frozen=True, slots=True, eq=False)
class Starts:
    """The joint law of draw, place and scenario at as-of.

    Attributes
    ----------
    bounds : (P·K,)
        Running sums of the probabilities of the P places, each with its K scenarios.
    levels : (J, P) int8
        Driver levels of the places.
    scenarios, width : int
        K, and how many places there are of each draw.
    offset : int
        Where the sequence of points begins, of 2**64.
    diagnostics : Diagnostics
        Of the weights.
    """

    bounds: Floats
    levels: NDArray[np.int8]
    scenarios: int
    width: int
    offset: int
    diagnostics: Diagnostics

    def take(
        self, first: int, count: int
    ) -> tuple[NDArray[np.int32], NDArray[np.int8], NDArray[np.int8]]:
        """Return draws (n,), scenarios (n,) and levels (J, n) of histories ``first`` and on."""
        point = golden_points(self.offset, first, count)
        place, scenario = np.divmod(
            np.searchsorted(self.bounds, point, side="right"), self.scenarios
        )
        draw = (place // self.width).astype(np.int32)
        return draw, scenario.astype(np.int8), self.levels[:, place]


def find_starts(posterior: Posterior) -> Starts:
    """Return where histories from as-of on may begin."""

    def gather(ahead: Ahead) -> tuple[Floats, Floats, NDArray[np.int8], bool]:
        return (
            ahead.log_weight,
            np.ascontiguousarray(ahead.mass.T),
            ahead.levels.astype(np.int8),
            ahead.sampled,
        )

    log_weights, masses, levels, sampled = zip(
        *posterior.map(gather, posterior.as_of_step), strict=True
    )
    log_weight = normalised(np.concatenate(log_weights))
    mass = np.concatenate(masses)
    weight = np.repeat(np.exp(log_weight), len(mass) // len(log_weight))
    mass *= weight[:, None]
    bounds = np.cumsum(mass)
    bounds /= bounds[-1]
    by_place = mass.sum(axis=1) if sampled[0] else np.exp(log_weight)
    seed = np.random.SeedSequence([posterior.engine.seed, _STREAM])
    return Starts(
        bounds=bounds,
        levels=np.concatenate(levels, axis=1),
        scenarios=mass.shape[1],
        width=len(mass) // len(log_weight),
        offset=int(seed.generate_state(1, np.uint64)[0]),
        diagnostics=diagnose(
            log_weight,
            paths=posterior.engine.paths,
            ess_paths=float(by_place.sum() ** 2 / (by_place**2).sum()),
        ),
    )


def golden_points(offset: int, first: int, count: int) -> Floats:
    """Return points ``first`` and on of a sequence that fills [0, 1) evenly.

    Parameters
    ----------
    offset : int
        Where it begins, of 2**64.
    first, count : int

    Examples
    --------
    >>> np.sort(golden_points(0, 0, 5)).round(2)
    array([0.  , 0.24, 0.47, 0.62, 0.85])
    """
    number = np.arange(first, first + count, dtype=np.uint64)
    turned = number * _GOLDEN + np.uint64(offset)  # whole numbers wrap round
    return (turned >> np.uint64(11)).astype(np.float64) * 2.0**-53
