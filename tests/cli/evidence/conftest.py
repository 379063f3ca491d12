"""A ledger of the new study: two copied reports, one of them withdrawn."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import tarjih
from tarjih.scenarios.records import Study

REPORT = {
    "happened": "2026-04-02",
    "seen": "large_ship_served",
    "cluster": "first_ship",
    "credibility": 2,
}


@dataclass
class Place:
    """A ledger file, and the words that name it."""

    path: Path
    study: Study
    call: Callable[..., Any]

    def __call__(self, *words: str) -> Any:
        """Run ``tarjih evidence WORD demo.yaml …`` on this ledger."""
        name, *rest = words
        return self.call("evidence", name, "demo.yaml", *rest, "--ledger", str(self.path))

    def document(self, *words: str) -> Any:
        """Return the one document that a command writes."""
        done = self(*words, "--json")
        assert (done.code, done.err.count("\n")) == (0, 1), done.err
        return json.loads(done.out)

    @property
    def count(self) -> int:
        """How many entries there are."""
        with tarjih.Ledger.open(self.path, create=False) as ledger:
            return ledger.count()


@pytest.fixture
def empty(call: Callable[..., Any], demo: Path) -> Place:
    """No ledger yet, and where one would be."""
    return Place(demo.parent / "x.db", tarjih.load(str(demo)), call)


@pytest.fixture
def place(empty: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Two reports of one event: n1 by Amal, n2 by Basil, who now records."""
    with tarjih.Ledger.open(empty.path) as ledger:
        for author, source, known in (
            ("amal", "harbour_office", "2026-04-03"),
            ("basil", "local_paper", "2026-04-05"),
        ):
            item = {**REPORT, "sources": [source], "known": known}
            ledger.observe(empty.study, item, author=author)
    monkeypatch.setenv("TARJIH_AUTHOR", "basil")
    return empty
