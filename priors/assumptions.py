"""The project's assumptions, with a study's own values in place of the defaults.

What no source settles is an assumption of this project: it stands in one table, is shown
with every forecast, and a study may say otherwise under ``assumptions:``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Any

from tarjih.errors import InvalidStudy, Problem, nearest
from tarjih.priors.table_files import table
from tarjih.scenarios.records import Study

__all__ = ["Assumptions", "Grade", "assumptions_of"]


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
    """Every number that the project assumes; tables/defaults.yaml says what each means.

    Attributes
    ----------
    letters : mapping of "A".."F" to Grade
    digits : mapping of 1..6 to Grade
    weights : mapping of weight word to (low, high)
        Likelihood ratios against a neutral scenario, for all seven words; ``against`` words
        are below 1, ``neutral`` is (1, 1).
    effects : mapping of effect word to float
        Half-normal scale on the utility (``unclear``: a normal one; ``no effect``: 0).
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
    letters: Mapping[str, Grade]
    digits: Mapping[int, Grade]
    weights: Mapping[str, tuple[float, float]]
    effects: Mapping[str, float]


_SHARES = {"cluster_correlation", "statement_discount", "stated_level", "possible_bound"}
_TABLES = ("letters", "digits", "weights", "effects")
_SCALARS = tuple(f.name for f in fields(Assumptions) if f.name not in _TABLES)


class _Reader:
    """Collects the problems of one study, to raise them all at once."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.problems: list[Problem] = []

    def refuse(self, path: str, what: str, got: Any, allowed: str, mend: str | None = None) -> None:
        self.problems.append(
            Problem(self.study.where(f"assumptions.{path}"), what, str(got), allowed, mend)
        )

    def number(self, path: str, got: Any, allowed: str, fits: Callable[[float], bool]) -> float:
        if isinstance(got, int | float) and not isinstance(got, bool):
            value = float(got)
            if math.isfinite(value) and fits(value):
                return value
        self.refuse(path, "not a value this assumption can have", got, allowed)
        return math.nan

    def share(self, path: str, got: Any) -> float:
        return self.number(path, got, "a number between 0 and 1", lambda v: 0 <= v <= 1)

    def spread(self, path: str, got: Any) -> float:
        return self.number(path, got, "a number above 0, at most 100", lambda v: 0 < v <= 100)

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
        for word, got in self.entries("weights", ranges).items():
            path, allowed = f"weights.{word}", "[low, high], ratios with 1 <= low <= high"
            if not isinstance(got, list | tuple) or len(got) != 2:
                self.refuse(path, "not a range", got, allowed)
                continue
            low, high = (self.number(path, v, allowed, lambda v: 1 <= v <= 1e6) for v in got)
            if low > high:
                self.refuse(path, "the range is upside down", got, allowed)
            ranges[word] = (low, high)
        against = {
            word.replace("for", "against"): (1 / high, 1 / low)
            for word, (low, high) in ranges.items()
        }
        return MappingProxyType({**ranges, "neutral": (1.0, 1.0), **against})

    def effects(self) -> Mapping[str, float]:
        scales = dict(table("effects")["scales"])
        for word, got in self.entries("effects", scales).items():
            scales[word] = self.spread(f"effects.{word}", got)
        mirrored = {
            word.replace("raises", "lowers"): scale
            for word, scale in scales.items()
            if "raises" in word
        }
        return MappingProxyType({**scales, **mirrored, "no effect": 0.0})


def assumptions_of(study: Study) -> Assumptions:
    """Return the default assumptions with the study's own values put in.

    Raises
    ------
    InvalidStudy
        For an unknown key or a value out of its range, all of them at once.
    """
    reader = _Reader(study)
    values: dict[str, Any] = dict(table("defaults")["values"])
    for key, got in study.assumptions.items():
        if key in _SCALARS:
            values[key] = got
        elif key not in _TABLES:
            known = (*_SCALARS, *_TABLES)
            reader.refuse(key, "unknown assumption", key, ", ".join(known), nearest(key, known))
    scalars = {
        key: (reader.share if key in _SHARES else reader.spread)(key, values[key])
        for key in _SCALARS
    }
    result = Assumptions(
        **scalars,
        letters=reader.grades("letters"),
        digits=reader.grades("digits"),
        weights=reader.weights(),
        effects=reader.effects(),
    )
    if reader.problems:
        raise InvalidStudy(reader.problems)
    return result
