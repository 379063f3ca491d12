"""What `tarjih update` does with the ledger: try an item out, then record it.

The item goes into a copy of the ledger in memory first. Only if it is taken there, and the
forecast can be made, is it recorded: so an item that is wrong, a study whose draws cannot be
fitted, an interrupted computation leave the ledger as it was, or leave none. The item is one
transaction, its statement of record the next; should the second fail, that is told.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tarjih.cli.items import ITEM_PLACES, ItemWords
from tarjih.cli.ledgers import LedgerPlace, tell_ledger
from tarjih.errors import CannotCompute, TarjihError
from tarjih.evidence.ledgers.chain import Row
from tarjih.evidence.ledgers.ledger import Ledger
from tarjih.models.asked.updating import Update, update_of
from tarjih.reports.texts.updating import Recorded, update_document
from tarjih.scenarios import view as view_of

if TYPE_CHECKING:
    from tarjih.priors.draws import Draws
    from tarjih.scenarios.records import Source, Study

__all__ = ["Tried", "Wanted", "record", "rehearse"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for besides the item.

    Attributes
    ----------
    study : str
        As the user named it.
    command : tuple of str
        The words of the command line.
    ledger : str or None
        What ``--ledger`` says.
    """

    study: str
    view: str | None
    as_of: dt.date | None
    horizon: float | dt.date | None
    engine: str
    seed: int
    author: str | None
    again: bool
    lang: str
    quiet: bool
    command: tuple[str, ...]
    ledger: str | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """An item that was taken in, and what it does.

    Attributes
    ----------
    row : Row
        Its entry.
    given : dict
        The item in the form that files have.
    sources : tuple of Source
        Tellers that come with it.
    """

    row: Row
    given: dict[str, object]
    sources: tuple[Source, ...]
    draws: Draws
    found: Update

    def outcome(self, wanted: Wanted) -> Recorded:
        """Return what became of it if nothing else was done: it was tried out."""
        return Recorded(wanted.study, str(self.row.id))


def rehearse(ledger: Ledger, study: Study, words: ItemWords, wanted: Wanted) -> Tried:
    """Take an item into a copy of a ledger, and compute what it does.

    Parameters
    ----------
    ledger : Ledger
    study : Study
        As it was loaded.
    words : ItemWords
    wanted : Wanted

    Raises
    ------
    InvalidRequest
        If anything is wrong with the item or with what is asked.
    """
    given, sources = words.given(ledger.held(study), wanted.lang, whole=True)
    trial = ledger.rehearsal(study)
    row = trial.observe(
        study,
        given,
        author=wanted.author,
        sources=sources,
        again=wanted.again,
        places=ITEM_PLACES,
        lang=wanted.lang,
    )
    draws, found = _computed(trial.extended(study), row, wanted)
    return Tried(row, given, sources, draws, found)


def record(
    place: LedgerPlace, ledger: Ledger, study: Study, tried: Tried, wanted: Wanted
) -> tuple[Tried, Recorded]:
    """Record an item that was tried out, and the statement of what it did.

    Parameters
    ----------
    place : LedgerPlace
    ledger : Ledger
        As `LedgerPlace.to_try` opened it.
    study : Study
        As it was loaded.
    tried : Tried
    wanted : Wanted

    Returns
    -------
    tried : Tried
        Computed again if somebody else recorded something meanwhile.
    recorded : Recorded

    Raises
    ------
    InvalidRequest
        If somebody else recorded the same meanwhile. Nothing is recorded then.
    CannotCompute
        If it could not be written; if the item was and its statement was not, it says so.
    """
    with place.tried(ledger) as book:
        return _recorded(book, study, tried, wanted)


def _recorded(ledger: Ledger, study: Study, tried: Tried, wanted: Wanted) -> tuple[Tried, Recorded]:
    if not wanted.quiet:
        tell_ledger(ledger, study, wanted.lang, wanted.author)
    row = ledger.observe(
        study,
        tried.given,
        author=wanted.author,
        sources=tried.sources,
        again=wanted.again,
        places=ITEM_PLACES,
        lang=wanted.lang,
    )
    try:
        if (row.seq, row.previous) != (tried.row.seq, tried.row.previous):
            held = ledger.held(study, upto=row.seq)
            draws, found = _computed(held.extended(), row, wanted)
            tried = replace(tried, draws=draws, found=found)
        tried = replace(tried, row=row)
        statement = _state(ledger, study, tried, wanted)
    except (TarjihError, OSError) as error:
        raise CannotCompute(
            f"{row.id} is recorded in {ledger.name}, but no statement of what it did: {error}"
        ) from error
    return tried, Recorded(
        wanted.study,
        str(row.id),
        ledger.name,
        str(statement.head),
        statement.id,
        named=wanted.ledger is not None,
    )


def _computed(extended: Study, row: Row, wanted: Wanted) -> tuple[Draws, Update]:
    from tarjih.priors import obtain_draws

    seen = extended if wanted.view is None else view_of(extended, wanted.view)
    draws = obtain_draws(seen, progress=not wanted.quiet)
    found = update_of(
        seen,
        str(row.id),
        as_of=wanted.as_of,
        horizon=wanted.horizon,
        draws=draws,
        engine=wanted.engine,
        seed=wanted.seed,
    )
    return draws, found


def _state(ledger: Ledger, study: Study, tried: Tried, wanted: Wanted) -> Row:
    """Record what was said, with all that it was computed of."""
    from tarjih.evidence.ledgers.statements import record_statement
    from tarjih.reports.texts.documents import document_text

    after = tried.found.after
    asked = {
        "as_of": after.as_of.isoformat(),
        "horizon": after.horizon.isoformat(),
        "engine": after.engine,
        "seed": after.seed,
        "view": wanted.view,
        "hindsight": False,
        "items": [tried.row.id],
    }
    return record_statement(
        ledger,
        study,
        kind="update",
        draws=tried.draws,
        asked=asked,
        command=wanted.command,
        output=document_text(update_document(tried.found, tried.draws)).encode(),
        author=wanted.author,
        upto=tried.row.seq,
    )
