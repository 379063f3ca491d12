"""The watch list on the command line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tarjih.cli.app import main
from tarjih.models import watch_list
from tarjih.priors import obtain_draws
from tarjih.reports.words.numbers import LRM, RLM
from tarjih.scenarios import load

Call = Callable[..., Any]


def test_it_tells_in_order(call: Call, demo: Path) -> None:
    done = call("watch", "demo")
    assert (done.code, done.err) == (0, "")
    marks = [
        "Look first for “A large ship is unloaded”: found by 30 June 2026 (chance 42%), it would "
        "take “Full service” on 31 March 2027 from 34% to 46%; looked for every month and not "
        "found, to 25%.",
        "That is expected to settle 2.2% of the doubt",
        "What looking every month until 30 June 2026 would tell about 31 March 2027:",
        "  Settles  Found  Tells for        Now  If found  If not  Look for",
        "     2.2%    42%  Full service     34%       46%     25%  A large ship is unloaded",
        "Settles: the part of the doubt about 31 March 2027",
        "These would be reported whenever they happen: The ferry calls every day. All others must",
    ]
    places = [done.out.index(mark) for mark in marks]
    assert places == sorted(places)
    assert "0.0%" not in done.out
    assert list(demo.parent.iterdir()) == [demo]


def test_it_says_the_same_in_arabic(call: Call, demo: Path) -> None:
    done = call("watch", "demo", "--lang", "ar")
    assert done.code == 0
    lines = [line for line in done.out.splitlines() if line]
    assert all(line.startswith(RLM) for line in lines)
    assert "أَولى ما يُبحث عنه" in lines[0]
    first = call("watch", "demo").out.splitlines()[0]
    assert re.findall(r"[\d.]+%", lines[0]) == re.findall(r"[\d.]+%", first)
    # ids stand beside labels where an option takes them, and nowhere else
    assert f"({LRM}large_ship_served{LRM})" in done.out
    for id in ("full_service", "missed"):
        assert not re.search(rf"\b{id}\b", done.out)


def test_quiet_gives_the_answer_alone(call: Call, demo: Path) -> None:
    lines = call("watch", "demo", "--quiet").out.splitlines()
    assert lines == call("watch", "demo").out.splitlines()[:1]


def test_the_document_is_the_list(call: Call, demo: Path) -> None:
    words = ["--within", "1m", "--horizon", "6", "--set", "repairs=finished", "--seed", "4"]
    done = call("watch", "demo", "--json", *words)
    assert (done.code, done.err) == (0, "")
    told = json.loads(done.out)
    assert told["schema"] == "tarjih.watch/1"
    assert (told["until"], told["steps"], told["horizon"]) == ("2026-04-30", 1, "2026-09-30")
    assert told["interventions"] == [{"driver": "repairs", "level": "finished", "start": None}]
    assert told["seed"] == 4
    assert sum(told["scenarios"].values()) == pytest.approx(1, abs=2e-6)
    for entry in (*told["indicators"], *told["drivers"]):
        assert 0 <= entry["information"] <= told["doubt"]
        assert entry["share"] == pytest.approx(entry["information"] / told["doubt"], abs=1e-5)
        outcomes = entry["outcomes"].values()
        assert sum(one["probability"] for one in outcomes) == pytest.approx(1, abs=2e-6)
        for id, now in told["scenarios"].items():
            mean = sum(one["probability"] * one["scenarios"][id] for one in outcomes)
            assert mean == pytest.approx(now, abs=1e-5)
    assert {id: sign["monitored"] for id, sign in _by_id(told["indicators"]).items()} == {
        "large_ship_served": False, "ferry_calls": True
    }  # fmt: skip
    assert told["diagnostics"]["reliable"] is True


def _by_id(entries: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {entry["id"]: entry for entry in entries}


def test_the_document_holds_what_python_finds(call: Call, demo: Path) -> None:
    told = json.loads(call("watch", "demo", "--json").out)
    study = load("demo")
    draws = obtain_draws(study)
    found = watch_list(study, draws=draws)
    assert told["fit"]["digest"] == draws.digest
    for name, watched in (("indicators", found.indicators), ("drivers", found.drivers)):
        assert [entry["id"] for entry in told[name]] == [one.id for one in watched]
        for entry, one in zip(told[name], watched, strict=True):
            assert entry["information"] == pytest.approx(one.information, abs=1e-6)
            assert list(entry["outcomes"]) == [outcome.name for outcome in one.outcomes]


def test_same_seed_same_bytes(call: Call, demo: Path) -> None:
    words = ("watch", "demo", "--json", "--engine", "particle", "--seed")
    first, again, other = (call(*words, seed).out for seed in ("4", "4", "5"))
    assert first == again != other


def test_it_fits_a_terminal(demo: Path, shown: Callable[..., str]) -> None:
    text = shown(lambda: main(["watch", "demo"]))
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--within", "soon"], "--within: unreadable window: got 'soon'; allowed: a number of"),
        (["--within", "0"], "--within: out of range: got '0'"),
        (["--within", "20m"], "--within: the window must end after the as-of step, and not past "
         "the horizon: got '20 months'; allowed: 2026-04-01 to 2027-03-31"),
        (["--within", "2026-03"], "--within: the window must end after the as-of step"),
        (["--horizon", "soon"], "--horizon: unreadable horizon: got 'soon'"),
        (["--set", "quays=none"], "--set: unknown driver: got 'quays'"),
    ],
)  # fmt: skip
def test_wrong_requests(call: Call, demo: Path, words: list[str], message: str) -> None:
    done = call("watch", "demo", *words)
    assert done.code == 2
    assert done.message.startswith(message)
