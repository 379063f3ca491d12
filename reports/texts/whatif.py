"""A forecast with drivers held beside the one as things stand, in words, tables and data.

In English the numbers stand in columns; in Arabic each scenario is a line without columns (why:
see ``tables``). A difference is that of the percents beside it, so that a row adds up as shown.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Literal

from tarjih.reports.texts.briefing import fit_notices
from tarjih.reports.texts.card_words import named
from tarjih.reports.texts.documents import document_of, fit_entry, intervention_entry
from tarjih.reports.texts.effects import reason_sentences
from tarjih.reports.texts.sentences import leading, notices
from tarjih.reports.texts.tables import Cell, SummaryTable, cell_percent, summary_table
from tarjih.reports.words.columns import aligned
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.numbers import isolated, paragraph, signed_text
from tarjih.reports.words.strings import language, list_text, quoted, say
from tarjih.scenarios.records import Study, translate

if TYPE_CHECKING:
    from tarjih.models.asked.intervening import WhatIf
    from tarjih.models.record import Intervention
    from tarjih.priors.draws import Draws

__all__ = [
    "cell_percent",
    "held_text",
    "settings_text",
    "whatif_document",
    "whatif_lines",
    "whatif_summary",
]

_WHENS: tuple[Literal["horizon", "ever"], ...] = ("horizon", "ever")
_COLUMNS = {"now": "now", "horizon": "at_horizon", "ever": "ever_by_horizon"}


def whatif_lines(found: WhatIf, lang: str = "en", *, draws: Draws | None = None) -> list[str]:
    """Return the whole answer as text: one sentence, the lead, the table, why, what to beware of.

    Parameters
    ----------
    found : WhatIf
    lang : {"en", "ar"}
    draws : Draws, optional
        Those it was made with: a fit that is not sound is told.
    """
    language(lang)
    told = _Told(found, lang)
    reasons = reason_sentences(found.study, found.interventions, lang)
    return [
        *told.answer(),
        "",
        *told.tables(),
        told.now(),
        told.brackets(),
        "",
        *reasons,
        "",
        *told.caveats(draws),
    ]


def whatif_summary(found: WhatIf, lang: str = "en", *, draws: Draws | None = None) -> list[str]:
    """Return the answer and what to beware of."""
    language(lang)
    told = _Told(found, lang)
    return [*told.answer(), *told.caveats(draws)]


def whatif_document(found: WhatIf, draws: Draws | None = None) -> dict[str, Any]:
    """Return the answer as a document (``tarjih.whatif/1``).

    ``interventions``: what is held; ``leader``: at the horizon, ``baseline`` and ``held``;
    ``scenarios``: id to ``now``, ``at_horizon`` and ``ever_by_horizon``, each with ``baseline``,
    ``held`` and ``difference`` (held less baseline, its quantiles across draws, pair by pair),
    each with ``mean``, ``q05``, ``q95``.
    """
    study, held = found.study, found.held
    return document_of(
        {
            "schema": "tarjih.whatif/1",
            "study": study.id,
            "origin": study.origin,
            "as_of": held.as_of,
            "horizon": held.horizon,
            "seed": held.seed,
            "engine": held.engine,
            "view": None if study.viewer is None else study.viewer.id,
            "interventions": [intervention_entry(study, one) for one in found.interventions],
            "leader": {"baseline": found.baseline.leader, "held": held.leader},
            "scenarios": found.table(),
            "diagnostics": asdict(held.diagnostics),
            "fit": None if draws is None else fit_entry(draws),
            "retrospective": study.retrospective,
        }
    )


def settings_text(study: Study, held: Sequence[Intervention], lang: str = "en") -> str:
    """Write drivers at their levels as options of a command, to be copied.

    Those held from a later date have it after an ``@``.
    """
    parts = []
    for one in held:
        driver = study.driver(one.driver)
        start = "" if one.start is None else f"@{one.start.isoformat()}"
        parts.append(f"--set {driver.id}={driver.levels[one.level].id}{start}")
    return isolated(" ".join(parts), lang)


def held_text(study: Study, held: Sequence[Intervention], lang: str = "en") -> str:
    """Name drivers at the levels they are held at, as one condition."""
    parts = []
    for one in held:
        driver = study.driver(one.driver)
        fields = {
            "driver": translate(driver.label, lang),
            "level": translate(driver.levels[one.level].label, lang),
        }
        if one.start is None:
            parts.append(say("whatif.level", lang, **fields))
        else:
            start = date_text(one.start, lang)
            parts.append(say("whatif.level_from", lang, start=start, **fields))
    return say("whatif.and", lang).join(parts)


class _Told:
    """One answer in one language."""

    def __init__(self, found: WhatIf, lang: str) -> None:
        self.found = found
        self.lang = lang
        self.before = summary_table(found.baseline)
        self.after = summary_table(found.held)
        self.numbers = found.table()
        self.date = date_text(found.held.horizon, lang)

    def answer(self) -> list[str]:
        """Say what moves most at the horizon, and what becomes of the lead."""
        return [paragraph(one, self.lang) for one in (self._most(), self._lead())]

    def tables(self) -> list[str]:
        """Lay out the two columns at the horizon and ever by it, each with its differences."""
        lines = []
        for when in _WHENS:
            title = say(f"compare.head.{when}", self.lang, date=self.date)
            rows = [
                [
                    named(scenario.short, scenario.id, self.lang),
                    _cell(self.before, k, when).text(self.lang),
                    _cell(self.after, k, when).text(self.lang),
                    say("whatif.difference", self.lang, **self._points(k, when)),
                ]
                for k, scenario in enumerate(self.found.study.scenarios)
            ]
            if self.lang == "ar":
                lines.append(paragraph(title, self.lang))
                lines += [self._line(row) for row in rows]
            else:
                heads = [say(f"whatif.head.{name}") for name in ("baseline", "held", "difference")]
                lines += aligned([[title, *heads], *rows], [False, True, True, True])
            lines.append("")
        return lines

    def now(self) -> str:
        """Say what is believed now, which nothing held later can change."""
        parts = [
            say(
                "whatif.now.part",
                self.lang,
                scenario=translate(scenario.short, self.lang),
                value=row.now.text(self.lang),
            )
            for scenario, row in zip(self.found.study.scenarios, self.before.rows, strict=True)
        ]
        date = date_text(self.before.as_of, self.lang)
        text = say("whatif.now", self.lang, date=date, parts=list_text(parts, self.lang))
        return paragraph(text, self.lang)

    def brackets(self) -> str:
        """Say what the brackets hold."""
        name = say("interval.name", self.lang)
        return paragraph(say("whatif.brackets", self.lang, interval_name=name), self.lang)

    def caveats(self, draws: Draws | None) -> list[str]:
        """Say what is assumed, and what else to know before using the numbers."""
        return [
            paragraph(say("whatif.exogenous", self.lang), self.lang),
            *fit_notices(draws, self.lang),
            *notices(self.found.baseline, self.lang, whole=False),
        ]

    def _most(self) -> str:
        levels = held_text(self.found.study, self.found.interventions, self.lang)
        changes = [self._difference(k, "horizon") for k in range(len(self.before.rows))]
        k = max(range(len(changes)), key=lambda i: abs(changes[i]["mean"]))
        shown = self._whole(k, "horizon")
        if not shown:
            return say("whatif.nothing", self.lang, levels=levels, date=self.date)
        fields = self._points(k, "horizon")
        fields["points"] = say("points", self.lang, n=abs(shown), signed=fields["points"])
        change = say(
            "whatif.change", self.lang, interval_name=say("interval.name", self.lang), **fields
        )
        return say(
            "whatif.rises" if shown > 0 else "whatif.falls",
            self.lang,
            levels=levels,
            scenario=self._name(k),
            date=self.date,
            before=self._mean(self.before, k),
            after=self._mean(self.after, k),
            change=change,
        )

    def _lead(self) -> str:
        ids = self.found.study.scenario_ids
        tied = {"before": leading(self.found.baseline), "after": leading(self.found.held)}
        if max(map(len, tied.values())) > 1:
            shown = {"before": self.before, "after": self.after}
            parts = {name: self._leaders(shown[name], found) for name, found in tied.items()}
            return say("whatif.lead.open", self.lang, **parts)
        old, new = ids.index(self.before.leader), ids.index(self.after.leader)
        before, after = self._mean(self.before, old), self._mean(self.after, new)
        if old == new:
            name = self._name(old)
            return say("whatif.lead.same", self.lang, scenario=name, before=before, after=after)
        return say(
            "whatif.lead.passes",
            self.lang,
            old=self._name(old),
            before=before,
            old_after=self._mean(self.after, old),
            new=self._name(new),
            new_before=self._mean(self.before, new),
            after=after,
        )

    def _leaders(self, table: SummaryTable, leaders: Sequence[str]) -> str:
        """Name those who share the lead, with their probabilities."""
        ids = self.found.study.scenario_ids
        named = [
            say(
                "whatif.now.part",
                self.lang,
                scenario=self._name(ids.index(id)),
                value=self._mean(table, ids.index(id)),
            )
            for id in leaders
        ]
        return say("list.comma", self.lang).join(named)

    def _line(self, row: Sequence[str]) -> str:
        scenario, before, after, difference = row
        fields = {"before": before, "after": after, "difference": difference}
        return paragraph(say("whatif.line", self.lang, scenario=scenario, **fields), self.lang)

    def _name(self, k: int) -> str:
        return quoted(translate(self.found.study.scenarios[k].label, self.lang), self.lang)

    def _mean(self, table: SummaryTable, k: int) -> str:
        return table.rows[k].at_horizon.mean_text(self.lang)

    def _difference(self, k: int, when: str) -> Mapping[str, float]:
        return self.numbers[self.found.study.scenario_ids[k]][_COLUMNS[when]]["difference"]

    def _whole(self, k: int, when: str) -> int:
        """Return the difference of the whole percents that are shown."""
        return cell_percent(_cell(self.after, k, when)) - cell_percent(_cell(self.before, k, when))

    def _points(self, k: int, when: str) -> dict[str, str]:
        """Return a difference and its interval, rounded outward, in signed points."""
        points, told = self._whole(k, when), self._difference(k, when)
        low = min(points, math.floor(round(100 * told["q05"], 4)))
        high = max(points, math.ceil(round(100 * told["q95"], 4)))
        return {
            name: signed_text(value, self.lang)
            for name, value in (("points", points), ("low", low), ("high", high))
        }


def _cell(table: SummaryTable, k: int, when: str) -> Cell:
    cell: Cell = getattr(table.rows[k], _COLUMNS[when])
    return cell
