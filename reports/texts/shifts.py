"""What a change to the evidence was, and how belief moved by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tarjih.evidence.ledgers.chain import Row
from tarjih.evidence.ledgers.entries import Merge, Said, Undo, said_by
from tarjih.reports.texts.documents import document_of
from tarjih.reports.texts.item_history import moment_text, said_text
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.numbers import figures, interval_text, paragraph, percent_texts
from tarjih.reports.words.strings import list_text, quoted, say
from tarjih.scenarios.records import translate

if TYPE_CHECKING:
    from tarjih.models.asked.shifted import BeliefShift

__all__ = ["Changed", "change_document", "change_lines", "shift_lines"]

_LEAST = 0.005


@dataclass(frozen=True, slots=True)
class Changed:
    """An entry that changes what is held, with what follows of it.

    Attributes
    ----------
    row : Row
        The entry.
    dry : bool
        It was only tried out.
    shift : BeliefShift or None
        How belief moved; None if that was not asked for.
    undone : Row or None
        Of an undo: the entry that it took back.
    notes : sequence of str
        More to say, in the language of the text.
    undo : str
        The command that takes it back; empty if nothing was recorded.
    """

    row: Row
    dry: bool
    shift: BeliefShift | None = None
    undone: Row | None = None
    notes: Sequence[str] = ()
    undo: str = ""


def change_lines(found: Changed, lang: str = "en") -> list[str]:
    """Say what was recorded, or would be, and how belief moved."""
    row = found.row
    said = said_by(row.kind, row.body, row.seq)
    seq, words = figures(str(row.seq), lang), _of_items(said, lang)
    if found.dry:
        lines = [say("change.tried", lang, seq=seq, said=words)]
    else:
        lines = [say("change.recorded", lang, seq=seq, said=words)]
    if found.undone is not None and isinstance(said, Undo):
        before = said_by(found.undone.kind, found.undone.body, found.undone.seq)
        lines.append(
            say(
                "change.took_back",
                lang,
                seq=figures(str(found.undone.seq), lang),
                moment=moment_text(found.undone.recorded, lang),
                said=_of_items(before, lang),
            )
        )
    if found.shift is not None:
        lines += shift_lines(found.shift, lang)
    lines += found.notes
    if found.undo:
        lines.append(say("change.undo", lang, command=figures(found.undo, lang)))
    return [paragraph(line, lang) for line in lines]


def _of_items(said: Said, lang: str) -> str:
    """Say of which items an entry speaks, and what; a merger names them itself."""
    if isinstance(said, Merge):
        return said_text(said, lang)
    ids = list_text([figures(id, lang) for id in said.ids], lang)
    return say("change.of_items", lang, ids=ids, said=said_text(said, lang))


def shift_lines(shift: BeliefShift, lang: str = "en") -> list[str]:
    """Say how belief moved: one line for each scenario that moved by a point or more as shown."""
    date = date_text(shift.as_of, lang)
    before, after = (
        percent_texts([float(p) for p in means], lang)
        for means in (shift.before[0], shift.after[0])
    )
    scenarios = shift.study.scenarios
    lines = [
        say(
            "shift.moved",
            lang,
            date=date,
            scenario=quoted(translate(scenario.short, lang), lang),
            before=before[k],
            after=after[k],
            interval=say(
                "shift.interval",
                lang,
                interval=interval_text(shift.after[1, k], shift.after[2, k], lang),
            ),
        )
        for k, scenario in enumerate(scenarios)
        if abs(shift.change[k]) >= _LEAST and before[k] != after[k]
    ]
    if not lines:
        return [say("shift.still", lang, date=date)]
    old, new = int(shift.before[0].argmax()), int(shift.after[0].argmax())
    if old != new:
        names = [quoted(translate(one.short, lang), lang) for one in scenarios]
        lines.append(say("shift.leader", lang, before=names[old], after=names[new]))
    return lines


def change_document(found: Changed, ledger: str | None, study: str) -> dict[str, Any]:
    """Return a change as a document (``tarjih.evidence_change/1``).

    Returns
    -------
    dict
        ``study``, ``ledger``, ``recorded`` (false for a trial), ``entry``, ``kind``, ``ids``,
        ``author``, ``body``; ``undone``: null, or ``entry``, ``kind``, ``body`` of what was
        taken back; ``belief``: null, or ``as_of``, ``engine``, ``seed``, ``scenarios``: id to
        ``before`` and ``after``, each with ``mean``, ``q05``, ``q95``; and ``reliable``.
    """
    row, shift, undone = found.row, found.shift, found.undone
    said = said_by(row.kind, row.body, row.seq)
    names = ("mean", "q05", "q95")
    belief = None
    if shift is not None:
        belief = {
            "as_of": shift.as_of,
            "engine": shift.engine,
            "seed": shift.seed,
            "scenarios": {
                scenario.id: {
                    when: dict(zip(names, map(float, values[:, k]), strict=True))
                    for when, values in (("before", shift.before), ("after", shift.after))
                }
                for k, scenario in enumerate(shift.study.scenarios)
            },
            "reliable": shift.diagnostics.reliable,
        }
    return document_of(
        {
            "schema": "tarjih.evidence_change/1",
            "study": study,
            "ledger": ledger,
            "recorded": not found.dry,
            "entry": row.seq,
            "kind": row.kind,
            "ids": list(said.ids),
            "author": row.author,
            "body": row.body,
            "undone": undone and {"entry": undone.seq, "kind": undone.kind, "body": undone.body},
            "belief": belief,
        }
    )
