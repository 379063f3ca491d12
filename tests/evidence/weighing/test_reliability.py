"""Grades, tellers and relays."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import pytest

from tarjih.errors import InvalidRequest
from tarjih.evidence import combine_grades, item_reliability, relay_chains
from tarjih.priors.assumptions import assumptions_of
from tarjih.scenarios.records import Item, Study

MakeItem = Callable[..., Item]
MakeStudy = Callable[..., Study]


def logit(p: float) -> float:
    return math.log(p / (1 - p))


def reliability(study: Study, item: Item) -> float:
    return item_reliability(study, item, assumptions_of(study))


def test_equal_grades_keep_their_mean(study: Study) -> None:
    known = assumptions_of(study)
    assert combine_grades(known, "B", 2) == pytest.approx(0.85, abs=1e-12)
    assert combine_grades(known, "D", 4) == pytest.approx(0.5, abs=1e-12)


def test_the_digit_counts_double(study: Study) -> None:
    known = assumptions_of(study)
    a, c = logit(known.letters["A"].mean), logit(known.letters["C"].mean)
    base = logit(combine_grades(known, "C", 3))
    by_letter = logit(combine_grades(known, "A", 3)) - base
    by_digit = logit(combine_grades(known, "C", 1)) - base
    assert by_letter == pytest.approx((a - c) / 3, abs=1e-12)
    assert by_digit == pytest.approx(2 * by_letter, abs=1e-12)


def test_better_grades_are_trusted_more(study: Study) -> None:
    known = assumptions_of(study)
    for digit in range(1, 7):
        values = [combine_grades(known, letter, digit) for letter in "ABCDE"]
        assert all(better > worse for better, worse in itertools.pairwise(values))
    for letter in "ABCDEF":
        values = [combine_grades(known, letter, digit) for digit in range(1, 6)]
        assert all(better > worse for better, worse in itertools.pairwise(values))


def test_grades_are_not_multiplied(study: Study) -> None:
    known = assumptions_of(study)
    assert combine_grades(known, "C", 3) > known.letters["C"].mean * known.digits[3].mean


def test_what_cannot_be_judged_is_wide_not_zero(study: Study) -> None:
    known = assumptions_of(study)
    assert combine_grades(known, "F", 6) == pytest.approx(0.5, abs=1e-12)
    # By hand: mean of logistic((±log 3 + 2 logit .85) / 3).
    middle, half = 2 * logit(0.85) / 3, math.log(3) / 3
    expected = sum(1 / (1 + math.exp(-middle - sign * half)) for sign in (-1, 1)) / 2
    assert combine_grades(known, "F", 2) == pytest.approx(expected, abs=1e-12)
    # Doubt about the grade pulls the expectation towards one half.
    assert 0.5 < expected < 1 / (1 + math.exp(-middle))


def test_overridden_grades_stay_inside_the_clip(make_study: MakeStudy) -> None:
    known = assumptions_of(
        make_study(assumptions={"letters": {"A": 1, "F": 0}, "digits": {1: 1, 6: 0}})
    )
    assert combine_grades(known, "A", 1) == pytest.approx(1 - 1e-6)
    assert combine_grades(known, "F", 6) == pytest.approx(1e-6)


def test_independent_sources_add(study: Study, make_item: MakeItem) -> None:
    one, other = (reliability(study, make_item("i", sources=(s,))) for s in "bc")
    both = reliability(study, make_item("i", sources=("b", "c")))
    assert both == pytest.approx(1 - (1 - one) * (1 - other), abs=1e-12)
    assert both > max(one, other)


@pytest.mark.parametrize("digit", range(1, 7))
def test_order_of_sources_changes_no_bit(study: Study, make_item: MakeItem, digit: int) -> None:
    orders = itertools.permutations("bcdef")
    values = {reliability(study, make_item("i", sources=o, credibility=digit)) for o in orders}
    assert len(values) == 1


def test_a_relay_adds_nothing(study: Study, make_item: MakeItem) -> None:
    alone = reliability(study, make_item("i", sources=("c",)))
    for sources, relays in [
        (("c", "a"), {"a": "c"}),
        (("c", "a", "b"), {"a": "b", "b": "c"}),  # a chain
        (("a",), {"a": "c"}),  # the root not among the tellers
        (("c", "a", "b"), {"a": "c", "b": "c"}),
    ]:
        assert reliability(study, make_item("i", sources=sources, relays=relays)) == alone


def test_the_same_tellers_without_relays_would_add(study: Study, make_item: MakeItem) -> None:
    relayed = reliability(study, make_item("i", sources=("c", "a"), relays={"a": "c"}))
    assert reliability(study, make_item("i", sources=("c", "a"))) > relayed


def test_an_unknown_root_is_as_good_as_the_best_chains_weakest_teller(
    study: Study, make_item: MakeItem
) -> None:
    plain = {s: reliability(study, make_item("i", sources=(s,))) for s in "abcde"}
    chain = make_item("i", sources=("a",), relays={"a": "d", "d": "officer"})
    assert reliability(study, chain) == plain["d"]
    # One more relay of the same unknown root, however bad, never makes it worse.
    two = make_item("i", sources=("b", "e"), relays={"b": "officer", "e": "officer"})
    assert reliability(study, two) == plain["b"]
    assert set(relay_chains(two)) == {"officer"}


def test_a_statement_is_discounted_once(study: Study, make_item: MakeItem) -> None:
    act = reliability(study, make_item("i", sources=("b", "c")))
    statement = reliability(study, make_item("i", sources=("b", "c"), kind="statement"))
    assert statement == pytest.approx(0.5 * act, abs=1e-12)


def test_no_teller_is_letter_f(study: Study, make_item: MakeItem) -> None:
    nobody = reliability(study, make_item("i", sources=()))
    assert nobody == reliability(study, make_item("i", sources=("f",)))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sources": ("z",)}, "unknown source: got 'z'; allowed: a, b"),
        ({"credibility": 7}, "no such Admiralty digit: got '7'"),
        ({"relays": {"b": "c", "c": "b"}}, "in a circle: got 'b -> c -> b'"),
        ({"relays": {"b": "b"}}, "in a circle: got 'b -> b'"),
    ],
)
def test_wrong_tellers_are_refused(
    study: Study, make_item: MakeItem, changes: dict[str, Any], message: str
) -> None:
    with pytest.raises(InvalidRequest, match=message):
        reliability(study, make_item("i", **changes))
