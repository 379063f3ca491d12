r"""What is worth looking for: indicators by what a search for them would tell about the future.

Somebody looks for an indicator in every step of a window after as-of, and either finds it or
does not. Carried along every path, each step takes out what is found, and after the window the
rest goes on to the horizon untouched; so the joint probability of *not found* and the scenario
at the horizon, :math:`P(\text{missed}, s_H = k)`, is what is left of each scenario there. It is
never normalised on the way. What was found is the whole less that.

An indicator is worth its *expected information*: the mutual information of the outcome and the
scenario at the horizon (Lindley 1956, doi:10.1214/aoms/1177728069),

.. math:: I = \sum_{o} \sum_k P(o, k) \log_2 \frac{P(o, k)}{P(o) P(k)},

in bits; never negative, and no more than the doubt about the scenario itself. Drivers are
weighed likewise: watching a driver is learning its level at the end of the window.

What is counted on: a finding is beyond doubt, and silence is a recorded check of every step.
"""

from __future__ import annotations

import datetime as dt
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tarjih.errors import InvalidRequest, Problem
from tarjih.models.asked.sightings import chance_shown, missed_masses, over_draws
from tarjih.models.engines.protocol import Ahead, Clamp
from tarjih.models.forecasting import forecast_of
from tarjih.models.posterior import Posterior, believe, clamps_of
from tarjih.models.record import Forecast, Intervention
from tarjih.priors import Draws, obtain_draws
from tarjih.scenarios.records import Item, Study

__all__ = [
    "Outcome",
    "WatchList",
    "Watched",
    "mutual_information",
    "watch_list",
    "watch_list_of",
]

Floats = NDArray[np.float64]
_MONTHS = 3.0
_EFFORT = 4_000_000
"""Masses times steps times draws that may be gone through before fewer draws are taken."""

