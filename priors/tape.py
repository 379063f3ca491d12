r"""A function of numbers, written down as it is computed once, so that it has a gradient.

The equations of the judgements are written for any array namespace ``xp``. Given a `Tape` as
``xp``, and arrays of `Number` in place of floats, they run as ever, and every sum or product that
they make is written down. What is written down is a list of scalar operations, each on two earlier
places: followed forwards it gives the value, backwards (the chain rule, operation by operation) all
partial derivatives at once, at some twice the cost (Griewank & Walther 2008, *Evaluating
Derivatives*, chapter 3).

So no derivative is written by hand, none can drift from the equations, and nothing has to be
compiled for a study: `tarjih.priors.replay` compiles one loop over operations, the same for all.

The list stays short because what is equal is written once, and because exact zeros and ones
cost nothing: a row that asks for no steps has no operations for them. Then operations are put in
order of their depth, and within it of their kind, so that the loop runs over stretches of one
kind.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "ADD",
    "DIVIDE",
    "EXP",
    "HALF_NORMAL",
    "LOG",
    "LOG1P",
    "MAXIMUM",
    "MULTIPLY",
    "SQRT",
    "SUBTRACT",
    "Number",
    "Recording",
    "Tape",
    "record",
]

ADD, SUBTRACT, MULTIPLY, DIVIDE, MAXIMUM, EXP, LOG, LOG1P, SQRT, HALF_NORMAL = range(10)
"""Kinds of operation; from `EXP` on they are of one number."""

# NumPy knows arrays of numbers of our own only as arrays of objects.
Array = Any


class Number:
    """A number that a tape knows by its place; a plain number on the tape is a constant.

    Arithmetic with it is written down. A product with an exact 0 is 0, whatever the other factor.
    """

    __slots__ = ("place", "tape")

    def __init__(self, tape: Tape, place: int) -> None:
        self.tape = tape
        self.place = place

    def __add__(self, other: Any) -> Any:
        return self if _is(other, 0.0) else self.tape.write(ADD, self, other)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return self if _is(other, 0.0) else self.tape.write(SUBTRACT, self, other)

    def __rsub__(self, other: Any) -> Any:
        return self.tape.write(SUBTRACT, other, self)

    def __neg__(self) -> Any:
        return 0.0 - self

    def __mul__(self, other: Any) -> Any:
        if _is(other, 0.0):
            return 0.0
        return self if _is(other, 1.0) else self.tape.write(MULTIPLY, self, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        return self if _is(other, 1.0) else self.tape.write(DIVIDE, self, other)

    def __rtruediv__(self, other: Any) -> Any:
        return 0.0 if _is(other, 0.0) else self.tape.write(DIVIDE, other, self)

    def __pow__(self, power: Any) -> Any:
        if _is(power, 2.0):
            return self * self
        if _is(power, 0.5):
            return self.tape.write(SQRT, self)
        raise TypeError(f"a tape knows squares and square roots, not the power {power}")


def _is(other: Any, value: float) -> bool:
    return not isinstance(other, Number) and bool(other == value)


class Tape:
    """What is written down, and the array namespace that writes it.

    Attributes
    ----------
    inputs : (n,) array of Number

    Examples
    --------
    >>> tape = Tape(2)
    >>> tape.sum(tape.exp(tape.inputs)).place
    4
    """

    def __init__(self, size: int) -> None:
        # One entry for each place: kind and operands; of inputs and constants, their value.
        self.entries: list[tuple[int, int, int] | float] = [math.nan] * size
        self._known: dict[Any, Number] = {}
        self.inputs: Array = np.empty(size, dtype=object)
        self.inputs[:] = [Number(self, place) for place in range(size)]

    def write(self, kind: int, left: Any, right: Any = None) -> Number:
        """Return the number that an operation makes, written down unless it is there."""
        first = self._placed(left)
        second = first if right is None else self._placed(right)
        if kind in (ADD, MULTIPLY) and second < first:
            first, second = second, first
        return self._entered((kind, first, second))

    def _placed(self, value: Any) -> int:
        return value.place if isinstance(value, Number) else self._entered(float(value)).place

    def _entered(self, entry: tuple[int, int, int] | float) -> Number:
        known = self._known.get(entry)
        if known is None:
            known = self._known[entry] = Number(self, len(self.entries))
            self.entries.append(entry)
        return known

    def exp(self, values: Array) -> Array:
        """Write down the exponential of each."""
        return self._each(EXP, math.exp, values)

    def log(self, values: Array) -> Array:
        """Write down the natural logarithm of each."""
        return self._each(LOG, math.log, values)

    def log1p(self, values: Array) -> Array:
        """Write down log(1 + each)."""
        return self._each(LOG1P, math.log1p, values)

    def half_normal(self, values: Array) -> Array:
        """Write down the half-normal magnitude whose rank is that of each standard normal."""
        return self._each(HALF_NORMAL, None, values)

    def _each(self, kind: int, plain: Callable[[float], float] | None, values: Array) -> Array:
        def one(value: Any) -> Any:
            if plain is not None and not isinstance(value, Number):
                return plain(value)
            return self.write(kind, value)

        return np.frompyfunc(one, 1, 1)(values)

    def maximum(self, left: Array, right: Array) -> Array:
        """Write down the greater of each pair; where they are equal, the first one moves it."""

        def one(first: Any, second: Any) -> Any:
            if isinstance(first, Number) or isinstance(second, Number):
                return self.write(MAXIMUM, first, second)
            return max(first, second)

        return np.frompyfunc(one, 2, 1)(left, right)

    def minimum(self, left: Array, right: Array) -> Array:
        """Write down the lesser of each pair."""
        return -self.maximum(-left, -np.asarray(right))

    def abs(self, values: Array) -> Array:
        """Write down the size of each."""
        return self.maximum(values, -values)

    def max(self, values: Array, *, axis: int, keepdims: bool = False) -> Array:
        """Write down the greatest along an axis."""
        first, *others = np.moveaxis(values, axis, 0)[:, None]
        for other in others:
            first = self.maximum(first, other)
        return np.expand_dims(first[0], axis) if keepdims else first[0]

    sum = staticmethod(np.sum)
    concatenate = staticmethod(np.concatenate)


@dataclass(frozen=True, slots=True, eq=False)
class Recording:
    """A recorded function: N operations on the places before them.

    Attributes
    ----------
    size : int
        Number of inputs n. They have the first places.
    constants : (C,)
        They have the places after the inputs; then come the operations.
    kind : (S,) of int
        Of each stretch of operations.
    start : (S + 1,) of int
        Where each stretch begins, counted from the first operation; the last ends at N.
    left, right : (N,) of int
        Places of the operands.
    result : int
        Place of the function's value.
    """

    size: int
    constants: NDArray[np.float64]
    kind: NDArray[np.int64]
    start: NDArray[np.int64]
    left: NDArray[np.int64]
    right: NDArray[np.int64]
    result: int


def record(function: Callable[[Array, Any], Any], size: int) -> Recording:
    """Run a function once and write down what it does.

    Parameters
    ----------
    function : callable
        Takes an array (n,) and the namespace to compute in, and returns one number. It must do the
        same whatever the array holds: a branch is recorded as it was taken.
    size : int
        Number of inputs n.

    Returns
    -------
    Recording

    Raises
    ------
    TypeError
        If the result does not depend on the array.

    Examples
    --------
    >>> recording = record(lambda x, xp: xp.sum(xp.exp(x) * 2.0), 3)
    >>> recording.constants, len(recording.left)
    (array([2.]), 8)
    """
    tape = Tape(size)
    result = function(tape.inputs, tape)
    if not isinstance(result, Number):
        raise TypeError("the function's value does not depend on its argument")
    return _ordered(tape, result.place)


def _ordered(tape: Tape, result: int) -> Recording:
    """Leave out what the result does not need; put the rest in order of depth and kind."""
    size = tape.inputs.size
    needed = {result}
    constants: list[int] = []
    operations: list[int] = []
    for place in range(len(tape.entries) - 1, size - 1, -1):
        if place in needed:
            entry = tape.entries[place]
            if isinstance(entry, tuple):
                needed.update(entry[1:])
                operations.append(place)
            else:
                constants.append(place)
    depth = dict.fromkeys((*range(size), *constants), 0)
    rows = []
    for place in reversed(operations):
        kind, left, right = tape.entries[place]  # type: ignore[misc]
        depth[place] = 1 + max(depth[left], depth[right])
        rows.append((depth[place], kind, place, left, right))
    rows.sort()
    order = [*range(size), *constants, *(place for _, _, place, _, _ in rows)]
    moved = {place: number for number, place in enumerate(order)}
    stretch = np.array([row[:2] for row in rows], dtype=np.int64).reshape(-1, 2)
    begins = np.flatnonzero((np.diff(stretch, axis=0, prepend=-1) != 0).any(axis=1))
    return Recording(
        size=size,
        constants=np.array([tape.entries[place] for place in constants], dtype=np.float64),
        kind=stretch[begins, 1],
        start=np.append(begins, len(rows)),
        left=np.array([moved[row[3]] for row in rows], dtype=np.int64),
        right=np.array([moved[row[4]] for row in rows], dtype=np.int64),
        result=moved[result],
    )
