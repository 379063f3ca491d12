"""Days held, baselines: by hand and against a slow reading of the rule."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
from hypothesis import given

from tarjih.scoring.skill import (
    base_rates,
    days_held,
    first_of_each,
    in_order,
    share_of_days,
    uniform_forecasts,
)

ROWS = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 30), st.sampled_from([0.0, 0.25, 0.5])),
    max_size=30,
    unique_by=lambda row: (row[0], row[1] + row[2]),
)


@given(ROWS, st.integers(0, 30))
def test_days_are_counted_one_by_one(rows: list[tuple[int, int, float]], last: int) -> None:
    series = np.array([row[0] for row in rows], dtype=int)
    when = np.array([row[1] + row[2] for row in rows], dtype=float)
    expected = np.zeros(len(rows))
    for day in range(last + 1):
        for one in set(series.tolist()):
            # the latest forecast made by the end of the day holds it
            made = [i for i in range(len(rows)) if series[i] == one and when[i] < day + 1]
            if made:
                expected[max(made, key=lambda i: when[i])] += 1
    held = days_held(series, when, np.full(len(rows), last))
    np.testing.assert_array_equal(held, expected)


def test_opening_day_cuts_what_came_before() -> None:
    held = days_held([0, 0], [5, 12], [14, 14], [10, 10])
    assert held.tolist() == [2, 3]
    assert days_held([0], [5], [14], [np.nan]).tolist() == [10]


def test_coverage_is_unknown_without_an_opening_day() -> None:
    share = share_of_days([3.0, 4.0], [0, 1], [6.0, np.nan])
    assert share[0] == 0.5
    assert np.isnan(share[1])


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), max_size=20))
def test_order_is_that_of_sorting(rows: list[tuple[int, int]]) -> None:
    keys = np.array(rows, dtype=int).reshape(-1, 2)
    order = in_order(keys[:, 0], keys[:, 1])
    assert order.tolist() == sorted(range(len(rows)), key=lambda i: rows[i])
    done = in_order(keys[order, 0], keys[order, 1])
    assert done.tolist() == list(range(len(rows)))


def test_base_rates_are_of_like_questions_only() -> None:
    rates = base_rates([1, 0, 1, 2], [7, 7, 7, 9], 3)
    np.testing.assert_allclose(rates[0], [1 / 3, 2 / 3, 0])
    assert np.isnan(rates[3]).all()


def test_first_forecast_of_each() -> None:
    assert first_of_each([1, 0, 1, 1], [9, 3, 2, 5]).tolist() == [2, 1, 2, 2]
    assert first_of_each([], []).tolist() == []
    assert uniform_forecasts([3], 4).tolist() == [[1 / 3, 1 / 3, 1 / 3, 0]]
