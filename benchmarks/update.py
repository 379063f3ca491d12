"""How long recording an item takes from a cold prompt, next to importing PyMC alone.

Whole processes in the same environment, in turns (A B C A B C ...), after an unmeasured round::

    uv run python benchmarks/update.py [--rounds 10] [--entries 10000] [--at-most 0.75]

A records one item in a ledger with 100 entries, B the same in one with ``--entries`` (0: leave it
out), C imports PyMC. docs/performance.md says how to read the table.
"""

from __future__ import annotations

import argparse
import datetime as dt
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import tarjih

_FEW = 100
_STUDY = "syria-russia"
_SOURCE = "enab_baladi"


def main() -> int:
    """Measure, print the table, and compare with the limits."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Plain)
    parser.add_argument("--rounds", type=int, default=10, help="measured rounds (default 10)")
    parser.add_argument("--entries", type=int, default=10_000, help="entries of the long ledger")
    parser.add_argument("--at-most", type=float, help="exit with 1 if the median A/C is larger")
    parser.add_argument("--twice", type=float, help="exit with 1 if the median B/A is larger")
    asked = parser.parse_args()
    if asked.rounds < 1:
        parser.error("--rounds must be at least 1")

    times: dict[str, list[float]] = {"A": [], "B": [], "C": []}
    with tempfile.TemporaryDirectory() as folder:
        few, many = Path(folder) / "few.db", Path(folder) / "many.db"
        _fill(few, _FEW)
        if asked.entries:
            _fill(many, asked.entries)
        for number in range(asked.rounds + 1):
            turn = {"A": _update(few, number), "C": [sys.executable, "-c", "import pymc"]}
            if asked.entries:
                turn["B"] = _update(many, number)
            for name in sorted(turn):
                seconds = _seconds(turn[name], folder)
                if number:  # the first round warms the file cache and the bytecode
                    times[name].append(seconds)

    print(f"{'seconds':<44}{'median':>9}{'fastest':>9}{'slowest':>9}")
    _row(f"A  tarjih update, {_FEW} entries", times["A"])
    if asked.entries:
        _row(f"B  tarjih update, {asked.entries} entries", times["B"])
    _row('C  python -c "import pymc"', times["C"])
    start = [a / c for a, c in zip(times["A"], times["C"], strict=True)]
    _row("A/C, turn by turn", start)
    longer = [b / a for a, b in zip(times["A"], times["B"], strict=False)]
    if longer:
        _row("B/A, turn by turn", longer)
    print(f"{asked.rounds} rounds, in turns, after one unmeasured round")
    failed = False
    for what, found, limit in (("A/C", start, asked.at_most), ("B/A", longer, asked.twice)):
        if limit is not None and found and statistics.median(found) > limit:
            print(f"the median {what} {statistics.median(found):.3f} is above {limit}",
                  file=sys.stderr)  # fmt: skip
            failed = True
    return int(failed)


class _Plain(argparse.RawDescriptionHelpFormatter):
    """Keeps the line breaks of the module's docstring."""


def _fill(path: Path, count: int) -> None:
    """Make a ledger of so many reports, spread over the days after the origin."""
    study = tarjih.load("syria_russia")
    indicators = [one.id for one in study.indicators]
    with tarjih.Ledger.open(path) as ledger, ledger.recording(study) as recorder:
        for n in range(count):
            day = study.origin + dt.timedelta(days=1 + n % 170)
            recorder.observe(
                {
                    "happened": day.isoformat(),
                    "seen": indicators[n % len(indicators)],
                    "sources": [_SOURCE],
                    "credibility": 3,
                    "cluster": f"c{n % 40}",
                },
                again=True,
            )


def _update(ledger: Path, number: int) -> list[str]:
    found = shutil.which("tarjih", path=str(Path(sys.executable).parent))
    if found is None:
        raise SystemExit("no `tarjih` beside this Python: run with `uv run python ...`")
    item = ["--indicator", "minister_visit", "--on", "2026-02-03", "--source", _SOURCE]
    said = ["--credibility", "3", "--label", f"round {number}", "--again"]
    return [found, "update", _STUDY, "--ledger", str(ledger), *item, *said]


def _seconds(command: Sequence[str], folder: str) -> float:
    """Run a command to its end; a failing one ends the benchmark."""
    start = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    elapsed = time.perf_counter() - start
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stderr}")
    return elapsed


def _row(name: str, values: Sequence[float]) -> None:
    numbers = (statistics.median(values), min(values), max(values))
    print(f"{name:<44}" + "".join(f"{number:>9.3f}" for number in numbers))


if __name__ == "__main__":
    sys.exit(main())
