"""What the commands about questions share: present chances, and freezing them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tarjih.cli.recording import Recording
    from tarjih.evidence.ledgers.ledger import Ledger
    from tarjih.models.record import Forecast
    from tarjih.priors.draws import Draws
    from tarjih.scenarios.records import Study
    from tarjih.scoring.questions import Chance
    from tarjih.scoring.questions.published import Published

__all__ = ["Freezing", "chances_now", "freezing_of", "published_of"]


def chances_now(
    study: Study,
    draws: Draws,
    ids: Collection[str],
    *,
    as_of: dt.date,
    engine: str = "auto",
    seed: int = 0,
) -> dict[str, Chance]:
    """Return how probable each answer is, of those questions that are not closed by as-of."""
    from tarjih.models.posterior import believe
    from tarjih.scoring.questions import chances_of

    asked = [one for one in study.questions if one.id in ids and one.closes >= as_of]
    if not asked:
        return {}
    belief = believe(study, as_of=as_of, draws=draws, engine=engine, seed=seed)
    found = chances_of(belief, [one.about for one in asked])
    return {one.id: chance for one, chance in zip(asked, found, strict=True)}


@dataclass(frozen=True, slots=True)
class Freezing:
    """Open questions that a recorded run freezes again.

    Attributes
    ----------
    study : Study
        As it was loaded.
    as_of : datetime.date
    chances : mapping of id to Chance
    other : tuple of str
        Those that are open, but ask something else by now.
    """

    study: Study
    as_of: dt.date
    chances: Mapping[str, Chance]
    other: tuple[str, ...]

    def __call__(self, ledger: Ledger, statement: str) -> None:
        """Freeze them, but for those that were settled meanwhile."""
        from tarjih.scoring.questions.register import freeze_question, read_register

        register = read_register(ledger, self.study)
        for id, chance in self.chances.items():
            if register[id].state == "open":
                freeze_question(
                    ledger, self.study, id, chance, as_of=self.as_of, statement=statement
                )

    def told(self, lang: str) -> list[str]:
        """Return what is to be said of it."""
        from tarjih.reports.words.strings import list_text, say

        lines = []
        if self.chances:
            lines.append(say("question.frozen_again", lang, n=len(self.chances)))
        if self.other:
            lines.append(say("question.changed", lang, ids=list_text(list(self.other), lang)))
        return lines


def freezing_of(recording: Recording, found: Forecast, draws: Draws) -> Freezing:
    """Return what a recorded run freezes again: nothing where nothing was published."""
    from tarjih.scenarios.resolved_form import resolved
    from tarjih.scoring.questions.asking import options_of
    from tarjih.scoring.questions.register import read_register

    if not recording.place.there:
        return Freezing(recording.loaded, found.as_of, {}, ())
    with recording.place.to_record() as ledger:
        register = read_register(ledger, recording.loaded)
    pending = [
        one for one in register.values() if one.state == "open" and one.closes >= found.as_of
    ]
    asked = resolved(recording.loaded)["questions"] if pending else {}
    about = {one.id: one.about for one in recording.loaded.questions}
    same = {
        one.id
        for one in pending
        if asked.get(one.id, {}).get("about") == one.data["about"]
        and options_of(recording.loaded, about[one.id]) == one.options
    }
    chances = chances_now(
        found.study, draws, same, as_of=found.as_of, engine=found.engine, seed=found.seed
    )
    other = tuple(sorted(one.id for one in pending if one.id not in chances))
    return Freezing(recording.loaded, found.as_of, chances, other)


def published_of(study: Study, name: str, ledger: str | None) -> dict[str, Published]:
    """Return what was published of a study's questions.

    Parameters
    ----------
    study : Study
    name : str
        What the user called it.
    ledger : str or None
        What ``--ledger`` says.

    Raises
    ------
    CannotCompute
        If nothing was published.
    """
    from tarjih.cli.ledgers import find_ledger
    from tarjih.errors import CannotCompute
    from tarjih.scoring.questions.register import read_register

    opened = find_ledger(ledger).to_read()
    register: dict[str, Published] = {}
    if opened is not None:
        with opened:
            register = read_register(opened, study)
    if not register:
        raise CannotCompute(
            f"{study.id}: no forecast is frozen, so there is nothing to score; "
            f"`tarjih question publish {name} QUESTION` freezes one "
            f"(`tarjih question list {name}` names the questions)"
        )
    return register
