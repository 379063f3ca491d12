"""What the commands share that change what is held: try or record, then tell what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tarjih.cli.ledgers import LedgerPlace
    from tarjih.evidence.ledgers.chain import Row
    from tarjih.evidence.ledgers.ledger import Ledger
    from tarjih.scenarios.records import Study

__all__ = ["DryRun", "Request", "Since", "Why", "carry_out", "opened"]

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


def carry_out(
    request: Request,
    act: Callable[[Ledger, Study], Row],
    notes: Callable[[Study, Study, Row], Iterable[str]] | None = None,
) -> None:
    """Record a change, or try it out, and say how belief moved by it.

    With ``quiet`` only the entry is named, and nothing is computed.

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
    shown = request.json or not request.quiet
    with opened(find_ledger(request.ledger), loaded, act, request) as (ledger, before):
        trial = request.dry_run and ledger.name == Memory.name
        if not (request.quiet or trial):
            tell_ledger(ledger, loaded, lang)
        # A fit that fails must fail before anything is recorded.
        draws = obtain_draws(loaded, progress=not request.quiet) if shown else None
        book = ledger.rehearsal(loaded) if request.dry_run else ledger
        row = act(book, loaded)
        after, name = book.extended(loaded), ledger.name
        undone = book.held(loaded).recorded.get(row.body["entry"]) if row.kind == "undo" else None
    shift = None
    if draws is not None:
        shift = belief_shift(before, after, as_of=day, draws=draws, engine=engine, seed=seed)
    found = Changed(
        row,
        request.dry_run,
        shift,
        None if undone is None else undone.row,
        tuple(notes(before, after, row)) if notes is not None else (),
    )
    if request.json:
        write_document(change_document(found, None if trial else name, loaded.id))
    else:
        write_text(change_lines(found, lang))


@contextmanager
def opened(
    place: LedgerPlace, study: Study, act: Callable[[Ledger, Study], Row], request: Request
) -> Iterator[tuple[Ledger, Study]]:
    """Open the ledger that is to be changed; yield it, and the study with what it holds.

    A ledger that is not there is made only for what may be recorded; never for a trial.
    """
    from tarjih.evidence.ledgers.ledger import Ledger
    from tarjih.evidence.ledgers.memory import Memory

    there = not isinstance(place.where, Path) or place.where.exists()
    if not there and not request.reads:
        blank = Ledger(Memory())
        # Bad input leaves no empty file behind.
        act(blank.rehearsal(study), study)
        if request.dry_run:
            yield blank, study
            return
    ledger = place.to_read() if (there or request.reads) else place.to_record()
    if ledger is None:
        from tarjih.errors import InvalidRequest, Problem

        raise InvalidRequest(
            Problem(
                "--ledger",
                "there is no ledger yet",
                got=str(place.where),
                mend="name one, or record something first",
            )
        )
    with ledger:
        yield ledger, ledger.extended(study)
