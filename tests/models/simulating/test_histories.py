"""Histories against the exact law of all that can happen, and against planted mistakes."""

from __future__ import annotations

import inspect
import sys
from collections import defaultdict
from dataclasses import replace
from itertools import product
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import scipy.linalg

from tarjih.equations import entry, generator, review_chance, softmax
from tarjih.models.engines.protocol import Clamp
from tarjih.models.simulating import histories as histories_module
from tarjih.models.simulating.histories import UNIT, HistoryLaw
from tarjih.scenarios.design import features

COUNT = 25_000
H = 3
CASES = {
    "free": ({"scenarios": 3, "sizes": (2, 3)}, ()),
    "linked": ({"scenarios": 3, "sizes": (3, 2), "links": [(0, 1)], "conjunction": True}, ()),
    "linked back": ({"scenarios": 2, "sizes": (2, 3), "links": [(1, 0)]}, ()),
    "two parents": ({"scenarios": 2, "sizes": (2, 2, 2), "links": [(0, 2), (1, 2)]}, ()),
    "held parent": ({"scenarios": 2, "sizes": (3, 2), "links": [(0, 1)]}, (Clamp(0, 2, 2),)),
    "held child": ({"scenarios": 2, "sizes": (3, 2), "links": [(0, 1)]}, (Clamp(1, 0, 3),)),
    "held twice": ({"scenarios": 2, "sizes": (3, 2)}, (Clamp(0, 2, 2), Clamp(0, 0, 3))),
    "weeks": ({"scenarios": 2, "sizes": (2, 2), "conjunction": True, "step": "week"}, ()),
    "four levels": ({"scenarios": 2, "sizes": (2, 4)}, ()),
}


def _exact(study, draws, m, x0, s0, clamps):
    """Return P of (levels, scenario, scenarios visited) after each step, by summing."""
    sizes = [len(driver.levels) for driver in study.drivers]
    states = list(product(*map(range, sizes)))
    rho = review_chance(draws.review_time[m], study.calendar.months)

    def move(j, before, step):
        held = [c.level for c in clamps if c.driver == j and c.step <= step]
        if held:
            return np.eye(sizes[j])[held[-1]]
        up, down = draws.up[m, j], draws.down[m, j]
        for link in study.links:
            if link.child == study.drivers[j].id:
                parent = before[study.driver_ids.index(link.parent)]
                up, down = up * link.rise[parent], down * link.fall[parent]
        rates = generator(np.array(up), np.array(down), sizes[j]) * study.calendar.months
        return scipy.linalg.expm(rates)[before[j]]

    def change(x):
        eta = draws.alpha[m] + features(study, np.array(x)) @ draws.effects[m]
        return np.diag(1 - rho) + np.outer(rho, entry(softmax(eta), rho))

    changes = {x: change(x) for x in states}
    now = {(tuple(x0), s0, frozenset([s0])): 1.0}
    found = [now]
    for step in range(1, H + 1):
        after: dict[Any, float] = defaultdict(float)
        for (x, s, seen), p in now.items():
            rows = [move(j, x, step) for j in range(len(sizes))]
            for y in states:
                q = p * np.prod([row[level] for row, level in zip(rows, y, strict=True)])
                if q:
                    for k, chance in enumerate(changes[y][s]):
                        after[y, k, seen | {k}] += q * chance
        now = dict(after)
        found.append(now)
    return found


def _drawn(law, m, x0, s0, count=COUNT):
    found = law.draw_histories(
        0,
        np.full(count, m, dtype=np.int32),
        np.full(count, s0, dtype=np.int8),
        np.repeat(np.array(x0, dtype=np.int8)[:, None], count, axis=1),
    )
    return found.scenario, found.levels


def _furthest(law, study, draws, clamps, m=1):
    """Return the largest distance from the truth, in standard errors, over all that can be."""
    x0, s0 = [driver.reference for driver in study.drivers], 1
    course, path = _drawn(law, m, x0, s0)
    count = course.shape[1]
    furthest = 0.0
    for h, truth in enumerate(_exact(study, draws, m, x0, s0, clamps)):
        told: dict[Any, int] = defaultdict(int)
        for i in range(count):
            told[tuple(path[h, :, i].tolist()), int(course[h, i]),
                 frozenset(course[: h + 1, i].tolist())] += 1  # fmt: skip
        if set(told) - {key for key, p in truth.items() if p > 0}:
            return np.inf  # what cannot be
        for key, p in truth.items():
            error = np.sqrt(max(p * (1 - p), 1e-30) / count)
            if p * count > 20:  # where the normal approximation holds
                furthest = max(furthest, abs(told[key] / count - p) / error)
    return furthest


def _law(module, study, draws, clamps=()):
    return module.HistoryLaw(
        study, draws, as_of_step=0, last_step=H, clamps=sorted(clamps, key=lambda c: c.step), seed=3
    )


@pytest.mark.parametrize("case", CASES)
def test_every_history_comes_as_often_as_it_should(case, make_study, make_draws) -> None:
    shape, clamps = CASES[case]
    study = make_study(**shape)
    draws = make_draws(study, 3, seed=1)
    # some hundreds of cells, each within four and a half standard errors
    assert _furthest(_law(histories_module, study, draws, clamps), study, draws, clamps) < 4.5


def _mutated(old: str, new: str) -> ModuleType:
    """Return the module with a mistake in it."""
    source = inspect.getsource(histories_module)
    assert source.count(old) == 1
    module = ModuleType("tarjih.models.mistaken")
    exec(compile(source.replace(old, new), "mistaken", "exec"), module.__dict__)
    return module


