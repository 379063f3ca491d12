"""The project's assumptions, with a study's own values in place of the defaults.

What no source settles is an assumption of this project: it stands in one table, is shown
with every forecast, and a study may say otherwise under ``assumptions:``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any, Literal

from tarjih.errors import InvalidStudy, Problem, nearest
from tarjih.priors.table_files import table
from tarjih.scenarios.records import Study

__all__ = ["Assumptions", "Grade", "assumptions_of"]

Trusting = Literal["fixed", "learned"]


@dataclass(frozen=True, slots=True)
class Grade:
    """Reliability that an Admiralty letter or digit stands for.

    Attributes
    ----------
    mean, spread : float
        Mean and standard deviation of the probability that the report tracks the truth.
    """

    mean: float
    spread: float


@dataclass(frozen=True, slots=True)
class Assumptions:
    """Whatever the project assumes; tables/defaults.yaml and trust.yaml say what each means.

    Attributes
    ----------
    trust : {"fixed", "learned"}
        Whether what a teller tells changes how far it is trusted.
    trust_spread : float
        With ``learned``: standard deviation, in logits, of a teller's reliability around its
        grade.
    letters : mapping of "A".."F" to Grade
    digits : mapping of 1..6 to Grade
    weights : mapping of weight word to (low, high)
        Likelihood ratios against a neutral scenario, for all seven words; ``against`` words
        are below 1, ``neutral`` is (1, 1).
    effects : mapping of effect word to float
        Half-normal scale on the utility (``unclear``: a normal one; ``no effect``: 0). A study's
        own ``raises`` or ``for`` word mirrors itself in its opposite, unless that is stated too.
    """

    cluster_correlation: float
    statement_discount: float
    level_spread: float
    utility_spread: float
    review_spread: float
    rate_spread: float
    stated_level: float
    bias_spread: float
    noise_floor: float
    noise_spread: float
    rank_spread: float
    number_spread: float
    possible_bound: float
    possible_spread: float
    arabic_spread: float
    ratio_factor: float
    trust: Trusting
    trust_spread: float
    letters: Mapping[str, Grade]
    digits: Mapping[int, Grade]
    weights: Mapping[str, tuple[float, float]]
    effects: Mapping[str, float]


_SHARES = {"cluster_correlation", "statement_discount"}
_CHANCES = {"stated_level", "possible_bound"}
_CHOICES = {"trust": ("fixed", "learned")}
_TABLES = ("letters", "digits", "weights", "effects")
_STATED = tuple(f.name for f in fields(Assumptions) if f.name not in _TABLES)
_SCALARS = tuple(name for name in _STATED if name not in _CHOICES)


class _Reader:
    """Collects the problems of one study, to raise them all at once."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.problems: list[Problem] = []

    def refuse(self, path: str, what: str, got: Any, allowed: str, mend: str | None = None) -> None:
        self.problems.append(
            Problem(self.study.where(f"assumptions.{path}"), what, str(got), allowed, mend)
        )

    def within(self, path: str, got: Any, allowed: str, low: float, high: float) -> float:
        if isinstance(got, int | float) and not isinstance(got, bool):
            value = float(got)
            if low <= value <= high:
                return value
        self.refuse(path, "not a value this assumption can have", got, allowed)
        return math.nan

    def share(self, path: str, got: Any) -> float:
        return self.within(path, got, "a number between 0 and 1", 0.0, 1.0)

    def chance(self, path: str, got: Any) -> float:
        return self.within(path, got, "a number between 0.001 and 0.999", 0.001, 0.999)

    def spread(self, path: str, got: Any) -> float:
        return self.within(path, got, "a number from 0.001 to 100", 0.001, 100.0)

    def choice(self, path: str, got: Any) -> Any:
        words = _CHOICES[path]
        if got not in words:
            self.refuse(path, "unknown word", got, ", ".join(words), nearest(str(got), words))
        return got

    def entries(self, name: str, known: Mapping[Any, Any]) -> dict[Any, Any]:
        """Return a study's own entries of a table, without those that are unknown."""
        own = self.study.assumptions.get(name, {})
        if not isinstance(own, Mapping):
            self.refuse(name, "not a mapping", own, ", ".join(map(str, known)))
            return {}
        # A digit may come as text, since keys of JSON are text.
        by_text = {str(key): key for key in known}
        found = {}
        for key, value in own.items():
            if str(key) in by_text:
                found[by_text[str(key)]] = value
            else:
                mend = nearest(str(key), list(by_text))
                self.refuse(f"{name}.{key}", "unknown key", key, ", ".join(by_text), mend)
        return found

    def grades(self, name: str) -> Mapping[Any, Grade]:
        rows = table("grades")[name]
        result = {key: Grade(row["mean"], row["spread"]) for key, row in rows.items()}
        for key, got in self.entries(name, result).items():
            result[key] = Grade(self.share(f"{name}.{key}", got), result[key].spread)
        return MappingProxyType(result)

    def weights(self) -> Mapping[str, tuple[float, float]]:
        ranges = {word: (low, high) for word, (low, high) in table("weights")["ranges"].items()}
        words = [*ranges, *map(_opposite, ranges)]
        own: dict[str, tuple[float, float]] = {}
        for word, got in self.entries("weights", dict.fromkeys(words)).items():
            bounds = (1.0, 1e6) if "for" in word else (1e-6, 1.0)
            allowed = "[low, high], ratios with " + (
                "1 <= low <= high" if "for" in word else "0 < low <= high <= 1"
            )
            if not isinstance(got, list | tuple) or len(got) != 2:
                self.refuse(f"weights.{word}", "not a range", got, allowed)
                continue
            low, high = (self.within(f"weights.{word}", v, allowed, *bounds) for v in got)
            if low > high:
                self.refuse(f"weights.{word}", "the range is upside down", got, allowed)
            own[word] = (low, high)
        ranges.update({word: pair for word, pair in own.items() if word in ranges})
        against = {_opposite(word): (1 / high, 1 / low) for word, (low, high) in ranges.items()}
        return MappingProxyType({**ranges, "neutral": (1.0, 1.0), **against, **own})

    def effects(self) -> Mapping[str, float]:
        scales = dict(table("effects")["scales"])
        words = dict.fromkeys([*scales, *map(_opposite, scales)])
        own = {
            word: self.within(f"effects.{word}", got, "a number from 0 to 100", 0.0, 100.0)
            for word, got in self.entries("effects", words).items()
        }
        scales.update({word: scale for word, scale in own.items() if word in scales})
        mirrored = {_opposite(word): scale for word, scale in scales.items()}
        return MappingProxyType({**mirrored, **scales, **own, "no effect": 0.0})


def _opposite(word: str) -> str:
    """Return the word for the same strength the other way."""
    return word.replace("for", "against").replace("raises", "lowers")


def assumptions_of(study: Study) -> Assumptions:
    """Return the default assumptions with the study's own values put in.

    Raises
    ------
    InvalidStudy
        For an unknown key or a value out of its range, all of them at once.
    """
    reader = _Reader(study)
    values: dict[str, Any] = {**table("defaults")["values"], **table("trust")["values"]}
    for key, got in study.assumptions.items():
        if key in _STATED:
            values[key] = got
        elif key not in _TABLES:
            known = (*_STATED, *_TABLES)
            reader.refuse(key, "unknown assumption", key, ", ".join(known), nearest(key, known))
    scalars: dict[str, Any] = {
        key: (
            reader.share if key in _SHARES else reader.chance if key in _CHANCES else reader.spread
        )(key, values[key])
        for key in _SCALARS
    }
    result = Assumptions(
        **scalars,
        **{key: reader.choice(key, values[key]) for key in _CHOICES},
        letters=reader.grades("letters"),
        digits=reader.grades("digits"),
        weights=reader.weights(),
        effects=reader.effects(),
    )
    if reader.problems:
        raise InvalidStudy(reader.problems)
    return result
