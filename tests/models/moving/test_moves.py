"""Moved draws against brute force: the prior weighed by hundreds of thousands of draws."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest

from tarjih.evidence import Evidence, throw_trust
from tarjih.evidence.weighing.trust import Trust
from tarjih.models.engines.particle import ParticleEngine
from tarjih.models.moving import moves as moving
from tarjih.models.moving import proposals
from tarjih.models.moving.cloud import Cloud, Weigh
from tarjih.models.moving.moves import Settled, effective_number, moved_draws, settle, weigher
from tarjih.models.moving.pareto import pareto_k
from tarjih.priors import density as density_module
from tarjih.priors.draws import Draws
from tarjih.priors.elicited import elicit
from tarjih.priors.judged import log_likelihood
from tarjih.priors.pool import pooled
from tarjih.priors.stated_prior import sample_prior
from tarjih.scenarios import views
from tarjih.scenarios.records import Analyst, Judgement, Study

Make = Callable[..., Any]
Floats = np.ndarray[Any, Any]
SENT = 2000
STEPS = 8


def judged(id: str, scenario: str, says: float, by: str | None = None) -> Judgement:
    return Judgement(
        id=id, source="press", known=dt.date(2026, 1, 15), about="now", scenario=scenario,
        driver=None, level=None, over=(), within=None, levels={}, says=says, wording={},
        scale=None, cites="", note={}, retrospective=False, by=by,
    )  # fmt: skip


@pytest.fixture(scope="module")
def study(make_study: Make) -> Study:
    """Three scenarios, two drivers, effects with and without a sign, one judgement."""
    plain: Study = make_study(3, sizes=(2, 3))
    first, second, other = plain.scenarios
    return replace(
        plain,
        scenarios=(
            replace(first, effects={"d0": "strongly raises", "d1": "raises"}),
            replace(second, effects={"d1": "unclear"}),
            other,
        ),
        judgements=(judged("j", "s0", 0.3),),
    )


@pytest.fixture(scope="module")
def evidence(study: Study) -> Evidence:
    """Scenarios that change every month, and drivers that run: few draws foresee that."""
    scenarios = np.full((STEPS + 1, 3), -6.0)
    scenarios[::2, 0] = scenarios[1::2, 2] = 0.0
    drivers = [np.zeros((STEPS + 1, len(driver.levels))) for driver in study.drivers]
    drivers[0][4, 0] = -3.0
    drivers[1][2, 1:] = drivers[1][3, :2] = -3.0
    return Evidence(scenarios, tuple(drivers), ())


@pytest.fixture(scope="module")
def start(study: Study) -> Draws:
    return judged_draws(study, seed=11)


def judged_draws(study: Study, seed: int, count: int = SENT) -> Draws:
    """Draws of the judgements' posterior, with no sampler: the prior, resampled."""
    prior = sample_prior(study, 40 * count, seed=seed)
    weight = np.exp(log_judged(study, prior))
    dice = np.random.default_rng(seed)
    return prior.take(dice.choice(len(prior), size=count, p=weight / weight.sum()))


def log_judged(study: Study, draws: Draws) -> Floats:
    parameters = {name: getattr(draws, name) for name in (
        "alpha", "effects", "initial", "review_time", "up", "down", "bias", "noise",
    )}  # fmt: skip
    return log_likelihood(elicit(study), parameters)


def weigh_by(study: Study, evidence: Evidence, paths: int, last: int = STEPS) -> Weigh:
    return weigher(
        lambda draws, seed: ParticleEngine(study, draws, paths=paths, seed=seed),
        lambda trust: evidence,
        as_of_step=last,
    )


def roughly(weigh: Weigh, low: float = 0.1, high: float = 1.2) -> Weigh:
    """Estimate as rough as that of hard evidence, and as unbiased: E exp(σξ − σ²/2) = 1.

    It is rougher for some draws, which must gain or lose nothing by that.
    """

    def rough(draws: Draws, trust: Trust | None, seed: int) -> Floats:
        spread = np.where(draws.alpha[:, 0] > 0, high, low)
        noise = spread * np.random.default_rng(seed).normal(size=len(draws)) - spread**2 / 2
        return weigh(draws, trust, seed) + noise

    return rough


def quantities(draws: Draws, trust: Trust | None = None) -> Floats:
    """Return what is compared, and its squares, so that spreads are compared as well."""
    tellers = [] if trust is None else [values[:, None] for values in trust.shifts.values()]
    columns = np.concatenate(
        [
            draws.alpha,
            draws.initial,
            draws.beta.reshape(len(draws), -1),
            np.log(draws.review_time),
            np.log(draws.up),
            np.log(draws.down),
            np.log(draws.noise if draws.noise is not None else draws.up),
            *tellers,
        ],
        axis=1,
    )
    return np.concatenate([columns, columns**2], axis=1)


