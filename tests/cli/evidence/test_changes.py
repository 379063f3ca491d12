"""``tarjih evidence check``, ``amend``, ``retract``, ``merge`` and ``undo``."""

from __future__ import annotations

import json

import pytest

import tarjih
from tarjih.cli.evidence.changing import Request, carry_out
from tarjih.evidence.ledgers.chain import Row
from tarjih.scenarios.records import Study
from tests.cli.evidence.conftest import REPORT

CHANGES = {
    "check": ["check", "ferry_calls", "--from", "2026-04", "--to", "2026-04", "--source",
              "local_paper"],
    "amend": ["amend", "n1", "--credibility", "5", "--known", "2026-04-20"],
    "retract": ["retract", "n2", "--because", "disproved", "--known", "2026-04-20"],
    "merge": ["merge", "n1", "n2", "--known", "2026-04-20"],
    "undo": ["undo"],
}  # fmt: skip


def mean(belief, when: str) -> float:
    found: float = belief["scenarios"]["full_service"][when]["mean"]
    return found


def belief_of(place, as_of: str) -> float:
    """Return the probability that a run of its own finds."""
    done = place.call("run", "demo.yaml", "--ledger", str(place.path), "--as-of", as_of, "--json")
    found: float = json.loads(done.out)["scenarios"]["full_service"]["now"]["mean"]
    return found


@pytest.mark.parametrize("name", CHANGES)
def test_a_trial_records_nothing_and_tells_what_recording_does(place, name: str) -> None:
    tried = place.document(*CHANGES[name], "--dry-run")
    assert place.count == 2
    done = place.document(*CHANGES[name])
    assert place.count == 3
    assert (tried.pop("recorded"), done.pop("recorded")) == (False, True)
    assert tried == done
    # The entry's number, and the shift, are what the ledger and a run say.
    assert done["entry"] == 3
    assert mean(done["belief"], "after") == belief_of(place, done["belief"]["as_of"])


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_text_says_what_and_how_belief_moved(place, name: str, lang: str) -> None:
    done = place(*CHANGES[name], "--lang", lang, "--dry-run")
    assert done.code == 0
    first, *rest = done.out.splitlines()
    words = {"en": ("Nothing is recorded", "Belief"), "ar": ("لم يُدوَّن شيء", "التقدير")}[lang]
    assert words[0] in first
    assert any(words[1] in line for line in rest)
    quiet = place(*CHANGES[name], "--lang", lang, "--quiet")
    assert (quiet.code, quiet.err) == (0, "")
    assert place.count == 3


def test_a_source_withdraws_its_report(place) -> None:
    done = place(
        "retract", "n1", "--because", "withdrawn", "--source", "harbour_office", "--known",
        "2026-04-12", "--note", "By mail",
    )  # fmt: skip
    assert done.out.startswith(
        "Recorded as entry 3: n1: withdrawn, known 12 Apr 2026, as far as harbour_office told it. "
        "Note: By mail"
    )
    moved = [line for line in done.out.splitlines() if line.startswith("Belief moved")]
    assert moved
    assert "as of 12 April 2026" in moved[0]
    assert "still rests" not in done.out


def test_what_else_rests_on_the_source_is_told(place) -> None:
    place("amend", "n2", "--relay", "local_paper=harbour_office", "--known", "2026-04-10")
    done = place("retract", "n1", "--because", "withdrawn", "--known", "2026-04-12")
    assert "The same cluster still rests on harbour_office in: n2~2." in done.out
    after = place(
        "retract", "n2", "--because", "withdrawn", "--source", "harbour_office", "--known",
        "2026-04-12", "--json",
    )  # fmt: skip
    assert "still rests" not in after.out


def test_an_error_of_ours_is_mended_on_every_day(place) -> None:
    before = belief_of(place, "2026-04-03")
    done = place.document("retract", "n1", "--because", "our-error")
    assert done["body"] == {"because": "our-error", "id": "n1"}
    place("retract", "n2", "--because", "our-error")
    assert belief_of(place, "2026-04-03") != before
    assert place.document("list", "--as-of", "2026-04-04", "--from", "2026-04")["items"] == []


