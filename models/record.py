"""The `Forecast`: what an engine found, with the questions any reader of it will ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tarjih.calendar import parse_date
from tarjih.errors import InvalidRequest, Problem, nearest
from tarjih.evidence.weighing.likelihood import Evidence
from tarjih.scenarios.records import Study

if TYPE_CHECKING:
    import xarray

__all__ = ["Diagnostics", "Forecast", "Intervention", "weighted_quantile"]

Floats = NDArray[np.float64]
_QUANTILES = {"q05": 0.05, "q25": 0.25, "q75": 0.75, "q95": 0.95}


@dataclass(frozen=True, slots=True)
class Intervention:
    """A driver held at a level from a date on (None: from the step after as-of)."""

    driver: str
    level: int
    start: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Diagnostics:
    """Can the weighted averages be trusted?

    Attributes
    ----------
    draws, paths : int
        M, and R for each draw.
    ess_draws, ess_paths : float
        Effective numbers of draws (of M) and of paths (of M·R).
    khat : float
        Pareto k̂ of the draws' weights.
    reliable : bool
    reason : str
        Empty when reliable; else what is wrong and the remedy.
    """

    draws: int
    paths: int
    ess_draws: float
    ess_paths: float
    khat: float
    reliable: bool
    reason: str


@dataclass(frozen=True, repr=False)
class Forecast:
    """Probabilities of the scenarios, replayed up to as-of and carried on to the horizon.

    With M draws, K scenarios, J drivers, H steps from as-of to the horizon and t replayed
    dates. Means and quantiles across draws are weighted by the evidence.

    Attributes
    ----------
    dates : tuple of datetime.date
        Of steps 0 … horizon_step: the origin, last days of steps, as-of at its own step.
    replayed_steps, replayed_dates : (t,)
        Past dates, each with what was known by then; the last is as-of.
    replayed, replayed_log_weight : (t, M, K), (t, M)
    probability, ever : (H+1, M, K)
        In force at the step; in force at any step from as-of to it. Path noise is taken out
        scenario by scenario, so the weighted means sum to one, single draws only nearly.
    levels : tuple of (H+1, L_j)
        Driver level probabilities from as-of on.
    log_weight : (M,)
        Normalised: its exponentials sum to one.
    replayed_levels : tuple of (t, L_j)
        Driver level probabilities at the replayed dates; empty in a record made without.
    """

    study: Study
    as_of: dt.date
    as_of_step: int
    horizon_step: int
    engine: str
    seed: int
    dates: tuple[dt.date, ...]
    replayed_steps: tuple[int, ...]
    replayed_dates: tuple[dt.date, ...]
    replayed: Floats
    replayed_log_weight: Floats
    probability: Floats
    ever: Floats
    levels: tuple[Floats, ...]
    log_weight: Floats
    evidence: Evidence
    interventions: tuple[Intervention, ...]
    diagnostics: Diagnostics
    replayed_levels: tuple[Floats, ...] = ()

    @cached_property
    def weight(self) -> Floats:
        """Weights of the draws (M,), summing to one."""
        return np.exp(self.log_weight)

    def mean(self, values: Floats) -> Floats:
        """Return the mean over draws of values (..., M, K)."""
        averaged: Floats = np.einsum("...mk,m->...k", values, self.weight)
        return averaged

    def quantile(self, values: Floats, q: float | Sequence[float]) -> Floats:
        """Return a quantile over draws of values (..., M, K), ``q`` in [0, 1]; of several, each.

        As `weighted_quantile`.
        """
        return weighted_quantile(values, self.weight, q)

    @cached_property
    def now(self) -> Floats:
        """Mean probabilities (K,) at as-of."""
        return self.mean(self.probability[0])

    @cached_property
    def at_horizon(self) -> Floats:
        """Mean probabilities (K,) at the horizon."""
        return self.mean(self.probability[-1])

    @cached_property
    def ever_by_horizon(self) -> Floats:
        """Mean probabilities (K,) of having been in force from as-of to the horizon."""
        return self.mean(self.ever[-1])

    @cached_property
    def replayed_mean(self) -> Floats:
        """Mean probabilities (t, K) at the replayed dates."""
        weighed = zip(self.replayed, self.replayed_log_weight, strict=True)
        return np.stack([np.exp(log_weight) @ values for values, log_weight in weighed])

    @property
    def leader(self) -> str:
        """The scenario most probable at the horizon."""
        return self.study.scenario_ids[int(np.argmax(self.at_horizon))]

    @property
    def horizon(self) -> dt.date:
        """The last date."""
        return self.dates[-1]

    def __repr__(self) -> str:
        """Say what it is of, not all it holds."""
        return (
            f"<Forecast of {self.study.id}, as of {self.as_of.isoformat()}, to "
            f"{self.horizon.isoformat()}: {self.leader} leads ({self.engine})>"
        )

    def probability_at(self, scenario: str, date: dt.date | str) -> tuple[float, float, float]:
        """Return mean, 5% and 95% quantile of a scenario's probability at a date.

        Dates up to as-of are answered from the replay: what was believed then.

        Raises
        ------
        InvalidRequest
            If there is no such scenario, or the date lies outside the forecast.
        """
        k = self._position(scenario)
        date = parse_date(date, "date")
        step = self.study.calendar.index(date)
        if date < self.study.origin or step > self.horizon_step:
            raise InvalidRequest(
                Problem(
                    "date",
                    "outside the forecast",
                    got=date.isoformat(),
                    allowed=f"{self.study.origin.isoformat()} to {self.horizon.isoformat()}",
                )
            )
        if date < self.as_of:
            known = [i for i, day in enumerate(self.replayed_dates) if day <= date]
            values, weight = self.replayed[known[-1]], np.exp(self.replayed_log_weight[known[-1]])
        else:
            values, weight = self.probability[max(step - self.as_of_step, 0)], self.weight
        low, high = weighted_quantile(values, weight, (0.05, 0.95))[:, k].tolist()
        return float(weight @ values[:, k]), low, high

    def table(self) -> dict[str, dict[str, dict[str, float]]]:
        """Return now, at_horizon and ever_by_horizon of each scenario: mean, q05, q95."""
        columns = {
            "now": self.probability[0],
            "at_horizon": self.probability[-1],
            "ever_by_horizon": self.ever[-1],
        }
        summaries = {
            name: (self.mean(values), *self.quantile(values, (0.05, 0.95)))
            for name, values in columns.items()
        }
        return {
            scenario: {
                name: {"mean": float(mean[k]), "q05": float(low[k]), "q95": float(high[k])}
                for name, (mean, low, high) in summaries.items()
            }
            for k, scenario in enumerate(self.study.scenario_ids)
        }

    def timeline(self) -> list[dict[str, Any]]:
        """Return one row for each replayed date, then for each later step.

        Each row has ``date`` (datetime.date), ``kind`` ("past" up to as-of, else
        "forecast") and ``scenarios``: id to mean, q05, q25, q75, q95.
        """
        rows = [
            self._row(date, "past", values, np.exp(log_weight))
            for date, values, log_weight in zip(
                self.replayed_dates, self.replayed, self.replayed_log_weight, strict=True
            )
        ]
        later = self.dates[self.as_of_step + 1 :]
        for date, values in zip(later, self.probability[1:], strict=True):
            rows.append(self._row(date, "forecast", values, self.weight))
        return rows

    def to_dataset(self) -> xarray.Dataset:
        """Return the forecast as an ``xarray.Dataset`` with named axes (needs xarray).

        Draws weigh unequally: average over ``draw`` with ``weight``
        (``data.probability.weighted(data.weight).mean("draw")``).
        """
        import xarray

        ids = list(self.study.scenario_ids)
        draws = np.arange(len(self.log_weight))
        axes = ("date", "draw", "scenario")
        return xarray.Dataset(
            {
                "probability": (axes, self.probability),
                "ever": (axes, self.ever),
                "replayed": (("replayed_date", "draw", "scenario"), self.replayed),
                "weight": (("draw",), self.weight),
                "replayed_weight": (("replayed_date", "draw"), np.exp(self.replayed_log_weight)),
            },
            coords={
                "date": np.array(self.dates[self.as_of_step :], dtype="datetime64[ns]"),
                "replayed_date": np.array(self.replayed_dates, dtype="datetime64[ns]"),
                "scenario": ids,
                "draw": draws,
            },
            attrs={
                "study": self.study.id,
                "as_of": self.as_of.isoformat(),
                "engine": self.engine,
                "seed": self.seed,
                "reliable": int(self.diagnostics.reliable),
            },
        )

    def _row(self, date: dt.date, kind: str, values: Floats, weight: Floats) -> dict[str, Any]:
        mean = weight @ values
        found = weighted_quantile(values, weight, tuple(_QUANTILES.values()))
        quantiles = dict(zip(_QUANTILES, found, strict=True))
        scenarios: Mapping[str, Mapping[str, float]] = {
            scenario: {
                "mean": float(mean[k]),
                **{name: float(value[k]) for name, value in quantiles.items()},
            }
            for k, scenario in enumerate(self.study.scenario_ids)
        }
        return {"date": date, "kind": kind, "scenarios": scenarios}

    def _position(self, scenario: str) -> int:
        ids = self.study.scenario_ids
        if scenario not in ids:
            raise InvalidRequest(
                Problem(
                    "scenario",
                    "unknown scenario",
                    got=scenario,
                    allowed=", ".join(ids),
                    mend=nearest(scenario, ids),
                )
            )
        return ids.index(scenario)


def weighted_quantile(values: Floats, weight: Floats, q: float | Sequence[float]) -> Floats:
    """Return the quantile of values (..., M, K) along M, weights (M,) summing to one.

    Of one ``q`` the result is (..., K), of several (Q, ..., K), as with ``numpy.quantile``; they
    share the sorting, which is what it costs.

    The weighted distribution is interpolated between the midpoints of its steps, so equal
    weights give Hazen's rule (type 5 of Hyndman & Fan 1996, doi:10.2307/2684934).

    Examples
    --------
    >>> values = np.array([[0.1], [0.2], [0.4]])
    >>> weighted_quantile(values, np.full(3, 1 / 3), (0.5, 1.0)).tolist()
    [[0.2], [0.4]]
    """
    order = np.argsort(values, axis=-2, kind="stable")
    ordered = np.take_along_axis(values, order, axis=-2)
    carried = weight[order]
    middle = np.cumsum(carried, axis=-2) - 0.5 * carried

    def at(level: float) -> Floats:
        above = (middle < level).sum(axis=-2, keepdims=True)
        right = np.minimum(above, values.shape[-2] - 1)
        left = np.maximum(above - 1, 0)
        at_left, at_right = (np.take_along_axis(middle, side, axis=-2) for side in (left, right))
        gap = np.where(at_right > at_left, at_right - at_left, 1.0)
        share = np.clip((level - at_left) / gap, 0.0, 1.0)
        low, high = (np.take_along_axis(ordered, side, axis=-2) for side in (left, right))
        result: Floats = (low + share * (high - low))[..., 0, :]
        return result

    return np.stack([at(level) for level in q]) if isinstance(q, Sequence) else at(q)
