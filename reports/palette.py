"""Colours: one for each scenario, the same in every chart and table of a study.

The hues (orange, blue and green of Okabe & Ito's set first) are chosen and ordered so that any
two stay apart for readers with protanopia, deuteranopia and tritanopia; a test simulates all
three. A scenario takes its colour by its place in the study, so that adding one at the end
recolours nothing; ``other`` is grey wherever it stands. Every colour contrasts 3 to 1 with its
ground (WCAG 2.2, success criterion 1.4.11); text is set in a scenario's *ink*: its colour,
moved away from the ground until it contrasts 4.5 to 1 (1.4.3).

There are three themes. *light* and *dark* tell scenarios apart by colour. *print* may come out
of a grey printer or copier: there each scenario also has a mark on its line and a pattern in
its area, text is black, and lines are thicker.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tarjih.errors import InvalidRequest, Problem, nearest

__all__ = [
    "OTHER",
    "THEMES",
    "Look",
    "Theme",
    "ThemeName",
    "contrast",
    "ink",
    "mixed",
    "scenario_colours",
    "scenario_looks",
    "theme_named",
]

OTHER = "other"
ThemeName = Literal["light", "dark", "print"]
_READABLE = 4.5


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one ground, as ``#rrggbb``, and what else tells things apart on it.

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
    marked : str
        What belongs to no scenario and is to be seen: bars of drivers, observations.
    deep : str
        The far end of a scale of tints that begins at the ground.
    stroke : float
        What widths of lines are multiplied with.
    markers, hatches : tuple of str
        A mark (matplotlib's names) for each scenario's line and a pattern for its area, in
        the order of the colours, ``other``'s last; empty where colours are enough.
    """

    background: str
    scenarios: tuple[str, ...]
    other: str
    text: str
    muted: str
    faint: str
    wash: str
    warning: str
    marked: str
    deep: str
    stroke: float = 1.0
    markers: tuple[str, ...] = ()
    hatches: tuple[str, ...] = ()

    @property
    def patterned(self) -> bool:
        """Whether scenarios differ in more than colour."""
        return bool(self.hatches)


@dataclass(frozen=True, slots=True)
class Look:
    """What a scenario looks like.

    Attributes
    ----------
    colour : str
        Of lines and areas; contrasts 3 to 1 with the ground.
    ink : str
        Of text; contrasts 4.5 to 1 (black in print).
    strong : str
        Of what text in the colour of the ground stands on; contrasts 4.5 to 1.
    marker, hatch : str
        A mark on its line and a pattern in its area; empty where colour is enough.
    """

    colour: str
    ink: str
    strong: str
    marker: str = ""
    hatch: str = ""


_ON_WHITE = ("#d55e00", "#0072b2", "#009e73", "#882255", "#524806", "#aa71fc", "#2c0a80")
_THEMES: dict[str, Theme] = {
    "light": Theme(
        background="#ffffff",
        scenarios=_ON_WHITE,
        other="#6b6b6b",
        text="#1f2328",
        muted="#5f6670",
        faint="#dfe3e8",
        wash="#f7f8fa",
        warning="#9a3412",
        marked="#57606c",
        deep="#33475f",
    ),
    "dark": Theme(
        background="#15191e",
        scenarios=("#e8782a", "#3c97e8", "#74d68e", "#f0a2e6", "#f0ea50", "#aef5f3", "#715e9a"),
        other="#9a9a9a",
        text="#e8ebee",
        muted="#a7afb9",
        faint="#323a43",
        wash="#1c2127",
        warning="#ffb38a",
        marked="#aab4c0",
        deep="#c3d3e6",
    ),
    "print": Theme(
        background="#ffffff",
        scenarios=_ON_WHITE,
        other="#6b6b6b",
        text="#000000",
        muted="#000000",
        faint="#c9c9c9",
        wash="#f4f4f4",
        warning="#000000",
        marked="#404040",
        deep="#303030",
        stroke=1.35,
        markers=("s", "o", "^", "D", "v", "P", "X", "d"),
        hatches=("////", "", "....", "xxx", "---", "\\\\\\\\", "++", "|||"),
    ),
}
THEMES = tuple(_THEMES)


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
    {'war': '#d55e00', 'other': '#6b6b6b', 'peace': '#0072b2'}
    """
    theme = theme or theme_named()
    named = [id for id in ids if id != OTHER]
    colours = {id: theme.scenarios[i % len(theme.scenarios)] for i, id in enumerate(named)}
    return {id: colours.get(id, theme.other) for id in ids}


def scenario_looks(ids: Sequence[str], theme: Theme | None = None) -> dict[str, Look]:
    """Give each scenario its look.

    Parameters
    ----------
    ids : sequence of str
        All scenarios of the study, in its order.

    Examples
    --------
    >>> scenario_looks(["war", "other"], theme_named("print"))["war"].marker
    's'
    """
    theme = theme or theme_named()
    places = {id: i % len(theme.scenarios) for i, id in enumerate(id for id in ids if id != OTHER)}
    looks = {}
    for id, colour in scenario_colours(ids, theme).items():
        place = places.get(id, -1)
        marker, hatch = (
            (theme.markers[place], theme.hatches[place]) if theme.patterned else ("", "")
        )
        # the wash is the harder ground of the two to be read on
        strong = ink(colour, theme.wash)
        looks[id] = Look(colour, theme.text if theme.patterned else strong, strong, marker, hatch)
    return looks


def mixed(colour: str, ground: str, share: float) -> str:
    """Return a tint: a share of a colour on a ground, opaque.

    Examples
    --------
    >>> mixed("#000000", "#ffffff", 0.0), mixed("#000000", "#ffffff", 1.0)
    ('#ffffff', '#000000')
    """
    pairs = zip(_channels(colour), _channels(ground), strict=True)
    return "#" + "".join(f"{round(share * c + (1 - share) * g):02x}" for c, g in pairs)


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
