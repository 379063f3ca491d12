"""Throws of trust, and the reliability of what tellers tell under each draw."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import scipy.integrate
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from tarjih.errors import InvalidStudy
from tarjih.evidence import Trust, item_reliability, throw_trust
from tarjih.evidence.weighing.reliability import ReliabilityReader
from tarjih.evidence.weighing.trust import centred_logit
from tarjih.priors.assumptions import assumptions_of
from tarjih.scenarios.records import Item, Source, Study

MakeItem = Callable[..., Item]
MakeStudy = Callable[..., Study]
steady = settings(deadline=None)  # a busy machine is no failure


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x)) if x > 0 else math.exp(x) / (1 + math.exp(x))


def read(study: Study, item: Item, trust: Trust) -> Any:
    return ReliabilityReader(study, assumptions_of(study), trust).read(item)


def some_trust(study: Study, spread: float = 1.0) -> Trust:
    return throw_trust(replace(study, assumptions={"trust_spread": spread}), 5, 3)


# --- throws ---------------------------------------------------------------------------------


def test_throws_are_normal_and_independent(study: Study) -> None:
    trust = throw_trust(replace(study, assumptions={"trust_spread": 2.0}), 20_000, 1)
    assert (trust.spread, len(trust)) == (2.0, 20_000)
    values = np.array(list(trust.shifts.values())) / 2.0
    for row in values:
        assert scipy.stats.kstest(row, "norm").pvalue > 1e-3
    between = np.corrcoef(values) - np.eye(len(values))
    assert np.abs(between).max() < 5 / math.sqrt(20_000)
    following = [np.corrcoef(row[:-1], row[1:])[0, 1] for row in values]
    assert np.abs(following).max() < 5 / math.sqrt(20_000)


def test_a_throw_belongs_to_seed_teller_and_draw(study: Study) -> None:
    whole = throw_trust(study, 50, 7)
    more = Source("newcomer", {"en": "new"}, "A", "", {}, "")
    crowd = replace(study, sources=(more, *study.sources[::-1]))
    for other in (throw_trust(study, 80, 7), throw_trust(crowd, 50, 7)):
        for teller, shifts in whole.shifts.items():
            assert other.shifts[teller][:50].tobytes() == shifts.tobytes()
    assert not set(whole.shifts["a"]) & set(whole.shifts["b"])
    assert not set(whole.shifts["a"]) & set(throw_trust(study, 50, 8).shifts["a"])


def test_throws_stay_what_they_are(study: Study) -> None:
    """A number that was once thrown is part of what a forecast with a seed means."""
    got = throw_trust(study, 2, 2**64 - 1).shifts["a"]
    np.testing.assert_allclose(got, [-1.2051865472336625, -0.5834227752944937], rtol=1e-12)


def test_some_draws_are_taken(study: Study) -> None:
    trust = throw_trust(study, 10, 1)
    taken = trust.take(np.array([4, 4, 0]))
    assert len(taken) == 3
    assert taken.shifts["b"].tolist() == trust.shifts["b"][[4, 4, 0]].tolist()
    with pytest.raises(ValueError, match="read-only"):
        taken.shifts["b"][0] = 1.0


def test_shifts_must_fit_the_draws() -> None:
    with pytest.raises(ValueError, match=r"a must have 3 shifts, not \(2,\)"):
        Trust(1.0, 3, {"a": np.zeros(2)})


@pytest.mark.parametrize("stated", [{"trust": "lerned"}, {"trust": True}, {"trust_spread": 0}])
def test_wrong_assumptions(make_study: MakeStudy, stated: Mapping[str, Any]) -> None:
    with pytest.raises(InvalidStudy, match=r"assumptions\.trust"):
        throw_trust(make_study(assumptions=stated), 2, 0)


# --- the centre -----------------------------------------------------------------------------


@pytest.mark.parametrize("mean", [1e-6, 0.05, 0.5, 0.7, 0.95, 1 - 1e-6])
@pytest.mark.parametrize("spread", [1e-3, 0.3, 1.0, 3.0])
def test_the_centre_keeps_the_mean(mean: float, spread: float) -> None:
    centre = centred_logit(mean, spread)

    def at(z: float) -> float:
        return logistic(centre + spread * z) * math.exp(-z * z / 2) / math.sqrt(2 * math.pi)

    found, _ = scipy.integrate.quad(at, -12, 12, epsabs=1e-14, limit=200, points=[0.0])
    assert found == pytest.approx(mean, rel=1e-8)


def test_without_doubt_the_centre_is_the_logit() -> None:
    assert centred_logit(0.85, 0.0) == pytest.approx(math.log(0.85 / 0.15), abs=1e-12)


# --- reliability under each draw ------------------------------------------------------------


def test_one_draw_by_hand(study: Study, make_item: MakeItem) -> None:
    """B2 is 0.85; a spread of 1 centres its logit at 2.0478229760748015."""
    trust = Trust(1.0, 2, {"b": np.array([0.0, -1.5]), "c": np.array([0.5, 0.5])})
    got = read(study, make_item("i"), trust)
    expected = [1 / (1 + math.exp(-2.0478229760748)), 1 / (1 + math.exp(-0.5478229760748))]
    np.testing.assert_allclose(got, expected, rtol=1e-12)


def blind(study: Study, item: Item, shifts: Mapping[str, float], spread: float) -> float:
    """DESIGN, section 2, for one draw, in plain words and numbers."""
    assumed = assumptions_of(study)
    letters = {source.id: source.letter for source in study.sources}

    def told(teller: str) -> float:
        alone = replace(item, sources=(teller,), relays={}, kind="act")
        graded = item_reliability(study, alone, assumed)
        return logistic(centred_logit(graded, spread) + shifts[teller])

    by_root: dict[str, list[float]] = {}
    for teller in item.sources:
        chain = [teller]
        while chain[-1] in item.relays:
            chain.append(item.relays[chain[-1]])
        root = chain[-1]
        if root in letters:
            by_root[root] = [told(root)]
        else:
            known = [told(one) for one in chain if one in letters]
            by_root.setdefault(root, []).append(min(known))
    wrong = 1.0
    for ways in by_root.values():
        wrong *= 1 - max(ways)
    share = assumed.statement_discount if item.kind == "statement" else 1.0
    return min(max((1 - wrong) * share, 1e-6), 1 - 1e-6)


@pytest.mark.parametrize("kind", ["act", "statement"])
@pytest.mark.parametrize(
    ("sources", "relays"),
    [
        (("b",), {}),
        (("f",), {}),
        (("b", "c", "e"), {}),
        (("c", "a"), {"a": "c"}),
        (("a",), {"a": "c"}),
        (("a",), {"a": "d", "d": "officer"}),
        (("b", "e"), {"b": "officer", "e": "officer"}),
        (("b", "e", "c"), {"b": "officer", "e": "clerk"}),
    ],
)
def test_tellers_and_relays_draw_by_draw(
    study: Study, make_item: MakeItem, kind: str, sources: tuple[str, ...], relays: dict[str, str]
) -> None:
    trust = some_trust(study, 2.0)
    for digit in (1, 5, 6):
        item = make_item("i", sources=sources, relays=relays, kind=kind, credibility=digit)
        got = read(study, item, trust)
        for m in range(len(trust)):
            shifts = {teller: float(values[m]) for teller, values in trust.shifts.items()}
            assert got[m] == pytest.approx(blind(study, item, shifts, 2.0), rel=1e-10)
        assert len(set(got)) == len(trust)


@steady
@given(st.permutations("bcde"), st.integers(1, 6))
def test_order_of_sources_changes_no_bit(
    study: Study, make_item: MakeItem, order: list[str], digit: int
) -> None:
    relays = {"b": "officer", "c": "officer"}
    one, other = (
        read(study, make_item("i", sources=s, relays=relays, credibility=digit), some_trust(study))
        for s in (tuple("bcde"), tuple(order))
    )
    assert one.tobytes() == other.tobytes()


def test_nobody_in_particular_has_no_trust_to_lose(study: Study, make_item: MakeItem) -> None:
    nobody = make_item("i", sources=())
    got = read(study, nobody, some_trust(study))
    assert got.shape == ()
    assert got == item_reliability(study, nobody, assumptions_of(study))
    # F is somebody: all that it tells stands or falls together.
    assert read(study, make_item("i", sources=("f",)), some_trust(study)).shape == (5,)


@pytest.mark.parametrize("sources", [("b",), ("b", "c"), ("b", "e", "f")])
def test_no_doubt_about_tellers_is_fixed_trust(
    study: Study, make_item: MakeItem, sources: tuple[str, ...]
) -> None:
    sure = Trust(1e-9, 3, {source.id: np.zeros(3) for source in study.sources})
    for digit, kind in itertools.product(range(1, 7), ("act", "statement")):
        item = make_item("i", sources=sources, credibility=digit, kind=kind)
        fixed = item_reliability(study, item, assumptions_of(study))
        np.testing.assert_allclose(read(study, item, sure), fixed, rtol=1e-12)


def test_what_is_kept_is_bounded_and_changes_nothing(study: Study, make_item: MakeItem) -> None:
    trust = some_trust(study)
    reader = ReliabilityReader(study, assumptions_of(study), trust)
    items = [
        make_item("i", sources=("a",), relays={"a": f"x{n}"}, credibility=1 + n % 6)
        for n in range(600)
    ]
    got = [reader.read(item).tobytes() for item in [*items, *items]]
    assert got == [read(study, item, trust).tobytes() for item in items] * 2
    assert len(reader._read) <= 256


def test_tellers_that_a_report_rests_on(study: Study, make_item: MakeItem) -> None:
    reader = ReliabilityReader(study, assumptions_of(study))
    for sources, relays, rests_on in [
        (("c", "a"), {}, ("a", "c")),
        (("c", "a"), {"a": "c"}, ("c",)),
        (("a",), {"a": "c"}, ("c",)),
        (("a", "e"), {"a": "d", "d": "officer"}, ("a", "d", "e")),
        ((), {}, ()),
    ]:
        assert reader.tellers(make_item("i", sources=sources, relays=relays)) == rests_on