def test_an_amendment_changes_fields_and_takes_them_away(place) -> None:
    words = ["--cluster", "", "--credibility", "4", "--note", "on film", "--known", "2026-04-20"]
    done = place.document("amend", "n2", *words)
    assert done["body"]["changes"] == {"cluster": None, "credibility": 4}
    assert done["body"]["note"] == "on film"
    done = place.document("amend", "n1", "--without", "cluster", "--known", "2026-04-20",
                          "--item-note", "seen")  # fmt: skip
    assert done["body"]["changes"] == {"cluster": None, "note": {"en": "seen"}}
    (row,) = (one for one in place.document("list")["items"] if one["id"] == "n2~2")
    assert "cluster" not in row["item"]


def test_the_two_known_dates(place) -> None:
    done = place("amend", "n1", "--item-known", "2026-04-02")
    assert done.code == 2
    assert done.err.splitlines()[-1].startswith("--item-known: ")
    assert "--because our-error" in done.err
    done = place.document("amend", "n1", "--item-known", "2026-04-04", "--because", "our-error")
    assert done["body"]["changes"] == {"known": "2026-04-04"}
    rows = place.document("list", "--cluster", "first_ship", "--as-of", "2026-04-03", "--all")
    assert rows["items"][0]["held"] is False
    late = place("amend", "n1", "--item-known", "2099-01-01", "--because", "our-error")
    assert late.err.splitlines()[-1].startswith("--item-known: known in the future")


def test_a_new_source_comes_with_an_amendment(place) -> None:
    words = ["--source", "local_paper", "--source-name", "Port radio", "--source-letter", "B"]
    done = place.document("amend", "n2", *words, "--known", "2026-04-20")
    assert done["body"]["changes"]["sources"] == ["local_paper", "port_radio"]
    found = place.document("sources")["sources"]["port_radio"]
    assert (found["from"], found["letter"], found["items"]) == ("ledger", "B", 1)


def test_a_merger_lets_the_first_go_on(place) -> None:
    done = place("merge", "n1", "n2", "--known", "2026-04-20", "--note", "one ship")
    first = done.out.splitlines()[0]
    assert first.endswith("merged from 20 Apr 2026 on: n1; n2 are one. Note: one ship.")
    assert first.count("n1") == 1
    (row,) = place.document("list", "--cluster", "first_ship")["items"]
    assert row["item"]["sources"] == ["harbour_office", "local_paper"]
    assert "merged into n1" in place("show", "n2").out


def test_undo_takes_back_ones_own_last_entry_and_says_which(place) -> None:
    done = place("undo")
    assert "Taken back, entry 2 of " in done.out
    assert done.out.count("n2: recorded") == 1
    found = place.document("list", "--cluster", "first_ship")["items"]
    assert [row["id"] for row in found] == ["n1"]
    # n1 is not Basil's.
    done = place("undo")
    assert done.code == 2
    assert "there is nothing of yours to take back: got 'basil'" in done.err
    assert place("undo", "--author", "amal", "--quiet").code == 0


