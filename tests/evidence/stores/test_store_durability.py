"""What was acknowledged is there after any kill, and whatever is there is whole."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

import tarjih
from tarjih.evidence.ledgers.chain import Row
from tarjih.evidence.stores.sqlite_file import SQLiteFile
from tarjih.evidence.stores.store import Store

# A child writes a line only after what the line names was acknowledged. The parent imports what
# is needed once; what it forks opens the ledger by itself.
_OF_ITEMS = """
import datetime as dt, os, sys
import tarjih
from tarjih.evidence.stores import sqlite_file, store
where, runs, entries = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
# So small that the log is moved into the file many times in a run.
sqlite_file._LONG_LOG = 100_000
study = tarjih.load("syria_russia")

def record(run):
    with tarjih.Ledger.open(where) as ledger:
        for n in range(entries):
            day = (study.origin + dt.timedelta(days=1 + n % 100)).isoformat()
            item = {
                "happened": day, "known": day, "kind": "act", "credibility": 2,
                "seen": study.indicators[0].id, "sources": [study.sources[0].id],
                "note": f"run {run}, number {n}, س" + "x" * 300,
            }
            row = ledger.observe(study, item, again=True, author=f"run_{run}")
            os.write(1, b"[%d]\\n" % row.seq)

for run in range(1, runs + 1):
    child = os.fork()
    if child == 0:
        os.write(1, b"%d\\n" % os.getpid())
        record(run)
        os._exit(0)
    os.write(1, b"ended %d\\n" % os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""

# Every fifth time three entries come together, with a content beside them.
_OF_PARTS = """
import os, sys
from tarjih.evidence.stores import sqlite_file
from tarjih.evidence.stores.store import Store
where, run, entries = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
sqlite_file._LONG_LOG = 100_000
with Store.open(where) as store:
    done = part = 0
    while done < entries:
        part += 1
        many = 3 if part % 5 == 0 else 1
        body = {"part": part, "of": many, "text": "س" * 200}
        beside = {"draws": f"{run} {part}".encode() * 100} if many == 3 else None
        with store.writing() as writing:
            rows = [
                writing.append("demo", "observe", body, f"run_{run}", contents=beside)
                for _ in range(many)
            ]
        done += many
        os.write(1, b"%r\\n" % [row.seq for row in rows])
"""


def _start(code: str, where: str | Path, run: int, entries: int = 500) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", code, str(where), str(run), str(entries)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def _kill_after(child: subprocess.Popen[bytes], lines: int, seconds: float) -> list[int]:
    """Kill a child once it has written so many lines; return what was acknowledged by then."""
    assert child.stdout is not None
    head = b"".join(child.stdout.readline() for _ in range(lines))
    time.sleep(seconds)
    child.send_signal(signal.SIGKILL)
    tail, errors = child.communicate(timeout=120)
    assert not errors
    assert child.returncode == -signal.SIGKILL, "it was done before it could be killed"
    return _acknowledged(head + tail)


def _acknowledged(out: bytes) -> list[int]:
    # The very last line may have been cut off by the kill.
    lines = out.decode().split("\n")[:-1]
    return [seq for line in lines for seq in json.loads(line)]


def _rows(where: str | Path, acknowledged: list[int], runs: int, at_once: int) -> tuple[Row, ...]:
    """Everything acknowledged is there, and of what was not only the last part of each run."""
    with Store.open(where, create=False) as store:
        found = store.verify()
        assert found.sound, [str(fault) for fault in found.faults]
        rows = store.rows()
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert set(acknowledged) <= {row.seq for row in rows}
    assert len(rows) - len(acknowledged) <= at_once * runs
    return rows


def _check_parts(where: str | Path, acknowledged: list[int], runs: int) -> None:
    rows = _rows(where, acknowledged, runs, 3)
    parts = Counter((row.author, row.body["part"], row.body["of"]) for row in rows)
    assert all(times == of for (_, _, of), times in parts.items())


@pytest.mark.slow
def test_recording_items_killed_at_random_moments(tmp_path: Path) -> None:
    """25 times a process that records 500 items is killed somewhere on its way."""
    dice = random.Random(7)
    path = tmp_path / "tarjih.db"
    acknowledged: list[int] = []
    parent = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", _OF_ITEMS, str(path), "25", "500"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert parent.stdout is not None
    for run in range(1, 26):
        child = int(parent.stdout.readline())
        # Moments are spread over the work, whatever the speed of the machine.
        told = [parent.stdout.readline() for _ in range(1 + int(400 * dice.random() ** 2))]
        time.sleep(dice.uniform(0, 0.005))
        os.kill(child, signal.SIGKILL)
        while b"ended" not in told[-1]:
            told.append(parent.stdout.readline())
        # A line may have been cut off by the kill.
        assert told.pop().endswith(b"ended -9\n")
        acknowledged += _acknowledged(b"".join(told))
        _rows(path, acknowledged, run, 1)
    assert parent.communicate(timeout=60) == (b"", b"")
    assert len(acknowledged) > 1000
    study = tarjih.load("syria_russia")
    with tarjih.Ledger.open(path, create=False) as ledger:
        rows = ledger.entries(study)
        held = {item.id: item for item in ledger.items(study)}
    for run in range(1, 26):
        own = [row for row in rows if row.author == f"run_{run}"]
        for n, row in enumerate(own):
            assert row.id == f"n{row.seq}"
            assert held[row.id].note == {"en": f"run {run}, number {n}, س" + "x" * 300}


@pytest.mark.slow
def test_parts_killed_at_random_moments(place: str) -> None:
    """What comes in one piece is there as one piece, or not at all."""
    dice = random.Random(13)
    acknowledged: list[int] = []
    for run in range(1, 9):
        child = _start(_OF_PARTS, place, run)
        lines = 1 + int(100 * dice.random() ** 2)
        acknowledged += _kill_after(child, lines, dice.uniform(0, 0.01))
        _check_parts(place, acknowledged, run)


@pytest.mark.slow
def test_killed_while_a_ledger_is_made(tmp_path: Path) -> None:
    begun = time.monotonic()
    assert _start(_OF_PARTS, tmp_path / "timed.db", 0, 1).communicate(timeout=120)[1] == b""
    takes = time.monotonic() - begun
    dice = random.Random(11)
    for run in range(10):
        path = tmp_path / f"{run}.db"
        child = _start(_OF_PARTS, path, run, 100_000)
        # Most of the time goes into imports; what comes after is what matters.
        acknowledged = _kill_after(child, 0, dice.uniform(0.6, 1.1) * takes)
        with Store.open(path) as store:
            one = store.append("demo", "observe", {"part": 1, "of": 1}, "afterwards")
        _check_parts(path, [*acknowledged, one.seq], 1)


def test_a_commit_waits_for_the_disk(tmp_path: Path) -> None:
    """A kill cannot show this, only a loss of power could: look at what SQLite is told."""
    with Store.open(tmp_path / "x.db") as store, store._database.engine.connect() as connection:
        for setting, value in (("synchronous", 2), ("journal_mode", "wal"), ("fullfsync", 1)):
            assert connection.exec_driver_sql(f"PRAGMA {setting}").scalar() == value


def test_a_long_log_is_moved_into_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tarjih.evidence.stores.sqlite_file._LONG_LOG", 100_000)
    path = tmp_path / "x.db"
    longest = 0
    with Store.open(path) as store:
        for _ in range(200):
            store.append("demo", "observe", {"text": "x" * 1000}, "amal")
            longest = max(longest, os.stat(f"{path}-wal").st_size)
        # Without it the log would hold about 4 MB by now.
        assert 100_000 < longest < 200_000
        assert path.stat().st_size > 100_000
        assert store.verify().sound


def test_moving_the_log_never_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The entry is recorded by then: to raise would say that it is not."""
    monkeypatch.setattr("tarjih.evidence.stores.sqlite_file._LONG_LOG", 0)
    with Store.open(tmp_path / "x.db", patience=0.2) as store, Store.open(tmp_path / "x.db") as two:
        settled = store._database
        assert isinstance(settled, SQLiteFile)
        with two.writing():
            settled.settle()
        assert store.append("demo", "observe", {}, "amal").seq == 1
