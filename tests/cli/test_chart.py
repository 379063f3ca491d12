"""Charts on the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tarjih.reports.charts.kinds import KINDS

Call = Callable[..., Any]


@pytest.mark.parametrize("kind", ["fan", "stacked", "drivers", "ledger", "network", "prior"])
def test_a_chart_is_written_where_it_says(call: Call, demo: Path, kind: str) -> None:
    done = call("chart", "demo", kind)
    assert (done.code, done.out) == (0, "")
    name = f"demo-{kind}.png"
    assert done.err == f"Chart: {name}\n"
    assert (demo.parent / name).read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("name", "signature"), [("c.svg", b"<?xml"), ("c.pdf", b"%PDF"), ("c.png", b"\x89PNG")]
)
def test_the_ending_chooses_the_format(call: Call, demo: Path, name: str, signature: bytes) -> None:
    done = call("chart", "demo", "network", "-o", name, "--theme", "print", "--lang", "ar", "-q")
    assert (done.code, done.err) == (0, "")
    assert (demo.parent / name).read_bytes().startswith(signature)


def test_the_same_command_gives_the_same_bytes(call: Call, demo: Path) -> None:
    asked = ("chart", "demo", "fan", "--seed", "4", "--scenario", "other", "-q", "-o")
    for name in ("a.svg", "b.svg"):
        done = call(*asked, name)
        assert (done.code, done.err) == (0, "")
    assert (demo.parent / "a.svg").read_bytes() == (demo.parent / "b.svg").read_bytes()


def test_what_if_does_not_take_the_place_of_the_plain_chart(call: Call, demo: Path) -> None:
    done = call("chart", "demo", "stacked", "--set", "repairs=finished")
    assert done.err == "Chart: demo-stacked-set.png\n"
    done = call("run", "demo", "--set", "repairs=finished")
    assert done.err == "Chart: demo-timeline-set.png\n"
    assert not (demo.parent / "demo-timeline.png").exists()
    done = call("chart", "demo", "stacked", "--set", "repairs=finished", "--lang", "ar")
    assert done.err.endswith("demo-stacked-set-ar.png\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["stackd"], "did you mean 'stacked'"),
        (["stacked", "--scenario", "other"], "the chart stacked has no use for it"),
        (["fan", "--scenario", "othr"], "--scenario: unknown scenario: got 'othr'"),
        (["fan", "--theme", "neon"], "unknown theme"),
        (["fan", "-o", "c.jpg"], "the suffix does not name a picture format"),
        (["fan", "-o", "none/c.png"], "there is no such folder"),
        (["prior", "--horizon", "3"], "the chart prior has no use for it"),
        (["tornado", "--units", "db"], "leave it out; it is for waterfall"),
        (["fan", "--within", "2"], "leave it out; it is for watch"),
        (["watch", "--at", "ever"], "leave it out; it is for tornado, compare"),
        (["waterfall", "--units", "bits"], "--units: unknown units: got 'bits'"),
        (["watch", "--within", "soon"], "--within: unreadable window: got 'soon'"),
        (["tornado", "--at", "now"], "--at: unknown time: got 'now'; allowed: horizon, ever"),
    ],
)
def test_wrong_requests_are_told_and_write_nothing(
    call: Call, demo: Path, words: list[str], message: str
) -> None:
    done = call("chart", "demo", *words)
    assert done.code == 2
    assert message in done.err
    assert list(demo.parent.iterdir()) == [demo]


@pytest.mark.parametrize(
    ("kind", "option", "other"),
    [("waterfall", "--units", "db"), ("watch", "--within", "2"), ("tornado", "--at", "ever")],
)
def test_an_option_of_one_kind_changes_its_chart(
    call: Call, demo: Path, kind: str, option: str, other: str
) -> None:
    for name, more in (("a.svg", ()), ("b.svg", (option, other))):
        done = call("chart", "demo", kind, "-q", "-o", name, *more)
        assert (done.code, done.err) == (0, "")
    assert (demo.parent / "a.svg").read_bytes() != (demo.parent / "b.svg").read_bytes()


def test_the_help_names_every_kind(call: Call) -> None:
    told = call("chart", "--help").out
    for kind in KINDS:
        assert kind in told
