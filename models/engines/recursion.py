"""The forward recursion over the joint of scenario and drivers, in any array namespace.

Written once for PyMC's model, for the recorded density that NUTS samples, and for NumPy; it
shares nothing with the exact engine but the equations and the evidence, and so can check it.
Drivers move one after the other, children before their parents, so that a link sees the
parent's old level: the mass of a joint state comes from those that differ from it in the level of
the moving driver only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tarjih.equations import (
    advance,
    generator,
    matrix_exponential,
    replacement,
    review_chance,
    softmax,
    utilities,
)
from tarjih.evidence import Evidence
from tarjih.scenarios.design import driver_order, features
from tarjih.scenarios.records import Study

__all__ = ["ForwardRecursion"]

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]
# NumPy arrays, PyTensor variables and a tape's numbers share no type that a checker knows.
Array = Any
_SQUARINGS = 8


class _Move:
    """How one driver moves on the grid of joint states.

    Attributes
    ----------
    driver : int
    origin : (L, X) of int
        The joint state with this driver at each level, all else as in each joint state.
    setting, level : (X,) of int
        The joint setting of its parents, and its own level.
    rise, fall : (G,)
        Factors on its rates, by setting.
    """

    def __init__(self, study: Study, levels: Ints, driver: int) -> None:
        self.driver = driver
        sizes = [len(one.levels) for one in study.drivers]
        self.size = sizes[driver]
        self.level = levels[:, driver]
        stride = int(np.prod(sizes[driver + 1 :]))
        away = np.arange(self.size)[:, None] - self.level
        self.origin = np.arange(len(levels)) + away * stride
        links = [link for link in study.links if link.child == study.drivers[driver].id]
        self.setting = np.zeros(len(levels), dtype=np.intp)
        self.rise, self.fall = np.ones(1), np.ones(1)
        for link in links:
            parent = study.driver_ids.index(link.parent)
            self.setting = self.setting * sizes[parent] + levels[:, parent]
            self.rise = np.outer(self.rise, link.rise).ravel()
            self.fall = np.outer(self.fall, link.fall).ravel()


@dataclass(frozen=True, slots=True)
class _Grid:
    """All joint driver states: their levels (X, J), chances at step 0 (X,), and moves.

    Children move before their parents, so that a link sees the parent's old level.
    """

    levels: Ints
    start: Floats
    moves: tuple[_Move, ...]


def _grid(study: Study) -> _Grid:
    sizes = [len(driver.levels) for driver in study.drivers]
    levels = np.indices(sizes, dtype=np.intp).reshape(len(sizes), -1).T
    start = np.prod(
        [np.array(one.at_origin)[levels[:, j]] for j, one in enumerate(study.drivers)], axis=0
    )
    moves = tuple(_Move(study, levels, j) for j in reversed(driver_order(study)))
    return _Grid(levels, start, moves)


class ForwardRecursion:
    """The probability of evidence under parameters, drivers and scenarios summed out.

    Parameters
    ----------
    study : Study
    evidence : Evidence
        The same for all parameters.

    Attributes
    ----------
    log_likelihood : (T+1, K, X)
        Of every step, scenario and joint driver state; largest 0 in each step.
    largest : (T+1,)
        What was taken from each step for that.
    """

    def __init__(self, study: Study, evidence: Evidence) -> None:
        self._study = study
        self._grid = _grid(study)
        levels = self._grid.levels
        on_drivers = np.zeros((len(evidence.scenario_loglik), len(levels)))
        for j, rows in enumerate(evidence.driver_loglik):
            on_drivers += rows[:, levels[:, j]]
        said = evidence.scenario_loglik[:, :, None] + on_drivers[:, None]
        self.largest: Floats = said.max(axis=(1, 2))
        self.log_likelihood: Floats = said - self.largest[:, None, None]

    def tables(self, parameters: Mapping[str, Array], xp: Any = np) -> list[Array]:
        """Return ρ (K, 1), q (K, X), and how each driver moves (L, X), in their order."""
        months = self._study.calendar.months
        rho = review_chance(parameters["review_time"], months, xp)[:, None]
        phi = features(self._study, self._grid.levels)
        eta = utilities(parameters["alpha"], parameters["effects"], phi).T
        tables = [rho, replacement(eta, rho, xp)]
        for move in self._grid.moves:
            own = slice(move.driver, move.driver + 1)
            up = parameters["up"][own] * move.rise * months
            down = parameters["down"][own] * move.fall * months
            law = matrix_exponential(generator(up, down, move.size), _SQUARINGS)
            tables.append(law[move.setting, :, move.level].T)
        return tables

    def start(self, parameters: Mapping[str, Array], xp: Any = np) -> Array:
        """Return the joint mass at step 0, (K, X), before its evidence."""
        return softmax(parameters["initial"], xp)[:, None] * self._grid.start

    def step(self, mass: Array, tables: Sequence[Array], xp: Any = np) -> Array:
        """Carry a joint mass (K, X) one step on."""
        rho, entering, *moving = tables
        for move, table in zip(self._grid.moves, moving, strict=True):
            mass = xp.sum(mass[:, move.origin] * table, axis=1)
        return advance(mass, rho, entering, xp, axis=0)

    def one_step_ahead(self, parameters: Mapping[str, Array], xp: Any = np) -> list[Array]:
        """Return the log probability of each step's evidence given that of the steps before."""
        tables = self.tables(parameters, xp)
        mass = self.start(parameters, xp)
        found: list[Array] = []
        for t, row in enumerate(self.log_likelihood):
            if t:
                mass = self.step(mass, tables, xp)
            if not row.any():
                found.append(self.largest[t])
                continue
            mass = mass * np.exp(row)
            total = xp.sum(xp.sum(mass, axis=1), axis=0)
            mass = mass / total
            found.append(xp.log(total) + self.largest[t])
        return found
