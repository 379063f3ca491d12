"""Statements of record on the command line: made, listed, computed again, and gone back to."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tarjih.evidence import Ledger
from tarjih.reports.texts.documents import document_text
from tarjih.reports.words.numbers import RLM
from tarjih.scenarios import load

Call = Callable[..., Any]
FERRY = {
    "seen": "ferry_calls",
    "happened": "2026-04-10",
    "kind": "act",
    "sources": ["harbour_office"],
    "credibility": 1,
}
TODAY = "2100-01-01"


@pytest.fixture
def said(call: Call, demo: Path) -> Path:
    """A ledger with an item and one statement."""
    with Ledger.open("tarjih.db") as ledger:
        ledger.observe(load("demo"), FERRY)
    assert call("run", "demo", "--record", "-q", "--as-of", "2026-04-30").code == 0
    return demo.parent / "tarjih.db"


def test_recording_tells_id_and_head(call: Call, demo: Path) -> None:
    done = call("run", "demo", "--record", "--json", "--ledger", "new.db")
    with Ledger.open("new.db", create=False) as ledger:
        assert done.err == (
            "Recorded as statement s1 in new.db; head of the ledger, to note down elsewhere: "
            f"{ledger.head}\n"
        )
        (row,) = ledger.entries("demo")
        kept = ledger.content(row.contents["output.json"]).decode()
    # What is kept is the plain document, byte for byte.
    assert done.out == kept == call("run", "demo", "--json").out
    assert json.loads(row.text)["command"] == [
        "run", "demo", "--record", "--json", "--ledger", "new.db",
    ]  # fmt: skip
    again = call("run", "demo", "--record", "-q", "--ledger", "new.db")
    assert again.err.startswith("Recorded as statement s2 in new.db; ")
    assert "s1" not in again.out


@pytest.mark.parametrize(
    "words",
    [
        ("--as-of", "1999-01-01"),
        ("--set", "repairs=nowhere"),
        ("--engine", "magic"),
        ("--view", "amal"),
        ("--horizon", "-3"),
        ("--out", "nowhere/x.png"),
    ],
)
def test_a_wrong_request_records_nothing(call: Call, demo: Path, words: tuple[str, ...]) -> None:
    done = call("run", "demo", "--record", "--ledger", "new.db", *words)
    assert done.code == 2
    assert done.message
    assert list(demo.parent.iterdir()) == [demo]


def test_passwords_are_not_recorded(call: Call, demo: Path) -> None:
    from tarjih.cli.recording import words_given

    class Context:
        obj = ("run", "--ledger", "postgresql://amal:secret@host/db?password=secret")

    assert words_given(Context()) == [  # type: ignore[arg-type]
        "run", "--ledger", "postgresql://amal:***@host/db?password=***",
    ]  # fmt: skip


def test_statements_are_listed(call: Call, said: Path) -> None:
    call("run", "demo", "--record", "-q", "--set", "repairs=finished", "--seed", "4")
    done = call("audit", "demo")
    head, blank, columns, *rows = done.out.splitlines()
    assert (
        head
        == "2 statements of record on “When does the harbour of Northbay work again?” in tarjih.db"
    )
    assert blank == ""
    assert columns.split()[:3] == ["Id", "Recorded", "(UTC)"]
    assert [row.split()[0] for row in rows] == ["s2", "s3"]
    assert "2026-04-30" in rows[0]
    assert rows[1].endswith("tarjih run demo --record -q --set repairs=finished --seed 4")
    assert call("audit", "demo", "--list").out == done.out
    told = json.loads(call("audit", "demo", "--json").out)
    assert told["schema"] == "tarjih.statements/1"
    assert [one["id"] for one in told["statements"]] == ["s2", "s3"]
    assert told["statements"][1]["asked"]["settings"][0]["level"] == "finished"


def test_nothing_to_list(call: Call, demo: Path) -> None:
    done = call("audit", "demo")
    assert (done.code, done.err) == (0, "")
    assert "nothing was said for the record on “When" in done.out
    assert "tarjih.db" in done.out
    missing = call("audit", "demo", "--ledger", "none.db")
    assert missing.code == 2
    assert "there is no such ledger" in missing.message


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--set", "repairs=finished", "--set", "insurance=normal@2026-08"),
        ("--engine", "exact", "--horizon", "5m"),
        ("--engine", "particle", "--seed", "11"),
        ("--hindsight",),
    ],
)
def test_a_statement_comes_out_the_same(call: Call, said: Path, words: tuple[str, ...]) -> None:
    shown = call("run", "demo", "--record", "--json", *words).out
    with Ledger.open(said) as ledger:
        study = load("demo")
        ledger.retract(study, "n1", because="our-error")
        ledger.observe(study, FERRY | {"happened": "2026-02-20"})
    assert call("run", "demo", "--json", *words).out != shown
    done = call("audit", "demo", "--id", "s3")
    assert done.code == 0
    assert done.out.splitlines()[-1] == (
        "Computed again from what the ledger keeps: reproduced to the byte "
        f"({len(shown.encode())} bytes)."
    )


def test_an_update_comes_out_the_same(call: Call, said: Path) -> None:
    done = call(
        "update", "demo", "--indicator", "large_ship_served", "--on", "2026-05-10",
        "--source", "local_paper", "--credibility", "3", "--kind", "claim", "--json",
    )  # fmt: skip
    assert done.code == 0, done.err
    with Ledger.open(said) as ledger:
        row = ledger.entries("demo", kinds=("statement",))[-1]
        assert row.body["kind"] == "update"
        ledger.retract(load("demo"), "n1", because="our-error")
    again = call("audit", "demo", "--id", str(row.id))
    assert (again.code, "reproduced to the byte" in again.out) == (0, True)
    told = json.loads(call("audit", "demo", "--on", TODAY, "--json").out)
    assert told["statement"] == row.id
    assert [part["kind"] for part in told["parts"]] == ["errors"]
    shown = call("audit", "demo", "--on", TODAY).out
    # Of one part alone no points are listed, and none are announced.
    assert "from what was said: one thing accounts for all of it." in shown
    assert "from what was said, in points:" not in shown


def test_a_view_and_a_pool_come_out_the_same(call: Call, disputed: Path) -> None:
    for n, words in enumerate(((), ("--view", "amal"), ("--view", "basil-k")), 1):
        call("run", "demo", "--record", "-q", "--ledger", "a.db", *words)
        done = call("audit", "demo", "--id", f"s{n}", "--ledger", "a.db")
        assert (done.code, "reproduced to the byte" in done.out) == (0, True)
    told = call("audit", "demo", "--on", TODAY, "--ledger", "a.db", "--view", "basil-k", "--json")
    assert json.loads(told.out)["statement"] == "s3"
    told = call("audit", "demo", "--on", TODAY, "--ledger", "a.db", "--json")
    assert json.loads(told.out)["statement"] == "s1"


def test_neither_files_nor_cache_are_needed(spawn: Call, said: Path, tmp_path: Path) -> None:
    study = said.parent / "demo.yaml"
    text = study.read_text(encoding="utf-8")
    # What the study says now is not what was said then, and its new draws are nowhere.
    assert "horizon: 12 " in text
    study.write_text(text.replace("horizon: 12 ", "horizon: 24 "), encoding="utf-8")
    done = spawn("audit", "demo", "--id", "s2", TARJIH_CACHE=str(tmp_path / "empty"))
    assert (done.code, done.err) == (0, "Ledger tarjih.db: 1 item on this study\n")
    assert "reproduced to the byte" in done.out
    assert not (tmp_path / "empty").exists()


def test_one_that_differs_is_told_apart(call: Call, said: Path) -> None:
    with Ledger.open(said) as ledger:
        (row,) = ledger.entries("demo", kinds=("statement",))
        contents = {name: ledger.content(digest) for name, digest in row.contents.items()}
        document = json.loads(contents["output.json"])
        document["scenarios"]["other"]["now"]["mean"] += 0.02
        contents["output.json"] = document_text(document).encode()
        body = row.body | {"versions": row.body["versions"] | {"numpy": "1.0"}}
        ledger.append("demo", "statement", body, contents=contents, prefix="s")
    done = call("audit", "demo", "--id", "s3")
    assert done.code == 1
    assert "it does not come out the same: 1 entry differs, by 2.00 points at most." in done.out
    assert "Where, first of all: scenarios.other.now.mean." in done.out
    assert "Versions differ: numpy 1.0 then, " in done.out
    told = json.loads(call("audit", "demo", "--id", "s3", "--json").out)
    assert (told["schema"], told["reproduced"]) == ("tarjih.statement/1", False)
    assert [one["path"] for one in told["differing"]] == ["scenarios.other.now.mean"]


def test_it_can_be_taken_away(call: Call, said: Path, tmp_path: Path) -> None:
    shown = json.loads(call("audit", "demo", "--id", "s2", "--json").out)["document"]
    done = call("audit", "demo", "--id", "s2", "-o", "away")
    assert done.code == 0
    away = said.parent / "away"
    names = sorted(path.name for path in away.iterdir())
    assert names[1:] == ["demo.yaml", "output.json", "statement.json"]
    assert json.loads((away / "output.json").read_text(encoding="utf-8")) == shown
    # Study and draws are all that is needed, without the ledger.
    said.unlink()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TARJIH_CACHE", str(away))
        again = call("run", "away/demo.yaml", "--as-of", "2026-04-30", "--json")
    assert json.loads(again.out) == shown
    assert len(list(away.iterdir())) == 4


def test_what_is_there_is_not_written_over(call: Call, said: Path) -> None:
    done = call("audit", "demo", "--id", "s2", "-o", ".", "-q")
    assert done.code == 2
    assert "there is something there already" in done.message


def test_going_back_to_a_day(call: Call, said: Path) -> None:
    study = load("demo")
    with Ledger.open(said) as ledger:
        late = ledger.observe(study, FERRY | {"happened": "2026-04-20"})
        ledger.observe(study, FERRY | {"happened": "2026-06-20"})
        ledger.retract(study, "n1", because="our-error")
    done = call("audit", "demo", "--on", TODAY)
    assert done.code == 0
    marks = [
        "By 1 January 2100 we had said (statement s2, recorded on ",
        "as of 30 April 2026): now ",
        "Today's model, with that day's knowledge, ",
        "Now (30 April 2026)",
        "At the horizon (30 April 2027)",
        "Why today's model differs from what was said, in points:",
        "Recorded late  Our errors  Total",
        f"Recorded late: known by then, recorded afterwards: {late.id}.",
        "Our errors, mended since: n1.",
        "Why hindsight differs from today's model",
        "looked back from: n4.",
        "One thing is changed after the other",
        "1 item became known after 30 April 2026, by 1 January 2100",
    ]
    places = [done.out.index(mark) for mark in marks]
    assert places == sorted(places)
    told = json.loads(call("audit", "demo", "--on", TODAY, "--json").out)
    assert told["schema"] == "tarjih.audit/1"
    assert [part["kind"] for part in told["parts"]] == ["late", "errors"]
    for id, after in told["today"].items():
        for when, value in after.items():
            changes = sum(part["change"][id][when] for part in told["parts"])
            assert value - told["said"][id][when] == pytest.approx(changes, abs=5e-6)
    then = json.loads(call("run", "demo", "--as-of", "2026-04-30", "--json").out)["scenarios"]
    for id, columns in then.items():
        assert told["today"][id] == {when: cell["mean"] for when, cell in columns.items()}
    quiet = call("audit", "demo", "--on", TODAY, "-q")
    assert quiet.err == ""
    assert quiet.out.splitlines()[0] == done.out.splitlines()[0]


def test_what_changed_in_the_files_is_named(call: Call, demo: Path, said: Path) -> None:
    text = demo.read_text(encoding="utf-8")
    letter = text.replace("letter: C", "letter: D", 1)
    assert letter != text
    demo.write_text(letter, encoding="utf-8")
    told = call("audit", "demo", "--on", TODAY).out
    assert "changed: sources (local_paper).\n" in told
    arabic = call("audit", "demo", "--on", TODAY, "--lang", "ar").out
    line = next(one for one in arabic.splitlines() if "وما تغيّر" in one)
    assert "المصادر (\N{LEFT-TO-RIGHT MARK}local_paper\N{LEFT-TO-RIGHT MARK})" in line
    assert "sources" not in line
    # In data the sections stay what the files call them.
    (part,) = json.loads(call("audit", "demo", "--on", TODAY, "--json").out)["parts"]
    assert part["names"] == ["sources"]


def test_shown_parts_add_up(call: Call, said: Path) -> None:
    study = load("demo")
    with Ledger.open(said) as ledger:
        ledger.observe(study, FERRY | {"happened": "2026-04-20"})
        ledger.retract(study, "n1", because="our-error")
    lines = call("audit", "demo", "--on", TODAY).out.splitlines()
    start = next(n for n, line in enumerate(lines) if "Our errors  Total" in line)
    rows = [[int(cell) for cell in line.split()[-3:]] for line in lines[start + 1 : start + 4]]
    assert all(late + errors == total for late, errors, total in rows)
    assert all(sum(column) == 0 for column in zip(*rows, strict=True))


def test_nothing_was_said_by_then(call: Call, said: Path) -> None:
    done = call("audit", "demo", "--on", "2026-04-30")
    assert done.code == 0
    assert done.out.startswith("By 30 April 2026 nothing had been said for the record.")
    assert "Said then" not in done.out
    assert "Today's model" in done.out
    assert "In hindsight" in done.out
    assert "Recorded at another time, but as of 30 April 2026: s2 (recorded on " in done.out
    assert json.loads(call("audit", "demo", "--on", "2026-04-30", "--json").out)["said"] is None


def test_what_if_is_no_statement_of_what_we_believe(call: Call, said: Path) -> None:
    call("run", "demo", "--record", "-q", "--set", "repairs=finished")
    assert json.loads(call("audit", "demo", "--on", TODAY, "--json").out)["statement"] == "s2"
    call("run", "demo", "--record", "-q", "--as-of", "2026-02-01")
    done = call("audit", "demo", "--on", TODAY)
    assert "(statement s4, " in done.out
    assert "Recorded before it, with later knowledge: s2 (" in done.out


def test_another_seed_has_its_part(call: Call, said: Path) -> None:
    told = json.loads(call("audit", "demo", "--on", TODAY, "--json", "--seed", "7").out)
    assert [(part["kind"], part["names"]) for part in told["parts"]] == [("engine", ["seed 0 → 7"])]


def test_in_arabic(call: Call, said: Path) -> None:
    with Ledger.open(said) as ledger:
        ledger.observe(load("demo"), FERRY | {"happened": "2026-04-20"})
        ledger.retract(load("demo"), "n1", because="our-error")
    for words in (("--on", TODAY), ("--id", "s2"), ("--list",), ("--on", "2026-04-30")):
        done = call("audit", "demo", *words, "--lang", "ar")
        assert done.code == 0
        assert all(line.startswith(RLM) for line in done.out.splitlines() if line)
    shown = call("run", "demo", "--record", "-q", "--lang", "ar")
    assert "سُجّل بيانًا برقم" in shown.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--id", "s9"), "no such statement of demo"),
        (("--id", "n1"), "allowed: s and a number, such as s12"),
        (("--on", "2025-01-01"), "--on: the study begins later"),
        (("--on", "soon"), "--on: "),
        (("--on", "2026-05-01", "--list"), "one of these at a time"),
        (("--out", "x"), "--out: only with --id"),
        (("--id", "s2", "--engine", "exact"), "--engine: only with --on"),
        (("--list", "--seed", "3"), "--seed: only with --on"),
        (("--view", "amal", "--on", TODAY), "demo has no analysts"),
        (("--on", TODAY, "--engine", "magic"), "unknown engine"),
        (("--on", TODAY, "--seed", "-1"), "not a seed"),
    ],
)
def test_wrong_requests(call: Call, said: Path, words: tuple[str, ...], message: str) -> None:
    done = call("audit", "demo", *words, "-q")
    assert done.code == 2
    assert message in done.message


def test_a_damaged_statement_is_one_message(call: Call, said: Path) -> None:
    with sqlite3.connect(said) as connection:
        connection.execute("UPDATE contents SET data = substr(data, 2)")
    connection.close()
    for words in (("--id", "s2"), ("--on", TODAY)):
        done = call("audit", "demo", *words, "-q")
        assert done.code == 1
        assert "is damaged" in done.message
    # The list rests on the entries alone.
    assert call("audit", "demo").code == 0
    assert call("evidence", "verify").code == 1
