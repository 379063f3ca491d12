"""``tarjih evidence show STUDY ID``."""

from __future__ import annotations

from typing import Annotated

import typer

from tarjih.cli.options import AsOf, Json, Lang, LedgerOption, Quiet, StudyName

__all__ = ["ItemId", "show_item"]

ItemId = Annotated[
    str,
    typer.Argument(
        metavar="ID", help="An item, as 'tarjih evidence list' names it.", show_default=False
    ),
]


def show_item(
    study: StudyName,
    id: ItemId,
    as_of: AsOf = None,
    ledger: LedgerOption = None,
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show one item in full, with its whole history.

    What it bears on, who told it, whether and why it counts as of a day; every version, and
    every entry that recorded, amended, retracted, merged or undid it: who, when and why.
    """
    from tarjih.cli.evidence.reading import read_evidence
    from tarjih.cli.output import write_document, write_text
    from tarjih.cli.requests import parse_as_of
    from tarjih.errors import InvalidRequest, Problem, nearest
    from tarjih.evidence.ledgers.accounts import history
    from tarjih.evidence.ledgers.listing import list_items
    from tarjih.models.posterior import as_of_date
    from tarjih.reports.texts.item_history import ItemHistory, history_document, history_lines
    from tarjih.reports.words.strings import language

    language(lang)
    day = parse_as_of(as_of)
    held, name = read_evidence(study, ledger, lang=lang, quiet=quiet)
    extended = held.extended()
    listing = list_items(held, as_of=as_of_date(extended, extended.items, day), every=True)
    whole, known = id.partition("~")[0], [row.account.id for row in listing.rows]
    if whole not in known:
        # Of many ids only the nearest helps.
        allowed = ", ".join(known) if len(known) <= 40 else None
        mend = nearest(whole, known) or "see `tarjih evidence list`"
        raise InvalidRequest(Problem("ID", "there is no such item", id, allowed, mend))
    found = ItemHistory(whole, listing, history(held).get(whole, []))
    if json:
        write_document(history_document(found, name))
    else:
        write_text(history_lines(found, lang))
