"""What would change our mind, what to look for, and where the drivers stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tarjih.reports.report.blocks import Block, Run, Runs
from tarjih.reports.report.writer import Writer
from tarjih.reports.texts.sentences import driver_ages
from tarjih.reports.texts.tipping import tipping_answer, tipping_sentences
from tarjih.reports.texts.watching import watch_answer
from tarjih.reports.words.dates import date_text, short_date_text
from tarjih.reports.words.numbers import percent_text
from tarjih.reports.words.strings import say
from tarjih.scenarios.records import translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure

    from tarjih.reports.report.content import Report

__all__ = ["write_outlook"]

_MOST_INDICATORS = 8
_MONTH_DAYS = 365.25 / 12
_FEW_DAYS = 60


def write_outlook(report: Report, lang: str) -> list[Block]:
    """Return the tipping sets, the watch list and the drivers."""
    write = Writer(report.study, lang)
    return [*_tipping(report, write), *_watch(report, write), *_drivers(report, write)]


def _tipping(report: Report, write: Writer) -> list[Block]:
    lang, found = write.lang, report.tipping
    answer = tipping_answer(found, lang)

    def draw() -> Figure:
        from tarjih.reports.charts.page import INSET
        from tarjih.reports.charts.tipping import draw_tipping

        return draw_tipping(found, lang=lang, frame=INSET)

    blocks: list[Block] = [write.heading("tipping"), *(write.text(line) for line in answer)]
    if found.sets:
        blocks.append(write.picture("tipping", answer[0], draw))
        blocks += [write.text(line) for line in tipping_sentences(found, lang)]
    return [*blocks, write.text(say("whatif.exogenous", lang), "note")]


def _watch(report: Report, write: Writer) -> list[Block]:
    lang, found = write.lang, report.watch
    answer = watch_answer(found, lang)
    blocks: list[Block] = [write.heading("watch"), *(write.text(line) for line in answer)]
    if not found.indicators:
        return blocks

    def draw() -> Figure:
        from tarjih.reports.charts.page import INSET
        from tarjih.reports.charts.watch import draw_watch

        return draw_watch(found, lang=lang, frame=INSET)

    blocks.append(write.picture("watch", answer[0], draw))
    rows: list[Sequence[str | Runs]] = []
    for one in found.indicators[:_MOST_INDICATORS]:
        seen, missed = one.outcomes
        k = found.tells_for(seen)
        sign = next(each for each in report.study.indicators if each.id == one.id)
        rows.append(
            [
                (Run(translate(sign.label, lang)), Run(" "), Run(sign.id, code=True)),
                percent_text(seen.probability, lang),
                translate(report.study.scenarios[k].short, lang),
                write.percents(found.at_horizon)[k],
                write.percents(seen.at_horizon)[k],
                write.percents(missed.at_horizon)[k],
            ]
        )
    heads = [
        say(f"watch.head.{name}", lang)
        for name in ("indicator", "found", "tells_for", "now", "if_found", "if_not")
    ]
    caption = write.words("watch.caption", until=date_text(found.until, lang),
                        horizon=date_text(found.forecast.horizon, lang))  # fmt: skip
    return [
        *blocks,
        write.table(caption, heads, rows, (False, True, False, True, True, True)),
    ]


def _drivers(report: Report, write: Writer) -> list[Block]:
    lang, forecast = write.lang, report.forecast

    def draw() -> Figure:
        from tarjih.reports.charts.drivers import draw_drivers
        from tarjih.reports.charts.page import INSET

        return draw_drivers(forecast, lang=lang, frame=INSET)

    rows: list[Sequence[str | Runs]] = []
    for age, levels in zip(driver_ages(forecast), forecast.levels, strict=True):
        driver = age.driver
        best = int(np.argmax(levels[0]))
        last = write.words("drivers.never") if age.last is None else short_date_text(age.last, lang)
        rows.append(
            [
                (Run(translate(driver.label, lang)), Run(" "), Run(driver.id, code=True)),
                translate(driver.levels[best].label, lang),
                percent_text(float(levels[0][best]), lang),
                last,
                _age(age.days, lang),
            ]
        )
    heads = [
        write.words(f"drivers.head.{name}") for name in ("driver", "level", "chance", "last", "age")
    ]
    finding = write.words("drivers.caption", date=date_text(forecast.as_of, lang))
    return [
        write.heading("drivers"),
        write.picture("drivers", finding, draw),
        write.table(finding, heads, rows, (False, False, True, True, True)),
    ]


def _age(days: int, lang: str) -> str:
    if days < _FEW_DAYS:
        return say("days", lang, n=days)
    return say("months", lang, n=round(days / _MONTH_DAYS))
