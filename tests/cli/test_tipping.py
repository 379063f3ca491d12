"""What would change our mind, on the command line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tarjih.cli.app import main
from tarjih.models import tipping_sets
from tarjih.priors import obtain_draws
from tarjih.reports.words.numbers import RLM
from tarjih.scenarios import load

Call = Callable[..., Any]


def _asking(call: Call, scenario: str, further: float) -> tuple[str, ...]:
    """Ask for a scenario a little further than it stands."""
    run = json.loads(call("run", "demo", "--json").out)["scenarios"]
    bar = run[scenario]["at_horizon"]["mean"] + further
    return ("--scenario", scenario, "--threshold", f"{bar:.4f}")


@pytest.fixture
def asked(call: Call, demo: Path) -> tuple[str, ...]:
    return _asking(call, "full_service", 0.005)


def test_it_tells_in_order(call: Call, demo: Path, asked: tuple[str, ...]) -> None:
    done = call("tipping", "demo", *asked)
    assert (done.code, done.err) == (0, "")
    marks = [
        "“Full service",
        "; the likeliest of the smallest changes that would lift it past ",
        "What would change our mind, the fewest changes first",
        "1. ",
        " 31 March 2027: ",
        ", in words “",
        "What this relies on:",
        "Each change is held from 1 April 2026 on",
        "What these drivers do was judged by: ",
        "Tried: all ",
        "Drivers are assumed exogenous",
    ]
    places = [done.out.index(mark) for mark in marks]
    assert places == sorted(places)
    assert list(demo.parent.iterdir()) == [demo]


def test_the_document_is_what_python_finds(call: Call, demo: Path, asked: tuple[str, ...]) -> None:
    told = json.loads(call("tipping", "demo", *asked, "--json").out)
    study = load("demo")
    draws = obtain_draws(study)
    found = tipping_sets(study, scenario=asked[1], threshold=float(asked[3]), draws=draws)
    assert told["schema"] == "tarjih.tipping/1"
    assert told["asked"] == {
        "scenario": asked[1], "threshold": float(asked[3]), "direction": "above",
    }  # fmt: skip
    assert len(told["sets"]) == len(found.sets) > 0
    for entry, one in zip(told["sets"], found.sets, strict=True):
        assert [change["driver"] for change in entry["changes"]] == [
            held.driver for held in one.interventions
        ]
        assert entry["probability"]["mean"] == pytest.approx(one.probability.mean, abs=1e-6)
        assert entry["probability"]["mean"] > float(asked[3])
        assert entry["together"]["mean"] == pytest.approx(one.together.mean, abs=1e-6)
    assert told["screening"]["sets"] == found.screened
    assert told["fit"]["digest"] == draws.digest
    assert told["retrospective"] is False


def test_a_set_told_is_a_run_with_it_held(call: Call, demo: Path) -> None:
    asked = _asking(call, "other", -0.01)
    told = json.loads(call("tipping", "demo", *asked, "--json").out)
    assert told["asked"]["direction"] == "below"
    assert [len(entry["changes"]) for entry in told["sets"]] == [1, 2]
    for entry in told["sets"]:
        words = [
            word
            for change in entry["changes"]
            for word in ("--set", f"{change['driver']}={change['level']}")
        ]
        run = json.loads(call("run", "demo", *words, "--json").out)["scenarios"]
        for id, mean in entry["at_horizon"].items():
            assert run[id]["at_horizon"]["mean"] == pytest.approx(mean, abs=2e-6)
        assert entry["probability"] == pytest.approx(run["other"]["at_horizon"], abs=2e-6)
        assert entry["probability"]["mean"] < told["asked"]["threshold"]


def test_percents_and_hyphens_will_do(call: Call, demo: Path) -> None:
    words = ["--scenario", "full-service", "--threshold", "60%", "--json"]
    told = json.loads(call("tipping", "demo", *words).out)["asked"]
    assert (told["scenario"], told["threshold"]) == ("full_service", 0.6)


def test_the_leader_is_asked_about_by_default(call: Call, demo: Path) -> None:
    told = json.loads(call("tipping", "demo", "--json").out)
    assert told["asked"] == {"scenario": None, "threshold": None, "direction": "lead"}
    for entry in told["sets"]:
        assert entry["scenario"] != told["leader"]
        assert entry["at_horizon"][entry["scenario"]] == max(entry["at_horizon"].values())


def test_it_says_the_same_in_arabic(call: Call, demo: Path, asked: tuple[str, ...]) -> None:
    done = call("tipping", "demo", *asked, "--lang", "ar")
    lines = [line for line in done.out.splitlines() if line]
    assert all(line.startswith(RLM) for line in lines)
    assert "ما الذي يغيّر تقديرنا" in done.out
    english = call("tipping", "demo", *asked).out
    numbers = [
        re.findall(r"\d+%", text.split("\n\n")[0]) for text in (english, "\n".join(lines[:1]))
    ]
    assert sorted(numbers[0]) == sorted(numbers[1])


def test_quiet_is_the_answer_and_its_caveats(
    call: Call, demo: Path, asked: tuple[str, ...]
) -> None:
    lines = call("tipping", "demo", *asked, "--quiet").out.splitlines()
    assert lines[0] == call("tipping", "demo", *asked).out.splitlines()[0]
    assert len(lines) == 2
    assert lines[1].startswith("Drivers are assumed exogenous")


def test_it_fits_a_terminal(demo: Path, shown: Callable[..., str]) -> None:
    text = shown(lambda: main(["tipping", "demo"]))
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--scenario", "full_servise"], "--scenario: unknown scenario: got 'full_servise'; "
         "allowed: full_service, "),
        (["--threshold", "0.4"], "--threshold: a threshold is there for a scenario to pass: name "
         "one with --scenario: full_service, "),
        (["--scenario", "full_service", "--threshold", "40"], "--threshold: not a probability: "
         "got '40'; allowed: between 0 and 1, or 0% and 100%"),
        (["--lang", "fr"], "--lang: unknown language: got 'fr'"),
        (["--horizon", "0"], "--horizon: out of range"),
    ],
)  # fmt: skip
def test_wrong_requests(call: Call, demo: Path, words: list[str], message: str) -> None:
    done = call("tipping", "demo", *words)
    assert done.code == 2
    assert done.message.startswith(message)
