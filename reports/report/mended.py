"""Vowel signs in a PDF, told once each, so that Arabic can be searched and copied.

A letter and the sign over it are two glyphs. Typst's PDF writer (krilla, in typst 0.15) says of
both that they stand for the letter with its sign, so a reader that takes the text out finds
the letter twice, and a search for a word with a shadda fails. Here each is told for itself. The
signs are the glyphs of no width.

A lam with an alef is one glyph for two letters. Readers that turn a line from right to left
around (PDFium, MuPDF) turn these two around as well; the sign that Unicode has for the joined
pair they keep, and take apart when they search.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Mapping

__all__ = ["mended_marks"]

_OBJECT = re.compile(rb"(\d+) 0 obj\r?\n")
_STREAM = re.compile(rb"stream\r?\n")
_LENGTH = re.compile(rb"/Length (\d+)")
_JOINED = {
    b"06440622": b"FEF5",
    b"06440623": b"FEF7",
    b"06440625": b"FEF9",
    b"06440627": b"FEFB",
}
_PAIR = re.compile(rb"<([0-9A-F]{4})> <((?:[0-9A-F]{4}){2,})>")
_ACTUAL = re.compile(rb"<</ActualText<FEFF((?:[0-9A-F]{4})+)>>>")
_FONT = re.compile(rb"/DescendantFonts ?\[(\d+) 0 R\]\s*/ToUnicode (\d+) 0 R")
_WIDTHS = re.compile(rb"/W ?\[([^\]]*)\]")


def mended_marks(pdf: bytes) -> bytes:
    """Return a PDF of Typst's whose letters and vowel signs are told apart.

    A file that is not built as Typst builds them is returned as it is.
    """
    at = pdf.rfind(b"\nxref\n")
    tail = pdf.rfind(b"trailer")
    found = list(_OBJECT.finditer(pdf, 0, max(at, 0)))
    numbers = [int(one[1]) for one in found]
    if tail < at or sorted(numbers) != list(range(1, len(numbers) + 1)) or not numbers:
        return pdf
    starts = [one.start() for one in found]
    ends = [*starts[1:], at + 1]
    objects = {n: pdf[a:b] for n, a, b in zip(numbers, starts, ends, strict=True)}
    wide = _wide_glyphs(objects)
    parts = [pdf[: starts[0]]]
    places: dict[int, int] = {}
    length = len(parts[0])
    for number, part in objects.items():
        parts.append(_mended(part, wide.get(number)))
        places[number] = length
        length += len(parts[-1])
    rows = [b"%010d 00000 n\r\n" % places[number] for number in sorted(places)]
    parts.append(b"xref\n0 %d\n0000000000 65535 f\r\n" % (len(rows) + 1) + b"".join(rows))
    parts.append(re.sub(rb"startxref\s+\d+", b"startxref\n%d" % length, pdf[tail:]))
    return b"".join(parts)


def _wide_glyphs(objects: Mapping[int, bytes]) -> dict[int, set[int]]:
    """Return which glyphs have a width, by the number of the table that tells their text."""
    wide: dict[int, set[int]] = {}
    for part in objects.values():
        font = _FONT.search(part) if b"/DescendantFonts" in part else None
        widths = _WIDTHS.search(objects.get(int(font[1]), b"")) if font else None
        if font is None or widths is None:
            continue
        numbers = widths[1].split()
        glyphs: set[int] = set()
        for first, last, width in zip(numbers[::3], numbers[1::3], numbers[2::3], strict=True):
            if float(width):
                glyphs.update(range(int(first), int(last) + 1))
        wide[int(font[2])] = glyphs
    return wide


def _mended(part: bytes, wide: set[int] | None) -> bytes:
    """Return an object of a PDF, its stream mended if it needs it."""
    opened, told = _STREAM.search(part), _LENGTH.search(part)
    if opened is None or told is None or b"/FlateDecode" not in part[: opened.start()]:
        return part
    head = part[: opened.start()]
    if wide is None and (b"/Subtype" in head or b"/N " in head):
        return part
    body, rest = part[opened.end() :][: int(told[1])], part[opened.end() + int(told[1]) :]
    try:
        plain = zlib.decompress(body)
    except zlib.error:
        return part
    mended = _ACTUAL.sub(_left_to_the_glyphs, plain) if wide is None else _told(plain, wide)
    if mended == plain:
        return part
    packed = zlib.compress(mended, 6)
    return _LENGTH.sub(b"/Length %d" % len(packed), head, count=1) + opened[0] + packed + rest


def _told(table: bytes, wide: set[int]) -> bytes:
    """Tell of each glyph its own part: letters, or the signs over them."""

    def put(found: re.Match[bytes]) -> bytes:
        letters, signs = _split(found[2])
        own = letters if int(found[1], 16) in wide else signs
        text = own if letters and signs else found[2]
        return b"<" + found[1] + b"> <" + _JOINED.get(text, text) + b">"

    return _PAIR.sub(put, table)


def _left_to_the_glyphs(found: re.Match[bytes]) -> bytes:
    """Take back what is said of a letter and its sign together."""
    letters, signs = _split(found[1])
    return b"<<>>" if letters and signs else found[0]


def _split(text: bytes) -> tuple[bytes, bytes]:
    """Return the letters and the vowel signs of a text in hexadecimal UTF-16."""
    units = [text[n : n + 4] for n in range(0, len(text), 4)]
    signs = {unit for unit in units if unicodedata.combining(chr(int(unit, 16)))}
    return (
        b"".join(unit for unit in units if unit not in signs),
        b"".join(unit for unit in units if unit in signs),
    )
