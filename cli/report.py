"""``tarjih report STUDY``."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tarjih.cli.options import (
    AsOf,
    Engine,
    Hindsight,
    Horizon,
    Json,
    Lang,
    LedgerOption,
    Quiet,
    Seed,
    StudyName,
    View,
)

if TYPE_CHECKING:
    from tarjih.cli.recording import Recording
    from tarjih.reports.report.content import Confidence, Earlier, Kept, Report, Signature
    from tarjih.scoring.questions.published import Published

__all__ = ["report_study"]

_LAST = "last"
_LEVELS: tuple[Confidence, ...] = ("low", "moderate", "high")

ReportOut = Annotated[
    str | None,
    typer.Option(
        "--out",
        "-o",
        metavar="PATH",
        help="Where the report goes; its ending chooses html, pdf, md or docx. "
        "Default: STUDY-report.html here (in Arabic STUDY-report-ar.html), none with --json.",
        show_default=False,
    ),
]
SinceLast = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="DATE|last",
        help="Tell what changed since this date, or since what was last recorded: a report, else "
        "a run. Default: last, if anything was recorded.",
        show_default=False,
    ),
]
Analyst = Annotated[
    str | None,
    typer.Option(
        "--author",
        metavar="NAME",
        help="Who signs the report. Default: TARJIH_AUTHOR, else a blank to fill in.",
        show_default=False,
    ),
]
ConfidenceOption = Annotated[
    str | None,
    typer.Option(
        "--confidence",
        metavar="low|moderate|high",
        help="How good you hold the grounds to be. It stands apart from every likelihood and "
        "changes no number.",
        show_default=False,
    ),
]
Because = Annotated[
    str | None,
    typer.Option(
        "--because", metavar="TEXT", help="The reasons for --confidence.", show_default=False
    ),
]
RecordReport = Annotated[
    bool | None,
    typer.Option(
        "--record/--no-record",
        help="Keep the report's numbers as a statement of record, in a ledger made for it if there "
        "is none; or do not. Default: keep them if there is a ledger.",
        show_default=False,
    ),
]


def report_study(
    context: typer.Context,
    study: StudyName,
    out: ReportOut = None,
    since: SinceLast = None,
    author: Analyst = None,
    confidence: ConfidenceOption = None,
    because: Because = None,
    record: RecordReport = None,
    as_of: AsOf = None,
    horizon: Horizon = None,
    view: View = None,
    ledger: LedgerOption = None,
    hindsight: Hindsight = False,
    engine: Engine = "auto",
    seed: Seed = "0",
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Write a report that could be signed, with all that stands behind it.

    One page first: what we judge, what would change our mind, what we may have wrong. Then the
    figures and charts, what changed since the last report, why, what to look for, the drivers, the
    sources, every item with its link, the method, and what computes it all again.
    """
    from tarjih.cli.ledgers import tell_ahead
    from tarjih.cli.output import note, write_document, write_text
    from tarjih.cli.progress import progress_bar
    from tarjih.cli.recording import prepare_recording
    from tarjih.cli.requests import Reading, check_engine, parse_as_of, parse_horizon, parse_seed
    from tarjih.priors import obtain_draws
    from tarjih.reports.report.content import gather_report
    from tarjih.reports.report.document import report_document
    from tarjih.reports.report.writing import check_report_path
    from tarjih.reports.texts.sentences import judgement_sentence
    from tarjih.reports.words.strings import language, say

    language(lang)
    read = Reading()
    target = None if out is None else read(check_report_path, out)
    signed = read(_signature, author, confidence, because)
    day, until = read(parse_as_of, as_of), read(parse_horizon, horizon)
    number, name = read(parse_seed, seed), read(check_engine, engine)
    start = read(_since_date, since)
    recording = prepare_recording(
        study,
        view=view,
        ledger=ledger,
        hindsight=hindsight,
        lang=lang,
        quiet=quiet,
        only_read=record is not True,
    )
    loaded = recording.seen
    if target is None and not json:
        of_view = "" if loaded.viewer is None else f"-{loaded.viewer.id}"
        of_lang = "" if lang == "en" else f"-{lang}"
        target = read(check_report_path, f"{loaded.id}{of_view}-report{of_lang}.html")
    read.done()
    tell_ahead(loaded, as_of, lang, quiet=quiet)
    earlier = _earlier(recording, start, since, as_of=day, hindsight=hindsight)
    draws = obtain_draws(loaded, progress=not quiet)
    with progress_bar(say("report.progress", lang), 100, show=not (quiet or json)) as progress:
        report = gather_report(
            loaded,
            draws=draws,
            as_of=day,
            horizon=until,
            earlier=earlier,
            engine=name,
            seed=number,
            published=_published(recording),
            progress=progress,
        )
    kept = _kept(context, recording, report)
    if record or (record is None and recording.head):
        kept, told = _record(recording, report, signed, kept, view=view, hindsight=hindsight,
                             lang=lang)  # fmt: skip
        note(told)
    if json:
        write_document(report_document(report, signed))
    if target is None:
        return
    _write(report, kept, signed, target, lang)
    if not json:
        write_text([judgement_sentence(report.forecast, lang)])
    if not quiet:
        note(say("report.written", lang, path=target))


