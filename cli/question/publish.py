"""``tarjih question publish STUDY QUESTION…``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from tarjih.cli.items import Author
from tarjih.cli.options import AsOf, Engine, Json, Lang, LedgerOption, Quiet, Seed, StudyName

if TYPE_CHECKING:
    from tarjih.evidence.ledgers.ledger import Ledger

__all__ = ["publish_questions"]

QuestionIds = Annotated[
    list[str],
    typer.Argument(
        metavar="QUESTION…",
        help="One or more, as 'tarjih question list' names them.",
        show_default=False,
    ),
]


def publish_questions(
    context: typer.Context,
    study: StudyName,
    questions: QuestionIds,
    as_of: AsOf = None,
    author: Author = None,
    ledger: LedgerOption = None,
    engine: Engine = "auto",
    seed: Seed = "0",
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Freeze questions in the ledger, with their probabilities and a statement of record.

    Each needs a rule that says when it came true, a source that will settle it, and a closing
    date. All are published, or none.
    """
    from tarjih.cli.output import note, write_document, write_text
    from tarjih.cli.question.asking import chances_now
    from tarjih.cli.recording import prepare_recording, words_given
    from tarjih.cli.requests import check_engine, parse_as_of, parse_seed
    from tarjih.errors import InvalidRequest, Problem
    from tarjih.evidence.ledgers.drafts import author_name
    from tarjih.models import forecast
    from tarjih.models.asked.auditing import asked_of
    from tarjih.models.posterior import as_of_date
    from tarjih.priors import obtain_draws
    from tarjih.reports.texts.documents import forecast_document
    from tarjih.reports.texts.questions import questions_document, questions_lines
    from tarjih.reports.words.strings import language
    from tarjih.scoring.questions.register import (
        Published,
        check_publishable,
        publish_question,
        read_register,
    )

    language(lang)
    day, name, number = parse_as_of(as_of), check_engine(engine), parse_seed(seed)
    who = author_name(author)
    recording = prepare_recording(study, ledger=ledger, lang=lang, quiet=quiet)
    seen = recording.seen
    shown = as_of_date(seen, seen.items, day)
    register: dict[str, Published] = {}
    if recording.place.there:
        with recording.place.to_record() as existing:
            register = read_register(existing, seen)
    problems: list[Problem] = []
    ids = list(dict.fromkeys(questions))
    for id in ids:
        try:
            check_publishable(seen, id, shown, register)
        except InvalidRequest as error:
            problems += error.problems
    if problems:
        raise InvalidRequest(problems)
    draws = obtain_draws(seen, progress=not quiet)
    chances = chances_now(seen, draws, ids, as_of=shown, engine=name, seed=number)
    found = forecast(seen, as_of=shown, draws=draws, engine=name, seed=number)

    def publish(book: Ledger, statement: str) -> None:
        for id in ids:
            publish_question(
                book, recording.loaded, id, chances[id],
                as_of=shown, statement=statement, author=who,
            )  # fmt: skip
        register.update(read_register(book, seen))

    recorded = recording.record(
        "run",
        forecast_document(found, draws),
        draws=draws,
        asked=asked_of(found, view=None, hindsight=False),
        command=words_given(context),
        lang=lang,
        author=who,
        also=publish,
    )
    if not quiet:
        note(recorded)
    if json:
        write_document(questions_document(seen, register, chances, shown, only=ids))
    else:
        write_text(questions_lines(seen, register, chances, shown, lang, only=ids))
