"""``tarjih update STUDY``.

What is recorded is computed first: the item goes into a copy of the ledger in memory, and only if
it is taken there, and the forecast can be made, is it recorded. So nothing is half done: an item
that is wrong, a study whose draws cannot be fitted, an interrupted computation leave the ledger
as it was, or leave none. What can still fail is told with what was recorded already.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from tarjih.cli.items import (
    Again,
    AgainstScenario,
    Author,
    Cluster,
    Credibility,
    ForScenario,
    Happened,
    ItemWords,
    Known,
    Label,
    Note,
    OfDriver,
    OfIndicator,
    OfKind,
    Relays,
    SourceLetter,
    SourceName,
    Sources,
    Url,
)
from tarjih.cli.options import (
    AsOf,
    Engine,
    Horizon,
    Json,
    Lang,
    LedgerOption,
    Quiet,
    Seed,
    StudyName,
    Units,
    View,
)
from tarjih.errors import InvalidRequest, Problem

if TYPE_CHECKING:
    from tarjih.cli.updating import Wanted
    from tarjih.evidence.ledgers.ledger import Ledger
    from tarjih.scenarios.records import Study

__all__ = ["update_study"]

DryRun = Annotated[
    bool,
    typer.Option("--dry-run", help="Show what it would do, and record nothing."),
]
_ASSUMED = "3"  # possibly true: more is never assumed


def update_study(
    context: typer.Context,
    study: StudyName,
    indicator: OfIndicator = None,
    driver: OfDriver = None,
    supports: ForScenario = None,
    opposes: AgainstScenario = None,
    on: Happened = None,
    known: Known = None,
    source: Sources = None,
    source_name: SourceName = None,
    source_letter: SourceLetter = None,
    relay: Relays = None,
    credibility: Credibility = None,
    kind: OfKind = None,
    cluster: Cluster = None,
    label: Label = None,
    note: Note = None,
    url: Url = None,
    again: Again = False,
    dry_run: DryRun = False,
    author: Author = None,
    as_of: AsOf = None,
    horizon: Horizon = None,
    view: View = None,
    ledger: LedgerOption = None,
    units: Units = "percent",
    engine: Engine = "auto",
    seed: Seed = "0",
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Record that something happened, and show what it does to the probabilities.

    Say what it bears on by one of --indicator, --driver and --for/--against, when it happened
    (--on), and who tells it (--source). Without the first of these six short questions are asked.
    Belief before and after is of one date: what differs is owed to the item.
    """
    from tarjih.cli.ledgers import find_ledger
    from tarjih.cli.output import note as tell
    from tarjih.cli.output import write_document, write_text
    from tarjih.cli.recording import words_given
    from tarjih.cli.requests import (
        check_engine,
        check_units,
        parse_as_of,
        parse_horizon,
        parse_seed,
    )
    from tarjih.cli.updating import Wanted, record, rehearse
    from tarjih.reports.texts.updating import update_document, update_lines, update_summary
    from tarjih.reports.words.strings import language, say
    from tarjih.scenarios import load

    language(lang)
    shown = check_units(units)
    words = ItemWords(
        indicator=indicator,
        driver=driver,
        supports=supports,
        opposes=opposes,
        on=on,
        known=known,
        source=source,
        source_name=source_name,
        source_letter=source_letter,
        relay=relay,
        kind=kind,
        credibility=credibility,
        cluster=cluster,
        note=note,
        url=url,
        label=label,
    )
    wanted = Wanted(
        study=study,
        view=view,
        as_of=parse_as_of(as_of),
        horizon=parse_horizon(horizon),
        engine=check_engine(engine),
        seed=parse_seed(seed),
        author=author,
        again=again,
        lang=lang,
        quiet=quiet or json,
        command=tuple(words_given(context)),
        ledger=ledger,
    )
    loaded = load(study)
    place = find_ledger(ledger)
    with place.to_try(dry_run=dry_run) as opened:
        if not words.bears:
            words, wanted = _asked(words, wanted, opened, loaded, dry_run=dry_run)
        assumed = words.credibility is None
        tried = rehearse(
            opened, loaded, replace(words, credibility=words.credibility or _ASSUMED), wanted
        )
        tried, recorded = (tried, None) if dry_run else record(place, opened, loaded, tried, wanted)
    outcome = recorded or tried.outcome(wanted)
    try:
        if json:
            write_document(update_document(tried.found, tried.draws, outcome))
        elif quiet:
            write_text(
                update_summary(
                    tried.found, lang, draws=tried.draws, recorded=outcome, assumed=assumed
                )
            )
        else:
            write_text(
                update_lines(
                    tried.found,
                    lang,
                    units=shown,
                    draws=tried.draws,
                    recorded=outcome,
                    assumed=assumed,
                )
            )
    except Exception:
        # That it could not be shown must not hide that it is there.
        if recorded is not None:
            tell(
                say(
                    "update.recorded",
                    lang,
                    id=recorded.id,
                    ledger=recorded.ledger,
                    command=recorded.undo,
                )
            )
        raise


def _asked(
    words: ItemWords, wanted: Wanted, ledger: Ledger, study: Study, *, dry_run: bool
) -> tuple[ItemWords, Wanted]:
    """Ask for the item; print the command that says the same, and ask whether to go on."""
    import datetime as dt

    from tarjih.cli.dialogue import ask_item, can_ask, confirm, show_command

    if not can_ask():
        indicator = next((one.id for one in study.indicators), "ID")
        raise InvalidRequest(
            Problem(
                "--indicator, --driver, --for/--against",
                "what happened?",
                allowed="one of them, with --on DATE and --source ID",
                mend=f"for example --indicator {indicator} --on 2026-02-03 --source "
                f"{next((one.id for one in study.sources), 'ID')}; on a terminal you are asked",
            )
        )
    answered = ask_item(
        words, ledger.held(study), dt.datetime.now().astimezone().date(), wanted.lang
    )
    command = (*wanted.command, *answered.command(but=words))
    show_command(command, wanted.lang)
    if not confirm("ask.try" if dry_run else "ask.confirm", wanted.lang):
        raise typer.Abort
    return answered, replace(wanted, command=command)
