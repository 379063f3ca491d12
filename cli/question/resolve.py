"""``tarjih question resolve STUDY QUESTION``."""

from __future__ import annotations

from typing import Annotated

import typer

from tarjih.cli.evidence.changing import Why
from tarjih.cli.items import Author
from tarjih.cli.options import Json, Lang, LedgerOption, Quiet, StudyName
from tarjih.cli.question.settling import Cites, KnownOn, QuestionId, settle_and_tell

__all__ = ["resolve_question"]

Outcome = Annotated[
    str,
    typer.Argument(
        metavar="yes|no|ID",
        help="How it came out; asked which scenario or level, the id of the one it was.",
        show_default=False,
    ),
]


def resolve_question(
    study: StudyName,
    question: QuestionId,
    outcome: Outcome,
    known: KnownOn,
    cites: Cites,
    note: Why = "",
    author: Author = None,
    ledger: LedgerOption = None,
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say how a published question came out.

    Needs a citation. Better if another person does it than who forecast: where not, that is shown.
    """
    settle_and_tell(
        study,
        question,
        outcome,
        known=known,
        cites=cites,
        note=note,
        author=author,
        ledger=ledger,
        lang=lang,
        json=json,
        quiet=quiet,
    )
