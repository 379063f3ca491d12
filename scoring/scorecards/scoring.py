"""Score forecasts: by author, kind of question, and whether they were made in retrospect.

Everything is a mean over questions. A question's own score is the mean of its forecasts' scores,
weighed by the days each held where the last day is known; so a question counts once, however
often its forecast was updated. Retrospective forecasts make scorecards of their own, after the
others.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tarjih.errors import InvalidRequest, Problem
from tarjih.scoring.calibration import (
    Decomposition,
    MurphyParts,
    Reliability,
    corp_decomposition,
    murphy_decomposition,
    reliability_of,
)
from tarjih.scoring.files import ForecastTable
from tarjih.scoring.resampling import bootstrap_means, claim_of, estimate_of, ratio_estimate
from tarjih.scoring.rules.core import (
    brier_of,
    brier_of_yes,
    log_of,
    rps_of,
    spherical_of,
    spread_of,
)
from tarjih.scoring.scorecards.scorecard import (
    HEADLINE,
    Comparison,
    Counts,
    Scorecard,
    ScoreReport,
)
from tarjih.scoring.skill import (
    base_rates,
    days_held,
    first_of_each,
    in_order,
    share_of_days,
    uniform_forecasts,
)

__all__ = ["card_reliability", "score_forecasts"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
BoolArray = NDArray[np.bool_]
Kind = Literal["binary", "multiple", "ordered"]
Rule = Callable[[FloatArray, IntArray], FloatArray]

_KINDS: tuple[Kind, ...] = ("binary", "multiple", "ordered")
_MOST_RESAMPLES = 100_000


_RULES: Mapping[str, Mapping[str, Rule]] = {
    "binary": {"brier": brier_of_yes, "log": log_of, "spherical": spherical_of},
    "multiple": {
        "brier_categories": brier_of,
        "log": log_of,
        "spherical": spherical_of,
    },
    "ordered": {
        "rps": rps_of,
        "brier_categories": brier_of,
        "log": log_of,
        "spherical": spherical_of,
    },
}


def score_forecasts(table: ForecastTable, *, resamples: int = 2000, seed: int = 0) -> ScoreReport:
    """Score all forecasts of a table.

    Parameters
    ----------
    table : ForecastTable
    resamples : int
        How often questions are drawn again for the intervals; 20 to 100,000.
    seed : int

    Returns
    -------
    ScoreReport
        Same table, same seed, same numbers. The order of rows, and who else is in the table,
        change no scorecard.

    Raises
    ------
    InvalidRequest
        If ``resamples`` is out of range.
    """
    if not 20 <= resamples <= _MOST_RESAMPLES:
        raise InvalidRequest(
            Problem("--resamples", "out of range", str(resamples), f"20 to {_MOST_RESAMPLES}")
        )
    facts = _Facts(table)
    cards = [
        _card(facts, author, kind, retrospective, resamples, seed)
        for retrospective, kind, author in itertools.product(
            (False, True), _KINDS, range(len(table.authors))
        )
        if facts.rows(author, kind, retrospective).any()
    ]
    cards.sort(key=_rank)
    states = [question.state for question in table.questions]
    return ScoreReport(
        name=table.name,
        cards=tuple(cards),
        questions=len(states),
        resolved=states.count("resolved"),
        open=states.count("open"),
        void=states.count("void"),
        forecasts=len(table.question),
        authors=table.authors,
        same_questions=facts.same_questions(),
        rounded=table.rounded,
        unused=table.unused,
        dated=not bool(np.isnan(table.when).all()),
        resamples=resamples,
        seed=seed,
    )


def card_reliability(
    card: Scorecard, *, level: float = 0.9, resamples: int = 500, seed: int = 0
) -> Reliability | None:
    """Return the reliability curve of a scorecard, with its band; None if nothing was scored.

    Of questions with several options each option counts as a yes-or-no forecast of its own.

    Raises
    ------
    InvalidRequest
        As `reliability_of`.
    """
    forecast, outcome, question, weight = card.pairs
    if not len(forecast):
        return None
    return reliability_of(
        forecast,
        outcome,
        question=question,
        weight=weight,
        level=level,
        resamples=resamples,
        seed=seed,
        retrospective=card.retrospective,
        label=card.author,
    )


def _rank(card: Scorecard) -> tuple[bool, int, float, str]:
    score = card.scores.get(card.headline)
    mean = np.inf if score is None else score.mean
    return card.retrospective, _KINDS.index(card.kind), mean, card.author


class _Facts:
    """What is known of every row of a table."""

    def __init__(self, table: ForecastTable) -> None:
        self.table = table
        questions = table.questions
        self.by_rank = np.array(
            sorted(range(len(questions)), key=lambda q: questions[q].id), dtype=np.intp
        )
        self.rank = np.empty_like(self.by_rank)
        self.rank[self.by_rank] = np.arange(len(questions))
        kinds = np.array([_KINDS.index(one.kind) for one in questions], dtype=np.intp)
        self.kind = kinds[table.question]
        self.outcome = np.array(
            [-1 if one.outcome is None else one.outcome for one in questions], dtype=np.intp
        )
        self.options = np.array([len(one.options) for one in questions], dtype=np.intp)
        families: dict[tuple[str, ...], int] = {}
        self.family = np.array(
            [families.setdefault(one.options, len(families)) for one in questions]
        )
        self.opens, self.last = (
            np.array([np.nan if day is None else day for day in days], dtype=np.float64)
            for days in (
                [one.opens for one in questions],
                [one.last_day for one in questions],
            )
        )
        self.states = {
            state: np.array([one.state == state for one in questions], dtype=np.bool_)
            for state in ("resolved", "open", "void")
        }
        # A retrospective forecast never stands in for one that was made in time.
        series = (table.question * len(table.authors) + table.author) * 2 + table.retrospective
        last = self.last[table.question]
        self.timed = ~np.isnan(last) & ~np.isnan(table.when)
        when, ends = np.nan_to_num(table.when), np.nan_to_num(last)
        held = days_held(series, when, ends, self.opens[table.question])
        self.weight = np.where(self.timed, held, 1.0)
        self.late = self.timed & (np.floor(when) > ends)
        self.held = np.where(self.timed, held, 0.0)

    def rows(self, author: int, kind: Kind, retrospective: bool) -> BoolArray:
        """Return which rows a scorecard is made of."""
        mask: BoolArray = (
            (self.table.author == author)
            & (self.kind == _KINDS.index(kind))
            & (self.table.retrospective == retrospective)
        )
        return mask

    def same_questions(self) -> bool:
        """Return whether all authors answered the same questions, retrospective ones apart."""
        asked = [
            np.unique(self.table.question[(self.table.author == a) & ~self.table.retrospective])
            for a in range(len(self.table.authors))
        ]
        asked = [one for one in asked if len(one)]
        return all(np.array_equal(one, asked[0]) for one in asked[1:])


def _card(
    facts: _Facts, author: int, kind: Kind, retrospective: bool, resamples: int, seed: int
) -> Scorecard:
    table = facts.table
    rows = np.flatnonzero(facts.rows(author, kind, retrospective))
    asked, _ = _dense(table.question[rows], len(table.questions))
    number = {state: int(mask[asked].sum()) for state, mask in facts.states.items()}
    settled = rows[facts.states["resolved"][table.question[rows]]]
    scored = settled[facts.weight[settled] > 0]
    rank, question = _dense(facts.rank[table.question[scored]], len(table.questions))
    # In one order whatever that of the file: by question, then by date.
    order = in_order(question, table.when[scored])
    scored, question = scored[order], question[order]
    place = facts.by_rank[rank]
    counts = Counts(
        **number,
        scored=len(place),
        forecasts=len(scored),
        late=int(facts.late[settled].sum()),
        by_days=len(_dense(question[facts.timed[scored]], len(place))[0]),
    )
    empty = np.empty(0)
    if not len(scored):
        nothing = (empty, empty, np.empty(0, dtype=np.intp), empty)
        return Scorecard(
            table.authors[author], kind, retrospective, counts, HEADLINE[kind], {}, 0, {},
            float("nan"), None, None, None, nothing, {},
        )  # fmt: skip
    weight = facts.weight[scored]
    weight = weight / np.bincount(question, weight)[question]
    sums = _Sums(
        table.probabilities[scored],
        facts.outcome[place][question],
        question,
        weight,
        len(place),
    )
    each = {name: sums.mean(rule) for name, rule in _RULES[kind].items()}
    headline = HEADLINE[kind]
    rivals = _rivals(facts, sums, scored, place, _RULES[kind][headline])
    drawn, comparisons = _drawn(each, headline, rivals, resamples, seed)
    pairs = _pairs(sums, facts.options[place], kind)
    scale = float(pairs[3].sum())
    return Scorecard(
        author=table.authors[author],
        kind=kind,
        retrospective=retrospective,
        counts=counts,
        headline=headline,
        scores={
            name: estimate_of(values, drawn[:, i]) for i, (name, values) in enumerate(each.items())
        },
        impossible=int(np.isinf(each["log"]).sum()),
        comparisons=comparisons,
        expected=sums.expected(halved=kind == "binary"),
        corp=_corp(pairs, scale),
        murphy=_murphy(pairs, scale),
        coverage=_coverage(facts, scored, question, place),
        pairs=pairs,
        by_question=dict(
            zip((table.questions[q].id for q in place), each[headline].tolist(), strict=True)
        ),
    )


def _dense(numbers: IntArray, size: int) -> tuple[IntArray, IntArray]:
    """Return the different numbers below ``size``, ascending, and the place of each among them."""
    there = np.bincount(numbers, minlength=size) > 0
    return np.flatnonzero(there), (np.cumsum(there) - 1)[numbers]


class _Sums:
    """Forecasts of a scorecard, and means of what is made of them by question."""

    def __init__(
        self, p: FloatArray, outcome: IntArray, question: IntArray, weight: FloatArray, number: int
    ) -> None:
        self.p = p
        self.outcome = outcome
        self.question = question
        self.weight = weight
        self.number = number

    def mean(self, rule: Rule, p: FloatArray | None = None) -> FloatArray:
        """Return the mean score of each question, (Q,)."""
        score = rule(self.p if p is None else p, self.outcome)
        return np.bincount(self.question, self.weight * score, self.number)

    def expected(self, *, halved: bool) -> float:
        """Return the Brier score that the forecasts expect of themselves."""
        mean = float(np.sum(self.weight * spread_of(self.p))) / self.number
        return mean / 2 if halved else mean


def _rivals(
    facts: _Facts, sums: _Sums, scored: IntArray, place: IntArray, rule: Rule
) -> dict[str, FloatArray]:
    """Return the mean scores of each baseline by question, NaN where there is none."""
    table = facts.table
    width = sums.p.shape[1]
    rivals: dict[str, FloatArray] = {}
    rates = base_rates(facts.outcome[place], facts.family[place], width)
    known = ~np.isnan(rates[:, 0])
    if known.any():
        filled = np.where(known[:, None], rates, uniform_forecasts(facts.options[place], width))
        scores = sums.mean(rule, filled[sums.question])
        rivals["base_rate"] = np.where(known, scores, np.nan)
    even = uniform_forecasts(facts.options[place], width)
    rivals["uniform"] = sums.mean(rule, even[sums.question])
    if len(scored) > sums.number:
        first = first_of_each(sums.question, np.nan_to_num(table.when[scored]))
        if not np.isnan(table.when[scored]).any():
            rivals["first_kept"] = sums.mean(rule, sums.p[first])
    if table.baseline is not None:
        given = table.baseline[scored]
        told = ~np.isnan(given[:, 0])
        whole = np.bincount(sums.question, ~told, sums.number) == 0
        if whole.any():
            scores = sums.mean(rule, np.where(told[:, None], given, sums.p))
            rivals["given"] = np.where(whole, scores, np.nan)
    return rivals


def _drawn(
    each: Mapping[str, FloatArray],
    headline: str,
    rivals: Mapping[str, FloatArray],
    resamples: int,
    seed: int,
) -> tuple[FloatArray, dict[str, Comparison]]:
    """Return the scores' means in all draws, and every comparison.

    What is known of all questions is drawn in one go; a baseline that some questions lack is
    compared on the others.
    """
    score = each[headline]
    whole = [name for name, rival in rivals.items() if not np.isnan(rival).any()]
    beside = [column for name in whole for column in (rivals[name], rivals[name] - score)]
    drawn = bootstrap_means(
        np.column_stack([score, *each.values(), *beside]), resamples=resamples, seed=seed
    )
    comparisons = {}
    for name, rival in rivals.items():
        if name in whole:
            at = 1 + len(each) + 2 * whole.index(name)
            columns = drawn[:, [0, at, at + 1]]
            comparisons[name] = _compared(score, rival, columns)
        else:
            told = ~np.isnan(rival)
            ours, theirs = score[told], rival[told]
            table = np.column_stack([ours, theirs, theirs - ours])
            columns = bootstrap_means(table, resamples=resamples, seed=seed)
            comparisons[name] = _compared(ours, theirs, columns)
    return drawn[:, 1 : 1 + len(each)], comparisons


def _compared(score: FloatArray, rival: FloatArray, drawn: FloatArray) -> Comparison:
    return Comparison(
        score=estimate_of(rival, drawn[:, 1]),
        skill=ratio_estimate(score, rival, drawn[:, 0], drawn[:, 1]),
        claim=claim_of(rival - score, drawn[:, 2]),
    )


def _pairs(
    sums: _Sums, options: IntArray, kind: Kind
) -> tuple[FloatArray, FloatArray, IntArray, FloatArray]:
    """Return forecasts as those of yes or no, with weights that make the mean Brier score."""
    weight = sums.weight / sums.number
    if kind == "binary":
        return sums.p[:, 1], sums.outcome.astype(np.float64), sums.question, weight
    row, column = np.nonzero(np.arange(sums.p.shape[1]) < options[sums.question][:, None])
    yes = (sums.outcome[row] == column).astype(np.float64)
    return sums.p[row, column], yes, sums.question[row], weight[row]


def _corp(
    pairs: tuple[FloatArray, FloatArray, IntArray, FloatArray], scale: float
) -> Decomposition:
    forecast, outcome, _, weight = pairs
    parts = corp_decomposition(forecast, outcome, weight=weight)
    return Decomposition(
        *(scale * part for part in (
            parts.score, parts.miscalibration, parts.discrimination, parts.uncertainty
        ))
    )  # fmt: skip


def _murphy(
    pairs: tuple[FloatArray, FloatArray, IntArray, FloatArray], scale: float
) -> MurphyParts:
    forecast, outcome, _, weight = pairs
    parts = murphy_decomposition(forecast, outcome, weight=weight)
    return MurphyParts(
        scale * parts.score,
        scale * parts.reliability,
        scale * parts.resolution,
        scale * parts.uncertainty,
        scale * parts.within_bins,
        parts.bins,
    )


def _coverage(facts: _Facts, scored: IntArray, question: IntArray, place: IntArray) -> float | None:
    days = facts.last[place] - facts.opens[place] + 1
    share = share_of_days(facts.held[scored], question, np.where(days > 0, days, np.nan))
    known = share[~np.isnan(share)]
    return float(known.mean()) if len(known) else None
