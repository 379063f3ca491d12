"""Standard output and standard error, whatever they are connected to."""

from __future__ import annotations

import io
import os
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tarjih.reports.texts.briefing import Briefing

__all__ = [
    "note",
    "on_terminal",
    "page_table",
    "prepare_streams",
    "print_rich",
    "write_briefing",
    "write_document",
    "write_pages",
    "write_text",
]

_WIDEST = 100


def prepare_streams() -> None:
    """Make both streams able to take any letter.

    Files and pipes get UTF-8, unless the user chose an encoding (PYTHONIOENCODING). A
    terminal keeps its own, with a question mark for what it cannot show.
    """
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):
            continue
        chosen = "PYTHONIOENCODING" in os.environ or stream.isatty()
        if chosen or stream.encoding.lower().replace("-", "") == "utf8":
            stream.reconfigure(errors="replace")
        else:
            stream.reconfigure(encoding="utf-8", errors="replace")


def on_terminal() -> bool:
    """Return whether standard output is a terminal that can show a table."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def write_document(document: Mapping[str, Any]) -> None:
    """Write one JSON document to standard output, in UTF-8, its keys in their order."""
    from tarjih.reports.texts.documents import document_text

    stream = sys.stdout
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8")
    stream.write(document_text(document))


def write_text(lines: Iterable[str]) -> None:
    """Write lines to standard output; on a terminal long ones are broken between words."""
    from tarjih.reports.words.columns import hanging
    from tarjih.reports.words.controls import printable

    width = _width() if on_terminal() else None
    for line in map(printable, lines):
        if width is None or len(line) <= width:
            print(line)
        else:
            indent = hanging(line, width)
            print(textwrap.fill(line, width, subsequent_indent=indent, break_on_hyphens=False))


def write_pages(render: Callable[[int | None], list[str]]) -> None:
    """Write a long text; a terminal gets it page by page.

    Parameters
    ----------
    render : callable
        Returns the lines for a number of columns, or unbroken for None.
    """
    if not on_terminal():
        write_text(render(None))
        return
    from tarjih.reports.words.controls import printable

    _page("\n".join(map(printable, render(_width()))) + "\n")


def write_briefing(briefing: Briefing, lang: str) -> None:
    """Write what a run tells: with a table on a terminal, else as plain text."""
    from tarjih.reports.texts.briefing import briefing_lines

    # Columns survive in no terminal that reorders right-to-left text.
    if not on_terminal() or lang == "ar":
        write_text(briefing_lines(briefing, lang))
        return
    from tarjih.reports.texts.tables import rich_table

    write_text([briefing.judgement, ""])
    print_rich(rich_table(briefing.table, lang))
    write_text([briefing.table_note, "", *briefing.reasons, "", *briefing.notices])


def page_table(table: Any, lines: Iterable[str]) -> None:
    """Show a long table of rich's on a terminal page by page, with lines below it."""
    from tarjih.reports.words.controls import printable

    _page(_drawn(table) + "\n".join(map(printable, lines)) + "\n")


def print_rich(table: Any) -> None:
    """Print a table of rich's."""
    print(_drawn(table), end="")


def _drawn(table: Any) -> str:
    """Return a table of rich's as the terminal is to get it."""
    from rich.console import Console

    from tarjih.reports.words.controls import printable

    console = Console()
    with console.capture() as captured:
        console.print(table)
    return printable(captured.get(), styled=True)


def _page(text: str) -> None:
    import pydoc

    # As git does: leave at once when it all fits, and keep what was on the screen.
    os.environ.setdefault("LESS", "FRX")
    pydoc.pager(text)


def note(text: str) -> None:
    """Write a line to standard error: what is worth knowing or asked, but is no result."""
    from tarjih.reports.words.controls import printable

    sys.stdout.flush()
    print(printable(text), file=sys.stderr)


def _width() -> int:
    return min(shutil.get_terminal_size().columns, _WIDEST)
