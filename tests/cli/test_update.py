"""``tarjih update`` on the command line: every option, every error, what is recorded."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tarjih.cli.app import main
from tarjih.evidence.ledgers.ledger import Ledger
from tarjih.evidence.ledgers.statements import read_statement, read_statements
from tarjih.models import forecast
from tarjih.priors import obtain_draws
from tarjih.reports.texts.documents import document_text
from tarjih.reports.texts.updating import update_document_of
from tarjih.reports.words.numbers import RLM
from tarjih.scenarios import load

Call = Callable[..., Any]
SEEN = ("--indicator", "ferry_calls", "--on", "2026-04-02", "--source", "local_paper")
WEIGHED = ("--for", "full_service=strongly", "--against", "limited_service", "--on", "2026-04-02",
           "--source", "local_paper")  # fmt: skip
ON = ("--on", "2026-04-02", "--source", "local_paper")
LEVEL = ("--driver", "repairs=finished", "--on", "2026-04", "--source", "harbour_office")


def said(path: Path, id: str = "n1") -> dict[str, Any]:
    with Ledger.open(path, create=False) as ledger:
        found = dict(ledger.held(load("demo")).data(id))
    assert found.pop("retrospective") is False
    return found


def document(call: Call, *words: str) -> dict[str, Any]:
    done = call("update", "demo", *words, "--json")
    assert (done.code, done.err) == (0, "")
    found: dict[str, Any] = json.loads(done.out)
    return found


def test_it_tells_in_order(call: Call, demo: Path) -> None:
    done = call("update", "demo", *WEIGHED, "--ledger", "x.db")
    assert done.code == 0
    assert done.err == "Ledger x.db: no item on this study yet\n"
    marks = [
        "The item: “weights set by hand”; happened 2 Apr 2026, known 2 Apr 2026.",
        "Full service: strongly for; Limited service: against; Something else: neutral.",
        "Act, credibility 3, told by The local paper.",
        "Its credibility was not given: 3 (possibly true) is assumed; --credibility says",
        "“Full service” rises from ",
        "at the horizon",
        "Now (2 April 2026)",
        "Before",
        "Change, in points",
        "At the horizon (30 April 2027)",
        "Ever by the horizon (30 April 2027)",
        "In brackets: 90% interval",
        "weights set by hand give no chance of it",
        "Told by: 1 report, 1 origin.",
        "Recorded as n1 in x.db. To take it back: tarjih evidence undo demo --ledger x.db",
    ]
    places = [done.out.index(mark) for mark in marks]
    assert places == sorted(places)


def test_the_document_is_what_python_finds(call: Call, demo: Path) -> None:
    told = document(call, *SEEN, "--ledger", "x.db", "--seed", "5", "--horizon", "6")
    study = load("demo")
    with Ledger.open("x.db", create=False) as ledger:
        extended = ledger.extended(study)
        head = ledger.head
    asked: dict[str, Any] = {"as_of": "2026-04-02", "horizon": 6, "seed": 5}
    asked["draws"] = obtain_draws(study)
    for name, items in (("before", study.items), ("after", extended.items)):
        plain = forecast(extended, items, **asked)
        assert told[name]["leader"] == plain.leader
        for id, columns in plain.table().items():
            for column, entry in columns.items():
                found = told[name]["scenarios"][id][column]
                assert found == pytest.approx(entry, abs=2e-6)
    assert (told["schema"], told["counted"], told["as_of"]) == (
        "tarjih.update/1", True, "2026-04-02",
    )  # fmt: skip
    assert told["item"]["seen"] == "ferry_calls"
    assert (told["reports"], told["origins"]) == (1, 1)
    assert told["surprise"]["kind"] == "seen"
    assert 0 < told["surprise"]["chance"] < 1
    for id, moved in told["movement"].items():
        for column in ("now", "at_horizon", "ever_by_horizon"):
            sides = (told[side]["scenarios"][id][column]["mean"] for side in ("after", "before"))
            after, before = sides
            assert moved[column]["points"] == pytest.approx(100 * (after - before), abs=3e-4)
    assert sum(one["now"]["decibans"] for one in told["movement"].values()) == pytest.approx(
        0, abs=1e-5
    )
    assert told["record"] == {
        "dry_run": False, "id": "n1", "ledger": "x.db", "head": f"{head.seq}:{head.hash}",
        "statement": "s2", "undo": "tarjih evidence undo demo --ledger x.db",
    }  # fmt: skip


def test_a_statement_of_record_is_kept_and_computed_again(call: Call, demo: Path) -> None:
    call("update", "demo", *SEEN, "--ledger", "x.db")
    told = document(call, *LEVEL, "--ledger", "x.db", "--cluster", "quays", "--note", "why")
    call("update", "demo", *WEIGHED, "--ledger", "x.db")
    with Ledger.open("x.db", create=False) as ledger:
        assert [one.kind for one in read_statements(ledger, "demo")] == ["update"] * 3
        found = read_statement(ledger, "s4")
        again = update_document_of(found.extended(), found.draws, found.asked)
        assert document_text(again).encode() == found.output
        assert found.asked["items"] == ["n3"]
    del told["record"]
    assert again == told


def test_every_option_reaches_the_ledger(call: Call, demo: Path) -> None:
    words = [
        "--driver", "repairs=finished", "--on", "2026-04-01/2026-04-03", "--known", "2026-04-05",
        "--source", "harbour_office", "--source", "local_paper",
        "--relay", "local_paper=harbour_office", "--kind", "claim", "--credibility", "2",
        "--cluster", "quays", "--note", "said at the pier", "--url", "https://example.org/q",
        "--label", "The quays, finished", "--author", "amal", "--ledger", "x.db",
    ]  # fmt: skip
    done = call("update", "demo", *words)
    assert done.code == 0
    assert "not given" not in done.out
    assert "Told by: 2 reports, 1 origin." in done.out
    assert said(demo.parent / "x.db") == {
        "happened": "2026-04-01/2026-04-03",
        "known": "2026-04-05",
        "level": {"repairs": "finished"},
        "kind": "claim",
        "sources": ["harbour_office", "local_paper"],
        "relays": {"local_paper": "harbour_office"},
        "credibility": 2,
        "cluster": "quays",
        "label": {"en": "The quays, finished"},
        "note": {"en": "said at the pier"},
        "url": "https://example.org/q",
    }
    with Ledger.open("x.db", create=False) as ledger:
        assert {row.author for row in ledger.entries("demo")} == {"amal"}


def test_a_new_source_by_its_name(call: Call, demo: Path) -> None:
    words = ["--indicator", "ferry_calls", "--on", "2026-04-02", "--source-name", "رويترز",
             "--source-letter", "b", "--ledger", "x.db"]  # fmt: skip
    assert call("update", "demo", *words).code == 0
    assert said(demo.parent / "x.db")["sources"] == ["rwytrz"]


def test_a_dry_run_leaves_nothing(call: Call, demo: Path) -> None:
    done = call("update", "demo", *SEEN, "--ledger", "x.db", "--dry-run")
    assert done.code == 0
    assert "A dry run: nothing was recorded." in done.out
    assert list(demo.parent.iterdir()) == [demo]
    call("update", "demo", *SEEN, "--ledger", "x.db")
    with Ledger.open("x.db", create=False) as ledger:
        before = ledger.head
    told = document(call, *LEVEL, "--ledger", "x.db", "--dry-run")
    assert told["record"] == {
        "dry_run": True, "id": None, "ledger": None, "head": None, "statement": None, "undo": None,
    }  # fmt: skip
    with Ledger.open("x.db", create=False) as ledger:
        assert ledger.head == before


def test_a_dry_run_says_what_recording_would(call: Call, demo: Path) -> None:
    tried = document(call, *SEEN, "--ledger", "x.db", "--dry-run")
    done = document(call, *SEEN, "--ledger", "x.db")
    del tried["record"], done["record"]
    assert tried == done


def test_the_same_again_is_refused_with_the_earlier_id(call: Call, demo: Path) -> None:
    assert call("update", "demo", *SEEN, "--ledger", "x.db").code == 0
    with Ledger.open("x.db", create=False) as ledger:
        head = ledger.head
    done = call("update", "demo", *SEEN, "--ledger", "x.db", "--credibility", "1")
    assert done.code == 2
    assert done.message.startswith("the item: recorded already as n1: ")
    assert "(--again)" in done.message
    with Ledger.open("x.db", create=False) as ledger:
        assert ledger.head == head
    assert call("update", "demo", *SEEN, "--ledger", "x.db", "--again").code == 0


def test_what_does_not_count_says_why(call: Call, demo: Path) -> None:
    done = call("update", "demo", *SEEN, "--ledger", "x.db", "--as-of", "2026-04-01")
    assert done.code == 0
    assert (
        "The item does not count: it became known only after the as-of date (1 April 2026). "
        "Belief has not moved." in done.out
    )
    assert "Before" not in done.out
    old = ["--indicator", "ferry_calls", "--on", "2026-01-02", "--source", "local_paper"]
    told = document(call, *old, "--ledger", "x.db")
    assert (told["counted"], told["reason"]) == (False, "before the origin")
    assert told["before"] == told["after"]
    opinion = call("update", "demo", *LEVEL, "--kind", "opinion", "--ledger", "x.db").out
    assert "an opinion is shown, and never counts" in opinion


def test_a_note_is_due_for_what_moves_far(call: Call, demo: Path) -> None:
    words = [*WEIGHED, "--credibility", "1", "--ledger", "x.db"]
    done = call("update", "demo", *words, "--dry-run")
    assert re.search(r"A note is due: .* more than 5. Say why with --note.", done.out)
    done = call("update", "demo", *words, "--quiet")
    assert "tarjih evidence amend demo n1 --item-note" in done.out
    assert "A note is due" not in call("update", "demo", *words, "--again", "--note", "why").out


def test_units_are_decibans(call: Call, demo: Path) -> None:
    words = [*SEEN, "--ledger", "x.db", "--dry-run"]
    out = call("update", "demo", *words, "--units", "db").out
    moved = document(call, *words)["movement"]["limited_service"]["now"]["decibans"]
    row = next(line for line in out.splitlines() if line.startswith("Limited service"))
    assert row.endswith(f"{moved:+.1f}")
    assert "Decibans are those of centred log-odds" in out


def test_quiet_is_the_item_and_the_answer(call: Call, demo: Path) -> None:
    done = call("update", "demo", *SEEN, "--ledger", "x.db", "--quiet")
    assert done.err == ""
    assert "Before" not in done.out
    assert done.out.splitlines()[0].startswith("The item: ")
    assert "Recorded as n1 in " in done.out


def test_it_says_the_same_in_arabic(call: Call, demo: Path) -> None:
    words = [*WEIGHED, "--ledger", "x.db", "--dry-run"]
    done = call("update", "demo", *words, "--lang", "ar")
    lines = [line for line in done.out.splitlines() if line]
    assert all(line.startswith(RLM) for line in lines)
    assert "لصالحه بقوة" in done.out
    numbers = [re.findall(r"\d+%", call("update", "demo", *words, "--lang", lang).out)
               for lang in ("en", "ar")]  # fmt: skip
    assert numbers[0] == numbers[1]


def test_same_seed_same_bytes(call: Call, demo: Path) -> None:
    words = ["update", "demo", *SEEN, "--ledger", "x.db", "--dry-run", "--json",
             "--engine", "particle", "--seed"]  # fmt: skip
    one, same, other = (call(*words, seed).out for seed in ("3", "3", "4"))
    assert one == same != other


def test_one_view_of_several(call: Call, disputed: Path) -> None:
    told = document(call, *SEEN, "--ledger", "x.db", "--view", "amal")
    assert told["view"] == "amal"
    with Ledger.open("x.db", create=False) as ledger:
        found = read_statement(ledger, "s2")
        again = update_document_of(found.extended(), found.draws, found.asked)
        assert document_text(again).encode() == found.output


def test_what_others_record_meanwhile_is_counted(
    call: Call, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The item was tried out against a ledger that is not the one it is recorded in."""
    import tarjih.cli.updating as updating

    plain = updating.rehearse
    with Ledger.open("x.db"):
        pass

    def slow(*given: Any) -> Any:
        tried = plain(*given)
        with Ledger.open("x.db") as other:
            other.observe(
                load("demo"),
                {"happened": "2026-04-03", "seen": "large_ship_served", "credibility": 1,
                 "sources": ["harbour_office"]},
            )  # fmt: skip
        return tried

    monkeypatch.setattr(updating, "rehearse", slow)
    told = document(call, *SEEN, "--ledger", "x.db", "--horizon", "6")
    assert (told["record"]["id"], told["as_of"]) == ("n2", "2026-04-03")
    with Ledger.open("x.db", create=False) as ledger:
        found = read_statement(ledger, "s3")
        again = update_document_of(found.extended(), found.draws, found.asked)
        assert document_text(again).encode() == found.output


