"""Recording how a question came out, and saying so."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["Cites", "KnownOn", "QuestionId", "settle_and_tell"]

QuestionId = Annotated[
    str,
    typer.Argument(
        metavar="QUESTION", help="As 'tarjih question list' names it.", show_default=False
    ),
]
KnownOn = Annotated[
    str,
    typer.Option("--known", metavar="DATE", help="When that became known.", show_default=False),
]
Cites = Annotated[
    str,
    typer.Option("--cites", metavar="TEXT", help="Where it stands. Required.", show_default=False),
]


def settle_and_tell(
    study: str,
    id: str,
    outcome: bool | None,
    *,
    known: str,
    cites: str,
    note: str,
    author: str | None,
    ledger: str | None,
    lang: str,
    json: bool,
    quiet: bool,
) -> None:
    """Record how a question came out (None: void), and tell of it.

    Raises
    ------
    InvalidRequest
        As `settle_question`.
    """
    from tarjih.cli.ledgers import find_ledger, load_study
    from tarjih.cli.output import write_document, write_text
    from tarjih.models.posterior import as_of_date
    from tarjih.reports.texts.questions import questions_document, questions_lines
    from tarjih.reports.words.strings import language
    from tarjih.scoring.questions.register import read_register, settle_question

    language(lang)
    loaded = load_study(study, ledger=ledger, lang=lang, quiet=quiet)
    opened = find_ledger(ledger).to_read()
    if opened is None:
        from tarjih.evidence.ledgers.ledger import Ledger
        from tarjih.evidence.ledgers.memory import Memory

        opened = Ledger(Memory())  # in which nothing was published: refused below
    with opened as book:
        settle_question(
            book, loaded, id, outcome, known=known, cites=cites, note=note, author=author
        )
        register = read_register(book, loaded)
    shown = as_of_date(loaded, loaded.items, None)
    if json:
        write_document(questions_document(loaded, register, {}, shown, only=[id]))
    else:
        write_text(questions_lines(loaded, register, {}, shown, lang, only=[id]))
