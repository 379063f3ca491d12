import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tarjih.reports.charts.layout import TextMeter, spread_apart, stack_rows, wrap_text

boxes = st.lists(
    st.tuples(st.floats(0, 10), st.floats(0.05, 0.5), st.floats(0.05, 0.5)), min_size=1, max_size=8
)


@given(boxes)
def test_spread_labels_do_not_overlap_and_stay_inside(
    rows: list[tuple[float, float, float]],
) -> None:
    wanted, below, above = zip(*rows, strict=True)
    places = spread_apart(wanted, below, above, 0.0, 10.0)
    order = sorted(range(len(rows)), key=lambda i: (wanted[i], i))
    for lower, upper in itertools.pairwise(order):
        assert places[upper] - below[upper] >= places[lower] + above[lower] - 1e-9
    assert places[order[0]] - below[order[0]] >= -1e-9
    assert places[order[-1]] + above[order[-1]] <= 10 + 1e-9


def test_labels_with_room_stay_where_they_are() -> None:
    halves = [0.5] * 3
    assert spread_apart([5.0, 1.0, 3.0], halves, halves, 0, 6) == pytest.approx([5.0, 1.0, 3.0])


def test_a_tall_label_keeps_its_place_in_the_order() -> None:
    higher, lower = spread_apart([3.4, 3.2], [1.5, 0.5], [0.5, 0.5], 0, 10)
    assert higher > lower


def test_the_sum_of_squared_shifts_is_least() -> None:
    wanted, below, above = [1.0, 1.1, 1.2, 4.0], [0.3, 0.5, 0.2, 0.2], [0.2, 0.3, 0.3, 0.3]
    best = np.square(np.subtract(spread_apart(wanted, below, above, 0, 6), wanted)).sum()
    rng = np.random.default_rng(0)
    fair = 0
    for _ in range(4000):
        tried = np.sort(rng.uniform(0, 6, 4))
        if (np.diff(tried) >= np.array(below[1:]) + above[:-1]).all():
            fair += 1
            assert np.square(tried - wanted).sum() >= best - 1e-9
    assert fair > 100


def test_too_many_labels_for_the_room_still_do_not_overlap() -> None:
    places = spread_apart([0.0] * 5, [0.5] * 5, [0.5] * 5, 0.0, 3.0)
    assert np.diff(places) == pytest.approx(1.0)


@given(st.lists(st.floats(0, 20), max_size=40))
def test_marks_in_one_row_never_touch(positions: list[float]) -> None:
    rows = stack_rows(positions, 1.0)
    for row in set(rows):
        mine = sorted(p for p, r in zip(positions, rows, strict=True) if r == row)
        assert all(b - a >= 1.0 for a, b in itertools.pairwise(mine))


@given(st.text(alphabet="ab \n\t", max_size=60), st.integers(1, 12))
def test_wrapping_loses_no_letter_and_fits(text: str, width: int) -> None:
    lines = wrap_text(text, width, len)
    assert "".join(lines).replace(" ", "") == "".join(text.split())
    assert all(0 < len(line) <= width for line in lines)


def test_no_break_spaces_do_not_break() -> None:
    assert wrap_text("price (and\u00a03\u00a0more)", 12, len) == ["price", "(and\u00a03\u00a0more)"]


def test_arabic_letters_join_and_so_take_less_room_than_apart() -> None:
    meter = TextMeter()
    word = "شراكة"
    assert meter.width(word, 10) < sum(meter.width(letter, 10) for letter in word)
    assert meter.width("", 10) == 0
    assert meter.width("wide", 10, "bold") > meter.width("wide", 10)
    assert len(meter.wrap("القوات الروسية تغادر مطار القامشلي", 1.0, 9)) > 1
