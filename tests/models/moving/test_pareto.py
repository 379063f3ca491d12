"""Pareto k̂ against ArviZ."""

from __future__ import annotations

import numpy as np
import pytest

from tarjih.models.moving.pareto import pareto_k


@pytest.mark.parametrize("spread", [0.1, 1.0, 3.0, 8.0])
def test_it_agrees_with_arviz(spread: float) -> None:
    from arviz_stats.base.array import array_stats

    log_weight = np.random.default_rng(int(spread * 10)).normal(0, spread, 2000)
    _, theirs = array_stats.psislw(-log_weight)  # it takes log-likelihoods, and negates them
    assert abs(pareto_k(log_weight) - float(theirs)) < 0.02


def test_heavy_tails_are_told_from_light_ones() -> None:
    rng = np.random.default_rng(0)
    assert pareto_k(np.log(rng.pareto(1.0, 4000))) > 0.7
    assert pareto_k(np.log(rng.uniform(size=4000))) < 0.2


def test_equal_or_few_weights_have_no_tail() -> None:
    assert pareto_k(np.zeros(2000)) == -np.inf
    assert pareto_k(np.zeros(4)) == -np.inf
