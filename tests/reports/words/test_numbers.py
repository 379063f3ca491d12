import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tarjih.reports.words.numbers import (
    LRM,
    RLM,
    figures,
    interval_text,
    paragraph,
    percent_text,
    percent_texts,
    whole_percents,
)

shares = st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=12).map(
    lambda weights: [weight / sum(weights) for weight in weights]
)
probabilities = st.floats(0.0, 1.0)


@given(shares)
def test_whole_percents_sum_to_100_and_are_floor_or_ceiling(values: list[float]) -> None:
    whole = whole_percents(values)
    assert sum(whole) == 100
    assert all(abs(n - 100 * p) < 1 + 1e-4 for n, p in zip(whole, values, strict=True))


@given(shares)
def test_larger_probabilities_never_show_less(values: list[float]) -> None:
    whole = whole_percents(values)
    for i, first in enumerate(values):
        for j, second in enumerate(values):
            assert whole[i] <= whole[j] or first > second - 1e-6


def test_whole_percents_of_nothing_and_of_unnormalised_values() -> None:
    assert whole_percents([]) == ()
    assert whole_percents([0.0, 0.0]) == (0, 0)
    assert whole_percents([2.0, 1.0, 1.0]) == (50, 25, 25)


@pytest.mark.parametrize(
    ("probability", "shown"),
    [(0.29, "29%"), (0.285, "29%"), (0.01, "1%"), (0.0099, "<1%"), (0.99, "99%"), (0.9901, ">99%")],
)
def test_percents_at_the_edges(probability: float, shown: str) -> None:
    assert percent_text(probability) == shown


def test_set_of_percents_never_shows_zero_for_what_is_possible() -> None:
    assert percent_texts([0.9997, 0.0003]) == (">99%", "<1%")
    assert percent_texts([1.0, 0.0]) == ("100%", "0%")


@given(probabilities, probabilities)
def test_interval_is_rounded_outward(first: float, second: float) -> None:
    low, high = sorted((round(first, 6), round(second, 6)))
    left, _, right = interval_text(low, high).rstrip("%").partition("–")
    assert _bounds(left)[0] <= 100 * low + 1e-9
    assert _bounds(right or left)[1] >= 100 * high - 1e-9


@given(probabilities, probabilities, probabilities)
def test_a_mean_inside_its_interval_is_shown_inside(a: float, b: float, c: float) -> None:
    low, mean, high = sorted((a, b, c))
    left, _, right = interval_text(low, high).rstrip("%").partition("–")
    shown = percent_text(mean).rstrip("%")
    assert _bounds(left)[0] <= _bounds(shown)[1]
    assert _bounds(shown)[0] <= _bounds(right or left)[1]


def test_arabic_shows_the_same_figures_between_marks() -> None:
    assert interval_text(0.6, 0.95, "ar") == f"{LRM}60–95%{LRM}"
    assert percent_text(0.84, "ar") == f"{LRM}84%{LRM}"
    assert percent_texts([0.6, 0.4], "ar") == (f"{LRM}60%{LRM}", f"{LRM}40%{LRM}")
    assert figures("x", "en") == "x"


def test_paragraph_is_marked_once() -> None:
    once = paragraph("60%", "ar")
    assert once == f"{RLM}60%"
    assert paragraph(once, "ar") == once
    assert paragraph("60%", "en") == "60%"


def _bounds(shown: str) -> tuple[float, float]:
    number = float(re.sub(r"\D", "", shown))
    if shown.startswith("<"):
        return 0.0, number
    return (number, 100.0) if shown.startswith(">") else (number, number)
