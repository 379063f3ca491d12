"""What if, on the command line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tarjih.cli.app import main
from tarjih.models import Intervention, whatif
from tarjih.priors import obtain_draws
from tarjih.reports.words.numbers import RLM
from tarjih.scenarios import load

Call = Callable[..., Any]
HELD = ("--set", "repairs=finished", "--set", "insurance=normal@2026-06")


def test_it_tells_in_order(call: Call, demo: Path) -> None:
    done = call("whatif", "demo", *HELD)
    assert (done.code, done.err) == (0, "")
    marks = [
        "If Repair of the quays = finished and Insurance of ships that call = at the normal price "
        "(from 1 June 2026), ",
        " at the horizon ",
        "At the horizon (31 March 2027)",
        "As things stand",
        "Difference, in points",
        "Ever by the horizon (31 March 2027)",
        "Now (15 March 2026), the same either way: ",
        "In brackets: 90% interval",
        "Why: Repair of the quays at “finished” rather than “begun”",
        "Together (“Quays finished while ships can be insured”)",
        "Drivers are assumed exogenous",
    ]
    places = [done.out.index(mark) for mark in marks]
    assert places == sorted(places)
    assert list(demo.parent.iterdir()) == [demo]


def test_the_document_is_what_python_finds(call: Call, demo: Path) -> None:
    told = json.loads(call("whatif", "demo", *HELD, "--seed", "5", "--json").out)
    study = load("demo")
    held = [
        Intervention("repairs", 2),
        Intervention("insurance", 2, study.origin.replace(month=6, day=1)),
    ]
    draws = obtain_draws(study)
    found = whatif(study, held, draws=draws, seed=5)
    assert told["schema"] == "tarjih.whatif/1"
    assert told["leader"] == {"baseline": found.baseline.leader, "held": found.held.leader}
    assert told["interventions"] == [
        {"driver": "repairs", "level": "finished", "start": None},
        {"driver": "insurance", "level": "normal", "start": "2026-06-01"},
    ]
    assert told["fit"]["digest"] == draws.digest
    for id, columns in found.table().items():
        for column, entries in columns.items():
            for name, entry in entries.items():
                assert told["scenarios"][id][column][name] == pytest.approx(entry, abs=1e-6)


def test_both_sides_are_those_of_run(call: Call, demo: Path) -> None:
    words = ["--as-of", "2026-02-10", "--horizon", "6"]
    told = json.loads(call("whatif", "demo", *HELD, *words, "--json").out)["scenarios"]
    for name, settings in (("baseline", ()), ("held", HELD)):
        run = json.loads(call("run", "demo", *settings, *words, "--json").out)["scenarios"]
        assert {id: {c: e[name] for c, e in one.items()} for id, one in told.items()} == run
    assert any(abs(one["at_horizon"]["difference"]["mean"]) > 0.005 for one in told.values())


def test_it_says_the_same_in_arabic(call: Call, demo: Path) -> None:
    done = call("whatif", "demo", *HELD, "--lang", "ar")
    lines = [line for line in done.out.splitlines() if line]
    assert all(line.startswith(RLM) for line in lines)
    assert lines[0].lstrip(RLM).startswith("عند تثبيت ")
    assert "المحرّكات خارجية" in done.out
    numbers = re.findall(r"\d+%", call("whatif", "demo", *HELD).out.split("\n\n")[0])
    assert re.findall(r"\d+%", "".join(lines[:2])) == numbers


def test_quiet_is_the_answer_and_its_caveats(call: Call, demo: Path) -> None:
    lines = call("whatif", "demo", *HELD, "--quiet").out.splitlines()
    assert lines[0] == call("whatif", "demo", *HELD).out.splitlines()[0]
    assert len(lines) == 3
    assert lines[2].startswith("Drivers are assumed exogenous")


def test_same_seed_same_bytes(call: Call, demo: Path) -> None:
    words = ["whatif", "demo", *HELD, "--engine", "particle", "--json", "--seed"]
    one, same, other = (call(*words, seed).out for seed in ("3", "3", "4"))
    assert one == same != other


def test_a_view_alone(call: Call, disputed: Path) -> None:
    told = json.loads(call("whatif", "demo", *HELD, "--view", "amal", "--json").out)
    assert told["view"] == "amal"


def test_it_fits_a_terminal(demo: Path, shown: Callable[..., str]) -> None:
    text = shown(lambda: main(["whatif", "demo", *HELD]))
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "--set: say what is to be held: allowed: DRIVER=LEVEL or DRIVER=LEVEL@DATE, one or "
         "more; for example --set repairs=finished"),
        (["--set", "repairs=done"], "--set: no such level of repairs: got 'done'"),
        ([*HELD, "--lang", "fr"], "--lang: unknown language: got 'fr'"),
        ([*HELD, "--engine", "x"], "--engine: unknown engine: got 'x'"),
    ],
)  # fmt: skip
def test_wrong_requests(call: Call, demo: Path, words: list[str], message: str) -> None:
    done = call("whatif", "demo", *words)
    assert done.code == 2
    assert done.message.startswith(message)
