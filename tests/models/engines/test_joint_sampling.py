"""Judgements and evidence sampled together, against the other engines and PyMC's own density."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import tarjih
from tarjih.errors import InvalidRequest
from tarjih.evidence import weigh_evidence
from tarjih.models.engines.exact import ExactEngine
from tarjih.models.engines.joint_sampling import sample_jointly
from tarjih.models.engines.particle import ParticleEngine
from tarjih.models.engines.protocol import run_engine
from tarjih.models.engines.pymc_model import build_pymc_model
from tarjih.models.engines.recursion import ForwardRecursion
from tarjih.models.posterior import believe
from tarjih.priors.fit import fit_draws
from tarjih.priors.judgement_model import build_judgement_model
from tarjih.scenarios.loader import study_from_data

MONTHS = ("2025-02", "2025-03", "2025-04", "2025-05")


def _item(happened: str, **bears_on):
    return {
        "happened": f"{happened}-15", "known": f"{happened}-20", "kind": "act",
        "sources": ["press"], "credibility": 2, "label": "It happened", **bears_on,
    }  # fmt: skip


def _study(case: int):
    """Three small studies: one driver; two that are linked; a conjunction and weights by hand."""
    scenarios = {
        "war": {
            "label": "War", "definition": "War", "resolution": {"rule": "War"}, "review_time": 4,
            "effects": {"army": "strongly raises"}, "indicators": {"shots": 0.6},
        },
        "calm": {
            "label": "Calm", "definition": "Calm", "resolution": {"rule": "Calm"},
            "review_time": 6, "indicators": {"shots": 0.05},
        },
        "other": {"label": "Other", "definition": "Other", "review_time": 6},
    }  # fmt: skip
    drivers = {
        "army": {
            "label": "Army", "levels": ["away", "near", "there"], "at_origin": "away",
            "moves": {"rise": 6, "fall": 12},
        },
    }  # fmt: skip
    judgements: dict[str, Any] = {
        "now": {"about": "now", "scenario": "war", "says": "unlikely"},
        "held": {"about": "if_held", "scenario": "war", "says": 0.7, "levels": {"army": "there"}},
        "lead": {"about": "now", "scenario": "calm", "says": "most likely", "over": ["war"]},
    }
    items = {
        "i1": _item(MONTHS[0], seen="shots"),
        "i2": _item(MONTHS[1], level={"army": "near"}),
        "i3": _item(MONTHS[2], seen="shots"),
    }
    data = {
        "study": {"id": "small", "title": "Small", "origin": "2025-01-01"},
        "scenarios": scenarios,
        "drivers": drivers,
        "indicators": {"shots": {"label": "Shots", "otherwise": 0.2}},
        "sources": {"press": {"label": "Press", "letter": "B"}},
        "judgements": {
            id: {"source": "press", "known": "2025-01-01", **of} for id, of in judgements.items()
        },
        "items": items,
    }
    if case:
        drivers["deal"] = {
            "label": "Deal", "levels": ["none", "signed"], "at_origin": "none",
            "moves": {"rise": 8, "fall": "never"},
        }  # fmt: skip
        scenarios["calm"]["effects"] = {"deal": "raises"}
        data["links"] = {
            "calming": {"parent": "deal", "child": "army", "rise": {"signed": 0.2},
                        "fall": {"signed": 4}},
        }  # fmt: skip
        items["i4"] = _item(MONTHS[3], level={"deal": "signed"})
    if case > 1:
        data["conjunctions"] = {
            "both": {"label": "Both", "requires": {"army": "there", "deal": "signed"}},
        }
        scenarios["war"]["conjunction_effects"] = {"both": "lowers"}
        items["i5"] = _item(MONTHS[3], weights={"calm": "for", "war": "against"})
    return study_from_data(data)


def _last(study) -> int:
    step: int = study.calendar.index(max(item.known for item in study.items))
    return step


def _evidence(study):
    last = _last(study)
    return weigh_evidence(study, study.items, as_of=study.calendar.last_day(last), last_step=last)


@pytest.mark.parametrize("case", range(3))
def test_the_recursion_is_what_the_exact_engine_finds(case: int, make_draws) -> None:
    study = _study(case)
    evidence, draws = _evidence(study), make_draws(study, 20)
    run = run_engine(
        ExactEngine(study, draws), evidence, as_of_step=_last(study), last_step=_last(study)
    )
    recursion = ForwardRecursion(study, evidence)
    for m in range(20):
        one = {
            "alpha": draws.alpha[m], "effects": draws.effects[m], "initial": draws.initial[m],
            "review_time": draws.review_time[m], "up": draws.up[m], "down": draws.down[m],
        }  # fmt: skip
        assert sum(recursion.one_step_ahead(one)) == pytest.approx(run.log_weight[m], abs=1e-10)


@pytest.mark.slow
@pytest.mark.parametrize("case", range(3))
def test_it_agrees_with_the_engines_that_weigh_draws(case: int) -> None:
    study = _study(case)
    draws = fit_draws(study, run=2500, kept=10_000)
    evidence = _evidence(study)
    found = tarjih.forecast(study, engine="pymc", draws=draws, replay=False)
    assert found.engine == "pymc"
    assert found.diagnostics.reliable
    assert found.diagnostics.ess_draws == pytest.approx(2000)
    for engine in (ExactEngine(study, draws), ParticleEngine(study, draws)):
        run = run_engine(engine, evidence, as_of_step=_last(study), last_step=found.horizon_step)
        weight = np.exp(run.log_weight - run.log_weight.max())
        weight /= weight.sum()
        assert 1 / (weight**2).sum() > 1000
        for ours, theirs in ((found.probability, run.probability), (found.ever, run.ever)):
            mean = np.einsum("hmk,m->hk", theirs, weight)
            assert np.abs(ours.mean(axis=1) - mean).max() < 0.02
    # a likelihood applied twice is outside that
    twice = replace(
        evidence,
        scenario_loglik=2 * evidence.scenario_loglik,
        driver_loglik=tuple(2 * rows for rows in evidence.driver_loglik),
    )
    wrong = run_engine(
        ExactEngine(study, sample_jointly(study, twice).draws),
        twice,
        as_of_step=_last(study),
        last_step=_last(study),
    )
    assert np.abs(wrong.probability[0].mean(axis=0) - found.now).max() > 0.04


@pytest.mark.parametrize("case", [0, 2])
def test_the_pymc_model_adds_what_the_recursion_finds(case: int) -> None:
    """The judgements' part of what is sampled is held to PyMC in tests/priors/test_density.py."""
    study = _study(case)
    joint, judged = build_pymc_model(study), build_judgement_model(study)
    recursion = ForwardRecursion(study, _evidence(study))
    names = ("alpha", "effects", "initial", "review_time", "up", "down", "one_step_ahead")
    values = joint.replace_rvs_by_values([joint[name] for name in names])
    evaluate = joint.compile_fn(
        values, inputs=joint.value_vars, on_unused_input="ignore", mode="FAST_COMPILE"
    )
    whole, part = (model.compile_logp(mode="FAST_COMPILE") for model in (joint, judged))
    rng = np.random.default_rng(1)
    for _ in range(4):
        point = {
            name: value + rng.normal(0, 0.7, size=np.shape(value))
            for name, value in joint.initial_point().items()
        }
        *found, ahead = evaluate(point)
        ours = recursion.one_step_ahead(dict(zip(names, found, strict=False)))
        np.testing.assert_allclose(ahead, ours, atol=1e-10)
        assert float(whole(point) - part(point)) == pytest.approx(sum(ours), abs=1e-9)


