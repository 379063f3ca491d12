"""Scores of a backtest worked out by hand, and what each part of the method is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tarjih.errors import InvalidRequest
from tarjih.evidence import item_reliability
from tarjih.models.posterior import believe
from tarjih.priors.assumptions import assumptions_of
from tarjih.scenarios.asked import InForce
from tarjih.scenarios.records import Item, Seen, Weights
from tarjih.scoring.backtest import Ablation, Backtest, ablations_of, replay_dates
from tarjih.scoring.backtest.ablations import graded_alike, variant_of
from tarjih.scoring.backtest.record import Replayed
from tarjih.scoring.backtest.scored import forecast_table, groups_of, mean_scores
from tarjih.scoring.questions import chances_of
from tests.models.conftest import build_draws
from tests.scoring.backtest.conftest import (
    LAST,
    ORIGIN,
    day,
    draws_of,
    item,
    question,
    resolution,
    run,
    small_study,
)

Run = Callable[..., Backtest]


def _replayed(id: str, outcome: int, last: int, chances: dict[str, list[float]]) -> Replayed:
    """A question open from the origin, forecast on the days 0 and 10."""
    about = InForce("s0", day(last))
    one = Replayed(
        question=question(id, about),
        options=("no", "yes"),
        kind="binary",
        opens=ORIGIN,
        last_day=day(last),
        outcome=outcome,
        void=False,
        retrospective=False,
        dates=(day(0), day(10)),
        chances={name: tuple((1 - p, p) for p in row) for name, row in chances.items()},
        score={},
    )
    return replace(one, score=mean_scores("binary", one))


def test_two_questions_by_hand() -> None:
    """First 10 days at one forecast, the rest at the next; each question counts once.

    One came true, 20 days: full (10 · 0.6² + 10 · 0.2²) / 20 = 0.2, without evidence 0.6² = 0.36.
    Two did not, 40 days: full (10 · 0.3² + 30 · 0.1²) / 40 = 0.03, without evidence 0.3² = 0.09.
    """
    one = _replayed("one", 1, 19, {"full": [0.4, 0.8], "no_evidence": [0.4, 0.4]})
    two = _replayed("two", 0, 39, {"full": [0.3, 0.1], "no_evidence": [0.3, 0.3]})
    assert one.score == pytest.approx({"full": 0.2, "no_evidence": 0.36})
    assert two.score == pytest.approx({"full": 0.03, "no_evidence": 0.09})
    names = ("full", "no_evidence")
    leaning = {day(0).toordinal(): False, day(10).toordinal(): False}
    (group,) = groups_of(forecast_table((one, two), names, leaning), resamples=20, seed=0)
    assert group.kind == "binary"
    assert not group.retrospective
    assert group.full.scores["brier"].mean == pytest.approx((0.2 + 0.03) / 2)
    part = group.parts["no_evidence"]
    assert part.earned.mean == pytest.approx((0.16 + 0.06) / 2)
    assert part.verdict == "too_few"
    assert np.isnan(part.earned.low)
    # never updated: (0.36 + 0.09) / 2; the same chance for both: 0.25
    compared = group.full.comparisons
    assert compared["first_kept"].score.mean == pytest.approx(0.225)
    assert compared["uniform"].score.mean == pytest.approx(0.25)
    skill = compared["first_kept"].skill
    assert skill is not None
    assert skill.mean == pytest.approx(1 - 0.115 / 0.225)
    log = group.full.scores["log"].mean
    first = -(10 * np.log(0.4) + 10 * np.log(0.8)) / 20
    second = -(10 * np.log(0.7) + 30 * np.log(0.9)) / 40
    assert log == pytest.approx((first + second) / 2)


def test_what_leans_on_hindsight_is_scored_apart() -> None:
    """A forecast from the day on which an item coded in retrospect counts is no headline."""
    one = _replayed("one", 1, 19, {"full": [0.4, 0.8], "no_evidence": [0.4, 0.4]})
    leaning = {day(0).toordinal(): False, day(10).toordinal(): True}
    table = forecast_table((one,), ("full", "no_evidence"), leaning)
    headline, apart = groups_of(table, resamples=20, seed=0)
    assert (headline.retrospective, apart.retrospective) == (False, True)
    assert headline.full.scores["brier"].mean == pytest.approx(0.36)
    assert apart.full.scores["brier"].mean == pytest.approx(0.04)


def test_retrospective_studies_have_no_headline(some_items: tuple[Item, ...]) -> None:
    found = run(small_study(retrospective=True), some_items)
    assert found.retrospective
    assert found.headline is None
    found = run(small_study(), some_items)
    assert not found.retrospective
    assert found.headline is not None
    coded = [replace(one, retrospective=True) for one in some_items]
    found = run(small_study(), coded)
    assert [group.retrospective for group in found.groups] == [False, True]


def test_groups_agree_with_questions(some_items: tuple[Item, ...]) -> None:
    """Two ways to one number: the scorecard's mean, and the mean of what each question got."""
    found = run(small_study(), some_items)
    (group,) = found.groups
    assert found.scored == group.full.counts.scored == 3
    assert group.full.counts.open == 1
    for name, card in group.cards.items():
        own = [one.score[name] for one in found.questions if one.score]
        assert card.scores["brier"].mean == pytest.approx(np.mean(own), abs=1e-12)
        if name != "full":
            full = [one.score["full"] for one in found.questions if one.score]
            earned = group.parts[name].earned.mean
            assert earned == pytest.approx(np.mean(own) - np.mean(full), abs=1e-12)


