"""A small made-up study with questions, and items drawn at random."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import strategies as st

from tarjih.scenarios.asked import (
    AtOrPast,
    EverInForce,
    IndicatorSeen,
    InForce,
    Question,
    Resolution,
)
from tarjih.scenarios.records import (
    BearsOn,
    Checked,
    Indicator,
    Item,
    Letter,
    LevelSeen,
    Seen,
    Source,
    Study,
    Weights,
)
from tarjih.scoring.backtest import Backtest, backtest_study
from tests.models.conftest import build_draws, build_study

ORIGIN = dt.date(2026, 1, 15)
LAST = dt.date(2026, 5, 20)
TEXT = {"en": "text"}


def day(number: int) -> dt.date:
    """The so-many-th day after the origin."""
    return ORIGIN + dt.timedelta(days=number)


def resolution(outcome: bool | str, known: dt.date) -> Resolution:
    return Resolution(outcome, known, "a report", {})


def question(id: str, about: Any, **changes: Any) -> Question:
    closes = about.at if hasattr(about, "at") else about.end
    given: dict[str, Any] = {
        "label": TEXT,
        "rule": TEXT,
        "settled_by": "a report",
        "closes": closes,
        "resolution": resolution(True, closes),
        "cites": "",
        "retrospective": False,
    }
    return Question(id=id, about=about, **(given | changes))


def small_study(**changes: Any) -> Study:
    """Two drivers with a link, two indicators, three sources, four questions."""
    study = build_study(3, (2, 3), [(0, 1)], True)
    indicators = tuple(
        Indicator(id, TEXT, dict(zip(study.scenario_ids, rates, strict=True)), watched, 0.8, {}, "")
        for id, rates, watched in (
            ("visit", (0.5, 0.1, 0.2), False),
            ("strike", (0.05, 0.4, 0.2), True),
        )
    )
    sources = tuple(
        Source(id, TEXT, cast("Letter", letter), "", {}, "")
        for id, letter in (("wire", "B"), ("paper", "D"), ("blog", "E"))
    )
    questions = (
        question("turn", InForce("s1", day(60)), resolution=resolution(False, day(70))),
        question("ever", EverInForce("s0", day(0), day(100)), resolution=resolution(True, day(80))),
        question("seen", IndicatorSeen("visit", day(0), day(90))),
        question("level", AtOrPast("d1", 1, day(0), day(125), True), resolution=None),
    )
    given = {"indicators": indicators, "sources": sources, "questions": questions}
    return replace(study, **(given | changes))


def item(id: str, bears_on: BearsOn | None = None, **changes: Any) -> Item:
    end = changes.pop("end", day(20))
    given: dict[str, Any] = {
        "start": end,
        "end": end,
        "known": max(end, changes.get("start", end)),
        "kind": "act",
        "sources": ("wire",),
        "relays": {},
        "credibility": 2,
        "cluster": None,
        "note": {},
        "url": "",
        "label": TEXT,
        "cites": "",
        "retrospective": False,
    }
    return Item(id=id, bears_on=bears_on or Weights({"s1": "for"}), **(given | changes))


BEARINGS: tuple[BearsOn, ...] = (
    Seen("visit"),
    Seen("strike"),
    Checked("visit"),
    LevelSeen("d0", 1),
    LevelSeen("d1", 2),
    Weights({"s0": "strongly for", "s1": "against"}),
    Weights({"s1": "slightly for"}),
)


@st.composite
def ledgers(draw: Any, *, most: int = 6) -> tuple[Item, ...]:
    """Random items: known late, told by several, clustered, taken back."""
    found = []
    for n in range(draw(st.integers(0, most))):
        start = draw(st.integers(1, 115))
        end = start + draw(st.integers(0, 6))
        known = end + draw(st.integers(0, 25))
        tellers = draw(st.lists(st.sampled_from(["wire", "paper", "blog"]), unique=True))
        gone = draw(st.none() | st.integers(1, 40))
        found.append(
            item(
                f"i{n}",
                draw(st.sampled_from(BEARINGS)),
                start=day(start),
                end=day(end),
                known=day(known),
                sources=tuple(tellers),
                relays={"blog": "paper"} if {"blog", "paper"} <= set(tellers) else {},
                credibility=draw(st.integers(1, 6)),
                cluster=draw(st.sampled_from([None, "one", "two"])),
                kind=draw(st.sampled_from(["act", "statement", "opinion"])),
                until=None if gone is None else day(known + gone),
            )
        )
    return tuple(found)


def draws_of(study: Study, count: int = 6) -> Any:
    """Made-up draws that are never moved."""
    return build_draws(study, count, 3)


def run(study: Study, items: Sequence[Item] = (), **asked: Any) -> Backtest:
    given = {"as_of": LAST, "draws": draws_of(study), "engine": "exact", "resamples": 20}
    return backtest_study(study, items, **(given | asked))


@pytest.fixture
def replayed() -> Callable[..., Backtest]:
    return run


@pytest.fixture(scope="session")
def some_items() -> tuple[Item, ...]:
    """Told early and late, alone and together, in a cluster."""
    return (
        item("a", Seen("visit"), end=day(20), known=day(31), sources=("wire", "paper")),
        item("b", Seen("visit"), end=day(21), known=day(25), cluster="one", sources=("blog",)),
        item("c", Weights({"s1": "strongly for"}), end=day(40), cluster="two", credibility=4),
        item("d", Weights({"s1": "for"}), end=day(44), cluster="two", sources=("paper",)),
        item("e", LevelSeen("d1", 2), end=day(50), known=day(52), kind="statement"),
        item("f", Checked("visit"), start=day(30), end=day(50), until=day(75)),
        item("g", Seen("strike"), end=day(110)),
    )


def seeded(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)