def test_what_is_recorded_is_told_when_the_statement_fails(
    call: Call, demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tarjih.evidence.ledgers.statements as kept

    def full(*given: Any, **more: Any) -> Any:
        raise OSError("no space left on device")

    monkeypatch.setattr(kept, "record_statement", full)
    done = call("update", "demo", *SEEN, "--ledger", "x.db")
    assert done.code == 1
    last = done.err.splitlines()[-1]
    assert last.startswith("n1 is recorded in x.db, but no statement of what it did: ")
    assert said(demo.parent / "x.db")["seen"] == "ferry_calls"


def test_it_fits_a_terminal(demo: Path, shown: Callable[..., str]) -> None:
    text = shown(lambda: main(["update", "demo", *SEEN, "--ledger", "x.db"]))
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "--indicator, --driver, --for/--against: what happened? allowed: one of them, with"),
        (["--indicator", "ferry_cals", *ON], "--indicator: unknown indicator: got 'ferry_cals'"),
        (["--driver", "repair=finished", *ON], "--driver: unknown driver: got 'repair'"),
        (["--driver", "repairs", *ON], "--driver: at which level was repairs seen? got 'repairs'"),
        (["--driver", "repairs=done", *ON], "--driver: no such level of repairs: got 'done'"),
        (["--for", "ful_service", *ON], "--for: unknown scenario: got 'ful_service'; allowed: "
         "full_service, limited_service, other; did you mean 'full_service'?"),
        (["--for", "full_service=very", *ON], "--for: unknown strength: got 'very'"),
        (["--for", "full_service", "--against", "full_service", *ON],
         "--against: a scenario has one weight"),
        (["--for", "other", "--indicator", "ferry_calls", *ON],
         "--for/--against: an item bears on one thing"),
        ([*SEEN, "--relay", "x"], "--relay: unreadable relay: got 'x'"),
        ([*SEEN, "--credibility", "7"], "--credibility: no such digit: got '7'"),
        ([*SEEN, "--source-name", "X"], "--source-name: a new source needs a grade: got 'X'"),
        ([*SEEN, "--source-letter", "B"], "--source-letter: a letter for whom?"),
        ([*SEEN, "--kind", "rumour"], "--kind: "),
        ([*SEEN, "--known", "2026-04-01"], "--known: known before the end of what happened"),
        ([*SEEN, "--source", "nobody"], "--source: unknown source: got 'nobody'"),
        ([*SEEN[:2], *SEEN[4:], "--on", "2999-01"], "--on: it lies in the future: got '2999-01'"),
        ([*SEEN[:2], *SEEN[4:], "--on", "soon"], "--on: "),
        ([*SEEN, "--url", "a\nb"], "--url: this is one line"),
        ([*SEEN, "--units", "x"], "--units: unknown units: got 'x'"),
        ([*SEEN, "--view", "amal"], ""),
        ([*SEEN, "--as-of", "2025-01-01"], "--as-of: before the origin"),
        ([*SEEN, "--horizon", "x"], "--horizon: unreadable horizon"),
    ],
)  # fmt: skip
def test_wrong_requests_leave_nothing(
    call: Call, demo: Path, words: list[str], message: str
) -> None:
    done = call("update", "demo", *words, "--ledger", "x.db")
    assert done.code == 2
    assert done.message.startswith(message)
    assert list(demo.parent.iterdir()) == [demo]


def test_what_is_missing_is_told_by_its_option(call: Call, demo: Path) -> None:
    done = call("update", "demo", "--indicator", "ferry_calls", "--ledger", "x.db")
    assert done.code == 2
    lines = done.err.splitlines()
    assert lines == [
        "--on: it is not said when it happened: give a day, a month, or FROM/TO",
        "--source: who tells it? allowed: harbour_office, local_paper; "
        "or --source-name and --source-letter for a new one",
    ]
    assert list(demo.parent.iterdir()) == [demo]
