"""A report on paper: tagged PDF by Typst, in letters that shape Arabic.

Everything said goes to the template as JSON, and becomes text there: nothing that came from
outside is read as Typst. The fonts are those that travel with matplotlib, so a report looks
alike on every machine, and the same manuscript gives the same bytes.

Vowel signs of Arabic are left out, as in most print: readers of PDF place them by their height,
which tears the word they stand in apart, so that it is found neither by search nor by copying.
"""

from __future__ import annotations

import datetime as dt
import json
import re
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
from tarjih.reports.report.pictures import lettered_svg
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.locales import digits_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tarjih.reports.report.blocks import Block

__all__ = ["pdf_report"]

_KEYWORDS = ("tarjih", "Bayesian forecast", "scenarios")
_TALLEST = 690.0  # points that a chart may take on a page, with its caption
_LINE = 499.0  # points of a line of text
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Two figures side by side, each between marks of its direction, would run on as one.
_FENCED = re.compile("\u200e([^\u200e]+)\u200e")
_VOWELS = re.compile("[\u064b-\u0652\u0670]")
_LONG, _PIECE = re.compile(r"\S{73,}"), re.compile(r"\S{1,24}")
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
            sys_inputs={"data": json.dumps(_shown_all(data), ensure_ascii=False)},
            pdf_standards=["ua-1", "a-2a"],  # accessible, and kept for long
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


@cache
def _letters() -> frozenset[int]:
    """Return the signs that the font can show; a PDF for keeping may hold no others."""
    import matplotlib
    from matplotlib.ft2font import FT2Font

    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    plain, bold = (
        frozenset(FT2Font(str(folder / name)).get_charmap())
        for name in ("DejaVuSans.ttf", "DejaVuSans-Bold.ttf")
    )
    return plain & bold


def _settable(text: str) -> str:
    """Return a text that can be set: no sign without a shape, none that turns its surroundings."""
    letters = _letters()
    return "".join(
        one if ord(one) in letters and one not in _TURNING else " " if one.isspace() else _UNKNOWN
        for one in _VOWELS.sub("", text)
    )


def _shown(text: str) -> str:
    """Return a text of a page that can be set; a word longer than a line may break anywhere."""
    kept = _settable(_FENCED.sub("\u200e\\1\u200e\u200f", text))
    return _LONG.sub(lambda word: "\N{ZERO WIDTH SPACE}".join(_PIECE.findall(word[0])), kept)


def _shown_all(value: Any) -> Any:
    """Return data whose every text can be set; addresses and drawings are left alone."""
    if isinstance(value, str):
        return _shown(value)
    if isinstance(value, list):
        return [_shown_all(one) for one in value]
    if isinstance(value, dict):
        return {
            key: one if key in ("address", "svg") else _shown_all(one) for key, one in value.items()
        }
    return value


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
    drawn, width, height = lettered_svg(block, _settable)
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
