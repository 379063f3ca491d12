"""Shapes made of shapes: lists, mappings, records with named keys, alternatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tarjih.scenarios.book import Book
from tarjih.scenarios.shapes import ID, Shape, Words, named

__all__ = ["Either", "Field", "ListOf", "MapOf", "MapOfShares", "Record", "good_key"]

# Words people try for a key that is not spelt like it.
_MEANT = {
    "analyst": "by",
    "author": "by",
    "probability": "says",
    "word": "says",
    "name": "label",
    "title": "label",
    "url": "cites",
    "date": "known",
}


@dataclass(frozen=True, slots=True)
class ListOf(Shape):
    """A list of so many values of one shape."""

    shape: Shape
    least: int = 0
    most: int | None = None

    def read(self, value: Any, path: str, book: Book) -> list[Any] | None:
        if not isinstance(value, list):
            book.add(
                path,
                "a list expected",
                got=named(value),
                mend=f"write [{value}]" if isinstance(value, str) else None,
            )
            return None
        before = book.count
        _count(value, self.least, self.most, "values", path, book)
        result = [self.shape.read(one, f"{path}.{i}", book) for i, one in enumerate(value)]
        return result if book.count == before else None

    def describe(self) -> dict[str, Any]:
        rule: dict[str, Any] = {"type": "array", "items": self.shape.describe()}
        if self.least:
            rule["minItems"] = self.least
        if self.most is not None:
            rule["maxItems"] = self.most
        return rule


@dataclass(frozen=True, slots=True)
class MapOf(Shape):
    """A mapping of ids (or of the words of ``keys``) to values of one shape."""

    shape: Shape
    keys: tuple[str, ...] | None = None
    least: int = 0
    most: int | None = None
    ids: Words = ID

    def read(self, value: Any, path: str, book: Book) -> dict[str, Any] | None:
        if not isinstance(value, dict):
            book.add(path, "a mapping expected", got=named(value), allowed="key: value lines")
            return None
        before = book.count
        _count(value, self.least, self.most, "entries", path, book)
        result = {
            key: self.shape.read(one, f"{path}.{key}", book)
            for key, one in value.items()
            if good_key(key, f"{path}.{key}", book, self.keys, self.ids)
        }
        return result if book.count == before else None

    def describe(self) -> dict[str, Any]:
        inner = self.shape.describe()
        rule: dict[str, Any] = {"type": "object", "additionalProperties": False}
        if self.keys is not None:
            rule["properties"] = dict.fromkeys(self.keys, inner)
        else:
            rule["patternProperties"] = {f"^{self.ids.pattern}$": inner}
        if self.least:
            rule["minProperties"] = self.least
        if self.most is not None:
            rule["maxProperties"] = self.most
        return rule


@dataclass(frozen=True, slots=True)
class MapOfShares(Shape):
    """A mapping of shares, each between 0 and 1, to values of one shape; keys become numbers."""

    shape: Shape
    least: int = 0

    def read(self, value: Any, path: str, book: Book) -> dict[float, Any] | None:
        if not isinstance(value, dict):
            book.add(path, "a mapping expected", got=named(value), allowed="0.05: value lines")
            return None
        before = book.count
        _count(value, self.least, None, "entries", path, book)
        result = {}
        for key, one in value.items():
            try:
                share = float(key)
            except ValueError:
                share = 0.0
            if not 0.0 < share < 1.0:
                allowed = "a number more than 0 and less than 1"
                book.add(path, "unknown key", got=key, allowed=allowed)
            result[share] = self.shape.read(one, f"{path}.{key}", book)
        return result if book.count == before else None

    def describe(self) -> dict[str, Any]:
        return {
            "type": "object",
            "additionalProperties": False,
            "patternProperties": {r"^0?\.[0-9]*[1-9][0-9]*$": self.shape.describe()},
            "minProperties": self.least,
        }


@dataclass(frozen=True, slots=True)
class Either(Shape):
    """One shape for mappings or numbers (``first``), another for all else."""

    first: Shape
    types: tuple[type, ...]
    second: Shape

    def read(self, value: Any, path: str, book: Book) -> Any:
        shape = self.first if isinstance(value, self.types) else self.second
        return shape.read(value, path, book)

    def describe(self) -> dict[str, Any]:
        return {"anyOf": [self.first.describe(), self.second.describe()]}


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a `Record`: its shape, what it means, and what stands for it if absent."""

    shape: Shape
    about: str
    default: Any = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class Record(Shape):
    """A mapping with named keys; unknown ones are refused."""

    name: str
    about: str
    fields: Mapping[str, Field]

    def read(self, value: Any, path: str, book: Book) -> dict[str, Any] | None:
        if not isinstance(value, dict):
            book.add(
                path,
                f"a mapping expected ({self.name})",
                got=named(value),
                allowed=", ".join(self.fields),
            )
            return None
        before = book.count
        result: dict[str, Any] = {}
        prefix = f"{path}." if path else ""
        for key, one in value.items():
            field = self.fields.get(key)
            if field is None:
                meant = _MEANT.get(key)
                book.add(
                    prefix + key,
                    f"unknown key in {self.name}",
                    got=key,
                    allowed=tuple(self.fields),
                    mend=f"did you mean '{meant}'?" if meant in self.fields else None,
                )
            else:
                result[key] = field.shape.read(one, prefix + key, book)
        for key, field in self.fields.items():
            if key in result:
                continue
            if field.required:
                book.add(path, f"required key {key!r} is missing", mend=f"add it: {field.about}")
            result[key] = field.default
        return result if book.count == before else None

    def describe(self) -> dict[str, Any]:
        rule: dict[str, Any] = {
            "type": "object",
            "title": self.name,
            "description": self.about,
            "additionalProperties": False,
            "properties": {
                key: {"description": field.about, **_with_default(field)}
                for key, field in self.fields.items()
            },
        }
        required = [key for key, field in self.fields.items() if field.required]
        if required:
            rule["required"] = required
        return rule


def good_key(
    key: str, path: str, book: Book, keys: tuple[str, ...] | None = None, ids: Words = ID
) -> bool:
    """Tell whether a key is an id, or one of ``keys``, and note it if not."""
    if keys is None:
        return ids.read(key, path, book) is not None
    if key not in keys:
        book.add(path, "unknown key", got=key, allowed=keys)
    return key in keys


def _with_default(field: Field) -> dict[str, Any]:
    rule = field.shape.describe()
    if field.default is not None and not isinstance(field.default, (list, dict, tuple)):
        rule["default"] = field.default
    return rule


def _count(
    value: Sequence[Any] | Mapping[str, Any],
    least: int,
    most: int | None,
    what: str,
    path: str,
    book: Book,
) -> None:
    if len(value) < least or (most is not None and len(value) > most):
        if most is None:
            allowed = f"at least {least} {what}"
        elif least == most:
            allowed = f"exactly {least}"
        else:
            allowed = f"{least} to {most} {what}"
        book.add(path, f"wrong number of {what}", got=str(len(value)), allowed=allowed)
