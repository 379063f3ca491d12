"""An audit in words, tables and data: what was said, what would be said today, and why.

A part of a difference is shown as the difference of the percents shown before and after it, so
that the parts add up to the whole as shown, and a row of them too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from tarjih.reports.texts.documents import document_of
from tarjih.reports.texts.sentences import notices
from tarjih.reports.texts.statements import statement_entry
from tarjih.reports.words.columns import aligned
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.numbers import (
    isolated,
    paragraph,
    percent_texts,
    shown_percents,
    signed_text,
)
from tarjih.reports.words.strings import language, list_text, quoted, say
from tarjih.scenarios.records import translate
from tarjih.scenarios.resolved_form import resolved

if TYPE_CHECKING:
    from tarjih.evidence.ledgers.statements import Statement
    from tarjih.models.asked.auditing import Audit, Part
    from tarjih.scenarios.records import Study

__all__ = ["audit_document", "audit_lines", "audit_summary"]

_WHENS: Final = ("now", "horizon")
_MOST_NAMES: Final = 8
_MOST_ENTRIES: Final = 4


def audit_lines(
    found: Audit,
    lang: str = "en",
    *,
    others: Sequence[Statement] = (),
    files: Study | None = None,
) -> list[str]:
    """Return the whole audit as text, one paragraph a line.

    Parameters
    ----------
    found : Audit
    lang : {"en", "ar"}
    others : sequence of Statement
        Others to be named: as of the day asked about, or as of a later day than the one shown.
    files : Study, optional
        As its files have it today: what changed in a section is named.
    """
    language(lang)
    text = _Text(found, lang, files)
    lines = [paragraph(text.opening(), lang), paragraph(text.verdict(), lang), ""]
    for row in range(len(_WHENS)):
        lines += [*text.table(row), ""]
    lines += text.reasons("said")
    lines += text.reasons("hindsight")
    tail = [*text.notes(others), *notices(found.forecast, lang, whole=False)]
    return [*lines, *(paragraph(one, lang) for one in tail)]


def audit_summary(found: Audit, lang: str = "en") -> list[str]:
    """Return what was said, and by how much today's model differs."""
    language(lang)
    text = _Text(found, lang)
    told = [paragraph(text.opening(), lang), paragraph(text.verdict(), lang)]
    return [*told, *notices(found.forecast, lang, whole=False)]


def audit_document(found: Audit, *, others: Sequence[Statement] = ()) -> dict[str, Any]:
    """Return an audit as a document (``tarjih.audit/1``).

    ``said`` (or null), ``today`` and ``hindsight``: scenario to ``now``, ``at_horizon`` (and
    ``ever_by_horizon``, not in hindsight); ``parts`` and ``hindsight_parts``: ``kind``, ``names``
    and ``change``, of the same form; they add up to the differences.
    """
    ids = found.scenario_ids

    def columns(values: Any) -> dict[str, dict[str, float]]:
        names = ("now", "at_horizon", "ever_by_horizon")[: len(values)]
        return {
            id: {name: float(row[k]) for name, row in zip(names, values, strict=True)}
            for k, id in enumerate(ids)
        }

    def parts(path: Sequence[Part]) -> list[dict[str, Any]]:
        return [
            {"kind": one.kind, "names": list(one.names), "change": columns(one.change)}
            for one in path
        ]

    statement = found.statement
    document = document_of(
        {
            "schema": "tarjih.audit/1",
            "study": found.study.id,
            "on": found.day,
            "as_of": found.as_of,
            "horizon": found.horizon,
            "known_in_hindsight": found.latest,
            "statement": None if statement is None else statement.id,
            "others": [one.id for one in others],
            "said": None if found.said is None else columns(found.said),
            "today": columns(found.today),
            "hindsight": columns(found.hindsight),
            "parts": parts(found.parts),
            "hindsight_parts": parts(found.hindsight_parts),
            "known_since": list(found.since),
            "retrospective": found.study.retrospective,
        }
    )
    return {**document, "recorded": None if statement is None else statement_entry(statement)}


