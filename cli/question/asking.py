"""What the commands about questions share: present chances, and freezing them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tarjih.cli.recording import Recording
    from tarjih.evidence.ledgers.ledger import Ledger
    from tarjih.models.record import Forecast
    from tarjih.priors.draws import Draws
    from tarjih.scenarios.records import Study
    from tarjih.scoring.questions import Chance

__all__ = ["chances_now", "freeze_open", "last_statement"]


def chances_now(
    study: Study,
    draws: Draws,
    ids: Collection[str],
    *,
    as_of: dt.date,
    engine: str = "auto",
    seed: int = 0,
) -> dict[str, Chance]:
    """Return how probable yes is, of those questions that are not closed by as-of."""
    from tarjih.models.posterior import believe
    from tarjih.scoring.questions import chances_of

    asked = [one for one in study.questions if one.id in ids and one.closes >= as_of]
    if not asked:
        return {}
    belief = believe(study, as_of=as_of, draws=draws, engine=engine, seed=seed)
    found = chances_of(belief, [one.about for one in asked])
    return {one.id: chance for one, chance in zip(asked, found, strict=True)}


def last_statement(ledger: Ledger, study: Study) -> str:
    """Return the id of the last statement of record of a study."""
    return f"s{ledger.entries(study, kinds=('statement',))[-1].seq}"


def freeze_open(recording: Recording, found: Forecast, draws: Draws, lang: str) -> list[str]:
    """Freeze the open questions again, with the statement just recorded; say what was done."""
    from tarjih.reports.words.strings import list_text, say
    from tarjih.scenarios.resolved_form import resolved
    from tarjih.scoring.questions.register import freeze_question, read_register

    with recording.place.to_record() as ledger:
        register = read_register(ledger, recording.loaded)
        pending = [
            one for one in register.values() if one.state == "open" and one.closes >= found.as_of
        ]
        if not pending:
            return []
        asked = resolved(recording.loaded)["questions"]
        same = {
            one.id for one in pending if asked.get(one.id, {}).get("about") == one.data["about"]
        }
        chances = chances_now(
            found.study, draws, same, as_of=found.as_of, engine=found.engine, seed=found.seed
        )
        statement = last_statement(ledger, recording.loaded)
        for id, chance in chances.items():
            freeze_question(
                ledger, recording.loaded, id, chance, as_of=found.as_of, statement=statement
            )
    told = [say("question.frozen_again", lang, n=len(chances))] if chances else []
    other = sorted(one.id for one in pending if one.id not in chances)
    if other:
        told.append(say("question.changed", lang, ids=list_text(other, lang)))
    return told
