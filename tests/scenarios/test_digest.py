"""What a digest covers, and what it leaves out."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tarjih.errors import InvalidRequest
from tarjih.scenarios import load, load_study
from tarjih.scenarios.records import Study

LoadText = Callable[[str], Study]

LATER = """
  heard_later:
    source: local_paper
    known: 2026-01-16
    about: now
    scenario: full_service
    says: 0.2
"""
BEFORE = LATER.replace("2026-01-16", "2026-01-15")


def _changed(template: str, old: str, new: str) -> str:
    assert old in template
    return template.replace(old, new, 1)


def _digests(study: Study) -> tuple[str, str]:
    return study.digest("draws"), study.digest("all")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("# A study for tarjih", "# Mine"),
        ("  step: month ", "  step: month\n  horizon: 12\n  retrospective: no # "),
        ("      staff_dispute: lowers", "      staff_dispute: lowers\n      repairs: no effect"),
        ("at_origin: begun ", "at_origin: {begun: 0.85, half_done: 0.15} "),
        ("levels: [calm,", "levels: ['calm',"),
        ("    credibility: 3", "    credibility: 3\n    retrospective: false"),
    ],
)
def test_ways_of_writing_change_nothing(
    load_text: LoadText, template: str, old: str, new: str
) -> None:
    text = _changed(template, old, new)
    if "horizon: 12\n" in new:
        text = _changed(text, "  horizon: 12               # months\n", "")
    assert _digests(load_text(text)) == _digests(load_text(template))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: When", "title: Whence"),
        ("  horizon: 12 ", "  horizon: 6 "),
        ("label: Full service", "label: All of it"),
        ("    level: {repairs: half_done}", "    level: {repairs: finished}"),
        ("    credibility: 3", "    credibility: 4"),
        ("    letter: B", "    letter: A"),
        ("    otherwise: 0.3", "    otherwise: 0.4"),
        ("closes: 2026-07-15", "closes: 2026-07-16"),
        ("judgements:\n", "judgements:" + LATER),
        ("    says: 0.6", "    says: 0.6\n    note: from the second page"),
        ("judgements:\n", "assumptions: {trust: learned, trust_spread: 0.5}\njudgements:\n"),
    ],
)
def test_what_draws_do_not_depend_on(
    load_text: LoadText, template: str, old: str, new: str
) -> None:
    before, after = load_text(template), load_text(_changed(template, old, new))
    assert after.digest("draws") == before.digest("draws")
    assert after.digest("all") != before.digest("all")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  step: month ", "  step: week "),
        ("  step: month ", "  scale: icd203\n  step: month "),
        ("    review_time: 6 ", "    review_time: 7 "),
        ("      insurance: raises", "      insurance: lowers"),
        ("      ready_and_insured: raises", "      ready_and_insured: unclear"),
        ("requires: {repairs: finished,", "requires: {repairs: half_done,"),
        ("rise: {half_done: 2,", "rise: {half_done: 3,"),
        ("at_origin: begun ", "at_origin: half_done "),
        ("    reference: calm ", "    reference: talks "),
        ("high price, score: 0.7}", "high price, score: 0.6}"),
        ("moves: {rise: 4, fall: never}", "moves: {rise: 4, fall: 400}"),
        ("    says: 0.6", "    says: 0.7"),
        ("    within: 12\n", "    within: 11\n"),
        ("judgements:\n", "judgements:" + BEFORE),
        ("judgements:\n", "assumptions: {noise_floor: 0.2}\njudgements:\n"),
        (
            "judgements:\n",
            "base_rates: {table: t, rows: r, levels: {a: [other]}}\njudgements:\n",
        ),
    ],
)
def test_what_draws_depend_on(load_text: LoadText, template: str, old: str, new: str) -> None:
    before, after = load_text(template), load_text(_changed(template, old, new))
    assert after.digest("draws") != before.digest("draws")
    assert after.digest("all") != before.digest("all")


def test_later_judgements_and_items_leave_the_shipped_draws(tmp_path: Path) -> None:
    """DESIGN, section 6, rule 5, as far as the draws go."""
    study = load("syria-russia")
    known = tuple(one for one in study.judgements if one.known <= study.origin)
    assert len(known) > 0
    assert replace(study, judgements=known, items=()).digest("draws") == study.digest("draws")
    fewer = replace(study, judgements=known[1:])
    assert fewer.digest("draws") != study.digest("draws")


def test_the_order_of_arrays_counts_and_that_of_entries_does_not(
    load_text: LoadText, template: str
) -> None:
    study = load_text(template)
    turned = replace(study, drivers=study.drivers[::-1])
    assert turned.digest("draws") != study.digest("draws")
    assert turned.digest("all") != study.digest("all")
    mixed = replace(study, judgements=study.judgements[::-1], items=study.items[::-1], positions={})
    assert _digests(mixed) == _digests(study)


def test_a_digest_is_the_same_in_every_process(write: Callable[[str], Path], template: str) -> None:
    path = write(template)
    code = (
        f"from tarjih.scenarios import load_study; print(load_study({str(path)!r}).digest('all'))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert found == {load_study(path).digest("all")}
    assert re.fullmatch("[0-9a-f]{64}", found.pop())


def test_an_unknown_digest(load_text: LoadText, template: str) -> None:
    with pytest.raises(InvalidRequest, match="unknown digest: got 'some'; allowed: draws, all"):
        load_text(template).digest("some")  # type: ignore[arg-type]
