"""Files of any length: in time that grows with them, and in little memory."""

from __future__ import annotations

import csv
import time
import tracemalloc
from pathlib import Path

import pytest

import tarjih
from tarjih.evidence import Ledger
from tarjih.evidence.imports.importing import bring_in, open_rows

DATA = Path(__file__).parent / "data"


def _long(folder: Path, count: int, every: int) -> Path:
    """Write ACLED's columns with one row in so many that a rule takes."""
    with (DATA / "acled_made_up.csv").open(encoding="utf-8", newline="") as handle:
        names, taken, *_, left = csv.reader(handle)
    path = folder / f"{count}.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow(names)
        for n in range(count):
            row = taken if n % every == 0 else left
            writer.writerow([f"SYR{n}", *row[1:]])
    return path


def test_reading_takes_the_same_memory_however_long_the_file(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        rows = open_rows(_long(tmp_path, count, 2))
        tracemalloc.start()
        try:
            assert sum(1 for _ in rows) == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(10_000) < 1.5 * peak(1_000) + 100_000


@pytest.mark.slow
def test_a_hundred_thousand_rows(tmp_path: Path) -> None:
    study = tarjih.load("syria_russia")

    def seconds(count: int) -> float:
        path = _long(tmp_path, count, 10)
        with Ledger.open(tmp_path / f"{count}.db") as ledger:
            start = time.process_time()
            first = bring_in(ledger, study, path, mapping="syria_russia_acled", author="x")
            spent = time.process_time() - start
            assert (first.rows, first.recorded) == (count, count // 10)
            again = bring_in(ledger, study, path, mapping="syria_russia_acled", author="x")
            assert (again.unchanged, again.entries) == (count // 10, 0)
            assert ledger.count() == count // 10
        return spent

    seconds(1_000)
    short, long = seconds(20_000), seconds(100_000)
    assert long < 10 * short, "five times the rows should take about five times as long"
