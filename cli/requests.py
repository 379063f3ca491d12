"""From the words of a command line to values, with messages that name the option."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, ParamSpec, TypeVar, cast

from tarjih.calendar import parse_date, parse_interval
from tarjih.errors import InvalidRequest, Problem, nearest

if TYPE_CHECKING:
    from tarjih.models import Intervention
    from tarjih.scenarios.records import Driver, Study

__all__ = [
    "Reading",
    "check_by",
    "check_engine",
    "check_units",
    "default_chart",
    "parse_as_of",
    "parse_chart_path",
    "parse_horizon",
    "parse_interventions",
    "parse_probability",
    "parse_seed",
    "parse_since",
]

Returned = TypeVar("Returned")
Given = ParamSpec("Given")

_COMPARED = ("analyst",)
_UNITS: tuple[Literal["percent", "db"], ...] = ("percent", "db")
_MOST_MONTHS = 1200
_MONTHS = re.compile(r"(\d{1,4}(?:\.\d{1,6})?)(m?)")
_HORIZONS = f"a number of months (12 or 6m) up to {_MOST_MONTHS}, or a date (2026-12)"
_LARGEST_SEED = 2**64 - 1


class Reading:
    """Reads what a command was asked for, so that all that is wrong is told at once.

    Examples
    --------
    >>> read = Reading()
    >>> read(parse_seed, "7"), read(parse_as_of, None)
    (7, None)
    >>> read.done()
    """

    def __init__(self) -> None:
        self._problems: list[Problem] = []

    def __call__(
        self, reader: Callable[Given, Returned], *args: Given.args, **kwargs: Given.kwargs
    ) -> Returned:
        """Return what a reader makes of its arguments; what it refuses is kept for `done`."""
        try:
            return reader(*args, **kwargs)
        except InvalidRequest as error:
            self._problems += error.problems
            return cast("Returned", None)

    def done(self) -> None:
        """Go on only if nothing was refused.

        Raises
        ------
        InvalidRequest
            With all that was.
        """
        if self._problems:
            raise InvalidRequest(self._problems)


def check_by(by: str) -> str:
    """Return what a comparison is made by, if there is such a one.

    Examples
    --------
    >>> check_by("analyst")
    'analyst'
    """
    if by not in _COMPARED:
        problem = Problem(
            "--by", "nothing to compare by", by, ", ".join(_COMPARED), nearest(by, _COMPARED)
        )
        raise InvalidRequest(problem)
    return by


def check_engine(engine: str) -> str:
    """Return the name of an engine if there is one.

    Examples
    --------
    >>> check_engine("auto")
    'auto'
    """
    from tarjih.models import ENGINES

    if engine not in ENGINES:
        mend = nearest(engine, ENGINES)
        raise InvalidRequest(
            Problem("--engine", "unknown engine", engine, ", ".join(ENGINES), mend)
        )
    return engine


def check_units(units: str) -> Literal["percent", "db"]:
    """Return the units of changes if there are such.

    Examples
    --------
    >>> check_units("db")
    'db'
    """
    for known in _UNITS:
        if units == known:
            return known
    raise InvalidRequest(
        Problem("--units", "unknown units", units, ", ".join(_UNITS), nearest(units, _UNITS))
    )


def parse_seed(text: str) -> int:
    """Read a seed.

    Examples
    --------
    >>> parse_seed("7")
    7
    """
    if not (text.isascii() and text.isdigit() and len(text) <= 20 and int(text) <= _LARGEST_SEED):
        raise InvalidRequest(
            Problem("--seed", "not a seed", text, f"a whole number from 0 to {_LARGEST_SEED}")
        )
    return int(text)


def parse_as_of(text: str | None) -> dt.date | None:
    """Read an as-of date; of a month or a year take the last day.

    Raises
    ------
    InvalidRequest
        If it is unreadable; what a study allows is for the forecast to say.
    """
    return None if text is None else parse_date(text, "--as-of")


def parse_since(text: str | None) -> dt.date | None:
    """Read the date that something is explained from; of a month or a year take the last day.

    Raises
    ------
    InvalidRequest
        If it is unreadable.
    """
    return None if text is None else parse_date(text, "--since")


def parse_horizon(text: str | None, option: str = "--horizon") -> float | dt.date | None:
    """Read a horizon: months, or a date.

    A bare number up to 1200 is months; four digits above that are a year.

    Parameters
    ----------
    text : str or None
    option : str
        What the error message names as the place.

    Raises
    ------
    InvalidRequest
        If it is neither.

    Examples
    --------
    >>> parse_horizon("12"), parse_horizon("6m"), parse_horizon("2026-12")
    (12.0, 6.0, datetime.date(2026, 12, 31))
    """
    if text is None:
        return None
    what = "horizon" if option == "--horizon" else "window"
    found = _MONTHS.fullmatch(text.strip())
    if found is None or (not found[2] and float(found[1]) > _MOST_MONTHS):
        try:
            return parse_date(text, option)
        except InvalidRequest:
            raise InvalidRequest(Problem(option, f"unreadable {what}", text, _HORIZONS)) from None
    months = float(found[1])
    if not 0 < months <= _MOST_MONTHS:
        raise InvalidRequest(Problem(option, "out of range", text, _HORIZONS))
    return months


def parse_probability(text: str | None, where: str) -> float | None:
    """Read a probability between 0 and 1, as such or in percent.

    Raises
    ------
    InvalidRequest
        If it is neither.

    Examples
    --------
    >>> parse_probability("0.25", "--threshold"), parse_probability("25%", "--threshold")
    (0.25, 0.25)
    """
    if text is None:
        return None
    number = text.strip()
    percent = number.endswith("%")
    try:
        value = float(number.removesuffix("%")) / (100 if percent else 1)
    except ValueError:
        value = 0.0
    if not 0 < value < 1:
        meant = f"did you mean {number}% or {value / 100:g}?" if 1 <= value < 100 else None
        raise InvalidRequest(
            Problem(where, "not a probability", text, "between 0 and 1, or 0% and 100%", meant)
        )
    return value


def parse_interventions(study: Study, texts: Sequence[str] | None) -> tuple[Intervention, ...]:
    """Read every ``DRIVER=LEVEL[@DATE]``; all that is wrong is told at once.

    A date of low precision means its first day. Hyphens in names may stand for underscores.

    Raises
    ------
    InvalidRequest
        For an unknown driver or level, an unreadable date, or one driver set twice at one time.
    """
    from tarjih.models import Intervention

    problems: list[Problem] = []
    found: list[Intervention] = []
    for text in texts or ():
        try:
            driver, level, start = _parse_setting(study, text)
        except InvalidRequest as error:
            problems += error.problems
            continue
        if any(held.driver == driver and held.start == start for held in found):
            problems.append(
                Problem(
                    "--set",
                    "a driver is held at one level at a time",
                    text,
                    mend=f"{driver} is set twice: give the second a later date, or remove one",
                )
            )
        found.append(Intervention(driver, level, start))
    if problems:
        raise InvalidRequest(problems)
    # A later start takes over from an earlier one, in whatever order they were given.
    return tuple(sorted(found, key=lambda held: held.start or dt.date.min))


def _parse_setting(study: Study, text: str) -> tuple[str, int, dt.date | None]:
    name, equals, rest = text.partition("=")
    word, at, date = rest.partition("@")
    if not equals or not name.strip() or not word.strip():
        raise InvalidRequest(
            Problem(
                "--set",
                "unreadable setting",
                text,
                "DRIVER=LEVEL or DRIVER=LEVEL@DATE",
                f"for example {_example(study)}",
            )
        )
    driver = _one(study.driver_ids, name, "unknown driver")
    levels = tuple(level.id for level in study.driver(driver).levels)
    level = _one(levels, word, f"no such level of {driver}")
    start = parse_interval(date, "--set").start if at else None
    return driver, levels.index(level), start


def _one(allowed: Sequence[str], text: str, what: str) -> str:
    got = text.strip()
    for candidate in (got, got.replace("-", "_"), got.replace("-", "_").lower()):
        if candidate in allowed:
            return candidate
    mend = nearest(got.replace("-", "_").lower(), allowed)
    raise InvalidRequest(Problem("--set", what, got, ", ".join(allowed), mend))


def _example(study: Study) -> str:
    driver: Driver = study.drivers[0]
    return f"{driver.id}={driver.levels[-1].id}"


def default_chart(
    study: Study, kind: str, *, held: Sequence[Intervention] = (), lang: str = "en"
) -> Path:
    """Return where a chart goes if nobody says: what differs does not take another's place.

    Parameters
    ----------
    study : Study
        Or an analyst's view of it.
    kind : str
    held : sequence of Intervention
    lang : str

    Raises
    ------
    InvalidRequest
        If nothing can be written there.
    """
    of_view = "" if study.viewer is None else f"-{study.viewer.id}"
    assumed = "-set" if held else ""
    of_lang = "" if lang == "en" else f"-{lang}"
    return parse_chart_path(f"{study.id}{of_view}-{kind}{assumed}{of_lang}.png")


def parse_chart_path(text: str) -> Path:
    """Read where a chart goes, before any work is done.

    Raises
    ------
    InvalidRequest
        If the ending is no picture's, or the folder is not there.

    Examples
    --------
    >>> parse_chart_path("belief.svg").suffix
    '.svg'
    """
    from tarjih.reports.charts.figures import check_figure_path

    path = check_figure_path(text)
    if path.is_dir():
        raise InvalidRequest(Problem("--out", "this is a folder", text, "a file"))
    if not path.parent.is_dir():
        raise InvalidRequest(
            Problem("--out", "there is no such folder", str(path.parent), mend="make it first")
        )
    return path
