"""``tarjih explain STUDY``."""

from __future__ import annotations

from typing import Annotated

import typer

from tarjih.cli.options import (
    AsOf,
    Engine,
    Hindsight,
    Json,
    Lang,
    LedgerOption,
    Quiet,
    Seed,
    StudyName,
    Units,
    View,
)

__all__ = ["explain_study"]

Since = Annotated[
    str | None,
    typer.Option(
        "--since",
        metavar="DATE",
        help="Only what became known after this date, from the belief then. Default: the origin.",
        show_default=False,
    ),
]


def explain_study(
    study: StudyName,
    since: Since = None,
    as_of: AsOf = None,
    view: View = None,
    ledger: LedgerOption = None,
    hindsight: Hindsight = False,
    units: Units = "percent",
    engine: Engine = "auto",
    seed: Seed = "0",
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say what moved the probabilities, and what they rest on.

    First each piece of news in the order in which it became known, with what the passing of time
    did in between. Then what belief would be without each event and each source, what pulls the
    other way, and what does not count.
    """
    from tarjih.cli.ledgers import load_study, tell_ahead
    from tarjih.cli.output import write_document, write_text
    from tarjih.cli.progress import progress_bar
    from tarjih.cli.requests import (
        Reading,
        check_engine,
        check_units,
        parse_as_of,
        parse_seed,
        parse_since,
    )
    from tarjih.models import explain
    from tarjih.priors import obtain_draws
    from tarjih.reports.texts.explanation import (
        explanation_document,
        explanation_lines,
        explanation_summary,
    )
    from tarjih.reports.words.strings import language, say

    language(lang)
    read = Reading()
    shown = read(check_units, units)
    loaded = load_study(
        study, view=view, ledger=ledger, hindsight=hindsight, lang=lang, quiet=quiet
    )
    start, day = read(parse_since, since), read(parse_as_of, as_of)
    number, name = read(parse_seed, seed), read(check_engine, engine)
    read.done()
    tell_ahead(loaded, as_of, lang, quiet=quiet)
    draws = obtain_draws(loaded, progress=not quiet)
    with progress_bar(say("explain.progress", lang), 100, show=not (quiet or json)) as progress:
        found = explain(
            loaded,
            since=start,
            as_of=day,
            draws=draws,
            engine=name,
            seed=number,
            progress=progress,
        )
    if json:
        write_document(explanation_document(found, draws))
    elif quiet:
        write_text(explanation_summary(found, lang, draws=draws))
    else:
        write_text(explanation_lines(found, lang, units=shown, draws=draws))
