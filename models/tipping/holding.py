"""How probable it is that drivers come to stand at certain levels together.

The mass of those that have never held all the levels at once is carried from as-of on; at each
step the places where they hold are taken out of it. Scenarios do not act on drivers, so one row
for all of them is enough.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from tarjih.models.engines.protocol import Ahead, path_noise
from tarjih.models.posterior import Posterior

__all__ = ["Reached", "chances_together"]

Floats = NDArray[np.float64]
_SETS_AT_ONCE = 256


@dataclass(frozen=True, slots=True, order=True)
class Reached:
    """A driver (by position) at a level or past it.

    Attributes
    ----------
    up : bool
        Past it means above; otherwise below.
    """

    driver: int
    level: int
    up: bool


def chances_together(
    posterior: Posterior, asked: Sequence[Sequence[Reached]], last_step: int
) -> tuple[Floats, Floats]:
    """Return the chance that all of each set hold at one and the same step after as-of.

    Parameters
    ----------
    posterior : Posterior
    asked : sequence of S sets
    last_step : int
        The last that counts.

    Returns
    -------
    chance, noise : (M, S)
        Under each draw, and the variance owed to sampled paths.
    """
    draws = len(posterior.engine.draws)
    chance, noise = np.zeros((draws, len(asked))), np.zeros((draws, len(asked)))
    for first in range(0, len(asked), _SETS_AT_ONCE):
        some = asked[first : first + _SETS_AT_ONCE]
        parts = posterior.map(partial(_held, asked=some), last_step)
        columns = slice(first, first + len(some))
        chance[:, columns] = np.concatenate([part[0] for part in parts])
        noise[:, columns] = np.concatenate([part[1] for part in parts])
    return chance, noise


def _held(ahead: Ahead, asked: Sequence[Sequence[Reached]]) -> tuple[Floats, Floats]:
    """Return chances and noise of one block, (m, S)."""
    conditions = sorted({one for each in asked for one in each})
    place = {one: i for i, one in enumerate(conditions)}
    # sets of fewer are filled up with what always holds
    always, widest = len(conditions), max(len(each) for each in asked)
    needs = np.full((widest, len(asked)), always)
    for column, each in enumerate(asked):
        needs[: len(each), column] = [place[one] for one in each]
    share = ahead.mass.sum(axis=0)
    never = np.repeat(share[None, None], len(asked), axis=0)
    holds = np.ones((len(conditions) + 1, len(share)), dtype=bool)
    for step in ahead.steps:
        if step.shift is not None:
            never = step.shift(never)
        for row, one in zip(holds, conditions, strict=False):
            at = step.levels[one.driver]
            row[:] = at >= one.level if one.up else at <= one.level
        together = holds[needs[0]]
        for each in needs[1:]:
            together &= holds[each]
        np.copyto(never[:, 0], 0.0, where=together)
    left = never[:, 0]
    chance = 1.0 - ahead.per_draw(left).T
    if not ahead.sampled:
        return chance, np.zeros_like(chance)
    return chance, path_noise(share - left, share, chance)
