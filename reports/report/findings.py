"""What is believed, how it got there, and what changed since the last report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tarjih.reports.palette import scenario_colours
from tarjih.reports.report.blocks import Block, Heading
from tarjih.reports.report.writer import Writer
from tarjih.reports.texts.sentences import move_sentences, weightiest_first
from tarjih.reports.texts.tables import cell_percent, summary_table, table_note
from tarjih.reports.words.dates import date_text, short_date_text
from tarjih.reports.words.numbers import percent_text, shown_percents, signed_text
from tarjih.reports.words.strings import quoted, say
from tarjih.scenarios.records import translate

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tarjih.models.asked.explanation import Bar, Floats
    from tarjih.reports.report.content import Report

__all__ = ["write_findings"]

_STRONGEST = 3
_LEAST = 0.5


def write_findings(report: Report, lang: str) -> list[Block]:
    """Return the table, the timeline, what is new, and why belief is where it is."""
    write = Writer(report.study, lang)
    return [
        *_table(report, write),
        *_timeline(report, write),
        *_since(report, write),
        *_why(report, write),
    ]


def _table(report: Report, write: Writer) -> list[Block]:
    lang = write.lang
    table = summary_table(report.forecast)
    colours = scenario_colours(report.study.scenario_ids)
    heads = [say(f"table.{name}", lang) for name in ("scenario", "now", "horizon", "ever")]
    rows = [
        [
            _named(write, row.id),
            row.now.text(lang),
            row.at_horizon.text(lang),
            row.ever_by_horizon.text(lang),
        ]
        for row in table.rows
    ]
    return [
        write.heading("table"),
        write.table(
            table_note(table, lang),
            heads,
            rows,
            (False, True, True, True),
            [colours[row.id] for row in table.rows],
        ),
    ]


def _named(write: Writer, scenario: str) -> str:
    """Return a scenario's name, and the short one that charts call it by if that is another."""
    record = write.study.scenario(scenario)
    label, short = translate(record.label, write.lang), translate(record.short, write.lang)
    if not short or short == label:
        return label
    return write.words("table.named", scenario=label, short=quoted(short, write.lang))


def _timeline(report: Report, write: Writer) -> list[Block]:
    moved = report.explanation.clusters

    def draw() -> Figure:
        from tarjih.reports.charts.page import INSET
        from tarjih.reports.charts.timeline import draw_timeline

        return draw_timeline(report.forecast, lang=write.lang, influences=moved, frame=INSET)

    followed = report.study.scenario_ids[_followed(report)]
    sentences = move_sentences(report.forecast, moved, write.lang, scenario=followed)
    return [
        write.heading("timeline"),
        write.picture("timeline", sentences[0], draw),
        *(write.text(line) for line in sentences),
    ]


def _since(report: Report, write: Writer) -> list[Block]:
    """Set today beside what was said the last time, and name what came in between."""
    lang, earlier = write.lang, report.earlier
    if earlier is None:
        return [write.heading("since"), write.paragraph("since.none")]
    date = date_text(earlier.date, lang)
    head = Heading(write.words("heading.since_date", date=date), 2, "since")
    if earlier.statement:
        compared = write.paragraph("since.statement", date=date, statement=earlier.statement)
    else:
        compared = write.paragraph("since.day", date=date)
    blocks: list[Block] = [head, compared]
    table = summary_table(report.forecast)
    ids = report.study.scenario_ids
    said = [earlier.said.get(id) for id in ids]
    if any(value is not None for value in said):
        values = [value or 0.0 for value in said]
        then, whole = write.percents(values), shown_percents(values)
        rows = [
            [
                translate(row.label, lang),
                then[k],
                row.now.mean_text(lang),
                signed_text(cell_percent(row.now) - whole[k], lang),
            ]
            for k, row in enumerate(table.rows)
        ]
        heads = [
            say("table.scenario", lang),
            write.words("since.then"),
            say("table.now", lang),
            write.words("since.change"),
        ]
        blocks.append(
            write.table(write.words("since.caption"), heads, rows, (False, True, True, True))
        )
    k = _followed(report)
    passed = _passing(report, write, k)
    news = [bar for bar in report.lately if bar.kind == "news"]
    if not news:
        return [*blocks, write.paragraph("since.nothing"), *passed]
    lines, clusters = [], report.explanation.clusters
    for bar in news:
        before, after = write.percents(bar.before)[k], write.percents(bar.after)[k]
        lines.append(
            write.words(
                "since.stood" if before == after else "since.news",
                date=short_date_text(bar.end, lang),
                evidence=write.evidence(weightiest_first(bar, clusters) or bar.gone),
                before=before,
                after=after,
            )
        )
    blocks.append(write.paragraph("since.moved", scenario=write.scenario(k)))
    return [*blocks, *write.bullets(lines), *passed]


