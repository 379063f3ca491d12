"""Opinions held apart: what one analyst sees of a study, and where analysts differ in words.

A judgement that carries `by`, and effects under `effects_by`, are one analyst's; all else is
common. A *view* is the plain study that an analyst would have written alone: everything common
and everything of their own, nothing of the others'. Opinions meet only in the pool of forecasts
(``priors.pool``), never inside one model: a compromise between two models would be a third that
nobody holds.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from tarjih.errors import InvalidRequest, Problem, nearest
from tarjih.scenarios.records import Effect, OwnEffects, Scenario, Study

__all__ = ["Disagreement", "disagreements", "pool_shares", "view", "views"]

NO_EFFECT: Effect = "no effect"


@dataclass(frozen=True, slots=True)
class Disagreement:
    """An effect that the analysts of a study do not state alike.

    Attributes
    ----------
    kind : {"driver", "conjunction"}
    cause, scenario : str
        Ids of what acts, and of what is acted on.
    words : mapping of analyst id to Effect
        Of every analyst, "no effect" included.
    """

    kind: Literal["driver", "conjunction"]
    cause: str
    scenario: str
    words: Mapping[str, Effect]


def view(study: Study, analyst: str) -> Study:
    """Return the study as one analyst sees it.

    Own effects replace common ones cause by cause; own judgements stand beside the common ones.

    Parameters
    ----------
    study : Study
        With analysts.
    analyst : str
        An id; ``-`` may stand for ``_``.

    Returns
    -------
    Study
        Without analysts, and equal to a study written without the others' opinions.

    Raises
    ------
    InvalidRequest
        If the study has no such analyst, or none at all.
    """
    ids = tuple(one.id for one in study.analysts)
    got = analyst.strip().replace("-", "_")
    if got not in ids:
        raise InvalidRequest(_unknown(study, analyst, ids))
    return replace(
        study,
        scenarios=tuple(_seen(scenario, got) for scenario in study.scenarios),
        judgements=tuple(
            replace(one, by=None) for one in study.judgements if one.by in (None, got)
        ),
        analysts=(),
        viewer=study.analysts[ids.index(got)],
    )


def _unknown(study: Study, got: str, ids: tuple[str, ...]) -> Problem:
    if ids:
        mend = nearest(got.replace("-", "_").lower(), ids)
        return Problem("--view", "unknown analyst", got, ", ".join(ids), mend)
    return Problem(
        "--view",
        f"{study.id} has no analysts",
        got=got,
        mend="leave the option out, or add `analysts:` to the study",
    )


def views(study: Study) -> tuple[Study, ...]:
    """Return every analyst's view, in the study's order."""
    return tuple(view(study, one.id) for one in study.analysts)


def pool_shares(study: Study) -> tuple[float, ...]:
    """Return what each analyst's view counts in the pool; sums to one."""
    total = math.fsum(one.weight for one in study.analysts)
    return tuple(one.weight / total for one in study.analysts)


def disagreements(study: Study) -> tuple[Disagreement, ...]:
    """Return the effects that analysts state differently: drivers first, in the study's order."""
    causes: list[tuple[Literal["driver", "conjunction"], str]] = [
        *(("driver", one.id) for one in study.drivers),
        *(("conjunction", one.id) for one in study.conjunctions),
    ]
    seen = {one.id: view(study, one.id) for one in study.analysts}
    found = []
    for kind, cause in causes:
        for k, scenario in enumerate(study.scenarios):
            words: dict[str, Effect] = {
                analyst: _effects(own.scenarios[k], kind).get(cause, NO_EFFECT)
                for analyst, own in seen.items()
            }
            if len(set(words.values())) > 1:
                found.append(Disagreement(kind, cause, scenario.id, words))
    return tuple(found)


def _effects(scenario: Scenario, kind: Literal["driver", "conjunction"]) -> Mapping[str, Effect]:
    return scenario.effects if kind == "driver" else scenario.conjunction_effects


def _seen(scenario: Scenario, analyst: str) -> Scenario:
    return replace(
        scenario,
        effects=_merged(scenario.effects, scenario.effects_by, analyst),
        conjunction_effects=_merged(
            scenario.conjunction_effects, scenario.conjunction_effects_by, analyst
        ),
        effects_by={},
        conjunction_effects_by={},
    )


def _merged(common: Mapping[str, Effect], own: OwnEffects, analyst: str) -> Mapping[str, Effect]:
    words = {**common, **own.get(analyst, {})}
    return {cause: word for cause, word in words.items() if word != NO_EFFECT}
