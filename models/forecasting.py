"""From a study and its items to a `Forecast`.

The past is *replayed*: at each past date the filter is run again with what was known by
then, so that a line up to as-of shows what would have been said, not what hindsight says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tarjih.models.moving.pareto import KHAT_LIMIT, pareto_k
from tarjih.models.posterior import Posterior, believe, clamps_of, last_step_of
from tarjih.models.record import Diagnostics, Forecast, Intervention
from tarjih.priors import Draws
from tarjih.scenarios.records import Item, Study

if TYPE_CHECKING:
    from tarjih.models.moving.moves import Movement
    from tarjih.models.moving.settling import Timeline

__all__ = ["diagnose", "forecast", "forecast_of", "normalised", "without_noise"]

Floats = NDArray[np.float64]
_MOST_REPLAYS = 36
_LEAST_DRAWS_SHARE = 0.05


def forecast(
    study: Study,
    items: Sequence[Item] | None = None,
    *,
    as_of: dt.date | str | None = None,
    horizon: float | dt.date | None = None,
    interventions: Sequence[Intervention] = (),
    draws: Draws | None = None,
    engine: str = "auto",
    seed: int = 0,
    replay: bool = True,
) -> Forecast:
    """Forecast the scenarios of a study.

    Parameters
    ----------
    study : Study
    items : sequence of Item, optional
        Default: the study's seed evidence.
    as_of : date or str, optional
        Only what was known by this day is used. Default: the latest known date of the
        items, never today.
    horizon : float or date, optional
        Months from the as-of step, or a date. Default: the study's.
    interventions : sequence of Intervention
        Drivers held at a level from the step after as-of on, or from a later date.
    draws : Draws, optional
        Default: those shipped or cached for the study, or a new fit.
    engine : {"auto", "exact", "particle", "pymc"}
        By default exact where that is cheap, else particle.
    seed : int
        Forecasts with the same seed share their random numbers.
    replay : bool
        Whether past dates are replayed; without, only the origin's and as-of's belief are.

    Returns
    -------
    Forecast

    Raises
    ------
    InvalidRequest
        If as-of lies before the origin or a century after it, the horizon not after as-of or
        a century beyond it, an intervention names what does not exist or starts before
        as-of, or the engine is unknown.

    Examples
    --------
    >>> import tarjih
    >>> study = tarjih.load("syria_russia")
    >>> result = tarjih.forecast(study, as_of="2025-08-06")
    >>> result.leader
    'limited_leverage'
    """
    posterior = believe(study, items, as_of=as_of, draws=draws, engine=engine, seed=seed)
    return forecast_of(posterior, horizon=horizon, interventions=interventions, replay=replay)


def forecast_of(
    posterior: Posterior,
    *,
    horizon: float | dt.date | None = None,
    interventions: Sequence[Intervention] = (),
    replay: bool = True,
    past: bool = True,
) -> Forecast:
    """Forecast from a belief that is there already; the keywords are those of `forecast`.

    Without ``past`` not even the belief at the origin is there: as-of comes first.
    """
    study, seed = posterior.study, posterior.engine.seed
    day, now = posterior.as_of, posterior.as_of_step
    last = last_step_of(study, now, horizon)
    run = posterior.run(last, clamps_of(study, interventions, now, last))
    log_weight = normalised(run.log_weight)
    probability = without_noise(run.probability, run.probability_noise, log_weight)

    replays = _replays(study, posterior.items, day) if replay else [study.origin]
    told: list[tuple[int, dt.date, Floats, Floats, list[Floats]]] = []
    timeline = _timeline(posterior)
    for date in replays if past else ():
        if date == day:
            continue
        then = posterior.at(date)
        found = then.run(then.as_of_step) if timeline is None else timeline.run(then)
        weight = normalised(found.log_weight)
        values = without_noise(found.probability, found.probability_noise, weight)
        states = [level[0] for level in found.levels]
        told.append((then.as_of_step, date, values[0], weight, states))
    told.append((now, day, probability[0], log_weight, [level[0] for level in run.levels]))
    steps, dates, replayed, replayed_log_weight, states_at = zip(*told, strict=True)
    return Forecast(
        study=study,
        as_of=day,
        as_of_step=now,
        horizon_step=last,
        engine=posterior.engine_name,
        seed=seed,
        dates=tuple(_date(study, step, now, day) for step in range(last + 1)),
        replayed_steps=steps,
        replayed_dates=dates,
        replayed=_frozen(np.stack(replayed)),
        replayed_log_weight=_frozen(np.stack(replayed_log_weight)),
        probability=_frozen(probability),
        ever=_frozen(without_noise(run.ever, run.ever_noise, log_weight)),
        levels=tuple(_frozen(level) for level in run.levels),
        log_weight=_frozen(log_weight),
        evidence=posterior.evidence,
        interventions=tuple(interventions),
        diagnostics=diagnose(
            log_weight, paths=run.paths, ess_paths=run.ess_paths, movement=posterior.movement
        ),
        replayed_levels=tuple(_frozen(np.stack(level)) for level in zip(*states_at, strict=True)),
    )


def _timeline(posterior: Posterior) -> Timeline | None:
    """Return what leads draws along the past, where those of the prior will not do."""
    if posterior.movement is None:
        return None
    from tarjih.models.moving.settling import Timeline

    return Timeline()


def _replays(study: Study, items: Sequence[Item], day: dt.date) -> list[dt.date]:
    """Return the past dates to replay: ends of steps, and days on which there was news.

    News is an item that became known, or is no longer held from that day on.

    At most 36 of them between the origin and as-of, spread evenly.
    """
    calendar = study.calendar
    ends = {calendar.last_day(step) for step in range(calendar.index(day))}
    news = {item.known for item in items} | {item.until for item in items if item.until}
    between = sorted(date for date in ends | news if study.origin < date < day)
    if len(between) > _MOST_REPLAYS:
        spread = np.linspace(0, len(between) - 1, _MOST_REPLAYS).round().astype(int)
        between = [between[i] for i in spread]
    return [study.origin, *between, day]


def _date(study: Study, step: int, now: int, day: dt.date) -> dt.date:
    if step == now:
        return day
    return study.origin if step == 0 else study.calendar.last_day(step)


def normalised(log_weight: Floats) -> Floats:
    """Return log weights (M,) whose exponentials sum to one."""
    largest = log_weight.max()
    shifted: Floats = log_weight - largest - np.log(np.exp(log_weight - largest).sum())
    return shifted


def without_noise(values: Floats, noise: Floats, log_weight: Floats) -> Floats:
    """Shrink draw means (..., M, K) toward their mean by the share of variance owed to paths.

    The mean is kept; the band across draws then shows doubt about parameters, not dice.
    """
    weight = np.exp(log_weight)[:, None]
    mean = (values * weight).sum(axis=-2, keepdims=True)
    spread = ((values - mean) ** 2 * weight).sum(axis=-2, keepdims=True)
    owed = (noise * weight).sum(axis=-2, keepdims=True)
    kept = np.sqrt(np.clip(1 - owed / np.where(spread > 0, spread, 1.0), 0.0, 1.0))
    shrunk: Floats = mean + (values - mean) * kept
    return shrunk


def diagnose(
    log_weight: Floats, *, paths: int, ess_paths: float, movement: Movement | None = None
) -> Diagnostics:
    """Say whether weighted averages can be trusted.

    Parameters
    ----------
    log_weight : (M,)
        Of the draws; their exponentials sum to one.
    paths, ess_paths
        As in `Diagnostics`.
    movement : Movement, optional
        How draws were moved: what they are worth is not told by their weights alone.
    """
    count = len(log_weight)
    ess = float(1 / np.exp(2 * log_weight).sum())
    khat = pareto_k(log_weight)
    reasons = []
    if movement is not None:
        # what moving cost and what fresh dice cost come on top of each other
        ess *= movement.effective / count
        reasons += [movement.reason] if movement.reason else []
    if khat > KHAT_LIMIT:
        reasons.append(f"Pareto k-hat of the draws is {khat:.2f}, above {KHAT_LIMIT}")
    if ess < _LEAST_DRAWS_SHARE * count:
        reasons.append(f"{ess:.0f} of {count} draws are effective, below 5%")
    if reasons:
        reasons.append("remedy: fit more draws, or move the origin nearer to the evidence")
    return Diagnostics(
        draws=count,
        paths=paths,
        ess_draws=ess,
        ess_paths=ess_paths,
        khat=khat,
        reliable=not reasons,
        reason="; ".join(reasons),
    )


def _frozen(array: Floats) -> Floats:
    array.flags.writeable = False
    return array
