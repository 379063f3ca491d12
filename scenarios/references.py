"""Following ids from one entry to another."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from tarjih.scenarios.book import Book
from tarjih.scenarios.records import Text

__all__ = ["References"]

_WORD: Final = re.compile(r"[a-z][a-z0-9_]*")
_SINGULAR: Final = {
    "scenarios": "scenario",
    "drivers": "driver",
    "conjunctions": "conjunction",
    "links": "link",
    "indicators": "indicator",
    "sources": "source",
    "analysts": "analyst",
    "judgements": "judgement",
    "items": "item",
    "questions": "question",
}


class References:
    """The ids of a study, and what to say of one that is not there.

    Parameters
    ----------
    book : Book
        Where problems are noted.
    language : str
        Language of plain strings.
    sections : mapping of section to (id to entry)
        None stands for an entry that is wrong in itself: its id is known, and nothing more is
        said about what refers to it.
    """

    def __init__(
        self,
        book: Book,
        language: str,
        sections: Mapping[str, Mapping[str, Mapping[str, Any] | None]],
    ) -> None:
        self.book = book
        self.language = language
        self.sections = sections

    def good(self, section: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield the entries that are right in themselves."""
        for id, entry in self.sections[section].items():
            if entry is not None:
                yield id, entry

    def text(self, written: Text | None) -> Text:
        """Return a text with its language; an absent one is an empty mapping."""
        if written is None:
            return {}
        return {self.language: written[""]} if "" in written else written

    def check(self, section: str, id: str, path: str) -> bool:
        """Tell whether there is such an entry, and note it if not."""
        known = self.sections[section]
        if id in known:
            return True
        self.book.add(path, f"unknown {_SINGULAR[section]}", got=id, allowed=tuple(known))
        return False

    def keys(self, section: str, written: Mapping[str, Any], path: str) -> dict[str, Any]:
        """Return what has a known id for its key."""
        return {
            id: value for id, value in written.items() if self.check(section, id, f"{path}.{id}")
        }

    def level_ids(self, driver: str) -> tuple[str, ...] | None:
        """Return the ids of a driver's levels; None if they are not known."""
        entry = self.sections["drivers"].get(driver)
        return None if entry is None else tuple(entry["levels"])

    def level(self, driver: str, level: str, path: str) -> int:
        """Return the index of a level; of an unknown one note it and return 0."""
        ids = self.level_ids(driver)
        if ids is None:
            return 0
        if level not in ids:
            self.book.add(path, f"unknown level of driver {driver!r}", got=level, allowed=ids)
            return 0
        return ids.index(level)

    def held(self, written: Mapping[str, str], path: str) -> dict[str, int]:
        """Return the index of each driver's level."""
        return {
            driver: self.level(driver, level, f"{path}.{driver}")
            for driver, level in written.items()
            if self.check("drivers", driver, f"{path}.{driver}")
        }

    @staticmethod
    def id_words(text: str) -> list[str]:
        """Return the words of a text that could be ids.

        Examples
        --------
        >>> References.id_words("If us_withdrawal is full")
        ['us_withdrawal', 'is', 'full']
        """
        return re.findall(r"(?<![\w])" + _WORD.pattern + r"(?![\w])", text)
