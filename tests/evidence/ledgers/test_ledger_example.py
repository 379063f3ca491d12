"""The worked example of docs/ledger.md: two copied reports, one withdrawn by its source."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tarjih.evidence import Ledger
from tarjih.evidence.ledgers.memory import Memory
from tarjih.evidence.weighing.bearing import mix, seen_likelihood
from tarjih.evidence.weighing.clusters import increments
from tarjih.evidence.weighing.reliability import combine_grades
from tarjih.models import forecast
from tarjih.priors.assumptions import assumptions_of
from tarjih.priors.draws import Draws
from tarjih.scenarios.records import Source

PAGE = Path(__file__).resolve().parents[3] / "docs/ledger.md"
PRIOR = np.array([0.6, 0.3, 0.1])
DAYS = [dt.date(2026, 2, day) for day in (2, 3, 5, 12, 20)]
REPORT = {"happened": "2026-02-02", "seen": "visit", "cluster": "visit", "credibility": 2}


@pytest.fixture(scope="module")
def example(make_study):
    """Belief that stands at its pull, so that nothing moves it but evidence."""
    study = make_study(
        origin=dt.date(2026, 1, 15),
        drivers=(),
        sources=(
            Source("agency", {"en": "agency"}, "B", "", {}, ""),
            Source("website", {"en": "website"}, "C", "", {}, ""),
        ),
    )
    draws = Draws(
        alpha=np.log(PRIOR)[None], beta=np.zeros((1, 0, 3)), gamma=np.zeros((1, 0, 3)),
        initial=np.log(PRIOR)[None], review_time=np.full((1, 3), 9.0), up=np.zeros((1, 0)),
        down=np.zeros((1, 0)), chain=np.zeros(1, dtype=np.int64), digest="example",
    )  # fmt: skip
    return study, draws


@pytest.fixture(scope="module")
def ledger(example):
    study, _ = example
    made = Ledger(Memory(), now=lambda: dt.datetime(2026, 2, 21, tzinfo=dt.UTC))
    made.observe(study, {**REPORT, "sources": ["agency"], "known": "2026-02-03"})
    made.observe(study, {**REPORT, "sources": ["website"], "known": "2026-02-05"})
    made.retract(study, "n1", because="withdrawn", known="2026-02-12")
    made.amend(study, "n2", {"relays": {"website": "agency"}}, known="2026-02-20")
    made.retract(study, "n2", because="withdrawn", source="agency", known="2026-02-20")
    return made


def beliefs(example, ledger, *, hindsight=False):
    study, draws = example
    extended = ledger.extended(study, hindsight=hindsight)
    return [
        forecast(extended, as_of=day, draws=draws, engine="exact", replay=False).now for day in DAYS
    ]


def by_hand(study):
    """Return the same numbers without the ledger, the filter, or the weighing of evidence."""
    assumptions = assumptions_of(study)
    visit = next(one for one in study.indicators if one.id == "visit")
    rates = np.array([visit.monthly[id] for id in study.scenario_ids])
    said = seen_likelihood(rates, 1.0, monitored=False)
    agency, website = (mix(said, combine_grades(assumptions, letter, 2)) for letter in "BC")
    second = increments(2, assumptions.cluster_correlation)[1]

    def after(likelihood):
        return PRIOR * likelihood / (PRIOR * likelihood).sum()

    return [PRIOR, after(agency), after(agency * website**second), after(website), PRIOR]


def test_belief_goes_where_it_should_at_each_step(example, ledger) -> None:
    found, expected = beliefs(example, ledger), by_hand(example[0])
    for one, other in zip(found, expected, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-12)
    turn = [float(one[1]) for one in found]
    # up by the report, a little more by its copy, back to what the copy alone bears, and home
    assert turn[0] < turn[3] < turn[1] < turn[2]
    assert turn[2] - turn[1] < 0.2 * (turn[1] - turn[0])
    assert turn[4] == pytest.approx(turn[0], abs=1e-15)


def test_with_hindsight_it_never_moved(example, ledger) -> None:
    for one in beliefs(example, ledger, hindsight=True):
        np.testing.assert_allclose(one, PRIOR, atol=1e-15)


def test_a_copy_that_says_so_adds_nothing(example) -> None:
    study, draws = example
    made = Ledger(Memory())
    both = {"sources": ["agency", "website"], "relays": {"website": "agency"}}
    made.observe(study, {**REPORT, **both})
    (item,) = made.items(study)
    alone = replace(item, sources=("agency",), relays={})
    first, second = (
        forecast(study, [one], as_of="2026-02-05", draws=draws, engine="exact").now
        for one in (item, alone)
    )
    np.testing.assert_array_equal(first, second)
    made.retract(study, "n1", because="withdrawn", source="agency", known="2026-02-12")
    after = forecast(made.extended(study), as_of="2026-02-12", draws=draws, engine="exact").now
    np.testing.assert_allclose(after, PRIOR, atol=1e-15)


def test_the_page_shows_these_numbers(example, ledger) -> None:
    text = PAGE.read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) February \|.*\| ([\d.]+) \| ([\d.]+) \|$", text, re.MULTILINE)
    assert [int(day) for day, *_ in rows] == [day.day for day in DAYS]
    replayed = beliefs(example, ledger)
    hindsight = beliefs(example, ledger, hindsight=True)
    for (_, then, now), one, other in zip(rows, replayed, hindsight, strict=True):
        assert (then, now) == (f"{one[1]:.3f}", f"{other[1]:.3f}")
    assumptions = assumptions_of(example[0])
    for letter in "BC":
        assert f"{combine_grades(assumptions, letter, 2):.3f}" in text


def test_the_code_on_the_page_runs(tmp_path, monkeypatch) -> None:
    code, *_ = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    monkeypatch.chdir(tmp_path)
    made: dict[str, Any] = {}
    exec(code, made)
    assert made["row"].id == "n1"
    assert [item.id for item in made["extended"].items][-2:] == ["n1", "n1~2"]
    assert made["result"].evidence.entries[-2].counted
    assert (tmp_path / "tarjih.db").exists()
