"""A report as a Word document: real headings, tables and lists, so that it can be edited.

In Arabic paragraphs (``w:bidi``), tables (``w:bidiVisual``) and runs (``w:rtl``) run from right to
left; a figure or a name in them is a run of its own from left to right. python-docx stamps no
time of its own; the archive is written again with one date, so that equal reports are equal bytes.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from tarjih.errors import InvalidRequest, Problem
from tarjih.reports.report.blocks import (
    Bullets,
    Facts,
    Heading,
    Manuscript,
    PageBreak,
    Paragraph,
    Picture,
    Run,
    Runs,
    Table,
    safe_address,
)
from tarjih.reports.report.fences import pieces
from tarjih.reports.report.paper import column_shares, told_first
from tarjih.reports.report.pictures import png_bytes
from tarjih.reports.words.numbers import LRM, RLM
from tarjih.reports.words.strings import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tarjih.reports.report.blocks import Block

__all__ = ["docx_report"]

_FONT, _CODE_FONT = "Arial", "Courier New"
_INK, _QUIET, _RULE = "1C1F24", "565D68", "D5D9E0"
_WARN, _LINK = "7A3E00", "1F4E79"
_WIDTH = 6.69  # inches between the margins of A4
_HIGH, _HIGHEST = 6.6, 9.0  # inches that a chart takes, and may take if it must
_USUAL, _SMALLEST = 0.82, 0.65  # of a chart's own size: letters must still be read
_CELL = 8.5  # points
_SECTION = 2  # the level of headings that divide a report
_EPOCH = (1980, 1, 1, 0, 0, 0)
# What XML cannot hold.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class _Look:
    """How a style looks: size, and room before and after, in points."""

    size: float
    before: float
    after: float
    colour: str = _INK
    strong: bool = False


_STYLES = {
    "Normal": _Look(10, 0, 5),
    "List Bullet": _Look(10, 0, 3),
    "Caption": _Look(8.5, 2, 8, _QUIET),
    "Heading 1": _Look(18, 0, 6, _INK, strong=True),
    "Heading 2": _Look(13, 12, 4, _LINK, strong=True),
    "Heading 3": _Look(10.5, 8, 3, _INK, strong=True),
}


def docx_report(manuscript: Manuscript) -> bytes:
    """Return a report as a Word document.

    Parameters
    ----------
    manuscript : Manuscript

    Raises
    ------
    InvalidRequest
        If python-docx is not installed.
    """
    try:
        import docx
    except ModuleNotFoundError:
        problem = Problem(
            "--out",
            "a .docx needs python-docx, which is not installed",
            mend="pip install 'tarjih[docx]', or take .html, .pdf or .md",
        )
        raise InvalidRequest(problem) from None
    document = docx.Document()
    writer = _Writer(document, manuscript)
    writer.prepare()
    for block in told_first(manuscript.blocks):
        writer.write(block)
    return _dated(document)


class _Writer:
    """Puts blocks into a document."""

    def __init__(self, document: Any, manuscript: Manuscript) -> None:
        self.document, self.manuscript = document, manuscript
        self.rtl = manuscript.lang == "ar"
        self.turned = False
        self.section = ""

    def prepare(self) -> None:
        """Set the page, the styles, the footer and the properties."""
        from docx.shared import Mm

        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(20)
        section.top_margin = section.bottom_margin = Mm(18)
        section.footer_distance = Mm(9)
        if self.rtl:
            _add(section._sectPr, "w:bidi")
        for name, look in _STYLES.items():
            self._style(self.document.styles[name], look)
        self._footer(section.footer.paragraphs[0])
        properties = self.document.core_properties
        one = self.manuscript
        day = dt.datetime.fromisoformat(one.dated)
        properties.title = _clean(one.title)[:255]
        properties.author = _clean(one.author)[:255]
        properties.subject = _clean(one.subject)[:255]
        properties.last_modified_by = properties.comments = properties.keywords = ""
        properties.language = one.lang
        properties.created = properties.modified = properties.last_printed = day
        properties.revision = 1

    def _style(self, style: Any, look: _Look) -> None:
        from docx.shared import Pt, RGBColor

        style.font.size = Pt(look.size)
        style.font.name = _FONT
        style.font.bold = look.strong
        style.font.italic = False
        style.font.color.rgb = RGBColor.from_string(look.colour)
        made = style.element.get_or_add_rPr()
        fonts = made.get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(_named(f"w:{theme}"), None)
        for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(_named(f"w:{kind}"), _FONT)
        # Right-to-left letters take their size and weight from settings of their own.
        _add(made, "w:szCs", val=str(round(2 * look.size)))
        _add(made, "w:bCs", val="1" if look.strong else "0")
        _add(made, "w:lang", val="en-GB", bidi="ar-SA")
        spaced = style.paragraph_format
        spaced.space_before, spaced.space_after = Pt(look.before), Pt(look.after)
        spaced.line_spacing = 1.1

    def _footer(self, made: Any) -> None:
        """Number the pages in the words of the language."""
        from docx.shared import Pt, RGBColor

        quiet, small = RGBColor.from_string(_QUIET), Pt(_CELL)
        lang = self.manuscript.lang
        words = say("report.page.of", lang, page="{PAGE}", pages="{NUMPAGES}")
        self._direct(made, "center")
        for part in re.split(r"([{]\w+[}])", words):
            run = Run("")
            if part.startswith("{"):
                for kind in ("begin", part[1:-1], "end"):
                    one = made.add_run()
                    one.font.color.rgb, one.font.size = quiet, small
                    if kind in ("begin", "end"):
                        _add(one._r, "w:fldChar", fldCharType=kind)
                    else:
                        _add(one._r, "w:instrText").text = f" {kind} "
            elif part:
                self._words(made, part, run, _QUIET, size=_CELL)

    def write(self, block: Block) -> None:
        """Write one block."""
        if isinstance(block, Heading):
            if block.level <= _SECTION:
                self.section = block.anchor
            self._runs(self._paragraph(f"Heading {block.level}"), (Run(block.text),))
        elif isinstance(block, Paragraph):
            self._written(block)
        elif isinstance(block, Bullets):
            for point in block.points:
                made = self._paragraph("List Bullet")
                self._runs(made, point, size=8.5 if self.section == "items" else 0.0)
        elif isinstance(block, Facts):
            self._facts(block)
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Picture):
            self._picture(block)
        elif isinstance(block, PageBreak):
            self.turned = True

    def _written(self, block: Paragraph) -> None:
        from docx.shared import Pt

        made = self._paragraph()
        size = {"lead": 11.5, "note": 9.0}.get(block.role, 0.0)
        colour = _QUIET if block.role == "note" else ""
        self._runs(made, block.runs, colour=colour, size=size, strong=block.role == "lead")
        if block.role == "warning":
            properties = made._p.get_or_add_pPr()
            border = _add(properties, "w:pBdr")
            side = "w:right" if self.rtl else "w:left"
            _add(border, side, val="single", sz="24", space="6", color=_WARN)
            _add(properties, "w:shd", val="clear", color="auto", fill="FFF6E6")
        elif block.role == "sign":
            made.paragraph_format.space_before = Pt(24)

    def _facts(self, block: Facts) -> None:
        table = self._grid(len(block.rows), (3.0, 7.0))
        for row, (name, value) in zip(table.rows, block.rows, strict=True):
            self._cell(row.cells[0], (Run(name),), colour=_QUIET)
            self._cell(row.cells[1], value)
        self._after()

    def _table(self, block: Table) -> None:
        caption = self._paragraph("Caption")
        caption.paragraph_format.keep_with_next = True
        self._runs(caption, (Run(block.caption),))
        table = self._grid(1 + len(block.rows), column_shares(block), ruled=True)
        head = table.rows[0]
        properties = head._tr.get_or_add_trPr()
        _add(properties, "w:cantSplit")
        _add(properties, "w:tblHeader")
        for cell, words in zip(head.cells, block.heads, strict=True):
            self._cell(cell, (Run(words, strong=True),), head=True)
        for n, (row, cells) in enumerate(zip(table.rows[1:], block.rows, strict=True)):
            _add(row._tr.get_or_add_trPr(), "w:cantSplit")
            colour = block.colours[n] if block.colours else ""
            for place, (cell, runs) in enumerate(zip(row.cells, cells, strict=True)):
                swatch = colour.lstrip("#").upper() if place == 0 else ""
                self._cell(cell, runs, swatch=swatch, strong=place == 0)
        self._after()

    def _grid(self, rows: int, shares: Sequence[float], *, ruled: bool = False) -> Any:
        """Add a table as wide as the page, its columns divided by shares."""
        from docx.shared import Inches

        table = self.document.add_table(rows, len(shares))
        table.autofit = False
        properties = table._tbl.tblPr
        if self.rtl:
            _add(properties, "w:bidiVisual")
        if ruled:
            borders = _add(properties, "w:tblBorders")
            for side in ("insideH", "bottom"):
                _add(borders, f"w:{side}", val="single", sz="4", space="0", color=_RULE)
        whole = sum(shares)
        widths = [Inches(_WIDTH * share / whole) for share in shares]
        for column, width in zip(table.columns, widths, strict=True):
            column.width = width
            for cell in column.cells:
                cell.width = width
        return table

    def _after(self) -> None:
        """Part a table from what follows."""
        from docx.shared import Pt

        made = self._paragraph()
        made.paragraph_format.space_after = Pt(0)
        made.paragraph_format.line_spacing = Pt(6)

    def _cell(
        self,
        cell: Any,
        runs: Runs,
        *,
        colour: str = "",
        swatch: str = "",
        head: bool = False,
        strong: bool = False,
    ) -> None:
        from docx.shared import Pt

        made = cell.paragraphs[0]
        made.paragraph_format.space_before = made.paragraph_format.space_after = Pt(2)
        made.paragraph_format.keep_with_next = head
        if head:
            border = _add(cell._tc.get_or_add_tcPr(), "w:tcBorders")
            _add(border, "w:bottom", val="single", sz="8", space="0", color=_INK)
        self._direct(made)
        if swatch:
            self._words(made, "\N{BLACK SQUARE} ", Run(""), swatch, size=_CELL)
        self._runs(made, runs, colour=colour, size=_CELL, strong=strong)

    def _picture(self, block: Picture) -> None:
        from docx.shared import Inches

        made = self._paragraph()
        made.paragraph_format.keep_with_next = True
        self._direct(made, "center")
        shape = made.add_run().add_picture(io.BytesIO(png_bytes(block)), width=Inches(_WIDTH))
        high = shape.height / Inches(1)
        share = min(max(min(_USUAL, _HIGH / high), _SMALLEST), _HIGHEST / high)
        shape.width, shape.height = round(share * shape.width), round(share * shape.height)
        properties = shape._inline.docPr
        properties.set("descr", _clean(block.finding))
        properties.set("name", block.name)
        self._runs(self._paragraph("Caption"), (Run(block.caption),))

    def _paragraph(self, style: str | None = None) -> Any:
        made = self.document.add_paragraph(style=style)
        self._direct(made)
        if self.turned:
            made.paragraph_format.page_break_before = True
            self.turned = False
        return made

    def _direct(self, made: Any, side: str = "left") -> None:
        if self.rtl:
            # With w:bidi, "left" is where lines begin: the right.
            properties = made._p.get_or_add_pPr()
            _add(properties, "w:bidi")
            _add(properties, "w:jc", val=side)
        elif side != "left":
            _add(made._p.get_or_add_pPr(), "w:jc", val=side)

    def _runs(
        self, made: Any, runs: Runs, *, colour: str = "", size: float = 0.0, strong: bool = False
    ) -> None:
        for run in runs:
            address = safe_address(run.address)
            place = _linked(made, address) if address else made._p
            before = len(made._p)
            if strong:
                run = replace(run, strong=True)
            if run.code:
                self._words(made, run.text, run, colour, "ltr", size=size)
            else:
                for words, direction in pieces(run.text):
                    self._words(made, words, run, colour, direction, size=size)
            if address:
                for element in list(made._p)[before:]:
                    place.append(element)

    def _words(
        self,
        made: Any,
        words: str,
        run: Run,
        colour: str = "",
        direction: str = "",
        *,
        size: float = 0.0,
    ) -> None:
        from docx.shared import Pt, RGBColor

        text = _clean(words)
        if self.rtl and direction == "ltr":
            # Word goes by what a run says of itself, others by the letters and marks in it. The
            # last mark keeps a bracket, or a figure, that follows from being drawn to this one.
            text = f"{LRM}{text}{LRM}{RLM}"
        one = made.add_run(text)
        properties = one._r.get_or_add_rPr()
        if run.code:
            one.font.name = _CODE_FONT
            properties.get_or_add_rFonts().set(_named("w:cs"), _CODE_FONT)
            size = (size or _STYLES["Normal"].size) - 1.0
        if run.strong:
            one.font.bold = True
            _add(properties, "w:bCs")
        if size:
            one.font.size = Pt(size)
            _add(properties, "w:szCs", val=str(round(2 * size)))
        shown = _LINK if run.address else colour
        if shown:
            one.font.color.rgb = RGBColor.from_string(shown)
        if self.rtl and direction != "ltr":
            one.font.rtl = True


def _linked(made: Any, address: str) -> Any:
    """Return a new link at the end of a paragraph, to put runs into."""
    from docx.opc.constants import RELATIONSHIP_TYPE
    from docx.oxml import OxmlElement

    link = OxmlElement("w:hyperlink")
    id = made.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link.set(_named("r:id"), id)
    made._p.append(link)
    return link


def _add(parent: Any, name: str, **attributes: str) -> Any:
    """Add a property, where its schema wants it among those that are there."""
    from docx.oxml import OxmlElement

    old = parent.find(_named(name))
    if old is not None:
        parent.remove(old)
    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(_named(f"w:{key}"), value)
    order = _ORDER.get(parent.tag.rpartition("}")[2], ())
    later = order[order.index(name) + 1 :] if name in order else ()
    for place, child in enumerate(parent):
        if f"w:{child.tag.rpartition('}')[2]}" in later:
            parent.insert(place, element)
            return element
    parent.append(element)
    return element


# The order that the schema of WordprocessingML asks for: Word refuses a file that breaks it.
_ORDER = {
    "pPr": (
        "w:pStyle", "w:keepNext", "w:keepLines", "w:pageBreakBefore", "w:framePr",
        "w:widowControl", "w:numPr", "w:suppressLineNumbers", "w:pBdr", "w:shd", "w:tabs",
        "w:suppressAutoHyphens", "w:kinsoku", "w:wordWrap", "w:overflowPunct",
        "w:topLinePunct", "w:autoSpaceDE", "w:autoSpaceDN", "w:bidi", "w:adjustRightInd",
        "w:snapToGrid", "w:spacing", "w:ind", "w:contextualSpacing", "w:mirrorIndents",
        "w:suppressOverlap", "w:jc", "w:textDirection", "w:textAlignment", "w:outlineLvl",
    ),
    "rPr": (
        "w:rStyle", "w:rFonts", "w:b", "w:bCs", "w:i", "w:iCs", "w:caps", "w:smallCaps",
        "w:strike", "w:dstrike", "w:outline", "w:shadow", "w:emboss", "w:imprint",
        "w:noProof", "w:snapToGrid", "w:vanish", "w:webHidden", "w:color", "w:spacing",
        "w:w", "w:kern", "w:position", "w:sz", "w:szCs", "w:highlight", "w:u", "w:effect",
        "w:bdr", "w:shd", "w:fitText", "w:vertAlign", "w:rtl", "w:cs", "w:lang",
    ),
    "tblPr": (
        "w:tblStyle", "w:tblpPr", "w:tblOverlap", "w:bidiVisual", "w:tblStyleRowBandSize",
        "w:tblStyleColBandSize", "w:tblW", "w:jc", "w:tblCellSpacing", "w:tblInd",
        "w:tblBorders", "w:shd", "w:tblLayout", "w:tblCellMar", "w:tblLook",
    ),
    "tblBorders": (
        "w:top", "w:left", "w:bottom", "w:right", "w:insideH", "w:insideV",
    ),
    "tcPr": (
        "w:cnfStyle", "w:tcW", "w:gridSpan", "w:vMerge", "w:tcBorders", "w:shd", "w:noWrap",
        "w:tcMar", "w:textDirection", "w:tcFitText", "w:vAlign",
    ),
    "sectPr": (
        "w:headerReference", "w:footerReference", "w:type", "w:pgSz", "w:pgMar", "w:pgBorders",
        "w:pgNumType", "w:cols", "w:titlePg", "w:textDirection", "w:bidi", "w:rtlGutter",
        "w:docGrid",
    ),
    "trPr": (),
}  # fmt: skip


def _named(name: str) -> str:
    from docx.oxml.ns import qn

    return str(qn(name))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)


def _dated(document: Any) -> bytes:
    """Save a document; every file in the archive gets the same date."""
    saved, made = io.BytesIO(), io.BytesIO()
    document.save(saved)
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, old.read(name))
    return made.getvalue()
