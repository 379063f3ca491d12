"""What a ledger costs: opening, recording, reading and checking, at 100 and at 10,000 entries.

    uv run python benchmarks/ledger.py [PATH_OR_URL ...]

Each place has to be new; without any, an SQLite file in a temporary folder is used. The import
of SQLAlchemy is measured in processes of their own.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

BODY = {
    "id": "n1",
    "happened": "2025-10-10/2025-10-20",
    "known": "2025-12-24",
    "seen": "presidential_visit",
    "kind": "act",
    "sources": ["kremlin", "jusoor"],
    "relays": {"jusoor": "kremlin"},
    "label": {"en": "The president of the transition visits Moscow", "ar": "زيارة إلى موسكو"},
}


def main() -> None:
    """Print the import's time, then one table for each place."""
    _imports()
    with tempfile.TemporaryDirectory() as folder:
        for place in sys.argv[1:] or [str(Path(folder) / "tarjih.db")]:
            _measure(place)


def _imports() -> None:
    for module in ("numpy", "sqlalchemy", "pymc"):
        code = (
            "import time; w, c = time.perf_counter(), time.process_time(); "
            f"import {module}; print(time.perf_counter() - w, time.process_time() - c)"
        )
        taken = [
            subprocess.run(
                [sys.executable, "-c", code], capture_output=True, text=True, check=True
            ).stdout.split()
            for _ in range(5)
        ]
        wall, cpu = (statistics.median(float(one[i]) for one in taken) for i in (0, 1))
        print(f"import {module}: {wall:.2f} s, {cpu:.2f} s of the processor")


def _measure(place: str) -> None:
    from tarjih.evidence.stores.store import Store

    Store.open(place).close()
    print(place)
    print("entries   open   record   in one piece   read all   check all")
    for entries in (100, 10_000):
        with Store.open(place) as store:
            missing = entries - store.count()
            begun = time.perf_counter()
            with store.writing() as writing:
                for _ in range(missing):
                    writing.append("demo", "observe", BODY, "amal")
            each = (time.perf_counter() - begun) / missing
            one = _median(lambda: store.append("demo", "observe", BODY, "amal"), 50)
            read = _median(lambda: [row.body for row in store.rows("demo")], 3)
            check = _median(store.verify, 3)
        opening = _median(lambda: Store.open(place).close(), 10)
        print(
            f"{entries:7d}{opening * 1e3:5.1f} ms{one * 1e3:6.1f} ms{each * 1e6:12.0f} µs"
            f"{read * 1e3:8.0f} ms{check * 1e3:9.0f} ms"
        )


def _median(work: Callable[[], object], times: int) -> float:
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        taken.append(time.perf_counter() - begun)
    return statistics.median(taken)


if __name__ == "__main__":
    main()
