"""The commands sensitivity and tornado."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tarjih.cli.app import main

Call = Callable[..., Any]


@pytest.mark.parametrize(
    ("command", "start"),
    [("sensitivity", "The doubt about “"), ("tornado", "Of drivers held one at a time, “")],
)
def test_the_answer_stands_first(call: Call, demo: Path, command: str, start: str) -> None:
    done = call(command, "demo")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(start)
    quiet = call(command, "demo", "--quiet")
    assert quiet.out.splitlines()[0] == done.out.splitlines()[0]
    assert len(quiet.out.splitlines()) < len(done.out.splitlines())
    assert [path.name for path in demo.parent.iterdir()] == ["demo.yaml"]


@pytest.mark.parametrize("command", ["sensitivity", "tornado"])
def test_same_seed_same_bytes(call: Call, demo: Path, command: str) -> None:
    one, same = (call(command, "demo", "--json", "--seed", "3").out for _ in "ab")
    assert one == same
    assert json.loads(one)["seed"] == 3
    assert json.loads(one)["schema"] == f"tarjih.{command}/1"


def test_options_reach_the_doubts(call: Call, demo: Path) -> None:
    words = [
        "--scenario",
        "full_service",
        "--at",
        "ever",
        "--as-of",
        "2026-02-01",
        "--horizon",
        "4",
    ]
    told = json.loads(
        call("sensitivity", "demo", "--json", *words, "--set", "repairs=finished").out
    )
    assert (told["asked"]["scenario"], told["asked"]["at"]) == ("full_service", "ever")
    assert (told["as_of"], told["horizon"]) == ("2026-02-01", "2026-06-30")
    assert told["interventions"] == [{"driver": "repairs", "level": "finished", "start": None}]
    run = json.loads(call("run", "demo", "--json", *words[4:], "--set", "repairs=finished").out)
    for name in ("mean", "q05", "q95"):
        column = run["scenarios"]["full_service"]["ever_by_horizon"]
        assert told["asked"][name] == pytest.approx(column[name], abs=2e-6)


def test_options_reach_the_levers(call: Call, demo: Path) -> None:
    words = ["--as-of", "2026-02-01", "--horizon", "4"]
    told = json.loads(
        call("tornado", "demo", "--json", "--scenario", "full_service", "--at", "ever", *words).out
    )
    lever = told["levers"][0]
    for end in ("lowest", "highest"):
        setting = f"{lever['driver']}={lever[end]['level']}"
        run = json.loads(call("run", "demo", "--json", *words, "--set", setting).out)
        mean = run["scenarios"]["full_service"]["ever_by_horizon"]["mean"]
        assert lever[end]["probability"] == pytest.approx(mean, abs=2e-6)
    held = call(
        "tornado", "demo", "--set", f"{lever['driver']}={lever['lowest']['level']}", "--json"
    )
    assert lever["driver"] not in [one["driver"] for one in json.loads(held.out)["levers"]]


@pytest.mark.parametrize("command", ["sensitivity", "tornado"])
def test_arabic(call: Call, demo: Path, command: str) -> None:
    done = call(command, "demo", "--lang", "ar")
    assert done.code == 0
    assert all(not line or line[0] == "\N{RIGHT-TO-LEFT MARK}" for line in done.out.splitlines())


@pytest.mark.parametrize("command", ["sensitivity", "tornado"])
def test_it_fits_a_terminal(demo: Path, shown: Callable[..., str], command: str) -> None:
    text = shown(lambda: main([command, "demo"]))
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["sensitivity", "demo", "--scenario", "full_servce"], "--scenario: unknown scenario: got "
         "'full_servce'; allowed: "),
        (["sensitivity", "demo", "--at", "soon"], "--at: unknown time: got 'soon'; allowed: now, "
         "horizon, ever"),
        (["tornado", "demo", "--at", "now"], "--at: unknown time: got 'now'; allowed: horizon, "
         "ever"),
        (["tornado", "demo", "--seed", "x"], "--seed: not a seed: got 'x'"),
    ],
)  # fmt: skip
def test_wrong_requests(call: Call, demo: Path, words: list[str], message: str) -> None:
    done = call(*words)
    assert done.code == 2
    assert done.message.startswith(message)
