"""How drivers move: chains on ordered levels, each with rates of its own.

A driver moves between neighbouring levels; a link multiplies its rates by a factor of the
parent's level at the start of the step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from tarjih.equations import generator, matrix_exponential
from tarjih.scenarios.records import Study

__all__ = ["DriverLaw", "driver_laws"]

Floats = NDArray[np.float64]
Levels = NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class DriverLaw:
    """The law of one driver under every draw.

    Attributes
    ----------
    start : (L,)
        Level probabilities at step 0.
    transition : (M, G, L, L)
        One matrix for each draw and each joint setting of the parents (G = 1 without).
    parents : tuple of int
        Positions of the parent drivers.
    strides : tuple of int
        What each parent's level is multiplied by to give the setting's index.
    """

    start: Floats
    transition: Floats
    parents: tuple[int, ...]
    strides: tuple[int, ...]

    def setting(self, levels: Sequence[Levels] | Levels) -> NDArray[np.intp]:
        """Return the index of the parents' joint setting, given all drivers' levels (J, N).

        Without parents it is 0 everywhere.
        """
        index = np.zeros(np.shape(levels[0]), dtype=np.intp)
        for parent, stride in zip(self.parents, self.strides, strict=True):
            index += levels[parent] * np.intp(stride)
        return index


def driver_laws(study: Study, up: Floats, down: Floats) -> list[DriverLaw]:
    """Return the law of each driver.

    Parameters
    ----------
    study : Study
    up, down : (M, J)
        Rates per month, from the draws.
    """
    laws = []
    months = study.calendar.months
    for j, driver in enumerate(study.drivers):
        links = [link for link in study.links if link.child == driver.id]
        parents = tuple(study.driver_ids.index(link.parent) for link in links)
        sizes = [len(study.drivers[parent].levels) for parent in parents]
        strides = tuple(int(np.prod(sizes[i + 1 :])) for i in range(len(sizes)))
        factors = [
            (
                np.prod([link.rise[v] for link, v in zip(links, levels, strict=True)]),
                np.prod([link.fall[v] for link, v in zip(links, levels, strict=True)]),
            )
            for levels in product(*(range(size) for size in sizes))
        ]
        rise = np.array([factor[0] for factor in factors])
        fall = np.array([factor[1] for factor in factors])
        rates = generator(
            up[:, j, None] * rise * months, down[:, j, None] * fall * months, len(driver.levels)
        )
        norm = float(np.abs(rates).sum(axis=-1).max(initial=0.0))
        squarings = max(4, int(np.ceil(np.log2(max(norm, 1e-12)))) + 4)
        transition = matrix_exponential(rates, squarings)
        laws.append(
            DriverLaw(
                start=np.asarray(driver.at_origin),
                transition=transition,
                parents=parents,
                strides=strides,
            )
        )
    return laws
