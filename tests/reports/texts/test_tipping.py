"""What would change our mind: one sentence a set, and what the answer relies on."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import numpy as np
import pytest

from tarjih.models.record import Intervention
from tarjih.models.tipping.sets import Band, Tipping, TippingSet
from tarjih.reports.texts.tipping import tipping_document, tipping_lines, tipping_summary
from tarjih.reports.words.numbers import LRM, RLM
from tarjih.scenarios.records import Judgement, Source

MEANS = [0.11, 0.45, 0.24, 0.12, 0.08]
EXIT = Intervention("us_withdrawal", 1)
WAR = Intervention("ukraine_war", 1)


def _judgement(id, source, **names):
    return Judgement(
        id=id, source=source, known=dt.date(2025, 8, 6), about="if_held", scenario="overt_support",
        driver=None, level=None, says=0.3, over=(), within=None, levels=names, wording={},
        scale=None, cites="", note={}, retrospective=False,
    )  # fmt: skip


def _set(interventions, scenario, value, chance):
    means = dict.fromkeys(
        ["overt_support", "limited_leverage", "sovereign_partnership", "rupture", "other"],
        (1 - value) / 4,
    )
    means[scenario] = value
    return TippingSet(
        interventions=tuple(interventions),
        scenario=scenario,
        probability=Band(value, value - 0.2, value + 0.2),
        at_horizon=means,
        together=Band(*chance),
    )


@pytest.fixture
def tipping(forecast_maker):
    bare, _ = forecast_maker(5, months=0)
    study = replace(
        bare.study,
        sources=(Source("sdc", {"en": "The Center", "ar": "المركز"}, "B", "", {}, ""),),
        judgements=(
            _judgement("j1", "sdc", us_withdrawal=1),
            _judgement("j2", "sdc", us_withdrawal=1),
        ),
    )
    probability = np.array(bare.probability)
    probability[-1] = MEANS
    baseline = replace(bare, study=study, probability=probability)

    def make(scenario=None, threshold=None, sets=None, **options):
        if sets is None:
            kind = scenario or "overt_support"
            sets = (
                _set([WAR], kind, 0.44, (0.08, 0.02, 0.19)),
                _set([WAR, EXIT], kind, 0.46, (0.0, 0.0, 0.0)),
            )
        counts = {"screened": 4007, "sampled": 256, "run": 9, "left": 0} | options
        return Tipping(
            baseline=baseline, scenario=scenario, threshold=threshold,
            current={"us_withdrawal": 0, "ukraine_war": 0}, sets=tuple(sets), **counts,
        )  # fmt: skip

    return make


def _plain(text):
    return text.replace(LRM, "").replace(RLM, "")


def test_the_answer_comes_first_in_one_sentence(tipping) -> None:
    assert tipping_lines(tipping())[0] == (
        "“Limited leverage” leads at the horizon (31 August 2026) with 45%; the likeliest of the "
        "smallest changes that would end its lead: War in Ukraine = full, and then “Overt, wide "
        "support of the counter-revolution” leads with 44%."
    )
    assert tipping_lines(tipping("overt_support", 0.4))[0] == (
        "“Overt, wide support of the counter-revolution” stands at 11% at the horizon (31 August "
        "2026); the likeliest of the smallest changes that would lift it past 40%: War in Ukraine "
        "= full, and then it stands at 44%."
    )
    falls = [_set([EXIT], "limited_leverage", 0.29, (0.3, 0.2, 0.4))]
    assert tipping_lines(tipping("limited_leverage", 0.3, falls))[0] == (
        "“Limited leverage” stands at 45% at the horizon (31 August 2026); the likeliest of the "
        "smallest changes that would bring it below 30%: US withdrawal = full, and then it stands "
        "at 29%."
    )


def test_the_answer_in_arabic(tipping) -> None:
    assert _plain(tipping_lines(tipping(), "ar")[0]) == (
        "يتصدّر سيناريو «نفوذ محدود غير مباشر» عند الأفق (31 آب/أغسطس 2026) باحتمال 45%؛ وأرجح "
        "أصغر التغيّرات التي تُنهي صدارته: تثبيت «حرب أوكرانيا» على «كامل»، فيتصدّر سيناريو «دعم "
        "علني واسع» باحتمال 44%."
    )
    lines = tipping_lines(tipping("overt_support", 0.4), "ar")
    assert all(line.startswith(RLM) for line in lines if line)
    assert "ترفعه فوق 40%" in _plain(lines[0])


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ((None, None), "no set of up to 3 driver changes would end its lead."),
        (("overt_support", 0.5), "no set of up to 3 driver changes would lift it past 50%."),
        (("limited_leverage", 0.2), "no set of up to 3 driver changes would bring it below 20%."),
    ],
)
def test_nothing_found_is_an_answer(tipping, asked, words) -> None:
    found = tipping(*asked, sets=())
    lines = tipping_lines(found)
    assert lines[0].endswith(words)
    assert not any("What would change our mind" in line for line in lines)
    assert any("all 4,007 sets" in line for line in lines)
    assert tipping_lines(found, "ar")[0] != lines[0]


def test_one_sentence_a_set_with_its_chance_in_words(tipping) -> None:
    lines = tipping_lines(tipping("overt_support", 0.4))
    assert lines[3] == (
        "1. War in Ukraine = full: “Overt, wide support of the counter-revolution” would stand at "
        "44% (24–64%). Chance that it comes about by 31 August 2026: 8% (2–19%), in words “almost "
        "no chance” to “very unlikely” (1–20%). Try: --set ukraine_war=full"
    )
    # no path met it, which is not the same as impossible
    assert lines[4].endswith(
        "Chance that they come to hold together by 31 August 2026: <1%, in words “almost no "
        "chance” (<5%). Try: --set ukraine_war=full --set us_withdrawal=full"
    )
    arabic = _plain(tipping_lines(tipping("overt_support", 0.4), "ar")[3])
    assert arabic.endswith(
        "احتمال وقوعه حتى 31 آب/أغسطس 2026: 8% (2–19%)، أي بين «احتمال شبه معدوم» و«مستبعد جدًا» "
        "(1–20%). للتجربة: --set ukraine_war=full"
    )


def test_what_rounds_to_the_threshold_is_told_to_be_just_past(tipping) -> None:
    over = [_set([WAR], "overt_support", 0.2504, (0.1, 0.1, 0.1))]
    assert "just over 25%" in tipping_lines(tipping("overt_support", 0.25, over))[0]
    under = [_set([WAR], "limited_leverage", 0.3996, (0.1, 0.1, 0.1))]
    assert "just under 40%" in tipping_lines(tipping("limited_leverage", 0.4, under))[0]


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_long_list_is_cut_and_says_so(tipping, lang) -> None:
    sets = [_set([WAR], "overt_support", 0.44, (0.1, 0.1, 0.1))] * 14
    lines = tipping_lines(tipping(sets=sets), lang)
    assert sum(bool(re.match(rf"{RLM}?\d+\. ", line)) for line in lines) == 10
    assert ("4 more sets are in" if lang == "en" else "و4 مجموعات أخرى") in "".join(lines)


def test_what_it_relies_on(tipping) -> None:
    text = "\n".join(tipping_lines(tipping()))
    assert "Each change is held from 1 September 2025 on" in text
    assert "now: US withdrawal = stays; War in Ukraine = stays." in text
    assert "What these drivers do was judged by: The Center (2 judgements)." in text
    assert "No judgement names “War in Ukraine”; there the study's words" in text
    assert "all 4,007 sets of up to 3 changes, on 256 sampled driver paths" in text
    assert "Run on all paths: 9 that came near. Told: 2" in text
    assert "Drivers are assumed exogenous" in text
    assert "Not run" not in text
    assert "Not run: 1,281 more" in "\n".join(tipping_lines(tipping(left=1281)))
    small = "\n".join(tipping_lines(tipping(sampled=0, screened=20, run=12)))
    assert "all 20 sets of up to 3 changes; 12 of them in full, since the others" in small
    # where none was left out, no others are spoken of
    every = "\n".join(tipping_lines(tipping(sampled=0, screened=20, run=20)))
    assert "all 20 sets of up to 3 changes, each in full" in every
    assert "others" not in every


def test_changes_that_come_together_are_counted_in_arabic(tipping) -> None:
    text = "\n".join(tipping_lines(tipping("overt_support", 0.4), "ar"))
    assert "احتمال وقوعه" in text
    assert "احتمال اجتماعهما" in text


def test_quiet_keeps_the_answer_and_the_caveats(tipping) -> None:
    lines = tipping_summary(tipping(left=3))
    assert lines[0] == tipping_lines(tipping())[0]
    assert [line.split()[0] for line in lines] == ["“Limited", "Not", "Drivers", "Retrospective:"]


def test_the_document(tipping) -> None:
    told = tipping_document(tipping("overt_support", 0.4, left=2))
    assert told["schema"] == "tarjih.tipping/1"
    assert told["asked"] == {"scenario": "overt_support", "threshold": 0.4, "direction": "above"}
    assert told["leader"] == "limited_leverage"
    assert told["scenarios"]["overt_support"]["at_horizon"]["mean"] == pytest.approx(0.11)
    assert told["current"] == {"us_withdrawal": "stays", "ukraine_war": "stays"}
    first, second = told["sets"]
    assert first["changes"] == [{"driver": "ukraine_war", "level": "full", "start": None}]
    assert first["probability"] == {"mean": 0.44, "q05": 0.24, "q95": 0.64}
    assert first["together"] == {"mean": 0.08, "q05": 0.02, "q95": 0.19}
    assert len(second["changes"]) == 2
    assert sum(second["at_horizon"].values()) == pytest.approx(1)
    assert told["screening"] == {
        "most_changes": 3, "sets": 4007, "paths": 256, "run": 9, "left": 2,
    }  # fmt: skip
    assert told["judged"] == {"us_withdrawal": ["j1", "j2"], "ukraine_war": []}
    asked = [tipping_document(tipping(*one))["asked"] for one in ((), ("limited_leverage", 0.3))]
    assert asked == [
        {"scenario": None, "threshold": None, "direction": "lead"},
        {"scenario": "limited_leverage", "threshold": 0.3, "direction": "below"},
    ]
