"""From items to likelihoods: what counts, when, and how often."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tarjih.errors import InvalidRequest, InvalidStudy
from tarjih.evidence import Entry, Evidence, effective_count, weigh_evidence
from tarjih.evidence.weighing.bearing import BearingReader
from tarjih.priors.assumptions import assumptions_of
from tarjih.scenarios.records import Checked, Item, LevelSeen, Seen, Study, Weights

MakeItem = Callable[..., Item]
MakeStudy = Callable[..., Study]
Array = NDArray[np.float64]

AS_OF = dt.date(2026, 1, 31)
LAST = 8
TURN = 1
steady = settings(deadline=None)  # a busy machine is no failure


def weigh(study: Study, *items: Item, as_of: dt.date = AS_OF, last_step: int = LAST) -> Evidence:
    return weigh_evidence(study, items, as_of=as_of, last_step=last_step)


def entry_of(evidence: Evidence, id: str) -> Entry:
    return next(entry for entry in evidence.entries if entry.item.id == id)


def bits(evidence: Evidence) -> list[bytes]:
    return [array.tobytes() for array in (evidence.scenario_loglik, *evidence.driver_loglik)]


def share(loglik: Array) -> Array:
    """Posterior of equal priors, all steps together."""
    total = loglik.sum(axis=0)
    weight = np.exp(total - total.max())
    return np.asarray(weight / weight.sum())


def centred(loglik: Array) -> Array:
    return np.asarray(loglik - loglik.max(axis=-1, keepdims=True))


# --- shapes and single items ----------------------------------------------------------------


def test_nothing_said(study: Study) -> None:
    evidence = weigh(study, last_step=0)
    assert evidence.scenario_loglik.shape == (1, 3)
    assert [array.shape for array in evidence.driver_loglik] == [(1, 3), (1, 2)]
    assert not evidence.scenario_loglik.any()
    assert evidence.entries == ()
    for array in (evidence.scenario_loglik, *evidence.driver_loglik):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 1.0


@pytest.mark.parametrize(
    "bears_on", [Seen("visit"), Seen("bulletin"), Weights({"turn": "for", "hold": "against"})]
)
def test_one_item_lands_in_its_step_in_full(
    study: Study, make_item: MakeItem, bears_on: Any
) -> None:
    item = make_item("i", bears_on)
    evidence = weigh(study, item)
    entry = entry_of(evidence, "i")
    assert (entry.step, entry.exponent, entry.counted, entry.reason) == (2, 1.0, True, "")
    assert entry.reliability == pytest.approx(0.85)
    alone = BearingReader(study, assumptions_of(study)).read(item, entry.reliability).loglik
    np.testing.assert_allclose(evidence.scenario_loglik[2], centred(alone)[0], atol=1e-15)
    others = np.delete(evidence.scenario_loglik, 2, axis=0)
    assert not others.any()


def test_a_level_goes_to_its_driver(study: Study, make_item: MakeItem) -> None:
    evidence = weigh(study, make_item("i", LevelSeen("deal", 1)))
    assert not evidence.scenario_loglik.any()
    assert not evidence.driver_loglik[0].any()
    assert evidence.driver_loglik[1][2].argmax() == 1
    near, far = 1 - 1e-6, math.exp(-1 / 0.35)
    mean = (near + far) / 2
    ratio = (0.85 * far + 0.15 * mean) / (0.85 * near + 0.15 * mean)
    assert evidence.driver_loglik[1][2, 0] == pytest.approx(math.log(ratio), abs=1e-12)


def test_a_check_is_spread_over_its_steps(study: Study, make_item: MakeItem) -> None:
    check = make_item("i", Checked("strike"), start=dt.date(2025, 7, 1), end=dt.date(2025, 10, 15))
    evidence = weigh(study, check)
    assert entry_of(evidence, "i").step == 2
    said = -evidence.scenario_loglik.min(axis=1)
    assert said[1] > said[0] > said[2] > 0  # a full month, 25 of 31 days, 15 of 31 days
    assert not said[3:].any()
    # Silence speaks against the scenario under which most was to be seen.
    assert share(evidence.scenario_loglik).argmin() == 0
    # Fewer steps are the same steps, cut.
    cut = weigh(study, check, last_step=1)
    np.testing.assert_array_equal(cut.scenario_loglik, evidence.scenario_loglik[:2])
    assert entry_of(cut, "i").step == 1


def test_silence_without_a_check_says_nothing(study: Study, make_item: MakeItem) -> None:
    evidence = weigh(study, make_item("i", Seen("visit")))
    assert np.flatnonzero(evidence.scenario_loglik.any(axis=1)).tolist() == [2]


# --- what counts ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"end": dt.date(2025, 8, 6)}, "before the origin"),
        ({"end": dt.date(2025, 8, 6), "known": dt.date(2025, 12, 1)}, "before the origin"),
        ({"end": dt.date(2024, 1, 1)}, "before the origin"),
        ({"known": dt.date(2026, 2, 1)}, "not known by 2026-01-31"),
        ({"kind": "opinion"}, "opinion"),
        ({"bears_on": Weights({"turn": "neutral"})}, "neutral"),
        ({"bears_on": Weights({})}, "neutral"),
        ({"bears_on": Seen("weather")}, "neutral"),
    ],
)
def test_what_is_shown_but_not_counted(
    study: Study, make_item: MakeItem, changes: dict[str, Any], reason: str
) -> None:
    other = make_item("other", cluster="c")
    item = make_item("i", **({"cluster": "c"} | changes))
    evidence = weigh(study, other, item)
    entry = entry_of(evidence, "i")
    assert (entry.step, entry.exponent, entry.counted, entry.reason) == (None, 0.0, False, reason)
    assert 0 < entry.reliability < 1
    assert bits(evidence) == bits(weigh(study, other))  # it takes no rank either


def test_the_day_after_the_origin_counts(study: Study, make_item: MakeItem) -> None:
    item = make_item("i", start=dt.date(2025, 7, 1), end=dt.date(2025, 8, 7))
    assert entry_of(weigh(study, item), "i").step == 0


def test_known_on_the_day_counts(study: Study, make_item: MakeItem) -> None:
    item = make_item("i", known=AS_OF)
    assert entry_of(weigh(study, item), "i").counted
    before = weigh(study, item, as_of=AS_OF - dt.timedelta(days=1))
    assert not entry_of(before, "i").counted


def test_after_the_last_step(study: Study, make_item: MakeItem) -> None:
    evidence = weigh(study, make_item("i"), last_step=1)
    assert entry_of(evidence, "i").reason == "after the last step"
    assert not evidence.scenario_loglik.any()


def test_a_statement_says_less_than_an_act(study: Study, make_item: MakeItem) -> None:
    act = weigh(study, make_item("i")).scenario_loglik
    statement = weigh(study, make_item("i", kind="statement")).scenario_loglik
    assert share(act)[TURN] > share(statement)[TURN] > 1 / 3


def test_independent_sources_say_more_and_relays_nothing(study: Study, make_item: MakeItem) -> None:
    one = weigh(study, make_item("i", sources=("c",)))
    two = weigh(study, make_item("i", sources=("c", "d")))
    relay = weigh(study, make_item("i", sources=("c", "d"), relays={"d": "c"}))
    assert share(two.scenario_loglik)[TURN] > share(one.scenario_loglik)[TURN]
    assert bits(relay) == bits(one)


def test_assumptions_of_the_study_are_used(make_study: MakeStudy, make_item: MakeItem) -> None:
    pair = [make_item(id, cluster="c") for id in "xy"]
    independent = weigh(make_study(assumptions={"cluster_correlation": 0.0}), *pair)
    assert [entry.exponent for entry in independent.entries] == pytest.approx([1.0, 1.0])
    one = weigh(make_study(assumptions={"cluster_correlation": 1.0}), *pair)
    assert [entry.exponent for entry in one.entries] == pytest.approx([1.0, 0.0])


# --- clusters -------------------------------------------------------------------------------


def test_five_equal_reprints_count_1_19(study: Study, make_item: MakeItem) -> None:
    one = weigh(study, make_item("i0", cluster="c")).scenario_loglik
    five = weigh(study, *(make_item(f"i{n}", cluster="c") for n in range(5)))
    np.testing.assert_allclose(five.scenario_loglik, one * effective_count(5, 0.8), atol=1e-14)
    exponents = [entry.exponent for entry in five.entries]
    assert sum(exponents) == pytest.approx(1.19, abs=0.001)
    assert exponents == sorted(exponents, reverse=True)
    assert sum(entry.counted for entry in five.entries) == 5


def test_a_cluster_of_one_is_no_cluster(study: Study, make_item: MakeItem) -> None:
    assert bits(weigh(study, make_item("i"))) == bits(weigh(study, make_item("i", cluster="c")))


def test_groups_of_a_cluster_are_apart(study: Study, make_item: MakeItem) -> None:
    """Opposed items, another driver's level, and silence are not discounted for each other."""
    items = [
        make_item("turn", cluster="c"),
        make_item("hold", Weights({"hold": "for"}), cluster="c"),
        make_item("war", LevelSeen("war", 2), cluster="c"),
        make_item("deal", LevelSeen("deal", 1), cluster="c"),
        make_item("less_war", LevelSeen("war", 0), cluster="c"),
        make_item("silence", Checked("strike"), cluster="c"),
    ]
    assert [entry.exponent for entry in weigh(study, *items).entries] == [1.0] * 6
    doubled = weigh(study, *items, *(replace(item, id=f"{item.id}_2") for item in items))
    total = sum(entry.exponent for entry in doubled.entries)
    assert total == pytest.approx(6 * effective_count(2, 0.8))


