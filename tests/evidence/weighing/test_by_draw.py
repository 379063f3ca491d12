"""What items say under each draw."""

from __future__ import annotations

import datetime as dt
import math
import time
import tracemalloc
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tarjih.evidence import (
    Evidence,
    Trust,
    item_reliability,
    throw_trust,
    weigh_evidence,
)
from tarjih.evidence.weighing import by_draw
from tarjih.evidence.weighing.bearing import expected_ratio, mix
from tarjih.evidence.weighing.trust import centred_logit
from tarjih.priors.assumptions import assumptions_of
from tarjih.scenarios.records import Checked, Item, LevelSeen, Seen, Source, Study, Weights

MakeItem = Callable[..., Item]
MakeStudy = Callable[..., Study]
Array = NDArray[np.float64]

AS_OF = dt.date(2026, 1, 31)
LAST = 5
steady = settings(deadline=None)  # a busy machine is no failure


def weigh(study: Study, items: Sequence[Item], trust: Trust | None = None) -> Evidence:
    return weigh_evidence(study, items, as_of=AS_OF, last_step=LAST, trust=trust)


def arrays(evidence: Evidence) -> list[Array]:
    return [evidence.scenario_loglik, *evidence.driver_loglik]


def bits(evidence: Evidence) -> list[bytes]:
    return [array.tobytes() for array in arrays(evidence)]


def shifted(study: Study, *shifts: float, spread: float = 1.0) -> Trust:
    """The same shifts for every teller."""
    made = {source.id: np.array(shifts) for source in study.sources}
    return Trust(spread, len(shifts), made)


def told_against(shift: float, spread: float = 1.0, graded: float = 0.85) -> float:
    return 1 / (1 + math.exp(-centred_logit(graded, spread) - shift))


# --- single items ---------------------------------------------------------------------------


def test_shapes(study: Study, make_item: MakeItem) -> None:
    thrown = throw_trust(study, 7, 0)
    evidence = weigh(study, [make_item("i", LevelSeen("deal", 1)), make_item("j")], thrown)
    assert evidence.trust is thrown
    assert evidence.scenario_loglik.shape == (7, LAST + 1, 3)
    assert [array.shape for array in evidence.driver_loglik] == [(7, LAST + 1, n) for n in (3, 2)]
    for array in arrays(evidence):
        with pytest.raises(ValueError, match="read-only"):
            array[0, 0, 0] = 1.0
    # Of what no item speaks, nothing is kept but a zero.
    assert evidence.driver_loglik[0].strides == (0, 0, 0)
    assert not evidence.driver_loglik[0].any()
    assert not weigh(study, [], thrown).scenario_loglik.any()


def test_one_report_by_hand(study: Study, make_item: MakeItem) -> None:
    """log(1 - r + r ℓ_k / mean ℓ) less that of the favoured state at r = 0.85."""
    evidence = weigh(study, [make_item("i", Seen("visit"))], shifted(study, 0.0, -2.0))
    ratio = np.array([0.1, 0.5, 0.1]) / (0.7 / 3)
    for m, shift in enumerate((0.0, -2.0)):
        r = told_against(shift)
        expected = np.log((1 - r + r * ratio) / (0.15 + 0.85 * ratio[1]))
        np.testing.assert_allclose(evidence.scenario_loglik[m, 2], expected, rtol=1e-12)
        assert not np.delete(evidence.scenario_loglik[m], 2, axis=0).any()
    # Who trusts it less expected it less if it is right, and more if it is wrong.
    more, less = evidence.scenario_loglik[:, 2]
    assert less[1] < more[1]
    assert less[0] > more[0]


def test_silence_by_hand(study: Study, make_item: MakeItem) -> None:
    """All of September: 1 - .8 [r ℓ + (1 - r) mean ℓ], ℓ = (.6, .05, .1); `turn` is favoured."""
    check = make_item(
        "i", Checked("strike"), start=dt.date(2025, 9, 1), end=dt.date(2025, 9, 30)
    )  # fmt: skip
    evidence = weigh(study, [check], shifted(study, 1.0))
    ell, r = np.array([0.6, 0.05, 0.1]), told_against(1.0)
    silence = 1 - 0.8 * (r * ell + (1 - r) * 0.25)
    graded = 1 - 0.8 * (0.85 * 0.05 + 0.15 * 0.25)
    np.testing.assert_allclose(evidence.scenario_loglik[0, 1], np.log(silence / graded), rtol=1e-12)


def test_a_level_by_hand(study: Study, make_item: MakeItem) -> None:
    evidence = weigh(study, [make_item("i", LevelSeen("deal", 1))], shifted(study, -1.0))
    ell, r = np.array([math.exp(-1 / 0.35), 1 - 1e-6]), told_against(-1.0)
    said = r * ell + (1 - r) * ell.mean()
    graded = 0.85 * ell[1] + 0.15 * ell.mean()
    np.testing.assert_allclose(evidence.driver_loglik[1][0, 2], np.log(said / graded), rtol=1e-12)


