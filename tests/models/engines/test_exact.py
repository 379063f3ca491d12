"""The exact engine against the sum over every history, to the last digits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tarjih.errors import InvalidRequest
from tarjih.evidence.weighing.likelihood import Evidence
from tarjih.models.engines import exact, joint, joint_filter
from tarjih.models.engines.exact import ExactEngine, cheap_enough, exact_size
from tarjih.models.engines.protocol import Clamp, Step, run_engine
from tarjih.scenarios.records import Driver, Level

CLOSE = 1e-12
# scenarios, sizes, links, conjunction, step, as-of, last, clamps, evidence for each draw
CASES = [
    (2, (2, 2), (), False, "month", 1, 3, (), False),
    (3, (3,), (), False, "month", 2, 4, (), False),
    (2, (2, 3), ((0, 1),), True, "month", 1, 2, (), False),
    (2, (2, 2), ((1, 0),), True, "month", 2, 3, (), False),
    (2, (2, 2), (), False, "week", 1, 3, (), False),
    (2, (2, 2, 2), ((0, 1), (1, 2)), True, "month", 1, 2, (), False),
    (2, (2, 2, 2), ((0, 2), (1, 2)), False, "week", 1, 2, (), False),
    (2, (2, 2, 2), ((2, 0), (1, 0), (2, 1)), True, "month", 0, 2, (), False),
    (2, (2, 2), ((0, 1),), False, "month", 1, 3, (Clamp(0, 1, 2),), False),
    (2, (2, 3), ((0, 1),), True, "month", 0, 2, (Clamp(0, 1, 2), Clamp(1, 2, 1)), False),
    (2, (2, 2), ((0, 1),), False, "week", 0, 3, (Clamp(1, 0, 3), Clamp(0, 0, 1)), False),
    (3, (2, 2), (), False, "month", 0, 3, (Clamp(0, 1, 1), Clamp(0, 0, 3)), False),
    (2, (2, 2), ((0, 1),), True, "month", 2, 3, (), True),
    (3, (3,), (), False, "week", 1, 3, (Clamp(0, 0, 2),), True),
    (2, (2, 2, 2), ((0, 1),), False, "month", 1, 2, (Clamp(0, 1, 1),), True),
]


def _evidence_of(evidence: Evidence, draw: int) -> Evidence:
    """One draw's own."""
    if evidence.scenario_loglik.ndim == 2:
        return evidence
    return replace(
        evidence,
        scenario_loglik=evidence.scenario_loglik[draw],
        driver_loglik=tuple(rows[draw] for rows in evidence.driver_loglik),
    )


def _each_its_own(study, make_evidence, last: int, count: int) -> Evidence:
    """Evidence that differs from draw to draw, in one step by an equal share for all states."""
    parts = [make_evidence(study, last, 50 + m) for m in range(count)]
    scenarios = np.stack([part.scenario_loglik for part in parts])
    scenarios[:, -1] = np.log(np.arange(1, count + 1))[:, None]
    drivers = tuple(
        np.stack([part.driver_loglik[j] for part in parts]) for j in range(len(study.drivers))
    )
    return Evidence(scenarios, drivers, ())


class Reference:
    """The sum over every history for every draw of a case, and how far an engine is from it."""

    def __init__(self, case, make_study, make_draws, make_evidence, enumerated, draws: int = 2):
        scenarios, sizes, links, conjunction, step, self.now, self.last, self.clamps, own = case
        self.study = make_study(scenarios, sizes, links, conjunction, step)
        self.draws = make_draws(self.study, draws, len(sizes) + scenarios)
        self.draws = replace(self.draws, beta=self.draws.beta * 2)
        # evidence after as-of must not count
        self.evidence = (
            _each_its_own(self.study, make_evidence, self.now, draws)
            if own
            else make_evidence(self.study, self.now + 1, 7)
        )
        # the enumeration takes the first clamp that has begun
        begun = sorted(self.clamps, key=lambda clamp: -clamp.step)
        self.truth = [
            enumerated(
                self.study,
                self.draws.take(np.array([m])),
                _evidence_of(self.evidence, m),
                self.now,
                self.last,
                begun,
            )
            for m in range(draws)
        ]

    def run(self, engine=ExactEngine):
        return run_engine(
            engine(self.study, self.draws),
            self.evidence,
            as_of_step=self.now,
            last_step=self.last,
            clamps=self.clamps,
        )

    def errors(self, engine=ExactEngine) -> dict[str, float]:
        run = self.run(engine)
        weight = np.exp([one.log_evidence for one in self.truth])
        weight /= weight.sum()

        def away(ours, name: str) -> float:
            return max(
                float(np.abs(ours[:, m] - getattr(one, name)).max())
                for m, one in enumerate(self.truth)
            )

        def mean_level(j: int):
            return np.tensordot(weight, [one.levels[j] for one in self.truth], 1)

        return {
            "probability": away(run.probability, "probability"),
            "ever": away(run.ever, "ever"),
            "log evidence": max(
                abs(run.log_weight[m] - one.log_evidence) for m, one in enumerate(self.truth)
            ),
            "levels": max(
                float(np.abs(ours - mean_level(j)).max()) for j, ours in enumerate(run.levels)
            ),
        }


