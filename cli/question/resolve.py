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
    str, typer.Argument(metavar="yes|no", help="How it came out.", show_default=False)
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
    from tarjih.errors import InvalidRequest, Problem
    from tarjih.scoring.files.cells import parse_truth

    truth = parse_truth(outcome)
    if truth is None:
        raise InvalidRequest(
            Problem(
                "outcome", "not an outcome", outcome, "yes, no",
                "`tarjih question void` is for what can never be told",
            )
        )  # fmt: skip
    settle_and_tell(
        study,
        question,
        truth,
        known=known,
        cites=cites,
        note=note,
        author=author,
        ledger=ledger,
        lang=lang,
        json=json,
        quiet=quiet,
    )
