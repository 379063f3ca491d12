"""Where the numbers come from, to be questioned: pull, judged against implied, effects.

An effect is stated on a scenario's utility. What it does to the scenario's *probability*
depends on what the same driver does to the rivals: raise a rival more, and the sign turns
round. So each effect is shown as the change of the pull from the driver's first level to its
last, the others at reference, with the share of draws in which the stated sign holds there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tarjih.equations import softmax, utilities
from tarjih.priors.draws import Draws
from tarjih.priors.elicited import Elicited, elicit
from tarjih.priors.judged import implied
from tarjih.priors.readings import Reading
from tarjih.scenarios.design import effect_words, features
from tarjih.scenarios.records import Judgement, Study

__all__ = [
    "CERTAIN",
    "OFTEN",
    "Acting",
    "Compared",
    "Setting",
    "Spread",
    "Verdict",
    "compare_judgements",
    "effects_on_pull",
    "judged_settings",
    "near_certain",
    "pull_at",
]

Floats = NDArray[np.float64]
Verdict = Literal["agrees", "outside", "apart"]
CERTAIN, OFTEN = 0.95, 0.2
"""Draws whose leader is past the first are near-certain; more than the second is too many."""


@dataclass(frozen=True, slots=True)
class Spread:
    """What the draws say of one number: mean, standard deviation and quantiles."""

    mean: float
    sd: float
    q05: float
    q50: float
    q95: float

    @classmethod
    def of(cls, values: Floats) -> Spread:
        """Summarise values (M,)."""
        low, middle, high = (float(q) for q in np.quantile(values, (0.05, 0.5, 0.95)))
        return cls(float(np.mean(values)), float(np.std(values)), low, middle, high)


@dataclass(frozen=True, slots=True)
class Setting:
    """Pull of all scenarios at levels held.

    Attributes
    ----------
    levels : mapping of driver id to level index
        What is not named is at its reference; empty at the origin.
    judgements : tuple of str
        Ids of those that speak of this setting; at the origin, of all that name none.
    pull : tuple of Spread
        One for each scenario.
    near_certain : float
        Share of the draws in which one scenario has more than 95% of the pull.
    """

    levels: Mapping[str, int]
    judgements: tuple[str, ...]
    pull: tuple[Spread, ...]
    near_certain: float


@dataclass(frozen=True, slots=True)
class Compared:
    """One judgement against what the draws imply.

    Attributes
    ----------
    said : (float, float, float) or None
        5%, 50% and 95% quantile of how it is read; None for ranks and "possible".
    implied : Spread
        Without the source's bias: what the model holds, not what the source would say.
    ratio : bool
        Whether it speaks of an odds ratio between two settings, not of a probability.
    leads : float or None
        Of a rank: the least share of draws in which it is above a rival.
    verdict : {"agrees", "outside", "apart"}
        ``outside``: the implied median lies beyond the 5% to 95% of the reading; ``apart``:
        the two ranges do not meet. A rank is outside when it fails in most draws, apart in
        95%; "possible", when the implied median, or even its 95% quantile, is below what it
        denies.
    """

    judgement: Judgement
    said: tuple[float, float, float] | None
    implied: Spread
    leads: float | None
    verdict: Verdict
    ratio: bool = False


@dataclass(frozen=True, slots=True)
class Acting:
    """One stated effect, on the probability and on the utility.

    Attributes
    ----------
    cause, scenario : str
        Driver or conjunction, and the scenario it is stated for.
    change : Spread
        Change of the pull from the driver's first level to its last, others at reference;
        of a conjunction, what it adds at its own levels to the drivers' separate effects.
    holds : float or None
        Share of the draws in which the change has the stated sign; None for "unclear".
    before, after : (float, float)
        Mean and standard deviation of the effect on the utility, before and after the
        judgements.
    """

    cause: str
    scenario: str
    word: str
    change: Spread
    holds: float | None
    before: tuple[float, float]
    after: tuple[float, float]

    @property
    def reversed(self) -> bool:
        """Whether the stated sign fails in most draws."""
        return self.holds is not None and self.holds < 0.5


def pull_at(study: Study, draws: Draws, levels: Mapping[str, int]) -> Floats:
    """Return the pull (M, K) with drivers held, those not named at reference.

    Examples
    --------
    >>> from tarjih.priors.stated_prior import sample_prior
    >>> from tarjih.scenarios import load
    >>> study = load("syria_russia")
    >>> pull_at(study, sample_prior(study, 10), {"us_withdrawal": 2}).shape
    (10, 5)
    """
    held = [levels.get(driver.id, driver.reference) for driver in study.drivers]
    row = features(study, np.array([held], dtype=np.int64).reshape(1, -1))
    pull: Floats = softmax(utilities(draws.alpha[:, None, :], draws.effects, row))[:, 0]
    return pull


def near_certain(pull: Floats) -> float:
    """Return the share of draws (M, K) in which one scenario has more than 95%."""
    return float((pull.max(axis=-1) > CERTAIN).mean())


def judged_settings(study: Study | Elicited, draws: Draws) -> tuple[Setting, ...]:
    """Return the pull at the origin, then at every setting that a judgement names."""
    elicited = study if isinstance(study, Elicited) else elicit(study)
    study = elicited.study
    found: dict[tuple[tuple[str, int], ...], list[str]] = {(): []}
    for one in elicited.judgements:
        if one.about == "reaches":
            continue
        named = {d.id: one.levels.get(d.id, d.reference) for d in study.drivers}
        moved = [(d.id, named[d.id]) for d in study.drivers if named[d.id] != d.reference]
        found.setdefault(tuple(moved), []).append(one.id)
    settings = []
    for levels, ids in found.items():
        pull = pull_at(study, draws, dict(levels))
        spreads = tuple(Spread.of(pull[:, k]) for k in range(pull.shape[1]))
        settings.append(Setting(dict(levels), tuple(ids), spreads, near_certain(pull)))
    return tuple(settings)


def compare_judgements(study: Study | Elicited, draws: Draws) -> tuple[Compared, ...]:
    """Set every admitted judgement against what the draws imply, in the study's order."""
    elicited = study if isinstance(study, Elicited) else elicit(study)
    values = implied(elicited, draws)
    return tuple(
        _compare(elicited, draws, judgement, reading, values[judgement.id])
        for judgement, reading in zip(elicited.judgements, elicited.readings, strict=True)
    )


