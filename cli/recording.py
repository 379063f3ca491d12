"""Recording what a command said: the study it was said of, and the words of the command."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import typer

from tarjih.cli.ledgers import LedgerPlace, find_ledger, tell_ledger

if TYPE_CHECKING:
    from tarjih.evidence.ledgers.ledger import Ledger
    from tarjih.evidence.ledgers.statements import StatementKind
    from tarjih.priors.draws import Draws
    from tarjih.scenarios.records import Study

__all__ = ["Recording", "Stated", "prepare_recording", "words_given"]

_PASSWORDS = (
    (re.compile(r"(://[^/?@:]*:).*@"), r"\1***@"),
    (re.compile(r"(?i)(password=)[^&\s]*"), r"\1***"),
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement that was recorded: its id, the ledger's name, and the head of its chain."""

    id: str
    ledger: str
    head: str


@dataclass(frozen=True, slots=True)
class Recording:
    """A study that something is going to be said of, and said for the record.

    Attributes
    ----------
    loaded : Study
        As its files have it.
    seen : Study
        With what the ledger holds, and as one analyst sees it if that was asked.
    place : LedgerPlace
    upto : int
        The last entry about items that it knows of.
    head : str
        Where the ledger's chain ended when it was read; empty without a ledger.
    """

    loaded: Study
    seen: Study
    place: LedgerPlace
    upto: int
    head: str = ""

    def record(
        self,
        kind: StatementKind,
        document: Mapping[str, Any],
        *,
        draws: Draws,
        asked: Mapping[str, Any],
        command: Sequence[str],
        lang: str,
        author: str | None = None,
        also: Callable[[Ledger, str], None] | None = None,
    ) -> str:
        """Record the statement as `keep` does; return what to tell."""
        from tarjih.reports.words.strings import say

        made = self.keep(
            kind, document, draws=draws, asked=asked, command=command, author=author, also=also
        )
        return say("audit.recorded", lang, id=made.id, ledger=made.ledger, head=made.head)

    def keep(
        self,
        kind: StatementKind,
        document: Mapping[str, Any],
        *,
        draws: Draws,
        asked: Mapping[str, Any],
        command: Sequence[str],
        author: str | None = None,
        also: Callable[[Ledger, str], None] | None = None,
    ) -> Stated:
        """Record the statement, in a ledger made for it if there is none.

        What ``also`` records, called with the ledger and the statement's id, holds together with
        the statement or not at all.
        """
        from tarjih.evidence.ledgers.statements import record_statement
        from tarjih.reports.texts.documents import document_text

        with self.place.to_record() as ledger, ledger.together() as book:
            row = record_statement(
                book,
                self.loaded,
                kind=kind,
                draws=draws,
                asked=asked,
                command=command,
                output=document_text(document).encode(),
                author=author,
                upto=self.upto,
            )
            if also is not None:
                also(book, str(row.id))
            return Stated(str(row.id), book.name, str(book.head))


def prepare_recording(
    name: str,
    *,
    view: str | None = None,
    ledger: str | None = None,
    hindsight: bool = False,
    lang: str = "en",
    quiet: bool = False,
    only_read: bool = False,
) -> Recording:
    """Load a study with everything that was recorded for it, to record what is said of it.

    A ledger that is missing is made only when there is something to record.

    Parameters
    ----------
    name, view, ledger, hindsight, lang, quiet
        As for `tarjih.cli.ledgers.load_study`.
    only_read : bool
        Whether nothing will be recorded: a ledger that was named must then be there.

    Raises
    ------
    InvalidRequest, InvalidStudy, InvalidModel, CannotCompute
        As there.
    """
    from tarjih.evidence.ledgers.ledger import Ledger
    from tarjih.evidence.ledgers.memory import Memory
    from tarjih.scenarios import load
    from tarjih.scenarios import view as view_of

    loaded = load(name)
    place = find_ledger(ledger)
    if only_read:
        opened = place.to_read()
    else:
        opened = (place.to_record() if place.named else place.to_read()) if place.there else None
    with opened or Ledger(Memory()) as reading:
        if opened is not None and not quiet:
            tell_ledger(reading, loaded, lang)
        seen = reading.extended(loaded, hindsight=hindsight)
        upto = reading.seen(loaded)
        head = "" if opened is None else str(reading.head)
    if view is not None:
        seen = view_of(seen, view)
    return Recording(loaded, seen, place, upto, head)


def words_given(context: typer.Context) -> list[str]:
    """Return the words of the command line, without passwords."""
    words = [*map(str, context.obj or sys.argv[1:])]
    for pattern, hidden in _PASSWORDS:
        words = [pattern.sub(hidden, word) for word in words]
    return words
