"""An invented watch list, in words and as data."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from tarjih.models import Outcome, Watched, WatchList
from tarjih.models.asked.influence import Influence
from tarjih.models.record import Forecast
from tarjih.reports.texts.watching import watch_document, watch_lines, watch_summary
from tarjih.reports.words.numbers import LRM, RLM
from tarjih.scenarios.records import Indicator

Maker = Callable[..., tuple[Forecast, tuple[Influence, ...]]]
NOW = np.array([0.2, 0.7, 0.1])
SIGNS = [("strikes", "Strikes", "ضربات"), ("visit", "A visit", "زيارة"), ("blind", "Fog", "ضباب")]


@pytest.fixture
def found(forecast_maker: Maker) -> WatchList:
    forecast, _ = forecast_maker(3)
    monthly = dict.fromkeys(forecast.study.scenario_ids, 0.1)
    signs = tuple(
        Indicator(id, {"en": en, "ar": ar}, monthly, id == "visit", 0.8, {}, "")
        for id, en, ar in SIGNS
    )
    forecast = replace(forecast, study=replace(forecast.study, indicators=signs))

    def sign(id: str, information: float, chance: float, seen: list[float]) -> Watched:
        missed = (NOW - chance * np.array(seen)) / (1 - chance)
        outcomes = (Outcome("found", chance, np.array(seen)), Outcome("missed", 1 - chance, missed))
        return Watched("indicator", id, information, outcomes)

    levels = (
        Outcome("stays", 0.9, np.array([0.19, 0.72, 0.09])),
        Outcome("full", 0.1, np.array([0.32, 0.52, 0.16])),
    )
    return WatchList(
        forecast=forecast,
        until=dt.date(2026, 4, 30),
        steps=3,
        at_horizon=NOW,
        doubt=1.16,
        indicators=(
            sign("strikes", 0.1, 0.1, [0.6, 0.3, 0.1]),
            sign("visit", 0.01, 0.5, [0.1, 0.8, 0.1]),
            sign("blind", 0.0, 0.3, [0.2, 0.7, 0.1]),
        ),
        drivers=(
            Watched("driver", "us_withdrawal", 0.02, levels),
            Watched("driver", "ukraine_war", 0.0, levels),
        ),
        draws=400,
    )


def test_the_first_sentence_names_what_to_look_for_and_why(found: WatchList) -> None:
    lines = watch_lines(found)
    horizon = "31 January 2027"
    assert lines[0].startswith(
        "Look first for “Strikes”: found by 30 April 2026 (chance 10%), it would take “Overt, wide "
        f"support of the counter-revolution” on {horizon} from 20% to 60%; looked for every month "
        "and not found, to 16%."
    )
    assert "settle 8.6% of the doubt" in lines[0]
    assert "No indicator" not in lines[0]
    assert watch_summary(found)[0] == lines[0]


def test_the_table_names_what_tells_something(found: WatchList) -> None:
    text = "\n".join(watch_lines(found))
    assert re.search(
        r"^ +8\.6% +10% +Overt.* +20% +60% +16%  Strikes \(strikes\)$", text, re.MULTILINE
    )
    row = r"^ +0\.9% +50% +Limited.* +70% +80% +60%  A visit \(visit\)$"
    assert re.search(row, text, re.MULTILINE)
    assert "Fog" not in text.split("These would be reported")[0]
    assert "1 other settles less." in text
    # of a driver, the level that tells most
    row = r"1\.7% +10% +Overt.* 20% +32%  US withdrawal = full \(us_withdrawal=full\)$"
    assert re.search(row, text, re.MULTILINE)
    assert "War in Ukraine" not in text
    assert "These would be reported whenever they happen: A visit. All others must be" in text


def test_where_none_is_reported_by_itself_all_must_be_looked_for(found: WatchList) -> None:
    study = found.study
    silent = tuple(replace(one, monitored=False) for one in study.indicators)
    forecast = replace(found.forecast, study=replace(study, indicators=silent))
    text = "\n".join(watch_lines(replace(found, forecast=forecast)))
    assert "No indicator is reported by itself: all must be looked for" in text


def test_little_and_nothing_to_be_learned_are_said(found: WatchList) -> None:
    faint = watch_lines(replace(found, indicators=found.indicators[1:]))
    assert faint[0].endswith("No indicator would by itself settle much of the doubt.")
    blind = watch_lines(replace(found, indicators=found.indicators[2:]))
    assert blind[0] == "No indicator of the study would tell anything about 31 January 2027."
    none = watch_lines(replace(found, indicators=()))
    assert none[0] == "The study has no indicator to look for."
    assert "US withdrawal = full" in "\n".join(none)


def test_fewer_draws_are_told(found: WatchList) -> None:
    text = "So long a list rests on 100 of 400 draws."
    assert text in watch_lines(replace(found, draws=100))
    assert text not in watch_lines(found)


def test_arabic_says_the_same(found: WatchList) -> None:
    english, arabic = (watch_lines(found, lang) for lang in ("en", "ar"))
    assert all(line.startswith(RLM) for line in arabic if line)
    told = [re.findall(r"[\d.]+%", lines[0]) for lines in (english, arabic)]
    assert told[0] == told[1]
    text = "\n".join(arabic)
    assert sum("يحسم ‎" in line for line in arabic) == 3
    assert not re.search(r"[A-Za-z]{3}", re.sub(rf"{LRM}[^{LRM}]*{LRM}", "", text))


def test_the_document(found: WatchList) -> None:
    document = watch_document(found)
    first = document["indicators"][0]
    assert (first["id"], first["monitored"], first["detection"]) == ("strikes", False, 0.8)
    assert first["outcomes"]["found"]["tells_for"] == "overt_support"
    assert first["share"] == pytest.approx(0.1 / 1.16, abs=1e-6)
    assert list(document["drivers"][0]["outcomes"]) == ["stays", "full"]
    assert document["until"] == "2026-04-30"
