r"""Bringing a file of evidence into a ledger: all of it, or nothing.

>>> import tempfile, pathlib, tarjih
>>> from tarjih.evidence.ledgers.ledger import Ledger
>>> folder = tempfile.TemporaryDirectory()
>>> file = pathlib.Path(folder.name, "events.csv")
>>> _ = file.write_text(
...     "id,happened,known,seen,kind,sources,credibility\n"
...     "k1,2026-02-02,2026-02-03,minister_visit,act,sana,2\n"
... )
>>> study = tarjih.load("syria_russia")
>>> with Ledger.open(f"{folder.name}/tarjih.db") as ledger:
...     first = bring_in(ledger, study, file, author="amal")
...     again = bring_in(ledger, study, file, author="amal")
>>> first.recorded, again.recorded, again.unchanged
(1, 0, 1)
>>> folder.cleanup()
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from tarjih.calendar import parse_date
from tarjih.errors import InvalidRequest, Problem
from tarjih.evidence.imports.documents import JsonRows, YamlRows
from tarjih.evidence.imports.leftovers import Form, Leftovers
from tarjih.evidence.imports.mapped import RowMapping
from tarjih.evidence.imports.outcome import Imported, Tally
from tarjih.evidence.imports.plain import PlainRows, check_plain_columns
from tarjih.evidence.imports.reading import Row, Rows
from tarjih.evidence.imports.settling import Choices, DatasetRows
from tarjih.evidence.imports.tables import TableRows
from tarjih.evidence.ledgers.ledger import Ledger
from tarjih.evidence.ledgers.recording import Recorder
from tarjih.scenarios.records import Study

__all__ = ["bring_in", "open_rows"]

_TABLES: Final = (".csv", ".tsv", ".tab", ".txt")
_JSON: Final = (".jsonl", ".ndjson")
_YAML: Final = (".yaml", ".yml")
_FORMS: Final[Mapping[Form, tuple[str, ...]]] = {"csv": _TABLES, "jsonl": _JSON, "yaml": _YAML}
_STEP: Final = 500


def open_rows(path: Path, mapping: RowMapping | None = None) -> Rows:
    """Open a file as rows, by its ending.

    Parameters
    ----------
    path : Path
    mapping : RowMapping, optional
        Says how a table is written.

    Raises
    ------
    InvalidRequest
        If the ending is none of those known, or the file cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix in _TABLES:
        form = {} if mapping is None else mapping.file
        columns = form.get("columns")
        return TableRows(
            path,
            separator=form.get("separator"),
            columns=None if columns is None else tuple(one.casefold() for one in columns),
            quotes=form.get("quotes", True),
        )
    if suffix in _JSON:
        return JsonRows(path)
    if suffix in _YAML:
        return YamlRows(path)
    mend = "of one JSON list make lines: jq -c '.[]'" if suffix == ".json" else None
    raise InvalidRequest(
        Problem(
            str(path),
            "the ending of the name says what kind of file it is",
            got=suffix or "none",
            allowed=", ".join((*_TABLES, *_JSON, *_YAML)),
            mend=mend,
        )
    )


