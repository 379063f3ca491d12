from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import pytest

from tarjih.errors import InvalidStudy
from tarjih.priors.assumptions import Grade, assumptions_of
from tarjih.scenarios.records import Study

MakeStudy = Callable[..., Study]


def test_defaults(make_study: MakeStudy) -> None:
    assumed = assumptions_of(make_study())
    assert assumed.cluster_correlation == 0.8
    assert assumed.letters["B"] == Grade(0.85, 0.06)
    assert assumed.weights["strongly for"] == (3.0, 8.0)
    assert assumed.weights["neutral"] == (1.0, 1.0)
    assert assumed.effects["no effect"] == 0.0
    assert assumed.effects["lowers"] == assumed.effects["raises"] == 1.0
    assert (assumed.trust, assumed.trust_spread) == ("fixed", 1.0)


@pytest.mark.parametrize("word", ["slightly against", "against", "strongly against"])
def test_against_mirrors_for(make_study: MakeStudy, word: str) -> None:
    weights = assumptions_of(make_study()).weights
    low, high = weights[word]
    assert (1 / high, 1 / low) == pytest.approx(weights[word.replace("against", "for")])


def test_what_cannot_be_judged_is_wide_not_false(make_study: MakeStudy) -> None:
    assumed = assumptions_of(make_study())
    for grade in (assumed.letters["F"], assumed.digits[6]):
        assert grade.mean == 0.5
        assert grade.spread >= 0.25


def test_a_study_says_otherwise(make_study: MakeStudy) -> None:
    assumed = assumptions_of(
        make_study(
            assumptions={
                "bias_spread": 0.5,
                "letters": {"A": 0.99},
                "digits": {"2": 0.8},
                "weights": {"for": [2, 4], "strongly against": [0.1, 0.2]},
                "effects": {"strongly raises": 2, "lowers": 0.5},
            }
        )
    )
    assert assumed.bias_spread == 0.5
    assert assumed.letters["A"] == Grade(0.99, 0.03)
    assert assumed.digits[2].mean == 0.8
    assert assumed.weights["for"] == (2.0, 4.0)
    assert assumed.weights["against"] == (0.25, 0.5)
    assert assumed.weights["strongly against"] == (0.1, 0.2)
    assert assumed.weights["strongly for"] == (3.0, 8.0)
    assert assumed.effects["strongly lowers"] == 2.0
    assert (assumed.effects["lowers"], assumed.effects["raises"]) == (0.5, 1.0)


@pytest.mark.parametrize(
    ("stated", "message"),
    [
        ({"cluster_corelation": 0.5}, "did you mean 'cluster_correlation'"),
        ({"cluster_correlation": 1.2}, "between 0 and 1"),
        ({"noise_floor": 0}, "0.001 to 100"),
        ({"noise_floor": "much"}, "got 'much'"),
        ({"noise_floor": True}, "got 'True'"),
        ({"noise_floor": math.nan}, "got 'nan'"),
        ({"trust": "lerned"}, "did you mean 'learned'"),
        ({"trust": 1}, "allowed: fixed, learned"),
        ({"trust_spread": "wide"}, "0.001 to 100"),
        ({"letters": {"G": 0.5}}, "A, B, C, D, E, F"),
        ({"letters": [0.5]}, "not a mapping"),
        ({"weights": {"for": [3, 1]}}, "upside down"),
        ({"weights": {"for": 3}}, "not a range"),
        ({"weights": {"against": [1.6, 3]}}, "high <= 1"),
        ({"effects": {"raises": -1}}, "from 0 to 100"),
        ({"effects": {"no effect": 1}}, "unknown key"),
    ],
)
def test_bad_values_are_named(make_study: MakeStudy, stated: dict[str, Any], message: str) -> None:
    with pytest.raises(InvalidStudy) as caught:
        assumptions_of(make_study(assumptions=stated))
    assert message in str(caught.value)
    assert caught.value.problems[0].where.startswith("assumptions.")


def test_all_bad_values_at_once(make_study: MakeStudy) -> None:
    with pytest.raises(InvalidStudy) as caught:
        assumptions_of(make_study(assumptions={"noise_floor": 0, "bias_spread": -1, "x": 1}))
    assert len(caught.value.problems) == 3


def test_the_spread_of_trust_is_about_one_grade(make_study: MakeStudy) -> None:
    """What tables/trust.yaml says of the distances along A1, B2, C3, D4, E5."""
    assumed = assumptions_of(make_study())

    def logit(p: float) -> float:
        return math.log(p / (1 - p))

    diagonal = [
        (logit(assumed.letters[letter].mean) + 2 * logit(assumed.digits[digit].mean)) / 3
        for letter, digit in zip("ABCDE", range(1, 6), strict=True)
    ]
    apart = [above - below for above, below in itertools.pairwise(diagonal)]
    assert apart == pytest.approx([1.2, 0.9, 0.8, 1.3], abs=0.06)
    assert assumed.trust_spread == pytest.approx(sum(apart) / 4, abs=0.1)
