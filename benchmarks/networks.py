"""The exact engine next to pyAgrum and pgmpy, on one study unrolled over twelve steps.

In one process, in turns, after an unmeasured round; answers are compared before times are::

    uv run --group peers python benchmarks/networks.py [--rounds 7] [--cores 1]

*Many parameters*: the scenario's probabilities at every step under 2,000 draws. *fill* is
putting the parameters in place (tables of pyAgrum's network, written in place from arrays that
are ready; all that the engine makes of the draws), *query* all the rest. pyAgrum's network is
built once, and asked with LazyPropagation. The third row carries belief by hand with pyAgrum's
tensors, as one who knows that the network is a chain would.

*One query*: the scenario at the horizon given the evidence, tables in place on all sides.

docs/performance.md says how to read the table.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tarjih.evidence import weigh_evidence
from tarjih.evidence.weighing.likelihood import Evidence
from tarjih.models.engines.exact import ExactEngine
from tarjih.models.engines.protocol import Ahead, run_engine
from tarjih.models.networks.averaging import mean_parameters
from tarjih.models.networks.bif import bif_text
from tarjih.models.networks.network import Network, Node
from tarjih.models.networks.unrolled import unrolled_network
from tarjih.priors.draws import Draws
from tarjih.scenarios import load_study
from tarjih.scenarios.records import Study

Floats = NDArray[np.float64]
SCENARIOS, DRIVERS, LEVELS, STEPS, AS_OF = 5, 5, 3, 12, 3


def main() -> int:
    """Measure, print the tables, and compare with the targets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Plain)
    parser.add_argument("--rounds", type=int, default=7, help="measured rounds (default 7)")
    parser.add_argument("--draws", type=int, default=2000, help="draws of ours (default 2000)")
    parser.add_argument("--theirs", type=int, default=50, help="draws of theirs (default 50)")
    parser.add_argument("--cores", type=int, help="cores for all (default: those there are)")
    parser.add_argument("--at-least", type=float, default=10.0, help="times pyAgrum's speed")
    asked = parser.parse_args()
    if asked.cores is not None:
        os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[: asked.cores]))
    study = _study()
    many = _draws(study, asked.draws)
    evidence = weigh_evidence(
        study, study.items, as_of=study.calendar.last_day(AS_OF), last_step=AS_OF
    )
    gum = _pyagrum()
    print(
        f"{SCENARIOS} scenarios, {DRIVERS} drivers of {LEVELS} levels, {STEPS} steps, "
        f"{sum(entry.counted for entry in evidence.entries)} items up to step {AS_OF}; "
        f"pyAgrum {gum.__version__}; {len(os.sched_getaffinity(0))} cores"
    )
    ratio = _many(gum, study, many, evidence, asked.rounds, asked.theirs)
    slower = _one(gum, study, many, evidence, asked.rounds)
    if ratio < asked.at_least or slower > 1:
        print(f"asked for: {asked.at_least:g} times as fast, one query not slower", file=sys.stderr)
        return 1
    return 0


def _many(
    gum: Any, study: Study, draws: Draws, evidence: Evidence, rounds: int, theirs: int
) -> float:
    """Compare forecasts under many parameter vectors; return how much faster ours is."""
    some = draws.thin(theirs)
    networks = [_unrolled(study, mean_parameters(some, row)) for row in np.eye(theirs)]
    lazy, chain = _Lazy(gum, networks[0].nodes), _Chain(gum, networks[0])
    tables = [lazy.ordered(network.nodes) for network in networks]
    steps = [chain.ordered(network) for network in networks]
    _same("pyAgrum", [lazy.ask(table) for table in tables], _marginals(study, some, evidence))
    print(f"pyAgrum does best with {_best_threads(gum, lazy.query)} threads")
    _same("by hand", [chain.ask(table) for table in steps], _marginals(study, some, evidence))
    rows: dict[str, list[tuple[float, float]]] = {"ours": [], "lazy": [], "chain": [], "all": []}
    for number in range(rounds + 1):
        fill = _time(partial(_fill, study, draws))
        whole = _time(partial(_marginals, study, draws, evidence))
        every = _time(partial(_forecast, study, draws, evidence))
        lazy_fill = _time(partial(_each, lazy.fill, tables))
        lazy_query = _time(lambda: [lazy.query() for _ in tables])
        chain_fill = _time(partial(_each, chain.fill, steps))
        chain_query = _time(lambda: [chain.query() for _ in steps])
        if number:
            rows["ours"].append((fill / len(draws), (whole - fill) / len(draws)))
            rows["all"].append((fill / len(draws), (every - fill) / len(draws)))
            rows["lazy"].append((lazy_fill / theirs, lazy_query / theirs))
            rows["chain"].append((chain_fill / theirs, chain_query / theirs))
    print(f"\n{'many parameters: ms a draw':<46}{'fill':>9}{'query':>9}{'both':>9}{'ratio':>9}")
    totals = {name: [fill + query for fill, query in pairs] for name, pairs in rows.items()}
    named = {
        "ours": f"tarjih, {len(draws)} draws at once",
        "all": "  the same with drivers and first passage",
        "lazy": "pyAgrum, LazyPropagation",
        "chain": "pyAgrum, its tensors carried by hand",
    }
    for name, title in named.items():
        fill, query = (statistics.median(pair[i] for pair in rows[name]) for i in (0, 1))
        times = [a / b for a, b in zip(totals[name], totals["ours"], strict=True)]
        print(
            f"{title:<46}{1e3 * fill:>9.3f}{1e3 * query:>9.3f}"
            f"{1e3 * statistics.median(totals[name]):>9.3f}{statistics.median(times):>9.2f}"
        )
    return statistics.median(a / b for a, b in zip(totals["lazy"], totals["ours"], strict=True))


