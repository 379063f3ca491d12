"""``tarjih evidence list`` and ``show``."""

from __future__ import annotations

import json
import re

import pytest

import tarjih
from tarjih.cli.app import main
from tarjih.evidence.stores.store import Store
from tarjih.scenarios.records import Source
from tests.cli.evidence.conftest import REPORT


@pytest.fixture
def changed(place):
    """n1 withdrawn, n2 amended, n5 undone, n7 an error of ours."""
    with tarjih.Ledger.open(place.path) as ledger:
        study = place.study
        ledger.retract(study, "n1", because="withdrawn", known="2026-04-12", note="By mail")
        changes = {"relays": {"local_paper": "harbour_office"}, "credibility": 3}
        ledger.amend(study, "n2", changes, known="2026-04-20", note="they said so")
        other = {
            "happened": "2026-04-07",
            "level": {"insurance": "normal"},
            "sources": ["local_paper"],
            "credibility": 3,
        }
        ledger.observe(study, other)
        ledger.undo(study)
        ledger.observe(study, other)
        ledger.retract(study, "n7", because="our-error")
    return place


def test_what_is_held_is_listed(place) -> None:
    done = place("list")
    assert done.code == 0
    assert done.err == f"Ledger {place.path}: 2 items on this study, 1 of them yours\n"
    head, *lines = done.out.splitlines()
    assert head.startswith("Id ")
    (first,) = (line for line in lines if line.startswith("n1"))
    assert all(word in first for word in ("B2", "× 1.00", "amal", "large_ship_served"))
    (second,) = (line for line in lines if line.startswith("n2"))
    assert all(word in second for word in ("C2", "× 0.11", "basil", "local_paper"))
    (seed,) = (line for line in lines if line.startswith("half_the_quays"))
    assert all(word in seed for word in ("repairs=half_done", "study"))
    assert "of the study, 2 of the ledger" in lines[-1]


def test_arabic_has_a_line_for_each(place) -> None:
    done = place("list", "--lang", "ar")
    assert done.code == 0
    assert len(done.out.splitlines()) == 1 + len(place.study.items) + 2
    assert all(line.startswith("\N{RIGHT-TO-LEFT MARK}") for line in done.out.splitlines())
    assert "amal" in done.out


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (["--source", "local_paper", "--from", "2026-04"], ["n2"]),
        (["--cluster", "first_ship"], ["n1", "n2"]),
        (["--indicator", "large_ship_served"], ["n1", "n2"]),
        (["--driver", "repairs"], ["half_the_quays"]),
        (["--kind", "level", "--from", "2026-03"], ["half_the_quays"]),
        (["--from", "2026-04-02", "--to", "2026-04"], ["n1", "n2"]),
        (["--from", "2026-04-03", "--driver", "repairs"], []),
        (["--as-of", "2026-04-04", "--cluster", "first_ship"], ["n1"]),
        (["--scenario", "full_service", "--from", "2026-04"], ["n1", "n2"]),
    ],
)
def test_filters(place, words: list[str], ids: list[str]) -> None:
    assert [row["id"] for row in place.document("list", *words)["items"]] == ids
    assert place("list", "--quiet", *words).out.splitlines() == ids


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--source", "local_papr"], "--source: unknown source: got 'local_papr'"),
        (["--driver", "x"], "--driver: unknown driver: got 'x'"),
        (["--cluster", "first_shp"], "did you mean 'first_ship'?"),
        (["--kind", "rumour"], "--kind: unknown kind: got 'rumour'"),
        (["--from", "soon"], "--from: "),
        (["--from", "2026-04", "--to", "2026-03"], "--to: it ends before it starts"),
        (["--as-of", "2025-01-01"], "--as-of: before the origin of the study"),
        (["--lang", "fr"], "--lang: unknown language"),
    ],
)
def test_what_cannot_be_asked(place, words: list[str], message: str) -> None:
    done = place("list", *words)
    assert (done.code, done.out) == (2, "")
    assert message in done.err.splitlines()[-1]


