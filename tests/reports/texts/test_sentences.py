import dataclasses
import datetime as dt
import re
from collections.abc import Callable

import numpy as np
import pytest

from tarjih.errors import InvalidRequest
from tarjih.models import Forecast, Intervention
from tarjih.models.asked.influence import Influence
from tarjih.reports.texts.sentences import (
    biggest_move,
    driver_ages,
    driver_sentences,
    influence_label,
    judgement_sentence,
    leading,
    likelihood_words,
    move_sentences,
    notices,
)
from tarjih.reports.texts.tables import summary_table
from tarjih.reports.words.numbers import LRM, RLM

Maker = Callable[..., tuple[Forecast, tuple[Influence, ...]]]


def numbers(text: str) -> list[str]:
    return re.findall(r"\d+", text)


def bare(text: str) -> str:
    return text.replace(LRM, "").replace(RLM, "")


def sure(forecast: Forecast, share: float) -> Forecast:
    """Return the forecast with every draw giving the first scenario the same share."""
    probability = np.full(forecast.probability.shape, (1 - share) / 4)
    probability[..., 0] = share
    return dataclasses.replace(forecast, probability=probability)


def test_judgement_gives_word_range_mean_and_interval(forecast: Forecast) -> None:
    row = summary_table(forecast).rows[2]
    sentence = judgement_sentence(forecast)
    assert "“Sovereign partnership” will be in force on 31 January 2027" in sentence
    mean, interval = row.at_horizon.mean_text(), row.at_horizon.interval_text()
    assert f"Our own estimate is {mean}, 90% interval {interval} (" in sentence
    assert sentence.endswith("(parameters only; model error not included).")


@pytest.mark.parametrize(
    ("share", "english", "arabic"),
    [
        (
            0.85,
            "We judge it very likely (the word stands for 80–95%) that “",
            "مرجح جدًا (يقابل هذا اللفظ 80–95%)",
        ),
        (
            0.60,
            "We judge it likely (the word stands for 55–80%) that “",
            "مرجح (يقابل هذا اللفظ 55–80%)",
        ),
        (
            0.50,
            "We judge that there is a roughly even chance (the word stands for 45–55%) that “",
            "45–55%",
        ),
        (0.03, "We judge that there is almost no chance (the word stands for 1–5%) that “", "1–5%"),
        (0.002, "We judge that there is almost no chance (the word stands for <5%) that “", "<5%"),
        (
            0.998,
            "We judge it almost certain (the word stands for >95%) that “",
            "شبه مؤكد (يقابل هذا اللفظ >95%)",
        ),
    ],
)
def test_one_band(forecast: Forecast, share: float, english: str, arabic: str) -> None:
    certain = sure(forecast, share)
    assert judgement_sentence(certain, scenario="overt_support").startswith(english)
    assert arabic in bare(judgement_sentence(certain, "ar", scenario="overt_support"))


def test_an_interval_across_bands_names_both_ends(forecast: Forecast) -> None:
    sentence = judgement_sentence(forecast, scenario="limited_leverage")
    assert sentence.startswith("We judge the likelihood that “Limited leverage” will be in force")
    cell = summary_table(forecast).rows[1].at_horizon
    words, band = likelihood_words(cell.q05, cell.q95)
    assert len(words) == 2
    assert (
        f"to lie between “{words[0]}” and “{words[1]}” (the words stand for {band}). Our"
        in sentence
    )


@pytest.mark.parametrize("when", ["now", "horizon", "ever"])
def test_both_languages_hold_the_same_numbers(forecast: Forecast, when: str) -> None:
    english = judgement_sentence(forecast, when=when)  # type: ignore[arg-type]
    arabic = judgement_sentence(forecast, "ar", when=when)  # type: ignore[arg-type]
    assert arabic.startswith(RLM)
    assert sorted(numbers(english)) == sorted(numbers(arabic))


def test_now_speaks_of_as_of_and_its_own_leader(forecast: Forecast) -> None:
    sentence = judgement_sentence(forecast, when="now")
    assert "“Sovereign partnership” is in force on 31 January 2026" in sentence


def test_scale_for_reading_only_is_refused(forecast: Forecast) -> None:
    with pytest.raises(InvalidRequest, match="reading"):
        judgement_sentence(forecast, scale="survey")


def test_move_is_from_origin_to_as_of(forecast: Forecast) -> None:
    move = biggest_move(forecast)
    assert move is not None
    assert move.scenario == "sovereign_partnership"
    assert move.after == pytest.approx(forecast.now[2])
    assert move.after_whole == summary_table(forecast).rows[2].now.whole


def test_move_and_its_reasons(forecast_maker: Maker) -> None:
    forecast, influences = forecast_maker()
    first, second = move_sentences(forecast, influences)
    assert first == "Since 6 August 2025, “Sovereign partnership” has moved most: from 18% to 78%."
    assert second.startswith("What single events carry (")
    assert second.count(" points") == 3
    first_item = "(1) a cluster of 2 items, above all “Presidents meet in Moscow” ["
    assert first_item in second
    assert ", 26 Aug 2025]: +20 points; (2)" in second
    arabic = move_sentences(forecast, influences, "ar")
    shares = re.compile(r"\d+%|[+-]\d+")
    assert shares.findall(bare(" ".join(arabic))) == shares.findall(f"{first} {second}")
    assert f"{LRM}+20{LRM} نقطة" in arabic[1]


