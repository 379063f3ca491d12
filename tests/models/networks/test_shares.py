"""The shares of items add up to the evidence, and are what the items say."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from tarjih.evidence import weigh_evidence
from tarjih.evidence.weighing.trust import throw_trust
from tarjih.models.networks.shares import item_shares
from tarjih.scenarios import load
from tarjih.scenarios.records import Checked, Weight, Weights

SHAPE = {"scenarios": 3, "sizes": (2, 3), "links": [(0, 1)]}


def _weighed(study, **changes):
    as_of = max(item.known for item in study.items)
    last = study.calendar.index(as_of)
    evidence = weigh_evidence(study, study.items, as_of=as_of, last_step=last, **changes)
    return evidence, item_shares(study, evidence, as_of=as_of)


def _summed(study, evidence, shares):
    steps = evidence.scenario_loglik.shape[-2]
    sums = [np.zeros((steps, len(study.scenarios)))]
    sums += [np.zeros((steps, len(driver.levels))) for driver in study.drivers]
    for share in shares:
        sums[0 if share.driver is None else 1 + share.driver][share.step] += share.loglik
    return sums


@pytest.mark.parametrize("seed", range(5))
def test_they_add_up_to_the_evidence(seed, study_with_items) -> None:
    study = study_with_items(seed, count=40, **SHAPE)
    evidence, shares = _weighed(study)
    sums = _summed(study, evidence, shares)
    for mine, told in zip(sums, (evidence.scenario_loglik, *evidence.driver_loglik), strict=True):
        assert np.abs(mine - told).max() < 1e-13
    assert all((share.loglik <= 0).all() for share in shares)
    assert any(isinstance(share.item.bears_on, Checked) for share in shares)


def test_they_add_up_in_the_shipped_study() -> None:
    study = load("syria_russia")
    evidence, shares = _weighed(study)
    sums = _summed(study, evidence, shares)
    assert np.abs(sums[0] - evidence.scenario_loglik).max() < 1e-13
    assert {one.item.id for one in evidence.entries if one.counted} == {
        share.item.id for share in shares
    }


def test_an_item_that_stands_alone_says_what_it_says(study_with_items) -> None:
    study = study_with_items(2, count=12, **SHAPE)
    evidence, shares = _weighed(study)
    last = len(evidence.scenario_loglik) - 1
    as_of = max(item.known for item in study.items)
    for share in shares:
        if share.item.cluster is None:
            alone = weigh_evidence(study, [share.item], as_of=as_of, last_step=last)
            rows = (
                alone.scenario_loglik if share.driver is None else alone.driver_loglik[share.driver]
            )
            assert np.abs(share.loglik - rows[share.step]).max() < 1e-15


def test_reprints_count_as_often_as_their_exponents_say(study_with_items) -> None:
    study = study_with_items(2, **SHAPE)
    day = study.origin + dt.timedelta(days=40)
    words: dict[str, Weight] = {"s0": "for"}
    same = [
        replace(
            item, id=f"r{n}", bears_on=Weights(words), cluster="one", start=day, end=day, known=day
        )
        for n, item in enumerate(study.items[:3])
    ]
    same = [replace(item, credibility=2) for item in same]
    evidence, shares = _weighed(replace(study, items=tuple(same)))
    times = [one.exponent for one in evidence.entries]
    assert times == pytest.approx([1, 1 / 9, 5 / 117])
    for share, exponent in zip(shares, times, strict=True):
        assert np.abs(share.loglik - exponent * shares[0].loglik).max() < 1e-14


def test_learned_trust_of_one_draw(study_with_items) -> None:
    study = study_with_items(1, count=30, **SHAPE)
    evidence, shares = _weighed(study, trust=throw_trust(study, 1, seed=4))
    sums = _summed(study, evidence, shares)
    for mine, told in zip(sums, (evidence.scenario_loglik, *evidence.driver_loglik), strict=True):
        apart = mine - told[0]
        assert np.abs(apart - apart.max(axis=-1, keepdims=True)).max() < 1e-12
    graded, plain = _weighed(study)
    assert any(
        np.abs(one.loglik - two.loglik).max() > 1e-3 for one, two in zip(shares, plain, strict=True)
    )
    assert graded.trust is None
