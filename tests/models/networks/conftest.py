"""Random small studies with items of every kind, and the libraries that open a network."""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any

import numpy as np
import pytest

from tarjih.models.networks.network import Network, Node
from tarjih.scenarios.records import (
    BearsOn,
    Checked,
    Indicator,
    Item,
    LevelSeen,
    Seen,
    Study,
    Weight,
    Weights,
)

Marginals = dict[str, np.ndarray[Any, Any]]


@pytest.fixture(scope="session")
def gum() -> Any:
    """pyAgrum."""
    # SWIG's types have no module, and a warning that is an error while they are made ends
    # the process.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return import_module("pyagrum")


@dataclass(frozen=True)
class Pgmpy:
    """What is used of pgmpy."""

    bif_reader: Any
    xdsl_reader: Any
    elimination: Any


@pytest.fixture(scope="session")
def pgmpy() -> Pgmpy:
    # It imports what it has deprecated itself.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        readers = import_module("pgmpy.readwrite")
        elimination = import_module("pgmpy.inference").VariableElimination
        return Pgmpy(readers.BIFReader, readers.XDSLReader, elimination)


@pytest.fixture(scope="session")
def built(gum: Any) -> Callable[[Sequence[Node]], Any]:
    """Build a network of pyAgrum's from nodes, all digits kept."""

    def build(nodes: Sequence[Node]) -> Any:
        net = gum.BayesNet()
        for node in nodes:
            net.add(gum.LabelizedVariable(node.id, "", list(node.states)))
        for node in nodes:
            for parent in node.parents:
                net.addArc(parent, node.id)
        for node in nodes:
            rows = node.table.reshape(-1, len(node.states))
            for place, row in zip(np.ndindex(node.table.shape[:-1]), rows, strict=True):
                where = dict(zip(node.parents, map(int, place), strict=True))
                net.cpt(node.id)[where] = row.tolist()
        return net

    return build


@pytest.fixture(scope="session")
def asked(gum: Any) -> Callable[..., Marginals]:
    """Ask a network of pyAgrum's for nodes, given evidence."""

    def ask(net: Any, evidence: Mapping[str, str], nodes: Sequence[str]) -> Marginals:
        inference = gum.LazyPropagation(net)
        inference.setEvidence(dict(evidence))
        inference.makeInference()
        return {node: np.array(inference.posterior(node).tolist()) for node in nodes}

    return ask


def unobserved(network: Network) -> list[Node]:
    """Scenario and drivers from as-of on."""
    now = network.forecast.as_of_step
    return [node for node in network.nodes if node.kind != "item" and node.step >= now]


@pytest.fixture(scope="session")
def expected() -> Callable[..., Marginals]:
    """What scenario and drivers are from as-of on, by arrays (H+1, S)."""

    def name(network: Network, probability: Any, levels: Sequence[Any]) -> Marginals:
        now = network.forecast.as_of_step
        by_kind = {("scenario", "scenario"): probability} | {
            ("driver", id): values
            for id, values in zip(network.study.driver_ids, levels, strict=True)
        }
        return {
            node.id: by_kind[node.kind, node.of][node.step - now] for node in unobserved(network)
        }

    return name


@pytest.fixture(scope="session")
def study_with_items(make_study: Callable[..., Study]) -> Callable[..., Study]:
    """A random study with items on indicators, drivers and scenarios, some in clusters."""

    def build(seed: int = 0, *, count: int = 14, **shape: Any) -> Study:
        rng = np.random.default_rng(seed)
        base = make_study(**shape)
        ids = base.scenario_ids
        indicators = tuple(
            Indicator(
                f"sign_{i}",
                {"en": f"sign {i}"},
                dict(zip(ids, rng.uniform(0.05, 0.7, len(ids)).tolist(), strict=True)),
                bool(i % 2),
                0.8,
                {},
                "",
            )
            for i in range(3)
        )
        items = tuple(_item(base, indicators, i, rng) for i in range(count))
        return replace(base, indicators=indicators, items=items)

    return build


def _item(study: Study, indicators: Sequence[Indicator], i: int, rng: Any) -> Item:
    days = int(rng.integers(2, 70 if study.step == "month" else 18))
    end = study.origin + dt.timedelta(days=days)
    start, bears_on = end, _bearing(study, indicators, i, rng)
    if isinstance(bears_on, Checked):
        start = end - dt.timedelta(days=int(rng.integers(0, 60)))
    return Item(
        id=f"e{i}", start=start, end=end, known=end, bears_on=bears_on, kind="act",
        sources=("press",), relays={}, credibility=int(rng.integers(1, 5)),
        cluster=f"c{i % 3}" if i % 4 else None, note={}, url="", label={"en": f"item {i}"},
        cites="", retrospective=False,
    )  # fmt: skip


def _bearing(study: Study, indicators: Sequence[Indicator], i: int, rng: Any) -> BearsOn:
    sign = indicators[int(rng.integers(len(indicators)))].id
    kind = i % 5
    if kind == 0:
        return Seen(sign)
    if kind == 1:
        return Checked(sign)
    if kind == 2:
        driver = study.drivers[int(rng.integers(len(study.drivers)))]
        return LevelSeen(driver.id, int(rng.integers(len(driver.levels))))
    words: tuple[Weight, ...] = ("strongly for", "for", "slightly against", "against")
    chosen = rng.permutation(len(study.scenario_ids))[:2]
    return Weights({study.scenario_ids[k]: words[int(rng.integers(len(words)))] for k in chosen})
