"""``tarjih evidence sources STUDY``."""

from __future__ import annotations

from tarjih.cli.options import AsOf, Engine, Json, Lang, LedgerOption, Quiet, Seed, StudyName

__all__ = ["list_sources"]


def list_sources(
    study: StudyName,
    as_of: AsOf = None,
    ledger: LedgerOption = None,
    engine: Engine = "auto",
    seed: Seed = "0",
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List who tells: each source's grade, how much rests on it, and whom it only relays.

    With `trust: learned` in the study's assumptions also what all evidence says of each.
    """
    from tarjih.cli.evidence.reading import read_evidence
    from tarjih.cli.output import write_document, write_text
    from tarjih.cli.requests import check_engine, parse_as_of, parse_seed
    from tarjih.evidence.ledgers.listing import list_items
    from tarjih.models import believe, teller_trust
    from tarjih.models.posterior import as_of_date
    from tarjih.priors import obtain_draws
    from tarjih.priors.assumptions import assumptions_of
    from tarjih.reports.texts.tellers import tellers_document, tellers_lines, tellers_of
    from tarjih.reports.words.strings import language

    language(lang)
    day, number, name = parse_as_of(as_of), parse_seed(seed), check_engine(engine)
    held, place = read_evidence(study, ledger, lang=lang, quiet=quiet)
    extended = held.extended()
    day = as_of_date(extended, extended.items, day)
    learned = assumptions_of(extended).trust == "learned"
    trust = (
        teller_trust(
            believe(
                extended,
                as_of=day,
                draws=obtain_draws(extended, progress=not quiet),
                engine=name,
                seed=number,
            )
        )
        if learned
        else ()
    )
    found = tellers_of(held, list_items(held, as_of=day), trust)
    if json:
        write_document(tellers_document(found, extended.id, day, place, learned=learned))
    elif quiet:
        write_text([one.source.id for one in found])
    else:
        write_text(tellers_lines(found, day, lang, learned=learned))
