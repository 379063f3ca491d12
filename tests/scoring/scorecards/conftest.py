"""A ledger of questions that were frozen and settled on days of one's own choosing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

import tarjih
from tarjih.evidence.ledgers.ledger import Ledger
from tarjih.evidence.ledgers.memory import Memory
from tarjih.scenarios.asked import Asked, InForce, Question
from tarjih.scenarios.records import Study
from tarjih.scoring.questions import Chance, options_of
from tarjih.scoring.questions.register import (
    Published,
    freeze_question,
    publish_question,
    read_register,
    reopen_question,
    settle_question,
)

ORIGIN = dt.date(2025, 8, 6)
END = dt.date(2026, 1, 31)


@dataclass
class Book:
    """A study, and a ledger whose clock is set by hand."""

    study: Study
    store: Memory = field(default_factory=Memory)
    clock: dt.datetime = dt.datetime(2025, 8, 6, 12, tzinfo=dt.UTC)

    def __post_init__(self) -> None:
        self.ledger = Ledger(self.store, now=lambda: self.clock)

    @property
    def register(self) -> dict[str, Published]:
        return read_register(self.ledger, self.study)

    def ask(self, id: str, about: Asked, **changes: Any) -> None:
        """Add a question to the study."""
        model = next(one for one in self.study.questions if one.id == "q23")
        given = {"closes": END, "resolution": None, "retrospective": False} | changes
        question: Question = replace(model, id=id, about=about, **given)
        self.study = replace(self.study, questions=(*self.study.questions, question))

    def set(self, day: dt.date) -> None:
        self.clock = dt.datetime.combine(day, dt.time(12), dt.UTC)

    def chance(self, id: str, *mean: float) -> Chance:
        about = next(one.about for one in self.study.questions if one.id == id)
        shares = (1 - mean[0], mean[0]) if len(mean) == 1 else mean
        return Chance(options_of(self.study, about), shares, shares, shares)

    def publish(self, day: dt.date, id: str, *mean: float, as_of: dt.date | None = None) -> None:
        self.set(day)
        publish_question(
            self.ledger, self.study, id, self.chance(id, *mean),
            as_of=as_of or day, statement="s1", author="amal", today=day,
        )  # fmt: skip

    def freeze(self, day: dt.date, id: str, *mean: float, as_of: dt.date | None = None) -> None:
        self.set(day)
        freeze_question(
            self.ledger, self.study, id, self.chance(id, *mean),
            as_of=as_of or day, statement="s2", author="amal",
        )  # fmt: skip

    def settle(
        self, known: dt.date, id: str, outcome: bool | str | None, author: str = "nadia"
    ) -> None:
        self.set(known)
        settle_question(
            self.ledger, self.study, id, outcome, known=known, cites="x", author=author,
            today=max(known, END),
        )  # fmt: skip

    def reopen(self, day: dt.date, id: str) -> None:
        self.set(day)
        reopen_question(self.ledger, self.study, id, why="it was not so", author="nadia")


@pytest.fixture(scope="session")
def prospective() -> Study:
    """The shipped study, as if nobody had known what came later."""
    return replace(tarjih.load("syria_russia"), retrospective=False)


@pytest.fixture
def book(prospective: Study) -> Book:
    return Book(prospective)


@pytest.fixture
def asked(book: Book) -> Callable[[Sequence[str]], None]:
    """Add yes-or-no questions to the study."""

    def ask(ids: Sequence[str]) -> None:
        for id in ids:
            book.ask(id, InForce("rupture", END))

    return ask
