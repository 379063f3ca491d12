"""What a row has to say for a rule to take it.

A condition is a text (the cell says that), a list (one of them), or a mapping of tests that all
hold. Capital and small letters are the same. Where several columns are named, as in
``actor1|actor2``, one of them has to fulfil it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, Final

from tarjih.evidence.imports.templates import cell_text
from tarjih.scenarios.book import Book
from tarjih.scenarios.containers import Either, Field, ListOf, Record
from tarjih.scenarios.shapes import Number, Shape, Truth, Words

__all__ = ["CONDITION", "Test", "columns_named", "compiled", "folded"]

Test = Callable[[Mapping[str, Any]], bool]

_WORDS: Final = Words(what="a text")
_ONE_OR_MORE: Final = Either(ListOf(_WORDS, 1), (list,), _WORDS)


class _Condition(Shape):
    """A text, a list of texts, or a mapping of tests."""

    def read(self, value: Any, path: str, book: Book) -> Any:
        return (_TESTS if isinstance(value, dict) else _ONE_OR_MORE).read(value, path, book)

    def describe(self) -> dict[str, Any]:
        return {"anyOf": [_ONE_OR_MORE.describe(), {"type": "object"}]}


CONDITION: Final = _Condition()
_TESTS: Final = Record(
    "condition",
    "Tests that all hold.",
    {
        "is": Field(_ONE_OR_MORE, "The whole cell, or one of several"),
        "contains": Field(_ONE_OR_MORE, "Part of the cell"),
        "begins": Field(_ONE_OR_MORE, "How the cell begins"),
        "not": Field(CONDITION, "What must not hold"),
        "at_least": Field(Number(), "A number, this or more"),
        "at_most": Field(Number(), "A number, this or less"),
        "empty": Field(Truth(), "Whether nothing stands there"),
    },
)


def folded(text: str) -> str:
    """Return a text by which two are compared: without regard to capitals and spaces around.

    Examples
    --------
    >>> folded(" Hmeimim ") == folded("HMEIMIM")
    True
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return text.strip().casefold()


def columns_named(key: str) -> tuple[str, ...]:
    """Return the columns that a condition is about.

    Examples
    --------
    >>> columns_named("Actor1 | actor2")
    ('actor1', 'actor2')
    """
    return tuple(part.strip().casefold() for part in key.split("|"))


def compiled(when: Mapping[str, Any]) -> Test:
    """Return the test of a row that some conditions make, all of which have to hold.

    Parameters
    ----------
    when : mapping of columns to condition
        As `CONDITION` read them.

    Examples
    --------
    >>> test = compiled({"actor1|actor2": {"contains": "Russia"}, "country": ["Syria", "Libya"]})
    >>> test({"actor1": "", "actor2": "Military Forces of Russia", "country": "SYRIA"})
    True
    """
    pairs = tuple((columns_named(key), _holds(one)) for key, one in when.items())

    def holds(cells: Mapping[str, Any]) -> bool:
        for columns, test in pairs:
            for column in columns:
                if test(folded(cell_text(cells.get(column, "")))):
                    break
            else:
                return False
        return True

    return holds


def _holds(condition: Any) -> Callable[[str], bool]:
    if isinstance(condition, str):
        wanted = folded(condition)
        return lambda cell: cell == wanted
    if isinstance(condition, list):
        several = frozenset(folded(one) for one in condition)
        return lambda cell: cell in several
    tests = [_KINDS[kind](given) for kind, given in condition.items() if given is not None]
    return lambda cell: all(test(cell) for test in tests)


def _several(given: Any) -> tuple[str, ...]:
    return tuple(folded(one) for one in ([given] if isinstance(given, str) else given))


def _contains(given: Any) -> Callable[[str], bool]:
    parts = _several(given)
    return lambda cell: any(part in cell for part in parts)


def _begins(given: Any) -> Callable[[str], bool]:
    parts = _several(given)
    return lambda cell: cell.startswith(parts)


def _not(given: Any) -> Callable[[str], bool]:
    test = _holds(given)
    return lambda cell: not test(cell)


def _at_least(given: float) -> Callable[[str], bool]:
    return lambda cell: (value := _number(cell)) is not None and value >= given


def _at_most(given: float) -> Callable[[str], bool]:
    return lambda cell: (value := _number(cell)) is not None and value <= given


def _empty(given: bool) -> Callable[[str], bool]:
    return lambda cell: (not cell) is given


_KINDS: Final[Mapping[str, Callable[[Any], Callable[[str], bool]]]] = {
    "is": _holds,
    "contains": _contains,
    "begins": _begins,
    "not": _not,
    "at_least": _at_least,
    "at_most": _at_most,
    "empty": _empty,
}


def _number(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None
