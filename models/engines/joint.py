"""All drivers at once: every joint state in one grid, moved group by group.

Drivers move independently given the levels of the step before, so the joint transition is a
product of small matrices and is never written out. Neighbours on the grid are put together
into groups of up to 32 states, whose transition is one matrix: a move is then a few products
of small matrices, which the linear algebra library does far faster than a pass for every
driver. A linked driver needs the *old* level of its parents: children are moved first, and
a group whose parents stand in another group has one matrix for each of their settings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from math import prod

import numpy as np
from numpy.typing import NDArray

from tarjih.models.engines.drivers import DriverLaw

__all__ = ["JointDrivers", "log_sum"]

Floats = NDArray[np.float64]
_GROUP = 32
_GROUP_ENTRIES = 2**12
# Measured nanoseconds for each state and mass: of a pass, of a multiplication, of a product
# of matrices whatever its size; and how many masses share a product, as far as they can.
_PASS, _TIMES, _PRODUCT = 0.5, 0.045, 60.0
_ROWS = 20
# Larger products would be shared among threads by the linear algebra library itself.
_LARGEST_PRODUCT = 2**18


@dataclass(frozen=True, slots=True)
class _Group:
    """Drivers that move together.

    Attributes
    ----------
    members, outside : tuple of int
        Drivers; their parents that are not members.
    before : tuple of int
        Numbers of levels of the drivers that stand before them on the grid.
    size, after : int
        Joint states of the members, and of all drivers that stand after them.
    """

    members: tuple[int, ...]
    outside: tuple[int, ...]
    before: tuple[int, ...]
    size: int
    after: int

    @property
    def cost(self) -> float:
        """About what it takes to move them."""
        shared = self.size * (_ROWS if self.after == 1 else self.after)
        return _PASS + _TIMES * self.size + _PRODUCT / shared


class JointDrivers:
    """The joint chain of all drivers, for every draw.

    Parameters
    ----------
    laws : sequence of DriverLaw
        In the order of the study's drivers.

    Attributes
    ----------
    size : int
        X, joint states.
    levels : (J, X) of int
        The level of each driver in each joint state.
    start : (X,)
        Probabilities at step 0.
    """

    def __init__(self, laws: Sequence[DriverLaw]) -> None:
        self._laws = laws
        sizes = [len(law.start) for law in laws]
        self._sizes = sizes
        self.size = prod(sizes)
        self._axes = _axes([law.parents for law in laws])
        grid = np.indices([sizes[j] for j in self._axes], dtype=np.intp).reshape(-1, self.size)
        self.levels = np.empty((len(laws), self.size), dtype=np.intp)
        self.levels[list(self._axes)] = grid
        self.levels.flags.writeable = False
        self.start = np.ones(self.size)
        for law, level in zip(laws, self.levels, strict=True):
            self.start *= law.start[level] / law.start.sum()
        self._groups = self._grouped()

    @property
    def entries(self) -> int:
        """Numbers that the transitions of one draw take."""
        return sum(
            group.size**2 * prod(self._sizes[j] for j in group.outside) for group in self._groups
        )

    def transitions(self, block: slice, held: Mapping[int, int]) -> tuple[Floats, ...]:
        """Return the matrices of every group, (m, [1 or L of each driver before,] g, g).

        Parameters
        ----------
        block : slice
            m draws.
        held : mapping of driver to level
            Drivers that go to this level, wherever they stand.
        """
        return tuple(self._transition(group, block, held) for group in self._groups)

    def move(self, mass: Floats, transitions: Sequence[Floats]) -> Floats:
        """Return masses (..., m·X) one step on."""
        moved = mass
        for group, matrix in reversed(list(zip(self._groups, transitions, strict=True))):
            moved = _multiply(moved.reshape(-1, len(matrix), self.size), group, matrix)
        return moved.reshape(mass.shape)

    def move_logs(self, log_mass: Floats, log_transitions: Sequence[Floats]) -> Floats:
        """Return logs of masses (K, m, X) one step on, where the masses would be too small.

        Parameters
        ----------
        log_transitions : sequence of arrays
            Logs of `transitions`.
        """
        moved = log_mass
        for group, matrix in reversed(list(zip(self._groups, log_transitions, strict=True))):
            inner = group.before if group.outside else (prod(group.before),)
            wide = moved.reshape(*log_mass.shape[:2], *inner, group.size, 1, group.after)
            if not group.outside:
                matrix = matrix[:, None]
            moved = log_sum(wide + matrix[..., None], axis=-3)
        return moved.reshape(log_mass.shape)

    def _grouped(self) -> tuple[_Group, ...]:
        """Cut the axes into the runs that are moved at least cost."""
        limit = max(1, min(_GROUP, _LARGEST_PRODUCT // self.size))
        best: list[tuple[float, tuple[_Group, ...]]] = [(0.0, ())]
        for stop in range(1, len(self._axes) + 1):
            choices = []
            for first in range(stop):
                group = self._group(first, stop)
                entries = group.size**2 * prod(self._sizes[j] for j in group.outside)
                if first == stop - 1 or (group.size <= limit and entries <= _GROUP_ENTRIES):
                    cost, before = best[first]
                    choices.append((cost + group.cost, (*before, group)))
            best.append(min(choices, key=lambda choice: choice[0]))
        return tuple(group for group in best[-1][1] if group.size > 1)

    def _group(self, first: int, stop: int) -> _Group:
        members = self._axes[first:stop]
        parents = {parent for j in members for parent in self._laws[j].parents}
        return _Group(
            members,
            tuple(j for j in self._axes[:first] if j in parents),
            tuple(self._sizes[j] for j in self._axes[:first]),
            prod(self._sizes[j] for j in members),
            prod(self._sizes[j] for j in self._axes[stop:]),
        )

    def _transition(self, group: _Group, block: slice, held: Mapping[int, int]) -> Floats:
        """Multiply the members' own matrices out over the outside parents and old and new."""
        given = (*group.outside, *group.members)
        old = {j: 1 + place for place, j in enumerate(given)}
        new = {j: 1 + len(given) + place for place, j in enumerate(group.members)}
        axes = 1 + len(given) + len(group.members)
        draws = len(range(*block.indices(len(self._laws[0].transition))))
        wide = (draws, *(self._sizes[j] for j in group.outside))
        factors = [np.ones(wide + (1,) * (axes - len(wide)))]
        for j in group.members:
            law, size = self._laws[j], self._sizes[j]
            shape = [1] * axes
            shape[old[j]] = shape[new[j]] = size
            if j in held:
                own = np.zeros((size, size))
                own[:, held[j]] = 1.0
            else:
                parents = sorted(set(law.parents), key=old.__getitem__)
                setting = np.zeros([self._sizes[parent] for parent in parents], dtype=np.intp)
                for parent, stride in zip(law.parents, law.strides, strict=True):
                    level = np.arange(self._sizes[parent]) * stride
                    place = parents.index(parent)
                    setting += level.reshape([-1] + [1] * (len(parents) - 1 - place))
                    shape[old[parent]] = self._sizes[parent]
                # parents stand before their children, and old levels before new ones
                own = law.transition[block][:, setting]
                shape[0] = draws
            factors.append(own.reshape(shape))
        product: Floats = reduce(np.multiply, factors)
        if group.outside:
            position = {j: self._sizes[j] for j in group.outside}
            before = [position.get(j, 1) for j in self._axes[: len(group.before)]]
            return product.reshape(draws, *before, group.size, group.size)
        return product.reshape(draws, group.size, group.size)


