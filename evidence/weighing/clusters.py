r"""Shared origin: items of one cluster that say the same count less and less.

With correlation :math:`\rho_c`, :math:`i` items are worth
:math:`n_\mathrm{eff}(i) = i / (1 + (i-1)\rho_c)`, so the :math:`i`-th strongest counts
:math:`e_i = n_\mathrm{eff}(i) - n_\mathrm{eff}(i-1)` times. Raising all items to one common
power instead would let a weak agreeing item lower belief.

*Which items.* Those of one cluster that speak of the same thing (scenarios, or one driver)
and favour the same state, or the same set of states where several tie at the top; checks
(silence) are a group of their own. An item that favours nothing takes no rank.

*What strength is.* With more than two states one item can be strong against :math:`l` and
weak against :math:`m`. The rule is therefore applied to each contrast apart: with
:math:`d_{il} \ge 0` the log-likelihood of the favoured state less that of :math:`l`, the
group together says :math:`\sum_r e_r\, d_{(r)l}` against :math:`l`, :math:`d_{(1)l} \ge
d_{(2)l} \ge \dots` being sorted for that :math:`l`. One more item can only raise each term
of a sorted list, hence every such sum, hence the share of the favoured state.

*When.* States change, so it matters to which step a discounted item goes. The freshest word
counts in full and older ones add only what they add to it: with :math:`D_{il}(s)` what item
:math:`i` says from step :math:`s` on and :math:`G_l(s) = \sum_r e_r D_{(r)l}(s)`, step
:math:`s` receives :math:`G_l(s) - G_l(s+1)`. In the usual case of all items in one step
that is :math:`e_r d_{(r)l}` itself; over all steps the sum is always the one above. Ranking
by strength alone would let a late-found but older reprint take the weight away from the
newer item, where it has mostly faded by now: an agreeing item would lower belief.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Member", "discount", "effective_count", "increments", "together"]

Array = NDArray[np.float64]
_MANY = 600  # columns for every row, from which on rows are sorted against each other


def effective_count(count: int, correlation: float) -> float:
    """Return what ``count`` equal items of one cluster are worth.

    Examples
    --------
    >>> round(effective_count(5, 0.8), 2)
    1.19
    """
    return count / (1 + (count - 1) * correlation) if count else 0.0


def increments(count: int, correlation: float) -> Array:
    """Return how often the first, second, … strongest of ``count`` items counts.

    The differences of `effective_count`: 1, then ``(1-ρ) / ((1+(i-1)ρ) (1+(i-2)ρ))``,
    a form without cancellation. Never negative, never rising.

    Examples
    --------
    >>> increments(3, 0.8).round(3)
    array([1.   , 0.111, 0.043])
    >>> increments(2, 1.0)
    array([1., 0.])
    """
    rank = np.arange(1.0, count)
    later = (1 - correlation) / ((1 + rank * correlation) * (1 + (rank - 1) * correlation))
    return np.concatenate([np.ones(min(count, 1)), later])


@dataclass(frozen=True, slots=True)
class Member:
    """One item of a group.

    Attributes
    ----------
    steps : tuple of int
        Ascending.
    contrasts : (S, K)
        Log-likelihood of the favoured state less that of each state; not negative.
    """

    steps: tuple[int, ...]
    contrasts: Array


def together(members: Sequence[Member], correlation: float) -> dict[int, Array]:
    """Return what a group says together against each state in each step; not negative.

    Parameters
    ----------
    members : sequence of Member
        What they say may have any columns, each of which is ranked apart: (S, C).
    correlation : float
        ρ_c in [0, 1].

    Returns
    -------
    mapping of step to (C,)
    """
    if len(members) == 1:
        return dict(zip(members[0].steps, members[0].contrasts, strict=True))
    by_step = _by_step(members)
    weight = increments(len(members), correlation)[:, None]
    said = np.zeros((len(members), members[0].contrasts.shape[1]))
    so_far = np.zeros(said.shape[1])
    placed: dict[int, Array] = {}
    for step in sorted(by_step, reverse=True):
        for i, contrasts in by_step[step]:
            said[i] += contrasts
        before, so_far = so_far, (weight * _descending(said)).sum(axis=0)
        placed[step] = np.maximum(so_far - before, 0.0)
    return placed


def discount(
    members: Sequence[Member], correlation: float
) -> tuple[dict[int, Array], tuple[float, ...]]:
    """Return what a group says together, and how often each member counts.

    Parameters
    ----------
    members : sequence of Member
        In canonical order, which settles only who of two equal items is named first.
    correlation : float
        ρ_c in [0, 1].

    Returns
    -------
    placed : mapping of step to (K,)
        What the group says against each state in each step; not negative.
    exponents : tuple of float
        One for each member, in [0, 1]: its share of what was placed, over what it would
        say alone.
    """
    placed = together(members, correlation)
    if len(members) == 1:
        return placed, (1.0,)
    weight = increments(len(members), correlation)
    size = np.zeros(len(members))
    for step, items in _by_step(members).items():
        who = np.array([i for i, _ in items])
        own = np.array([contrasts for _, contrasts in items])
        size[who] += _split(placed[step], own, weight)
    full = np.array([member.contrasts.sum() for member in members])
    share = np.divide(size, full, out=np.zeros_like(size), where=full > 0)
    return placed, tuple(np.clip(share, 0.0, 1.0).tolist())


def _descending(rows: Array) -> Array:
    """Sort every column, the largest first."""
    count, columns = rows.shape
    if columns < _MANY * count:
        return np.sort(rows, axis=0)[::-1]
    # A column at a time costs more than the few rows of a common cluster against each other.
    ranked = rows.copy()
    for i in range(1, count):
        for j in range(i, 0, -1):
            upper = ranked[j - 1].copy()
            np.maximum(upper, ranked[j], out=ranked[j - 1])
            np.minimum(upper, ranked[j], out=ranked[j])
    return ranked


def _by_step(members: Sequence[Member]) -> dict[int, list[tuple[int, Array]]]:
    by_step: dict[int, list[tuple[int, Array]]] = defaultdict(list)
    for i, member in enumerate(members):
        for step, contrasts in zip(member.steps, member.contrasts, strict=True):
            by_step[step].append((i, contrasts))
    return by_step


def _split(placed: Array, own: Array, weight: Array) -> Array:
    """Share what was placed in a step among its items, as if it were all there is."""
    if len(own) == 1:
        return placed.sum(keepdims=True)
    order = np.argsort(-own, axis=0, kind="stable")
    alone = np.empty_like(own)
    ranked = np.take_along_axis(own, order, axis=0) * weight[: len(own), None]
    np.put_along_axis(alone, order, ranked, axis=0)
    total = alone.sum(axis=0)
    share = np.divide(placed, total, out=np.zeros_like(placed), where=total > 0)
    return np.asarray(alone @ share)
