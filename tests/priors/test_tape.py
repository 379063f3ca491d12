"""What is recorded and replayed, against NumPy and against slopes by small differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

from tarjih.priors.replay import evaluator
from tarjih.priors.tape import EXP, MULTIPLY, Recording, record

Floats = np.ndarray[Any, Any]
Function = Callable[[Any, Any], Any]
POINT = np.array([0.3, -1.2, 2.0, 0.7])
CONSTANTS = np.array([[1.0, 0.0, 2.0, -1.0], [0.5, 0.0, 0.0, 1.0]])

FUNCTIONS: dict[str, Function] = {
    "sums and products": lambda x, xp: xp.sum((CONSTANTS @ x) * (x[:2] - 3.0) + 1.0 - x[2:]),
    "quotients": lambda x, xp: xp.sum(x[:2] / x[2:] + 2.0 / x[1:3] + x[:2] / 3.0 + 0.0 / x[:2]),
    "exponentials and logarithms": lambda x, xp: xp.sum(xp.log(xp.exp(x) + xp.log1p(x**2.0))),
    "roots": lambda x, xp: xp.sum((x**2 + 1.0) ** 0.5),
    "signs": lambda x, xp: xp.sum(-x * xp.abs(x) + xp.minimum(x, 0.5) * xp.maximum(x, 0.5)),
    "the greatest": lambda x, xp: xp.sum(x[:2] / xp.max(x.reshape(2, 2), axis=0, keepdims=True)),
    "joined": lambda x, xp: xp.sum(xp.concatenate([x * x, xp.exp(x[:1])], axis=-1)),
    "one greatest": lambda x, xp: xp.max(x * x, axis=0),
    "constants alone": lambda x, xp: xp.sum(x) + xp.sum(xp.maximum(np.ones(2), 0.5 * np.ones(2))),
}  # fmt: skip


class Plain:
    """NumPy, with the half-normal that a tape knows."""

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)

    @staticmethod
    def half_normal(values: Any) -> Any:
        return stats.halfnorm.isf(stats.norm.sf(values))


def slopes(function: Function, point: Floats) -> Floats:
    step = 1e-6
    moves = step * np.eye(len(point))
    return np.array(
        [(function(point + h, Plain()) - function(point - h, Plain())) / (2 * step) for h in moves]
    )


@pytest.mark.parametrize("name", FUNCTIONS)
def test_value_and_gradient(name: str) -> None:
    function = FUNCTIONS[name]
    value, gradient = evaluator(record(function, 4), compiled=False)(POINT)
    assert value == pytest.approx(float(function(POINT, np)), rel=1e-14)
    np.testing.assert_allclose(gradient, slopes(function, POINT), rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("at", [-6.0, -1.0, 0.0, 0.5, 3.0, 8.0])
def test_half_normal(at: float) -> None:
    def function(x: Any, xp: Any) -> Any:
        return xp.sum(xp.half_normal(x) * x)

    point = np.array([at])
    value, gradient = evaluator(record(function, 1), compiled=False)(point)
    assert value == pytest.approx(float(function(point, Plain())), rel=1e-7)
    np.testing.assert_allclose(gradient, slopes(function, point), rtol=1e-4, atol=1e-8)


def test_compiled_and_plain_loops_are_one() -> None:
    def everything(x: Any, xp: Any) -> Any:
        parts = [function(x, xp) for function in FUNCTIONS.values()]
        return sum(parts) + xp.sum(xp.half_normal(x))

    recording = record(everything, 4)
    plain, compiled = evaluator(recording, compiled=False), evaluator(recording)
    for point in (POINT, POINT[::-1] ** 2, POINT):
        one, other = plain(point), compiled(point)
        assert one[0] == pytest.approx(other[0], rel=1e-13)
        np.testing.assert_allclose(one[1], other[1], rtol=1e-12, atol=1e-14)


def test_evaluators_share_nothing() -> None:
    recording = record(FUNCTIONS["sums and products"], 4)
    one, other = (evaluator(recording, compiled=False) for _ in range(2))
    value, gradient = one(POINT)
    kept = gradient.copy()
    other(POINT + 1.0)
    one(POINT - 1.0)
    np.testing.assert_array_equal(gradient, kept)
    assert one(POINT)[0] == value


def _length(function: Function) -> int:
    return len(record(function, 4).left)


def test_what_costs_nothing_is_not_recorded() -> None:
    # Two products are one; what the result does not need, an exact 0 and an exact 1 are none.
    assert _length(lambda x, xp: x[0] * x[1] + x[1] * x[0]) == 2
    assert _length(lambda x, xp: (x[0] * x[1], xp.exp(x[2]))[0]) == 1
    assert _length(lambda x, xp: 1.0 * x[0] * x[1] + 0.0 * x[2] + (x[3] - 0.0) * 0) == 1
    assert _length(lambda x, xp: x[0] * x[1] / 1.0 - 0.0) == 1


def test_operations_come_after_what_they_need_in_stretches_of_one_kind() -> None:
    recording: Recording = record(FUNCTIONS["exponentials and logarithms"], 4)
    ahead = recording.size + len(recording.constants)
    places = ahead + np.arange(len(recording.left))
    assert (recording.left < places).all()
    assert (recording.right < places).all()
    assert recording.start[0] == 0
    assert recording.start[-1] == len(places)
    assert (np.diff(recording.start) > 0).all()
    # Squares and exponentials need nothing but the inputs, and squares come first.
    assert recording.kind[:2].tolist() == [MULTIPLY, EXP]
    assert len(recording.kind) < len(places)


def test_what_depends_on_nothing_cannot_be_recorded() -> None:
    with pytest.raises(TypeError, match="does not depend on its argument"):
        record(lambda x, xp: 3.0, 2)
    with pytest.raises(TypeError, match="squares and square roots, not the power 3"):
        record(lambda x, xp: xp.sum(x**3), 2)
