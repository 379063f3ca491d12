"""Items as a list: what happened, what it bears on, who told it, and whether it counts.

English gets columns, with the ids that filters and ``--set`` take; Arabic, which columns do
not survive, one line for each item (see `tables`).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tarjih.evidence.ledgers.accounts import Account, Ending
from tarjih.evidence.ledgers.listing import Listed, Listing
from tarjih.reports.texts.card_evidence import bearing_text, told_text
from tarjih.reports.texts.documents import document_of
from tarjih.reports.words.columns import aligned
from tarjih.reports.words.dates import date_text, short_date_text, span_text
from tarjih.reports.words.numbers import figures, paragraph
from tarjih.reports.words.strings import list_text, say
from tarjih.scenarios.records import Checked, Item, LevelSeen, Seen, Study, translate
from tarjih.scenarios.resolved_form import resolved_item

if TYPE_CHECKING:
    from rich.table import Table

__all__ = [
    "author_of",
    "ending_text",
    "exported_document",
    "exported_lines",
    "ids_of_bearing",
    "items_document",
    "items_lines",
    "items_summary",
    "items_table",
    "listed_entry",
]

_GAP = "  |  "


def items_lines(found: Listing, lang: str = "en") -> list[str]:
    """Write a list of items: one line each, in columns where the language has them."""
    if not found.rows:
        return [_head(found, lang)]
    if lang == "ar":
        study = found.told
        return [_head(found, lang), *(_line(found, study, row, lang) for row in found.rows)]
    study = found.told
    rows = [
        [
            row.item.id,
            span_text(row.item.start, row.item.end, lang),
            short_date_text(row.item.known, lang),
            _grade(study, row.item),
            _counts(row, found, lang),
            author_of(row.account, lang),
            # What differs most in length is not aligned, or the lines would be mostly blanks.
            _GAP.join(
                [
                    translate(row.item.label, lang),
                    ids_of_bearing(found.study, row.item, lang),
                    _tellers(found, row.item, lang),
                ]
            ),
        ]
        for row in found.rows
    ]
    heads = [
        say("evidence.id", lang),
        say("evidence.when", lang),
        say("evidence.known", lang),
        say("evidence.grade", lang),
        say("evidence.counts", lang),
        say("evidence.by", lang),
        _GAP.join(
            [say("evidence.what", lang), say("evidence.bears", lang), say("evidence.told", lang)]
        ),
    ]
    return [*aligned([heads, *rows], [False] * len(heads)), "", _head(found, lang)]


def items_table(found: Listing, lang: str = "en") -> Table:
    """Lay a list of items out for a terminal: three lines each, that fit 80 columns."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title=None)
    table.add_column(say("evidence.id", lang), no_wrap=True)
    table.add_column(say("evidence.when", lang), no_wrap=True)
    table.add_column(say("evidence.what", lang), overflow="fold")
    study = found.told
    for row in found.rows:
        item = row.item
        known = say("evidence.known_on", lang, date=short_date_text(item.known, lang))
        told = f"{_grade(study, item)} {_tellers(found, item, lang)}"
        counts = say(
            "evidence.count_by",
            lang,
            counts=_counts(row, found, lang),
            author=author_of(row.account, lang),
        )
        what = Text(translate(item.label, lang), style="bold" if _counting(row) else "")
        bears = ids_of_bearing(found.study, item, lang)
        what.append(f"\n{bears}\n{told}; {counts}", style="not bold dim")
        when = Text(span_text(item.start, item.end, lang))
        when.append(f"\n{known}", style="dim")
        table.add_row(item.id, when, what)
    return table


def items_summary(found: Listing) -> list[str]:
    """Write the ids alone, one a line."""
    return [row.item.id for row in found.rows]


def items_document(found: Listing, ledger: str | None) -> dict[str, Any]:
    """Return a list of items as a document (``tarjih.evidence_list/1``).

    Parameters
    ----------
    found : Listing
    ledger : str or None
        What may be shown of where the ledger is kept.

    Returns
    -------
    dict
        ``study``, ``as_of``, ``ledger``, ``items``: rows as `listed_entry` makes them.
    """
    return document_of(
        {
            "schema": "tarjih.evidence_list/1",
            "study": found.study.id,
            "as_of": found.as_of,
            "ledger": ledger,
            "items": [listed_entry(found.study, row) for row in found.rows],
        }
    )


def listed_entry(study: Study, row: Listed) -> dict[str, Any]:
    """Return one version of an item as data.

    Returns
    -------
    dict
        ``id``, ``item`` (its fields in the form that files have), ``held``, ``counted``,
        ``exponent``, ``reliability``, ``reason`` (why it does not count), ``recorded``: null
        for the study's own, else ``entry``, ``author``, ``at``; ``ended``: null while it is
        held, else ``why``, ``entry``, ``other``.
    """
    levels = {driver.id: [level.id for level in driver.levels] for driver in study.drivers}
    entry, account = row.entry, row.account
    by = account.row
    return {
        "id": row.item.id,
        "item": resolved_item(row.item, levels),
        "held": row.held,
        "counted": entry is not None and entry.counted,
        "exponent": entry.exponent if entry is not None else 0.0,
        "reliability": entry.reliability if entry is not None else None,
        "reason": entry.reason if entry is not None else "held on no day",
        "recorded": by and {"entry": by.seq, "author": by.author, "at": by.recorded},
        "ended": account.ended
        and {
            "why": account.ended.kind,
            "entry": account.ended.row and account.ended.row.seq,
            "other": account.ended.other or None,
        },
    }


