"""``tarjih show STUDY``."""

from __future__ import annotations

from typing import Annotated

import typer

from tarjih.cli.options import AsOf, Hindsight, Json, Lang, LedgerOption, StudyName

__all__ = ["show_study"]

Sections = Annotated[
    list[str] | None,
    typer.Option(
        "--section",
        metavar="NAME",
        help="Only this part: study, scenarios, drivers, links, conjunctions, judgements, "
        "indicators, sources, items, questions, assumptions or digests. Repeatable.",
        show_default=False,
    ),
]


def show_study(
    study: StudyName,
    section: Sections = None,
    as_of: AsOf = None,
    ledger: LedgerOption = None,
    hindsight: Hindsight = False,
    lang: Lang = "en",
    json: Json = False,
) -> None:
    """Show all that a study holds.

    What could happen, what drives it, who judged what, and what was seen. On a terminal the
    text is paged. With --json: the study in its resolved form. With --as-of: the items as they
    were held on that day.
    """
    from tarjih.cli.ledgers import load_study
    from tarjih.cli.output import write_document, write_pages
    from tarjih.cli.requests import parse_as_of
    from tarjih.reports.texts.card import card_lines, study_card
    from tarjih.reports.words.strings import language

    language(lang)
    loaded = load_study(study, ledger=ledger, hindsight=hindsight, lang=lang)
    day = parse_as_of(as_of)
    if day is not None:
        from tarjih.evidence.ledgers.selecting import items_on

        loaded = items_on(loaded, day)
    card = study_card(loaded, lang, sections=section or ())
    if json:
        from tarjih.reports.texts.documents import study_document

        write_document(study_document(loaded))
    else:
        write_pages(lambda width: card_lines(card, lang, width=width))