def test_a_check_says_what_it_would_have_found(place) -> None:
    done = place(*CHANGES["check"])
    assert "n3: recorded as looked for and not seen" in done.out
    (sign,) = (one for one in place.study.indicators if one.id == "ferry_calls")
    assert f"would have found it in {100 * sign.detection:.0f}% of cases" in done.out
    (row,) = place.document("list", "--indicator", "ferry_calls", "--from", "2026-04")["items"]
    assert row["item"]["happened"] == "2026-04-01/2026-04-30"
    assert row["item"]["checked"] == "ferry_calls"
    assert row["item"]["credibility"] == 3


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["retract", "n9", "--because", "withdrawn", "--known", "2026-04-20"],
         "ID: there is no such item: got 'n9'"),
        (["retract", "n1", "--because", "wrong", "--known", "2026-04-20"],
         "--because: unknown reason: got 'wrong'; allowed: withdrawn, our-error, disproved"),
        (["retract", "n1", "--because", "withdrawn"], "--known: when did it become known?"),
        (["retract", "n1", "--because", "withdrawn", "--known", "2099"],
         "--known: known in the future"),
        (["retract", "n1", "--because", "withdrawn", "--known", "2026-04-01"],
         "--known: n1 itself was not known by then"),
        (["retract", "n1", "--because", "withdrawn", "--known", "2026-04-20", "--source", "x"],
         "--source: n1 does not rest on this source"),
        (["amend", "n1", "--known", "2026-04-20"], "amend: nothing is changed"),
        (["amend", "n1", "--credibility", "2", "--known", "2026-04-20"],
         "amend: nothing is changed: it says so already"),
        (["amend", "n1", "--credibility", "9", "--known", "2026-04-20"], "--credibility: "),
        (["amend", "n1", "--credibility", "4"], "--known: when did it become known?"),
        (["amend", "n1", "--without", "colour", "--known", "2026-04-20"],
         "--without: no field that can go"),
        (["amend", "n1", "--without", "cluster", "--cluster", "b", "--known", "2026-04-20"],
         "--without: a field cannot both change and go"),
        (["amend", "n1", "--on", "2099-01-01", "--known", "2026-04-20"], "--on: "),
        (["amend", "n1", "--source", "nobody", "--known", "2026-04-20"], "--source"),
        (["merge", "n1", "--known", "2026-04-20"], "ID: it takes two items to merge"),
        (["merge", "n1", "half_the_quays", "--known", "2026-04-20"], "do not report the same"),
        (["check", "ferry", "--from", "2026-04", "--to", "2026-04", "--source", "local_paper"],
         "INDICATOR: unknown indicator: got 'ferry'"),
        (["check", "ferry_calls", "--from", "2026-04", "--to", "2099-04", "--source",
          "local_paper"], "--to: it ends in the future"),
        (["check", "ferry_calls", "--from", "2026-04", "--to", "2026-04"], "--source: who looked?"),
        (["check", "ferry_calls", "--from", "2026-04", "--to", "2026-03", "--source",
          "local_paper"], "--to: it ends before it starts"),
        (["undo", "--as-of", "soon"], "--as-of"),
        (["undo", "--engine", "best"], "--engine: unknown engine"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_and_changes_nothing(place, words: list[str], message: str) -> None:
    done = place(*words, "--quiet")
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert "Traceback" not in done.err
    assert place.count == 2


@pytest.mark.parametrize("name", ["check", "amend", "undo"])
def test_bad_input_and_trials_make_no_ledger(empty, name: str) -> None:
    words = {
        "check": CHANGES["check"],
        "amend": ["amend", "half_the_quays", "--credibility", "5", "--known", "2026-04-20"],
        "undo": ["undo"],
    }[name]
    bad = empty(*words, "--author", "a\nb", "--quiet")
    assert bad.code == 2
    assert not empty.path.exists()
    tried = empty(*words, "--dry-run", "--json")
    assert tried.code == (2 if name == "undo" else 0)
    assert not empty.path.exists()
    if name != "undo":
        assert json.loads(tried.out)["ledger"] is None
        assert empty(*words, "--quiet").code == 0
        assert empty.count == 1


def test_nothing_is_recorded_where_belief_cannot_be_computed(place) -> None:
    for words in (["--as-of", "2020-01-01"], ["--as-of", "2999-01-01"]):
        done = place(*CHANGES["retract"], *words)
        assert (done.code, done.out) == (2, "")
        assert "--as-of: " in done.err
        assert place.count == 2


def test_what_others_recorded_meanwhile_is_on_both_sides(place, capsys) -> None:
    other = {**REPORT, "sources": ["local_paper"], "known": "2026-04-06", "happened": "2026-04-06"}

    def act(book: tarjih.Ledger, study: Study) -> Row:
        if book.name == "memory":
            with tarjih.Ledger.open(place.path) as theirs:
                theirs.observe(study, other, author="amal")
        return book.retract(study, "n2", because="disproved", known="2026-04-20")

    request = Request(
        "demo.yaml", str(place.path), None, "auto", "0", dry_run=False, lang="en", json=True,
        quiet=True,
    )  # fmt: skip
    carry_out(request, act)
    done = json.loads(capsys.readouterr().out)
    assert (done["entry"], place.count) == (4, 4)
    assert mean(done["belief"], "after") == belief_of(place, done["belief"]["as_of"])
    place("undo", "--quiet")
    assert mean(done["belief"], "before") == belief_of(place, done["belief"]["as_of"])


@pytest.mark.parametrize(
    "words", [["amend", "n1", "--credibility", "4"], ["retract", "n1"]], ids=lambda words: words[0]
)
def test_an_error_of_ours_has_no_date(place, words) -> None:
    done = place(*words, "--because", "our-error", "--known", "2026-04-20")
    assert (done.code, place.count) == (2, 2)
    assert done.err.splitlines()[-1].startswith("--known: an error of ours is mended on every day")


def test_an_option_of_one_value_is_given_once(place) -> None:
    done = place("amend", "n1", "--credibility", "4", "--known", "2026-04-20", "--known",
                 "2026-04-21")  # fmt: skip
    assert (done.code, place.count) == (2, 2)
    assert "--known was given more than once" in done.message
    # Those that may be repeated may; and flags say the same twice.
    done = place("amend", "n1", "--source", "harbour_office", "--source", "local_paper", "--known",
                 "2026-04-20", "--dry-run", "--dry-run")  # fmt: skip
    assert done.code == 0


def test_items_that_are_held_are_counted(place, monkeypatch) -> None:
    """Of this study, whoever recorded them, before anything is recorded; not what was undone."""
    shown = "2 items on this study, 1 of them yours"
    assert shown in place("retract", "n1", "--because", "our-error", "--dry-run").err
    assert shown in place("undo", "--author", "amal").err
    assert "1 item on this study\n" in place("undo", "--author", "amal", "--dry-run").err
    assert "1 item of yours on this study" in place(*CHANGES["check"]).err
    assert "2 items of yours" in place("list").err
    monkeypatch.delenv("TARJIH_AUTHOR")
    assert "2 items on this study\n" in place("list").err


def test_a_folder_of_nobody(place) -> None:
    done = place.call("evidence", "list", "demo.yaml", "--ledger", "~no_such_user_x/y.db")
    assert done.code == 2
    assert "--ledger: no such user's folder: got '~no_such_user_x/y.db'" in done.message


def test_what_was_recorded_is_said_and_how_to_undo_it(place) -> None:
    done = place(*CHANGES["check"])
    for mark in (
        "Not seen: The ferry calls every day",
        "1–30 Apr 2026",
        "The local paper",
        "3 (possibly true) is assumed",
        "Belief",
        f"To take it back: tarjih evidence undo demo.yaml --ledger {place.path}",
    ):
        assert mark in done.out
    assert "--on" not in place.call("evidence", "check", "--help").out
    assert "To take it back" not in place(*CHANGES["undo"]).out
    assert "To take it back" not in place(*CHANGES["amend"], "--dry-run").out


def test_each_version_is_told_what_ended_it(place) -> None:
    place("amend", "n1", "--credibility", "4", "--source", "harbour_office", "--source",
          "local_paper", "--known", "2026-04-20")  # fmt: skip
    place("retract", "n1", "--because", "withdrawn", "--source", "harbour_office", "--known",
          "2026-04-20")  # fmt: skip
    shown = place("show", "n1").out
    assert "held from 3 Apr 2026 until 20 Apr 2026 (amended)" in shown
    place("retract", "n1", "--because", "disproved", "--known", "2026-04-20")
    assert "from 20 Apr 2026 until 20 Apr 2026" not in place("show", "n1").out


def test_a_note_needs_neither_date_nor_error(place) -> None:
    done = place.document("amend", "n1", "--item-note", "why")
    assert (done["body"]["because"], done["body"]["known"]) == ("news", "2026-04-03")
    assert "Versions:" not in place("show", "n1").out
    assert place("amend", "n1", "--credibility", "4").code == 2


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["--url", "javascript:alert(1)"], "--url: no address on the web"),
        (["--item-note", "a\u202eb"], "--item-note: control character: got 'U+202E'"),
    ],
)
def test_what_could_mislead_or_run_is_refused(place, words: list[str], what: str) -> None:
    done = place("amend", "n1", *words)
    assert (done.code, place.count) == (2, 2)
    assert what in done.err


def test_a_statement_is_no_item(place) -> None:
    done = place("amend", "s2", "--item-note", "x")
    assert "ID: this is no item: got 's2'; that is a statement's number" in done.err
