"""``tarjih evidence export STUDY``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tarjih.cli.options import AsOf, Json, Lang, LedgerOption, Quiet, StudyName

__all__ = ["export_evidence"]

Out = Annotated[
    str,
    typer.Option(
        "--out",
        "-o",
        metavar="FILE.csv|.jsonl|.yaml",
        help="Where to; the ending says how. A CSV opens in a spreadsheet, Arabic included.",
        show_default=False,
    ),
]
Versions = Annotated[
    bool,
    typer.Option(
        "--all",
        help="Every version of every item, with the day on which it was no longer held: the past "
        "can then be replayed from the file. Not what was undone or an error of ours.",
    ),
]


def export_evidence(
    study: StudyName,
    out: Out,
    as_of: AsOf = None,
    versions: Versions = False,
    ledger: LedgerOption = None,
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write the items held to a file: the study's own and those in the ledger.

    `tarjih evidence import` reads the file back, to the same forecasts. A cell that a
    spreadsheet would take for a formula is written with an apostrophe before it.
    """
    from tarjih.cli.evidence.reading import read_evidence
    from tarjih.cli.output import write_document, write_text
    from tarjih.cli.requests import parse_as_of
    from tarjih.errors import InvalidRequest, Problem
    from tarjih.evidence.imports.exporting import (
        FORMS,
        all_versions,
        export_bytes,
        held_items,
    )
    from tarjih.evidence.ledgers.listing import list_items
    from tarjih.models.networks.files import put_in_place
    from tarjih.models.posterior import as_of_date
    from tarjih.reports.texts.items import exported_document, exported_lines
    from tarjih.reports.words.strings import language

    language(lang)
    path, day = _target(out), parse_as_of(as_of)
    if versions and day is not None:
        mend = "leave one of them out"
        raise InvalidRequest(Problem("--all", "every version is not as of a day", mend=mend))
    held, name = read_evidence(study, ledger, lang=lang, quiet=quiet)
    extended = held.extended()
    day = as_of_date(extended, extended.items, day)
    items = all_versions(held) if versions else held_items(list_items(held, as_of=day))
    content = export_bytes(items, held, FORMS[path.suffix.lower()])
    with put_in_place(path) as temporary:
        temporary.write_bytes(content)
    if json:
        write_document(exported_document(held.study, name, path, day, items))
    elif not quiet:
        write_text(exported_lines(path, len(items), lang))


def _target(out: str) -> Path:
    from tarjih.errors import InvalidRequest, Problem
    from tarjih.evidence.imports.exporting import FORMS

    path = Path(out)
    if path.suffix.lower() not in FORMS:
        raise InvalidRequest(Problem("--out", "unknown ending", out, ", ".join(FORMS)))
    if path.is_dir():
        raise InvalidRequest(Problem("--out", "this is a folder", out, "a file"))
    if not path.parent.is_dir():
        what = "there is no such folder"
        raise InvalidRequest(Problem("--out", what, str(path.parent), mend="make it first"))
    return path
