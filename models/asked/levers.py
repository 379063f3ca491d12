"""Which levers matter: what holding each driver at either end would do to one scenario.

Every driver in turn is held at its lowest and at its highest level, from the step after as-of
on, on the draws, paths and dice of the forecast as it stands; so a difference is owed to what
is held. Drawn as bars this is a tornado of *interventions*. It is no statement of doubt: which
uncertain parameters a band comes from is the question of ``sensitivity``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tarjih.models.doubting.sensitivity import When, check_asked
from tarjih.models.engines.protocol import Ahead, Clamp, path_noise
from tarjih.models.forecasting import forecast_of, without_noise
from tarjih.models.posterior import Posterior, believe, clamps_of
from tarjih.models.record import Forecast, Intervention, weighted_quantile
from tarjih.priors.draws import Draws
from tarjih.scenarios.records import Item, Study

__all__ = ["TIMES", "Held", "Lever", "Tornado", "tornado"]

Floats = NDArray[np.float64]

TIMES: tuple[When, ...] = ("horizon", "ever")
"""What is held begins after as-of, so that nothing moves now."""


@dataclass(frozen=True, slots=True)
class Held:
    """What holding a driver at one level comes to.

    Attributes
    ----------
    level : int
    probability : float
        Of the scenario, with the driver held.
    change, q05, q95 : float
        By how much that differs from the forecast as it stands, and the 90% interval of the
        difference over draws (parameters only).
    at_horizon : tuple of float
        Of every scenario at the horizon, with the driver held.
    """

    level: int
    probability: float
    change: float
    q05: float
    q95: float
    at_horizon: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Lever:
    """One driver, held at either end.

    Attributes
    ----------
    driver : str
    now : int
        Its most probable level at as-of.
    lowest, highest : Held
    """

    driver: str
    now: int
    lowest: Held
    highest: Held

    @property
    def swing(self) -> float:
        """How far apart the two ends are."""
        return abs(self.highest.probability - self.lowest.probability)


@dataclass(frozen=True, slots=True, eq=False)
class Tornado:
    """Every driver held at either end, the widest swing first.

    Attributes
    ----------
    baseline : Forecast
        As it stands; with the interventions that hold throughout, if any were asked for.
    scenario : str
    when : {"horizon", "ever"}
    probability : float
        Of the scenario in the baseline.
    levers : tuple of Lever
        Drivers that the baseline itself holds are left out.
    """

    baseline: Forecast
    scenario: str
    when: When
    probability: float
    levers: tuple[Lever, ...]


def tornado(
    study: Study,
    items: Sequence[Item] | None = None,
    *,
    scenario: str | None = None,
    when: When = "horizon",
    as_of: dt.date | str | None = None,
    horizon: float | dt.date | None = None,
    interventions: Sequence[Intervention] = (),
    draws: Draws | None = None,
    engine: str = "auto",
    seed: int = 0,
) -> Tornado:
    """Hold each driver at its lowest and at its highest level, and see what a scenario does.

    Parameters
    ----------
    study : Study
    scenario : str, optional
        Default: the one most probable at the horizon.
    when : {"horizon", "ever"}
        In force at the horizon, or at any time by it.
    items, as_of, horizon, draws, engine, seed
        As for `forecast`.
    interventions : sequence of Intervention
        Held in all of it.

    Raises
    ------
    InvalidRequest
        As `forecast`; or if there is no such scenario or time.

    Examples
    --------
    >>> import tarjih
    >>> study = tarjih.load("syria_russia")
    >>> found = tornado(study, scenario="overt_support", as_of="2025-08-06")
    >>> found.levers[0].driver, found.levers[0].lowest.change > 0.05
    ('ukraine_war', True)
    """
    check_asked(study, scenario, when, TIMES)
    posterior = believe(study, items, as_of=as_of, draws=draws, engine=engine, seed=seed)
    baseline = forecast_of(posterior, horizon=horizon, interventions=interventions, replay=False)
    name = baseline.leader if scenario is None else scenario
    k = study.scenario_ids.index(name)
    asked = _Asked(
        posterior,
        baseline,
        k,
        when,
        clamps_of(study, interventions, posterior.as_of_step, baseline.horizon_step),
    )
    before = asked.ends(())
    held = {one.driver for one in interventions}
    levers = [
        Lever(
            driver=driver.id,
            now=int(np.argmax(baseline.levels[j][0])),
            lowest=asked.held(before, j, 0),
            highest=asked.held(before, j, len(driver.levels) - 1),
        )
        for j, driver in enumerate(study.drivers)
        if driver.id not in held
    ]
    levers.sort(key=lambda one: -one.swing)
    column = baseline.at_horizon if when == "horizon" else baseline.ever_by_horizon
    return Tornado(baseline, name, when, float(column[k]), tuple(levers))


@dataclass(frozen=True, slots=True)
class _Ends:
    """What a block of draws comes to: means (m,), and by place the mass (N,) and shares (N,).

    ``column`` (K, m) are the means of all scenarios at the horizon.
    """

    column: Floats
    mean: Floats
    mass: Floats
    share: Floats
    sampled: bool


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """One scenario of one forecast."""

    posterior: Posterior
    baseline: Forecast
    k: int
    when: When
    clamps: tuple[Clamp, ...]

    def ends(self, clamps: Sequence[Clamp]) -> list[_Ends]:
        """Carry belief on to the horizon, with more held."""
        return self.posterior.map(self._end, self.baseline.horizon_step, (*self.clamps, *clamps))

    def held(self, before: list[_Ends], driver: int, level: int) -> Held:
        """Compare the forecast as it stands with one in which a driver is held."""
        after = self.ends((Clamp(driver, level, self.posterior.as_of_step + 1),))
        pairs = list(zip(before, after, strict=True))
        change = np.concatenate([b.mean - a.mean for a, b in pairs])
        # path by path: the dice are the same, and mostly fall out
        noise = np.concatenate(
            [
                path_noise((b.mass - a.mass)[None], a.share, (b.mean - a.mean)[:, None])[:, 0]
                if a.sampled
                else np.zeros_like(a.mean)
                for a, b in pairs
            ]
        )
        log_weight, weight = self.baseline.log_weight, self.baseline.weight
        change = without_noise(change[:, None], noise[:, None], log_weight)
        low, high = weighted_quantile(change, weight, (0.05, 0.95))[:, 0].tolist()
        mean = float(weight @ np.concatenate([one.mean for one in after]))
        column = np.concatenate([one.column for one in after], axis=1) @ weight
        return Held(level, mean, float(weight @ change[:, 0]), low, high, tuple(column.tolist()))

    def _end(self, ahead: Ahead) -> _Ends:
        whole = ahead.mass
        # what never visited the scenario
        missed = whole.copy()
        missed[self.k] = 0.0
        ever = self.when == "ever"
        for step in ahead.steps:
            if ever:
                whole, missed = step.carry(np.stack([whole, missed]))
                missed[self.k] = 0.0
            else:
                whole = step.carry(whole)
        share = whole.sum(axis=0)
        mass = share - missed.sum(axis=0) if ever else whole[self.k]
        return _Ends(ahead.per_draw(whole), ahead.per_draw(mass), mass, share, ahead.sampled)
