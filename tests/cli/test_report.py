"""``tarjih report``: what it writes, what it records, and what it refuses before any work."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tarjih.evidence import Ledger
from tarjih.evidence.ledgers.statements import read_statements
from tarjih.scenarios import load

Call = Callable[..., Any]
FERRY = {
    "seen": "ferry_calls",
    "happened": "2026-04-10",
    "kind": "act",
    "sources": ["harbour_office"],
    "credibility": 1,
}


@pytest.fixture
def ledger(demo: Path) -> Path:
    """A ledger with an item, in the working folder."""
    with Ledger.open("tarjih.db") as opened:
        opened.observe(load("demo"), FERRY)
    return demo.parent / "tarjih.db"


def document(done: Any) -> dict[str, Any]:
    assert done.code == 0, done.err
    found: dict[str, Any] = json.loads(done.out)
    return found


def test_a_page_is_written_and_nothing_else(call: Call, demo: Path) -> None:
    done = call("report", "demo", "--author", "Amal", "--confidence", "LOW")
    assert done.code == 0
    assert done.out.startswith("No scenario leads by itself on 31 March 2027")
    assert done.err == "Report: demo-report.html\n"
    page = Path("demo-report.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert "Analytic confidence: low." in page
    assert "Not recorded." in page
    assert sorted(path.name for path in Path().iterdir()) == ["demo-report.html", "demo.yaml"]


@pytest.mark.slow
def test_same_inputs_same_bytes_in_two_processes(spawn: Call, demo: Path) -> None:
    for suffix in ("html", "md", "docx"):
        words = ("report", "demo", "--lang", "ar", "-o", f"r.{suffix}", "-q")
        found = []
        for salt in ("1", "2"):
            done = spawn(*words, PYTHONHASHSEED=salt)
            assert done.code == 0, done.err
            paths = [Path(f"r.{suffix}"), *sorted(Path().glob("r-files/*"))]
            found.append([path.read_bytes() for path in paths if path.exists()])
        assert found[0] == found[1]


def test_where_there_is_a_ledger_it_is_recorded_and_computed_again(
    call: Call, ledger: Path
) -> None:
    done = call("report", "demo", "--json", "--author", "Amal", "--confidence", "high",
                "--because", "two lines")  # fmt: skip
    said = document(done)
    assert said["schema"] == "tarjih.report/1"
    assert said["since"] is None
    assert said["signature"] == {"analyst": "Amal", "confidence": "high", "because": "two lines"}
    assert "Recorded as statement s2 in tarjih.db; head of the ledger" in done.err
    with Ledger.open(ledger) as opened:
        (statement,) = read_statements(opened, "demo")
        assert statement.kind == "report"
        assert statement.author == "Amal"
        assert statement.output.decode() == done.out
        assert (
            statement.numbers["full_service"]["now"]
            == (said["scenarios"]["full_service"]["now"]["mean"])
        )
    audited = call("audit", "demo", "--id", "s2")
    assert audited.code == 0
    assert "reproduced to the byte" in audited.out
    # The next one tells what changed since, and can be computed again as well.
    after = document(call("report", "demo", "--json"))
    assert after["since"]["statement"] == "s2"
    assert (
        after["since"]["said"]["full_service"] == (said["scenarios"]["full_service"]["now"]["mean"])
    )
    assert "reproduced to the byte" in call("audit", "demo", "--id", "s3").out


def test_a_page_names_its_statement(call: Call, ledger: Path) -> None:
    done = call("report", "demo", "-q")
    assert done.code == 0
    page = Path("demo-report.html").read_text(encoding="utf-8")
    with Ledger.open(ledger) as opened:
        assert str(opened.head) in page
        (statement,) = read_statements(opened, "demo")
    assert f"Statement of record {statement.id}." in page
    assert str(opened.head) in done.err


def test_no_ledger_is_made_unless_asked_for(call: Call, demo: Path) -> None:
    assert "Recorded" not in call("report", "demo", "--json").err
    assert list(Path().glob("*.db")) == []
    missing = call("report", "demo", "--json", "--ledger", "none.db")
    assert missing.code == 2
    assert "none.db: there is no such ledger" in missing.message
    made = call("report", "demo", "--json", "--ledger", "none.db", "--record")
    assert "Recorded as statement s1 in none.db" in made.err


def test_recording_can_be_left_out(call: Call, ledger: Path) -> None:
    before = ledger.read_bytes()
    done = call("report", "demo", "--json", "--no-record")
    assert "Recorded" not in done.err
    assert "Ledger tarjih.db" in done.err
    assert ledger.read_bytes() == before


def test_since_is_a_day_or_what_was_said_last(call: Call, ledger: Path) -> None:
    nothing = call("report", "demo", "--json", "--no-record", "--since", "last")
    assert nothing.code == 2
    assert "--since: no report or run of this study" in nothing.err.splitlines()[-1]
    day = document(call("report", "demo", "--json", "--no-record", "--since", "2026-03-05"))
    assert day["since"]["date"] == "2026-03-05"
    assert day["since"]["statement"] is None
    run = json.loads(call("run", "demo", "--json", "--as-of", "2026-03-05").out)
    shown = {id: one["now"]["mean"] for id, one in run["scenarios"].items()}
    assert day["since"]["said"] == shown
    assert set(day["since"]["news"]) == {"talk_of_night_work", "n1"}
    # A run counts where there is no report; what holds a driver, or another view, does not.
    assert call("run", "demo", "--record", "-q", "--as-of", "2026-03-10").code == 0
    held = ("--set", "repairs=finished")
    assert call("run", "demo", "--record", "-q", *held).code == 0
    last = document(call("report", "demo", "--json", "--no-record", "--since", "last"))
    assert last["since"]["statement"] == "s2"
    assert last["since"]["date"] == "2026-03-10"
    # What was said of a later day is no earlier report.
    early = document(call("report", "demo", "--json", "--no-record", "--as-of", "2026-03-04"))
    assert early["since"] is None


def test_analysts_views_are_recorded_without_their_comparison(call: Call, disputed: Path) -> None:
    words = ("report", "demo", "--json", "--ledger", "l.db", "--record")
    assert call(*words, "--view", "amal").code == 0
    assert "reproduced to the byte" in call("audit", "demo", "--id", "s1", "--ledger", "l.db").out
    pooled = document(call(*words))
    # What Amal alone said is not what the pool is compared with.
    assert pooled["since"] is None
    assert "reproduced to the byte" in call("audit", "demo", "--id", "s2", "--ledger", "l.db").out


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("-o", "r.txt"), "--out: the suffix does not say what to write: got 'r.txt'"),
        (("-o", "none/r.html"), "--out: there is no such folder"),
        (("--confidence", "hgh"), "did you mean 'high'?"),
        (("--because", "so"), "--because: these are reasons for a confidence"),
        (("--since", "yesterday"), "--since: unreadable date"),
        (("--since", "2025-01-01"), "--since: outside what can be told"),
        (("--engine", "pymc"), "--engine: a report compares many beliefs"),
    ],
)
def test_what_is_wrong_is_told_in_one_message(
    call: Call, demo: Path, words: tuple[str, ...], what: str
) -> None:
    done = call("report", "demo", *words)
    assert done.code == 2
    assert what in done.message
    assert sorted(path.name for path in Path().iterdir()) == ["demo.yaml"]


def test_all_that_is_wrong_is_told_at_once(call: Call, demo: Path) -> None:
    done = call("report", "demo", "-o", "r.txt", "--confidence", "sure", "--seed", "x")
    assert done.code == 2
    assert [line.partition(":")[0] for line in done.err.splitlines()] == [
        "--out", "--confidence", "--seed",
    ]  # fmt: skip


def test_a_failed_page_leaves_what_was_recorded(
    call: Call, ledger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    done = call("report", "demo", "-q")
    assert done.code == 1
    assert "No report was written, but statement s2 is recorded and stands." in done.err
    assert sorted(path.suffix for path in Path().iterdir()) == [".db", ".yaml"]
