"""``tarjih backtest STUDY``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from tarjih.cli.options import (
    AsOf,
    Engine,
    Json,
    Lang,
    LedgerOption,
    Quiet,
    Seed,
    StudyName,
    View,
)

if TYPE_CHECKING:
    from tarjih.scenarios.records import Study
    from tarjih.scoring.questions.register import Published

__all__ = ["backtest_command"]

_MOST_JOBS = 256

Every = Annotated[
    list[str] | None,
    typer.Option(
        "--every",
        metavar="month|news|DATE",
        help="When to forecast: at the end of every month, whenever anything became known, or on "
        "a date; always at the origin. Repeatable. Default: month and news.",
        show_default=False,
    ),
]
Jobs = Annotated[
    str,
    typer.Option("--jobs", metavar="N", help="How many processes share the work."),
]
Dask = Annotated[
    str | None,
    typer.Option(
        "--dask",
        metavar="tcp://HOST:PORT",
        help="A Dask scheduler whose workers do the work instead, with the same result. Needs the "
        "extra 'cluster' here, and tarjih there.",
        show_default=False,
    ),
]
ChartOut = Annotated[
    str | None,
    typer.Option(
        "--out",
        "-o",
        metavar="PATH",
        help="Draw what each part earned; its ending chooses png, svg or pdf. Default: no chart.",
        show_default=False,
    ),
]


def backtest_command(
    study: StudyName,
    every: Every = None,
    jobs: Jobs = "1",
    dask: Dask = None,
    out: ChartOut = None,
    as_of: AsOf = None,
    view: View = None,
    ledger: LedgerOption = None,
    engine: Engine = "auto",
    seed: Seed = "0",
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Replay a study date by date with only what was known, and score what it would have said.

    Every question that came out is scored at every replay date, against the base rate, the first
    forecast kept, and the same chance for all; and again with a part of the method taken away:
    evidence, source grading, clusters, review time, links, judgements, each source. How much
    worse it gets is what the part earned. What was coded in retrospect is scored apart.
    """
    from tarjih.cli.ledgers import load_study
    from tarjih.cli.output import note, write_document, write_text
    from tarjih.cli.progress import progress_bar
    from tarjih.cli.requests import (
        Reading,
        check_engine,
        parse_as_of,
        parse_chart_path,
        parse_seed,
    )
    from tarjih.priors import obtain_draws
    from tarjih.reports.texts.backtests import (
        backtest_document,
        backtest_lines,
        backtest_summary,
    )
    from tarjih.reports.words.strings import language, say
    from tarjih.scoring.backtest import backtest_study

    language(lang)
    read = Reading()
    target = None if out is None else read(parse_chart_path, out)
    dates, workers = read(_parse_every, every), read(_parse_jobs, jobs)
    day, name, number = read(parse_as_of, as_of), read(check_engine, engine), read(parse_seed, seed)
    read.done()
    loaded = load_study(study, view=view, ledger=ledger, lang=lang, quiet=quiet)
    with progress_bar(say("backtest.progress", lang), 1000, show=not quiet) as bar:
        found = backtest_study(
            loaded,
            register=_register(loaded, ledger),
            as_of=day,
            every=dates,
            draws=obtain_draws(loaded, progress=not quiet),
            engine=name,
            seed=number,
            jobs=workers,
            dask=dask,
            tell=None if bar is None else lambda done, of: bar(1000 * done // of),
        )
    if target is not None:
        from tarjih.reports.charts.backtest import draw_backtest
        from tarjih.reports.charts.figures import save_figure

        save_figure(draw_backtest(found, lang=lang), target)
    if json:
        write_document(backtest_document(found))
    else:
        write_text((backtest_summary if quiet else backtest_lines)(found, lang))
    if target is not None and not quiet:
        note(say("run.chart", lang, path=target))


def _register(study: Study, ledger: str | None) -> dict[str, Published]:
    """Return what the ledger says of the questions."""
    from tarjih.cli.ledgers import find_ledger
    from tarjih.scoring.questions.register import read_register

    opened = find_ledger(ledger).to_read()
    if opened is None:
        return {}
    with opened:
        return read_register(opened, study)


def _parse_every(texts: Sequence[str] | None) -> tuple[str | dt.date, ...]:
    """Read when to forecast; all that is wrong is told at once."""
    from tarjih.calendar import parse_date
    from tarjih.errors import InvalidRequest, Problem
    from tarjih.scoring.backtest import EVERY

    if not texts:
        return EVERY
    found: list[str | dt.date] = []
    problems = []
    for text in texts:
        if text in EVERY:
            found.append(text)
            continue
        try:
            found.append(parse_date(text, "--every"))
        except InvalidRequest:
            allowed = f"{', '.join(EVERY)}, or a date (2025-12-24)"
            problems.append(Problem("--every", "unreadable", text, allowed))
    if problems:
        raise InvalidRequest(problems)
    return tuple(found)


def _parse_jobs(text: str) -> int:
    from tarjih.errors import InvalidRequest, Problem

    number = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0
    if not 1 <= number <= _MOST_JOBS:
        allowed = f"a whole number from 1 to {_MOST_JOBS}"
        raise InvalidRequest(Problem("--jobs", "out of range", text, allowed))
    return number