def test_the_trace_says_what_it_holds() -> None:
    study = _study(0)
    fit = sample_jointly(study, _evidence(study))
    assert set(fit.trace.children) == {"posterior", "prior", "sample_stats", "log_likelihood"}
    ahead = fit.trace["log_likelihood"]["one_step_ahead"]
    assert ahead.dims == ("chain", "draw", "step")
    run = run_engine(
        ExactEngine(study, fit.draws),
        _evidence(study),
        as_of_step=_last(study),
        last_step=_last(study),
    )
    assert np.abs(ahead.values.sum(axis=-1).ravel() - run.log_weight).max() < 1e-9
    assert int(fit.trace["sample_stats"]["diverging"].sum()) == 0
    assert set(fit.trace["prior"].data_vars) == set(fit.trace["posterior"].data_vars)


@pytest.mark.slow
def test_same_seed_same_belief_and_past_dates_are_sampled_anew() -> None:
    study = _study(0)
    one, two = (believe(study, engine="pymc", seed=3) for _ in range(2))
    assert (one.run(one.as_of_step).probability == two.run(one.as_of_step).probability).all()
    there = believe(study, engine="pymc", seed=3, as_of=study.origin)
    back = one.at(study.origin)
    assert (back.run(0).probability == there.run(0).probability).all()
    assert (back.run(0).log_weight == 0).all()


def test_what_it_does_not_take_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="too large for pymc"):
        tarjih.forecast(tarjih.load("syria_russia"), engine="pymc")
    learned = replace(_study(0), assumptions={"trust": "learned"})
    with pytest.raises(InvalidRequest, match="trust"):
        tarjih.forecast(learned, engine="pymc")
