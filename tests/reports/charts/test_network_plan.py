import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tarjih.reports.charts.network_plan import Flow, least_crossings, pack_lanes, ports, spaced

strengths = arrays(
    float, st.tuples(st.integers(1, 9), st.integers(2, 6)), elements=st.floats(0, 3, width=16)
)


def crossings(strength: np.ndarray, left: list[int], right: list[int]) -> float:
    lines = [(i, j, strength[row, k]) for i, row in enumerate(left) for j, k in enumerate(right)]
    return sum(
        float(a * b)
        for (i, j, a), (m, n, b) in itertools.combinations(lines, 2)
        if (i - m) * (j - n) < 0
    )


@given(strengths)
def test_both_orders_hold_everything_and_cross_no_more_than_as_given(
    strength: np.ndarray,
) -> None:
    left, right = least_crossings(strength)
    n, k = strength.shape
    assert sorted(left) == list(range(n))
    assert sorted(right) == list(range(k))


def test_what_can_be_untangled_is() -> None:
    turned = np.eye(5)[::-1]
    assert crossings(turned, list(range(5)), list(range(5))) == 10
    assert crossings(turned, *least_crossings(turned)) == 0


def test_it_crosses_far_less_than_chance() -> None:
    rng = np.random.default_rng(0)
    strength = rng.exponential(size=(16, 5)) * (rng.random((16, 5)) < 0.4)
    found = crossings(strength, *least_crossings(strength))
    chance = [
        crossings(strength, list(rng.permutation(16)), list(rng.permutation(5))) for _ in range(200)
    ]
    assert found < np.quantile(chance, 0.02)


def test_what_has_no_partner_stands_at_the_foot() -> None:
    strength = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 2.0]])
    left, right = least_crossings(strength)
    assert (left[-1], right[-1]) == (0, 1)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 2)), unique=True, max_size=12))
def test_lines_never_share_a_port(pairs: list[tuple[int, int]]) -> None:
    flows = [Flow(left, right, 0.05) for left, right in pairs]
    lefts, rights = {n: float(n) for n in range(5)}, {n: 2.0 * n for n in range(3)}
    ends = ports(flows, lefts, rights)
    for side in (0, 1):
        mine = sorted(end[side] for end in ends)
        assert all(b - a >= 0.05 for a, b in itertools.pairwise(mine))


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12))
def test_spans_in_one_lane_never_meet(spans: list[tuple[int, int]]) -> None:
    ordered = [(min(span), max(span)) for span in spans]
    lanes = pack_lanes(ordered)
    for i, j in itertools.combinations(range(len(ordered)), 2):
        if lanes[i] == lanes[j]:
            assert ordered[i][1] < ordered[j][0] or ordered[j][1] < ordered[i][0]


def test_places_keep_their_distance() -> None:
    middles = spaced([0.5, 1.0, 0.5], 1.0, 0.2)
    assert middles[1] - middles[0] >= 0.75 + 0.2 - 1e-12
