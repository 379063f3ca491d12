"""Tipping sets against brute force: every set of up to three changes, each run by itself."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, product

import numpy as np
import pytest

import tarjih
from tarjih.errors import InvalidRequest
from tarjih.models import Intervention
from tarjih.models.posterior import believe
from tarjih.models.tipping import sets as tipping
from tarjih.models.tipping.holding import Reached, chances_together
from tarjih.models.tipping.search import has_part, smallest
from tarjih.models.tipping.sets import tipping_sets
from tarjih.scenarios.records import Item, LevelSeen

SEED = 6


@pytest.fixture(scope="module")
def study(make_study):
    return replace(make_study(3, (2, 3, 3, 2), [(0, 3)], True), horizon=5)


@pytest.fixture(scope="module")
def items(study):
    day = study.calendar.last_day(1)
    return (
        Item(
            "e1", day, day, day, LevelSeen("d2", 1), "act", ("press",), {}, 1, None, {}, "",
            {"en": "seen"}, "", False,
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def draws(study, make_draws):
    """Draws in which each driver pushes its own way, and the first two push jointly."""
    made = make_draws(study, 240, 1)
    pushed = np.array([[0.9, 0, -0.9], [0.8, -0.8, 0], [-0.6, 1.2, -0.6], [0.5, 0.4, -0.9]])
    return replace(
        made,
        alpha=made.alpha / 2 + np.array([-0.4, 0.1, 0.3]),
        initial=made.initial / 2 + np.array([-0.5, 0.0, 0.5]),
        beta=made.beta / 2 + pushed,
        gamma=made.gamma / 2 + np.array([1.5, -0.5, -1.0]),
        review_time=made.review_time / 2,
    )


@pytest.fixture(scope="module", params=["exact", "particle"])
def brute(request, study, items, draws):
    """Every set of up to three changes, with the probabilities at the horizon if it is held."""

    def at_horizon(members):
        held = [Intervention(id, level) for id, level in members]
        return tarjih.forecast(
            study,
            items,
            draws=draws,
            engine=request.param,
            seed=SEED,
            interventions=held,
            replay=False,
        )

    bare = at_horizon(())
    current = [int(np.argmax(level[0])) for level in bare.levels]
    changes = [
        (driver.id, level)
        for j, driver in enumerate(study.drivers)
        for level in range(len(driver.levels))
        if level != current[j]
    ]
    every = {
        frozenset(members): at_horizon(members).at_horizon
        for size in (1, 2, 3)
        for members in combinations(changes, size)
        if len({id for id, _ in members}) == size
    }
    assert len(every) == 31
    return bare, every


def _smallest(every, qualifies):
    good = {members for members, found in every.items() if qualifies(found)}
    return {one for one in good if not any(other < one for other in good)}


def _sets(found):
    return {frozenset((one.driver, one.level) for one in each.interventions) for each in found.sets}


def _ask(study, items, draws, **options):
    return tipping_sets(study, items, draws=draws, seed=SEED, **options)


BARS = list(product(("s0", "s1", "other"), (0.15, 0.25, 0.4, 0.47, 0.55)))


@pytest.mark.parametrize("screened", [False, True], ids=["run", "screened"])
@pytest.mark.parametrize("asked", [None, *BARS], ids=str)
def test_they_are_those_of_brute_force(
    study, items, draws, brute, asked, screened, monkeypatch
) -> None:
    if screened:
        monkeypatch.setattr("tarjih.models.tipping.search._RUN_ALL", 0)
    bare, every = brute
    if asked is None:
        found = _ask(study, items, draws, engine=bare.engine)
        lead = int(np.argmax(bare.at_horizon))

        def qualifies(values):
            return int(np.argmax(values)) != lead
    else:
        scenario, bar = asked
        k = study.scenario_ids.index(scenario)
        found = _ask(study, items, draws, scenario=scenario, threshold=bar, engine=bare.engine)
        rises = bare.at_horizon[k] <= bar
        assert found.rises == rises

        def qualifies(values):
            return values[k] > bar if rises else values[k] < bar

    assert _sets(found) == _smallest(every, qualifies)
    assert (found.screened, found.left, found.sampled) == (31, 0, 256 if screened else 0)
    assert found.run <= 31
    for each in found.sets:
        members = frozenset((one.driver, one.level) for one in each.interventions)
        np.testing.assert_allclose(list(each.at_horizon.values()), every[members], atol=1e-12)
        assert each.probability.mean == pytest.approx(each.at_horizon[each.scenario])
        assert each.probability.q05 < each.probability.mean < each.probability.q95


def test_brute_force_has_something_of_everything(study, brute) -> None:
    """Otherwise the test above would prove little."""
    bare, every = brute
    sizes = set()
    for scenario, bar in BARS:
        k = study.scenario_ids.index(scenario)
        rises = bare.at_horizon[k] <= bar
        sets = _smallest(every, lambda v, k=k, bar=bar, rises=rises: (v[k] > bar) == rises)
        sizes |= {len(one) for one in sets}
    assert sizes == {1, 2, 3}
    assert {bool(bare.at_horizon[study.scenario_ids.index(s)] <= bar) for s, bar in BARS} == {
        True, False,
    }  # fmt: skip


def test_no_part_of_a_set_does(study, items, draws, brute) -> None:
    bare, every = brute
    found = _ask(study, items, draws, scenario="s0", threshold=0.47, engine=bare.engine)
    assert found.sets
    k = study.scenario_ids.index("s0")
    for members in _sets(found):
        assert every[members][k] > 0.47
        for part in every:
            if part < members:
                assert every[part][k] <= 0.47


def test_sets_come_in_order_with_the_chance_of_coming_about(study, items, draws) -> None:
    found = _ask(study, items, draws, scenario="s0", threshold=0.4)
    keys = [(len(one.interventions), -one.together.mean) for one in found.sets]
    assert keys == sorted(keys)
    assert len({size for size, _ in keys}) > 1
    posterior = believe(study, items, draws=draws, seed=SEED)
    for each in found.sets:
        asked = [
            Reached(
                study.driver_ids.index(one.driver),
                one.level,
                one.level > found.current[one.driver],
            )
            for one in each.interventions
        ]
        chance, _ = chances_together(posterior, [asked], found.baseline.horizon_step)
        assert each.together.mean == pytest.approx(found.baseline.mean(chance)[0])
        assert 0 < each.together.mean < 1


def test_it_is_measured_from_the_levels_now(study, items, draws, brute) -> None:
    bare, _ = brute
    found = _ask(study, items, draws, scenario="s1", threshold=0.55, engine=bare.engine)
    assert found.current == {
        id: int(np.argmax(level[0]))
        for id, level in zip(study.driver_ids, bare.levels, strict=True)
    }
    assert found.current["d2"] == 1, "an item says so"
    for each in found.sets:
        for one in each.interventions:
            assert one.level != found.current[one.driver]


def test_what_is_cut_is_told(study, items, draws, monkeypatch) -> None:
    whole = _ask(study, items, draws, scenario="s0", threshold=0.4)
    monkeypatch.setattr("tarjih.models.tipping.search._MOST_RUNS", 9)
    cut = _ask(study, items, draws, scenario="s0", threshold=0.4)
    assert (cut.run, cut.left) == (9, 31 - 9)
    assert _sets(cut) <= _sets(whole)
    # single changes come first, so all of them were run
    singles = {one for one in _sets(whole) if len(one) == 1}
    assert singles <= _sets(cut)


def test_a_looser_definition_of_smallest_is_noticed(
    study, items, draws, brute, monkeypatch
) -> None:
    """A planted mistake: sets that only add to one that does are told as well."""
    monkeypatch.setattr("tarjih.models.tipping.search.smallest", sorted)
    monkeypatch.setattr("tarjih.models.tipping.search.has_part", lambda *_: False)
    bare, every = brute
    found = _ask(study, items, draws, scenario="s0", threshold=0.4, engine=bare.engine)
    k = study.scenario_ids.index("s0")
    assert _sets(found) > _smallest(every, lambda values: values[k] > 0.4)


def test_smallest_and_parts() -> None:
    dice = np.random.default_rng(2)
    sets = {
        tuple(sorted(dice.choice(7, size=size, replace=False).tolist()))
        for size in dice.integers(1, 4, 40)
    }
    by_hand = {one for one in sets if not any(set(other) < set(one) for other in sets)}
    assert set(smallest(sets)) == by_hand
    assert 0 < len(by_hand) < len(sets)
    for one in sets:
        assert has_part(one, sets) == (one not in by_hand)


def test_the_threshold_is_a_half_unless_named(study, items, draws) -> None:
    assert tipping.THRESHOLD == 0.5
    found = _ask(study, items, draws, scenario="s1")
    assert found.threshold == 0.5
    assert _sets(found) == _sets(_ask(study, items, draws, scenario="s1", threshold=0.5))
    assert _ask(study, items, draws).threshold is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scenario": "s9"}, "--scenario: unknown scenario: got 's9'; allowed: s0, s1, other"),
        ({"threshold": 0.3}, "--threshold: a threshold is there for a scenario to pass: name one"),
        ({"scenario": "s0", "threshold": 1.5}, "--threshold: not a probability: got '1.5'"),
        ({"scenario": "s0", "engine": "magic"}, "engine: unknown engine"),
    ],
)
def test_wrong_requests(study, draws, options, message) -> None:
    with pytest.raises(InvalidRequest, match=message):
        tipping_sets(study, (), draws=draws, **options)


def test_a_study_without_drivers_has_none(make_study, make_draws) -> None:
    study = make_study(3, ())
    found = tipping_sets(study, (), draws=make_draws(study, 50))
    assert (found.sets, found.screened, found.run, found.judged) == ((), 0, 0, {})
