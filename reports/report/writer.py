"""Blocks in one language, from keys of strings: what every section is written with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from tarjih.reports.report.blocks import (
    Bullets,
    Facts,
    Heading,
    Paragraph,
    Role,
    Run,
    Runs,
    Table,
)
from tarjih.reports.texts.sentences import items_label, tellers_text
from tarjih.reports.words.dates import short_date_text
from tarjih.reports.words.numbers import LRM, RLM, percent_texts, signed_text
from tarjih.reports.words.strings import quoted, say
from tarjih.scenarios.records import translate

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

    from tarjih.reports.report.blocks import Picture
    from tarjih.scenarios.records import Item, Study

__all__ = ["Writer"]

# As strings write them; nothing else between such marks is anything but text.
_SETTING = r"--set [\w.-]+=[\w.@-]*\w"
_COMMAND = re.compile(
    f"{LRM}?(?:`(?=tarjih )|(?=--set ))"
    f"(tarjih audit|tarjih show(?: STUDY --section study)?|{_SETTING}(?: {_SETTING})*)`?{LRM}?"
)


class Writer:
    """Writes blocks on a study in one language.

    Parameters
    ----------
    study : Study
    lang : {"en", "ar"}
    """

    def __init__(self, study: Study, lang: str) -> None:
        self.study, self.lang = study, lang

    def words(self, key: str, **fields: object) -> str:
        """Return a string of the report's own."""
        return say(f"report.{key}", self.lang, **fields)

    def heading(self, key: str, level: int = 2, **fields: object) -> Heading:
        """Return a heading; its key is its anchor."""
        return Heading(self.words(f"heading.{key}", **fields), level, key.replace("_", "-"))

    def paragraph(self, key: str, role: Role = "plain", **fields: object) -> Paragraph:
        """Return a paragraph of one string."""
        return self.text(self.words(key, **fields), role)

    def text(self, text: str, role: Role = "plain") -> Paragraph:
        """Return a paragraph of a text that is there already."""
        return Paragraph(self.runs(text), role)

    def runs(self, text: str) -> Runs:
        """Return a text in the direction of its language, commands of ours in it as code."""
        plain = text.removeprefix(RLM) if self.lang == "ar" else text
        parts = _COMMAND.split(plain)
        runs = (Run(part, code=bool(n % 2)) for n, part in enumerate(parts) if part)
        return tuple(runs) or (Run(plain),)

    def bullets(self, texts: Iterable[str]) -> list[Bullets]:
        """Return points, or nothing if there are none; each begins as a sentence does."""
        points = tuple(self.runs(text[:1].upper() + text[1:]) for text in texts)
        return [Bullets(points)] if points else []

    def facts(self, rows: Iterable[tuple[str, str | Runs]]) -> Facts:
        """Return names and what they stand for; the names are keys ``report.fact.…``."""
        return Facts(
            tuple(
                (self.words(f"fact.{key}"), self.runs(value) if isinstance(value, str) else value)
                for key, value in rows
            )
        )

    def table(
        self,
        caption: str,
        heads: Sequence[str],
        rows: Iterable[Sequence[str | Runs]],
        numbers: Sequence[bool],
        colours: Sequence[str] = (),
    ) -> Table:
        """Return a table of texts."""
        return Table(
            caption=caption,
            heads=tuple(heads),
            rows=tuple(
                tuple(self.runs(cell) if isinstance(cell, str) else cell for cell in row)
                for row in rows
            ),
            numbers=tuple(numbers),
            colours=tuple(colours),
        )

    def picture(self, name: str, finding: str, draw: Callable[[], Figure]) -> Picture:
        """Return a chart with its caption."""
        from tarjih.reports.report.blocks import Picture

        caption = self.words(f"picture.{name}")
        return Picture(name, caption, f"{caption} {finding}", draw)

    def scenario(self, k: int, *, short: bool = False) -> str:
        """Name a scenario in quotation marks."""
        one = self.study.scenarios[k]
        return quoted(translate(one.short if short else one.label, self.lang), self.lang)

    def percents(self, values: Any) -> tuple[str, ...]:
        """Write probabilities that sum to one, so that they do as shown."""
        return percent_texts([float(value) for value in values], self.lang)

    def points(self, share: float) -> str:
        """Write a difference of probabilities, in points."""
        whole = round(100 * share)
        return say("points", self.lang, n=abs(whole), signed=signed_text(whole, self.lang))

    def evidence(self, items: Sequence[Item]) -> str:
        """Name an item or a cluster, with who told it and when."""
        return say(
            "explain.told",
            self.lang,
            label=items_label(items, self.lang, quote=True),
            sources=tellers_text(self.study, items[0], self.lang),
            date=short_date_text(items[0].end, self.lang),
        )
