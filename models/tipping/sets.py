"""What would change our mind: the smallest sets of driver changes that tip a forecast.

Sets of up to three changes are screened, all of them, on the pull along sampled driver paths.
Those that may qualify are run on all paths, held from the step after as-of on, with the random
numbers of the forecast itself. A set is told only if no smaller part of it would do; beside it
stands how probable it is that its levels come about together, nobody holding them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tarjih.errors import InvalidRequest, Problem, nearest
from tarjih.models.forecasting import forecast_of
from tarjih.models.posterior import Posterior, believe
from tarjih.models.record import Forecast, Intervention
from tarjih.models.tipping.pushes import Change
from tarjih.models.tipping.screening import Contrasts, changes_from
from tarjih.models.tipping.search import MOST_CHANGES, Searched, search_sets
from tarjih.priors.draws import Draws
from tarjih.priors.elicited import admitted
from tarjih.scenarios.records import Item, Study

__all__ = [
    "THRESHOLD",
    "Band",
    "Tipping",
    "TippingSet",
    "check_asked",
    "tipping_sets",
    "tipping_sets_of",
]

Floats = NDArray[np.float64]
THRESHOLD = 0.5
"""What a scenario is to pass unless asked otherwise: more probable than all others together."""


@dataclass(frozen=True, slots=True)
class Band:
    """A probability: mean over draws, and the ends of its 90% interval."""

    mean: float
    q05: float
    q95: float


@dataclass(frozen=True, slots=True)
class TippingSet:
    """Driver changes that together do what was asked, and of which no part does.

    Attributes
    ----------
    interventions : tuple of Intervention
        Held from the step after as-of on.
    scenario : str
        The one asked about; without, the one that takes the lead.
    probability : Band
        That it is in force at the horizon, with the changes.
    at_horizon : mapping of scenario id to float
        Mean probabilities of all at the horizon, with the changes.
    together : Band
        That all the levels (or levels past them) hold at one and the same step after as-of,
        up to the horizon, if nobody holds them.
    """

    interventions: tuple[Intervention, ...]
    scenario: str
    probability: Band
    at_horizon: Mapping[str, float]
    together: Band


@dataclass(frozen=True)
class Tipping:
    """What would change our mind.

    Attributes
    ----------
    baseline : Forecast
        With nothing changed.
    scenario, threshold : str and float, or None
        What is to cross what at the horizon; None: the leader is to change.
    current : mapping of driver id to level
        The most probable levels at as-of, which the changes depart from.
    sets : tuple of TippingSet
        Of the fewest changes first, then those likeliest to come about.
    screened, sampled : int
        How many sets there are, and on how many paths they were screened; 0 paths if all were
        run in full.
    run, left : int
        Sets run on all paths, and sets that should have been but for their number.
    """

    baseline: Forecast
    scenario: str | None
    threshold: float | None
    current: Mapping[str, int]
    sets: tuple[TippingSet, ...]
    screened: int
    sampled: int
    run: int
    left: int

    @property
    def study(self) -> Study:
        """The study asked about."""
        return self.baseline.study

    @property
    def rises(self) -> bool:
        """Whether the scenario is below the threshold now, and so is to rise past it."""
        if self.scenario is None or self.threshold is None:
            return True
        k = self.study.scenario_ids.index(self.scenario)
        return bool(self.baseline.at_horizon[k] <= self.threshold)

    @cached_property
    def drivers(self) -> tuple[str, ...]:
        """Drivers that any of the sets changes, in the study's order."""
        named = {one.driver for each in self.sets for one in each.interventions}
        return tuple(id for id in self.study.driver_ids if id in named)

    @cached_property
    def judged(self) -> Mapping[str, tuple[str, ...]]:
        """Which judgements of the fit name each of those drivers: driver id to their ids."""
        return {
            id: tuple(
                one.id
                for one in admitted(self.study)
                if id in one.levels or id in one.against or id == one.driver
            )
            for id in self.drivers
        }

    @property
    def most_changes(self) -> int:
        """Sets of up to so many changes were looked at."""
        return MOST_CHANGES


