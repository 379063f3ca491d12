"""No forecast of a date knows anything that came to be known after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tarjih.scenarios.records import Item, Seen, Weights
from tarjih.scoring.backtest import Backtest, known_by
from tests.scoring.backtest.conftest import (
    BEARINGS,
    day,
    item,
    ledgers,
    resolution,
    run,
    small_study,
)

STUDY = small_study()
SLOW = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
REPLAYED = day(45)
LATE = item("late", Seen("visit"), end=day(46), known=day(46))


def _until(found: Backtest, date: dt.date) -> dict[tuple[str, str, dt.date], tuple[float, ...]]:
    """All chances of dates up to one."""
    return {
        (one.question.id, ablation, when): row
        for one in found.questions
        for ablation, rows in one.chances.items()
        if not ablation.startswith("without:")
        for when, row in zip(one.dates, rows, strict=True)
        if when <= date
    }


def _replay(items: Iterable[Item]) -> dict[Any, Any]:
    """Replay at fixed dates: news would make dates of its own."""
    return _until(run(STUDY, tuple(items), every=["month", REPLAYED]), REPLAYED)


def _check_no_leak(items: tuple[Item, ...], late: Item) -> None:
    assert _replay((*items, late)) == _replay(items)


@SLOW
@given(ledgers(), st.sampled_from(BEARINGS), st.integers(1, 45), st.integers(1, 40),
       st.sampled_from([None, "one"]))  # fmt: skip
@example((), Seen("visit"), 40, 1, None)
def test_what_is_known_a_day_later_changes_nothing(
    items: tuple[Item, ...], bears_on: Any, happened: int, after: int, cluster: str | None
) -> None:
    """Even where it happened long before, and shares a cluster with what was known."""
    late = item(
        "late", bears_on, end=day(happened), known=REPLAYED + dt.timedelta(days=after),
        cluster=cluster, credibility=1,
    )  # fmt: skip
    _check_no_leak(items, late)


@SLOW
@given(ledgers(), st.integers(1, 30))
def test_what_is_taken_back_later_is_held_until_then(items: tuple[Item, ...], after: int) -> None:
    """Nothing of a later amendment or retraction reaches back."""
    early = tuple(replace(one, until=None) for one in items if one.known <= REPLAYED)
    back = tuple(replace(one, until=REPLAYED + dt.timedelta(days=after)) for one in early)
    assert _replay(early) == _replay(back)


@SLOW
@given(st.lists(st.sampled_from([None, True, False]), min_size=4, max_size=4),
       st.integers(61, 120))  # fmt: skip
def test_how_questions_came_out_changes_no_chance(outcomes: list[bool | None], known: int) -> None:
    """What the model said is the same whatever came out, and whenever that was known."""
    items = (item("a", Seen("visit")), item("c", Weights({"s0": "for"}), end=day(40)))
    questions = tuple(
        replace(one, resolution=None if out is None else resolution(out, day(known)))
        for one, out in zip(STUDY.questions, outcomes, strict=True)
    )
    whole = run(STUDY, items)
    other = run(replace(STUDY, questions=questions), items)
    shared = 0
    for one, same in zip(whole.questions, other.questions, strict=True):
        for date, row in zip(one.dates, one.chances["full"], strict=True):
            if date in same.dates:
                assert same.chances["full"][same.dates.index(date)] == row
                shared += 1
    assert shared > 8


@pytest.mark.parametrize("place", ["working", "backtesting"])
def test_a_planted_leak_is_caught(monkeypatch: pytest.MonkeyPatch, place: str) -> None:
    """One day of foresight fails the test above: where it is computed, and where it is shared."""

    def tomorrow(items: Iterable[Item], date: dt.date) -> tuple[Item, ...]:
        return known_by(items, date + dt.timedelta(days=1))

    _check_no_leak((), LATE)
    monkeypatch.setattr("tarjih.scoring.backtest.working.known_by", tomorrow)
    if place == "working":
        # the belief's own as-of still leaves it out: a second lock
        _check_no_leak((), LATE)
    else:
        _unlocked(monkeypatch)
        with pytest.raises(AssertionError):
            _check_no_leak((), LATE)


def _unlocked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let beliefs count what became known up to a day after their date."""
    from tarjih.evidence.weighing import likelihood

    honest = likelihood._reason

    def lenient(study: Any, one: Item, as_of: dt.date, last_step: int) -> str:
        return honest(study, one, as_of + dt.timedelta(days=1), last_step)

    monkeypatch.setattr(likelihood, "_reason", lenient)


def test_the_second_lock_alone_holds_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """A belief that would count tomorrow's news is never given it."""
    _unlocked(monkeypatch)
    _check_no_leak((), LATE)


def test_known_on_the_day_is_known_by_it() -> None:
    same = replace(LATE, end=REPLAYED, start=REPLAYED, known=REPLAYED)
    assert _replay((same,)) != _replay(())
    assert known_by([same], REPLAYED) == (same,)
    assert known_by([same], REPLAYED - dt.timedelta(days=1)) == ()
