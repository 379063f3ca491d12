"""Indices from given data, against SALib's and against what is known."""

from __future__ import annotations

from importlib import import_module

import numpy as np
import pytest

from tarjih.models.doubting.given_data import HARMONICS, delta_index, first_order, without_chance


def _ishigami(count: int, seed: int = 1):
    x = np.random.default_rng(seed).uniform(-np.pi, np.pi, size=(3, count))
    return x, np.sin(x[0]) + 7 * np.sin(x[1]) ** 2 + 0.1 * x[2] ** 4 * np.sin(x[0])


@pytest.fixture(scope="module")
def salib():
    """SALib's estimators (its import warns of things of its own)."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return import_module("SALib.analyze.rbd_fast"), import_module("SALib.analyze.delta")


@pytest.mark.parametrize("count", [201, 1000, 2000, 5000])
def test_they_are_salibs(salib, count) -> None:
    rbd_fast, delta = salib
    x, y = _ishigami(count)
    orders = np.argsort(x)
    problem = {"num_vars": 3, "names": ["a", "b", "c"]}
    theirs = rbd_fast.analyze(problem, x.T, y, M=HARMONICS, num_resamples=2, seed=1)["S1"]
    ours = without_chance(first_order(y, orders), 2 * HARMONICS / count)
    assert ours == pytest.approx(np.array(theirs, dtype=float), abs=1e-12)
    # the number of classes is that of SALib's analyze()
    power = 2.0 / (7.0 + np.tanh((1500.0 - count) / 500.0))
    classes = np.linspace(0, count, min(int(np.ceil(count**power)), 48) + 1)
    grid = np.linspace(y.min(), y.max(), 100)
    for one, order in zip(x, orders, strict=True):
        assert delta_index(y, order) == pytest.approx(
            delta.calc_delta(y, grid, one, classes), abs=1e-12
        )


def test_first_order_of_a_known_function() -> None:
    """Ishigami & Homma (1990): 0.3139, 0.4424 and 0."""
    x, y = _ishigami(20_000)
    found = without_chance(first_order(y, np.argsort(x)), 2 * HARMONICS / 20_000)
    assert found == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)


def test_delta_of_a_known_law() -> None:
    """Of two normals with correlation r, δ is half the distance of two normals, averaged."""
    rng = np.random.default_rng(3)
    count, r = 20_000, 0.8
    x = rng.normal(size=count)
    y = r * x + np.sqrt(1 - r**2) * rng.normal(size=count)
    grid = np.linspace(-8, 8, 4001)

    def density(mean, spread):
        return np.exp(-0.5 * ((grid - mean) / spread) ** 2) / (spread * np.sqrt(2 * np.pi))

    at = rng.normal(size=400)
    apart = [
        np.trapezoid(np.abs(density(0, 1) - density(r * each, np.sqrt(1 - r**2))), grid)
        for each in at
    ]
    assert delta_index(y, np.argsort(x)) == pytest.approx(np.mean(apart) / 2, abs=0.03)


def test_they_see_the_order_alone() -> None:
    x, y = _ishigami(500)
    same = np.argsort(np.exp(x[0]))
    assert (same == np.argsort(x[0])).all()
    assert first_order(y, np.argsort(x[0])) == first_order(y, same)
    assert first_order(3 * y + 5, same) == pytest.approx(first_order(y, same))
    assert delta_index(3 * y + 5, same) == pytest.approx(delta_index(y, same))


def test_what_does_not_vary_owes_nothing_to_anybody() -> None:
    order = np.random.default_rng(0).permutation(300)
    assert first_order(np.full(300, 0.2), order) == 0
    assert delta_index(np.full(300, 0.2), order) == 0
    mostly = np.zeros(300)
    mostly[:3] = 1
    assert 0 <= delta_index(mostly, order) <= 1


def test_of_chance_alone_as_much_as_is_said() -> None:
    rng = np.random.default_rng(5)
    y = rng.normal(size=1000)
    raw = first_order(y, np.argsort(rng.random((400, 1000))))
    assert raw.mean() == pytest.approx(2 * HARMONICS / 1000, abs=3 * raw.std() / 20)
    assert without_chance(np.array([0.02, 1.0]), 0.02).tolist() == [0.0, 1.0]
