"""What the parameters imply, against the plainest way of working it out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import scipy.linalg

from tarjih.equations import advance, entry, review_chance, softmax
from tarjih.priors.base_rates import yearly_counts
from tarjih.priors.draws import Draws
from tarjih.priors.elicited import Elicited, elicit
from tarjih.priors.judged import implied
from tarjih.priors.rows import carried, implied_rows, implied_year
from tarjih.scenarios.records import BaseRates, Judgement, Study

Array = np.ndarray[Any, Any]
DRAWS = 7


def parameters_of(draws: Draws, bias: Array) -> dict[str, Array]:
    return {
        "alpha": draws.alpha,
        "effects": draws.effects,
        "initial": draws.initial,
        "review_time": draws.review_time,
        "up": draws.up,
        "down": draws.down,
        "bias": bias,
    }


def by_hand(study: Study, judgement: Judgement, draws: Draws, m: int, bias: Array) -> float:
    """Walk month by month, removing what has been there for `ever`."""
    levels = [judgement.levels.get(d.id, d.reference) for d in study.drivers]
    if judgement.about == "reaches":
        return reach_by_hand(study, judgement, draws, m)
    k = study.scenario_ids.index(judgement.scenario or "")
    eta = draws.alpha[m] + bias
    for j, driver in enumerate(study.drivers):
        now, then = driver.levels[levels[j]].score, driver.levels[driver.reference].score
        eta = eta + draws.beta[m, j] * (now - then)
    for c, conjunction in enumerate(study.conjunctions):
        holds = all(
            levels[study.driver_ids.index(id)] >= at for id, at in conjunction.requires.items()
        )
        eta = eta + draws.gamma[m, c] * holds
    pull, mass = softmax(eta), softmax(draws.initial[m] + bias)
    if judgement.about == "if_held":
        return float(pull[k])
    if judgement.about == "now":
        return float(mass[k])
    rho = review_chance(draws.review_time[m], study.calendar.months)
    steps = study.calendar.steps(judgement.within or 0)
    been = 0.0
    for step in range(steps + 1):
        if step:
            mass = advance(mass, rho, entry(pull, rho))
        if judgement.about == "ever":
            been, mass[k] = been + mass[k], 0.0
    return float(been if judgement.about == "ever" else mass[k])


def reach_by_hand(study: Study, judgement: Judgement, draws: Draws, m: int) -> float:
    driver = study.driver(judgement.driver or "")
    j, goal = study.driver_ids.index(driver.id), judgement.level or 0
    start = judgement.levels.get(driver.id, driver.reference)
    up, down = draws.up[m, j], draws.down[m, j]
    for link in study.links:
        if link.child == driver.id:
            parent = study.driver(link.parent)
            held = judgement.levels.get(parent.id, parent.reference)
            up, down = up * link.rise[held], down * link.fall[held]
    size = len(driver.levels)
    rates = np.zeros((size, size))
    for v in range(size):
        if v != goal:
            if v + 1 < size:
                rates[v, v + 1] = up
            if v > 0:
                rates[v, v - 1] = down
            rates[v, v] = -rates[v].sum()
    return float(scipy.linalg.expm(rates * (judgement.within or 0))[start, goal])


@pytest.fixture(scope="module")
def elicited(study: Study) -> Elicited:
    return elicit(study)


@pytest.fixture(scope="module")
def draws(study: Study, make_draws: Callable[..., Draws]) -> Draws:
    return make_draws(study, DRAWS)


def test_implied_is_what_a_walk_month_by_month_gives(
    study: Study, elicited: Elicited, draws: Draws
) -> None:
    values = implied(elicited, draws)
    assert list(values) == [judgement.id for judgement in study.judgements]
    for judgement in study.judgements:
        expected = [by_hand(study, judgement, draws, m, np.zeros(3)) for m in range(DRAWS)]
        np.testing.assert_allclose(values[judgement.id], expected, rtol=1e-11)


def test_a_source_sees_with_its_bias(study: Study, elicited: Elicited, draws: Draws) -> None:
    bias = np.random.default_rng(3).normal(size=(DRAWS, 2, 3))
    probability, complement = implied_rows(elicited, parameters_of(draws, bias))
    np.testing.assert_allclose(probability + complement, 1.0, rtol=1e-11)
    for judgement, row in zip(study.judgements, elicited.first_row, strict=True):
        source = elicited.sources.index(judgement.source)
        expected = [by_hand(study, judgement, draws, m, bias[m, source]) for m in range(DRAWS)]
        np.testing.assert_allclose(probability[:, row], expected, rtol=1e-11)


def test_weekly_steps(make_study: Callable[..., Study], make_draws: Callable[..., Draws]) -> None:
    study = make_study(step="week")
    draws = make_draws(study, 2)
    for judgement in study.judgements:
        expected = [by_hand(study, judgement, draws, m, np.zeros(3)) for m in range(2)]
        np.testing.assert_allclose(implied(study, draws)[judgement.id], expected, rtol=1e-10)


def test_log_odds_stay_exact_near_the_ends(
    make_study: Callable[..., Study], make_judgement: Callable[..., Judgement], draws: Draws
) -> None:
    study = make_study((make_judgement("sure", "now", "likely", scenario="calm"),))
    parameters = parameters_of(draws, np.zeros((DRAWS, 1, 3)))
    parameters["initial"] = np.tile([0.0, 60.0, 0.0], (DRAWS, 1))
    probability, complement = implied_rows(elicit(study), parameters)
    np.testing.assert_allclose(np.log(probability) - np.log(complement), 60 - np.log(2))


def test_carried_is_a_matrix_power() -> None:
    rng = np.random.default_rng(1)
    law = rng.dirichlet(np.ones(4), size=(3, 4))
    mass, steps = rng.dirichlet(np.ones(4), size=3), np.array([0, 5, 12])
    expected = [
        row @ np.linalg.matrix_power(matrix, n)
        for row, matrix, n in zip(mass, law, steps, strict=True)
    ]
    np.testing.assert_allclose(carried(mass, law, steps), expected, rtol=1e-13)


def test_base_rates_by_hand(study: Study, draws: Draws) -> None:
    """UCDP ESD 18.1: of 664 rebel-years without support 2 turn overt, of 38 overt 3 end."""
    yearly = yearly_counts(study)
    assert yearly is not None
    assert yearly.levels == ("none", "overt")
    np.testing.assert_allclose(
        yearly.counts, [[6620 / 664, 20 / 664], [30 / 38, 350 / 38]], rtol=1e-14
    )
    law = implied_year(yearly, 1.0, parameters_of(draws, np.zeros((DRAWS, 2, 3))))
    for m in range(DRAWS):
        rho = review_chance(draws.review_time[m], 1.0)
        replacement = entry(softmax(draws.alpha[m]), rho)
        month = np.diag(1 - rho) + np.outer(rho, replacement)
        year = np.linalg.matrix_power(month, 12)
        # War is scenario 0 and overt, calm is 1 and none; `other` is of no level.
        kept = year[np.ix_([1, 0], [1, 0])]
        np.testing.assert_allclose(law[m], kept / kept.sum(axis=1, keepdims=True), rtol=1e-12)


def test_scenarios_of_one_level_weigh_alike(make_study: Callable[..., Study], draws: Draws) -> None:
    levels = {"none": ("calm", "other"), "overt": ("war",)}
    rates = BaseRates("external_support", "russia_rebel_recipients_1975_2017", levels, 10.0)
    yearly = yearly_counts(replace(make_study(), base_rates=rates))
    assert yearly is not None
    np.testing.assert_array_equal(yearly.start, [[0, 0.5, 0.5], [1, 0, 0]])
    law = implied_year(yearly, 1.0, parameters_of(draws, np.zeros((DRAWS, 2, 3))))
    np.testing.assert_allclose(law.sum(axis=-1), 1.0)
