"""Shared origin: the counting rule, its properties, and mistakes that they must catch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tarjih.equations import advance, entry, review_chance
from tarjih.evidence.weighing import clusters
from tarjih.evidence.weighing.clusters import (
    Member,
    discount,
    effective_count,
    increments,
    together,
)

Array = NDArray[np.float64]
Rule = Callable[[Sequence[Member], float], tuple[Mapping[int, Array], tuple[float, ...]]]
STEPS = 5
steady = settings(deadline=None)  # a busy machine is no failure


def member(step: int, *contrasts: float) -> Member:
    return Member((step,), np.array([contrasts]))


def suffix_sums(placed: Mapping[int, Array], size: int) -> Array:
    """What is said against each state from each step on, (STEPS, K)."""
    rows = np.zeros((STEPS, size))
    for step, against in placed.items():
        rows[step] += against
    return rows[::-1].cumsum(axis=0)[::-1]


strengths = st.floats(0, 4, allow_subnormal=False)


@st.composite
def members(draw: st.DrawFn, one_step: bool = False, states: int = 3) -> Member:
    """An item that favours state 0; a check, if it speaks of several steps."""
    first = 0 if one_step else draw(st.integers(0, STEPS - 1))
    last = first if one_step else draw(st.integers(first, STEPS - 1))
    rows = [
        [0.0, *draw(st.lists(strengths, min_size=states - 1, max_size=states - 1))]
        for _ in range(first, last + 1)
    ]
    rows[0][1] += 0.01  # not neutral
    return Member(tuple(range(first, last + 1)), np.array(rows))


correlations = st.floats(0, 1)


# --- worked values --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "correlation", "worth"), [(5, 0.5, 1.67), (5, 0.8, 1.19), (10, 0.5, 1.82)]
)
def test_effective_count(count: int, correlation: float, worth: float) -> None:
    assert effective_count(count, correlation) == pytest.approx(worth, abs=0.005)
    assert increments(count, correlation).sum() == pytest.approx(worth, abs=0.005)


@steady
@given(st.integers(1, 60), correlations)
def test_increments_are_the_differences(count: int, correlation: float) -> None:
    steps = increments(count, correlation)
    counts = [effective_count(n, correlation) for n in range(count + 1)]
    np.testing.assert_allclose(steps, np.diff(counts), atol=1e-12)
    assert (steps >= 0).all()
    assert (np.diff(steps) <= 0).all()


def test_five_equal_reprints_count_1_19() -> None:
    placed, exponents = discount([member(2, 0.0, 1.0, 0.5)] * 5, 0.8)
    np.testing.assert_allclose(placed[2], effective_count(5, 0.8) * np.array([0, 1.0, 0.5]))
    np.testing.assert_allclose(exponents, increments(5, 0.8))
    assert sum(exponents) == pytest.approx(1.19, abs=0.001)


def test_each_contrast_is_ranked_apart() -> None:
    """First strongest against state 1, second against state 2; e = (1, 1/9) at ρ = .8."""
    placed, exponents = discount([member(0, 0, 3.0, 0.9), member(0, 0, 1.8, 2.0)], 0.8)
    np.testing.assert_allclose(placed[0], [0, 3.0 + 1.8 / 9, 2.0 + 0.9 / 9])
    np.testing.assert_allclose(exponents, [(3 + 0.1) / 3.9, (0.2 + 2.0) / 3.8])


def test_the_freshest_counts_in_full() -> None:
    placed, exponents = discount([member(0, 0, 3.0), member(4, 0, 2.0)], 0.8)
    np.testing.assert_allclose(placed[4], [0, 2.0])
    np.testing.assert_allclose(placed[0], [0, 3.0 + 2.0 / 9 - 2.0])
    assert exponents[1] == 1.0


def test_what_is_cut_to_nothing_counts_nothing() -> None:
    _, exponents = discount([member(0, 0, 0.0), member(0, 0, 2.0)], 0.8)
    assert exponents == (0.0, 1.0)


# --- properties -----------------------------------------------------------------------------


def check_that_agreeing_never_lowers(
    rule: Rule, group: list[Member], one_more: Member, correlation: float
) -> None:
    size = one_more.contrasts.shape[1]
    before = suffix_sums(rule(group, correlation)[0], size)
    after = suffix_sums(rule([*group, one_more], correlation)[0], size)
    assert (after >= before - 1e-12).all()


@steady
@given(st.lists(members(), min_size=1, max_size=7), members(), correlations)
def test_an_agreeing_item_never_lowers_belief(
    group: list[Member], one_more: Member, correlation: float
) -> None:
    """Against every state, from every step on: more than the share of the whole."""
    check_that_agreeing_never_lowers(discount, group, one_more, correlation)


@steady
@given(st.lists(members(), min_size=1, max_size=7), correlations)
def test_over_all_steps_the_rule_is_that_of_the_sorted_list(
    group: list[Member], correlation: float
) -> None:
    placed, exponents = discount(group, correlation)
    said = np.array([m.contrasts.sum(axis=0) for m in group])
    expected = np.zeros(3)
    for i in range(1, len(group) + 1):
        times = effective_count(i, correlation) - effective_count(i - 1, correlation)
        expected += times * np.array([sorted(column, reverse=True)[i - 1] for column in said.T])
    np.testing.assert_allclose(sum(placed.values()), expected, atol=1e-12)
    assert all((against >= 0).all() for against in placed.values())
    assert all(0 <= exponent <= 1 for exponent in exponents)
    # The exponents account for all that was placed.
    np.testing.assert_allclose(np.dot(exponents, said.sum(axis=1)), expected.sum(), atol=1e-9)


@steady
@given(st.lists(members(), min_size=2, max_size=6), correlations)
def test_many_columns_are_sorted_alike(group: list[Member], correlation: float) -> None:
    """Rows against each other (as for draws side by side) or column by column."""
    wide = [Member(m.steps, np.tile(m.contrasts, 500)) for m in group]
    narrow = together(group, correlation)
    for least in (0, 10**9):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(clusters, "_MANY", least)
            placed = together(wide, correlation)
        for step, against in narrow.items():
            assert placed[step].tobytes() == np.tile(against, 500).tobytes()


@steady
@given(st.lists(members(one_step=True), min_size=2, max_size=6), correlations)
def test_order_of_members_changes_no_bit(group: list[Member], correlation: float) -> None:
    forward, _ = discount(group, correlation)
    backward, _ = discount(group[::-1], correlation)
    assert forward[0].tobytes() == backward[0].tobytes()


@steady
@given(
    st.lists(members(states=2), min_size=1, max_size=6),
    members(states=2),
    correlations,
    st.floats(0.05, 0.95),
    st.lists(st.floats(0.2, 40), min_size=2, max_size=2),
)
def test_belief_in_a_changing_state_never_falls(
    group: list[Member], one_more: Member, correlation: float, pull: float, times: list[float]
) -> None:
    """Through the filter itself, for two scenarios that come and go."""
    rho = review_chance(np.array(times), 1.0)
    replacement = entry(np.array([pull, 1 - pull]), rho)

    def belief(items: list[Member]) -> float:
        placed, _ = discount(items, correlation)
        mass = np.array([pull, 1 - pull])
        for step in range(STEPS):
            if step:
                mass = advance(mass, rho, replacement)
            mass = mass * np.exp(-placed.get(step, np.zeros(2)))
            mass = mass / mass.sum()
        return float(mass[0])

    assert belief([*group, one_more]) >= belief(group) - 1e-12


# --- planted mistakes: the property above must catch each -----------------------------------


def common_power(group: Sequence[Member], correlation: float) -> tuple[dict[int, Array], tuple[()]]:
    """Every item to the power 1 / (1 + (n - 1) ρ)."""
    placed: dict[int, Array] = {}
    for m in group:
        for step, contrasts in zip(m.steps, m.contrasts, strict=True):
            share = contrasts / (1 + (len(group) - 1) * correlation)
            placed[step] = placed.get(step, np.zeros(len(contrasts))) + share
    return placed, ()


def ranked_by(
    group: Sequence[Member], correlation: float, strength: Callable[[Member], Array]
) -> tuple[dict[int, Array], tuple[()]]:
    """Each item to the power of its rank, in its own steps."""
    weight = increments(len(group), correlation)
    placed: dict[int, Array] = {}
    size = group[0].contrasts.shape[1]
    ranks = np.argsort(
        np.argsort([-np.broadcast_to(strength(m), size) for m in group], axis=0), axis=0
    )
    for m, rank in zip(group, ranks, strict=True):
        for step, contrasts in zip(m.steps, m.contrasts, strict=True):
            placed[step] = placed.get(step, np.zeros(size)) + weight[rank] * contrasts
    return placed, ()


def one_rank(group: Sequence[Member], correlation: float) -> tuple[dict[int, Array], tuple[()]]:
    """One rank for an item, by its total strength, whatever the contrast."""
    return ranked_by(group, correlation, lambda m: np.full(1, m.contrasts.sum()))


def blind_to_time(
    group: Sequence[Member], correlation: float
) -> tuple[dict[int, Array], tuple[()]]:
    """Contrasts ranked apart, but the strongest counts in full however old it is."""
    return ranked_by(group, correlation, lambda m: m.contrasts.sum(axis=0))


@pytest.mark.parametrize(
    ("mistake", "one_step"), [(common_power, True), (one_rank, True), (blind_to_time, False)]
)
def test_the_property_catches_a_planted_mistake(mistake: Rule, one_step: bool) -> None:
    some = members(one_step=one_step)

    @settings(deadline=None, database=None, derandomize=True, max_examples=500)
    @given(st.lists(some, min_size=1, max_size=4), some)
    def trial(group: list[Member], one_more: Member) -> None:
        check_that_agreeing_never_lowers(mistake, group, one_more, 0.8)

    with pytest.raises(AssertionError):
        trial()


def test_ranking_apart_is_right_within_one_step() -> None:
    """`blind_to_time` fails for its blindness only: in one step it is the rule itself."""
    group = [member(0, 0, 3.0, 0.9), member(0, 0, 1.8, 2.0), member(0, 0, 0.2, 1.0)]
    np.testing.assert_allclose(blind_to_time(group, 0.8)[0][0], discount(group, 0.8)[0][0])
