"""A cloud of draws on its way: points on free coordinates, and the estimates they came with.

What stands at a place (point, trust, estimates, ancestor) is resampled together, and replaced
together when a proposal is accepted. Draws of different analysts' views have coordinates and a
density of their own; they move within their view, and are resampled among all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tarjih.evidence.weighing.trust import Trust
from tarjih.models.moving.proposals import Gaussian, Lengths, fit_gaussians
from tarjih.priors.density import JudgementDensity
from tarjih.priors.draws import Draws
from tarjih.scenarios.dissent import views
from tarjih.scenarios.records import Study

__all__ = ["Cloud", "Weigh"]

Floats = NDArray[np.float64]
Weigh = Callable[[Draws, Trust | None, int], Floats]
"""Takes draws, what each holds of the tellers, and a seed; returns log p̂(evidence), (M,)."""

_Laws = tuple[JudgementDensity, Gaussian, NDArray[np.intp]]

_REFIT = 2
_OF_DRAWS = (
    "alpha", "beta", "gamma", "initial", "review_time", "up", "down", "bias", "bias_scale", "noise",
)  # fmt: skip


class Cloud:
    """M draws between the law they follow and the law given some evidence.

    Parameters
    ----------
    study : Study
    draws : Draws
        With what is thought of the sources.
    trust : Trust or None
    ancestor : (M,) of int
    log_before : (M,)
        Estimates of the evidence that the draws follow already, those they were accepted with.
    weigh : callable
        Weighs draws by the evidence they shall follow.
    weigh_before : callable or None
        By the evidence that they follow; None if they follow none.
    dice : numpy.random.Generator

    Attributes
    ----------
    after : (M,)
        Estimates of the evidence to follow.
    ancestor : (M,) of int
    """

    def __init__(
        self,
        study: Study,
        draws: Draws,
        trust: Trust | None,
        ancestor: NDArray[np.intp],
        log_before: Floats,
        weigh: Weigh,
        weigh_before: Weigh | None,
        dice: np.random.Generator,
    ) -> None:
        self._densities = [JudgementDensity(one) for one in views(study) or (study,)]
        self._draws = draws
        self._trust = trust
        self._weigh = weigh
        self._weigh_before = weigh_before
        self._dice = dice
        self._lengths = Lengths()
        self._analyst = draws.analyst
        self.ancestor = ancestor
        self._latents = _latents(trust, len(draws))
        width = max(density.size for density in self._densities)
        self._points = np.zeros((len(draws), width))
        for density, rows in self._views():
            if rows.size:
                self._points[rows, : density.size] = density.pack(draws.take(rows))
        self._log_prior = self._log_priors(self._points, self._latents)
        self._before = log_before
        self.after = self._weighed(weigh, draws, trust)

    @property
    def log_ratio(self) -> Floats:
        """What the evidence to follow says beyond that of the start, (M,)."""
        ratio: Floats = self.after - self._before
        return ratio

    @property
    def latents(self) -> Floats:
        """Trust in each teller, on a standard normal scale; (M, X)."""
        return self._latents

    def resample(self, weight: Floats) -> None:
        """Draw anew by weights (M,), systematically."""
        count = len(weight)
        bounds = np.cumsum(weight / weight.sum())
        marks = (np.arange(count) + self._dice.random()) / count
        index = np.minimum(np.searchsorted(bounds, marks, side="right"), count - 1)
        self.ancestor, self._analyst = self.ancestor[index], self._analyst[index]
        self._points, self._latents = self._points[index], self._latents[index]
        self._log_prior = self._log_prior[index]
        self._before, self.after = self._before[index], self.after[index]

    def sweeps(self, power: float, most: int) -> Iterator[tuple[float, float]]:
        """Move every draw, again and again, at most so many times.

        Parameters
        ----------
        power : float
            λ of the law to keep.
        most : int

        Yields
        ------
        accepted : float
            Share of the draws.
        away : float
            How far draws have come: the squared distance from where they were resampled to,
            over that between two independent draws; or what the evidence says of them, one
            minus its correlation, if that has come less far.
        """
        began, foretold = np.hstack([self._points, self._latents]), self.after
        laws = self._fit()
        for sweep in range(1, most + 1):
            accepted = self._sweep(laws, power)
            here = np.hstack([self._points, self._latents])
            varies = np.ptp(here, axis=0) > 0
            squares = ((here - began)[:, varies] ** 2).mean(axis=0)
            away = float((squares / here[:, varies].var(axis=0)).mean()) / 2.0
            yield accepted, min(away, 1.0 - _correlation(foretold, self.after))
            if sweep % _REFIT == 0:
                laws = self._fit()

    def draws_at(self, points: Floats | None = None) -> Draws:
        """Return the draws at points (M, D), or where the cloud stands; with no digest."""
        at = self._points if points is None else points
        arrays = {name: np.zeros_like(getattr(self._draws, name)) for name in _OF_DRAWS}
        for density, rows in self._views():
            if not rows.size:
                continue
            view = density.unpack(at[rows, : density.size])
            for name, array in arrays.items():
                values = getattr(view, name)
                if name in ("bias", "noise"):  # another view may have more sources
                    array[rows, : values.shape[1]] = values
                else:
                    array[rows] = values
        return replace(
            self._draws,
            chain=np.zeros(len(at), dtype=np.int64),
            analyst=self._analyst,
            digest="",
            log_judged=None,
            **arrays,
        )

    def trust_at(self, latents: Floats | None = None) -> Trust | None:
        """Return what draws hold of the tellers at latents (M, X), or where the cloud stands."""
        if self._trust is None:
            return None
        shifts = self._trust.spread * (self._latents if latents is None else latents)
        tellers = zip(self._trust.shifts, shifts.T, strict=True)
        return replace(self._trust, shifts=dict(tellers))

    def _fit(self) -> list[_Laws]:
        """Return for each view what its draws move by, and which draws these are."""
        found = []
        for density, rows in self._views():
            if rows.size:
                laws, fold = fit_gaussians(self._free(density, rows), self.ancestor[rows])
                places = [(law, rows[fold == f]) for f, law in enumerate(laws)]
                found += [(density, law, at) for law, at in places if at.size]
        return found

    def _sweep(self, laws: Sequence[_Laws], power: float) -> float:
        dice = self._dice
        points, latents = self._points.copy(), self._latents.copy()
        chosen = self._lengths.choose(len(points), dice)
        log_step, jump = np.zeros(len(points)), np.zeros(len(points))
        for density, law, rows in laws:
            white = law.whiten(self._free(density, rows))
            ahead = self._lengths.step(white, chosen[rows], dice)
            free = law.colour(ahead)
            points[rows, : density.size] = free[:, : density.size]
            latents[rows] = free[:, density.size :]
            # the step keeps the Gaussian: the posterior over it is what counts
            log_step[rows] = 0.5 * ((ahead**2).sum(axis=1) - (white**2).sum(axis=1))
            jump[rows] = ((ahead - white) ** 2).mean(axis=1)
        log_prior = self._log_priors(points, latents)
        draws, trust = self.draws_at(points), self.trust_at(latents)
        after = self._weighed(self._weigh, draws, trust)
        before = self._before
        if power < 1.0 and self._weigh_before is not None:
            before = self._weighed(self._weigh_before, draws, trust)
        gain = power * (after - self.after) + (1.0 - power) * (before - self._before)
        log_chance = np.nan_to_num(log_prior - self._log_prior + gain + log_step, nan=-np.inf)
        chance = np.exp(np.minimum(log_chance, 0.0))
        self._lengths.learn(chosen, chance * jump)
        taken = self._taken(chance)
        self._points[taken], self._latents[taken] = points[taken], latents[taken]
        self._log_prior = np.where(taken, log_prior, self._log_prior)
        self._before = np.where(taken, before, self._before)
        self.after = np.where(taken, after, self.after)
        return float(taken.mean())

    def _taken(self, chance: Floats) -> NDArray[np.bool_]:
        taken: NDArray[np.bool_] = self._dice.random(len(chance)) < chance
        return taken

    def _weighed(self, weigh: Weigh, draws: Draws, trust: Trust | None) -> Floats:
        """Estimate the evidence with fresh dice."""
        return np.nan_to_num(weigh(draws, trust, self._seed()), nan=-np.inf)

    def _seed(self) -> int:
        return int(self._dice.integers(2**63))

    def _views(self) -> Iterator[tuple[JudgementDensity, NDArray[np.intp]]]:
        """Yield each view's density, and which draws are of it."""
        for place, density in enumerate(self._densities):
            yield density, np.flatnonzero(self._analyst == place)

    def _free(self, density: JudgementDensity, rows: NDArray[np.intp]) -> Floats:
        return np.hstack([self._points[rows, : density.size], self._latents[rows]])

    def _log_priors(self, points: Floats, latents: Floats) -> Floats:
        """Return log densities before any evidence, (M,)."""
        found: Floats = -0.5 * (latents**2).sum(axis=1)
        with np.errstate(all="ignore"):
            for density, rows in self._views():
                if rows.size:
                    found[rows] += density.log_density(points[rows, : density.size])
        return np.nan_to_num(found, nan=-np.inf, posinf=-np.inf)


def _correlation(one: Floats, other: Floats) -> float:
    away, off = one - one.mean(), other - other.mean()
    scale = np.sqrt((away**2).sum() * (off**2).sum())
    return float((away * off).sum() / scale) if scale > 0 else 0.0


def _latents(trust: Trust | None, count: int) -> Floats:
    if trust is None or not trust.shifts:
        return np.zeros((count, 0))
    return np.stack(list(trust.shifts.values()), axis=1) / (trust.spread or 1.0)
