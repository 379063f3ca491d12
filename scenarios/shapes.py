"""A small language for what an entry of a study may hold.

A *shape* does two things: `read` turns plain data into checked data and notes every problem
with its place; `describe` returns the JSON Schema of the same rule, so that the editor and the
loader cannot disagree. Written by hand because a validation library costs a third of a second
at import, a fifth of what a whole forecast may take (see ``docs/decisions``).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any, Final

from tarjih.calendar import Interval, parse_interval
from tarjih.errors import InvalidRequest
from tarjih.scenarios.book import NOTHING, Book

__all__ = [
    "ID",
    "ID_PATTERN",
    "VERSIONED",
    "Choice",
    "DateShape",
    "Number",
    "Shape",
    "TextShape",
    "Truth",
    "Words",
    "named",
]

ID_PATTERN: Final = "[a-z][a-z0-9_]{0,79}"
_LANG = re.compile("[a-z]{2,3}")
_TRUTHS: Final = {"yes": True, "no": False, "on": True, "off": False}


def named(value: object) -> str:
    """Return how a value is called in a message.

    Examples
    --------
    >>> named({"a": 1}), named([1]), named("x" * 99)[-4:], named(True)
    ('a mapping', 'a list', 'xxx…', 'true')
    """
    if value is None:
        return NOTHING
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return text if len(text) <= 60 else text[:59] + "…"


class Shape:
    """What a value may be. A failed `read` notes a problem and returns None."""

    def read(self, value: Any, path: str, book: Book) -> Any:
        raise NotImplementedError

    def describe(self) -> dict[str, Any]:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Words(Shape):
    """A text in one language: an id, a name, a citation."""

    pattern: str | None = None
    what: str = "text"
    allowed: str | None = None
    empty: bool = False

    def read(self, value: Any, path: str, book: Book) -> str | None:
        if not isinstance(value, str):
            scalar = isinstance(value, (bool, int, float))
            book.add(
                path,
                f"{self.what} expected",
                got=named(value),
                allowed=self.allowed,
                mend=f"if it is meant as text, put it in quotes: '{named(value)}'"
                if scalar
                else None,
            )
            return None
        if not value and not self.empty:
            book.add(path, f"{self.what} expected", got="", mend="write something, or remove it")
            return None
        if self.pattern is not None and re.fullmatch(self.pattern, value) is None:
            book.add(path, f"{self.what} expected", got=named(value), allowed=self.allowed)
            return None
        return value

    def describe(self) -> dict[str, Any]:
        rule: dict[str, Any] = {"type": "string"}
        if self.pattern is not None:
            rule["pattern"] = f"^(?:{self.pattern})$"
        elif not self.empty:
            rule["minLength"] = 1
        return rule


@dataclass(frozen=True, slots=True)
class Choice(Shape):
    """One word of a list."""

    words: tuple[str, ...]

    def read(self, value: Any, path: str, book: Book) -> str | None:
        if value in self.words and isinstance(value, str):
            return value
        book.add(path, "unknown word", got=named(value), allowed=self.words)
        return None

    def describe(self) -> dict[str, Any]:
        return {"enum": list(self.words)}


@dataclass(frozen=True, slots=True)
class Number(Shape):
    """A number between two bounds; an ``open`` bound is itself excluded."""

    low: float = -math.inf
    high: float = math.inf
    open_low: bool = False
    open_high: bool = False
    whole: bool = False
    mend: str | None = None

    @property
    def allowed(self) -> str:
        """The rule in words."""
        parts = ["a whole number" if self.whole else "a number"]
        if self.low > -math.inf:
            parts.append(f"{'more than' if self.open_low else 'at least'} {self.low:g}")
        if self.high < math.inf:
            parts.append(f"{'less than' if self.open_high else 'at most'} {self.high:g}")
        return parts[0] + (" " + " and ".join(parts[1:]) if parts[1:] else "")

    def read(self, value: Any, path: str, book: Book) -> float | int | None:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            book.add(path, "a number expected", got=named(value), allowed=self.allowed)
            return None
        if self.whole and not isinstance(value, int):
            book.add(path, "a whole number expected", got=named(value), allowed=self.allowed)
            return None
        below = value <= self.low if self.open_low else value < self.low
        above = value >= self.high if self.open_high else value > self.high
        if below or above or not math.isfinite(value):
            book.add(
                path, "number out of range", got=named(value), allowed=self.allowed, mend=self.mend
            )
            return None
        return value if self.whole else float(value)

    def describe(self) -> dict[str, Any]:
        rule: dict[str, Any] = {"type": "integer" if self.whole else "number"}
        if self.low > -math.inf:
            rule["exclusiveMinimum" if self.open_low else "minimum"] = self.low
        if self.high < math.inf:
            rule["exclusiveMaximum" if self.open_high else "maximum"] = self.high
        return rule


@dataclass(frozen=True, slots=True)
class Truth(Shape):
    """Yes or no."""

    def read(self, value: Any, path: str, book: Book) -> bool | None:
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in _TRUTHS:
            return _TRUTHS[value.lower()]
        book.add(path, "yes or no expected", got=named(value), allowed="true, false, yes, no")
        return None

    def describe(self) -> dict[str, Any]:
        return {"enum": [True, False, "yes", "no"]}


@dataclass(frozen=True, slots=True)
class DateShape(Shape):
    """A date of any precision, or an interval; read as a closed `Interval` of days."""

    def read(self, value: Any, path: str, book: Book) -> Interval | None:
        if isinstance(value, bool) or not isinstance(value, (str, int)):
            book.add(
                path,
                "a date expected",
                got=named(value),
                allowed="YYYY-MM-DD, YYYY-MM, YYYY, or start/end",
            )
            return None
        try:
            return parse_interval(str(value), book.where(path))
        except InvalidRequest as error:
            book.problems.extend(error.problems)
            return None

    def describe(self) -> dict[str, Any]:
        date = r"\d{4}(-\d{2}(-\d{2})?)?"
        return {
            "anyOf": [
                {"type": "string", "pattern": f"^{date}(/{date})?$"},
                {"type": "integer", "minimum": 1900, "maximum": 9999},
            ]
        }


@dataclass(frozen=True, slots=True)
class TextShape(Shape):
    """Text in one or several languages; a plain string is in the study's language.

    Read as a mapping of language to text; the plain string has the key ``""`` until the
    study's language is known.
    """

    def read(self, value: Any, path: str, book: Book) -> dict[str, str] | None:
        if isinstance(value, str):
            if value.strip():
                return {"": value}
            book.add(path, "text expected", got="", mend="write something, or remove it")
            return None
        if not isinstance(value, dict):
            scalar = isinstance(value, (bool, int, float))
            book.add(
                path,
                "text expected",
                got=named(value),
                allowed="a text, or a mapping of languages: {en: …, ar: …}",
                mend=f"put it in quotes: '{named(value)}'" if scalar else None,
            )
            return None
        before = book.count
        if not value:
            book.add(path, "text expected", got="{}", mend="write something, or remove it")
        for lang, text in value.items():
            here = f"{path}.{lang}"
            if _LANG.fullmatch(lang) is None:
                book.add(
                    here,
                    "unknown language",
                    got=lang,
                    allowed="two or three small letters, such as en or ar",
                )
            elif not isinstance(text, str) or not text.strip():
                book.add(
                    here,
                    "text expected",
                    got=named(text),
                    mend=f"put it in quotes: '{named(text)}'"
                    if isinstance(text, (bool, int, float))
                    else None,
                )
        return dict(value) if book.count == before else None

    def describe(self) -> dict[str, Any]:
        text = {"type": "string", "minLength": 1}
        return {
            "anyOf": [
                text,
                {
                    "type": "object",
                    "minProperties": 1,
                    "additionalProperties": False,
                    "patternProperties": {f"^{_LANG.pattern}$": text},
                },
            ]
        }


ID: Final = Words(
    ID_PATTERN, "an id", "small letters, digits and underscores, beginning with a letter"
)
# Of an item that was amended: n7, n7~2, n7~3.
VERSIONED: Final = Words(
    ID_PATTERN + "(?:~[1-9][0-9]{0,5})?",
    ID.what,
    f"{ID.allowed}; a later version ends in ~ and a number",
)
