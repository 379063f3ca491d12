"""A report as one page of HTML that needs nothing else: no script, no network.

Jinja escapes every text; addresses were looked at by `safe_address`. The page forbids itself,
by its content security policy, to load or run anything.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from tarjih.reports.report.blocks import (
    Bullets,
    Facts,
    Heading,
    Manuscript,
    PageBreak,
    Paragraph,
    Picture,
    Table,
    safe_address,
)
from tarjih.reports.report.fences import is_figure, pieces
from tarjih.reports.report.pictures import svg_address
from tarjih.reports.words.strings import say

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup

__all__ = ["html_report"]

_KINDS = {
    Bullets: "bullets",
    Facts: "facts",
    Heading: "heading",
    PageBreak: "break",
    Paragraph: "paragraph",
    Picture: "picture",
    Table: "table",
}


def html_report(manuscript: Manuscript) -> str:
    """Return a report as a page.

    Parameters
    ----------
    manuscript : Manuscript
    """
    blocks = manuscript.blocks
    return _template().render(
        report=manuscript,
        direction="rtl" if manuscript.lang == "ar" else "ltr",
        kinds=[_KINDS[type(block)] for block in blocks],
        contents=[one for one in blocks if isinstance(one, Heading) and one.level == 2],
        words={name: say(f"report.page.{name}", manuscript.lang) for name in ("skip", "contents")},
    )


@cache
def _template() -> Template:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("tarjih.reports.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    filters: dict[str, Any] = {
        "fenced": _fenced,
        "safe_address": safe_address,
        "svg_address": svg_address,
    }
    environment.filters.update(filters)
    return environment.get_template("page.html.j2")


def _fenced(text: str) -> Markup:
    """Set figures and names apart by elements instead of marks; a range stays on one line."""
    from markupsafe import Markup, escape

    made = []
    for words, direction in pieces(text):
        shown = escape(words)
        if direction:
            kept = ' class="figure"' if is_figure(words) else ""
            shown = Markup('<bdi dir="{}"{}>{}</bdi>').format(direction, Markup(kept), shown)
        made.append(shown)
    return Markup("").join(made)