def test_chances_are_those_of_a_belief_at_the_date(some_items: tuple[Item, ...]) -> None:
    study = small_study()
    found = run(study, some_items)
    for date in found.dates:
        belief = believe(study, some_items, as_of=date, draws=draws_of(study), engine="exact")
        for one in found.questions:
            if date in one.dates:
                (chance,) = chances_of(belief, [one.question.about])
                row = one.chances["full"][one.dates.index(date)]
                assert row == pytest.approx(chance.mean, abs=1e-11)


def test_the_day_of_an_early_outcome_does_not_count(some_items: tuple[Item, ...]) -> None:
    by_id = {one.question.id: one for one in run(small_study(), some_items).questions}
    assert by_id["ever"].last_day == day(79)  # known on day 80, closes on day 100
    assert by_id["turn"].last_day == day(60)  # closed before it was known
    assert by_id["seen"].last_day == day(89)  # known the day it closed
    assert by_id["level"].outcome is None
    assert by_id["level"].score == {}
    assert set(by_id["level"].chances) == {"full"}


def test_replay_dates(some_items: tuple[Item, ...]) -> None:
    study = small_study()
    ends = [dt.date(2026, 1, 31), dt.date(2026, 2, 28), dt.date(2026, 3, 31), dt.date(2026, 4, 30)]
    news = [day(n) for n in (20, 25, 31, 40, 44, 50, 52, 75, 110)]
    news = [one.known for one in some_items] + [day(75)]
    both = replay_dates(study, some_items, LAST)
    assert replay_dates(study, some_items, LAST, ["month"]) == (ORIGIN, *ends)
    assert replay_dates(study, some_items, LAST, ["news"]) == tuple(sorted({ORIGIN, *news}))
    assert both == tuple(sorted({ORIGIN, *ends, *news}))
    assert replay_dates(study, some_items, day(30), [day(12)]) == (ORIGIN, day(12))
    with pytest.raises(InvalidRequest, match="no replay date"):
        replay_dates(study, some_items, LAST, ["week"])
    with pytest.raises(InvalidRequest, match="no replay date"):
        replay_dates(study, some_items, LAST, [day(-1)])


def test_opinions_and_old_news_make_no_dates() -> None:
    old = item("old", end=day(-3), known=day(-2))
    opinion = item("opinion", end=day(20), kind="opinion")
    assert replay_dates(small_study(), [old, opinion], LAST, ["news"]) == (ORIGIN,)


# ── the parts ──


def _chances(found: Backtest, name: str) -> list[Any]:
    return [one.chances[name] for one in found.questions if name in one.chances]


def test_without_clusters_in_it_no_clusters_is_the_whole(some_items: tuple[Item, ...]) -> None:
    apart = [replace(one, cluster=None) for one in some_items]
    found = run(small_study(), apart)
    assert "no_clusters" in found.same
    assert _chances(found, "no_clusters") == _chances(found, "full")[:3]
    assert found.groups[0].parts["no_clusters"].earned.mean == 0.0
    clustered = run(small_study(), some_items)
    assert "no_clusters" not in clustered.same
    assert _chances(clustered, "no_clusters") == _chances(found, "full")[:3]


def test_without_links_in_it_no_links_is_the_whole(some_items: tuple[Item, ...]) -> None:
    linked, bare = small_study(), small_study(links=())
    assert "no_links" in run(bare, some_items).same
    found = run(linked, some_items)
    assert "no_links" not in found.same
    assert _chances(found, "no_links") == _chances(run(bare, some_items), "full")[:3]


def test_without_evidence_every_date_says_what_no_item_would(
    some_items: tuple[Item, ...],
) -> None:
    found, empty = run(small_study(), some_items), run(small_study(), (), every=["month"])
    assert "no_evidence" in empty.same
    for one, bare in zip(found.questions[:3], empty.questions[:3], strict=True):
        for date in bare.dates:
            row = one.chances["no_evidence"][one.dates.index(date)]
            assert row == bare.chances["full"][bare.dates.index(date)]


