"""How the numbers are made, what they leave out, and how they can be made again."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from tarjih.reports.report.blocks import Block, Run
from tarjih.reports.report.writer import Writer
from tarjih.reports.words.strings import say
from tarjih.scenarios.records import translate

if TYPE_CHECKING:
    from tarjih.reports.report.content import Kept, Report

__all__ = ["write_method"]

_SCALE = "ICD 203"
_AUDIT = "`tarjih audit`"
_PARTS = ("scenarios", "prior", "evidence", "update", "ranges", "limits")


def write_method(report: Report, kept: Kept, lang: str) -> list[Block]:
    """Return what is to be said of the method, and what makes the report computable again."""
    write = Writer(report.study, lang)
    blocks: list[Block] = [write.heading("method")]
    for part in _PARTS:
        blocks.append(write.heading(f"method_{part}", 3))
        blocks.append(write.paragraph(f"method.{part}", scale=_SCALE))
    if report.study.retrospective:
        note = translate(report.study.retrospective_note, lang)
        blocks.append(write.text(say("notice.retrospective", lang, note=note), "warning"))
    return [*blocks, *_again(report, kept, write)]


def _again(report: Report, kept: Kept, write: Writer) -> list[Block]:
    forecast = report.forecast
    diagnostics = forecast.diagnostics
    versions = [f"{name} {version}" for name, version in kept.versions.items()]
    rows = [
        ("command", (Run(shlex.join(kept.command), code=True),)),
        ("statement", (Run(kept.statement, code=True),) if kept.statement else
         write.words("fact.not_recorded")),
        ("head", (Run(kept.head, code=True),) if kept.head else write.words("fact.no_ledger")),
        ("engine", (Run(f"{forecast.engine}, seed {forecast.seed}", code=True),)),
        ("draws", (Run(f"{diagnostics.draws} × {max(diagnostics.paths, 1)}", code=True),)),
        ("study", (Run(kept.study_digest, code=True),)),
        ("prior", (Run(kept.draws_digest, code=True),)),
        ("versions", (Run(", ".join(versions), code=True),)),
    ]  # fmt: skip
    if kept.statement:
        said = write.paragraph("again.recorded", statement=kept.statement, command=_AUDIT)
    else:
        said = write.paragraph("again.not_recorded")
    return [write.heading("again"), said, write.facts(rows)]
