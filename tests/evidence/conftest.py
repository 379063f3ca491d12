"""Small studies and items, built in code."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from typing import Any, get_args

import pytest

from tarjih.evidence import Ledger
from tarjih.evidence.ledgers.chain import Row
from tarjih.evidence.ledgers.memory import Memory
from tarjih.scenarios.records import (
    BearsOn,
    Driver,
    Indicator,
    Item,
    Letter,
    Level,
    Scenario,
    Source,
    Study,
    Weights,
)

ORIGIN = dt.date(2025, 8, 6)


def _scenario(id: str) -> Scenario:
    text = {"en": id}
    return Scenario(id, text, text, text, text, (), (), 9.0, {}, {}, "")


def _driver(id: str, *levels: str) -> Driver:
    made = tuple(Level(name, {"en": name}, n / (len(levels) - 1)) for n, name in enumerate(levels))
    share = (1 / len(levels),) * len(levels)
    return Driver(id, {"en": id}, made, 0, share, 24.0, math.inf, {}, "")


def _indicator(id: str, *monthly: float, monitored: bool = False) -> Indicator:
    rates = dict(zip(("hold", "turn", "other"), monthly, strict=True))
    return Indicator(id, {"en": id}, rates, monitored, 0.8, {}, "")


def _study(**changes: Any) -> Study:
    """Three scenarios, two drivers, four indicators, one source for each letter."""
    given: dict[str, Any] = {
        "id": "small",
        "title": {"en": "small"},
        "description": {},
        "origin": ORIGIN,
        "step": "month",
        "horizon": 12.0,
        "retrospective": False,
        "retrospective_note": {},
        "scale": "survey",
        "scenarios": tuple(_scenario(id) for id in ("hold", "turn", "other")),
        "drivers": (_driver("war", "ended", "reduced", "deep"), _driver("deal", "no", "yes")),
        "conjunctions": (),
        "links": (),
        "judgements": (),
        "indicators": (
            _indicator("strike", 0.6, 0.05, 0.1),
            _indicator("visit", 0.1, 0.5, 0.1),
            _indicator("bulletin", 0.3, 0.9, 0.6, monitored=True),
            _indicator("weather", 0.2, 0.2, 0.2),
        ),
        "sources": tuple(
            Source(letter.lower(), {"en": letter}, letter, "", {}, "")
            for letter in get_args(Letter)
        ),
        "items": (),
        "questions": (),
        "base_rates": None,
        "assumptions": {},
    }
    return Study(**(given | changes))


def _item(id: str, bears_on: BearsOn | None = None, **changes: Any) -> Item:
    """An act of 10 October 2025, known the next day, told by b, digit 2."""
    end = changes.pop("end", dt.date(2025, 10, 10))
    given: dict[str, Any] = {
        "start": end,
        "end": end,
        "known": max(end + dt.timedelta(days=1), changes.get("start", end)),
        "kind": "act",
        "sources": ("b",),
        "relays": {},
        "credibility": 2,
        "cluster": None,
        "note": {},
        "url": "",
        "label": {"en": id},
        "cites": "",
        "retrospective": False,
    }
    return Item(id=id, bears_on=bears_on or Weights({"turn": "for"}), **(given | changes))


@pytest.fixture(scope="session")
def make_study() -> Callable[..., Study]:
    return _study


@pytest.fixture(scope="session")
def make_item() -> Callable[..., Item]:
    return _item


@pytest.fixture(scope="session")
def study() -> Study:
    return _study()


NOW = dt.datetime(2026, 11, 22, 10, 30, tzinfo=dt.UTC)


class Failing(Memory):
    """A disk that is full after so many entries."""

    fail_after: int | None = None

    def append(self, *given: Any, **more: Any) -> Row:
        if self.fail_after is not None and len(self.kept) >= self.fail_after:
            raise OSError("no space left on device")
        return super().append(*given, **more)


@pytest.fixture(scope="session")
def make_ledger() -> Callable[..., Ledger]:
    """Ledgers in memory, on 22 November 2026."""

    def make(memory: Memory | None = None, now: dt.datetime = NOW) -> Ledger:
        return Ledger(memory or Memory(), now=lambda: now)

    return make


@pytest.fixture
def memory() -> Failing:
    return Failing()


@pytest.fixture
def ledger(memory: Memory) -> Ledger:
    return Ledger(memory, now=lambda: NOW)
