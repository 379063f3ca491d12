"""What moved belief, against plain forecasts with and without each piece."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from tarjih.equations import softmax
from tarjih.errors import InvalidRequest
from tarjih.evidence import weigh_evidence
from tarjih.evidence.weighing.bearing import level_likelihood, mix, seen_likelihood
from tarjih.models import explain, forecast
from tarjih.models.asked.influence import Beliefs, centred_log_odds, without_source
from tarjih.models.posterior import believe
from tarjih.priors.assumptions import assumptions_of
from tarjih.scenarios.records import Indicator, Item, LevelSeen, Seen, Source, Weights

ENGINES = ("exact", "particle")


def _day(month, day):
    return dt.date(2026, month, day)


def _item(name, bears_on, day, *, known=None, cluster=None, kind="act", sources=("press",), **more):
    return Item(
        id=name, start=day, end=day, known=known or day, bears_on=bears_on, kind=kind,
        sources=sources, relays=more.get("relays", {}), credibility=2, cluster=cluster, note={},
        url="", label={"en": name}, cites="", retrospective=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def study(make_study):
    study = make_study(scenarios=3, sizes=(3, 2), links=((0, 1),))
    return replace(
        study,
        indicators=(
            Indicator(
                "sign", {"en": "sign"}, {"s0": 0.5, "s1": 0.1, "other": 0.1}, False, 0.8, {}, ""
            ),
        ),
        sources=tuple(
            Source(id, {"en": id}, "B", "", {}, "") for id in ("press", "agency", "echo")
        ),
        items=(
            _item("old", Seen("sign"), _day(1, 10)),
            _item("alone", Seen("sign"), _day(2, 10)),
            _item("talk", Seen("sign"), _day(2, 11), kind="opinion"),
            _item("level", LevelSeen("d0", 2), _day(3, 1), known=_day(3, 4), cluster="pair"),
            _item("strong", Weights({"s1": "strongly for"}), _day(3, 2), known=_day(3, 4)),
            _item("late", Weights({"s1": "for"}), _day(3, 3), known=_day(5, 2), cluster="pair"),
            _item(
                "relayed", Weights({"s0": "for"}), _day(4, 3),
                sources=("agency", "echo"), relays={"echo": "agency"},
            ),
            _item("two", Weights({"other": "for"}), _day(5, 1), sources=("press", "agency")),
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def draws(study, make_draws):
    return make_draws(study, 240)


@pytest.fixture(scope="module", params=ENGINES)
def case(request, study, draws):
    found = explain(study, as_of="2026-06-30", draws=draws, engine=request.param, seed=3)

    def ask(items, day):
        return forecast(
            study, items, as_of=day, draws=draws, engine=request.param, seed=3, replay=False
        )  # fmt: skip

    return found, ask


def _by_id(study, *names):
    return [item for item in study.items if item.id in names]


def test_the_bars_add_up_to_the_whole_move(case, study) -> None:
    found, ask = case
    assert np.abs(found.start - ask((), study.origin).now).max() < 1e-12
    whole = ask(study.items, _day(6, 30)).now
    assert np.abs(found.end - whole).max() < 1e-12
    moved = sum(bar.log_shift for bar in found.bars)
    apart = centred_log_odds(whole) - centred_log_odds(found.start)
    assert np.abs(moved - apart).max() < 1e-12
    assert np.abs(sum(bar.shift for bar in found.bars) - (whole - found.start)).max() < 1e-12
    assert all(abs(bar.log_shift.sum()) < 1e-12 for bar in found.bars)


def test_every_item_that_counts_has_its_bar_on_the_day_it_became_known(case) -> None:
    found, _ = case
    told = [(bar.kind, bar.end, bar.cluster, [one.id for one in bar.items]) for bar in found.bars]
    assert told == [
        ("drift", _day(2, 10), None, []),
        ("news", _day(2, 10), None, ["alone"]),
        ("drift", _day(3, 4), None, []),
        ("news", _day(3, 4), "pair", ["level"]),
        ("news", _day(3, 4), None, ["strong"]),
        ("drift", _day(4, 3), None, []),
        ("news", _day(4, 3), None, ["relayed"]),
        ("drift", _day(5, 1), None, []),
        ("news", _day(5, 1), None, ["two"]),
        ("news", _day(5, 2), "pair", ["late"]),
        ("drift", _day(6, 30), None, []),
    ]
    assert [bar.start for bar in found.bars if bar.kind == "drift"] == [
        dt.date(2026, 1, 15), _day(2, 10), _day(3, 4), _day(4, 3), _day(5, 2)
    ]  # fmt: skip
    for before, after in zip(found.bars, found.bars[1:], strict=False):
        np.testing.assert_array_equal(before.after, after.before)
    assert found.uncounted == {"before the origin": 1, "opinion": 1}


def test_a_bar_is_the_difference_of_two_forecasts(case, study) -> None:
    found, ask = case
    known: list[str] = []
    for bar in found.bars:
        before = ask(_by_id(study, *known), bar.start).now
        known += [item.id for item in bar.items]
        after = ask(_by_id(study, *known), bar.end).now
        assert np.abs(bar.before - before).max() < 1e-12
        assert np.abs(bar.after - after).max() < 1e-12


def test_nothing_drifts_while_no_time_passes(study, draws) -> None:
    items = (_item("a", Seen("sign"), _day(1, 20)), _item("b", Seen("sign"), _day(1, 25)))
    found = explain(study, items, as_of="2026-01-31", draws=draws)
    assert [bar.kind for bar in found.bars] == ["news", "news"]
    assert all(bar.size > 0.01 for bar in found.bars)


def test_belief_that_stands_at_its_pull_does_not_drift(study, draws) -> None:
    still = replace(
        draws, beta=np.zeros_like(draws.beta), gamma=np.zeros_like(draws.gamma), initial=draws.alpha
    )
    found = explain(study, (), as_of="2026-09-30", draws=still)
    (bar,) = found.bars
    np.testing.assert_allclose(bar.after, bar.before, atol=1e-14)
    np.testing.assert_allclose(bar.before, softmax(draws.alpha).mean(axis=0))
    moving = explain(study, (), as_of="2026-09-30", draws=replace(still, initial=-draws.alpha))
    assert moving.bars[0].size > 0.02


@pytest.mark.parametrize("engine", ENGINES)
def test_news_is_expected_as_far_as_belief_gave_it(study, draws, engine) -> None:
    ask = {"draws": draws, "engine": engine}
    seen, level = _by_id(study, "alone", "level")
    evidence = weigh_evidence(study, study.items, as_of=_day(6, 30), last_step=6)
    r = {entry.item.id: entry.reliability for entry in evidence.entries}

    shown = seen_likelihood(np.array([0.5, 0.1, 0.1]), 1.0, monitored=False)
    likelihood = mix(shown, r["alone"])
    before = forecast(study, (), as_of=seen.known, **ask).now
    found = explain(study, [seen], as_of=seen.known, **ask)
    assert found.bars[-1].expected == pytest.approx(before @ likelihood / likelihood.mean())

    spread = assumptions_of(study).level_spread
    likelihood = mix(level_likelihood(3, 2, spread), r["level"])
    before = forecast(study, (), as_of=level.known, **ask).levels[0][0]
    found = explain(study, [level], as_of=level.known, **ask)
    told = found.bars[-1].expected
    # with sampled paths belief about levels has noise
    noise = 1e-9 if engine == "exact" else 0.02
    assert told == pytest.approx(before @ likelihood / likelihood.mean(), rel=noise)
    assert found.bars[0].expected == 1.0


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("day", [_day(2, 10), _day(4, 1)], ids=["same step", "later"])
def test_news_is_expected_by_what_was_known_before_it(study, draws, engine, day) -> None:
    first, second = _item("a", Seen("sign"), _day(2, 9)), _item("b", Seen("sign"), day)
    found = explain(study, [first, second], draws=draws, engine=engine)
    before = forecast(study, [first], as_of=day, draws=draws, engine=engine).now
    evidence = weigh_evidence(study, [second], as_of=day, last_step=3)
    shown = seen_likelihood(np.array([0.5, 0.1, 0.1]), 1.0, monitored=False)
    likelihood = mix(shown, evidence.entries[0].reliability)
    assert found.bars[-1].expected == pytest.approx(before @ likelihood / likelihood.mean())


def test_evidence_for_what_is_doubted_is_surprising(study, draws) -> None:
    sure = replace(draws, initial=draws.initial + np.array([0.0, 8.0, 0.0]))
    expected = _item("a", Weights({"s1": "strongly for"}), _day(1, 20))
    against = _item("b", Weights({"s0": "strongly for"}), _day(1, 20))
    told = [
        explain(study, [item], as_of="2026-01-31", draws=sure).bars[-1].expected
        for item in (expected, against)
    ]
    assert told[0] > 1.5 > 0.7 > told[1]


def test_since_explains_from_the_belief_then(case, study, draws) -> None:
    whole, ask = case
    found = explain(
        study, since="2026-03-31", as_of="2026-06-30", draws=draws,
        engine=whole.forecast.engine, seed=3,
    )  # fmt: skip
    assert np.abs(found.start - ask(study.items, _day(3, 31)).now).max() < 1e-12
    assert np.abs(found.end - whole.end).max() < 1e-12
    assert [item.id for bar in found.bars for item in bar.items] == ["relayed", "two", "late"]
    assert found.bars[0].start == _day(3, 31)
    assert found.before == 3
    moved = sum(bar.log_shift for bar in found.bars)
    apart = centred_log_odds(found.end) - centred_log_odds(found.start)
    assert np.abs(moved - apart).max() < 1e-12
    # of a cluster only what became known since is left out
    pair = next(one for one in found.clusters if one.key == "pair")
    assert [item.id for item in pair.items] == ["late"]
    others = [item for item in study.items if item.id != "late"]
    assert np.abs(pair.shift - (whole.end - ask(others, _day(6, 30)).now)).max() < 1e-12
    assert {one.key for one in found.items} == {"relayed", "two", "late"}


def test_what_became_known_on_the_day_itself_is_inside_the_start(study, draws) -> None:
    found = explain(study, since="2026-03-04", as_of="2026-06-30", draws=draws)
    then = forecast(study, as_of="2026-03-04", draws=draws)
    assert np.abs(found.start - then.now).max() < 1e-12
    assert found.before == 3
    assert "strong" not in {one.key for one in (*found.items, *found.clusters)}
    assert found.bars[0].kind == "drift"


def test_since_as_of_itself_there_is_nothing_to_explain(study, draws) -> None:
    found = explain(study, since="2026-06-30", as_of="2026-06-30", draws=draws)
    assert found.bars == ()
    assert found.clusters == found.items == found.sources == ()
    np.testing.assert_array_equal(found.start, found.end)
    assert found.before == 6


@pytest.mark.parametrize("since", ["2026-01-14", "2026-07-01"])
def test_since_lies_between_origin_and_as_of(study, draws, since) -> None:
    with pytest.raises(InvalidRequest, match="outside what can be explained"):
        explain(study, since=since, as_of="2026-06-30", draws=draws)


def test_an_engine_that_samples_anew_for_each_belief_is_refused(study, draws) -> None:
    with pytest.raises(InvalidRequest, match="samples anew for each: got 'pymc'"):
        explain(study, draws=draws, engine="pymc")


def test_leaving_out_is_the_difference_of_two_forecasts(case, study) -> None:
    found, ask = case
    day = _day(6, 30)
    whole = ask(study.items, day).now

    def without(gone):
        return whole - ask([item for item in study.items if item.id not in gone], day).now

    for one in found.items:
        assert one.kind == "item"
        assert np.abs(one.shift - without({one.key})).max() < 1e-12
    for one in found.clusters:
        gone = {item.id for item in one.items}
        assert gone == ({"level", "late"} if one.key == "pair" else {one.key})
        assert np.abs(one.shift - without(gone)).max() < 1e-12
        apart = centred_log_odds(whole) - centred_log_odds(whole - one.shift)
        assert np.abs(one.log_shift - apart).max() < 1e-12
    sizes = [one.size for one in found.clusters]
    assert sizes == sorted(sizes, reverse=True)


def test_a_source_takes_its_relays_along_and_leaves_what_others_told(case, study) -> None:
    found, ask = case
    day = _day(6, 30)
    whole = ask(study.items, day).now
    by_id = {item.id: item for item in study.items}
    shifts = {one.key: one.shift for one in found.sources}
    assert set(shifts) == {"press", "agency", "echo"}
    left = [item for item in study.items if item.id not in ("relayed", "two")]
    left.append(replace(by_id["two"], sources=("press",)))
    assert np.abs(shifts["agency"] - (whole - ask(left, day).now)).max() < 1e-12
    # who only relays adds nothing, and is missed by nobody
    assert np.abs(shifts["echo"]).max() < 1e-15


def test_without_source() -> None:
    chain = _item(
        "chain", Seen("sign"), _day(2, 1), sources=("a", "b", "c"), relays={"b": "a", "c": "b"}
    )
    assert without_source(chain, "a") is None
    left = without_source(chain, "b")
    assert left is not None
    assert (left.sources, left.relays) == (("a",), {})
    left = without_source(chain, "c")
    assert left is not None
    assert (left.sources, left.relays) == (("a", "b"), {"b": "a"})
    assert without_source(chain, "d") == chain
    unnamed = _item("hearsay", Seen("sign"), _day(2, 1), sources=("b",), relays={"b": "x"})
    assert without_source(unnamed, "x") is None


@pytest.mark.parametrize("cluster", ["same", None])
def test_one_of_many_alike_is_not_missed(study, draws, cluster) -> None:
    items = [_item(f"e{n}", Weights({"s0": "for"}), _day(2, 10), cluster=cluster) for n in range(5)]
    found = explain(study, items, as_of="2026-02-28", draws=draws)
    alone = max(one.size for one in found.items)
    if cluster is None:
        assert [one.size for one in found.clusters] == [one.size for one in found.items]
        assert alone > 0.02
    else:
        (together,) = found.clusters
        assert together.size > 0.1
        assert alone < 0.05 * together.size
        assert {item.id for item in together.items} == {item.id for item in items}


def test_what_opposes_pulls_against_the_movement(study, draws) -> None:
    items = [
        _item("for", Weights({"s0": "strongly for"}), _day(2, 10)),
        _item("more", Weights({"s0": "for"}), _day(2, 11)),
        _item("against", Weights({"s0": "against"}), _day(2, 12)),
    ]
    found = explain(study, items, as_of="2026-02-28", draws=draws)
    assert found.moved_most == 0
    assert [one.key for one in found.opposing(0)] == ["against"]
    # what fell is raised by what speaks against the one that rose
    assert "against" in [one.key for one in found.opposing(1)]


def test_a_long_list_takes_fewer_draws(study, draws, monkeypatch) -> None:
    monkeypatch.setattr("tarjih.models.asked.explanation._EFFORT", 1)
    monkeypatch.setattr("tarjih.models.asked.explanation.INFLUENCE_DRAWS", 60)
    found = explain(study, draws=draws)
    assert (found.waterfall_draws, found.influence_draws) == (60, 60)
    assert found.forecast.diagnostics.draws == 240
    moved = sum(bar.shift for bar in found.bars)
    assert np.abs(moved - (found.end - found.start)).max() < 1e-12


def test_progress_is_told_up_to_the_end(study, draws) -> None:
    told: list[int] = []
    explain(study, draws=draws, progress=told.append)
    assert told == sorted(told)
    assert 90 <= told[-1] <= 100


def test_each_belief_is_found_once(study, draws, monkeypatch) -> None:
    beliefs = Beliefs(believe(study, draws=draws))
    first = beliefs.of(beliefs.counted)
    assert beliefs.of(reversed(beliefs.counted)) is first
    fewer = [without_source(item, "agency") or item for item in beliefs.counted]
    assert beliefs.of(fewer) is not first
    assert beliefs.of(beliefs.counted, _day(5, 1)) is not first
