"""The scenario filter along one path, against every scenario path there is."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from tarjih.equations import entry, review_chance, softmax
from tarjih.models.scenario_filter import filter_steps

STEPS, AS_OF = 4, 2


def _case(seed: int, count: int):
    rng = np.random.default_rng(seed)
    log_likelihood = np.log(rng.uniform(0.05, 1, size=(AS_OF + 1, count)))
    log_likelihood[1] = 0.0
    return (
        rng.dirichlet(np.ones(count)),
        review_chance(rng.uniform(0.5, 9, size=count), 1.0),
        rng.normal(0, 2, size=(STEPS, count)),
        log_likelihood,
    )


def _enumerate(initial, rho, utilities, log_likelihood):
    """Sum over all K^(T+1) scenario paths."""
    count = len(initial)
    matrices = [np.diag(1 - rho) + np.outer(rho, entry(softmax(u), rho)) for u in utilities]
    filtered, ever = np.zeros((STEPS + 1, count)), np.zeros((STEPS + 1, count))
    evidence = np.zeros(STEPS + 1)
    for upto in range(STEPS + 1):
        for path in product(range(count), repeat=upto + 1):
            weight = initial[path[0]]
            for t in range(1, upto + 1):
                weight *= matrices[t - 1][path[t - 1], path[t]]
            for t in range(min(upto, AS_OF) + 1):
                weight *= np.exp(log_likelihood[t, path[t]])
            evidence[upto] += weight
            filtered[upto, path[-1]] += weight
            for k in set(path[AS_OF:]):
                ever[upto, k] += weight
    return filtered / evidence[:, None], ever / evidence[:, None], np.log(evidence)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("count", [2, 3])
def test_it_agrees_with_enumeration(seed: int, count: int) -> None:
    initial, rho, utilities, log_likelihood = _case(seed, count)
    filtered, ever, log_evidence = _enumerate(initial, rho, utilities, log_likelihood)
    beliefs = filter_steps(
        initial[:, None], rho[:, None], iter(utilities[:, :, None]), log_likelihood, AS_OF
    )
    for step, belief in enumerate(beliefs):
        assert np.abs(belief.filtered[:, 0] - filtered[step]).max() < 1e-12
        assert abs(belief.log_weight[0] - log_evidence[step]) < 1e-12
        if step >= AS_OF:
            assert np.abs(belief.ever[:, 0] - ever[step]).max() < 1e-12
    assert step == STEPS


def test_normalising_the_never_visited_mass_by_itself_is_caught() -> None:
    initial, rho, utilities, log_likelihood = _case(1, 3)
    _, ever, _ = _enumerate(initial, rho, utilities, log_likelihood)
    *_, last = filter_steps(
        initial[:, None], rho[:, None], iter(utilities[:, :, None]), log_likelihood, AS_OF
    )
    # the planted mistake: the mass that avoids k so far, scaled to one at every step,
    # leaves only the last step's chance of entering k
    planted = []
    for k in range(3):
        mass = np.delete(_filtered_at(initial, rho, utilities, log_likelihood), k)
        mass = np.insert(mass / mass.sum(), k, 0.0)
        for utility in utilities[AS_OF:]:
            moved = mass @ (np.diag(1 - rho) + np.outer(rho, entry(softmax(utility), rho)))
            entered = moved[k]
            moved[k] = 0.0
            mass = moved / moved.sum()
        planted.append(entered)
    assert np.abs(last.ever[:, 0] - ever[-1]).max() < 1e-12
    assert np.abs(np.array(planted) - ever[-1]).max() > 0.01


def _filtered_at(initial, rho, utilities, log_likelihood):
    filtered, _, _ = _enumerate(initial, rho, utilities, log_likelihood)
    return filtered[AS_OF]


def test_long_and_extreme_evidence_stays_finite() -> None:
    rng = np.random.default_rng(0)
    log_likelihood = np.log(rng.uniform(1e-6, 1, size=(521, 4)))
    beliefs = filter_steps(
        np.full((4, 3), 0.25),
        np.full((4, 3), 0.2),
        iter(rng.normal(0, 30, size=(520, 4, 3))),
        log_likelihood,
        520,
    )
    for belief in beliefs:
        assert np.isfinite(belief.log_weight).all()
        assert np.abs(belief.filtered.sum(axis=0) - 1).max() < 1e-12
