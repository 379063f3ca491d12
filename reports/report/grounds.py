"""What a report rests on: sources, those who disagree, the score so far, and every item."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tarjih.reports.report.blocks import Block, Bullets, Heading, Run, Runs, safe_address
from tarjih.reports.report.writer import Writer
from tarjih.reports.texts.card_evidence import bearing_text, counted_text, told_text
from tarjih.reports.texts.citations import cites_line
from tarjih.reports.texts.comparison import comparison_summary
from tarjih.reports.texts.study_scores import study_scores_summary
from tarjih.reports.texts.viewpoints import disagreement_sentences
from tarjih.reports.words.dates import short_date_text, span_text
from tarjih.reports.words.numbers import count_text, isolated, percent_text
from tarjih.reports.words.strings import list_text, quoted, say
from tarjih.scenarios.records import translate

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from tarjih.evidence import Entry
    from tarjih.reports.report.content import Report
    from tarjih.scenarios.records import Source

__all__ = ["write_grounds"]

_LEAST = 0.5
_FEWEST_ROWS, _MOST_ROWS = 12, 45
_NOTHING = "–"
_BEST, _WORST, _BLIND = "AEF"  # letters of the Admiralty scale


def write_grounds(report: Report, lang: str) -> list[Block]:
    """Return sources, dissent, the score so far, and the items with their links."""
    write = Writer(report.study, lang)
    return [
        *_sources(report, write),
        *_dissent(report, write),
        *_score(report, write),
        *_items(report, write),
    ]


def _sources(report: Report, write: Writer) -> list[Block]:
    lang, study = write.lang, report.study
    items: Counter[str] = Counter()
    counted: Counter[str] = Counter()
    relayed: dict[str, set[str]] = {}
    for entry in report.forecast.evidence.entries:
        for teller in entry.item.sources:
            items[teller] += 1
            counted[teller] += entry.counted
        for teller, origin in entry.item.relays.items():
            relayed.setdefault(teller, set()).add(origin)
    trust = {one.teller: one for one in report.tellers}
    names = {one.id: translate(one.label, lang) for one in study.sources}
    rows = []
    for source in sorted(study.sources, key=lambda one: (-counted[one.id], -items[one.id])):
        if not items[source.id]:
            continue
        held = trust.get(source.id)
        origins = [names.get(id, id) for id in sorted(relayed.get(source.id, ()))]
        rows.append(
            [
                _linked(source, lang),
                source.letter,
                count_text(items[source.id], lang),
                count_text(counted[source.id], lang),
                _NOTHING if held is None else percent_text(held.after.mean, lang),
                list_text(origins, lang) or _NOTHING,
            ]
        )
    blocks: list[Block] = [write.heading("sources")]
    if not rows:
        return [*blocks, write.paragraph("sources.none")]
    heads = [
        write.words(f"sources.head.{name}")
        for name in ("source", "letter", "items", "counted", "trust", "relays")
    ]
    numbers = (False, True, True, True, True, False)
    blocks.append(
        write.table(
            write.words("sources.caption", best=_BEST, worst=_WORST, blind=_BLIND),
            heads,
            rows,
            numbers,
        )
    )
    return blocks


def _linked(source: Source, lang: str) -> Runs:
    return (Run(translate(source.label, lang), address=safe_address(source.url)),)


def _dissent(report: Report, write: Writer) -> list[Block]:
    """Name what pulls against the movement, and where analysts differ."""
    lang, found = write.lang, report.explanation
    k = found.moved_most
    against = [one for one in found.opposing(k) if abs(100 * one.shift[k]) >= _LEAST]
    blocks: list[Block] = [write.heading("dissent")]
    if against:
        blocks.append(write.paragraph("dissent.against", scenario=write.scenario(k)))
        blocks += write.bullets(
            write.words(
                "why.item",
                evidence=write.evidence(one.items),
                points=write.points(float(one.shift[k])),
            )
            for one in against
        )
    else:
        blocks.append(write.paragraph("dissent.none", scenario=write.scenario(k)))
    comparison = report.comparison
    if comparison is None:
        return [*blocks, write.paragraph("dissent.one_view")]

    def draw() -> Figure:
        from tarjih.reports.charts.compare import draw_compare
        from tarjih.reports.charts.page import INSET

        return draw_compare(comparison, lang=lang, frame=INSET)

    said = comparison_summary(comparison, lang)
    blocks += [write.text(line) for line in said]
    blocks.append(write.picture("compare", said[0], draw))
    return [*blocks, *write.bullets(disagreement_sentences(report.study, lang))]


def _score(report: Report, write: Writer) -> list[Block]:
    lang, questions = write.lang, report.study.questions
    resolved = [one for one in questions if one.resolution is not None]
    blocks: list[Block] = [write.heading("score")]
    if report.scores is not None and report.scores.questions:
        return blocks + [write.text(line) for line in study_scores_summary(report.scores, lang)]
    if not questions:
        return [*blocks, write.paragraph("score.no_questions")]
    asked = say("questions", lang, n=len(questions))
    if not resolved:
        return [*blocks, write.paragraph("score.open", questions=asked)]
    blocks.append(write.paragraph("score.questions", questions=asked, n=len(resolved)))
    if report.study.retrospective or all(one.retrospective for one in resolved):
        blocks.append(write.paragraph("score.retrospective", "note"))
    return blocks


def _items(report: Report, write: Writer) -> list[Block]:
    lang = write.lang

    def draw() -> Figure:
        from tarjih.models.asked.alone import alone_influences
        from tarjih.reports.charts.ledger_chart import draw_ledger
        from tarjih.reports.charts.page import INSET

        alone = alone_influences(report.forecast, draws=report.draws)
        # all are listed below; what does not count comes into the chart where there is room
        counted = sum(entry.counted for entry in report.forecast.evidence.entries)
        most = min(max(counted, _FEWEST_ROWS), _MOST_ROWS)
        return draw_ledger(report.forecast, alone=alone, most=most, lang=lang, frame=INSET)

    entries = report.forecast.evidence.entries
    blocks: list[Block] = [write.heading("items")]
    if not entries:
        return [*blocks, write.paragraph("items.none")]
    finding = write.words(
        "items.counted",
        n=sum(entry.counted for entry in entries),
        items=say("items", lang, n=len(entries)),
    )
    blocks += [write.text(finding), write.picture("ledger", finding, draw)]
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault("" if entry.counted else counted_text(entry, lang), []).append(entry)
    # What counts comes first.
    for reason in sorted(groups, key=lambda text: (text != "", -len(groups[text]))):
        head = reason or write.words("items.group.counted")
        blocks.append(Heading(head, 3))
        blocks.append(Bullets(tuple(_cited(report, write, entry) for entry in groups[reason])))
    return blocks


def _cited(report: Report, write: Writer, entry: Entry) -> Runs:
    """Return one item in full: what, when, on what it bears, who told it, where it is told."""
    lang, item, study = write.lang, entry.item, report.study
    dates = write.words(
        "items.dates",
        when=span_text(item.start, item.end, lang),
        known=short_date_text(item.known, lang),
    )
    said = [bearing_text(study, item, lang), told_text(study, item, lang)]
    if item.cluster:
        said.append(write.words("items.cluster", cluster=isolated(item.cluster, lang)))
    if entry.counted:
        said.append(counted_text(entry, lang))
    if item.cites:
        said.append(cites_line(study, item.cites, lang))
    label = quoted(translate(item.label, lang), lang)
    text = write.words("items.item", dates=dates, said=". ".join(said).removesuffix("."))
    link = (Run(" "), Run(item.url, address=safe_address(item.url))) if item.url else ()
    return (Run(label, strong=True), Run(" "), Run(item.id, code=True), Run(text), *link)
