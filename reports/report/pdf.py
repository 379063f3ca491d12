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
from textwrap import shorten
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
    Run,
    Runs,
    Table,
    plain_text,
    safe_address,
)
from tarjih.reports.report.mended import mended_marks
from tarjih.reports.report.paper import column_shares, told_first
from tarjih.reports.report.pictures import lettered_svg
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.locales import digits_of
from tarjih.reports.words.numbers import count_text
from tarjih.reports.words.strings import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tarjih.reports.report.blocks import Block

__all__ = ["pdf_report"]

_KEYWORDS = ("tarjih", "Bayesian forecast", "scenarios")
_TALLEST = 700.0  # points that a chart may take on a page, with its caption
_SMALLEST, _USUAL = 0.68, 0.82  # of a chart's own size: letters must still be read
_LINE = 499.0  # points of a line of text
_UNKNOWN = "\N{REPLACEMENT CHARACTER}"
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# Two figures side by side, each between marks of its direction, would run on as one.
_FENCED = re.compile("\u200e([^\u200e]+)\u200e")
_VOWELS = re.compile("[\u064b-\u0652\u0670]")
_LONG, _PIECE = re.compile(r"\S{73,}"), re.compile(r"\S{1,24}")
_LED = Bullets | Facts | Table  # what the paragraph before it leads to
_SECTION, _SMALL = 2, "items"  # the section that is set in small letters
_RUNNING = 80  # letters of a title at the top of a page
_LONG_CELL = 600  # letters of a cell that may be cut at the end of a page


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

    lang = manuscript.lang
    front, sign, blocks = _parts([*_written(manuscript)])
    day = dt.date.fromisoformat(manuscript.dated)
    data = {
        "title": manuscript.title,
        "author": manuscript.author,
        "subject": manuscript.subject,
        "keywords": list(_KEYWORDS),
        "lang": lang,
        "digits": digits_of(lang),
        "dated": [day.year, day.month, day.day],
        "running": shorten(manuscript.title, _RUNNING, placeholder="…"),
        "as_of": date_text(day, lang),
        "page_of": say("report.page.of", lang, page="@", pages="#"),
        "front": front,
        "sign": sign,
        "blocks": blocks,
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


def _written(manuscript: Manuscript) -> Iterator[dict[str, Any]]:
    """Return all blocks as data; charts are numbered, and named by what is told before them."""
    blocks, lang = told_first(manuscript.blocks), manuscript.lang
    made = [_DATA[type(block)](block) for block in blocks]
    number = 0
    section = ""
    for n, (block, one) in enumerate(zip(blocks, made, strict=True)):
        if isinstance(block, Heading) and block.level <= _SECTION:
            section = block.anchor
        elif isinstance(block, Paragraph):
            one["keeps"] = n + 1 < len(blocks) and isinstance(blocks[n + 1], _LED)
        elif isinstance(block, Bullets):
            one["fine"] = section == _SMALL
        elif isinstance(block, Picture):
            number += 1
            named = say("report.picture.number", lang, number=count_text(number, lang))
            one |= {"named": named + ".", "label": f"figure-{number}"}
            _refer(made, n, {**_run(Run(f" ({named})")), "to": one["label"]})
    yield from made


def _refer(made: list[dict[str, Any]], n: int, run: dict[str, Any]) -> None:
    """Name a chart at the end of the paragraph before it, or in the caption of the table there."""
    beside = made[n - 1] if n else {}
    place = {"paragraph": "runs", "table": "caption"}.get(beside.get("kind", ""))
    if place:
        beside[place].append(run)


def _parts(
    blocks: list[dict[str, Any]],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Divide a report into its first page, the line to sign there, and the rest."""
    end = next((n for n, one in enumerate(blocks) if one["kind"] == "break"), 0)
    first, rest = blocks[:end], blocks[end:]
    sign = [one for one in first if one.get("role") == "sign"]
    return [one for one in first if one not in sign], sign, rest[1:] if end else rest


def _run(run: Run) -> dict[str, Any]:
    return {
        "text": run.text,
        "strong": run.strong,
        "code": run.code,
        "address": safe_address(run.address),
        "to": "",
    }


def _runs(runs: Runs) -> list[dict[str, Any]]:
    return [_run(run) for run in runs]


def _heading(block: Any) -> dict[str, Any]:
    return {"kind": "heading", "text": block.text, "level": block.level}


def _paragraph(block: Any) -> dict[str, Any]:
    return {"kind": "paragraph", "role": block.role, "runs": _runs(block.runs)}


def _bullets(block: Any) -> dict[str, Any]:
    return {"kind": "bullets", "points": [_runs(point) for point in block.points]}


def _facts(block: Any) -> dict[str, Any]:
    rows = [{"name": name, "value": _runs(value)} for name, value in block.rows]
    long = any(len(plain_text(value)) > _LONG_CELL for _, value in block.rows)
    return {"kind": "facts", "rows": rows, "long": long}


def _table(block: Any) -> dict[str, Any]:
    colours = block.colours or ("",) * len(block.rows)
    rows = [
        {
            "colour": colour,
            "cells": [_runs(cell) for cell in row],
            "long": max(len(plain_text(cell)) for cell in row) > _LONG_CELL,
        }
        for row, colour in zip(block.rows, colours, strict=True)
    ]
    return {
        "kind": "table",
        "caption": _runs((Run(block.caption),)),
        "heads": list(block.heads),
        "columns": column_shares(block),
        "rows": rows,
    }


def _picture(block: Any) -> dict[str, Any]:
    drawn, width, height = lettered_svg(block, _settable)
    high = height / width  # of the width of a line
    most = min(1.0, _TALLEST / (high * _LINE))
    least = min(0.93 * most, _SMALLEST)
    return {
        "kind": "picture",
        "caption": _runs((Run(block.caption),)),
        "finding": block.finding,
        "svg": drawn,
        "high": high,
        "least": least,
        "usual": max(least, min(most, _USUAL)),
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