_LEAST_DRAWS = 250
_MOST_ROWS = 32


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing that watching could show.

    Attributes
    ----------
    name : str
        ``found`` or ``missed``; of a driver, the id of a level.
    probability : float
    at_horizon : (K,)
        Probabilities of the scenarios at the horizon, given this outcome.
    """

    name: str
    probability: float
    at_horizon: Floats


@dataclass(frozen=True, slots=True)
class Watched:
    """Something to watch, and what it would tell.

    Attributes
    ----------
    kind : {"indicator", "driver"}
    id : str
    information : float
        Expected, about the scenario at the horizon; bits.
    outcomes : tuple of Outcome
        Of an indicator: found, missed. Of a driver: its levels.
    """

    kind: Literal["indicator", "driver"]
    id: str
    information: float
    outcomes: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class WatchList:
    """The collection plan.

    Attributes
    ----------
    forecast : Forecast
        As things stand.
    until : datetime.date
        The last day of the window.
    steps : int
        Steps in it; each is checked.
    at_horizon : (K,)
        Scenarios at the horizon, on the draws behind the list.
    doubt : float
        Their entropy: what there is to learn; bits.
    indicators, drivers : tuple of Watched
        The most telling first.
    draws : int
        How many are behind the list.
    """

    forecast: Forecast
    until: dt.date
    steps: int
    at_horizon: Floats
    doubt: float
    indicators: tuple[Watched, ...]
    drivers: tuple[Watched, ...]
    draws: int

    @property
    def study(self) -> Study:
        """The study asked about."""
        return self.forecast.study

    def tells_for(self, outcome: Outcome) -> int:
        """Return the place of the scenario that an outcome makes most more probable.

        Of equals the first; so also where nothing is told, whatever rounding says.
        """
        return int(np.argmax((outcome.at_horizon - self.at_horizon).round(12)))


def watch_list(
    study: Study,
    items: Sequence[Item] | None = None,
    *,
    within: float | dt.date | None = None,
    as_of: dt.date | str | None = None,
    horizon: float | dt.date | None = None,
    interventions: Sequence[Intervention] = (),
    draws: Draws | None = None,
    engine: str = "auto",
    seed: int = 0,
) -> WatchList:
    """Rank indicators, and drivers, by what watching them would tell.

    Parameters
    ----------
    study : Study
    items, as_of, horizon, interventions, draws, engine, seed
        As for `forecast`.
    within : float or date, optional
        Look in every step from as-of up to so many months later, or a date. Default: 3
        months, or the horizon where that is nearer.

    Returns
    -------
    WatchList

    Raises
    ------
    InvalidRequest
        If the window ends before the step after as-of, or past the horizon, and as `forecast`.

    Notes
    -----
    The cost is linear in indicators, driver levels and steps to the horizon. Past a bound the
    list rests on a spread-out sample of the draws, at least 250.

    Examples
    --------
    >>> import tarjih
    >>> from tarjih.models import watch_list
    >>> found = watch_list(tarjih.load("syria_russia"), within=2)
    >>> best = found.indicators[0]
    >>> 0 < best.information < found.doubt
    True
    """
    given = obtain_draws(study) if draws is None else draws
    posterior = believe(study, items, as_of=as_of, draws=given, engine=engine, seed=seed)
    forecast = forecast_of(posterior, horizon=horizon, interventions=interventions, replay=False)
    return watch_list_of(posterior, forecast, within=within)


def watch_list_of(
    posterior: Posterior, forecast: Forecast, *, within: float | dt.date | None = None
) -> WatchList:
    """Rank indicators, and drivers, for a belief whose forecast is there already.

    As `watch_list`.
    """
    study = posterior.study
    now, last = forecast.as_of_step, forecast.horizon_step
    end = _window(study, now, last, within)

    effort = (1 + len(study.indicators) + _levels(study)) * (last - now)
    posterior = posterior.thinned(max(_LEAST_DRAWS, _EFFORT // effort))
    whole, missed, held = _joint(
        posterior, end, last, clamps_of(study, forecast.interventions, now, last)
    )
    return WatchList(
        forecast=forecast,
        until=study.calendar.last_day(end),
        steps=end - now,
        at_horizon=whole,
        doubt=_entropy(whole),
        indicators=_ranked(
            [
                _watched("indicator", one.id, ("found", "missed"), np.stack([whole - left, left]))
                for one, left in zip(study.indicators, missed, strict=True)
            ]
        ),
        drivers=_ranked(
            [
                _watched("driver", one.id, tuple(level.id for level in one.levels), rows)
                for one, rows in zip(study.drivers, held, strict=True)
            ]
        ),
        draws=len(posterior.engine.draws),
    )


def _levels(study: Study) -> int:
    return sum(len(driver.levels) for driver in study.drivers)


def _window(study: Study, now: int, last: int, within: float | dt.date | None) -> int:
    """Return the last step of the window."""
    calendar = study.calendar
    if within is None:
        return min(now + calendar.steps(_MONTHS), last)
    if isinstance(within, dt.date):
        end, got = calendar.index(within), within.isoformat()
    else:
        end = now + calendar.steps(within) if within > 0 else now
        got = f"{within:g} months"
    if not now < end <= last:
        raise InvalidRequest(
            Problem(
                "--within",
                "the window must end after the as-of step, and not past the horizon",
                got=got,
                allowed=f"{calendar.first_day(now + 1).isoformat()} to "
                f"{calendar.last_day(last).isoformat()}",
            )
        )
    return end


def _joint(
    posterior: Posterior, end: int, last: int, clamps: Sequence[Clamp]
) -> tuple[Floats, Floats, list[Floats]]:
    """Return probabilities, joint with the scenario at the horizon, by the mean over draws.

    Returns
    -------
    whole : (K,)
    missed : (I, K)
        Each indicator was never found in the window.
    held : list of (L_j, K)
        Each driver stood at each of its levels when the window ended.
    """
    study = posterior.study
    shown = chance_shown(study)
    places = [(j, v) for j, one in enumerate(study.drivers) for v in range(len(one.levels))]
    carried = partial(_carried, shown=shown, at=places, end=end)
    found = over_draws(posterior.map(carried, last, clamps))
    bounds = np.cumsum([len(driver.levels) for driver in study.drivers])[:-1]
    missed, rows = found[1 : len(shown) + 1], found[len(shown) + 1 :]
    return found[0], missed, np.split(rows, bounds) if study.drivers else []


def _carried(
    ahead: Ahead, shown: Floats, at: Sequence[tuple[int, int]], end: int
) -> tuple[Floats, Floats]:
    """Return log weights, and masses (1 + I + P, K, M_b) at the horizon.

    The whole; that in which each of I indicators was never found; that in which each of P
    drivers stood at a level when the window ended.
    """
    window = []
    for step in ahead.steps:
        window.append(step)
        if step.number == end:
            break
    held = np.array([step.levels[j] == v for j, v in at]).reshape(len(at), -1)
    onward = _onward(ahead)
    # few at a time: each has a mass of its own, as large as a block
    wide = max(1, _MOST_ROWS // len(ahead.mass))

    def at_end(chances: Floats) -> Floats:
        _, missed = deque(missed_masses(ahead.mass, window, chances), maxlen=1).pop()
        return missed

    # an indicator that nobody can find: its mass is the whole
    whole = at_end(np.zeros((1, len(ahead.mass))))
    found = [onward(whole)]
    for first in range(0, len(shown), wide):
        found.append(onward(at_end(shown[first : first + wide])))
    for first in range(0, len(at), wide):
        found.append(onward(whole * held[first : first + wide, None]))
    return ahead.log_weight, np.concatenate(found)


def _onward(ahead: Ahead) -> Callable[[Floats], Floats]:
    """Return what carries masses (B, K, N) through all steps left: (B, K, M_b) in the end."""
    if not ahead.sampled:
        steps = tuple(ahead.steps)

        def through(masses: Floats) -> Floats:
            for step in steps:
                masses = step.carry(masses)
            return ahead.per_draw(masses)

        return through

    # a path moves all masses by one law, which those of a scenario each tell
    count, draws = len(ahead.mass), ahead.draws.stop - ahead.draws.start
    law = np.repeat(np.eye(count)[:, :, None], ahead.mass.shape[-1], axis=-1)
    for step in ahead.steps:
        law = step.carry(law)
    law = law.reshape(count, count, draws, -1).transpose(2, 0, 3, 1).reshape(draws, -1, count)

    def along(masses: Floats) -> Floats:
        own = masses.reshape(len(masses), count, draws, -1).transpose(2, 0, 1, 3)
        return (own.reshape(draws, len(masses), -1) @ law).transpose(1, 2, 0)

    return along


def _watched(
    kind: Literal["indicator", "driver"], id: str, names: Sequence[str], joint: Floats
) -> Watched:
    """Describe what joint probabilities (O, K) of outcome and scenario tell."""
    joint = np.maximum(joint, 0.0)
    chance = joint.sum(axis=1)
    # an outcome that cannot be tells nothing
    given = np.where(
        chance[:, None] > 0, joint / np.where(chance > 0, chance, 1.0)[:, None], joint.sum(axis=0)
    )
    return Watched(
        kind=kind,
        id=id,
        information=mutual_information(joint),
        outcomes=tuple(
            Outcome(name, float(p), row) for name, p, row in zip(names, chance, given, strict=True)
        ),
    )


def mutual_information(joint: Floats) -> float:
    """Return the mutual information of two variables, in bits.

    Parameters
    ----------
    joint : (O, K)
        Joint probabilities; sum to one.

    Examples
    --------
    >>> mutual_information(np.array([[0.5, 0.0], [0.0, 0.5]]))
    1.0
    >>> round(mutual_information(np.outer([0.3, 0.7], [0.5, 0.5])), 12)
    0.0
    """
    apart = _entropy(joint.sum(axis=0)) + _entropy(joint.sum(axis=1))
    return max(apart - _entropy(joint.ravel()), 0.0)


def _entropy(probability: Floats) -> float:
    held = probability[probability > 0]
    return float(-(held * np.log2(held)).sum())


def _ranked(watched: Sequence[Watched]) -> tuple[Watched, ...]:
    return tuple(sorted(watched, key=lambda one: (-one.information, one.id)))