def test_tied_favourites_do_not_depend_on_the_order_of_scenarios(
    study: Study, make_item: MakeItem
) -> None:
    items = [
        make_item("a", Weights({"hold": "against"}), cluster="c"),
        make_item("b", Weights({"hold": "strongly against"}), cluster="c"),
        make_item("c", Weights({"other": "for"}), cluster="c"),
    ]
    turned = replace(study, scenarios=study.scenarios[::-1])
    one, other = weigh(study, *items), weigh(turned, *items)
    np.testing.assert_allclose(one.scenario_loglik, other.scenario_loglik[:, ::-1], atol=1e-15)
    assert [e.exponent for e in one.entries] == pytest.approx([e.exponent for e in other.entries])


# --- properties -----------------------------------------------------------------------------

days = st.dates(dt.date(2025, 8, 7), dt.date(2026, 1, 20))
grades = {"sources": st.lists(st.sampled_from("abcdef"), min_size=1, unique=True).map(tuple)}
shared: dict[str, st.SearchStrategy[Any]] = {
    **grades,
    "end": days,
    "credibility": st.integers(1, 6),
    "kind": st.sampled_from(["act", "leak", "claim", "statement"]),
    "cluster": st.sampled_from([None, "c", "d"]),
}
for_turn = st.one_of(
    st.sampled_from([Seen("visit"), Seen("bulletin")]),
    st.builds(
        lambda word, hold, other: Weights({"turn": word, "hold": hold, "other": other}),
        st.sampled_from(["slightly for", "for", "strongly for"]),
        st.sampled_from(["neutral", "slightly against", "against", "strongly against"]),
        st.sampled_from(["neutral", "slightly against", "strongly against"]),
    ),
)
anything = st.one_of(
    for_turn,
    st.sampled_from(["hold", "turn", "other"]).map(lambda k: Weights({k: "strongly against"})),
    st.sampled_from([Seen("strike"), Seen("weather"), Checked("strike"), Checked("visit")]),
    st.builds(LevelSeen, st.just("war"), st.integers(0, 2)),
    st.builds(LevelSeen, st.just("deal"), st.integers(0, 1)),
)
descriptions = st.fixed_dictionaries({"bears_on": anything, **shared})


