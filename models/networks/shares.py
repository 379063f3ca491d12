"""What each counted item says by itself, so that all of them together say what they do.

Items of one cluster count less than once (see ``evidence.clusters``), so the log-likelihood of
a step is no sum of what each would say alone. Here what a cluster says in a step, against each
state, is shared among its items in proportion to what each says against it, times how often
it counts. The shares of a step add up to what the evidence says there, and an item has a share
only in steps that it speaks of.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tarjih.evidence import Entry, Evidence, weigh_evidence
from tarjih.scenarios.records import Item, Study

__all__ = ["ItemShare", "item_shares", "said_of"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ItemShare:
    """What one item says in one step.

    Attributes
    ----------
    item : Item
    driver : int or None
        The driver it speaks of, by its place in the study; None for scenarios.
    step : int
    loglik : (K,) or (L_j,)
        Log-likelihood of each state; at most 0.
    """

    item: Item
    driver: int | None
    step: int
    loglik: Floats


def item_shares(study: Study, evidence: Evidence, *, as_of: dt.date) -> tuple[ItemShare, ...]:
    """Split evidence into the shares of its items.

    Parameters
    ----------
    study : Study
    evidence : Evidence
        Of ``study``, weighed as of ``as_of``; of a single draw, if trust is learned.
    as_of : datetime.date

    Returns
    -------
    tuple of ItemShare
        In the order of ``evidence.entries``, then of steps. With learned trust they add up to
        the evidence but for a constant in each step.
    """
    last = evidence.scenario_loglik.shape[-2] - 1

    def weigh(items: Sequence[Item]) -> Evidence:
        return weigh_evidence(study, items, as_of=as_of, last_step=last, trust=evidence.trust)

    groups: dict[tuple[str, str], list[Entry]] = {}
    for entry in evidence.entries:
        if entry.counted:
            item = entry.item
            key = ("item", item.id) if item.cluster is None else ("cluster", item.cluster)
            groups.setdefault(key, []).append(entry)
    shares: dict[str, list[ItemShare]] = {}
    for entries in groups.values():
        together = weigh([entry.item for entry in entries])
        alone = [weigh([entry.item]) for entry in entries]
        for driver in (None, *range(len(study.drivers))):
            own = np.stack([said_of(one, driver) for one in alone])
            if not own.any():
                continue
            counts = np.array([entry.exponent for entry in entries])[:, None, None]
            part = own * counts
            whole = part.sum(axis=0)
            part = np.divide(part, whole, out=np.zeros_like(part), where=whole != 0)
            split = part * said_of(together, driver)
            for entry, mine, said in zip(entries, own, split, strict=True):
                shares.setdefault(entry.item.id, []).extend(
                    ItemShare(entry.item, driver, int(step), said[step])
                    for step in np.flatnonzero(mine.any(axis=-1))
                )
    return tuple(share for entry in evidence.entries for share in shares.get(entry.item.id, ()))


def said_of(evidence: Evidence, driver: int | None) -> Floats:
    """Return the log-likelihood (T+1, K) of the scenarios, or of one driver's levels.

    That of a single draw with learned trust is written relative to the likeliest state.
    """
    said = evidence.scenario_loglik if driver is None else evidence.driver_loglik[driver]
    if said.ndim == 2:
        return said
    relative: Floats = said[0] - said[0].max(axis=-1, keepdims=True)
    return relative
