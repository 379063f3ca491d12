"""A study's frozen forecasts: what is scored, what is scored apart, and what leaks nowhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tarjih.scenarios.asked import InForce, WhichLevel, WhichScenario
from tarjih.scoring.rules import brier_score_categories, ranked_probability_score
from tarjih.scoring.scorecards import (
    StudyScores,
    drawn_card,
    frozen_forecasts,
    score_study,
)

Book = Any
Ask = Callable[[Sequence[str]], None]
END = dt.date(2026, 1, 31)
EARLY = dt.date(2025, 9, 1)
LATER = dt.date(2025, 11, 10)


def scored(book: Book, **options: Any) -> StudyScores:
    return score_study(book.study, book.register, resamples=50, **options)


def test_days_that_a_forecast_held(book: Book, asked: Ask) -> None:
    asked(["a"])
    book.publish(EARLY, "a", 0.2)
    book.freeze(LATER, "a", 0.6)
    book.settle(END, "a", True)
    found = scored(book)
    (card,) = found.report.cards
    # the day on which the outcome could be read does not count
    first, second = (LATER - EARLY).days, (END - LATER).days
    expected = (first * 0.8**2 + second * 0.4**2) / (first + second)
    assert card.scores["brier"].mean == pytest.approx(expected, abs=1e-12)
    assert (card.kind, card.retrospective, card.counts.by_days) == ("binary", False, 1)
    assert found.questions[0].score == pytest.approx(expected, abs=1e-12)


def test_a_forecast_counts_from_when_it_was_recorded(book: Book, asked: Ask) -> None:
    """An as-of date of long ago does not make a forecast an early one."""
    asked(["a"])
    book.publish(EARLY, "a", 0.2)
    book.freeze(LATER, "a", 0.6, as_of=EARLY)
    book.settle(END, "a", True)
    table = frozen_forecasts(book.study, tuple(book.register.values()))
    assert np.floor(table.when).tolist() == [EARLY.toordinal(), LATER.toordinal()]


def test_several_answers_by_their_own_rules(book: Book) -> None:
    book.ask("which", WhichScenario(END))
    book.ask("level", WhichLevel("us_withdrawal", END))
    which, level = (0.1, 0.2, 0.4, 0.2, 0.1), (0.5, 0.3, 0.2)
    book.publish(EARLY, "which", *which)
    book.publish(EARLY, "level", *level)
    book.settle(END, "which", "rupture")
    book.settle(END, "level", "full")
    multiple, ordered = scored(book).report.cards
    place = book.study.scenario_ids.index("rupture")
    expected = float(brier_score_categories([which], [place])[0])
    assert multiple.scores["brier_categories"].mean == pytest.approx(expected, abs=1e-12)
    expected = float(ranked_probability_score([level], [2])[0])
    assert (ordered.kind, ordered.headline) == ("ordered", "rps")
    assert ordered.scores["rps"].mean == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("recorded", [END, END + dt.timedelta(days=3)])
def test_frozen_when_the_outcome_could_be_known_is_scored_apart(
    book: Book, asked: Ask, recorded: dt.date
) -> None:
    asked(["a", "b"])
    book.publish(EARLY, "a", 0.3)
    book.publish(recorded, "b", 0.99, as_of=EARLY)
    book.freeze(recorded, "a", 0.99, as_of=LATER)
    for id in "ab":
        book.settle(END, id, True)
    head, apart = scored(book).report.cards
    assert (head.retrospective, apart.retrospective) == (False, True)
    assert head.scores["brier"].mean == pytest.approx(0.49, abs=1e-12)
    assert (head.counts.scored, apart.counts.scored) == (1, 2)
    by_id = {one.published.id: one for one in scored(book).questions}
    assert by_id["a"].score == pytest.approx(0.49, abs=1e-12)
    assert (by_id["a"].retrospective, by_id["b"].retrospective) == (False, True)


@pytest.mark.parametrize("flag", ["study", "question"])
def test_coded_in_retrospect_is_scored_apart(book: Book, asked: Ask, flag: str) -> None:
    if flag == "study":
        book.study = replace(book.study, retrospective=True)
    book.ask("a", InForce("rupture", END), retrospective=flag == "question")
    book.publish(EARLY, "a", 0.3)
    book.settle(END, "a", False)
    (card,) = scored(book).report.cards
    assert card.retrospective
    assert drawn_card(scored(book)) == card


def test_only_what_had_come_out_by_a_date(book: Book, asked: Ask) -> None:
    asked(["a", "b", "c"])
    for id in "abc":
        book.publish(EARLY, id, 0.3)
    book.freeze(LATER, "a", 0.5)
    book.settle(dt.date(2026, 2, 1), "a", False)
    book.settle(dt.date(2026, 2, 10), "b", True)
    book.settle(dt.date(2026, 2, 10), "c", None)
    for day, states in (
        (EARLY, (0, 3, 0)),
        (dt.date(2026, 2, 1), (1, 2, 0)),
        (dt.date(2026, 2, 10), (2, 0, 1)),
    ):
        report = scored(book, as_of=day).report
        assert (report.resolved, report.open, report.void) == states
    assert scored(book, as_of=EARLY).report.forecasts == 3
    assert scored(book, as_of=EARLY - dt.timedelta(days=1)).questions == ()
    assert scored(book).report.void_share == pytest.approx(1 / 3)


def test_who_settles_what_they_forecast_is_counted(book: Book, asked: Ask) -> None:
    asked(["a", "b"])
    for id, settler in (("a", "amal"), ("b", "nadia")):
        book.publish(EARLY, id, 0.3)
        book.settle(END, id, False, author=settler)
    assert scored(book).self_settled == 1
    book.reopen(END, "a")
    assert (scored(book).self_settled, scored(book).reopened) == (0, 1)
    assert scored(book).report.open == 1


chances = st.floats(0.01, 0.99)
days = st.integers(0, 200)


@settings(max_examples=15, deadline=None)
@given(
    said=st.lists(st.tuples(chances, chances, days, st.booleans()), min_size=2, max_size=6),
    dice=st.randoms(use_true_random=False),
)
def test_the_order_of_entries_and_other_outcomes_change_nothing(
    prospective: Any, said: list[tuple[float, float, int, bool]], dice: Any
) -> None:
    from tests.scoring.scorecards.conftest import Book as Fresh

    def recorded(order: list[int], flipped: int | None = None) -> Any:
        book = Fresh(prospective)
        for place in range(len(said)):
            book.ask(f"a{place}", InForce("rupture", END))
        for place in order:
            first, second, gap, _ = said[place]
            book.publish(EARLY, f"a{place}", first)
            book.freeze(EARLY + dt.timedelta(days=gap), f"a{place}", second)
        for place in order:
            book.settle(END, f"a{place}", said[place][3] ^ (place == flipped))
        return book

    plain = list(range(len(said)))
    shuffled = dice.sample(plain, len(plain))
    one, other = recorded(plain), recorded(shuffled)
    assert scored(one).report.cards[0].scores == scored(other).report.cards[0].scores
    assert scored(one).report.cards[0].by_question == scored(other).report.cards[0].by_question
    # no outcome reaches a frozen probability
    changed = recorded(plain, flipped=0)
    tables = [
        frozen_forecasts(book.study, tuple(book.register.values())) for book in (one, changed)
    ]
    assert np.array_equal(tables[0].probabilities, tables[1].probabilities)
    assert np.array_equal(tables[0].when, tables[1].when)
    mine, theirs = (scored(book).report.cards[0].by_question for book in (one, changed))
    assert {id for id in mine if mine[id] != theirs[id]} <= {"a0"}
