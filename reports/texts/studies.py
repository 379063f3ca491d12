"""Lists of studies, and what a check of one found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from tarjih.reports.texts.card import counts_text
from tarjih.reports.texts.tables import cell_width
from tarjih.reports.words.dates import date_text
from tarjih.reports.words.numbers import isolated, paragraph
from tarjih.reports.words.strings import quoted, say
from tarjih.scenarios.advice import Advice
from tarjih.scenarios.records import Study, translate

if TYPE_CHECKING:
    from rich.table import Table

__all__ = ["check_lines", "studies_lines", "studies_table"]

_COLUMNS = ("study", "title", "origin", "scenarios", "items")
_SECTIONS = {"scenario": "scenarios", "driver": "drivers", "source": "sources"}


def studies_lines(studies: Sequence[Study], lang: str = "en") -> list[str]:
    """List studies as plain text: in columns, or in Arabic one line for each."""
    if lang == "ar":
        return [_line(study, lang) for study in studies]
    rows = [_heads(lang), *(_row(study, lang) for study in studies)]
    widths = [max(map(cell_width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            text + " " * (width - cell_width(text)) for text, width in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def studies_table(studies: Sequence[Study], lang: str = "en") -> Table:
    """List studies for a terminal."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name, head in zip(_COLUMNS, _heads(lang), strict=True):
        table.add_column(head, justify="right" if name in ("scenarios", "items") else "left")
    for study in studies:
        # A title is shown as it is written: brackets in it are no markup.
        table.add_row(*map(Text, _row(study, lang)))
    return table


def check_lines(study: Study, advice: Sequence[Advice], lang: str = "en") -> list[str]:
    """Say that a study is sound, how much it holds, and what is worth knowing."""
    head = say("check.ok", lang, study=isolated(study.id, lang), counts=counts_text(study, lang))
    told = [
        say("check.advice", lang, where=isolated(one.where, lang), advice=_advice(study, one, lang))
        for one in advice
    ]
    return [paragraph(line, lang) for line in (head, *told)]


def _advice(study: Study, one: Advice, lang: str) -> str:
    """Name the entry by its label where it has one, else by its id."""
    section = getattr(study, _SECTIONS.get(one.kind.split("_")[0], "judgements"))
    entry = next((entry for entry in section if entry.id == one.id), None)
    label = getattr(entry, "label", None)
    name = quoted(translate(label, lang), lang) if label else isolated(one.id, lang)
    return say(f"advice.{one.kind}", lang, name=name)


def _heads(lang: str) -> list[str]:
    return [say(f"list.{name}", lang) for name in _COLUMNS]


def _row(study: Study, lang: str) -> list[str]:
    return [
        study.id,
        translate(study.title, lang),
        date_text(study.origin, lang),
        str(len(study.scenarios)),
        str(len(study.items)),
    ]


def _line(study: Study, lang: str) -> str:
    line = say(
        "list.line",
        lang,
        title=translate(study.title, lang),
        study=isolated(study.id, lang),
        origin=date_text(study.origin, lang),
        scenarios=say("scenarios", lang, n=len(study.scenarios)),
        items=say("items", lang, n=len(study.items)),
    )
    return paragraph(line, lang)