def bring_in(
    ledger: Ledger,
    study: Study,
    path: str | Path,
    *,
    mapping: str | None = None,
    known: dt.date | str | None = None,
    keep_going: bool = False,
    rejected: str | Path | None = None,
    our_error: bool = False,
    partial: bool = False,
    dry_run: bool = False,
    author: str | None = None,
    lang: str = "en",
    progress: Callable[[int], None] | None = None,
) -> Imported:
    """Record what a file says, amend what it says otherwise, retract what it no longer says.

    Parameters
    ----------
    ledger : Ledger
    study : Study
        As it was loaded.
    path : str or Path
        A table (``.csv``, ``.tsv``), JSON Lines (``.jsonl``) or YAML.
    mapping : str, optional
        Name of a ready mapping, or path of a mapping file. Default: the plain layout.
    known : date or str, optional
        When the file was published: for rows that do not say, and for what changed or vanished.
    keep_going : bool
        Record the good rows, and write the others to a file.
    rejected : str or Path, optional
        That file; default: the name of the file with ``.rejected.csv`` (``.jsonl``, ``.yaml``).
    our_error : bool
        What differs was recorded wrongly: mend it from the beginning.
    partial : bool
        The file holds a part only, so that nothing is taken for vanished.
    dry_run : bool
        Record nothing, and tell what would be.
    author : str, optional
        See `tarjih.evidence.ledgers.drafts.author_name`.
    lang : str
        Language of texts that are plain strings.
    progress : callable, optional
        Told how many rows were read, now and then.

    Raises
    ------
    InvalidRequest
        If the file or the mapping cannot be used, or (unless ``keep_going``) if any row is
        wrong: the first twenty are named with their lines. Nothing is recorded then.
    CannotCompute
        If the file cannot be read, or the ledger cannot be written.
    """
    path = Path(path)
    rows_of = None if mapping is None else RowMapping.load(mapping, lang)
    day = None if known is None else parse_date(known, "--known")
    rows = open_rows(path, rows_of)
    if rows_of is None:
        check_plain_columns(rows.columns, rows.name)
    else:
        rows_of.check_columns(rows.columns, rows.name)
        if day is None and not rows_of.dates_rows(rows.columns):
            raise InvalidRequest(
                Problem(
                    "--known",
                    "the rows do not say when they were published",
                    mend="give the date of the file with --known DATE",
                )
            )
    kept = _leftovers(path, rows, rejected) if keep_going else None
    tally = Tally(rows.name, None if dry_run else kept)
    choices = Choices(day, our_error=our_error, partial=partial, lang=lang)
    target = ledger.rehearsal(study) if dry_run else ledger
    try:
        with target.recording(study, author=author) as recorder:
            checked = _take_all(recorder, rows, rows_of, choices, tally, progress)
            if tally.rejected and not keep_going:
                raise tally.refuse()
        written = tally.leftovers.keep() if tally.leftovers else None
    finally:
        if kept is not None:
            kept.drop()
    return Imported(
        study=study,
        file=rows.name,
        mapping=None if rows_of is None else rows_of.name,
        rows=tally.rows,
        recorded=tally.counts.get("recorded", 0),
        amended=tally.counts.get("amended", 0),
        retracted=tally.counts.get("retracted", 0),
        unchanged=tally.counts.get("unchanged", 0),
        set_aside=tally.counts.get("set_aside", 0),
        skipped=tally.counts.get("skipped", 0),
        rejected=tally.rejected,
        acts=tuple(tally.acts),
        problems=tuple(tally.problems),
        wrong=tally.wrong,
        rejected_file=written,
        checked_vanished=checked,
        dry_run=dry_run,
    )


def _take_all(
    recorder: Recorder,
    rows: Rows,
    mapping: RowMapping | None,
    choices: Choices,
    tally: Tally,
    progress: Callable[[int], None] | None,
) -> bool:
    """Go through the rows; return whether vanished ones were looked for."""
    taking: DatasetRows | PlainRows
    if mapping is None:
        taking = PlainRows(recorder, choices, tally)
    else:
        mapping.check_study(recorder.held, choices.lang)
        flat = rows.columns is not None
        taking = DatasetRows(recorder, mapping, choices, tally, structured=not flat)
    for row in rows:
        tally.rows += 1
        if isinstance(row, Row):
            taking.take(row)
        else:
            tally.reject(row.line, {}, row.problem, raw=row.raw)
        if progress is not None and not tally.rows % _STEP:
            progress(tally.rows)
    # Rejected rows of an earlier import are never all that a file covers.
    choices.partial = choices.partial or rows.leftovers
    taking.finish()
    return isinstance(taking, DatasetRows) and taking.looks_for_vanished


def _leftovers(path: Path, rows: Rows, rejected: str | Path | None) -> Leftovers:
    form, endings = next(one for one in _FORMS.items() if path.suffix.lower() in one[1])
    target = Path(f"{path}.rejected.{form}" if rejected is None else rejected)
    if target.suffix.lower() not in endings:
        raise InvalidRequest(
            Problem(
                "--rejected",
                "rejected rows are written in the form of the file that is imported",
                str(target),
                f"a name that ends in {endings[0]}",
            )
        )
    if not target.parent.is_dir():
        raise InvalidRequest(
            Problem("--rejected", "there is no such folder", str(target.parent), mend="make it")
        )
    if target.is_dir() or (target.exists() and target.samefile(path)):
        raise InvalidRequest(Problem("--rejected", "this cannot be written to", str(target)))
    return Leftovers(target, form, rows.columns or ())
