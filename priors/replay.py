"""Replaying a `Recording`: the value and the gradient at a point, by one compiled loop.

The loop is compiled by Numba when it is first asked for, once for a process and for whatever is
recorded. It runs without Python's lock, so chains sampled in threads do not wait for each other.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tarjih.priors.tape import (
    ADD,
    DIVIDE,
    EXP,
    LOG,
    LOG1P,
    MAXIMUM,
    MULTIPLY,
    SQRT,
    SUBTRACT,
    Recording,
)

__all__ = ["evaluator"]

Floats = NDArray[np.float64]
Evaluator = Callable[[Floats], tuple[float, Floats]]


def evaluator(recording: Recording, *, compiled: bool = True) -> Evaluator:
    """Return a function that gives value and gradient at a point (n,).

    Each has memory of its own: give each thread its own.

    Parameters
    ----------
    recording : Recording
    compiled : bool
        If False the loop runs as plain Python, some hundred times slower.

    Examples
    --------
    >>> from tarjih.priors.tape import record
    >>> recording = record(lambda x, xp: xp.sum(xp.log(x) * 2.0), 2)
    >>> value, slope = evaluator(recording, compiled=False)(np.array([1.0, 4.0]))
    >>> round(value, 3), slope
    (2.773, array([2. , 0.5]))
    """
    replay = _loop(compiled)
    one = recording
    ahead = one.size + len(one.constants)
    values = np.zeros(ahead + len(one.left))
    values[one.size : ahead] = one.constants
    slopes = np.zeros_like(values)

    def evaluate(point: Floats) -> tuple[float, Floats]:
        values[: one.size] = point
        replay(one.kind, one.start, one.left, one.right, ahead, one.result, values, slopes)
        return float(values[one.result]), slopes[: one.size].copy()

    return evaluate


@cache
def _loop(compiled: bool) -> Any:
    if not compiled:
        from scipy.special import ndtri

        return _written(ndtri)
    import ctypes

    import numba
    from numba.extending import get_cython_function_address

    address = get_cython_function_address("scipy.special.cython_special", "ndtri")
    ndtri = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(address)
    return numba.njit(nogil=True, error_model="numpy")(_written(ndtri))


def _written(ndtri: Callable[[float], float]) -> Any:
    """Return the loop, in the part of Python that Numba compiles."""

    def replay(
        kinds: Any, start: Any, left: Any, right: Any, ahead: int, result: int, v: Any, d: Any
    ) -> None:
        for s in range(len(kinds)):
            kind = kinds[s]
            lo, hi = start[s], start[s + 1]
            if kind == ADD:
                for i in range(lo, hi):
                    v[ahead + i] = v[left[i]] + v[right[i]]
            elif kind == SUBTRACT:
                for i in range(lo, hi):
                    v[ahead + i] = v[left[i]] - v[right[i]]
            elif kind == MULTIPLY:
                for i in range(lo, hi):
                    v[ahead + i] = v[left[i]] * v[right[i]]
            elif kind == DIVIDE:
                for i in range(lo, hi):
                    v[ahead + i] = v[left[i]] / v[right[i]]
            elif kind == MAXIMUM:
                for i in range(lo, hi):
                    v[ahead + i] = max(v[left[i]], v[right[i]])
            elif kind == EXP:
                for i in range(lo, hi):
                    v[ahead + i] = math.exp(v[left[i]])
            elif kind == LOG:
                for i in range(lo, hi):
                    v[ahead + i] = math.log(v[left[i]])
            elif kind == LOG1P:
                for i in range(lo, hi):
                    v[ahead + i] = math.log1p(v[left[i]])
            elif kind == SQRT:
                for i in range(lo, hi):
                    v[ahead + i] = math.sqrt(v[left[i]])
            else:  # P(half-normal > v) is P(normal > left): with both tails, half as much in one.
                for i in range(lo, hi):
                    v[ahead + i] = -ndtri(0.25 * math.erfc(v[left[i]] * math.sqrt(0.5)))
        d[:] = 0.0
        d[result] = 1.0
        for s in range(len(kinds) - 1, -1, -1):
            kind = kinds[s]
            lo, hi = start[s], start[s + 1]
            if kind == ADD:
                for i in range(lo, hi):
                    d[left[i]] += d[ahead + i]
                    d[right[i]] += d[ahead + i]
            elif kind == SUBTRACT:
                for i in range(lo, hi):
                    d[left[i]] += d[ahead + i]
                    d[right[i]] -= d[ahead + i]
            elif kind == MULTIPLY:
                for i in range(lo, hi):
                    d[left[i]] += d[ahead + i] * v[right[i]]
                    d[right[i]] += d[ahead + i] * v[left[i]]
            elif kind == DIVIDE:
                for i in range(lo, hi):
                    d[left[i]] += d[ahead + i] / v[right[i]]
                    d[right[i]] -= d[ahead + i] * v[ahead + i] / v[right[i]]
            elif kind == MAXIMUM:
                for i in range(lo, hi):
                    d[left[i] if v[left[i]] >= v[right[i]] else right[i]] += d[ahead + i]
            elif kind == EXP:
                for i in range(lo, hi):
                    d[left[i]] += d[ahead + i] * v[ahead + i]
            elif kind == LOG:
                for i in range(lo, hi):
                    d[left[i]] += d[ahead + i] / v[left[i]]
            elif kind == LOG1P:
                for i in range(lo, hi):
                    d[left[i]] += d[ahead + i] / (1.0 + v[left[i]])
            elif kind == SQRT:
                for i in range(lo, hi):
                    d[left[i]] += 0.5 * d[ahead + i] / v[ahead + i]
            else:
                for i in range(lo, hi):
                    past = v[ahead + i] ** 2 - v[left[i]] ** 2
                    d[left[i]] += d[ahead + i] * 0.5 * math.exp(0.5 * past)

    return replay
