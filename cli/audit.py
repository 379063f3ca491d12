"""``tarjih audit STUDY``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tarjih.cli.options import Json, Lang, LedgerOption, Quiet, StudyName, View

if TYPE_CHECKING:
    from tarjih.evidence.ledgers.ledger import Ledger
    from tarjih.evidence.ledgers.statements import Statement
    from tarjih.scenarios.records import Study

__all__ = ["audit_study"]

On = Annotated[
    str | None,
    typer.Option(
        "--on",
        metavar="DATE",
        help="What was said by this day (UTC), what today's model says with that day's knowledge, "
        "and what hindsight says.",
        show_default=False,
    ),
]
Id = Annotated[
    str | None,
    typer.Option(
        "--id",
        metavar="sN",
        help="Compute one statement again from what the ledger keeps, and compare to the byte.",
        show_default=False,
    ),
]
Listed = Annotated[
    bool, typer.Option("--list", help="List all statements. So does no option at all.")
]
Folder = Annotated[
    str | None,
    typer.Option(
        "--out",
        "-o",
        metavar="FOLDER",
        help="With --id: write the study, the draws and the document to a new folder.",
        show_default=False,
    ),
]
OtherEngine = Annotated[
    str | None,
    typer.Option(
        "--engine",
        metavar="auto|exact|particle|pymc",
        help="With --on: how today's numbers are computed. Default: as the statement's.",
        show_default=False,
    ),
]
OtherSeed = Annotated[
    str | None,
    typer.Option(
        "--seed",
        metavar="N",
        help="With --on: the seed of today's numbers. Default: the statement's.",
        show_default=False,
    ),
]


def audit_study(
    study: StudyName,
    on: On = None,
    id: Id = None,
    listed: Listed = False,
    out: Folder = None,
    view: View = None,
    ledger: LedgerOption = None,
    engine: OtherEngine = None,
    seed: OtherSeed = None,
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Go back to what was said for the record.

    `tarjih run --record` and every `tarjih update` keep a statement in the ledger, with the
    study and the draws it was made of. With --on: what was said by a day, what would be said of
    it today, and what explains each difference, in parts that add up. With --id: any number ever
    shown, computed again.
    """
    from tarjih.cli.ledgers import find_ledger, tell_ledger
    from tarjih.cli.requests import check_engine, parse_seed
    from tarjih.errors import InvalidRequest, Problem
    from tarjih.evidence.ledgers.ledger import Ledger
    from tarjih.evidence.ledgers.memory import Memory
    from tarjih.reports.words.strings import language
    from tarjih.scenarios import load

    language(lang)
    asked = [name for name, given in (("--on", on), ("--id", id), ("--list", listed)) if given]
    problems = []
    if len(asked) > 1:
        problems.append(Problem("", "one of these at a time", " ".join(asked)))
    if out is not None and id is None:
        problems.append(Problem("--out", "only with --id", out))
    problems += [
        Problem(name, "only with --on", value)
        for name, value in (("--view", view), ("--engine", engine), ("--seed", seed))
        if value is not None and on is None
    ]
    if problems:
        raise InvalidRequest(problems)
    name = None if engine is None else check_engine(engine)
    number = None if seed is None else parse_seed(seed)
    loaded = load(study)
    place = find_ledger(ledger)
    found = place.to_read()
    with found or Ledger(Memory()) as opened:
        if not quiet and found is not None:
            tell_ledger(opened, loaded, lang)
        if id is not None:
            return _again(opened, loaded, id, out, lang=lang, json=json)
        if on is not None:
            _on_day(opened, loaded, on, view, name, number, lang=lang, json=json, quiet=quiet)
        else:
            where = str(place.where) if found is None else opened.name
            _list(opened, where, loaded, lang=lang, json=json)
    return 0


def _list(ledger: Ledger, where: str, study: Study, *, lang: str, json: bool) -> None:
    from tarjih.cli.output import write_document, write_text
    from tarjih.evidence.ledgers.statements import read_statements
    from tarjih.reports.texts.statements import statements_document, statements_lines

    found = read_statements(ledger, study)
    if json:
        write_document(statements_document(where, study, found))
    else:
        write_text(statements_lines(where, study, found, lang))


