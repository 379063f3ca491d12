"""What scoring a file costs, beside reading it and taking plain Brier scores.

    uv run python benchmarks/scoring.py [ROUNDS]

100,000 forecasts of 2,500 questions, 40 of each, in a file. In turns: `read_forecasts` and
`score_forecasts` with 2,000 draws (Brier, log and spherical scores weighed by days, three
baselines, intervals, both decompositions), and `pandas.read_csv` with
`scoringrules.brier_score`. Imports and scoringrules' compilation are left out on both sides.
Then the whole command in a process of its own.
"""

from __future__ import annotations

import datetime as dt
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

QUESTIONS, UPDATES, RESAMPLES = 2500, 40, 2000
CHILD = "from tarjih.cli.app import main; raise SystemExit(main())"


def main() -> None:
    """Print medians, least times and their ratios."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "forecasts.csv"
        _write(path)
        _ours(path), _theirs(path)
        ours, theirs = [], []
        for _ in range(rounds):
            theirs.append(_theirs(path))
            ours.append(_ours(path))
        for name, pick in (("median", statistics.median), ("least", min)):
            first, second = pick(ours), pick(theirs)
            print(
                f"{name}: tarjih {1000 * first:.0f} ms, pandas and scoringrules "
                f"{1000 * second:.1f} ms: {first / second:.1f} times"
            )
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", CHILD, "score", str(path), "--json"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        print(f"tarjih score FILE.csv --json, whole process: {time.perf_counter() - started:.2f} s")


def _write(path: Path) -> None:
    dice = np.random.default_rng(1)
    truth = dice.beta(1, 2, QUESTIONS)
    outcome = (dice.random(QUESTIONS) < truth).astype(int)
    start = dt.date(2025, 1, 1)
    lines = ["id,date,probability,outcome,closes"]
    for q in range(QUESTIONS):
        days = np.sort(dice.choice(300, UPDATES, replace=False)).tolist()
        shown = np.log(truth[q] / (1 - truth[q])) + 0.7 * dice.normal(size=UPDATES)
        for day, p in zip(days, 1 / (1 + np.exp(-shown)), strict=True):
            date = start + dt.timedelta(days=day)
            lines.append(f"q{q:04d},{date},{p:.3f},{outcome[q]},2025-10-31")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _ours(path: Path) -> float:
    from tarjih.scoring.files import read_forecasts
    from tarjih.scoring.scorecards import score_forecasts

    started = time.perf_counter()
    score_forecasts(read_forecasts(path), resamples=RESAMPLES, seed=1)
    return time.perf_counter() - started


def _theirs(path: Path) -> float:
    import pandas as pd  # type: ignore[import-untyped]
    import scoringrules  # type: ignore[import-untyped]

    started = time.perf_counter()
    table = pd.read_csv(path)
    scoringrules.brier_score(table["outcome"].to_numpy(), table["probability"].to_numpy())
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
