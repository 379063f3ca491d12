"""Driver paths drawn given the evidence, against the sum over all paths."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from tarjih.models.dice import FACES, throw_dice
from tarjih.models.drivers import DriverLaw, draw_path, driver_laws

DRAWS = 24_000


OWNER = np.arange(DRAWS)


def _enumerate(law: DriverLaw, log_likelihood, steps: int):
    """Return level probabilities (steps, L) and the evidence, of an unlinked driver."""
    size = law.start.size
    probability, evidence = np.zeros((steps, size)), 0.0
    for path in product(range(size), repeat=steps):
        weight = law.start[path[0]]
        for t in range(1, steps):
            weight *= law.transition[0, 0, path[t - 1], path[t]]
        for t in range(len(log_likelihood)):
            weight *= np.exp(log_likelihood[t, path[t]])
        evidence += weight
        for t, level in enumerate(path):
            probability[t, level] += weight
    return probability / evidence, evidence


@pytest.mark.parametrize("seed", range(6))
def test_paths_follow_the_posterior_law(seed: int, make_study, make_draws) -> None:
    study = make_study(sizes=(3,))
    draws = make_draws(study, DRAWS, seed, same=True)
    (law,) = driver_laws(study, draws.up, draws.down)
    rng = np.random.default_rng(seed)
    log_likelihood = np.log(rng.uniform(0.05, 1, size=(4, 3)))
    log_likelihood[1] = 0.0
    paths = draw_path(law, log_likelihood, throw_dice(seed, 0, 0, 6, DRAWS), OWNER, [])
    probability, evidence = _enumerate(law, log_likelihood, 6)
    assert np.abs(paths.log_weight - np.log(evidence)).max() < 1e-12
    for t in range(6):
        seen = np.bincount(paths.levels[t], minlength=3) / DRAWS
        error = np.sqrt(probability[t] * (1 - probability[t]) / DRAWS) + 1e-9
        assert (np.abs(seen - probability[t]) < 4.5 * error).all()
        # a driver one step out of time is far outside
    late = np.bincount(paths.levels[2], minlength=3) / DRAWS
    assert np.abs(late - probability[3]).max() > 0.02


def test_a_rate_of_zero_is_never_taken(make_study, make_draws) -> None:
    study = make_study(sizes=(4,))
    law = driver_laws(study, np.full((DRAWS, 1), 0.3), np.zeros((DRAWS, 1)))[0]
    paths = draw_path(law, np.zeros((0, 4)), throw_dice(3, 0, 0, 20, DRAWS), OWNER, [])
    assert (np.diff(paths.levels, axis=0) >= 0).all()
    assert paths.levels[-1].mean() > paths.levels[0].mean() + 0.5


def test_a_linked_child_moves_faster_under_its_parent(make_study, make_draws) -> None:
    study = make_study(sizes=(2, 3), links=[(0, 1)])
    draws = make_draws(study, DRAWS, 1, same=True)
    laws = driver_laws(study, draws.up, draws.down)
    assert laws[1].parents == (0,)
    low, high = np.zeros((9, DRAWS), dtype=np.intp), np.ones((9, DRAWS), dtype=np.intp)
    throws = throw_dice(1, 1, 0, 9, DRAWS)
    changes = [
        (np.diff(draw_path(laws[1], np.zeros((0, 3)), throws, OWNER, [parent]).levels, axis=0) != 0)
        for parent in (low, high)
    ]
    assert changes[1].mean() > 1.5 * changes[0].mean()


def test_dice_belong_to_their_place() -> None:
    short, long = throw_dice(7, 3, 5, 4, 4095), throw_dice(7, 3, 5, 9, 4095)
    assert (long[:4] == short).all()
    for other in (throw_dice(8, 3, 5, 4, 4095), throw_dice(7, 4, 5, 4, 4095)):
        assert (other != short).mean() > 0.99
    assert (short[0] != short[1]).mean() > 0.99
    assert int(short.max()) < FACES - 1
    assert abs(short.mean() / FACES - 0.5) < 4 * np.sqrt(1 / 12 / short.size)
