"""Folding many pieces of news into few bars: nothing is lost, and the strongest stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tarjih.reports.charts.waterfall import folded

sizes = st.lists(st.floats(0, 1, allow_nan=False), max_size=60)


@given(sizes, st.integers(1, 20))
def test_runs_cover_everything_in_order(given_sizes: list[float], most: int) -> None:
    runs = folded(given_sizes, most)
    assert [i for run in runs for i in run] == list(range(len(given_sizes)))
    assert len(runs) <= most
    assert all(len(run) for run in runs)


@given(sizes.filter(bool), st.integers(3, 20))
def test_the_largest_stands_alone_where_there_is_room(given_sizes: list[float], most: int) -> None:
    largest = given_sizes.index(max(given_sizes))
    assert range(largest, largest + 1) in folded(given_sizes, most)


@given(sizes, st.integers(0, 5))
def test_few_are_not_folded(given_sizes: list[float], more: int) -> None:
    most = max(len(given_sizes) + more, 1)
    assert [len(run) for run in folded(given_sizes, most)] == [1] * len(given_sizes)


@pytest.mark.parametrize("most", [1, 2])
def test_little_room_folds_all(most: int) -> None:
    runs = folded([1.0, 1.0, 5.0, 1.0, 1.0], most)
    assert [list(run) for run in runs] == [[0, 1, 2, 3, 4]]
