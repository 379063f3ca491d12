"""Numbers as people read them: whole percents, intervals, and words of likelihood.

Everything that shows a probability goes through here, so that a table, a sentence and a
chart of one forecast can never disagree.

- The probabilities of the scenarios at one date are rounded *together* (largest
  remainder), so that what is shown sums to 100.
- A probability that is not zero is never shown as 0%, but as ``<1%``; likewise ``>99%``.
- The ends of an interval are rounded outward, so that what is shown is never narrower than
  what was computed, and a mean inside its interval is also shown inside it.
- In right-to-left text every figure is fenced by LEFT-TO-RIGHT MARK (U+200E): between marks,
  ``80–95%`` keeps its order whatever stands around it. The marks are as old as the
  bidirectional algorithm; the newer isolates (U+2066 to U+2069) are missing from DejaVu Sans,
  the font of the charts.
- Digits are latin, unless the language says otherwise (see ``locales``). Arabic-Indic digits
  read from the right, ``٨٠–٩٥٪``, and are fenced by RIGHT-TO-LEFT MARK. The signs are those of
  Unicode CLDR, whose tables a test compares with these; the library that carries them takes
  longer to import than a run takes to compute (decision 0016).
- Names, paths, commands and dates for machines go through `isolated`, which changes no digit.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence

from tarjih.reports.words.locales import digits_of

__all__ = [
    "LRM",
    "RLM",
    "count_text",
    "decimal_text",
    "figures",
    "interval_text",
    "isolated",
    "paragraph",
    "percent_text",
    "percent_texts",
    "shaped",
    "share_text",
    "shown_percent",
    "shown_percents",
    "signed_text",
    "whole_percents",
]

LRM = "\N{LEFT-TO-RIGHT MARK}"
RLM = "\N{RIGHT-TO-LEFT MARK}"
_DASH = "\N{EN DASH}"
_DECIMALS = 6  # as in the JSON documents: hides the noise of floating point from the rounding
_ALMOST = 1e-9
_ARABIC_DIGITS = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
_POINT = re.compile(r"(?<=\d)\.(?=\d)")
_GROUP = re.compile(r"(?<=\d),(?=\d{3})")
_PERCENT = re.compile(r"(?<=\d)%")
_NAME = re.compile(r"[A-Za-z_]|\d{4}-\d{2}")


def figures(text: str, lang: str = "en") -> str:
    """Write a number's figures in the language's digits, fenced against the text around them.

    What holds a Latin letter is a name, not a number, and keeps its digits; so does a date for
    machines (``2026-01-31``).

    Examples
    --------
    >>> figures("80-95%")
    '80-95%'
    >>> figures("80-95%", "ar") == LRM + "80-95%" + LRM
    True
    >>> from tarjih.reports.words.locales import locale_of
    >>> figures("+2.5%", locale_of("ar", "arabic")) == RLM + "+٢٫٥٪" + RLM
    True
    """
    if lang != "ar":
        return text
    if digits_of(lang) == "latin" or _NAME.search(text):
        return isolated(text, lang)
    return f"{RLM}{shaped(text, lang)}{RLM}"


def isolated(text: str, lang: str = "en") -> str:
    """Fence a name, path or command so that right-to-left text around it leaves it alone.

    Examples
    --------
    >>> isolated("us_withdrawal=full", "ar") == LRM + "us_withdrawal=full" + LRM
    True
    """
    return f"{LRM}{text}{LRM}" if lang == "ar" else text


def shaped(text: str, lang: str) -> str:
    """Return a text of ours with its figures in the language's digits.

    Examples
    --------
    >>> from tarjih.reports.words.locales import locale_of
    >>> shaped("4,007", "ar"), shaped("4,007", locale_of("ar", "arabic"))
    ('4,007', '٤٬٠٠٧')
    """
    if digits_of(lang) == "latin":
        return text
    text = _POINT.sub("\N{ARABIC DECIMAL SEPARATOR}", text)
    text = _GROUP.sub("\N{ARABIC THOUSANDS SEPARATOR}", text)
    text = _PERCENT.sub("\N{ARABIC PERCENT SIGN}", text)
    return text.translate(_ARABIC_DIGITS)


def count_text(number: int, lang: str = "en") -> str:
    """Write a whole number, in groups of three.

    Examples
    --------
    >>> count_text(4007), count_text(12)
    ('4,007', '12')
    """
    return figures(f"{number:,}", lang)


def signed_text(number: float, lang: str = "en", *, digits: int = 0) -> str:
    """Write a change with its sign; what is shown as zero has none.

    Examples
    --------
    >>> signed_text(17), signed_text(-3), signed_text(-0.04, digits=1)
    ('+17', '-3', '0.0')
    """
    # adding 0.0 turns a negative zero into zero
    shown = f"{round(number, digits) + 0.0:+.{digits}f}"
    return figures(shown if float(shown) else shown.removeprefix("+"), lang)


def decimal_text(number: float, lang: str = "en", *, digits: int = 2) -> str:
    """Write a number with a fixed count of decimals.

    Examples
    --------
    >>> decimal_text(0.8), decimal_text(9.04, digits=1)
    ('0.80', '9.0')
    """
    return figures(f"{number:.{digits}f}", lang)


def paragraph(text: str, lang: str = "en") -> str:
    """Make a line right-to-left in Arabic, whatever character it begins with."""
    return RLM + text if lang == "ar" and not text.startswith(RLM) else text


def whole_percents(probabilities: Sequence[float]) -> tuple[int, ...]:
    """Round probabilities that sum to one into whole percents that sum to 100.

    Parameters
    ----------
    probabilities : sequence of float
        Non-negative; divided by their sum first.

    Returns
    -------
    tuple of int
        Each the floor or the ceiling of its share; the largest remainders are raised, and
        of equal remainders the first.

    Examples
    --------
    >>> whole_percents([1 / 3, 1 / 3, 1 / 3])
    (34, 33, 33)
    >>> whole_percents([0.9997, 0.0003])
    (100, 0)
    """
    total = math.fsum(probabilities)
    if not probabilities or not total > 0:
        return tuple(0 for _ in probabilities)
    shares = [round(100 * p / total, _DECIMALS - 2) for p in probabilities]
    whole = [math.floor(share) for share in shares]
    order = sorted(range(len(shares)), key=lambda k: (whole[k] - shares[k], k))
    for k in order[: max(0, 100 - sum(whole))]:
        whole[k] += 1
    return tuple(whole)


def share_text(whole: int, probability: float, lang: str = "en") -> str:
    """Show a percent that was rounded among others; ``probability`` guards 0 and 100.

    Examples
    --------
    >>> share_text(0, 0.0003), share_text(100, 0.9997), share_text(84, 0.8377)
    ('<1%', '>99%', '84%')
    """
    return figures(f"{_bare(whole, probability)}%", lang)


def percent_text(probability: float, lang: str = "en") -> str:
    """Show one probability that stands alone as a whole percent.

    Examples
    --------
    >>> [percent_text(p) for p in (0.0, 0.0003, 0.006, 0.835, 0.9997, 1.0)]
    ['0%', '<1%', '<1%', '84%', '>99%', '100%']
    """
    share = round(100 * probability, _DECIMALS - 2)
    return share_text(math.floor(share + 0.5), probability, lang)


def percent_texts(probabilities: Sequence[float], lang: str = "en") -> tuple[str, ...]:
    """Show probabilities that sum to one, in percents that sum to 100.

    Examples
    --------
    >>> percent_texts([0.8353, 0.1644, 0.0003])
    ('84%', '16%', '<1%')
    """
    whole = whole_percents(probabilities)
    return tuple(share_text(n, p, lang) for n, p in zip(whole, probabilities, strict=True))


def interval_text(low: float, high: float, lang: str = "en") -> str:
    """Show an interval in whole percents, rounded outward.

    Examples
    --------
    >>> interval_text(0.604, 0.946)
    '60–95%'
    >>> interval_text(0.0002, 0.031), interval_text(0.0001, 0.0009)
    ('<1–4%', '<1%')
    >>> interval_text(0.93, 0.9999), interval_text(0.5, 0.5)
    ('93–>99%', '50%')
    """
    bottom = math.floor(round(100 * low, _DECIMALS - 2))
    top = math.ceil(round(100 * high, _DECIMALS - 2))
    if 0 < high < 0.01:
        top = 0
    if 0.99 < low < 1:
        bottom = 100
    left, right = _bare(bottom, low), _bare(top, high)
    return figures(f"{left}%" if left == right else f"{left}{_DASH}{right}%", lang)


def shown_percent(whole: int, probability: float) -> int:
    """Return the percent by which changes of a shown probability are counted.

    A change is that of what is shown: what is shown as ``<1%`` twice has not changed.

    Examples
    --------
    >>> shown_percent(1, 0.006), shown_percent(0, 0.004), shown_percent(99, 0.996)
    (0, 0, 100)
    >>> shown_percent(84, 0.8377)
    84
    """
    return {"<1": 0, ">99": 100}.get(_bare(whole, probability), whole)


def shown_percents(probabilities: Sequence[float]) -> tuple[int, ...]:
    """Return the percents by which changes of shown probabilities are counted.

    Examples
    --------
    >>> whole_percents([0.5955, 0.3985, 0.006]), shown_percents([0.5955, 0.3985, 0.006])
    ((59, 40, 1), (59, 40, 0))
    """
    whole = whole_percents(probabilities)
    return tuple(shown_percent(n, p) for n, p in zip(whole, probabilities, strict=True))


def _bare(whole: int, probability: float) -> str:
    if probability > _ALMOST and (whole <= 0 or probability < 0.01 - _ALMOST):
        return "<1"
    if probability < 1 - _ALMOST and (whole >= 100 or probability > 0.99 + _ALMOST):
        return ">99"
    return str(whole)
