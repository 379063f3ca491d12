"""``tarjih evidence amend STUDY ID``."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tarjih.cli.evidence.changing import DryRun, Since, Why
from tarjih.cli.evidence.show import ItemId
from tarjih.cli.items import (
    AgainstScenario,
    Author,
    Cluster,
    Credibility,
    ForScenario,
    Happened,
    Label,
    OfDriver,
    OfIndicator,
    OfKind,
    Relays,
    SourceLetter,
    SourceName,
    Sources,
    Url,
)
from tarjih.cli.options import AsOf, Engine, Json, Lang, LedgerOption, Quiet, Seed, StudyName

if TYPE_CHECKING:
    from tarjih.cli.items import ItemWords
    from tarjih.evidence.ledgers.chain import Row
    from tarjih.evidence.ledgers.ledger import Ledger
    from tarjih.scenarios.records import Study

__all__ = ["amend_item"]

Because = Annotated[
    str,
    typer.Option(
        "--because",
        metavar="news|our-error",
        help="News holds from --known on; an error of ours is mended on every day.",
    ),
]
ItemKnown = Annotated[
    str | None,
    typer.Option(
        "--item-known",
        metavar="DATE",
        help="When the item itself became known, if we had that wrong (with --because our-error).",
        show_default=False,
    ),
]
ItemNote = Annotated[
    str | None,
    typer.Option(
        "--item-note",
        metavar="TEXT",
        help="The item's own remark; --note says why it is amended.",
        show_default=False,
    ),
]
Without = Annotated[
    list[str] | None,
    typer.Option(
        "--without",
        metavar="FIELD",
        help="Take a field away: relays, cluster, note, url, cites, retrospective. Repeatable. "
        "So does an empty --cluster '', --url '' or --item-note ''.",
        show_default=False,
    ),
]
Again = Annotated[
    bool,
    typer.Option(
        "--again",
        help="Amend it although it then says the same as another item: it is another event.",
    ),
]
_REMARKS = frozenset({"label", "note", "url", "cites"})
_REMOVABLE = ("relays", "cluster", "note", "url", "cites", "retrospective")


def amend_item(
    study: StudyName,
    id: ItemId,
    known: Since = None,
    because: Because = "news",
    note: Why = "",
    indicator: OfIndicator = None,
    driver: OfDriver = None,
    supports: ForScenario = None,
    opposes: AgainstScenario = None,
    on: Happened = None,
    item_known: ItemKnown = None,
    source: Sources = None,
    source_name: SourceName = None,
    source_letter: SourceLetter = None,
    relay: Relays = None,
    kind: OfKind = None,
    credibility: Credibility = None,
    cluster: Cluster = None,
    label: Label = None,
    item_note: ItemNote = None,
    url: Url = None,
    without: Without = None,
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
    """Record that an item says something else than was recorded.

    Give the fields that change, as for `tarjih update`; --source names all tellers anew.
    --known is when the change became known: it holds from then on, and earlier days go on
    seeing what was held then. A label, a note or a link bears on nothing and needs no date. With
    --because our-error it is mended on every day.
    """
    from tarjih.cli.evidence.changing import Request, carry_out, check_undated
    from tarjih.cli.items import ItemWords

    check_undated(because, known)
    words = ItemWords(
        indicator=indicator,
        driver=driver,
        supports=supports,
        opposes=opposes,
        on=on,
        known=item_known,
        source=source,
        source_name=source_name,
        source_letter=source_letter,
        relay=relay,
        kind=kind,
        credibility=credibility,
        cluster=cluster,
        note=item_note,
        url=url,
        label=label,
    )
    removed = _removed(without, cluster=cluster, url=url, note=item_note)

    def act(book: Ledger, loaded: Study) -> Row:
        changes, new = _changes(words, removed, book, loaded, lang, because)
        since: dt.date | str | None = known
        if since is None and because == "news" and changes.keys() <= _REMARKS:
            # What bears on nothing may be added as if it had been said at once.
            since = _known(book, loaded, id)
        return book.amend(
            loaded,
            id,
            changes,
            known=since,
            because=because,  # type: ignore[arg-type]  # an unknown reason is refused there
            sources=new,
            again=again,
            note=note,
            author=author,
            places=_places(because, item_note),
            lang=lang,
        )

    carry_out(
        Request(study, ledger, as_of, engine, seed, dry_run, lang, json, quiet, author=author), act
    )


def _known(book: Ledger, loaded: Study, id: str) -> dt.date | None:
    """Return when what an item says last became known."""
    held, name = book.held(loaded), id.partition("~")[0]
    versions = held.versions(name) if name in held else []
    return versions[-1].known if versions else None


def _changes(
    words: ItemWords, removed: list[str], book: Ledger, loaded: Study, lang: str, because: str
) -> tuple[dict[str, Any], Any]:
    from tarjih.errors import InvalidRequest, Problem

    if words.known is not None and because == "news":
        raise InvalidRequest(
            Problem(
                "--item-known",
                "that the item became known on another day is an error of ours",
                got=words.known,
                mend="add --because our-error; --known is when the change became known",
            )
        )
    changes, new = words.given(book.held(loaded), lang)
    twice = [name for name in removed if name in changes]
    if twice:
        raise InvalidRequest(
            Problem("--without", "a field cannot both change and go", got=", ".join(twice))
        )
    changes |= dict.fromkeys(removed)
    if not changes:
        raise InvalidRequest(
            Problem("amend", "nothing is changed", mend="give what it should say, as --credibility")
        )
    return changes, new


def _removed(without: list[str] | None, **texts: str | None) -> list[str]:
    """Name the fields that are to go: those named, and those given an empty text."""
    from tarjih.errors import InvalidRequest, Problem, nearest

    asked = [{"link": "url", "relay": "relays"}.get(name, name) for name in without or ()]
    for name in asked:
        if name not in _REMOVABLE:
            mend = nearest(name, _REMOVABLE)
            allowed = ", ".join(_REMOVABLE)
            raise InvalidRequest(Problem("--without", "no field that can go", name, allowed, mend))
    emptied = [name for name, text in texts.items() if text is not None and not text.strip()]
    return list(dict.fromkeys([*asked, *emptied]))


def _places(because: str, item_note: str | None) -> dict[str, str]:
    from tarjih.cli.items import ITEM_PLACES

    return {
        **ITEM_PLACES,
        "id": "ID",
        "because": "--because",
        "changes": "amend",
        "known": "--item-known" if because == "our-error" else "--known",
        "note": "--item-note" if item_note else "--note",
    }
