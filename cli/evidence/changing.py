"""What the commands share that change what is held: try or record, then tell what it does."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from tarjih.errors import InvalidRequest, Problem

if TYPE_CHECKING:
    from tarjih.cli.ledgers import LedgerPlace
    from tarjih.evidence.ledgers.chain import Row
    from tarjih.evidence.ledgers.ledger import Ledger
    from tarjih.models.asked.shifted import BeliefShift
    from tarjih.scenarios.records import Study

__all__ = ["DryRun", "Request", "Since", "Why", "carry_out", "check_undated", "no_ledger"]

DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help="Say what it would do; record nothing."),
]
Since = Annotated[
    str | None,
    typer.Option(
        "--known",
        metavar="DATE",
        help="When that became known: it holds from then on. Not for an error of ours, which is "
        "mended on every day.",
        show_default=False,
    ),
]
Why = Annotated[
    str,
    typer.Option("--note", metavar="TEXT", help="Why, in your words.", show_default=False),
]


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of every change, word for word.

    Attributes
    ----------
    reads : bool
        Whether there has to be a ledger already.
    author : str or None
        What ``--author`` says.
    """

    study: str
    ledger: str | None
    as_of: str | None
    engine: str
    seed: str
    dry_run: bool
    lang: str
    json: bool
    quiet: bool
    reads: bool = False
    author: str | None = None


def carry_out(
    request: Request,
    act: Callable[[Ledger, Study], Row],
    notes: Callable[[Study, Study, Row], Iterable[str]] | None = None,
) -> None:
    """Record a change, or try it out, and say how belief moved by it.

    It is tried out first, in a copy of the ledger in memory: only what is taken there, and what
    belief can be computed of, is recorded. With ``quiet`` only the entry is named, and nothing
    is computed.

    Parameters
    ----------
    request : Request
    act : callable
        Records one entry in the ledger it is given, of the study as it was loaded.
    notes : callable, optional
        Returns more to say, of the study before and after with all that is held.
    """
    from tarjih.cli.ledgers import find_ledger, tell_ledger
    from tarjih.cli.output import write_document, write_text
    from tarjih.cli.requests import check_engine, parse_as_of, parse_seed
    from tarjih.evidence.ledgers.memory import Memory
    from tarjih.models.asked.shifted import belief_shift
    from tarjih.priors import obtain_draws
    from tarjih.reports.texts.shifts import Changed, change_document, change_lines
    from tarjih.reports.words.strings import language
    from tarjih.scenarios import load

    lang = language(request.lang)
    day, engine = parse_as_of(request.as_of), check_engine(request.engine)
    seed = parse_seed(request.seed)
    loaded = load(request.study)
    place = find_ledger(request.ledger)
    if request.reads and not place.there:
        raise no_ledger(place)
    with place.to_try(dry_run=request.dry_run) as ledger:
        new = ledger.name == Memory.name
        if not (request.quiet or new):
            tell_ledger(ledger, loaded, lang, request.author)
        trial = ledger.rehearsal(loaded)
        before, row = trial.extended(loaded), act(trial, loaded)
        after = trial.extended(loaded)
        told = trial.held(loaded).recorded
        draws = (
            obtain_draws(loaded, progress=not request.quiet)
            if request.json or not request.quiet
            else None
        )

        def compared(before: Study, after: Study) -> BeliefShift | None:
            if draws is None:
                return None
            return belief_shift(before, after, as_of=day, draws=draws, engine=engine, seed=seed)

        shift, name = compared(before, after), ledger.name
        if not request.dry_run:
            with place.tried(ledger) as book:
                if new and not request.quiet:
                    tell_ledger(book, loaded, lang, request.author)
                tried, row = row, act(book, loaded)
                name = book.name
                if (row.seq, row.previous) != (tried.seq, tried.previous):
                    # Somebody else recorded something meanwhile.
                    earlier, held = (book.held(loaded, upto=seq) for seq in (row.seq - 1, row.seq))
                    before, after, told = earlier.extended(), held.extended(), held.recorded
                    shift = compared(before, after)
    undone = told.get(row.body["entry"]) if row.kind == "undo" else None
    found = Changed(
        row,
        request.dry_run,
        shift,
        None if undone is None else undone.row,
        tuple(notes(before, after, row)) if notes is not None else (),
        "" if request.dry_run or request.quiet or row.kind == "undo" else _undo(request),
    )
    if request.json:
        write_document(change_document(found, None if name == Memory.name else name, loaded.id))
    else:
        write_text(change_lines(found, lang))


def _undo(request: Request) -> str:
    """Return the command that takes a change back."""
    words = ["tarjih", "evidence", "undo", request.study]
    words += [] if request.ledger is None else ["--ledger", request.ledger]
    words += [] if request.author is None else ["--author", request.author]
    return shlex.join(words)


def check_undated(because: str, known: str | None) -> None:
    """Refuse a date for what is mended on every day: it would be ignored.

    Raises
    ------
    InvalidRequest
    """
    if because == "our-error" and known is not None:
        raise InvalidRequest(
            Problem(
                "--known",
                "an error of ours is mended on every day: no date goes with it",
                got=known,
                mend="leave --known out; if it became known on that day, give another --because",
            )
        )


def no_ledger(place: LedgerPlace) -> InvalidRequest:
    """Return what to say where a ledger is needed, and there is none."""
    return InvalidRequest(
        Problem(
            "--ledger",
            "there is no ledger yet",
            got=str(place.where),
            mend="name one, or record something first",
        )
    )
