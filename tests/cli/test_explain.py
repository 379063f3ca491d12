"""What moved belief, on the command line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tarjih.cli.app import main
from tarjih.models import explain
from tarjih.priors import obtain_draws
from tarjih.reports.words.numbers import RLM
from tarjih.scenarios import load

Call = Callable[..., Any]


def test_it_tells_in_order(call: Call, demo: Path) -> None:
    done = call("explain", "demo")
    assert (done.code, done.err) == (0, "")
    marks = [
        "“Limited service” went from 33% on 15 January 2026 to 44% on 15 March 2026, carried "
        "most by “The ferry calls daily again.” [Harbour office, 28 Feb 2026]: without it, ",
        "How it got there, by the day things became known: “Limited service” after each",
        "15 Jan 2026  33%       what was believed at the start",
        "time passes without news",
        " 1 Mar 2026  52%  +19  The ferry calls daily again. [Harbour office, 28 Feb 2026] (",
        "15 Mar 2026  44%  +11  in all",
        "What it rests on: “Limited service” now, less what it would be without each (points):",
        "  +17  The ferry calls daily again.",
        "1 other carries less than half a point.",
        "By source, each with all that only relays it:",
        "  +17  Harbour office (2 items)",
        "Against the movement: “The paper hears that night work is being planned.”",
        "The changes add up.",
        "Found by running again on 250 of 400 draws",
    ]
    places = [done.out.index(mark) for mark in marks]
    assert places == sorted(places)
    assert list(demo.parent.iterdir()) == [demo]
    assert not done.out.endswith("\n\n")


def _changes(text: str) -> list[int]:
    return [int(n) for n in re.findall(r"\d+%  +([+-]?\d+)  ", text)]


def test_the_changes_add_up_as_shown(call: Call, demo: Path) -> None:
    *changes, whole = _changes(call("explain", "demo").out)
    assert len(changes) == 4
    assert sum(changes) == whole == 44 - 33


def test_it_says_the_same_in_arabic(call: Call, demo: Path) -> None:
    done = call("explain", "demo", "--lang", "ar")
    assert done.code == 0
    lines = [line for line in done.out.splitlines() if line]
    assert all(line.startswith(RLM) for line in lines)
    assert "انتقل احتمال سيناريو" in lines[0]
    figures = r"\d+%|[+-]\d+"
    english = call("explain", "demo").out
    told = [sorted(re.findall(figures, text)) for text in (done.out, english)]
    assert told[0] == told[1]
    for id in ("limited_service", "ferry_back", "drift"):
        assert not re.search(rf"\b{id}\b", done.out)


def test_decibans_only_when_asked(call: Call, demo: Path) -> None:
    assert "deciban" not in call("explain", "demo").out
    text = call("explain", "demo", "--units", "db").out
    assert "(decibans of centred log-odds):" in text
    table = text[: text.index("What it rests on")]
    *changes, whole = [float(n) for n in re.findall(r"\d+%  +([+-]?\d+\.\d)  ", table)]
    found = explain(load("demo"), draws=obtain_draws(load("demo")))
    moved = sum(bar.log_shift[1] for bar in found.bars)
    assert whole == pytest.approx(10 * moved / np.log(10), abs=0.05)
    assert sum(changes) == pytest.approx(whole, abs=0.05 * len(changes) + 1e-9)


def test_quiet_gives_the_answer_alone(call: Call, demo: Path) -> None:
    lines = call("explain", "demo", "--quiet").out.splitlines()
    assert len(lines) == 1
    assert lines[0] == call("explain", "demo").out.splitlines()[0]


def test_the_document_is_the_explanation(call: Call, demo: Path) -> None:
    done = call("explain", "demo", "--json", "--since", "2026-03-01")
    assert (done.code, done.err) == (0, "")
    told = json.loads(done.out)
    assert told["schema"] == "tarjih.explain/1"
    study = load("demo")
    draws = obtain_draws(study)
    found = explain(study, since="2026-03-01", draws=draws)
    assert (told["since"], told["as_of"], told["known_before"]) == ("2026-03-01", "2026-03-15", 1)
    assert told["draws"] == {"bars": len(draws), "left_out": 250}
    assert [bar["items"] for bar in told["bars"]] == [["half_the_quays"], ["talk_of_night_work"]]
    for k, id in enumerate(study.scenario_ids):
        for name, change in (("probability", "change"), ("log_odds", "log_odds_change")):
            moved = sum(bar["scenarios"][id][change] for bar in told["bars"])
            ends = told["end"]["scenarios"][id][name] - told["start"]["scenarios"][id][name]
            assert moved == pytest.approx(ends, abs=1e-5)
        for group, left_out in (
            ("clusters", found.clusters), ("items", found.items), ("sources", found.sources)
        ):  # fmt: skip
            for entry, one in zip(told[group], left_out, strict=True):
                assert entry["id"] == one.key
                assert entry["scenarios"][id]["change"] == pytest.approx(one.shift[k], abs=1e-6)
    for entry, bar in zip(told["bars"], found.bars, strict=True):
        assert entry["expected"] == pytest.approx(bar.expected, abs=1e-6)
        assert entry["surprise"] == pytest.approx(-np.log2(bar.expected), abs=1e-6)
    assert told["diagnostics"]["draws"] == len(draws)
    assert told["fit"]["digest"] == draws.digest
    assert told["retrospective"] is False


def test_nothing_known_since(call: Call, demo: Path) -> None:
    done = call("explain", "demo", "--as-of", "2026-02-15")
    assert "Nothing that counts has become known since 15 January 2026" in done.out
    assert "By source" not in done.out
    inside = call("explain", "demo", "--since", "2026-03-10", "--as-of", "2026-03-12").out
    assert "No scenario has moved by a whole percent since 10 March 2026" in inside
    assert "Inside the belief at the start: 2 items known by 10 March 2026." in inside


def test_same_seed_same_bytes(call: Call, demo: Path) -> None:
    words = ("explain", "demo", "--json", "--engine", "particle", "--seed")
    first, again, other = (call(*words, seed).out for seed in ("4", "4", "5"))
    assert first == again != other


def test_a_view_of_one_analyst(call: Call, disputed: Path) -> None:
    alone = json.loads(call("explain", "demo", "--view", "amal", "--json").out)
    pool = json.loads(call("explain", "demo", "--json").out)
    assert (alone["view"], pool["view"]) == ("amal", None)
    assert alone["end"] != pool["end"]


def test_it_fits_a_terminal(demo: Path, shown: Callable[..., str]) -> None:
    text = shown(lambda: main(["explain", "demo"]))
    lines = text.splitlines()
    assert max(map(len, lines)) <= 100
    # a long row goes on under its last column
    row = next(i for i, line in enumerate(lines) if line.startswith("  15 Mar 2026  44%   -8"))
    assert lines[row + 1].startswith(" " * lines[row].index("The paper"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--units", "points"], "--units: unknown units: got 'points'; allowed: percent, db"),
        (["--since", "soon"], "--since: unreadable date: got 'soon'"),
        (["--since", "2025"], "--since: outside what can be explained: got '2025-12-31'; "
         "allowed: 2026-01-15 to 2026-03-15"),
        (["--since", "2027"], "--since: outside what can be explained: got '2027-12-31'"),
        (["--engine", "x"], "--engine: unknown engine: got 'x'"),
    ],
)  # fmt: skip
def test_wrong_requests(call: Call, demo: Path, words: list[str], message: str) -> None:
    done = call("explain", "demo", *words)
    assert done.code == 2
    assert done.message.startswith(message)
