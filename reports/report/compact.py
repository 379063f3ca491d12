"""SVG files of matplotlib's, made smaller without a change to what they show.

Each letter is an element that names its outline and moves it; names and moves make up most of a
file. Outlines get short names, moves become one attribute in whole units (hundredths of a
letter's size), and remarks, ids that nothing names, and empty spaces go.
"""

from __future__ import annotations

import re

__all__ = ["compact_svg"]

_HEAD = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<metadata>.*?</metadata>|<!--.*?-->", re.DOTALL)
_LETTER = re.compile(
    r'<use xlink:href="#([^"]+)"(?: transform="translate\(([-\d.]+) ([-\d.]+)\)")?/>'
)
_ID = re.compile(r' id="([^"]+)"')
_NAMED = re.compile(r'(?:href="#|url\(#)([^")]+)')
_SPACE = re.compile(r">\s+<")
_BREAK = re.compile(r"\s*\n\s*")


def compact_svg(drawn: str) -> str:
    """Return a smaller SVG that shows the same.

    Examples
    --------
    >>> compact_svg('<g id="x"> <use xlink:href="#Sans-1" transform="translate(7.2 0)"/></g>')
    '<g><use xlink:href="#a" x="7"/></g>'
    """
    short: dict[str, str] = {}

    def name(found: str) -> str:
        return short.setdefault(found, _letters(len(short)))

    text = _HEAD.sub("", drawn)
    named = dict.fromkeys(_NAMED.findall(text))
    for one in named:
        name(one)

    def letter(found: re.Match[str]) -> str:
        at = ""
        for axis, value in (("x", found[2]), ("y", found[3])):
            whole = round(float(value or 0))
            at += f' {axis}="{whole}"' if whole else ""
        return f'<use xlink:href="#{name(found[1])}"{at}/>'

    text = _LETTER.sub(letter, text)
    text = re.sub(
        r'((?:href="#|url\(#))([^")]+)',
        lambda found: found[1] + short.get(found[2], found[2]), text,
    )  # fmt: skip
    text = _ID.sub(lambda found: f' id="{short[found[1]]}"' if found[1] in short else "", text)
    return _BREAK.sub(" ", _SPACE.sub("><", text)).strip()


def _letters(n: int) -> str:
    """Return the n-th short name: a to z, aa, ab and so on."""
    text = ""
    while True:
        text = chr(97 + n % 26) + text
        n = n // 26 - 1
        if n < 0:
            return text
