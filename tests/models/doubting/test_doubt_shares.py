"""What groups account for: outputs made up so that the answer is known."""

from __future__ import annotations

import numpy as np
import pytest

from tarjih.errors import CannotCompute
from tarjih.models.doubting import doubt_shares as doubt_shares_module
from tarjih.models.doubting.doubt_shares import shares_of
from tarjih.models.doubting.doubts import Doubt

M = 1000


def _logistic(values):
    return 1 / (1 + np.exp(-values))


def _groups(rng, count=M):
    return [
        Doubt("initial", "", rng.normal(size=(count, 4))),
        Doubt("pull", "", rng.normal(size=(count, 4))),
        Doubt("driver", "d0", rng.normal(size=(count, 3))),
        Doubt("driver", "d1", rng.normal(size=(count, 1))),
        Doubt("rates", "d0", rng.normal(size=(count, 2))),
    ]


def _by_name(shares):
    return {(one.kind, one.id): one for one in shares.groups}


@pytest.fixture(autouse=True)
def _few_halves_and_orders(monkeypatch):
    monkeypatch.setattr(doubt_shares_module, "_HALVES", 10)
    monkeypatch.setattr(doubt_shares_module, "_ORDERS", 100)


EQUAL = np.full(M, 1 / M)
OUTPUTS = {
    "linear": lambda x: x @ [1.0, -0.5, 0.3, 0.0],
    "quadratic": lambda x: x[:, 0] ** 2 - x[:, 1] ** 2,
    "interacting": lambda x: x[:, 0] * x[:, 1],
    "a softmax": lambda x: x[:, 0] - np.log(np.exp(x[:, 1:]).sum(axis=1)),
}


@pytest.mark.parametrize("kind", OUTPUTS)
def test_what_alone_moves_the_output_stands_first(kind) -> None:
    groups = _groups(np.random.default_rng(21))
    output = _logistic(OUTPUTS[kind](groups[1].values))
    shares = shares_of(output, groups, EQUAL)
    first, *others = shares.groups
    assert (first.kind, first.distinguishable) == ("pull", True)
    assert first.share > 0.85
    assert not any(one.distinguishable for one in others)
    assert max(one.share for one in others) < shares.share_floor < 0.03


def test_a_single_parameter_may_act_in_any_way() -> None:
    groups = _groups(np.random.default_rng(2))
    wave = _logistic(np.sin(2 * groups[3].values[:, 0]))
    first = shares_of(wave, groups, EQUAL).groups[0]
    assert (first.kind, first.id) == ("driver", "d1")
    assert first.share > 0.9


def test_shares_are_those_of_the_variance() -> None:
    rng = np.random.default_rng(3)
    groups = _groups(rng)
    parts = [
        1.0 * groups[0].values[:, 0],
        np.sqrt(2.0) * groups[3].values[:, 0],
        rng.normal(size=M),
    ]
    found = _by_name(shares_of(_logistic(0.1 * sum(parts)), groups, EQUAL))
    told = found["initial", ""], found["driver", "d1"]
    for one, exact in zip(told, (0.25, 0.5), strict=True):
        assert one.share == pytest.approx(exact, abs=0.05)
        assert one.q05 < exact < one.q95
        assert one.q95 - one.q05 < 0.15


@pytest.mark.parametrize("seed", range(6))
def test_of_chance_alone_nothing_stands_out(seed) -> None:
    rng = np.random.default_rng(100 + seed)
    shares = shares_of(_logistic(rng.normal(size=M)), _groups(rng), EQUAL, seed=seed)
    assert not any(one.distinguishable for one in shares.groups)


def test_many_parameters_explain_nothing_by_their_number() -> None:
    """A guess that had seen what it is to explain would be right about a tenth of it."""
    rng = np.random.default_rng(4)
    count = 200
    groups = [Doubt("trust", "", rng.normal(size=(count, 40)))]
    output = _logistic(rng.normal(size=count))
    told = shares_of(output, groups, np.full(count, 1 / count)).groups[0]
    assert not told.distinguishable
    assert told.share < 0.1
    terms = groups[0].values
    seen = terms @ np.linalg.lstsq(terms, output - output.mean(), rcond=None)[0]
    assert np.corrcoef(seen, output)[0, 1] ** 2 > 0.1


