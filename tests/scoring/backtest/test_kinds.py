"""Questions with several answers, and those a ledger has published, settled or declared void."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tarjih.evidence import Ledger
from tarjih.evidence.ledgers.memory import Memory
from tarjih.scenarios.asked import WhichLevel, WhichScenario
from tarjih.scenarios.records import Item
from tarjih.scenarios.resolved_form import resolved
from tarjih.scoring.backtest.asked import questions_of
from tarjih.scoring.questions.chances import Chance
from tarjih.scoring.questions.register import Frozen, Published
from tests.scoring.backtest.conftest import ORIGIN, day, question, resolution, run, small_study


def _study() -> Any:
    several = (
        question("which", WhichScenario(day(60)), resolution=resolution("s1", day(70))),
        question("level", WhichLevel("d1", day(60)), resolution=resolution("l2", day(70))),
    )
    return small_study(questions=(*small_study().questions, *several))


def test_each_kind_is_scored_by_its_own_rule(some_items: tuple[Item, ...]) -> None:
    """Brier from 0 to 2 of scenarios, ranked probability of levels; never mixed."""
    found = run(_study(), some_items)
    assert [group.kind for group in found.groups] == ["binary", "multiple", "ordered"]
    which, level = found.questions[4:]
    assert (which.options, which.outcome) == (("s0", "s1", "other"), 1)
    assert (level.options, level.outcome) == (("l0", "l1", "l2"), 2)
    stood = np.diff([*(date.toordinal() for date in which.dates), day(61).toordinal()])
    rows = np.array(which.chances["full"])
    brier = ((rows - [0, 1, 0]) ** 2).sum(axis=1)
    assert which.score["full"] == pytest.approx(np.average(brier, weights=stood), abs=1e-9)
    rows = np.array(level.chances["full"])
    rps = rows[:, 0] ** 2 + (rows[:, 0] + rows[:, 1]) ** 2
    assert level.score["full"] == pytest.approx(np.average(rps, weights=stood), abs=1e-9)
    for group, one in zip(found.groups[1:], (which, level), strict=True):
        assert group.full.scores[group.full.headline].mean == pytest.approx(one.score["full"])


def _published(id: str, study: Any, **changes: Any) -> Published:
    data = resolved(study)["questions"][id]
    chance = Chance(("no", "yes"), (0.5, 0.5), (0.4, 0.4), (0.6, 0.6))
    when = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
    frozen = Frozen(day(17), when, chance, "s1", "amal")
    closes = next(one.closes for one in study.questions if one.id == id)
    return replace(Published(id, data, closes, False, (frozen,)), **changes)


def test_a_published_question_opens_when_it_was_published(some_items: tuple[Item, ...]) -> None:
    """What was said before does not count, and it comes out as the ledger says."""
    study = small_study()
    settled = _published(
        "level", study, state="resolved", outcome=False, known=day(125), cites="a report"
    )
    void = _published("turn", study, state="void", known=day(70), cites="a report")
    found = run(study, some_items, register={"level": settled, "turn": void})
    by_id = {one.question.id: one for one in found.questions}
    level = by_id["level"]
    assert (level.opens, level.outcome, level.last_day) == (day(17), 0, day(124))
    days = {date: row[1] for date, row in zip(level.dates, level.chances["full"], strict=True)}
    when = sorted(days)
    stands = np.diff([max(d, day(17)).toordinal() for d in when] + [day(125).toordinal()])
    by_hand = np.average([days[date] ** 2 for date in when], weights=stands)
    assert when[0] == ORIGIN
    assert level.score["full"] == pytest.approx(by_hand, abs=1e-9)
    assert by_id["turn"].void
    assert by_id["turn"].score == {}
    assert by_id["turn"].outcome is None
    assert found.groups[0].full.counts.void == 1


def test_a_question_that_asks_something_else_by_now_is_the_study_s() -> None:
    study = small_study()
    published = _published("turn", study, state="void")
    other = replace(published, data={**published.data, "about": {"in_force": "s0"}})
    assert questions_of(study, {"turn": other}) == questions_of(study)
    assert questions_of(study, {"turn": published})[0].void


def test_items_of_a_ledger_are_replayed_in_the_versions_held_then() -> None:
    """Recorded, amended, withdrawn: each date sees what was held on it."""
    study = small_study()
    with Ledger(Memory()) as ledger:
        kept = ledger.observe(
            study,
            {"seen": "visit", "happened": "2026-02-05", "known": "2026-02-06",
             "sources": ["wire"], "credibility": 2, "kind": "act"},
        )  # fmt: skip
        ledger.retract(study, str(kept.id), because="disproved", known="2026-03-20")
        held = ledger.extended(study)
    asked: dict[str, Any] = {"every": [dt.date(2026, 3, 19), dt.date(2026, 3, 20)]}
    found, bare = run(held, held.items, **asked), run(study, (), **asked)
    one, none = (
        next(q for q in each.questions if q.question.id == "seen") for each in (found, bare)
    )
    at = {date: n for n, date in enumerate(one.dates)}
    before, after = at[dt.date(2026, 3, 19)], at[dt.date(2026, 3, 20)]
    assert one.chances["full"][before] != none.chances["full"][before]
    assert one.chances["full"][after] == none.chances["full"][after]
