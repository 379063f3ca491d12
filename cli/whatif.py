"""``tarjih whatif STUDY``."""

from __future__ import annotations

from functools import partial

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

__all__ = ["ask_what_if"]


def ask_what_if(
    study: StudyName,
    settings: Settings = None,
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
    """Set a forecast with drivers held beside the one as things stand.

    Give at least one --set; several act together. Says what moves most, who leads, and every
    scenario's difference with an interval of its own. `tarjih show STUDY --section drivers`
    prints the levels there are.
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
    from tarjih.models import whatif
    from tarjih.models.asked.intervening import check_held
    from tarjih.priors import obtain_draws
    from tarjih.reports.texts.whatif import whatif_document, whatif_lines, whatif_summary
    from tarjih.reports.words.strings import language

    language(lang)
    read = Reading()
    loaded = load_study(
        study, view=view, ledger=ledger, hindsight=hindsight, lang=lang, quiet=quiet
    )
    held = read(parse_interventions, loaded, settings)
    ask = partial(
        whatif,
        loaded,
        held,
        as_of=read(parse_as_of, as_of),
        horizon=read(parse_horizon, horizon),
        engine=read(check_engine, engine),
        seed=read(parse_seed, seed),
    )
    read.done()
    tell_ahead(loaded, as_of, lang, quiet=quiet)
    check_held(loaded, held)
    draws = obtain_draws(loaded, progress=not quiet)
    found = ask(draws=draws)
    if json:
        write_document(whatif_document(found, draws))
    else:
        write = whatif_summary if quiet else whatif_lines
        write_text(write(found, lang, draws=draws))