@dataclass
class Exact:
    """Means by brute force, with their standard errors and the spread of one draw."""

    mean: Floats
    error: Floats
    spread: Floats

    def away(self, found: Settled) -> float:
        """How many standard errors the moved draws are off, where they are off most."""
        assert found.movement is not None
        values = quantities(found.draws, found.trust)
        error = np.hypot(self.error, self.spread / np.sqrt(found.movement.effective))
        varies = self.spread > 1e-9
        off = np.abs(values.mean(axis=0) - self.mean)[varies] / error[varies]
        return float(off.max())


def by_weight(values: Floats, log_weight: Floats) -> Exact:
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    mean = weight @ values
    away = (values - mean) ** 2
    return Exact(mean, np.sqrt(weight**2 @ away), np.sqrt(weight @ away))


def brute_force(study: Study, evidence: Evidence, count: int = 150_000, last: int = STEPS) -> Exact:
    prior = sample_prior(study, count, seed=77)
    log_weight = log_judged(study, prior) + weigh_by(study, evidence, 8, last)(prior, None, 5)
    return by_weight(quantities(prior), log_weight)


@pytest.fixture(scope="module")
def exact(study: Study, evidence: Evidence) -> Exact:
    return brute_force(study, evidence)


def moved(study: Study, start: Draws, evidence: Evidence, seed: int = 3) -> Settled:
    return moved_draws(study, settle(start), roughly(weigh_by(study, evidence, 2)), seed=seed)


@pytest.fixture(scope="module")
def found(study: Study, start: Draws, evidence: Evidence) -> Settled:
    return moved(study, start, evidence)


LIMIT = 4.5
"""Standard errors; the largest of some 50 quantities stays below it all but once in 3,000."""


def test_weights_alone_would_fail(study: Study, start: Draws, evidence: Evidence) -> None:
    log_weight = weigh_by(study, evidence, 16)(start, None, 1)
    weight = np.exp(log_weight - log_weight.max())
    assert weight.sum() ** 2 / (weight**2).sum() < 0.1 * SENT


def test_moved_draws_are_the_posterior(exact: Exact, found: Settled) -> None:
    assert exact.away(found) < LIMIT
    movement = found.movement
    assert movement is not None
    assert movement.temperatures >= 2
    assert movement.reason == ""
    assert 0.15 < movement.acceptance < 0.8
    assert movement.effective > 0.05 * SENT


def test_with_other_dice_they_weigh_nearly_alike(
    study: Study, evidence: Evidence, found: Settled, exact: Exact
) -> None:
    """And their weighted mean is the posterior's, the noise of both estimates taken out."""
    fresh = weigh_by(study, evidence, 16)(found.draws, None, 99)
    log_weight = fresh - found.log_likelihood
    weighed = by_weight(quantities(found.draws), log_weight)
    error = np.hypot(weighed.error, exact.error) + 1e-12
    assert (np.abs(weighed.mean - exact.mean) / error).max() < LIMIT
    assert pareto_k(log_weight) < 0.7


def test_without_evidence_the_judgements_are_kept(study: Study, start: Draws) -> None:
    """Moving leaves the law of the judgements as it is, and moves every draw."""
    prior = sample_prior(study, 150_000, seed=78)
    exact = by_weight(quantities(prior), log_judged(study, prior))

    def silent(draws: Draws, trust: Trust | None, seed: int) -> Floats:
        return np.zeros(len(draws))

    once = moved_draws(study, settle(start), silent, seed=1)
    again = moved_draws(study, once, silent, seed=2)
    assert exact.away(again) < LIMIT
    assert again.movement is not None
    assert again.movement.temperatures == 1
    assert again.movement.ancestors == SENT
    assert np.mean(again.draws.alpha[:, 0] == start.alpha[:, 0]) < 0.2


def test_draws_are_led_along_a_timeline(
    study: Study, start: Draws, evidence: Evidence, exact: Exact
) -> None:
    """First to the evidence of two steps, from there to that of all."""
    early = Evidence(
        evidence.scenario_loglik[:3], tuple(rows[:3] for rows in evidence.driver_loglik), ()
    )
    then = weigh_by(study, early, 2, last=2)
    first = moved_draws(study, settle(start), then, seed=4)
    assert brute_force(study, early, 60_000, last=2).away(first) < LIMIT
    second = moved_draws(study, first, weigh_by(study, evidence, 2), seed=5)
    assert exact.away(second) < LIMIT


