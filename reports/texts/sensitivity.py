"""Which doubts matter, in words, a table and data.

In English a table; in Arabic a line for each group, without columns (why: see ``tables``). Groups
that cannot be told from chance are only counted, so that nobody reads what is not there.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tarjih.reports.texts.briefing import fit_notices
from tarjih.reports.texts.documents import document_of, fit_entry, intervention_entry
from tarjih.reports.texts.sentences import notices
from tarjih.reports.texts.tables import summary_table
from tarjih.reports.words.columns import aligned
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.numbers import (
    decimal_text,
    interval_text,
    isolated,
    paragraph,
    percent_text,
)
from tarjih.reports.words.strings import language, list_text, quoted, say
from tarjih.scenarios.records import Study, translate

if TYPE_CHECKING:
    from tarjih.models.doubting.doubt_shares import DoubtShare
    from tarjih.models.doubting.sensitivity import Sensitivity
    from tarjih.priors.draws import Draws

__all__ = [
    "doubt_text",
    "sensitivity_document",
    "sensitivity_lines",
    "sensitivity_summary",
]

_NEXT = 3
_NOISE_TOLD = 0.05


def sensitivity_lines(
    found: Sensitivity, lang: str = "en", *, draws: Draws | None = None
) -> list[str]:
    """Return the whole answer as text, one paragraph a line."""
    language(lang)
    told = _told(found)
    rest = len(found.shares.groups) - len(told)
    lines = [*_answer(found, lang), "", *(_table(found, told, lang) if told else ())]
    if rest:
        floor = percent_text(found.shares.share_floor, lang)
        lines += [paragraph(say("sensitivity.rest", lang, n=rest, floor=floor), lang), ""]
    notes = [
        say(
            "sensitivity.note",
            lang,
            interval_name=say("interval.name", lang),
            floor=_index(found.shares.delta_floor, lang),
        )
    ]
    if found.noise >= _NOISE_TOLD:
        notes.append(say("sensitivity.noise", lang, share=percent_text(found.noise, lang)))
    notes.append(say("sensitivity.not_levers", lang, command=isolated("`tarjih tornado`", lang)))
    return [*lines, *(paragraph(one, lang) for one in notes), *_warnings(found, lang, draws)]


def sensitivity_summary(
    found: Sensitivity, lang: str = "en", *, draws: Draws | None = None
) -> list[str]:
    """Return what the doubt comes from, and the warnings."""
    language(lang)
    return [*_answer(found, lang), *_warnings(found, lang, draws)]


def sensitivity_document(found: Sensitivity, draws: Draws | None = None) -> dict[str, Any]:
    """Return the answer as a document (``tarjih.sensitivity/1``).

    ``asked``: ``scenario``, ``at`` ("now", "horizon" or "ever"), ``mean``, ``q05``, ``q95``;
    ``groups``, those that stand out from chance first, then by share: ``kind``, ``id`` (of a
    driver or conjunction; else null), ``parameters`` (how many), ``share`` of the variance with
    ``q05`` and ``q95``, ``delta``, ``distinguishable``; ``chance``: ``share`` and ``delta`` that
    the largest of all groups stays below in 19 of 20 cases of chance alone; ``noise``: share of
    the spread that was the simulation's own.
    """
    study = found.study
    return document_of(
        {
            "schema": "tarjih.sensitivity/1",
            "study": study.id,
            "origin": study.origin,
            "as_of": found.as_of,
            "horizon": found.horizon,
            "seed": found.seed,
            "engine": found.engine,
            "view": None if study.viewer is None else study.viewer.id,
            "interventions": [intervention_entry(study, one) for one in found.interventions],
            "asked": {
                "scenario": found.scenario,
                "at": found.when,
                "mean": found.mean,
                "q05": found.q05,
                "q95": found.q95,
            },
            "groups": [{**asdict(one), "id": one.id or None} for one in found.shares.groups],
            "chance": {"share": found.shares.share_floor, "delta": found.shares.delta_floor},
            "noise": found.noise,
            "diagnostics": asdict(found.diagnostics),
            "fit": None if draws is None else fit_entry(draws),
            "retrospective": study.retrospective,
        }
    )


def doubt_text(study: Study, kind: str, id: str, lang: str = "en") -> str:
    """Name a group of uncertain parameters.

    Examples
    --------
    >>> import tarjih
    >>> doubt_text(tarjih.load("syria_russia"), "rates", "ukraine_war")
    "how fast “Ukraine war's hold on Russia” moves"
    """
    if not id:
        return say(f"doubt.{kind}", lang)
    named = study.conjunctions if kind == "conjunction" else study.drivers
    label = next(one.label for one in named if one.id == id)
    return say(f"doubt.{kind}", lang, name=quoted(translate(label, lang), lang))


def _told(found: Sensitivity) -> list[DoubtShare]:
    return [one for one in found.shares.groups if one.distinguishable]


def _answer(found: Sensitivity, lang: str) -> list[str]:
    told = _told(found)
    scenario = quoted(translate(found.study.scenario(found.scenario).label, lang), lang)
    # as every other command shows it, which is not quite what these paths say
    row = next(each for each in summary_table(found.forecast).rows if each.id == found.scenario)
    shown = {"now": row.now, "horizon": row.at_horizon, "ever": row.ever_by_horizon}[found.when]
    date = date_text(found.as_of if found.when == "now" else found.horizon, lang)
    fields = {
        "event": say(f"sensitivity.event.{found.when}", lang, scenario=scenario, date=date),
        "range": say(
            "sensitivity.range",
            lang,
            mean=shown.mean_text(lang),
            interval_name=say("interval.name", lang),
            interval=shown.interval_text(lang),
        ),
    }
    if not told:
        return [paragraph(say("sensitivity.nothing", lang, **fields), lang)]
    first, *others = [
        {
            "doubt": doubt_text(found.study, one.kind, one.id, lang),
            "share": percent_text(one.share, lang),
        }
        for one in told[: 1 + _NEXT]
    ]
    sentences = [say("sensitivity.answer", lang, **first, **fields)]
    if others:
        doubts = [say("sensitivity.part", lang, **one) for one in others]
        sentences.append(say("sensitivity.next", lang, doubts=list_text(doubts, lang)))
    return [paragraph(" ".join(sentences), lang)]


def _table(found: Sensitivity, told: list[DoubtShare], lang: str) -> list[str]:
    rows = [
        [
            doubt_text(found.study, one.kind, one.id, lang),
            percent_text(one.share, lang),
            f"({interval_text(one.q05, one.q95, lang)})",
            _index(one.delta, lang),
        ]
        for one in told
    ]
    if lang == "ar":
        return [
            *(
                paragraph(
                    say(
                        "sensitivity.line",
                        lang,
                        doubt=doubt,
                        share=f"{share} {interval}",
                        delta=delta,
                    ),
                    lang,
                )
                for doubt, share, interval, delta in rows
            ),
            "",
        ]
    wide = max(len(share) for _, share, _, _ in rows)
    body = [[doubt, f"{share:>{wide}} {span}", delta] for doubt, share, span, delta in rows]
    head = [say(f"sensitivity.head.{name}", lang) for name in ("doubt", "share", "delta")]
    return [*aligned([head, *body], [False, False, True]), ""]


def _index(value: float, lang: str) -> str:
    return decimal_text(value, lang)


def _warnings(found: Sensitivity, lang: str, draws: Draws | None) -> list[str]:
    return [*fit_notices(draws, lang), *notices(found, lang, whole=False)]
