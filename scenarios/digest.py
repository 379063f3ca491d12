"""Digests of what a study says.

They are taken of resolved content, never of files, so that a comment, an order of files or a
spelled-out default changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any, Literal

from tarjih.errors import InvalidRequest, Problem
from tarjih.scenarios.records import Study
from tarjih.scenarios.resolved_form import (
    resolved,
    written_assumptions,
    written_base_rates,
    written_own_effects,
    written_says,
    written_wait,
)

__all__ = ["resolved", "study_digest"]

# Raised when the canonical form changes, so that draws cached before are not trusted.
_FORM = 1

# Assumptions that only evidence is weighed by.
_NOT_OF_DRAWS = ("trust", "trust_spread")


def study_digest(study: Study, what: Literal["draws", "all"]) -> str:
    """Return the SHA-256 of what a study says.

    Parameters
    ----------
    study : Study
    what : {"draws", "all"}
        ``"draws"``: what prior draws depend on, that is structure, the judgements known by the
        origin, the scale, base rates and assumptions (but for those on trust), with the
        order of scenarios, drivers and conjunctions (it is that of the arrays). ``"all"``:
        everything but positions.

    Returns
    -------
    str
        64 hexadecimal digits.

    Raises
    ------
    InvalidRequest
        If ``what`` is neither.
    """
    if what == "draws":
        content = _for_draws(study)
    elif what == "all":
        # Order is told apart where it is that of an array axis.
        content = {**resolved(study), "order": [list(study.scenario_ids), list(study.driver_ids)]}
    else:
        raise InvalidRequest(Problem("", "unknown digest", got=str(what), allowed="draws, all"))
    text = json.dumps(
        {"form": _FORM, **content},
        sort_keys=True,
        ensure_ascii=False,
        allow_nan=False,
        separators=(",", ":"),
    )
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _for_draws(study: Study) -> dict[str, Any]:
    return {
        **_dissent(study),
        "step": study.step,
        "scale": study.scale,
        "assumptions": {
            name: value
            for name, value in written_assumptions(study.assumptions).items()
            if name not in _NOT_OF_DRAWS
        },
        "base_rates": study.base_rates and written_base_rates(study.base_rates),
        "scenarios": [
            [one.id, one.review_time, dict(one.effects), dict(one.conjunction_effects)]
            for one in study.scenarios
        ],
        "drivers": [
            [
                one.id,
                [level.score for level in one.levels],
                one.reference,
                list(one.at_origin),
                written_wait(one.months_before_rise),
                written_wait(one.months_before_fall),
            ]
            for one in study.drivers
        ],
        "conjunctions": [[one.id, dict(one.requires)] for one in study.conjunctions],
        "links": sorted(
            [one.parent, one.child, list(one.rise), list(one.fall)] for one in study.links
        ),
        "judgements": {
            one.id: [
                one.source,
                one.about,
                one.scenario,
                one.driver,
                one.level,
                written_says(one.says),
                list(one.over),
                one.within,
                dict(one.levels),
                study.scale_of(one),
                dict(one.against),
            ]
            for one in study.judgements
            if one.known <= study.origin
        },
    }


def _dissent(study: Study) -> dict[str, Any]:
    """Return what analysts hold apart; nothing at all for a study without, or for one's view."""
    if not study.analysts:
        return {}
    return {
        "analysts": [[one.id, one.weight] for one in study.analysts],
        "effects_by": [
            [written_own_effects(one.effects_by), written_own_effects(one.conjunction_effects_by)]
            for one in study.scenarios
        ],
        "by": {one.id: one.by for one in study.judgements if one.known <= study.origin},
    }