@pytest.fixture
def reference(make_study, make_draws, make_evidence, enumerated) -> Callable[..., Reference]:
    return lambda case: Reference(case, make_study, make_draws, make_evidence, enumerated)


@pytest.fixture(params=range(len(CASES)))
def referenced(request, reference) -> Reference:
    known: Reference = reference(CASES[request.param])
    return known


def _is_exact(errors: dict[str, float]) -> bool:
    return max(errors.values()) < CLOSE


def test_it_agrees_with_enumeration(referenced, monkeypatch) -> None:
    assert _is_exact(referenced.errors())
    # the drivers each by itself, and the filter on logs, come to the same
    with monkeypatch.context() as patch:
        patch.setattr(joint, "_GROUP", 1)
        assert _is_exact(referenced.errors())
    monkeypatch.setattr(joint_filter, "_filter_masses", lambda *_: None)
    assert _is_exact(referenced.errors())
    monkeypatch.setattr(joint, "_GROUP", 1)
    assert _is_exact(referenced.errors())


# Planted mistakes: each must be far outside the bound, where it should be.

FULL = (3, (2, 2), ((0, 1),), False, "month", 2, 3, (), False)


def test_a_likelihood_applied_twice_is_caught(reference, monkeypatch) -> None:
    known, honest = reference(FULL), joint_filter.JointEvidence.at
    for which in (0, 1):

        def twice(self, step, which=which):
            said = honest(self, step)
            if said is None:
                return None
            return tuple(2 * part if n == which else part for n, part in enumerate(said))

        monkeypatch.setattr(joint_filter.JointEvidence, "at", twice)
        errors = known.errors()
        assert min(errors["probability"], errors["log evidence"]) > 1e-3
        monkeypatch.setattr(joint_filter.JointEvidence, "at", honest)
    assert _is_exact(known.errors())


def test_a_driver_one_step_late_is_caught(reference, monkeypatch) -> None:
    """The scenario is advanced at the levels of the step before."""

    def late(self, mass):
        from tarjih.equations import advance

        return self.shift(advance(mass, self.review, self.entry, axis=-2))

    known = reference(FULL)
    monkeypatch.setattr(Step, "carry", late)
    errors = known.errors()
    assert min(errors["probability"], errors["ever"]) > 1e-3
    assert errors["log evidence"] < CLOSE


def test_a_link_that_sees_the_new_level_is_caught(reference, monkeypatch) -> None:
    """Parents are moved before their children."""
    known = reference((2, (2, 3), ((0, 1),), False, "month", 2, 3, (), False))
    monkeypatch.setattr(joint, "_GROUP", 1)
    assert _is_exact(known.errors())
    monkeypatch.setattr(joint, "reversed", iter, raising=False)
    errors = known.errors()
    assert min(errors[name] for name in ("probability", "levels", "log evidence")) > 1e-4


def test_a_missing_normaliser_is_caught(reference, monkeypatch) -> None:
    def forgetful(chain, evidence, last_step):
        mass, _ = joint_filter.filter_joint(chain, evidence, last_step)
        assert evidence.at(last_step) is not None
        return mass, joint_filter.filter_joint(chain, evidence, last_step - 1)[1]

    known = reference(FULL)
    monkeypatch.setattr(exact, "filter_joint", forgetful)
    errors = known.errors()
    # each draw's own forecast is as it was, but draws are weighed wrongly against each other
    assert errors["probability"] < CLOSE
    assert min(errors["log evidence"], errors["levels"]) > 1e-3


def test_normalising_never_visited_by_itself_is_caught(reference, monkeypatch) -> None:
    honest = Step.carry

    def normalised(self, mass):
        carried = honest(self, mass)
        size = exact_size(known.study) // len(known.study.scenarios)
        by_draw = carried.reshape(*carried.shape[:-1], -1, size)
        total = by_draw.sum(axis=(-3, -1), keepdims=True)
        return (by_draw / total).reshape(carried.shape)

    known = reference(FULL)
    monkeypatch.setattr(Step, "carry", normalised)
    errors = known.errors()
    assert errors["ever"] > 1e-3
    assert max(errors[name] for name in ("probability", "levels", "log evidence")) < CLOSE


def test_results_do_not_depend_on_blocks(make_study, make_draws, make_evidence, monkeypatch):
    study = make_study(3, (3, 3, 2), ((0, 1),))
    draws, evidence = make_draws(study, 40), make_evidence(study, 1)

    def run(engine):
        return run_engine(engine, evidence, as_of_step=1, last_step=4, clamps=[Clamp(0, 1, 3)])

    engine = ExactEngine(study, draws)
    whole, again = run(engine), run(engine)
    monkeypatch.setattr(exact, "_BLOCK", 7 * exact_size(study))
    monkeypatch.setattr(exact, "_KEPT", 0)
    parts = run(ExactEngine(study, draws))
    for name in ("probability", "ever", "log_weight"):
        assert (getattr(whole, name) == getattr(again, name)).all()
        assert (getattr(whole, name) == getattr(parts, name)).all()
    assert all(np.allclose(a, b, 1e-14) for a, b in zip(whole.levels, parts.levels, strict=True))


