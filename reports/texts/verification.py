"""What came of checking a ledger, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tarjih.evidence.ledgers.verification import Anchor, Fault, Verification
from tarjih.reports.texts.documents import document_of
from tarjih.reports.words.numbers import figures, paragraph
from tarjih.reports.words.strings import say

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["fault_text", "verification_document", "verification_lines"]

_MOST = 50


def verification_lines(
    found: Verification, ledger: str, lang: str = "en", *, anchor: Anchor | None = None
) -> list[str]:
    """Say whether every entry is as it was recorded, and if not, which are not.

    Parameters
    ----------
    found : Verification
    ledger : str
        What may be shown of where it is kept.
    lang : {"en", "ar"}
    anchor : Anchor, optional
        What it was held against.
    """
    return [paragraph(line, lang) for line in _lines(found, ledger, lang, anchor)]


def _lines(found: Verification, ledger: str, lang: str, anchor: Anchor | None) -> Iterator[str]:
    name = figures(ledger, lang)
    if found.sound:
        yield say("verify.sound", lang, ledger=name, n=found.entries)
    else:
        yield say("verify.unsound", lang, ledger=name, n=len(found.faults))
        for fault in found.faults[:_MOST]:
            yield f"- {fault_text(fault, lang)}"
        if len(found.faults) > _MOST:
            yield say("verify.more", lang, n=len(found.faults) - _MOST)
    if anchor is not None and found.anchored is not None:
        yield say("verify.anchored", lang, seq=figures(str(found.anchored), lang))
    if found.sound:
        head = figures(str(found.head), lang)
        yield say("verify.head", lang, head=head)
        yield say("verify.note_down", lang, option=figures("--anchor", lang))
    else:
        yield say("verify.restore", lang)


def fault_text(fault: Fault, lang: str = "en") -> str:
    """Say one thing that is not as it was recorded, and in which entry.

    Examples
    --------
    >>> fault_text(Fault(17, "n17", "changed"))
    'entry 17 (n17): was changed after it was recorded'
    """
    what = say(f"verify.fault.{fault.kind}", lang, other=figures(fault.other, lang))
    if fault.seq is None:
        return what
    seq = figures(str(fault.seq), lang)
    if fault.id is None:
        return say("verify.entry", lang, seq=seq, what=what)
    return say("verify.entry_of", lang, seq=seq, id=figures(fault.id, lang), what=what)


def verification_document(found: Verification, ledger: str) -> dict[str, Any]:
    """Return what was found as a document (``tarjih.verification/1``).

    Returns
    -------
    dict
        ``ledger``, ``sound``, ``entries``, ``head`` (``N:HASH``, an anchor for later),
        ``anchored`` (the number of the last entry that the anchor vouches for, or null) and
        ``faults``: rows of ``entry``, ``id``, ``kind``, ``what``.
    """
    return document_of(
        {
            "schema": "tarjih.verification/1",
            "ledger": ledger,
            "sound": found.sound,
            "entries": found.entries,
            "head": str(found.head),
            "anchored": found.anchored,
            "faults": [
                {"entry": one.seq, "id": one.id, "kind": one.kind, "what": one.what}
                for one in found.faults
            ],
        }
    )