def test_nothing_moved_at_the_origin(forecast_maker: Maker) -> None:
    forecast, influences = forecast_maker(months=0, items=0)
    assert biggest_move(forecast) is None
    assert move_sentences(forecast, influences) == [
        "Nothing has moved since 6 August 2025: no item counts yet."
    ]


def test_items_that_did_little_are_not_named(forecast_maker: Maker) -> None:
    forecast, influences = forecast_maker()
    faint = [dataclasses.replace(i, shift=i.shift * 0.01) for i in influences]
    assert len(move_sentences(forecast, faint)) == 1


def test_drivers_age_from_their_last_observation(forecast_maker: Maker) -> None:
    forecast, _ = forecast_maker()
    observed, never = driver_ages(forecast)
    assert observed.last == max(
        entry.item.end for entry in forecast.evidence.entries
        if not hasattr(entry.item.bears_on, "indicator")
    )  # fmt: skip
    assert observed.days == (dt.date(2026, 1, 31) - dt.date(2025, 8, 26)).days
    assert never.last is None
    assert never.days == (dt.date(2026, 1, 31) - dt.date(2025, 8, 6)).days
    assert driver_sentences(forecast) == [
        "Not observed since the origin (6 months ago): War in Ukraine.",
        "Last observed some time ago: US withdrawal (5 months).",
    ]
    assert "حرب أوكرانيا" in driver_sentences(forecast, "ar")[0]
    assert "قبل 6 أشهر" in driver_sentences(forecast, "ar")[0]


def test_an_item_that_did_not_count_observes_nothing(forecast_maker: Maker) -> None:
    forecast, _ = forecast_maker()
    entries = tuple(
        dataclasses.replace(entry, counted=False) for entry in forecast.evidence.entries
    )
    unseen = dataclasses.replace(
        forecast, evidence=dataclasses.replace(forecast.evidence, entries=entries)
    )
    assert all(age.last is None for age in driver_ages(unseen))


def test_notices_gravest_first(forecast_maker: Maker) -> None:
    held = (Intervention("us_withdrawal", 1), Intervention("ukraine_war", 0, dt.date(2026, 5, 1)))
    forecast, _ = forecast_maker(reliable=False, interventions=held)
    warning, retrospective, assumed = notices(forecast)
    assert warning.startswith("Warning: these numbers are not reliable.")
    assert "300 of 400 draws" in warning
    assert retrospective.startswith("Retrospective: coded in 2026 by someone who knew")
    assert assumed == (
        "Assumed, not observed: US withdrawal = full; War in Ukraine = stays (from 1 May 2026)."
    )
    arabic = notices(forecast, "ar")
    assert all(line.startswith(RLM) for line in arabic)
    assert sorted(numbers(" ".join(arabic))) == sorted(numbers(" ".join(notices(forecast))))


def test_no_notice_where_there_is_nothing_to_say(forecast_maker: Maker) -> None:
    assert notices(forecast_maker(retrospective=False)[0]) == []


def told_apart(forecast: Forecast, lead: float, spread: float) -> Forecast:
    """Return the forecast with the first scenario ahead of the second by ``lead`` on average."""
    draws = forecast.probability.shape[1]
    swing = spread * np.where(np.arange(draws) % 2, 1.0, -1.0)
    probability = np.full(forecast.probability.shape, 0.02)
    probability[..., 0] = 0.47 + lead / 2 + swing
    probability[..., 1] = 0.47 - lead / 2 - swing
    even = np.full(draws, -np.log(draws))
    return dataclasses.replace(forecast, probability=probability, log_weight=even)


@pytest.mark.parametrize(
    ("lead", "spread", "tied"),
    [
        (0.009, 0.0, True),  # less than a point
        (0.011, 0.0, False),  # every draw says so
        (0.03, 0.3, True),  # so few draws cannot tell
        (0.20, 0.3, False),
    ],
)
def test_a_near_tie_has_no_leader(
    forecast: Forecast, lead: float, spread: float, tied: bool
) -> None:
    found = told_apart(forecast, lead, spread)
    ids = found.study.scenario_ids
    assert leading(found) == (ids[:2] if tied else ids[:1])
    sentence = judgement_sentence(found)
    assert sentence.startswith("No scenario leads by itself on 31 January 2027") == tied
    if tied:
        assert "“Overt, wide support of the counter-revolution”" in sentence
        assert "“Limited leverage”" in sentence
        arabic = judgement_sentence(found, "ar")
        assert sorted(numbers(sentence)) == sorted(numbers(arabic))
        # who asks of one scenario gets its figure all the same
        assert judgement_sentence(found, scenario="limited_leverage").startswith("We judge")


def test_the_long_note_is_told_where_there_is_room(forecast: Forecast) -> None:
    (whole,), (short,) = notices(forecast), notices(forecast, whole=False)
    assert "someone who knew what came later" in whole
    assert len(short) < 120
    assert short.startswith("Retrospective: ")
    assert "`tarjih show STUDY --section study`" in short


def test_several_items_are_named_as_the_cluster_they_are(forecast_maker: Maker) -> None:
    _, influences = forecast_maker()
    several = next(one for one in influences if len(one.items) > 1)
    assert influence_label(several).startswith("a cluster of 2 items, above all “")
    assert "مجموعة من مادتين، أبرزهما «" in influence_label(several, "ar")
