"""Scorecards: by hand, against slow readings of the rules, and what must not matter."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tarjih.errors import InvalidRequest
from tarjih.scoring.files import ForecastTable, read_forecasts
from tarjih.scoring.scorecards import Scorecard, card_reliability, score_forecasts


def read(tmp_path: Path, text: str) -> ForecastTable:
    path = tmp_path / "f.csv"
    path.write_text(text, encoding="utf-8")
    return read_forecasts(path)


def only(table: ForecastTable) -> Scorecard:
    (card,) = score_forecasts(table, resamples=50).cards
    return card


@pytest.fixture
def updated(tmp_path: Path) -> ForecastTable:
    return read(
        tmp_path,
        "id,date,probability,outcome,closes\n"
        "a,2025-01-01,0.2,1,2025-01-10\n"  # holds 4 days
        "a,2025-01-05,0.6,1,2025-01-10\n"  # 6 days
        "b,2025-01-01,0.1,0,2025-01-10\n",
    )


def test_scores_are_weighed_by_days_and_questions_count_once(updated: ForecastTable) -> None:
    card = only(updated)
    assert card.scores["brier"].mean == pytest.approx(((4 * 0.64 + 6 * 0.16) / 10 + 0.01) / 2)
    mean = ((-4 * math.log(0.2) - 6 * math.log(0.6)) / 10 - math.log(0.9)) / 2
    assert card.scores["log"].mean == pytest.approx(mean)
    kept = card.comparisons["first_kept"].score.mean
    assert kept == pytest.approx((0.64 + 0.01) / 2)
    assert card.comparisons["uniform"].score.mean == 0.25
    assert card.comparisons["base_rate"].score.mean == 0.25
    assert card.expected == pytest.approx(((4 * 0.16 + 6 * 0.24) / 10 + 0.09) / 2)


def test_without_last_days_forecasts_count_alike(tmp_path: Path) -> None:
    text = "id,date,probability,outcome\na,2025-01-01,0.2,1\na,2025-01-05,0.6,1\n"
    card = only(read(tmp_path, text))
    assert card.scores["brier"].mean == pytest.approx((0.64 + 0.16) / 2)
    assert card.counts.by_days == 0


def test_late_forecasts_open_and_void_questions_are_counted_not_scored(tmp_path: Path) -> None:
    card = only(
        read(
            tmp_path,
            "id,date,probability,outcome,closes,resolved\n"
            "a,2025-01-01,0.2,1,2025-01-31,2025-01-10\n"
            "a,2025-01-10,0.99,1,2025-01-31,2025-01-10\n"  # the day it was known
            "b,2025-01-01,0.5,,2025-01-31,\nc,2025-01-01,0.5,void,2025-01-31,\n"
            "d,2025-03-01,0.5,1,2025-01-31,\n",
        )
    )
    assert card.scores["brier"].mean == pytest.approx(0.64)
    counts = card.counts
    assert (counts.resolved, counts.open, counts.void, counts.scored) == (2, 1, 1, 1)
    assert (counts.forecasts, counts.late) == (1, 2)
    assert counts.void_share == 0.25


def test_retrospective_forecasts_stand_apart(tmp_path: Path) -> None:
    report = score_forecasts(
        read(
            tmp_path,
            "id,date,probability,outcome,closes,retrospective\n"
            "a,2025-01-01,0.2,1,2025-01-10,\n"
            "a,2025-01-02,1,1,2025-01-10,yes\n"
            "b,2025-01-02,1,1,2025-01-10,yes\n",
        ),
        resamples=50,
    )
    first, second = report.cards
    assert (first.retrospective, second.retrospective) == (False, True)
    # the later perfect forecast does not end the days of the honest one
    assert first.scores["brier"].mean == pytest.approx(0.64)
    assert first.counts.scored == 1
    assert second.scores["brier"].mean == 0


def test_kinds_and_conventions_are_kept_apart(tmp_path: Path) -> None:
    report = score_forecasts(
        read(
            tmp_path,
            "id,probability,p_low,p_mid,p_high,outcome,ordered\n"
            "a,0.2,,,,1,\nb,,0.2,0.5,0.3,mid,yes\nc,,0.2,0.5,0.3,mid,no\n",
        ),
        resamples=50,
    )
    by_kind = {card.kind: card for card in report.cards}
    assert list(by_kind) == ["binary", "multiple", "ordered"]
    assert by_kind["binary"].scores["brier"].mean == pytest.approx(0.64)
    assert by_kind["multiple"].scores["brier_categories"].mean == pytest.approx(0.38)
    assert "brier" not in by_kind["multiple"].scores
    assert by_kind["ordered"].scores["rps"].mean == pytest.approx(0.13)
    assert by_kind["ordered"].headline == "rps"
    # alone of its options: its own outcome is no base rate
    assert "base_rate" not in by_kind["multiple"].comparisons


def test_given_baseline_is_compared_where_it_is_told(tmp_path: Path) -> None:
    card = only(
        read(tmp_path, "id,probability,outcome,baseline\na,0.8,1,0.5\nb,0.1,1,\nc,0.3,0,50%\n")
    )
    compared = card.comparisons["given"]
    assert compared.claim.questions == 2
    assert compared.score.mean == 0.25
    assert compared.claim.difference.mean == pytest.approx(0.25 - (0.04 + 0.09) / 2)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> ForecastTable:
    dice = np.random.default_rng(9)
    lines = ["id,date,author,probability,p_a,p_b,p_c,outcome,opens,closes,retrospective"]
    for q in range(120):
        several, truth = q % 3 == 0, dice.dirichlet(np.ones(3))
        said = int(dice.integers(3)) if several else int(dice.random() < truth[0])
        outcome = "abc"[said] if several else str(said)
        for author in ("x", "y"):
            days = sorted(dice.choice(np.arange(1, 29), 3, replace=False).tolist())
            for day in days:
                p = dice.dirichlet(10 * truth + 0.5).round(3)
                p[2] = round(1 - p[0] - p[1], 3)
                cells = f",{p[0]},{p[1]},{abs(p[2])}" if several else f"{p[0]},,,"
                lines.append(
                    f"q{q},2025-02-{day:02d},{author},{cells},{outcome},2025-02-01,2025-02-28,"
                    f"{'yes' if q % 10 == 7 else ''}"
                )
    return read(tmp_path_factory.mktemp("large"), "\n".join(lines))


def _shuffled(table: ForecastTable, order: np.ndarray) -> ForecastTable:
    rows = {
        name: getattr(table, name)[order]
        for name in ("question", "author", "when", "probabilities", "retrospective", "line")
    }
    return replace(table, **rows)


def test_neither_order_nor_company_changes_a_scorecard(large: ForecastTable) -> None:
    report = score_forecasts(large, resamples=100, seed=5)
    order = np.random.default_rng(1).permutation(len(large.question))
    again = score_forecasts(_shuffled(large, order), resamples=100, seed=5)
    alone = score_forecasts(
        _shuffled(large, np.flatnonzero(large.author == 0)), resamples=100, seed=5
    )
    for one, other in zip(report.cards, again.cards, strict=True):
        assert (one.author, one.kind, one.scores) == (other.author, other.kind, other.scores)
        assert one.comparisons == other.comparisons
        assert one.murphy == other.murphy
    mine = [card for card in report.cards if card.author == "x"]
    assert [card.scores for card in mine] == [card.scores for card in alone.cards]


def test_parts_add_up_to_the_brier_score(large: ForecastTable) -> None:
    for card in score_forecasts(large, resamples=20).cards:
        name = "brier" if card.kind == "binary" else "brier_categories"
        score = card.scores[name].mean
        corp, murphy = card.corp, card.murphy
        assert corp is not None
        assert murphy is not None
        total = corp.miscalibration - corp.discrimination + corp.uncertainty
        assert total == pytest.approx(score, abs=1e-12)
        total = murphy.reliability - murphy.resolution + murphy.uncertainty + murphy.within_bins
        assert total == pytest.approx(score, abs=1e-12)


def test_every_question_score_by_hand(large: ForecastTable) -> None:
    """All headline means again, in plain loops over days."""
    for card in score_forecasts(large, resamples=20).cards:
        scores = []
        for q, question in enumerate(large.questions):
            rows = [
                i
                for i in range(len(large.question))
                if large.question[i] == q
                and large.authors[large.author[i]] == card.author
                and bool(large.retrospective[i]) == card.retrospective
            ]
            if not rows or question.kind != card.kind or question.outcome is None:
                continue
            rows.sort(key=lambda i: large.when[i])
            days = []
            for day in range(int(large.when[rows[0]]), int(question.last_day or 0) + 1):
                now = [i for i in rows if large.when[i] <= day][-1]
                p = large.probabilities[now]
                score = sum((p[k] - (k == question.outcome)) ** 2 for k in range(len(p)))
                days.append(score / 2 if card.kind == "binary" else score)
            scores.append(sum(days) / len(days))
        assert card.scores[card.headline].mean == pytest.approx(np.mean(scores), abs=1e-12)
        assert card.counts.scored == len(scores)


def test_coverage(tmp_path: Path) -> None:
    text = "id,date,probability,outcome,opens,closes\na,2025-01-06,0.5,1,2025-01-01,2025-01-10\n"
    assert only(read(tmp_path, text)).coverage == 0.5


def test_impossible_outcomes(tmp_path: Path) -> None:
    card = only(read(tmp_path, "id,probability,outcome\na,0,1\nb,0.5,1\n"))
    assert card.impossible == 1
    assert card.scores["log"].mean == math.inf


def test_nothing_resolved(tmp_path: Path) -> None:
    card = only(read(tmp_path, "id,probability,outcome\na,0.5,\nb,0.5,void\n"))
    assert card.scores == {}
    assert card.corp is None
    assert card_reliability(card) is None
    assert card.counts.void_share == 0.5


def test_reliability_of_a_card(large: ForecastTable) -> None:
    card = next(
        card for card in score_forecasts(large, resamples=20).cards if card.kind == "multiple"
    )
    curve = card_reliability(card, resamples=20)
    assert curve is not None
    assert curve.questions == card.counts.scored
    assert curve.label == card.author


def test_same_questions(large: ForecastTable, tmp_path: Path) -> None:
    assert score_forecasts(large, resamples=20).same_questions
    apart = read(tmp_path, "id,author,probability,outcome\na,x,0.5,1\nb,y,0.5,1\n")
    assert not score_forecasts(apart, resamples=20).same_questions


def test_resamples_out_of_range(updated: ForecastTable) -> None:
    with pytest.raises(InvalidRequest, match="--resamples"):
        score_forecasts(updated, resamples=1)
