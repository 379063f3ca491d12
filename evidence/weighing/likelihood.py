"""Items → the likelihood of scenarios and driver levels, step by step.

An item counts when it happened after the origin (the end of its interval), is known by as-of
and still held then (``known <= as_of < until``). What happened or was known earlier is inside
the judgements: it is shown, not counted, and so are opinions. An item falls into the step that
holds the last day of its interval; a check (looked for, not seen) is spread over the days after
the origin that it covers.

Items may come from anywhere (a study's own, a ledger, code): they are weighed in one
canonical order, so that the result does not depend, to the bit, on how they arrive.

With learned trust the same items say something else under each draw (see `by_draw`).
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tarjih.errors import InvalidRequest, Problem
from tarjih.evidence.weighing.bearing import BearingReader
from tarjih.evidence.weighing.by_draw import Group, lay_by_draw
from tarjih.evidence.weighing.clusters import Member, discount
from tarjih.evidence.weighing.reliability import ReliabilityReader
from tarjih.evidence.weighing.trust import Trust
from tarjih.priors.assumptions import assumptions_of
from tarjih.scenarios.records import Checked, Item, Study

__all__ = ["Entry", "Evidence", "canonical_order", "weigh_evidence"]

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Entry:
    """How one item was counted.

    Attributes
    ----------
    item : Item
    step : int or None
        Where it falls (for a check: its last step that counts); None if not counted.
    exponent : float
        How often it counts, in [0, 1]: less than once within a cluster; 0 if not counted.
        With learned trust: at the graded reliabilities.
    counted : bool
    reason : str
        Why it is not counted ("before the origin", "not known by 2026-01-31", "no longer held
        since 2026-01-20", "opinion", "after the last step", "neutral"); empty if it is.
    reliability : float
        r, all its tellers taken together, by their grades.
    """

    item: Item
    step: int | None
    exponent: float
    counted: bool
    reason: str
    reliability: float

    @property
    def why(self) -> str:
        """The reason without its date: "not known", "no longer held"; else as it is."""
        return re.sub(r" (by|since) [-0-9]+$", "", self.reason)


@dataclass(frozen=True, slots=True, eq=False)
class Evidence:
    """What the items say together. Arrays are read-only.

    Only differences between states carry meaning, and with learned trust between draws: each
    item is written relative to the state it favours (by its grades), so all values are at most
    0 under fixed trust, and 0 where nothing is said.

    Attributes
    ----------
    scenario_loglik : (T+1, K) or (M, T+1, K)
        Log-likelihood of the scenarios in steps 0 … T; with learned trust, under each draw.
    driver_loglik : tuple of J arrays (T+1, L_j) or (M, T+1, L_j)
        Log-likelihood of each driver's levels.
    entries : tuple of Entry
        One for every item, counted or not, in canonical order.
    trust : Trust or None
        What each draw holds of the tellers, if trust is learned.
    """

    scenario_loglik: Array
    driver_loglik: tuple[Array, ...]
    entries: tuple[Entry, ...]
    trust: Trust | None = None


def canonical_order(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return the items by the end of their interval, then by known date, then by id.

    Raises
    ------
    InvalidRequest
        If two items share an id.
    """
    ordered = tuple(sorted(items, key=lambda item: (item.end, item.known, item.id)))
    twice = [id for id, count in Counter(item.id for item in ordered).items() if count > 1]
    if twice:
        raise InvalidRequest(
            [
                Problem(f"items.{id}", "two items share an id", mend="rename one of them")
                for id in sorted(twice)
            ]
        )
    return ordered


def weigh_evidence(
    study: Study,
    items: Iterable[Item],
    *,
    as_of: dt.date,
    last_step: int,
    trust: Trust | None = None,
) -> Evidence:
    """Weigh dated, sourced items by what was known at a date.

    Parameters
    ----------
    study : Study
    items : iterable of Item
        In any order; all are accounted for in ``entries``.
    as_of : datetime.date
        Items known later count nothing, nor do those no longer held.
    last_step : int
        T, at least 0. What falls into later steps counts nothing.
    trust : Trust, optional
        What each of M draws holds of the tellers (see `throw_trust`); the log-likelihoods are
        then those under each draw. Without, tellers are as good as their grades, whatever
        ``trust`` the study assumes: a study does not say how many draws there are.

    Returns
    -------
    Evidence

    Raises
    ------
    InvalidRequest
        For two items of one id, an item that speaks of what the study does not have, a
        teller that it does not know, or a negative ``last_step``.
    InvalidStudy
        If the study's own assumptions are wrong.

    Notes
    -----
    The cost is linear in the items, but for sorting them; a cluster costs as many sorts of
    its members as it has steps. With trust it is linear in the draws as well, and what is held
    at once, besides the result, does not grow with the items.
    """
    if last_step < 0:
        raise InvalidRequest(
            Problem("last_step", "not a step", got=str(last_step), allowed="0 or more")
        )
    assumptions = assumptions_of(study)
    reader = BearingReader(study, assumptions)
    ordered = canonical_order(items)
    graded = ReliabilityReader(study, assumptions)
    reliability = [float(graded.read(item)) for item in ordered]
    reasons = [_reason(study, item, as_of, last_step) for item in ordered]

    groups: dict[Hashable, list[tuple[int, Member]]] = defaultdict(list)
    favours: dict[Hashable, tuple[int | None, int]] = {}
    for n, item in enumerate(ordered):
        if reasons[n]:
            continue
        bearing = reader.read(item, reliability[n])
        if bearing.neutral:
            reasons[n] = "neutral"
            continue
        key: Hashable = n
        if item.cluster is not None:
            silence = isinstance(item.bears_on, Checked)
            key = (item.cluster, silence, bearing.driver, bearing.favoured)
        steps = tuple(step for step in bearing.steps if step <= last_step)
        groups[key].append((n, Member(steps, bearing.contrasts[: len(steps)])))
        favours[key] = bearing.driver, bearing.favoured[0]

    sizes = [len(study.scenarios), *(len(driver.levels) for driver in study.drivers)]
    laid = tuple(np.zeros((last_step + 1, size)) for size in sizes)
    falls: dict[int, int] = {}
    exponent = [0.0] * len(ordered)
    for key, group in groups.items():
        driver = favours[key][0]
        target = laid[0 if driver is None else 1 + driver]
        placed, exponents = discount([m for _, m in group], assumptions.cluster_correlation)
        for step, against in placed.items():
            target[step] -= against
        for (n, member), times in zip(group, exponents, strict=True):
            falls[n], exponent[n] = member.steps[-1], times
    for array in laid:
        array.setflags(write=False)

    if trust is not None:
        laid = lay_by_draw(
            (
                Group(
                    *favours[key],
                    tuple(ordered[n] for n, _ in group),
                    tuple(reliability[n] for n, _ in group),
                )
                for key, group in groups.items()
            ),
            reader,
            ReliabilityReader(study, assumptions, trust),
            assumptions.cluster_correlation,
            tuple((last_step + 1, size) for size in sizes),
            len(trust),
        )
    entries = tuple(
        Entry(item, falls.get(n), exponent[n], n in falls, reasons[n], reliability[n])
        for n, item in enumerate(ordered)
    )
    return Evidence(laid[0], laid[1:], entries, trust)


def _reason(study: Study, item: Item, as_of: dt.date, last_step: int) -> str:
    """Say why an item's dates or kind keep it from counting, or nothing."""
    if item.end <= study.origin or item.known <= study.origin:
        return "before the origin"
    if item.known > as_of:
        return f"not known by {as_of.isoformat()}"
    if item.until is not None and item.until <= as_of:
        return f"no longer held since {item.until.isoformat()}"
    if item.kind == "opinion":
        return "opinion"
    began = item.end
    if isinstance(item.bears_on, Checked):
        began = max(item.start, study.origin + dt.timedelta(days=1))
    return "after the last step" if study.calendar.index(began) > last_step else ""
