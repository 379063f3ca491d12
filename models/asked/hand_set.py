r"""How much of a movement is owed to weights that were set by hand.

An item that bears on *weights* says in words how strongly it speaks for or against scenarios:
nothing but the analyst's own weighing stands behind it. An indicator or a driver's level goes
through what the study states beforehand. So a reader may ask how much of what moved was put in
by hand.

Let :math:`m` be the change of centred log-odds of the mean probabilities since a day, and
:math:`h` what would be missing of it had the hand-set items that became known since then never
come: belief with them less belief without them, on the same draws and dice, clusters weighed
anew. What is left, :math:`m - h`, is owed to all other evidence and to time. The *share* is

.. math:: \frac{\sum_k |h_k|}{\sum_k |h_k| + \sum_k |m_k - h_k|},

in [0, 1]: 0 if no weights were set by hand, 1 if nothing else moved belief. Taken in log-odds it
does not depend on how probable the scenarios are, and parts that pull in opposite directions
both count in full instead of cancelling each other.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tarjih.calendar import parse_date
from tarjih.errors import InvalidRequest, Problem
from tarjih.models.asked.influence import (
    INFLUENCE_DRAWS,
    Beliefs,
    belief_at,
    centred_log_odds,
)
from tarjih.models.posterior import believe
from tarjih.priors import Draws, obtain_draws
from tarjih.scenarios.records import Item, Study, Weights

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["HandSet", "hand_set_of", "set_by_hand", "weighed_by_hand"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class HandSet:
    """What weights set by hand did to the scenarios at as-of.

    Attributes
    ----------
    since : datetime.date
        Only items that became known after this day.
    items : tuple of Item
        Those that bear on weights and count, in canonical order.
    moved, log_moved : (K,)
        Change of the mean probabilities since that day, and of their centred log-odds.
    shift, log_shift : (K,)
        Belief with the items less belief without them; sums to zero.
    """

    since: dt.date
    items: tuple[Item, ...]
    moved: Floats
    log_moved: Floats
    shift: Floats
    log_shift: Floats

    @property
    def share(self) -> float:
        """Share of all that moved, in [0, 1]; 0 if nothing did."""
        by_hand = float(np.abs(self.log_shift).sum())
        rest = float(np.abs(self.log_moved - self.log_shift).sum())
        return by_hand / (by_hand + rest) if by_hand > 0 else 0.0


def set_by_hand(item: Item) -> bool:
    """Return whether an item bears on weights."""
    return isinstance(item.bears_on, Weights)


def weighed_by_hand(
    study: Study,
    items: Sequence[Item] | None = None,
    *,
    since: dt.date | str | None = None,
    as_of: dt.date | str | None = None,
    draws: Draws | None = None,
    engine: str = "auto",
    seed: int = 0,
) -> HandSet:
    """Say how much of what moved since a day is owed to weights set by hand.

    Parameters
    ----------
    study : Study
    items, as_of, draws, engine, seed
        As for `forecast`. A spread-out sample of 250 draws is used: all beliefs share it.
    since : date or str, optional
        Default: the origin.

    Raises
    ------
    InvalidRequest
        If ``since`` does not lie between the origin and as-of, the engine is pymc, and as
        `forecast`.

    Examples
    --------
    >>> import tarjih
    >>> from tarjih.models import weighed_by_hand
    >>> found = weighed_by_hand(tarjih.load("syria_russia"), as_of="2025-12-31")
    >>> 0 <= found.share <= 1
    True
    """
    if engine == "pymc":
        raise InvalidRequest(
            Problem(
                "--engine",
                "this compares beliefs, and this engine samples anew for each",
                got=engine,
                allowed="auto, exact, particle",
            )
        )
    whole = obtain_draws(study) if draws is None else draws
    posterior = believe(
        study,
        items,
        as_of=as_of,
        draws=whole.thin(INFLUENCE_DRAWS),
        engine=engine,
        seed=seed,
        move=False,
    )
    start = study.origin if since is None else parse_date(since, "--since")
    if not study.origin <= start <= posterior.as_of:
        raise InvalidRequest(
            Problem(
                "--since",
                "outside what can be explained",
                got=start.isoformat(),
                allowed=f"{study.origin.isoformat()} to {posterior.as_of.isoformat()}",
            )
        )
    return hand_set_of(Beliefs(posterior), start)


def hand_set_of(
    beliefs: Beliefs, since: dt.date, among: Callable[[Item], bool] = set_by_hand
) -> HandSet:
    """Say the same of beliefs that are there already.

    Parameters
    ----------
    beliefs : Beliefs
    since : datetime.date
        Between the origin and as-of.
    among : callable
        Which items were set by hand.
    """
    items = tuple(
        item for item in beliefs.counted if among(item) and max(item.known, item.end) > since
    )
    start = belief_at(beliefs.posterior.at(since)).probability
    end = beliefs.of(beliefs.counted).probability
    zero = np.zeros_like(end)
    shift, log_shift = zero, zero
    if items:
        one = beliefs.influence("item", "weights", items, {item.id: None for item in items})
        shift, log_shift = one.shift, one.log_shift
    return HandSet(
        since=since,
        items=items,
        moved=end - start,
        log_moved=centred_log_odds(end) - centred_log_odds(start),
        shift=shift,
        log_shift=log_shift,
    )
