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
from tarjih.reports.report.pictures import png_bytes

if TYPE_CHECKING:
    from tarjih.reports.report.blocks import Block

__all__ = ["docx_report"]

_FONT, _CODE_FONT = "Arial", "Courier New"
_QUIET, _WARN, _LINK = "565D68", "7A3E00", "1F4E79"
_WIDTH = 6.7  # inches between the margins of A4
_MOST_HIGH = 8.6
_EPOCH = (1980, 1, 1, 0, 0, 0)
# What XML cannot hold.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


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
    for block in manuscript.blocks:
        writer.write(block)
    return _dated(document)


class _Writer:
    """Puts blocks into a document."""

    def __init__(self, document: Any, manuscript: Manuscript) -> None:
        self.document, self.manuscript = document, manuscript
        self.rtl = manuscript.lang == "ar"

    def prepare(self) -> None:
        """Set the page, the styles and the properties."""
        from docx.shared import Mm, Pt, RGBColor

        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.left_margin = section.right_margin = Mm(20)
        section.top_margin = section.bottom_margin = Mm(20)
        sizes = {"Normal": 10.5, "Title": 20, "Heading 1": 20, "Heading 2": 14, "Heading 3": 11.5}
        for name, size in sizes.items():
            style = self.document.styles[name]
            style.font.size = Pt(size)
            style.font.name = _FONT
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
                fonts.attrib.pop(_named(f"w:{theme}"), None)
            for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
                fonts.set(_named(f"w:{kind}"), _FONT)
            # Right-to-left letters take their size and weight from settings of their own.
            _add(style.element.get_or_add_rPr(), "w:szCs", val=str(round(2 * size)))
            if name.startswith("Heading"):
                style.font.color.rgb = RGBColor.from_string("1C1F24")
                style.font.bold = True
                _add(style.element.get_or_add_rPr(), "w:bCs")
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

    def write(self, block: Block) -> None:
        """Write one block."""
        if isinstance(block, Heading):
            self._runs(self._paragraph(f"Heading {block.level}"), (Run(block.text),))
        elif isinstance(block, Paragraph):
            self._written(block)
        elif isinstance(block, Bullets):
            for point in block.points:
                self._runs(self._paragraph("List Bullet"), point)
        elif isinstance(block, Facts):
            self._facts(block)
        elif isinstance(block, Table):
            self._table(block)
        elif isinstance(block, Picture):
            self._picture(block)
        elif isinstance(block, PageBreak):
            self.document.add_page_break()

    def _written(self, block: Paragraph) -> None:
        from docx.shared import Pt

        made = self._paragraph()
        self._runs(made, block.runs, colour=_QUIET if block.role == "note" else "")
        if block.role == "lead":
            for run in made.runs:
                run.font.size = Pt(12)
                _add(run._r.get_or_add_rPr(), "w:szCs", val="24")
        elif block.role == "warning":
            shade = _add(made._p.get_or_add_pPr(), "w:shd", val="clear", color="auto")
            shade.set(_named("w:fill"), "FFF6E6")
        elif block.role == "sign":
            made.paragraph_format.space_before = Pt(24)

    def _facts(self, block: Facts) -> None:
        table = self._grid(len(block.rows), 2)
        for row, (name, value) in zip(table.rows, block.rows, strict=True):
            self._cell(row.cells[0], (Run(name),), colour=_QUIET)
            self._cell(row.cells[1], value)
        self._paragraph()

    def _table(self, block: Table) -> None:
        caption = self._paragraph()
        caption.paragraph_format.keep_with_next = True
        self._runs(caption, (Run(block.caption),), colour=_QUIET)
        table = self._grid(1 + len(block.rows), len(block.heads))
        head = table.rows[0]
        _add(head._tr.get_or_add_trPr(), "w:tblHeader")
        for cell, words in zip(head.cells, block.heads, strict=True):
            self._cell(cell, (Run(words, strong=True),))
        for n, (row, cells) in enumerate(zip(table.rows[1:], block.rows, strict=True)):
            _add(row._tr.get_or_add_trPr(), "w:cantSplit")
            colour = block.colours[n] if block.colours else ""
            for place, (cell, runs) in enumerate(zip(row.cells, cells, strict=True)):
                swatch = colour.lstrip("#").upper() if place == 0 else ""
                self._cell(cell, runs, swatch=swatch)
        self._paragraph()

    def _grid(self, rows: int, columns: int) -> Any:
        table = self.document.add_table(rows, columns)
        table.style = "Table Grid"
        if self.rtl:
            _add(table._tbl.tblPr, "w:bidiVisual")
        return table

    def _cell(self, cell: Any, runs: Runs, *, colour: str = "", swatch: str = "") -> None:
        made = cell.paragraphs[0]
        self._direct(made)
        if swatch:
            self._words(made, "\N{BLACK SQUARE} ", Run(""), swatch)
        self._runs(made, runs, colour=colour)

    def _picture(self, block: Picture) -> None:
        from docx.shared import Inches

        made = self._paragraph()
        made.paragraph_format.keep_with_next = True
        shape = made.add_run().add_picture(io.BytesIO(png_bytes(block)), width=Inches(_WIDTH))
        if shape.height > Inches(_MOST_HIGH):
            shape.width = round(shape.width * Inches(_MOST_HIGH) / shape.height)
            shape.height = Inches(_MOST_HIGH)
        properties = shape._inline.docPr
        properties.set("descr", _clean(block.finding))
        properties.set("name", block.name)
        self._runs(self._paragraph(), (Run(block.caption),), colour=_QUIET)

    def _paragraph(self, style: str | None = None) -> Any:
        made = self.document.add_paragraph(style=style)
        self._direct(made)
        return made

    def _direct(self, made: Any) -> None:
        if self.rtl:
            # With w:bidi, "left" is where lines begin: the right.
            properties = made._p.get_or_add_pPr()
            _add(properties, "w:bidi")
            _add(properties, "w:jc", val="left")

    def _runs(self, made: Any, runs: Runs, *, colour: str = "") -> None:
        for run in runs:
            address = safe_address(run.address)
            place = _linked(made, address) if address else made._p
            before = len(made._p)
            if run.code:
                self._words(made, run.text, run, colour, code=True)
            else:
                for words, direction in pieces(run.text):
                    self._words(made, words, run, colour, direction)
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
        code: bool = False,
    ) -> None:
        from docx.shared import RGBColor

        one = made.add_run(_clean(words))
        properties = one._r.get_or_add_rPr()
        if code:
            one.font.name = _CODE_FONT
            properties.get_or_add_rFonts().set(_named("w:cs"), _CODE_FONT)
        if run.strong:
            one.font.bold = True
            _add(properties, "w:bCs")
        shown = _LINK if run.address else colour
        if shown:
            one.font.color.rgb = RGBColor.from_string(shown)
        if self.rtl and not code and direction != "ltr":
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
