"""Features, effects and the order of drivers."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tarjih.errors import InvalidRequest
from tarjih.scenarios import driver_order, effect_words, features, load
from tarjih.scenarios.records import Link, Study


@pytest.fixture(scope="module")
def study() -> Study:
    return load("syria_russia")


def _by_hand(study: Study, levels: list[int]) -> list[float]:
    row = [
        driver.levels[level].score - driver.levels[driver.reference].score
        for driver, level in zip(study.drivers, levels, strict=True)
    ]
    for conjunction in study.conjunctions:
        at = dict(zip(study.driver_ids, levels, strict=True))
        start = {driver.id: driver.reference for driver in study.drivers}
        now = all(at[id] >= level for id, level in conjunction.requires.items())
        then = all(start[id] >= level for id, level in conjunction.requires.items())
        row.append(float(now) - float(then))
    return row


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64])
def test_features_are_those_of_the_definition(study: Study, dtype: type[np.integer[Any]]) -> None:
    sizes = [len(driver.levels) for driver in study.drivers]
    levels = np.random.default_rng(1).integers(0, sizes, (5, 40, len(sizes))).astype(dtype)
    phi = features(study, levels)
    assert phi.dtype == np.float64
    assert phi.shape == (5, 40, len(sizes) + len(study.conjunctions))
    expected = [[_by_hand(study, list(row)) for row in block] for block in levels.tolist()]
    np.testing.assert_allclose(phi, expected, atol=1e-15)
    # The conjunctions are hit and missed, or the comparison would say nothing of them.
    assert set(np.unique(phi[..., len(sizes) :])) == {0.0, 1.0}


def test_features_vanish_at_the_reference(study: Study) -> None:
    reference = np.array([driver.reference for driver in study.drivers])
    assert not features(study, reference).any()


def test_a_conjunction_that_holds_at_the_reference_is_centred(study: Study) -> None:
    needs = {driver.id: driver.reference for driver in study.drivers if driver.reference > 0}
    one = replace(study.conjunctions[0], requires=dict(itertools.islice(needs.items(), 2)))
    changed = replace(study, conjunctions=(one,))
    levels = np.array([driver.reference for driver in changed.drivers])
    assert not features(changed, levels).any()
    levels[study.driver_ids.index(next(iter(one.requires)))] -= 1
    assert features(changed, levels)[-1] == -1.0


@pytest.mark.parametrize("level", [-1, 99, -99])
def test_a_level_that_a_driver_does_not_have_shows(study: Study, level: int) -> None:
    levels = np.zeros(len(study.drivers), int)
    levels[3] = level
    assert np.flatnonzero(np.isnan(features(study, levels))).tolist() == [3]


@pytest.mark.parametrize("levels", [0, [0, 1], np.zeros((2, 14)), np.zeros((14, 2), int)])
def test_wrong_levels_are_refused(study: Study, levels: object) -> None:
    with pytest.raises(InvalidRequest, match="one for each driver along the last axis"):
        features(study, levels)


def test_effect_words(study: Study) -> None:
    words = effect_words(study)
    assert words.shape == (
        len(study.drivers) + len(study.conjunctions),
        len(study.scenarios),
    )
    for k, scenario in enumerate(study.scenarios):
        stated = dict(zip(study.driver_ids, words[:, k], strict=False))
        assert {id: word for id, word in stated.items() if word != "no effect"} == scenario.effects
    assert set(words[:, study.scenario_ids.index("other")]) == {"no effect"}


def test_parents_come_before_children(study: Study) -> None:
    order = [study.driver_ids[j] for j in driver_order(study)]
    assert sorted(order) == sorted(study.driver_ids)
    assert study.links
    for link in study.links:
        assert order.index(link.parent) < order.index(link.child)
    unlinked = replace(study, links=())
    assert driver_order(unlinked) == tuple(range(len(study.drivers)))
    chain = [
        Link(parent, child, (), (), "") for child, parent in itertools.pairwise(study.driver_ids)
    ]
    assert driver_order(replace(study, links=tuple(chain))) == tuple(
        reversed(range(len(study.drivers)))
    )
