"""Which doubts a band comes from, on studies where that is known."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tarjih.errors import InvalidRequest
from tarjih.evidence.weighing.trust import Trust
from tarjih.models.doubting import doubt_shares as doubt_shares_module
from tarjih.models.doubting import sensitivity as sensitivity_module
from tarjih.models.doubting.doubts import doubts_of
from tarjih.models.doubting.sensitivity import When, sensitivity_indices
from tarjih.models.forecasting import forecast
from tarjih.models.record import Intervention


@pytest.fixture(autouse=True)
def _few_halves(monkeypatch):
    monkeypatch.setattr(doubt_shares_module, "_HALVES", 5)


@pytest.fixture(scope="module")
def study(make_study):
    return make_study(sizes=(2, 3), conjunction=True)


@pytest.fixture(scope="module")
def draws(study, make_draws):
    return make_draws(study, 600)


def _kinds(found):
    return [(one.kind, one.id) for one in found.shares.groups if one.distinguishable]


def test_now_is_a_matter_of_the_start_alone(study, draws) -> None:
    found = sensitivity_indices(
        study, scenario="s1", when="now", draws=draws, as_of=study.origin, horizon=3
    )
    assert _kinds(found) == [("initial", "")]
    assert found.shares.groups[0].share > 0.9
    assert found.noise == 0


@pytest.mark.parametrize("engine", ["exact", "particle"])
def test_what_does_not_vary_is_not_blamed(study, draws, engine) -> None:
    """With everything but one driver's effects fixed, the doubt is that driver's."""
    fixed = {
        name: np.repeat(getattr(draws, name)[:1], len(draws), axis=0)
        for name in ("alpha", "initial", "gamma", "review_time", "up", "down")
    }
    beta = np.repeat(draws.beta[:1], len(draws), axis=0)
    beta[:, 1] = 3 * draws.beta[:, 1]
    found = sensitivity_indices(
        study, scenario="s0", draws=replace(draws, beta=beta, **fixed), engine=engine, horizon=6
    )
    assert [(one.kind, one.id) for one in found.shares.groups] == [("driver", "d1")]
    assert found.shares.groups[0].share > 0.85
    assert (found.noise > 0) == (engine == "particle")


def test_the_band_is_the_forecasts(study, draws) -> None:
    columns: dict[When, str] = {
        "now": "now",
        "horizon": "at_horizon",
        "ever": "ever_by_horizon",
    }
    for when, column in columns.items():
        found = sensitivity_indices(study, when=when, scenario="s0", draws=draws, horizon=4)
        told = forecast(study, draws=draws, horizon=4, replay=False).table()["s0"][column]
        assert (found.mean, found.q05, found.q95) == pytest.approx(tuple(told.values()))
    assert found.horizon == study.calendar.last_day(4)
    assert found.diagnostics.draws == len(draws)


def test_the_scenario_is_the_one_most_probable_unless_named(study, draws) -> None:
    made = forecast(study, draws=draws, horizon=4, replay=False)
    assert sensitivity_indices(study, draws=draws, horizon=4).scenario == made.leader
    now = study.scenario_ids[int(np.argmax(made.now))]
    assert sensitivity_indices(study, draws=draws, horizon=4, when="now").scenario == now


def test_a_held_driver_moves_no_more(study, draws) -> None:
    """Its rates account for nothing once it is held."""
    slow = replace(draws, up=draws.up * [1.0, 0.05], down=draws.down * [1.0, 0.05])
    held = (Intervention("d0", 1),)
    found = sensitivity_indices(
        study, scenario="s0", draws=slow, interventions=held, horizon=6, when="ever"
    )
    assert ("rates", "d0") not in _kinds(found)
    assert found.interventions == held


def test_groups_are_those_that_vary(study, draws) -> None:
    flat = np.repeat(draws.beta[:1], len(draws), axis=0)
    flat[:, 0, 2] = draws.beta[:, 0, 2]
    still = replace(draws, beta=flat, up=draws.up * [0.0, 1.0], down=draws.down * [0.0, 1.0])
    shifts = {"press": draws.alpha[:, 0], "radio": draws.alpha[:, 1]}
    analyst = np.arange(len(draws)) % 2
    found = doubts_of(study, replace(still, analyst=analyst), Trust(0.5, len(draws), shifts))
    assert [(one.kind, one.id, one.values.shape[1]) for one in found] == [
        ("initial", "", 3),
        ("pull", "", 3),
        ("review", "", 3),
        ("driver", "d0", 1),
        ("conjunction", "both", 3),
        ("rates", "d1", 2),
        ("trust", "", 2),
        ("analyst", "", 2),
    ]
    # trust that was thrown for other draws is no group of these
    other = doubts_of(study, draws, Trust(0.5, 1, {"press": np.zeros(1)}))
    assert "trust" not in [one.kind for one in other]


def test_same_seed_same_answer(study, draws) -> None:
    one, same = (sensitivity_indices(study, draws=draws, seed=3, horizon=2) for _ in "ab")
    assert one == same


def test_more_paths_than_a_forecast(study, draws, monkeypatch) -> None:
    def noise(paths):
        monkeypatch.setattr(sensitivity_module, "_PATHS", paths)
        return sensitivity_indices(
            study, scenario="s0", draws=draws, engine="particle", horizon=6
        ).noise

    assert noise(64) < 0.5 * noise(16)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"scenario": "s9"}, "--scenario: unknown scenario: got 's9'; allowed: s0, s1, other"),
        ({"when": "later"}, "--at: unknown time: got 'later'; allowed: now, horizon, ever"),
    ],
)
def test_wrong_requests(study, draws, options, message) -> None:
    with pytest.raises(InvalidRequest) as caught:
        sensitivity_indices(study, draws=draws, **options)
    assert str(caught.value).startswith(message)