def test_the_same_seed_gives_the_same_bits(
    study: Study, start: Draws, evidence: Evidence, found: Settled
) -> None:
    again = moved(study, start, evidence)
    np.testing.assert_array_equal(again.draws.alpha, found.draws.alpha)
    np.testing.assert_array_equal(again.log_likelihood, found.log_likelihood)
    assert not np.array_equal(moved(study, start, evidence, 8).draws.alpha, found.draws.alpha)


def test_moved_draws_are_not_taken_for_fitted_ones(found: Settled) -> None:
    assert found.draws.digest == ""
    assert found.draws.log_judged is None
    assert len(found.draws) == SENT


class TestMistakes:
    """Each of these leaves the draws off by more standard errors than chance explains."""

    def test_evidence_counted_twice(
        self, study: Study, start: Draws, evidence: Evidence, exact: Exact
    ) -> None:
        once = weigh_by(study, evidence, 2)
        found = moved_draws(study, settle(start), lambda d, t, s: 2 * once(d, t, s), seed=3)
        assert exact.away(found) > 2 * LIMIT

    def test_no_evidence(self, exact: Exact, start: Draws) -> None:
        off = np.abs(quantities(start).mean(axis=0) - exact.mean)
        error = np.hypot(exact.error, exact.spread / np.sqrt(SENT)) + 1e-12
        assert (off / error).max() > 2 * LIMIT

    def test_a_missing_jacobian(
        self,
        study: Study,
        start: Draws,
        evidence: Evidence,
        exact: Exact,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Magnitudes on the logarithmic scale, as if that changed no density."""
        monkeypatch.setattr(density_module, "_to_half_normal", lambda points, *_: np.exp(points))
        monkeypatch.setattr(density_module, "_from_half_normal", np.log)
        assert exact.away(moved(study, start, evidence)) > 2 * LIMIT

    def test_judgements_left_out(
        self,
        study: Study,
        start: Draws,
        evidence: Evidence,
        exact: Exact,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(density_module, "log_likelihood", lambda *_: 0.0)
        assert exact.away(moved(study, start, evidence)) > LIMIT

    def test_a_step_that_does_not_keep_the_gaussian(
        self,
        study: Study,
        start: Draws,
        evidence: Evidence,
        exact: Exact,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """A plain random walk, counted as if it kept the Gaussian."""

        def walk(self: Any, white: Floats, chosen: Any, dice: np.random.Generator) -> Floats:
            return white + 0.5 * dice.normal(size=white.shape)

        monkeypatch.setattr(proposals.Lengths, "step", walk)
        assert exact.away(moved(study, start, evidence)) > LIMIT

    def test_estimates_made_anew(
        self,
        study: Study,
        start: Draws,
        evidence: Evidence,
        exact: Exact,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        """Draws that are estimated again, instead of keeping what they were accepted with."""
        sweep = Cloud._sweep
        rough = roughly(weigh_by(study, evidence, 2))

        def anew(self: Cloud, laws: Any, power: float) -> float:
            self.after = rough(self.draws_at(), None, self._seed())
            return sweep(self, laws, power)

        monkeypatch.setattr(Cloud, "_sweep", anew)
        assert exact.away(moved_draws(study, settle(start), rough, seed=3)) > LIMIT

    def test_families_that_never_part(
        self, study: Study, start: Draws, evidence: Evidence, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Without moves the draws are worth no more than their ancestors, and say so."""
        monkeypatch.setattr(Cloud, "_taken", lambda self, chance: np.zeros(len(chance), dtype=bool))
        monkeypatch.setattr(moving, "_MOST_SWEEPS", 2)
        movement = moved(study, start, evidence).movement
        assert movement is not None
        assert "hardly move" in movement.reason
        assert movement.effective < movement.ancestors < 0.5 * SENT


def test_views_move_on_their_own_and_are_weighed_together(study: Study, evidence: Evidence) -> None:
    """Two analysts: what each believes, and what each comes to count, by brute force."""
    analysts = (Analyst("amal", {}, 1.0, {}, ""), Analyst("basil", {}, 1.0, {}, ""))
    own = (judged("a", "s0", 0.3, by="amal"), judged("b", "s0", 0.02, by="basil"))
    disputed = replace(study, analysts=analysts, judgements=own)
    both = views(disputed)
    assert [len(one.judgements) for one in both] == [1, 1]
    pool = pooled([judged_draws(one, seed) for seed, one in enumerate(both)], [0.5, 0.5])
    found = moved_draws(disputed, settle(pool), weigh_by(disputed, evidence, 2), seed=1)
    log_share = []
    for place, one in enumerate(both):
        prior = sample_prior(one, 60_000, seed=50 + place)
        log_weight = log_judged(one, prior)
        log_weight -= np.log(np.exp(log_weight).mean())
        log_weight += weigh_by(one, evidence, 8)(prior, None, 5)
        log_share.append(np.log(np.exp(log_weight).mean()))
        mine = found.draws.take(np.flatnonzero(found.draws.analyst == place))
        exact = by_weight(quantities(prior), log_weight)
        assert found.movement is not None
        worth = found.movement.effective * len(mine) / SENT
        error = np.hypot(exact.error, exact.spread / np.sqrt(worth)) + 1e-12
        assert (np.abs(quantities(mine).mean(axis=0) - exact.mean) / error).max() < LIMIT
    share = 1 / (1 + np.exp(log_share[1] - log_share[0]))
    assert np.mean(found.draws.analyst == 0) == pytest.approx(share, abs=0.05)
    assert abs(share - 0.5) > 0.05


def two_ways(draws: Draws, trust: Trust | None, seed: int) -> Floats:
    """Evidence that leaves two peaks, which no Gaussian has."""
    away = draws.alpha[:, 0]
    peaks: Floats = np.logaddexp(-2 * (away - 1.5) ** 2, -2 * (away + 1.5) ** 2)
    return peaks


def middling(draws: Draws) -> Floats:
    return (np.abs(draws.alpha[:, :1]) < 0.5).astype(float)


def test_a_posterior_with_two_peaks(
    study: Study, start: Draws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Steps that keep a Gaussian do no harm where there is none; accepted always, they do."""
    prior = sample_prior(study, 150_000, seed=80)
    exact = by_weight(middling(prior), log_judged(study, prior) + two_ways(prior, None, 0))
    found = moved_draws(study, settle(start), roughly(two_ways), seed=1)
    assert found.movement is not None
    error = np.hypot(exact.error, exact.spread / np.sqrt(found.movement.effective))[0]
    assert abs(middling(found.draws).mean() - exact.mean[0]) < LIMIT * error
    monkeypatch.setattr(Cloud, "_taken", lambda self, chance: np.ones(len(chance), dtype=bool))
    wrong = moved_draws(study, settle(start), roughly(two_ways), seed=1)
    assert abs(middling(wrong.draws).mean() - exact.mean[0]) > 2 * LIMIT * error


def test_trust_is_moved_along(study: Study, start: Draws) -> None:
    """A report that only a trusted teller makes likely: its shift follows by brute force."""

    def weigh(draws: Draws, trust: Trust | None, seed: int) -> Floats:
        assert trust is not None
        return -0.5 * ((trust.shifts["press"] - 2.0) / 0.3) ** 2 + 1.5 * draws.alpha[:, 0]

    learned = replace(study, assumptions={"trust": "learned"})
    found = moved_draws(learned, settle(start, throw_trust(learned, SENT, 1)), weigh, seed=1)
    assert found.trust is not None
    # normal prior N(0, 1) and likelihood N(2, 0.3²): both conjugate
    precision = 1 + 1 / 0.09
    shifts = found.trust.shifts["press"]
    assert found.movement is not None
    error = LIMIT / np.sqrt(precision * found.movement.effective)
    assert shifts.mean() == pytest.approx(2 / 0.09 / precision, abs=error)
    assert shifts.std() == pytest.approx(precision**-0.5, rel=0.1)
    prior = sample_prior(study, 150_000, seed=79)
    exact = by_weight(quantities(prior), log_judged(study, prior) + 1.5 * prior.alpha[:, 0])
    assert exact.away(replace(found, trust=None)) < LIMIT


def test_effective_numbers() -> None:
    dice = np.random.default_rng(0)
    count = 4000
    alone = dice.normal(size=(count, 3))
    assert effective_number(alone, np.arange(count)) > count - 2
    family = np.repeat(np.arange(200), 20)
    copies = np.repeat(dice.normal(size=(200, 3)), 20, axis=0)
    assert effective_number(copies, family) == pytest.approx(200, rel=0.2)
    # three quarters of a draw its own
    mixed = copies * 0.5 + alone * np.sqrt(0.75)
    assert effective_number(mixed, family) == pytest.approx(count / (1 + 19 * 0.25), rel=0.25)
    # the worst quantity speaks for all
    one_bad = np.column_stack([alone[:, :2], copies[:, 0]])
    assert effective_number(one_bad, family) == pytest.approx(200, rel=0.3)
    assert effective_number(alone, np.zeros(count, dtype=int)) == 0