class _Text:
    """What the parts of the text share."""

    def __init__(self, found: Audit, lang: str, files: Study | None = None) -> None:
        self.found, self.files = found, files
        self.lang = lang
        self.names = [self._name(id) for id in found.scenario_ids]

    def opening(self) -> str:
        """Say what was said, by whom, and when; or that nothing was."""
        found, lang = self.found, self.lang
        day = date_text(found.day, lang)
        if found.statement is None or found.said is None:
            return say("audit.nothing", lang, day=day)
        statement = found.statement
        return say(
            "audit.said",
            lang,
            day=day,
            id=isolated(statement.id, lang),
            author=isolated(statement.author, lang),
            date=date_text(statement.day, lang),
            as_of=date_text(found.as_of, lang),
            now=self._leading(found.said[0]),
            horizon=date_text(found.horizon, lang),
            then=self._leading(found.said[1]),
        )

    def verdict(self) -> str:
        """Say where today's model differs most from what was said."""
        found, lang = self.found, self.lang
        if found.said is None:
            return say(
                "audit.today",
                lang,
                as_of=date_text(found.as_of, lang),
                now=self._leading(found.today[0]),
                horizon=date_text(found.horizon, lang),
                then=self._leading(found.today[1]),
            )
        if not found.parts:
            return say("audit.same", lang)
        gaps = [
            (abs(after - before), when, k)
            for when in range(len(_WHENS))
            for k, (before, after) in enumerate(
                zip(
                    shown_percents(found.said[when].tolist()),
                    shown_percents(found.today[when].tolist()),
                    strict=True,
                )
            )
        ]
        gap, when, k = max(gaps, key=lambda one: one[0])
        if not gap:
            return say("audit.close", lang)
        return say(
            f"audit.most.{_WHENS[when]}",
            lang,
            scenario=quoted(self._label(found.scenario_ids[k]), lang),
            date=date_text(self._date(when), lang),
            before=percent_texts(found.said[when].tolist(), lang)[k],
            after=percent_texts(found.today[when].tolist(), lang)[k],
        )

    def table(self, row: int) -> list[str]:
        """Lay out what was said, what is said today, and hindsight, at one date."""
        found, lang = self.found, self.lang
        title = say(f"compare.head.{_WHENS[row]}", lang, date=date_text(self._date(row), lang))
        columns = [
            ("today", found.today[row].tolist()),
            ("hindsight", found.hindsight[row].tolist()),
        ]
        if found.said is not None:
            columns.insert(0, ("said", found.said[row].tolist()))
        shown = [percent_texts(values, lang) for _, values in columns]
        whole = [shown_percents(values) for _, values in columns]
        heads, cells = [], []
        for n, (name, _) in enumerate(columns):
            heads.append(say(f"audit.column.{name}", lang))
            cells.append(list(shown[n]))
            if n:
                heads.append(say("audit.column.difference", lang))
                cells.append(
                    [signed_text(b - a, lang) for a, b in zip(whole[n - 1], whole[n], strict=True)]
                )
        return self._laid_out(title, heads, list(zip(*cells, strict=True)))

    def reasons(self, which: str) -> list[str]:
        """Lay out the parts of a difference, now and at the horizon, and name what changed."""
        found, lang = self.found, self.lang
        path = found.parts if which == "said" else found.hindsight_parts
        if not path:
            if which == "hindsight" and found.latest == found.as_of:
                return [paragraph(say("audit.nothing_later", lang), lang), ""]
            return []
        lines = [paragraph(say(f"audit.why.{which}", lang), lang)]
        if len(path) == 1:
            lines = [paragraph(say(f"audit.why_one.{which}", lang), lang)]
        # Of one part alone the change is the whole difference, which stands above.
        for row in range(len(_WHENS) if len(path) > 1 else 0):
            lines += self._parts_table(path, row)
        return [*lines, *(paragraph(self._named(part), lang) for part in path), ""]

    def _parts_table(self, path: Sequence[Part], row: int) -> list[str]:
        lang = self.lang
        date = date_text(self._date(row), lang)
        title = say(f"compare.head.{_WHENS[row]}", lang, date=date)
        heads = [say(f"audit.part.{part.kind}", lang) for part in path]
        heads.append(say("audit.part.total", lang))
        steps = [shown_percents(part.before[row].tolist()) for part in path]
        steps.append(shown_percents(path[-1].after[row].tolist()))
        ends = [*pairwise(steps), (steps[0], steps[-1])]
        rows = [
            [signed_text(after[k] - before[k], lang) for before, after in ends]
            for k in range(len(self.names))
        ]
        return self._laid_out(title, heads, rows)

    def _laid_out(
        self, title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]
    ) -> list[str]:
        """Return columns, or in Arabic one line for each scenario."""
        if self.lang != "ar":
            body = [[name, *row] for name, row in zip(self.names, rows, strict=True)]
            return aligned([[title, *heads], *body], [False, *(True for _ in heads)])
        lines = [paragraph(title, self.lang)]
        for name, row in zip(self.names, rows, strict=True):
            parts = [
                say("audit.cell", self.lang, head=head, value=value)
                for head, value in zip(heads, row, strict=True)
            ]
            told = say("audit.row", self.lang, scenario=name, parts=list_text(parts, self.lang))
            lines.append(paragraph(told, self.lang))
        return lines

    def notes(self, others: Sequence[Statement]) -> list[str]:
        """Say what else to know: what became known since, and what else was said of that day."""
        found, lang = self.found, self.lang
        lines = []
        if found.parts:
            lines.append(say("audit.order", lang))
        if found.since:
            lines.append(
                say(
                    "audit.since",
                    lang,
                    n=len(found.since),
                    as_of=date_text(found.as_of, lang),
                    day=date_text(found.day, lang),
                )
            )
        newer = [one for one in others if one.as_of != found.day]
        if newer:
            lines.append(say("audit.newer", lang, statements=self._list(newer)))
        same = [one for one in others if one.as_of == found.day]
        if same:
            day = date_text(found.day, lang)
            told = self._list(same)
            lines.append(say("audit.others", lang, day=day, n=len(same), statements=told))
        return lines

    def _list(self, statements: Sequence[Statement]) -> str:
        lang = self.lang
        named = [
            say(
                "audit.other",
                lang,
                id=isolated(one.id, lang),
                date=date_text(one.day, lang),
                as_of=date_text(one.as_of, lang),
            )
            for one in statements
        ]
        return list_text(named, lang)

    def _named(self, part: Part) -> str:
        lang = self.lang
        if not part.names:
            return say("audit.detail.software_same", lang)
        if part.kind == "study":
            sections = [self._section(name) for name in part.names]
            return say("audit.detail.study", lang, names=list_text(sections, lang))
        shown = [isolated(name, lang) for name in part.names[:_MOST_NAMES]]
        more = len(part.names) - len(shown)
        if more:
            shown.append(say("audit.more", lang, n=more))
        return say(f"audit.detail.{part.kind}", lang, names=list_text(shown, lang))

    def _section(self, name: str) -> str:
        """Name a section of the study, and which of its entries changed."""
        lang, ids = self.lang, self._changed(name)
        section = say(f"audit.section.{name}", lang)
        if not ids:
            return section
        shown = [isolated(id, lang) for id in ids[:_MOST_ENTRIES]]
        if len(ids) > len(shown):
            shown.append(say("audit.more_entries", lang, n=len(ids) - len(shown)))
        entries = say("list.comma", lang).join(shown)
        return say("audit.section", lang, section=section, entries=entries)

    def _changed(self, section: str) -> list[str]:
        """Return the ids that a section has not, or has otherwise, in one of the two states."""
        if self.files is None or self.found.statement is None:
            return []
        old, new = (
            resolved(study).get(section, {}) for study in (self.found.statement.study, self.files)
        )
        return [id for id in dict.fromkeys((*old, *new)) if old.get(id) != new.get(id)]

    def _leading(self, values: Any) -> str:
        k = int(values.argmax())
        value = percent_texts(values.tolist(), self.lang)[k]
        label = quoted(self._label(self.found.scenario_ids[k]), self.lang)
        return say("audit.leader", self.lang, scenario=label, value=value)

    def _label(self, id: str) -> str:
        study = self.found.study
        return translate(study.scenario(id).label, self.lang) if id in study.scenario_ids else id

    def _name(self, id: str) -> str:
        study = self.found.study
        return translate(study.scenario(id).short, self.lang) if id in study.scenario_ids else id

    def _date(self, row: int) -> dt.date:
        return self.found.horizon if row else self.found.as_of
