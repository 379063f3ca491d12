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

from tarjih.evidence.sqlite_file import SQLiteFile
from tarjih.evidence.store import Store

# A line is written only after what it names was acknowledged. Every fifth time three entries
# come together, with a content beside them.
_CHILD = """
import os, sys
from tarjih.evidence import sqlite_file
from tarjih.evidence.store import Store
where, run, entries = sys.argv[1], sys.argv[2], int(sys.argv[3])
# So small that the log is moved into the file many times in a run.
sqlite_file._LONG_LOG = 100_000
with Store.open(where) as store:
    os.write(1, b"[]\\n")
    done = part = 0
    while done < entries:
        part += 1
        with store.writing() as writing:
            rows = [
                writing.append(
                    "demo",
                    "observe",
                    {"run": run, "part": part, "of": 3 if part % 5 == 0 else 1, "text": "س" * 200},
                    "amal",
                    contents={"draws": f"{run} {part}".encode() * 100} if part % 5 == 0 else None,
                )
                for _ in range(3 if part % 5 == 0 else 1)
            ]
        done += len(rows)
        os.write(1, b"%r\\n" % [row.seq for row in rows])
"""


def _start(where: str | Path, run: int, entries: int = 500) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(where), str(run), str(entries)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def _finish(child: subprocess.Popen[bytes]) -> tuple[bytes, str]:
    out, errors = child.communicate(timeout=120)
    return out, errors.decode()


def _acknowledged(out: bytes) -> list[int]:
    # The very last line may have been cut off by the kill.
    lines = out.decode().split("\n")[:-1]
    return [seq for line in lines for seq in json.loads(line)]


def _check(where: str | Path, acknowledged: list[int], runs: int) -> int:
    """Everything acknowledged is there, nothing is half there; return how many entries are."""
    with Store.open(where, create=False) as store:
        found = store.verify()
        assert found.sound, [str(fault) for fault in found.faults]
        rows = store.rows()
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert set(acknowledged) <= {row.seq for row in rows}
    parts = Counter((row.body["run"], row.body["part"], row.body["of"]) for row in rows)
    assert all(times == of for (_, _, of), times in parts.items())
    # At most one part of each run was recorded without the word getting out.
    assert len(rows) - len(acknowledged) <= 3 * runs
    return len(rows)


@pytest.mark.slow
def test_killed_at_random_moments(tmp_path: Path) -> None:
    """25 times a process that records 500 entries is killed somewhere on its way."""
    dice = random.Random(7)
    path = tmp_path / "tarjih.db"
    acknowledged: list[int] = []
    killed_while_recording = 0
    for run in range(1, 26):
        child = _start(path, run)
        assert child.stdout is not None
        head = b""
        # Moments are spread over the work, whatever the speed of the machine.
        for _ in range(1 + int(300 * dice.random() ** 2)):
            head += child.stdout.readline()
        time.sleep(dice.uniform(0, 0.01))
        child.send_signal(signal.SIGKILL)
        out, errors = _finish(child)
        assert not errors
        killed_while_recording += child.returncode == -signal.SIGKILL
        acknowledged += _acknowledged(head + out)
        _check(path, acknowledged, run)
    assert killed_while_recording == 25
    assert len(acknowledged) > 500


@pytest.mark.slow
def test_killed_while_a_ledger_is_made(tmp_path: Path) -> None:
    begun = time.monotonic()
    assert _finish(_start(tmp_path / "timed.db", 0, 1))[1] == ""
    takes = time.monotonic() - begun
    dice = random.Random(11)
    for run in range(10):
        path = tmp_path / f"{run}.db"
        child = _start(path, run, 20)
        # Most of the time goes into imports; what comes after is what matters.
        time.sleep(dice.uniform(0.6, 1.1) * takes)
        child.send_signal(signal.SIGKILL)
        out, errors = _finish(child)
        assert not errors
        acknowledged = _acknowledged(out)
        with Store.open(path) as store:
            one = store.append("demo", "observe", {"run": -1, "part": 1, "of": 1}, "amal")
        _check(path, [*acknowledged, one.seq], 1)


@pytest.mark.slow
def test_killed_while_writing_to_a_server(postgres_url: str) -> None:
    dice = random.Random(13)
    acknowledged: list[int] = []
    for run in range(1, 9):
        child = _start(postgres_url, run)
        assert child.stdout is not None
        head = b""
        for _ in range(1 + int(100 * dice.random() ** 2)):
            head += child.stdout.readline()
        time.sleep(dice.uniform(0, 0.01))
        child.send_signal(signal.SIGKILL)
        out, errors = _finish(child)
        assert not errors
        acknowledged += _acknowledged(head + out)
        _check(postgres_url, acknowledged, run)


def test_a_commit_waits_for_the_disk(tmp_path: Path) -> None:
    """A kill cannot show this, only a loss of power could: look at what SQLite is told."""
    with Store.open(tmp_path / "x.db") as store, store._database.engine.connect() as connection:
        for setting, value in (("synchronous", 2), ("journal_mode", "wal"), ("fullfsync", 1)):
            assert connection.exec_driver_sql(f"PRAGMA {setting}").scalar() == value


def test_a_long_log_is_moved_into_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tarjih.evidence.sqlite_file._LONG_LOG", 100_000)
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
    monkeypatch.setattr("tarjih.evidence.sqlite_file._LONG_LOG", 0)
    with Store.open(tmp_path / "x.db", patience=0.2) as store, Store.open(tmp_path / "x.db") as two:
        settled = store._database
        assert isinstance(settled, SQLiteFile)
        with two.writing():
            settled.settle()
        assert store.append("demo", "observe", {}, "amal").seq == 1
