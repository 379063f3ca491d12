"""``tarjih tipping STUDY``."""

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
    StudyName,
    View,
)

__all__ = ["find_tipping"]

ScenarioName = Annotated[
    str | None,
    typer.Option(
        "--scenario",
        metavar="SCENARIO",
        help="What is to cross --threshold. Default: another scenario is to take the lead.",
        show_default=False,
    ),
]
Threshold = Annotated[
    str | None,
    typer.Option(
        "--threshold",
        metavar="P",
        help="With --scenario: 0.25 or 25%. A scenario below it is to rise past it, one above it "
        "to fall below. Default: 0.5.",
        show_default=False,
    ),
]


def find_tipping(
    study: StudyName,
    scenario: ScenarioName = None,
    threshold: Threshold = None,
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
    """Find the smallest driver changes that would tip the outlook.

    Tries every set of up to three drivers set to other levels, and tells those of which no part
    would do: what each would do at the horizon, how probable it is that it comes about, and
    what the answer relies on.
    """
    from tarjih.cli.ledgers import load_study, tell_ahead
    from tarjih.cli.output import write_document, write_text
    from tarjih.cli.requests import (
        Reading,
        check_engine,
        parse_as_of,
        parse_horizon,
        parse_probability,
        parse_seed,
    )
    from tarjih.models import tipping_sets
    from tarjih.models.tipping.sets import check_asked
    from tarjih.priors import obtain_draws
    from tarjih.reports.texts.tipping import tipping_document, tipping_lines, tipping_summary
    from tarjih.reports.words.strings import language

    language(lang)
    read = Reading()
    loaded = load_study(
        study, view=view, ledger=ledger, hindsight=hindsight, lang=lang, quiet=quiet
    )
    asked = None if scenario is None else scenario.replace("-", "_")
    bar = read(parse_probability, threshold, "--threshold")
    read(check_asked, loaded, asked, bar)
    ask = partial(
        tipping_sets,
        loaded,
        scenario=asked,
        threshold=bar,
        as_of=read(parse_as_of, as_of),
        horizon=read(parse_horizon, horizon),
        engine=read(check_engine, engine),
        seed=read(parse_seed, seed),
    )
    read.done()
    tell_ahead(loaded, as_of, lang, quiet=quiet)
    draws = obtain_draws(loaded, progress=not quiet)
    found = ask(draws=draws)
    if json:
        write_document(tipping_document(found, draws))
    else:
        write = tipping_summary if quiet else tipping_lines
        write_text(write(found, lang, draws=draws))
