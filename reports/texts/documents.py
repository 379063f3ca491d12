"""The JSON documents that programs read, as plain data.

Each has a ``schema``, whose number rises when a field changes its meaning or goes. Numbers
of a forecast are rounded to six decimals, keys stand in one order, and what is not finite is
null: the same seed on the same machine gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tarjih.errors import Problem
from tarjih.reports.words.controls import spelled_out
from tarjih.scenarios.records import Study

if TYPE_CHECKING:
    from tarjih.models.record import Forecast, Intervention
    from tarjih.priors.draws import Draws
    from tarjih.scenarios.advice import Advice

__all__ = [
    "check_document",
    "document_of",
    "document_text",
    "fit_entry",
    "forecast_document",
    "intervention_entry",
    "studies_document",
    "study_counts",
    "study_document",
]

_DECIMALS = 6


def forecast_document(forecast: Forecast, draws: Draws | None = None) -> dict[str, Any]:
    """Return a forecast as a document.

    Parameters
    ----------
    forecast : Forecast
    draws : Draws, optional
        Those it was made with, for ``fit``.

    Returns
    -------
    dict
        ``schema`` (``tarjih.forecast/1``), ``study``, ``origin``, ``as_of``, ``horizon``,
        ``seed``, ``engine``, ``view`` (an analyst's id, or null), ``interventions``,
        ``scenarios``: id to ``now``, ``at_horizon`` and
        ``ever_by_horizon``, each with ``mean``, ``q05``, ``q95``; ``timeline``: rows of ``date``,
        ``kind`` ("past" or "forecast") and ``scenarios``: id to ``mean``, ``q05``, ``q25``,
        ``q75``, ``q95``; ``diagnostics``; ``fit``: digest and diagnostics of the draws, or
        null; ``retrospective``.
    """
    study = forecast.study
    return document_of(
        {
            "schema": "tarjih.forecast/1",
            "study": study.id,
            "origin": study.origin,
            "as_of": forecast.as_of,
            "horizon": forecast.horizon,
            "seed": forecast.seed,
            "engine": forecast.engine,
            "view": None if study.viewer is None else study.viewer.id,
            "interventions": [intervention_entry(study, held) for held in forecast.interventions],
            "scenarios": forecast.table(),
            "timeline": forecast.timeline(),
            "diagnostics": asdict(forecast.diagnostics),
            "fit": None if draws is None else fit_entry(draws),
            "retrospective": study.retrospective,
        }
    )


def studies_document(studies: Iterable[Study]) -> dict[str, Any]:
    """Return a list of studies as a document (``tarjih.studies/1``)."""
    return document_of(
        {
            "schema": "tarjih.studies/1",
            "studies": [
                {
                    "id": study.id,
                    "title": study.title,
                    "origin": study.origin,
                    "retrospective": study.retrospective,
                    "counts": study_counts(study),
                }
                for study in studies
            ],
        }
    )


def study_document(study: Study) -> dict[str, Any]:
    """Return a study in its resolved form, with its digests (``tarjih.study/1``).

    Its numbers are not rounded: `study_from_data` reads ``study`` back to an equal study.
    """
    from tarjih.scenarios.digest import resolved

    return {
        "schema": "tarjih.study/1",
        "digests": {"draws": study.digest("draws"), "all": study.digest("all")},
        "study": resolved(study),
    }


def check_document(
    name: str,
    study: Study | None,
    problems: Sequence[Problem] = (),
    advice: Sequence[Advice] = (),
) -> dict[str, Any]:
    """Return what a check found (``tarjih.check/1``).

    Parameters
    ----------
    name : str
        What was asked for.
    study : Study or None
        None when it could not be built; then there are problems.
    """
    return document_of(
        {
            "schema": "tarjih.check/1",
            "asked": name,
            "ok": not problems,
            "study": None if study is None else study.id,
            "counts": {} if study is None else study_counts(study),
            "problems": [asdict(problem) for problem in problems],
            "advice": [asdict(one) for one in advice],
        }
    )


def study_counts(study: Study) -> dict[str, int]:
    """Return how much of everything a study holds."""
    return {
        "scenarios": len(study.scenarios),
        "drivers": len(study.drivers),
        "judgements": len(study.judgements),
        "indicators": len(study.indicators),
        "sources": len(study.sources),
        "items": len(study.items),
        "questions": len(study.questions),
    }


def intervention_entry(study: Study, held: Intervention) -> dict[str, Any]:
    """Return what is held, by names."""
    levels = study.driver(held.driver).levels
    return {"driver": held.driver, "level": levels[held.level].id, "start": held.start}


def fit_entry(draws: Draws) -> dict[str, Any]:
    """Return digest and diagnostics of draws."""
    # In one order, whether the draws were just fitted or read back.
    return {"digest": draws.digest, **dict(sorted(draws.diagnostics.items()))}


def document_of(entries: Mapping[str, Any]) -> dict[str, Any]:
    """Return data that JSON can hold: numbers rounded, dates as text, null for no number."""
    return {key: _plain(entry) for key, entry in entries.items()}


def document_text(document: Mapping[str, Any]) -> str:
    """Return a document as ``--json`` writes it: in lines, its keys in their order."""
    text = json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False)
    return spelled_out(text) + "\n"


def _plain(value: Any) -> Any:
    """Return data that JSON can hold."""
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(entry) for entry in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        # Adding 0.0 turns a negative zero into zero.
        return round(float(value), _DECIMALS) + 0.0 if math.isfinite(value) else None
    return value
