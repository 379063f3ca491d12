"""What a report says, section by section."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tarjih.reports.report.blocks import (
    Bullets,
    Heading,
    Manuscript,
    PageBreak,
    Paragraph,
    plain_text,
)
from tarjih.reports.report.content import Report, Signature
from tarjih.reports.report.html import html_report
from tarjih.reports.report.writer import Writer
from tarjih.reports.words.numbers import LRM, isolated
from tests.reports.report.conftest import manuscript_of, words_of

SECTIONS = [
    "judged", "change-our-mind", "may-be-wrong", "table", "timeline", "since", "why", "tipping",
    "watch", "drivers", "sources", "dissent", "score", "items", "method", "again",
]  # fmt: skip


def text_of(manuscript: Manuscript) -> str:
    return words_of(html_report(manuscript))


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_sections_stand_in_their_order(report: Report, lang: str) -> None:
    blocks = manuscript_of(report, lang).blocks
    heads = [one for one in blocks if isinstance(one, Heading)]
    assert [one.anchor for one in heads if one.level == 2] == SECTIONS
    assert [one.level for one in heads].count(1) == 1
    before = blocks[: next(n for n, one in enumerate(blocks) if isinstance(one, PageBreak))]
    assert [one.anchor for one in before if isinstance(one, Heading)] == ["", *SECTIONS[:3]]


def test_confidence_stands_apart_from_every_likelihood(report: Report) -> None:
    for signature, said in (
        (Signature(), "Analytic confidence: not stated."),
        (Signature("Amal", "high"), "Analytic confidence: high. No reasons were given."),
        (Signature("Amal", "low", "one source"), "Analytic confidence: low. Reasons: one source"),
    ):
        text = text_of(manuscript_of(report, "en", signature=signature))
        (line,) = [line for line in text.splitlines() if line.startswith("Analytic confidence:")]
        assert line.startswith(said)
        assert not re.search("likel|probab|%", line)


def test_every_item_is_cited_with_its_link(report: Report) -> None:
    page = html_report(manuscript_of(report, "en"))
    text = words_of(page)
    for item in report.study.items:
        assert item.id in text
        if item.url:
            address = item.url.replace("&", "&amp;")
            assert f'<a href="{address}" rel="noopener noreferrer">' in page


def test_what_changed_is_set_beside_what_was_said(report: Report) -> None:
    text = text_of(manuscript_of(report, "en"))
    assert "What changed since 5 February 2026" in text
    assert report.earlier is not None
    assert sum(report.earlier.said.values()) == pytest.approx(1.0)
    assert report.lately
    known = {item.known for bar in report.lately for item in bar.items}
    assert min(known) > report.earlier.date


def test_without_anything_earlier_that_is_said(made: Callable[..., Report]) -> None:
    text = text_of(manuscript_of(made(items=0), "en"))
    assert "There is no earlier report or recorded run to compare with." in text
    assert "There is no evidence: what is shown is the prior alone." in text
    assert "No source has told anything." in text


def test_analysts_who_differ_are_shown(made: Callable[..., Report]) -> None:
    report = made(analysts=True)
    assert report.comparison is not None
    text = text_of(manuscript_of(report, "en"))
    assert "Amal" in text
    assert "The study holds one view" not in text


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_first_page_says_each_caveat_once(made: Callable[..., Report], lang: str) -> None:
    report = made(retrospective=True, since="2026-01-20")
    text = text_of(manuscript_of(report, lang))
    # The whole note stands beside the method, and nowhere else.
    assert text.count(report.study.retrospective_note[lang]) == 1
    first, _, _ = text_of(manuscript_of(made(analysts=True), lang)).partition("____")
    pooled = {"en": "A pool of analysts", "ar": "مزيج من آراء محلّلين"}[lang]
    assert first.count(pooled) == 1


def test_nothing_is_certain(made: Callable[..., Report]) -> None:
    report = made(extreme=True)
    assert report.forecast.now.max() > 0.999
    for lang in ("en", "ar"):
        text = text_of(manuscript_of(report, lang)).replace("\u200e", "")
        assert ">99%" in text
        assert "<1%" in text
        # Room is left in every number that is a belief: 0% and 100% stand for no outcome.
        table = [line for line in text.splitlines() if "(" in line and "%" in line]
        assert not [line for line in table if re.search(r"(?<![\d.–])(0|100)% \(", line)]


def test_no_string_is_left_without_its_words(report: Report) -> None:
    for lang in ("en", "ar"):
        text = text_of(manuscript_of(report, lang))
        assert not re.search(r"\{[a-z_]+\}", text)
        assert "report." not in text.replace("a report.html", "")


def test_points_begin_as_sentences_do(report: Report) -> None:
    points = [
        plain_text(point)
        for block in manuscript_of(report, "en").blocks
        if isinstance(block, Bullets)
        for point in block.points
    ]
    assert points
    assert not [point for point in points if point[:1].islower()]


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_commands_are_code_and_nothing_else_is(
    made: Callable[..., Report], hostile: tuple[Report, Signature], lang: str
) -> None:
    found = manuscript_of(made(analysts=True, retrospective=True), lang)
    runs = [run for one in found.blocks if isinstance(one, Paragraph) for run in one.runs]
    assert {"tarjih audit", "tarjih show STUDY --section study"} <= {
        run.text for run in runs if run.code
    }
    assert not [run.text for run in runs if "`" in run.text]
    harm = manuscript_of(hostile[0], lang)
    lead = next(one for one in harm.blocks if getattr(one, "role", "") == "lead")
    assert isinstance(lead, Paragraph)
    assert "`code`" in plain_text(lead.runs)
    assert not [run for run in lead.runs if run.code]


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_options_to_try_are_code(report: Report, lang: str) -> None:
    write = Writer(report.study, lang)
    told = isolated("--set us_aid=full_stop --set grain=short@2026-03-01", lang)
    assert [run.text for run in write.runs(f"a {told}. b") if run.code] == [told.strip(LRM)]
