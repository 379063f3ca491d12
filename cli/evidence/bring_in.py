"""``tarjih evidence import STUDY FILE``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from tarjih.cli.evidence.changing import DryRun
from tarjih.cli.items import Author
from tarjih.cli.options import Json, Lang, LedgerOption, Quiet, StudyName

__all__ = ["import_file"]


def _mappings(incomplete: str) -> list[str]:
    """Complete the names of ready mappings."""
    from tarjih.evidence.imports.mapping_files import ready_mappings

    return [name for name in ready_mappings() if name.startswith(incomplete)]


File = Annotated[
    str,
    typer.Argument(
        metavar="FILE",
        help="A table (.csv, .tsv), JSON Lines (.jsonl) or YAML (.yaml).",
        show_default=False,
    ),
]
MappingOption = Annotated[
    str | None,
    typer.Option(
        "--mapping",
        metavar="NAME|FILE.yaml",
        autocompletion=_mappings,
        help="How rows become items: a ready mapping, or a file of your own. Default: the columns "
        "that `evidence export` writes.",
        show_default=False,
    ),
]
Published = Annotated[
    str | None,
    typer.Option(
        "--known",
        metavar="DATE",
        help="When the file was published: for rows that do not say, and for what changed or is "
        "gone since an earlier import.",
        show_default=False,
    ),
]
KeepGoing = Annotated[
    bool,
    typer.Option(
        "--keep-going",
        help="Record the good rows, and write the others with their reasons to a file. Default: if "
        "one row is wrong, nothing is recorded.",
    ),
]
Rejected = Annotated[
    str | None,
    typer.Option(
        "--rejected",
        metavar="PATH",
        help="That file. Default: FILE.rejected.csv; of JSON Lines and YAML .jsonl and .yaml.",
        show_default=False,
    ),
]
OurError = Annotated[
    bool,
    typer.Option(
        "--our-error",
        help="What differs from the last import was recorded wrongly: mend it on every day.",
    ),
]
Partial = Annotated[
    bool,
    typer.Option(
        "--partial",
        help="The file holds a part only: retract nothing because its row is missing.",
    ),
]


def import_file(
    study: StudyName,
    file: File,
    mapping: MappingOption = None,
    known: Published = None,
    keep_going: KeepGoing = False,
    rejected: Rejected = None,
    our_error: OurError = False,
    partial: Partial = False,
    dry_run: DryRun = False,
    author: Author = None,
    ledger: LedgerOption = None,
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Record the evidence of a file: all of it, or nothing.

    Reading a file again records nothing twice: what changed is amended, and what vanished from
    a dataset is retracted. Rows that are wrong are told with their lines; with --keep-going the
    exit code is 0 if anything of the file is held, and 1 if all rows were rejected.
    """
    from functools import partial as partial_of

    from tarjih.cli.ledgers import find_ledger, tell_ledger
    from tarjih.cli.output import write_document, write_text
    from tarjih.cli.progress import progress_bar
    from tarjih.errors import InvalidRequest, Problem
    from tarjih.evidence.imports.importing import bring_in
    from tarjih.evidence.ledgers.ledger import Ledger
    from tarjih.evidence.ledgers.memory import Memory
    from tarjih.reports.texts.imports import imported_document, imported_lines, imported_summary
    from tarjih.reports.words.strings import language, say
    from tarjih.scenarios import load

    language(lang)
    if rejected is not None and not keep_going:
        raise InvalidRequest(Problem("--rejected", "it goes with --keep-going", mend="add that"))
    loaded, path = load(study), Path(file).expanduser()
    place, show = find_ledger(ledger), not (quiet or json) and sys.stderr.isatty()
    lines = _lines_in(path) if show else 0
    with progress_bar(say("import.progress", lang), lines, show=show) as told:
        ask = partial_of(
            bring_in,
            study=loaded,
            path=path,
            mapping=mapping,
            known=known,
            keep_going=keep_going,
            rejected=rejected,
            our_error=our_error,
            partial=partial,
            author=author,
            lang=lang,
            progress=told,
        )
        found, name = None, Memory.name
        if not place.there:
            # Bad input leaves no empty ledger behind.
            found = ask(Ledger(Memory()), dry_run=True)
        if found is None or not dry_run:
            held = place.to_read() if dry_run else place.to_record()
            if held is not None:
                with held:
                    if not quiet:
                        tell_ledger(held, loaded, lang, author)
                    found, name = ask(held, dry_run=dry_run), held.name
    if found is None:  # pragma: no cover
        raise RuntimeError("a ledger that is there could not be opened")
    if json:
        write_document(imported_document(found, name))
    elif quiet:
        write_text(imported_summary(found, lang))
    else:
        write_text(imported_lines(found, name, lang))
    return 1 if found.rejected and found.rejected == found.rows else 0


def _lines_in(path: Path) -> int:
    """Count the lines of a file, to tell how much of it is done."""
    try:
        with path.open("rb") as handle:
            return sum(block.count(b"\n") for block in iter(lambda: handle.read(1 << 20), b""))
    except OSError:
        return 0
