"""What the parts of a study's card share."""

from __future__ import annotations

from dataclasses import dataclass

from tarjih.reports.words.numbers import isolated
from tarjih.reports.words.strings import say
from tarjih.scenarios.records import Text, translate

__all__ = ["Entry", "keep", "named"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a card: its head, and lines below it."""

    head: str
    lines: tuple[str, ...] = ()


def keep(*lines: str) -> tuple[str, ...]:
    """Return the lines that say something."""
    return tuple(line for line in lines if line)


def named(label: Text, id: str, lang: str, *, typed: bool = True) -> str:
    """Name an entry, with the id beside it that people type.

    Parameters
    ----------
    typed : bool
        Whether an option takes the id; if not, only English shows it.

    Examples
    --------
    >>> named({"en": "Overt support"}, "overt_support", "en")
    'Overt support (overt_support)'
    """
    text = translate(label, lang)
    if lang != "en" and not typed:
        return text
    return say("card.named", lang, label=text, id=isolated(id, lang))
