"""The particle engine against the sum over every history of drivers and scenarios."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tarjih.evidence.weighing.likelihood import Evidence
from tarjih.models.engines.particle import ParticleEngine
from tarjih.models.engines.protocol import Clamp, run_engine
from tarjih.models.engines.walkers import Walkers

DRAWS, PATHS = 512, 32
CASES = [
    {"scenarios": 2, "sizes": (2, 2), "links": (), "conjunction": False},
    {"scenarios": 3, "sizes": (3,), "links": (), "conjunction": False},
    {"scenarios": 2, "sizes": (2, 3), "links": [(0, 1)], "conjunction": True},
    {"scenarios": 2, "sizes": (2, 2), "links": [(1, 0)], "conjunction": True},
    {"scenarios": 2, "sizes": (2, 2), "links": [], "conjunction": False, "step": "week"},
]


def _run(study, draws, evidence, clamps=(), *, as_of=1, last=2, seed=0):
    engine = ParticleEngine(study, draws, paths=PATHS, seed=seed)
    return run_engine(engine, evidence, as_of_step=as_of, last_step=last, clamps=clamps)


def _means(run):
    """Weighted means, and the standard error of the path noise in them."""
    weight = np.exp(run.log_weight - run.log_weight.max())
    weight /= weight.sum()
    mean = np.einsum("hmk,m->hk", run.probability, weight)
    ever = np.einsum("hmk,m->hk", run.ever, weight)
    # every draw is the same parameter vector, so the spread of draw means is the noise
    error = np.sqrt(np.einsum("hmk,m->hk", (run.probability - mean[:, None]) ** 2, weight**2))
    error_ever = np.sqrt(np.einsum("hmk,m->hk", (run.ever - ever[:, None]) ** 2, weight**2))
    return mean, ever, error, error_ever


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("seed", range(2))
def test_it_agrees_with_enumeration(
    case, seed, make_study, make_draws, make_evidence, enumerated
) -> None:
    study = make_study(**case)
    draws = make_draws(study, DRAWS, seed, same=True)
    evidence = make_evidence(study, 1, seed)
    truth = enumerated(study, draws, evidence, 1, 2)
    run = _run(study, draws, evidence, seed=seed)
    mean, ever, error, error_ever = _means(run)
    assert (np.abs(mean - truth.probability) < 4 * error + 1e-12).all()
    assert (np.abs(ever - truth.ever) < 4 * error_ever + 1e-12).all()
    assert error.max() < 0.01, "a bound this wide would prove nothing"
    log_evidence = np.log(np.mean(np.exp(run.log_weight)))
    spread = np.std(np.exp(run.log_weight - log_evidence)) / np.sqrt(DRAWS)
    assert abs(log_evidence - truth.log_evidence) < 4 * spread + 1e-12
    for ours, theirs in zip(run.levels, truth.levels, strict=True):
        assert np.abs(ours - theirs).max() < 4 * np.sqrt(0.25 / run.ess_paths)


@pytest.mark.parametrize("links", [(), [(0, 1)]])
def test_a_clamped_driver_agrees_with_enumeration(
    links, make_study, make_draws, make_evidence, enumerated
) -> None:
    study = make_study(scenarios=2, sizes=(2, 2), links=links)
    draws = make_draws(study, DRAWS, 3, same=True)
    evidence = make_evidence(study, 0, 3)
    clamps = [Clamp(0, 1, 1)]
    truth = enumerated(study, draws, evidence, 0, 3, clamps)
    run = _run(study, draws, evidence, clamps, as_of=0, last=3)
    mean, _, error, _ = _means(run)
    assert (np.abs(mean - truth.probability) < 4 * error + 1e-12).all()
    assert run.levels[0][1:, 1].tolist() == [1.0, 1.0, 1.0]


def test_planted_mistakes_are_outside_the_bound(
    make_study, make_draws, make_evidence, enumerated
) -> None:
    study = make_study(scenarios=3, sizes=(3, 2))
    draws = make_draws(study, DRAWS, 5, same=True)
    draws = replace(draws, beta=draws.beta * 3)
    evidence = make_evidence(study, 1, 5)
    truth = enumerated(study, draws, evidence, 1, 2)
    mean, _, error, _ = _means(_run(study, draws, evidence))
    assert (np.abs(mean - truth.probability) < 4 * error + 1e-12).all()
    twice = replace(evidence, scenario_loglik=2 * evidence.scenario_loglik)
    late = replace(
        evidence, driver_loglik=tuple(np.roll(log, 1, axis=0) for log in evidence.driver_loglik)
    )
    for planted in (twice, late):
        wrong, _, noise, _ = _means(_run(study, draws, planted))
        assert (np.abs(wrong - truth.probability) > 6 * np.maximum(noise, error)).any()


def test_dropping_the_driver_normaliser_of_a_child_is_caught(
    make_study, make_draws, make_evidence, enumerated, monkeypatch
) -> None:
    from tarjih.models.engines.lookahead import Lookahead

    study = make_study(scenarios=2, sizes=(2, 3), links=[(0, 1)])
    draws = make_draws(study, DRAWS, 8, same=True)
    draws = replace(draws, beta=draws.beta * 4)
    evidence = make_evidence(study, 1, 8)
    evidence = replace(
        evidence,
        driver_loglik=(evidence.driver_loglik[0], np.array([[0, -9.0, -9.0], [-9.0, -9.0, 0]])),
    )
    truth = enumerated(study, draws, evidence, 1, 2)
    mean, _, error, _ = _means(_run(study, draws, evidence))
    assert (np.abs(mean - truth.probability) < 4 * error + 1e-12).all()
    honest = Lookahead.leaning

    def forgetful(self, transition, step):
        reached, correction = honest(self, transition, step)
        return reached, np.zeros_like(correction)

    monkeypatch.setattr(Lookahead, "leaning", forgetful)
    wrong, _, _, _ = _means(_run(study, draws, evidence))
    assert (np.abs(wrong - truth.probability) > 6 * error).any()


def test_a_longer_horizon_changes_nothing_before_it(make_study, make_draws, make_evidence) -> None:
    study = make_study(links=[(0, 1)])
    draws, evidence = make_draws(study, 200), make_evidence(study, 2)
    short = _run(study, draws, evidence, as_of=2, last=5)
    long = _run(study, draws, evidence, as_of=2, last=9)
    assert (long.probability[:4] == short.probability).all()
    assert (long.ever[:4] == short.ever).all()


def test_noise_is_what_the_dice_owe(make_study, make_draws, make_evidence) -> None:
    study = make_study(sizes=(2, 3))
    draws, evidence = make_draws(study, 400, same=True), make_evidence(study, 1, drivers=False)
    quiet = replace(evidence, scenario_loglik=np.zeros_like(evidence.scenario_loglik))
    run = _run(study, draws, quiet, last=6)
    between = run.probability[-1].var(axis=0, ddof=1)
    owed = run.probability_noise[-1].mean(axis=0)
    assert np.abs(between / owed - 1).max() < 0.3


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("count", [2, 3])
def test_along_paths_that_are_known_it_is_exact(
    count, seed, make_study, make_draws, make_evidence, enumerated
) -> None:
    """The filter, first passage and evidence of one path, against the sum over all histories."""
    study = make_study(scenarios=count, sizes=(3,))
    known = replace(study.drivers[0], at_origin=(0.0, 1.0, 0.0))
    study = replace(study, drivers=(known,))
    draws = make_draws(study, 3, seed, same=True)
    draws = replace(draws, up=np.zeros((3, 1)), down=np.zeros((3, 1)))
    evidence = make_evidence(study, 2, seed, drivers=False)
    clamps = [Clamp(0, 0, 4), Clamp(0, 2, 3)]  # in no order: the later rules once it has begun
    truth = enumerated(study, draws, evidence, 2, 4, clamps)
    run = _run(study, draws, evidence, clamps, as_of=2, last=4)
    assert np.abs(run.probability - truth.probability[:, None]).max() < 1e-12
    assert np.abs(run.ever - truth.ever[:, None]).max() < 1e-12
    assert np.abs(run.log_weight - truth.log_evidence).max() < 1e-12
    assert np.abs(run.levels[0] - truth.levels[0]).max() < 1e-12


def test_normalising_the_never_visited_mass_by_itself_is_caught(
    make_study, make_draws, make_evidence, enumerated, monkeypatch
) -> None:
    from tarjih.models.engines.protocol import Step

    study = make_study(scenarios=3, sizes=(2,))
    draws = make_draws(study, DRAWS, 4, same=True)
    evidence = make_evidence(study, 1, 4)
    truth = enumerated(study, draws, evidence, 1, 3)
    run = _run(study, draws, evidence, last=3)
    _, ever, _, error = _means(run)
    assert (np.abs(ever - truth.ever) < 4 * error + 1e-12).all()
    honest = Step.carry

    def normalising(self, mass):
        moved = honest(self, mass)
        return moved / moved.sum(axis=1, keepdims=True) * mass[-1].sum(axis=0)

    monkeypatch.setattr(Step, "carry", normalising)
    _, wrong, _, _ = _means(_run(study, draws, evidence, last=3))
    assert np.abs(wrong - truth.ever).max() > 0.05


def test_paths_are_resampled_without_bias(
    make_study, make_draws, make_evidence, enumerated, monkeypatch
) -> None:
    """With effects so strong that paths weigh unevenly, at every step before as-of."""
    import tarjih.models.engines.particle as particle

    study = make_study(scenarios=2, sizes=(2, 2), links=[(0, 1)])
    draws = make_draws(study, 4096, 6, same=True)
    draws = replace(draws, beta=draws.beta * 6)
    evidence = make_evidence(study, 2, 6)
    sharp = np.log([[1.0, 1.0], [0.02, 0.98], [0.98, 0.02]])
    evidence = replace(evidence, scenario_loglik=sharp)
    truth = enumerated(study, draws, evidence, 2, 3)
    happened = []
    honest = Walkers.rearrange

    def counted(self, index):
        happened.append(index)
        honest(self, index)

    monkeypatch.setattr(Walkers, "rearrange", counted)
    for share in (0.5, 1.1):
        monkeypatch.setattr(particle, "_RESAMPLE_BELOW", share)
        mean, ever, error, error_ever = _means(_run(study, draws, evidence, as_of=2, last=3))
        assert (np.abs(mean - truth.probability) < 4 * error + 1e-12).all()
        assert (np.abs(ever - truth.ever) < 4 * error_ever + 1e-12).all()
        assert error.max() < 0.01
    assert happened


def test_evidence_of_each_draw_is_that_of_all_when_they_agree(
    make_study, make_draws, make_evidence
) -> None:
    study = make_study(sizes=(2, 3), links=[(0, 1)])
    draws, evidence = make_draws(study, 300), make_evidence(study, 2)
    each = replace(
        evidence,
        scenario_loglik=np.repeat(evidence.scenario_loglik[None], 300, axis=0),
        driver_loglik=tuple(np.repeat(rows[None], 300, axis=0) for rows in evidence.driver_loglik),
    )
    one, other = (_run(study, draws, said, as_of=2, last=4) for said in (evidence, each))
    assert np.abs(one.probability - other.probability).max() < 1e-13
    assert np.abs(one.log_weight - other.log_weight).max() < 1e-12


def test_sixty_four_drivers_and_ten_years_of_weeks_stay_finite(make_study, make_draws) -> None:
    links = [(j, j + 1) for j in range(0, 60, 4)]
    study = make_study(scenarios=5, sizes=(3,) * 64, links=links, step="week")
    draws = make_draws(study, 24)
    rng = np.random.default_rng(1)
    # some 10,000 items' worth in all: twenty a step
    said = [-rng.gamma(2.0, 8.0, size=(521, 3)) for _ in range(64)]
    evidence = Evidence(-rng.gamma(2.0, 40.0, size=(521, 5)), tuple(said), ())
    run = _run(study, draws, evidence, as_of=520, last=530)
    for values in (run.probability, run.ever, run.log_weight, *run.levels):
        assert np.isfinite(values).all()
    assert np.abs(run.probability.sum(axis=-1) - 1).max() < 1e-9


@pytest.mark.parametrize("kept", [2**25, 1])
@pytest.mark.parametrize("by_draw", [False, True])
def test_a_run_is_the_same_whatever_ran_before(
    make_study, make_draws, make_evidence, monkeypatch, kept, by_draw
) -> None:
    monkeypatch.setattr("tarjih.models.engines.particle._KEPT", kept)
    monkeypatch.setattr("tarjih.models.engines.particle._BLOCK_PATHS", 2**8)
    study = make_study(sizes=(2, 3, 2), links=[(0, 1)], conjunction=True)
    draws = make_draws(study, 40)
    whole = make_evidence(study, 5)
    rows = whole.scenario_loglik * 4  # so that paths are resampled
    late = rows.copy()
    late[4] -= np.arange(3.0)
    other = tuple(np.array(log) for log in whole.driver_loglik)
    other[1][2] -= np.arange(3.0)
    told = [
        replace(whole, scenario_loglik=rows),
        replace(whole, scenario_loglik=late),
        replace(whole, scenario_loglik=rows, driver_loglik=other),
    ]
    if by_draw:
        told = [
            replace(
                one,
                scenario_loglik=np.linspace(0.5, 1, 40)[:, None, None] * one.scenario_loglik,
                driver_loglik=tuple(np.repeat(log[None], 40, axis=0) for log in one.driver_loglik),
            )
            for one in told
        ]
    holds = [(), (Clamp(1, 2, 3),), (Clamp(0, 1, 6),)]
    asked = [(one, step, held) for one in told for step in (2, 5) for held in holds]
    used = ParticleEngine(study, draws, seed=7)
    order = np.random.default_rng(0).permutation(np.repeat(np.arange(len(asked)), 2))
    for i in order:
        one, step, held = asked[i]
        fresh = ParticleEngine(study, draws, seed=7)
        found, expected = (
            run_engine(engine, one, as_of_step=step, last_step=7, clamps=held)
            for engine in (used, fresh)
        )
        for name in ("probability", "ever", "probability_noise", "log_weight"):
            np.testing.assert_array_equal(getattr(found, name), getattr(expected, name))
        for a, b in zip(found.levels, expected.levels, strict=True):
            np.testing.assert_array_equal(a, b)
