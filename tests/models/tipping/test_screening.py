"""Sets of changes: which there are, what they do along paths, and how near a screen comes."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from math import comb

import numpy as np
import pytest

from tarjih.models import Intervention
from tarjih.models.engines.exact import ExactEngine
from tarjih.models.engines.protocol import Clamp
from tarjih.models.forecasting import forecast_of
from tarjih.models.posterior import believe
from tarjih.models.tipping.pushes import Change, ChangeSets, Pusher
from tarjih.models.tipping.screening import (
    Contrasts,
    Screen,
    change_sets,
    changes_from,
    take_sample,
)
from tarjih.models.tipping.search import _followed, _grouped, _screen, run_sets
from tarjih.scenarios.records import Item, LevelSeen

HORIZON = 4


@pytest.fixture(scope="module")
def study(make_study):
    return replace(make_study(3, (2, 3, 3), [(0, 2)], True), horizon=HORIZON)


@pytest.fixture(scope="module")
def posterior(study, make_draws):
    draws = make_draws(study, 300, 4)
    pushed = np.array([2.0, -1.0, -1.0])
    draws = replace(draws, beta=draws.beta + pushed / 2, gamma=draws.gamma + pushed)
    day = study.calendar.last_day(1)
    item = Item(
        "e1", day, day, day, LevelSeen("d1", 0), "act", ("press",), {}, 1, None, {}, "",
        {"en": "seen"}, "", False,
    )  # fmt: skip
    return believe(study, (item,), draws=draws, engine="particle", seed=2)


@pytest.fixture(scope="module")
def baseline(posterior):
    return forecast_of(posterior, replay=False)


@pytest.fixture(scope="module")
def changes(study):
    return changes_from(study, (0, 1, 2))


@pytest.fixture(scope="module")
def sets(changes):
    return [tuple(row) for size in (1, 2, 3) for row in change_sets(changes, size).tolist()]


def _held(study, changes, members):
    return [Intervention(study.driver_ids[changes[c].driver], changes[c].level) for c in members]


def test_changes_leave_the_current_levels_out(changes) -> None:
    assert changes == (Change(0, 1), Change(1, 0), Change(1, 2), Change(2, 0), Change(2, 1))


@pytest.mark.parametrize("drivers", [(0,), (0, 0, 1, 1, 2), (0, 1, 1, 1, 2, 3, 3), (0, 0)])
@pytest.mark.parametrize("size", [1, 2, 3])
def test_every_set_is_there_once(drivers, size) -> None:
    changes = [Change(driver, level) for level, driver in enumerate(drivers)]
    expected = [
        one
        for one in combinations(range(len(changes)), size)
        if len({drivers[c] for c in one}) == size
    ]
    assert change_sets(changes, size).tolist() == [list(one) for one in expected]


@pytest.mark.parametrize("order", ["sorted", "shuffled", "twice"])
def test_sets_that_begin_alike_grow_together(order) -> None:
    changes = [Change(driver, level) for level, driver in enumerate((0, 0, 1, 2, 2))]
    members = change_sets(changes, 3)
    members = np.vstack([members, np.column_stack([change_sets(changes, 2), [-1] * 8])])
    if order == "shuffled":
        members = np.random.default_rng(0).permutation(members)
    elif order == "twice":
        members = np.repeat(members, 2, axis=0)
    branches = ChangeSets(members, (), ()).branches()
    grown: list[tuple[int, ...]] = [()]
    for before, change in branches:
        grown = [(*grown[b], int(c)) for b, c in zip(before, change, strict=True)]
    assert grown == [tuple(row) for row in members.tolist()]
    if order == "sorted":
        assert len(branches[0][0]) < len(branches[1][0]) < len(branches[2][0]) == len(members)


def test_their_number_on_the_shipped_scale() -> None:
    changes = [Change(j, v) for j in range(64) for v in range(2)]
    assert len(change_sets(changes, 3)) == comb(64, 3) * 8


@pytest.mark.parametrize("exact", [False, True], ids=["particle", "exact"])
def test_a_set_run_is_the_forecast_with_it_held(posterior, changes, sets, study, exact) -> None:
    """With links, a conjunction, evidence on a driver, and sets of every size side by side."""
    if exact:
        posterior = replace(posterior, engine=ExactEngine(study, posterior.engine.draws))
    bare = forecast_of(posterior, replay=False)
    for members, found in zip(sets, run_sets(posterior, bare, changes, sets), strict=True):
        held = forecast_of(posterior, interventions=_held(study, changes, members), replay=False)
        np.testing.assert_allclose(found, held.probability[-1], atol=1e-12)


def test_a_link_or_a_conjunction_left_out_is_noticed(
    posterior, baseline, changes, sets, study, monkeypatch
) -> None:
    right = run_sets(posterior, baseline, changes, sets)

    def wrong_by():
        ran = run_sets(posterior, baseline, changes, sets)
        return [np.abs(baseline.mean(a - b)).max() for a, b in zip(ran, right, strict=True)]

    with monkeypatch.context() as patch:
        patch.setattr("tarjih.models.tipping.search._followed", lambda _: set())
        wrong = wrong_by()
    linked = [0 in members and not {3, 4} & set(members) for members in sets]
    assert all(w > 0.0005 for w, one in zip(wrong, linked, strict=True) if one)
    assert all(w < 1e-12 for w, one in zip(wrong, linked, strict=True) if not one)
    with monkeypatch.context() as patch:
        plain = Pusher.sets
        patch.setattr(
            Pusher,
            "sets",
            lambda self, rows: replace(
                plain(self, rows), put=tuple(np.full_like(p, -1) for p in plain(self, rows).put)
            ),
        )
        assert max(wrong_by()) > 0.05


def test_a_screen_is_near_the_run_by_its_own_errors(posterior, baseline, changes, sets) -> None:
    contrasts = Contrasts(np.eye(3), np.zeros(3))
    last = baseline.horizon_step
    rows = np.array([members for members in sets if len(members) == 2 and 0 not in members])
    sample = take_sample(lambda pick: posterior.map(pick, last), 300, 0)
    screen = Screen(posterior.study, posterior.engine.draws, sample, changes)
    nothing = screen.carried(np.empty((1, 0), dtype=np.intp))[0]
    assert nothing.shape == (3, 300)
    np.testing.assert_allclose(nothing.sum(axis=0), 1.0)
    mean, error = screen.estimate(rows, contrasts, nothing)
    assert mean.shape == error.shape == (len(rows), 3)
    assert 0 < error.max() < 0.03
    # weights of the draws are nearly alike here; compare under equal ones
    ran = run_sets(posterior, baseline, changes, [tuple(row) for row in rows.tolist()])
    away = np.array([one.mean(axis=0) - baseline.probability[-1].mean(axis=0) for one in ran])
    assert (np.abs(mean - away) < 4 * error).all()
    assert np.abs(away).max() > 5 * error.max()


def test_the_same_paths_are_taken_whatever_is_held(posterior, baseline) -> None:
    last = baseline.horizon_step
    held = [Clamp(1, 2, posterior.as_of_step + 1)]
    free = take_sample(lambda pick: posterior.map(pick, last), 300, 0)
    clamped = take_sample(lambda pick: posterior.map(pick, last, held), 300, 0)
    np.testing.assert_array_equal(free.start, clamped.start)
    assert len(free.steps) == HORIZON
    for one, other in zip(free.steps, clamped.steps, strict=True):
        np.testing.assert_array_equal(one.levels[[0, 2]], other.levels[[0, 2]])
        assert (other.levels[1] == 2).all()


def test_chunks_change_nothing(posterior, baseline, changes, monkeypatch) -> None:
    last = baseline.horizon_step
    sample = take_sample(lambda pick: posterior.map(pick, last), 300, 0)
    screen = Screen(posterior.study, posterior.engine.draws, sample, changes)
    rows, contrasts = change_sets(changes, 2), Contrasts(np.eye(3), np.zeros(3))
    nothing = screen.carried(np.empty((1, 0), dtype=np.intp))[0]
    whole = screen.estimate(rows, contrasts, nothing)
    for module in ("screening", "pushes"):
        monkeypatch.setattr(f"tarjih.models.tipping.{module}._CELLS", 1)
    for part, at_once in zip(screen.estimate(rows, contrasts, nothing), whole, strict=True):
        np.testing.assert_allclose(part, at_once, rtol=1e-12, atol=1e-15)


def test_sets_are_grouped_by_what_others_follow(posterior, changes, monkeypatch) -> None:
    every = [change_sets(changes, size) for size in (1, 2, 3)]
    parents = _followed(posterior)
    assert parents == {0}
    groups = _grouped(every, changes, parents)
    assert set(groups) == {(), (0,)}
    for key, parts in groups.items():
        for row in (row for part in parts for row in part.tolist()):
            assert (0 in row) == (key == (0,))
    assert sum(len(part) for parts in groups.values() for part in parts) == sum(map(len, every))
    # with too many of them, the first changes have to do
    monkeypatch.setattr("tarjih.models.tipping.search._MOST_SAMPLES", 4)
    coarse = _grouped(every, changes, {0, 1})
    assert set(coarse) == {(), (0,), (1,), (2,)}


def test_a_screen_hopes_for_all_that_qualifies(posterior, baseline, changes, sets) -> None:
    ran = dict(zip(sets, run_sets(posterior, baseline, changes, sets), strict=True))
    every = [change_sets(changes, size) for size in (1, 2, 3)]
    tried = 0
    for k in range(3):
        for bar in np.linspace(0.15, 0.75, 13):
            contrasts = Contrasts(np.eye(3)[[k]], np.array([-bar]))
            hopes, sure = _screen(posterior, baseline, changes, contrasts, every, 256)
            qualify = {one for one, found in ran.items() if contrasts.met(baseline.mean(found))}
            assert sure <= qualify <= set(hopes)
            tried += len(set(hopes) - sure)
    assert 0 < tried < 3 * 13 * len(sets) / 3, "a screen that hopes for everything proves nothing"
