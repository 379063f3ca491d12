"""What a chart finds, in one sentence: its title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tarjih.reports.charts.page import unbroken
from tarjih.reports.texts.tables import Row, summary_table
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.strings import quoted, say
from tarjih.scenarios.records import translate

if TYPE_CHECKING:
    from tarjih.models.record import Forecast

__all__ = ["leader_finding"]

_CLOSE = 5  # points; nobody leads who is no further ahead


def leader_finding(forecast: Forecast, lang: str = "en") -> str:
    """Say who leads at the horizon, or that the first two are close.

    Parameters
    ----------
    forecast : Forecast
    lang : {"en", "ar"}
    """
    table = summary_table(forecast)
    first, second = sorted(table.rows, key=lambda row: -row.at_horizon.mean)[:2]
    date = unbroken(date_text(table.horizon, lang))
    if 100 * (first.at_horizon.mean - second.at_horizon.mean) < _CLOSE:
        return say(
            "chart.finding.close",
            lang,
            first=_name(forecast, first, lang),
            second=_name(forecast, second, lang),
            date=date,
            shares=say(
                "chart.finding.shares",
                lang,
                first=first.at_horizon.mean_text(lang),
                second=second.at_horizon.mean_text(lang),
            ),
        )
    return say(
        "chart.finding.leads",
        lang,
        scenario=_name(forecast, first, lang),
        date=date,
        mean=first.at_horizon.mean_text(lang),
        interval=first.at_horizon.interval_text(lang),
    )


def _name(forecast: Forecast, row: Row, lang: str) -> str:
    short = forecast.study.scenario(row.id).short
    return quoted(translate(short, lang) or translate(row.label, lang), lang)
