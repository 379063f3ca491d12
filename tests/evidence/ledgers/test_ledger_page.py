"""The checker in docs/ledger.md is run as it is printed: by somebody who has no tarjih."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tarjih.evidence.stores.store import Store


def _checker() -> str:
    page = Path(__file__).resolve().parents[3] / "docs" / "ledger.md"
    blocks: list[str] = re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    (code,) = (block for block in blocks if "hashlib" in block)
    return code


def _check(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-S", "-c", _checker()],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    with Store.open(tmp_path / "tarjih.db") as store:
        for n in range(5):
            store.append("demo", "observe", {"id": f"n{n}", "label": "زيارة"}, "أمل")
    return tmp_path / "tarjih.db"


def test_it_agrees_with_tarjih(ledger: Path) -> None:
    done = _check(ledger.parent)
    assert done.returncode == 0, done.stderr
    with Store.open(ledger) as store:
        assert done.stdout.strip() == str(store.head)
        assert store.verify(done.stdout.strip()).anchored == 5


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entries SET body = body || ' ' WHERE seq = 3",
        "UPDATE entries SET author = 'a' WHERE seq = 5",
        "DELETE FROM entries WHERE seq = 2",
        "DELETE FROM entries WHERE seq = 1",
    ],
)
def test_it_finds_what_was_changed(ledger: Path, change: str) -> None:
    with closing(sqlite3.connect(ledger)) as connection, connection:
        connection.execute(change)
    assert "is not as it was recorded" in _check(ledger.parent).stderr
