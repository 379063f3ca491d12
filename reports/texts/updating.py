"""What one more item does, in words, tables and data.

The item as it was understood comes first, every scenario with its weight where weights were set
by hand: it is read before the result is. A change in points is that of the percents beside it,
so that a row adds up as shown. In Arabic each scenario is a line without columns (why: see
``tables``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from tarjih.equations import DECIBANS
from tarjih.reports.texts.briefing import fit_notices
from tarjih.reports.texts.card_evidence import bearing_text, told_text
from tarjih.reports.texts.sentences import notices
from tarjih.reports.texts.tables import Cell, SummaryTable, cell_percent, summary_table
from tarjih.reports.texts.update_documents import (
    Recorded,
    movement_of,
    surprise_kind,
    update_document,
    update_document_of,
)
from tarjih.reports.words.columns import aligned
from tarjih.reports.words.dates import date_text, month_text, span_text
from tarjih.reports.words.numbers import (
    count_text,
    decimal_text,
    figures,
    isolated,
    paragraph,
    percent_text,
    signed_text,
)
from tarjih.reports.words.strings import language, list_text, quoted, say
from tarjih.scenarios.records import Item, Study, Weights, translate

if TYPE_CHECKING:
    from tarjih.models.asked.updating import Update
    from tarjih.priors.draws import Draws

__all__ = [
    "Recorded",
    "item_lines",
    "understood_lines",
    "update_document",
    "update_document_of",
    "update_lines",
    "update_summary",
]

Units = Literal["percent", "db"]
_COLUMNS = {"now": "now", "horizon": "at_horizon", "ever": "ever_by_horizon"}


def item_lines(found: Update, lang: str = "en", *, assumed: bool = False) -> list[str]:
    """Say how an item was understood.

    Parameters
    ----------
    found : Update
    lang : {"en", "ar"}
    assumed : bool
        Whether its credibility was not given.
    """
    return understood_lines(found.study, found.item, lang, assumed=assumed)


def understood_lines(
    study: Study, item: Item, lang: str = "en", *, assumed: bool = False
) -> list[str]:
    """Say how an item of a study was understood; see `item_lines`."""
    lines = [
        say(
            "update.item",
            lang,
            label=quoted(translate(item.label, lang), lang),
            when=span_text(item.start, item.end, lang),
            known=span_text(item.known, item.known, lang),
        )
    ]
    if isinstance(item.bears_on, Weights):
        weights = [
            say(
                "update.weight",
                lang,
                scenario=translate(one.short, lang),
                word=say(f"update.word.{item.bears_on.words.get(one.id, 'neutral')}", lang),
            )
            for one in study.scenarios
        ]
        lines.append(say("update.weights", lang, weights=list_text(weights, lang)))
    else:
        text = bearing_text(study, item, lang)
        lines.append(say("update.sentence", lang, text=text))
    lines.append(say("update.sentence", lang, text=told_text(study, item, lang)))
    if assumed:
        word = say(f"update.credibility.{item.credibility}", lang)
        option = figures("--credibility", lang)
        lines.append(
            say(
                "update.assumed",
                lang,
                digit=count_text(item.credibility, lang),
                word=word,
                option=option,
            )
        )
    return [paragraph(line, lang) for line in lines]


def update_lines(
    found: Update,
    lang: str = "en",
    *,
    units: Units = "percent",
    draws: Draws | None = None,
    recorded: Recorded | None = None,
    assumed: bool = False,
) -> list[str]:
    """Return the whole answer as text: the item, what it did, how surprising it was, who told it.

    Parameters
    ----------
    found : Update
    lang : {"en", "ar"}
    units : {"percent", "db"}
        Changes in points of probability, or in decibans of centred log-odds.
    draws : Draws, optional
        Those it was made with: a fit that is not sound is told.
    recorded : Recorded, optional
        What became of the item.
    assumed : bool
        Whether its credibility was not given.
    """
    language(lang)
    told = _Told(found, lang, units)
    lines = [*item_lines(found, lang, assumed=assumed), "", *told.answer(), ""]
    if found.entry.counted:
        lines += [*told.tables(), *told.how_to_read(), "", *told.surprise()]
    lines += told.telling()
    return [*lines, "", *told.close(recorded), *_warnings(found, lang, draws)]


def update_summary(
    found: Update,
    lang: str = "en",
    *,
    draws: Draws | None = None,
    recorded: Recorded | None = None,
    assumed: bool = False,
) -> list[str]:
    """Return how the item was understood, the answer, and what to beware of."""
    language(lang)
    told = _Told(found, lang, "percent")
    return [
        *item_lines(found, lang, assumed=assumed),
        *told.answer(),
        *told.close(recorded),
        *_warnings(found, lang, draws),
    ]


def _warnings(found: Update, lang: str, draws: Draws | None) -> list[str]:
    return [*fit_notices(draws, lang), *notices(found.after, lang, whole=False)]


class _Told:
    """One answer in one language."""

    def __init__(self, found: Update, lang: str, units: Units) -> None:
        self.found, self.lang, self.units = found, lang, units
        self.before, self.after = summary_table(found.before), summary_table(found.after)
        self.moved = movement_of(found)
        self.dates = {
            "now": date_text(found.after.as_of, lang),
            "horizon": date_text(found.after.horizon, lang),
            "ever": date_text(found.after.horizon, lang),
        }

    def say(self, key: str, **fields: object) -> str:
        return paragraph(say(key, self.lang, **fields), self.lang)

    def answer(self) -> list[str]:
        """Say what moves most now, and what becomes of the lead; or why nothing does."""
        if not self.found.entry.counted:
            reason = say(
                f"update.why.{self.found.entry.why}",
                self.lang,
                date=self.dates["now"],
                origin=date_text(self.found.study.origin, self.lang),
            )
            return [self.say("update.uncounted", reason=reason)]
        return [self._most(), self._lead()]

    def tables(self) -> list[str]:
        """Lay out before, after and change: now, at the horizon, and ever by it."""
        lines = []
        for when in _COLUMNS:
            title = say(f"update.head.{when}", self.lang, date=self.dates[when])
            rows = [
                [
                    translate(scenario.short, self.lang),
                    self._cell(self.before, k, when).text(self.lang),
                    self._cell(self.after, k, when).text(self.lang),
                    self._change(k, when),
                ]
                for k, scenario in enumerate(self.found.study.scenarios)
            ]
            if self.lang == "ar":
                lines.append(paragraph(title, self.lang))
                lines += [self._line(row) for row in rows]
            else:
                heads = [say("update.head.before"), say("update.head.after")]
                heads.append(say(f"update.head.change.{self.units}"))
                table = [[title, *heads], *rows]
                if not rows[0][3]:
                    table = [row[:3] for row in table]
                lines += aligned(table, [False, True, True, True][: len(table[0])])
            lines.append("")
        return lines

    def how_to_read(self) -> list[str]:
        """Say what the brackets hold, and what both sides share."""
        lines = [self.say("update.brackets", interval_name=say("interval.name", self.lang))]
        return [*lines, self.say("update.decibans")] if self.units == "db" else lines

    def surprise(self) -> list[str]:
        """Say how probable the event was, where that can be said."""
        found, kind = self.found, surprise_kind(self.found)
        if kind in ("seen", "level") and found.chance is not None:
            chance = percent_text(found.chance, self.lang)
            return [self.say(f"update.chance.{kind}", when=self._step(), chance=chance)]
        if kind != "weights":
            return []
        k = int(np.argmax(found.before.now))
        factor = decimal_text(found.odds_factor, self.lang, digits=_decimals(found.odds_factor))
        return [self.say("update.chance.weights", scenario=self._name(k), factor=factor)]

    def telling(self) -> list[str]:
        """Say how many told it, and of how many origins."""
        found, lang = self.found, self.lang
        fields = {
            "reports": say("update.reports", lang, n=found.telling.reports),
            "origins": say("update.origins", lang, n=found.telling.origins),
        }
        if len(found.cluster) <= 1 or found.item.cluster is None:
            return [self.say("update.told", **fields)]
        cluster = figures(found.item.cluster, lang)
        lines = [self.say("update.told.cluster", cluster=cluster, **fields)]
        if found.entry.exponent < 1 - 1e-9:
            times = decimal_text(found.entry.exponent, lang)
            lines.append(self.say("update.told.less", times=times))
        return lines

    def close(self, recorded: Recorded | None) -> list[str]:
        """Say what became of the item, and what is left to do."""
        from tarjih.models.asked.updating import NOTE_DECIBANS

        found, lines = self.found, []
        if recorded is not None and recorded.dry_run:
            lines.append(self.say("update.dry"))
        elif recorded is not None:
            undo = figures(recorded.undo, self.lang)
            lines.append(
                self.say(
                    "update.recorded",
                    id=figures(recorded.id, self.lang),
                    ledger=isolated(str(recorded.ledger), self.lang),
                    command=undo,
                )
            )
        if found.note_due:
            later = recorded is not None and not recorded.dry_run
            command = recorded.amend if later and recorded is not None else "--note"
            alone = float(np.abs(found.log_shift).max()) * DECIBANS
            key = "update.note_due" if alone > NOTE_DECIBANS else "update.note_due.cluster"
            fields = {
                "decibans": decimal_text(found.largest, self.lang, digits=1),
                "limit": count_text(round(NOTE_DECIBANS), self.lang),
                "command": figures(command, self.lang),
            }
            lines.append(self._either(key, fields))
        return lines

    def _either(self, key: str, fields: Mapping[str, str]) -> str:
        return paragraph(say(key, self.lang, **fields), self.lang)

    def _most(self) -> str:
        changes = [self.moved[id]["now"]["points"] for id in self.found.study.scenario_ids]
        k = max(range(len(changes)), key=lambda i: abs(changes[i]))
        shown = self._whole(k, "now")
        if not shown:
            return self.say("update.nothing", date=self.dates["now"])
        signed = signed_text(shown, self.lang)
        return self.say(
            "update.rises" if shown > 0 else "update.falls",
            scenario=self._name(k),
            before=self.before.rows[k].now.mean_text(self.lang),
            after=self.after.rows[k].now.mean_text(self.lang),
            date=self.dates["now"],
            change=say("points", self.lang, n=abs(shown), signed=signed),
        )

    def _lead(self) -> str:
        ids = self.found.study.scenario_ids
        old, new = ids.index(self.before.leader), ids.index(self.after.leader)
        before, after = self._later(self.before, old), self._later(self.after, new)
        if old == new:
            name = self._name(old)
            return self.say("update.lead.same", scenario=name, before=before, after=after)
        return self.say(
            "update.lead.passes",
            old=self._name(old),
            before=before,
            old_after=self._later(self.after, old),
            new=self._name(new),
            new_before=self._later(self.before, new),
            after=after,
        )

    def _line(self, row: Sequence[str]) -> str:
        scenario, before, after, change = row
        fields = {"scenario": scenario, "before": before, "after": after}
        if not change:
            return self.say("update.line.plain", **fields)
        key = "update.line.db" if self.units == "db" else "update.line.percent"
        return self._either(key, {**fields, "change": change})

    def _name(self, k: int) -> str:
        return quoted(translate(self.found.study.scenarios[k].label, self.lang), self.lang)

    def _later(self, table: SummaryTable, k: int) -> str:
        return table.rows[k].at_horizon.mean_text(self.lang)

    def _cell(self, table: SummaryTable, k: int, when: str) -> Cell:
        cell: Cell = getattr(table.rows[k], _COLUMNS[when])
        return cell

    def _whole(self, k: int, when: str) -> int:
        """Return the difference of the whole percents that are shown."""
        before, after = (
            cell_percent(self._cell(table, k, when)) for table in (self.before, self.after)
        )
        return after - before

    def _change(self, k: int, when: str) -> str:
        """Return a change in the units asked for; nothing where there is none in them."""
        if self.units == "percent":
            points = self._whole(k, when)
            return signed_text(points, self.lang)
        moved = self.moved[self.found.study.scenario_ids[k]][_COLUMNS[when]]
        if "decibans" not in moved:
            return ""
        return signed_text(moved["decibans"], self.lang, digits=1)

    def _step(self) -> str:
        """Name the step that the item falls into."""
        calendar, step = self.found.study.calendar, self.found.entry.step or 0
        first, last = calendar.first_day(step), calendar.last_day(step)
        if calendar.step == "month":
            return month_text(last, self.lang)
        return span_text(first, last, self.lang)


def _decimals(factor: float) -> int:
    """Return how many decimals show two digits of a factor."""
    return max(0, 1 - math.floor(math.log10(factor))) if 0 < factor < 10 else 0
