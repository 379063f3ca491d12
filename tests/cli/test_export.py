"""A study as a network, on the command line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tarjih.cli.app import main
from tarjih.models import unrolled_network
from tarjih.models.networks.bif import bif_text
from tarjih.models.networks.xdsl import xdsl_text
from tarjih.priors import obtain_draws
from tarjih.reports.words.numbers import RLM
from tarjih.scenarios import load

Call = Callable[..., Any]


def test_it_writes_what_python_does(call: Call, demo: Path) -> None:
    done = call("export", "demo", "--format", "bif")
    assert (done.code, done.err) == (0, "")
    study = load("demo")
    network = unrolled_network(study, draws=obtain_draws(study))
    assert Path("demo.bif").read_text("utf-8") == bif_text(network)
    assert call("export", "demo", "-o", "mine.xdsl", "--lang", "ar").code == 0
    assert Path("mine.xdsl").read_text("utf-8") == xdsl_text(network, lang="ar")


def test_it_tells_in_order(call: Call, demo: Path) -> None:
    done = call("export", "demo", "--format", "xdsl", "--drivers", "repairs")
    marks = [
        "demo.xdsl holds “",
        " as a Bayesian network: ",
        "Given its evidence (",
        "The network's probabilities, and in brackets the forecast's, now (15 March 2026)",
        "Full service: ",
        "The two differ because the network has one value of each parameter, the mean over 400",
        "Fixed at all steps where they most probably stand now: ",
        "To open it: GeNIe",
        "The format has no place for evidence",
    ]
    places = [done.out.index(mark) for mark in marks]
    assert places == sorted(places)
    assert sorted(path.name for path in demo.parent.iterdir()) == ["demo.xdsl", "demo.yaml"]
    shown = re.findall(r"^.+: (\d+|<1|>99)% \(.+\), then (\S+)% \(", done.out, re.MULTILINE)
    assert sum(int(value) for value, _ in shown if value.isdigit()) in range(98, 101)


def test_it_says_the_same_in_arabic(call: Call, demo: Path) -> None:
    done = call("export", "demo", "--format", "netcdf", "--drivers", "repairs", "--lang", "ar")
    assert (done.code, done.err) == (0, "")
    lines = [line for line in done.out.splitlines() if line]
    assert all(line.startswith(RLM) for line in lines)
    assert "شبكةً بايزية" in done.out
    english = call("export", "demo", "--format", "netcdf", "--drivers", "repairs").out
    assert re.findall(r"[<>]?\d+%", done.out) == re.findall(r"[<>]?\d+%", english)


def test_quiet_says_what_was_written(call: Call, demo: Path) -> None:
    done = call("export", "demo", "--format", "bif", "--quiet")
    assert done.out.startswith("demo.bif holds “")
    assert "To open it" not in done.out
    assert Path("demo.bif").exists()


@pytest.fixture
def document(call: Call, demo: Path) -> dict[str, Any]:
    words = ["--as-of", "2026-03-01", "--horizon", "2", "--drivers", "repairs", "--seed", "4"]
    done = call("export", "demo", "-o", "x.nc", "--json", "--set", "repairs=finished", *words)
    assert (done.code, done.err) == (0, "")
    loaded: dict[str, Any] = json.loads(done.out)
    return loaded


def test_the_document_names_what_to_set(document: dict[str, Any]) -> None:
    import xarray

    assert document["schema"] == "tarjih.export/1"
    assert (document["format"], document["file"]) == ("netcdf", "x.nc")
    assert (document["as_of"], document["horizon"]) == ("2026-03-01", "2026-05-31")
    assert (document["seed"], document["drivers"]) == (4, ["repairs"])
    assert document["interventions"] == [{"driver": "repairs", "level": "finished", "start": None}]
    assert set(document["fixed"]) == {id for id in load("demo").driver_ids if id != "repairs"}
    with xarray.open_dataset("x.nc") as data:
        assert data.report_node.values.tolist() == list(document["evidence"])
        assert [row["item"] for row in document["reports"]] == data.report_item.values.tolist()
        last = data.probability.values[-1]
        assert (data.held.sel(driver="repairs").values[-2:] >= 0).all()
    for value, told in zip(last, document["scenarios"].values(), strict=True):
        assert told["at_horizon"]["network"] == pytest.approx(value, abs=1e-6)
    for column in ("now", "at_horizon"):
        for side in ("network", "forecast"):
            rows = [told[column][side] for told in document["scenarios"].values()]
            assert sum(rows) == pytest.approx(1, abs=5e-6)


def test_the_forecast_beside_it_is_that_of_a_run(call: Call, demo: Path) -> None:
    told = json.loads(call("export", "demo", "--format", "bif", "--json").out)
    run = json.loads(call("run", "demo", "--json").out)
    for id, row in run["scenarios"].items():
        assert told["scenarios"][id]["now"]["forecast"] == row["now"]["mean"]
        assert told["scenarios"][id]["at_horizon"]["forecast"] == row["at_horizon"]["mean"]


def test_a_view_has_a_file_of_its_own(call: Call, disputed: Path) -> None:
    done = call("export", "demo", "--view", "amal", "--format", "bif")
    assert (done.code, done.err) == (0, "")
    assert Path("demo-amal.bif").exists()
    assert "The view of “Amal” alone" in done.out


def test_it_fits_a_terminal(demo: Path, shown: Callable[..., str]) -> None:
    text = shown(lambda: main(["export", "demo", "--format", "bif"]))
    assert max(map(len, text.splitlines())) <= 100


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "--format: which format to write is not said: allowed: bif, xdsl, netcdf; name it"),
        (["-o", "x.txt"], "--format: which format to write is not said: allowed: bif, xdsl"),
        (["--format", "xsdl"], "--format: unknown format: got 'xsdl'; allowed: bif, xdsl, netcdf; "
         "did you mean 'xdsl'?"),
        (["-o", "no/x.bif"], "--out: there is no such folder: got 'no'; make it first"),
        (["--format", "bif", "--out", "."], "--out: this is a folder: got '.'"),
        (["--format", "bif", "--drivers", "repair"], "--drivers: unknown driver: got 'repair'"),
        (["--format", "bif", "--drivers", "repairs", "--set", "insurance=costly"],
         "--set: a driver that is not kept cannot be held: got 'insurance'; allowed: repairs"),
        (["--format", "bif", "--lang", "fr"], "--lang: unknown language: got 'fr'"),
        (["--format", "bif", "--engine", "x"], "--engine: unknown engine: got 'x'"),
    ],
)  # fmt: skip
def test_wrong_requests(call: Call, demo: Path, words: list[str], message: str) -> None:
    done = call("export", "demo", *words)
    assert done.code == 2
    assert done.message.startswith(message)
    assert list(demo.parent.iterdir()) == [demo]


def test_the_shipped_study_is_refused_whole(call: Call) -> None:
    done = call("export", "syria-russia", "--format", "bif")
    assert done.code == 2
    assert "212,576,400 entries (K²·∏L) for each step" in done.message
    assert "allowed: up to 50,000; keep some drivers" in done.message
