"""Published questions: frozen, frozen again, settled once, and by whom."""

from __future__ import annotations

import datetime as dt
import threading
import time
from pathlib import Path
from typing import Any

import pytest

import tarjih
from tarjih.errors import CannotCompute, InvalidRequest
from tarjih.evidence.ledgers.ledger import Ledger
from tarjih.evidence.ledgers.memory import Memory
from tarjih.scoring.questions import Chance, WhichLevel, WhichScenario
from tarjih.scoring.questions.register import (
    freeze_question,
    publish_question,
    read_register,
    reopen_question,
    settle_question,
    void_share,
)

CHANCE = Chance(("no", "yes"), (0.9, 0.1), (0.85, 0.05), (0.95, 0.15))
LATER = Chance(("no", "yes"), (0.7, 0.3), (0.6, 0.2), (0.8, 0.4))
DAY = dt.date(2025, 8, 6)
TODAY = dt.date(2025, 9, 1)


@pytest.fixture(scope="module")
def study() -> Any:
    return tarjih.load("syria_russia")


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(Memory())


def publish(ledger: Ledger, study: Any, id: str = "q23", **more: Any) -> Any:
    options = {"as_of": DAY, "statement": "s1", "author": "amal", "today": TODAY, **more}
    return publish_question(ledger, study, id, CHANCE, **options)


def test_published_as_it_was(ledger: Ledger, study: Any) -> None:
    publish(ledger, study)
    one = read_register(ledger, study)["q23"]
    assert one.state == "open"
    assert one.closes == dt.date(2026, 1, 28)
    assert one.data["rule"]["en"].startswith("Yes if no US troops remain")
    (frozen,) = one.frozen
    assert frozen.chance == CHANCE
    assert (frozen.as_of, frozen.statement, frozen.author) == (DAY, "s1", "amal")
    assert not one.retrospective


def test_frozen_again_while_open(ledger: Ledger, study: Any) -> None:
    publish(ledger, study)
    freeze_question(ledger, study, "q23", LATER, as_of=TODAY, statement="s9", author="basil")
    one = read_register(ledger, study)["q23"]
    assert [frozen.chance.yes for frozen in one.frozen] == [0.1, 0.3]
    assert one.forecasters == ("amal", "basil")


@pytest.mark.parametrize(("settler", "shown"), [("amal", True), ("nadia", False)])
def test_settled_with_a_citation_and_by_whom(
    ledger: Ledger, study: Any, settler: str, shown: bool
) -> None:
    publish(ledger, study)
    settle_question(
        ledger, study, "q23", True, known="2025-10-01", cites="Reuters, 1 October",
        author=settler, today=dt.date(2025, 10, 2),
    )  # fmt: skip
    one = read_register(ledger, study)["q23"]
    assert (one.state, one.outcome, one.cites) == ("resolved", True, "Reuters, 1 October")
    assert one.self_settled is shown
    with pytest.raises(InvalidRequest, match="it is resolved already"):
        settle_question(ledger, study, "q23", False, known="2026-02-01", cites="x")
    with pytest.raises(InvalidRequest, match="it is resolved already"):
        freeze_question(ledger, study, "q23", LATER, as_of=TODAY, statement="s9")


def test_void_and_its_share(ledger: Ledger, study: Any) -> None:
    publish(ledger, study)
    publish(ledger, study, "q24")
    settle_question(ledger, study, "q24", None, known="2025-08-20", cites="withdrawn", today=TODAY)
    register = read_register(ledger, study)
    assert (register["q24"].state, register["q24"].outcome) == ("void", None)
    assert void_share(register) == 0.5


def test_closed_before_it_was_published_is_retrospective(ledger: Ledger, study: Any) -> None:
    publish(ledger, study, today=dt.date(2026, 3, 1))
    assert read_register(ledger, study)["q23"].retrospective
    publish(ledger, study, "q17")  # flagged by the study
    assert read_register(ledger, study)["q17"].retrospective


@pytest.mark.parametrize(
    ("id", "as_of", "what"),
    [
        ("q99", DAY, "there is no such question: got 'q99'"),
        ("q23", dt.date(2026, 2, 1), "questions.q23.closes: it closed before as-of"),
        ("q10", dt.date(2026, 1, 28), "questions.q10.resolution: it is settled already"),
    ],
)
def test_what_cannot_be_published(
    ledger: Ledger, study: Any, id: str, as_of: dt.date, what: str
) -> None:
    with pytest.raises(InvalidRequest, match=what):
        publish(ledger, study, id, as_of=as_of)
    assert ledger.count() == 0


