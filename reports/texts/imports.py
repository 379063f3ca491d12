"""What an import did, or would do, in words and as data.

Counts first, then the first entries with the lines they come from, then what was rejected. The
messages on rejected rows are those of all errors, and in English like them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from tarjih.reports.texts.documents import document_of
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.numbers import count_text, figures, paragraph
from tarjih.reports.words.strings import language, list_text, say
from tarjih.scenarios.records import translate

if TYPE_CHECKING:
    from tarjih.evidence.imports.outcome import Act, Imported

__all__ = ["imported_document", "imported_lines", "imported_summary"]

_COUNTED = ("recorded", "amended", "retracted", "unchanged", "set_aside", "skipped", "rejected")


def imported_lines(found: Imported, ledger: str, lang: str = "en") -> list[str]:
    """Return what became of the rows.

    Parameters
    ----------
    found : Imported
    ledger : str
        What may be shown of where it is kept.
    lang : {"en", "ar"}
    """
    language(lang)
    return [paragraph(line, lang) if line else "" for line in _lines(found, ledger, lang)]


def imported_summary(found: Imported, lang: str = "en") -> list[str]:
    """Return the counts in one line, and where rejected rows are."""
    language(lang)
    fields = {
        name: count_text(getattr(found, name), lang)
        for name in ("recorded", "amended", "retracted", "rejected")
    }
    if found.dry_run:
        head = say("import.summary_trial", lang, file=figures(found.file, lang), **fields)
    else:
        head = say("import.summary", lang, file=figures(found.file, lang), **fields)
    return [paragraph(line, lang) for line in (head, *_left(found, lang))]


def imported_document(found: Imported, ledger: str) -> dict[str, Any]:
    """Return what an import did as a document (``tarjih.import/1``).

    ``study``, ``ledger``, ``file``, ``mapping`` (null: the plain layout), ``dry_run``, ``rows``;
    ``counts`` of rows and items; ``checked_vanished``: whether items whose rows are missing were
    looked for; ``entries``: the first of those made, each with ``line`` (null: its row is gone),
    ``did``, ``id``, ``known`` (null: an error of ours), ``fields`` amended and ``label``;
    ``problems``: the first of those that rows were rejected for; ``rejected_file``.
    """
    return document_of(
        {
            "schema": "tarjih.import/1",
            "study": found.study.id,
            "ledger": ledger,
            "file": found.file,
            "mapping": found.mapping,
            "dry_run": found.dry_run,
            "rows": found.rows,
            "counts": {name: getattr(found, name) for name in _COUNTED},
            "checked_vanished": found.checked_vanished,
            "entries": [
                {
                    "line": act.line,
                    "did": act.did,
                    "id": act.id,
                    "known": act.known,
                    "fields": list(act.fields),
                    "label": dict(act.label),
                }
                for act in found.acts
            ],
            "problems": [
                {
                    "where": one.where,
                    "what": one.what,
                    "got": one.got,
                    "allowed": one.allowed,
                    "mend": one.mend,
                }
                for one in found.problems
            ],
            "rejected_file": None if found.rejected_file is None else str(found.rejected_file),
        }
    )


def _lines(found: Imported, ledger: str, lang: str) -> Iterator[str]:
    rows, file = say("import.rows", lang, n=found.rows), figures(found.file, lang)
    if found.mapping is None:
        yield say("import.head", lang, file=file, rows=rows)
    else:
        name = figures(found.mapping, lang)
        yield say("import.head_mapped", lang, file=file, rows=rows, mapping=name)
    if found.dry_run:
        yield say("import.try", lang)
    else:
        yield say("import.made", lang, ledger=figures(ledger, lang))
    for name in _COUNTED:
        count = getattr(found, name)
        if count:
            # In the plain layout a row itself says that its item ended.
            said = "ended" if name == "retracted" and found.mapping is None else name
            yield say(f"import.count.{said}", lang, count=count_text(count, lang))
    if not found.entries:
        yield say("import.nothing", lang)
    if found.acts:
        yield ""
        shown, count = count_text(len(found.acts), lang), count_text(found.entries, lang)
        if len(found.acts) < found.entries:
            yield say("import.first_acts", lang, shown=shown, count=count)
        else:
            yield say("import.acts", lang)
        for act in found.acts:
            yield _act(act, lang)
    if found.problems:
        yield ""
        if len(found.problems) < found.wrong:
            yield say("import.first_problems", lang, shown=count_text(len(found.problems), lang))
        else:
            yield say("import.problems", lang)
        for problem in found.problems:
            yield f"- {figures(str(problem), lang)}"
    left = list(_left(found, lang))
    if left:
        yield ""
        yield from left


def _act(act: Act, lang: str) -> str:
    if act.line is None:
        place = say("import.gone", lang)
    else:
        place = say("import.place", lang, line=figures(str(act.line), lang))
    fields: dict[str, Any] = {
        "place": place,
        "id": figures(act.id, lang),
        "label": translate(act.label, lang),
    }
    if act.did == "amended":
        fields["fields"] = list_text([say(f"field.{one}", lang) for one in act.fields], lang)
        if act.known is None:
            return say("import.act.mended", lang, **fields)
    if act.known is None:
        return say("import.act.removed", lang, **fields)
    return say(f"import.act.{act.did}", lang, date=date_text(act.known, lang), **fields)


def _left(found: Imported, lang: str) -> Iterator[str]:
    if found.rejected_file is not None:
        yield say("import.rejected_file", lang, file=figures(str(found.rejected_file), lang))
    if found.rejected and found.mapping is not None:
        yield say("import.not_looked", lang)
