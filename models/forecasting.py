"""From a study and its items to a `Forecast`.

The past is *replayed*: at each past date the filter is run again with what was known by
then, so that a line up to as-of shows what would have been said, not what hindsight says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tarjih.calendar import parse_date
from tarjih.errors import InvalidRequest, Problem, nearest
from tarjih.evidence import weigh_evidence
from tarjih.models.pareto import pareto_k
from tarjih.models.particle import Clamp, ParticleEngine, Run
from tarjih.models.record import Diagnostics, Forecast, Intervention
from tarjih.priors import Draws, obtain_draws
from tarjih.scenarios.records import Item, Study

__all__ = ["ENGINES", "clamp_of", "forecast"]

Floats = NDArray[np.float64]
EngineName = Literal["auto", "particle"]
ENGINES: tuple[EngineName, ...] = ("auto", "particle")
_PATHS = 16
_MOST_REPLAYS = 36
_MOST_MONTHS = 1200
_KHAT_LIMIT = 0.7
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
    engine : {"auto", "particle"}
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
    chosen = study.items if items is None else tuple(items)
    day = _as_of(study, chosen, as_of)
    calendar = study.calendar
    now = calendar.index(day)
    last = _last_step(study, now, horizon)
    clamps = [clamp_of(study, intervention, now, last) for intervention in interventions]
    if engine not in ENGINES:
        raise InvalidRequest(
            Problem(
                "engine", "unknown engine", got=engine, allowed=", ".join(ENGINES),
                mend=nearest(engine, ENGINES),
            )
        )  # fmt: skip
    if not 0 <= seed < 2**64:
        raise InvalidRequest(Problem("seed", "out of range", got=str(seed), allowed="0 to 2^64-1"))
    runner = ParticleEngine(
        study, obtain_draws(study) if draws is None else draws, paths=_PATHS, seed=seed
    )
    evidence = weigh_evidence(study, chosen, as_of=day, last_step=now)
    run = runner.run(evidence, as_of_step=now, last_step=last, clamps=clamps)
    log_weight = _normalise(run.log_weight)
    probability = _without_noise(run.probability, run.probability_noise, log_weight)

    replays = _replays(study, chosen, day) if replay else [study.origin]
    past: list[tuple[int, dt.date, Floats, Floats]] = []
    for date in replays:
        if date == day:
            continue
        step = calendar.index(date)
        known = weigh_evidence(study, chosen, as_of=date, last_step=step)
        then = runner.run(known, as_of_step=step, last_step=step)
        weight = _normalise(then.log_weight)
        values = _without_noise(then.probability, then.probability_noise, weight)
        past.append((step, date, values[0], weight))
    past.append((now, day, probability[0], log_weight))
    steps, dates, replayed, replayed_log_weight = zip(*past, strict=True)
    return Forecast(
        study=study,
        as_of=day,
        as_of_step=now,
        horizon_step=last,
        engine="particle",
        seed=seed,
        dates=tuple(_date(study, step, now, day) for step in range(last + 1)),
        replayed_steps=steps,
        replayed_dates=dates,
        replayed=_frozen(np.stack(replayed)),
        replayed_log_weight=_frozen(np.stack(replayed_log_weight)),
        probability=_frozen(probability),
        ever=_frozen(_without_noise(run.ever, run.ever_noise, log_weight)),
        levels=tuple(_frozen(level) for level in run.levels),
        log_weight=_frozen(log_weight),
        evidence=evidence,
        interventions=tuple(interventions),
        diagnostics=_diagnose(run, log_weight),
    )


def _as_of(study: Study, items: Sequence[Item], as_of: dt.date | str | None) -> dt.date:
    if as_of is None:
        return max([study.origin, *(item.known for item in items)])
    day = parse_date(as_of, "--as-of")
    latest = study.calendar.last_day(study.calendar.steps(_MOST_MONTHS))
    if not study.origin <= day <= latest:
        early = day < study.origin
        raise InvalidRequest(
            Problem(
                "--as-of",
                "before the origin of the study" if early else "too far after the origin",
                got=day.isoformat(),
                allowed=f"{study.origin.isoformat()} to {latest.isoformat()}",
                mend="earlier knowledge is inside the judgements" if early else None,
            )
        )
    return day


def _last_step(study: Study, now: int, horizon: float | dt.date | None) -> int:
    calendar = study.calendar
    if isinstance(horizon, dt.date):
        last = calendar.index(horizon)
    else:
        months = study.horizon if horizon is None else horizon
        last = now + calendar.steps(months) if 0 < months <= _MOST_MONTHS else now
    if not now < last <= now + calendar.steps(_MOST_MONTHS):
        raise InvalidRequest(
            Problem(
                "--horizon",
                "the horizon must lie after as-of",
                got=str(horizon),
                allowed=f"a number of months up to {_MOST_MONTHS}, or a date in a later step",
            )
        )
    return last


def clamp_of(study: Study, intervention: Intervention, now: int, last: int) -> Clamp:
    """Return an intervention in the engine's terms.

    Parameters
    ----------
    now, last : int
        The as-of step, and the horizon's.

    Raises
    ------
    InvalidRequest
        If it names what does not exist, or starts outside the forecast.
    """
    ids = study.driver_ids
    if intervention.driver not in ids:
        raise InvalidRequest(
            Problem(
                "--set", "unknown driver", got=intervention.driver, allowed=", ".join(ids),
                mend=nearest(intervention.driver, ids),
            )
        )  # fmt: skip
    driver = study.driver(intervention.driver)
    if not 0 <= intervention.level < len(driver.levels):
        raise InvalidRequest(
            Problem(
                "--set",
                f"no such level of {driver.id}",
                got=str(intervention.level),
                allowed=", ".join(level.id for level in driver.levels),
            )
        )
    step = now + 1
    if intervention.start is not None:
        step = study.calendar.index(intervention.start)
        if not now < step <= last:
            raise InvalidRequest(
                Problem(
                    "--set",
                    "an intervention starts after the as-of step and within the horizon",
                    got=intervention.start.isoformat(),
                    allowed=f"{study.calendar.first_day(now + 1).isoformat()} to "
                    f"{study.calendar.last_day(last).isoformat()}",
                )
            )
    return Clamp(ids.index(driver.id), intervention.level, step)


def _replays(study: Study, items: Sequence[Item], day: dt.date) -> list[dt.date]:
    """Return the past dates to replay: ends of steps, and days on which an item became known.

    At most 36 of them between the origin and as-of, spread evenly.
    """
    calendar = study.calendar
    ends = {calendar.last_day(step) for step in range(calendar.index(day))}
    news = {item.known for item in items}
    between = sorted(date for date in ends | news if study.origin < date < day)
    if len(between) > _MOST_REPLAYS:
        spread = np.linspace(0, len(between) - 1, _MOST_REPLAYS).round().astype(int)
        between = [between[i] for i in spread]
    return [study.origin, *between, day]


def _date(study: Study, step: int, now: int, day: dt.date) -> dt.date:
    if step == now:
        return day
    return study.origin if step == 0 else study.calendar.last_day(step)


def _normalise(log_weight: Floats) -> Floats:
    largest = log_weight.max()
    normalised: Floats = log_weight - largest - np.log(np.exp(log_weight - largest).sum())
    return normalised


def _without_noise(values: Floats, noise: Floats, log_weight: Floats) -> Floats:
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


def _diagnose(run: Run, log_weight: Floats) -> Diagnostics:
    count = len(log_weight)
    ess = float(1 / np.exp(2 * log_weight).sum())
    khat = pareto_k(log_weight)
    reasons = []
    if khat > _KHAT_LIMIT:
        reasons.append(f"Pareto k-hat of the draws is {khat:.2f}, above {_KHAT_LIMIT}")
    if ess < _LEAST_DRAWS_SHARE * count:
        reasons.append(f"{ess:.0f} of {count} draws are effective, below 5%")
    if reasons:
        reasons.append("remedy: fit more draws, or move the origin nearer to the evidence")
    return Diagnostics(
        draws=count,
        paths=run.paths,
        ess_draws=ess,
        ess_paths=run.ess_paths,
        khat=khat,
        reliable=not reasons,
        reason="; ".join(reasons),
    )


def _frozen(array: Floats) -> Floats:
    array.flags.writeable = False
    return array
