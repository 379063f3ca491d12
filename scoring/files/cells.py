"""What single cells of a file of forecasts mean.

Figures may be Arabic (٠–٩), and a percent sign ``%`` or ``٪``. A probability above 1 without
one is refused rather than guessed at.
"""

from __future__ import annotations

import datetime as dt
import json
import math

__all__ = [
    "OPEN",
    "VOID",
    "parse_day",
    "parse_options",
    "parse_probability",
    "parse_truth",
    "parse_when",
    "plain_digits",
]

OPEN = frozenset({"", "open", "مفتوح"})
VOID = frozenset({"void", "annulled", "ملغى", "لاغ"})
_TRUE = frozenset({"1", "1.0", "yes", "true", "y", "نعم"})
_FALSE = frozenset({"0", "0.0", "no", "false", "n", "لا"})
_FIGURES = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫", "01234567890123456789.")
_DAY = 86_400.0


def plain_digits(text: str) -> str:
    """Return a text with Arabic figures made latin.

    Examples
    --------
    >>> plain_digits("٠٫٢٥")
    '0.25'
    """
    return text if text.isascii() else text.translate(_FIGURES)


def parse_probability(text: str) -> float | None:
    """Read a probability; None if it is none.

    Examples
    --------
    >>> [parse_probability(text) for text in ("0.25", "25%", "٢٥٪", "25", "-0.1", "nan")]
    [0.25, 0.25, 0.25, None, None, None]
    """
    number = plain_digits(text.strip())
    percent = number.endswith(("%", "٪"))
    number = number.rstrip("%٪ ") if percent else number
    try:
        value = float(number) if "_" not in number else math.nan
    except ValueError:
        return None
    if percent:
        # 7% is 0.07, not 0.07 and a little.
        value = round(value / 100, 15)
    return value if 0 <= value <= 1 else None


def parse_truth(text: str) -> bool | None:
    """Read yes or no; None if it is neither.

    Examples
    --------
    >>> parse_truth("Yes"), parse_truth("لا"), parse_truth("perhaps")
    (True, False, None)
    """
    word = plain_digits(text.strip().casefold())
    return True if word in _TRUE else False if word in _FALSE else None


def parse_when(text: str) -> float | None:
    """Read a day, with a time or without, as days (`datetime.date.toordinal`) and a fraction.

    A time with an offset is taken to UTC. None if it is neither.

    Examples
    --------
    >>> parse_when("2025-08-06"), parse_when("2025-08-06T12:00"), parse_when("August")
    (739469.0, 739469.5, None)
    """
    try:
        moment = dt.datetime.fromisoformat(plain_digits(text.strip()))
        if moment.tzinfo is not None:
            moment = moment.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second + moment.microsecond / 1e6
    return moment.toordinal() + seconds / _DAY


def parse_day(text: str) -> int | None:
    """Read a day; a time is left out.

    Examples
    --------
    >>> parse_day("2025-08-06"), parse_day("2025-13-06")
    (739469, None)
    """
    moment = parse_when(text)
    return None if moment is None else math.floor(moment)


def parse_options(text: str) -> dict[str, str] | None:
    """Read options with their probabilities, still as text; None if it cannot be read.

    Parameters
    ----------
    text : str
        ``peace=0.2; war=0.8``, or a JSON object.

    Examples
    --------
    >>> parse_options("peace=20%; war=80%")
    {'peace': '20%', 'war': '80%'}
    >>> parse_options('{"peace": 0.2, "war": 0.8}')
    {'peace': '0.2', 'war': '0.8'}
    """
    if text.lstrip().startswith("{"):
        try:
            pairs = json.loads(text, object_pairs_hook=list)
        except (ValueError, RecursionError):
            return None
        if not all(isinstance(value, int | float | str) for _, value in pairs):
            return None
        pairs = [(name.strip(), str(value)) for name, value in pairs]
    else:
        pairs = []
        for part in text.split(";"):
            if part.strip():
                name, equals, value = part.rpartition("=")
                if not equals:
                    return None
                pairs.append((name.strip(), value.strip()))
    options = dict(pairs)
    return options if len(options) == len(pairs) and "" not in options else None
