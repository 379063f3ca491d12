"""What a command that only reads is given: all that is held, and the ledger's name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tarjih.evidence.ledgers.held import Held

__all__ = ["read_evidence"]


def read_evidence(
    study: str, ledger: str | None, *, lang: str = "en", quiet: bool = False
) -> tuple[Held, str | None]:
    """Return all that a study and its ledger hold, and what may be shown of the ledger's place.

    The ledger is named on standard error, unless ``quiet``. The name is None where there is
    none; the study's own items are held then.

    Raises
    ------
    InvalidRequest
        If there is no such study, or no such ledger although it was named.
    InvalidStudy, InvalidModel
        If the study's files are wrong.
    CannotCompute
        If the ledger cannot be read.
    """
    from tarjih.cli.ledgers import find_ledger, tell_ledger
    from tarjih.scenarios import load

    loaded = load(study)
    opened = find_ledger(ledger).to_read()
    if opened is None:
        from tarjih.evidence.ledgers.held import Held

        return Held(loaded), None
    with opened:
        if not quiet:
            tell_ledger(opened, loaded, lang)
        return opened.held(loaded), opened.name
