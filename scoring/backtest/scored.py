"""From the chances on every date to scores, and to what each part of the method earned.

All ablations stand in one table of forecasts as if they were forecasters, each with the whole
method's forecast of the same question and date beside its own. So they are scored by the same
code as anyone's forecasts, and compared on the same questions, days and draws of questions.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tarjih.scoring.backtest.record import Group, Part, Replayed, Verdict
from tarjih.scoring.files import AskedQuestion, ForecastTable
from tarjih.scoring.resampling import Claim, Estimate
from tarjih.scoring.rules import brier_score_categories, ranked_probability_score
from tarjih.scoring.scorecards import Scorecard, score_forecasts
from tarjih.scoring.skill import days_held

__all__ = ["forecast_table", "groups_of", "mean_scores"]

Floats = NDArray[np.float64]
Kind = Literal["binary", "multiple", "ordered"]

_KINDS: tuple[Kind, ...] = ("binary", "multiple", "ordered")
_VERDICTS: Mapping[str, Verdict] = {
    "better": "cost",
    "worse": "earned",
    "unclear": "unclear",
    "too_few": "too_few",
}


def mean_scores(kind: Kind, question: Replayed) -> dict[str, float]:
    """Return a question's headline score under each ablation, over the days forecasts stood.

    Parameters
    ----------
    kind : {"binary", "multiple", "ordered"}
        Brier from 0 to 1, Brier from 0 to 2, ranked probability score.
    question : Replayed
        Its own scores are not looked at.
    """
    if question.outcome is None or not question.dates:
        return {}
    when = [date.toordinal() for date in question.dates]
    last = [question.last_day.toordinal()] * len(when)
    opens = [question.opens.toordinal()] * len(when)
    weight = days_held([0] * len(when), when, last, opens)
    if not weight.any():
        return {}
    outcome = [question.outcome] * len(when)
    found = {}
    for ablation, rows in question.chances.items():
        rule = ranked_probability_score if kind == "ordered" else brier_score_categories
        mean = float(np.average(rule(_whole(rows), outcome), weights=weight))
        found[ablation] = mean / 2 if kind == "binary" else mean
    return found


def forecast_table(
    questions: Sequence[Replayed], ablations: Sequence[str], leaning: Mapping[int, bool]
) -> ForecastTable:
    """Return the forecasts of all ablations as a table, the whole method's beside each.

    Parameters
    ----------
    questions : sequence of Replayed
    ablations : sequence of str
        ``full`` first.
    leaning : mapping of date to bool
        Whether forecasts of a date (`datetime.date.toordinal`) lean on what was coded in
        retrospect.
    """
    width = max((len(one.options) for one in questions), default=2)
    rows = [
        (q, a, n)
        for a, q in itertools.product(range(len(ablations)), range(len(questions)))
        if ablations[a] in questions[q].chances
        for n in range(len(questions[q].dates))
    ]
    chances, beside = np.zeros((len(rows), width)), np.full((len(rows), width), np.nan)
    when = np.zeros(len(rows))
    retrospective = np.zeros(len(rows), dtype=bool)
    for row, (q, a, n) in enumerate(rows):
        one = questions[q]
        options = len(one.options)
        own = _whole([one.chances[ablations[a]][n]])[0]
        chances[row, :options] = own
        if a:
            beside[row] = 0.0
            beside[row, :options] = _whole([one.chances["full"][n]])[0]
        when[row] = one.dates[n].toordinal()
        retrospective[row] = one.retrospective or leaning[one.dates[n].toordinal()]
    number = np.arange(len(rows), dtype=np.intp)
    return ForecastTable(
        name="",
        questions=tuple(_asked(one) for one in questions),
        authors=tuple(ablations),
        question=np.array([q for q, _, _ in rows], dtype=np.intp),
        author=np.array([a for _, a, _ in rows], dtype=np.intp),
        when=when,
        probabilities=chances,
        baseline=beside,
        retrospective=retrospective,
        line=number,
        rounded=0,
        unused=(),
    )


def groups_of(table: ForecastTable, *, resamples: int, seed: int) -> tuple[Group, ...]:
    """Return the scores by kind of question, retrospective ones last.

    Raises
    ------
    InvalidRequest
        If ``resamples`` is out of range.
    """
    found = score_forecasts(table, resamples=resamples, seed=seed)
    groups = []
    for retrospective, kind in itertools.product((False, True), _KINDS):
        cards = {
            card.author: card
            for card in found.cards
            if card.kind == kind and card.retrospective == retrospective and card.scores
        }
        if cards:
            ordered = {name: cards[name] for name in table.authors}
            parts = {name: _part(card) for name, card in ordered.items() if name != "full"}
            groups.append(Group(kind, retrospective, ordered, parts))
    return tuple(groups)


def _part(card: Scorecard) -> Part:
    claim: Claim = card.comparisons["given"].claim
    better = claim.difference
    # A claim says how much better its forecasts are than what they are compared with.
    earned = Estimate(0.0 - better.mean, 0.0 - better.high, 0.0 - better.low)
    return Part(earned, _VERDICTS[claim.verdict], claim.needed)


def _whole(rows: Sequence[Sequence[float]]) -> Floats:
    """Return rows that sum to one, which those kept to some decimals miss by a hair."""
    table = np.asarray(rows, dtype=np.float64)
    whole: Floats = table / table.sum(axis=-1, keepdims=True)
    return whole


def _asked(one: Replayed) -> AskedQuestion:
    return AskedQuestion(
        id=one.question.id,
        kind=one.kind,
        options=one.options,
        state="void" if one.void else "open" if one.outcome is None else "resolved",
        outcome=one.outcome,
        opens=one.opens.toordinal(),
        last_day=one.last_day.toordinal(),
    )