def _compare(
    elicited: Elicited, draws: Draws, judgement: Judgement, reading: Reading | None, values: Floats
) -> Compared:
    summary = Spread.of(values)
    if reading is not None:
        low, middle, high = (reading.quantile(level) for level in (0.05, 0.5, 0.95))
        return Compared(
            judgement,
            (low, middle, high),
            summary,
            None,
            _verdict(low <= summary.q50 <= high, summary.q95 < low or high < summary.q05),
            ratio=reading.ratio,
        )
    if judgement.over:
        leads = min(
            float((values > _of_rival(elicited.study, draws, judgement, rival)).mean())
            for rival in judgement.over
        )
        return Compared(judgement, None, summary, leads, _verdict(leads >= 0.5, leads < 0.05))
    bound = elicited.assumptions.possible_bound
    return Compared(
        judgement, None, summary, None, _verdict(summary.q50 >= bound, summary.q95 < bound)
    )


def _verdict(agrees: bool, apart: bool) -> Verdict:
    return "apart" if apart else "agrees" if agrees else "outside"


def _of_rival(study: Study, draws: Draws, judgement: Judgement, rival: str) -> Floats:
    """Return what is implied of a rival in the very setting of a rank."""
    asked = replace(judgement, scenario=rival, says=0.5, over=())
    return implied(replace(study, judgements=(asked,), base_rates=None), draws)[judgement.id]


def effects_on_pull(study: Study | Elicited, draws: Draws) -> tuple[Acting, ...]:
    """Return every stated effect as it acts, drivers first, each in the scenarios' order."""
    elicited = study if isinstance(study, Elicited) else elicit(study)
    study = elicited.study
    words = effect_words(study)
    before = _before(elicited)
    acting = []
    for f, k in zip(*np.nonzero(words != "no effect"), strict=True):
        cause = _causes(study)[f]
        change = _changes(study, draws, f)[:, k]
        word = str(words[f, k])
        sign = 1.0 if "raises" in word else -1.0
        after = draws.effects[:, f, k]
        acting.append(
            Acting(
                cause=cause,
                scenario=study.scenario_ids[k],
                word=word,
                change=Spread.of(change),
                holds=None if word == "unclear" else float((sign * change > 0).mean()),
                before=before[f, k],
                after=(float(after.mean()), float(after.std())),
            )
        )
    return tuple(acting)


def _causes(study: Study) -> tuple[str, ...]:
    return (*study.driver_ids, *(conjunction.id for conjunction in study.conjunctions))


def _changes(study: Study, draws: Draws, feature: int) -> Floats:
    """Return what a driver or conjunction does to the pull; (M, K)."""
    drivers = len(study.drivers)
    if feature < drivers:
        driver = study.drivers[feature]
        last = pull_at(study, draws, {driver.id: len(driver.levels) - 1})
        return last - pull_at(study, draws, {driver.id: 0})
    conjunction = study.conjunctions[feature - drivers]
    levels = dict(conjunction.requires)
    alone = draws.gamma.copy()
    alone[:, feature - drivers] = 0.0
    return pull_at(study, draws, levels) - pull_at(study, replace(draws, gamma=alone), levels)


def _before(elicited: Elicited) -> dict[tuple[int, int], tuple[float, float]]:
    """Return prior mean and standard deviation of the effects on the utility."""
    share, rest = np.sqrt(2 / np.pi), np.sqrt(1 - 2 / np.pi)
    signed = zip(elicited.signed.tolist(), elicited.signed_scale.tolist(), strict=True)
    free = zip(elicited.free.tolist(), elicited.free_scale.tolist(), strict=True)
    known = {(f, k): (float(share * s), float(rest * abs(s))) for (f, k), s in signed}
    return known | {(f, k): (0.0, float(s)) for (f, k), s in free}