def _signature(author: str | None, confidence: str | None, because: str | None) -> Signature:
    """Read who signs, and how sure they are of the grounds."""
    from tarjih.errors import InvalidRequest, Problem, nearest
    from tarjih.evidence.ledgers.drafts import clean_text
    from tarjih.reports.report.content import Signature

    analyst = author if author is not None else os.environ.get("TARJIH_AUTHOR", "")
    analyst = " ".join(analyst.split())
    reasons = " ".join((because or "").split())
    problems: list[Problem] = []
    try:
        analyst = clean_text(analyst, "--author")
    except InvalidRequest as error:
        problems += error.problems
    level = None
    if confidence is not None:
        level = next((one for one in _LEVELS if one == confidence.strip().lower()), None)
        if level is None:
            problems.append(
                Problem(
                    "--confidence",
                    "unknown level",
                    confidence,
                    ", ".join(_LEVELS),
                    nearest(confidence, _LEVELS),
                )
            )
    elif reasons:
        problems.append(
            Problem(
                "--because",
                "these are reasons for a confidence that is not stated",
                mend=f"add --confidence {'|'.join(_LEVELS)}",
            )
        )
    if problems:
        raise InvalidRequest(problems)
    return Signature(analyst, level, reasons)


def _since_date(text: str | None) -> dt.date | None:
    from tarjih.cli.requests import parse_since

    return None if text is None or text.strip().lower() == _LAST else parse_since(text)


def _earlier(
    recording: Recording,
    start: dt.date | None,
    since: str | None,
    *,
    as_of: dt.date | None,
    hindsight: bool,
) -> Earlier | None:
    """Return what to tell the changes since: a day that was named, or what was last recorded."""
    from tarjih.errors import InvalidRequest, Problem
    from tarjih.models.posterior import as_of_date
    from tarjih.reports.report.content import Earlier

    if start is not None:
        return Earlier("", start, {})
    found = None
    if recording.head:
        from tarjih.reports.report.earlier import last_said

        seen = recording.seen
        day = as_of_date(seen, seen.items, as_of)
        opened = recording.place.to_read()
        if opened is not None:
            with opened:
                found = last_said(opened, seen, as_of=day, hindsight=hindsight)
    if found is None and since is not None:
        raise InvalidRequest(
            Problem(
                "--since",
                "no report or run of this study, and of this view, is recorded up to the as-of "
                "date",
                got=since,
                mend="name a date",
            )
        )
    return found


def _published(recording: Recording) -> dict[str, Published]:
    """Return what the ledger says of the study's questions."""
    from tarjih.scoring.questions.register import read_register

    opened = recording.place.to_read() if recording.head else None
    if opened is None:
        return {}
    with opened:
        return read_register(opened, recording.loaded)


def _kept(context: typer.Context, recording: Recording, report: Report) -> Kept:
    from tarjih.cli.recording import words_given
    from tarjih.evidence.ledgers.statements import versions_now
    from tarjih.reports.report.content import Kept

    return Kept(
        statement="",
        head=recording.head,
        command=("tarjih", *words_given(context)),
        versions=versions_now(),
        study_digest=report.study.digest("all"),
        draws_digest=report.draws.digest,
    )


def _record(
    recording: Recording,
    report: Report,
    signed: Signature,
    kept: Kept,
    *,
    view: str | None,
    hindsight: bool,
    lang: str,
) -> tuple[Kept, str]:
    """Record the report's numbers; return what makes them computable again, and what to tell."""
    from dataclasses import replace

    from tarjih.reports.report.document import report_asked, report_document
    from tarjih.reports.words.strings import say

    made = recording.keep(
        "report",
        report_document(report, signed),
        draws=report.draws,
        asked=report_asked(report, signed, view=view, hindsight=hindsight),
        command=list(kept.command[1:]),
        author=signed.analyst or None,
    )
    told = say("audit.recorded", lang, id=made.id, ledger=made.ledger, head=made.head)
    return replace(kept, statement=made.id, head=made.head), told


def _write(report: Report, kept: Kept, signed: Signature, target: Path, lang: str) -> None:
    """Write the file; if that fails, say that what was recorded stands."""
    from tarjih.cli.output import note
    from tarjih.reports.report.manuscript import write_manuscript
    from tarjih.reports.report.writing import save_report
    from tarjih.reports.words.strings import say

    try:
        save_report(write_manuscript(report, kept, signed, lang), target)
    except Exception:
        if kept.statement:
            note(say("report.stands", lang, id=kept.statement))
        raise
