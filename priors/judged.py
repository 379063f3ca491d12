"""Judged against implied: what the draws say about each judgement that was admitted.

Two things are told apart. A judgement may be at odds with the model and with all else that was
said: the 90% interval of what is implied misses the 90% of its own reading. And two judgements
may be at odds with each other: they answer one question, and their readings do not meet. The
heavy tails of a reading let such a pair widen the answer until it meets both, so the second is
not seen from the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tarjih.priors.draws import Draws
from tarjih.priors.elicited import Elicited, elicit
from tarjih.priors.outcomes import log_terms
from tarjih.priors.rows import implied_rows
from tarjih.scenarios.records import Study

__all__ = ["Contradiction", "contradictions", "implied", "log_likelihood"]

Floats = NDArray[np.float64]
_ENDS = (0.05, 0.95)


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A judgement at odds with all else, or two at odds with each other.

    Attributes
    ----------
    judgements : tuple of str
        Ids: one, or two.
    said : tuple of (float, float) or None
        5% and 95% quantile of how each is read, a probability or an odds ratio; None for ranks
        and "possible".
    implied : (float, float)
        The same of what the draws imply for the first.
    """

    judgements: tuple[str, ...]
    said: tuple[tuple[float, float] | None, ...]
    implied: tuple[float, float]


def implied(study: Study | Elicited, draws: Draws) -> dict[str, Floats]:
    """Return the implied probability of what each admitted judgement speaks of.

    Of an odds ratio it is the implied odds ratio. No source's bias is in it: it is what the
    model holds, not what the source would say.

    Returns
    -------
    mapping of judgement id to (M,) array
    """
    elicited = study if isinstance(study, Elicited) else elicit(study)
    if not elicited.judgements:
        return {}
    probability, complement = _rows(elicited, draws)
    result = {
        judgement.id: probability[:, row]
        for judgement, row in zip(elicited.judgements, elicited.first_row, strict=True)
    }
    stating = [
        judgement
        for judgement, reading in zip(elicited.judgements, elicited.readings, strict=True)
        if reading is not None
    ]
    odds = probability / complement
    for i in np.flatnonzero(elicited.is_ratio):
        row, other = elicited.stated_row[i], elicited.ratio_row[i]
        result[stating[i].id] = odds[:, row] / odds[:, other]
    return result


def _rows(elicited: Elicited, draws: Draws) -> tuple[Floats, Floats]:
    """Return the probability of each row, and its complement; (M, N) each."""
    scenarios = len(elicited.study.scenarios)
    parameters = {
        "alpha": draws.alpha,
        "effects": draws.effects,
        "initial": draws.initial,
        "review_time": draws.review_time,
        "up": draws.up,
        "down": draws.down,
        "bias": np.zeros((len(draws), len(elicited.sources), scenarios)),
    }
    probability, complement = implied_rows(elicited, parameters)
    return probability, complement


def contradictions(study: Study | Elicited, draws: Draws) -> tuple[Contradiction, ...]:
    """Return what does not fit together: first judgement by judgement, then pairs.

    A word or number is at odds with the draws when its 90% range and theirs do not meet; a
    rank, when it fails for one rival in more than 95% of the draws; "possible", when 95% of them
    lie below what it denies. Two words or numbers are at odds when they answer one question,
    whoever says them, and their 90% ranges do not meet; two ranks, when each puts first what
    the other puts second.

    Parameters
    ----------
    study : Study or Elicited
    draws : Draws
        Of that study.

    Returns
    -------
    tuple of Contradiction
        Empty when all fits.
    """
    elicited = study if isinstance(study, Elicited) else elicit(study)
    values = implied(elicited, draws)
    middle = {
        id: (float(low), float(high))
        for id, (low, high) in ((id, np.quantile(value, _ENDS)) for id, value in values.items())
    }
    said = {
        judgement.id: None
        if reading is None
        else (reading.quantile(_ENDS[0]), reading.quantile(_ENDS[1]))
        for judgement, reading in zip(elicited.judgements, elicited.readings, strict=True)
    }
    alone = [id for id, range in said.items() if range and not _meet(range, middle[id])]
    alone += _failed(elicited, draws, values)
    groups = [(id,) for id in said if id in alone]
    return tuple(
        Contradiction(ids, tuple(said[id] for id in ids), middle[ids[0]])
        for ids in (*groups, *_pairs(elicited, said))
    )


def _meet(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]


def _rank_rows(elicited: Elicited) -> Iterator[tuple[str, int, int]]:
    """Yield the judgement and the two rows of every rank."""
    ranking = [judgement for judgement in elicited.judgements if judgement.over]
    ids = [judgement.id for judgement in ranking for _ in judgement.over]
    yield from zip(ids, elicited.rank_row.tolist(), elicited.rank_rival.tolist(), strict=True)


def _failed(elicited: Elicited, draws: Draws, values: Mapping[str, Floats]) -> list[str]:
    """Return the ranks and the "possible" that the draws deny."""
    found = []
    if len(elicited.rank_row):
        probability, _ = _rows(elicited, draws)
        found += [
            id
            for id, row, rival in _rank_rows(elicited)
            if float(np.mean(probability[:, row] > probability[:, rival])) < _ENDS[0]
        ]
    bound = elicited.assumptions.possible_bound
    for judgement, reading in zip(elicited.judgements, elicited.readings, strict=True):
        if reading is None and not judgement.over:
            high = float(np.quantile(values[judgement.id], _ENDS[1]))
            found += [judgement.id] if high < bound else []
    return found


def _pairs(
    elicited: Elicited, said: Mapping[str, tuple[float, float] | None]
) -> Iterator[tuple[str, str]]:
    """Yield the ids of two judgements that answer one question and exclude each other."""
    questions = _questions(elicited)
    stated = [(id, range) for id, range in said.items() if range is not None]
    asked = {
        id: (questions[row], questions[other])
        for (id, _), row, other in zip(stated, elicited.stated_row, elicited.ratio_row, strict=True)
    }
    for (one, first_range), (other, second_range) in combinations(stated, 2):
        if asked[one] == asked[other] and not _meet(first_range, second_range):
            yield one, other
    ranks = [(id, questions[row], questions[rival]) for id, row, rival in _rank_rows(elicited)]
    for (one, first, second), (other, third, fourth) in combinations(ranks, 2):
        if (first, second) == (fourth, third):
            yield one, other


def _questions(elicited: Elicited) -> list[Any]:
    """Return for each row what it asks, whoever is asked."""
    asked = elicited.asked
    parts = (asked.features, asked.target, asked.held, asked.ever, asked.steps[:, None])
    rows: list[Any] = [tuple(row) for row in np.hstack(parts).tolist()]
    return rows + list(range(sum(len(group.start) for group in elicited.reaches)))


def log_likelihood(elicited: Elicited, parameters: Mapping[str, Any], xp: Any = np) -> Floats:
    """Return the log density of everything judged, and of the base rates.

    Equal to that of the PyMC model at the same parameters.

    Parameters
    ----------
    elicited : Elicited
    parameters : mapping of str to array
        As for `log_terms`.
    xp : module
        ``numpy``, or the `Tape` whose numbers the parameters are made of.

    Returns
    -------
    (...,) array
    """
    if not elicited.outcomes:
        return np.zeros(np.shape(parameters["alpha"])[:-1])
    return np.asarray(log_terms(elicited, parameters, xp).sum(axis=-1))
