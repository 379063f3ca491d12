"""Dates and steps.

Step ``t`` is the ``t``-th calendar month (or ISO week, Monday to Sunday) after the
origin's own, which is step 0. Dates as written carry a precision: a day ``2025-08-06``, a
month ``2025-08``, a year ``2025``, or an interval ``2025-08-06/2025-09-18`` whose ends
are any of these. Intervals are closed on both sides.
"""

from __future__ import annotations

import calendar as _stdlib_calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Literal

from tarjih.errors import InvalidRequest, Problem

__all__ = ["EARLIEST", "Calendar", "Interval", "StepName", "parse_date", "parse_interval"]

StepName = Literal["month", "week"]
EARLIEST = dt.date(1900, 1, 1)
_MONTH_DAYS = 365.25 / 12
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_FORMS = "YYYY-MM-DD, YYYY-MM or YYYY, from 1900 on"


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A closed interval of days.

    Attributes
    ----------
    start, end : datetime.date
        First and last day, both inside.
    """

    start: dt.date
    end: dt.date

    def __str__(self) -> str:
        if self.start == self.end:
            return self.start.isoformat()
        return f"{self.start.isoformat()}/{self.end.isoformat()}"


def parse_interval(text: str | dt.date, where: str = "") -> Interval:
    """Read a date of any precision, or an interval ``a/b``.

    Parameters
    ----------
    text : str or datetime.date
        The date as written.
    where : str
        What the error message names as the place.

    Raises
    ------
    InvalidRequest
        If it is no date, lies before 1900, or ends before it starts.

    Examples
    --------
    >>> print(parse_interval("2025-02"))
    2025-02-01/2025-02-28
    >>> print(parse_interval("2025-08-06"))
    2025-08-06
    >>> print(parse_interval("2025-07-31/2025-09"))
    2025-07-31/2025-09-30
    """
    if isinstance(text, dt.date):
        text = text.isoformat()[:10]
    left, slash, right = str(text).strip().partition("/")
    first = _one(left, text, where)
    last = _one(right, text, where) if slash else first
    if last.end < first.start:
        raise InvalidRequest(
            Problem(where, "the interval ends before it starts", got=str(text), allowed="start/end")
        )
    return Interval(first.start, last.end)


def parse_date(text: str | dt.date, where: str = "") -> dt.date:
    """Read a date; of a month, a year or an interval take the last day.

    Examples
    --------
    >>> parse_date("2026-01")
    datetime.date(2026, 1, 31)
    """
    return parse_interval(text, where).end


def _one(part: str, whole: object, where: str) -> Interval:
    match = _DATE.fullmatch(part.strip())
    if match is None:
        raise InvalidRequest(Problem(where, "unreadable date", got=str(whole), allowed=_FORMS))
    year, month, day = (int(group) if group else None for group in match.groups())
    try:
        if year is None or month is None:
            interval = Interval(dt.date(year or 0, 1, 1), dt.date(year or 0, 12, 31))
        elif day is None:
            last = _stdlib_calendar.monthrange(year, month)[1]
            interval = Interval(dt.date(year, month, 1), dt.date(year, month, last))
        else:
            interval = Interval(dt.date(year, month, day), dt.date(year, month, day))
    except ValueError as error:
        raise InvalidRequest(
            Problem(where, f"no such date ({error})", got=str(whole), allowed=_FORMS)
        ) from None
    if interval.start < EARLIEST:
        raise InvalidRequest(
            Problem(where, "the date lies before 1900", got=str(whole), allowed=_FORMS)
        )
    return interval


@dataclass(frozen=True, slots=True)
class Calendar:
    """The steps of one study.

    Parameters
    ----------
    origin : datetime.date
        The date the forecast starts from; its month (or week) is step 0.
    step : {"month", "week"}

    Examples
    --------
    >>> calendar = Calendar(dt.date(2025, 8, 6), "month")
    >>> calendar.index(dt.date(2026, 1, 28))
    5
    >>> calendar.last_day(5)
    datetime.date(2026, 1, 31)
    """

    origin: dt.date
    step: StepName = "month"

    @property
    def months(self) -> float:
        """Length of one step in months: 1 for months, 7/30.4375 for weeks."""
        return 1.0 if self.step == "month" else 7 / _MONTH_DAYS

    def index(self, date: dt.date) -> int:
        """Return the step that holds ``date`` (negative before the origin's own)."""
        if self.step == "month":
            return (date.year - self.origin.year) * 12 + date.month - self.origin.month
        return (_monday(date) - _monday(self.origin)).days // 7

    def first_day(self, index: int) -> dt.date:
        """Return the first day of a step."""
        if self.step == "month":
            year, month = divmod(self.origin.year * 12 + self.origin.month - 1 + index, 12)
            return dt.date(year, month + 1, 1)
        return _monday(self.origin) + dt.timedelta(weeks=index)

    def last_day(self, index: int) -> dt.date:
        """Return the last day of a step."""
        return self.first_day(index + 1) - dt.timedelta(days=1)

    def steps(self, months: float) -> int:
        """Return how many steps make up a number of months, at least one."""
        return max(1, round(months / self.months))


def _monday(date: dt.date) -> dt.date:
    return date - dt.timedelta(days=date.weekday())
