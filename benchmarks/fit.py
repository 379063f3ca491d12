"""How long a fit takes from a cold prompt, next to what PyMC needs for the same model.

Whole processes, one after the other, round after round::

    uv run python benchmarks/fit.py [--study syria_russia] [--rounds 3] [--whole]

- *import*: ``import pymc``.
- *prepared*: that, and PyMC's own density of the judgement model with its gradient, made ready as
  ``model.compile_logp()`` and ``model.compile_dlogp()`` leave them: differentiated and rewritten.
  PyTensor's default mode has Numba compile them when they are first called: not in this figure.
- *plain* (with ``--whole``, some minutes, once): that, and the first call of both, after which a
  plain user of the model has a density that can be sampled.
- *cold*: a fit with nothing kept: neither compiled code nor draws.
- *warm*: the draws of the study, read back.

The targets, as medians over the rounds: cold at most 3 times *prepared* (and so, by far, *plain*),
warm at most 0.6 times *cold*.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_LOAD = "from tarjih.scenarios import load; study = load({study!r})\n"
_IMPORT = "import pymc\n"
_PREPARED = _LOAD + (
    "from tarjih.priors.judgement_model import build_judgement_model\n"
    "model = build_judgement_model(study)\n"
    "density, gradient = model.compile_logp(), model.compile_dlogp()\n"
)
_PLAIN = _PREPARED + "point = model.initial_point(); density(point), gradient(point)\n"
_FIT = _LOAD + "from tarjih.priors.store import fit_and_keep; fit_and_keep(study)\n"
_READ = _LOAD + "from tarjih.priors import obtain_draws; obtain_draws(study)\n"


def main() -> int:
    """Measure, print the table, and compare with the targets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Plain)
    parser.add_argument("--study", default="syria_russia")
    parser.add_argument("--whole", action="store_true", help="let PyMC compile its model too")
    parser.add_argument("--rounds", type=int, default=3, help="measured rounds (default 3)")
    asked = parser.parse_args()
    if asked.rounds < 1:
        parser.error("--rounds must be at least 1")
    if asked.whole:
        with tempfile.TemporaryDirectory() as folder:
            print(f"plain {_seconds(_PLAIN.format(study=asked.study), folder):.1f} s", flush=True)

    steps = {"import": _IMPORT, "prepared": _PREPARED, "cold": _FIT, "warm": _READ}
    taken: list[dict[str, float]] = []
    print("".join(f"{name:>10}" for name in steps))
    for _ in range(asked.rounds):
        # Caches are new in each round; what is read back is what was fitted in it.
        with tempfile.TemporaryDirectory() as folder:
            taken.append(
                {
                    name: _seconds(code.format(study=asked.study), folder)
                    for name, code in steps.items()
                }
            )
        print("".join(f"{seconds:>8.1f} s" for seconds in taken[-1].values()), flush=True)
    cold = statistics.median(one["cold"] / one["prepared"] for one in taken)
    warm = statistics.median(one["warm"] / one["cold"] for one in taken)
    print(f"cold/prepared {cold:.2f} (at most 3), warm/cold {warm:.2f} (at most 0.6)")
    return 0 if cold <= 3 and warm <= 0.6 else 1


class _Plain(argparse.RawDescriptionHelpFormatter):
    """Keeps the line breaks of the module's docstring."""


def _seconds(code: str, folder: str) -> float:
    """Time a process that keeps whatever it keeps in a folder."""
    place = Path(folder)
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
