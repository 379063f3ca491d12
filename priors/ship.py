"""Make anew the draws that ship with the package: ``python -m tarjih.priors.ship STUDY``."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from tarjih.priors.draws import Draws, load_draws, save_draws
from tarjih.priors.fit import fit_draws
from tarjih.priors.store import draws_digest, shipped_path
from tarjih.scenarios.records import Study

__all__ = ["main", "ship_draws"]


def ship_draws(study: Study, *, progress: bool = False) -> Draws:
    """Fit a study and keep its draws in the package's own folder, if they are not there yet.

    A study with analysts has no draws of its own: it cannot be shipped.

    Raises
    ------
    InvalidRequest
        If the study has analysts.
    CannotCompute
        If the fit fails.
    """
    digest, path = draws_digest(study), shipped_path(study)
    shape = (len(study.scenarios), len(study.drivers), len(study.conjunctions))
    draws = load_draws(path, digest, shape)
    if draws is None:
        draws = fit_draws(study, progress=progress, digest=digest)
        save_draws(draws, path)
    return draws


def main(names: Sequence[str]) -> int:
    """Ship the draws of every study named, and tell their diagnostics."""
    from tarjih.scenarios.catalogue import load

    for name in names:
        draws = ship_draws(load(name), progress=True)
        sys.stderr.write(f"{name}: {len(draws)} draws, {dict(draws.diagnostics)}\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