def test_equal_grades_are_graded_alike_already() -> None:
    """All tellers of one letter and digit: their mean is their grade."""
    items = [
        item("a", Seen("visit"), end=day(20), sources=("wire",)),
        item("b", Seen("strike"), end=day(30), sources=("wire",), kind="statement"),
    ]
    found = run(small_study(), items)
    for one in found.questions[:3]:
        for full, alike in zip(one.chances["full"], one.chances["no_grading"], strict=True):
            assert alike == pytest.approx(full, abs=1e-11)


def test_graded_alike_by_hand(some_items: tuple[Item, ...]) -> None:
    """Each item the mean of its tellers alone, then the mean of the items; D2, B2 and F5."""
    study = small_study()
    items = (
        item("a", sources=("wire",)),
        item("b", sources=("wire", "paper"), credibility=4),
        item("c", sources=(), credibility=5),
    )
    assumptions = assumptions_of(study)

    def alone(teller: str, digit: int) -> float:
        sources = (teller,) if teller else ()
        return item_reliability(study, item("x", sources=sources, credibility=digit), assumptions)

    mean = (
        alone("wire", 2) + (alone("wire", 4) + alone("paper", 4)) / 2 + alone("", 5)
    ) / 3  # fmt: skip
    alike, same, reliability = graded_alike(study, items)
    assert reliability == pytest.approx(mean, abs=1e-12)
    assumed = assumptions_of(alike)
    read = [item_reliability(alike, one, assumed) for one in same]
    assert read == pytest.approx([mean, 1 - (1 - mean) ** 2, mean], abs=1e-12)


def test_a_source_left_out_takes_its_relays_along() -> None:
    study = small_study()
    items = (
        item("a", sources=("wire", "paper")),
        item("b", sources=("blog",), relays={"blog": "wire"}),
        item("c", Weights({"s0": "for"}), sources=("paper",)),
    )
    left = variant_of(Ablation("without", "wire"), study, items).items
    assert [(one.id, one.sources) for one in left] == [("a", ("paper",)), ("c", ("paper",))]
    assert [one.id for one in ablations_of(study, items)][-2:] == ["without:paper", "without:wire"]
    assert "without:blog" in [one.id for one in ablations_of(study, items)]


def test_without_review_time_belief_is_the_pull(some_items: tuple[Item, ...]) -> None:
    """After one step without evidence, what is in force is what the drivers pull to."""
    from tarjih.equations import softmax

    study, draws = small_study(drivers=(), links=(), conjunctions=()), None
    study = replace(
        study,
        scenarios=tuple(
            replace(one, effects={}, conjunction_effects={}) for one in study.scenarios
        ),
        questions=(
            question("turn", InForce("s1", day(100)), resolution=resolution(True, day(120))),
        ),
    )
    draws = draws_of(study)
    found = run(study, (), draws=draws, every=["month"])
    pull = softmax(draws.alpha).mean(axis=0)[1]
    for row in found.questions[0].chances["no_review_time"]:
        assert row[1] == pytest.approx(pull, abs=1e-9)
    assert "no_review_time" not in found.same


def test_judgements_left_out_are_the_stated_prior(some_items: tuple[Item, ...]) -> None:
    study = small_study()
    found = run(study, some_items)
    assert "no_judgements" not in found.same
    other = run(study, some_items, draws=build_draws(study, 6, 99))
    assert _chances(found, "no_judgements") == _chances(other, "no_judgements")
    assert "no_judgements" not in [
        one.id
        for one in ablations_of(replace(study, analysts=(object(),)), ())  # type: ignore[arg-type]
    ]


def test_the_same_forecast_is_computed_once(some_items: tuple[Item, ...]) -> None:
    """Before there is evidence four things differ: all else is the whole."""
    found = run(small_study(), (), every=["month"])
    dates = [date for date in found.dates if date <= day(89)]
    later = len(found.dates) - len(dates)
    # full, no review time, no links, no judgements
    assert found.units == 4 * len(dates) + later
    assert found.same == {"no_evidence", "no_grading", "no_clusters"}


def test_requests_that_are_wrong(some_items: tuple[Item, ...]) -> None:
    study = small_study()
    with pytest.raises(InvalidRequest, match="the study asks no question"):
        run(small_study(questions=()))
    with pytest.raises(InvalidRequest, match="pymc samples parameters anew"):
        run(study, engine="pymc")
    with pytest.raises(InvalidRequest, match="--jobs: out of range"):
        run(study, jobs=0)
    with pytest.raises(InvalidRequest, match="not together with --dask"):
        run(study, jobs=2, dask="tcp://127.0.0.1:1")
    with pytest.raises(InvalidRequest, match="before the origin"):
        run(study, as_of="2020")
