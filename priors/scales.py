"""Verbal scales: what a probability word means, and which word a probability deserves.

A scale is data (``tables/*.yaml``). *Reading* a word gives a distribution of the log odds (see
`readings`):

- Of survey answers, the one whose 5%, 50% and 95% quantiles are the answers'. Answers of 0 and 100
  percent count as 0.5 and 99.5. No word is read more sharply than a plain number would be:
  "about even", which nearly everybody reads as exactly 50, is no statement of fact.
- Of an official band, the one whose 5% and 95% quantiles are its ends and whose median is their
  middle on the logit scale; nested bands too. An end at 0 or 100 percent, which would reach to
  infinity, counts as a twentieth of the band's width inside it.

*Writing* a probability takes the band that holds it, closed below and open above. Of
several (nested bands) the narrowest says most, and is taken. In a gap between bands the nearer
band is taken, and of two equally near the one nearer to 50 percent. The lowest and the highest
band reach to 0 and to 1.

Arabic words are matched without regard to hamza seats, tashkeel, tatweel and gender, and
are read with a wider spread, since how readers of Arabic read them has not been surveyed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache
from itertools import chain
from types import MappingProxyType
from typing import Any, Literal

from tarjih.errors import InvalidRequest, Problem, nearest
from tarjih.priors.readings import Reading, logit, read_between, two_piece
from tarjih.priors.table_files import table, table_names

__all__ = [
    "Reading",
    "Scale",
    "Statement",
    "Term",
    "fold",
    "is_arabic",
    "load_scale",
    "logit",
    "scale_names",
    "statement_of",
]

Statement = Literal["most likely", "possible"]
PROJECT_WORDING = "project wording"
"""What stands for the source of an Arabic rendering that has none."""

_SHARPEST = 0.1
_INSIDE = 0.05
_ARABIC_EDITION = "IPCC Third Assessment Report, Arabic edition"
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_SEATS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ؤ": "و", "ئ": "ي", "ى": "ي"})


def is_arabic(word: str) -> bool:
    """Say whether a word is written in Arabic letters."""
    return _ARABIC.search(word) is not None


def fold(word: str) -> str:
    """Return the form under which spellings of one word meet.

    Letter case, repeated blanks, tashkeel, tatweel, hamza seats, and the endings of the
    feminine and of the accusative (ة, ا) make no difference.

    Examples
    --------
    >>> fold("مُسْتَبعَدة") == fold("مستبعد") == fold("مستبعدًا")
    True
    >>> fold("  Highly   Likely ")
    'highly likely'
    """
    bare = "".join(
        letter
        for letter in unicodedata.normalize("NFD", word.casefold().translate(_SEATS))
        if unicodedata.category(letter) != "Mn" and letter not in "\u0640ء\u200c\u200d\u200e\u200f"
    )
    return " ".join(_without_ending(part) for part in bare.translate(_SEATS).split())


def _without_ending(part: str) -> str:
    return part[:-1] if len(part) > 3 and part[-1] in "ةا" else part


@dataclass(frozen=True, slots=True)
class Term:
    """One word of a scale.

    Attributes
    ----------
    spellings : mapping of language to tuple of str
        The first is the one to write.
    shares : tuple of float
        Its band; of a survey, the quantiles of the answers at ``levels``.
    levels : tuple of float
        Empty for a band.
    arabic_source : str
        Where the Arabic words come from: ``"project wording"`` unless one is published.
    """

    id: str
    spellings: Mapping[str, tuple[str, ...]]
    shares: tuple[float, ...]
    levels: tuple[float, ...]
    arabic_source: str = PROJECT_WORDING

    @property
    def low(self) -> float:
        """Lower end of the band, or the 5% quantile of the answers."""
        return self.shares[0]

    @property
    def high(self) -> float:
        """Upper end of the band, or the 95% quantile of the answers."""
        return self.shares[-1]

    def holds(self, probability: float) -> bool:
        """Say whether the band holds a probability: closed below, open above but at 1."""
        return self.low <= probability < self.high or probability == self.high == 1.0

    def distance(self, probability: float) -> float:
        """Return how far a probability lies outside the band; 0 within it."""
        return max(self.low - probability, probability - self.high, 0.0)

    def reading(self) -> Reading:
        """Return how the English word is read.

        Examples
        --------
        >>> likely = load_scale("icd203").read("likely")
        >>> [round(likely.quantile(level), 2) for level in (0.05, 0.5, 0.95)]
        [0.55, 0.69, 0.8]
        """
        if self.levels:
            return _surveyed(self.id, self.shares, self.levels)
        step = _INSIDE * (self.high - self.low)
        low = self.low if self.low > 0.0 else step
        high = self.high if self.high < 1.0 else 1.0 - step
        return replace(read_between(low, high, 0.9), term=self.id)


@dataclass(frozen=True, slots=True)
class Scale:
    """A verbal scale, terms from the table in their order there.

    Attributes
    ----------
    writes : bool
        Whether its bands tell which word a probability deserves.
    """

    id: str
    title: str
    citation: str
    terms: tuple[Term, ...]
    writes: bool
    words: Mapping[str, int]

    def read(
        self, word: str, *, arabic: bool = False, arabic_spread: float = 1.5, where: str = ""
    ) -> Reading:
        """Return how a word is read.

        Parameters
        ----------
        word : str
            English or Arabic.
        arabic : bool
            Whether the word stands for an Arabic one; a word in Arabic letters always does.
        arabic_spread : float
            Factor on the spread of an Arabic word.
        where : str
            What the error names as the place.

        Raises
        ------
        InvalidRequest
            If the scale has no such word.

        Examples
        --------
        >>> survey = load_scale("survey")
        >>> reading = survey.read("improbable")
        >>> [round(reading.quantile(q), 2) for q in (0.05, 0.5, 0.95)]
        [0.01, 0.1, 0.33]
        >>> survey.read("مُستَبعَدة").term, survey.read("مُستَبعَدة").arabic
        ('improbable', True)
        """
        position = self.words.get(fold(word))
        if position is None:
            raise InvalidRequest(self._unknown(word, where))
        term = self.terms[position]
        arabic = arabic or is_arabic(word)
        reading = replace(term.reading(), arabic=arabic)
        return reading.widened(arabic_spread) if arabic else reading

    def write(self, probability: float) -> Term:
        """Return the word a probability deserves: the rule is that of this module.

        Raises
        ------
        InvalidRequest
            If the scale is for reading only, or the probability is none.

        Examples
        --------
        >>> [load_scale("icd203").write(p).id for p in (0.003, 0.2, 0.549, 0.99)]
        ['almost no chance', 'unlikely', 'roughly even chance', 'almost certain']

        In a gap, and in nested bands:

        >>> [load_scale("phia").write(p).id for p in (0.21, 0.24, 0.525)]
        ['highly unlikely', 'unlikely', 'realistic possibility']
        >>> [load_scale("ipcc").write(p).id for p in (0.04, 0.2, 0.6, 0.92)]
        ['extremely unlikely', 'unlikely', 'about as likely as not', 'very likely']
        """
        self._check_writing(probability)
        holding = [term for term in self.terms if term.holds(probability)]
        if holding:
            return min(holding, key=lambda term: round(term.high - term.low, 9))
        return min(
            self.terms,
            key=lambda term: (
                round(term.distance(probability), 9),
                round(abs(term.low + term.high - 1.0), 9),
            ),
        )

    def write_range(self, low: float, high: float) -> tuple[Term, ...]:
        """Return the word of an interval, or the two words of its ends.

        One word when a band holds the whole interval (of several, the narrowest), or when both
        ends deserve the same.

        Examples
        --------
        >>> [term.id for term in load_scale("icd203").write_range(0.15, 0.5)]
        ['very unlikely', 'roughly even chance']
        >>> [term.id for term in load_scale("ipcc").write_range(0.7, 0.93)]
        ['likely']
        """
        ends = (self.write(low), self.write(high))
        if ends[0].id == ends[1].id:
            return ends[:1]
        holding = [term for term in self.terms if term.holds(low) and term.holds(high)]
        return (min(holding, key=lambda term: term.high - term.low),) if holding else ends

    def _check_writing(self, probability: float) -> None:
        if not self.writes:
            raise InvalidRequest(
                Problem("", "this scale is for reading words only", self.id, ", ".join(_writing()))
            )
        if not 0.0 <= probability <= 1.0:
            raise InvalidRequest(Problem("", "not a probability", str(probability), "0 to 1"))

    def _unknown(self, word: str, where: str) -> Problem:
        percent = re.fullmatch(r"(\d+(?:\.\d+)?)\s*%", word.strip())
        if percent:
            number = f"{float(percent[1]) / 100:g}"
            return Problem(
                where, "a percent sign makes it text", word, "a word, or a number from 0 to 1",
                f"write {number}",
            )  # fmt: skip
        language = "ar" if is_arabic(word) else "en"
        near = _nearest_words(word, chain.from_iterable(t.spellings[language] for t in self.terms))
        listed = ", ".join(term.spellings[language][0] for term in self.terms)
        return Problem(
            where,
            f"the scale {self.id!r} has no such word",
            got=word,
            allowed=listed,
            mend=f"nearest: {', '.join(near)}",
        )


def _nearest_words(word: str, spellings: Any) -> list[str]:
    folded = {fold(spelling): spelling for spelling in spellings}
    return [folded[key] for key in get_close_matches(fold(word), folded, n=3, cutoff=0.0)]


def scale_names() -> tuple[str, ...]:
    """Return the names of the verbal scales that ship."""
    return tuple(name for name in table_names() if "writes" in table(name))


def _writing() -> list[str]:
    return [name for name in scale_names() if table(name)["writes"]]


@cache
def load_scale(name: str, where: str = "") -> Scale:
    """Return a scale by its name.

    Raises
    ------
    InvalidRequest
        If there is no such scale.

    Examples
    --------
    >>> len(load_scale("survey").terms)
    19
    """
    # Reading one table is cheap, listing all of them is not: the names are for the error.
    try:
        content = table(name) if re.fullmatch(r"\w+", name) else {}
    except KeyError:
        content = {}
    if "writes" not in content:
        names = scale_names()
        raise InvalidRequest(
            Problem(where, "no such verbal scale", name, ", ".join(names), nearest(name, names))
        )
    levels = tuple(content.get("levels", ()))
    terms = tuple(_term(id, row, levels) for id, row in content["terms"].items())
    words = {
        fold(spelling): position
        for position, term in enumerate(terms)
        for spelling in chain.from_iterable(term.spellings.values())
    }
    return Scale(
        id=name,
        title=content["title"],
        citation=content["citation"],
        terms=terms,
        writes=content["writes"],
        words=MappingProxyType(words),
    )


def _term(id: str, row: Mapping[str, Any], levels: tuple[float, ...]) -> Term:
    english = tuple(dict.fromkeys((id, *row["en"])))
    spellings = MappingProxyType({"en": english, "ar": tuple(row["ar"])})
    shares = tuple(percent / 100 for percent in row["percent"])
    published = row.get("published_ar")
    source = PROJECT_WORDING if published is None else f"{published}: {_ARABIC_EDITION}"
    return Term(id, spellings, shares, levels, source)


@cache
def _surveyed(id: str, shares: tuple[float, ...], levels: tuple[float, ...]) -> Reading:
    """Return the reading with the 5%, 50% and 95% quantiles of answers.

    Where two of them coincide (at 100 percent), the curve cannot be so lopsided: then the median
    and the quantile farther from it are kept.
    """
    goal = {
        level: min(max(share, 0.005), 0.995)
        for level, share in zip(levels, shares, strict=True)
        if level in (0.05, 0.5, 0.95)
    }
    low, middle, high = (logit(share) for share in goal.values())
    reading = two_piece(((0.05, low), (0.5, middle), (0.95, high)))
    wide = max(1.0, _SHARPEST / reading.spread)
    return replace(reading.widened(wide), term=id)


@cache
def _statements() -> dict[str, Statement]:
    return {
        fold(spelling): id
        for id, row in table("statements")["terms"].items()
        for spelling in (id, *row["en"], *row["ar"])
    }


def statement_of(word: str) -> Statement | None:
    """Return which statement without a probability of its own a word makes, if any.

    Examples
    --------
    >>> statement_of("الأكثر ترجيحًا"), statement_of("محتمل"), statement_of("likely")
    ('most likely', 'possible', None)
    """
    return _statements().get(fold(word))
