"""One item in full: how it stands as of a day, its versions, and all that was said of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tarjih.evidence.ledgers.entries import Amend, Merge, Observe, Retract, Said, Undo
from tarjih.evidence.ledgers.held import Recorded
from tarjih.evidence.ledgers.listing import Listed, Listing
from tarjih.reports.texts.card_evidence import bearing_text, told_text
from tarjih.reports.texts.citations import cites_line, cites_text
from tarjih.reports.texts.documents import document_of
from tarjih.reports.texts.items import ending_text, listed_entry
from tarjih.reports.words.dates import date_text, short_date_text, span_text
from tarjih.reports.words.numbers import figures, paragraph
from tarjih.reports.words.strings import list_text, say
from tarjih.scenarios.records import Study, translate

__all__ = ["ItemHistory", "history_document", "history_lines", "moment_text", "said_text"]


@dataclass(frozen=True, slots=True)
class ItemHistory:
    """An item as of a day, with everything that was recorded of it.

    Attributes
    ----------
    id : str
    listing : Listing
        Its versions, all of them, and those of the items that share its cluster.
    entries : sequence of Recorded
        What was said of it, undone entries too, in order.
    """

    id: str
    listing: Listing
    entries: Sequence[Recorded]

    @property
    def versions(self) -> list[Listed]:
        """Its versions, the earliest first."""
        own = [row for row in self.listing.rows if row.account.id == self.id]
        return sorted(own, key=lambda row: (row.item.known, len(row.item.id), row.item.id))

    @property
    def shown(self) -> Listed:
        """The version held as of the day; else the last."""
        versions = self.versions
        return next((row for row in versions if row.held), versions[-1])

    @property
    def cluster(self) -> list[str]:
        """The other items of its cluster that are held as of the day."""
        name = self.shown.item.cluster
        return [
            row.item.id
            for row in self.listing.rows
            if name is not None
            and row.held
            and row.item.cluster == name
            and row.account.id != self.id
        ]


def history_lines(found: ItemHistory, lang: str = "en") -> list[str]:
    """Write one item in full."""
    return [paragraph(line, lang) for line in _lines(found, lang) if line]


def _lines(found: ItemHistory, lang: str) -> Iterator[str]:
    study, row = found.listing.told, found.shown
    item = row.item
    label = translate(item.label, lang)
    yield say("evidence.head", lang, id=figures(item.id, lang), label=label)
    yield say(
        "evidence.dates",
        lang,
        when=span_text(item.start, item.end, lang),
        known=short_date_text(item.known, lang),
    )
    yield bearing_text(study, item, lang)
    yield told_text(study, item, lang)
    date = date_text(found.listing.as_of, lang)
    yield say("evidence.held_as_of", lang, date=date, counts=_standing(found, row, lang))
    if item.cluster is not None:
        yield say("evidence.cluster", lang, cluster=figures(item.cluster, lang))
    others = list_text([figures(id, lang) for id in found.cluster], lang)
    if others and row.entry is not None and row.entry.counted and row.entry.exponent < 1:
        yield say("evidence.discounted", lang, others=others)
    elif others:
        yield say("card.cluster", lang, others=others)
    note = translate(item.note, lang)
    yield say("card.note", lang, note=note) if note else ""
    yield figures(item.url, lang) if item.url else ""
    yield cites_line(study, item.cites, lang)
    yield say("card.retrospective", lang) if item.retrospective else ""
    if len(found.versions) > 1 or row.account.ended is not None:
        yield say("evidence.versions", lang)
        for version in found.versions:
            yield f"- {_version(found, version, lang)}"
    yield say("evidence.history", lang)
    if all(version.account.row is None for version in found.versions):
        own = say("evidence.from_study", lang)
        yield f"- {own}"
    for one in found.entries:
        yield f"- {_entry(one, study, lang)}"


def _standing(found: ItemHistory, row: Listed, lang: str) -> str:
    if not row.held:
        ended = row.account.ended
        late = row.item.known > found.listing.as_of
        why = say("evidence.not_yet", lang) if late or ended is None else ending_text(ended, lang)
        return say("evidence.not_held", lang, why=why)
    if row.entry is not None and row.entry.counted:
        times = figures(f"{row.entry.exponent:.2f}", lang)
        return say("evidence.held_counts", lang, times=times)
    why = say(f"reason.{row.entry.why if row.entry else 'not known'}", lang)
    return say("evidence.held_uncounted", lang, reason=why)


def _version(found: ItemHistory, row: Listed, lang: str) -> str:
    study, item, account = found.listing.told, row.item, row.account
    fields = {
        "id": figures(item.id, lang),
        "bears": bearing_text(study, item, lang),
        "told": told_text(study, item, lang),
    }
    start = short_date_text(item.known, lang)
    why = "" if account.ended is None else ending_text(account.ended, lang)
    # What was changed on the day that it became known was held on none.
    if account.never or item.until == item.known:
        return say("evidence.version_never", lang, why=why, **fields)
    if item.until is None:
        return say("evidence.version", lang, start=start, **fields)
    end = short_date_text(item.until, lang)
    return say("evidence.version_ended", lang, start=start, end=end, why=why, **fields)


def _entry(one: Recorded, study: Study, lang: str) -> str:
    row = one.row
    text = say(
        "evidence.entry",
        lang,
        seq=figures(str(row.seq), lang),
        moment=moment_text(row.recorded, lang),
        author=figures(row.author, lang),
        said=said_text(one.said, lang, study),
    )
    if one.undone is None:
        return text
    return say("evidence.entry_undone", lang, entry=text, seq=figures(str(one.undone), lang))


def moment_text(recorded: str, lang: str = "en") -> str:
    """Write when an entry was recorded, to the minute.

    Examples
    --------
    >>> moment_text("2026-02-05T10:12:59.123456Z")
    '5 Feb 2026, 10:12 UTC'
    """
    moment = dt.datetime.fromisoformat(recorded)
    date = short_date_text(moment.date(), lang)
    return say("evidence.moment", lang, date=date, time=figures(f"{moment:%H:%M}", lang))


def said_text(said: Said, lang: str = "en", study: Study | None = None) -> str:
    """Say what an entry says of an item.

    Parameters
    ----------
    said : Said
    lang : {"en", "ar"}
    study : Study, optional
        By whose sources a citation is told in the language.

    Examples
    --------
    >>> said_text(Retract("n4", "withdrawn", dt.date(2026, 2, 12), "sana", "by mail"))
    'withdrawn, known 12 Feb 2026, as far as sana told it. Note: by mail'
    """
    match said:
        case Observe():
            return say("said.check" if "checked" in said.item else "said.observe", lang)
        case Amend():
            date = "" if said.known is None else short_date_text(said.known, lang)
            changes = list_text([_change(*one, study, lang) for one in said.changes.items()], lang)
            text = say(f"said.amend.{said.because}", lang, date=date, changes=changes)
        case Retract():
            date = "" if said.known is None else short_date_text(said.known, lang)
            text = say(f"said.retract.{said.because}", lang, date=date)
            if said.source is not None:
                source = figures(said.source, lang)
                text = say("said.of_source", lang, said=text, source=source)
        case Merge():
            ids = list_text([figures(id, lang) for id in said.ids], lang)
            text = say("said.merge", lang, date=short_date_text(said.known, lang), ids=ids)
        case Undo():
            return say("said.undo", lang, seq=figures(str(said.entry), lang))
        case _:
            return said.kind
    return say("said.noted", lang, said=text, note=said.note) if said.note else text


def _change(field: str, value: Any, study: Study | None, lang: str) -> str:
    name = say(f"field.{field}", lang)
    if value is None:
        return say("said.taken_away", lang, field=name)
    if field in ("label", "note"):
        return say("said.change", lang, field=name, value=translate(value, lang))
    if field == "cites" and study is not None:
        return say("said.change", lang, field=name, value=cites_text(study, str(value), lang))
    if field == "kind" and lang != "en":
        return say("said.change", lang, field=name, value=say(f"kind.{value}", lang))
    if isinstance(value, Mapping):
        written = say("list.comma", lang).join(f"{key}={one}" for key, one in value.items())
    elif isinstance(value, list | tuple):
        written = say("list.comma", lang).join(map(str, value))
    else:
        written = str(value)
    return say("said.change", lang, field=name, value=figures(written, lang))


def history_document(found: ItemHistory, ledger: str | None) -> dict[str, Any]:
    """Return one item in full as a document (``tarjih.evidence_item/1``).

    Returns
    -------
    dict
        ``study``, ``as_of``, ``ledger``, ``id``, ``shown`` (the id of the version held as of
        the day, else of the last), ``cluster`` (others of its cluster that are held),
        ``versions``: rows as of ``tarjih.evidence_list/1``; ``history``: rows of ``entry``,
        ``kind``, ``at``, ``author``, ``undone_by``, ``body``.
    """
    study = found.listing.study
    return document_of(
        {
            "schema": "tarjih.evidence_item/1",
            "study": study.id,
            "as_of": found.listing.as_of,
            "ledger": ledger,
            "id": found.id,
            "shown": found.shown.item.id,
            "cluster": found.cluster,
            "versions": [listed_entry(study, row) for row in found.versions],
            "history": [
                {
                    "entry": one.row.seq,
                    "kind": one.row.kind,
                    "at": one.row.recorded,
                    "author": one.row.author,
                    "undone_by": one.undone,
                    "body": one.row.body,
                }
                for one in found.entries
            ],
        }
    )
