"""``tarjih evidence check STUDY INDICATOR``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tarjih.cli.evidence.changing import DryRun
from tarjih.cli.items import (
    Again,
    Author,
    Cluster,
    Credibility,
    Label,
    Note,
    SourceLetter,
    SourceName,
    Sources,
    Url,
)
from tarjih.cli.options import AsOf, Engine, Json, Lang, LedgerOption, Quiet, Seed, StudyName

if TYPE_CHECKING:
    from tarjih.evidence.ledgers.chain import Row
    from tarjih.evidence.ledgers.ledger import Ledger
    from tarjih.scenarios.records import Study

__all__ = ["check_indicator"]

Indicator = Annotated[
    str,
    typer.Argument(
        metavar="INDICATOR",
        help="What was looked for, and not seen: an indicator of the study.",
        show_default=False,
    ),
]
FromDay = Annotated[
    str,
    typer.Option(
        "--from", metavar="DATE", help="First day that was looked over.", show_default=False
    ),
]
ToDay = Annotated[
    str,
    typer.Option("--to", metavar="DATE", help="Last day that was looked over.", show_default=False),
]
LookedKnown = Annotated[
    str | None,
    typer.Option(
        "--known",
        metavar="DATE",
        help="When it became known. Default: the last day of --to.",
        show_default=False,
    ),
]


def check_indicator(
    study: StudyName,
    indicator: Indicator,
    start: FromDay,
    end: ToDay,
    known: LookedKnown = None,
    source: Sources = None,
    source_name: SourceName = None,
    source_letter: SourceLetter = None,
    credibility: Credibility = None,
    cluster: Cluster = None,
    label: Label = None,
    note: Note = None,
    url: Url = None,
    again: Again = False,
    author: Author = None,
    dry_run: DryRun = False,
    as_of: AsOf = None,
    ledger: LedgerOption = None,
    engine: Engine = "auto",
    seed: Seed = "0",
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Record that an indicator was looked for over some days, and not seen.

    Silence counts only where somebody looked: without such an entry the absence of reports
    says nothing. Says how often such a check would have found it, and how belief moves.
    """
    from tarjih.cli.evidence.changing import Request, carry_out
    from tarjih.cli.items import ITEM_PLACES, ItemWords, one_of
    from tarjih.errors import InvalidRequest, Problem

    words = ItemWords(
        known=known,
        source=source,
        source_name=source_name,
        source_letter=source_letter,
        credibility=credibility,
        cluster=cluster,
        label=label,
        note=note,
        url=url,
    )
    happened = _days(start, end)
    places = {**ITEM_PLACES, "happened": "--to", "checked": "INDICATOR"}

    def act(book: Ledger, loaded: Study) -> Row:
        given, new = words.given(book.held(loaded), lang)
        if "sources" not in given:
            raise InvalidRequest(
                Problem(
                    "--source",
                    "who looked?",
                    allowed=", ".join(one.id for one in loaded.sources) or None,
                    mend="name a source, or a new one by --source-name and --source-letter",
                )
            )
        item: dict[str, Any] = {
            "credibility": 3,
            **given,
            "happened": happened,
            "checked": _indicator(loaded, indicator),
        }
        return book.check(
            loaded, item, sources=new, author=author, again=again, places=places, lang=lang
        )

    def _indicator(loaded: Study, text: str) -> str:
        ids = [one.id for one in loaded.indicators]
        return one_of(ids, text, "INDICATOR", "unknown indicator")

    def detection(before: Study, after: Study, row: Row) -> Iterator[str]:
        from tarjih.reports.texts.updating import understood_lines
        from tarjih.reports.words.numbers import percent_text
        from tarjih.reports.words.strings import say

        item = next(one for one in after.items if one.id == row.id)
        yield from understood_lines(after, item, lang, assumed=credibility is None)
        sign = next(one for one in after.indicators if one.id == row.body["item"]["checked"])
        yield say("change.detection", lang, share=percent_text(sign.detection, lang))

    request = Request(study, ledger, as_of, engine, seed, dry_run, lang, json, quiet, author=author)
    carry_out(request, act, detection)


def _days(start: str, end: str) -> str:
    """Return the days that were looked over, as files write them."""
    from tarjih.cli.evidence.choosing import window

    first, last = window(start, end)
    return f"{first}/{last}"
