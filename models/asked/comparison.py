"""Analysts side by side: what each forecasts, what their pool does, and what would decide.

The observation that would best tell analysts apart is the one with the largest mutual
information between who is right (by the weights that the evidence so far leaves them) and
what a check would find: the expected fall in doubt about whose model to trust (Lindley 1956,
doi:10.1214/aoms/1177728069). Every outcome of the check counts, that nothing is found too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tarjih.errors import InvalidRequest, Problem
from tarjih.models.asked.sightings import chance_found
from tarjih.models.forecasting import forecast
from tarjih.models.posterior import believe, clamps_of
from tarjih.models.record import Forecast, Intervention
from tarjih.priors.draws import Draws
from tarjih.priors.pool import pooled
from tarjih.priors.store import draws_digest, obtain_draws
from tarjih.scenarios.dissent import pool_shares, views
from tarjih.scenarios.records import Analyst, Item, Study

__all__ = ["Comparison", "Observation", "Opinion", "compare_analysts", "information"]

Floats = NDArray[np.float64]
Window = Literal["step", "horizon"]
_DRAWS = 1000


@dataclass(frozen=True, slots=True)
class Opinion:
    """One analyst's forecast.

    Attributes
    ----------
    share, share_now : float
        What their view counts in the pool: as stated, and after the evidence.
    forecast : Forecast
        Of their view.
    draws : Draws
        Of their view.
    """

    analyst: Analyst
    share: float
    share_now: float
    forecast: Forecast
    draws: Draws


@dataclass(frozen=True, slots=True)
class Observation:
    """A check for an indicator, in every step from as-of to a date, and what it would tell.

    Attributes
    ----------
    indicator : str
    window : {"step", "horizon"}
        The next step alone, or every step up to the horizon.
    date : datetime.date
        Its last day.
    expected : tuple of float
        How probable each analyst holds it that the indicator is found.
    pool : float
        How probable the pool holds it.
    information : float
        Mutual information between analyst and outcome, in bits.
    if_found, if_not : tuple of float
        What each analyst's view would count after either outcome.
    """

    indicator: str
    window: Window
    date: dt.date
    expected: tuple[float, ...]
    pool: float
    information: float
    if_found: tuple[float, ...]
    if_not: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The views of a study's analysts, their pool, and what would tell them apart.

    Attributes
    ----------
    opinions : tuple of Opinion
        In the study's order.
    pool : Forecast
    pool_draws : Draws
    observations : tuple of Observation
        The most telling first.
    """

    study: Study
    opinions: tuple[Opinion, ...]
    pool: Forecast
    pool_draws: Draws
    observations: tuple[Observation, ...]


def compare_analysts(
    study: Study,
    items: Sequence[Item] | None = None,
    *,
    as_of: dt.date | str | None = None,
    horizon: float | dt.date | None = None,
    interventions: Sequence[Intervention] = (),
    draws: Sequence[Draws] | None = None,
    engine: str = "auto",
    seed: int = 0,
) -> Comparison:
    """Compare the analysts of a study.

    Parameters
    ----------
    study : Study
        With at least two analysts.
    items, as_of, horizon, interventions, engine, seed
        As for `forecast`; the same for all, so that nothing but opinion differs.
    draws : sequence of Draws, optional
        Of each analyst's view. Default: those shipped or cached, or new fits.

    Raises
    ------
    InvalidRequest
        If there are not two analysts, and as `forecast`.
    """
    if len(study.analysts) < 2:
        what = "the study has no analysts to compare"
        if study.analysts:
            what = f"the study has one analyst, {study.analysts[0].id}, and nobody to compare with"
        raise InvalidRequest(
            Problem(
                study.id,
                what,
                mend="name two or more under `analysts:`, and mark judgements (`by:`) or effects "
                "(`effects_by:`) as theirs",
            )
        )
    seen, shares = views(study), pool_shares(study)
    own = [obtain_draws(one) for one in seen] if draws is None else list(draws)
    mixed = pooled(own, shares, digest=draws_digest(study))

    def ask(of: Study, using: Draws) -> Forecast:
        return forecast(
            of, items, as_of=as_of, horizon=horizon, interventions=interventions, draws=using,
            engine=engine, seed=seed, replay=False,
        )  # fmt: skip

    pool = ask(study, mixed)
    forecasts = [ask(one, using) for one, using in zip(seen, own, strict=True)]
    now = np.bincount(mixed.analyst, weights=pool.weight, minlength=len(seen))
    found = [_found(each, using, seed) for each, using in zip(forecasts, own, strict=True)]
    return Comparison(
        study=study,
        opinions=tuple(
            Opinion(analyst, share, float(after), each, using)
            for analyst, share, after, each, using in zip(
                study.analysts, shares, now, forecasts, own, strict=True
            )
        ),
        pool=pool,
        pool_draws=mixed,
        observations=_observations(pool, np.stack(found), now),
    )


def information(expected: Floats, shares: Floats) -> Floats:
    """Return the mutual information between analyst and outcome, in bits.

    Parameters
    ----------
    expected : (A, ...)
        Probability of the outcome under each analyst.
    shares : (A,)
        Probability of each analyst.

    Returns
    -------
    (...,)

    Examples
    --------
    >>> round(float(information(np.array([0.0, 1.0]), np.array([0.5, 0.5]))), 6)
    1.0
    >>> float(information(np.array([0.3, 0.3]), np.array([0.5, 0.5])))
    0.0
    """
    together = np.tensordot(shares, expected, axes=1)
    apart = np.tensordot(shares, _entropy(expected), axes=1)
    return np.maximum(np.asarray(_entropy(together) - apart), 0.0)


def _entropy(probability: Floats) -> Floats:
    total: Floats = np.zeros(np.shape(probability))
    for each in (probability, 1.0 - np.asarray(probability)):
        safe = np.where(each > 0, each, 1.0)
        total = total - safe * np.log2(safe)
    return total


def _found(made: Forecast, draws: Draws, seed: int) -> Floats:
    """Return the chance (H, I) that checks find each indicator, as one view has it."""
    posterior = believe(
        made.study,
        [entry.item for entry in made.evidence.entries],
        as_of=made.as_of,
        draws=draws.thin(_DRAWS),
        engine=made.engine,
        seed=seed,
    )
    last = made.horizon_step
    clamps = clamps_of(made.study, made.interventions, made.as_of_step, last)
    return chance_found(posterior, last, clamps)


def _observations(pool: Forecast, found: Floats, shares: Floats) -> tuple[Observation, ...]:
    """Weigh every indicator in both windows; ``found`` is (A, H, I)."""
    windows: list[tuple[Window, int]] = [("step", 0), ("horizon", found.shape[1] - 1)]
    if found.shape[1] == 1:
        del windows[0]
    made = []
    for window, row in windows:
        for i, indicator in enumerate(pool.study.indicators):
            expected = found[:, row, i]
            made.append(
                Observation(
                    indicator=indicator.id,
                    window=window,
                    date=pool.dates[pool.as_of_step + 1 + row],
                    expected=tuple(expected.tolist()),
                    pool=float(shares @ expected),
                    information=float(information(expected, shares)),
                    if_found=_after(shares, expected),
                    if_not=_after(shares, 1.0 - expected),
                )
            )
    return tuple(sorted(made, key=lambda one: -one.information))


def _after(shares: Floats, likelihood: Floats) -> tuple[float, ...]:
    joint = shares * likelihood
    return tuple((joint / joint.sum() if joint.sum() > 0 else shares).tolist())