def exported_lines(path: Path, count: int, lang: str = "en") -> list[str]:
    """Say how many items were written where."""
    name = figures(str(path), lang)
    return [paragraph(say("exported.items", lang, n=count, path=name), lang)]


def exported_document(
    study: Study, ledger: str | None, path: Path, as_of: dt.date, items: Sequence[Item]
) -> dict[str, Any]:
    """Return what was written as a document (``tarjih.evidence_export/1``).

    Returns
    -------
    dict
        ``study``, ``ledger``, ``as_of``, ``path``, ``items`` (their ids).
    """
    return document_of(
        {
            "schema": "tarjih.evidence_export/1",
            "study": study.id,
            "ledger": ledger,
            "as_of": as_of,
            "path": str(path),
            "items": [item.id for item in items],
        }
    )


def author_of(account: Account, lang: str = "en") -> str:
    """Name who recorded an item; of the study's own say so."""
    return say("evidence.own", lang) if account.row is None else account.row.author


def ending_text(ended: Ending, lang: str = "en") -> str:
    """Say why something is no longer held.

    Examples
    --------
    >>> ending_text(Ending("merged", None, "n1"))
    'merged into n1'
    """
    return say(f"ending.{ended.kind}", lang, other=figures(ended.other, lang))


def ids_of_bearing(study: Study, item: Item, lang: str = "en") -> str:
    """Say what an item bears on, by the ids that options take."""
    bears_on = item.bears_on
    if isinstance(bears_on, Seen):
        return say("evidence.seen", lang, id=figures(bears_on.indicator, lang))
    if isinstance(bears_on, Checked):
        return say("evidence.not_seen", lang, id=figures(bears_on.indicator, lang))
    if isinstance(bears_on, LevelSeen):
        level = study.driver(bears_on.driver).levels[bears_on.level].id
        return say("evidence.level", lang, driver=bears_on.driver, level=level)
    weights = [
        say("evidence.weight", lang, word=say(f"weight.{word}", lang), scenario=figures(id, lang))
        for id, word in bears_on.words.items()
        if word != "neutral"
    ]
    return list_text(weights, lang) or say("reason.neutral", lang)


def _head(found: Listing, lang: str) -> str:
    date = date_text(found.as_of, lang)
    if not found.rows:
        return paragraph(say("evidence.none_listed", lang, date=date), lang)
    text = say(
        "evidence.listed",
        lang,
        n=len(found.rows),
        date=date,
        seed=len(found.rows) - found.recorded,
        recorded=found.recorded,
        counted=found.counted,
    )
    return paragraph(text, lang)


def _line(found: Listing, study: Study, row: Listed, lang: str) -> str:
    item = row.item
    text = say(
        "evidence.line",
        lang,
        label=translate(item.label, lang),
        id=figures(item.id, lang),
        when=span_text(item.start, item.end, lang),
        known=short_date_text(item.known, lang),
        bears=bearing_text(found.study, item, lang),
        told=told_text(study, item, lang),
        counts=_counts(row, found, lang),
        author=figures(author_of(row.account, lang), lang),
    )
    return paragraph(text, lang)


def _counting(row: Listed) -> bool:
    return row.entry is not None and row.entry.counted


def _counts(row: Listed, found: Listing, lang: str) -> str:
    """Say how often an item counts; else why not, or since when it is no longer held."""
    ended, until = row.account.ended, row.item.until
    if ended is not None and row.account.never:
        reason = ending_text(ended, lang)
    elif ended is not None and until is not None and until <= found.as_of:
        reason = say(
            "evidence.ended",
            lang,
            date=short_date_text(until, lang),
            why=ending_text(ended, lang),
        )
    elif row.entry is not None and row.entry.counted:
        return say("evidence.times", lang, times=figures(f"{row.entry.exponent:.2f}", lang))
    elif row.item.known > found.as_of:
        reason = say("evidence.not_yet", lang)
    elif row.entry is not None and row.entry.why == "before the origin":
        reason = say("evidence.before_origin", lang)
    else:
        reason = say(f"reason.{row.entry.why if row.entry else 'not known'}", lang)
    return say("evidence.not_counted", lang, reason=reason)


def _grade(study: Study, item: Item) -> str:
    """Write the letters of an item's tellers and its digit, such as ``B/C2``."""
    known = {source.id: source.letter for source in study.sources}
    letters = {known.get(id, "?") for id in item.sources}
    return f"{'/'.join(sorted(letters))}{item.credibility}"


def _tellers(found: Listing, item: Item, lang: str) -> str:
    """Name an item's tellers by their ids; those that only the ledger has by their names too."""

    def name(id: str) -> str:
        source = found.tellers.get(id)
        if source is None:
            return id
        return say("card.named", lang, label=translate(source.label, lang), id=id)

    told = [
        say("evidence.relaying", lang, teller=name(id), origin=name(item.relays[id]))
        if id in item.relays
        else name(id)
        for id in item.sources
    ]
    return say("list.comma", lang).join(told)
