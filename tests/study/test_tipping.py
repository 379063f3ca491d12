"""What would tip the shipped study, as its source reports have it."""

from __future__ import annotations

import pytest

import tarjih
from tarjih.models import tipping_sets, whatif

EXIT_AND_DEAL = {("us_withdrawal", "full"), ("russia_west_deal", "free_hand_deal")}
ESCALATION_AND_OFFER = {
    ("turkey_israel_tension", "escalation"),
    ("inducements_to_russia", "offered"),
}


@pytest.fixture(scope="module")
def study():
    return tarjih.load("syria_russia")


@pytest.fixture(scope="module")
def found(study):
    return tipping_sets(study, scenario="overt_support", threshold=0.25, as_of="2025-08-06")


def _named(study, interventions):
    return {(one.driver, study.driver(one.driver).levels[one.level].id) for one in interventions}


def test_both_pairs_of_the_report_are_among_the_tipping_sets(study, found) -> None:
    """SDC, first scenario and conclusion: only together, and both remote."""
    told = {frozenset(_named(study, one.interventions)): one for one in found.sets}
    for pair in (EXIT_AND_DEAL, ESCALATION_AND_OFFER):
        one = told[frozenset(pair)]
        assert one.scenario == "overt_support"
        assert one.probability.mean > 0.25
        assert one.probability.q05 < 0.25, "the parameters leave it open"
        assert 0 < one.together.mean < 0.1


def test_a_set_told_is_what_if_it_were_held(study, found) -> None:
    (one,) = [each for each in found.sets if _named(study, each.interventions) == EXIT_AND_DEAL]
    asked = whatif(study, one.interventions, as_of="2025-08-06")
    table = asked.table()["overt_support"]["at_horizon"]
    assert table["held"]["mean"] == pytest.approx(one.probability.mean, abs=1e-9)
    assert table["held"]["q05"] == pytest.approx(one.probability.q05, abs=1e-9)
    assert table["held"]["mean"] >= 2.5 * table["baseline"]["mean"]
    # doubt about the difference is less than doubt about both sides taken apart
    widths = {name: each["q95"] - each["q05"] for name, each in table.items()}
    assert widths["difference"] < (widths["held"] ** 2 + widths["baseline"] ** 2) ** 0.5


def test_every_set_was_looked_at_and_the_smallest_told(study, found) -> None:
    levels = [len(driver.levels) - 1 for driver in study.drivers]
    pairs = sum(a * b for i, a in enumerate(levels) for b in levels[:i])
    triples = sum(
        a * b * c
        for i, a in enumerate(levels)
        for j, b in enumerate(levels[:i])
        for c in levels[:j]
    )
    assert found.screened == sum(levels) + pairs + triples == 4007
    told = [_named(study, one.interventions) for one in found.sets]
    assert not any(one < other for one in told for other in told)
    assert {len(one) for one in told} <= {1, 2, 3}
