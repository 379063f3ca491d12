"""What an import did, or would do, and the rows that it refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from tarjih.errors import InvalidRequest, Problem
from tarjih.evidence.imports.leftovers import Leftovers
from tarjih.scenarios.records import Study, Text

__all__ = ["MOST_SHOWN", "Act", "Did", "Imported", "Tally"]

MOST_SHOWN: Final = 20

Did = Literal["recorded", "amended", "retracted"]


@dataclass(frozen=True, slots=True)
class Act:
    """One entry that an import made.

    Attributes
    ----------
    line : int or None
        Of the row; None where the row has vanished.
    did : {"recorded", "amended", "retracted"}
    known : datetime.date or None
        From when on that is known; None for an error of ours.
    fields : tuple of str
        What was amended.
    """

    line: int | None
    did: Did
    id: str
    label: Text
    known: dt.date | None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or would do.

    Attributes
    ----------
    mapping : str or None
        None for the plain layout.
    rows : int
        How many the file has.
    recorded, amended, retracted : int
    unchanged : int
        Rows that are held as they stand.
    set_aside : int
        Rows of items that somebody retracted, or took for an error of ours: they stay so.
    skipped : int
        Rows that no rule takes.
    rejected : int
    acts : tuple of Act
        The first of them.
    problems : tuple of Problem
        The first of those that rows were rejected for.
    wrong : int
        How many such problems there were.
    rejected_file : Path or None
        Where rejected rows are.
    checked_vanished : bool
        Whether items whose rows are missing were looked for.
    dry_run : bool
    """

    study: Study
    file: str
    mapping: str | None
    rows: int
    recorded: int
    amended: int
    retracted: int
    unchanged: int
    set_aside: int
    skipped: int
    rejected: int
    acts: tuple[Act, ...]
    problems: tuple[Problem, ...]
    wrong: int
    rejected_file: Path | None
    checked_vanished: bool
    dry_run: bool

    @property
    def entries(self) -> int:
        """How many entries were made."""
        return self.recorded + self.amended + self.retracted


@dataclass(slots=True)
class Tally:
    """What has been done so far.

    Attributes
    ----------
    name : str
        The file as messages name it.
    leftovers : Leftovers or None
    """

    name: str
    leftovers: Leftovers | None = None
    rows: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    acts: list[Act] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    rejected: int = 0
    wrong: int = 0

    def count(self, what: str) -> None:
        """Count a row that made no entry."""
        self.counts[what] = self.counts.get(what, 0) + 1

    def act(self, act: Act) -> None:
        """Count an entry, and keep the first."""
        self.count(act.did)
        if len(self.acts) < MOST_SHOWN:
            self.acts.append(act)

    def reject(
        self, line: int, cells: Mapping[str, Any], *problems: Problem, raw: Any = None
    ) -> None:
        """Note what is wrong with a row; ``raw`` is one that could not be read, as it stands."""
        self.rejected += 1
        self.wrong += len(problems)
        placed = [self._placed(line, one) for one in problems]
        self.problems += placed[: MOST_SHOWN - len(self.problems)]
        if self.leftovers is not None:
            place = f"{self.name}:{line}"
            why = "; ".join(
                str(Problem("" if p.where.startswith(place) else p.where, p.what, p.got,
                            p.allowed, p.mend))
                for p in problems
            )  # fmt: skip
            self.leftovers.add(line, why, cells, raw)

    def sum_up(self, what: str, problem: Problem) -> None:
        """Tell once, and first, what is wrong with every row."""
        self.problems = [problem, *(one for one in self.problems if one.what != what)]
        self.wrong -= self.rejected - 1

    def refuse(self) -> InvalidRequest:
        """Return the one message of an import of which nothing was recorded."""
        told = list(self.problems)
        more = self.wrong - len(told)
        rows = "row is" if self.rejected == 1 else "rows are"
        head = f"{self.rejected:,} {rows} wrong, and nothing was recorded"
        if more:
            head = f"and {more:,} more: {head}"
        told.append(
            Problem("", head, mend="put that right, or record the others with --keep-going")
        )
        return InvalidRequest(told)

    def _placed(self, line: int, problem: Problem) -> Problem:
        place = f"{self.name}:{line}"
        where = problem.where
        if not where.startswith(place):
            where = f"{place} ({where})" if where else place
        return Problem(where, problem.what, problem.got, problem.allowed, problem.mend)
