"""One report in every format and language: the same numbers, the same bytes, nothing but text."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tarjih.errors import CannotCompute, InvalidRequest
from tarjih.reports.report.blocks import Heading, Manuscript, Picture, Table
from tarjih.reports.report.content import Report, Signature
from tarjih.reports.report.docx import docx_report
from tarjih.reports.report.html import html_report
from tarjih.reports.report.markdown import escaped, markdown_report
from tarjih.reports.report.pdf import pdf_report
from tarjih.reports.report.writing import check_report_path, save_report
from tarjih.reports.words.dates import month_name
from tarjih.reports.words.locales import locale_of
from tests.reports.report.conftest import HARM, manuscript_of, words_of

LANGUAGES = ("en", "ar")
SHORT = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
MARKS = re.compile("[\u200e\u200f]")
# What Arabic says without a figure: one, and two, of something; of months only the name is left.
COUNTED = re.compile(r"(?<![-+.–\d])[12] (?=(?:item|question|month|day|driver|change)s?\b)")
NUMBER = re.compile(r"[-+<>]*\d+(?:[.,]\d+)*%?")


def html_text(manuscript: Manuscript) -> str:
    return words_of(html_report(manuscript))


def markdown_text(manuscript: Manuscript) -> str:
    text, _ = markdown_report(manuscript, "files")
    text = re.sub(r"!\[.*?\]\(<.*?>\)", "", text)
    return re.sub(r"\\([\W_])", r"\1", re.sub(r"\]\(<.*?>\)", "]", text))


def docx_text(manuscript: Manuscript) -> str:
    from docx import Document
    from docx.table import Table as DocxTable

    found = Document(io.BytesIO(docx_report(manuscript)))
    lines = []
    for part in found.iter_inner_content():
        if isinstance(part, DocxTable):
            lines += [cell.text for row in part.rows for cell in row.cells]
        else:
            lines.append(part.text)
    return "\n".join(lines)


FORMATS: dict[str, Callable[[Manuscript], str]] = {
    "html": html_text,
    "md": markdown_text,
    "docx": docx_text,
}


def numbers(text: str) -> Counter[str]:
    """Return every number that a text holds, dates as day, month and year."""
    text = MARKS.sub("", text)
    for n, short in enumerate(SHORT, 1):
        for long in (month_name(n), month_name(n, "ar")):
            text = text.replace(long, f"/{n}/")
        text = re.sub(rf"\b{short}\b", f"/{n}/", text)
    return Counter(NUMBER.findall(COUNTED.sub("", text)))


@pytest.fixture(scope="module")
def written(report: Report) -> dict[str, Manuscript]:
    return {lang: manuscript_of(report, lang) for lang in LANGUAGES}


@pytest.mark.parametrize("name", FORMATS)
def test_both_languages_hold_the_same_numbers(written: dict[str, Manuscript], name: str) -> None:
    english, arabic = (numbers(FORMATS[name](written[lang])) for lang in LANGUAGES)
    assert english == arabic
    assert sum(english.values()) > 200
    assert sum(one.endswith("%") for one in english) > 10


@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_formats_hold_the_same_numbers(written: dict[str, Manuscript], lang: str) -> None:
    found = {name: numbers(read(written[lang])) for name, read in FORMATS.items()}
    # A page has no numbers of its own but in the contents, which name dates of headings.
    dated = sum((numbers(one.text) for one in written[lang].blocks
                 if isinstance(one, Heading) and one.level == 2), Counter())  # fmt: skip
    assert found["md"] == found["docx"]
    assert found["html"] - found["md"] == dated


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_pdf_holds_the_same_figures(written: dict[str, Manuscript], lang: str) -> None:
    manuscript = written[lang]
    # Readers of PDF turn signs and ranges around in Arabic, but no figure.
    figures = Counter(re.findall(r"\d+", _pdf_text(manuscript)))
    # On pages charts have numbers: each stands in its caption, and where it is told of.
    charts = sum(isinstance(one, Picture) for one in manuscript.blocks)
    numbered = Counter(str(n + 1) for n in range(charts) for _ in range(2))
    assert figures == Counter(re.findall(r"\d+", docx_text(manuscript))) + numbered
    assert sum(figures.values()) > 200


def _pdf_text(manuscript: Manuscript) -> str:
    """Return the text of all pages, without what every page says at its top and bottom."""
    from pypdfium2 import PdfDocument  # type: ignore[import-untyped]

    lines = []
    for n, page in enumerate(PdfDocument(pdf_report(manuscript))):
        said = page.get_textpage().get_text_range().splitlines()
        kept = [line for line in said if not re.fullmatch(r"Page \d+ of \d+|صفحة \d+ من \d+", line)]
        lines += kept[1:] if n else kept
    return "\n".join(lines)


def test_a_number_that_differs_is_noticed(written: dict[str, Manuscript]) -> None:
    text = html_text(written["en"])
    (value,) = re.findall(r"Our own estimate is (\d+)%", text)
    planted = text.replace(f"estimate is {value}%", f"estimate is {int(value) + 1}%")
    assert numbers(planted) != numbers(html_text(written["ar"]))


def test_arabic_digits_are_the_same_numbers(report: Report, written: dict[str, Manuscript]) -> None:
    shaped = html_text(manuscript_of(report, locale_of("ar", "arabic")))
    latin = shaped.translate(str.maketrans("٠١٢٣٤٥٦٧٨٩٪٫٬", "0123456789%.,"))
    assert numbers(latin) == numbers(html_text(written["ar"]))
    assert len(re.findall("[٠-٩]", shaped)) > 200


@pytest.mark.parametrize("lang", LANGUAGES)
def test_harm_is_text_in_a_word_document(hostile: tuple[Report, Signature], lang: str) -> None:
    report, signature = hostile
    manuscript = manuscript_of(report, lang, signature=signature)
    with zipfile.ZipFile(io.BytesIO(docx_report(manuscript))) as archive:
        links = archive.read("word/_rels/document.xml.rels").decode()
    assert set(re.findall(r'hyperlink" Target="([a-z]*):', links)) == {"https"}
    assert HARM.replace("\x0b", "\N{REPLACEMENT CHARACTER}") in docx_text(manuscript)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_harm_is_text_in_markdown(hostile: tuple[Report, Signature], lang: str) -> None:
    from markdown_it import MarkdownIt

    report, signature = hostile
    manuscript = manuscript_of(report, lang, signature=signature)
    text, _ = markdown_report(manuscript, "files")
    page = MarkdownIt("gfm-like", {"linkify": False}).render(text)
    heads = [block.text for block in manuscript.blocks if isinstance(block, Heading)]
    assert len(re.findall(r"<h[1-6]>", page)) == len(heads)
    assert page.count("<img ") == sum(isinstance(one, Picture) for one in manuscript.blocks)
    assert page.count("<table>") == sum(isinstance(one, Table) for one in manuscript.blocks)
    tags = set(re.findall(r"<([a-z0-9]+)", page))
    assert tags <= {
        "h1", "h2", "h3", "p", "ul", "li", "strong", "em", "code", "a", "img", "table", "thead",
        "tbody", "tr", "th", "td", "blockquote", "div",
    }  # fmt: skip
    assert {one.partition(":")[0] for one in re.findall(r'href="([^"]*)', page)} == {"https"}
    shown = " ".join(words_of(page).split())
    assert " ".join(HARM.split()) in shown
    assert "x" * 10_000 in shown


def test_escaping_is_taken_back() -> None:
    from markdown_it import MarkdownIt

    signs = "".join(chr(n) for n in range(33, 127))
    for first in (*signs, "1.", "12)", "- a", "+ a", "# a", "~~~", "```", "===", "[x]: http://a.b"):
        text = f"{first} {signs}"
        page = MarkdownIt("gfm-like", {"linkify": False}).render(escaped(text))
        assert page.startswith("<p>")
        assert words_of(page).strip() == text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_word_document_has_styles_direction_and_properties(
    written: dict[str, Manuscript], lang: str
) -> None:
    from docx import Document

    content = docx_report(written[lang])
    assert content == docx_report(written[lang])
    found = Document(io.BytesIO(content))
    heads = [one for one in written[lang].blocks if isinstance(one, Heading)]
    styles = [one.style.name for one in found.paragraphs if one.style is not None]
    assert [name for name in styles if name and name.startswith("Heading")] == [
        f"Heading {one.level}" for one in heads
    ]
    assert found.core_properties.author == "Amal"
    assert found.core_properties.language == lang
    assert found.core_properties.title == written[lang].title
    assert found.core_properties.created.isoformat()[:10] == written[lang].dated
    xml = found.element.xml
    right = lang == "ar"
    assert (xml.count("<w:bidiVisual/>") == len(found.tables)) == right
    assert all(("<w:bidi/>" in one._p.xml) == right for one in found.paragraphs if one.text)
    assert ("<w:rtl/>" in xml) == right
    # Schema order: Word refuses a file whose properties stand in another.
    for properties in found.element.iter("{*}pPr"):
        names = [child.tag.rpartition("}")[2] for child in properties]
        order = ["pStyle", "keepNext", "pageBreakBefore", "pBdr", "shd", "bidi", "spacing", "jc"]
        assert [name for name in order if name in names] == names
    pictures = found.element.findall(".//{*}docPr")
    assert pictures
    assert all(one.get("descr") for one in pictures)


@pytest.mark.parametrize("suffix", [".html", ".md", ".docx"])
def test_a_file_is_written_whole_or_not_at_all(
    written: dict[str, Manuscript], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str
) -> None:
    target = tmp_path / f"r{suffix}"
    save_report(written["en"], target)
    first = target.read_bytes()
    assert oct(target.stat().st_mode & 0o777) == oct(0o666 & ~_mask())
    target.chmod(0o640)
    save_report(written["en"], target)
    assert target.read_bytes() == first
    assert target.stat().st_mode & 0o777 == 0o640
    names = sorted(path.name for path in tmp_path.rglob("*"))

    def full(self: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(CannotCompute, match="could not be written: No space left"):
        save_report(written["ar"], target)
    assert target.read_bytes() == first
    assert sorted(path.name for path in tmp_path.rglob("*")) == names


def _mask() -> int:
    import os

    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_where_nothing_can_be_written_is_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "folder.html").mkdir()
    for path, what in (
        (tmp_path / "r.txt", "the suffix does not say what to write"),
        (tmp_path / "none" / "r.html", "there is no such folder"),
        (tmp_path / "folder.html", "this is a folder"),
        (Path("/proc/r.html"), "nothing can be written in this folder"),
    ):
        with pytest.raises(InvalidRequest, match=what):
            check_report_path(path)


def test_charts_of_markdown_stand_beside_it(written: dict[str, Manuscript], tmp_path: Path) -> None:
    save_report(written["en"], tmp_path / "r.md")
    text = (tmp_path / "r.md").read_text(encoding="utf-8")
    named = re.findall(r"!\[.+\]\(<(.+)>\)", text)
    assert named
    assert sorted(named) == sorted(
        f"r-files/{path.name}" for path in (tmp_path / "r-files").iterdir()
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_word_document_is_laid_out_to_be_printed(
    written: dict[str, Manuscript], lang: str
) -> None:
    from docx import Document
    from docx.shared import Inches

    found: Any = Document(io.BytesIO(docx_report(written[lang])))
    section = found.sections[0]
    room = section.page_width - section.left_margin - section.right_margin
    for table in found.tables:
        widths = [cell.width for cell in table.rows[0].cells]
        assert abs(sum(widths) - room) < Inches(0.05)
        # no column so narrow that a word of its head is broken
        assert min(widths) > Inches(0.4)
    pictures = [one for one in written[lang].blocks if isinstance(one, Picture)]
    told = [shape._inline.docPr.get("descr") for shape in found.inline_shapes]
    assert told == [one.finding for one in pictures]
    assert all(shape.width <= room for shape in found.inline_shapes)
    footer = section.footer.paragraphs[0]._p.xml
    assert " PAGE " in footer
    assert " NUMPAGES " in footer
    broken = [one for one in found.paragraphs if one.paragraph_format.page_break_before]
    assert len(broken) == 1


def test_ranges_in_arabic_run_from_left_to_right_in_a_word_document(
    written: dict[str, Manuscript],
) -> None:
    text = docx_text(written["ar"])
    ranges = re.findall(r"(.)<?\d+–[<>]*\d+%(.)(.)", text)
    assert len(ranges) > 10
    assert {"".join(one) for one in ranges} == {"\u200e\u200e\u200f"}
