"""What ``tarjih prior --json`` writes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tarjih.priors.examined import Acting, Compared
from tarjih.reports.texts.documents import document_of, fit_entry
from tarjih.scenarios.records import Study

if TYPE_CHECKING:
    from tarjih.models.asked.prior_view import PriorView

__all__ = ["prior_document"]


def prior_document(view: PriorView) -> dict[str, Any]:
    """Return what was found about the draws of a study as a document.

    Returns
    -------
    dict
        ``schema`` (``tarjih.prior/1``), ``study``, ``view`` (an analyst's id, or null),
        ``origin``, ``prior_only``; ``pull``: rows of ``levels``, ``judgements``,
        ``near_certain`` and ``scenarios``: id to ``mean``, ``sd``, ``q05``, ``q50``, ``q95``;
        ``judgements``: id to ``source``, ``about``, ``said`` (5%, 50% and 95% quantile, or
        null), ``ratio`` (whether these are odds ratios), ``implied``, ``leads``, ``verdict``;
        ``contradictions``: pairs of judgements that exclude each other;
        ``effects``: rows of ``cause``, ``scenario``, ``word``, ``change`` (of the pull),
        ``holds``, ``reversed``, ``before`` and ``after`` (``mean``, ``sd`` on the utility);
        ``sensitivity``: rows of ``quantity``, ``scenario``, ``prior``, ``judged``,
        ``leaning``, or null; ``without``: null, or ``left_out``, ``scenarios`` and
        ``judgements``, each with ``with`` and ``without``; ``fit``: digest and diagnostics of
        the draws; ``retrospective``.
    """
    study = view.study
    return document_of(
        {
            "schema": "tarjih.prior/1",
            "study": study.id,
            "view": None if study.viewer is None else study.viewer.id,
            "origin": study.origin,
            "prior_only": view.prior_only,
            "pull": [
                {
                    "levels": _levels(study, one.levels),
                    "judgements": one.judgements,
                    "near_certain": one.near_certain,
                    "scenarios": {
                        id: asdict(spread)
                        for id, spread in zip(study.scenario_ids, one.pull, strict=True)
                    },
                }
                for one in view.settings
            ],
            "judgements": {one.judgement.id: _compared(one) for one in view.compared},
            "contradictions": view.clashes,
            "effects": [_acting(one) for one in view.effects],
            "sensitivity": None
            if view.sensitivity is None
            else [asdict(one) | {"leaning": one.leaning} for one in view.sensitivity],
            "without": _without(view),
            "fit": fit_entry(view.draws),
            "retrospective": study.retrospective,
        }
    )


def _levels(study: Study, levels: Mapping[str, int]) -> dict[str, str]:
    return {id: study.driver(id).levels[level].id for id, level in levels.items()}


def _compared(one: Compared) -> dict[str, Any]:
    return {
        "source": one.judgement.source,
        "about": one.judgement.about,
        "said": one.said,
        "ratio": one.ratio,
        "implied": asdict(one.implied),
        "leads": one.leads,
        "verdict": one.verdict,
    }


def _acting(one: Acting) -> dict[str, Any]:
    return {
        "cause": one.cause,
        "scenario": one.scenario,
        "word": one.word,
        "change": asdict(one.change),
        "holds": one.holds,
        "reversed": one.reversed,
        "before": dict(zip(("mean", "sd"), one.before, strict=True)),
        "after": dict(zip(("mean", "sd"), one.after, strict=True)),
    }


def _without(view: PriorView) -> dict[str, Any] | None:
    if view.carried is None:
        return None
    return {
        "left_out": view.carried.left_out,
        "scenarios": {
            id: {"with": asdict(before), "without": asdict(after)}
            for id, (before, after) in view.carried.standing.items()
        },
        "judgements": {
            id: {"with": asdict(before), "without": asdict(after)}
            for id, (before, after) in view.carried.judged.items()
        },
    }
