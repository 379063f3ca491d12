"""What if: two forecasts on the same dice, and the interval of their difference."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

import tarjih
from tarjih.errors import InvalidRequest
from tarjih.models import Intervention
from tarjih.models.asked.intervening import COLUMNS, _difference, whatif
from tarjih.models.engines.exact import ExactEngine
from tarjih.models.posterior import believe
from tarjih.scenarios.records import Item, LevelSeen, Weights

HELD = (Intervention("d1", 2), Intervention("d0", 1))


@pytest.fixture(scope="module")
def study(make_study):
    return replace(make_study(3, (2, 3), [(0, 1)], True), horizon=6)


@pytest.fixture(scope="module")
def draws(study, make_draws):
    made = make_draws(study, 500, 11)
    # draws that agree on what drivers do
    pushed = np.array([1.5, -1.0, -0.5])
    return replace(made, beta=made.beta / 2 + pushed, gamma=made.gamma / 2 - 3 * pushed)


@pytest.fixture(scope="module")
def items(study):
    def item(id, step, bears_on):
        day = study.calendar.last_day(step)
        return Item(
            id, day, day, day, bears_on, "act", ("press",), {}, 1, None, {}, "", {"en": id}, "",
            False,
        )  # fmt: skip

    return (item("e1", 1, LevelSeen("d1", 1)), item("e2", 2, Weights({"s0": "for"})))


@pytest.fixture(scope="module")
def found(study, draws, items):
    return whatif(study, HELD, items, draws=draws, seed=3)


def _columns(made):
    return np.stack([made.now, made.at_horizon, made.ever_by_horizon])


def test_the_difference_is_that_of_two_forecasts(found, study, draws, items) -> None:
    bare = tarjih.forecast(study, items, draws=draws, seed=3)
    held = tarjih.forecast(study, items, draws=draws, seed=3, interventions=HELD)
    np.testing.assert_allclose(
        found.baseline.mean(found.difference), _columns(held) - _columns(bare), atol=1e-12
    )
    np.testing.assert_array_equal(found.baseline.probability, bare.probability)
    np.testing.assert_array_equal(found.held.probability, held.probability)
    assert found.interventions == HELD
    assert np.abs(found.difference[1:].mean(axis=1)).max() > 0.1


def test_nothing_is_held_yet_now(found) -> None:
    assert not found.difference[0].any()
    assert not found.difference.flags.writeable
    np.testing.assert_array_equal(found.baseline.probability[0], found.held.probability[0])


def test_the_table_holds_it_all(found, study) -> None:
    table = found.table()
    assert tuple(table) == study.scenario_ids
    for k, (id, columns) in enumerate(table.items()):
        assert tuple(columns) == COLUMNS
        for c, (name, entry) in enumerate(columns.items()):
            assert entry["baseline"] == found.baseline.table()[id][name]
            assert entry["held"] == found.held.table()[id][name]
            told = entry["difference"]
            assert told["mean"] == pytest.approx(entry["held"]["mean"] - entry["baseline"]["mean"])
            assert told["q05"] <= told["mean"] <= told["q95"]
            values = found.difference[c, :, k]
            inside = (values >= told["q05"] - 1e-12) & (values <= told["q95"] + 1e-12)
            assert c == 0 or found.baseline.weight[inside].sum() == pytest.approx(0.9, abs=0.02)


def test_draw_by_draw_is_narrower_than_apart(found) -> None:
    """Parameters are shared: pairing at random would lose it, and widen every interval."""
    dice = np.random.default_rng(0)
    shuffled = dice.permutation(len(found.baseline.weight))
    pairs = (
        (found.baseline.probability[-1], found.held.probability[-1]),
        (found.baseline.ever[-1], found.held.ever[-1]),
    )
    for (before, after), paired in zip(pairs, found.difference[1:], strict=True):
        apart = after[shuffled] - before
        widths = [np.ptp(np.quantile(v, (0.05, 0.95), axis=0), axis=0) for v in (paired, apart)]
        assert (widths[0] < widths[1]).all()
        assert widths[0].mean() < 0.8 * widths[1].mean()


def test_path_noise_is_taken_out_pair_by_pair(study, draws, items) -> None:
    """The exact engine has none: the spread of the differences must be much the same."""
    particle = believe(study, items, draws=draws, seed=1)
    held = tarjih.forecast(study, items, draws=draws, interventions=HELD, replay=False)
    exact = replace(particle, engine=ExactEngine(study, draws))
    drawn, true = (_difference(each, held)[1:] for each in (particle, exact))
    weight = held.weight[:, None]

    def spread(values):
        mean = (values * weight).sum(axis=1, keepdims=True)
        return np.sqrt(((values - mean) ** 2 * weight).sum(axis=1))

    np.testing.assert_allclose(spread(drawn), spread(true), rtol=0.15)


def test_a_later_start_is_a_smaller_difference(found, study, draws, items) -> None:
    late = study.calendar.first_day(found.baseline.horizon_step)
    held = tuple(replace(one, start=late) for one in HELD)
    later = whatif(study, held, items, draws=draws, seed=3)
    whole, part = (np.abs(one.difference.mean(axis=1)).max() for one in (found, later))
    assert 0 < part < whole / 2


def test_several_act_together(found, study, draws, items) -> None:
    """The conjunction of both drivers acts only when both are held."""
    alone = [whatif(study, [one], items, draws=draws, seed=3) for one in HELD]
    together = found.baseline.mean(found.difference)[1]
    apart = sum(one.baseline.mean(one.difference)[1] for one in alone)
    assert np.abs(together - apart).max() > 0.01


@pytest.mark.parametrize(
    ("held", "message"),
    [
        ((), r"--set: say what is to be held: allowed: .*for example --set d0=l[01]"),
        ((Intervention("d9", 0),), "--set: unknown driver: got 'd9'"),
        ((Intervention("d0", 5),), "--set: no such level of d0"),
    ],
)
def test_wrong_requests(study, draws, held, message) -> None:
    with pytest.raises(InvalidRequest, match=message):
        whatif(study, held, (), draws=draws)
