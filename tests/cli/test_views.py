"""One analyst's view, and the pool of all."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tarjih.reports.words.numbers import RLM

Call = Callable[..., Any]


def _now(document: dict[str, Any]) -> dict[str, float]:
    return {id: one["now"]["mean"] for id, one in document["scenarios"].items()}


def test_the_pool_lies_between_the_views(call: Call, disputed: Path) -> None:
    told = [
        json.loads(call("run", "demo", "--json", "--as-of", "2026-01-15", *view).out)
        for view in ((), ("--view", "amal"), ("--view", "basil-k"))
    ]
    assert [one["view"] for one in told] == [None, "amal", "basil_k"]
    pool, amal, basil = map(_now, told)
    for id, value in pool.items():
        assert value == pytest.approx(0.75 * amal[id] + 0.25 * basil[id], abs=0.02)
    assert amal["full_service"] - basil["full_service"] > 0.1


def test_text_and_chart_say_whose_view_it_is(call: Call, disputed: Path) -> None:
    done = call("run", "demo", "--view", "amal")
    assert (done.code, done.err) == (0, "Chart: demo-amal-timeline.png\n")
    assert "The view of “Amal” alone; without --view, the pool" in done.out
    assert (disputed.parent / "demo-amal-timeline.png").exists()
    pool = call("run", "demo", "-q").out
    assert "A pool of analysts who disagree (Amal 75%; Basil 25%, before any evidence)" in pool
    svg = call("run", "demo", "--view", "amal", "--json", "-o", "view.svg")
    assert svg.code == 0


def test_views_in_arabic(call: Call, disputed: Path) -> None:
    for words in (("--view", "amal"), ()):
        done = call("run", "demo", "-q", "--lang", "ar", *words)
        assert done.code == 0
        assert all(line.startswith(RLM) for line in done.out.splitlines())
    assert "مزيج من آراء محلّلين" in done.out


def test_a_held_driver_tells_who_differs(call: Call, disputed: Path) -> None:
    done = call("run", "demo", "--set", "insurance=normal")
    assert "“Insurance of ships that call” on “Full service”: Amal: no effect; Basil: raises" in (
        done.out
    )


def test_views_that_are_not_there(call: Call, disputed: Path, template: str) -> None:
    done = call("run", "demo", "--view", "bassil_k")
    assert done.code == 2
    assert done.message == (
        "--view: unknown analyst: got 'bassil_k'; allowed: amal, basil_k; did you mean 'basil_k'?"
    )
    disputed.write_text(template, encoding="utf-8")
    done = call("run", "demo", "--view", "amal")
    assert done.code == 2
    assert done.message.startswith("--view: demo has no analysts: got 'amal'")


def test_the_card_tells_opinions_from_what_is_common(call: Call, disputed: Path) -> None:
    text = call("show", "demo").out
    assert text.count("The opinion of Amal alone.") == 1
    assert text.count("“Repair of the quays” on “Full service”: Amal: strongly raises; Basil") == 1
    assert "A pool of analysts who disagree" in text
    arabic = call("show", "demo", "--lang", "ar").out
    assert "رأي أمل وحده." in arabic
