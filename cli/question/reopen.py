"""``tarjih question reopen STUDY QUESTION``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tarjih.cli.items import Author
from tarjih.cli.options import Json, Lang, LedgerOption, Quiet, StudyName
from tarjih.cli.question.settling import QuestionId, change_and_tell

if TYPE_CHECKING:
    from tarjih.evidence.ledgers.ledger import Ledger
    from tarjih.scenarios.records import Study

__all__ = ["reopen_settled"]

Reason = Annotated[
    str,
    typer.Option(
        "--note", metavar="TEXT", help="Why it was settled wrongly. Required.", show_default=False
    ),
]


def reopen_settled(
    study: StudyName,
    question: QuestionId,
    note: Reason,
    author: Author = None,
    ledger: LedgerOption = None,
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Open a question again that was resolved, or called void, wrongly.

    Nothing is deleted: what was said of it stays to be seen, with the reason. It can then be
    settled as any open question.
    """
    from tarjih.scoring.questions.register import reopen_question

    def reopen(book: Ledger, loaded: Study) -> None:
        reopen_question(book, loaded, question, why=note, author=author)

    change_and_tell(study, question, reopen, ledger=ledger, lang=lang, json=json, quiet=quiet)
