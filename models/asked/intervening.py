"""What if: the same forecast with drivers held, on the same draws and the same dice.

Both forecasts go along the same paths, so a difference is owed to what is held, not to chance.
Its interval is taken draw by draw: parameters are shared, and doubt that moves both forecasts
alike is no doubt about their difference.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tarjih.errors import InvalidRequest, Problem
from tarjih.models.engines.protocol import Ahead, path_noise
from tarjih.models.forecasting import forecast_of, without_noise
from tarjih.models.posterior import Posterior, believe, clamps_of
from tarjih.models.record import Forecast, Intervention
from tarjih.priors.draws import Draws
from tarjih.scenarios.records import Item, Study

__all__ = ["COLUMNS", "WhatIf", "check_held", "whatif"]

Floats = NDArray[np.float64]
COLUMNS = ("now", "at_horizon", "ever_by_horizon")
"""What is told of every scenario; `WhatIf.difference` has them in this order."""


@dataclass(frozen=True, eq=False)
class WhatIf:
    """A forecast as things stand beside one in which drivers are held.

    Attributes
    ----------
    baseline, held : Forecast
        Without and with the interventions; all else is the same.
    difference : (3, M, K)
        Held less baseline under each draw, path noise taken out: in force now, at the horizon,
        and ever by it.
    """

    baseline: Forecast
    held: Forecast
    difference: Floats

    @property
    def study(self) -> Study:
        """The study asked about."""
        return self.baseline.study

    @property
    def interventions(self) -> tuple[Intervention, ...]:
        """What is held."""
        return self.held.interventions

    def table(self) -> dict[str, dict[str, dict[str, Mapping[str, float]]]]:
        """Return mean, q05, q95 of baseline, held and difference.

        Keys are scenario, then column ("now", "at_horizon", "ever_by_horizon"), then which.
        """
        baseline, held = self.baseline.table(), self.held.table()
        mean = self.baseline.mean(self.difference)
        low, high = self.baseline.quantile(self.difference, (0.05, 0.95))
        return {
            scenario: {
                column: {
                    "baseline": baseline[scenario][column],
                    "held": held[scenario][column],
                    "difference": {
                        "mean": float(mean[c, k]),
                        "q05": float(low[c, k]),
                        "q95": float(high[c, k]),
                    },
                }
                for c, column in enumerate(COLUMNS)
            }
            for k, scenario in enumerate(self.study.scenario_ids)
        }


def whatif(
    study: Study,
    interventions: Sequence[Intervention],
    items: Sequence[Item] | None = None,
    *,
    as_of: dt.date | str | None = None,
    horizon: float | dt.date | None = None,
    draws: Draws | None = None,
    engine: str = "auto",
    seed: int = 0,
) -> WhatIf:
    """Hold drivers at levels, and set the forecast beside the one as things stand.

    Parameters
    ----------
    study : Study
    interventions : sequence of Intervention
        At least one; several act together.
    items, as_of, horizon, draws, engine, seed
        As for `forecast`.

    Returns
    -------
    WhatIf

    Raises
    ------
    InvalidRequest
        If nothing is held, and as `forecast`.

    Notes
    -----
    Drivers are assumed exogenous: holding one asks what would follow if it were so, and tells
    nothing of what learning it would. An observed level belongs among the items.

    Examples
    --------
    >>> import tarjih
    >>> study = tarjih.load("syria_russia")
    >>> full = Intervention("us_withdrawal", study.driver("us_withdrawal").index("full"))
    >>> found = whatif(study, [full], as_of="2025-08-06")
    >>> found.baseline.leader, found.held.leader
    ('limited_leverage', 'limited_leverage')
    """
    check_held(study, interventions)
    posterior = believe(study, items, as_of=as_of, draws=draws, engine=engine, seed=seed)
    baseline = forecast_of(posterior, horizon=horizon, replay=False)
    held = forecast_of(posterior, horizon=horizon, interventions=interventions, replay=False)
    difference = _difference(posterior, held)
    difference.flags.writeable = False
    return WhatIf(baseline, held, difference)


def check_held(study: Study, interventions: Sequence[Intervention]) -> None:
    """Refuse to compare a forecast with itself.

    Raises
    ------
    InvalidRequest
        If nothing is held.
    """
    if interventions:
        return
    raise InvalidRequest(
        Problem(
            "--set",
            "say what is to be held",
            allowed="DRIVER=LEVEL or DRIVER=LEVEL@DATE, one or more",
            mend=_example(study),
        )
    )


def _example(study: Study) -> str | None:
    if not study.drivers:
        return None
    driver = study.drivers[0]
    level = driver.levels[0 if driver.reference else -1]
    return f"for example --set {driver.id}={level.id}"


@dataclass(frozen=True, slots=True)
class _Ends:
    """What a block comes to: in force at the horizon, and ever by it.

    Attributes
    ----------
    mean : (2, m, K)
    mass : (2, K, N) or None
        By path, with the shares (N,) that the paths have; None if nothing was sampled.
    """

    mean: Floats
    mass: Floats | None
    share: Floats


def _difference(posterior: Posterior, held: Forecast) -> Floats:
    """Return held less baseline, (3, M, K), without path noise."""
    last = held.horizon_step
    clamps = clamps_of(posterior.study, held.interventions, posterior.as_of_step, last)
    change, noise = [], []
    pairs = zip(posterior.map(_ends, last), posterior.map(_ends, last, clamps), strict=True)
    for before, after in pairs:
        mean = after.mean - before.mean
        change.append(mean)
        if before.mass is None or after.mass is None:
            noise.append(np.zeros_like(mean))
        else:
            # path by path: the dice are the same, and mostly fall out
            away = zip(after.mass - before.mass, mean, strict=True)
            noise.append(np.stack([path_noise(one, before.share, m) for one, m in away]))
    later = without_noise(
        np.concatenate(change, axis=1), np.concatenate(noise, axis=1), held.log_weight
    )
    # what is held begins after as-of
    return np.concatenate([np.zeros_like(later[:1]), later])


def _ends(ahead: Ahead) -> _Ends:
    count = len(ahead.mass)
    each = np.arange(count)
    # the last row is the whole; row k of the others is what never visited k
    rows = np.repeat(ahead.mass[None], count + 1, axis=0)
    rows[each, each] = 0.0
    for step in ahead.steps:
        rows = step.carry(rows)
        rows[each, each] = 0.0
    share = rows[-1].sum(axis=0)
    mass = np.stack([rows[-1], share - rows[:-1].sum(axis=1)])
    mean = ahead.per_draw(mass).transpose(0, 2, 1)
    return _Ends(mean, mass if ahead.sampled else None, share)
