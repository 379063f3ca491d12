"""Simulated histories as a whole: where they start, what is counted, and what they rest on."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from tarjih.errors import CannotCompute, InvalidRequest
from tarjih.models.engines.exact import ExactEngine
from tarjih.models.engines.particle import ParticleEngine
from tarjih.models.forecasting import forecast_of
from tarjih.models.posterior import Posterior
from tarjih.models.record import Intervention
from tarjih.models.simulating import simulation as simulation_module
from tarjih.models.simulating import starts as starts_module
from tarjih.models.simulating.histories import UNIT, Histories
from tarjih.models.simulating.simulation import simulate, simulation_of
from tarjih.models.simulating.starts import find_starts, golden_points
from tarjih.models.simulating.tally import LONGEST_SEQUENCE, Tally, tally_histories

CASES = [
    {"scenarios": 3, "sizes": (2, 3), "conjunction": True},
    {"scenarios": 2, "sizes": (2, 3), "links": [(0, 1)]},
    {"scenarios": 2, "sizes": (2, 2), "links": [(1, 0)], "step": "week"},
]
AS_OF, LAST = 1, 2


def believed(study, draws, evidence, *, as_of_step=AS_OF, seed=0, name="particle"):
    """A belief from likelihoods, without items."""
    made = {"particle": ParticleEngine, "exact": ExactEngine}[name]
    return Posterior(
        study=study,
        items=(),
        as_of=study.calendar.last_day(as_of_step),
        as_of_step=as_of_step,
        evidence=evidence,
        engine=made(study, draws, seed=seed),
        engine_name=name,
        offset=np.zeros(len(draws)),
    )


@pytest.fixture
def plain(make_study, make_draws, make_evidence):
    """A belief of a small study under many draws."""
    study = make_study()
    return believed(study, make_draws(study, 60), make_evidence(study, AS_OF))


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("name", ["particle", "exact"])
def test_shares_are_those_of_every_history_enumerated(
    case, name, make_study, make_draws, make_evidence, enumerated
) -> None:
    study = make_study(**case)
    draws = make_draws(study, 2000, same=True)
    evidence = make_evidence(study, AS_OF)
    truth = enumerated(study, draws, evidence, AS_OF, LAST)
    months = (LAST - AS_OF) * study.calendar.months
    found = simulation_of(believed(study, draws, evidence, name=name), paths=50_000, horizon=months)
    # the dice of the histories, and of the paths up to as-of that they start from
    luck = 1 / found.paths
    if name == "particle":
        luck += 1 / found.diagnostics.ess_paths
    assert luck < 1e-4

    def near(share, exact) -> None:
        assert (np.abs(share - exact) <= 4 * np.sqrt(exact * (1 - exact) * luck) + 1e-12).all()

    for k, course in enumerate(found.courses):
        near(course.probability, truth.probability[:, k])
        near(1 - course.never, truth.ever[-1, k])
        near(course.now, truth.ever[0, k])
    for shares, exact in zip(found.levels, truth.levels, strict=True):
        near(shares, exact[[0, -1]])


def test_starts_follow_the_joint_mass(plain) -> None:
    """Draws, places and scenarios come as often as they weigh, to a few in all."""
    starts = find_starts(plain)
    draw, scenario, levels = starts.take(0, 200_000)
    run = plain.run(AS_OF)
    weight = np.exp(run.log_weight - run.log_weight.max())
    joint = (weight / weight.sum())[:, None] * run.probability[0]
    told = np.zeros_like(joint)
    np.add.at(told, (draw, scenario), 1)
    assert np.abs(told / told.sum() - joint).max() < 1e-4
    for j, exact in enumerate(run.levels):
        shares = np.bincount(levels[j], minlength=len(exact[0])) / len(draw)
        assert np.abs(shares - exact[0]).max() < 1e-3
    assert starts.diagnostics == forecast_of(plain, replay=False).diagnostics


def test_starts_cut_short_stay_near(plain, monkeypatch) -> None:
    exact = replace(plain, engine=ExactEngine(plain.study, plain.engine.draws))
    whole = find_starts(exact)
    monkeypatch.setattr(starts_module, "_MOST_ENTRIES", len(whole.bounds) // 2)
    cut = find_starts(exact)
    assert len(cut.bounds) < len(whole.bounds)
    ours, theirs = (np.vstack(starts.take(0, 10_000)) for starts in (cut, whole))
    assert (ours != theirs).any()
    for row, other in zip(ours, theirs, strict=True):
        size = int(max(row.max(), other.max())) + 1
        apart = np.bincount(row, minlength=size) - np.bincount(other, minlength=size)
        assert np.abs(apart).max() < 0.02 * len(row)
    assert cut.diagnostics == whole.diagnostics


def test_any_part_of_the_starts_is_spread_evenly() -> None:
    for first in (0, 12_345, 10**9 - 1000):
        points = np.sort(golden_points(99, first, 1000))
        assert np.abs(points - np.arange(1000) / 1000).max() < 0.01
        assert points[-1] < 1


def test_it_tells_what_a_forecast_tells(plain) -> None:
    found, forecast = simulation_of(plain, paths=100_000), forecast_of(plain, replay=False)
    for k, course in enumerate(found.courses):
        exact = forecast.mean(forecast.probability)[:, k]
        assert np.abs(course.probability - exact).max() < 2.5 * found.error
        assert abs(1 - course.never - forecast.ever_by_horizon[k]) < 2.5 * found.error
    assert found.dates == forecast.dates[forecast.as_of_step :]


def _all(found):
    return [
        (one.first, one.draw.tolist(), one.scenario.tolist(), one.levels.tolist())
        for one in found.histories()
    ]


def test_more_histories_change_none(plain) -> None:
    few, many = (simulation_of(plain, paths=n) for n in (UNIT + 5, 2 * UNIT + 17))
    short, long = few.to_dataset(), many.to_dataset()
    assert short.identical(long.isel(trajectory=slice(0, few.paths)))


@pytest.mark.parametrize(("threads", "units"), [(1, 8), (3, 8), (2, 1), (1, 3)])
def test_nothing_depends_on_threads_or_blocks(plain, threads, units, monkeypatch) -> None:
    paths = 9 * UNIT + 1
    usual = simulation_of(plain, paths=paths)
    monkeypatch.setattr(simulation_module, "_THREADS", threads)
    monkeypatch.setattr(simulation_module, "_MOST_UNITS", units)
    other = simulation_of(plain, paths=paths)
    assert usual.to_dataset().identical(other.to_dataset())
    assert usual.sequences == other.sequences
    assert [len(one) for one in other.histories()][:-1] == [units * UNIT] * (9 // units)


def test_seeds_differ(plain) -> None:
    engine = ParticleEngine(plain.study, plain.engine.draws, seed=1)
    assert _all(simulation_of(plain, paths=50)) != _all(
        simulation_of(replace(plain, engine=engine), paths=50)
    )


def test_a_held_driver_stays_put_and_is_told(plain) -> None:
    held = (Intervention("d1", 2),)
    found = simulation_of(plain, paths=500, interventions=held)
    level = found.to_dataset()["level"].sel(driver="d1")
    assert (level[:, 1:] == 2).all()
    assert found.levels[1][1].tolist() == [0, 0, 1]
    assert found.to_dataset().attrs["interventions"] == "d1=l2"


def _random_histories(rng, steps=8, scenarios=4, count=3000):
    move = rng.random((steps, count)) < 0.4
    course = rng.integers(scenarios, size=(steps, count), dtype=np.int8)
    for h in range(1, steps):
        course[h] = np.where(move[h], course[h], course[h - 1])
    levels = rng.integers(3, size=(steps, 2, count), dtype=np.int8)
    return Histories(0, np.zeros(count, dtype=np.int32), course, levels)


def test_counts_are_those_counted_by_hand() -> None:
    histories = _random_histories(np.random.default_rng(5))
    tally = tally_histories(histories, 4, [3, 3])
    sequences: Counter[tuple[int, ...]] = Counter()
    changes: Counter[int] = Counter()
    first: Counter[tuple[int, int]] = Counter()
    time: Counter[tuple[int, int]] = Counter()
    for row in histories.scenario.T.tolist():
        inside = [a for a, b in zip(row, [None, *row], strict=False) if a != b]
        changes[len(inside) - 1] += 1
        sequences[tuple(inside) if len(inside) <= LONGEST_SEQUENCE else ()] += 1
        for k in range(4):
            first[k, row.index(k) if k in row else 8] += 1
            time[k, row[1:].count(k)] += 1
    assert tally.total == 3000
    assert sequences[()] > 0
    assert tally.sequences == sequences
    assert tally.changes.tolist() == [changes[n] for n in range(8)]
    assert tally.first.tolist() == [[first[k, h] for h in range(9)] for k in range(4)]
    assert tally.time.tolist() == [[time[k, h] for h in range(8)] for k in range(4)]
    assert tally.in_force.tolist() == [
        np.bincount(row, minlength=4).tolist() for row in histories.scenario
    ]
    for j, levels in enumerate(tally.levels):
        ends = histories.levels[[0, -1], j]
        assert levels.tolist() == [np.bincount(row, minlength=3).tolist() for row in ends]


@pytest.mark.parametrize("size", [1, 7, 1000, 2999])
def test_counts_do_not_depend_on_how_histories_are_parted(size: int) -> None:
    whole = _random_histories(np.random.default_rng(6))
    parts = Tally.empty(7, 4, [3, 3])
    for first in range(0, len(whole), size):
        part = slice(first, first + size)
        parts = parts + tally_histories(
            Histories(
                first, whole.draw[part], whole.scenario[:, part], whole.levels[:, :, part]
            ),
            4,
            [3, 3],
        )  # fmt: skip
    at_once = tally_histories(whole, 4, [3, 3])
    assert parts.sequences == at_once.sequences
    for name in ("total", "in_force", "first", "time", "changes", "levels"):
        ours, theirs = getattr(parts, name), getattr(at_once, name)
        assert np.array_equal(np.ravel(ours), np.ravel(theirs)), name


def test_courses_are_of_the_histories_told(plain) -> None:
    found = simulation_of(plain, paths=4000, horizon=5)
    course = found.to_dataset()["scenario"].to_numpy()
    for k, told in enumerate(found.courses):
        force = course == k
        entered = force.any(axis=1) & ~force[:, 0]
        when = force.argmax(axis=1)[entered]
        assert told.now == force[:, 0].mean()
        assert told.enters == entered.mean()
        assert told.now + told.enters + told.never == pytest.approx(1, abs=1e-12)
        assert told.time == pytest.approx(force[:, 1:].mean())
        assert told.entry is not None
        middle, low, high = np.quantile(when, [0.5, 0.05, 0.95], method="inverted_cdf")
        assert (told.entry.median, told.entry.q05, told.entry.q95) == (middle, low, high)
        steps = np.quantile(force[:, 1:].sum(axis=1), 0.95, method="inverted_cdf")
        assert told.steps.q95 == steps
    assert sum(share for _, share in found.sequences) + found.longer == pytest.approx(1)
    shares = [share for _, share in found.sequences]
    assert shares == sorted(shares, reverse=True)
    assert found.changes.sum() == pytest.approx(1)


def test_memory_does_not_grow_with_the_histories(plain, tmp_path) -> None:
    def peak(units: int) -> int:
        tracemalloc.start()
        simulation_of(plain, paths=units * UNIT, out=tmp_path / "all.nc")
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    peak(1)
    assert peak(400) < 1.3 * peak(100)


def test_progress_is_told(plain) -> None:
    told: list[int] = []
    simulation_of(plain, paths=10 * UNIT, progress=told.append)
    assert told == [8 * UNIT, 10 * UNIT]


def test_long_horizons_are_drawn_few_at_a_time(plain, monkeypatch) -> None:
    monkeypatch.setattr(simulation_module, "_MOST_BYTES", 5 * UNIT * 2 * 2 + 1)
    found = simulation_of(plain, paths=4 * UNIT, horizon=4)
    assert [len(one) for one in found.histories()] == [2 * UNIT] * 2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"paths": 0}, "--paths: out of range: got '0'; allowed: 1 to 1,000,000,000"),
        ({"out": "all.csv"}, "--out: the ending names no format of trajectories: got '.csv'; "
         "allowed: .nc, .parquet"),
        ({"out": "nowhere/all.nc"}, "--out: there is no such folder: got 'nowhere'"),
        ({"horizon": -1}, "--horizon: the horizon must lie after as-of"),
        ({"engine": "fast"}, "engine: unknown engine: got 'fast'"),
    ],
)  # fmt: skip
def test_wrong_requests(options, message, make_study, make_draws) -> None:
    study = make_study()
    with pytest.raises(InvalidRequest) as caught:
        simulate(study, draws=make_draws(study, 4), **options)
    assert str(caught.value).startswith(message)


def test_parquet_without_pyarrow(make_study, make_draws, monkeypatch, tmp_path) -> None:
    monkeypatch.setattr("tarjih.models.simulating.files.find_spec", lambda name: None)
    study = make_study()
    with pytest.raises(CannotCompute, match=r"install tarjih\[parquet\]"):
        simulate(study, draws=make_draws(study, 4), out=tmp_path / "all.parquet")
    assert not list(tmp_path.iterdir())
