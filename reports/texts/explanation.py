"""What moved a probability and what it rests on, in words, tables and data.

One scenario is followed: the one that moved most. On screen its changes are points of
probability, so that they add up as shown; with ``units="db"`` they are decibans of centred
log-odds, which add up whatever the probability. The document has both, for all scenarios.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from math import log2
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from tarjih.equations import DECIBANS
from tarjih.reports.texts.briefing import fit_notices
from tarjih.reports.texts.documents import document_of, fit_entry
from tarjih.reports.texts.sentences import (
    items_label,
    notices,
    tellers_text,
    weightiest_first,
)
from tarjih.reports.words.columns import aligned
from tarjih.reports.words.dates import date_text, short_date_text
from tarjih.reports.words.numbers import (
    paragraph,
    percent_text,
    percent_texts,
    share_text,
    shown_percents,
    signed_text,
    whole_percents,
)
from tarjih.reports.words.strings import language, list_text, quoted, say
from tarjih.scenarios.records import Item, translate

if TYPE_CHECKING:
    from tarjih.models.asked.explanation import Bar, Explanation
    from tarjih.models.asked.influence import Influence
    from tarjih.priors.draws import Draws

__all__ = ["explanation_document", "explanation_lines", "explanation_summary"]

Units = Literal["percent", "db"]
Floats = NDArray[np.float64]
_LEAST = 0.5
_MOST_EVENTS = 8
_MOST_SOURCES = 6


def explanation_lines(
    found: Explanation,
    lang: str = "en",
    *,
    units: Units = "percent",
    draws: Draws | None = None,
) -> list[str]:
    """Return the whole explanation as text: the answer, the waterfall, what it rests on.

    Parameters
    ----------
    found : Explanation
    lang : {"en", "ar"}
    units : {"percent", "db"}
        Changes in points of probability, or in decibans of centred log-odds.
    draws : Draws, optional
        Those it was made with: a fit that is not sound is told.
    """
    language(lang)
    told = _Told(found, lang, units)
    warnings = [*fit_notices(draws, lang), *notices(found.forecast, lang, whole=False)]
    return [
        *told.answer(),
        "",
        *told.waterfall(),
        "",
        *told.rests(),
        "",
        *told.caveats(),
        *(["", *warnings] if warnings else []),
    ]


def explanation_summary(
    found: Explanation, lang: str = "en", *, draws: Draws | None = None
) -> list[str]:
    """Return the answer and the warnings."""
    language(lang)
    warnings = [*fit_notices(draws, lang), *notices(found.forecast, lang, whole=False)]
    return [*_Told(found, lang, "percent").answer(), *warnings]


def explanation_document(found: Explanation, draws: Draws | None = None) -> dict[str, Any]:
    """Return an explanation as a document (``tarjih.explain/1``).

    ``start``, ``end``: ``date``, and ``scenarios``: id to ``probability`` and ``log_odds``
    (natural logarithm, centred over the scenarios). ``bars``: ``kind`` (``news`` or
    ``drift``), ``start``, ``end``, ``cluster``, ``items``, ``gone`` (items no longer held),
    ``expected`` (how probable the news was relative to one who holds all states equally
    probable) with ``surprise`` (less its base-2 logarithm), and ``scenarios``: id to
    ``probability`` after it, ``change`` and ``log_odds_change``, which over all bars add up to
    ``end`` less ``start``. ``clusters``
    (and unclustered items), ``items``, ``sources``: ``kind``, ``id``, ``items``, ``scenarios``:
    id to ``change`` and ``log_odds_change``, belief with it less belief without. ``hand_set``:
    ``share`` (of all that moved, what is owed to weights set by hand), their ``items``, and
    ``scenarios`` as above. ``uncounted``:
    reason to number of items; ``known_before``: items that are inside ``start``; ``fit``: digest
    and diagnostics of the draws, or null.
    """
    forecast = found.forecast
    return document_of(
        {
            "schema": "tarjih.explain/1",
            "study": found.study.id,
            "origin": found.study.origin,
            "as_of": forecast.as_of,
            "since": found.since,
            "seed": forecast.seed,
            "engine": forecast.engine,
            "view": None if found.study.viewer is None else found.study.viewer.id,
            "draws": {"bars": found.waterfall_draws, "left_out": found.influence_draws},
            "start": {"date": found.since, "scenarios": _standing(found, found.start)},
            "end": {"date": forecast.as_of, "scenarios": _standing(found, found.end)},
            "bars": [
                {
                    "kind": bar.kind,
                    "start": bar.start,
                    "end": bar.end,
                    "cluster": bar.cluster,
                    "items": [item.id for item in bar.items],
                    "gone": [item.id for item in bar.gone],
                    "expected": bar.expected,
                    "surprise": -log2(bar.expected),
                    "scenarios": _changes(found, bar, bar.after),
                }
                for bar in found.bars
            ],
            "clusters": [_left_out(found, one) for one in found.clusters],
            "items": [_left_out(found, one) for one in found.items],
            "sources": [_left_out(found, one) for one in found.sources],
            "hand_set": _by_hand(found),
            "known_before": found.before,
            "uncounted": found.uncounted,
            "diagnostics": asdict(forecast.diagnostics),
            "fit": None if draws is None else fit_entry(draws),
            "retrospective": found.study.retrospective,
        }
    )


def _standing(found: Explanation, probability: Floats) -> dict[str, dict[str, float]]:
    from tarjih.models.asked.influence import centred_log_odds

    rows = zip(
        found.study.scenario_ids,
        probability.tolist(),
        centred_log_odds(probability).tolist(),
        strict=True,
    )
    return {id: {"probability": p, "log_odds": logit} for id, p, logit in rows}


def _changes(
    found: Explanation, change: Bar | Influence, after: Floats | None = None
) -> dict[str, dict[str, float]]:
    made = {}
    for k, id in enumerate(found.study.scenario_ids):
        row = {"change": float(change.shift[k]), "log_odds_change": float(change.log_shift[k])}
        made[id] = row if after is None else {"probability": float(after[k]), **row}
    return made


def _left_out(found: Explanation, one: Influence) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "id": one.key,
        "items": [item.id for item in one.items],
        "scenarios": _changes(found, one),
    }


def _by_hand(found: Explanation) -> dict[str, Any]:
    one = found.hand_set
    rows = zip(found.study.scenario_ids, one.shift.tolist(), one.log_shift.tolist(), strict=True)
    return {
        "share": one.share,
        "items": [item.id for item in one.items],
        "scenarios": {id: {"change": p, "log_odds_change": log} for id, p, log in rows},
    }


class _Told:
    """The parts of an explanation's text."""

    def __init__(self, found: Explanation, lang: str, units: Units) -> None:
        self.found, self.lang, self.units = found, lang, units
        shown = [whole_percents(values.tolist()) for values in (found.start, found.end)]
        self.still = shown[0] == shown[1]
        self.k = int(np.argmax(found.end)) if self.still else found.moved_most
        self.scenario = quoted(translate(found.study.scenarios[self.k].label, lang), lang)

    def say(self, key: str, **fields: object) -> str:
        return say(key, self.lang, **fields)

    def paragraph(self, key: str, **fields: object) -> str:
        return paragraph(self.say(key, **fields), self.lang)

    def answer(self) -> list[str]:
        """Say in a sentence where the scenario came from, and what carries it most."""
        found, k, lang = self.found, self.k, self.lang
        fields = {
            "scenario": self.scenario,
            "start": date_text(found.since, lang),
            "date": date_text(found.forecast.as_of, lang),
            "before": self._percent(found.start),
            "now": self._percent(found.end),
        }
        if self.still:
            del fields["before"]
            sentences = [self.paragraph("explain.same", **fields)]
        else:
            way = np.sign(found.end[k] - found.start[k])
            best = max(found.clusters, key=lambda one: one.shift[k] * way, default=None)
            if best is None or abs(self._of(best)) < _LEAST or best.shift[k] * way <= 0:
                sentences = [self.paragraph("explain.moved", **fields)]
            else:
                without = np.clip(found.end - best.shift, 0.0, 1.0).tolist()
                fields["evidence"] = self._evidence(best.items, quote=True)
                fields["without"] = percent_texts(without, lang)[k]
                sentences = [self.paragraph("explain.carried", **fields)]
        if all(bar.kind == "drift" for bar in found.bars):
            sentences.append(self.paragraph("explain.nothing", start=fields["start"]))
        return sentences

    def waterfall(self) -> list[str]:
        """Lay out each move of the scenario, and their sum."""
        found, lang = self.found, self.lang
        unit = self.say(f"explain.unit.{self.units}")
        start = short_date_text(found.since, lang)
        end = short_date_text(found.forecast.as_of, lang)
        rows = [(start, self._percent(found.start), "", self.say("explain.bar.start"))]
        for bar in found.bars:
            date = short_date_text(bar.end, lang)
            rows.append((date, self._percent(bar.after), self._change(bar), self._bar(bar)))
        whole = self._between(found.start, found.end, found.bars)
        rows.append((end, self._percent(found.end), whole, self.say("explain.bar.sum")))
        head = self.paragraph("explain.bars", scenario=self.scenario, unit=unit)
        if lang != "ar":
            return [f"{head}:", *aligned(rows, (True, True, True, False), "  ")]
        return [
            f"{head}:",
            *(
                self.paragraph("explain.bar.line", date=date, now=now, change=change, text=text)
                if change
                else self.paragraph("explain.bar.first", date=date, now=now, text=text)
                for date, now, change, text in rows
            ),
        ]

    def rests(self) -> list[str]:
        """Lay out what the scenario would lose or gain without each event and source."""
        found = self.found
        unit, least = (
            self.say(f"explain.unit.{self.units}"),
            self.say(f"explain.least.{self.units}"),
        )
        head = self.paragraph("explain.rests", scenario=self.scenario, unit=unit)
        events = sorted(found.clusters, key=lambda one: -abs(self._of(one)))
        strong = [one for one in events if abs(self._of(one)) >= _LEAST][:_MOST_EVENTS]
        lines = [f"{head}:"]
        lines += self._list([(self._number(one), self._evidence(one.items)) for one in strong])
        more = len(events) - len(strong)
        if not strong:
            lines.append(self.paragraph("explain.rests.none", least=least))
        elif more:
            lines.append(self.paragraph("explain.rests.more", n=more, least=least))
        sources = sorted(found.sources, key=lambda one: -abs(self._of(one)))
        heavy = [one for one in sources if abs(self._of(one)) >= _LEAST][:_MOST_SOURCES]
        if heavy:
            lines += [
                self.paragraph("explain.sources") + ":",
                *self._list([(self._number(one), self._source(one)) for one in heavy]),
            ]
        lines += self._single()
        against = [one for one in found.opposing(self.k) if abs(self._of(one)) >= _LEAST]
        if against:
            named = [
                self.say(
                    "explain.against.item",
                    evidence=self._evidence(one.items, quote=True),
                    change=self._number(one),
                )
                for one in against
            ]
            lines.append(self.paragraph("explain.against", items=list_text(named, self.lang)))
        elif strong:
            lines.append(self.paragraph("explain.against.none", least=least))
        return [*lines, *self._by_hand()]

    def caveats(self) -> list[str]:
        """Say what does not count and why, and how far the numbers go."""
        found, lang = self.found, self.lang
        lines = []
        if found.uncounted:
            reasons = [
                self.say(
                    "explain.uncounted.reason",
                    items=say("items", lang, n=count),
                    reason=say(f"reason.{reason}", lang),
                )
                for reason, count in found.uncounted.items()
            ]
            lines.append(self.paragraph("explain.uncounted", reasons=list_text(reasons, lang)))
        if found.before:
            items = say("items", lang, n=found.before)
            lines.append(
                self.paragraph("explain.before", items=items, date=date_text(found.since, lang))
            )
        every = found.forecast.diagnostics.draws
        lines.append(self.paragraph("explain.bars.note"))
        if found.waterfall_draws < every:
            lines.append(self.paragraph("explain.bars.draws", few=found.waterfall_draws, all=every))
        if found.clusters:
            lines.append(self.paragraph("explain.rests.note", few=found.influence_draws, all=every))
        return lines

    def _percent(self, probability: Floats) -> str:
        whole = whole_percents(probability.tolist())
        return share_text(whole[self.k], float(probability[self.k]), self.lang)

    def _of(self, one: Influence, k: int | None = None) -> float:
        """Return a change in the units asked for."""
        place = self.k if k is None else k
        if self.units == "db":
            return float(one.log_shift[place]) * DECIBANS
        return float(one.shift[place]) * 100

    def _number(self, one: Influence) -> str:
        return self._signed(self._of(one))

    def _signed(self, change: float) -> str:
        return signed_text(change, self.lang, digits=1 if self.units == "db" else 0)

    def _change(self, bar: Bar) -> str:
        return self._between(bar.before, bar.after, [bar])

    def _between(self, before: Floats, after: Floats, bars: Sequence[Bar], k: int = -1) -> str:
        """Write a change: of the percents as shown, so that they add up as shown."""
        place = self.k if k < 0 else k
        if self.units == "db":
            return self._signed(sum(float(bar.log_shift[place]) for bar in bars) * DECIBANS)
        shown = [shown_percents(values.tolist())[place] for values in (before, after)]
        return self._signed(shown[1] - shown[0])

    def _bar(self, bar: Bar) -> str:
        """Name what became known, whom else it moved, and how far it was expected."""
        lang = self.lang
        aside = []
        others = np.abs(bar.shift)
        others[self.k] = 0.0
        other = int(np.argmax(others))
        if others[other] * 100 >= _LEAST:
            name = translate(self.found.study.scenarios[other].short, lang)
            change = self._between(bar.before, bar.after, [bar], other)
            aside.append(self.say("explain.bar.other", scenario=name, change=change))
        if bar.kind == "drift":
            text = self.say("explain.bar.drift")
        else:
            text = self._news(bar)
            bits = log2(bar.expected)
            if abs(bits) >= 1:
                word = "expected" if bits > 0 else "surprising" if bits > -2 else "very_surprising"
                aside.append(self.say(f"explain.bar.{word}"))
        if not aside:
            return text
        return self.say("explain.bar.aside", text=text, aside=list_text(aside, lang))

    def _news(self, bar: Bar) -> str:
        """Name what became known, and what is no longer held."""
        if not bar.gone:
            return self._evidence(weightiest_first(bar, self.found.clusters))
        gone = self._evidence(bar.gone)
        if not bar.items:
            return self.say("explain.bar.gone", gone=gone)
        before, after = ({item.id.partition("~")[0] for item in of} for of in (bar.gone, bar.items))
        key = "explain.bar.amended" if after <= before else "explain.bar.replaced"
        fields = {} if after <= before else {"gone": gone}
        return self.say(
            key, evidence=self._evidence(weightiest_first(bar, self.found.clusters)), **fields
        )

    def _clusters(self) -> list[Influence]:
        """Return the clusters without the unclustered items, whose ids may be the same."""
        return [one for one in self.found.clusters if one.kind == "cluster"]

    def _evidence(self, items: Sequence[Item], *, quote: bool = False) -> str:
        return self.say(
            "explain.told",
            label=items_label(items, self.lang, quote=quote),
            sources=tellers_text(self.found.study, items[0], self.lang),
            date=short_date_text(items[0].end, self.lang),
        )

    def _source(self, one: Influence) -> str:
        source = self.found.study.source(one.key)
        name = one.key if source is None else translate(source.label, self.lang)
        return self.say(
            "explain.source", source=name, items=say("items", self.lang, n=len(one.items))
        )

    def _single(self) -> list[str]:
        """Name the item that weighs most by itself, if others stand in for it."""
        if not self.found.items:
            return []
        best = max(self.found.items, key=lambda one: abs(self._of(one)))
        (item,) = best.items
        members = [one.items for one in self._clusters() if one.key == item.cluster]
        if abs(self._of(best)) < _LEAST or not members or len(members[0]) == 1:
            return []
        fields = {"evidence": self._evidence(best.items, quote=True), "change": self._number(best)}
        return [self.paragraph("explain.item", **fields)]

    def _by_hand(self) -> list[str]:
        """Say how much of the movement is owed to weights set by hand."""
        one = self.found.hand_set
        if not one.items:
            return []
        moved = one.log_shift[self.k] * DECIBANS if self.units == "db" else one.shift[self.k] * 100
        return [
            self.paragraph(
                "explain.by_hand",
                share=percent_text(one.share, self.lang),
                items=say("items", self.lang, n=len(one.items)),
                scenario=self.scenario,
                change=self._signed(float(moved)),
                unit=self.say(f"explain.unit.{self.units}"),
            )
        ]

    def _list(self, rows: Sequence[tuple[str, str]]) -> list[str]:
        if self.lang != "ar":
            return aligned(rows, (True, False), "  ") if rows else []
        return [
            self.paragraph("explain.rests.line", change=change, text=text) for change, text in rows
        ]
