"""Dates as datasets write them, and how exactly they are known."""

from __future__ import annotations

import calendar as _stdlib_calendar
import datetime as dt
import re
from collections.abc import Callable, Sequence
from typing import Final

__all__ = ["FORMS", "PRECISIONS", "read_date", "spread"]

_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        zip(_stdlib_calendar.month_name, _stdlib_calendar.month_abbr, strict=True)
    )
    for name in (one.casefold() for one in names)
    if number
}
_EARLIEST_UNIX: Final = -2_208_988_800
_LATEST_UNIX: Final = 253_402_300_799


def _iso(text: str) -> dt.date | None:
    # A time after the day says nothing that counts here.
    found = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T].*)?", text)
    return found and dt.date(int(found[1]), int(found[2]), int(found[3]))


def _compact(text: str) -> dt.date | None:
    found = re.fullmatch(r"(\d{4})(\d{2})(\d{2})(?:\d{6})?", text)
    return found and dt.date(int(found[1]), int(found[2]), int(found[3]))


def _named(text: str) -> dt.date | None:
    found = re.fullmatch(r"(\d{1,2})[ -]([a-z]+)\.?[ -](\d{4})", text.casefold())
    month = found and _MONTHS.get(found[2])
    return dt.date(int(found[3]), month, int(found[1])) if found and month else None


def _day_first(text: str) -> dt.date | None:
    found = re.fullmatch(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})", text)
    return found and dt.date(int(found[3]), int(found[2]), int(found[1]))


def _month_first(text: str) -> dt.date | None:
    found = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", text)
    return found and dt.date(int(found[3]), int(found[1]), int(found[2]))


def _unix(text: str) -> dt.date | None:
    if re.fullmatch(r"-?\d{1,12}(?:\.0*)?", text) is None:
        return None
    seconds = int(text.partition(".")[0])
    if not _EARLIEST_UNIX <= seconds <= _LATEST_UNIX:
        return None
    return dt.datetime.fromtimestamp(seconds, dt.UTC).date()


FORMS: Final[dict[str, Callable[[str], dt.date | None]]] = {
    "YYYY-MM-DD": _iso,
    "YYYYMMDD": _compact,
    "DD Month YYYY": _named,
    "DD/MM/YYYY": _day_first,
    "MM/DD/YYYY": _month_first,
    "unix": _unix,
}
"""How a date may be written. ``unix`` counts the seconds since 1970, of which the day in UTC."""


def read_date(text: str, forms: Sequence[str]) -> dt.date | None:
    """Return the day that a text names in one of some forms, or None.

    Parameters
    ----------
    text : str
    forms : sequence of str
        Keys of `FORMS`.

    Examples
    --------
    >>> read_date("06 August 2025", ["YYYY-MM-DD", "DD Month YYYY"])
    datetime.date(2025, 8, 6)
    >>> read_date("20250806134500", ["YYYYMMDD"])
    datetime.date(2025, 8, 6)
    >>> read_date("1754487000", ["unix"])
    datetime.date(2025, 8, 6)
    >>> read_date("2025-02-30", ["YYYY-MM-DD"]) is None
    True
    """
    for form in forms:
        try:
            found = FORMS[form](text)
        except ValueError:
            continue
        if found is not None:
            return found
    return None


def spread(day: dt.date, precision: str) -> tuple[dt.date, dt.date]:
    """Return the first and the last day that a date of some precision can mean.

    Parameters
    ----------
    day : datetime.date
    precision : str
        One of `PRECISIONS`: the day itself; three days before to three days after; the
        calendar month; the calendar year.

    Examples
    --------
    >>> [str(one) for one in spread(dt.date(2025, 8, 6), "week")]
    ['2025-08-03', '2025-08-09']
    >>> [str(one) for one in spread(dt.date(2025, 8, 6), "month")]
    ['2025-08-01', '2025-08-31']
    """
    match precision:
        case "week":
            # The calendar has a first day and a last.
            first = max(day.toordinal() - 3, dt.date.min.toordinal())
            last_day = min(day.toordinal() + 3, dt.date.max.toordinal())
            return dt.date.fromordinal(first), dt.date.fromordinal(last_day)
        case "month":
            last = _stdlib_calendar.monthrange(day.year, day.month)[1]
            return day.replace(day=1), day.replace(day=last)
        case "year":
            return dt.date(day.year, 1, 1), dt.date(day.year, 12, 31)
    return day, day


PRECISIONS: Final = ("day", "week", "month", "year")
