"""What the README shows is what the commands print."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import tarjih
from tarjih.models import Intervention
from tarjih.reports.texts.briefing import brief
from tarjih.reports.texts.tables import summary_table, table_lines

README = Path(__file__).parents[2] / "README.md"
ORIGIN = dt.date(2025, 8, 6)


@pytest.fixture(scope="module")
def shown() -> str:
    return README.read_text(encoding="utf-8")


def test_the_table_at_the_origin(shown: str) -> None:
    result = tarjih.forecast(tarjih.load("syria_russia"), as_of=ORIGIN)
    lines = table_lines(summary_table(result), "en")
    assert [line for line in lines[:4] if line.rstrip() not in shown] == []


def test_the_reason_that_the_tour_reads(shown: str) -> None:
    study = tarjih.load("syria_russia")
    held = [
        Intervention(driver, study.driver(driver).index(level))
        for driver, level in {"us_withdrawal": "full", "russia_west_deal": "free_hand_deal"}.items()
    ]
    result = tarjih.forecast(study, as_of=ORIGIN, interventions=held)
    without = tarjih.forecast(study, as_of=ORIGIN)
    reasons = brief(result, without=without).reasons
    flat = " ".join(shown.split())
    assert " ".join(reasons[0].split()) in flat
    assert any(reason.startswith("Together") and reason in flat for reason in reasons)


def test_the_picture_is_there(shown: str) -> None:
    assert "docs/images/syria_russia-timeline.png" in shown
    assert (README.parent / "docs/images/syria_russia-timeline.png").stat().st_size > 50_000