def test_rule_and_source_are_required(ledger: Ledger, study: Any) -> None:
    from dataclasses import replace

    bare = replace(study.questions[22], rule={"en": " "}, settled_by="")
    other = replace(study, questions=(bare,))
    with pytest.raises(InvalidRequest) as caught:
        publish(ledger, other)
    assert [problem.where for problem in caught.value.problems] == [
        "questions.q23.rule",
        "questions.q23.settled_by",
    ]


def test_published_once(ledger: Ledger, study: Any) -> None:
    publish(ledger, study)
    with pytest.raises(InvalidRequest, match="published already"):
        publish(ledger, study)


@pytest.mark.parametrize(
    ("id", "outcome", "known", "cites", "what"),
    [
        ("q23", True, "2025-08-20", " ", "--cites: what says so?"),
        ("q23", True, "2025-12-01", "x", "--known: known in the future"),
        ("q23", False, "2025-08-20", "x", "--known: it may still come true.*2026-01-28 or later"),
        ("q28", True, "2025-08-20", "x", "--known: it is asked of a later day"),
        ("q01", True, "2025-08-20", "x", "no such question was published"),
    ],
)
def test_what_cannot_be_settled(
    ledger: Ledger, study: Any, id: str, outcome: bool, known: str, cites: str, what: str
) -> None:
    publish(ledger, study)
    publish(ledger, study, "q28")
    with pytest.raises(InvalidRequest, match=what):
        settle_question(ledger, study, id, outcome, known=known, cites=cites, today=TODAY)
    assert {one.state for one in read_register(ledger, study).values()} == {"open"}


def test_an_early_yes_may_be_known_before_the_end(ledger: Ledger, study: Any) -> None:
    publish(ledger, study)
    settle_question(ledger, study, "q23", True, known="2025-08-20", cites="x", today=TODAY)
    assert read_register(ledger, study)["q23"].outcome is True


def test_of_two_that_cannot_both_hold_the_first_holds(ledger: Ledger, study: Any) -> None:
    publish(ledger, study)
    (row,) = ledger.entries(study, kinds=("question",))
    ledger.append(study, "question", {**row.body, "statement": "s2"}, author="basil")
    settled = {"question": "q23", "does": "resolve", "outcome": True, "known": "2025-08-20",
               "cites": "x"}  # fmt: skip
    ledger.append(study, "question", settled, author="one")
    ledger.append(study, "question", {**settled, "outcome": False}, author="two")
    one = read_register(ledger, study)["q23"]
    assert [frozen.statement for frozen in one.frozen] == ["s1", "s2"]
    assert (one.outcome, one.settler) == (True, "one")


def test_entries_that_cannot_be_read_are_named(ledger: Ledger, study: Any) -> None:
    ledger.append(study, "question", {"question": "q23", "does": "publish"})
    with pytest.raises(CannotCompute, match=r"entry 1 of .* cannot be read as a question"):
        read_register(ledger, study)


def test_questions_of_items_are_not_touched(ledger: Ledger, study: Any) -> None:
    """Items are held as before: entries about questions are about no item."""
    publish(ledger, study)
    assert ledger.items(study) == ledger.items(study, hindsight=False) == study.items


def test_what_was_settled_wrongly_is_opened_again(ledger: Ledger, study: Any) -> None:
    publish(ledger, study)
    settled: dict[str, Any] = {"known": "2025-08-20", "cites": "x", "author": "one", "today": TODAY}
    settle_question(ledger, study, "q23", True, **settled)
    reopen_question(ledger, study, "q23", why="another brigade left, not all", author="nadia")
    one = read_register(ledger, study)["q23"]
    assert (one.state, one.outcome, one.known, one.settler) == ("open", None, None, "")
    assert len(one.frozen) == 1
    (before,) = one.reopened
    assert (before.state, before.outcome, before.settler) == ("resolved", True, "one")
    assert (before.author, before.why) == ("nadia", "another brigade left, not all")
    # it is open as any other: frozen again, and settled again
    freeze_question(ledger, study, "q23", LATER, as_of=TODAY, statement="s9")
    settle_question(ledger, study, "q23", None, **settled)
    reopen_question(ledger, study, "q23", why="it can be told after all")
    settle_question(ledger, study, "q23", True, **settled)
    again = read_register(ledger, study)["q23"]
    assert (again.state, again.outcome, len(again.frozen)) == ("resolved", True, 2)
    assert [one.state for one in again.reopened] == ["resolved", "void"]


