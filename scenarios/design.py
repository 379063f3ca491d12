"""From driver levels to the features φ of the model's equations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tarjih.errors import InvalidRequest, Problem
from tarjih.scenarios.checks import link_order
from tarjih.scenarios.records import Study

__all__ = ["Design", "driver_order", "effect_words", "features"]


@dataclass(frozen=True, slots=True)
class Design:
    """What turns levels into features, looked up once for each study.

    Attributes
    ----------
    scores : tuple of (1 + L_j + 1,) float64
        For each driver its centred scores between two NaN, so that a level that does not
        exist shows at once.
    conjunctions : tuple of ((driver, least level), ...)
    held_at_reference : tuple of float
        1 where a conjunction holds at the reference levels.
    """

    scores: tuple[NDArray[np.float64], ...]
    conjunctions: tuple[tuple[tuple[int, int], ...], ...]
    held_at_reference: tuple[float, ...]

    @classmethod
    def of(cls, study: Study) -> Design:
        """Build the tables of a study."""
        scores = tuple(
            np.array([np.nan, *(level.score for level in driver.levels), np.nan])
            - driver.levels[driver.reference].score
            for driver in study.drivers
        )
        for row in scores:
            row.flags.writeable = False
        index = {id: j for j, id in enumerate(study.driver_ids)}
        conjunctions = tuple(
            tuple((index[id], level) for id, level in conjunction.requires.items())
            for conjunction in study.conjunctions
        )
        held = tuple(
            float(all(study.drivers[j].reference >= level for j, level in needs))
            for needs in conjunctions
        )
        return cls(scores, conjunctions, held)


def features(study: Study, levels: Any) -> NDArray[np.float64]:
    """Return φ(x): centred scores of the drivers, then centred conjunctions.

    Parameters
    ----------
    study : Study
    levels : (..., J) integers
        Index of each driver's level, in the order of ``study.drivers``.

    Returns
    -------
    (..., J + C) float64
        ``x_j − x_j°``, then ``I_c(x) − I_c(x°)``: all zero at the reference levels. NaN for a
        level that its driver does not have.

    Raises
    ------
    InvalidRequest
        If the last axis is not that of the drivers, or levels are no integers.
    """
    design = study.design
    levels = np.asarray(levels)
    size = len(design.scores)
    if levels.ndim == 0 or levels.shape[-1] != size or levels.dtype.kind not in "iu":
        raise InvalidRequest(
            Problem(
                "",
                "levels must be integers, one for each driver along the last axis",
                got=f"{levels.dtype} {levels.shape}",
                allowed=f"(..., {size})",
            )
        )
    result = np.empty((*levels.shape[:-1], size + len(design.conjunctions)))
    # One driver at a time: whole-array temporaries cost ten times the look-up itself.
    for j, scores in enumerate(design.scores):
        result[..., j] = scores.take(levels[..., j].astype(np.intp) + 1, mode="clip")
    for c, needs in enumerate(design.conjunctions):
        held = np.ones(levels.shape[:-1], bool)
        for j, level in needs:
            held &= levels[..., j] >= level
        np.subtract(held, design.held_at_reference[c], out=result[..., size + c])
    return result


def effect_words(study: Study) -> NDArray[np.object_]:
    """Return the word of each effect, ``"no effect"`` where none is stated.

    Returns
    -------
    (J + C, K) array of str
        Drivers, then conjunctions; scenarios in their order.
    """
    rows = [
        *[[one.effects.get(id, "no effect") for one in study.scenarios] for id in study.driver_ids],
        *[
            [one.conjunction_effects.get(c.id, "no effect") for one in study.scenarios]
            for c in study.conjunctions
        ],
    ]
    words = np.array(rows, dtype=object).reshape(len(rows), len(study.scenarios))
    words.flags.writeable = False
    return words


def driver_order(study: Study) -> tuple[int, ...]:
    """Return positions of the drivers, parents before children, else as written."""
    order = link_order(study.driver_ids, [(link.parent, link.child) for link in study.links])
    index = {id: j for j, id in enumerate(study.driver_ids)}
    return tuple(index[id] for id in order)
