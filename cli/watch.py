"""``tarjih watch STUDY``."""

from __future__ import annotations

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

__all__ = ["watch_study"]

Within = Annotated[
    str | None,
    typer.Option(
        "--within",
        metavar="3|3m|DATE",
        help="How long to look: months from the as-of date, or a date. Default: 3 months, or the "
        "horizon if it is nearer.",
        show_default=False,
    ),
]


def watch_study(
    study: StudyName,
    within: Within = None,
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
    """Say what is worth looking for, and what finding it would change.

    Ranks the indicators by what a search in every step of the coming months is expected to tell
    about the scenario at the horizon, with what finding and not finding each would do to it; then
    the drivers, by what learning their levels would tell.
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
    from tarjih.models import watch_list
    from tarjih.priors import obtain_draws
    from tarjih.reports.texts.watching import watch_document, watch_lines, watch_summary
    from tarjih.reports.words.strings import language

    language(lang)
    read = Reading()
    loaded = load_study(
        study, view=view, ledger=ledger, hindsight=hindsight, lang=lang, quiet=quiet
    )
    window, day, last = (
        read(parse_horizon, within, "--within"),
        read(parse_as_of, as_of),
        read(parse_horizon, horizon),
    )
    held = read(parse_interventions, loaded, settings)
    number, name = read(parse_seed, seed), read(check_engine, engine)
    read.done()
    tell_ahead(loaded, as_of, lang, quiet=quiet)
    draws = obtain_draws(loaded, progress=not quiet)
    found = watch_list(
        loaded,
        within=window,
        as_of=day,
        horizon=last,
        interventions=held,
        draws=draws,
        engine=name,
        seed=number,
    )
    if json:
        write_document(watch_document(found, draws))
    else:
        write = watch_summary if quiet else watch_lines
        write_text(write(found, lang, draws=draws))