# The smallest, and too large.


def _levels(count: int) -> tuple[Level, ...]:
    return tuple(Level(f"l{v}", {"en": ""}, v / max(count - 1, 1)) for v in range(count))


def _alone(driver: Driver) -> Driver:
    return replace(driver, levels=_levels(1), reference=0, at_origin=(1.0,))


@pytest.mark.parametrize("kept", [(0,), (0, 1), (1,)])
def test_a_driver_of_one_level(kept, make_study, make_draws, make_evidence, enumerated) -> None:
    """``kept`` are the drivers left; the first of them has one level."""
    study = make_study(2, (2, 3))
    drivers = [_alone(study.drivers[0]), study.drivers[1]]
    study = replace(study, drivers=tuple(drivers[j] for j in kept))
    draws = make_draws(study, 2, 3)
    evidence = make_evidence(study, 1, 3)
    truth = enumerated(study, draws, evidence, 1, 3)
    run = run_engine(ExactEngine(study, draws), evidence, as_of_step=1, last_step=3)
    assert np.abs(run.probability[:, 0] - truth.probability).max() < CLOSE
    assert np.abs(run.ever[:, 0] - truth.ever).max() < CLOSE
    assert abs(run.log_weight[0] - truth.log_evidence) < CLOSE


def test_no_drivers_at_all(make_study, make_draws, make_evidence) -> None:
    study = make_study(3, (2,))
    alone = replace(study, drivers=(_alone(study.drivers[0]),))
    none = replace(study, drivers=())
    evidence = make_evidence(none, 1, 3)
    draws = make_draws(none, 2, 3)
    run = run_engine(ExactEngine(none, draws), evidence, as_of_step=1, last_step=4)
    assert run.levels == ()
    blank = np.zeros((2, 1, 3))
    one = replace(draws, beta=blank, up=blank[:, 0, :1], down=blank[:, 0, :1])
    same = run_engine(
        ExactEngine(alone, one),
        replace(evidence, driver_loglik=(np.zeros((2, 1)),)),
        as_of_step=1,
        last_step=4,
    )
    assert (run.probability == same.probability).all()
    assert (run.log_weight == same.log_weight).all()


def test_the_last_step_may_be_as_of(make_study, make_draws, make_evidence) -> None:
    study = make_study(3, (2, 2))
    engine = ExactEngine(study, make_draws(study, 1))
    run = run_engine(engine, make_evidence(study, 0), as_of_step=0, last_step=0)
    assert run.probability.shape == (1, 1, 3)
    assert np.abs(run.probability - run.ever).max() < 1e-14
    assert run.paths == 0
    assert not run.probability_noise.any()


def test_a_study_too_large_is_refused_with_its_size(make_study, make_draws) -> None:
    study = make_study(4, (3,) * 9)
    assert exact_size(study) == 4 * 3**9
    assert not cheap_enough(study)
    with pytest.raises(InvalidRequest, match="78,732") as caught:
        ExactEngine(study, make_draws(study, 1))
    assert "50,000" in str(caught.value)
    assert "--engine particle" in str(caught.value)


def test_what_is_cheap_has_a_bound(make_study) -> None:
    assert cheap_enough(make_study(5, (3,) * 4))
    assert not cheap_enough(make_study(5, (3,) * 5))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    scenarios=st.integers(2, 4),
    sizes=st.lists(st.integers(1, 4), min_size=0, max_size=4),
    seed=st.integers(0, 2**16),
    linked=st.booleans(),
    now=st.integers(0, 3),
)  # fmt: skip
def test_probabilities_are_probabilities(
    scenarios, sizes, seed, linked, now, make_draws, make_evidence, make_study
) -> None:
    plain = make_study(scenarios, [max(size, 2) for size in sizes])
    drivers = tuple(
        _alone(driver) if size == 1 else driver
        for driver, size in zip(plain.drivers, sizes, strict=True)
    )
    study = replace(plain, drivers=drivers)
    if linked and len(sizes) > 1:
        links = make_study(2, [max(size, 2) for size in sizes], [(0, len(sizes) - 1)]).links
        study = replace(study, links=links)
    draws, evidence = make_draws(study, 3, seed), make_evidence(study, now, seed)
    run = run_engine(ExactEngine(study, draws), evidence, as_of_step=now, last_step=now + 3)
    assert np.abs(run.probability.sum(axis=-1) - 1).max() < 1e-12
    assert run.probability.min() >= 0
    assert (run.log_weight <= 1e-12).all()
    assert (np.diff(run.ever, axis=0) > -1e-14).all()
    assert (run.ever >= run.probability - 1e-12).all()
    assert run.ever.max() <= 1 + 1e-14
    for level in run.levels:
        assert np.abs(level.sum(axis=-1) - 1).max() < 1e-12
