"""Where histories begin: a draw of the parameters, driver levels and a scenario, at as-of.

All three are taken together, by their joint probability given the evidence, at points of
a golden-ratio sequence: evenly spread over the draws and their places, however many are asked
for and whichever part of them is looked at; each point by itself is uniform (Weyl 1916).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tarjih.models.engines.protocol import Ahead
from tarjih.models.forecasting import diagnose, normalised
from tarjih.models.posterior import Posterior
from tarjih.models.record import Diagnostics

__all__ = ["Starts", "find_starts", "golden_points"]

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)  # 2**64 divided by the golden ratio
_STREAM = 0x52
_MOST_ENTRIES = 2**22


@dataclass(frozen=True, slots=True, eq=False)
class Starts:
    """The joint law of draw, driver levels and scenario at as-of, as a list of entries.

    Attributes
    ----------
    bounds : (E,)
        Running sums of the entries' probabilities, draw by draw.
    scenario : (E,) int8
    levels : (J, E) int8
    draws : int
        M; each has E / M entries.
    offset : int
        Where the sequence of points begins, of 2**64.
    diagnostics : Diagnostics
        Of the weights.
    """

    bounds: Floats
    scenario: Codes
    levels: Codes
    draws: int
    offset: int
    diagnostics: Diagnostics

    def take(self, first: int, count: int) -> tuple[NDArray[np.int32], Codes, Codes]:
        """Return draws (n,), scenarios (n,) and levels (J, n) of histories ``first`` and on."""
        point = golden_points(self.offset, first, count)
        entry = np.searchsorted(self.bounds, point, side="right")
        draw = (entry // (len(self.bounds) // self.draws)).astype(np.int32)
        return draw, self.scenario[entry], self.levels[:, entry]


@dataclass(frozen=True, slots=True)
class _Part:
    """A block's share: entries (m, e) of m draws, each summing to one, and their places' mass."""

    log_weight: Floats
    mass: Floats
    scenario: Codes
    levels: Codes
    places: Floats


def find_starts(posterior: Posterior) -> Starts:
    """Return where histories from as-of on may begin."""
    draws = len(posterior.engine.draws)
    most = max(_MOST_ENTRIES // draws, 1)
    parts = posterior.map(lambda ahead: _entries(ahead, most), posterior.as_of_step)
    log_weight = normalised(np.concatenate([part.log_weight for part in parts]))
    weight = np.exp(log_weight)
    bounds = np.cumsum(np.concatenate([part.mass for part in parts]) * weight[:, None])
    bounds /= bounds[-1]
    by_place = np.concatenate([part.places for part in parts]) * weight[:, None]
    seed = np.random.SeedSequence([posterior.engine.seed, _STREAM])
    return Starts(
        bounds=bounds,
        scenario=np.concatenate([part.scenario for part in parts]),
        levels=np.concatenate([part.levels for part in parts], axis=1),
        draws=draws,
        offset=int(seed.generate_state(1, np.uint64)[0]),
        diagnostics=diagnose(
            log_weight,
            paths=posterior.engine.paths,
            ess_paths=float(by_place.sum() ** 2 / (by_place**2).sum()),
        ),
    )


def _entries(ahead: Ahead, most: int) -> _Part:
    """Return the entries of a block: all of them, or ``most`` of each draw, evenly spread."""
    scenarios = len(ahead.mass)
    draws = len(ahead.log_weight)
    mass = np.ascontiguousarray(ahead.mass.T).reshape(draws, -1)
    each = mass.shape[1]
    if each <= most:
        entry = np.arange(each)[None] + np.arange(draws)[:, None] * each
    else:
        # every draw is cut at points of its own, so that nothing rare is left out of all
        start = golden_points(0, ahead.draws.start, draws)
        points = (np.arange(most) + start[:, None]) / most
        bounds = np.cumsum(mass, axis=1)
        chosen = [
            np.searchsorted(row, at * row[-1], side="right")
            for row, at in zip(bounds, points, strict=True)
        ]
        entry = np.stack(chosen) + np.arange(draws)[:, None] * each
        mass = np.full(entry.shape, 1 / most)
    place, scenario = np.divmod(entry.ravel(), scenarios)
    by_place = ahead.mass.sum(axis=0).reshape(draws, -1) if ahead.sampled else np.ones((draws, 1))
    return _Part(
        log_weight=ahead.log_weight,
        mass=mass,
        scenario=scenario.astype(np.int8),
        levels=ahead.levels[:, place].astype(np.int8),
        places=by_place,
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
