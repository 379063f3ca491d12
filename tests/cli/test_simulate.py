"""The command simulate."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import xarray

from tarjih.cli.app import main

Call = Callable[..., Any]


def test_it_tells_courses(call: Call, demo: Path) -> None:
    done = call("simulate", "demo", "--paths", "2000")
    assert done.code == 0
    assert done.err == ""
    assert done.out.startswith("The most frequent course is ")
    assert "2,000 simulated histories" in done.out
    assert "Drivers, now → at the horizon:" in done.out
    assert [path.name for path in demo.parent.iterdir()] == ["demo.yaml"]


def test_it_fits_a_terminal(demo: Path, shown: Callable[..., str]) -> None:
    text = shown(lambda: main(["simulate", "demo", "--paths", "500"]))
    assert max(map(len, text.splitlines())) <= 100


def test_quiet_is_the_answer_alone(call: Call, demo: Path) -> None:
    done = call("simulate", "demo", "--paths", "500", "--quiet", "--out", "all.nc")
    assert len(done.out.splitlines()) == 1
    assert done.err == ""
    assert (demo.parent / "all.nc").exists()


def test_same_seed_same_bytes(call: Call, demo: Path) -> None:
    one, same, other = (
        call("simulate", "demo", "--paths", "500", "--json", "--seed", seed).out
        for seed in ("3", "3", "4")
    )
    assert one == same != other


def test_the_document_and_the_file_agree(call: Call, demo: Path) -> None:
    words = ["--paths", "1000", "--as-of", "2026-02-01", "--horizon", "4", "--out", "all.nc"]
    told = json.loads(call("simulate", "demo", "--json", *words).out)
    assert told["schema"] == "tarjih.simulate/1"
    with xarray.open_dataset(demo.parent / "all.nc") as data:
        assert data.sizes["trajectory"] == told["paths"] == 1000
        assert len(told["timeline"]) == data.sizes["date"] == 5
        codes = data["scenario"].attrs["flag_meanings"].split()
        for row, h in zip(told["timeline"], range(5), strict=True):
            for code, id in enumerate(codes):
                share = float((data["scenario"][:, h] == code).mean())
                assert row["scenarios"][id] == pytest.approx(share, abs=1e-6)


def test_a_held_driver(call: Call, demo: Path) -> None:
    words = ["--paths", "300", "--set", "repairs=finished", "--json"]
    told = json.loads(call("simulate", "demo", *words).out)
    assert told["drivers"]["repairs"]["at_horizon"]["finished"] == 1
    assert "Assumed, not observed" in call("simulate", "demo", *words[:-1]).out


def test_the_file_is_named(call: Call, demo: Path) -> None:
    done = call("simulate", "demo", "--paths", "300", "-o", "all.parquet")
    assert done.err == "Trajectories: all.parquet\n"


def test_arabic(call: Call, demo: Path) -> None:
    done = call("simulate", "demo", "--paths", "300", "--lang", "ar")
    assert done.code == 0
    assert "\N{RIGHT-TO-LEFT MARK}أكثر المسارات تكرارًا" in done.out
    assert all(not line or line[0] == "\N{RIGHT-TO-LEFT MARK}" for line in done.out.splitlines())


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--paths", "many"], 2, "--paths: not a number of histories: got 'many'; allowed: a "
         "whole number from 1 to 1,000,000,000"),
        (["--paths", "0"], 2, "--paths: not a number of histories: got '0'"),
        (["--out", "all.csv"], 2, "--out: the ending names no format of trajectories"),
        (["--out", "no/all.nc"], 2, "--out: there is no such folder: got 'no'"),
        (["--engine", "warp"], 2, "--engine: unknown engine: got 'warp'"),
        (["--horizon", "0"], 2, "--horizon: out of range"),
    ],
)  # fmt: skip
def test_wrong_requests(call: Call, demo: Path, words: list[str], code: int, message: str) -> None:
    done = call("simulate", "demo", *words)
    assert done.code == code
    assert done.message.startswith(message)
    assert [path.name for path in demo.parent.iterdir()] == ["demo.yaml"]
