"""How long a fit takes from a cold prompt, next to PyMC's import and a plain compile.

Whole processes, one after the other::

    uv run python benchmarks/fit.py [--study syria_russia]

- *import*: ``import pymc``.
- *plain*: that, and the compile of the judgement model's density and its gradient.
- *cold*: a fit with nothing kept: neither compiled code nor draws.
- *again*: the same with the compiled code kept.
- *warm*: the draws of that fit, read back.

The targets: cold at most 3 times *plain*, warm at most 0.6 times *cold*.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_LOAD = "from tarjih.scenarios import load; study = load({study!r})\n"
_IMPORT = "import pymc\n"
_PLAIN = _LOAD + (
    "from tarjih.priors.judgement_model import build_judgement_model\n"
    "model = build_judgement_model(study)\n"
    "model.compile_fn(model.logp()), model.compile_fn(model.dlogp())\n"
)
_FIT = _LOAD + "from tarjih.priors.store import fit_and_keep; fit_and_keep(study)\n"
_READ = _LOAD + "from tarjih.priors import obtain_draws; obtain_draws(study)\n"


def main() -> int:
    """Measure, print the table, and compare with the targets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Plain)
    parser.add_argument("--study", default="syria_russia")
    study = parser.parse_args().study
    with tempfile.TemporaryDirectory() as folder:
        taken = {
            "import": _seconds(_IMPORT, folder, "import"),
            "plain": _seconds(_PLAIN.format(study=study), folder, "plain"),
            "cold": _seconds(_FIT.format(study=study), folder, "fit"),
            "again": _seconds(_FIT.format(study=study), folder, "fit"),
            "warm": _seconds(_READ.format(study=study), folder, "fit"),
        }
    for name, seconds in taken.items():
        print(f"{name:<8}{seconds:>9.1f} s")
    cold, warm = taken["cold"] / taken["plain"], taken["warm"] / taken["cold"]
    print(f"cold/plain {cold:.2f} (at most 3), warm/cold {warm:.2f} (at most 0.6)")
    return 0 if cold <= 3 and warm <= 0.6 else 1


class _Plain(argparse.RawDescriptionHelpFormatter):
    """Keeps the line breaks of the module's docstring."""


def _seconds(code: str, folder: str, kept: str) -> float:
    """Time a process whose caches are those of earlier ones with the same ``kept``."""
    place = Path(folder, kept)
    environment = {
        **os.environ,
        "TARJIH_CACHE": str(place / "draws"),
        "NUMBA_CACHE_DIR": str(place / "numba"),
        "PYTENSOR_FLAGS": f"base_compiledir={place / 'pytensor'}",
    }
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], cwd=folder, env=environment, check=True,
                   stdout=subprocess.DEVNULL)  # fmt: skip
    return time.perf_counter() - start


if __name__ == "__main__":
    raise SystemExit(main())