def test_what_is_no_longer_held_is_told_with_its_reason(changed) -> None:
    held = changed("list", "--quiet", "--from", "2026-04").out.split()
    assert held == ["n2~2"]
    lines = changed("list", "--all", "--from", "2026-04").out.splitlines()
    told = {line.split()[0]: line for line in lines if line.startswith("n")}
    assert "since 12 Apr 2026 withdrawn" in told["n1"]
    assert "since 20 Apr 2026 amended" in told["n2"]
    assert "undone" in told["n5"]
    assert "an error of ours" in told["n7"]
    assert "× 1.00" in told["n2~2"]
    rows = {row["id"]: row for row in changed.document("list", "--all")["items"]}
    assert rows["n1"]["ended"] == {"why": "withdrawn", "entry": 3, "other": None}
    assert not rows["n5"]["held"]
    assert rows["n2~2"]["recorded"]["author"] == "basil"


def test_a_past_day_sees_what_was_held_then(changed) -> None:
    rows = changed.document("list", "--as-of", "2026-04-10", "--cluster", "first_ship")["items"]
    assert [row["id"] for row in rows] == ["n1", "n2"]
    now = changed.document("list", "--hindsight", "--cluster", "first_ship")["items"]
    assert [row["id"] for row in now] == ["n2"]


def test_the_day_that_is_told_is_none_before_what_is_listed(changed) -> None:
    with tarjih.Ledger.open(changed.path) as ledger:
        ledger.retract(changed.study, "n2", because="withdrawn", known="2026-05-03")
    hindsight = changed("list", "--all", "--hindsight").out.splitlines()
    assert "n1" in "".join(hindsight)
    assert " as of 3 May 2026: " in hindsight[-1]
    with tarjih.Ledger.open(changed.path) as ledger:
        late = {"happened": "2026-06-01", "seen": "ferry_calls", "sources": ["local_paper"],
                "credibility": 3}  # fmt: skip
        ledger.observe(changed.study, late)
        ledger.undo(changed.study)
    assert " as of 1 June 2026: " in changed("list", "--all").out.splitlines()[-1]
    # What counts is that of the day that was asked for.
    assert " as of 10 April 2026: " in changed("list", "--all", "--as-of", "2026-04-10").out
    assert " as of 3 May 2026: " in changed("list").out.splitlines()[-1]


def test_a_teller_that_only_the_ledger_has_is_named(changed, shown, monkeypatch) -> None:
    agency = Source("wkala", {"ar": "وكالة تجريبية"}, "D", "", {}, "")
    item = {"happened": "2026-04-08", "seen": "ferry_calls", "sources": ["wkala", "local_paper"],
            "relays": {"local_paper": "wkala"}, "credibility": 2}  # fmt: skip
    with tarjih.Ledger.open(changed.path) as ledger:
        ledger.observe(changed.study, item, sources=[agency])
    monkeypatch.setenv("PAGER", "cat")
    words = ["evidence", "list", "demo.yaml", "--all", "--ledger", str(changed.path)]
    for undone in (False, True):
        if undone:
            with tarjih.Ledger.open(changed.path) as ledger:
                ledger.undo(changed.study)
        line = next(one for one in changed("list", "--all").out.splitlines() if "n9" in one)
        named = "وكالة تجريبية (wkala)"
        assert line.endswith(f"  {named}, local_paper from {named}")
        # Undone or not: who told it, and with which grade, stays known.
        assert " C/D2 " in line
        arabic = changed("list", "--all", "--lang", "ar").out
        assert "وكالة تجريبية" in next(one for one in arabic.splitlines() if "n9" in one)
        assert "told by وكالة تجريبية" in changed("show", "n9").out
        assert "(wkala)" in shown(lambda: main(words))


def test_a_terminal_gets_a_table(place, shown, monkeypatch) -> None:
    monkeypatch.setenv("PAGER", "cat")
    words = ["evidence", "list", "demo.yaml", "--ledger", str(place.path)]
    text = shown(lambda: main(words))
    assert "known 3 Apr 2026" in text
    assert "─" in text
    plain = re.sub("\x1b[^m]*m", "", text)
    # The closing line is broken by the terminal itself.
    assert max(len(line) for line in plain.splitlines()[:-1]) <= 100


