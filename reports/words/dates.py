"""Dates in words.

English: ``31 January 2026``. Arabic names months twice, as the United Nations' Arabic
documents do (``31 كانون الثاني/يناير 2026``), since Syria and its neighbours use the first
name and most other readers the second. Where there is no room (axes, keys) the second
stands alone. Digits are latin.
"""

from __future__ import annotations

import datetime as dt

from tarjih.reports.words.numbers import figures
from tarjih.reports.words.strings import say

__all__ = ["date_text", "month_name", "month_text", "short_date_text", "span_text"]


def month_name(month: int, lang: str = "en", *, short: bool = False) -> str:
    """Name a month, 1 to 12.

    Examples
    --------
    >>> month_name(1), month_name(1, short=True)
    ('January', 'Jan')
    >>> month_name(1, "ar"), month_name(1, "ar", short=True)
    ('كانون الثاني/يناير', 'يناير')
    """
    names = say("calendar.months_short" if short else "calendar.months", lang)
    return names.split(", ")[month - 1]


def date_text(date: dt.date, lang: str = "en") -> str:
    """Write a day in full.

    Examples
    --------
    >>> date_text(dt.date(2026, 1, 31))
    '31 January 2026'
    >>> date_text(dt.date(2026, 1, 31), "ar")
    '31 كانون الثاني/يناير 2026'
    """
    return f"{date.day} {month_name(date.month, lang)} {date.year}"


def short_date_text(date: dt.date, lang: str = "en") -> str:
    """Write a day where room is short.

    Examples
    --------
    >>> short_date_text(dt.date(2026, 1, 31)), short_date_text(dt.date(2026, 1, 31), "ar")
    ('31 Jan 2026', '31 يناير 2026')
    """
    return f"{date.day} {month_name(date.month, lang, short=True)} {date.year}"


def month_text(date: dt.date, lang: str = "en") -> str:
    """Write the month of a date.

    Examples
    --------
    >>> month_text(dt.date(2027, 1, 31)), month_text(dt.date(2027, 1, 31), "ar")
    ('January 2027', 'كانون الثاني/يناير 2027')
    """
    return f"{month_name(date.month, lang)} {date.year}"


def span_text(start: dt.date, end: dt.date, lang: str = "en") -> str:
    """Write a closed interval of days where room is short.

    Examples
    --------
    >>> span_text(dt.date(2025, 10, 10), dt.date(2025, 10, 20))
    '10–20 Oct 2025'
    >>> span_text(dt.date(2025, 9, 30), dt.date(2025, 10, 20))
    '30 Sep – 20 Oct 2025'
    >>> span_text(dt.date(2025, 10, 20), dt.date(2025, 10, 20))
    '20 Oct 2025'
    """
    if start == end:
        return short_date_text(end, lang)
    if (start.year, start.month) == (end.year, end.month):
        days = figures(f"{start.day}\N{EN DASH}{end.day}", lang)
        return f"{days} {month_name(end.month, lang, short=True)} {end.year}"
    first = short_date_text(start, lang)
    if start.year == end.year:
        first = first.removesuffix(f" {start.year}")
    return f"{first} \N{EN DASH} {short_date_text(end, lang)}"
