"""``tarjih evidence merge STUDY ID ID…``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tarjih.cli.evidence.changing import DryRun, Why
from tarjih.cli.items import Author
from tarjih.cli.options import AsOf, Engine, Json, Lang, LedgerOption, Quiet, Seed, StudyName

if TYPE_CHECKING:
    from tarjih.evidence.ledgers.chain import Row
    from tarjih.evidence.ledgers.ledger import Ledger
    from tarjih.scenarios.records import Study

__all__ = ["merge_items"]

ItemIds = Annotated[
    list[str],
    typer.Argument(
        metavar="ID ID…",
        help="Two items or more; the first goes on for all of them.",
        show_default=False,
    ),
]
Known = Annotated[
    str | None,
    typer.Option(
        "--known",
        metavar="DATE",
        help="When it became known that they are one.",
        show_default=False,
    ),
]


def merge_items(
    study: StudyName,
    ids: ItemIds,
    known: Known = None,
    note: Why = "",
    author: Author = None,
    dry_run: DryRun = False,
    as_of: AsOf = None,
    ledger: LedgerOption = None,
    engine: Engine = "auto",
    seed: Seed = "0",
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Record that several items report one event.

    From the known date on the first stands for all of them, told by the sources of all.
    """
    from tarjih.cli.evidence.changing import Request, carry_out

    def act(book: Ledger, loaded: Study) -> Row:
        places = {"id": "ID", "ids": "ID", "known": "--known", "note": "--note", "again": "--again"}
        return book.merge(loaded, ids, known=known, note=note, author=author, places=places)

    carry_out(
        Request(study, ledger, as_of, engine, seed, dry_run, lang, json, quiet, author=author), act
    )
