"""Dates in words.

English: ``31 January 2026``. Arabic names months twice, as the United Nations' Arabic
documents do (``31 كانون الثاني/يناير 2026``), since Syria and its neighbours use the first
name and most other readers the second. Where room is short, Arabic writes the day in figures,
``31/1/2026``, as Arabic newspapers of all countries do: so no text names a month by the one
system here and by the other there. Only the axis of a chart, where figures would be counted,
has the second name alone (decision 0016).
"""

from __future__ import annotations

import datetime as dt

from tarjih.reports.words.locales import digits_of
from tarjih.reports.words.numbers import RLM, figures, shaped
from tarjih.reports.words.strings import say

__all__ = [
    "date_text",
    "month_name",
    "month_text",
    "months_text",
    "short_date_text",
    "span_text",
    "year_text",
]

_DASH = "\N{EN DASH}"


def month_name(month: int, lang: str = "en", *, short: bool = False) -> str:
    """Name a month, 1 to 12; ``short`` is for the axis of a chart.

    Examples
    --------
    >>> month_name(1), month_name(1, short=True)
    ('January', 'Jan')
    >>> month_name(1, "ar"), month_name(1, "ar", short=True)
    ('كانون الثاني/يناير', 'يناير')
    """
    names = say("calendar.months_short" if short else "calendar.months", lang)
    return names.split(", ")[month - 1]


def year_text(year: int, lang: str = "en") -> str:
    """Write a year.

    Examples
    --------
    >>> year_text(2026)
    '2026'
    """
    return shaped(str(year), lang)


def date_text(date: dt.date, lang: str = "en") -> str:
    """Write a day in full.

    Examples
    --------
    >>> date_text(dt.date(2026, 1, 31))
    '31 January 2026'
    >>> date_text(dt.date(2026, 1, 31), "ar")
    '31 كانون الثاني/يناير 2026'
    """
    day = shaped(str(date.day), lang)
    return f"{day} {month_name(date.month, lang)} {year_text(date.year, lang)}"


def short_date_text(date: dt.date, lang: str = "en") -> str:
    """Write a day where room is short; in Arabic day, month and year in figures.

    Examples
    --------
    >>> short_date_text(dt.date(2026, 1, 31))
    '31 Jan 2026'
    >>> short_date_text(dt.date(2026, 1, 31), "ar") == figures("31/1/2026", "ar")
    True
    """
    if lang == "ar":
        return _in_figures([(date.day, date.month, date.year)], lang)
    return f"{date.day} {month_name(date.month, lang, short=True)} {date.year}"


def month_text(date: dt.date, lang: str = "en", *, short: bool = False) -> str:
    """Write the month of a date; ``short`` shortens English only.

    Examples
    --------
    >>> month_text(dt.date(2027, 1, 31)), month_text(dt.date(2027, 1, 31), short=True)
    ('January 2027', 'Jan 2027')
    >>> month_text(dt.date(2027, 1, 31), "ar")
    'كانون الثاني/يناير 2027'
    """
    name = month_name(date.month, lang, short=short and lang != "ar")
    return f"{name} {year_text(date.year, lang)}"


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
    >>> span_text(dt.date(2025, 9, 30), dt.date(2025, 10, 20), "ar").strip("\u200e")
    '30/9–20/10/2025'
    """
    if start == end:
        return short_date_text(end, lang)
    whole = (end.day, end.month, end.year)
    if (start.year, start.month) == (end.year, end.month):
        if lang == "ar":
            return _in_figures([(start.day,), whole], lang)
        days = f"{start.day}{_DASH}{end.day}"
        return f"{days} {month_name(end.month, lang, short=True)} {end.year}"
    if lang == "ar":
        same = start.year == end.year
        first = (start.day, start.month, *(() if same else (start.year,)))
        return _in_figures([first, whole], lang)
    first_text = short_date_text(start, lang)
    if start.year == end.year:
        first_text = first_text.removesuffix(f" {start.year}")
    return f"{first_text} {_DASH} {short_date_text(end, lang)}"


def months_text(months: float, lang: str = "en") -> str:
    """Write a number of months, in the case that a preposition asks for in Arabic.

    Examples
    --------
    >>> months_text(9.0), months_text(4.5), months_text(2, "ar")
    ('9 months', '4.5 months', 'شهرين')
    """
    whole = int(months)
    return say("months", lang, n=whole if whole == months else round(months, 4))


def _in_figures(dates: list[tuple[int, ...]], lang: str) -> str:
    """Write days as figures; Arabic digits read from the right, as Unicode CLDR has them."""
    if digits_of(lang) == "latin":
        return figures(_DASH.join("/".join(map(str, parts)) for parts in dates), lang)
    texts = [f"{RLM}/".join(shaped(str(part), lang) for part in parts) for parts in dates]
    return f"{RLM}{_DASH.join(texts)}{RLM}"
