"""``tarjih tornado STUDY``."""

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
    OfScenario,
    Quiet,
    Seed,
    Settings,
    StudyName,
    View,
)

__all__ = ["rank_levers"]

At = Annotated[
    str,
    typer.Option("--at", metavar="horizon|ever", help="In force at the horizon, or ever by it."),
]


def rank_levers(
    study: StudyName,
    scenario: OfScenario = None,
    at: At = "horizon",
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
    quiet: Quiet = False,
) -> None:
    """Say which levers matter: what holding each driver would do.

    Holds every driver in turn at its lowest and at its highest level from as-of on, all else
    going its way, and ranks them by how far a scenario moves. Which doubts matter is another
    question: see sensitivity.
    """
    from tarjih.cli.ledgers import load_study, tell_ahead
    from tarjih.cli.output import write_document, write_text
    from tarjih.cli.requests import (
        Reading,
        check_engine,
        parse_as_of,
        parse_horizon,
        parse_interventions,
        parse_seed,
    )
    from tarjih.models import tornado
    from tarjih.models.asked.levers import TIMES
    from tarjih.models.doubting.sensitivity import check_asked
    from tarjih.priors import obtain_draws
    from tarjih.reports.texts.levers import tornado_document, tornado_lines, tornado_summary
    from tarjih.reports.words.strings import language

    language(lang)
    read = Reading()
    loaded = load_study(
        study, view=view, ledger=ledger, hindsight=hindsight, lang=lang, quiet=quiet
    )
    ask = partial(
        tornado,
        loaded,
        scenario=scenario,
        when=read(check_asked, loaded, scenario, at, TIMES),
        as_of=read(parse_as_of, as_of),
        horizon=read(parse_horizon, horizon),
        interventions=read(parse_interventions, loaded, settings),
        engine=read(check_engine, engine),
        seed=read(parse_seed, seed),
    )
    read.done()
    tell_ahead(loaded, as_of, lang, quiet=quiet)
    draws = obtain_draws(loaded, progress=not quiet)
    found = ask(draws=draws)
    if json:
        write_document(tornado_document(found, draws))
        return
    tell = tornado_summary if quiet else tornado_lines
    write_text(tell(found, lang, draws=draws))
