"""The first page, which could be signed: what we judge, what would change it, what may be wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tarjih.reports.report.blocks import Block, Bullets, PageBreak, Paragraph, Run
from tarjih.reports.report.writer import Writer
from tarjih.reports.texts.briefing import fit_notices
from tarjih.reports.texts.sentences import (
    driver_sentences,
    judgement_sentence,
    leading,
    likelihood_words,
    notices,
)
from tarjih.reports.texts.tables import summary_table
from tarjih.reports.texts.tipping import tipping_answer
from tarjih.reports.texts.viewpoints import viewpoint_notices
from tarjih.reports.texts.watching import watch_answer
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.numbers import RLM, percent_text
from tarjih.reports.words.strings import quoted, say
from tarjih.scenarios.records import translate

if TYPE_CHECKING:
    from tarjih.models.asked.influence import Influence
    from tarjih.reports.report.content import Kept, Report, Signature

__all__ = ["write_first_page"]

_LEAST = 0.005


def write_first_page(report: Report, signature: Signature, kept: Kept, lang: str) -> list[Block]:
    """Return the page that is read when no other is."""
    write = Writer(report.study, lang)
    return [
        *_head(report, signature, kept, write),
        *_judged(report, write),
        _confidence(signature, write),
        write.heading("change_our_mind", 2),
        *_would_change(report, write),
        write.heading("may_be_wrong", 2),
        *_may_be_wrong(report, write),
        write.paragraph(
            "sign", "sign", analyst=signature.analyst or write.words("sign.blank"),
        ),
        PageBreak(),
    ]  # fmt: skip


def _head(report: Report, signature: Signature, kept: Kept, write: Writer) -> list[Block]:
    from tarjih.reports.report.blocks import Heading

    forecast = report.forecast
    blocks: list[Block] = [Heading(translate(report.study.title, write.lang), 1)]
    if report.study.retrospective:
        blocks.append(write.paragraph("retrospective", "warning"))
    if not forecast.diagnostics.reliable:
        blocks.append(write.paragraph("unreliable", "warning"))
    as_of, horizon = (date_text(day, write.lang) for day in (forecast.as_of, forecast.horizon))
    dates = write.words("frame", as_of=as_of, horizon=horizon)
    record = write.words("frame.recorded", statement=kept.statement)
    blocks.append(
        write.text(
            f"{dates} {record if kept.statement else write.words('frame.unrecorded')}", "note"
        )
    )
    blocks += [write.text(line, "note") for line in viewpoint_notices(report.study, write.lang)]
    return blocks


def _judged(report: Report, write: Writer) -> list[Block]:
    forecast, lang = report.forecast, write.lang
    first = leading(forecast)
    shown = forecast.study.scenario_ids
    if len(first) == 1:
        shown = tuple(id for id in shown if id != first[0])
    means = dict(zip(forecast.study.scenario_ids, forecast.at_horizon.tolist(), strict=True))
    order = sorted(shown, key=lambda id: -means[id])
    return [
        write.heading("judged", 2),
        write.text(judgement_sentence(forecast, lang), "lead"),
        _now(report, write),
        *write.bullets(_also(report, write, id) for id in order),
    ]


def _now(report: Report, write: Writer) -> Paragraph:
    """Say what is most probably in force at as-of, which may be another than later."""
    table = summary_table(report.forecast)
    k = int(np.argmax(report.forecast.now))
    row = next(row for row in table.rows if row.id == report.study.scenario_ids[k])
    return write.paragraph(
        "judged.now",
        date=date_text(table.as_of, write.lang),
        scenario=quoted(translate(row.label, write.lang), write.lang),
        mean=row.now.mean_text(write.lang),
        interval=row.now.interval_text(write.lang),
    )


def _also(report: Report, write: Writer, scenario: str) -> str:
    """Judge another scenario in fewer words: what the range leaves out is said once."""
    lang = write.lang
    row = next(row for row in summary_table(report.forecast).rows if row.id == scenario)
    cell = row.at_horizon
    words, band = likelihood_words(cell.q05, cell.q95, lang)
    named = [quoted(word, lang) for word in words]
    return write.words(
        "judged.one" if len(named) == 1 else "judged.two",
        scenario=quoted(translate(row.label, lang), lang),
        low=named[0],
        high=named[-1],
        range=band,
        mean=cell.mean_text(lang),
        interval=cell.interval_text(lang),
    )


def _confidence(signature: Signature, write: Writer) -> Paragraph:
    """State the analyst's confidence in the grounds, apart from every likelihood."""
    if signature.confidence is None:
        stated, reasons = write.words("confidence.none"), write.words("confidence.unsaid")
    else:
        level = write.words(f"confidence.{signature.confidence}")
        stated = write.words("confidence.stated", level=level)
        if signature.because:
            reasons = write.words("confidence.because", reasons=signature.because)
        else:
            reasons = write.words("confidence.no_reasons")
    return Paragraph((Run(stated, strong=True), Run(f" {reasons}")))


def _would_change(report: Report, write: Writer) -> list[Bullets]:
    return write.bullets(
        [*tipping_answer(report.tipping, write.lang), *watch_answer(report.watch, write.lang)]
    )


def _may_be_wrong(report: Report, write: Writer) -> list[Bullets]:
    forecast, lang = report.forecast, write.lang
    k = int(np.argmax(report.explanation.end))
    lines = []
    for kind, found in (
        ("event", report.explanation.clusters),
        ("source", report.explanation.sources),
    ):
        best = max(found, key=lambda one: abs(float(one.shift[k])), default=None)
        if best is not None and abs(float(best.shift[k])) >= _LEAST:
            lines.append(_leans(report, write, kind, best, k))
    share = report.hand_set.share
    if share >= _LEAST:
        start = date_text(report.study.origin, lang)
        lines.append(write.words("hand_set", share=percent_text(share, lang), start=start))
    lines += driver_sentences(forecast, lang)
    lines += fit_notices(report.draws, lang)
    # The whole note has its place beside the method.
    note = translate(report.study.retrospective_note, lang)
    whole = say("notice.retrospective", lang, note=note)
    # Nor need it be said again that analysts disagree.
    told = [*viewpoint_notices(report.study, lang), *([whole] if note else [])]
    said = {line.removeprefix(RLM) for line in told}
    lines += [line for line in notices(forecast, lang) if line.removeprefix(RLM) not in said]
    if note and report.study.retrospective:
        lines.append(write.words("retrospective.leans"))
    lines.append(write.words("model_error"))
    return write.bullets(lines)


def _leans(report: Report, write: Writer, kind: str, one: Influence, k: int) -> str:
    """Say what the leading scenario would be without one thing."""
    end = report.explanation.end
    if kind == "event":
        what = write.evidence(one.items)
    else:
        source = report.study.source(one.key)
        name = one.key if source is None else translate(source.label, write.lang)
        what = quoted(name, write.lang)
    without = np.clip(end - one.shift, 0.0, 1.0)
    return write.words(
        f"leans.{kind}",
        what=what,
        scenario=write.scenario(k),
        now=write.percents(end)[k],
        without=write.percents(without / without.sum())[k],
    )
