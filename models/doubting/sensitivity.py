"""Which doubts matter: what of a result's band each group of uncertain parameters accounts for.

The band of a probability is its spread over draws of the parameters: what of it each group
accounts for (see ``doubt_shares``) is what better knowledge of that group could take away.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tarjih.errors import InvalidRequest, Problem, nearest
from tarjih.models.doubting.doubt_shares import Shares, shares_of
from tarjih.models.doubting.doubts import doubts_of
from tarjih.models.engines.particle import ParticleEngine
from tarjih.models.forecasting import diagnose, forecast_of, normalised
from tarjih.models.posterior import believe, clamps_of, last_step_of
from tarjih.models.record import Diagnostics, Forecast, Intervention, weighted_quantile
from tarjih.priors.draws import Draws
from tarjih.scenarios.records import Item, Study

__all__ = ["WHENS", "Sensitivity", "When", "check_asked", "sensitivity_indices"]

Floats = NDArray[np.float64]
When = Literal["now", "horizon", "ever"]
WHENS: tuple[When, ...] = ("now", "horizon", "ever")

_PATHS = 64


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """Which doubts matter for one probability.

    Attributes
    ----------
    scenario : str
    when : {"now", "horizon", "ever"}
        In force at as-of, at the horizon, or ever by it.
    mean, q05, q95 : float
        The probability and its band over draws, on the paths of this question.
    forecast : Forecast
        As every other command has it, on fewer paths: what is shown of the probability.
    shares : Shares
    noise : float
        Share of the spread over draws that is the simulation's own, taken out of the shares.
    """

    study: Study
    as_of: dt.date
    horizon: dt.date
    scenario: str
    when: When
    mean: float
    q05: float
    q95: float
    shares: Shares
    noise: float
    engine: str
    seed: int
    interventions: tuple[Intervention, ...]
    diagnostics: Diagnostics
    forecast: Forecast = field(compare=False, repr=False)


def sensitivity_indices(
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
) -> Sensitivity:
    """Ask which uncertain parameters a probability's band comes from.

    Parameters
    ----------
    study : Study
    scenario : str, optional
        Default: the one most probable then.
    when : {"now", "horizon", "ever"}
    items, as_of, horizon, interventions, draws, engine, seed
        As for `forecast`. The particle engine draws four times as many paths as there, since
        their noise would pass for doubt.

    Raises
    ------
    InvalidRequest
        As `forecast`; or if there is no such scenario or time.

    Notes
    -----
    It asks about doubt, not about levers: what would follow if a driver were held is the
    question of `tornado`.

    Examples
    --------
    >>> import tarjih
    >>> study = tarjih.load("syria_russia")
    >>> found = sensitivity_indices(study, when="now", as_of="2025-08-06")
    >>> found.scenario, found.shares.groups[0].kind
    ('limited_leverage', 'initial')
    """
    check_asked(study, scenario, when)
    posterior = believe(study, items, as_of=as_of, draws=draws, engine=engine, seed=seed)
    forecast = forecast_of(posterior, horizon=horizon, interventions=interventions, replay=False)
    parameters = posterior.engine.draws
    if posterior.engine.paths:
        many = ParticleEngine(study, parameters, paths=_PATHS, seed=seed)
        posterior = replace(posterior, engine=many)
    now = posterior.as_of_step
    last = last_step_of(study, now, horizon)
    run = posterior.run(last, clamps_of(study, interventions, now, last))
    log_weight = normalised(run.log_weight)
    weight = np.exp(log_weight)
    step = 0 if when == "now" else -1
    of_all, noise_of_all = (
        (run.ever[step], run.ever_noise[step])
        if when == "ever"
        else (run.probability[step], run.probability_noise[step])
    )
    k = int(np.argmax(weight @ of_all)) if scenario is None else study.scenario_ids.index(scenario)
    output, path_noise = of_all[:, k], noise_of_all[:, k]
    mean = float(weight @ output)
    spread = float(weight @ (output - mean) ** 2)
    noise = min(float(weight @ path_noise) / spread, 1.0) if spread > 0 else 0.0
    band = mean + (output - mean) * np.sqrt(1 - noise)
    low, high = weighted_quantile(band[:, None], weight, (0.05, 0.95)).ravel().tolist()
    return Sensitivity(
        study=study,
        as_of=posterior.as_of,
        horizon=study.calendar.last_day(last),
        scenario=study.scenario_ids[k],
        when=when,
        mean=mean,
        q05=low,
        q95=high,
        shares=shares_of(
            output,
            doubts_of(study, parameters, posterior.evidence.trust),
            weight,
            noise=noise,
            seed=seed,
        ),
        noise=noise,
        engine=posterior.engine_name,
        seed=seed,
        interventions=tuple(interventions),
        diagnostics=diagnose(log_weight, paths=run.paths, ess_paths=run.ess_paths),
        forecast=forecast,
    )


def check_asked(
    study: Study, scenario: str | None, when: str, allowed: Sequence[When] = WHENS
) -> When:
    """Return the time asked about, if there is such a one, and such a scenario.

    Raises
    ------
    InvalidRequest
    """
    ids = study.scenario_ids
    if scenario is not None and scenario not in ids:
        mend = nearest(scenario, ids)
        raise InvalidRequest(
            Problem("--scenario", "unknown scenario", scenario, ", ".join(ids), mend)
        )
    for each in allowed:
        if each == when:
            return each
    mend = nearest(when, allowed)
    raise InvalidRequest(Problem("--at", "unknown time", when, ", ".join(allowed), mend))