def log_sum(logs: Floats, axis: int | tuple[int, ...]) -> Floats:
    """Return the log of the sum of exponentials along axes; −inf for a sum of nothing."""
    largest = logs.max(axis=axis, keepdims=True)
    safe = np.where(np.isfinite(largest), largest, 0.0)
    with np.errstate(divide="ignore"):
        total: Floats = np.log(np.exp(logs - safe).sum(axis=axis)) + safe.squeeze(axis)
    return total


def _axes(parents: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Order drivers for the grid: parents before children, the linked side by side."""
    family = list(range(len(parents)))
    for child, above in enumerate(parents):
        for parent in above:
            old, new = family[child], family[parent]
            family = [new if one == old else one for one in family]
    order: list[int] = []
    for name in dict.fromkeys(family):
        waiting = [j for j, one in enumerate(family) if one == name]
        while waiting:
            ready = next(j for j in waiting if not set(parents[j]) & set(waiting))
            waiting.remove(ready)
            order.append(ready)
    return tuple(order)


def _multiply(mass: Floats, group: _Group, matrix: Floats) -> Floats:
    """Move one group in masses (B, m, X)."""
    moved = np.empty(mass.shape)
    before = group.before if group.outside else (prod(group.before),)
    if not group.outside:
        matrix = matrix[:, None]
    shape = (*mass.shape[:2], *before, group.size, group.after)
    old, new = mass.reshape(shape), moved.reshape(shape)
    if group.after > 1:
        np.matmul(matrix.swapaxes(-1, -2), old, out=new)
        return moved
    old, new = old[..., 0], new[..., 0]
    if group.outside or before[0] < len(mass):
        # one product for all the masses
        np.matmul(np.moveaxis(old, 0, -2), matrix, out=np.moveaxis(new, 0, -2))
    else:
        np.matmul(old, matrix[:, 0], out=new)
    return moved
