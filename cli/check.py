"""``tarjih check STUDY``."""

from __future__ import annotations

import typer

from tarjih.cli.options import Json, Lang, StudyName

__all__ = ["check_study"]


def check_study(study: StudyName, lang: Lang = "en", json: Json = False) -> None:
    """Find what is wrong in a study.

    Every problem is told with its place; without any, what is worth knowing. Nothing is
    fitted. With --json the document lists the problems, and the exit code is 2 all the same.
    """
    from tarjih.cli.output import write_document, write_text
    from tarjih.errors import InvalidModel, InvalidStudy
    from tarjih.priors import assumptions_of
    from tarjih.priors.elicited import elicit
    from tarjih.reports.texts.documents import check_document
    from tarjih.reports.words.strings import language
    from tarjih.scenarios import load
    from tarjih.scenarios.advice import study_advice

    language(lang)
    loaded = None
    try:
        loaded = load(study)
        assumptions_of(loaded)
        elicit(loaded)
    except (InvalidStudy, InvalidModel) as error:
        if not json:
            raise
        write_document(check_document(study, loaded, error.problems))
        raise typer.Exit(error.exit_code) from None
    advice = study_advice(loaded)
    if json:
        write_document(check_document(study, loaded, advice=advice))
    else:
        from tarjih.reports.texts.studies import check_lines

        write_text(check_lines(loaded, advice, lang))
