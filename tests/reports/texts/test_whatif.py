"""A forecast with drivers held beside the one as things stand: what is said of it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import numpy as np
import pytest

from tarjih.models.asked.intervening import COLUMNS, WhatIf
from tarjih.models.record import Intervention
from tarjih.reports.texts.whatif import held_text, whatif_document, whatif_lines, whatif_summary
from tarjih.reports.words.numbers import LRM, RLM
from tarjih.reports.words.strings import say

BEFORE = [0.11, 0.45, 0.24, 0.12, 0.08]
AFTER = [0.36, 0.33, 0.18, 0.08, 0.05]
HELD = (
    Intervention("us_withdrawal", 1),
    Intervention("ukraine_war", 0, dt.date(2026, 3, 1)),
)


def _whatif(forecast_maker, before=BEFORE, after=AFTER, *, spread=0.06, held=HELD, **options):
    """Forecasts whose draws at the horizon have the given means; half of the spread is shared."""
    bare, _ = forecast_maker(5, **options)
    draws = len(bare.log_weight)
    steps = np.linspace(-1, 1, draws)[:, None] * np.array([1, -1, 0, 0, 0]) * spread

    def forecast(means, by, interventions=()):
        probability = bare.probability.copy()
        probability[-1] = np.array(means) + by * steps
        ever = np.minimum(probability + 0.1, 1.0)
        return replace(bare, probability=probability, ever=ever, interventions=interventions)

    baseline, with_held = forecast(before, 0.5), forecast(after, 1.0, held)
    difference = np.stack(
        [
            np.zeros((draws, 5)),
            with_held.probability[-1] - baseline.probability[-1],
            with_held.ever[-1] - baseline.ever[-1],
        ]
    )
    return WhatIf(baseline, with_held, difference)


@pytest.fixture
def found(forecast_maker):
    return _whatif(forecast_maker)


def _plain(text):
    return text.replace(LRM, "").replace(RLM, "")


def test_the_answer_comes_first_in_one_sentence(found) -> None:
    assert whatif_lines(found)[0] == (
        "If US withdrawal = full and War in Ukraine = stays (from 1 March 2026), “Overt, wide "
        "support of the counter-revolution” rises at the horizon (31 January 2027) from 11% to "
        "36% (+25 points, 90% interval +22 to +28)."
    )
    assert _plain(whatif_lines(found, "ar")[0]) == (
        "عند تثبيت «الانسحاب الأميركي» على «كامل» و«حرب أوكرانيا» على «باقية» (من 1 آذار/مارس "
        "2026) يرتفع احتمال سيناريو «دعم علني واسع» عند الأفق (31 كانون الثاني/يناير 2027) من "
        "11% إلى 36% (+25 نقطة، ومدى 90%: من +22 إلى +28)."
    )


def test_two_points_are_a_dual_in_arabic() -> None:
    told = {n: say("points", "ar", n=n, signed=f"+{n}").split()[1] for n in (0, 1, 2, 3, 11)}
    assert told == {0: "نقطة", 1: "نقطة", 2: "نقطتان", 3: "نقاط", 11: "نقطة"}


def test_who_leads_before_and_after(found, forecast_maker) -> None:
    assert whatif_lines(found)[1] == (
        "The lead at the horizon passes from “Limited leverage” (45% as things stand, 33% if so) "
        "to “Overt, wide support of the counter-revolution” (11%, 36% if so)."
    )
    assert _plain(whatif_lines(found, "ar")[1]).startswith("تنتقل الصدارة عند الأفق من سيناريو")
    kept = _whatif(forecast_maker, BEFORE, [0.20, 0.38, 0.22, 0.12, 0.08])
    assert whatif_lines(kept)[1] == (
        "“Limited leverage” leads at the horizon either way: 45% as things stand, 38% if so."
    )


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_fall_and_no_move_are_told_as_such(forecast_maker, lang) -> None:
    falls = whatif_lines(_whatif(forecast_maker, AFTER, BEFORE), lang)[0]
    assert ("falls" if lang == "en" else "ينخفض") in falls
    assert "36%" in falls
    assert "-25" in falls
    still = whatif_lines(_whatif(forecast_maker, BEFORE, BEFORE), lang)[0]
    none = "no scenario moves by a whole point" if lang == "en" else "لا يتغيّر أي سيناريو"
    assert none in still


def test_differences_are_those_of_what_is_shown(found) -> None:
    rows = [line for line in whatif_lines(found) if re.search(r"\) +[+-]?\d+ \(", line)]
    assert len(rows) == 10
    for row in rows:
        before, after = (int(n) for n in re.findall(r"(\d+)% \(", row))
        points = re.search(r"([+-]?\d+) \(([+-]?\d+) to ([+-]?\d+)\)$", row)
        assert points is not None
        middle, low, high = map(int, points.groups())
        assert middle == after - before
        assert low <= middle <= high


def test_now_is_the_same_either_way(found) -> None:
    (line,) = [line for line in whatif_lines(found) if line.startswith("Now (31 January 2026)")]
    assert line.startswith("Now (31 January 2026), the same either way: Overt, wide support")
    assert line.count("%") >= 10


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_caveats_are_there_and_stay_when_quiet(found, lang) -> None:
    exogenous = "Drivers are assumed exogenous" if lang == "en" else "المحرّكات خارجية"
    for lines in (whatif_lines(found, lang), whatif_summary(found, lang)):
        assert sum(exogenous in line for line in lines) == 1
        assert sum(("Retrospective:" if lang == "en" else "بأثر رجعي:") in line for line in lines)
    assert len(whatif_summary(found, lang)) == 4
    if lang == "ar":
        assert all(line.startswith(RLM) for line in whatif_lines(found, lang) if line)


def test_what_is_not_reliable_is_told(forecast_maker) -> None:
    found = _whatif(forecast_maker, reliable=False)
    assert any("not reliable" in line for line in whatif_summary(found))


def test_the_condition_names_levels_and_starts(found) -> None:
    assert held_text(found.study, HELD[:1]) == "US withdrawal = full"
    assert held_text(found.study, HELD) == (
        "US withdrawal = full and War in Ukraine = stays (from 1 March 2026)"
    )


def test_the_document(found) -> None:
    told = whatif_document(found)
    assert told["schema"] == "tarjih.whatif/1"
    assert (told["study"], told["as_of"], told["horizon"]) == ("demo", "2026-01-31", "2027-01-31")
    assert told["leader"] == {"baseline": "limited_leverage", "held": "overt_support"}
    assert told["interventions"] == [
        {"driver": "us_withdrawal", "level": "full", "start": None},
        {"driver": "ukraine_war", "level": "stays", "start": "2026-03-01"},
    ]
    entry = told["scenarios"]["overt_support"]
    assert tuple(entry) == COLUMNS
    assert entry["now"]["difference"] == {"mean": 0.0, "q05": 0.0, "q95": 0.0}
    assert entry["at_horizon"]["baseline"]["mean"] == pytest.approx(0.11)
    assert entry["at_horizon"]["difference"]["mean"] == pytest.approx(0.25)
    # half of the spread is shared, so the difference has the other half
    widths = {name: each["q95"] - each["q05"] for name, each in entry["at_horizon"].items()}
    assert widths["difference"] == pytest.approx(widths["held"] - widths["baseline"], abs=5e-6)
    assert told["retrospective"] is True
    assert told["diagnostics"]["reliable"] is True


def test_nobody_leads_in_a_near_tie(forecast_maker) -> None:
    tied = _whatif(forecast_maker, before=(0.40, 0.396, 0.1, 0.1, 0.004))
    line = whatif_lines(tied)[1]
    assert line.startswith("No scenario leads by itself at the horizon in one case or both.")
    first, _, second = line.partition("; if so: ")
    assert first.count("%") == 2
    assert second.count("%") == 1
    assert re.findall(r"\d+%", _plain(whatif_lines(tied, "ar")[1])) == re.findall(r"\d+%", line)
