"""The watch list, against the sum over every history; mistakes made on purpose are caught."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from tarjih.errors import InvalidRequest
from tarjih.evidence.weighing.likelihood import Evidence
from tarjih.models import Intervention, forecast, watch_list
from tarjih.models.asked.sightings import chance_shown
from tarjih.models.asked.watching import Outcome, _onward, mutual_information
from tarjih.models.engines.protocol import Ahead, Clamp
from tarjih.models.posterior import believe
from tarjih.scenarios.records import Indicator, Item, LevelSeen, Weights

AS_OF, END, LAST = 0, 2, 3
AS_OF_DAY = dt.date(2026, 1, 31)
IMPOSSIBLE = -800.0


def _indicator(name, monthly, detection=0.8, *, monitored=False):
    return Indicator(name, {"en": name}, monthly, monitored, detection, {}, "")


@pytest.fixture(scope="module")
def study(make_study):
    study = make_study(scenarios=3, sizes=(2, 2), links=((0, 1),), conjunction=True)

    def item(name, bears_on, day):
        return Item(
            name, day, day, day, bears_on, "act", ("press",), {}, 2, None, {}, "",
            {"en": name}, "", False,
        )  # fmt: skip

    return replace(
        study,
        horizon=LAST - AS_OF,
        indicators=(
            _indicator("telling", {"s0": 0.7, "s1": 0.05, "other": 0.1}),
            _indicator("faint", {"s0": 0.2, "s1": 0.3, "other": 0.25}, 0.5, monitored=True),
            _indicator("blind", {"s0": 0.4, "s1": 0.4, "other": 0.4}, 1.0),
        ),
        items=(
            item("first", Weights({"s1": "for"}), dt.date(2026, 1, 20)),
            item("second", LevelSeen("d1", 1), dt.date(2026, 1, 25)),
        ),
    )


def _draws(make_draws, study, count):
    """The same parameters so many times, under which scenarios differ and last."""
    draws = make_draws(study, count, same=True)
    return replace(draws, review_time=5 * draws.review_time, initial=draws.initial / 2)


@pytest.fixture(scope="module")
def by_hand(study, make_draws, enumerated):
    """Return joint probabilities (2, K) or (L, K) by summing over every history."""
    draws = _draws(make_draws, study, 1)
    known = believe(study, as_of=AS_OF_DAY, draws=draws).evidence
    summed: dict[bytes, np.ndarray] = {}

    def log_mass(scenario_rows, level_rows=None, clamps=()):
        """Return log P(evidence, rows, s_H = k) for each k; rows are of steps after as-of."""
        drivers = []
        for j, rows in enumerate(known.driver_loglik):
            after = np.zeros((LAST - AS_OF, rows.shape[1]))
            if level_rows is not None and level_rows[0] == j:
                after[END - AS_OF - 1] = level_rows[1]
            drivers.append(np.vstack([rows, after]))
        evidence = Evidence(np.vstack([known.scenario_loglik, scenario_rows]), tuple(drivers), ())
        key = np.hstack([evidence.scenario_loglik, *drivers]).tobytes() + bytes(len(clamps))
        if key not in summed:
            # as if as-of were the horizon, so that every step's rows count
            told = enumerated(study, draws, evidence, LAST, LAST, clamps)
            summed[key] = told.log_evidence + np.log(told.probability[0])
        return summed[key]

    nothing = np.zeros((LAST - AS_OF, len(study.scenarios)))

    def missed(shown, clamps=(), checked=range(AS_OF + 1, END + 1)):
        whole = log_mass(nothing, clamps=clamps)
        rows = nothing.copy()
        for step in checked:
            rows[step - AS_OF - 1] = np.log(1 - shown)
        left = np.exp(log_mass(rows, clamps=clamps) - np.logaddexp.reduce(whole))
        return np.stack([np.exp(whole - np.logaddexp.reduce(whole)) - left, left])

    def held(driver):
        whole = np.logaddexp.reduce(log_mass(nothing))
        rows = []
        for v in range(len(study.drivers[driver].levels)):
            only = np.full(len(study.drivers[driver].levels), IMPOSSIBLE)
            only[v] = 0.0
            rows.append(np.exp(log_mass(nothing, (driver, only)) - whole))
        return np.array(rows)

    return missed, held


def _joint(watched):
    return np.array([one.probability * one.at_horizon for one in watched.outcomes])


def _information(joint):
    """The definition, term by term."""
    told = 0.0
    for o, row in enumerate(joint):
        for k, both in enumerate(row):
            told += both * np.log2(both / (joint[o].sum() * joint[:, k].sum()))
    return told


@pytest.mark.parametrize(
    ("engine", "count", "atol"), [("exact", 2, 1e-12), ("particle", 4000, 6e-3)]
)
def test_it_agrees_with_enumeration(study, make_draws, by_hand, engine, count, atol) -> None:
    missed, held = by_hand
    draws = _draws(make_draws, study, count)
    found = watch_list(study, within=END - AS_OF, as_of=AS_OF_DAY, draws=draws, engine=engine)
    assert found.until == study.calendar.last_day(END)
    assert found.steps == END - AS_OF
    told = {one.id: one for one in (*found.indicators, *found.drivers)}
    for one, shown in zip(study.indicators, chance_shown(study), strict=True):
        joint = missed(shown)
        np.testing.assert_allclose(_joint(told[one.id]), joint, atol=atol)
        assert told[one.id].information == pytest.approx(_information(joint), abs=atol)
    for j, driver in enumerate(study.drivers):
        joint = held(j)
        np.testing.assert_allclose(_joint(told[driver.id]), joint, atol=atol)
        assert told[driver.id].information == pytest.approx(_information(joint), abs=atol)


@pytest.mark.parametrize(
    "checked",
    [range(AS_OF + 1, LAST + 1), range(AS_OF + 2, END + 1)],
    ids=["a step too many", "a step late"],
)
def test_enumeration_tells_the_windows_apart(study, by_hand, checked) -> None:
    missed, _ = by_hand
    shown = chance_shown(study)[0]
    assert np.abs(missed(shown, checked=checked) - missed(shown)).max() > 0.01


@pytest.fixture(scope="module")
def found(study, make_draws):
    return watch_list(study, within=1, as_of=AS_OF_DAY, draws=make_draws(study, 200))


def test_a_check_of_the_as_of_step_is_not_counted(study, make_draws, found) -> None:
    """One step of the window: found with the chance shown under the scenarios of that step."""
    draws = make_draws(study, 200)
    told = forecast(study, as_of=AS_OF_DAY, draws=draws)
    next_step = told.mean(told.probability[1])
    for one, shown in zip(study.indicators, chance_shown(study), strict=True):
        watched = next(each for each in found.indicators if each.id == one.id)
        assert watched.outcomes[0].probability == pytest.approx(next_step @ shown, rel=1e-9)
        assert abs(told.now @ shown - next_step @ shown) > 1e-4 or one.id != "telling"


def test_what_is_missed_is_not_renormalised(study, make_draws) -> None:
    """Found and missed, each by its chance, are together the forecast: nothing is lost."""
    draws = make_draws(study, 200)
    found = watch_list(study, within=2, as_of=AS_OF_DAY, draws=draws)
    np.testing.assert_allclose(found.at_horizon, found.forecast.at_horizon, atol=1e-12)
    for one in (*found.indicators, *found.drivers):
        assert sum(each.probability for each in one.outcomes) == pytest.approx(1, abs=1e-12)
        np.testing.assert_allclose(_joint(one).sum(axis=0), found.at_horizon, atol=1e-12)
        for outcome in one.outcomes:
            assert outcome.at_horizon.sum() == pytest.approx(1)
    # per draw, missing it is evidence about the draw: the draws do not keep their weights
    shown = chance_shown(study)[0]
    one = next(each for each in found.indicators if each.id == "telling")
    now, end = found.forecast.as_of_step, found.forecast.as_of_step + 2
    checks = np.zeros((end + 1, 3))
    checks[now + 1 :] = np.log(1 - shown)
    believed = believe(study, as_of=AS_OF_DAY, draws=draws)
    rows = np.zeros((end + 1, 3))
    rows[: now + 1] = believed.evidence.scenario_loglik
    longer = replace(
        believed,
        as_of_step=end,
        evidence=Evidence(rows + checks, believed.evidence.driver_loglik, ()),
    )
    run = longer.run(found.forecast.horizon_step)
    weight = np.exp(run.log_weight - run.log_weight.max())
    right = weight @ run.probability[-1] / weight.sum()
    wrong = np.exp(found.forecast.log_weight) @ run.probability[-1]
    assert np.abs(one.outcomes[1].at_horizon - right).max() < 1e-9
    assert np.abs(wrong - right).max() > 1e-3


def test_information_has_its_bounds(found) -> None:
    for one in (*found.indicators, *found.drivers):
        chances = np.array([each.probability for each in one.outcomes])
        doubt = -(chances * np.log2(chances)).sum()
        assert 0 <= one.information <= min(found.doubt, doubt) + 1e-12
    for ranked in (found.indicators, found.drivers):
        told = [one.information for one in ranked]
        assert told == sorted(told, reverse=True)
    assert found.indicators[0].id == "telling"
    assert found.tells_for(found.indicators[0].outcomes[0]) == 0
    assert found.doubt == pytest.approx(-(found.at_horizon * np.log2(found.at_horizon)).sum())


def test_what_is_equally_likely_under_all_scenarios_tells_nothing(found) -> None:
    blind = next(one for one in found.indicators if one.id == "blind")
    assert blind.information == pytest.approx(0, abs=1e-12)
    assert blind.outcomes[0].probability == pytest.approx(0.4)
    for outcome in blind.outcomes:
        np.testing.assert_allclose(outcome.at_horizon, found.at_horizon, atol=1e-12)


def test_what_tells_nothing_tells_for_the_first_whatever_rounding_says(study, make_draws) -> None:
    found = watch_list(study, as_of=AS_OF_DAY, draws=_draws(make_draws, study, 2))
    for noise in np.eye(3) * 1e-16:
        assert found.tells_for(Outcome("found", 0.5, found.at_horizon + noise)) == 0
    for k, much in enumerate(np.eye(3) * 1e-9):
        assert found.tells_for(Outcome("found", 0.5, found.at_horizon + much)) == k


def test_mutual_information_is_its_definition() -> None:
    joint = np.random.default_rng(0).dirichlet(np.ones(12)).reshape(4, 3)
    assert mutual_information(joint) == pytest.approx(_information(joint))
    assert mutual_information(np.eye(4) / 4) == 2.0


def test_a_driver_that_is_held_tells_nothing(study, make_draws, by_hand) -> None:
    missed, _ = by_hand
    held = (Intervention("d0", 1),)
    draws = _draws(make_draws, study, 2)
    found = watch_list(study, within=2, as_of=AS_OF_DAY, draws=draws, interventions=held)
    fixed = next(one for one in found.drivers if one.id == "d0")
    assert fixed.information == pytest.approx(0, abs=1e-12)
    assert [one.probability for one in fixed.outcomes] == pytest.approx([0, 1])
    # an outcome that cannot be tells nothing
    np.testing.assert_allclose(fixed.outcomes[0].at_horizon, found.at_horizon, atol=1e-12)
    told = next(one for one in found.indicators if one.id == "telling")
    clamps = (Clamp(0, 1, AS_OF + 1),)
    by_enumeration = missed(chance_shown(study)[0], clamps)
    np.testing.assert_allclose(_joint(told), by_enumeration, atol=1e-12)


def test_few_masses_at_a_time_are_as_good_as_all(study, make_draws, monkeypatch) -> None:
    draws = make_draws(study, 50)
    at_once = watch_list(study, draws=draws, engine="particle")
    monkeypatch.setattr("tarjih.models.asked.watching._MOST_ROWS", 6)
    by_two = watch_list(study, draws=draws, engine="particle")
    for one, other in zip(
        (*at_once.indicators, *at_once.drivers), (*by_two.indicators, *by_two.drivers), strict=True
    ):
        assert one.id == other.id
        np.testing.assert_allclose(_joint(one), _joint(other), rtol=1e-13)


def test_a_long_list_takes_fewer_draws(study, make_draws, monkeypatch) -> None:
    monkeypatch.setattr("tarjih.models.asked.watching._EFFORT", 1)
    monkeypatch.setattr("tarjih.models.asked.watching._LEAST_DRAWS", 20)
    found = watch_list(study, draws=make_draws(study, 50))
    assert (found.draws, found.forecast.diagnostics.draws) == (20, 50)


@pytest.mark.parametrize(("within", "end"), [(None, 3), (3, 3), (dt.date(2026, 2, 1), 1), (2.0, 2)])
def test_the_window_ends_where_asked_or_at_the_horizon(study, make_draws, within, end) -> None:
    found = watch_list(study, within=within, as_of=AS_OF_DAY, draws=make_draws(study, 5))
    assert found.until == study.calendar.last_day(end)


@pytest.mark.parametrize("within", [4, 0, -1, dt.date(2026, 1, 31), dt.date(2026, 5, 1)])
def test_a_window_that_is_none(study, make_draws, within) -> None:
    with pytest.raises(InvalidRequest, match="the window must end after the as-of step"):
        watch_list(study, within=within, as_of=AS_OF_DAY, draws=make_draws(study, 5))


def test_a_study_with_nothing_to_look_for(study, make_draws) -> None:
    bare = replace(study, indicators=())
    found = watch_list(bare, draws=make_draws(study, 5))
    assert found.indicators == ()
    assert len(found.drivers) == 2


@pytest.mark.parametrize("engine", ["exact", "particle"])
def test_what_carries_masses_on_is_every_step_in_turn(study, make_draws, engine) -> None:
    posterior = believe(study, as_of=AS_OF_DAY, draws=make_draws(study, 30), engine=engine)

    def away(ahead: Ahead) -> float:
        steps = list(ahead.steps)
        masses = np.stack([ahead.mass, ahead.mass**2, np.sqrt(ahead.mass)])
        found = _onward(replace(ahead, steps=iter(steps)))(masses)
        for step in steps:
            masses = step.carry(masses)
        assert found.shape == (3, 3, 30)
        return float(np.abs(found - ahead.per_draw(masses)).max())

    assert max(posterior.map(away, LAST + 5)) < 1e-12
