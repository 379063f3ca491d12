"""``tarjih evidence list STUDY``."""

from __future__ import annotations

from tarjih.cli.evidence.choosing import (
    Every,
    FromDay,
    OfCluster,
    OfDriver,
    OfIndicator,
    OfKind,
    OfScenario,
    OfSource,
    ToDay,
)
from tarjih.cli.options import AsOf, Hindsight, Json, Lang, LedgerOption, Quiet, StudyName

__all__ = ["list_evidence"]


def list_evidence(
    study: StudyName,
    as_of: AsOf = None,
    start: FromDay = None,
    end: ToDay = None,
    indicator: OfIndicator = None,
    driver: OfDriver = None,
    scenario: OfScenario = None,
    source: OfSource = None,
    cluster: OfCluster = None,
    kind: OfKind = None,
    every: Every = False,
    ledger: LedgerOption = None,
    hindsight: Hindsight = False,
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List the items held: the study's own and those in the ledger.

    With what each bears on, who told it, its grade, how often it counts (less than once where
    others share its origin) and who recorded it. --quiet prints the ids alone. For a file, see
    `tarjih evidence export`.
    """
    from tarjih.cli.evidence.choosing import window
    from tarjih.cli.evidence.reading import read_evidence
    from tarjih.cli.output import on_terminal, page_table, write_document, write_text
    from tarjih.cli.requests import parse_as_of
    from tarjih.evidence.ledgers.accounts import accounts_of
    from tarjih.evidence.ledgers.listing import list_items
    from tarjih.models.posterior import as_of_date
    from tarjih.reports.texts.items import (
        items_document,
        items_lines,
        items_summary,
        items_table,
    )
    from tarjih.reports.words.strings import language

    language(lang)
    day, (first, last) = parse_as_of(as_of), window(start, end)
    held, name = read_evidence(study, ledger, lang=lang, quiet=quiet)
    extended = held.extended(hindsight=hindsight)
    items = extended.items
    if every:
        # What is listed, though no day shows it, is not later than the day that is told.
        told = (one.item for one in accounts_of(held, hindsight=hindsight))
        items = (*held.extended().items, *told)
    found = list_items(
        held,
        as_of=as_of_date(extended, items, day),
        every=every,
        hindsight=hindsight,
        indicator=indicator,
        driver=driver,
        scenario=scenario,
        source=source,
        cluster=cluster,
        kind=kind,
        start=first,
        end=last,
    )
    if json:
        write_document(items_document(found, name))
    elif quiet:
        write_text(items_summary(found))
    elif on_terminal() and lang != "ar" and found.rows:
        page_table(items_table(found, lang), items_lines(found, lang)[-1:])
    else:
        write_text(items_lines(found, lang))
