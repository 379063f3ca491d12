"""What one more item does: units, laws, and numbers by hand."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from tarjih.equations import DECIBANS
from tarjih.errors import InvalidRequest
from tarjih.evidence.weighing.bearing import mix
from tarjih.evidence.weighing.clusters import increments
from tarjih.evidence.weighing.reliability import combine_grades
from tarjih.models import forecast, update_of
from tarjih.models.asked.updating import tellings
from tarjih.models.posterior import believe
from tarjih.priors.assumptions import assumptions_of
from tarjih.priors.draws import Draws
from tarjih.scenarios.records import Indicator, Item, LevelSeen, Seen, Weights

PRIOR = np.array([0.6, 0.3, 0.1])
RATES = {"s0": 0.1, "s1": 0.5, "other": 0.1}


def made(id, bears_on, day=dt.date(2026, 3, 10), **changes):
    given = {
        "start": day, "end": day, "known": day, "kind": "act", "sources": ("press",),
        "relays": {}, "credibility": 2, "cluster": None, "note": {}, "url": "",
        "label": {"en": id}, "cites": "", "retrospective": False,
    }  # fmt: skip
    return Item(id=id, bears_on=bears_on, **(given | changes))


@pytest.fixture
def study(make_study):
    visit = Indicator("visit", {"en": "visit"}, RATES, False, 0.8, {}, "")
    return replace(make_study(3, (2, 3), links=((0, 1),)), indicators=(visit,))


@pytest.fixture
def still(make_study):
    """Belief that stands at its pull, so that nothing moves it but evidence."""
    visit = Indicator("visit", {"en": "visit"}, RATES, False, 0.8, {}, "")
    study = replace(make_study(3, ()), indicators=(visit,))
    draws = Draws(
        alpha=np.log(PRIOR)[None], beta=np.zeros((1, 0, 3)), gamma=np.zeros((1, 0, 3)),
        initial=np.log(PRIOR)[None], review_time=np.full((1, 3), 9.0), up=np.zeros((1, 0)),
        down=np.zeros((1, 0)), chain=np.zeros(1, dtype=np.int64), digest="still",
    )  # fmt: skip
    return study, draws


def with_items(study, *items):
    return replace(study, items=items)


@pytest.mark.parametrize("engine", ["exact", "particle"])
@pytest.mark.parametrize(
    "bears_on",
    [Seen("visit"), Weights({"s0": "for", "s1": "against"}), LevelSeen("d1", 2)],
)
@pytest.mark.parametrize("day", [dt.date(2026, 2, 20), dt.date(2026, 3, 10)])
def test_both_sides_are_those_of_a_plain_forecast(study, make_draws, engine, bears_on, day) -> None:
    draws = make_draws(study, 40)
    others = [made("a", Seen("visit")), made("b", LevelSeen("d0", 1), dt.date(2026, 2, 3))]
    item = made("new", bears_on, day)
    asked = {"as_of": "2026-03-31", "draws": draws, "engine": engine, "seed": 3}
    found = update_of(with_items(study, *others, item), "new", **asked)
    for side, items in ((found.before, others), (found.after, [*others, item])):
        plain = forecast(study, items, **asked)
        np.testing.assert_allclose(side.probability, plain.probability, atol=1e-12)
        np.testing.assert_allclose(side.ever, plain.ever, atol=1e-12)
        np.testing.assert_allclose(side.log_weight, plain.log_weight, atol=1e-12)
        assert side.as_of == plain.as_of
    assert np.abs(found.log_shift).max() > 1e-3


@pytest.mark.parametrize("engine", ["exact", "particle"])
def test_a_neutral_item_changes_nothing(study, make_draws, engine) -> None:
    items = made("a", Seen("visit")), made("new", Weights({"s0": "neutral", "s1": "neutral"}))
    draws = make_draws(study, 40)
    found = update_of(with_items(study, *items), "new", draws=draws, engine=engine)
    assert (found.entry.counted, found.entry.reason) == (False, "neutral")
    plain = forecast(study, items[:1], draws=draws, engine=engine)
    np.testing.assert_allclose(found.before.probability, plain.probability, atol=1e-12)
    np.testing.assert_allclose(found.after.probability, plain.probability, atol=1e-12)
    assert not found.log_shift.any()
    assert (found.chance, found.largest) == (None, 0.0)
    assert found.odds_factor == pytest.approx(1)


def test_a_worked_example(still) -> None:
    study, draws = still
    items = [made(id, Seen("visit"), cluster="c") for id in ("n1", "n2")]
    r = combine_grades(assumptions_of(study), "B", 2)
    rates = np.array([RATES[id] for id in study.scenario_ids])
    said = mix(rates / rates.mean(), r)
    second = increments(2, assumptions_of(study).cluster_correlation)[1]

    def believed(likelihood):
        return PRIOR * likelihood / (PRIOR * likelihood).sum()

    one = believed(said)
    both = believed(said ** (1 + second))
    found = update_of(with_items(study, items[0]), "n1", draws=draws, engine="exact")
    np.testing.assert_allclose(found.before.now, PRIOR, atol=1e-12)
    np.testing.assert_allclose(found.after.now, one, atol=1e-12)
    assert found.chance == pytest.approx(PRIOR @ rates, abs=1e-12)
    odds = (one[0] / (1 - one[0])) / (PRIOR[0] / (1 - PRIOR[0]))
    assert found.odds_factor == pytest.approx(odds, abs=1e-12)
    log = np.log(one / PRIOR)
    assert found.largest == pytest.approx(np.abs(log - log.mean()).max() * DECIBANS, abs=1e-9)

    again = update_of(with_items(study, *items), "n2", draws=draws, engine="exact")
    np.testing.assert_allclose(again.before.now, one, atol=1e-12)
    np.testing.assert_allclose(again.after.now, both, atol=1e-12)
    assert again.entry.exponent == pytest.approx(second)
    assert [entry.item.id for entry in again.cluster] == ["n1", "n2"]
    assert (again.telling.reports, again.telling.origins) == (2, 1)
    # the cluster together did all that was done since there was none of it
    moved = np.log(both / PRIOR)
    np.testing.assert_allclose(again.together, moved - moved.mean(), atol=1e-12)
    assert np.abs(again.together).max() > np.abs(again.log_shift).max()


def test_a_note_is_due_for_what_moves_far(still) -> None:
    study, draws = still
    strong = Weights({"s1": "strongly for", "s0": "strongly against"})
    for note, due in (({}, True), ({"en": "seen on film"}, False)):
        item = made("n1", strong, credibility=1, note=note)
        found = update_of(with_items(study, item), "n1", draws=draws, engine="exact")
        assert found.largest > 5
        assert found.note_due is due
    weak = made("n1", Weights({"s1": "slightly for"}))
    assert not update_of(with_items(study, weak), "n1", draws=draws, engine="exact").note_due


@pytest.mark.parametrize(("bears_on", "k"), [(Seen("visit"), None), (LevelSeen("d1", 2), 2)])
def test_the_chance_is_alike_whether_it_is_read_off_or_carried_along(
    study, make_draws, bears_on, k
) -> None:
    """An event of an earlier step is given as certain evidence; of this step it is read off."""
    draws = make_draws(study, 30)
    others = [made("a", Seen("visit"), dt.date(2026, 2, 3)), made("b", LevelSeen("d0", 1))]
    item = made("new", bears_on, dt.date(2026, 3, 9))
    asked = {"draws": draws, "engine": "exact"}
    now = update_of(with_items(study, *others, item), "new", as_of="2026-03-31", **asked)
    # a month later nothing more is known: what is believed of March is the same
    later = update_of(with_items(study, *others, item), "new", as_of="2026-04-30", **asked)
    assert later.entry.step == now.entry.step == now.after.as_of_step
    assert later.chance == pytest.approx(now.chance, abs=1e-9)
    before = forecast(study, others, as_of="2026-03-31", **asked)
    rates = np.array([RATES[id] for id in study.scenario_ids])
    expected = before.now @ rates if k is None else before.levels[1][0][k]
    assert now.chance == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(
    ("changes", "asked", "reason"),
    [
        ({"known": dt.date(2026, 4, 2)}, {"as_of": "2026-03-31"}, "not known by 2026-03-31"),
        ({"start": dt.date(2026, 1, 2), "end": dt.date(2026, 1, 2)}, {}, "before the origin"),
        ({"kind": "opinion"}, {}, "opinion"),
    ],
)
def test_what_does_not_count_says_why(still, changes, asked, reason) -> None:
    study, draws = still
    item = made("new", Seen("visit"), **changes)
    found = update_of(with_items(study, item), "new", draws=draws, **asked)
    assert (found.entry.counted, found.entry.reason) == (False, reason)
    np.testing.assert_array_equal(found.before.probability, found.after.probability)
    assert found.telling.reports == 1


def test_by_default_as_of_is_the_latest_known_date_the_item_included(still) -> None:
    study, draws = still
    items = made("a", Seen("visit")), made("new", Seen("visit"), dt.date(2026, 4, 2))
    found = update_of(with_items(study, *items), "new", draws=draws)
    assert found.before.as_of == found.after.as_of == dt.date(2026, 4, 2)


def test_tellers_who_only_relay_are_no_origins() -> None:
    item = made("a", Seen("visit"))
    cases = [
        (("x", "y"), {"x": "y"}, 2, 1),
        (("x",), {"x": "y"}, 1, 1),
        (("x", "y"), {}, 2, 2),
        (("x", "y"), {"x": "z", "y": "z"}, 2, 1),
        ((), {}, 1, 1),
    ]
    for sources, relays, reports, origins in cases:
        found = tellings([replace(item, sources=sources, relays=relays)])
        assert (found.reports, found.origins) == (reports, origins)
    apart = [replace(item, sources=("x",)), replace(item, sources=("y",), relays={"y": "x"})]
    assert (tellings(apart).reports, tellings(apart).origins) == (2, 1)


def test_there_is_no_such_item(still) -> None:
    study, draws = still
    with pytest.raises(InvalidRequest, match=r"there is no such item: got 'n1'"):
        update_of(study, "n1", draws=draws)


def test_the_first_side_goes_along_no_second_path(study, make_draws) -> None:
    """Evidence that differs at as-of only is weighed, not run: the steps are gone through once."""
    from tarjih.models.engines.kept import KeptEngine

    draws = make_draws(study, 20)
    items = made("a", LevelSeen("d0", 1)), made("new", Seen("visit"))
    posterior = believe(study, items, draws=draws, engine="particle")
    runs = []

    class Counted:
        def __getattr__(self, name):
            return getattr(posterior.engine, name)

        def map(self, *given, **more):
            runs.append(more["last_step"])
            return posterior.engine.map(*given, **more)

    kept = replace(posterior, engine=KeptEngine(Counted()))
    last = posterior.as_of_step + 3
    kept.run(last)
    less = kept.replaced(items[:1])
    again = less.run(last)
    assert runs == [last]
    plain = posterior.replaced(items[:1]).run(last)
    np.testing.assert_allclose(again.probability, plain.probability, atol=1e-13)
    np.testing.assert_allclose(again.log_weight, plain.log_weight, atol=1e-12)
    # another level changes the paths, and a shorter run needs no more steps
    less.run(last - 1)
    assert len(runs) == 1
    kept.replaced(items[1:]).run(last)
    assert len(runs) == 2
