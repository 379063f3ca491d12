"""The Gaussians that draws move by, and the lengths of their steps."""

from __future__ import annotations

import numpy as np
import pytest

from tarjih.models.moving.proposals import FOLDS, Gaussian, Lengths, fit_gaussians


def law_of(size: int, seed: int = 0) -> Gaussian:
    dice = np.random.default_rng(seed)
    spread = np.tril(dice.normal(scale=0.3, size=(size, size)), -1) + np.eye(size)
    return Gaussian(dice.normal(size=size), spread)


def test_white_and_back() -> None:
    law = law_of(6)
    points = np.random.default_rng(1).normal(size=(50, 6))
    np.testing.assert_allclose(law.colour(law.whiten(points)), points, atol=1e-12)
    many = law.colour(np.random.default_rng(2).normal(size=(200_000, 6)))
    np.testing.assert_allclose(np.cov(many.T), law.factor @ law.factor.T, atol=0.05)


def test_steps_keep_the_gaussian() -> None:
    dice = np.random.default_rng(3)
    lengths = Lengths()
    white = dice.normal(size=(200_000, 2))
    chosen = lengths.choose(len(white), dice)
    ahead = lengths.step(white, chosen, dice)
    np.testing.assert_allclose(ahead.mean(axis=0), 0.0, atol=0.01)
    np.testing.assert_allclose(np.cov(ahead.T), np.eye(2), atol=0.015)
    # and forth is as likely as back: the two are exchangeable
    for power in ((2, 1), (3, 1)):
        forth = white[:, 0] ** power[0] * ahead[:, 0] ** power[1]
        back = ahead[:, 0] ** power[0] * white[:, 0] ** power[1]
        assert abs((forth - back).mean()) < 5 * (forth - back).std() / np.sqrt(len(white))


def test_lengths_that_lead_far_are_taken_more_often() -> None:
    dice = np.random.default_rng(4)
    lengths = Lengths()
    chosen = lengths.choose(4000, dice)
    lengths.learn(chosen, np.where(chosen == 1, 0.9, 0.1))
    count = np.bincount(lengths.choose(40_000, dice), minlength=4) / 40_000
    assert np.argmax(count) == 1
    assert count.min() > 0.04
    lengths.learn(chosen, np.zeros(4000))
    again = np.bincount(lengths.choose(40_000, dice), minlength=4) / 40_000
    np.testing.assert_allclose(again, count, atol=0.02)


def test_a_fit_finds_the_law_that_is_there() -> None:
    law = law_of(5)
    points = law.colour(np.random.default_rng(5).normal(size=(50_000, 5)))
    fitted, _ = fit_gaussians(points, np.arange(50_000))
    assert len(fitted) == FOLDS
    for one in fitted:
        np.testing.assert_allclose(one.mean, law.mean, atol=0.05)
        np.testing.assert_allclose(one.factor @ one.factor.T, law.factor @ law.factor.T, atol=0.06)


def test_a_point_has_no_part_in_the_law_it_moves_by() -> None:
    points = np.random.default_rng(6).normal(size=(400, 3))
    family = np.arange(400) // 2
    laws, fold = fit_gaussians(points, family)
    assert (fold[::2] == fold[1::2]).all()
    moved = points.copy()
    moved[fold == 2] += 100.0
    again, _ = fit_gaussians(moved, family)
    np.testing.assert_array_equal(again[2].mean, laws[2].mean)
    np.testing.assert_array_equal(again[2].factor, laws[2].factor)
    assert np.abs(again[3].mean - laws[3].mean).max() > 1


def test_noise_is_left_out_of_the_correlations() -> None:
    """Of many coordinates that have nothing to do with each other, hardly any seem to."""
    points = np.random.default_rng(7).normal(size=(500, 60))
    laws, _ = fit_gaussians(points, np.arange(500))
    covariance = laws[0].factor @ laws[0].factor.T
    off = covariance[~np.eye(60, dtype=bool)]
    assert np.mean(np.abs(off) > 0.01) < 0.15
    # twins tell no more than one: what they seem to agree on is left out as well
    twins = np.repeat(points[:60], 8, axis=0)
    laws, _ = fit_gaussians(twins, np.repeat(np.arange(60), 8))
    covariance = laws[0].factor @ laws[0].factor.T
    assert np.mean(np.abs(covariance[~np.eye(60, dtype=bool)]) > 0.02) < 0.2


@pytest.mark.parametrize("count", [1, 2, 7, 30])
def test_any_number_of_points_gives_a_proper_law(count: int) -> None:
    points = np.random.default_rng(8).normal(size=(count, 40))
    laws, fold = fit_gaussians(points, np.arange(count))
    for f in np.unique(fold):
        size = np.linalg.eigvalsh(laws[f].factor @ laws[f].factor.T)
        assert size.min() > 1e-3
        assert np.isfinite(laws[f].mean).all()
    alike, _ = fit_gaussians(np.ones((count, 3)), np.zeros(count, dtype=int))
    assert np.isfinite(alike[0].factor).all()