def _again(ledger: Ledger, study: Study, id: str, out: str | None, *, lang: str, json: bool) -> int:
    from tarjih.cli.output import note, write_document, write_text
    from tarjih.evidence.ledgers.statements import read_statement
    from tarjih.reports.texts.statements import (
        reproduced,
        reproduction_document,
        reproduction_lines,
    )
    from tarjih.reports.words.strings import list_text, say

    statement = read_statement(ledger, id, study)
    folder = None if out is None else _new_folder(out)
    found = reproduced(statement)
    if folder is not None:
        names = _take_away(statement, folder)
        note(say("audit.written", lang, path=folder, names=list_text(names, lang)))
    if json:
        write_document(reproduction_document(found))
    else:
        write_text(reproduction_lines(found, lang))
    return 0 if found.same else 1


def _on_day(
    ledger: Ledger,
    study: Study,
    on: str,
    view: str | None,
    engine: str | None,
    seed: int | None,
    *,
    lang: str,
    json: bool,
    quiet: bool,
) -> None:
    from tarjih.calendar import parse_date
    from tarjih.cli.output import write_document, write_text
    from tarjih.errors import InvalidRequest, Problem
    from tarjih.evidence.ledgers.statements import read_statements
    from tarjih.models.asked.auditing import audit_of
    from tarjih.priors import obtain_draws
    from tarjih.reports.texts.audit import audit_document, audit_lines, audit_summary
    from tarjih.scenarios import view as view_of

    day = parse_date(on, "--on")
    analyst = None
    if view is not None:
        seen = view_of(study, view).viewer
        analyst = None if seen is None else seen.id
    plain = [
        one
        for one in read_statements(ledger, study)
        if not one.asked.get("settings") and _view_of(one) == analyst
    ]
    by_then = [one for one in plain if one.day <= day]
    statement = by_then[-1] if by_then else None
    as_of = day if statement is None else statement.as_of
    if as_of < study.origin:
        raise InvalidRequest(
            Problem(
                "--on",
                "the study begins later",
                got=as_of.isoformat(),
                allowed=f"from {study.origin.isoformat()} on",
                mend=None
                if statement is None
                else f"its origin was moved: `--id {statement.id}` shows what was said",
            )
        )
    others = [
        one
        for one in plain
        if one is not statement and (one.as_of == day or as_of < one.as_of <= day >= one.day)
    ]
    found = audit_of(
        study,
        lambda seen: obtain_draws(seen, progress=not quiet),
        day=day,
        ledger=ledger,
        statement=statement,
        view=analyst,
        engine=engine,
        seed=seed,
    )
    if json:
        write_document(audit_document(found, others=others))
    elif quiet:
        write_text(audit_summary(found, lang))
    else:
        write_text(audit_lines(found, lang, others=others, files=study))


def _view_of(statement: Statement) -> str | None:
    """Return whose view it is: as with `--view`, a hyphen may stand for an underscore."""
    found = statement.asked.get("view")
    return None if found is None else str(found).strip().replace("-", "_")


def _new_folder(out: str) -> Path:
    from tarjih.errors import InvalidRequest, Problem

    folder = Path(out)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InvalidRequest(
            Problem("--out", "there is something there already", out, "a new or empty folder")
        )
    if not folder.parent.is_dir():
        raise InvalidRequest(
            Problem("--out", "there is no such folder", str(folder.parent), mend="make it first")
        )
    return folder


def _take_away(statement: Statement, folder: Path) -> list[str]:
    """Write what a statement was made of, so that it can be looked at without the ledger."""
    import json

    from tarjih.priors.draws import draws_bytes
    from tarjih.reports.texts.statements import statement_entry, study_text

    draws = statement.draws
    files = {
        f"{statement.row.study}.yaml": study_text(statement.held()).encode(),
        # Found there by `TARJIH_CACHE=FOLDER tarjih run FOLDER/STUDY.yaml`.
        f"{statement.row.study}-{draws.digest[:16]}.npz": draws_bytes(draws),
        "output.json": statement.output,
        "statement.json": json.dumps(
            statement_entry(statement), ensure_ascii=False, indent=2
        ).encode(),
    }
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return list(files)
