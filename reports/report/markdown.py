"""A report as Markdown (CommonMark and GitHub's tables), with its charts as files beside it.

Whatever stands in a text is escaped, so that it is read as it is: no markup, no HTML, no link
that the report did not make.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

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
from tarjih.reports.report.pictures import svg_bytes

if TYPE_CHECKING:
    from tarjih.reports.report.blocks import Block

__all__ = ["escaped", "markdown_report"]

_SIGNS = re.compile(r"([\\`*_\[\]<>#|~&$@])")
# What makes a list or a heading of a line that begins so, and what GitHub takes for an address.
_FIRST = re.compile(r"^([-+=:]|\d{1,9}(?=[.)]))")
_BARE = re.compile(r"(?i)(?<=https)(?=:)|(?<=http)(?=:)|(?<=ftp)(?=:)|(?<=www)(?=\.)")
_BLANKS = re.compile("[ \\t\\n\\v\\f\\r\u0085\u2028\u2029]+")
_TICKS = re.compile(r"`+")


def markdown_report(manuscript: Manuscript, folder: str) -> tuple[str, dict[str, bytes]]:
    """Return a report as Markdown, and its charts.

    Parameters
    ----------
    manuscript : Manuscript
    folder : str
        Where the charts will be, from the text's point of view.

    Returns
    -------
    text : str
    pictures : dict
        File name in ``folder`` to SVG.
    """
    pictures: dict[str, bytes] = {}
    parts = []
    for block in manuscript.blocks:
        if isinstance(block, Picture):
            name = f"{block.name}.svg"
            pictures[name] = svg_bytes(block)
            address = _address(f"{folder}/{name}")
            parts.append(f"![{escaped(block.finding)}]({address})")
            parts.append(f"*{escaped(block.caption)}*")
        else:
            parts.append(_written(block))
    body = "\n\n".join(part for part in parts if part)
    if manuscript.lang == "ar":
        # Markdown has no word for the direction of a page.
        body = f'<div dir="rtl" lang="ar">\n\n{body}\n\n</div>'
    return f"{body}\n", pictures


def escaped(text: str) -> str:
    r"""Return a text as Markdown that shows it, in one line.

    Examples
    --------
    >>> print(escaped("<b> *a* [x](javascript:1) 5-7 % https://example.org"))
    \<b\> \*a\* \[x\](javascript:1) 5-7 % https\://example.org
    >>> print(escaped("1. no list"), escaped("- nor here"))
    1\. no list \- nor here
    """
    line = _BARE.sub(r"\\", _SIGNS.sub(r"\\\1", _BLANKS.sub(" ", text).strip()))
    return _FIRST.sub(_as_text, line)


def _as_text(found: re.Match[str]) -> str:
    first = found[0]
    return f"{first}\\" if first.isdigit() else f"\\{first}"


def _written(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {escaped(block.text)}"
    if isinstance(block, Paragraph):
        words = _runs(block.runs)
        return f"> {words}" if block.role == "warning" else words
    if isinstance(block, Bullets):
        return "\n".join(f"- {_runs(point)}" for point in block.points)
    if isinstance(block, Facts):
        return "\n".join(f"- **{escaped(name)}**: {_runs(value)}" for name, value in block.rows)
    if isinstance(block, Table):
        return _table(block)
    if isinstance(block, PageBreak):
        return ""
    raise TypeError(f"a report has no such block: {type(block).__name__}")


def _table(table: Table) -> str:
    rules = ["--:" if number else "---" for number in table.numbers]
    rows = [
        [escaped(head) for head in table.heads],
        rules,
        *([_runs(cell) for cell in row] for row in table.rows),
    ]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    return f"*{escaped(table.caption)}*\n\n" + "\n".join(lines)


def _runs(runs: Runs) -> str:
    return "".join(_run(run) for run in runs)


def _run(run: Run) -> str:
    if not run.text.strip():
        return " " if run.text else ""
    words = _code(run.text) if run.code else _kept(run.text)
    if run.strong:
        words = f"**{words.strip()}**"
    address = safe_address(run.address)
    return f"[{words}]({_address(address)})" if address else words


def _kept(text: str) -> str:
    """Escape a text, but keep the blanks at its ends: another run may join there."""
    left = " " if text[0].isspace() else ""
    right = " " if text[-1].isspace() else ""
    return f"{left}{escaped(text)}{right}"


def _code(text: str) -> str:
    """Fence code with more ticks than stand in it; a bar would end the cell of a table."""
    line = " ".join(text.split())
    fence = "`" * (1 + max((len(found) for found in _TICKS.findall(line)), default=0))
    padded = f" {line} " if line[:1] == "`" or line[-1:] == "`" else line
    return f"{fence}{padded.replace('|', chr(92) + '|')}{fence}"


def _address(address: str) -> str:
    """Write an address between angle brackets, in which only those and line ends have a meaning."""
    return "<" + address.replace("<", "%3C").replace(">", "%3E").replace("|", "%7C") + ">"
