"""What a forecast promises: seeds, dates, interventions, bands."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from tarjih.errors import InvalidRequest
from tarjih.models import Intervention, forecast
from tarjih.models.forecasting import without_noise
from tarjih.models.record import weighted_quantile
from tarjih.scenarios.records import Item, LevelSeen, Weights


def _item(name, bears_on, day, known=None):
    return Item(
        id=name, start=day, end=day, known=known or day, bears_on=bears_on, kind="act",
        sources=("press",), relays={}, credibility=2, cluster=None, note={}, url="",
        label={"en": name}, cites="", retrospective=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def case(make_study, make_draws):
    study = make_study(scenarios=3, sizes=(3, 2), links=[(0, 1)], conjunction=True)
    items = (
        _item("first", Weights({"s1": "for"}), dt.date(2026, 2, 10)),
        _item("late", LevelSeen("d0", 2), dt.date(2026, 2, 20), dt.date(2026, 4, 2)),
        _item("last", Weights({"s0": "strongly for"}), dt.date(2026, 5, 5)),
    )
    study = replace(study, items=items)
    return study, make_draws(study, 300)


def test_same_seed_same_numbers_another_seed_other_numbers(case) -> None:
    study, draws = case
    one, two, other = (
        forecast(study, draws=draws, seed=seed, engine="particle") for seed in (3, 3, 4)
    )
    assert (one.probability == two.probability).all()
    assert (one.replayed == two.replayed).all()
    assert (one.now != other.now).all()


def test_auto_takes_the_exact_engine_where_that_is_cheap(case) -> None:
    study, draws = case
    found = forecast(study, draws=draws)
    assert found.engine == "exact"
    assert found.diagnostics.paths == 0
    sampled = forecast(study, draws=draws, engine="particle")
    assert sampled.engine == "particle"
    assert np.abs(found.now - sampled.now).max() < 0.02
    assert np.abs(found.at_horizon - sampled.at_horizon).max() < 0.02


def test_the_default_as_of_is_the_latest_known_date(case) -> None:
    study, draws = case
    assert forecast(study, draws=draws).as_of == dt.date(2026, 5, 5)
    assert forecast(study, (), draws=draws).as_of == study.origin


def test_what_is_not_yet_known_moves_nothing(case) -> None:
    study, draws = case
    day = dt.date(2026, 4, 1)
    ours = forecast(study, draws=draws, as_of=day)
    theirs = forecast(study, study.items[:1], draws=draws, as_of=day)
    assert (ours.probability == theirs.probability).all()
    assert (ours.log_weight == theirs.log_weight).all()
    assert (forecast(study, draws=draws, as_of=dt.date(2026, 4, 2)).now != ours.now).all()


def test_the_past_is_what_was_believed_then(case) -> None:
    study, draws = case
    whole = forecast(study, draws=draws)
    for date in (dt.date(2026, 2, 28), dt.date(2026, 3, 31)):
        then = forecast(study, draws=draws, as_of=date)
        row = whole.replayed_dates.index(date)
        assert np.abs(whole.mean(whole.replayed)[row] - then.now).max() < 0.2
        weighted = np.exp(whole.replayed_log_weight[row]) @ whole.replayed[row]
        assert np.abs(weighted - then.now).max() < 1e-12
    assert whole.replayed_dates[0] == study.origin
    assert whole.replayed_dates[-1] == whole.as_of


def test_many_past_steps_are_replayed_at_a_bounded_number_of_dates(case) -> None:
    study, draws = case
    far = forecast(study, draws=draws.thin(20), as_of=dt.date(2036, 5, 5))
    assert len(far.replayed_dates) <= 38
    assert far.replayed_dates[0] == study.origin
    assert far.replayed_dates[-1] == far.as_of


def test_probabilities_are_probabilities(case) -> None:
    study, draws = case
    result = forecast(study, draws=draws)
    for values in (result.probability, result.ever, result.replayed):
        assert values.min() >= -1e-12
        assert values.max() <= 1 + 1e-12
    assert np.abs(result.mean(result.probability).sum(axis=-1) - 1).max() < 1e-12
    assert (np.diff(result.ever, axis=0) > -1e-12).all()
    assert (result.ever_by_horizon >= result.now - 1e-12).all()
    assert (result.ever_by_horizon >= result.at_horizon - 1e-12).all()
    assert abs(np.exp(result.log_weight).sum() - 1) < 1e-12
    for level in result.levels:
        assert np.abs(level.sum(axis=-1) - 1).max() < 1e-12


def test_an_intervention_leaves_the_present_alone_and_the_levels_held(case) -> None:
    study, draws = case
    base = forecast(study, draws=draws)
    held = forecast(study, draws=draws, interventions=[Intervention("d0", 0)])
    assert (held.now == base.now).all()
    assert (np.abs(held.levels[0][1:, 0] - 1) < 1e-12).all()
    assert (held.at_horizon != base.at_horizon).all()
    later = forecast(study, draws=draws, interventions=[Intervention("d0", 0, dt.date(2026, 7, 1))])
    assert (later.probability[:2] == base.probability[:2]).all()
    assert (np.abs(later.levels[0][2:, 0] - 1) < 1e-12).all()


def test_a_conjunction_centred_at_the_reference_is_silent_there(case) -> None:
    from tarjih.scenarios.design import features

    study, _ = case
    reference = np.array([driver.reference for driver in study.drivers])
    assert (features(study, reference) == 0).all()


def test_records_are_read_only(case) -> None:
    study, draws = case
    result = forecast(study, draws=draws)
    for array in (result.probability, result.ever, result.log_weight, *result.levels):
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_a_dataset_holds_the_same_numbers(case) -> None:
    study, draws = case
    result = forecast(study, draws=draws)
    data = result.to_dataset()
    mean = (data.probability * data.weight).sum("draw").isel(date=-1)
    assert np.abs(mean.to_numpy() - result.at_horizon).max() < 1e-12
    assert data.scenario.to_numpy().tolist() == list(study.scenario_ids)


def test_probability_at_a_date(case) -> None:
    study, draws = case
    result = forecast(study, draws=draws)
    mean, low, high = result.probability_at("s1", result.horizon)
    assert low < mean < high
    assert mean == pytest.approx(result.at_horizon[1])
    before = result.probability_at("s1", study.origin)
    assert before[0] == pytest.approx(forecast(study, draws=draws, as_of=study.origin).now[1])


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"as_of": "2025-12-31"}, "before the origin"),
        ({"as_of": "2126-02-01"}, "too far after the origin"),
        ({"as_of": "soon"}, "unreadable date"),
        ({"horizon": 0}, "must lie after"),
        ({"horizon": float("nan")}, "must lie after"),
        ({"horizon": dt.date(2026, 1, 20)}, "must lie after"),
        ({"engine": "particles"}, "did you mean 'particle'"),
        ({"seed": -1}, "out of range"),
        ({"interventions": [Intervention("d7", 0)]}, "unknown driver"),
        ({"interventions": [Intervention("d0", 9)]}, "no such level"),
        ({"interventions": [Intervention("d0", 0, dt.date(2026, 2, 1))]}, "after the as-of step"),
    ],
)
def test_a_wrong_request_says_what_is_allowed(case, wrong, says) -> None:
    study, draws = case
    with pytest.raises(InvalidRequest, match=says) as caught:
        forecast(study, draws=draws, **wrong)
    assert "allowed" in str(caught.value)
    assert caught.value.exit_code == 2


def test_weighted_quantiles_agree_with_numpy_where_weights_are_equal() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(3, 101, 2))
    weight = np.full(101, 1 / 101)
    for q in (0.05, 0.5, 0.95):
        theirs = np.quantile(values, q, axis=1, method="hazen")
        assert np.abs(weighted_quantile(values, weight, q) - theirs).max() < 1e-12


def test_path_noise_is_taken_out_of_the_band() -> None:
    rng = np.random.default_rng(1)
    truth, noise = rng.normal(0.5, 0.1, size=(1, 4000, 1)), 0.06
    seen = truth + rng.normal(0, noise, size=truth.shape)
    weight = np.full(4000, -np.log(4000))
    cleaned = without_noise(seen, np.full(seen.shape, noise**2), weight)
    assert abs(cleaned.std() / truth.std() - 1) < 0.04
    assert abs(seen.std() / truth.std() - 1) > 0.1, (
        "the noise must be visible, or this shows nothing"
    )
    assert abs(cleaned.mean() - seen.mean()) < 1e-12
