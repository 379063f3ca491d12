"""How far a report can be trusted: from Admiralty grades to one reliability in (0, 1).

A letter grades the teller, a digit grades this item. The two are not independent (87% of
over 1,400 army reports lay on the diagonal A1, B2, C3: Baker, McKendry & Mace 1968) and the
digit dominates (Samet 1975), so they are averaged on the logit scale with the digit counting
double, never multiplied.

*Who tells it.* Tellers that relay others are followed to the root they relay; a root counts
once, however many relay it. Its letter is the root's own. If the study does not know the
root, each chain that leads to it is as good as its weakest known teller, and the best chain
stands for the root: so one more relay never makes a report worse. Independent roots of one
event combine as ``1 - ∏(1 - r_s)``.

*What is said.* A statement's grade says that it was uttered, not that it is meant. Sincerity
is shared by all who quote it, so the discount multiplies the reliability once, at the end.

*Learned trust* (see `trust`) gives every teller a reliability under each draw in place of the
graded one; all that is said above then holds draw by draw. Who is nobody in particular has no
trust to lose: a report without a teller keeps its grade.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from functools import reduce

import numpy as np
from numpy.typing import NDArray

from tarjih.errors import InvalidRequest, Problem, nearest
from tarjih.evidence.weighing.trust import Trust
from tarjih.priors.assumptions import Assumptions, Grade
from tarjih.scenarios.records import Item, Study

__all__ = [
    "CLIP",
    "ReliabilityReader",
    "combine_grades",
    "item_reliability",
    "relay_chains",
    "sources_without",
    "without_source",
]

Array = NDArray[np.float64]
CLIP = 1e-6
_KEPT = 256  # of the reliabilities of items, which may be as many as the items
_CANNOT_BE_JUDGED = "F", 6


def combine_grades(assumptions: Assumptions, letter: str, digit: int) -> float:
    """Return the reliability of one teller's report.

    ``logistic((logit p_letter + 2 logit p_digit) / 3)`` of the means. F and 6 say that
    quality cannot be judged: they are wide, so the expectation over mean ± spread is taken
    (both points equally likely, each at most half-way to 0 or 1).

    Parameters
    ----------
    assumptions : Assumptions
    letter : {"A", ..., "F"}
    digit : {1, ..., 6}

    Returns
    -------
    float
        In [1e-6, 1 - 1e-6].
    """
    letters = _points(assumptions.letters[letter], letter)
    digits = _points(assumptions.digits[digit], digit)
    values = [_logistic((_logit(p) + 2 * _logit(q)) / 3) for p in letters for q in digits]
    return _clip(sum(values) / len(values))


def relay_chains(item: Item) -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """Group an item's tellers by the root they relay.

    Returns
    -------
    mapping of root to tuple of chains
        A chain runs from a teller of the item to the root, both included.

    Raises
    ------
    InvalidRequest
        If tellers relay each other in a circle.
    """
    chains: dict[str, tuple[tuple[str, ...], ...]] = {}
    for teller in item.sources:
        chain = [teller]
        while (relayed := item.relays.get(chain[-1])) is not None:
            if relayed in chain:
                raise InvalidRequest(
                    Problem(
                        f"items.{item.id}.relays",
                        "tellers relay each other in a circle",
                        got=" -> ".join([*chain, relayed]),
                        mend="name the first teller as relaying nobody",
                    )
                )
            chain.append(relayed)
        chains[chain[-1]] = (*chains.get(chain[-1], ()), tuple(chain))
    return chains


def without_source(item: Item, source: str) -> Item | None:
    """Return an item as it stands without one of its tellers; None if nobody else told it.

    Tellers that only relay the one left out, directly or through others, go with it.
    """
    left = sources_without(item.sources, item.relays, source)
    return None if left is None else replace(item, sources=left[0], relays=left[1])


def sources_without(
    sources: Iterable[str], relays: Mapping[str, str], source: str
) -> tuple[tuple[str, ...], dict[str, str]] | None:
    """Return tellers and relays without one teller and those who only relay it; None if none.

    Examples
    --------
    >>> sources_without(("sana", "reuters"), {"sana": "tass"}, "tass")
    (('reuters',), {})
    >>> sources_without(("sana",), {"sana": "tass"}, "tass") is None
    True
    """

    def rests_on_it(teller: str) -> bool:
        chain = [teller]
        while (origin := relays.get(chain[-1])) is not None and origin not in chain:
            chain.append(origin)
        return source in chain

    left = tuple(teller for teller in sources if not rests_on_it(teller))
    kept = {teller: origin for teller, origin in relays.items() if not rests_on_it(teller)}
    return (left, kept) if left else None


def item_reliability(study: Study, item: Item, assumptions: Assumptions) -> float:
    """Return the graded reliability of an item, all its tellers taken together.

    An item that names no teller is told by nobody in particular: letter F.

    Returns
    -------
    float
        In [1e-6, 1 - 1e-6].

    Raises
    ------
    InvalidRequest
        For a teller that is no source of the study, a circle of relays, or a digit that is
        not 1 to 6.
    """
    return float(ReliabilityReader(study, assumptions).read(item))


class ReliabilityReader:
    """Reads the reliability of items of one study; what they share is worked out once.

    Parameters
    ----------
    study : Study
    assumptions : Assumptions
    trust : Trust, optional
        What each draw holds of the tellers; without, they are as good as their grades.
    """

    def __init__(self, study: Study, assumptions: Assumptions, trust: Trust | None = None) -> None:
        self._study = study
        self._assumptions = assumptions
        self._trust = trust
        self._letters: dict[str, str] = {source.id: source.letter for source in study.sources}
        self._told: dict[tuple[str, int], Array] = {}
        self._read: dict[Hashable, Array] = {}

    def read(self, item: Item) -> Array:
        """Return the reliability of an item, all its tellers taken together.

        Returns
        -------
        () or (M,)
            In [1e-6, 1 - 1e-6]; one for each draw if trust is learned and it has a teller.

        Raises
        ------
        InvalidRequest
            As in `item_reliability`.
        """
        key = item.sources, tuple(item.relays.items()), item.credibility, item.kind
        if key not in self._read:
            if len(self._read) >= _KEPT:
                self._read.clear()
            self._read[key] = self._together(item)
        return self._read[key]

    def tellers(self, item: Item) -> tuple[str, ...]:
        """Return the sources whose reliability an item's rests on, in order of their ids."""
        chains = relay_chains(item)
        relied = {root for root in chains if root in self._letters}
        for root in chains.keys() - relied:
            relied.update(s for chain in chains[root] for s in chain if s in self._letters)
        return tuple(sorted(relied))

    def _together(self, item: Item) -> Array:
        self._check(item)
        all_wrong: Array = np.array(1.0)
        for root, chains in sorted(relay_chains(item).items()):
            ways = [(root,)] if root in self._letters else chains
            best = reduce(np.maximum, [self._weakest(way, item.credibility) for way in ways])
            all_wrong = all_wrong * (1 - best)
        reliability = 1 - all_wrong
        if not item.sources:
            reliability = np.array(combine_grades(self._assumptions, "F", item.credibility))
        if item.kind == "statement":
            reliability = reliability * self._assumptions.statement_discount
        return np.clip(reliability, CLIP, 1 - CLIP)

    def _weakest(self, chain: Iterable[str], digit: int) -> Array:
        return reduce(np.minimum, [self._by(s, digit) for s in chain if s in self._letters])

    def _by(self, teller: str, digit: int) -> Array:
        """Return the reliability of what one teller says at a digit: () or (M,)."""
        key = teller, digit
        if key not in self._told:
            graded = combine_grades(self._assumptions, self._letters[teller], digit)
            self._told[key] = (
                np.array(graded) if self._trust is None else self._trust.reliability(teller, graded)
            )
        return self._told[key]

    def _check(self, item: Item) -> None:
        digits, letters = self._assumptions.digits, self._letters
        if item.credibility not in digits:
            raise InvalidRequest(
                Problem(
                    self._study.where(f"items.{item.id}.credibility"),
                    "no such Admiralty digit",
                    got=str(item.credibility),
                    allowed=", ".join(map(str, digits)),
                )
            )
        for teller in item.sources:
            if teller not in letters:
                raise InvalidRequest(
                    Problem(
                        self._study.where(f"items.{item.id}.sources"),
                        "unknown source",
                        got=teller,
                        allowed=", ".join(letters),
                        mend=nearest(teller, list(letters)),
                    )
                )


def _points(grade: Grade, name: str | int) -> tuple[float, ...]:
    if name not in _CANNOT_BE_JUDGED:
        return (grade.mean,)
    half = min(grade.spread, grade.mean / 2, (1 - grade.mean) / 2)
    return (grade.mean - half, grade.mean + half)


def _clip(p: float) -> float:
    return min(max(p, CLIP), 1 - CLIP)


def _logit(p: float) -> float:
    p = _clip(p)
    return math.log(p) - math.log1p(-p)


def _logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))
