"""Driver paths drawn given the evidence, against the sum over all paths."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from tarjih.models.engines.dice import Dice
from tarjih.models.engines.drivers import DriverLaw, driver_laws
from tarjih.models.engines.lookahead import Lookaheads
from tarjih.models.engines.tables import Tables, limits_of
from tarjih.models.engines.walkers import Walkers

DRAWS = 24_000
NOTHING = np.zeros((0, 3))


def _walk(study, laws, log_likelihoods, steps: int, seed: int = 0, clamps=()):
    """Return levels (steps, J, N) and log weights (N,), one path for each draw."""
    block = slice(0, DRAWS)
    ahead = Lookaheads(laws, range(len(laws))).of(block, log_likelihoods)
    walkers = Walkers(study, laws, Tables(laws, block, 1), block, 1, seed, ahead, clamps)
    levels = [walkers.levels.copy()]
    for step in range(1, steps):
        walkers.move(step)
        levels.append(walkers.levels.copy())
    return np.array(levels), walkers.log_weight


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
    laws = driver_laws(study, draws.up, draws.down)
    rng = np.random.default_rng(seed)
    log_likelihood = np.log(rng.uniform(0.05, 1, size=(4, 3)))
    log_likelihood[1] = 0.0
    levels, log_weight = _walk(study, laws, [log_likelihood], 6, seed)
    probability, evidence = _enumerate(laws[0], log_likelihood, 6)
    assert np.abs(log_weight - np.log(evidence)).max() < 1e-12
    for t in range(6):
        seen = np.bincount(levels[t, 0], minlength=3) / DRAWS
        error = np.sqrt(probability[t] * (1 - probability[t]) / DRAWS) + 1e-9
        assert (np.abs(seen - probability[t]) < 4.5 * error).all()
        # a driver one step out of time is far outside
    late = np.bincount(levels[2, 0], minlength=3) / DRAWS
    assert np.abs(late - probability[3]).max() > 0.02


def test_a_rate_of_zero_is_never_taken(make_study, make_draws) -> None:
    study = make_study(sizes=(4,))
    laws = driver_laws(study, np.full((DRAWS, 1), 0.3), np.zeros((DRAWS, 1)))
    levels, _ = _walk(study, laws, [np.zeros((0, 4))], 20, 3)
    path = levels[:, 0].astype(int)
    assert (np.diff(path, axis=0) >= 0).all()
    assert path[-1].mean() > path[0].mean() + 0.5


def test_a_linked_child_moves_faster_under_its_parent(make_study, make_draws) -> None:
    from tarjih.models.engines.protocol import Clamp

    study = make_study(sizes=(2, 3), links=[(0, 1)])
    draws = make_draws(study, DRAWS, 1, same=True)
    laws = driver_laws(study, draws.up, draws.down)
    assert laws[1].parents == (0,)
    changes = []
    for held in (0, 1):
        clamps = [Clamp(0, held, 1)]
        levels, _ = _walk(study, laws, [np.zeros((0, 2)), NOTHING], 9, 1, clamps)
        changes.append((np.diff(levels[1:, 1].astype(int), axis=0) != 0).mean())
    assert changes[1] > 1.5 * changes[0]


def test_what_a_linked_driver_assumed_of_its_parents_is_put_right(make_study, make_draws) -> None:
    """The mean weight is the evidence, though paths lean by the mean transition only."""
    study = make_study(sizes=(2, 2), links=[(0, 1)])
    draws = make_draws(study, DRAWS, 3, same=True)
    laws = driver_laws(study, draws.up, draws.down)
    evidence = [np.zeros((0, 2)), np.log([[1.0, 1.0], [0.9, 0.1], [0.1, 0.9], [0.8, 0.2]])]
    _, log_weight = _walk(study, laws, evidence, 4)
    truth = 0.0
    parent, child = laws
    for above in product(range(2), repeat=4):
        for below in product(range(2), repeat=4):
            weight = parent.start[above[0]] * child.start[below[0]]
            for t in range(1, 4):
                weight *= parent.transition[0, 0, above[t - 1], above[t]]
                weight *= child.transition[0, above[t - 1], below[t - 1], below[t]]
                weight *= np.exp(evidence[1][t, below[t]])
            truth += weight
    weight = np.exp(log_weight)
    error = weight.std() / np.sqrt(DRAWS)
    assert abs(weight.mean() - truth) < 4 * error
    assert error < 0.01 * truth, "a bound this wide would prove nothing"
    assert weight.std() > 1e-6, "the paths' weights must differ for the correction to be seen"


def test_dice_belong_to_their_place() -> None:
    first = Dice(7, 3, 5, 4095)
    rows = [first.throw() for _ in range(4)]
    again = Dice(7, 3, 5, 4095)
    assert all((again.throw() == row).all() for row in rows)
    for other in (Dice(8, 3, 5, 4095), Dice(7, 4, 5, 4095), Dice(7, 3, 6, 4095)):
        assert (other.throw() != rows[0]).mean() > 0.99


def test_what_is_leaned_toward_is_found_anew_only_where_told_otherwise(
    make_study, make_draws
) -> None:
    study = make_study(sizes=(2, 3, 2, 3), links=((0, 2),))
    draws = make_draws(study, 40)
    laws = driver_laws(study, draws.up, draws.down)
    rng = np.random.default_rng(3)
    said = [np.log(rng.uniform(0.1, 1, size=(3, len(law.start)))) for law in laws]
    block = slice(10, 30)
    kept = Lookaheads(laws, range(4))
    first = kept.of(block, said)
    again = kept.of(block, [rows.copy() for rows in said])
    assert all(one is other for one, other in zip(first, again, strict=True))
    # another word on the child is another view of its parent's family, and of no other
    other = [*said[:2], said[2] - 1.0 * np.eye(3, 2), said[3]]
    changed = kept.of(block, other)
    assert [a is b for a, b in zip(first, changed, strict=True)] == [False, True, False, True]
    fresh = Lookaheads(laws, range(4)).of(block, other)
    for one, two, law in zip(changed, fresh, laws, strict=True):
        np.testing.assert_array_equal(one.log_chance, two.log_chance)
        for step in (1, 2):
            limits, correction = one.limits(law, block, step)
            assert one.limits(law, block, step)[0] is limits
            reached, added = two.leaning(law.transition[block], step)
            expected = limits_of(reached)
            np.testing.assert_array_equal(limits.thresholds, expected.thresholds)
            np.testing.assert_array_equal(limits.least, expected.least)
            np.testing.assert_array_equal(correction, added)
    # each block, and each draw's own evidence, has its own
    elsewhere = kept.of(slice(0, 10), other)
    assert elsewhere[1].log_chance.shape == (10,)
    by_draw = [np.broadcast_to(rows, (40, *rows.shape)) for rows in other]
    for one, two in zip(kept.of(block, by_draw), fresh, strict=True):
        np.testing.assert_array_equal(one.log_chance, two.log_chance)
