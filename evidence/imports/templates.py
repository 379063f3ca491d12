"""Texts with ``{column}`` in them: the only thing that a mapping computes.

Nothing is evaluated. What stands between braces is the name of a column and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from tarjih.scenarios.book import Book
from tarjih.scenarios.shapes import Shape, named

__all__ = ["Template", "TemplateShape", "cell_text"]

_FIELD: Final = re.compile(r"\{([^{}]*)\}")
_NAME: Final = re.compile(r"[^{}!:\[\]|]{1,100}")


@dataclass(frozen=True, slots=True)
class Template:
    """A text with columns in it.

    Attributes
    ----------
    parts : tuple of str
        By turns a text and the name of a column, in small letters; texts first and last.

    Examples
    --------
    >>> Template.read("{actor1} in {location}").fill({"actor1": "Police", "location": "Homs"})
    'Police in Homs'
    """

    parts: tuple[str, ...]

    @classmethod
    def read(cls, text: str) -> Template:
        """Read one that is known to be right."""
        parts = _FIELD.split(text)
        return cls(
            tuple(part.strip().casefold() if n % 2 else part for n, part in enumerate(parts))
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it names."""
        return self.parts[1::2]

    def fill(self, cells: Mapping[str, Any]) -> str:
        """Return the text with the cells of a row in it."""
        parts = self.parts
        if len(parts) == 1:
            return parts[0]
        return "".join(
            cell_text(cells.get(part, "")) if n % 2 else part for n, part in enumerate(parts)
        )


class TemplateShape(Shape):
    """A text with ``{column}`` fields."""

    def read(self, value: Any, path: str, book: Book) -> Template | None:
        if isinstance(value, bool | int | float):
            book.add(
                path,
                "text expected",
                got=named(value),
                mend=f"if it is meant as text, put it in quotes: '{named(value)}'",
            )
            return None
        if not isinstance(value, str) or not value.strip():
            book.add(path, "text expected", got=named(value) or "")
            return None
        wrong = [name for name in _FIELD.findall(value) if not _NAME.fullmatch(name.strip())]
        if wrong or re.search("[{}]", _FIELD.sub("", value)):
            book.add(
                path,
                "only names of columns stand between braces",
                got=named(value),
                allowed="text, and {column}",
                mend="quote a text that begins with a brace",
            )
            return None
        return Template.read(value)

    def describe(self) -> dict[str, Any]:
        return {"type": "string", "minLength": 1}


def cell_text(cell: Any) -> str:
    """Return a cell as text; of JSON a number, a truth value or nothing may stand there.

    Examples
    --------
    >>> cell_text(" a "), cell_text(3), cell_text(None), cell_text(True)
    ('a', '3', '', 'true')
    """
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return str(cell)
