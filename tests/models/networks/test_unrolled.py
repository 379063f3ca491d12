"""The unrolled network against the exact engine, and against the sum over every history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

import tarjih.models.networks.unrolled as unrolled
from tarjih.errors import InvalidRequest
from tarjih.models.engines.exact import ExactEngine
from tarjih.models.engines.protocol import run_engine
from tarjih.models.networks.network import Network, Node
from tarjih.models.networks.unrolled import unrolled_network
from tarjih.models.record import Intervention
from tarjih.scenarios import load
from tarjih.scenarios.records import LevelSeen

SHAPES = [
    {"scenarios": 2, "sizes": (2,)},
    {"scenarios": 3, "sizes": (3, 2), "conjunction": True},
    {"scenarios": 4, "sizes": (2, 3), "links": [(0, 1)], "conjunction": True},
    {"scenarios": 3, "sizes": (2, 3, 2), "links": [(2, 0), (0, 1)], "conjunction": True},
    {"scenarios": 3, "sizes": (2, 2, 3), "links": [(0, 2), (1, 2)]},
    {"scenarios": 3, "sizes": (3, 2), "links": [(1, 0), (1, 0)], "step": "week"},
]
CASES = [(seed, shape) for seed, shape in enumerate(SHAPES)]


def _network(study, make_draws, seed=0, **asked) -> Network:
    return unrolled_network(study, draws=make_draws(study, 5, seed), horizon=2, **asked)


def _exact(network: Network):
    forecast = network.forecast
    return run_engine(
        ExactEngine(network.study, network.parameters),
        network.evidence,
        as_of_step=forecast.as_of_step,
        last_step=forecast.horizon_step,
        clamps=network.clamps,
    )


def _apart(answers, expected) -> float:
    assert answers.keys() == expected.keys()
    return max(float(np.abs(answers[id] - expected[id]).max()) for id in expected)


@pytest.mark.parametrize(("seed", "shape"), CASES)
def test_it_answers_as_the_exact_engine(
    seed, shape, study_with_items, make_draws, built, asked, expected
) -> None:
    study = study_with_items(seed, **shape)
    held = [Intervention("d0", 1)] if seed % 2 else []
    network = _network(study, make_draws, seed, interventions=held)
    assert len(network.observed) >= 10
    run = _exact(network)
    truth = expected(network, run.probability[:, 0], run.levels)
    answers = asked(built(network.nodes), network.observed, list(truth))
    assert _apart(answers, truth) < 1e-12
    assert np.abs(network.probability - run.probability[:, 0]).max() == 0


def test_it_answers_as_the_sum_over_every_history(
    study_with_items, make_draws, enumerated, built, asked, expected
) -> None:
    """No engine has a part in this one."""
    study = study_with_items(3, scenarios=2, sizes=(2, 2), links=[(0, 1)], conjunction=True)
    early = study.origin + dt.timedelta(days=30)
    later = [replace(item, start=early, end=early, known=early) for item in study.items[3:]]
    study = replace(study, items=(*study.items[:2], *later))
    network = _network(study, make_draws, as_of=early, interventions=[Intervention("d1", 0)])
    forecast = network.forecast
    truth = enumerated(
        network.study, network.parameters, network.evidence, forecast.as_of_step,
        forecast.horizon_step, network.clamps,
    )  # fmt: skip
    named = expected(network, truth.probability, truth.levels)
    answers = asked(built(network.nodes), network.observed, list(named))
    assert _apart(answers, named) < 1e-12


def test_learned_trust_is_averaged_too(
    study_with_items, make_draws, built, asked, expected
) -> None:
    study = study_with_items(3, **SHAPES[3])
    graded = _network(study, make_draws)
    learned = replace(study, assumptions={"trust": "learned"})
    network = _network(learned, make_draws)
    trust = network.evidence.trust
    assert trust is not None
    whole = network.forecast.evidence.trust
    assert whole is not None
    assert trust.shifts["press"] == pytest.approx([network.forecast.weight @ whole.shifts["press"]])
    run = _exact(network)
    truth = expected(network, run.probability[:, 0], run.levels)
    answers = asked(built(network.nodes), network.observed, list(truth))
    assert _apart(answers, truth) < 1e-12
    assert np.abs(network.probability - graded.probability).max() > 1e-4


def _with_old_levels(nodes: Sequence[Node]) -> list[Node]:
    """The scenario looks at the drivers of the step before."""
    made = []
    for node in nodes:
        if node.kind == "scenario" and node.step > 1:
            before, *drivers = node.parents
            old = [f"{id.removesuffix(str(node.step))}{node.step - 1}" for id in drivers]
            node = replace(node, parents=(before, *old))
        made.append(node)
    return made


def _with_items_at_full_strength(nodes: Sequence[Node], network: Network) -> list[Node]:
    """Items of a cluster count as if each stood alone."""
    times = {one.item.id: one.exponent for one in network.evidence.entries}
    made = []
    for node in nodes:
        if node.kind == "item" and times[node.of] > 0:
            seen = node.table[:, 0] ** (1 / times[node.of])
            node = replace(node, table=np.stack([seen, 1 - seen], axis=-1))
        made.append(node)
    return made


def _with_links_a_step_late(nodes: Sequence[Node]) -> list[Node]:
    """A linked driver looks at its parents at its own step."""
    made = []
    for node in nodes:
        if node.kind == "driver" and len(node.parents) > 1:
            own, *others = node.parents
            new = [f"{id.removesuffix(str(node.step - 1))}{node.step}" for id in others]
            node = replace(node, parents=(own, *new))
        made.append(node)
    return made


def test_planted_mistakes_are_caught(study_with_items, make_draws, built, asked, expected) -> None:
    seed, shape = CASES[3]
    network = _network(study_with_items(seed, **shape), make_draws, seed)
    run = _exact(network)
    truth = expected(network, run.probability[:, 0], run.levels)
    wrong = {
        "old levels": _with_old_levels(network.nodes),
        "full strength": _with_items_at_full_strength(network.nodes, network),
        "late links": _with_links_a_step_late(network.nodes),
    }
    for what, nodes in wrong.items():
        answers = asked(built(nodes), network.observed, list(truth))
        assert _apart(answers, truth) > 1e-4, what


def test_rows_sum_to_one_and_parents_come_first(study_with_items, make_draws) -> None:
    network = _network(study_with_items(2, **SHAPES[2]), make_draws)
    seen: set[str] = set()
    states = {node.id: len(node.states) for node in network.nodes}
    for node in network.nodes:
        assert set(node.parents) <= seen
        seen.add(node.id)
        assert node.table.shape == (*(states[id] for id in node.parents), len(node.states))
        assert np.abs(node.table.sum(axis=-1) - 1).max() < 1e-15
        assert node.table.min() >= 0
    assert len(seen) == len(network.nodes)


def test_every_counted_item_is_there(study_with_items, make_draws) -> None:
    network = _network(study_with_items(4, **SHAPES[1]), make_draws)
    counted = {one.item.id for one in network.evidence.entries if one.counted}
    assert {node.of for node in network.nodes if node.kind == "item"} == counted
    assert set(network.observed.values()) == {"reported"}
    checks = [node for node in network.nodes if node.of == "e1"]
    assert len({node.step for node in checks}) == len(checks) >= 1


def test_evidence_known_later_is_left_out(study_with_items, make_draws) -> None:
    study = study_with_items(5, **SHAPES[1])
    network = _network(study, make_draws, as_of=study.origin)
    assert network.observed == {}
    assert network.forecast.horizon_step == 2


def test_drivers_not_kept_stand_where_they_most_probably_are(study_with_items, make_draws) -> None:
    study = study_with_items(6, **SHAPES[3])
    network = _network(study, make_draws, drivers=["d1"])
    assert network.study.driver_ids == ("d1",)
    assert network.fixed == {f"d{j}": int(np.argmax(network.forecast.levels[j][0])) for j in (0, 2)}
    told = {item.id for item in study.items if isinstance(item.bears_on, LevelSeen)}
    about = {item.bears_on.driver for item in study.items if item.id in told}
    assert about & {"d0", "d2"}
    assert {item.id for item in network.left_out} == {
        item.id
        for item in study.items
        if isinstance(item.bears_on, LevelSeen) and item.bears_on.driver != "d1"
    }
    assert not {item.id for item in network.left_out} & {node.of for node in network.nodes}


def test_a_later_intervention_takes_over(study_with_items, make_draws) -> None:
    study = study_with_items(2, **SHAPES[2])
    calendar = study.calendar
    network = _network(study, make_draws)
    late = calendar.first_day(network.forecast.as_of_step + 2)
    held = _network(
        study, make_draws, interventions=[Intervention("d1", 2, late), Intervention("d1", 0)]
    )
    now = held.forecast.as_of_step
    tables = {node.step: node for node in held.nodes if node.of == "d1"}
    assert tables[now].parents == (f"d1_{now - 1}", f"d0_{now - 1}")
    assert (tables[now + 1].parents, tables[now + 1].table.tolist()) == ((), [1, 0, 0])
    assert tables[now + 2].table.tolist() == [0, 0, 1]
    assert np.abs(held.probability - _exact(held).probability[:, 0]).max() == 0


def test_the_shipped_study_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unrolled, "believe", None)
    with pytest.raises(InvalidRequest) as refused:
        unrolled_network(load("syria_russia"))
    message = str(refused.value)
    assert "14 drivers" in message
    assert "212,576,400 entries (K²·∏L)" in message
    assert "up to 50,000" in message
    suggestion = message.split("--drivers ")[-1].split(",")
    assert len(suggestion) == 3


def test_the_bound_is_on_one_step(
    monkeypatch: pytest.MonkeyPatch, study_with_items, make_draws
) -> None:
    study = study_with_items(1, **SHAPES[1])
    monkeypatch.setattr(unrolled, "LARGEST", 54)
    assert _network(study, make_draws).nodes[-1].table.size == 54
    monkeypatch.setattr(unrolled, "LARGEST", 53)
    with pytest.raises(InvalidRequest, match="got '54 entries"):
        _network(study, make_draws)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"drivers": ["d0", "d9"]}, "--drivers: unknown driver: got 'd9'; allowed: d0, d1"),
        (
            {"drivers": ["d0"], "interventions": [Intervention("d1", 0)]},
            "--set: a driver that is not kept cannot be held: got 'd1'; allowed: d0; name it "
            "among --drivers: d0,d1",
        ),
        ({"interventions": [Intervention("d7", 0)]}, "--set: unknown driver: got 'd7'"),
        ({"drivers": []}, "--drivers: no driver is kept: allowed: d0, d1"),
    ],
)
def test_wrong_requests(asked, message, study_with_items, make_draws) -> None:
    with pytest.raises(InvalidRequest) as refused:
        _network(study_with_items(1, **SHAPES[1]), make_draws, **asked)
    assert str(refused.value).startswith(message)


def test_names_are_told_apart(study_with_items, make_draws, built) -> None:
    """A driver called scenario or item_e0, items whose ids are not plain words."""
    study = study_with_items(1, scenarios=2, sizes=(2, 2), links=[(0, 1)])
    names = {"d0": "scenario", "d1": "item_e0"}
    study = replace(
        study,
        drivers=tuple(replace(one, id=names[one.id]) for one in study.drivers),
        links=tuple(
            replace(one, parent=names[one.parent], child=names[one.child]) for one in study.links
        ),
        items=tuple(
            replace(item, id=id, cluster=None)
            for item, id in zip(
                [one for one in study.items if not isinstance(one.bears_on, LevelSeen)],
                ("e-0", "e.0", "E-0", "e_0"),
                strict=False,
            )
        ),
    )
    network = _network(study, make_draws)
    ids = [node.id for node in network.nodes]
    assert len({id.lower() for id in ids}) == len(ids)
    assert {"scenario_0", "driver_scenario_0", "driver_item_e0_0"} <= set(ids)
    assert built(network.nodes).size() == len(ids)
