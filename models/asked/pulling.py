"""How each scenario answers to each driver, all others at their reference levels.

What is told is *pull*: where the probabilities would settle if the levels were held long
enough. It is what a study's words and judgements come to before any evidence, and no forecast:
how soon belief gets there depends on review times, and on the other drivers, which do not stay
at reference.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tarjih.priors.draws import Draws
from tarjih.priors.examined import pull_at
from tarjih.priors.store import obtain_draws
from tarjih.scenarios.records import Study

__all__ = ["Answer", "Pulls", "driver_pulls"]

Floats = NDArray[np.float64]
_LOW, _HIGH = 0.05, 0.95


@dataclass(frozen=True, slots=True, eq=False)
class Answer:
    """What one driver does to the pull, moved through its levels.

    Attributes
    ----------
    driver : str
    reference : int
        The level it stands at while others are moved.
    mean, q05, q95 : (L, K)
        Pull of each scenario at each level, lowest first: mean over draws, and the ends of its
        90% interval (parameters only).
    change, change_q05, change_q95 : (K,)
        Of the pull from the lowest level to the highest, taken draw by draw.
    """

    driver: str
    reference: int
    mean: Floats
    q05: Floats
    q95: Floats
    change: Floats
    change_q05: Floats
    change_q95: Floats

    @property
    def size(self) -> float:
        """Pull that moves from some scenarios to others between the ends, in [0, 1]."""
        return float(np.abs(self.change).sum() / 2)


@dataclass(frozen=True, slots=True, eq=False)
class Pulls:
    """How each scenario answers to each driver.

    Attributes
    ----------
    study : Study
    reference : (K,)
        Mean pull with all drivers at reference: the pull at the origin.
    answers : tuple of Answer
        In the study's order of drivers.
    digest : str
        Of the draws.
    draws : int
    """

    study: Study
    reference: Floats
    answers: tuple[Answer, ...]
    digest: str
    draws: int


def driver_pulls(study: Study, draws: Draws | None = None) -> Pulls:
    """Move each driver through its levels, the others at reference, and take the pull.

    Parameters
    ----------
    study : Study
    draws : Draws, optional
        Default: those shipped or kept for the study, or a new fit.

    Returns
    -------
    Pulls

    Raises
    ------
    CannotCompute
        If a fit fails.

    Notes
    -----
    What acts only together (a conjunction) shows only where the reference levels already hold
    the rest of it.

    Examples
    --------
    >>> import tarjih
    >>> found = driver_pulls(tarjih.load("syria_russia"))
    >>> most = max(found.answers, key=lambda one: one.size)
    >>> most.mean.shape, bool(abs(most.change.sum()) < 1e-9)
    ((3, 5), True)
    """
    given = obtain_draws(study) if draws is None else draws
    return Pulls(
        study=study,
        reference=pull_at(study, given, {}).mean(axis=0),
        answers=tuple(
            _answer(study, given, driver.id, driver.reference, len(driver.levels))
            for driver in study.drivers
        ),
        digest=given.digest,
        draws=len(given),
    )


def _answer(study: Study, draws: Draws, driver: str, reference: int, levels: int) -> Answer:
    pull = np.stack([pull_at(study, draws, {driver: level}) for level in range(levels)])
    low, high = np.quantile(pull, (_LOW, _HIGH), axis=1)
    change = pull[-1] - pull[0]
    change_low, change_high = np.quantile(change, (_LOW, _HIGH), axis=0)
    return Answer(
        driver=driver,
        reference=reference,
        mean=pull.mean(axis=1),
        q05=low,
        q95=high,
        change=change.mean(axis=0),
        change_q05=change_low,
        change_q95=change_high,
    )