def test_the_noise_of_the_simulation_is_taken_out() -> None:
    rng = np.random.default_rng(5)
    groups = _groups(rng)
    output = 0.5 + 0.01 * (groups[3].values[:, 0] + rng.normal(size=M))
    bare = _by_name(shares_of(output, groups, EQUAL))["driver", "d1"]
    clean = _by_name(shares_of(output, groups, EQUAL, noise=0.5))["driver", "d1"]
    assert bare.share == pytest.approx(0.5, abs=0.06)
    assert clean.share == pytest.approx(1.0, abs=0.1)
    assert clean.share == pytest.approx(min(2 * bare.share, 1.0))


def test_draws_count_by_their_weight() -> None:
    """Under the weights the first input hardly varies; without them it accounts for most."""
    rng = np.random.default_rng(6)
    count = 4000
    x, z = rng.normal(size=(2, count))
    groups = [Doubt("driver", "x", x[:, None]), Doubt("driver", "z", z[:, None])]
    output = _logistic(0.1 * (3 * x + z))
    weight = np.exp(-0.5 * (x / 0.2) ** 2)
    weight /= weight.sum()
    variance = weight @ (x - weight @ x) ** 2
    exact = 9 * variance / (9 * variance + 1)
    weighed = _by_name(shares_of(output, groups, weight))
    assert weighed["driver", "x"].share == pytest.approx(exact, abs=0.06)
    assert weighed["driver", "z"].share == pytest.approx(1 - exact, abs=0.06)
    plain = _by_name(shares_of(output, groups, np.full(count, 1 / count)))
    assert plain["driver", "x"].share == pytest.approx(0.9, abs=0.05)


def test_draws_that_come_twice_do_not_pass_for_knowledge() -> None:
    rng = np.random.default_rng(7)
    weight = rng.exponential(size=M) ** 4
    weight /= weight.sum()
    shares = shares_of(_logistic(rng.normal(size=M)), _groups(rng), weight)
    assert not any(one.distinguishable for one in shares.groups)
    # fewer draws carry the weight, so chance may reach further
    equal = shares_of(_logistic(rng.normal(size=M)), _groups(rng), EQUAL)
    assert shares.share_floor > 2 * equal.share_floor


def test_groups_that_go_together_both_count() -> None:
    rng = np.random.default_rng(8)
    x = rng.normal(size=M)
    twin = x + 0.3 * rng.normal(size=M)
    groups = [Doubt("driver", "x", x[:, None]), Doubt("driver", "twin", twin[:, None])]
    found = _by_name(shares_of(_logistic(x), groups, EQUAL))
    assert found["driver", "x"].share > 0.95
    assert 0.8 < found["driver", "twin"].share < 0.96


def test_same_seed_same_shares() -> None:
    groups = _groups(np.random.default_rng(9))
    output = _logistic(groups[0].values[:, 0])
    one, same, other = (shares_of(output, groups, EQUAL, seed=seed) for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_what_does_not_vary() -> None:
    shares = shares_of(np.full(M, 0.3), _groups(np.random.default_rng(0)), EQUAL)
    assert not any(one.distinguishable for one in shares.groups)
    assert {one.share for one in shares.groups} == {0.0}
    assert shares_of(np.full(M, 0.3), [], EQUAL).groups == ()


def test_too_few_draws_are_refused() -> None:
    weight = np.zeros(M)
    weight[:20] = 1 / 20
    groups = _groups(np.random.default_rng(0))
    with pytest.raises(CannotCompute, match="only 20 draws carry the weight"):
        shares_of(np.linspace(0, 1, M), groups, weight)


def test_intervals_hold_the_truth_as_often_as_they_say(monkeypatch) -> None:
    monkeypatch.setattr(doubt_shares_module, "_HALVES", 30)
    # intervals take only their mean from what chance gives
    monkeypatch.setattr(doubt_shares_module, "_ORDERS", 40)
    count, runs = 600, 60
    hits = 0
    for run in range(runs):
        rng = np.random.default_rng(run)
        x = rng.normal(size=(count, 1))
        rest = rng.normal(size=count) * np.sqrt(2)
        told = shares_of(
            _logistic(0.2 * (x[:, 0] + rest)),
            [Doubt("driver", "x", x)],
            np.full(count, 1 / count),
            seed=run,
        ).groups[0]
        hits += told.q05 <= 1 / 3 <= told.q95
    # 90% of 60 is 54; four standard deviations are 9
    assert hits >= 45
