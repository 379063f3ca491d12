"""A report's numbers as data: what its statement of record keeps, and computes again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from tarjih.reports.report.content import Earlier, Report, Signature, gather_report
from tarjih.reports.texts.documents import document_of, forecast_document
from tarjih.reports.texts.explanation import explanation_document
from tarjih.reports.texts.sentences import driver_ages
from tarjih.reports.texts.tipping import tipping_document
from tarjih.reports.texts.watching import watch_document

if TYPE_CHECKING:
    from tarjih.priors.draws import Draws
    from tarjih.scenarios.records import Study

__all__ = ["report_asked", "report_document", "report_document_of"]

_EXPLAINED = ("draws", "start", "end", "bars", "clusters", "sources")
_TIPPING = ("asked", "current", "sets", "screening")
_WATCHED = ("until", "steps", "draws", "doubt", "indicators")


def report_document(report: Report, signature: Signature | None = None) -> dict[str, Any]:
    """Return what a report tells as a document (``tarjih.report/1``).

    All fields of a forecast (see `forecast_document`), and: ``signature``: ``analyst``,
    ``confidence``, ``because``; ``since``: what it is compared with (``statement``, ``date``,
    ``said``: id to what was in force then, ``news``: ids of the items that came since), or null;
    ``explanation``, ``tipping``, ``watch``: as in those documents, less what stands above;
    ``hand_set``: ``share`` and ``items``; ``drivers``: id to ``level`` (the most probable),
    ``probability``, ``last`` (date of the last observation, or null), ``days``; ``sources``: id to
    ``trust`` (mean, q05, q95). Analysts' views are compared in the report, but are not in here:
    each is a forecast of its own.

    Parameters
    ----------
    report : Report
    signature : Signature, optional
    """
    signed = signature or Signature()
    forecast, explained = report.forecast, explanation_document(report.explanation)
    tipping, watched = tipping_document(report.tipping), watch_document(report.watch)
    return {
        **forecast_document(forecast, report.draws),
        "schema": "tarjih.report/1",
        **document_of(
            {
                "signature": {
                    "analyst": signed.analyst,
                    "confidence": signed.confidence,
                    "because": signed.because,
                },
                "since": _since(report),
                "explanation": {name: explained[name] for name in _EXPLAINED},
                "tipping": {name: tipping[name] for name in _TIPPING},
                "watch": {name: watched[name] for name in _WATCHED},
                "hand_set": {
                    "share": report.hand_set.share,
                    "items": [item.id for item in report.hand_set.items],
                },
                "drivers": _drivers(report),
                "sources": {
                    one.teller: {
                        "trust": {
                            "mean": one.after.mean,
                            "q05": one.after.q05,
                            "q95": one.after.q95,
                        }
                    }
                    for one in report.tellers
                },
            }
        ),
    }


def report_asked(
    report: Report, signature: Signature, *, view: str | None, hindsight: bool
) -> dict[str, Any]:
    """Return all that a report's document depends on besides study, draws and ledger."""
    from tarjih.models.asked.auditing import asked_of

    earlier = report.earlier
    since = None
    if earlier is not None:
        since = {
            "statement": earlier.statement,
            "date": earlier.date.isoformat(),
            "said": dict(earlier.said) if earlier.statement else {},
        }
    signed = {
        "analyst": signature.analyst,
        "confidence": signature.confidence,
        "because": signature.because,
    }
    kept = asked_of(report.forecast, view=view, hindsight=hindsight)
    return {**kept, "since": since, "signature": signed}


def report_document_of(study: Study, draws: Draws, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Return the document of a report, computed from what it depends on.

    Parameters
    ----------
    study : Study
        With all its items, and as one analyst sees it if that was asked.
    draws : Draws
    asked : mapping
        As `report_asked` made it.
    """
    since = asked.get("since")
    earlier = None
    if since is not None:
        day = dt.date.fromisoformat(since["date"])
        earlier = Earlier(since["statement"], day, since["said"])
    report = gather_report(
        study,
        draws=draws,
        as_of=asked["as_of"],
        horizon=dt.date.fromisoformat(asked["horizon"]),
        earlier=earlier,
        engine=asked["engine"],
        seed=asked["seed"],
        analysts=False,
    )
    return report_document(report, Signature(**asked["signature"]))


def _since(report: Report) -> dict[str, Any] | None:
    earlier = report.earlier
    if earlier is None:
        return None
    news = [bar for bar in report.lately if bar.kind == "news"]
    return {
        "statement": earlier.statement or None,
        "date": earlier.date,
        "said": dict(earlier.said),
        "news": [item.id for bar in news for item in (*bar.items, *bar.gone)],
    }


def _drivers(report: Report) -> dict[str, Any]:
    forecast = report.forecast
    told = {}
    for age, levels in zip(driver_ages(forecast), forecast.levels, strict=True):
        best = int(np.argmax(levels[0]))
        told[age.driver.id] = {
            "level": age.driver.levels[best].id,
            "probability": float(levels[0][best]),
            "last": age.last,
            "days": age.days,
        }
    return told
