"""Who tells: every source with its grade, how much rests on it, and how far it is trusted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tarjih.evidence.ledgers.held import Held
from tarjih.evidence.ledgers.listing import Listing
from tarjih.reports.texts.documents import document_of
from tarjih.reports.words.columns import aligned
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.numbers import figures, interval_text, paragraph, percent_text
from tarjih.reports.words.strings import list_text, say
from tarjih.scenarios.records import Source, translate

if TYPE_CHECKING:
    import datetime as dt

    from tarjih.models.asked.trust import TellerTrust

__all__ = ["Teller", "tellers_document", "tellers_lines", "tellers_of"]


@dataclass(frozen=True, slots=True)
class Teller:
    """One source, and what rests on it.

    Attributes
    ----------
    source : Source
    recorded : bool
        It came with an entry of the ledger; the study itself does not list it.
    items, counted : int
        Items held that it tells; those of them that count.
    relays : mapping of source id to int
        Whom it only relays, and in how many items.
    trust : TellerTrust or None
        With learned trust, if something that counts rests on it.
    """

    source: Source
    recorded: bool
    items: int
    counted: int
    relays: Mapping[str, int]
    trust: TellerTrust | None = None


def tellers_of(
    held: Held, listing: Listing, trust: Sequence[TellerTrust] = ()
) -> tuple[Teller, ...]:
    """Return every source of a study and its ledger, those on which most rests first.

    Parameters
    ----------
    held : Held
    listing : Listing
        The items held as of a day.
    trust : sequence of TellerTrust
        How far each is trusted; empty where trust is fixed.
    """
    told: Counter[str] = Counter()
    counted: Counter[str] = Counter()
    relays: dict[str, Counter[str]] = {}
    for row in listing.rows:
        for teller in row.item.sources:
            told[teller] += 1
            counted[teller] += row.entry is not None and row.entry.counted
        for teller, origin in row.item.relays.items():
            relays.setdefault(teller, Counter())[origin] += 1
    own = {source.id for source in held.study.sources}
    learned = {one.teller: one for one in trust}
    found = [
        Teller(
            source,
            source.id not in own,
            told[source.id],
            counted[source.id],
            dict(relays.get(source.id, Counter()).most_common()),
            learned.get(source.id),
        )
        for source in listing.study.sources
    ]
    return tuple(sorted(found, key=lambda one: (-one.counted, -one.items, one.source.id)))


def tellers_lines(
    found: Sequence[Teller], as_of: dt.date, lang: str = "en", *, learned: bool = False
) -> list[str]:
    """Write every source: in columns, or where the language has none in a line each."""
    date = date_text(as_of, lang)
    if learned:
        closing = say("tellers.trust_note", lang)
    else:
        setting = figures("`trust: learned`", lang)
        closing = say("tellers.fixed_note", lang, setting=setting)
    head = say("tellers.head", lang, n=len(found), date=date)
    lines = [head, *(_line(one, lang) for one in found), closing]
    if lang == "ar":
        return [paragraph(line, lang) for line in lines]
    heads = [
        say("tellers.source", lang),
        say("tellers.letter", lang),
        say("tellers.from", lang),
        say("tellers.items", lang),
        say("tellers.counted", lang),
        *([say("tellers.trust", lang)] if learned else []),
        say("tellers.relays", lang),
    ]
    rows = [
        [
            say("card.named", lang, label=translate(one.source.label, lang), id=one.source.id),
            one.source.letter,
            _place(one, lang),
            str(one.items),
            str(one.counted),
            *([_trust(one, lang)] if learned else []),
            _relays(one, lang),
        ]
        for one in found
    ]
    flush = [False, False, False, True, True, *([False] if learned else []), False]
    return [head, *aligned([heads, *rows], flush), "", closing]


def _line(one: Teller, lang: str) -> str:
    line = say(
        "tellers.line",
        lang,
        label=translate(one.source.label, lang),
        id=figures(one.source.id, lang),
        letter=figures(one.source.letter, lang),
        place=_place(one, lang),
        items=figures(str(one.items), lang),
        counted=figures(str(one.counted), lang),
    )
    if one.trust is not None:
        part = say("tellers.trust_is", lang, trust=_trust(one, lang))
        line = say("tellers.line_part", lang, line=line, part=part)
    if one.relays:
        part = say("tellers.relaying", lang, origins=_relays(one, lang))
        line = say("tellers.line_part", lang, line=line, part=part)
    return line


def _place(one: Teller, lang: str) -> str:
    return say("tellers.ledger", lang) if one.recorded else say("tellers.study", lang)


def _relays(one: Teller, lang: str) -> str:
    shown = [
        say("tellers.relay", lang, origin=figures(origin, lang), n=figures(str(n), lang))
        for origin, n in one.relays.items()
    ]
    return list_text(shown, lang)


def _trust(one: Teller, lang: str) -> str:
    if one.trust is None:
        return ""
    after = one.trust.after
    return say(
        "tellers.trusted",
        lang,
        before=percent_text(one.trust.before.mean, lang),
        after=percent_text(after.mean, lang),
        interval=interval_text(after.q05, after.q95, lang),
    )


def tellers_document(
    found: Sequence[Teller], study: str, as_of: dt.date, ledger: str | None, *, learned: bool
) -> dict[str, Any]:
    """Return every source as a document (``tarjih.evidence_sources/1``).

    Returns
    -------
    dict
        ``study``, ``as_of``, ``ledger``, ``trust`` ("fixed" or "learned"), ``sources``: id to
        ``label``, ``letter``, ``from`` ("study" or "ledger"), ``items``, ``counted``,
        ``relays``, ``trust``: null, or ``before`` and ``after`` with ``mean``, ``q05``, ``q95``.
    """
    return document_of(
        {
            "schema": "tarjih.evidence_sources/1",
            "study": study,
            "as_of": as_of,
            "ledger": ledger,
            "trust": "learned" if learned else "fixed",
            "sources": {
                one.source.id: {
                    "label": dict(one.source.label),
                    "letter": one.source.letter,
                    "from": "ledger" if one.recorded else "study",
                    "items": one.items,
                    "counted": one.counted,
                    "relays": dict(one.relays),
                    "trust": one.trust
                    and {
                        when: {"mean": spread.mean, "q05": spread.q05, "q95": spread.q95}
                        for when, spread in (
                            ("before", one.trust.before),
                            ("after", one.trust.after),
                        )
                    },
                }
                for one in found
            },
        }
    )
