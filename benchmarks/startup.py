"""How long a forecast takes from a cold prompt, next to importing PyMC alone.

Whole processes in the same environment, in turns (A B A B ...), after an unmeasured round::

    uv run python benchmarks/startup.py [--rounds 10] [--at-most 0.5]

docs/performance.md says how to read the table.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path


def main() -> int:
    """Measure, print the table, and compare with the limit."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Plain)
    parser.add_argument("--rounds", type=int, default=10, help="measured pairs (default 10)")
    parser.add_argument("--at-most", type=float, help="exit with 1 if the median ratio is larger")
    asked = parser.parse_args()
    if asked.rounds < 1:
        parser.error("--rounds must be at least 1")

    ours = [_command(), "run", "syria-russia", "--json"]
    theirs = [sys.executable, "-c", "import pymc"]
    pairs: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        for number in range(asked.rounds + 1):
            pair = _seconds(ours, folder), _seconds(theirs, folder)
            if number:  # the first round warms the file cache and the bytecode
                pairs.append(pair)

    print(f"{'seconds':<34}{'median':>9}{'fastest':>9}{'slowest':>9}")
    _row("A  tarjih run syria-russia --json", [pair[0] for pair in pairs])
    _row('B  python -c "import pymc"', [pair[1] for pair in pairs])
    ratios = [a / b for a, b in pairs]
    _row("A/B, pair by pair", ratios)
    print(f"{asked.rounds} pairs, in turns, after one unmeasured pair")
    ratio = statistics.median(ratios)
    if asked.at_most is not None and ratio > asked.at_most:
        print(f"the median ratio {ratio:.3f} is above {asked.at_most}", file=sys.stderr)
        return 1
    return 0


class _Plain(argparse.RawDescriptionHelpFormatter):
    """Keeps the line breaks of the module's docstring."""


def _command() -> str:
    """Find the console script that stands beside this interpreter, not another one."""
    found = shutil.which("tarjih", path=str(Path(sys.executable).parent))
    if found is None:
        raise SystemExit("no `tarjih` beside this Python: run with `uv run python ...`")
    return found


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
    print(f"{name:<34}" + "".join(f"{number:>9.3f}" for number in numbers))


if __name__ == "__main__":
    sys.exit(main())