MISTAKES = {
    "the scenario looks at the old levels": ("path[h].take", "path[h - 1].take"),
    "a driver is told one step late": ("path[h] = walk.levels", "path[h] = path[h - 1]"),
    "a child looks at its parent's new level": (
        "_shift(child, moving[first:end] - parent * count, jump[first:end], shift)",
        "_shift(child, moving[first:end] - parent * count, -jump[first:end], shift)",
    ),
    "ρ is that of the scenario before": (
        "due[called] = self._due[by, after]",
        "due[called] = due[called]",
    ),
    "q without ρ": ("self._rho.take(draw, axis=1))", "np.ones((len(self._rho), len(draw))))"),
    "a held driver goes on moving": ("self._stay[driver] = _FACES - 1", "pass"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_planted_mistake_is_caught(mistake, make_study, make_draws, monkeypatch) -> None:
    monkeypatch.setitem(sys.modules, "tarjih.models.mistaken", ModuleType("mistaken"))
    module = _mutated(*MISTAKES[mistake])
    clamps = (Clamp(0, 2, 2),) if "held" in mistake else ()
    study = make_study(scenarios=3, sizes=(3, 2), links=[(0, 1)])
    draws = make_draws(study, 3, seed=1)
    draws = replace(draws, review_time=draws.review_time * [0.2, 1.0, 3.0])
    assert _furthest(_law(module, study, draws, clamps), study, draws, clamps) > 8


def test_same_seed_same_histories(make_study, make_draws) -> None:
    study = make_study()
    draws = make_draws(study, 3)
    one, same = (_drawn(_law(histories_module, study, draws), 0, [0, 1], 0, UNIT) for _ in "ab")
    assert all((a == b).all() for a, b in zip(one, same, strict=True))
    other = HistoryLaw(study, draws, as_of_step=0, last_step=H, seed=4)
    assert (_drawn(other, 0, [0, 1], 0, UNIT)[0] != one[0]).any()


def test_a_longer_horizon_and_fewer_histories_change_nothing(make_study, make_draws) -> None:
    study = make_study(links=[(0, 1)])
    draws = make_draws(study, 3)
    short, long = (HistoryLaw(study, draws, as_of_step=2, last_step=2 + n) for n in (2, 6))
    draw, scenario = np.zeros(UNIT, np.int32), np.zeros(UNIT, np.int8)
    levels = np.zeros((2, UNIT), np.int8)
    whole = long.draw_histories(7, draw, scenario, levels)
    part = short.draw_histories(7, draw[:100], scenario[:100], levels[:, :100])
    assert whole.first == part.first == 7 * UNIT
    assert len(whole) == UNIT
    assert len(part) == 100
    assert (whole.scenario[:3, :100] == part.scenario).all()
    assert (whole.levels[:3, :, :100] == part.levels).all()


@pytest.mark.parametrize("units", [1, 2, 5])
def test_nothing_depends_on_how_many_are_drawn_at_once(make_study, make_draws, units) -> None:
    study = make_study(links=[(0, 1)], conjunction=True)
    draws = make_draws(study, 30)
    law = HistoryLaw(study, draws, as_of_step=0, last_step=5, clamps=(Clamp(0, 1, 3),))
    rng = np.random.default_rng(0)
    count = 4 * UNIT + 77
    draw = rng.integers(30, size=count, dtype=np.int32)
    scenario = rng.integers(3, size=count, dtype=np.int8)
    levels = np.stack([rng.integers(size, size=count, dtype=np.int8) for size in (2, 3)])
    whole = law.draw_histories(0, draw, scenario, levels)
    parts = [
        law.draw_histories(unit, draw[part], scenario[part], levels[:, part])
        for unit in range(0, 5, units)
        for part in [slice(unit * UNIT, (unit + units) * UNIT)]
    ]
    assert [part.first for part in parts] == list(range(0, count, units * UNIT))
    assert (np.concatenate([part.scenario for part in parts], axis=1) == whole.scenario).all()
    assert (np.concatenate([part.levels for part in parts], axis=2) == whole.levels).all()


def test_what_is_held_leaves_the_dice_of_others_alone(make_study, make_draws) -> None:
    study = make_study(sizes=(3, 3))
    draws = make_draws(study, 3)
    free, held = (
        _drawn(_law(histories_module, study, draws, clamps), 0, [1, 1], 0, UNIT)[1]
        for clamps in ((), (Clamp(0, 2, 1),))
    )
    assert (held[1:, 0] == 2).all()
    assert (free[:, 1] == held[:, 1]).all()


def test_rates_of_zero_never_move(make_study, make_draws) -> None:
    study = make_study(sizes=(3, 2))
    draws = make_draws(study, 3)
    draws = replace(draws, up=draws.up * [0.0, 1.0], down=draws.down * [0.0, 1.0])
    _, path = _drawn(_law(histories_module, study, draws), 0, [1, 0], 0, UNIT)
    assert (path[:, 0] == 1).all()
    assert (path[:, 1] == 1).any()


def test_rare_moves_are_made_as_rarely_as_they_should(make_study, make_draws) -> None:
    """Thresholds of eight bits would have none of them, or four times too many."""
    study = make_study(sizes=(2, 2))
    draws = make_draws(study, 3)
    draws = replace(draws, up=np.full_like(draws.up, 1e-3), down=np.zeros_like(draws.down))
    _, path = _drawn(_law(histories_module, study, draws), 0, [0, 0], 0)
    expected = path.shape[2] * 2 * (1 - np.exp(-1e-3 * H))
    assert abs(path[-1].sum() - expected) < 4 * np.sqrt(expected)
