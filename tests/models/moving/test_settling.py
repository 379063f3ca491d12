"""Beliefs whose draws are moved: 300 items from 10 sources on the shipped study."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tarjih.evidence import weigh_evidence
from tarjih.models.forecasting import forecast_of
from tarjih.models.moving import cloud as cloud_module
from tarjih.models.moving.moves import Settled, moved_draws, settle
from tarjih.models.moving.pareto import enough, pareto_k
from tarjih.models.moving.proposals import Gaussian
from tarjih.models.moving.settling import Timeline, moved_posterior, settled_posterior
from tarjih.models.posterior import Posterior, believe
from tarjih.priors import density as density_module
from tarjih.priors import obtain_draws
from tarjih.priors.draws import Draws
from tarjih.priors.elicited import elicit
from tarjih.priors.judged import log_likelihood
from tarjih.priors.stated_prior import sample_prior
from tarjih.scenarios import load
from tarjih.scenarios.records import Item, LevelSeen, Seen, Study, Weights

Floats = np.ndarray[Any, Any]
MONTHS = 12
QUIET = ("limited_leverage",) * 4 + ("sovereign_partnership",) * 9
HARD = ("rupture", "overt_support") * 6 + ("rupture",)


@pytest.fixture(scope="module")
def study() -> Study:
    return load("syria_russia")


@pytest.fixture(scope="module")
def judged(study: Study) -> Settled:
    return led_by_judgements(study)


def led_by_judgements(study: Study) -> Settled:
    """Draws of the judgements' posterior with no NUTS: the prior, moved by what was judged."""
    elicited = elicit(study)
    names = ("alpha", "effects", "initial", "review_time", "up", "down", "bias", "noise")

    def weigh(draws: Draws, trust: object, seed: int) -> Floats:
        return log_likelihood(elicited, {name: getattr(draws, name) for name in names})

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(density_module, "log_likelihood", lambda *_: 0.0)
        return moved_draws(study, settle(sample_prior(study, 2000, seed=3)), weigh, seed=1)


def parameters(draws: Draws) -> Floats:
    columns = np.concatenate(
        [
            draws.alpha,
            draws.initial,
            draws.effects.reshape(len(draws), -1),
            np.log(draws.review_time),
            np.log(draws.up),
            np.log(draws.down),
        ],
        axis=1,
    )
    columns = columns[:, np.ptp(columns, axis=0) > 0]
    return np.concatenate([columns, columns**2], axis=1)


def off_by(found: Settled, shipped: Draws) -> float:
    """Standard errors between moved draws and those of NUTS, where they differ most."""
    assert found.movement is not None
    ours, theirs = parameters(found.draws), parameters(shipped)
    worth = min(float(shipped.diagnostics["ess_bulk"]), len(shipped))
    error = theirs.std(axis=0) * np.sqrt(1 / found.movement.effective + 1 / worth)
    return float((np.abs(ours.mean(axis=0) - theirs.mean(axis=0)) / error).max())


@pytest.mark.slow
def test_moving_by_what_was_judged_gives_what_nuts_gives(study: Study, judged: Settled) -> None:
    """85 coordinates, 20 judgements, base rates: two samplers with no code in common agree."""
    assert judged.movement is not None
    assert judged.movement.effective > 200
    assert off_by(judged, obtain_draws(study)) < 4.5


