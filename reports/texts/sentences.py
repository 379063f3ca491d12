"""What a run says in sentences: the judgement, what moved it and why, and what to beware of.

The word comes from an official scale (ICD 203 by default) and stands beside that scale's
published range, because words alone are read in many ways (Wintle et al. 2019,
doi:10.1371/journal.pone.0213522). When the 90% interval crosses from one band into others,
the words of both ends are given, with the range from the one to the other. What the words mean
and what was computed are two sentences, so that nobody takes the one range for the other.

Every function returns text for people, right-to-left lines in Arabic marked as such.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from tarjih.priors.scales import Term, load_scale
from tarjih.reports.texts.tables import Cell, Row, SummaryTable, summary_table
from tarjih.reports.texts.viewpoints import viewpoint_notices
from tarjih.reports.words.dates import date_text, short_date_text
from tarjih.reports.words.numbers import (
    decimal_text,
    figures,
    interval_text,
    isolated,
    paragraph,
    percent_texts,
    signed_text,
    whole_percents,
)
from tarjih.reports.words.strings import language, list_text, quoted, say
from tarjih.scenarios.records import Driver, Item, LevelSeen, Study, translate

if TYPE_CHECKING:
    from tarjih.models.asked.explanation import Bar
    from tarjih.models.asked.influence import Influence
    from tarjih.models.doubting.sensitivity import Sensitivity
    from tarjih.models.record import Forecast
    from tarjih.models.simulating.simulation import Simulation

__all__ = [
    "DriverAge",
    "Move",
    "When",
    "biggest_move",
    "driver_ages",
    "driver_sentences",
    "influence_label",
    "items_label",
    "judgement_sentence",
    "leading",
    "likelihood_words",
    "move_sentences",
    "notices",
    "tellers_text",
    "weightiest_first",
]

When = Literal["now", "horizon", "ever"]
_MONTH_DAYS = 365.25 / 12
_FRESH_MONTHS = 3
_NEAR = 0.01  # a lead of less than a point is none
_ARTICLES = {
    "almost no chance": "there_is",
    "roughly even chance": "there_is_a",
    "remote chance": "there_is_a",
    "realistic possibility": "there_is_a",
    "even chance": "there_is_an",
}


@dataclass(frozen=True, slots=True)
class Move:
    """How far the scenario that moved most has come since the origin, at as-of.

    Attributes
    ----------
    before, after : float
        Mean probability at the origin and at as-of.
    before_whole, after_whole : int
        The same, rounded together with the other scenarios.
    """

    scenario: str
    before: float
    after: float
    before_whole: int
    after_whole: int


@dataclass(frozen=True, slots=True)
class DriverAge:
    """When a driver's level was last observed. ``last`` is None if not since the origin."""

    driver: Driver
    last: dt.date | None
    days: int


def likelihood_words(
    low: float, high: float, lang: str = "en", *, scale: str = "icd203"
) -> tuple[tuple[str, ...], str]:
    """Return the words an interval of probability deserves, and their published range.

    The first band is taken to begin at 0, and the last to end at 1, when the interval does
    not lie inside what is published.

    Examples
    --------
    >>> likelihood_words(0.82, 0.93)
    (('very likely',), '80–95%')
    >>> likelihood_words(0.60, 0.93)
    (('likely', 'very likely'), '55–95%')
    >>> likelihood_words(0.001, 0.02)
    (('almost no chance',), '<5%')
    """
    bands = load_scale(scale)
    terms = bands.write_range(low, high)
    words = tuple(_written(term, lang) for term in terms)
    bottom, top = terms[0].low, terms[-1].high
    # In a gap between two bands the nearer one's own range is shown.
    under = low < min(term.low for term in bands.terms)
    over = high > max(term.high for term in bands.terms)
    if under and over:
        return words, interval_text(0.0, 1.0, lang)
    if under:
        return words, figures(f"<{round(100 * top)}%", lang)
    if over:
        return words, figures(f">{round(100 * bottom)}%", lang)
    return words, interval_text(bottom, top, lang)


