"""The pages of the report as PDF: filled, in order, and as few as they can be."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pypdfium2  # type: ignore[import-untyped]
import pytest
from matplotlib.figure import Figure
from pypdf import PdfReader

import tarjih
from tarjih.reports.report.blocks import Heading, Manuscript, Paragraph, Picture, Run, Table
from tarjih.reports.report.content import Earlier, Report, gather_report
from tarjih.reports.report.pdf import pdf_report
from tests.reports.report.conftest import manuscript_of

LANGUAGES = ("en", "ar")
MOST_BLANK = 0.25  # of the height between head and foot
MOST_PAGES = 15
DPI = 40
HEAD, FOOT = 19 / 297, 16 / 297


def blanks(pdf: bytes) -> list[float]:
    """Return of each page the tallest band with nothing in it, as a share of its height."""
    found = []
    for page in pypdfium2.PdfDocument(pdf):
        grey = np.asarray(page.render(scale=DPI / 72).to_pil().convert("L"))
        rows = grey[round(HEAD * len(grey)) : round((1 - FOOT) * len(grey))].min(axis=1) < 200
        inked = np.flatnonzero(np.concatenate([[True], rows, [True]]))
        found.append(float((np.diff(inked).max() - 1) / len(rows)))
    return found


@pytest.fixture(scope="module", params=["", "2025-10-01"])
def shipped(request: pytest.FixtureRequest) -> Report:
    day = dt.date.fromisoformat(request.param) if request.param else None
    earlier = None if day is None else Earlier("", day, {})
    return gather_report(tarjih.load("syria-russia"), earlier=earlier)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_no_page_of_the_shipped_study_is_blank(shipped: Report, lang: str) -> None:
    made = pdf_report(manuscript_of(shipped, lang, small=False))
    found = blanks(made)
    assert len(found) <= MOST_PAGES
    assert max(found[:-1]) <= MOST_BLANK


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_of_long_names_and_many_items(made: Callable[..., Report], lang: str) -> None:
    report = made(scenarios=8, items=80, long_names=True, retrospective=True)
    assert max(blanks(pdf_report(manuscript_of(report, lang, small=False)))[:-1]) <= MOST_BLANK


def _tall() -> Figure:
    return Figure(figsize=(7, 9.5))


def _told(*heights: int) -> Manuscript:
    blocks: list[Any] = [Heading("title", 1)]
    for n, lines in enumerate(heights):
        blocks.append(Heading(f"part {n}", 2))
        blocks += [Paragraph((Run(f"part {n} line {k}. "),)) for k in range(lines)]
        blocks.append(Picture(f"chart{n}", f"chart {n}", "seen", _tall))
    return Manuscript("title", "", "", "en", "2026-01-31", tuple(blocks))


def test_what_is_told_goes_on_past_a_chart() -> None:
    """With room for no chart below the first part, the second part begins before it."""
    made = pdf_report(_told(18, 18, 18, 18, 18))
    texts = [page.extract_text() for page in PdfReader(io.BytesIO(made)).pages]
    assert "part 1 line 5" in texts[0]
    assert "Figure 1. chart 0" in texts[1]
    order = [place for n in range(5) for place in [" ".join(texts).find(f"Figure {n + 1}. chart")]]
    assert order == sorted(order)
    assert min(order) > 0


def test_charts_are_named_where_they_are_told_of() -> None:
    made = pdf_report(_told(1))
    text = PdfReader(io.BytesIO(made)).pages[0].extract_text()
    assert "part 0 line 0. (Figure 1)" in " ".join(text.split())


def test_under_a_heading_stands_what_is_told_of_a_chart() -> None:
    picture = Picture("chart", "the chart", "seen", lambda: Figure(figsize=(7, 2)))
    rows = (((Run("name"),), (Run("1"),)),)
    table = Table("the table", ("a", "b"), rows, (False, True))
    blocks = (Heading("t", 1), Heading("part", 2), picture, table)
    made = pdf_report(Manuscript("t", "", "", "en", "2026-01-31", blocks))
    text = " ".join(PdfReader(io.BytesIO(made)).pages[0].extract_text().split())
    assert text.index("the table (Figure 1)") < text.index("Figure 1. the chart")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_page_is_one_page_however_much_is_to_be_said(report: Report, lang: str) -> None:
    manuscript = manuscript_of(report, lang)
    said = next(n for n, one in enumerate(manuscript.blocks) if isinstance(one, Paragraph))
    for more, whole in ((14, True), (80, False)):
        extra = tuple(Paragraph((Run("more to be said. " * 8),)) for _ in range(more))
        blocks = (*manuscript.blocks[: said + 1], *extra, *manuscript.blocks[said + 1 :])
        made = pdf_report(replace(manuscript, blocks=blocks))
        first = PdfReader(io.BytesIO(made)).pages[0].extract_text()
        assert ("______" in first) == whole
