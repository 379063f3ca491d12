"""The seed questions of the shipped study: resolved from the reports alone, and replayed."""

from __future__ import annotations

import datetime as dt

import pytest

import tarjih
from tarjih.scenarios.records import Study
from tarjih.scoring.backtest import backtest_study

# What the five reports tell of each; two are asked the other way round than in the digest, since
# the model counts levels from below and bases by their loss.
YES = {"q03", "q04", "q05", "q07", "q08", "q14", "q22"}
NO = {"q01", "q02", "q09", "q10", "q11", "q12", "q13", "q15", "q16", "q18", "q19", "q20"}
NOT_TOLD = {"q06", "q17", "q21", "q23", "q24", "q25", "q26", "q27", "q28"}
OF_THE_TIME = {"q01", "q02", "q19", "q23", "q24", "q28"}  # words of a report, or open at its end
REPORTS = {  # by whom an outcome is told, and the day from which it could be read there
    "unnamed author, probably Center for Arab-Eurasian Studies": dt.date(2025, 12, 24),
    "al-Estiklal": dt.date(2026, 1, 28),
}


@pytest.fixture(scope="module")
def study() -> Study:
    return tarjih.load("syria_russia")


def test_outcomes_are_those_the_reports_tell(study: Study) -> None:
    told = {
        one.id: None if one.resolution is None else one.resolution.outcome
        for one in study.questions
    }
    assert {id for id, outcome in told.items() if outcome is True} == YES
    assert {id for id, outcome in told.items() if outcome is False} == NO
    assert {id for id, outcome in told.items() if outcome is None} == NOT_TOLD


def test_every_outcome_cites_a_report_that_was_out_by_then(study: Study) -> None:
    for one in study.questions:
        assert one.cites
        if one.resolution is None:
            continue
        cited = [day for name, day in REPORTS.items() if name in one.resolution.cites]
        assert cited, one.id
        assert one.resolution.known == max(cited), one.id


def test_only_words_of_the_time_are_not_retrospective(study: Study) -> None:
    assert {one.id for one in study.questions if not one.retrospective} == OF_THE_TIME


@pytest.mark.slow
def test_the_replay_of_the_study_claims_nothing(study: Study) -> None:
    """Coded in retrospect, and too few: scored apart, and nothing is called better or worse."""
    found = backtest_study(study, every=["news"], jobs=2)
    assert [date.isoformat() for date in found.dates] == [
        "2025-08-06", "2025-09-18", "2025-12-24", "2026-01-28",
    ]  # fmt: skip
    assert found.retrospective
    assert found.headline is None
    (group,) = found.groups
    assert group.full.counts.scored == found.scored == len(YES | NO)
    assert {part.verdict for part in group.parts.values()} == {"too_few"}
    assert not found.strained
    # what only the report of January 2026 tells came after every outcome scored
    assert {"without:estiklal", "without:jallo"} <= found.same
    assert "no_evidence" not in found.same
    last = {one.question.id: one.last_day for one in found.questions if one.score}
    assert max(last.values()) == dt.date(2026, 1, 27)
