"""The commands about studies: list, show, check, new."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import tarjih
from tarjih.cli.app import main
from tarjih.reports.texts.card import SECTIONS
from tarjih.reports.words.numbers import LRM, RLM
from tarjih.scenarios import study_from_data

Call = Callable[..., Any]
BOXES = re.compile("[\u2500-\u257f\x1b]")
MANY_BYTES = 50_000_000


def test_list_in_columns(call: Call) -> None:
    done = call("list")
    assert (done.code, done.err) == (0, "")
    head, line = done.out.splitlines()
    assert head.split() == ["Study", "Title", "Origin", "Scenarios", "Items"]
    assert line.split()[0] == "syria_russia"
    assert line.split()[-2:] == ["5", "70"]
    assert line.index("6 August 2025") == head.index("Origin")


def test_list_as_a_document(call: Call) -> None:
    document = json.loads(call("list", "--json").out)
    assert document["schema"] == "tarjih.studies/1"
    (study,) = document["studies"]
    assert study["id"] == "syria_russia"
    assert study["counts"]["items"] == 70
    assert study["retrospective"] is True


def test_list_on_a_terminal(shown: Callable[..., str]) -> None:
    assert "─" in shown(lambda: main(["list"]))


def test_show_has_every_section_and_entry(call: Call) -> None:
    done = call("show", "syria-russia")
    assert (done.code, done.err) == (0, "")
    assert not BOXES.search(done.out)
    lines = done.out.splitlines()
    heads = ["SCENARIOS", "DRIVERS", "LINKS", "CONJUNCTIONS", "JUDGEMENTS", "INDICATORS"]
    heads += ["SOURCES", "EVIDENCE ITEMS", "QUESTIONS", "ASSUMPTIONS", "DIGESTS"]
    places = [lines.index(head) for head in heads]
    assert places == sorted(places)
    study = tarjih.load("syria_russia")
    for part in (study.scenarios, study.drivers, study.indicators, study.items, study.questions):
        for entry in part:
            assert f"({entry.id})" in done.out
    used = sum(one.known <= study.origin for one in study.judgements)
    assert done.out.count("    Enters the fit.") == used
    assert done.out.count("    A check only:") == len(study.judgements) - used
    counted = done.out.count("    Counts × ")
    assert counted + done.out.count("    Does not count: ") == len(study.items)
    assert study.digest("draws") in done.out


def test_show_one_section(call: Call) -> None:
    whole = call("show", "syria-russia").out
    parts = [call("show", "syria-russia", "--section", name).out for name in SECTIONS]
    assert "\n".join(parts) == whole


def test_show_in_arabic_has_the_ids_that_options_take(call: Call) -> None:
    done = call("show", "syria-russia", "--lang", "ar")
    assert done.code == 0
    assert all(line.startswith(RLM) for line in done.out.splitlines() if line)
    study = tarjih.load("syria_russia")
    named = [(one.label, one.id) for one in study.scenarios]
    named += [(one.label, one.id) for one in study.drivers]
    named += [(one.label, one.id) for one in study.indicators]
    for label, id in named:
        assert f"{label['ar']} ({LRM}{id}{LRM})" in done.out


def test_show_as_a_document_is_the_study(call: Call) -> None:
    document = json.loads(call("show", "syria-russia", "--json").out)
    study = tarjih.load("syria_russia")
    assert document["schema"] == "tarjih.study/1"
    assert document["digests"]["all"] == study.digest("all")
    assert study_from_data(document["study"]).digest("all") == study.digest("all")


def test_show_wraps_on_a_terminal(
    capfd: pytest.CaptureFixture[str], shown: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    pages: list[str] = []
    monkeypatch.setattr("pydoc.pager", pages.append)
    shown(lambda: main(["show", "syria-russia"]))
    (text,) = pages
    assert max(map(len, text.splitlines())) <= 100
    assert "(overt_support)" in text


def test_an_unknown_section_says_which_there_are(call: Call) -> None:
    done = call("show", "syria-russia", "--section", "driver")
    assert done.code == 2
    assert "got 'driver'; allowed: study, scenarios" in done.message
    assert "did you mean 'drivers'?" in done.message


@pytest.mark.parametrize("command", ["show", "check", "run"])
def test_an_unknown_study_says_which_there_are(call: Call, command: str, folder: Path) -> None:
    done = call(command, "syria-rusia")
    assert done.code == 2
    assert "unknown study: got 'syria-rusia'" in done.message
    assert "did you mean 'syria_russia'?" in done.message
    assert not list(folder.iterdir())


def test_new_check_show(call: Call, folder: Path) -> None:
    done = call("new", "demo")
    assert done.code == 0
    assert done.out.splitlines() == [
        "Wrote demo.yaml. Next:",
        "    tarjih check demo.yaml",
        "    tarjih run demo.yaml",
    ]
    checked = call("check", "demo")
    assert (checked.code, checked.err) == (0, "")
    assert checked.out == (
        "demo: ok: 3 scenarios; 3 drivers; 4 judgements; 2 indicators; 2 sources; 3 items; "
        "1 question\n"
    )
    assert call("show", "demo.yaml").code == 0
    assert [path.name for path in folder.iterdir()] == ["demo.yaml"]


def test_new_overwrites_nothing(call: Call, folder: Path) -> None:
    (folder / "demo.yaml").write_text("mine", encoding="utf-8")
    done = call("new", "demo")
    assert done.code == 2
    assert done.message.startswith("demo.yaml: the file is there already")
    assert (folder / "demo.yaml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["Demo", "1st", "a b", "../demo", "syria-russia", ""])
def test_new_refuses_names(call: Call, folder: Path, name: str) -> None:
    assert call("new", name).code == 2
    assert not list(folder.iterdir())


def test_check_tells_what_is_worth_knowing(call: Call, demo: Path, template: str) -> None:
    text = template.replace("    effects:\n      staff_dispute: lowers\n", "")
    text = text.replace("  local_paper:\n    label", "  rumour:\n    label: R\n    letter: E\n"
                        "  local_paper:\n    label")  # fmt: skip
    text = text.replace("known: 2026-01-12", "known: 2026-02-12")
    demo.write_text(text, encoding="utf-8")
    done = call("check", "demo")
    assert done.code == 0
    told = done.out.splitlines()[1:]
    assert [re.sub(r"demo.yaml:\d+:3: worth knowing: ", "", line)[:50] for line in told] == [
        "no driver acts on “Limited service”",
        "“Dispute with the dockers” acts on no scenario, ne",
        "full_within_a_year became known after the origin: ",
        "nothing leans on source “R”",
    ]
    advice = json.loads(call("check", "demo", "--json").out)["advice"]
    assert [one["kind"] for one in advice] == [
        "scenario_without_effects",
        "driver_without_effects",
        "judgement_unused",
        "source_unused",
    ]
    assert "سليمة" in call("check", "demo", "--lang", "ar").out


def test_check_lists_all_problems(call: Call, demo: Path, template: str) -> None:
    text = template.replace("letter: B", "letter: Z").replace("credibility: 2", "credibility: 9")
    demo.write_text(text, encoding="utf-8")
    done = call("check", "demo")
    assert (done.code, done.out) == (2, "")
    assert len(done.err.splitlines()) == 2
    as_data = call("check", "demo", "--json")
    assert (as_data.code, as_data.err) == (2, "")
    document = json.loads(as_data.out)
    assert document["ok"] is False
    assert [problem["got"] for problem in document["problems"]] == ["Z", "9"]


def replaced(old: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return change


BAD = {
    "unknown key": (replaced("    analogues:", "    analoges:"), "did you mean 'analogues'?"),
    "missing scenario": (
        replaced("    scenario: limited_service\n", "    scenario: limted_service\n"),
        "did you mean 'limited_service'?",
    ),
    "duplicate key": (replaced("  step: month ", "  origin: 2026-01-16\n  step: month "),
                      "duplicate key"),
    "duplicate id": (replaced("  talk_of_night_work:", "  half_the_quays:"), "duplicate key"),
    "level that does not exist": (replaced("at_origin: begun ", "at_origin: begin "),
                                  "did you mean 'begun'?"),
    "unknown source": (replaced("source: harbour_office", "source: harbor_office"),
                       "did you mean 'harbour_office'?"),
    "probability over 1": (replaced("large_ship_served: 0.9 ", "large_ship_served: 1.9 "), "1.9"),
    "stated 0": (replaced("says: 0.6", "says: 0"), "more than 0 and less than 1"),
    "stated 1": (replaced("says: 0.6", "says: 1"), "more than 0 and less than 1"),
    "unreadable date": (replaced("known: 2026-03-03", "known: 3 March"), "unreadable date"),
    "date before 1900": (replaced("happened: 2026-03-02", "happened: 1026-03-02"), "before 1900"),
    "evidence on an unknown driver": (replaced("level: {repairs: half_done}",
                                               "level: {repair: half_done}"),
                                      "did you mean 'repairs'?"),
    "an item that bears on two things": (replaced("seen: ferry_calls",
                                                  "seen: ferry_calls\n    checked: ferry_calls"),
                                         "bear"),
    "cyclic links": (
        replaced("# INDICATORS:", "  back:\n    parent: insurance\n    child: repairs\n"
                 "    rise: {normal: 2}\n\n# INDICATORS:"),
        "circle",
    ),
    "a driver named in a resolution rule": (
        replaced("lists no limit on size or hours. ", "says that repairs are finished. "),
        "repairs",
    ),
    "a word that is on no scale": (replaced("says: very likely", "says: very lickely"), "lickely"),
    "an assumption that does not exist": (
        replaced("# SCENARIOS:", "assumptions: {cluster_corelation: 0.5}\n# SCENARIOS:"),
        "cluster_correlation",
    ),
    "an assumption out of range": (
        replaced("# SCENARIOS:", "assumptions: {cluster_correlation: 5}\n# SCENARIOS:"),
        "at least 0 and at most 1",
    ),
    "empty file": (lambda _: "", "the file is empty"),
    "an alias bomb": (
        lambda _: "a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", "anchors are not allowed"),
    "a tag that would run code": (
        lambda text: text + "\nx: !!python/object/apply:os.system ['touch ran']\n",
        "tags are not allowed",
    ),
}  # fmt: skip


@pytest.mark.parametrize("command", ["check", "run"])
@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_one_message(
    call: Call, demo: Path, template: str, case: str, command: str
) -> None:
    change, part = BAD[case]
    demo.write_text(change(template), encoding="utf-8")
    done = call(command, "demo.yaml")
    assert done.code == 2
    assert re.match(r"demo\.yaml:\d+:\d+: ", done.message)
    assert part in done.message, done.message
    assert list(demo.parent.iterdir()) == [demo]


def test_a_large_file(call: Call, folder: Path) -> None:
    path = folder / "demo.yaml"
    with path.open("wb") as handle:
        handle.truncate(MANY_BYTES)
    done = call("run", "demo.yaml")
    assert done.code == 2
    assert "got '50 MB'; allowed: 10 MB" in done.message


def test_another_encoding(call: Call, demo: Path, template: str) -> None:
    demo.write_bytes(template.encode("utf-16"))
    done = call("run", "demo.yaml")
    assert done.code == 2
    assert "demo.yaml:1:1: wrong encoding: got 'UTF-16'; allowed: UTF-8" in done.message


def test_a_folder_where_a_file_is_wanted(call: Call, folder: Path) -> None:
    (folder / "demo.yaml").mkdir()
    done = call("run", "demo.yaml")
    assert done.code == 2
    assert done.message.startswith("demo.yaml: ")


def test_a_bad_file_in_a_new_process(spawn: Call, demo: Path, template: str) -> None:
    demo.write_text(template.replace("letter: B", "letter: Z"), encoding="utf-8")
    done = spawn("run", "demo")
    assert done.code == 2
    assert re.match(r"demo\.yaml:\d+:\d+: .*got 'Z'; allowed: A, B", done.message)
    assert list(demo.parent.iterdir()) == [demo]


@pytest.mark.slow
def test_a_new_study_is_fitted_and_run(spawn: Call, folder: Path, tmp_path: Path) -> None:
    cache = {"TARJIH_CACHE": str(tmp_path / "cache")}
    assert spawn("new", "demo").code == 0
    assert spawn("check", "demo").code == 0
    first = spawn("run", "demo", "--json", **cache)
    assert first.code == 0, first.err
    json.loads(first.out)
    again = spawn("run", "demo", "--json", **cache)
    assert again.out == first.out
    assert [path.name for path in folder.iterdir()] == ["demo.yaml"]
    assert spawn("run", "demo", **cache).code == 0
    assert (folder / "demo-timeline.png").is_file()
