"""What a source carries: the same study without its judgements, side by side.

A study without a source is a study of its own, with its own digest, so that its draws are
fitted once and kept like any others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from tarjih.equations import softmax
from tarjih.errors import InvalidRequest, Problem, nearest
from tarjih.models.forecasting import forecast
from tarjih.priors.draws import Draws
from tarjih.priors.elicited import admitted, elicit
from tarjih.priors.examined import Spread, pull_at
from tarjih.priors.judged import implied
from tarjih.scenarios.records import Study

__all__ = ["BASE_RATES", "Carried", "Standing", "carried", "standing_at_origin", "without_sources"]

BASE_RATES = "base_rates"


@dataclass(frozen=True, slots=True)
class Standing:
    """One scenario as it stands at the origin, no evidence looked at.

    Attributes
    ----------
    now, pull, ever : Spread
        In force at the origin; pull there; ever in force up to the study's horizon.
    review_time : Spread
        In months.
    """

    now: Spread
    pull: Spread
    ever: Spread
    review_time: Spread


@dataclass(frozen=True, slots=True)
class Carried:
    """A study with everything, and without some of its sources.

    Attributes
    ----------
    left_out : tuple of str
        Sources, or ``base_rates``.
    standing : mapping of scenario id to (Standing, Standing)
        With them, and without.
    judged : mapping of judgement id to (Spread, Spread)
        What is implied of every admitted judgement, those left out too.
    ratios : set of judgement id
        Of which an odds ratio is implied, not a probability.
    """

    left_out: tuple[str, ...]
    standing: dict[str, tuple[Standing, Standing]]
    judged: dict[str, tuple[Spread, Spread]]
    ratios: frozenset[str] = frozenset()


def without_sources(study: Study, names: Sequence[str]) -> Study:
    """Return the study without the judgements of some sources, or without its base rates.

    Raises
    ------
    InvalidRequest
        If a name is no source whose judgements enter the fit, nor the study's
        ``base_rates``; all at once.

    Examples
    --------
    >>> from tarjih.scenarios import load
    >>> study = load("syria_russia")
    >>> less = without_sources(study, ["project", "base_rates"])
    >>> less.base_rates is None, {one.source for one in less.judgements} & {"project"}
    (True, set())
    """
    sources = list(dict.fromkeys(one.source for one in admitted(study)))
    known = [*sources, *([BASE_RATES] if study.base_rates is not None else [])]
    given = [name if name in known else name.replace("-", "_") for name in names]
    problems = [
        Problem(
            "--without",
            "nothing of this name enters the fit",
            name,
            ", ".join(known),
            nearest(name, known),
        )
        for name in given
        if name not in known
    ]
    if problems:
        raise InvalidRequest(problems)
    return replace(
        study,
        judgements=tuple(one for one in study.judgements if one.source not in given),
        base_rates=None if BASE_RATES in given else study.base_rates,
    )


def standing_at_origin(study: Study, draws: Draws) -> dict[str, Standing]:
    """Return how each scenario stands at the origin, by its id."""
    now, pull = softmax(draws.initial), pull_at(study, draws, {})
    ever = forecast(study, (), as_of=study.origin, draws=draws, replay=False).ever[-1]
    return {
        id: Standing(*(Spread.of(v[:, k]) for v in (now, pull, ever, draws.review_time)))
        for k, id in enumerate(study.scenario_ids)
    }


def carried(study: Study, draws: Draws, left_out: Sequence[str], less: Draws) -> Carried:
    """Compare the draws of a study with those of the study without some sources.

    Parameters
    ----------
    study : Study
        With everything.
    draws, less : Draws
        Of ``study``, and of ``without_sources(study, left_out)``.
    left_out : sequence of str
    """
    whole, rest = standing_at_origin(study, draws), standing_at_origin(study, less)
    elicited = elicit(study)
    said, unsaid = implied(elicited, draws), implied(elicited, less)
    return Carried(
        left_out=tuple(dict.fromkeys(left_out)),
        standing={id: (whole[id], rest[id]) for id in study.scenario_ids},
        judged={
            id: (Spread.of(np.asarray(values)), Spread.of(np.asarray(unsaid[id])))
            for id, values in said.items()
        },
        ratios=frozenset(
            one.id
            for one, reading in zip(elicited.judgements, elicited.readings, strict=True)
            if reading is not None and reading.ratio
        ),
    )