def judgement_sentence(
    forecast: Forecast,
    lang: str = "en",
    *,
    scenario: str | None = None,
    when: When = "horizon",
    scale: str = "icd203",
) -> str:
    """State one scenario's probability in words, with ranges.

    Parameters
    ----------
    forecast : Forecast
    lang : {"en", "ar"}
    scenario : str, optional
        Default: the one most probable at the horizon (of ``now``: at as-of).
    when : {"now", "horizon", "ever"}
        In force at as-of, at the horizon, or at any time between them.
    scale : str
        The verbal scale to write in.

    Raises
    ------
    InvalidRequest
        If the language or the scale is unknown, or the scale is for reading only.
    """
    table = summary_table(forecast)
    if scenario is None:
        tied = leading(forecast, when)
        if len(tied) > 1:
            return paragraph(_tie(forecast, table, tied, when, lang), lang)
        (scenario,) = tied
    row = next(row for row in table.rows if row.id == scenario)
    cell = _cell(row, when)
    fields = {
        "scenario": quoted(translate(row.label, lang), lang),
        "date": date_text(table.as_of if when == "now" else table.horizon, lang),
    }
    if when == "ever":
        fields["start"] = date_text(table.as_of, lang)
    event = say(f"event.{when}", lang, **fields)
    words, band = likelihood_words(cell.q05, cell.q95, lang, scale=scale)
    meaning = say("judgement.meaning", lang, n=len(words), range=band)
    if len(words) == 1:
        english = likelihood_words(cell.q05, cell.q95, "en", scale=scale)[0][0]
        form = _ARTICLES.get(english, "adjective")
        judgement = say(f"judgement.{form}", lang, word=words[0], meaning=meaning, event=event)
    else:
        low, high = (quoted(word, lang) for word in words)
        judgement = say("judgement.between", lang, low=low, high=high, meaning=meaning, event=event)
    return paragraph(
        say(
            "judgement.numbers",
            lang,
            judgement=judgement,
            mean=cell.mean_text(lang),
            interval_name=say("interval.name", lang),
            interval=cell.interval_text(lang),
        ),
        lang,
    )


def leading(forecast: Forecast, when: When = "horizon") -> tuple[str, ...]:
    """Return the scenarios that share the lead, the most probable first: one, or nearly equal ones.

    Scenarios share it when the first is less than a point ahead, or less than the doubt about
    its lead that the number of draws leaves (1.96 standard errors of the mean difference over
    draws, by their effective number). The band of a probability is another thing: it is wide
    even where one scenario leads under every draw.

    Parameters
    ----------
    forecast : Forecast
    when : {"now", "horizon", "ever"}
    """
    values = (forecast.ever if when == "ever" else forecast.probability)[0 if when == "now" else -1]
    weight = forecast.weight
    means = weight @ values
    first = int(means.argmax())
    ahead = values[:, [first]] - values
    noise = np.sqrt(weight @ (ahead - weight @ ahead) ** 2 / max(forecast.diagnostics.ess_draws, 1))
    tied = means[first] - means < np.maximum(_NEAR, 1.96 * noise)
    tied[first] = True
    ids = forecast.study.scenario_ids
    order = sorted(np.flatnonzero(tied).tolist(), key=lambda k: -means[k])
    return tuple(ids[k] for k in order)


def _tie(
    forecast: Forecast, table: SummaryTable, tied: Sequence[str], when: When, lang: str
) -> str:
    """Say that several scenarios are as probable as each other, with their figures."""
    rows = {row.id: row for row in table.rows}
    parts = [
        say(
            "tie.part",
            lang,
            scenario=quoted(translate(rows[id].label, lang), lang),
            value=_cell(rows[id], when).text(lang),
        )
        for id in tied
    ]
    return say(
        "tie.ever" if when == "ever" else "tie.at",
        lang,
        scenarios=list_text(parts, lang),
        date=date_text(table.as_of if when == "now" else table.horizon, lang),
        interval_name=say("interval.name", lang),
    )


def _cell(row: Row, when: When) -> Cell:
    return {"now": row.now, "horizon": row.at_horizon, "ever": row.ever_by_horizon}[when]


