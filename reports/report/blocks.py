"""What a report is made of, before it has a format: headings, paragraphs, tables, figures.

Text is plain: whatever came from outside stands in it as it came, and each writer escapes it by
the rules of its own format. So all formats, and both languages, tell the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "Block",
    "Bullets",
    "Facts",
    "Heading",
    "Manuscript",
    "PageBreak",
    "Paragraph",
    "Picture",
    "Role",
    "Run",
    "Runs",
    "Table",
    "plain_text",
    "safe_address",
]

Role = Literal["plain", "lead", "note", "warning", "sign"]
_SCHEMES = ("http", "https")


@dataclass(frozen=True, slots=True)
class Run:
    """Some words of a paragraph.

    Attributes
    ----------
    text : str
    strong : bool
    address : str
        Where a link leads; empty for none. See `safe_address`.
    code : bool
        To be typed as it stands: an id, a command, a digest; always from left to right.
    """

    text: str
    strong: bool = False
    address: str = ""
    code: bool = False


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; level 1 is the title, of which there is one."""

    text: str
    level: int
    anchor: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Words, and what part they play."""

    runs: Runs
    role: Role = "plain"


@dataclass(frozen=True, slots=True)
class Bullets:
    """Several short points."""

    points: tuple[Runs, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and what they stand for."""

    rows: tuple[tuple[str, Runs], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; the first column names its rows.

    Attributes
    ----------
    caption : str
    heads : tuple of str
    rows : tuple of tuple of Runs
    numbers : tuple of bool
        Which columns hold numbers.
    colours : tuple of str
        A colour beside the name of each row; empty for none.
    """

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[Runs, ...], ...]
    numbers: tuple[bool, ...]
    colours: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Picture:
    """A chart.

    Attributes
    ----------
    name : str
        Its kind, such as ``timeline``; unique in a report.
    caption : str
    finding : str
        What is to be seen in it, for those who do not see it.
    draw : callable
        Makes the figure; called once for each report written.
    """

    name: str
    caption: str
    finding: str
    draw: Callable[[], Figure] = field(compare=False)


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page."""


Block = Heading | Paragraph | Bullets | Facts | Table | Picture | PageBreak


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A whole report in one language.

    Attributes
    ----------
    title, author, subject : str
        For the properties of a file.
    lang : {"en", "ar"}
    dated : str
        ISO date that the report speaks of.
    blocks : tuple of Block
    """

    title: str
    author: str
    subject: str
    lang: str
    dated: str
    blocks: tuple[Block, ...]


def plain_text(runs: Runs) -> str:
    """Return the words alone."""
    return "".join(run.text for run in runs)


def safe_address(text: str) -> str:
    """Return an address that may become a link: of the web, whole, and nothing hidden in it.

    Examples
    --------
    >>> safe_address("https://example.org/a?b=1"), safe_address("javascript:alert(1)")
    ('https://example.org/a?b=1', '')
    """
    if any(letter.isspace() or ord(letter) < 32 for letter in text):
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme.lower() in _SCHEMES and parts.hostname else ""
