"""``tarjih list``."""

from __future__ import annotations

from tarjih.cli.options import Json, Lang

__all__ = ["list_studies"]


def list_studies(lang: Lang = "en", json: Json = False) -> None:
    """List the shipped studies."""
    from tarjih.cli.output import on_terminal, print_rich, write_document, write_text
    from tarjih.reports.words.strings import language
    from tarjih.scenarios import load, shipped_studies

    language(lang)
    studies = [load(name) for name in shipped_studies()]
    if json:
        from tarjih.reports.texts.documents import studies_document

        write_document(studies_document(studies))
        return
    from tarjih.reports.texts.studies import studies_lines, studies_table

    if on_terminal() and lang != "ar":
        print_rich(studies_table(studies, lang))
    else:
        write_text(studies_lines(studies, lang))