def biggest_move(forecast: Forecast, scenario: str | None = None) -> Move | None:
    """Return what moved most from the origin to as-of; None while as-of is the origin.

    Parameters
    ----------
    forecast : Forecast
    scenario : str, optional
        The one to tell of, where that was found already; default: the one that moved most.
    """
    past = forecast.replayed_mean.tolist()
    if len(past) < 2:
        return None
    ids = forecast.study.scenario_ids
    before, after = past[0], past[-1]
    if scenario is None:
        k = max(range(len(ids)), key=lambda i: abs(after[i] - before[i]))
    else:
        k = ids.index(scenario)
    return Move(ids[k], before[k], after[k], whole_percents(before)[k], whole_percents(after)[k])


def move_sentences(
    forecast: Forecast,
    influences: Sequence[Influence] = (),
    lang: str = "en",
    *,
    most: int = 3,
    scenario: str | None = None,
) -> list[str]:
    """Say which scenario moved most since the origin, and which items weigh most.

    Parameters
    ----------
    influences : sequence of Influence
        The strongest first; those that move the scenario by less than half a percent are
        not named.
    most : int
        How many items to name.
    scenario : str, optional
        As for `biggest_move`.
    """
    start = date_text(forecast.study.origin, lang)
    move = biggest_move(forecast, scenario)
    if move is None or not any(entry.counted for entry in forecast.evidence.entries):
        return [paragraph(say("moved.nothing", lang, start=start), lang)]
    if move.before_whole == move.after_whole:
        return [paragraph(say("moved.little", lang, start=start), lang)]
    k = forecast.study.scenario_ids.index(move.scenario)
    past = forecast.replayed_mean.tolist()
    before, after = (percent_texts(row, lang)[k] for row in (past[0], past[-1]))
    label = quoted(translate(forecast.study.scenario(move.scenario).label, lang), lang)
    sentences = [say("moved.most", lang, start=start, scenario=label, before=before, after=after)]
    named = sorted(
        (influence for influence in influences if abs(influence.shift[k]) >= 0.005),
        key=lambda influence: -abs(float(influence.shift[k])),
    )[:most]
    if named:
        items = [
            say(
                "moved.item",
                lang,
                number=number,
                label=influence_label(influence, lang),
                sources=tellers_text(forecast.study, influence.items[0], lang),
                date=short_date_text(influence.items[0].end, lang),
                points=_points(float(influence.shift[k]), lang),
            )
            for number, influence in enumerate(named, start=1)
        ]
        sentences.append(say("moved.why", lang, items=list_text(items, lang)))
    return [paragraph(sentence, lang) for sentence in sentences]


def tellers_text(study: Study, item: Item, lang: str = "en") -> str:
    """Name who told an item, leaving out those who only relayed it."""
    labels = {source.id: source.label for source in study.sources}
    told = [id for id in item.sources if id not in item.relays] or list(item.sources)
    return list_text([translate(labels.get(id, {"en": id}), lang) for id in told], lang)


def items_label(items: Sequence[Item], lang: str = "en", *, quote: bool = False) -> str:
    """Name an item, in quotation marks if asked; several as the cluster they are.

    One item's name for all of them would mislead: the others tell of other things.
    """
    label = translate(items[0].label, lang)
    if len(items) == 1:
        return quoted(label, lang) if quote else label
    return say("items.cluster", lang, n=len(items), label=quoted(label, lang))


def influence_label(influence: Influence, lang: str = "en") -> str:
    """Name an item, or the cluster of which several counted, with its weightiest item."""
    return items_label(influence.items, lang)


def weightiest_first(bar: Bar, clusters: Sequence[Influence]) -> Sequence[Item]:
    """Order what became known of a cluster as its influence does, what was taken back since last.

    A cluster is so called by the same item wherever it is named.
    """
    # An item without a cluster may be called as a cluster is.
    whole = [one for one in clusters if one.kind == "cluster" and one.key == bar.cluster]
    rank = {item.id: n for n, item in enumerate(whole[0].items)} if whole else {}
    return sorted(bar.items, key=lambda item: rank.get(item.id, len(rank)))


