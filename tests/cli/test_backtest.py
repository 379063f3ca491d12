"""`tarjih backtest STUDY`, as people use it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Call = Callable[..., Any]

SETTLED = """    closes: 2026-07-15
    resolution: {outcome: no, known: 2026-07-01, cites: the harbour office}
"""
ASKED = ("backtest", "demo", "--as-of", "2026-07-31")


@pytest.fixture
def settled(demo: Path) -> Path:
    """The new study, its question settled."""
    text = demo.read_text(encoding="utf-8")
    assert "    closes: 2026-07-15\n" in text
    demo.write_text(text.replace("    closes: 2026-07-15\n", SETTLED), encoding="utf-8")
    return demo


def test_text(call: Call, settled: Path) -> None:
    done = call(*ASKED)
    assert done.code == 0, done.err
    assert "with only what was known by each; 1 question" in done.out
    assert "Resolved: 1; open: 0; void: 0 (0% of all questions)." in done.out
    assert "Yes-or-no questions: 1 question scored" in done.out
    rows = [line for line in done.out.splitlines() if line.startswith("  ")]
    names = [re.split(r" {2,}", row.strip())[-1] for row in rows]
    assert names[:2] == ["Forecasts", "The whole method"]
    assert "Without evidence" in names
    assert "Same chance for every option" in names
    assert "One resolved: too few to tell." in done.out
    # of one question there is no interval
    assert "90% interval  " not in done.out


def test_arabic(call: Call, settled: Path) -> None:
    done = call(*ASKED, "--lang", "ar", "--digits", "arabic")
    assert done.code == 0, done.err
    assert "الطريقة كاملة" in done.out
    assert "دون أدلة" in done.out
    assert not re.search("[0-9]", done.out.replace("docs/scoring.md", "").replace("q1", ""))
    for line in done.out.splitlines():
        assert not line or line.startswith("\N{RIGHT-TO-LEFT MARK}")


def test_document(call: Call, settled: Path) -> None:
    done = call(*ASKED, "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert found["schema"] == "tarjih.backtest/1"
    assert found["counts"] == {"questions": 1, "resolved": 1, "open": 0, "void": 0, "scored": 1}
    (group,) = found["groups"]
    (question,) = found["questions"]
    assert question["outcome"] == "no"
    assert question["last_day"] == "2026-06-30"
    for name, entry in group["ablations"].items():
        assert entry["scores"]["brier"]["mean"] == pytest.approx(question["score"][name], abs=1e-6)
        if name != "full":
            less = question["score"][name] - question["score"]["full"]
            assert entry["earned"]["mean"] == pytest.approx(less, abs=2e-6)
            assert entry["earned"]["verdict"] == "too_few"
    assert {one["id"] for one in found["ablations"]} == set(group["ablations"])


def test_processes_write_the_same_bytes(spawn: Call, settled: Path) -> None:
    alone, shared = (spawn(*ASKED, "--json", "--jobs", jobs) for jobs in ("1", "2"))
    assert alone.code == shared.code == 0, alone.err + shared.err
    assert alone.out == shared.out


def test_a_chart_is_drawn_where_it_says(call: Call, settled: Path) -> None:
    done = call(*ASKED, "-o", "earned.svg", "--every", "month")
    assert (done.code, done.err) == (0, "Chart: earned.svg\n")
    assert (settled.parent / "earned.svg").read_bytes().startswith(b"<?xml")
    done = call(*ASKED, "-q", "--every", "2026-03-31")
    assert (done.code, done.err) == (0, "")
    assert "on 2 dates" in done.out


def test_a_ledger_settles_questions(call: Call, demo: Path) -> None:
    """What was published and settled there is scored from the day of publication."""
    done = call("question", "publish", "demo", "full_by_summer", "--ledger", "l.db",
                "--as-of", "2026-03-31")  # fmt: skip
    assert done.code == 0, done.err
    done = call("question", "resolve", "demo", "full_by_summer", "yes", "--ledger", "l.db",
                "--known", "2026-07-02", "--cites", "the office")  # fmt: skip
    assert done.code == 0, done.err
    done = call(*ASKED, "--ledger", "l.db", "--json")
    assert done.code == 0, done.err
    found = json.loads(done.out)
    assert [one["outcome"] for one in found["questions"]] == ["yes"]
    assert found["questions"][0]["opens"] == "2026-03-31"


def test_without_an_outcome_there_is_nothing_to_score(call: Call, demo: Path) -> None:
    done = call(*ASKED)
    assert done.code == 0, done.err
    assert "Nothing to score" in done.out
    done = call(*ASKED, "-o", "c.png")
    assert done.code == 2
    assert "nothing was scored" in done.message


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--jobs", "0"], "--jobs: out of range: got '0'"),
        (["--jobs", "many"], "--jobs: out of range"),
        (["--jobs", "2", "--dask", "tcp://127.0.0.1:1"], "--jobs: not together with --dask"),
        (["--every", "week"], "--every: unreadable: got 'week'"),
        (["--every", "2020-01-01"], "--every: no replay date"),
        (["--engine", "pymc"], "pymc samples parameters anew"),
        (["--engine", "exakt"], "--engine: unknown engine"),
        (["-o", "c.jpg"], "the suffix does not name a picture format"),
        (["--as-of", "2020"], "before the origin"),
    ],
)
def test_what_is_wrong_is_one_message(
    call: Call, settled: Path, words: list[str], message: str
) -> None:
    done = call("backtest", "demo", *words)
    assert done.code == 2
    assert message in done.message


def test_several_mistakes_are_told_at_once(call: Call, demo: Path) -> None:
    done = call("backtest", "demo", "--jobs", "0", "--every", "week", "--seed", "x")
    assert done.code == 2
    assert [line.split(":")[0] for line in done.err.splitlines()] == ["--every", "--jobs", "--seed"]
