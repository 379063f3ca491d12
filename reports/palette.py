"""Colours: one for each scenario, the same in every chart and table of a study.

The hues (from the sets of Okabe & Ito and of Paul Tol) are chosen and ordered so that any
two stay apart for readers with protanopia, deuteranopia and tritanopia; a test simulates
all three. A scenario takes its colour by its place in the
study, so that adding one at the end recolours nothing; ``other`` is grey wherever it stands.
Text is set in a scenario's *ink*: its colour, darkened until it contrasts 4.5 to 1 with the
background (WCAG 2.2, success criterion 1.4.3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tarjih.errors import InvalidRequest, Problem, nearest

__all__ = ["OTHER", "Theme", "ThemeName", "contrast", "ink", "scenario_colours", "theme_named"]

OTHER = "other"
ThemeName = Literal["light"]
_READABLE = 4.5


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one background, as ``#rrggbb``.

    Attributes
    ----------
    scenarios : tuple of str
        In the order in which scenarios take them; beyond its end they come round again.
    other : str
        The colour of ``other``.
    text, muted, faint : str
        Ink of headings and labels, of notes, and of rules that should hardly be seen.
    wash : str
        Tint of the part of a chart that lies ahead.
    warning : str
        Ink and frame of a notice.
    """

    background: str
    scenarios: tuple[str, ...]
    other: str
    text: str
    muted: str
    faint: str
    wash: str
    warning: str


_THEMES: dict[str, Theme] = {
    "light": Theme(
        background="#ffffff",
        scenarios=(
            "#d55e00",
            "#0072b2",
            "#009e73",
            "#882255",
            "#e69f00",
            "#56b4e9",
            "#332288",
        ),
        other="#a9a9a9",
        text="#1f2328",
        muted="#5f6670",
        faint="#dfe3e8",
        wash="#f7f8fa",
        warning="#9a3412",
    ),
}


def theme_named(name: str = "light") -> Theme:
    """Return a theme.

    Raises
    ------
    InvalidRequest
        If there is none of that name.
    """
    if name not in _THEMES:
        raise InvalidRequest(
            Problem(
                "--theme",
                "unknown theme",
                got=name,
                allowed=", ".join(_THEMES),
                mend=nearest(name, list(_THEMES)),
            )
        )
    return _THEMES[name]


def scenario_colours(ids: Sequence[str], theme: Theme | None = None) -> dict[str, str]:
    """Give each scenario its colour.

    Parameters
    ----------
    ids : sequence of str
        All scenarios of the study, in its order.

    Examples
    --------
    >>> scenario_colours(["war", "other", "peace"])
    {'war': '#d55e00', 'other': '#a9a9a9', 'peace': '#0072b2'}
    """
    theme = theme or theme_named()
    named = [id for id in ids if id != OTHER]
    colours = {id: theme.scenarios[i % len(theme.scenarios)] for i, id in enumerate(named)}
    return {id: colours.get(id, theme.other) for id in ids}


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2).

    Examples
    --------
    >>> round(contrast("#000000", "#ffffff"), 1)
    21.0
    """
    dark, light = sorted((_luminance(first), _luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def ink(colour: str, background: str = "#ffffff") -> str:
    """Move a colour away from the background until text in it can be read.

    Examples
    --------
    >>> contrast(ink("#56b4e9"), "#ffffff") >= 4.5
    True
    """
    towards = 0.0 if _luminance(background) > 0.18 else 255.0
    channels = _channels(colour)
    for step in range(101):
        mixed = [round(c + (towards - c) * step / 100) for c in channels]
        candidate = "#" + "".join(f"{c:02x}" for c in mixed)
        if contrast(candidate, background) >= _READABLE:
            return candidate
    return "#000000" if towards == 0.0 else "#ffffff"


def _channels(colour: str) -> tuple[int, int, int]:
    digits = colour.removeprefix("#")
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (channel / 255 for channel in _channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