def test_five_equal_reprints_count_1_19_under_each_draw(study: Study, make_item: MakeItem) -> None:
    thrown = throw_trust(study, 4, 1)
    one = weigh(study, [make_item("i0", cluster="c")], thrown).scenario_loglik
    five = weigh(study, [make_item(f"i{n}", cluster="c") for n in range(5)], thrown)
    np.testing.assert_allclose(five.scenario_loglik, one * 5 / 4.2, rtol=1e-12)


def test_a_cluster_gains_over_noise_contrast_by_contrast(study: Study, make_item: MakeItem) -> None:
    """At ρ = .8 the second strongest counts 1/9; under draw 1 it is the other report."""
    items = [
        make_item("i", Weights({"turn": "strongly for"}), sources=("b",), cluster="c"),
        make_item("j", Weights({"turn": "strongly for"}), sources=("d",), cluster="c"),
    ]
    shifts = {"b": np.array([0.0, -3.0]), "d": np.array([0.0, 3.0])}
    got = weigh(study, items, Trust(1.0, 2, shifts)).scenario_loglik[:, 2]
    ratio = expected_ratio(3.0, 8.0)
    ell = np.array([1, ratio, 1]) / ((2 + ratio) / 3)
    graded = [item_reliability(study, item, assumptions_of(study)) for item in items]

    def against_noise(reliabilities: Sequence[float]) -> Array:
        gains = [np.log(1 - r + r * ell) for r in reliabilities]
        more, less = sorted(gains, key=lambda gain: -float(gain[1]))
        return np.asarray(more + less / 9)

    base = against_noise(graded)[1]
    for m in range(2):
        trusted = [
            told_against(float(shifts[s][m]), graded=r)
            for s, r in zip("bd", graded, strict=True)
        ]  # fmt: skip
        np.testing.assert_allclose(got[m], against_noise(trusted) - base, rtol=1e-12)


# --- against fixed trust --------------------------------------------------------------------

days = st.dates(dt.date(2025, 8, 7), dt.date(2026, 1, 20))
anything = st.one_of(
    st.sampled_from([Seen("visit"), Seen("strike"), Seen("bulletin"), Seen("weather")]),
    st.sampled_from([Checked("strike"), Checked("visit")]),
    st.sampled_from(["hold", "turn", "other"]).map(lambda k: Weights({k: "strongly against"})),
    st.sampled_from(
        [
            Weights({"turn": "slightly for"}),
            Weights({"turn": "for"}),
            Weights({"turn": "strongly for"}),
        ]
    ),
    st.just(Weights({"turn": "for", "hold": "strongly against", "other": "slightly against"})),
    st.builds(LevelSeen, st.just("war"), st.integers(0, 2)),
    st.builds(LevelSeen, st.just("deal"), st.integers(0, 1)),
)
descriptions = st.fixed_dictionaries(
    {
        "bears_on": anything,
        "end": days,
        "sources": st.lists(st.sampled_from("abcde"), min_size=1, unique=True).map(tuple),
        "kind": st.sampled_from(["act", "statement"]),
        "cluster": st.sampled_from([None, "c", "d"]),
    }
)
many = st.lists(descriptions, max_size=7)


def build(make_item: MakeItem, described: list[dict[str, Any]]) -> list[Item]:
    items = []
    for n, given_ in enumerate(described):
        changes = dict(given_)
        if isinstance(changes["bears_on"], Checked):
            changes["start"] = changes["end"] - dt.timedelta(days=45)
        items.append(make_item(f"i{n}", changes.pop("bears_on"), **changes))
    return items


@steady
@given(many)
def test_no_doubt_about_tellers_is_fixed_trust(
    study: Study, make_item: MakeItem, described: list[dict[str, Any]]
) -> None:
    items = build(make_item, described)
    fixed, learned = weigh(study, items), weigh(study, items, shifted(study, 0, 0, spread=1e-9))
    for alone, both in zip(arrays(fixed), arrays(learned), strict=True):
        np.testing.assert_allclose(both, np.stack([alone, alone]), atol=1e-12)
    assert learned.entries == fixed.entries


def with_letters_of(study: Study, thrown: Trust, m: int) -> Study:
    """The study whose letters grade everybody as one draw trusts them, for digit 2."""

    def logit(p: float) -> float:
        return math.log(p / (1 - p))

    letters = {}
    for source in study.sources:
        if source.letter == "F":
            continue
        graded = (logit(assumptions_of(study).letters[source.letter].mean) + 2 * logit(0.85)) / 3
        trusted = centred_logit(1 / (1 + math.exp(-graded)), thrown.spread)
        wanted = trusted + float(thrown.shifts[source.id][m])
        letters[source.letter] = 1 / (1 + math.exp(-(3 * wanted - 2 * logit(0.85))))
    return replace(study, assumptions={"letters": letters})