def tipping_sets(
    study: Study,
    items: Sequence[Item] | None = None,
    *,
    scenario: str | None = None,
    threshold: float | None = None,
    as_of: dt.date | str | None = None,
    horizon: float | dt.date | None = None,
    draws: Draws | None = None,
    engine: str = "auto",
    seed: int = 0,
) -> Tipping:
    """Find the smallest sets of driver changes that tip the forecast at the horizon.

    Parameters
    ----------
    study : Study
    items, as_of, horizon, draws, engine, seed
        As for `forecast`.
    scenario : str, optional
        The one that is to cross the threshold. Default: another scenario is to take the lead.
    threshold : float, optional
        In (0, 1); default 0.5. A scenario that stands below it is to rise past it, one that
        stands above it to fall below.

    Returns
    -------
    Tipping

    Raises
    ------
    InvalidRequest
        For an unknown scenario, a threshold outside (0, 1) or without a scenario, and as
        `forecast`.

    Notes
    -----
    A change sets one driver to a level other than its most probable one at as-of. A level is
    taken to have come about when the driver stands at it or past it, in the direction of the
    change: conjunctions act so, and effects only grow that way.

    Examples
    --------
    >>> import tarjih
    >>> from tarjih.priors import obtain_draws
    >>> study = tarjih.load("syria_russia")
    >>> found = tipping_sets(study, scenario="overt_support", threshold=0.25,
    ...                      as_of="2025-08-06", draws=obtain_draws(study).thin(200))
    >>> {"us_withdrawal", "russia_west_deal"} in [
    ...     {one.driver for one in each.interventions} for each in found.sets
    ... ]
    True
    """
    check_asked(study, scenario, threshold)
    posterior = believe(study, items, as_of=as_of, draws=draws, engine=engine, seed=seed)
    baseline = forecast_of(posterior, horizon=horizon, replay=False)
    return tipping_sets_of(posterior, baseline, scenario=scenario, threshold=threshold)


def tipping_sets_of(
    posterior: Posterior,
    baseline: Forecast,
    *,
    scenario: str | None = None,
    threshold: float | None = None,
) -> Tipping:
    """Find the sets that tip a belief whose forecast is there already, nothing held in it.

    As `tipping_sets`.
    """
    study = posterior.study
    position = check_asked(study, scenario, threshold)
    bar = None if scenario is None else THRESHOLD if threshold is None else threshold
    current = [int(np.argmax(level[0])) for level in baseline.levels]
    changes = changes_from(study, current)
    contrasts = _contrasts(baseline, position, bar)
    searched = search_sets(posterior, baseline, contrasts, changes, current)
    return Tipping(
        baseline=baseline,
        scenario=scenario,
        threshold=bar,
        current=dict(zip(study.driver_ids, current, strict=True)),
        sets=_told(baseline, changes, searched, position),
        screened=searched.screened,
        sampled=searched.sampled,
        run=searched.run,
        left=searched.left,
    )


def check_asked(study: Study, scenario: str | None, threshold: float | None) -> int | None:
    """Return the position of the scenario asked about, if any.

    Raises
    ------
    InvalidRequest
        For an unknown scenario, and a threshold outside (0, 1) or without a scenario.
    """
    problems = []
    ids = study.scenario_ids
    if scenario is None:
        if threshold is not None:
            problems.append(
                Problem(
                    "--threshold",
                    "a threshold is there for a scenario to pass",
                    mend=f"name one with --scenario: {', '.join(ids)}",
                )
            )
    elif scenario not in ids:
        problems.append(
            Problem(
                "--scenario", "unknown scenario", scenario, ", ".join(ids), nearest(scenario, ids)
            )
        )
    if threshold is not None and not 0 < threshold < 1:
        problems.append(
            Problem("--threshold", "not a probability", f"{threshold:g}", "between 0 and 1")
        )
    if problems:
        raise InvalidRequest(problems)
    return None if scenario is None else ids.index(scenario)


def _contrasts(baseline: Forecast, position: int | None, bar: float | None) -> Contrasts:
    each = np.eye(len(baseline.study.scenarios))
    if position is None or bar is None:
        leader = int(np.argmax(baseline.at_horizon))
        rivals = np.delete(each - each[leader], leader, axis=0)
        return Contrasts(rivals, np.zeros(len(rivals)))
    sign = 1.0 if baseline.at_horizon[position] <= bar else -1.0
    return Contrasts(sign * each[[position]], np.array([-sign * bar]))


def _told(
    baseline: Forecast, changes: Sequence[Change], searched: Searched, position: int | None
) -> tuple[TippingSet, ...]:
    study = baseline.study
    told = []
    for members, (probability, chance) in searched.found.items():
        means = baseline.mean(probability)
        k = int(np.argmax(means)) if position is None else position
        told.append(
            TippingSet(
                interventions=tuple(
                    Intervention(study.driver_ids[one.driver], one.level)
                    for one in (changes[c] for c in members)
                ),
                scenario=study.scenario_ids[k],
                probability=_band(baseline, probability[:, k]),
                at_horizon=dict(zip(study.scenario_ids, means.tolist(), strict=True)),
                together=_band(baseline, chance),
            )
        )
    return tuple(sorted(told, key=lambda one: (len(one.interventions), -one.together.mean)))


def _band(baseline: Forecast, values: Floats) -> Band:
    """Summarise values (M,)."""
    column = values[:, None]
    low, high = baseline.quantile(column, (0.05, 0.95))[:, 0].tolist()
    return Band(float(baseline.mean(column)[0]), low, high)