def build(make_item: MakeItem, described: list[dict[str, Any]]) -> list[Item]:
    items = []
    for n, given_ in enumerate(described):
        changes = dict(given_)
        if isinstance(changes["bears_on"], Checked):
            changes["start"] = changes["end"] - dt.timedelta(days=45)
        items.append(make_item(f"i{n}", changes.pop("bears_on"), **changes))
    return items


@steady
@given(
    st.lists(descriptions, max_size=6),
    st.fixed_dictionaries({"bears_on": for_turn, **shared}),
)
def test_an_agreeing_item_never_lowers_the_share_of_what_it_favours(
    study: Study,
    make_item: MakeItem,
    described: list[dict[str, Any]],
    one_more: dict[str, Any],
) -> None:
    items = build(make_item, [one_more, *described])
    with_it, without = weigh(study, *items), weigh(study, *items[1:])
    gained = share(with_it.scenario_loglik)[TURN]
    assert gained >= share(without.scenario_loglik)[TURN] - 1e-12
    # Alone in its cluster, or in none, it raises it for certain.
    if one_more["cluster"] is None:
        odds = with_it.scenario_loglik.sum(axis=0) - without.scenario_loglik.sum(axis=0)
        assert odds[TURN] > odds.min()


@steady
@given(st.lists(descriptions, max_size=6), st.sampled_from(["c", None]))
def test_a_neutral_item_changes_no_bit(
    study: Study, make_item: MakeItem, described: list[dict[str, Any]], cluster: str | None
) -> None:
    items = build(make_item, described)
    neutral = make_item("neutral", Seen("weather"), cluster=cluster)
    assert bits(weigh(study, *items, neutral)) == bits(weigh(study, *items))


