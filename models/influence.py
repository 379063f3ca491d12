"""What each piece of evidence did: the forecast with it, less the forecast without it.

Items of one cluster speak of one thing, and stand in for each other when one is left
out; so they are left out together. Both forecasts use the same draws and the same random
numbers, and what remains of a cluster is weighed anew.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tarjih.evidence import Entry, weigh_evidence
from tarjih.models.engine import run_engine
from tarjih.models.particle import ParticleEngine
from tarjih.models.record import Forecast
from tarjih.priors import Draws, obtain_draws
from tarjih.scenarios.records import Item

__all__ = ["Influence", "influences"]

Floats = NDArray[np.float64]
_DRAWS = 250


@dataclass(frozen=True, slots=True)
class Influence:
    """What one item, or one cluster of items, did to the scenarios at as-of.

    Attributes
    ----------
    key : str
        The cluster, or the item's id.
    items : tuple of Item
        Those that counted; first the one that alone, in place of the whole cluster, would
        move the scenarios furthest the same way.
    date : datetime.date
        When the last of them happened.
    shift : (K,)
        Mean probabilities with it less those without it; sums to zero.
    """

    key: str
    items: tuple[Item, ...]
    date: dt.date
    shift: Floats

    @property
    def size(self) -> float:
        """Probability moved from some scenarios to others, in [0, 1]."""
        return float(np.abs(self.shift).sum() / 2)


def influences(forecast: Forecast, *, draws: Draws | None = None) -> tuple[Influence, ...]:
    """Return what each cluster (or unclustered item) did at as-of, the strongest first.

    Parameters
    ----------
    forecast : Forecast
    draws : Draws, optional
        Those the forecast was made with. Default: those of its study. A spread-out sample
        of 250 is enough, since both sides of each difference share it.
    """
    study = forecast.study
    entries = forecast.evidence.entries
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.counted:
            groups.setdefault(entry.item.cluster or entry.item.id, []).append(entry)
    whole = obtain_draws(study) if draws is None else draws
    engine = ParticleEngine(study, whole.thin(_DRAWS), seed=forecast.seed)

    def belief(items: list[Item]) -> Floats:
        evidence = weigh_evidence(study, items, as_of=forecast.as_of, last_step=forecast.as_of_step)
        run = run_engine(
            engine, evidence, as_of_step=forecast.as_of_step, last_step=forecast.as_of_step
        )
        weight = np.exp(run.log_weight - run.log_weight.max())
        mean: Floats = weight @ run.probability[0] / weight.sum()
        return mean

    items = [entry.item for entry in entries]
    with_all = belief(items) if groups else np.zeros(len(study.scenarios))
    found = []
    for key, members in groups.items():
        left_out = {entry.item.id for entry in members}
        others = [item for item in items if item.id not in left_out]
        without = belief(others)
        shift = with_all - without
        own = [
            (-float((belief([*others, entry.item]) - without) @ shift), entry.item.id, entry.item)
            for entry in members
        ]
        found.append(
            Influence(
                key=key,
                items=tuple(item for _, _, item in sorted(own, key=lambda each: each[:2])),
                date=max(entry.item.end for entry in members),
                shift=shift,
            )
        )
    return tuple(sorted(found, key=lambda influence: (-influence.size, influence.key)))
