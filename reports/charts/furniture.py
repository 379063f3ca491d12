"""What stands around a plot: headings above, notices and sources below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tarjih.reports.texts.sentences import notices
from tarjih.reports.texts.viewpoints import viewpoint_notices
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.numbers import figures
from tarjih.reports.words.strings import list_text, say
from tarjih.scenarios.records import Item, Study, translate

if TYPE_CHECKING:
    from tarjih.models.record import Forecast

__all__ = ["Furniture", "around_forecast", "around_study", "judged_line", "sources_line"]

_NAMED_SOURCES = 5


@dataclass(frozen=True, slots=True)
class Furniture:
    """Words around a plot.

    Attributes
    ----------
    title : str
        What the chart finds; where it finds nothing, what it shows.
    subtitle : str
        How it is to be read, with the interval named.
    over : str
        A line over the title: the study.
    badges : tuple of str
        What nobody may overlook.
    notices : tuple of str
        What a reader must know before using the numbers: the gravest first.
    own : tuple of str
        What must be known of this chart alone: how it is made, what it leaves out.
    footer : tuple of str
        The study, the as-of date, how it was computed, and the sources.
    grave : bool
        Whether the first notice is in the colour of warnings.
    """

    title: str
    subtitle: str
    over: str = ""
    badges: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    grave: bool = False


def around_forecast(
    forecast: Forecast, lang: str, *, title: str, subtitle: str, draws: int | None = None
) -> Furniture:
    """Return what stands around a chart of a forecast, or of what was asked of one.

    Parameters
    ----------
    forecast : Forecast
    lang : {"en", "ar"}
    title, subtitle : str
        Of the chart.
    draws : int, optional
        How many draws were used, where these are not the forecast's.
    """
    counted = [entry.item for entry in forecast.evidence.entries if entry.counted]
    tellers = {source for item in counted for source in item.sources}
    reliable = forecast.diagnostics.reliable
    badges = [
        say(key, lang)
        for key, holds in (
            ("chart.retrospective", forecast.study.retrospective),
            ("chart.unreliable", not reliable),
            ("chart.assumed", bool(forecast.interventions)),
        )
        if holds
    ]
    line = say(
        "chart.footer",
        lang,
        study=figures(forecast.study.id, lang),
        date=date_text(forecast.as_of, lang),
        items=say("items", lang, n=len(counted)),
        all=len(forecast.evidence.entries),
        sources=say("sources", lang, n=len(tellers)),
        engine=figures(forecast.engine, lang),
        seed=forecast.seed,
    )
    if draws is not None:
        line = say("chart.footer.draws", lang, line=line, draws=say("chart.draws", lang, n=draws))
    return Furniture(
        title=title,
        subtitle=subtitle,
        over=translate(forecast.study.title, lang),
        badges=tuple(badges),
        notices=tuple(notices(forecast, lang)),
        footer=(line, *sources_line(forecast.study, counted, lang)),
        grave=not reliable,
    )


def around_study(
    study: Study, lang: str, *, title: str, subtitle: str, footer: Sequence[str] = ()
) -> Furniture:
    """Return what stands around a chart of what a study says by itself, before evidence."""
    return Furniture(
        title=title,
        subtitle=subtitle,
        over=translate(study.title, lang),
        badges=(say("chart.retrospective", lang),) if study.retrospective else (),
        notices=tuple(viewpoint_notices(study, lang)),
        footer=tuple(footer),
    )


def judged_line(study: Study, lang: str) -> str:
    """Say how many judgements of how many sources a study's own assumptions rest on."""
    fitted = [one for one in study.judgements if one.known <= study.origin]
    return say(
        "chart.judged",
        lang,
        judgements=say("judgements", lang, n=len(fitted)),
        sources=say("sources", lang, n=len({one.source for one in fitted})),
    )


def sources_line(study: Study, items: Iterable[Item], lang: str) -> tuple[str, ...]:
    """Name the tellers of items, those of most items first, in one line; none without items."""
    told = Counter(source for item in items for source in dict.fromkeys(item.sources))
    if not told:
        return ()
    ordered = sorted(told, key=lambda id: (-told[id], id))
    labels = {source.id: translate(source.label, lang) for source in study.sources}
    named = [labels.get(id) or figures(id, lang) for id in ordered[:_NAMED_SOURCES]]
    more = len(ordered) - len(named)
    names = list_text(named, lang)
    if more:
        names = say("chart.sources.more", lang, names=names, n=more)
    return (say("chart.sources", lang, names=names),)
