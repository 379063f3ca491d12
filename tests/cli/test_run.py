"""The main job: the text, the chart, the document."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tarjih
from tarjih.cli.app import main
from tarjih.cli.output import write_text
from tarjih.reports.words.numbers import RLM

Call = Callable[..., Any]
BOXES = re.compile("[\u2500-\u257f\x1b]")


@pytest.fixture
def document(call: Call, demo: Path) -> dict[str, Any]:
    done = call("run", "demo", "--json")
    assert (done.code, done.err) == (0, "")
    loaded: dict[str, Any] = json.loads(done.out)
    return loaded


def test_run_tells_in_order(call: Call, demo: Path) -> None:
    done = call("run", "demo")
    assert done.code == 0
    lines = done.out.splitlines()
    # made-up draws tell the scenarios hardly apart
    assert lines[0].startswith("No scenario leads by itself on 31 March 2027; as probable as")
    assert re.search(
        r"“Full service” \d+% \(\S+%\).* \(in brackets: 90% interval, .*\)\.$", lines[0]
    )
    assert lines[2].split("  ")[0] == "Scenario"
    marks = ["Full service  ", "Now is 15 March 2026; the horizon is 31 March 2027."]
    marks += ["Since 15 January 2026, ", "Not observed since the origin"]
    places = [done.out.index(mark) for mark in marks]
    assert places == sorted(places)
    assert not BOXES.search(done.out)
    assert {path.name for path in demo.parent.iterdir()} == {"demo.yaml", "demo-timeline.png"}
    assert done.err == "Chart: demo-timeline.png\n"
    assert (demo.parent / "demo-timeline.png").read_bytes().startswith(b"\x89PNG")


def test_run_names_the_drivers_nobody_saw(call: Call, demo: Path) -> None:
    told = call("run", "demo").out.splitlines()
    (line,) = [line for line in told if line.startswith("Not observed")]
    assert "Dispute with the dockers" in line
    assert "Repair of the quays" not in line


def test_run_in_arabic_is_in_arabic(call: Call, demo: Path) -> None:
    done = call("run", "demo", "--lang", "ar")
    assert done.code == 0
    told = [line for line in done.out.splitlines() if line]
    assert all(line.startswith(RLM) for line in told)
    for id in ("full_service", "limited_service", "other"):
        assert not re.search(rf"\b{id}\b", done.out)
    assert done.err == "الرسم البياني: demo-timeline-ar.png\n"
    assert not (demo.parent / "demo-timeline.png").exists()


def test_quiet_tells_the_judgement_and_draws_nothing(call: Call, demo: Path) -> None:
    done = call("run", "demo", "--quiet")
    assert (done.code, done.err) == (0, "")
    assert len(done.out.splitlines()) == 1
    assert done.out.splitlines()[0] == call("run", "demo").out.splitlines()[0]


def test_json_writes_nothing_but_the_document(call: Call, demo: Path) -> None:
    assert call("run", "demo", "--json").code == 0
    assert list(demo.parent.iterdir()) == [demo]


@pytest.mark.parametrize(
    ("ending", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")]
)
def test_out_chooses_where_and_how(call: Call, demo: Path, ending: str, start: bytes) -> None:
    done = call("run", "demo", "--json", "-o", f"belief.{ending}")
    assert (done.code, done.err) == (0, f"Chart: belief.{ending}\n")
    json.loads(done.out)
    assert (demo.parent / f"belief.{ending}").read_bytes().startswith(start)
    assert not (demo.parent / "demo-timeline.png").exists()


def test_the_document_has_what_was_promised(document: dict[str, Any]) -> None:
    assert document["schema"] == "tarjih.forecast/1"
    assert {"study", "as_of", "seed", "engine", "scenarios", "timeline", "diagnostics"} <= set(
        document
    )
    assert document["retrospective"] is False
    assert list(document["scenarios"]) == ["full_service", "limited_service", "other"]
    for columns in document["scenarios"].values():
        assert list(columns) == ["now", "at_horizon", "ever_by_horizon"]
        for cell in columns.values():
            assert list(cell) == ["mean", "q05", "q95"]
            assert 0 <= cell["q05"] <= cell["mean"] <= cell["q95"] <= 1
    for column in ("now", "at_horizon"):
        total = sum(one[column]["mean"] for one in document["scenarios"].values())
        assert total == pytest.approx(1, abs=2e-6)
    dates = [row["date"] for row in document["timeline"]]
    assert dates == sorted(set(dates))
    assert (dates[0], dates[-1]) == (document["origin"], document["horizon"])
    for row in document["timeline"]:
        assert row["kind"] == ("past" if row["date"] <= document["as_of"] else "forecast")
        for cell in row["scenarios"].values():
            assert list(cell) == ["mean", "q05", "q25", "q75", "q95"]


def test_numbers_have_six_decimals(call: Call, demo: Path) -> None:
    assert max(map(len, re.findall(r"\.(\d+)", call("run", "demo", "--json").out))) <= 6


def test_the_document_is_the_forecast(call: Call, demo: Path) -> None:
    done = call("run", "demo", "--json", "--as-of", "2026-02", "--horizon", "6m", "--seed", "7")
    document = json.loads(done.out)
    found = tarjih.forecast(tarjih.load("demo"), as_of="2026-02-28", horizon=6, seed=7)
    means = [one["at_horizon"]["mean"] for one in document["scenarios"].values()]
    np.testing.assert_allclose(means, found.at_horizon, atol=5e-7)
    assert (document["as_of"], document["horizon"]) == ("2026-02-28", "2026-08-31")
    assert document["seed"] == 7


def test_same_seed_same_bytes_in_two_processes(spawn: Call, demo: Path) -> None:
    words = ["run", "demo", "--json", "--seed", "3"]
    first, second = spawn(*words), spawn(*words)
    assert (first.code, first.err) == (0, "")
    assert first.out == second.out


def test_another_seed_moves_everything_a_little(call: Call, demo: Path) -> None:
    documents = [
        json.loads(call("run", "demo", "--json", "--engine", "particle", "--seed", seed).out)
        for seed in "01"
    ]
    moved = [
        abs(a["at_horizon"]["mean"] - b["at_horizon"]["mean"])
        for a, b in zip(*(one["scenarios"].values() for one in documents), strict=True)
    ]
    assert all(0 < move < 0.02 for move in moved)


def test_a_held_driver_is_explained(call: Call, demo: Path) -> None:
    done = call("run", "demo", "--set", "repairs=finished", "--set", "staff-dispute=strike@2026-06")
    assert done.code == 0
    assert "Why: Repair of the quays at “finished” rather than “begun”, where it stood" in done.out
    assert "Dispute with the dockers at “strike” rather than “calm”" in done.out
    assert "Repair of the quays also sets how fast Insurance of ships that call moves" in done.out
    assert "which also needs Insurance of ships that call = at a high price" in done.out
    assert "Assumed, not observed: Repair of the quays = finished;" in done.out


def test_a_conjunction_that_is_complete_is_told(call: Call, demo: Path) -> None:
    done = call("run", "demo", "--set", "repairs=finished", "--set", "insurance=normal")
    assert "Together (“Quays finished while ships can be insured”): raises" in done.out


def test_held_drivers_stand_in_the_document(call: Call, demo: Path) -> None:
    done = call("run", "demo", "--json", "--set", "repairs=finished@2026-05-01")
    held = {"driver": "repairs", "level": "finished", "start": "2026-05-01"}
    assert json.loads(done.out)["interventions"] == [held]


def test_a_terminal_gets_a_table(shown: Callable[..., str], demo: Path) -> None:
    text = shown(lambda: main(["run", "demo"]))
    assert "─" in text
    assert "Full service" in text
    assert max(len(re.sub("\x1b[^m]*m", "", line)) for line in text.splitlines()) <= 100


def test_an_arabic_terminal_gets_no_columns(shown: Callable[..., str], demo: Path) -> None:
    text = shown(lambda: main(["run", "demo", "--lang", "ar"]))
    assert "لا ينفرد سيناريو بالصدارة" in text
    assert not BOXES.search(text)


def test_long_lines_break_between_words_on_a_terminal(shown: Callable[..., str]) -> None:
    text = shown(lambda: write_text(["word " * 60, "    indented " * 20]))
    lines = text.splitlines()
    assert max(map(len, lines)) <= 100
    assert all(line.startswith("    ") for line in lines if "indented" in line)


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (["--set", "repair=finished"], ["--set: unknown driver: got 'repair'", "allowed: repairs,",
                                        "did you mean 'repairs'?"]),
        (["--set", "repairs=finnished"], ["--set: no such level of repairs: got 'finnished'",
                                          "begun, half_done, finished",
                                          "did you mean 'finished'?"]),
        (["--set", "repairs"], ["--set: unreadable setting: got 'repairs'", "repairs=finished"]),
        (["--set", "repairs=finished@soon"], ["--set: unreadable date: got 'soon'", "YYYY-MM"]),
        (["--set", "repairs=finished@2025"], ["--set", "after the as-of step", "2026-04-01"]),
        (["--set", "repairs=begun", "--set", "repairs=finished"], ["repairs is set twice"]),
        (["--as-of", "2025-12-31"], ["--as-of: before the origin of the study: got '2025-12-31'",
                                     "2026-01-15"]),
        (["--as-of", "soon"], ["--as-of: unreadable date: got 'soon'", "YYYY-MM-DD"]),
        (["--as-of", "1899-01-01"], ["--as-of: the date lies before 1900"]),
        (["--as-of", "9999"], ["--as-of: too far after the origin: got '9999-12-31'"]),
        (["--horizon", "0"], ["--horizon: out of range: got '0'"]),
        (["--horizon", "1201"], ["--horizon", "got '1201'", "up to 1200"]),
        (["--horizon", "year"], ["--horizon: unreadable horizon: got 'year'", "6m"]),
        (["--horizon", "2026-01"], ["--horizon: the horizon must lie after as-of"]),
        (["--seed", "-1"], ["--seed: not a seed: got '-1'"]),
        (["--seed", "1.5"], ["--seed: not a seed: got '1.5'"]),
        (["--engine", "exactly"], ["unknown engine: got 'exactly'", "auto, exact, particle, pymc"]),
        (["--lang", "arr"], ["--lang: unknown language: got 'arr'", "en, ar", "did you mean 'ar'"]),
        (["--out", "belief.jpg"], ["belief.jpg", ".png, .svg, .pdf"]),
        (["--out", "nowhere/belief.png"], ["--out: there is no such folder: got 'nowhere'"]),
    ],
)  # fmt: skip
def test_a_wrong_request_is_one_message(
    call: Call, demo: Path, words: list[str], parts: list[str]
) -> None:
    done = call("run", "demo", *words)
    assert done.code == 2
    assert all(part in done.message for part in parts), done.message
    assert list(demo.parent.iterdir()) == [demo]


def test_a_day_to_come_is_told(call: Call, demo: Path) -> None:
    ahead = dt.datetime.now().astimezone().date() + dt.timedelta(days=40)
    for command in (("run", "demo", "--json"), ("chart", "demo", "stacked", "-o", "c.png"),
                    ("explain", "demo"), ("report", "demo", "--json")):  # fmt: skip
        done = call(*command, "--as-of", ahead.isoformat())
        assert done.code == 0
        assert done.err.count("lies after today") == 1
    told = call("run", "demo", "--json", "--lang", "ar", "--as-of", ahead.isoformat())
    assert "يأتي بعد اليوم" in told.err
    assert call("run", "demo", "-q", "--as-of", ahead.isoformat()).err == ""
    assert call("run", "demo", "--json", "--as-of", "2026-03-01").err == ""


def test_all_wrong_settings_are_told_at_once(call: Call, demo: Path) -> None:
    done = call("run", "demo", "--set", "x=y", "--set", "repairs=z")
    assert done.code == 2
    assert len(done.err.splitlines()) == 2


def test_a_picture_that_cannot_be_written(call: Call, demo: Path) -> None:
    (demo.parent / "demo-timeline.png").mkdir()
    done = call("run", "demo")
    assert done.code == 2
    assert "demo-timeline.png" in done.err.splitlines()[-1]
