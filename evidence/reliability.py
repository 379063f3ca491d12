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
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from tarjih.errors import InvalidRequest, Problem, nearest
from tarjih.priors.assumptions import Assumptions, Grade
from tarjih.scenarios.records import Item, Study

__all__ = ["CLIP", "combine_grades", "item_reliability", "relay_chains"]

CLIP = 1e-6
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


def item_reliability(study: Study, item: Item, assumptions: Assumptions) -> float:
    """Return the reliability of an item, all its tellers taken together.

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
    if item.credibility not in assumptions.digits:
        raise InvalidRequest(
            Problem(
                study.where(f"items.{item.id}.credibility"),
                "no such Admiralty digit",
                got=str(item.credibility),
                allowed=", ".join(map(str, assumptions.digits)),
            )
        )
    letters: dict[str, str] = {source.id: source.letter for source in study.sources}
    for teller in item.sources:
        if teller not in letters:
            raise InvalidRequest(
                Problem(
                    study.where(f"items.{item.id}.sources"),
                    "unknown source",
                    got=teller,
                    allowed=", ".join(letters),
                    mend=nearest(teller, list(letters)),
                )
            )

    def of(letter: str) -> float:
        return combine_grades(assumptions, letter, item.credibility)

    all_wrong = 1.0
    for root, chains in sorted(relay_chains(item).items()):
        if root in letters:
            best = of(letters[root])
        else:
            best = max(min(of(letters[s]) for s in chain if s in letters) for chain in chains)
        all_wrong *= 1 - best
    reliability = 1 - all_wrong if item.sources else of("F")
    if item.kind == "statement":
        reliability *= assumptions.statement_discount
    return _clip(reliability)


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
