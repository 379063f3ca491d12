"""``tarjih compare STUDY``."""

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
)

__all__ = ["compare_study"]

By = Annotated[
    str,
    typer.Option("--by", metavar="analyst", help="Whose or which forecasts stand side by side."),
]


def compare_study(
    study: StudyName,
    by: By = "analyst",
    as_of: AsOf = None,
    horizon: Horizon = None,
    settings: Settings = None,
    ledger: LedgerOption = None,
    hindsight: Hindsight = False,
    engine: Engine = "auto",
    seed: Seed = "0",
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Set the analysts of a study side by side.

    Says what each holds of every scenario, what their pool holds, which observation would best
    tell them apart and what each expects of it, and which effects they state differently.
    """
    from tarjih.cli.ledgers import load_study, tell_ahead
    from tarjih.cli.output import write_document, write_text
    from tarjih.cli.requests import (
        Reading,
        check_by,
        check_engine,
        parse_as_of,
        parse_horizon,
        parse_interventions,
        parse_seed,
    )
    from tarjih.models import compare_analysts
    from tarjih.priors import obtain_draws
    from tarjih.reports.texts.comparison import (
        comparison_document,
        comparison_lines,
        comparison_summary,
    )
    from tarjih.reports.words.strings import language
    from tarjih.scenarios import views

    language(lang)
    read = Reading()
    read(check_by, by)
    loaded = load_study(study, ledger=ledger, hindsight=hindsight, lang=lang, quiet=quiet)
    ask = partial(
        compare_analysts,
        loaded,
        as_of=read(parse_as_of, as_of),
        horizon=read(parse_horizon, horizon),
        interventions=read(parse_interventions, loaded, settings),
        engine=read(check_engine, engine),
        seed=read(parse_seed, seed),
    )
    read.done()
    tell_ahead(loaded, as_of, lang, quiet=quiet)
    draws = [obtain_draws(one, progress=not quiet) for one in views(loaded)]
    found = ask(draws=draws)
    if json:
        write_document(comparison_document(found))
    else:
        write_text(comparison_summary(found, lang) if quiet else comparison_lines(found, lang))
