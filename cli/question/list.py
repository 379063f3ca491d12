"""``tarjih question list STUDY``."""

from __future__ import annotations

from tarjih.cli.options import (
    AsOf,
    Engine,
    Json,
    Lang,
    LedgerOption,
    Quiet,
    Seed,
    StudyName,
)

__all__ = ["list_questions"]


def list_questions(
    study: StudyName,
    as_of: AsOf = None,
    ledger: LedgerOption = None,
    engine: Engine = "auto",
    seed: Seed = "0",
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show the questions of a study, what was said of each, and how it came out."""
    from tarjih.cli.ledgers import find_ledger, load_study
    from tarjih.cli.output import write_document, write_text
    from tarjih.cli.question.asking import chances_now
    from tarjih.cli.requests import check_engine, parse_as_of, parse_seed
    from tarjih.models.posterior import as_of_date
    from tarjih.priors import obtain_draws
    from tarjih.reports.texts.questions import (
        questions_document,
        questions_lines,
        questions_summary,
    )
    from tarjih.reports.words.strings import language
    from tarjih.scoring.questions.register import Published, read_register

    language(lang)
    day, name, number = parse_as_of(as_of), check_engine(engine), parse_seed(seed)
    loaded = load_study(study, ledger=ledger, lang=lang, quiet=quiet)
    shown = as_of_date(loaded, loaded.items, day)
    register: dict[str, Published] = {}
    opened = find_ledger(ledger).to_read()
    if opened is not None:
        with opened:
            register = read_register(opened, loaded)
    if quiet and not json:
        write_text(questions_summary(loaded, register, shown, lang))
        return
    settled = {one.id for one in register.values() if one.state != "open"}
    ids = {one.id for one in loaded.questions} - settled
    draws = obtain_draws(loaded, progress=not quiet)
    chances = chances_now(loaded, draws, ids, as_of=shown, engine=name, seed=number)
    if json:
        write_document(questions_document(loaded, register, chances, shown))
    else:
        write_text(questions_lines(loaded, register, chances, shown, lang))
