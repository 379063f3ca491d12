"""Analysts side by side on the command line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tarjih.cli.app import main
from tarjih.models import compare_analysts
from tarjih.priors import obtain_draws
from tarjih.reports.words.numbers import RLM
from tarjih.scenarios import load, views

Call = Callable[..., Any]


@pytest.fixture
def document(call: Call, disputed: Path) -> dict[str, Any]:
    done = call("compare", "demo", "--by", "analyst", "--json")
    assert (done.code, done.err) == (0, "")
    loaded: dict[str, Any] = json.loads(done.out)
    return loaded


def test_it_tells_in_order(call: Call, disputed: Path) -> None:
    done = call("compare", "demo", "--by", "analyst")
    assert (done.code, done.err) == (0, "")
    marks = [
        "Analysts compared, as of 15 March 2026: ",
        "Now (15 March 2026)",
        "At the horizon (31 March 2027)",
        "Ever by the horizon (31 March 2027)",
        "In brackets: 90% interval",
        "They are furthest apart on “",
        "Their weights in the pool as stated: Amal 75%; Basil 25%. After the evidence: Amal ",
        "What would best tell them apart: look for “",
        "If it is found, their weights become Amal ",
        "Of checks until ",
        "Effects that they state differently:",
        "“Repair of the quays” on “Full service”: Amal: strongly raises; Basil: lowers.",
        "A pool of analysts who disagree (Amal 75%; Basil 25%",
    ]
    places = [done.out.index(mark) for mark in marks]
    assert places == sorted(places)
    heads = [line for line in done.out.splitlines() if re.search(r"Amal +Basil +Pool$", line)]
    assert len(heads) == 3
    assert list(disputed.parent.iterdir()) == [disputed]


def test_it_says_the_same_in_arabic(call: Call, disputed: Path) -> None:
    done = call("compare", "demo", "--lang", "ar")
    assert done.code == 0
    lines = [line for line in done.out.splitlines() if line]
    assert all(line.startswith(RLM) for line in lines)
    assert sum("أمل" in line and "باسل" in line and "المزيج" in line for line in lines) >= 9
    assert "أفضل ما يميّز بينهم: البحث عن" in done.out
    for id in ("amal", "basil_k", "full_service", "repairs"):
        assert not re.search(rf"\b{id}\b", done.out)
    english = call("compare", "demo").out
    assert re.findall(r"\d+%", done.out)[:9] == re.findall(r"\d+%", _row_by_row(english))[:9]


def _row_by_row(text: str) -> str:
    """The rows of the tables, without the texts between them."""
    return "\n".join(line for line in text.splitlines() if re.search(r"  +<?\d+% \(", line))


def test_quiet_leaves_the_tables_out(call: Call, disputed: Path) -> None:
    done = call("compare", "demo", "--quiet")
    assert done.out.startswith("They are furthest apart on ")
    assert "Basil  " not in done.out
    assert "A pool of analysts who disagree" in done.out


def test_the_document_is_the_comparison(document: dict[str, Any]) -> None:
    study = load("demo")
    found = compare_analysts(study, draws=[obtain_draws(one) for one in views(study)])
    assert document["schema"] == "tarjih.comparison/1"
    assert list(document["analysts"]) == ["amal", "basil_k"]
    for one in found.opinions:
        told = document["analysts"][one.analyst.id]
        assert told["share"] == one.share
        assert told["share_now"] == pytest.approx(one.share_now, abs=1e-6)
        for id, column in one.forecast.table().items():
            assert told["scenarios"][id]["now"] == pytest.approx(column["now"], abs=1e-6)
    shares = [one["share_now"] for one in document["analysts"].values()]
    assert sum(shares) == pytest.approx(1, abs=2e-6)
    assert document["pool"]["fit"]["digest"] == found.pool_draws.digest
    best = document["observations"][0]
    assert best["indicator"] == found.observations[0].indicator
    assert best["information"] == max(one["information"] for one in document["observations"])
    assert {one["window"] for one in document["observations"]} == {"step", "horizon"}
    assert {one["cause"] for one in document["disagreements"]} == {"repairs", "insurance"}
    assert document["retrospective"] is False


def test_a_view_in_the_comparison_is_that_of_a_run(
    call: Call, disputed: Path, document: dict[str, Any]
) -> None:
    for view in ("amal", "basil_k"):
        run = json.loads(call("run", "demo", "--view", view, "--json").out)
        assert run["scenarios"] == document["analysts"][view]["scenarios"]
    assert (
        json.loads(call("run", "demo", "--json").out)["scenarios"]
        == (document["pool"]["scenarios"])
    )


def test_options_reach_the_forecasts(call: Call, disputed: Path) -> None:
    words = ["--as-of", "2026-01-15", "--horizon", "1", "--set", "repairs=finished", "--seed", "4"]
    done = call("compare", "demo", "--json", *words)
    told = json.loads(done.out)
    assert (told["as_of"], told["horizon"], told["seed"]) == ("2026-01-15", "2026-02-28", 4)
    assert told["interventions"] == [{"driver": "repairs", "level": "finished", "start": None}]
    assert {one["window"] for one in told["observations"]} == {"horizon"}
    assert [one["share_now"] for one in told["analysts"].values()] == [0.75, 0.25]
    assert "Their weights in the pool" not in call("compare", "demo", *words).out


def test_it_fits_a_terminal(disputed: Path, shown: Callable[..., str]) -> None:
    text = shown(lambda: main(["compare", "demo"]))
    assert max(map(len, text.splitlines())) <= 100
    assert re.search(r"^Full service +\d", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--by", "analysts"], "--by: nothing to compare by: got 'analysts'; allowed: analyst; "
         "did you mean 'analyst'?"),
        (["--lang", "fr"], "--lang: unknown language: got 'fr'; allowed: en, ar"),
        (["--seed", "x"], "--seed: not a seed: got 'x'"),
    ],
)  # fmt: skip
def test_wrong_requests(call: Call, disputed: Path, words: list[str], message: str) -> None:
    done = call("compare", "demo", *words)
    assert done.code == 2
    assert done.message.startswith(message)


def test_a_study_without_analysts(call: Call, demo: Path) -> None:
    done = call("compare", "demo")
    assert done.code == 2
    assert done.message.startswith("demo: the study has no analysts to compare: name two or more")
    assert "(`by:`)" in done.message
    assert call("chart", "demo", "compare").message == done.message


def test_its_chart_is_of_a_time_that_is_asked(call: Call, disputed: Path) -> None:
    for name, more in (("a.svg", ()), ("b.svg", ("--at", "horizon")), ("c.svg", ("--at", "now"))):
        done = call("chart", "demo", "compare", "-q", "-o", name, *more)
        assert (done.code, done.err) == (0, "")
    first, same, other = (
        (disputed.parent / name).read_bytes() for name in ("a.svg", "b.svg", "c.svg")
    )
    assert first == same != other
