"""The commands of docs/ledger.md, run as they stand there."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[3] / "docs/ledger.md"


def test_the_example_runs_and_belief_goes_where_it_should(call, demo, monkeypatch) -> None:
    if not PAGE.is_file():
        pytest.skip("this copy of the project has no docs")
    (block,) = (
        text
        for text in re.findall(r"```sh\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
        if "tarjih evidence retract" in text
    )
    beliefs: list[float] = []
    for line in block.splitlines():
        words = shlex.split(line)
        if words[0] == "export":
            for setting in words[1:]:
                monkeypatch.setenv(*setting.split("=", 1))
            continue
        if words[:2] == ["tarjih", "new"]:
            # The fixture wrote it, with draws that need no fit.
            assert demo.name == f"{words[2]}.yaml"
            continue
        done = call(*words[1:])
        assert done.code == 0, done.err
        if words[1] == "update" or words[2] in ("amend", "retract"):
            run = json.loads(call("run", "demo.yaml", "--as-of", "2026-04-30", "--json").out)
            beliefs.append(run["scenarios"]["full_service"]["now"]["mean"])
    monkeypatch.setenv("TARJIH_LEDGER", "")
    bare = json.loads(call("run", "demo.yaml", "--as-of", "2026-04-30", "--json").out)
    nothing = bare["scenarios"]["full_service"]["now"]["mean"]
    first, copied, withdrawn, relayed, gone = beliefs
    assert nothing < withdrawn < first < copied
    assert copied - first < 0.2 * (first - nothing)
    # That the paper relays the office makes it the office's report, until that is gone too.
    assert relayed > nothing
    assert gone == nothing
