from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tarjih.equations import softmax
from tarjih.priors.draws import Draws
from tarjih.priors.examined import (
    compare_judgements,
    effects_on_pull,
    judged_settings,
    near_certain,
    pull_at,
)
from tarjih.scenarios.records import Study

WAR, CALM, OTHER = 0, 1, 2


def flat(study: Study, count: int = 40) -> Draws:
    """Draws in which all scenarios are alike and nothing acts."""
    k, j, c = len(study.scenarios), len(study.drivers), len(study.conjunctions)
    return Draws(
        alpha=np.zeros((count, k)), beta=np.zeros((count, j, k)), gamma=np.zeros((count, c, k)),
        initial=np.zeros((count, k)), review_time=np.full((count, k), 6.0),
        up=np.full((count, j), 0.05), down=np.full((count, j), 0.05),
        chain=np.zeros(count, dtype=np.int64), digest="",
    )  # fmt: skip


def test_pull_at_held_levels(study: Study) -> None:
    draws = flat(study)
    beta = np.zeros_like(draws.beta)
    beta[:, 0, WAR] = 2.0
    draws = replace(draws, beta=beta)
    np.testing.assert_allclose(pull_at(study, draws, {}), 1 / 3)
    expected = softmax(np.array([1.0, 0.0, 0.0]))
    np.testing.assert_allclose(pull_at(study, draws, {"army": 1})[0], expected)


def test_settings_are_the_origin_and_what_was_judged(study: Study) -> None:
    found = judged_settings(study, flat(study))
    assert [dict(one.levels) for one in found] == [{}, {"army": 2, "talks": 0}, {"army": 2}]
    assert found[1].judgements == ("war_held",)
    assert found[2].judgements == ("war_possible",)
    assert "calm_now" in found[0].judgements
    assert "army_full" not in found[0].judgements
    assert [round(one.mean, 6) for one in found[0].pull] == [0.333333] * 3


def test_near_certain_counts_draws() -> None:
    pull = np.array([[0.96, 0.04], [0.5, 0.5], [0.02, 0.98], [0.9, 0.1]])
    assert near_certain(pull) == 0.5


def said(study: Study, make: Callable[..., Any], says: Any, p: float, **more: Any) -> Any:
    """Compare one judgement of war, now, with draws that all imply ``p``."""
    judgement = make("j", "now", says, scenario="war", **more)
    one = replace(study, judgements=(judgement,), base_rates=None)
    draws = flat(one)
    initial = np.log(np.array([p, (1 - p) / 2, (1 - p) / 2]))
    draws = replace(draws, initial=np.broadcast_to(initial, draws.initial.shape))
    (found,) = compare_judgements(one, draws)
    return found


@pytest.mark.parametrize(("p", "verdict"), [(0.10, "agrees"), (0.9, "apart"), (0.0001, "apart")])
def test_a_word_against_what_is_implied(
    study: Study, make_judgement: Callable[..., Any], p: float, verdict: str
) -> None:
    found = said(study, make_judgement, "unlikely", p)
    assert found.verdict == verdict
    assert found.implied.mean == pytest.approx(p)
    assert found.said[0] < found.said[1] < found.said[2]


def test_overlapping_ranges_with_a_median_outside(
    study: Study, make_judgement: Callable[..., Any]
) -> None:
    judgement = make_judgement("j", "now", 0.5, scenario="war")
    one = replace(study, judgements=(judgement,), base_rates=None)
    odds = np.linspace(-0.1, 4.0, 101)
    initial = np.stack([odds, np.full(101, -9.0), np.zeros(101)], axis=1)
    draws = replace(flat(one, 101), initial=initial)
    (found,) = compare_judgements(one, draws)
    assert found.verdict == "outside"


@pytest.mark.parametrize(("p", "leads", "verdict"), [(0.5, 1.0, "agrees"), (0.2, 0.0, "apart")])
def test_a_rank_is_counted_over_draws(
    study: Study, make_judgement: Callable[..., Any], p: float, leads: float, verdict: str
) -> None:
    found = said(study, make_judgement, "most likely", p, over=("calm", "other"))
    assert (found.said, found.leads, found.verdict) == (None, leads, verdict)


@pytest.mark.parametrize(("p", "verdict"), [(0.3, "agrees"), (0.06, "agrees"), (0.01, "apart")])
def test_possible_only_denies_the_impossible(
    study: Study, make_judgement: Callable[..., Any], p: float, verdict: str
) -> None:
    found = said(study, make_judgement, "possible", p)
    assert (found.said, found.leads, found.verdict) == (None, None, verdict)


def test_a_sign_can_turn_round(study: Study) -> None:
    """An effect that raises war's utility lowers its probability, when calm is raised more."""
    draws = flat(study)
    beta = np.zeros_like(draws.beta)
    beta[:, 0, WAR], beta[:30, 0, CALM] = 1.0, 4.0
    found = {(one.cause, one.scenario): one for one in
             effects_on_pull(study, replace(draws, beta=beta))}  # fmt: skip
    war = found["army", "war"]
    assert war.holds == 0.25
    assert war.reversed
    last = softmax(np.array([1.0, 4.0, 0.0]))[WAR] - 1 / 3
    assert war.change.q05 == pytest.approx(last)
    assert war.after == (1.0, 0.0)
    assert found["army", "calm"].holds is None
    assert not found["army", "calm"].reversed


def test_effects_tell_what_they_were_before_the_judgements(study: Study) -> None:
    found = {(one.cause, one.scenario): one for one in effects_on_pull(study, flat(study))}
    assert set(found) == {
        ("army", "war"), ("talks", "war"), ("both", "war"), ("army", "calm")
    }  # fmt: skip
    half_normal = np.abs(np.random.default_rng(0).normal(size=400_000))
    mean, sd = float(half_normal.mean()), float(half_normal.std())
    assert found["army", "war"].before == pytest.approx((2.5 * mean, 2.5 * sd), rel=0.01)
    assert found["talks", "war"].before == pytest.approx((-mean, sd), rel=0.01)
    assert found["army", "calm"].before == (0.0, 0.75)


def test_a_conjunction_is_what_it_adds(study: Study) -> None:
    draws = flat(study)
    draws = replace(draws, gamma=np.broadcast_to([3.0, 0.0, 0.0], draws.gamma.shape))
    (both,) = [one for one in effects_on_pull(study, draws) if one.cause == "both"]
    expected = softmax(np.array([3.0, 0.0, 0.0]))[WAR] - 1 / 3
    assert both.change.mean == pytest.approx(expected)
    assert both.holds == 1.0
