"""``tarjih evidence verify``."""

from __future__ import annotations

from typing import Annotated

import typer

from tarjih.cli.options import Json, Lang, LedgerOption, Quiet

__all__ = ["verify_ledger"]

AnchorOption = Annotated[
    str | None,
    typer.Option(
        "--anchor",
        metavar="[N:]HASH",
        help="A head that was noted down earlier, elsewhere: every entry up to it has to be as it "
        "was then.",
        show_default=False,
    ),
]


def verify_ledger(
    ledger: LedgerOption = None,
    anchor: AnchorOption = None,
    lang: Lang = "en",
    json: Json = False,
    quiet: Quiet = False,
) -> int:
    """Look for changes made to a ledger behind the tool's back.

    Names every entry that is not as it was recorded; the exit code is then 1. Prints the head
    of the chain: note it down where others cannot reach it, and give it as --anchor later.
    """
    from tarjih.cli.evidence.changing import no_ledger
    from tarjih.cli.ledgers import find_ledger
    from tarjih.cli.output import write_document, write_text
    from tarjih.evidence.ledgers.verification import Anchor
    from tarjih.reports.texts.verification import verification_document, verification_lines
    from tarjih.reports.words.strings import language

    language(lang)
    noted = None if anchor is None else Anchor.read(anchor, "--anchor")
    place = find_ledger(ledger)
    opened = place.to_read()
    if opened is None:
        raise no_ledger(place)
    with opened:
        found, name = opened.verify(anchor), opened.name
    if json:
        write_document(verification_document(found, name))
    elif not (quiet and found.sound):
        write_text(verification_lines(found, name, lang, anchor=noted))
    return 0 if found.sound else 1