def _one(gum: Any, study: Study, draws: Draws, evidence: Evidence, rounds: int) -> float:
    """Compare single queries; return our time over pyAgrum's."""
    single = draws.thin(1)
    network = _unrolled(study, single)
    engine = ExactEngine(study, single)
    lazy = _Lazy(gum, network.nodes, targets=[f"scenario_{STEPS}"])
    lazy.fill(lazy.ordered(network.nodes))
    elimination = _pgmpy(network)
    target = f"scenario_{STEPS}"

    def ours() -> Floats:
        last: Floats = _carried(engine, evidence)[-1]
        return last

    def pgmpy() -> Floats:
        found: Floats = elimination.query(
            [target], evidence=network.observed, show_progress=False
        ).values
        return found

    asks: dict[str, Callable[[], Any]] = {
        "tarjih": ours,
        "pyAgrum, LazyPropagation": lazy.query,
        "pgmpy, VariableElimination": pgmpy,
    }
    truth = ours()[:, 0]
    _same("pyAgrum", [lazy.query()], truth[None, None])
    _same("pgmpy", [pgmpy()], truth[None])
    taken: dict[str, list[float]] = {name: [] for name in asks}
    for number in range(rounds + 1):
        for name, ask in asks.items():
            repeats = 3 if name.startswith("pgmpy") else 20
            seconds = _time(partial(_again, ask, repeats))
            if number:
                taken[name].append(seconds / repeats)
    print(f"\n{'one query: ms':<46}{'median':>9}{'fastest':>9}{'slowest':>9}{'ratio':>9}")
    for name, seconds_all in taken.items():
        ratios = [a / b for a, b in zip(seconds_all, taken["tarjih"], strict=True)]
        numbers = (statistics.median(seconds_all), min(seconds_all), max(seconds_all))
        print(
            f"{name:<46}"
            + "".join(f"{1e3 * number:>9.2f}" for number in numbers)
            + f"{statistics.median(ratios):>9.2f}"
        )
    pairs = zip(taken["tarjih"], taken["pyAgrum, LazyPropagation"], strict=True)
    return statistics.median(a / b for a, b in pairs)


def _fill(study: Study, draws: Draws) -> None:
    """Make of the draws what the engine needs at every step, and ask nothing."""
    nothing = weigh_evidence(study, (), as_of=study.origin, last_step=0)
    ExactEngine(study, draws).map(lambda ahead: None, nothing, as_of_step=0, last_step=0)


def _marginals(study: Study, draws: Draws, evidence: Evidence) -> Floats:
    """Return the scenario's probabilities (H+1, K, M) at every step from as-of."""
    return _carried(ExactEngine(study, draws), evidence)


def _carried(engine: ExactEngine, evidence: Evidence) -> Floats:
    def work(ahead: Ahead) -> Floats:
        mass, rows = ahead.mass, [ahead.per_draw(ahead.mass)]
        for step in ahead.steps:
            mass = step.carry(mass)
            rows.append(ahead.per_draw(mass))
        return np.stack(rows)

    parts = engine.map(work, evidence, as_of_step=AS_OF, last_step=STEPS)
    return np.concatenate(parts, axis=-1)


def _forecast(study: Study, draws: Draws, evidence: Evidence) -> Any:
    return run_engine(ExactEngine(study, draws), evidence, as_of_step=AS_OF, last_step=STEPS)


