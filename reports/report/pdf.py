"""A report on paper: tagged PDF by Typst, in letters that shape Arabic.

Everything said goes to the template as JSON, and becomes text there: nothing that came from
outside is read as Typst. The fonts are those that travel with matplotlib, so a report looks
alike on every machine, and the same manuscript gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tarjih.errors import CannotCompute
from tarjih.reports.report.blocks import (
    Bullets,
    Facts,
    Heading,
    Manuscript,
    PageBreak,
    Paragraph,
    Picture,
    Runs,
    Table,
    plain_text,
    safe_address,
)
from tarjih.reports.report.mended import mended_marks
from tarjih.reports.report.pictures import svg_text
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.locales import digits_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tarjih.reports.report.blocks import Block

__all__ = ["pdf_report"]

_STANDARDS = ["ua-1", "a-2a"]  # accessible, and kept for long
_KEYWORDS = ("tarjih", "Bayesian forecast", "scenarios")
_TALLEST = 690.0  # points that a chart may take on a page, with its caption
_LINE = 499.0  # points of a line of text
_NUMBER_SHARE, _LEAST_SHARE, _MOST_SHARE = 0.6, 6, 46


def pdf_report(manuscript: Manuscript) -> bytes:
    """Return a report as PDF/UA-1 and PDF/A-2a.

    Parameters
    ----------
    manuscript : Manuscript

    Raises
    ------
    CannotCompute
        If Typst cannot set it.
    """
    import typst

    blocks = manuscript.blocks
    lang = manuscript.lang
    day = dt.date.fromisoformat(manuscript.dated)
    data = {
        "title": manuscript.title,
        "author": manuscript.author,
        "subject": manuscript.subject,
        "keywords": list(_KEYWORDS),
        "lang": lang,
        "digits": digits_of(lang),
        "dated": [day.year, day.month, day.day],
        "running": manuscript.title,
        "as_of": date_text(day, lang),
        "blocks": [_DATA[type(block)](block) for block in blocks],
    }
    template = files("tarjih.reports.report").joinpath("templates/page.typ").read_bytes()
    try:
        made = typst.compile(
            template,
            format="pdf",
            font_paths=_fonts(),
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
            pdf_standards=_STANDARDS,  # type: ignore[arg-type]
            timestamp=int(dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC).timestamp()),
        )
    except typst.TypstError as error:
        raise CannotCompute(f"the report could not be set as PDF: {error}") from None
    return mended_marks(made)


@cache
def _fonts() -> Any:
    """Return the fonts of matplotlib, and no others."""
    import matplotlib
    from typst import Fonts

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    return Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])


def _runs(runs: Runs) -> list[dict[str, Any]]:
    return [
        {
            "text": run.text,
            "strong": run.strong,
            "code": run.code,
            "address": safe_address(run.address),
        }
        for run in runs
    ]


def _heading(block: Any) -> dict[str, Any]:
    return {"kind": "heading", "text": block.text, "level": block.level}


def _paragraph(block: Any) -> dict[str, Any]:
    return {"kind": "paragraph", "role": block.role, "runs": _runs(block.runs)}


def _bullets(block: Any) -> dict[str, Any]:
    return {"kind": "bullets", "points": [_runs(point) for point in block.points]}


def _facts(block: Any) -> dict[str, Any]:
    rows = [{"name": name, "value": _runs(value)} for name, value in block.rows]
    return {"kind": "facts", "rows": rows}


def _table(block: Any) -> dict[str, Any]:
    colours = block.colours or ("",) * len(block.rows)
    rows = [
        {"colour": colour, "cells": [_runs(cell) for cell in row]}
        for row, colour in zip(block.rows, colours, strict=True)
    ]
    return {
        "kind": "table",
        "caption": block.caption,
        "heads": list(block.heads),
        "columns": _shares(block),
        "rows": rows,
    }


def _shares(table: Table) -> list[float]:
    """Divide a line among columns by how much stands in them, so that none is starved."""
    shares = []
    for n, head in enumerate(table.heads):
        longest = max((len(plain_text(row[n])) for row in table.rows), default=0)
        word = max((len(word) for word in head.split()), default=1)
        wanted = max(longest, word + 2)
        shares.append(float(min(max(wanted, _LEAST_SHARE), _MOST_SHARE)) ** _NUMBER_SHARE)
    return shares


def _picture(block: Any) -> dict[str, Any]:
    drawn, width, height = svg_text(block)
    share = min(1.0, _TALLEST / (height * _LINE / width))
    return {
        "kind": "picture",
        "caption": block.caption,
        "finding": block.finding,
        "svg": drawn,
        "share": round(share, 4),
    }


def _break(_: Any) -> dict[str, Any]:
    return {"kind": "break"}


_DATA: Mapping[type[Block], Any] = {
    Bullets: _bullets,
    Facts: _facts,
    Heading: _heading,
    PageBreak: _break,
    Paragraph: _paragraph,
    Picture: _picture,
    Table: _table,
}
