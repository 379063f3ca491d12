"""Eight processes write to one ledger at once, which none of them finds ready."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tarjih.evidence.stores.store import Store

PROCESSES = 8
ENTRIES = 30

_CHILD = """
import os, sys, time
from pathlib import Path
from tarjih.evidence.stores import sqlite_file
from tarjih.evidence.stores.store import Store
where, go, name = sys.argv[1], Path(sys.argv[2]), sys.argv[3]
sqlite_file._LONG_LOG = 100_000
print("ready", flush=True)
while not go.exists():
    time.sleep(0.001)
with Store.open(where) as store:
    for n in range(ENTRIES // 3):
        one = store.append("demo", "observe", {"by": name, "text": "x" * 300}, name)
        with store.writing() as writing:
            seen = writing.rows(after=one.seq)
            assert writing.next_seq == one.seq + len(seen) + 1
            two = [writing.append("demo", "observe", {"by": name}, name) for _ in range(2)]
        print([one.seq, *(row.seq for row in two)], flush=True)
        if n % 5 == 0:
            store.rows("demo", after=one.seq - 5)
    assert store.verify().sound
"""


def test_nothing_is_lost_and_nobody_is_locked_out(place: str, tmp_path: Path) -> None:
    go = tmp_path / "go"
    code = _CHILD.replace("ENTRIES", str(ENTRIES))
    children = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", code, place, str(go), f"writer_{n}"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for n in range(PROCESSES)
    ]
    for child in children:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
    go.touch()
    said = [child.communicate(timeout=300) for child in children]
    assert [errors for _, errors in said] == [""] * PROCESSES
    assert [child.returncode for child in children] == [0] * PROCESSES
    acknowledged = [
        [seq for line in out.splitlines() for seq in json.loads(line)] for out, _ in said
    ]
    with Store.open(place, create=False) as store:
        rows = store.rows()
        found = store.verify()
    assert found.sound, [str(fault) for fault in found.faults]
    assert [row.seq for row in rows] == list(range(1, PROCESSES * ENTRIES + 1))
    for n, own in enumerate(acknowledged):
        assert [row.seq for row in rows if row.author == f"writer_{n}"] == own
        # What comes in one piece stands in one piece.
        assert all(third == second + 1 for second, third in zip(own[1::3], own[2::3], strict=True))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="only where processes fork")
def test_a_forked_process_leaves_its_parents_connection_alone(place: str) -> None:
    """In a child of its own: a fork of the test runner would carry its threads' state."""
    code = """
import os, sys
from tarjih.evidence.stores.store import Store
with Store.open(sys.argv[1]) as store:
    store.append("demo", "observe", {}, "parent")
    child = os.fork()
    for _ in range(50):
        store.append("demo", "observe", {}, "parent" if child else "child")
    if child == 0:
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    authors = [row.author for row in store.rows()]
    print(authors.count("parent"), authors.count("child"), store.verify().sound)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, place], capture_output=True, text=True, check=False
    )
    assert done.stdout == "51 50 True\n", done.stderr
