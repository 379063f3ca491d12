"""The forward filter and the smoother against the sum over every history."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from tarjih.errors import InvalidRequest
from tarjih.models.engines import forward
from tarjih.models.engines.forward import forward_filter, smooth

CLOSE = 1e-13


def _chain(seed: int, lead=(), steps: int = 4, states: int = 3):
    rng = np.random.default_rng(seed)
    initial = rng.dirichlet(np.ones(states), lead)
    transitions = rng.dirichlet(np.ones(states), (*lead, steps - 1, states))
    likelihoods = rng.uniform(0, 1, (*lead, steps, states))
    return initial, transitions, likelihoods


def _enumerate(initial, transitions, likelihoods):
    """One sequence: filtered, smoothed, pairs and evidence, by summing over every history."""
    steps, states = likelihoods.shape
    filtered, smoothed = np.zeros((steps, states)), np.zeros((steps, states))
    pairs = np.zeros((steps - 1, states, states))
    for upto in range(1, steps + 1):
        for path in product(range(states), repeat=upto):
            weight = initial[path[0]] * likelihoods[0, path[0]]
            for t in range(1, upto):
                weight *= transitions[t - 1, path[t - 1], path[t]] * likelihoods[t, path[t]]
            filtered[upto - 1, path[-1]] += weight
            if upto == steps:
                for t, state in enumerate(path):
                    smoothed[t, state] += weight
                for t in range(1, steps):
                    pairs[t - 1, path[t - 1], path[t]] += weight
    evidence = filtered[-1].sum()
    filtered /= filtered.sum(axis=1, keepdims=True)
    return filtered, smoothed / evidence, pairs / evidence, np.log(evidence)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("steps", "states"), [(1, 2), (2, 4), (5, 2), (4, 3)])
def test_it_agrees_with_enumeration(seed, steps, states) -> None:
    given = _chain(seed, (), steps, states)
    filtered, smoothed, pairs, evidence = _enumerate(*given)
    found, back = forward_filter(*given), smooth(*given)
    assert found.filtered.shape == (steps, states)
    assert found.log_evidence.shape == ()
    assert np.abs(found.filtered - filtered).max() < CLOSE
    assert abs(found.log_evidence - evidence) < CLOSE
    assert (back.filtered == found.filtered).all()
    assert (back.log_evidence == found.log_evidence).all()
    assert np.abs(back.smoothed - smoothed).max() < CLOSE
    assert back.pairs().shape == pairs.shape
    assert steps == 1 or np.abs(back.pairs() - pairs).max() < CLOSE


def test_planted_mistakes_are_outside_the_bound() -> None:
    """A likelihood twice, transitions one step late or turned round, none at the start."""
    initial, transitions, likelihoods = _chain(3)
    filtered, smoothed, _, evidence = _enumerate(initial, transitions, likelihoods)
    for wrong in (
        (initial, transitions, likelihoods**2),
        (initial, np.roll(transitions, 1, axis=0), likelihoods),
        (np.full(3, 1 / 3), transitions, likelihoods),
    ):
        found = smooth(*wrong)
        assert np.abs(found.filtered - filtered).max() > 1e-3
        assert np.abs(found.smoothed - smoothed).max() > 1e-3
        assert abs(found.log_evidence - evidence) > 1e-3


def test_a_missing_observation_is_a_row_of_ones() -> None:
    initial, transitions, likelihoods = _chain(1)
    likelihoods[1] = 1.0
    found = forward_filter(initial, transitions, likelihoods)
    assert np.allclose(found.filtered[1], found.filtered[0] @ transitions[0], rtol=1e-14)
    # two steps without one between them are one step by the product of the two
    shorter = forward_filter(
        initial,
        np.stack([transitions[0] @ transitions[1], transitions[2]]),
        np.delete(likelihoods, 1, axis=0),
    )
    assert np.allclose(found.filtered[2:], shorter.filtered[1:], rtol=1e-13)
    assert found.log_evidence == pytest.approx(shorter.log_evidence, abs=1e-13)


@pytest.mark.parametrize(
    ("starts", "moves", "seen"),
    [
        ((), (), (7,)),
        ((7,), (7, 4), (7,)),
        ((7,), (7, 1), (7,)),
        ((7,), (4,), (7,)),
        ((7,), (1,), ()),
        ((3, 1), (5, 4), (3, 5)),
        ((1, 5), (3, 1, 4), ()),
        ((), (2, 1, 1), (2, 4)),
    ],
)
def test_leading_axes_are_broadcast(starts, moves, seen, monkeypatch) -> None:
    """Every sequence of a batch is as it is by itself, in whatever blocks they are worked."""
    monkeypatch.setattr(forward, "_BLOCK", 4)
    steps, states, rng = 5, 3, np.random.default_rng(8)
    initial = rng.dirichlet(np.ones(states), starts)
    transitions = rng.dirichlet(np.ones(states), (*moves, states))
    likelihoods = rng.uniform(0, 1, (*seen, steps, states))
    lead = np.broadcast_shapes(starts, moves[:-1], seen)
    found = smooth(initial, transitions, likelihoods)
    assert found.filtered.shape == found.smoothed.shape == (*lead, steps, states)
    assert found.log_evidence.shape == lead
    assert found.pairs().shape == (*lead, steps - 1, states, states)
    wide = (
        np.broadcast_to(initial, (*lead, states)),
        np.broadcast_to(transitions, (*lead, steps - 1, states, states)),
        np.broadcast_to(likelihoods, (*lead, steps, states)),
    )
    for place in np.ndindex(lead):
        filtered, smoothed, pairs, evidence = _enumerate(*(array[place] for array in wide))
        assert np.abs(found.filtered[place] - filtered).max() < CLOSE
        assert np.abs(found.smoothed[place] - smoothed).max() < CLOSE
        assert np.abs(found.pairs()[place] - pairs).max() < CLOSE
        assert abs(found.log_evidence[place] - evidence) < CLOSE
    only = forward_filter(initial, transitions, likelihoods)
    assert (only.filtered == found.filtered).all()


def test_long_sequences_of_small_likelihoods_do_not_underflow() -> None:
    initial, stay = [0.5, 0.5], [[0.99, 0.01], [0.02, 0.98]]
    likelihoods = np.tile([1e-280, 3e-300], (5_000, 1))
    found = smooth(initial, stay, likelihoods)
    assert np.isfinite(found.log_evidence)
    scaled = smooth(initial, stay, likelihoods * 1e280)
    assert found.log_evidence == pytest.approx(scaled.log_evidence - 5_000 * np.log(1e280), 1e-12)
    assert np.allclose(found.smoothed, scaled.smoothed, rtol=1e-9)
    assert np.abs(found.smoothed.sum(axis=-1) - 1).max() < 1e-14


def test_impossible_states_stay_impossible() -> None:
    """Zeros in the transitions; a likelihood that is large only where nothing can be."""
    found = smooth(
        [1.0, 0.0, 0.0],
        [[0.5, 0.5, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
        [[1.0, 1.0, 1.0], [1e-300, 1e-200, 1.0], [0.0, 1.0, 1.0]],
    )
    assert found.filtered[1:, 1].tolist() == [1.0, 1.0]
    assert (found.filtered[:, 2] == 0).all()
    assert (found.smoothed[:, 2] == 0).all()
    assert found.log_evidence == pytest.approx(np.log(0.5e-200))


def test_what_is_given_is_left_alone_and_what_is_found_cannot_be_written() -> None:
    given = _chain(2, (3,))
    before = [array.copy() for array in given]
    found = smooth(*given)
    assert all((a == b).all() for a, b in zip(given, before, strict=True))
    for array in (found.smoothed, found.filtered, found.log_evidence, found.transitions):
        assert not array.flags.writeable


def test_an_empty_batch_is_no_error() -> None:
    assert forward_filter(*_chain(0, (0,))).filtered.shape == (0, 4, 3)


ROW = [0.5, 0.5]
SQUARE = [ROW, ROW]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (([0.5, 0.6], SQUARE, [ROW]), "initial: probabilities do not sum to one: got '1.1'"),
        ((ROW, [ROW, [0.5, 0.4]], [ROW]), r"transitions\[0, 1\]: probabilities do not sum"),
        ((ROW, SQUARE, [[0.5, -0.1]]), "likelihoods: an entry is negative: got '-0.1'"),
        ((ROW, SQUARE, [[0.5, np.nan]]), "likelihoods: an entry is not a number"),
        ((ROW, SQUARE, [[0.5, np.inf]]), "likelihoods: an entry is infinite"),
        (([1.0], SQUARE, [ROW]), r"initial: wrong shape: got '\(1,\)'; allowed: \(..., 2\)"),
        ((1.0, SQUARE, [ROW]), "initial: wrong shape"),
        ((ROW, ROW, [ROW]), "transitions: wrong shape"),
        ((ROW, np.full((3, 3), 1 / 3), [ROW]), r"transitions: wrong shape: got '\(1, 3, 3\)'"),
        ((ROW, [SQUARE] * 3, [ROW] * 3), r"transitions: wrong number of steps.*\(..., 2 or 1, 2"),
        ((ROW, SQUARE, ROW), "likelihoods: wrong shape"),
        ((ROW, SQUARE, np.ones((0, 2))), "likelihoods: wrong shape"),
        ((ROW, SQUARE, "many"), "likelihoods: not an array of numbers"),
        (([ROW] * 2, SQUARE, [[ROW]] * 3), "leading axes do not fit one another"),
        ((ROW, SQUARE, [ROW, [0.0, 0.0]]), r"likelihoods\[1\]: no state that is still possible"),
        (
            ([1.0, 0.0], np.eye(2), [[ROW, ROW], [ROW, [0.0, 1.0]]]),
            r"likelihoods\[1, 1\]: no state that is still possible",
        ),
    ],
)
@pytest.mark.parametrize("function", [forward_filter, smooth])
def test_what_cannot_be_is_refused_in_words(given, words, function) -> None:
    with pytest.raises(InvalidRequest, match=words):
        function(*given)
