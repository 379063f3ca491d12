"""What each piece of evidence did: belief with all of it, less belief without that piece.

Both beliefs use the same draws and the same random numbers, and what remains of a cluster is
weighed anew. Items of one cluster speak of one thing and stand in for each other when one is
left out, so they are also left out together. A source takes with it what only relays it; what
others told as well stays, on their word alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tarjih.evidence import Evidence
from tarjih.evidence.weighing.reliability import relay_chains, without_source
from tarjih.models.posterior import Posterior, believe
from tarjih.models.record import Forecast
from tarjih.priors import Draws, obtain_draws
from tarjih.scenarios.records import Item

__all__ = [
    "Belief",
    "Beliefs",
    "Influence",
    "belief_at",
    "beliefs_behind",
    "centred_log_odds",
    "cluster_influences",
    "influences",
    "item_influences",
    "source_influences",
    "without_source",
]

Floats = NDArray[np.float64]
Kind = Literal["item", "cluster", "source"]
_Key = tuple[dt.date, tuple[tuple[str, tuple[str, ...]], ...]]
INFLUENCE_DRAWS = 250
"""Enough for a difference of two beliefs that share them."""


@dataclass(frozen=True, slots=True)
class Influence:
    """What an item, a cluster of items, or a source did to the scenarios at as-of.

    Attributes
    ----------
    key : str
        The item's id, the cluster, or the source's id.
    items : tuple of Item
        Those that counted. Of a cluster: first the one that would be missed most, if it alone
        were left out.
    date : datetime.date
        When the last of them happened.
    shift : (K,)
        Mean probabilities with it less those without it; sums to zero.
    log_shift : (K,)
        The same of their centred log-odds.
    kind : {"item", "cluster", "source"}
    """

    key: str
    items: tuple[Item, ...]
    date: dt.date
    shift: Floats
    log_shift: Floats
    kind: Kind = "item"

    @property
    def size(self) -> float:
        """Probability moved from some scenarios to others, in [0, 1]."""
        return float(np.abs(self.shift).sum() / 2)


@dataclass(frozen=True, slots=True)
class Belief:
    """What some of the items lead to at a date.

    Attributes
    ----------
    probability : (K,)
        Mean probabilities.
    log_weight : (M,)
        Log probability of the items under each draw.
    """

    probability: Floats
    log_weight: Floats

    @property
    def log_chance(self) -> float:
        """Log probability of the items, all draws taken together."""
        largest = self.log_weight.max()
        return float(np.log(np.exp(self.log_weight - largest).mean()) + largest)


class Beliefs:
    """What some of the items would have led to at some date: each found once.

    Parameters
    ----------
    posterior : Posterior
        Whose draws, dice and as-of date are used; of its items only those that count.
    tell : callable, optional
        Called after each belief that is found.

    Attributes
    ----------
    counted : tuple of Item
        The items that count at as-of, in canonical order.
    """

    def __init__(self, posterior: Posterior, tell: Callable[[], object] | None = None) -> None:
        self.posterior = posterior
        self._tell = tell
        self.counted = tuple(entry.item for entry in posterior.evidence.entries if entry.counted)
        self._bare = posterior.replaced(())
        self._last: tuple[_Key, Posterior] | None = None
        self._found: dict[_Key, Belief] = {}

    def of(self, items: Iterable[Item], date: dt.date | None = None) -> Belief:
        """Return the belief that items lead to at a date (default: as-of)."""
        chosen, day = tuple(items), self.posterior.as_of if date is None else date
        key = _key(chosen, day)
        if key not in self._found:
            self._found[key] = belief_at(self._weighed(chosen, day))
            if self._tell is not None:
                self._tell()
        return self._found[key]

    def said(self, items: Iterable[Item], date: dt.date) -> Evidence:
        """Return what items say as of a date."""
        return self._weighed(tuple(items), date).evidence

    def _weighed(self, items: tuple[Item, ...], date: dt.date) -> Posterior:
        # what is asked about twice is asked about twice in a row
        key = _key(items, date)
        if self._last is None or self._last[0] != key:
            self._last = key, self._bare.at(date).replaced(items)
        return self._last[1]

    def influence(
        self, kind: Kind, key: str, items: Sequence[Item], instead: Mapping[str, Item | None]
    ) -> Influence:
        """Return what items did: ``instead`` maps ids to what stands in for them, or None."""
        left = [instead.get(item.id, item) for item in self.counted]
        whole = self.of(self.counted).probability
        without = self.of(item for item in left if item is not None).probability
        return Influence(
            key=key,
            items=tuple(items),
            date=max(item.end for item in items),
            shift=whole - without,
            log_shift=centred_log_odds(whole) - centred_log_odds(without),
            kind=kind,
        )


def _key(items: Iterable[Item], date: dt.date) -> _Key:
    return date, tuple(sorted((item.id, item.sources) for item in items))


def belief_at(posterior: Posterior) -> Belief:
    """Return what is believed at as-of, without a step ahead."""
    parts = posterior.map(
        lambda ahead: (ahead.log_weight, np.ascontiguousarray(ahead.per_draw(ahead.mass).T)),
        posterior.as_of_step,
    )
    log_weight, probability = map(np.concatenate, zip(*parts, strict=True))
    weight = np.exp(log_weight - log_weight.max())
    mean: Floats = weight @ probability / weight.sum()
    return Belief(mean, log_weight)


def centred_log_odds(probability: Floats) -> Floats:
    """Return log probabilities (..., K) less their mean.

    Examples
    --------
    >>> centred_log_odds(np.array([0.8, 0.2])).round(3)
    array([ 0.693, -0.693])
    """
    log: Floats = np.log(np.maximum(probability, np.finfo(float).tiny))
    return log - log.mean(axis=-1, keepdims=True)


def influences(forecast: Forecast, *, draws: Draws | None = None) -> tuple[Influence, ...]:
    """Return what each cluster (or unclustered item) did at as-of, the strongest first.

    Parameters
    ----------
    forecast : Forecast
    draws : Draws, optional
        Those the forecast was made with. Default: those of its study. A spread-out sample
        of 250 is enough, since both sides of each difference share it.

    Notes
    -----
    A forecast of the pymc engine is asked by the exact engine, on draws of the prior: sampling
    anew for each belief would take hours.
    """
    beliefs = beliefs_behind(forecast, draws)
    return () if beliefs is None else cluster_influences(beliefs)


def beliefs_behind(forecast: Forecast, draws: Draws | None = None) -> Beliefs | None:
    """Return what the items of a forecast would have led to; None if none of them counts.

    Parameters
    ----------
    forecast : Forecast
    draws : Draws, optional
        As for `influences`.
    """
    entries = forecast.evidence.entries
    if not any(entry.counted for entry in entries):
        return None
    whole = obtain_draws(forecast.study) if draws is None else draws
    return Beliefs(
        believe(
            forecast.study,
            [entry.item for entry in entries],
            as_of=forecast.as_of,
            draws=whole.thin(INFLUENCE_DRAWS),
            engine="exact" if forecast.engine == "pymc" else forecast.engine,
            seed=forecast.seed,
            move=False,
        )
    )


def cluster_influences(
    beliefs: Beliefs, among: Callable[[Item], bool] = lambda item: True
) -> tuple[Influence, ...]:
    """Return what each cluster, or unclustered item, did: the strongest first.

    Parameters
    ----------
    beliefs : Beliefs
    among : callable
        Which items are left out; the others stay.
    """
    groups: dict[tuple[Kind, str], list[Item]] = {}
    for item in filter(among, beliefs.counted):
        place: tuple[Kind, str] = ("cluster", item.cluster) if item.cluster else ("item", item.id)
        groups.setdefault(place, []).append(item)
    found = []
    for (kind, key), members in groups.items():
        one = beliefs.influence(kind, key, members, {item.id: None for item in members})
        found.append(replace(one, items=_weightiest_first(beliefs, one)))
    return _strongest_first(found)


def item_influences(
    beliefs: Beliefs, among: Callable[[Item], bool] = lambda item: True
) -> tuple[Influence, ...]:
    """Return what each item did by itself, the others of its cluster standing in for it."""
    return _strongest_first(
        [
            beliefs.influence("item", item.id, [item], {item.id: None})
            for item in filter(among, beliefs.counted)
        ]
    )


def source_influences(
    beliefs: Beliefs, among: Callable[[Item], bool] = lambda item: True
) -> tuple[Influence, ...]:
    """Return what each source did, with all that only relays it."""
    told: dict[str, list[Item]] = {}
    for item in filter(among, beliefs.counted):
        for source in dict.fromkeys(_tellers(item)):
            told.setdefault(source, []).append(item)
    return _strongest_first(
        [
            beliefs.influence(
                "source", source, items, {item.id: without_source(item, source) for item in items}
            )
            for source, items in told.items()
        ]
    )


def _tellers(item: Item) -> list[str]:
    """Name all who told an item, or are relayed by those who did."""
    chains = relay_chains(item).values()
    return [teller for each in chains for chain in each for teller in chain]


def _weightiest_first(beliefs: Beliefs, influence: Influence) -> tuple[Item, ...]:
    if len(influence.items) == 1:
        return influence.items
    pull = {
        item.id: beliefs.influence("item", item.id, [item], {item.id: None}).shift @ influence.shift
        for item in influence.items
    }
    return tuple(sorted(influence.items, key=lambda item: (-pull[item.id], item.id)))


def _strongest_first(found: Iterable[Influence]) -> tuple[Influence, ...]:
    return tuple(sorted(found, key=lambda one: (-one.size, one.key)))
