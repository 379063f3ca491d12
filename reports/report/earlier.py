"""What was said the last time: the latest statement of record that a report can stand beside."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from tarjih.reports.report.content import Earlier

if TYPE_CHECKING:
    from tarjih.evidence.ledgers.ledger import Ledger
    from tarjih.evidence.ledgers.statements import Statement
    from tarjih.scenarios.records import Study

__all__ = ["last_said"]

_KINDS = ("report", "run")


def last_said(
    ledger: Ledger, study: Study, *, as_of: dt.date, hindsight: bool = False
) -> Earlier | None:
    """Return what the last report said, or else the last run; None if neither was recorded.

    Only what answers the same question counts: of the same view, as of a day from the origin to
    ``as_of``, with nothing held, and as much hindsight.

    Parameters
    ----------
    ledger : Ledger
    study : Study
        As one analyst sees it, if the report is of one view.
    as_of : datetime.date
        Of the report that is to be written.
    hindsight : bool
    """
    from tarjih.evidence.ledgers.statements import read_statements

    viewer = None if study.viewer is None else study.viewer.id
    found = [
        one
        for one in read_statements(ledger, study)
        if _comparable(one, viewer, hindsight) and study.origin <= one.as_of <= as_of
    ]
    for kind in _KINDS:
        last = next((one for one in reversed(found) if one.kind == kind), None)
        if last is not None:
            said = {id: one["now"] for id, one in last.numbers.items() if "now" in one}
            return Earlier(last.id, last.as_of, said)
    return None


def _comparable(one: Statement, viewer: str | None, hindsight: bool) -> bool:
    asked = one.asked
    return (
        one.kind in _KINDS
        and asked.get("view") == viewer
        and bool(asked.get("hindsight")) == hindsight
        and not asked.get("settings")
    )