def _passing(report: Report, write: Writer, k: int) -> list[Block]:
    """Say what the mere passing of time did since the earlier day, if it shows."""
    points = 0
    for bar in report.lately:
        if bar.kind == "drift":
            before, after = (
                shown_percents(at.tolist())[k] for at in (_start(report, bar), bar.after)
            )
            points += after - before
    if not points:
        return []
    told = write.points(points / 100)
    return [write.paragraph("since.drift", scenario=write.scenario(k), points=told)]


def _start(report: Report, bar: Bar) -> Floats:
    """Return belief where drift starts to be told: on the earlier day, if that lies inside it."""
    earlier = report.earlier
    if earlier is None or bar.start >= earlier.date:
        return bar.before
    if not earlier.statement and earlier.said:
        return np.array([earlier.said[id] for id in report.study.scenario_ids])
    # What a statement said may be another model's: time is shared out instead.
    passed = (earlier.date - bar.start) / (bar.end - bar.start)
    return bar.before + passed * bar.shift


def _followed(report: Report) -> int:
    """Return the place of the scenario that the report follows, here and under dissent."""
    return report.explanation.moved_most


def _why(report: Report, write: Writer) -> list[Block]:
    lang, found = write.lang, report.explanation
    k = _followed(report)
    scenario = write.scenario(k)

    def draw() -> Figure:
        from tarjih.reports.charts.page import INSET
        from tarjih.reports.charts.waterfall import draw_waterfall

        return draw_waterfall(found, scenario=report.study.scenario_ids[k], lang=lang, frame=INSET)

    before, now = write.percents(found.start)[k], write.percents(found.end)[k]
    moved = write.words(
        "why.stood" if before == now else "why.moved",
        scenario=scenario,
        start=date_text(found.since, lang),
        before=before,
        now=now,
    )
    blocks: list[Block] = [
        write.heading("why"),
        write.text(moved),
        write.picture("waterfall", moved, draw),
    ]
    for way, sign in (("for", 1), ("against", -1)):
        ranked = sorted(found.clusters, key=lambda one: -sign * float(one.shift[k]))
        strong = [one for one in ranked if sign * 100 * one.shift[k] >= _LEAST][:_STRONGEST]
        blocks.append(write.heading(f"why_{way}", 3, scenario=scenario))
        if strong:
            blocks.append(write.paragraph(f"why.{way}"))
            blocks += write.bullets(
                write.words(
                    "why.item",
                    evidence=write.evidence(one.items),
                    points=write.points(float(one.shift[k])),
                )
                for one in strong
            )
        else:
            blocks.append(write.paragraph(f"why.{way}.none"))
    share = report.hand_set.share
    start = date_text(report.study.origin, lang)
    blocks.append(write.paragraph("hand_set", "note", share=percent_text(share, lang), start=start))
    blocks.append(write.text(say("explain.rests.note", lang, few=found.influence_draws,
                                 all=report.forecast.diagnostics.draws), "note"))  # fmt: skip
    return blocks
