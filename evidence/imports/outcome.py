"""What an import did, or would do, and the rows that it refused."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, TextIO

from tarjih.errors import CannotCompute, InvalidRequest, Problem
from tarjih.evidence.imports.layout import harmless
from tarjih.evidence.imports.reading import REJECTED_BECAUSE, REJECTED_LINE
from tarjih.scenarios.records import Study, Text

__all__ = ["MOST_SHOWN", "Act", "Did", "Imported", "Leftovers", "Tally"]

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
    rejected_file: Path | None
    checked_vanished: bool
    dry_run: bool

    @property
    def entries(self) -> int:
        """How many entries were made."""
        return self.recorded + self.amended + self.retracted


class Leftovers:
    """Rejected rows, with why, in a CSV that can be mended and imported.

    Nothing is there under its name before `keep`.

    Parameters
    ----------
    path : Path
    columns : tuple of str or None
        Of the file that is imported; of rows without fixed columns the whole is kept as JSON.
    """

    def __init__(self, path: Path, columns: tuple[str, ...] | None) -> None:
        self.path = path
        own = (REJECTED_LINE, REJECTED_BECAUSE)
        self._columns = None if columns is None else tuple(c for c in columns if c not in own)
        self._handle: TextIO | None = None
        self._waiting = ""

    def add(self, line: int, why: str, cells: Mapping[str, Any]) -> None:
        """Keep one row."""
        handle = self._handle or self._open()
        if self._columns is None:
            row = [json.dumps(cells, ensure_ascii=False, default=str)] if cells else [""]
        else:
            row = [str(cells.get(column, "")) for column in self._columns]
        csv.writer(handle, lineterminator="\n").writerow([str(line), *map(harmless, (why, *row))])

    def _open(self) -> TextIO:
        try:
            number, self._waiting = tempfile.mkstemp(
                prefix=f".{self.path.name}.", dir=self.path.parent
            )
        except OSError as error:
            raise CannotCompute(
                f"{self.path}: cannot be written: {error.strerror or error}"
            ) from None
        # A mark at the beginning lets spreadsheets see that it is UTF-8.
        handle = os.fdopen(number, "w", encoding="utf-8-sig", newline="")
        self._handle = handle
        names = ("row",) if self._columns is None else self._columns
        csv.writer(handle, lineterminator="\n").writerow([REJECTED_LINE, REJECTED_BECAUSE, *names])
        return handle

    def keep(self) -> Path | None:
        """Put the file in its place; None if no row was rejected."""
        if self._handle is None:
            return None
        self._handle.close()
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(self._waiting, 0o666 & ~umask)
        os.replace(self._waiting, self.path)
        self._handle = None
        return self.path

    def drop(self) -> None:
        """Leave nothing behind."""
        if self._handle is not None:
            self._handle.close()
            os.unlink(self._waiting)
            self._handle = None


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

    def reject(self, line: int, cells: Mapping[str, Any], *problems: Problem) -> None:
        """Note what is wrong with a row."""
        self.rejected += 1
        self.wrong += len(problems)
        placed = [self._placed(line, one) for one in problems]
        self.problems += placed[: MOST_SHOWN - len(self.problems)]
        if self.leftovers is not None:
            why = "; ".join(str(Problem("", p.what, p.got, p.allowed, p.mend)) for p in placed)
            self.leftovers.add(line, why, cells)

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