def driver_ages(forecast: Forecast) -> tuple[DriverAge, ...]:
    """Return when each driver was last observed, in the study's order.

    What counts is an item on the driver's level that counted in the forecast; the age runs
    from its last day (or from the origin, whose level the study states) to as-of.
    """
    last: dict[str, dt.date] = {}
    for entry in forecast.evidence.entries:
        bears_on = entry.item.bears_on
        if entry.counted and isinstance(bears_on, LevelSeen):
            day = entry.item.end
            last[bears_on.driver] = max(day, last.get(bears_on.driver, day))
    origin = forecast.study.origin
    return tuple(
        DriverAge(
            driver,
            last.get(driver.id),
            (forecast.as_of - last.get(driver.id, origin)).days,
        )
        for driver in forecast.study.drivers
    )


def driver_sentences(forecast: Forecast, lang: str = "en") -> list[str]:
    """Say which drivers were not observed since the origin, and which not for long."""
    ages = driver_ages(forecast)
    limit = _FRESH_MONTHS * _MONTH_DAYS
    never = [age for age in ages if age.last is None]
    old = sorted(
        (age for age in ages if age.last is not None and age.days > limit),
        key=lambda age: -age.days,
    )
    sentences = []
    if never and forecast.as_of > forecast.study.origin:
        names = list_text([translate(age.driver.label, lang) for age in never], lang)
        sentences.append(say("drivers.never", lang, age=_age(never[0].days, lang), drivers=names))
    if old:
        named = [
            say(
                "drivers.age",
                lang,
                driver=translate(age.driver.label, lang),
                age=_age(age.days, lang),
            )
            for age in old
        ]
        sentences.append(say("drivers.old", lang, drivers=list_text(named, lang)))
    if not never and not old and ages:
        sentences.append(say("drivers.fresh", lang, age=say("months", lang, n=_FRESH_MONTHS)))
    return [paragraph(sentence, lang) for sentence in sentences]


def notices(
    forecast: Forecast | Simulation | Sensitivity, lang: str = "en", *, whole: bool = True
) -> list[str]:
    """Return what a reader must know before using the numbers: the gravest first.

    Parameters
    ----------
    whole : bool
        Whether the study's whole note on its retrospective coding is told, or one sentence that
        says where it stands.
    """
    language(lang)
    found = []
    if not forecast.diagnostics.reliable:
        diagnostics = forecast.diagnostics
        found.append(
            say(
                "notice.unreliable",
                lang,
                effective=round(diagnostics.ess_draws),
                draws=diagnostics.draws,
                khat=decimal_text(diagnostics.khat, lang),
            )
        )
    if forecast.study.retrospective:
        note = translate(forecast.study.retrospective_note, lang)
        if note and not whole:
            command = isolated("`tarjih show STUDY --section study`", lang)
            found.append(say("notice.retrospective_short", lang, command=command))
        else:
            note = note or say("notice.retrospective_default", lang)
            found.append(say("notice.retrospective", lang, note=note))
    if forecast.interventions:
        levels = []
        for held in forecast.interventions:
            driver = forecast.study.driver(held.driver)
            fields = {
                "driver": translate(driver.label, lang),
                "level": translate(driver.levels[held.level].label, lang),
            }
            if held.start is None:
                levels.append(say("notice.intervention", lang, **fields))
            else:
                start = date_text(held.start, lang)
                levels.append(say("notice.intervention_from", lang, start=start, **fields))
        found.append(say("notice.interventions", lang, levels=list_text(levels, lang)))
    own = viewpoint_notices(forecast.study, lang)
    return [*(paragraph(notice, lang) for notice in found), *own]


def _written(term: Term, lang: str) -> str:
    return term.spellings[language(lang)][0]


def _points(shift: float, lang: str) -> str:
    points = round(100 * shift)
    return say("points", lang, n=abs(points), signed=signed_text(points, lang))


def _age(days: int, lang: str) -> str:
    months = round(days / _MONTH_DAYS)
    return say("months", lang, n=months) if months >= 2 else say("days", lang, n=days)
