r"""What one item says: its likelihood under each state, doubt about the source mixed in.

A report with reliability :math:`r` tracks the truth with probability :math:`r`, and is
otherwise as likely under one state as under another:

.. math:: P(\text{report} \mid k) = r\,\ell_k + (1 - r)\,\bar\ell ,

with :math:`\bar\ell` the plain mean over states. This mixture bounds what one report can
say, however strong its claim; tempering (:math:`\ell^r`) does not (Bovens & Hartmann 2003,
*Bayesian Epistemology*). It is linear in both :math:`\ell` and :math:`r`, so the private
spread of either is integrated out by using expectations.

*Which state is favoured does not depend on trust.* For every :math:`r > 0` the mixture rises
strictly with :math:`\ell_k`, so it orders the states, and ties them, as :math:`\ell` does; the
silence :math:`1 - [r \ell_k d + (1-r) a]` orders them the other way round, alike in all steps,
since the chance of finding something rises with the monthly rate whatever the days covered.

Probabilities are clipped to [1e-6, 1 - 1e-6]. Only ratios between states matter.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tarjih.errors import InvalidRequest, Problem, nearest
from tarjih.evidence.weighing.reliability import CLIP
from tarjih.priors.assumptions import Assumptions
from tarjih.scenarios.records import BearsOn, Checked, Item, LevelSeen, Seen, Study, Weights

__all__ = [
    "Bearing",
    "BearingReader",
    "Claim",
    "expected_ratio",
    "found_likelihood",
    "level_likelihood",
    "mix",
    "seen_likelihood",
    "unseen_likelihood",
]

Array = NDArray[np.float64]
_HALF_OF_90 = 1.6448536269514722  # standard deviations from the median to the 95th percentile


def mix(likelihood: Array, reliability: float | Array) -> Array:
    """Return ``r ℓ + (1 - r) mean(ℓ)`` over the last axis.

    Parameters
    ----------
    likelihood : (..., K)
    reliability : () or (M,)

    Returns
    -------
    (..., K) or (..., K, M)

    Examples
    --------
    A claimed ratio of 9 from a source with reliability 0.95 is worth 7.33:

    >>> claimed = mix(np.array([0.9, 0.1]), 0.95)
    >>> round(float(claimed[0] / claimed[1]), 2)
    7.33
    """
    mean = likelihood.sum(axis=-1, keepdims=True) / likelihood.shape[-1]
    mixed: Array = np.multiply.outer(likelihood, reliability)
    mixed += np.multiply.outer(mean, 1 - np.asarray(reliability))
    return mixed


def seen_likelihood(monthly: Array, months: float, monitored: bool) -> Array:
    """Return the likelihood that an indicator is seen within a step.

    ``1 - (1 - monthly)**months``. Unless it would be reported whenever it happened
    (``monitored``), this is divided by its mean over scenarios: silence about it is never
    counted, so its being seen must not speak of how common it is either.

    Parameters
    ----------
    monthly : (K,)
        Probability of being seen in a month under each scenario.
    months : float
        Length of the step.
    monitored : bool

    Examples
    --------
    >>> seen_likelihood(np.array([0.3, 0.1]), 1.0, monitored=False)
    array([1.5, 0.5])
    """
    likelihood = _clip(1 - (1 - monthly) ** months)
    return likelihood if monitored else likelihood / likelihood.mean()


def found_likelihood(monthly: Array, months: Array, detection: float) -> Array:
    """Return the chance that a check which tracks the truth finds it: ``ℓ_k d``, (S, K).

    Parameters are those of `unseen_likelihood`.
    """
    return _clip(1 - (1 - monthly) ** months[:, None]) * detection


def unseen_likelihood(
    monthly: Array, months: Array, detection: float, reliability: float | Array
) -> Array:
    """Return the likelihood of having looked and not seen: ``1 - [r ℓ_k d + (1 - r) a]``.

    ``a``, the chance that a checker who does not track the truth reports it seen, is that of
    a checker who would find it as often as it is found on average: ``mean(ℓ) d``.

    Parameters
    ----------
    monthly : (K,)
    months : (S,)
        Months covered by the check, in each step that it touches.
    detection : float
        ``d``, the probability that the check finds what is there.
    reliability : () or (M,)

    Returns
    -------
    (S, K) or (S, K, M)
    """
    return _clip(1 - mix(found_likelihood(monthly, months, detection), reliability))


def level_likelihood(size: int, observed: int, spread: float) -> Array:
    """Return ``exp(-|v - observed| / spread)`` for each level index ``v`` of ``size``."""
    return _clip(np.exp(-np.abs(np.arange(size) - observed) / spread))


def expected_ratio(low: float, high: float) -> float:
    """Return the mean of a lognormal whose central 90% is ``[low, high]``.

    Examples
    --------
    >>> round(expected_ratio(3.0, 8.0), 2)
    5.12
    >>> expected_ratio(1.0, 1.0)
    1.0
    """
    spread = math.log(high / low) / (2 * _HALF_OF_90)
    return math.sqrt(low * high) * math.exp(spread**2 / 2)


@dataclass(frozen=True, slots=True)
class Claim:
    """What an item claims, before doubt about who tells it.

    Attributes
    ----------
    driver : int or None
        The driver it speaks of, by its place in the study; None for scenarios.
    steps : tuple of int
        Steps it speaks of, ascending; one, except for a check.
    stated : (S, K) or (S, L)
        ℓ in each step; for silence, the chance of finding what was not found.
    silence : bool
    """

    driver: int | None
    steps: tuple[int, ...]
    stated: Array
    silence: bool

    def likelihood(self, reliability: float | Array) -> Array:
        """Return the likelihood in each step, (S, K) or, with reliabilities (M,), (S, K, M)."""
        mixed = mix(self.stated, reliability)
        return _clip(1 - mixed) if self.silence else mixed

    def against(self, reliability: Array, favoured: int) -> Array:
        """Return what it says for the favoured state, against noise and against every state.

        The first row is the log-likelihood of the favoured state less that of a report which
        does not track the truth at all; the others are less those of each state.

        Parameters
        ----------
        reliability : (M,)
        favoured : int
            A state that it favours, at this as at any other reliability.

        Returns
        -------
        (S, 1 + K, M)
            Not negative.
        """
        steps, states = self.stated.shape
        logs = np.empty((steps, 1 + states, len(reliability)))
        logs[:, 0] = np.log(self.likelihood(0.0)[:, :1])
        np.log(self.likelihood(reliability), out=logs[:, 1:])
        np.subtract(logs[:, 1 + favoured, None].copy(), logs, out=logs)
        # Only rounding could fall below 0.
        return np.maximum(logs, 0.0, out=logs)


@dataclass(frozen=True, slots=True)
class Bearing:
    """What an item says, before the counting rules.

    Attributes
    ----------
    driver : int or None
        The driver it speaks of, by its place in the study; None for scenarios.
    steps : tuple of int
        Steps it speaks of, ascending; one, except for a check.
    loglik : (S, K) or (S, L)
        Log-likelihood in each of those steps, up to a constant.
    contrasts : (S, K) or (S, L)
        That of the favoured states less that of each; not negative.
    favoured : tuple of int
        The states it favours over all its steps: one, or several that tie.
    """

    driver: int | None
    steps: tuple[int, ...]
    loglik: Array
    contrasts: Array
    favoured: tuple[int, ...]

    @classmethod
    def of(cls, driver: int | None, steps: tuple[int, ...], likelihood: Array) -> Bearing:
        """Build from the likelihood in each step, (S, K) or (S, L)."""
        loglik = np.log(likelihood)
        total = loglik.sum(axis=0)
        favoured = np.flatnonzero(total == total.max())
        # A check orders the states alike in all its steps: only rounding could fall below 0.
        contrasts = np.maximum(loglik[:, favoured[:1]] - loglik, 0.0)
        return cls(driver, steps, loglik, contrasts, tuple(favoured.tolist()))

    @property
    def neutral(self) -> bool:
        """True if it favours all states alike."""
        return len(self.favoured) == len(self.loglik[0])


class BearingReader:
    """Reads items of one study; what they share is worked out once.

    Parameters
    ----------
    study : Study
    assumptions : Assumptions
    """

    def __init__(self, study: Study, assumptions: Assumptions) -> None:
        self._study = study
        self._spread = assumptions.level_spread
        self._ratios = {word: expected_ratio(*span) for word, span in assumptions.weights.items()}
        self._drivers = {driver.id: (j, driver) for j, driver in enumerate(study.drivers)}
        self._indicators = {indicator.id: indicator for indicator in study.indicators}
        self._monthly: dict[str, Array] = {}
        self._claimed: dict[Hashable, tuple[int | None, Array]] = {}
        self._read: dict[Hashable, Bearing] = {}

    def read(self, item: Item, reliability: float) -> Bearing:
        """Return what an item says about the states, given how far it can be trusted.

        Raises
        ------
        InvalidRequest
            If it bears on an indicator, a driver, a level, a scenario or a weight word
            that does not exist.
        """
        claim = self.claim(item)
        if claim.silence:
            return Bearing.of(claim.driver, claim.steps, claim.likelihood(reliability))
        # Two items that say the same on equal trust differ only in their step.
        key = _key(item.bears_on), reliability
        if key not in self._read:
            self._read[key] = Bearing.of(claim.driver, (0,), claim.likelihood(reliability))
        same = self._read[key]
        return Bearing(same.driver, claim.steps, same.loglik, same.contrasts, same.favoured)

    def claim(self, item: Item) -> Claim:
        """Return what an item claims, whoever tells it.

        Raises
        ------
        InvalidRequest
            As in `read`.
        """
        if isinstance(item.bears_on, Checked):
            name = item.bears_on.indicator
            monthly, coverage = self._rates(item, name), self._coverage(item)
            months = np.array(list(coverage.values()))
            found = found_likelihood(monthly, months, self._indicators[name].detection)
            return Claim(None, tuple(coverage), found, silence=True)
        key = _key(item.bears_on)
        if key not in self._claimed:
            driver, likelihood = self._likelihood(item)
            self._claimed[key] = driver, likelihood[None]
        step = self._study.calendar.index(item.end)
        return Claim(self._claimed[key][0], (step,), self._claimed[key][1], silence=False)

    def _likelihood(self, item: Item) -> tuple[int | None, Array]:
        """Return the driver an item speaks of, if any, and ℓ."""
        match item.bears_on:
            case Seen(name) | Checked(name):
                monthly, months = self._rates(item, name), self._study.calendar.months
                return None, seen_likelihood(monthly, months, self._indicators[name].monitored)
            case LevelSeen(name, level):
                return self._level(item, name, level)
            case Weights(words):
                return None, self._weights(item, words)

    def _level(self, item: Item, name: str, level: int) -> tuple[int, Array]:
        self._known(item, "driver", name, self._drivers)
        j, driver = self._drivers[name]
        if not 0 <= level < len(driver.levels):
            self._known(item, "level", str(level), [level.id for level in driver.levels])
        return j, level_likelihood(len(driver.levels), level, self._spread)

    def _weights(self, item: Item, words: Mapping[str, str]) -> Array:
        for scenario, word in words.items():
            self._known(item, "scenario", scenario, self._study.scenario_ids)
            self._known(item, "weight", word, self._ratios)
        ratios = [self._ratios[words.get(k, "neutral")] for k in self._study.scenario_ids]
        likelihood = np.array(ratios)
        return _clip(likelihood / likelihood.sum())

    def _coverage(self, item: Item) -> dict[int, float]:
        """Months of each step that a check covers after the origin."""
        calendar, day = self._study.calendar, dt.timedelta(days=1)
        start = max(item.start, self._study.origin + day)
        coverage: dict[int, float] = {}
        for step in range(calendar.index(start), calendar.index(item.end) + 1):
            first, last = calendar.first_day(step), calendar.last_day(step)
            covered = (min(last, item.end) - max(first, start)).days + 1
            if covered > 0:
                coverage[step] = calendar.months * covered / ((last - first).days + 1)
        return coverage

    def _rates(self, item: Item, name: str) -> Array:
        if name not in self._monthly:
            self._known(item, "indicator", name, self._indicators)
            rates = self._indicators[name].monthly
            self._monthly[name] = np.array([rates[k] for k in self._study.scenario_ids])
        return self._monthly[name]

    def _known(self, item: Item, what: str, got: str, allowed: Collection[str]) -> None:
        if got not in allowed:
            raise InvalidRequest(
                Problem(
                    self._study.where(f"items.{item.id}"),
                    f"evidence on an unknown {what}",
                    got=got,
                    allowed=", ".join(allowed),
                    mend=nearest(got, list(allowed)),
                )
            )


def _key(bears_on: BearsOn) -> Hashable:
    if isinstance(bears_on, Weights):
        return tuple(sorted(bears_on.words.items()))
    return bears_on


def _clip(probability: Array) -> Array:
    return np.clip(probability, CLIP, 1 - CLIP)
