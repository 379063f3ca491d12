"""``tarjih simulate STUDY``."""

from __future__ import annotations

from functools import partial
from typing import Annotated

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
    Settings,
    StudyName,
    View,
)

__all__ = ["simulate_study"]

Paths = Annotated[
    str, typer.Option("--paths", metavar="N", help="How many histories; millions will do.")
]
HistoriesOut = Annotated[
    str | None,
    typer.Option(
        "--out",
        "-o",
        metavar="PATH",
        help="Write every history: NetCDF (nc), or Parquet (parquet; needs tarjih[parquet]).",
        show_default=False,
    ),
]


def simulate_study(
    study: StudyName,
    paths: Paths = "10000",
    as_of: AsOf = None,
    horizon: Horizon = None,
    settings: Settings = None,
    view: View = None,
    ledger: LedgerOption = None,
    hindsight: Hindsight = False,
    engine: Engine = "auto",
    seed: Seed = "0",
    lang: Lang = "en",
    json: Json = False,
    out: HistoriesOut = None,
    quiet: Quiet = False,
) -> None:
    """Draw whole histories from as-of to the horizon.

    Says which courses are frequent, when each scenario first comes into force, for how long,
    and where the drivers end. --out writes every history, as it is drawn: drivers and scenario
    in force, step by step, with the draw of the parameters it goes by.
    """
    from pathlib import Path

    from tarjih.cli.ledgers import load_study, tell_ahead
    from tarjih.cli.output import note, write_document, write_text
    from tarjih.cli.progress import progress_bar
    from tarjih.cli.requests import (
        Reading,
        check_engine,
        parse_as_of,
        parse_horizon,
        parse_interventions,
        parse_seed,
    )
    from tarjih.models import simulate
    from tarjih.models.simulating.files import check_history_path
    from tarjih.priors import obtain_draws
    from tarjih.reports.texts.simulation import (
        simulation_document,
        simulation_lines,
        simulation_summary,
    )
    from tarjih.reports.words.strings import language, say

    language(lang)
    read = Reading()
    count = _parse_paths(paths)
    target = None if out is None else Path(out)
    if target is not None:
        check_history_path(target)
    loaded = load_study(
        study, view=view, ledger=ledger, hindsight=hindsight, lang=lang, quiet=quiet
    )
    ask = partial(
        simulate,
        loaded,
        paths=count,
        as_of=read(parse_as_of, as_of),
        horizon=read(parse_horizon, horizon),
        interventions=read(parse_interventions, loaded, settings),
        engine=read(check_engine, engine),
        seed=read(parse_seed, seed),
        out=target,
    )
    read.done()
    tell_ahead(loaded, as_of, lang, quiet=quiet)
    draws = obtain_draws(loaded, progress=not quiet)
    words = say("simulate.progress", lang)
    with progress_bar(words, count, show=not (quiet or json)) as progress:
        found = ask(draws=draws, progress=progress)
    if json:
        write_document(simulation_document(found, draws))
        return
    tell = simulation_summary if quiet else simulation_lines
    write_text(tell(found, lang, draws=draws))
    if target is not None and not quiet:
        note(say("simulate.written", lang, path=target))


def _parse_paths(text: str) -> int:
    from tarjih.errors import InvalidRequest, Problem
    from tarjih.models.simulating.simulation import MOST_PATHS

    if text.isascii() and text.isdigit() and len(text) < 20 and 1 <= int(text) <= MOST_PATHS:
        return int(text)
    allowed = f"a whole number from 1 to {MOST_PATHS:,}"
    raise InvalidRequest(Problem("--paths", "not a number of histories", text, allowed))