@steady
@given(st.lists(descriptions, max_size=6), descriptions)
def test_an_opinion_changes_no_bit(
    study: Study,
    make_item: MakeItem,
    described: list[dict[str, Any]],
    opinion: dict[str, Any],
) -> None:
    items = build(make_item, [*described, opinion | {"kind": "opinion"}])
    assert bits(weigh(study, *items)) == bits(weigh(study, *items[:-1]))


@steady
@given(st.lists(descriptions, min_size=2, max_size=7), st.randoms(use_true_random=False))
def test_the_order_of_items_changes_no_bit(
    study: Study, make_item: MakeItem, described: list[dict[str, Any]], random: Any
) -> None:
    items = build(make_item, described)
    shuffled = random.sample(items, len(items))
    one, other = weigh(study, *items), weigh(study, *shuffled)
    assert bits(one) == bits(other)
    assert one.entries == other.entries


@steady
@given(st.lists(descriptions, max_size=5), st.lists(descriptions, min_size=1, max_size=5), days)
def test_what_becomes_known_later_changes_no_bit(
    study: Study,
    make_item: MakeItem,
    earlier: list[dict[str, Any]],
    later: list[dict[str, Any]],
    as_of: dt.date,
) -> None:
    known = [replace(item, known=item.end) for item in build(make_item, earlier)]
    found = [
        replace(item, id=f"a{n}", known=max(as_of + dt.timedelta(days=1), item.end))
        for n, item in enumerate(build(make_item, later))
    ]
    one = weigh(study, *known, as_of=as_of)
    other = weigh(study, *known, *found, as_of=as_of)
    assert bits(one) == bits(other)
    assert [e for e in other.entries if e.item in known] == list(one.entries)


@steady
@given(st.lists(descriptions, max_size=5), st.lists(descriptions, min_size=1, max_size=5))
def test_what_was_before_the_origin_changes_no_bit(
    study: Study,
    make_item: MakeItem,
    described: list[dict[str, Any]],
    earlier: list[dict[str, Any]],
) -> None:
    items = build(make_item, described)
    old = [
        replace(item, id=f"a{n}", start=study.origin, end=study.origin)
        for n, item in enumerate(build(make_item, earlier))
    ]
    assert bits(weigh(study, *items)) == bits(weigh(study, *items, *old))


@steady
@given(st.lists(descriptions, max_size=8))
def test_everything_stays_finite_and_accounted_for(
    study: Study, make_item: MakeItem, described: list[dict[str, Any]]
) -> None:
    items = build(make_item, described)
    evidence = weigh(study, *items)
    for array in (evidence.scenario_loglik, *evidence.driver_loglik):
        assert np.isfinite(array).all()
        assert (array <= 0).all()
    assert sorted(entry.item.id for entry in evidence.entries) == sorted(i.id for i in items)
    for entry in evidence.entries:
        assert entry.counted == (entry.step is not None) == (not entry.reason)
        assert 0 <= entry.exponent <= 1


# --- wrong requests, and cost ---------------------------------------------------------------


def test_two_items_of_one_id(study: Study, make_item: MakeItem) -> None:
    with pytest.raises(InvalidRequest, match=r"items\.i: two items share an id"):
        weigh(study, make_item("i"), make_item("i", Seen("visit")))


def test_a_negative_last_step(study: Study) -> None:
    with pytest.raises(InvalidRequest, match="last_step: not a step"):
        weigh(study, last_step=-1)


def test_wrong_assumptions(make_study: MakeStudy) -> None:
    with pytest.raises(InvalidStudy, match="unknown assumption"):
        weigh(make_study(assumptions={"cluster_corelation": 0.5}))


def test_ten_thousand_items(study: Study, make_item: MakeItem) -> None:
    kinds = itertools.cycle([Seen("visit"), Weights({"turn": "for"}), LevelSeen("war", 1)])
    items = [
        make_item(
            f"i{n}",
            next(kinds),
            cluster=f"c{n % 4000}" if n % 2 else None,
            end=dt.date(2025, 8, 7) + dt.timedelta(days=n % 150),
        )
        for n in range(10_000)
    ]
    start = time.process_time()
    evidence = weigh(study, *items)
    # It takes about half a second; the bound is for a busy machine.
    assert time.process_time() - start < 5
    assert len(evidence.entries) == 10_000
