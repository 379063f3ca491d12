"""How long a report as PDF takes from a cold prompt, next to importing PyMC alone.

Whole processes in the same environment, in turns (A B A B ...), after an unmeasured round; with
``--no-bytecode`` neither keeps nor finds compiled modules::

    uv run python benchmarks/report.py [--rounds 5] [--lang ar] [--no-bytecode] [--at-most 3]

docs/performance.md says how to read the table.
"""

from __future__ import annotations

import argparse
import os
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
    parser.add_argument("--rounds", type=int, default=5, help="measured pairs (default 5)")
    parser.add_argument("--lang", default="ar", choices=("ar", "en"), help="default ar")
    parser.add_argument("--no-bytecode", action="store_true", help="compile every module anew")
    parser.add_argument("--at-most", type=float, help="exit with 1 if the median ratio is larger")
    asked = parser.parse_args()
    if asked.rounds < 1:
        parser.error("--rounds must be at least 1")

    ours = [_command(), "report", "syria-russia", "--lang", asked.lang, "-o", "r.pdf"]
    ours += ["--no-record", "--quiet"]
    theirs = [sys.executable, "-c", "import pymc"]
    pairs: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as folder:
        nowhere = str(Path(folder) / "bytecode") if asked.no_bytecode else None
        for number in range(asked.rounds + 1):
            pair = _seconds(ours, folder, nowhere), _seconds(theirs, folder, nowhere)
            if number:  # the first round warms the file cache and the bytecode
                pairs.append(pair)

    print(f"{'seconds':<46}{'median':>9}{'fastest':>9}{'slowest':>9}")
    _row(f"A  tarjih report syria-russia --lang {asked.lang} -o r.pdf", [pair[0] for pair in pairs])
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


def _seconds(command: Sequence[str], folder: str, bytecode: str | None) -> float:
    """Run a command to its end; a failing one ends the benchmark."""
    around = dict(os.environ)
    if bytecode is not None:
        around |= {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONPYCACHEPREFIX": bytecode}
    start = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=folder,
        env=around,
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
    print(f"{name:<46}" + "".join(f"{number:>9.3f}" for number in numbers))


if __name__ == "__main__":
    sys.exit(main())
