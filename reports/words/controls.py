"""What a terminal would obey instead of showing it, taken out of texts that others wrote.

A label or a note comes from a file that somebody else may have made. An escape sequence in it
could clear the screen or rename the window; a mark that overrides the direction of writing could
make a text read otherwise than it is stored. Readers of files refuse control characters, but a
ledger can be written without them: so whatever is printed passes here as well.
"""

from __future__ import annotations

import re

__all__ = ["printable", "spelled_out"]

# C0 and C1 but tab and line feed.
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_STYLE = "\x1b\\[[0-9;]*m"
_UNSTYLED = re.compile(f"({_STYLE})|[\x00-\x08\x0b-\x1f\x7f-\x9f]")
# Embeddings, overrides and isolates; the plain marks that Arabic needs stay.
_DIRECTIONS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_SPELLED = re.compile("[\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_INSTEAD = "\N{REPLACEMENT CHARACTER}"


def printable(text: str, *, styled: bool = False) -> str:
    r"""Return a text that a terminal shows and does not obey.

    Parameters
    ----------
    text : str
    styled : bool
        Whether colours and bold letters are meant (SGR sequences): those stay.

    Examples
    --------
    >>> printable("a\x1b[2Jb\u202ec")
    'a\ufffd[2Jbc'
    >>> printable("\x1b[1mbold\x1b[0m\x07", styled=True)
    '\x1b[1mbold\x1b[0m\ufffd'
    """
    # Nearly every text can be printed as it is.
    if text.isprintable():
        return text
    text = _DIRECTIONS.sub("", text)
    if styled:
        return _UNSTYLED.sub(lambda found: found[1] or _INSTEAD, text)
    return _CONTROLS.sub(_INSTEAD, text)


def spelled_out(text: str) -> str:
    r"""Return JSON with such letters written as ``\uXXXX``: it says the same.

    JSON itself does so for C0 alone.

    Examples
    --------
    >>> spelled_out('"a\x9b2J\u202e"')
    '"a\\u009b2J\\u202e"'
    """
    return _SPELLED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