@pytest.mark.slow
def test_draws_must_not_move_by_a_law_they_had_a_part_in(
    study: Study, judged: Settled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted mistake: one full covariance of all draws, as is usual."""

    def own(points: Floats, family: Floats) -> Any:
        covariance = np.cov(points.T) + 1e-3 * np.eye(points.shape[1])
        law = Gaussian(points.mean(axis=0), np.linalg.cholesky(covariance))
        return [law], np.zeros(len(points), dtype=np.intp)

    monkeypatch.setattr(cloud_module, "fit_gaussians", own)
    assert off_by(led_by_judgements(study), obtain_draws(study)) > 4.5


def reports(study: Study, path: tuple[str, ...], seed: int) -> tuple[Item, ...]:
    """300 items from 10 sources: of a path of scenarios, and of drivers that move by chance.

    Where the path is hard, drivers jump from end to end as well.
    """
    dice = np.random.default_rng(seed)
    template = study.items[3]
    tellers = [source.id for source in study.sources[:10]]
    levels: dict[str, list[int]] = {}
    for driver in study.drivers:
        top = len(driver.levels) - 1
        at = [driver.reference]
        for month in range(MONTHS):
            throw = dice.random()
            rises = throw < 1 / driver.months_before_rise
            falls = throw > 1 - 1 / driver.months_before_fall
            at.append(min(max(at[-1] + rises - falls, 0), top))
            if path == HARD:
                at[-1] = top * (month % 2)
        levels[driver.id] = at
    items = []
    for number in range(300):
        month = int(dice.integers(1, MONTHS + 1))
        day = study.calendar.first_day(month) + dt.timedelta(days=int(dice.integers(27)))
        kind, in_force = dice.random(), path[month]
        bears_on: Seen | LevelSeen | Weights
        if kind < 0.5:
            chance = np.array([one.monthly[in_force] for one in study.indicators])
            chosen = dice.choice(len(chance), p=chance / chance.sum())
            bears_on = Seen(study.indicators[int(chosen)].id)
        elif kind < 0.8:
            driver = study.drivers[int(dice.integers(len(study.drivers)))]
            bears_on = LevelSeen(driver.id, levels[driver.id][month])
        else:
            bears_on = Weights({in_force: "for"})
        items.append(
            replace(
                template, id=f"item_{number}", start=day, end=day, known=day, bears_on=bears_on,
                kind="act", sources=(tellers[int(dice.integers(10))],), relays={},
                credibility=int(dice.integers(1, 4)), cluster=None,
            )
        )  # fmt: skip
    return tuple(items)


def share(log_weight: Floats) -> float:
    weight = np.exp(log_weight - log_weight.max())
    return float(weight.sum() ** 2 / (weight**2).sum() / len(weight))


def weights_of(posterior: Posterior) -> Floats:
    return posterior.run(posterior.as_of_step).log_weight


@pytest.fixture(scope="module")
def quiet(study: Study, judged: Settled) -> Posterior:
    return believe(study, reports(study, QUIET, 1), draws=judged.draws)


@pytest.mark.slow
def test_300_items_that_agree_need_no_moves(quiet: Posterior) -> None:
    log_weight = weights_of(quiet)
    assert enough(log_weight)
    assert share(log_weight) >= 0.1


@pytest.mark.slow
@pytest.mark.calibration
def test_moving_changes_what_is_believed_by_no_more_than_noise(quiet: Posterior) -> None:
    moved, settled = moved_posterior(quiet)
    last = quiet.as_of_step + 12
    before, after = quiet.run(last), moved.run(last)
    assert settled.movement is not None
    assert settled.movement.reason == ""
    assert share(after.log_weight) > 0.8
    assert settled.movement.effective > 0.1 * len(settled.draws)
    weights = [np.exp(run.log_weight - run.log_weight.max()) for run in (before, after)]
    means, errors = [], []
    worth = (share(before.log_weight) * 2000, settled.movement.effective)
    for run, weight, count in zip((before, after), weights, worth, strict=True):
        weight = weight / weight.sum()
        mean = np.einsum("m,hmk->hk", weight, run.probability)
        away = np.einsum("m,hmk->hk", weight, (run.probability - mean[:, None]) ** 2)
        means.append(mean)
        errors.append(away / count)
    # draws of the start are themselves worth no more than their ancestors
    error = np.sqrt(errors[0] + errors[1]) * 1.5
    assert (np.abs(means[0] - means[1]) / error).max() < 4.5


@pytest.mark.slow
def test_300_items_at_odds_are_moved_to(study: Study, judged: Settled) -> None:
    """Weights alone leave 1% of the draws, and k̂ above 1."""
    moved = believe(study, reports(study, HARD, 0), draws=judged.draws)
    hard = moved.plain
    assert hard is not None
    log_weight = weights_of(hard)
    assert share(log_weight) < 0.05
    assert pareto_k(log_weight) > 0.7
    assert not enough(log_weight)
    again = weights_of(moved)
    assert enough(again)
    found = forecast_of(moved, replay=False).diagnostics
    assert moved.movement is not None
    assert found.ess_draws <= moved.movement.effective
    assert found.ess_draws >= 0.1 * found.draws or not found.reliable
    assert found.reliable or found.reason


@pytest.mark.slow
@pytest.mark.calibration
def test_along_a_timeline_draws_are_moved_only_where_they_must(
    study: Study, judged: Settled
) -> None:
    """Each date starts from the draws of the last one that was moved to."""
    whole = believe(study, reports(study, HARD, 0), draws=judged.draws)
    timeline, moved = Timeline(), []
    for step in (1, 2, 3, 4):
        then = whole.at(study.calendar.last_day(step))
        asked = timeline.asked(then)
        if not enough(weights_of(asked)):
            asked = timeline.moved(then)
            moved.append(step)
        assert enough(weights_of(asked))
    assert 1 <= len(moved) < 4
    assert timeline.settled is not None
    assert timeline.settled.movement is not None
    assert timeline.settled.movement.effective >= 0.05 * len(judged.draws)


def test_a_belief_on_settled_draws_weighs_by_what_is_new(study: Study) -> None:
    """Draws that follow the evidence at an earlier date, asked at a later one."""
    draws = sample_prior(study, 200, seed=5)
    whole = believe(study, draws=draws)
    early = whole.at(dt.date(2025, 11, 30))
    known = weights_of(early)
    settled = replace(settle(draws), log_likelihood=known)
    later = settled_posterior(whole, settled)
    np.testing.assert_allclose(weights_of(later), weights_of(whole) - known, rtol=1e-12)
    np.testing.assert_allclose(weights_of(settled_posterior(early, settled)), 0.0, atol=1e-12)


def test_finer_paths_are_taken_where_dice_rule(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Moved draws that still weigh unevenly are moved on, with four times the paths."""
    asked: list[int] = []

    def pretend(_: Study, start: Settled, weigh: Any, *, seed: int) -> Settled:
        found = weigh(start.draws, start.trust, seed + 1)
        noise = np.zeros(len(found))
        if len(asked) < 2:
            noise[0] = 50.0
        asked.append(1)
        return replace(start, log_likelihood=weigh(start.draws, start.trust, seed) - noise)

    monkeypatch.setattr("tarjih.models.moving.settling.moved_draws", pretend)
    moved, _ = moved_posterior(believe(study, draws=sample_prior(study, 20), as_of="2025-09-30"))
    assert len(asked) == 3
    assert moved.engine.paths == 16 * 4 * 4


def test_learned_trust_is_asked_anew(study: Study) -> None:
    learned = replace(study, assumptions={**study.assumptions, "trust": "learned"})
    draws = sample_prior(study, 40)
    posterior = believe(learned, draws=draws)
    trust = posterior.evidence.trust
    assert trust is not None
    shifted = replace(trust, shifts={id: values + 1.0 for id, values in trust.shifts.items()})
    asked = settled_posterior(posterior, replace(settle(draws), trust=shifted))
    fresh = weigh_evidence(
        learned, posterior.items, as_of=posterior.as_of, last_step=posterior.as_of_step,
        trust=shifted,
    )  # fmt: skip
    np.testing.assert_array_equal(asked.evidence.scenario_loglik, fresh.scenario_loglik)
    assert not np.array_equal(fresh.scenario_loglik, posterior.evidence.scenario_loglik)
