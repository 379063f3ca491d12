"""Two-piece Student's t: quantiles in closed form, against SciPy and PreliZ."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from tarjih.priors.readings import (
    Reading,
    logit,
    read_between,
    read_number,
    read_odds_ratio,
    read_quantiles,
    student_quantile,
)


@pytest.mark.parametrize("level", [1e-6, 0.01, 0.05, 0.3, 0.5, 0.7, 0.95, 1 - 1e-6])
def test_student_quantile_is_that_of_scipy(level: float) -> None:
    assert student_quantile(level) == pytest.approx(stats.t.ppf(level, 4), rel=1e-9, abs=1e-7)


def _density(reading: Reading, value: float) -> float:
    """The density as `outcomes` has it, without a source's noise."""
    past = value - reading.location
    scale = reading.below if past < 0 else reading.above
    return float(2 * scale / (reading.below + reading.above) * stats.t.pdf(past, 4, 0, scale))


@pytest.mark.parametrize("level", [0.02, 0.05, 0.3, 0.5, 0.8, 0.95])
def test_quantiles_are_those_of_the_density(level: float) -> None:
    reading = Reading("", -1.0, 0.4, 1.1)
    mass, _ = integrate.quad(
        lambda value: _density(reading, value), -60, reading.value(level), points=[-1.0], limit=400
    )
    assert mass == pytest.approx(level, abs=1e-6)


def test_the_density_has_no_step_at_the_mode() -> None:
    reading = Reading("", -1.0, 0.4, 1.1)
    assert _density(reading, -1.0 - 1e-9) == pytest.approx(_density(reading, -1.0 + 1e-9))


@pytest.mark.parametrize("mass", [0.5, 0.8, 0.9, 0.99])
def test_an_interval_holds_its_mass(mass: float) -> None:
    reading = read_between(0.1, 0.3, mass)
    assert reading.quantile((1 - mass) / 2) == pytest.approx(0.1)
    assert reading.quantile((1 + mass) / 2) == pytest.approx(0.3)


@pytest.mark.parametrize(
    "pairs",
    [
        ((0.1, 0.2), (0.9, 0.6)),
        ((0.05, 0.02), (0.5, 0.1), (0.95, 0.34)),
        ((0.25, 0.45), (0.5, 0.6), (0.75, 0.72)),
    ],
)
def test_two_or_three_quantiles_are_met(pairs: tuple[tuple[float, float], ...]) -> None:
    reading = read_quantiles(pairs)
    for level, probability in pairs:
        assert reading.quantile(level) == pytest.approx(probability, abs=1e-6)


def test_more_quantiles_than_parameters_are_recovered() -> None:
    truth = Reading("", -0.7, 0.3, 0.6)
    levels = (0.05, 0.25, 0.5, 0.75, 0.95)
    found = read_quantiles((level, truth.quantile(level)) for level in levels)
    np.testing.assert_allclose(
        [found.location, found.below, found.above], [-0.7, 0.3, 0.6], atol=1e-3
    )


def test_quantiles_too_lopsided_keep_the_median_and_the_farther() -> None:
    reading = read_quantiles([(0.05, 0.2), (0.5, 0.201), (0.95, 0.9)])
    assert reading.quantile(0.5) == pytest.approx(0.201)
    assert reading.quantile(0.95) == pytest.approx(0.9)
    assert reading.quantile(0.05) < 0.2


def test_a_number_and_an_odds_ratio() -> None:
    assert read_number(0.3, 0.1).quantile(0.5) == pytest.approx(0.3)
    reading = read_odds_ratio(0.25, 3.0)
    ends = [reading.quantile(level) for level in (0.05, 0.5, 0.95)]
    assert ends == pytest.approx([0.25 / 3, 0.25, 0.75])


def test_widening_keeps_the_median() -> None:
    reading = Reading("", -1.0, 0.4, 1.1)
    wide = reading.widened(1.5)
    assert wide.quantile(0.5) == pytest.approx(reading.quantile(0.5))
    for level in (0.05, 0.95):
        away = reading.value(level) - reading.value(0.5)
        assert wide.value(level) - wide.value(0.5) == pytest.approx(1.5 * away)


@pytest.mark.slow
def test_intervals_and_quartiles_are_read_as_preliz_reads_them() -> None:
    """The closed forms are what PreliZ's optimisers arrive at; importing it takes seconds."""
    preliz = pytest.importorskip("preliz")
    for low, high, mass in ((0.1, 0.3, 0.9), (0.55, 0.8, 0.9), (0.02, 0.5, 0.5)):
        reading, found = read_between(low, high, mass), preliz.StudentT(nu=4)
        preliz.maxent(found, logit(low), logit(high), mass, plot=False)
        assert float(found.mu) == pytest.approx(reading.location, abs=1e-3)
        assert float(found.sigma) == pytest.approx(reading.spread, abs=1e-3)
    middle, levels = logit(0.4), (0.25, 0.5, 0.75)
    goal = [middle - 0.3, middle, middle + 0.3]
    shares = [1 / (1 + np.exp(-value)) for value in goal]
    reading = read_quantiles(zip(levels, shares, strict=True))
    found = preliz.StudentT(nu=4)
    preliz.quartile(found, *goal, plot=False)
    assert float(found.mu) == pytest.approx(reading.location, abs=1e-3)
    assert float(found.sigma) == pytest.approx(reading.spread, abs=1e-3)