class _Lazy:
    """pyAgrum's network, built once; its tables are written anew for each draw."""

    def __init__(self, gum: Any, nodes: Sequence[Node], targets: Sequence[str] = ()) -> None:
        self._gum = gum
        self._net = gum.BayesNet()
        for node in nodes:
            self._net.add(gum.LabelizedVariable(node.id, "", list(node.states)))
        for node in nodes:
            for parent in node.parents:
                self._net.addArc(parent, node.id)
        self._tables = {node.id: self._net.cpt(node.id) for node in nodes}
        self._targets = list(targets) or [f"scenario_{t}" for t in range(AS_OF, STEPS + 1)]
        self._evidence = {node.id: 0 for node in nodes if node.observed is not None}

    def ordered(self, nodes: Sequence[Node]) -> dict[str, Floats]:
        """Lay tables out as pyAgrum keeps them, so that filling is one copy each."""
        laid = {}
        for node in nodes:
            axes = [*node.parents, node.id]
            order = [axes.index(name) for name in reversed(self._tables[node.id].names)]
            laid[node.id] = np.ascontiguousarray(node.table.transpose(order)).ravel()
        return laid

    def fill(self, tables: dict[str, Floats]) -> None:
        for id, values in tables.items():
            self._tables[id].fillWith(values)

    def query(self) -> Floats:
        inference = self._gum.LazyPropagation(self._net)
        inference.setTargets(set(self._targets))
        inference.setEvidence(self._evidence)
        inference.makeInference()
        return np.array([inference.posterior(id).tolist() for id in self._targets])

    def ask(self, tables: dict[str, Floats]) -> Floats:
        self.fill(tables)
        return self.query()


class _Chain:
    """The same chain carried step by step with pyAgrum's tensors.

    Two sets of variables stand in turns for the step before and the step itself.
    """

    def __init__(self, gum: Any, network: Network) -> None:
        self._gum = gum
        study = network.study
        sizes = [len(study.scenarios), *(len(driver.levels) for driver in study.drivers)]
        self._sets = [
            [gum.LabelizedVariable(f"{side}{i}", "", size) for i, size in enumerate(sizes)]
            for side in "ab"
        ]
        self._parents = [table.parents for table in network.driver_tables]
        self._tensors = [self._empty(turn) for turn in (0, 1)]
        self._start = [self._tensor([variable]) for variable in self._sets[0]]
        self._said: list[list[tuple[int, Any]]] = []
        evidence = network.evidence
        for t in range(AS_OF + 1):
            rows = [evidence.scenario_loglik[t], *(said[t] for said in evidence.driver_loglik)]
            at = []
            for i, row in enumerate(rows):
                if row.any():
                    at.append((i, self._tensor([self._sets[t % 2][i]], np.exp(row))))
            self._said.append(at)

    def _tensor(self, variables: Sequence[Any], values: Floats | None = None) -> Any:
        tensor = self._gum.Tensor()
        for variable in variables:
            tensor.add(variable)
        return tensor if values is None else tensor.fillWith(values)

    def _empty(self, turn: int) -> list[Any]:
        before, now = self._sets[turn], self._sets[1 - turn]
        made = [self._tensor([now[0], *now[:0:-1], before[0]])]
        for i, parents in enumerate(self._parents, start=1):
            others = [before[1 + parent] for parent in reversed(parents)]
            made.append(self._tensor([now[i], *others, before[i]]))
        return made

    def ordered(self, network: Network) -> list[Floats]:
        tables = [network.scenario_table, *network.driver_tables]
        starts = [table.start for table in tables]
        return [*(np.ascontiguousarray(table.change).ravel() for table in tables), *starts]

    def fill(self, values: Sequence[Floats]) -> None:
        for tensors in self._tensors:
            for tensor, table in zip(tensors, values, strict=False):
                tensor.fillWith(table)
        for tensor, start in zip(self._start, values[len(self._tensors[0]) :], strict=True):
            tensor.fillWith(start)

    def query(self) -> Floats:
        belief = self._start[0]
        for tensor in self._start[1:]:
            belief = belief * tensor
        rows = []
        order = self._order()
        for t in range(STEPS + 1):
            here = self._sets[t % 2]
            if t:
                tensors, before = self._tensors[1 - t % 2], self._sets[1 - t % 2]
                for i in order:
                    belief = (belief * tensors[i]).sumOut([before[i].name()])
                belief = (belief * tensors[0]).sumOut([before[0].name()])
            if t <= AS_OF:
                for _, said in self._said[t]:
                    belief = belief * said
                belief = belief.normalize()
            if t >= AS_OF:
                rows.append(belief.sumIn([here[0].name()]).tolist())
        return np.array(rows)

    def _order(self) -> list[int]:
        """Children first: they look at the old level of their parents."""
        waiting, order = list(range(len(self._parents))), []
        while waiting:
            leaf = next(
                i for i in waiting if not any(i in self._parents[j] for j in waiting if j != i)
            )
            waiting.remove(leaf)
            order.append(1 + leaf)
        return order

    def ask(self, values: Sequence[Floats]) -> Floats:
        self.fill(values)
        return self.query()


