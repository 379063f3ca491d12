"""What the source reports themselves require of the shipped study.

SDC is the Syrian Dialogue Center's Policy Analysis Unit, 6 August 2025.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

import tarjih
from tarjih.equations import softmax
from tarjih.models import Intervention
from tarjih.priors import obtain_draws

ORIGIN = dt.date(2025, 8, 6)
EXIT_AND_DEAL = {"us_withdrawal": "full", "russia_west_deal": "free_hand_deal"}
ESCALATION_AND_OFFER = {
    "turkey_israel_tension": "escalation",
    "inducements_to_russia": "offered",
}


@pytest.fixture(scope="module")
def study():
    return tarjih.load("syria_russia")


@pytest.fixture(scope="module")
def at_origin(study):
    return tarjih.forecast(study, as_of=ORIGIN)


def _held(study, levels):
    interventions = [
        Intervention(driver, study.driver(driver).index(level)) for driver, level in levels.items()
    ]
    result = tarjih.forecast(study, as_of=ORIGIN, interventions=interventions, replay=False)
    return dict(zip(study.scenario_ids, result.at_horizon, strict=True))


def test_the_contract_of_the_shipped_study(study) -> None:
    assert study.origin == ORIGIN
    assert (study.step, study.horizon) == ("month", 12)
    assert study.retrospective
    assert study.scenario_ids == (
        "overt_support", "limited_leverage", "sovereign_partnership", "rupture", "other",
    )  # fmt: skip
    assert len(study.drivers) == 14
    assert {item.id for item in study.items} == {f"e{n:02}" for n in range(1, 71)}
    assert len(study.questions) >= 24
    assert {(link.parent, link.child) for link in study.links} == {
        ("russia_west_deal", "us_withdrawal"),
        ("russia_west_deal", "sanctions_pressure"),
        ("state_control", "sdf_strength"),
    }
    assert tarjih.load("syria-russia").digest("all") == study.digest("all")


def test_limited_leverage_leads_at_the_origin_as_state_and_as_pull(study, at_origin) -> None:
    """SDC, second scenario: "most likely" now, "most realistic" in the near term."""
    k = study.scenario_ids.index("limited_leverage")
    assert at_origin.now.argmax() == k
    assert 0.5 <= at_origin.now[k] <= 0.95
    pull = softmax(obtain_draws(study).alpha).mean(axis=0)
    assert pull.argmax() == k
    assert 0.5 <= pull[k] <= 0.95


def test_overt_support_is_improbable_at_the_origin(study, at_origin) -> None:
    """SDC, first scenario: "improbable in the foreseeable term"."""
    k = study.scenario_ids.index("overt_support")
    assert 0.005 <= at_origin.now[k] <= 0.25
    assert 0.005 <= at_origin.ever_by_horizon[k] <= 0.25


def test_exit_together_with_a_free_hand_deal_opens_overt_support(study, at_origin) -> None:
    """SDC, conclusion: the limited scenario can change if both come at the same time."""
    base = dict(zip(study.scenario_ids, at_origin.at_horizon, strict=True))["overt_support"]
    both = _held(study, EXIT_AND_DEAL)["overt_support"]
    alone = [
        _held(study, {driver: level})["overt_support"] for driver, level in EXIT_AND_DEAL.items()
    ]
    assert both >= 2.5 * base
    assert both >= max(alone) + 0.05


def test_the_pair_is_among_the_tipping_sets(study) -> None:
    """No pair of single-driver changes, each moved to any level, does more on the pull."""
    draws = obtain_draws(study)
    k = study.scenario_ids.index("overt_support")
    reference = np.array([driver.reference for driver in study.drivers])
    changes = [
        (j, level)
        for j, driver in enumerate(study.drivers)
        for level in range(len(driver.levels))
        if level != driver.reference
    ]
    from tarjih.scenarios.design import features

    def pull(changed: tuple[tuple[int, int], ...]) -> float:
        levels = reference.copy()
        for j, level in changed:
            levels[j] = level
        utility = draws.alpha + np.einsum("f,mfk->mk", features(study, levels), draws.effects)
        return float(softmax(utility).mean(axis=0)[k])

    threshold = 2.5 * pull(())
    singles = {change for change in changes if pull((change,)) >= threshold}
    pairs = {
        pair: pull(pair)
        for pair in combinations(changes, 2)
        if pair[0][0] != pair[1][0] and not singles & set(pair)
    }
    first, second = sorted(
        (study.driver_ids.index(driver), study.driver(driver).index(level))
        for driver, level in EXIT_AND_DEAL.items()
    )
    wanted = (first, second)
    assert not singles & set(wanted), "neither tips it alone"
    assert pairs[wanted] >= threshold


def test_escalation_with_an_offer_makes_overt_support_possible(study, at_origin) -> None:
    """SDC, first scenario: it "remains possible" if tension grows and gains are offered."""
    both = _held(study, ESCALATION_AND_OFFER)["overt_support"]
    alone = _held(study, {"turkey_israel_tension": "escalation"})["overt_support"]
    assert 0.10 <= both <= 0.70
    assert alone < both


def test_partnership_leads_at_the_end_of_january_2026(study, at_origin) -> None:
    """al-Estiklal, January 2026: the phase of sovereignty in exchange for partnership."""
    later = tarjih.forecast(study, as_of=dt.date(2026, 1, 31))
    ids = study.scenario_ids
    assert ids[int(later.now.argmax())] == "sovereign_partnership"
    k = ids.index("overt_support")
    assert later.now[k] < at_origin.now[k]
    assert later.diagnostics.reliable, later.diagnostics.reason


def test_later_items_and_judgements_do_not_move_the_forecast_at_the_origin(study) -> None:
    late = [item for item in study.items if item.known > ORIGIN]
    judged = [judgement for judgement in study.judgements if judgement.known > ORIGIN]
    assert late
    assert judged
    without = replace(
        study,
        items=tuple(item for item in study.items if item.known <= ORIGIN),
        judgements=tuple(one for one in study.judgements if one.known <= ORIGIN),
    )
    ours = tarjih.forecast(study, as_of=ORIGIN)
    theirs = tarjih.forecast(without, as_of=ORIGIN)
    assert (ours.probability == theirs.probability).all()
    assert (ours.ever == theirs.ever).all()
    assert (ours.log_weight == theirs.log_weight).all()


def test_another_seed_moves_every_probability_a_little(study) -> None:
    one, two = (tarjih.forecast(study, seed=seed).table() for seed in (0, 1))
    moved = [
        abs(one[scenario][column]["mean"] - two[scenario][column]["mean"])
        for scenario in one
        for column in one[scenario]
    ]
    assert min(moved) > 0
    assert max(moved) <= 0.01


def test_what_is_shown_is_in_both_languages(study) -> None:
    shown = [
        *(
            text
            for s in study.scenarios
            for text in (s.label, s.short, s.definition, s.resolution, *s.analogues)
        ),
        *(text for d in study.drivers for text in (d.label, *(v.label for v in d.levels))),
        *(one.label for one in study.conjunctions),
        *(one.label for one in study.indicators),
        *(one.label for one in study.sources),
        *(one.label for one in study.items),
        *(text for one in study.questions for text in (one.label, one.rule)),
        study.title,
        study.description,
        study.retrospective_note,
    ]
    assert [text for text in shown if text and not {"en", "ar"} <= set(text)] == []


def test_every_entry_cites_and_no_wording_is_used_twice(study) -> None:
    for group in (study.drivers, study.links, study.conjunctions, study.indicators, study.sources,
                  study.items, study.questions, study.judgements, study.scenarios):  # fmt: skip
        assert [one for one in group if not one.cites.strip()] == []
    used = [
        (one.source, one.cites, tuple(sorted(one.wording.items())), one.scenario, one.driver)
        for one in study.judgements
        if one.wording
    ]
    assert len(used) == len(set(used))


def test_what_was_coded_knowing_the_outcome_says_so(study) -> None:
    assert all(item.retrospective for item in study.items if item.known > ORIGIN)
    assert all(one.retrospective for one in study.judgements if one.source == "project")
