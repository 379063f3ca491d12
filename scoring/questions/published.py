"""What was published of a question, as records: frozen chances, and how it came out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tarjih.scoring.questions.asking import Kind
from tarjih.scoring.questions.chances import Chance

__all__ = ["Frozen", "Published", "Reopened", "State"]

State = Literal["open", "resolved", "void"]


@dataclass(frozen=True, slots=True)
class Frozen:
    """A probability as it stood on a day.

    Attributes
    ----------
    as_of : datetime.date
        The day whose knowledge it used.
    recorded : datetime.datetime
        When it was recorded, in UTC.
    chance : Chance
    statement : str
        The statement of record that it comes from.
    author : str
    """

    as_of: dt.date
    recorded: dt.datetime
    chance: Chance
    statement: str
    author: str


@dataclass(frozen=True, slots=True)
class Reopened:
    """How a question was said to have come out, until it was opened again.

    Attributes
    ----------
    state : {"resolved", "void"}
    outcome : bool or str or None
    settler, author : str
        Who settled it, and who opened it again.
    why : str
    recorded : datetime.datetime
        When it was opened again, in UTC.
    """

    state: State
    outcome: bool | str | None
    settler: str
    author: str
    why: str
    recorded: dt.datetime


@dataclass(frozen=True, slots=True)
class Published:
    """A question that was published.

    Attributes
    ----------
    id : str
    data : mapping
        Its wording, in the form that a study's files have: label, what it is about, rule, who
        settles it, closing date.
    closes : datetime.date
    retrospective : bool
    frozen : tuple of Frozen
        The first is that of its publication.
    state : {"open", "resolved", "void"}
    outcome : bool or str or None
        Of a question with several answers the id of the one that it was.
    known : datetime.date or None
        When it was known how it came out, or that it is void.
    cites, note : str
    settler : str
        Who said how it came out; empty while it is open.
    reopened : tuple of Reopened
        What was said of it before, and taken back.
    """

    id: str
    data: Mapping[str, Any]
    closes: dt.date
    retrospective: bool
    frozen: tuple[Frozen, ...]
    state: State = "open"
    outcome: bool | str | None = None
    known: dt.date | None = None
    cites: str = ""
    note: str = ""
    settler: str = ""
    reopened: tuple[Reopened, ...] = ()

    @property
    def options(self) -> tuple[str, ...]:
        """Return the answers that there were when it was published."""
        return self.frozen[0].chance.options

    @property
    def kind(self) -> Kind:
        """Return by which rules it is scored."""
        about = self.data["about"]
        return "multiple" if "scenario_at" in about else "ordered" if self.driver else "binary"

    @property
    def driver(self) -> str | None:
        """Return the driver of which it is asked at which level it stands."""
        driver: str | None = self.data["about"].get("level_of")
        return driver

    @property
    def forecasters(self) -> tuple[str, ...]:
        """Return who said something of it, each once."""
        return tuple(dict.fromkeys(one.author for one in self.frozen))

    @property
    def self_settled(self) -> bool:
        """Return whether a forecaster said how it came out: better another person does."""
        return self.settler in self.forecasters