def _pyagrum() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return import_module("pyagrum")


def _best_threads(gum: Any, query: Callable[[], object]) -> int:
    """Let pyAgrum use one core or all of them, whichever is faster."""
    taken = {}
    for threads in {1, len(os.sched_getaffinity(0))}:
        gum.setNumberOfThreads(threads)
        query()
        taken[threads] = min(_time(query) for _ in range(15))
    best = min(taken, key=lambda threads: taken[threads])
    gum.setNumberOfThreads(best)
    return best


def _pgmpy(network: Network) -> Any:
    """Read the network as pgmpy would from a file, ready to be asked."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        reader = import_module("pgmpy.readwrite").BIFReader(string=bif_text(network))
        return import_module("pgmpy.inference").VariableElimination(reader.get_model())


def _unrolled(study: Study, single: Draws) -> Network:
    months = study.calendar.months * (STEPS - AS_OF)
    as_of = study.calendar.last_day(AS_OF)
    return unrolled_network(study, draws=single, as_of=as_of, horizon=months, engine="auto")


def _study() -> Study:
    """Make the study: one link, one conjunction, items on scenarios and drivers."""
    text = {
        "study": {"id": "bench", "title": "bench", "origin": "2026-01-15", "horizon": STEPS},
        "scenarios": {
            id: {
                "label": id,
                "definition": id,
                "resolution": {"rule": id, "settled_by": []},
                "review_time": 6,
                "effects": {} if id == "other" else {"d0": "raises", "d3": "lowers"},
                "conjunction_effects": {} if id != "s0" else {"both": "raises"},
            }
            for id in [*(f"s{k}" for k in range(SCENARIOS - 1)), "other"]
        },
        "drivers": {
            f"d{j}": {
                "label": f"d{j}",
                "levels": [f"l{v}" for v in range(LEVELS)],
                "at_origin": "l1",
                "moves": {"rise": 6, "fall": 9},
            }
            for j in range(DRIVERS)
        },
        "conjunctions": {"both": {"label": "both", "requires": {"d1": "l2", "d2": "l1"}}},
        "links": {"one": {"parent": "d0", "child": "d1", "rise": {"l1": 2, "l2": 4}}},
        "sources": {"press": {"label": "press", "letter": "B"}},
        "items": {
            f"e{i}": {
                "happened": f"2026-0{2 + i % 3}-1{i % 10}",
                "known": f"2026-0{2 + i % 3}-2{i % 8}",
                "kind": "act",
                "sources": ["press"],
                "credibility": 2,
                "label": f"e{i}",
                **(
                    {"level": {f"d{i % DRIVERS}": f"l{i % LEVELS}"}}
                    if i % 2
                    else {"weights": {f"s{i % 3}": "for"}}
                ),
            }
            for i in range(12)
        },
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "bench.yaml")
        path.write_text(json.dumps(text), encoding="utf-8")
        return load_study(path)


def _draws(study: Study, count: int) -> Draws:
    rng = np.random.default_rng(0)
    return Draws(
        alpha=rng.normal(size=(count, SCENARIOS)),
        beta=rng.normal(size=(count, DRIVERS, SCENARIOS)),
        gamma=rng.normal(size=(count, len(study.conjunctions), SCENARIOS)),
        initial=rng.normal(size=(count, SCENARIOS)),
        review_time=rng.uniform(2, 10, size=(count, SCENARIOS)),
        up=rng.uniform(0.05, 0.3, size=(count, DRIVERS)),
        down=rng.uniform(0.05, 0.3, size=(count, DRIVERS)),
        chain=np.zeros(count, dtype=np.int64),
        digest="bench",
    )


def _same(name: str, theirs: Sequence[Floats], ours: Floats) -> None:
    """Stop unless both sides answer alike; ours is (H+1, K, M) or (1, K)."""
    if ours.ndim == 3:
        ours = np.moveaxis(ours, -1, 0)
    apart = float(np.abs(np.stack(theirs).reshape(-1) - ours.reshape(-1)).max())
    if apart > 1e-9:
        raise SystemExit(f"{name} answers otherwise: {apart:.1e} apart")


def _again(ask: Callable[[], object], times: int) -> None:
    for _ in range(times):
        ask()


def _each(act: Callable[[Any], object], things: Sequence[Any]) -> None:
    for thing in things:
        act(thing)


def _time(act: Callable[[], object]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


class _Plain(argparse.RawDescriptionHelpFormatter):
    """Keeps the line breaks of the module's docstring."""


if __name__ == "__main__":
    raise SystemExit(main())
