"""The options that choose among items, each defined once, and what they mean."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

import typer

__all__ = [
    "Every",
    "FromDay",
    "OfCluster",
    "OfDriver",
    "OfIndicator",
    "OfKind",
    "OfScenario",
    "OfSource",
    "ToDay",
    "window",
]


def _option(name: str, metavar: str, help: str) -> Any:
    return typer.Option(name, metavar=metavar, help=help, show_default=False)


FromDay = Annotated[
    str | None, _option("--from", "DATE", "Only what happened, in part at least, from then on.")
]
ToDay = Annotated[
    str | None, _option("--to", "DATE", "Only what happened, in part at least, up to then.")
]
OfIndicator = Annotated[str | None, _option("--indicator", "ID", "Only reports on this indicator.")]
OfDriver = Annotated[str | None, _option("--driver", "ID", "Only reports of this driver's level.")]
OfScenario = Annotated[
    str | None, _option("--scenario", "ID", "Only what speaks of this scenario.")
]
OfSource = Annotated[
    str | None, _option("--source", "ID", "Only what this source told, or others relayed of it.")
]
OfCluster = Annotated[str | None, _option("--cluster", "NAME", "Only this cluster.")]
OfKind = Annotated[
    str | None,
    _option(
        "--kind",
        "act|level|leak|claim|statement|opinion",
        "Only this sort of observation.",
    ),
]
Every = Annotated[
    bool,
    typer.Option(
        "--all",
        help="Also what is no longer held, or not yet, or was never to be there; with the reason.",
    ),
]


def window(start: str | None, end: str | None) -> tuple[dt.date | None, dt.date | None]:
    """Return the days from which and up to which; of a month or a year, first and last day.

    Raises
    ------
    InvalidRequest
        If one is unreadable, or the end lies before the start.

    Examples
    --------
    >>> window("2026-01", "2026-02")
    (datetime.date(2026, 1, 1), datetime.date(2026, 2, 28))
    """
    from tarjih.calendar import parse_interval
    from tarjih.errors import InvalidRequest, Problem

    first = None if start is None else parse_interval(start, "--from").start
    last = None if end is None else parse_interval(end, "--to").end
    if first is not None and last is not None and last < first:
        raise InvalidRequest(Problem("--to", "it ends before it starts", end, f"{first} or later"))
    return first, last
