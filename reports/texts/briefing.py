"""What a run tells: the judgement, the numbers, what moved them, and what to beware of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tarjih.reports.texts.effects import assumption_sentences
from tarjih.reports.texts.sentences import (
    driver_sentences,
    judgement_sentence,
    move_sentences,
    notices,
)
from tarjih.reports.texts.tables import SummaryTable, summary_table, table_lines, table_note
from tarjih.reports.words.numbers import figures, paragraph
from tarjih.reports.words.strings import say

if TYPE_CHECKING:
    from tarjih.models.asked.influence import Influence
    from tarjih.models.record import Forecast
    from tarjih.priors.draws import Draws

__all__ = ["Briefing", "brief", "briefing_lines", "fit_notices"]


@dataclass(frozen=True, slots=True)
class Briefing:
    """The parts of a run's text, in the order they are read.

    Attributes
    ----------
    judgement : str
        One sentence, in words and with its range.
    table : SummaryTable
    table_note : str
        What the columns and brackets mean.
    reasons : tuple of str
        What the assumptions made change, what moved most since the origin and why, and which
        drivers have not been observed for how long.
    notices : tuple of str
        What to know before using the numbers.
    warnings : tuple of str
        The same in short, where nothing else is told.
    """

    judgement: str
    table: SummaryTable
    table_note: str
    reasons: tuple[str, ...]
    notices: tuple[str, ...]
    warnings: tuple[str, ...]


def brief(
    forecast: Forecast,
    lang: str = "en",
    *,
    influences: Sequence[Influence] = (),
    without: Forecast | None = None,
    draws: Draws | None = None,
) -> Briefing:
    """Put a forecast into words.

    Parameters
    ----------
    forecast : Forecast
    lang : {"en", "ar"}
    influences : sequence of Influence
        Why belief moved; the strongest first.
    without : Forecast, optional
        The same forecast without its interventions.
    draws : Draws, optional
        Those it was made with: a fit that is not sound is told.
    """
    table = summary_table(forecast)
    assumed = [] if without is None else assumption_sentences(forecast, without, lang)
    return Briefing(
        judgement=judgement_sentence(forecast, lang),
        table=table,
        table_note=table_note(table, lang),
        reasons=(
            *assumed,
            *move_sentences(forecast, influences, lang),
            *driver_sentences(forecast, lang),
        ),
        notices=(*fit_notices(draws, lang), *notices(forecast, lang)),
        warnings=(*fit_notices(draws, lang), *notices(forecast, lang, whole=False)),
    )


def fit_notices(draws: Draws | None, lang: str) -> list[str]:
    """Warn of a fit that is not sound; nothing of a sound one, or of none."""
    if draws is None or draws.diagnostics.get("sound", True):
        return []
    found = {name: draws.diagnostics.get(name) for name in ("divergences", "rhat", "ess_bulk")}
    fields = {name: figures(str(value), lang) for name, value in found.items()}
    return [paragraph(say("notice.fit", lang, **fields), lang)]


def briefing_lines(briefing: Briefing, lang: str = "en") -> list[str]:
    """Lay a briefing out as plain text: one paragraph a line."""
    return [
        briefing.judgement,
        "",
        *table_lines(briefing.table, lang),
        "",
        briefing.table_note,
        "",
        *briefing.reasons,
        "",
        *briefing.notices,
    ]
