"""What would change our mind, in words and as data.

Each set of changes is one sentence: what they are, what they would do, and how probable it is
that they come about. What all of it relies on follows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tarjih.reports.texts.briefing import fit_notices
from tarjih.reports.texts.documents import document_of, fit_entry, intervention_entry
from tarjih.reports.texts.effects import levels_text
from tarjih.reports.texts.sentences import likelihood_words, notices
from tarjih.reports.texts.whatif import held_text, settings_text
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.numbers import (
    count_text,
    interval_text,
    paragraph,
    percent_text,
    percent_texts,
)
from tarjih.reports.words.strings import language, list_text, quoted, say
from tarjih.scenarios.records import translate

if TYPE_CHECKING:
    from tarjih.models.tipping.sets import Tipping, TippingSet
    from tarjih.priors.draws import Draws

__all__ = [
    "tipping_answer",
    "tipping_document",
    "tipping_lines",
    "tipping_sentences",
    "tipping_summary",
]

_MOST_SETS = 10
_SELDOM = 1e-6


def tipping_lines(found: Tipping, lang: str = "en", *, draws: Draws | None = None) -> list[str]:
    """Return the whole answer as text: one sentence, the sets, what they rely on.

    Parameters
    ----------
    found : Tipping
    lang : {"en", "ar"}
    draws : Draws, optional
        Those it was made with: a fit that is not sound is told.
    """
    language(lang)
    told = _Told(found, lang)
    lines = [told.answer(), ""]
    if found.sets:
        lines += [*told.sets(), ""]
    lines += told.relies()
    notices = told.notices(draws)
    return [*lines, "", *notices] if notices else lines


def tipping_summary(found: Tipping, lang: str = "en", *, draws: Draws | None = None) -> list[str]:
    """Return the answer and the warnings."""
    language(lang)
    told = _Told(found, lang)
    return [told.answer(), *told.caveats(), *told.notices(draws)]


def tipping_answer(found: Tipping, lang: str = "en") -> list[str]:
    """Return the answer, and the chance that the first of the sets comes about."""
    told = _Told(found, lang)
    return [told.answer(), *(paragraph(told.chance(one), lang) for one in found.sets[:1])]


def tipping_sentences(found: Tipping, lang: str = "en") -> list[str]:
    """Return a numbered sentence for each set, how many more there are, and what brackets mean."""
    return _Told(found, lang).sets()[1:]


def tipping_document(found: Tipping, draws: Draws | None = None) -> dict[str, Any]:
    """Return the answer as a document (``tarjih.tipping/1``).

    ``asked``: ``scenario`` and ``threshold`` (null: the lead is to change) and ``direction``
    ("lead", "above", "below"); ``leader`` and ``scenarios`` as things stand, as in a forecast;
    ``current``: driver to its most probable level; ``sets``, the fewest changes first, then the
    likeliest: ``changes``, ``scenario``, its ``probability`` at the horizon, means of all
    ``at_horizon``, and the chance that all levels hold ``together``; ``screening``: how many sets
    there are, on how many paths they were screened (0: none), how many were run on all paths and
    how many more should have been; ``judged``: driver to the judgements that name it.
    """
    study, baseline = found.study, found.baseline
    return document_of(
        {
            "schema": "tarjih.tipping/1",
            "study": study.id,
            "origin": study.origin,
            "as_of": baseline.as_of,
            "horizon": baseline.horizon,
            "seed": baseline.seed,
            "engine": baseline.engine,
            "view": None if study.viewer is None else study.viewer.id,
            "asked": {
                "scenario": found.scenario,
                "threshold": found.threshold,
                "direction": {"lead": "lead", "rise": "above", "fall": "below"}[_kind(found)],
            },
            "leader": baseline.leader,
            "scenarios": baseline.table(),
            "current": {
                id: study.driver(id).levels[level].id for id, level in found.current.items()
            },
            "sets": [
                {
                    "changes": [intervention_entry(study, one) for one in each.interventions],
                    "scenario": each.scenario,
                    "probability": asdict(each.probability),
                    "at_horizon": each.at_horizon,
                    "together": asdict(each.together),
                }
                for each in found.sets
            ],
            "screening": {
                "most_changes": found.most_changes,
                "sets": found.screened,
                "paths": found.sampled,
                "run": found.run,
                "left": found.left,
            },
            "judged": found.judged,
            "diagnostics": asdict(baseline.diagnostics),
            "fit": None if draws is None else fit_entry(draws),
            "retrospective": study.retrospective,
        }
    )


def _kind(found: Tipping) -> str:
    if found.scenario is None:
        return "lead"
    return "rise" if found.rises else "fall"


class _Told:
    """One answer in one language."""

    def __init__(self, found: Tipping, lang: str) -> None:
        self.found = found
        self.lang = lang
        self.study = found.study
        self.date = date_text(found.baseline.horizon, lang)
        self.kind = _kind(found)
        self.shown = found.sets[:_MOST_SETS]
        named = {one.driver for each in self.shown for one in each.interventions}
        self.drivers = [id for id in found.drivers if id in named]

    def answer(self) -> str:
        """Say what stands, and the likeliest of the smallest sets that would tip it."""
        asked = self.found.scenario or self.found.baseline.leader
        k = self.study.scenario_ids.index(asked)
        fields = {
            "scenario": self._name(asked),
            "date": self.date,
            "now": percent_texts(list(self.found.baseline.at_horizon), self.lang)[k],
            "most": count_text(self.found.most_changes, self.lang),
            "threshold": self._threshold(),
        }
        if not self.found.sets:
            return paragraph(say(f"tipping.{self.kind}.none", self.lang, **fields), self.lang)
        best = self.found.sets[0]
        text = say(
            f"tipping.{self.kind}.best",
            self.lang,
            levels=held_text(self.study, best.interventions, self.lang),
            new=self._name(best.scenario),
            value=self._value(best),
            **fields,
        )
        return paragraph(text, self.lang)

    def sets(self) -> list[str]:
        """Say one sentence for each set, and how many more there are."""
        lines = [say("tipping.title", self.lang)]
        lines += [
            say(
                "tipping.set.lead" if self.kind == "lead" else "tipping.set.scenario",
                self.lang,
                number=number,
                levels=held_text(self.study, one.interventions, self.lang),
                scenario=self._name(one.scenario, short=True),
                value=self._value(one),
                interval=interval_text(one.probability.q05, one.probability.q95, self.lang),
                chance=self.chance(one),
                settings=settings_text(self.study, one.interventions, self.lang),
            )
            for number, one in enumerate(self.shown, start=1)
        ]
        more = len(self.found.sets) - len(self.shown)
        if more:
            lines.append(say("tipping.more", self.lang, n=more))
        brackets = say("compare.brackets", self.lang, interval_name=say("interval.name", self.lang))
        return [paragraph(line, self.lang) for line in [*lines, brackets]]

    def relies(self) -> list[str]:
        """Say what is held, who judged it, how sets were found, and what is assumed."""
        lines = [say("tipping.relies", self.lang)]
        if self.found.sets:
            current = {id: self.found.current[id] for id in self.drivers}
            start = self.study.calendar.first_day(self.found.baseline.as_of_step + 1)
            lines.append(
                say(
                    "tipping.held",
                    self.lang,
                    start=date_text(start, self.lang),
                    levels=levels_text(self.study, current, self.lang),
                )
            )
            lines.append(say("tipping.reached", self.lang))
            lines += self._judged()
        lines.append(self._search())
        return [*(paragraph(line, self.lang) for line in lines), *self.caveats()]

    def caveats(self) -> list[str]:
        """Say what is assumed, and what was left undone."""
        lines = [say("whatif.exogenous", self.lang)]
        if self.found.left:
            lines.insert(0, say("tipping.left", self.lang, left=self._count(self.found.left)))
        return [paragraph(line, self.lang) for line in lines]

    def notices(self, draws: Draws | None) -> list[str]:
        """Say what else to know before using the numbers."""
        return [
            *fit_notices(draws, self.lang),
            *notices(self.found.baseline, self.lang, whole=False),
        ]

    def _judged(self) -> list[str]:
        judged = {id: self.found.judged[id] for id in self.drivers}
        named = {id for ids in judged.values() for id in ids}
        counts = Counter(one.source for one in self.study.judgements if one.id in named)
        lines = []
        if counts:
            sources = [
                say(
                    "tipping.source",
                    self.lang,
                    source=self._source(id),
                    judgements=say("judgements", self.lang, n=count),
                )
                for id, count in counts.most_common()
            ]
            lines.append(say("tipping.judged", self.lang, sources=list_text(sources, self.lang)))
        silent = [id for id, ids in judged.items() if not ids]
        if silent:
            names = [
                quoted(translate(self.study.driver(id).label, self.lang), self.lang)
                for id in silent
            ]
            lines.append(say("tipping.unjudged", self.lang, drivers=list_text(names, self.lang)))
        return lines

    def _search(self) -> str:
        found = self.found
        fields = {
            "screened": self._count(found.screened),
            "most": count_text(found.most_changes, self.lang),
            "run": self._count(found.run),
            "told": self._count(len(found.sets)),
        }
        if not found.sampled and found.run == found.screened:
            del fields["run"]
            return say("tipping.each_run", self.lang, **fields)
        if not found.sampled:
            return say("tipping.all_run", self.lang, **fields)
        return say("tipping.screened", self.lang, sampled=self._count(found.sampled), **fields)

    def chance(self, one: TippingSet) -> str:
        """Say how probable it is that the levels of a set come about."""
        chance = one.together
        mean, low, high = chance.mean, chance.q05, chance.q95
        if self.found.baseline.diagnostics.paths:
            # what no path met is seldom, not impossible
            mean, low, high = (max(value, _SELDOM) for value in (mean, low, high))
        value, interval = percent_text(mean, self.lang), interval_text(low, high, self.lang)
        if value != interval:
            value = say("table.cell", self.lang, mean=value, interval=interval)
        words, band = likelihood_words(low, high, self.lang)
        named = [quoted(word, self.lang) for word in words]
        text = say(
            "tipping.words.one" if len(named) == 1 else "tipping.words.two",
            self.lang,
            low=named[0],
            high=named[-1],
        )
        return say(
            "tipping.chance",
            self.lang,
            n=len(one.interventions),
            date=self.date,
            value=value,
            words=text,
            range=band,
        )

    def _value(self, one: TippingSet) -> str:
        means: Sequence[float] = list(one.at_horizon.values())
        value = percent_texts(means, self.lang)[list(one.at_horizon).index(one.scenario)]
        if self.found.threshold is not None and value == self._threshold():
            key = "tipping.just_over" if self.kind == "rise" else "tipping.just_under"
            return say(key, self.lang, threshold=value)
        return value

    def _threshold(self) -> str:
        threshold = self.found.threshold
        return "" if threshold is None else percent_text(threshold, self.lang)

    def _count(self, number: int) -> str:
        return count_text(number, self.lang)

    def _name(self, scenario: str, *, short: bool = False) -> str:
        one = self.study.scenario(scenario)
        return quoted(translate(one.short if short else one.label, self.lang), self.lang)

    def _source(self, id: str) -> str:
        source = self.study.source(id)
        return id if source is None else translate(source.label, self.lang)
