"""Every command, as of a past day, sees what was known then: what came later is not there yet.

A ledger that holds everything is set beside one that holds only what was known by the day; what
the commands write has to be the same, byte for byte.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tarjih.evidence import Ledger
from tarjih.scenarios import load
from tarjih.scenarios.records import Study

Call = Callable[..., Any]
FERRY: dict[str, Any] = {
    "seen": "ferry_calls",
    "kind": "act",
    "sources": ["harbour_office"],
    "credibility": 2,
}
PAPER = FERRY | {"sources": ["local_paper"], "kind": "claim", "credibility": 3}
QUAYS = {"level": {"repairs": "finished"}, "sources": ["local_paper"], "credibility": 4}
# Id, what is recorded, and when it became known.
RECORDED: tuple[tuple[str, str, dict[str, Any], str], ...] = (
    ("observe", "a", FERRY | {"happened": "2026-03-20"}, "2026-03-21"),
    ("observe", "b", PAPER | {"happened": "2026-03-20", "cluster": "ferry"}, "2026-03-25"),
    ("observe", "c", QUAYS | {"happened": "2026-04-02"}, "2026-04-05"),
    ("amend", "a", {"credibility": 5, "cluster": "ferry"}, "2026-04-10"),
    ("observe", "d", FERRY | {"seen": "large_ship_served", "happened": "2026-04-12"}, "2026-04-20"),
    ("retract", "c", {"because": "disproved"}, "2026-04-25"),
    ("merge", "a", {"ids": ["a", "b"]}, "2026-05-02"),
    ("retract", "d", {"because": "withdrawn", "source": "harbour_office"}, "2026-05-20"),
    ("observe", "e", FERRY | {"happened": "2026-06-01"}, "2026-06-03"),
)
DATES = ("2026-03-31", "2026-04-22", "2026-05-10")
COMMANDS: dict[str, tuple[str, ...]] = {
    "run": ("run", "demo"),
    "explain": ("explain", "demo"),
    "watch": ("watch", "demo"),
    "whatif": ("whatif", "demo", "--set", "insurance=normal"),
    "tipping": ("tipping", "demo", "--scenario", "full_service"),
    "simulate": ("simulate", "demo"),
    "sensitivity": ("sensitivity", "demo"),
    "tornado": ("tornado", "demo"),
    "show": ("show", "demo"),
}


QUIETLY: dict[str, tuple[str, ...]] = {"show": ()}


def recorded(path: str, upto: str | None = None) -> Study:
    study = load("demo")
    # Sources that only this ledger knows come along with what they told.
    with Ledger.open(path) as ledger:
        for method, id, given, known in RECORDED:
            if upto is not None and known > upto:
                continue
            if method == "observe":
                ledger.observe(study, given | {"known": known}, id=id)
            elif method == "amend":
                ledger.amend(study, id, given, known=known)
            elif method == "merge":
                ledger.merge(study, given["ids"], known=known)
            else:
                ledger.retract(study, id, known=known, **given)
        return ledger.extended(study)


@pytest.fixture
def ledgers(demo: Path) -> dict[str, str]:
    """A ledger that holds all, and one for each date."""
    recorded("all.db")
    for date in DATES:
        recorded(f"{date}.db", date)
    return {date: f"{date}.db" for date in DATES}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_sees_what_was_known(call: Call, ledgers: dict[str, str], name: str) -> None:
    words = (*COMMANDS[name], "--json", *QUIETLY.get(name, ("-q",)))
    seen = set()
    for date, fresh in ledgers.items():
        told = call(*words, "--as-of", date, "--ledger", "all.db")
        alone = call(*words, "--as-of", date, "--ledger", fresh)
        assert told.code == 0, told.err
        assert told.out == alone.out, date
        seen.add(told.out)
    assert len(seen) == len(DATES)


@pytest.mark.parametrize("name", COMMANDS)
def test_hindsight_reaches_back(call: Call, ledgers: dict[str, str], name: str) -> None:
    quietly = QUIETLY.get(name, ("-q",))
    words = (*COMMANDS[name], "--json", *quietly, "--as-of", "2026-04-22", "--ledger", "all.db")
    plain, reaching = call(*words), call(*words, "--hindsight")
    assert reaching.code == 0
    assert reaching.out != plain.out


def test_hindsight_of_the_last_day_changes_nothing_now(call: Call, ledgers: dict[str, str]) -> None:
    words = ("run", "demo", "--json", "-q", "--as-of", "2026-07-01", "--ledger", "all.db")
    import json

    plain, reaching = (json.loads(call(*words, *more).out) for more in ((), ("--hindsight",)))
    assert plain["scenarios"] == reaching["scenarios"]
    # The line up to now is another: what was retracted since is not in it.
    assert plain["timeline"] != reaching["timeline"]


def test_analysts_see_what_was_known(call: Call, disputed: Path) -> None:
    recorded("all.db")
    for date in DATES:
        recorded(f"{date}.db", date)
        words = ("compare", "demo", "--json", "-q", "--as-of", date)
        told, alone = (call(*words, "--ledger", name) for name in ("all.db", f"{date}.db"))
        assert told.code == 0
        assert told.out == alone.out, date


@pytest.mark.parametrize("suffix", ["bif", "nc"])
def test_what_is_exported_was_known(call: Call, ledgers: dict[str, str], suffix: str) -> None:
    date = "2026-04-22"
    for name, ledger in (("told", "all.db"), ("alone", ledgers[date])):
        done = call(
            "export", "demo", "--as-of", date, "--ledger", ledger, "-q", "-o", f"{name}.{suffix}"
        )
        assert done.code == 0, done.err
    told, alone = (Path(f"{name}.{suffix}").read_bytes() for name in ("told", "alone"))
    assert told == alone


def test_any_day_is_as_a_ledger_of_that_day(call: Call, demo: Path) -> None:
    recorded("all.db")
    known = {dt.date.fromisoformat(one[-1]) for one in RECORDED}
    for day in sorted(known | {one - dt.timedelta(days=1) for one in known}):
        date = day.isoformat()
        recorded(f"{date}.db", date)
        words = ("run", "demo", "--json", "-q", "--as-of", date, "--ledger")
        assert call(*words, "all.db").out == call(*words, f"{date}.db").out, date
