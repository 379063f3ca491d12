"""``tarjih evidence retract STUDY ID``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from tarjih.cli.evidence.changing import DryRun, Since, Why
from tarjih.cli.evidence.show import ItemId
from tarjih.cli.items import Author
from tarjih.cli.options import AsOf, Engine, Json, Lang, LedgerOption, Quiet, Seed, StudyName

if TYPE_CHECKING:
    from tarjih.evidence.ledgers.chain import Row
    from tarjih.evidence.ledgers.ledger import Ledger
    from tarjih.scenarios.records import Study

__all__ = ["retract_item"]

Because = Annotated[
    str,
    typer.Option(
        "--because",
        metavar="withdrawn|disproved|our-error",
        help="Who told it took it back; it turned out wrong; or we should never have recorded it, "
        "which undoes it on every day.",
        show_default=False,
    ),
]
OneSource = Annotated[
    str | None,
    typer.Option(
        "--source",
        metavar="ID",
        help="Only as far as this source told it, with those who only relay it. The item goes if "
        "nobody else told it.",
        show_default=False,
    ),
]


def retract_item(
    study: StudyName,
    id: ItemId,
    because: Because,
    known: Since = None,
    source: OneSource = None,
    note: Why = "",
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
    """Record that an item, or what one source told of it, no longer stands.

    Says how belief moves by that, and what else of the same cluster rests on the source.
    """
    from tarjih.cli.evidence.changing import Request, carry_out, check_undated

    check_undated(because, known)

    def act(book: Ledger, loaded: Study) -> Row:
        return book.retract(
            loaded,
            id,
            because=because,  # type: ignore[arg-type]  # an unknown reason is refused there
            known=known,
            source=source,
            note=note,
            author=author,
            places={
                "id": "ID",
                "because": "--because",
                "known": "--known",
                "source": "--source",
                "note": "--note",
                "again": "--again",
            },
        )

    def others(before: Study, after: Study, row: Row) -> Iterator[str]:
        yield from _left(before, after, row, source, lang)

    request = Request(study, ledger, as_of, engine, seed, dry_run, lang, json, quiet, author=author)
    carry_out(request, act, others)


def _left(before: Study, after: Study, row: Row, source: str | None, lang: str) -> Iterator[str]:
    """Say what of the item's cluster still rests on its source, or on one of its sources."""
    from tarjih.evidence.ledgers.selecting import select_items
    from tarjih.models.posterior import as_of_date
    from tarjih.reports.words.numbers import figures
    from tarjih.reports.words.strings import list_text, say

    versions = [one for one in before.items if one.id.partition("~")[0] == row.body["id"]]
    last = max(versions, key=lambda one: one.known)
    if last.cluster is None or not any(one.cluster == last.cluster for one in after.items):
        return
    day = as_of_date(after, after.items, None)
    named = [source] if source is not None else list(last.sources)
    found = False
    for teller in named:
        left = select_items(after, source=teller, cluster=last.cluster, held_on=day)
        ids = [figures(one.id, lang) for one in left if one.id.partition("~")[0] != row.body["id"]]
        if ids:
            found = True
            name = figures(teller, lang)
            yield say("change.also", lang, source=name, ids=list_text(ids, lang))
    if found:
        yield say("change.relaying", lang, command=figures("`tarjih evidence retract`", lang))
