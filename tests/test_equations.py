"""The equations, in NumPy against SciPy and against the same equations in PyTensor."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.linalg
from hypothesis import given
from hypothesis import strategies as st

from tarjih.equations import (
    advance,
    entry,
    generator,
    matrix_exponential,
    review_chance,
    softmax,
    utilities,
)


@given(st.integers(0, 2**32 - 1), st.integers(2, 8))
def test_the_pull_is_the_stationary_law_of_the_transition(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    pull = softmax(rng.normal(0, 3, size=count))
    rho = review_chance(rng.uniform(0.2, 60, size=count), 1.0)
    matrix = np.diag(1 - rho) + np.outer(rho, entry(pull, rho))
    assert np.abs(matrix.sum(axis=1) - 1).max() < 1e-12
    assert np.abs(pull @ matrix - pull).max() < 1e-12
    belief = rng.dirichlet(np.ones(count))
    assert np.abs(advance(belief, rho, entry(pull, rho)) - belief @ matrix).max() < 1e-12


def test_entering_by_the_pull_itself_would_not_keep_it_stationary() -> None:
    # the mistake that q ∝ π ρ avoids
    pull, rho = np.array([0.7, 0.2, 0.1]), np.array([0.1, 0.5, 0.9])
    assert np.abs(advance(pull, rho, pull) - pull).max() > 0.05


@pytest.mark.parametrize("size", [2, 3, 4, 6])
@pytest.mark.parametrize("scale", [0.0, 0.01, 1.0, 12.0])
def test_the_exponential_agrees_with_scipy(size: int, scale: float) -> None:
    rng = np.random.default_rng(size)
    up, down = rng.uniform(0, scale, 5), rng.uniform(0, scale, 5)
    matrices = generator(up, down, size)
    for ours, matrix in zip(matrix_exponential(matrices), matrices, strict=True):
        assert np.abs(ours - scipy.linalg.expm(matrix)).max() < 1e-12


def test_two_levels_away_is_rarer_than_a_single_rate_says() -> None:
    up = np.array(0.01)
    reached = matrix_exponential(generator(up, np.array(0.0), 3, absorbing=2) * 12)[0, 2]
    single = 1 - np.exp(-0.01 * 12)
    assert 15 < single / reached < 20


def test_an_absorbing_level_is_never_left() -> None:
    matrix = matrix_exponential(generator(np.array(0.3), np.array(0.4), 4, absorbing=2))
    assert np.abs(matrix[2:, :2]).max() < 1e-15


def test_numpy_and_pytensor_say_the_same() -> None:
    from pytensor import function  # type: ignore[attr-defined]
    from pytensor import tensor as pt

    rng = np.random.default_rng(0)
    alpha, effects = rng.normal(size=4), rng.normal(size=(3, 4))
    phi, time = rng.normal(size=(2, 3)), rng.uniform(1, 9, 4)
    mass = rng.dirichlet(np.ones(4), size=2)

    def step(xp: Any, a: Any, b: Any, x: Any, tau: Any, f: Any) -> Any:
        rho = review_chance(tau, 1.0, xp)
        return advance(f, rho, entry(softmax(utilities(a, b, x), xp), rho, xp), xp)

    symbols = [pt.vector(), pt.matrix(), pt.matrix(), pt.vector(), pt.matrix()]
    compiled = function(symbols, step(pt, *symbols), mode="FAST_COMPILE")
    ours = step(np, alpha, effects, phi, time, mass)
    assert np.abs(compiled(alpha, effects, phi, time, mass) - ours).max() < 1e-14
    rate = pt.scalar()
    chance = matrix_exponential(generator(rate, 0.2 * rate, 3, absorbing=2) * 12)[0, 2]
    rates = generator(np.array(0.1), np.array(0.02), 3, absorbing=2)
    assert (
        abs(chance.eval({rate: 0.1}, mode="FAST_COMPILE") - matrix_exponential(rates * 12)[0, 2])
        < 1e-14
    )
