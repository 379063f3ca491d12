import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tarjih.reports.layout import TextMeter, spread_apart, stack_rows, wrap_text

boxes = st.lists(st.tuples(st.floats(0, 10), st.floats(0.1, 1.0)), min_size=1, max_size=8)


@given(boxes)
def test_spread_labels_do_not_overlap_and_stay_inside(rows: list[tuple[float, float]]) -> None:
    wanted, sizes = zip(*rows, strict=True)
    centres = spread_apart(wanted, sizes, 0.0, 10.0)
    order = sorted(range(len(rows)), key=lambda i: (wanted[i], i))
    for below, above in itertools.pairwise(order):
        assert centres[above] - centres[below] >= (sizes[above] + sizes[below]) / 2 - 1e-9
    assert centres[order[0]] - sizes[order[0]] / 2 >= -1e-9
    assert centres[order[-1]] + sizes[order[-1]] / 2 <= 10 + 1e-9


def test_labels_with_room_stay_where_they_are() -> None:
    assert spread_apart([5.0, 1.0, 3.0], [1.0, 1.0, 1.0], 0, 6) == pytest.approx([5.0, 1.0, 3.0])


def test_the_sum_of_squared_shifts_is_least() -> None:
    wanted, sizes = [1.0, 1.1, 1.2, 4.0], [0.5, 0.8, 0.5, 0.5]
    best = np.square(np.subtract(spread_apart(wanted, sizes, 0, 6), wanted)).sum()
    rng = np.random.default_rng(0)
    for _ in range(500):
        tried = np.sort(rng.uniform(0, 6, 4))
        gaps = np.diff(tried) >= (np.array(sizes[1:]) + sizes[:-1]) / 2
        if gaps.all():
            assert np.square(tried - wanted).sum() >= best - 1e-9


def test_too_many_labels_for_the_room_still_do_not_overlap() -> None:
    centres = spread_apart([0.0] * 5, [1.0] * 5, 0.0, 3.0)
    assert np.diff(centres) == pytest.approx(1.0)


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
