"""Verbal scales: what a probability word means, and which word a probability deserves.

A scale is data (``tables/*.yaml``). Reading a word gives a normal distribution on the logit
scale. Scales of survey answers give it by their quantiles, matched by least squares of the
probabilities themselves: so answers of 0 and 100 percent need no special care, and an answer
rounded from 1 to 2 percent counts no more than one rounded from 40 to 41. The median weighs
most (4 against 1 for the 5% and 95% quantiles and 0.5 for the quartiles), so that it is met
within 2 points and the range within 5, for each of the 19 words. Official scales give a
band, which is read as the central 90%. No word is read more sharply than a plain number
would be: "about even", which nearly everybody reads as exactly 50, is no statement of fact.

Arabic words are matched without regard to hamza seats, tashkeel, tatweel and gender, and
are read with a wider spread, since how readers of Arabic read them has not been surveyed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from itertools import chain
from statistics import NormalDist
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from tarjih.errors import InvalidRequest, Problem, nearest
from tarjih.priors.table_files import fingerprint, table, table_names

__all__ = [
    "Reading",
    "Scale",
    "Statement",
    "Term",
    "fold",
    "is_arabic",
    "load_scale",
    "logit",
    "scale_fingerprint",
    "scale_names",
    "statement_of",
]

Statement = Literal["most likely", "possible"]
_NORMAL_90 = NormalDist().inv_cdf(0.95)
_SHARPEST = 0.1
_WEIGHTS = {0.05: 1.0, 0.25: 0.5, 0.5: 4.0, 0.75: 0.5, 0.95: 1.0}
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_SEATS = str.maketrans({"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ؤ": "و", "ئ": "ي", "ى": "ي"})


def logit(probability: float) -> float:
    """Return ln(p / (1 − p))."""
    return float(np.log(probability) - np.log1p(-probability))


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
class Reading:
    """How a word was most likely meant: normal on the logit scale.

    Attributes
    ----------
    term : str
        The scale's own name of the word.
    location : float
        Logit of the median.
    spread : float
        Standard deviation on the logit scale.
    arabic : bool
        Whether the wider Arabic spread is in it.
    """

    term: str
    location: float
    spread: float
    arabic: bool

    def quantile(self, level: float) -> float:
        """Return the probability below which a share ``level`` of the reading lies."""
        value = self.location + self.spread * NormalDist().inv_cdf(level)
        return float(1.0 / (1.0 + np.exp(-value)))


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
    """

    id: str
    spellings: Mapping[str, tuple[str, ...]]
    shares: tuple[float, ...]
    levels: tuple[float, ...]

    @property
    def low(self) -> float:
        """Lower end of the band, or the 5% quantile of the answers."""
        return self.shares[0]

    @property
    def high(self) -> float:
        """Upper end of the band, or the 95% quantile of the answers."""
        return self.shares[-1]

    def logit_normal(self) -> tuple[float, float]:
        """Return location and spread on the logit scale, as an English word is read."""
        if self.levels:
            return _from_quantiles(self.shares, self.levels)
        return _from_band(self.low, self.high)


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
        [0.02, 0.1, 0.34]
        >>> survey.read("مُستَبعَدة").term, survey.read("مُستَبعَدة").arabic
        ('improbable', True)
        """
        position = self.words.get(fold(word))
        if position is None:
            raise InvalidRequest(self._unknown(word, where))
        term = self.terms[position]
        arabic = arabic or is_arabic(word)
        location, spread = term.logit_normal()
        return Reading(term.id, location, spread * (arabic_spread if arabic else 1.0), arabic)

    def write(self, probability: float) -> Term:
        """Return the word a probability deserves.

        Bands are closed below and open above; the first and the last reach to 0 and to 1.

        Raises
        ------
        InvalidRequest
            If the scale is for reading only, or the probability is none.

        Examples
        --------
        >>> [load_scale("icd203").write(p).id for p in (0.003, 0.2, 0.549, 0.99)]
        ['almost no chance', 'unlikely', 'roughly even chance', 'almost certain']
        """
        if not self.writes:
            raise InvalidRequest(
                Problem("", "this scale is for reading words only", self.id, ", ".join(_writing()))
            )
        if not 0.0 <= probability <= 1.0:
            raise InvalidRequest(Problem("", "not a probability", str(probability), "0 to 1"))
        for term in self.terms[:-1]:
            if probability < term.high:
                return term
        return self.terms[-1]

    def write_range(self, low: float, high: float) -> tuple[Term, ...]:
        """Return the words of the two ends of an interval: one, or two when it crosses bands.

        Examples
        --------
        >>> [term.id for term in load_scale("icd203").write_range(0.15, 0.5)]
        ['very unlikely', 'roughly even chance']
        """
        ends = (self.write(low), self.write(high))
        return ends[:1] if ends[0].id == ends[1].id else ends

    def _unknown(self, word: str, where: str) -> Problem:
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


def scale_fingerprint(names: tuple[str, ...]) -> str:
    """Return a digest of the tables that reading words of these scales looks at."""
    return fingerprint(*sorted(set(names)), "statements")


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
    return Term(id, spellings, tuple(percent / 100 for percent in row["percent"]), levels)


def _inside(share: float) -> float:
    return min(max(share, 0.005), 0.995)


def _from_band(low: float, high: float) -> tuple[float, float]:
    ends = logit(_inside(low)), logit(_inside(high))
    return (ends[0] + ends[1]) / 2, max(_SHARPEST, (ends[1] - ends[0]) / (2 * _NORMAL_90))


@cache
def _from_quantiles(shares: tuple[float, ...], levels: tuple[float, ...]) -> tuple[float, float]:
    """Return location and spread by damped Gauss-Newton steps on the probabilities."""
    target = np.array(shares)
    z = np.array([NormalDist().inv_cdf(level) for level in levels])
    weight = np.array([_WEIGHTS[level] for level in levels])
    start = np.array([logit(_inside(share)) for share in shares])
    location = start[levels.index(0.5)]
    log_spread = np.log(max(_SHARPEST, z @ (start - location) / (z @ z)))
    point, damping, best = np.array([location, log_spread]), 1e-3, np.inf
    candidate = point
    for _ in range(60):
        value = 1.0 / (1.0 + np.exp(-(candidate[0] + np.exp(candidate[1]) * z)))
        loss = float(weight @ (value - target) ** 2)
        if loss < best:
            point, best, damping = candidate, loss, damping / 5
            slope = value * (1.0 - value)
            jacobian = np.stack([slope, slope * np.exp(point[1]) * z], axis=1)
            curvature = jacobian.T @ (weight[:, None] * jacobian)
            gradient = jacobian.T @ (weight * (value - target))
        else:
            damping *= 5
        step = np.linalg.solve(curvature + damping * np.diag(np.diag(curvature)), gradient)
        candidate = point - step
        if np.abs(step).max() < 1e-10:
            break
    return float(point[0]), max(_SHARPEST, float(np.exp(point[1])))


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
