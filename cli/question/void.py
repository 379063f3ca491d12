"""``tarjih question void STUDY QUESTION``."""

from __future__ import annotations

from tarjih.cli.evidence.changing import Why
from tarjih.cli.items import Author
from tarjih.cli.options import Json, Lang, LedgerOption, Quiet, StudyName
from tarjih.cli.question.settling import Cites, KnownOn, QuestionId, settle_and_tell

__all__ = ["void_question"]


def void_question(
    study: StudyName,
    question: QuestionId,
    known: KnownOn,
    cites: Cites,
    note: Why = "",
    author: Author = None,
    ledger: LedgerOption = None,
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say that a published question is void: it can never be told, or it was ill put.

    Needs a citation. The share of void questions is always shown.
    """
    settle_and_tell(
        study,
        question,
        None,
        known=known,
        cites=cites,
        note=note,
        author=author,
        ledger=ledger,
        lang=lang,
        json=json,
        quiet=quiet,
    )
