"""Recording how a question came out, and saying so."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from tarjih.evidence.ledgers.ledger import Ledger
    from tarjih.scenarios.records import Study
    from tarjih.scoring.questions.published import Published

__all__ = ["Cites", "KnownOn", "QuestionId", "change_and_tell", "settle_and_tell"]

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
    outcome: str | None,
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
    from tarjih.scoring.questions.register import read_register, settle_question

    def settle(book: Ledger, loaded: Study) -> None:
        truth = None if outcome is None else _outcome(read_register(book, loaded).get(id), outcome)
        settle_question(book, loaded, id, truth, known=known, cites=cites, note=note, author=author)

    change_and_tell(study, id, settle, ledger=ledger, lang=lang, json=json, quiet=quiet)


def change_and_tell(
    study: str,
    id: str,
    change: Callable[[Ledger, Study], object],
    *,
    ledger: str | None,
    lang: str,
    json: bool,
    quiet: bool,
) -> None:
    """Record something about one question, and tell of it.

    Raises
    ------
    InvalidRequest
        As ``change``.
    """
    from tarjih.cli.ledgers import find_ledger, load_study
    from tarjih.cli.output import write_document, write_text
    from tarjih.models.posterior import as_of_date
    from tarjih.reports.texts.questions import questions_document, questions_lines
    from tarjih.reports.words.strings import language
    from tarjih.scoring.questions.register import read_register

    language(lang)
    loaded = load_study(study, ledger=ledger, lang=lang, quiet=quiet)
    opened = find_ledger(ledger).to_read()
    if opened is None:
        from tarjih.evidence.ledgers.ledger import Ledger
        from tarjih.evidence.ledgers.memory import Memory

        opened = Ledger(Memory())  # in which nothing was published: refused below
    with opened as book:
        change(book, loaded)
        register = read_register(book, loaded)
    shown = as_of_date(loaded, loaded.items, None)
    if json:
        write_document(questions_document(loaded, register, {}, shown, only=[id]))
    else:
        write_text(questions_lines(loaded, register, {}, shown, lang, only=[id]))


def _outcome(published: Published | None, text: str) -> bool | str:
    """Read an answer: yes or no, or one of those that the question has."""
    from tarjih.errors import InvalidRequest, Problem
    from tarjih.scoring.files.cells import parse_truth

    if published is not None and published.kind != "binary":
        return text.strip().replace("-", "_")
    truth = parse_truth(text)
    if truth is None:
        raise InvalidRequest(
            Problem(
                "outcome", "not an outcome", text, "yes, no",
                "`tarjih question void` is for what can never be told",
            )
        )  # fmt: skip
    return truth