@steady
@given(many, st.integers(0, 10))
def test_each_draw_weighs_states_as_if_its_trust_were_fixed(
    study: Study, make_item: MakeItem, described: list[dict[str, Any]], seed: int
) -> None:
    """Clusters too, whose members may be ordered otherwise under each draw."""
    items = build(make_item, described)
    thrown = throw_trust(study, 3, seed)
    learned = weigh(study, items, thrown)
    for m in range(3):
        fixed = weigh(with_letters_of(study, thrown, m), items)
        for alone, both in zip(arrays(fixed), arrays(learned), strict=True):
            contrasts = both[m] - both[m, :, :1]
            np.testing.assert_allclose(contrasts, alone - alone[:, :1], atol=1e-9)


@steady
@given(
    st.lists(st.floats(1e-6, 1), min_size=2, max_size=6),
    st.floats(1e-3, 1 - 1e-6),
    st.integers(1, 40),
)
def test_favoured_states_do_not_depend_on_trust(
    likelihood: list[float], reliability: float, months: int
) -> None:
    stated = np.array(likelihood).round(4) + 1e-4  # tied, or apart by more than rounding
    mixed = mix(stated, reliability)
    assert (mixed == mixed.max()).tolist() == (stated == stated.max()).tolist()
    chances = np.clip(stated, 1e-4, 0.9999)
    found = 0.8 * (1 - (1 - chances[None]) ** (np.arange(1, months + 1)[:, None] / 40))
    silence = np.log(1 - mix(found, reliability)).sum(axis=0)
    assert (silence >= silence.max() - 1e-12)[chances == chances.min()].all()


# --- order, size and cost -------------------------------------------------------------------


@steady
@given(many, st.randoms(use_true_random=False))
def test_the_order_of_anything_changes_no_bit(
    study: Study, make_item: MakeItem, described: list[dict[str, Any]], random: Any
) -> None:
    items = build(make_item, described)
    turned = replace(study, sources=study.sources[::-1])
    shuffled = [
        replace(item, sources=tuple(random.sample(item.sources, len(item.sources))))
        for item in random.sample(items, len(items))
    ]
    one = weigh(study, items, throw_trust(study, 3, 1))
    other = weigh(turned, shuffled, throw_trust(turned, 3, 1))
    assert bits(one) == bits(other)


@steady
@given(many)
def test_more_draws_and_smaller_shares_of_them_change_no_bit(
    study: Study, make_item: MakeItem, described: list[dict[str, Any]]
) -> None:
    items = build(make_item, described)
    whole = weigh(study, items, throw_trust(study, 9, 1))
    more = weigh(study, items, throw_trust(study, 50, 1))
    assert bits(whole) == [np.ascontiguousarray(array[:9]).tobytes() for array in arrays(more)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(by_draw, "_MOST", 60)
        assert bits(weigh(study, items, throw_trust(study, 9, 1))) == bits(whole)


@steady
@given(many, descriptions)
def test_what_does_not_count_changes_no_bit(
    study: Study, make_item: MakeItem, described: list[dict[str, Any]], more: dict[str, Any]
) -> None:
    thrown = throw_trust(study, 3, 1)
    items = build(make_item, [*described, more])
    opinion = replace(items[-1], kind="opinion")
    assert bits(weigh(study, [*items[:-1], opinion], thrown)) == bits(
        weigh(study, items[:-1], thrown)
    )


def test_no_array_of_items_by_draws(study: Study, make_item: MakeItem) -> None:
    """3,000 items × 2,000 draws × 4 numbers are 192 MB, and half of it is one cluster."""
    items = [
        make_item(
            f"i{n}",
            Weights({"turn": "for"}) if n % 3 else Seen("visit"),
            sources=("bcde"[n % 4],),
            cluster="large" if n % 2 else None,
            end=dt.date(2025, 8, 7) + dt.timedelta(days=n % 150),
        )
        for n in range(3_000)
    ]
    thrown = throw_trust(study, 2_000, 1)
    start = time.process_time()
    tracemalloc.start()
    weigh(study, items, thrown)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 100e6
    assert time.process_time() - start < 30


def test_sources_are_those_of_the_study(study: Study) -> None:
    more = Source("newcomer", {"en": "new"}, "A", "", {}, "")
    thrown = throw_trust(replace(study, sources=(*study.sources, more)), 2, 0)
    assert set(thrown.shifts) == {*"abcdef", "newcomer"}
