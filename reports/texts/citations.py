"""A study's citations in the language of the text, as far as the study names its sources in it.

A citation is one text in the study's files, mostly English. In Arabic the sources that it names
get the Arabic names the study gives them, its dates are written as all dates are, and the common
words of citations are translated. What is left stays as it was written, fenced so that the
right-to-left text around it leaves its order alone.
"""

from __future__ import annotations

import datetime as dt
import re

from tarjih.reports.words.dates import date_text, month_name, year_text
from tarjih.reports.words.numbers import isolated, shaped
from tarjih.reports.words.strings import say
from tarjih.scenarios.records import Study

__all__ = ["cites_line", "cites_text"]

_MONTHS = [month_name(month) for month in range(1, 13)]
_DATE = re.compile(rf"(?:(\d{{1,2}}) )?({'|'.join(_MONTHS)}) (\d{{4}})")
_TERMS = {
    "relayed_by": "relayed by",
    "relaying": "relaying",
    "citing": "citing",
    "at_latest": "at latest",
    "on_or_after": "on or just after",
    "first_scenario": "first scenario",
    "second_scenario": "second scenario",
    "conclusion": "conclusion",
    "summary": "summary",
    "notes": "notes",
    "note": "note",
    "holding_times": "holding times are the project's",
    "factors": "factors are the project's",
    "through": "through",
    "also": "also",
    "interviewing": "interviewing",
    "and": "and ",
    "later": "later",
    "press_conference_of": "the press conference of",
    "press_conference": "the press conference",
    "diplomatic_sources": "diplomatic sources",
    "unnamed_sources": "unnamed sources",
    "unnamed_media": "unnamed media",
    "unnamed_press": "unnamed press",
    "media": "media",
    "activists": "activists",
    "posts_of": "posts of",
    "both_presidents": "both presidents",
}
_LATIN = re.compile(r"[A-Za-z](?:[^\u0600-\u06ff\ue000-\uf8ff()«»،؛]*[A-Za-z.])?")


def cites_text(study: Study, cites: str, lang: str = "en") -> str:
    """Write a citation in a language.

    Parameters
    ----------
    study : Study
        Its sources have names, and citations of their own, by which they are known in others.
    cites : str
    lang : {"en", "ar"}

    Examples
    --------
    >>> import tarjih
    >>> study = tarjih.load("syria_russia")
    >>> cites_text(study, "Yaman al-Dalati, Noon Post, 1 August 2025", "ar")
    'نون بوست، 1 آب/أغسطس 2025'
    """
    if lang == "en" or not cites:
        return cites
    kept: list[str] = []

    def keep(text: str) -> str:
        # a private letter stands for what is done, so that nothing is done to it again
        kept.append(text)
        return chr(0xE000 + len(kept) - 1)

    text = " ".join(cites.split())
    words = _names(study, lang) | {term: say(f"cites.{key}", lang) for key, term in _TERMS.items()}
    for term in sorted(words, key=lambda term: -len(term)):
        if term not in text:
            continue
        whole = rf"(?<!\w){re.escape(term)}" + ("" if term.endswith(" ") else r"(?!\w)")
        if re.search(whole, text):
            text = re.sub(whole, keep(words[term]), text)
    text = _DATE.sub(lambda found: keep(_date(found, lang)), text)
    text = text.replace(", ", "، ").replace("; ", "؛ ")
    text = _LATIN.sub(lambda found: keep(isolated(found[0], lang)), text)
    text = shaped(text, lang)
    return re.sub(r"[\ue000-\uf8ff]", lambda found: kept[ord(found[0]) - 0xE000], text)


def cites_line(study: Study, cites: str, lang: str = "en") -> str:
    """Write a citation as a line of a card; empty if there is none."""
    return say("card.cites", lang, cites=cites_text(study, cites, lang)) if cites else ""


def _names(study: Study, lang: str) -> dict[str, str]:
    """Return what sources are called in citations, each with its name in the language."""
    pairs: dict[str, str] = {}
    for source in study.sources:
        label = source.label.get(lang)
        if not label:
            continue
        if name := source.label.get("en"):
            pairs.setdefault(name, label)
        # a source that speaks for itself is cited by its own citation, without the date
        own = _DATE.split(" ".join(source.cites.split()))[0].rstrip(" ,")
        if own and "relayed" not in own and ";" not in own:
            own = re.sub(r",? (?:at latest|on or just after)$", "", own)
            pairs.setdefault(own, label)
    return pairs


def _date(found: re.Match[str], lang: str) -> str:
    day, month, year = found.groups()
    number = _MONTHS.index(month) + 1
    if day is None:
        return f"{month_name(number, lang)} {year_text(int(year), lang)}"
    try:
        return date_text(dt.date(int(year), number, int(day)), lang)
    except ValueError:  # a citation may hold any text
        return isolated(found[0], lang)
