"""The draws of a study, questioned: what they imply, what moved them, what they hang on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tarjih.errors import InvalidRequest, Problem
from tarjih.models.asked.leave_out import Carried, carried, without_sources
from tarjih.priors.draws import Draws
from tarjih.priors.elicited import Elicited, elicit
from tarjih.priors.examined import (
    Acting,
    Compared,
    Setting,
    compare_judgements,
    effects_on_pull,
    judged_settings,
)
from tarjih.priors.judged import contradictions
from tarjih.priors.power_scaling import Sensitivity, power_scaled
from tarjih.priors.stated_prior import sample_prior
from tarjih.priors.store import obtain_draws
from tarjih.scenarios.records import Study

__all__ = ["PriorView", "question_prior"]


@dataclass(frozen=True, slots=True)
class PriorView:
    """What was found about the draws of a study.

    Attributes
    ----------
    settings : tuple of Setting
        Pull at the origin, then at every setting that was judged.
    compared : tuple of Compared
        Every admitted judgement against what the draws imply.
    clashes : tuple of (str, str)
        Ids of judgements that answer one question and exclude each other.
    effects : tuple of Acting
        Every stated effect as it acts on the probability.
    sensitivity : tuple of Sensitivity, or None
        None for the prior alone: there is nothing to weigh it against.
    carried : Carried, or None
        What the sources that were left out carried.
    prior_only : bool
        Whether the draws are those of the stated priors, no judgement looked at.
    """

    study: Study
    draws: Draws
    settings: tuple[Setting, ...]
    compared: tuple[Compared, ...]
    clashes: tuple[tuple[str, str], ...]
    effects: tuple[Acting, ...]
    sensitivity: tuple[Sensitivity, ...] | None
    carried: Carried | None = None
    prior_only: bool = False


def question_prior(
    study: Study,
    *,
    without: Sequence[str] = (),
    prior_only: bool = False,
    draws: Draws | None = None,
    progress: bool = False,
) -> PriorView:
    """Question the draws of a study.

    Parameters
    ----------
    study : Study
        Of a study with analysts, one analyst's view.
    without : sequence of str
        Sources, or ``base_rates``, to fit without, so as to show what they carried.
    prior_only : bool
        Look at the stated priors alone; nothing is fitted.
    draws : Draws, optional
        Default: those shipped or kept for the study, or a new fit.
    progress : bool
        Show a fit's progress on standard error.

    Raises
    ------
    InvalidRequest
        If the study has analysts, nothing of a name in ``without`` enters the fit, or
        ``without`` is given together with ``prior_only``.
    InvalidStudy
        If a judgement cannot be read.
    CannotCompute
        If a fit fails.
    """
    if study.analysts:
        ids = tuple(one.id for one in study.analysts)
        what = "a study with analysts has one prior for each"
        mend = f"for instance --view {ids[0]}"
        raise InvalidRequest(Problem("--view", what, allowed=", ".join(ids), mend=mend))
    if prior_only and without:
        what = "the prior alone holds no judgements to leave out"
        raise InvalidRequest(Problem("--without", what, mend="leave out --prior-only"))
    less = without_sources(study, without) if without else None
    elicited = elicit(study)
    if prior_only:
        draws = sample_prior(elicited)
    elif draws is None:
        draws = obtain_draws(study, progress=progress)
    return PriorView(
        study=study,
        draws=draws,
        settings=judged_settings(elicited, draws),
        compared=compare_judgements(elicited, draws),
        clashes=_clashes(elicited, draws),
        effects=effects_on_pull(elicited, draws),
        sensitivity=None if prior_only else power_scaled(elicited, draws),
        carried=None
        if less is None
        else carried(study, draws, without, obtain_draws(less, progress=progress)),
        prior_only=prior_only,
    )


def _clashes(elicited: Elicited, draws: Draws) -> tuple[tuple[str, str], ...]:
    pairs = [one.judgements for one in contradictions(elicited, draws) if len(one.judgements) == 2]
    return tuple((first, second) for first, second in pairs)
