"""The dates of a replay, and what was known by each.

Nothing that came later may reach a replay date. So what became known afterwards is taken away
before anything is computed, and not merely left uncounted: later items, later versions of items,
and that an item was to be amended or withdrawn one day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from tarjih.errors import InvalidRequest, Problem
from tarjih.evidence import canonical_order
from tarjih.scenarios.records import Item, Study

__all__ = ["EVERY", "counted", "known_by", "replay_dates"]

EVERY = ("month", "news")
"""What names many replay dates at once: the last day of every month, and all dates with news."""


def known_by(items: Iterable[Item], date: dt.date) -> tuple[Item, ...]:
    """Return the items that were known, and held, on a date, as they were then.

    Parameters
    ----------
    items : iterable of Item
        With all their versions.
    date : datetime.date
        What became known on that day is known by it.

    Returns
    -------
    tuple of Item
        In canonical order. None of them says that it was taken back later.

    Examples
    --------
    >>> import tarjih
    >>> items = tarjih.load("syria_russia").items
    >>> day = dt.date(2025, 12, 24)
    >>> max(item.known for item in known_by(items, day)) == day
    True
    """
    held = (
        replace(item, until=None)
        for item in items
        if item.known <= date and (item.until is None or date < item.until)
    )
    return canonical_order(held)


def counted(study: Study, items: Iterable[Item]) -> tuple[Item, ...]:
    """Return the items that may count at all: news since the origin, and no opinion."""
    return tuple(
        item
        for item in items
        if min(item.end, item.known) > study.origin and item.kind != "opinion"
    )


def replay_dates(
    study: Study,
    items: Iterable[Item],
    as_of: dt.date,
    every: Sequence[str | dt.date] = EVERY,
) -> tuple[dt.date, ...]:
    """Return the dates on which forecasts are made, in order.

    Parameters
    ----------
    study : Study
    items : iterable of Item
    as_of : datetime.date
        The last of them, at most.
    every : sequence of {"month", "news"} or datetime.date
        ``month``: the last day of every month. ``news``: every date on which an item became
        known, or was no longer held. The origin always is one: questions are open from then on.

    Raises
    ------
    InvalidRequest
        If a date named lies before the origin or after ``as_of``, or a word is unknown.

    Examples
    --------
    >>> import tarjih
    >>> study = tarjih.load("syria_russia")
    >>> found = replay_dates(study, study.items, dt.date(2025, 9, 30))
    >>> [day.isoformat() for day in found]
    ['2025-08-06', '2025-08-31', '2025-09-18', '2025-09-30']
    """
    found = {study.origin}
    problems = []
    for one in every:
        if one == "month":
            found |= _month_ends(study.origin, as_of)
        elif one == "news":
            news = counted(study, items)
            days = {item.known for item in news} | {item.until for item in news if item.until}
            found |= {day for day in days if study.origin < day <= as_of}
        elif isinstance(one, dt.date) and study.origin <= one <= as_of:
            found.add(one)
        else:
            allowed = f"{study.origin.isoformat()} to {as_of.isoformat()}, month, news"
            problems.append(Problem("--every", "no replay date", str(one), allowed))
    if problems:
        raise InvalidRequest(problems)
    return tuple(sorted(found))


def _month_ends(first: dt.date, last: dt.date) -> set[dt.date]:
    ends: set[dt.date] = set()
    day = first
    while True:
        start = (day.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        day = start - dt.timedelta(days=1)
        if day > last:
            return ends
        ends.add(day)
        day = start
