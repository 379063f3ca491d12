"""What the items say under each draw, when trust in their tellers is learned.

Under fixed trust only differences between states matter, and an item is written relative to
the state it favours. With trust that differs by draw, what the favoured state itself gains or
loses by it matters as well: how well a draw foresaw what was told is what its trust is learned
from. So every item is compared with noise too, a report that does not track the truth, whose
likelihood is the same under every draw. Noise is one more rival of the favoured state: in a
cluster it is ranked and discounted like any other, contrast by contrast (see `clusters`), and
what a group says of state l is its gain over noise less its contrast against l.

The favoured states of an item, and thus the groups that are counted together, are the same
under every draw (see `bearing`); only the order of their strengths may differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tarjih.evidence.weighing.bearing import BearingReader
from tarjih.evidence.weighing.clusters import Member, together
from tarjih.evidence.weighing.reliability import ReliabilityReader
from tarjih.scenarios.records import Item

__all__ = ["Group", "lay_by_draw"]

Array = NDArray[np.float64]
_MOST = 2**21  # numbers held at once for one group


@dataclass(frozen=True, slots=True)
class Group:
    """Items that are counted together.

    Attributes
    ----------
    driver : int or None
        What they speak of: a driver, by its place in the study, or scenarios.
    favoured : int
        A state that all of them favour.
    items : tuple of Item
    graded : tuple of float
        Reliability of each by its tellers' grades.
    """

    driver: int | None
    favoured: int
    items: tuple[Item, ...]
    graded: tuple[float, ...]


def lay_by_draw(
    groups: Iterable[Group],
    bearings: BearingReader,
    reliabilities: ReliabilityReader,
    correlation: float,
    shapes: tuple[tuple[int, int], ...],
    count: int,
) -> tuple[Array, ...]:
    """Return what groups of items say under each draw.

    Parameters
    ----------
    groups : iterable of Group
    bearings : BearingReader
    reliabilities : ReliabilityReader
        With learned trust.
    correlation : float
        ρ_c in [0, 1].
    shapes : tuple of (T+1, K)
        Steps and states: of the scenarios, then of each driver.
    count : int
        M.

    Returns
    -------
    tuple of (M, T+1, K)
        Log-likelihoods of the scenarios, then of each driver's levels; read-only. They are
        relative to the favoured state at the graded reliability: a constant that all draws
        share. Where nothing is said, one number stands in for all.

    Notes
    -----
    Items come and go one by one, those of a cluster together and for as many draws at a time
    as fit; no array of items by draws is kept.
    """
    laid: dict[int, Array] = {}
    for group in groups:
        place = 0 if group.driver is None else 1 + group.driver
        steps, states = shapes[place]
        if place not in laid:
            # Draws last: rows that are added to lie together in memory.
            laid[place] = np.zeros((steps, states, count))
        _lay(group, bearings, reliabilities, correlation, laid[place])
    result = []
    for place, (steps, states) in enumerate(shapes):
        if place in laid:
            array = np.moveaxis(laid[place], -1, 0)
            array.flags.writeable = False
        else:
            array = np.broadcast_to(0.0, (count, steps, states))
        result.append(array)
    return tuple(result)


def _lay(
    group: Group,
    bearings: BearingReader,
    reliabilities: ReliabilityReader,
    correlation: float,
    target: Array,
) -> None:
    steps, states, count = target.shape
    claims = [bearings.claim(item) for item in group.items]
    rivals = 1 + states
    each = rivals * sum(len(claim.steps) for claim in claims)
    width = max(1, _MOST // each)
    for first in range(0, count, width):
        draws = slice(first, min(first + width, count))
        trusted = np.empty(draws.stop - first + 1)
        members = []
        for claim, item, graded in zip(claims, group.items, group.graded, strict=True):
            trusted[:-1] = _of(reliabilities.read(item), draws)
            trusted[-1] = graded
            said = claim.against(trusted, group.favoured)
            own = tuple(step for step in claim.steps if step < steps)
            members.append(Member(own, said[: len(own)].reshape(len(own), -1)))
        for step, placed in together(members, correlation).items():
            rows = placed.reshape(rivals, -1)
            gain = rows[0, :-1] - rows[0, -1]
            target[step][:, draws] += gain - rows[1:, :-1]


def _of(reliability: Array, draws: slice) -> Array:
    return reliability[draws] if reliability.ndim else reliability
