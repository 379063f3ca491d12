"""``tarjih evidence undo STUDY``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tarjih.cli.evidence.changing import DryRun
from tarjih.cli.items import Author
from tarjih.cli.options import AsOf, Engine, Json, Lang, LedgerOption, Quiet, Seed, StudyName

if TYPE_CHECKING:
    from tarjih.evidence.ledgers.chain import Row
    from tarjih.evidence.ledgers.ledger import Ledger
    from tarjih.scenarios.records import Study

__all__ = ["undo_entry"]


def undo_entry(
    study: StudyName,
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
    """Take back your own last entry about an item of this study, by a further entry.

    Says exactly what was taken back. Only your own last entry can be, and only while no later
    one builds on it; done again, it takes back the one before.
    """
    from tarjih.cli.evidence.changing import Request, carry_out

    def act(book: Ledger, loaded: Study) -> Row:
        return book.undo(loaded, author=author)

    carry_out(
        Request(
            study,
            ledger,
            as_of,
            engine,
            seed,
            dry_run,
            lang,
            json,
            quiet,
            reads=True,
            author=author,
        ),
        act,
    )
