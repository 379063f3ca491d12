"""``tarjih sensitivity STUDY``."""

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

__all__ = ["rank_doubts"]

At = Annotated[
    str,
    typer.Option(
        "--at", metavar="now|horizon|ever", help="In force now, at the horizon, or ever by it."
    ),
]


def rank_doubts(
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
    """Say which doubts matter: where a scenario's band comes from.

    Ranks the uncertain parameters, in groups that can be judged (a driver's effects, how fast
    it moves, the state at the origin), by the share of the doubt that goes with each, and says
    which cannot be told from chance. Which levers matter is another question: see tornado.
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
    from tarjih.models import sensitivity_indices
    from tarjih.models.doubting.sensitivity import check_asked
    from tarjih.priors import obtain_draws
    from tarjih.reports.texts.sensitivity import (
        sensitivity_document,
        sensitivity_lines,
        sensitivity_summary,
    )
    from tarjih.reports.words.strings import language

    language(lang)
    read = Reading()
    loaded = load_study(
        study, view=view, ledger=ledger, hindsight=hindsight, lang=lang, quiet=quiet
    )
    ask = partial(
        sensitivity_indices,
        loaded,
        scenario=scenario,
        when=read(check_asked, loaded, scenario, at),
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
        write_document(sensitivity_document(found, draws))
        return
    tell = sensitivity_summary if quiet else sensitivity_lines
    write_text(tell(found, lang, draws=draws))