@pytest.mark.parametrize(
    ("id", "why", "what"),
    [
        ("q23", "wrong", "it is open: there is nothing to take back"),
        ("q24", " ", "--note: why was it settled wrongly"),
        ("q01", "wrong", "no such question was published"),
    ],
)
def test_what_cannot_be_opened_again(
    ledger: Ledger, study: Any, id: str, why: str, what: str
) -> None:
    publish(ledger, study)
    publish(ledger, study, "q24")
    settle_question(ledger, study, "q24", None, known="2025-08-20", cites="x", today=TODAY)
    before = ledger.count()
    with pytest.raises(InvalidRequest, match=what):
        reopen_question(ledger, study, id, why=why)
    assert ledger.count() == before


def with_which(study: Any) -> Any:
    """A study that also asks which scenario, and which level."""
    from dataclasses import replace

    own = replace(study.questions[22], resolution=None)
    end = dt.date(2026, 1, 28)
    which = (
        replace(own, id="which", about=WhichScenario(end)),
        replace(own, id="level", about=WhichLevel("us_withdrawal", end)),
    )
    return replace(study, questions=(*study.questions, *which))


def test_questions_with_several_answers(ledger: Ledger, study: Any) -> None:
    asked = with_which(study)
    levels = Chance(("stays", "partial", "full"), (0.5, 0.3, 0.2), (0.4, 0.2, 0.1), (0.6, 0.4, 0.3))
    publish_question(ledger, asked, "level", levels, as_of=DAY, statement="s1", today=TODAY)
    one = read_register(ledger, asked)["level"]
    assert (one.kind, one.options, one.driver) == ("ordered", levels.options, "us_withdrawal")
    options: dict[str, Any] = {"known": "2026-01-28", "cites": "x", "today": dt.date(2026, 2, 1)}
    for wrong in (True, "fully"):
        with pytest.raises(InvalidRequest, match="no answer to this question"):
            settle_question(ledger, asked, "level", wrong, **options)
    with pytest.raises(InvalidRequest, match="it is asked of a later day"):
        settle_question(ledger, asked, "level", "full", **(options | {"known": "2026-01-27"}))
    # the study has other levels by now: what is frozen must have the same answers
    fewer = Chance(("stays", "full"), (0.5, 0.5), (0.4, 0.4), (0.6, 0.6))
    with pytest.raises(InvalidRequest, match="other answers than those published"):
        freeze_question(ledger, asked, "level", fewer, as_of=TODAY, statement="s9")
    settle_question(ledger, asked, "level", "full", **options)
    assert read_register(ledger, asked)["level"].outcome == "full"


def test_together_or_not_at_all(ledger: Ledger, study: Any) -> None:
    def both(book: Ledger) -> None:
        publish(book, study)
        assert "q23" in read_register(book, study)
        publish(book, study, "q99")

    with pytest.raises(InvalidRequest), ledger.together() as tried:
        both(tried)
    assert ledger.count() == 0
    with ledger.together() as book:
        publish(book, study)
        publish(book, study, "q24")
        head = book.head
    assert list(read_register(ledger, study)) == ["q23", "q24"]
    assert ledger.head == head
    assert ledger.verify().sound


def test_who_settles_meanwhile_is_waited_for(tmp_path: Path, study: Any) -> None:
    """What is checked is what is there when it is recorded, not what was a moment before."""
    place, refused = tmp_path / "x.db", []

    def other() -> None:
        with Ledger.open(place, create=False) as mine, pytest.raises(InvalidRequest) as wrong:
            settle_question(mine, study, "q23", None, known="2025-08-21", cites="y", today=TODAY)
        refused.append(str(wrong.value))

    with Ledger.open(place) as ledger:
        publish(ledger, study)
        late = threading.Thread(target=other)
        with ledger.together() as book:
            settle_question(book, study, "q23", True, known="2025-08-20", cites="x", today=TODAY)
            late.start()
            time.sleep(0.3)
        late.join()
        assert "it is resolved already" in refused[0]
        assert ledger.count() == 2
