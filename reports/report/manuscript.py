"""A report in one language, whole: the sections in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tarjih.reports.report.blocks import Manuscript
from tarjih.reports.report.findings import write_findings
from tarjih.reports.report.first_page import write_first_page
from tarjih.reports.report.grounds import write_grounds
from tarjih.reports.report.method import write_method
from tarjih.reports.report.outlook import write_outlook
from tarjih.reports.texts.sentences import judgement_sentence
from tarjih.reports.words.strings import language
from tarjih.scenarios.records import translate

if TYPE_CHECKING:
    from tarjih.reports.report.content import Kept, Report, Signature

__all__ = ["write_manuscript"]


def write_manuscript(
    report: Report, kept: Kept, signature: Signature, lang: str = "en"
) -> Manuscript:
    """Put a report into words.

    Parameters
    ----------
    report : Report
    kept : Kept
        What makes its numbers computable again.
    signature : Signature
        Who answers for it.
    lang : {"en", "ar"}
    """
    language(lang)
    return Manuscript(
        title=translate(report.study.title, lang),
        author=signature.analyst,
        subject=judgement_sentence(report.forecast, lang),
        lang=lang,
        dated=report.forecast.as_of.isoformat(),
        blocks=(
            *write_first_page(report, signature, kept, lang),
            *write_findings(report, lang),
            *write_outlook(report, lang),
            *write_grounds(report, lang),
            *write_method(report, kept, lang),
        ),
    )