def test_without_a_ledger_the_study_speaks(empty) -> None:
    done = empty.call("evidence", "list", "demo.yaml", "--quiet")
    assert done.out.split() == [
        item.id for item in sorted(empty.study.items, key=lambda item: item.end)
    ]
    done = empty("list")
    assert done.code == 2
    assert "there is no such ledger" in done.message


def test_an_item_in_full(changed) -> None:
    text = changed("show", "n2").out
    assert text.startswith("n2~2: ")
    for words in (
        "held, and counts × 1.00",
        "- n2, held from 5 Apr 2026 until 20 Apr 2026 (amended)",
        "relays: local_paper=harbour_office",
        "credibility: 3",
        "Note: they said so",
        "UTC, basil: recorded",
    ):
        assert words in text
    earlier = changed("show", "n2", "--as-of", "2026-04-06").out
    assert earlier.startswith("n2: ")
    assert "counts × 0.11" in earlier
    assert "others of its cluster tell the same: n1" in earlier
    found = changed.document("show", "n1")
    assert [one["kind"] for one in found["history"]] == ["observe", "retract"]
    assert found["versions"][0]["ended"]["why"] == "withdrawn"


def test_what_was_undone_is_shown_still(changed) -> None:
    text = changed("show", "n5").out
    assert "held on no day (undone)" in text
    assert "(undone by entry 6)" in text
    assert "took back entry 5" in text
    assert "an error of ours" in changed("show", "n7").out


def test_an_item_of_the_study(place) -> None:
    done = place("show", "half_the_quays", "--lang", "ar")
    assert done.code == 0
    assert "من ملفات الدراسة نفسها" in done.out


def test_a_citation_is_in_the_language(place) -> None:
    item = REPORT | {"happened": "2026-04-09", "sources": ["local_paper"],
                     "cites": "The local paper, 9 April 2026"}  # fmt: skip
    with tarjih.Ledger.open(place.path) as ledger:
        ledger.observe(place.study, item)
        assert "Source: The local paper, 9 April 2026\n" in place("show", "n3").out
        changes = {"kind": "claim", "cites": "The local paper, 10 May 2026"}
        ledger.amend(place.study, "n3", changes, known="2026-05-10")
    arabic = place("show", "n3", "--lang", "ar").out
    assert "أيار/مايو" in next(one for one in arabic.splitlines() if "المصدر: " in one)
    entry = arabic.splitlines()[-1]
    assert "الإسناد: " in entry
    assert "May" not in entry
    assert "النوع: زعم" in entry


def test_an_item_that_is_not_there(place) -> None:
    done = place("show", "half_the_quay")
    assert done.code == 2
    assert "did you mean 'half_the_quays'?" in done.err.splitlines()[-1]


def test_commands_that_were_mistyped_are_suggested(call) -> None:
    done = call("evidence", "lst")
    assert done.code == 2
    assert "Did you mean 'list'" in done.message
    assert "ee 'tarjih evidence --help'" in done.message
    assert call("evidence").out == call("evidence", "--help").out


def test_what_a_terminal_would_obey_is_not_printed(empty) -> None:
    label = {"en": "A [bold]visit[/] \x1b]0;title\x07\x1b[2J\u202eback"}
    item = {**REPORT, "known": "2026-04-03", "kind": "act", "sources": ["local_paper"]}
    with Store.open(empty.path) as store:
        store.append("demo", "observe", {"id": "n1", "item": {**item, "label": label}}, "amal")
    for words in (["list"], ["show", "n1"], ["list", "--json"], ["undo", "--author", "basil"]):
        done = empty(*words)
        assert not set("\x1b\x07\u202e") & set(done.out + done.err), words
    assert "A [bold]visit[/] \ufffd]0;title\ufffd\ufffd[2Jback" in empty("show", "n1").out
    assert json.loads(empty("list", "--json").out)["items"][-1]["item"]["label"] == label
