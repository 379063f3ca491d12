"""The report as PDF: its text can be searched in reading order, and it is nothing but text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import Any

import pypdfium2  # type: ignore[import-untyped]
import pytest
from pypdf import PdfReader

from tarjih.reports.report import pdf
from tarjih.reports.report.blocks import (
    Facts,
    Heading,
    Manuscript,
    Paragraph,
    Picture,
    Run,
    plain_text,
)
from tarjih.reports.report.content import Report, Signature
from tarjih.reports.report.mended import mended_marks
from tarjih.reports.report.pdf import pdf_report
from tarjih.reports.report.pictures import lettered_svg
from tests.reports.report.conftest import HARM, manuscript_of


def letters(text: str) -> str:
    """Return the letters of a text alone: no vowel signs, spaces, marks of direction or points."""
    plain = unicodedata.normalize("NFKC", text)
    return "".join(one for one in plain if unicodedata.category(one).startswith("L"))


def text_of(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]


@pytest.fixture(scope="module")
def sheets(report: Report) -> dict[str, tuple[Manuscript, bytes]]:
    made = {lang: manuscript_of(report, lang) for lang in ("en", "ar")}
    return {lang: (one, pdf_report(one)) for lang, one in made.items()}


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_what_is_judged_is_found_in_reading_order(sheets: Any, lang: str) -> None:
    manuscript, pdf = sheets[lang]
    text = letters("".join(text_of(pdf)))
    lead = next(one for one in manuscript.blocks if getattr(one, "role", "") == "lead")
    sentence = plain_text(lead.runs)
    for part in re.split(r"[^\w\s\u0600-\u06ff]|\d", sentence):
        assert letters(part) in text
    place = 0
    for heading in (one for one in manuscript.blocks if isinstance(one, Heading)):
        place = text.find(letters(heading.text), place)
        assert place >= 0, heading.text


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_what_a_chart_says_is_found(report: Report, lang: str) -> None:
    from matplotlib.text import Text

    from tarjih.reports.charts.ledger_chart import draw_ledger
    from tarjih.reports.charts.page import INSET

    def draw() -> Any:
        return draw_ledger(report.forecast, lang=lang, frame=INSET)

    blocks = (Heading("t", 1), Picture("ledger", "c", "f", draw))
    (page,) = text_of(pdf_report(Manuscript("t", "", "", lang, "2026-01-31", blocks)))
    said = [words.get_text() for words in draw().findobj(Text) if words.get_visible()]
    lines = {letters(line) for words in said for line in words.splitlines()}
    assert len(lines) > 10
    text = letters(page)
    assert [line for line in lines if line not in text] == []


@pytest.mark.filterwarnings("ignore:Glyph .* missing from font")
@pytest.mark.parametrize("outside", ["🛰 未知", "\u202etxet", "</text><b>&amp;", "مرجّح (5%)."])
def test_a_chart_can_say_anything(outside: str) -> None:
    from tarjih.reports.charts.figures import new_figure

    def draw() -> Any:
        figure = new_figure(4.0, 1.0)
        figure.text(0.1, 0.5, outside, parse_math=False)
        return figure

    blocks = (Heading("t", 1), Picture("chart", "c", "f", draw))
    (page,) = text_of(pdf_report(Manuscript("t", "", "", "ar", "2026-01-31", blocks)))
    found = letters(page)
    assert all(letter in found for letter in letters(outside) if letter not in "未知")


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_first_page_is_whole(sheets: Any, lang: str) -> None:
    manuscript, pdf = sheets[lang]
    sign = next(one for one in manuscript.blocks if getattr(one, "role", "") == "sign")
    assert letters(plain_text(sign.runs)) in letters(text_of(pdf)[0])


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_what_the_file_says_of_itself(sheets: Any, lang: str) -> None:
    import io

    manuscript, pdf = sheets[lang]
    read = PdfReader(io.BytesIO(pdf))
    assert read.metadata is not None
    assert read.metadata.title == manuscript.title
    assert read.metadata.author == manuscript.author
    root: Any = read.trailer["/Root"]
    assert root["/Lang"] == lang
    assert root["/MarkInfo"]["/Marked"]
    assert b"pdfuaid" in pdf
    assert b"pdfaid" in pdf
    assert len(read.outline) == 2  # the title, and a list of what stands under it
    assert len(read.outline[1]) > 5
    pictures = sum(isinstance(one, Picture) for one in manuscript.blocks)
    assert pdf.count(b"/Alt") >= pictures


def test_the_same_bytes(sheets: Any) -> None:
    manuscript, pdf = sheets["ar"]
    assert pdf_report(manuscript) == pdf


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_what_came_from_outside_is_text(hostile: tuple[Report, Signature], lang: str) -> None:
    found, signature = hostile
    manuscript = manuscript_of(found, lang, signature=signature)
    text = "".join(text_of(pdf_report(manuscript)))
    for word in ("panic", "typst", "script", "owned", "x^2" if lang == "en" else "bold"):
        assert word in text


@pytest.mark.parametrize(
    "text",
    ["🛰 未知", "a" * 10_000, "\u202etxet\u202d", "\x00\x07\x1b[31m", "\u2067open", HARM * 40],
)
def test_any_text_can_be_set(text: str) -> None:
    blocks = (Heading(text, 1), Paragraph((Run(text), Run(text, code=True))))
    made = pdf_report(Manuscript("t", "", text, "ar", "2026-01-31", blocks))
    assert made.startswith(b"%PDF")
    assert "\u202e" not in "".join(text_of(made))


def test_a_link_leads_only_to_the_web() -> None:
    runs = (Run("a", address="https://example.org/x"), Run("b", address="javascript:alert(1)"))
    blocks = (Heading("t", 1), Paragraph(runs))
    made = pdf_report(Manuscript("t", "", "", "en", "2026-01-31", blocks))
    assert b"https://example.org/x" in made
    assert b"javascript" not in made


def test_vowel_signs_are_told_once() -> None:
    words = "نقدّر أنّ الشدّة مرجّحة جدًا"
    blocks = (Heading("ت", 1), Paragraph((Run(words),)))
    manuscript = Manuscript("t", "", "", "ar", "2026-01-31", blocks)
    (page,) = text_of(pdf_report(manuscript))
    assert letters(words) in letters(page)
    assert mended_marks(b"no such file") == b"no such file"
    other = replace(manuscript, lang="en")
    assert pdf_report(other) != pdf_report(manuscript)


def test_figures_side_by_side_do_not_run_on_as_one() -> None:
    """In Arabic the mean is read before its bracket, which stands to the left of it."""
    shown = pdf._shown("\u200e8%\u200e (\u200e2–20%\u200e)")
    assert shown == "\u200e8%\u200e\u200f (\u200e2–20%\u200e\u200f)"


def test_words_of_a_chart_keep_their_direction() -> None:
    from tarjih.reports.charts.figures import new_figure

    lines = ["\u200fنحو (5%).", "\u200e5–8%\u200e", "Russia (5%)."]

    def draw() -> Any:
        figure = new_figure(4.0, 2.0)
        for n, line in enumerate(lines):
            figure.text(0.1, 0.2 + n / 4, line, parse_math=False)
        return figure

    drawn, _, _ = lettered_svg(Picture("chart", "c", "f", draw), str)
    found = re.findall("<text[^>]*>([^<]*)</text>", drawn)
    assert sorted(found) == sorted([f"\u202b{lines[0]}\u202c", *lines[1:]])


def test_a_command_on_paper_stands_as_it_is_typed() -> None:
    command = "tarjih report demo --author 'أمل حداد' --because 'سبب' -o r.pdf"
    facts = Facts((("الأمر", (Run(command, code=True),)),))
    made = pdf_report(Manuscript("t", "", "", "ar", "2026-01-31", (Heading("ت", 1), facts)))
    page = pypdfium2.PdfDocument(made)[0].get_textpage()
    # readers turn lines of an Arabic page around: what counts is where the letters stand
    letters_at = [
        (page.get_text_range(n, 1), page.get_charbox(n)) for n in range(page.count_chars())
    ]
    foot = next(box[1] for one, box in letters_at if one == "j")
    line = sorted((box[0], one) for one, box in letters_at if abs(box[1] - foot) < 10)
    typed = "".join(one for _, one in line if "!" <= one <= "~")
    assert typed == "tarjihreportdemo--author''--because''-or.pdf"
