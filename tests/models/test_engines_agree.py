"""What is drawn against what is summed: the particle engine comes to the exact one's answers.

Thirty random small studies, with links, conjunctions, weekly steps, drivers held, and evidence
on scenarios and drivers, for all draws or for each its own. Every draw of the particle engine is
the same parameter vector, so that what they differ by is the noise of the paths.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pytest

from tarjih.evidence.weighing.likelihood import Evidence
from tarjih.models.engines.exact import ExactEngine
from tarjih.models.engines.particle import ParticleEngine
from tarjih.models.engines.protocol import Clamp, Engine, Run, run_engine
from tarjih.priors.draws import Draws
from tarjih.scenarios.records import Study

STUDIES = 30
DRAWS, PATHS = 400, 16
BOUND = 4.0
Question = tuple[Study, Draws, Evidence, int, int, tuple[Clamp, ...]]


@dataclass(frozen=True)
class Found:
    """Quantities of a run as one long row, with the standard errors of their noise."""

    values: np.ndarray
    errors: np.ndarray


def _ask(engine: Engine, question: Question) -> Run:
    _, _, evidence, now, last, clamps = question
    return run_engine(engine, evidence, as_of_step=now, last_step=last, clamps=clamps)


def _particle(question: Question, paths: int = PATHS, seed: int = 0, repeat: int = DRAWS) -> Run:
    study, draws, *_ = question
    same = draws.take(np.zeros(repeat, dtype=np.int64))
    return _ask(ParticleEngine(study, same, paths=paths, seed=seed), (study, same, *question[2:]))


def _exact(question: Question) -> Run:
    return _ask(ExactEngine(question[0], question[1]), question)


def _found(run: Run) -> Found:
    """Means over draws that weigh unevenly, and what their own spread says of the error."""
    values = np.concatenate([run.probability, run.ever], axis=-1)
    values = np.moveaxis(values, 1, 0).reshape(values.shape[1], -1)
    share = np.exp(run.log_weight - run.log_weight.max())
    share /= share.sum()
    mean = share @ values
    count = len(share)
    errors = np.sqrt(share**2 @ (values - mean) ** 2 * count / max(count - 1, 1))
    return Found(mean, errors)


def _excess(run: Run, exact: Run) -> dict[str, float]:
    """How many standard errors a run is away, at worst."""
    truth, found = _found(exact), _found(run)
    weight = np.exp(run.log_weight - exact.log_weight[0])
    error = weight.std(ddof=1) / np.sqrt(len(weight))
    levels = max(
        float(np.abs(ours - theirs).max() / np.sqrt(0.25 / run.ess_paths))
        for ours, theirs in zip(run.levels, exact.levels, strict=True)
    )
    # where nothing is random, nothing may differ
    values = np.abs(found.values - truth.values) / np.maximum(found.errors, 1e-9)
    return {
        "values": float(values.max()),
        "evidence": float(abs(weight.mean() - 1) / max(error, 1e-9)),
        "levels": levels,
    }


@pytest.fixture
def question(make_study, make_draws, make_evidence) -> Callable[[int], Question]:
    def build(seed: int) -> Question:
        rng = np.random.default_rng(1_000 + seed)
        drivers = int(rng.integers(1, 5))
        sizes = tuple(int(size) for size in rng.integers(2, 5, drivers))
        order = rng.permutation(drivers)
        links = [
            (int(order[a]), int(order[b]))
            for a in range(drivers)
            for b in range(a + 1, drivers)
            if rng.random() < 0.5
        ]
        study = make_study(
            int(rng.integers(2, 5)),
            sizes,
            links,
            conjunction=bool(rng.random() < 0.5) and drivers > 1,
            step="week" if rng.random() < 0.3 else "month",
        )
        draws = make_draws(study, 1, seed)
        draws = replace(draws, beta=2 * draws.beta)
        now = int(rng.integers(1, 5))
        last = now + int(rng.integers(2, 7))
        evidence = make_evidence(study, now, seed)
        clamps = []
        if rng.random() < 0.4:
            driver = int(rng.integers(drivers))
            level = int(rng.integers(sizes[driver]))
            clamps.append(Clamp(driver, level, int(rng.integers(now + 1, last + 1))))
        return study, draws, evidence, now, last, tuple(clamps)

    return build


@pytest.mark.parametrize("seed", range(STUDIES))
def test_particle_agrees_with_exact(seed, question) -> None:
    asked = question(seed)
    run, exact = _particle(asked, seed=seed), _exact(asked)
    assert max(_excess(run, exact).values()) < BOUND
    assert _found(run).errors.max() < 0.02, "a bound this wide would prove nothing"


def test_the_questions_are_worth_asking(question) -> None:
    """Between them they hold all that the engines must agree on."""
    asked = [question(seed) for seed in range(STUDIES)]
    assert sum(bool(study.links) for study, *_ in asked) >= 10
    assert any(len({link.parent for link in study.links}) > 1 for study, *_ in asked)
    assert sum(bool(study.conjunctions) for study, *_ in asked) >= 5
    assert sum(study.step == "week" for study, *_ in asked) >= 5
    assert sum(bool(clamps) for *_, clamps in asked) >= 5
    assert all(evidence.scenario_loglik.any() for _, _, evidence, *_ in asked)


def test_evidence_of_each_draw_agrees(question) -> None:
    """Under learned trust the same item says more under some draws than under others."""
    for seed in range(4):
        study, draws, evidence, *rest = question(seed)
        times = np.array([0.2, 1.0, 2.0])
        own = replace(
            evidence,
            scenario_loglik=times[:, None, None] * evidence.scenario_loglik,
            driver_loglik=tuple(times[:, None, None] * rows for rows in evidence.driver_loglik),
        )
        exact = _exact((study, draws.take(np.zeros(3, dtype=np.int64)), own, *rest))
        repeated = np.repeat(np.arange(3), DRAWS)
        wide = replace(
            own,
            scenario_loglik=own.scenario_loglik[repeated],
            driver_loglik=tuple(rows[repeated] for rows in own.driver_loglik),
        )
        run = _particle((study, draws, wide, *rest), repeat=3 * DRAWS)
        for m in range(3):
            part = slice(m * DRAWS, (m + 1) * DRAWS)
            mine = replace(
                run,
                probability=run.probability[:, part],
                ever=run.ever[:, part],
                log_weight=run.log_weight[part],
                levels=(),
            )
            truth = replace(
                exact,
                probability=exact.probability[:, m : m + 1],
                ever=exact.ever[:, m : m + 1],
                log_weight=exact.log_weight[m : m + 1],
                levels=(),
            )
            far = np.abs(_found(mine).values - _found(truth).values)
            assert (far < BOUND * _found(mine).errors + 1e-9).all()
            weight = np.exp(mine.log_weight - truth.log_weight)
            assert abs(weight.mean() - 1) < BOUND * weight.std() / np.sqrt(DRAWS) + 1e-9


def test_planted_mistakes_are_outside_the_bound(question) -> None:
    """Evidence twice, one step late, or weighed as if on another scenario."""
    for seed in range(4):
        asked = question(seed)
        exact, evidence = _exact(asked), asked[2]
        for wrong in (
            replace(evidence, scenario_loglik=2 * evidence.scenario_loglik),
            replace(evidence, scenario_loglik=np.roll(evidence.scenario_loglik, 1, axis=0)),
            replace(evidence, scenario_loglik=np.roll(evidence.scenario_loglik, 1, axis=1)),
            replace(evidence, driver_loglik=tuple(3 * rows for rows in evidence.driver_loglik)),
        ):
            run = _particle((*asked[:2], wrong, *asked[3:]))
            assert max(_excess(run, exact).values()) > 2 * BOUND


def test_the_error_falls_with_the_root_of_the_paths(question) -> None:
    """Sixteen times the paths, a quarter of the error."""

    def error(paths: int) -> float:
        squares = []
        for seed in range(12):
            asked = question(seed)
            run, exact = _particle(asked, paths, seed, 40), _exact(asked)
            away = run.probability - exact.probability
            squares.append((away**2).mean())
        return float(np.sqrt(np.mean(squares)))

    few, many = error(16), error(256)
    assert 3.4 < few / many < 4.7
    assert few < 0.1
