"""A study's scores in words: its headline, and what is scored apart."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

import tarjih
from tarjih.evidence.ledgers.ledger import Ledger
from tarjih.evidence.ledgers.memory import Memory
from tarjih.reports.texts.study_scores import study_scores_lines, study_scores_summary
from tarjih.scoring.questions import Chance
from tarjih.scoring.questions.register import (
    publish_question,
    read_register,
    settle_question,
)
from tarjih.scoring.scorecards import score_study


@pytest.mark.parametrize(
    ("lang", "few", "apart"),
    [
        ("en", "One resolved: too few to tell", "scored apart"),
        ("ar", "حُسم سؤال واحد، وهذا أقل من أن يُحكم به", "يُقيَّم على حدة"),
    ],
)
def test_headline_and_what_is_scored_apart(lang: str, few: str, apart: str) -> None:
    shipped = tarjih.load("syria_russia")
    day = dt.date(2025, 9, 1)
    ledger = Ledger(Memory(), now=lambda: dt.datetime(2025, 9, 1, tzinfo=dt.UTC))
    chance = Chance(("no", "yes"), (0.8, 0.2), (0.7, 0.1), (0.9, 0.3))
    publish_question(ledger, shipped, "q23", chance, as_of=day, statement="s1", today=day)
    settle_question(ledger, shipped, "q23", False, known="2026-01-28", cites="x")
    register = read_register(ledger, shipped)
    told = "\n".join(study_scores_lines(score_study(shipped, register), lang))
    assert apart in told
    assert few in told
    # nothing of what is scored apart stands in a summary
    assert "0.040" not in "\n".join(study_scores_summary(score_study(shipped, register), lang))
    honest = replace(shipped, retrospective=False)
    summary = "\n".join(study_scores_summary(score_study(honest, register), lang))
    assert "0.040" in summary
    assert few in summary
    assert apart not in summary
