"""The forward filter next to dynamax and hmmlearn, over many chains at once.

In one process, in turns, after an unmeasured round; answers are compared before times are::

    uv run --group peers python benchmarks/filters.py [--chains 2000] [--cores 1]

*Changing transitions*: every chain has matrices of its own for every step, as one path of the
drivers makes them. dynamax is jitted and vmapped, in double precision, its arrays on the
device; compiling is timed apart. hmmlearn has no such chains.

*Fixed transitions*: one matrix for each chain. hmmlearn is asked for its compiled forward pass
(``_hmmc.forward_scaling``), chain by chain: its public methods fit and smooth besides.

docs/performance.md says how to read the table.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tarjih.models import forward_filter

Floats = NDArray[np.float64]
Answer = tuple[Any, Any]
Ask = Callable[[], Answer]


def main() -> int:
    """Measure, and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Plain)
    parser.add_argument("--rounds", type=int, default=9, help="measured rounds (default 9)")
    parser.add_argument("--chains", type=int, default=2000, help="chains at once (default 2000)")
    parser.add_argument("--steps", type=int, default=60, help="steps (default 60)")
    parser.add_argument("--states", type=int, default=5, help="states (default 5)")
    parser.add_argument("--cores", type=int, help="cores for all (default: those there are)")
    asked = parser.parse_args()
    if asked.cores is not None:
        os.sched_setaffinity(0, set(sorted(os.sched_getaffinity(0))[: asked.cores]))
    jax = import_module("jax")
    jax.config.update("jax_enable_x64", True)
    dynamax, hmmlearn = (import_module(name) for name in ("dynamax", "hmmlearn"))
    print(
        f"{asked.chains} chains of {asked.steps} steps and {asked.states} states; "
        f"jax {jax.__version__}, dynamax {dynamax.__version__}, "
        f"hmmlearn {hmmlearn.__version__}; {len(os.sched_getaffinity(0))} cores"
    )
    rng = np.random.default_rng(0)
    shape = (asked.chains, asked.steps - 1, asked.states, asked.states)
    initial = rng.dirichlet(np.ones(asked.states), asked.chains)
    changing = rng.dirichlet(np.ones(asked.states), shape[:-1])
    fixed = rng.dirichlet(np.ones(asked.states), (asked.chains, asked.states))
    seen = rng.uniform(0.01, 1.0, (asked.chains, asked.steps, asked.states))

    _compare(
        "changing transitions",
        {
            "tarjih": lambda: _ours(initial, changing, seen),
            "dynamax": _dynamax(jax, initial, changing, seen),
        },
        asked.rounds,
    )
    _compare(
        "fixed transitions",
        {
            "tarjih": lambda: _ours(initial, fixed[:, None], seen),
            "dynamax": _dynamax(jax, initial, fixed, seen),
            "hmmlearn": _hmmlearn(initial, fixed, seen),
        },
        asked.rounds,
    )
    return 0


def _ours(initial: Floats, transitions: Floats, seen: Floats) -> Answer:
    found = forward_filter(initial, transitions, seen)
    return found.filtered, found.log_evidence


def _dynamax(jax: Any, initial: Floats, transitions: Floats, seen: Floats) -> Ask:
    inference = import_module("dynamax.hidden_markov_model")
    run = jax.jit(jax.vmap(inference.hmm_filter))
    arrays = [jax.device_put(values) for values in (initial, transitions, np.log(seen))]

    def ask() -> Answer:
        found = run(*arrays)
        jax.block_until_ready(found)
        return found.filtered_probs, found.marginal_loglik

    start = time.perf_counter()
    ask()
    print(f"\ndynamax compiled and ran once in {time.perf_counter() - start:.2f} s")
    return ask


def _hmmlearn(initial: Floats, transitions: Floats, seen: Floats) -> Ask:
    forward = import_module("hmmlearn._hmmc").forward_scaling

    def ask() -> Answer:
        found = [forward(*one) for one in zip(initial, transitions, seen, strict=True)]
        return np.stack([one[1] for one in found]), np.array([one[0] for one in found])

    return ask


def _compare(title: str, asks: Mapping[str, Ask], rounds: int) -> None:
    ours = asks["tarjih"]()
    for name, ask in asks.items():
        for mine, theirs in zip(ours, ask(), strict=True):
            apart = float(np.abs(np.asarray(mine) - np.asarray(theirs)).max())
            if apart > 1e-9:
                raise SystemExit(f"{name} answers otherwise: {apart:.1e} apart")
    taken: dict[str, list[float]] = {name: [] for name in asks}
    for number in range(rounds + 1):
        for name, ask in asks.items():
            start = time.perf_counter()
            ask()
            if number:
                taken[name].append(1e3 * (time.perf_counter() - start))
    print(f"\n{title + ': ms':<34}{'median':>9}{'fastest':>9}{'slowest':>9}{'ratio':>9}")
    for name, times in taken.items():
        ratio = statistics.median(a / b for a, b in zip(times, taken["tarjih"], strict=True))
        numbers = (statistics.median(times), min(times), max(times), ratio)
        print(f"{name:<34}" + "".join(f"{number:>9.2f}" for number in numbers))


class _Plain(argparse.RawDescriptionHelpFormatter):
    """Keeps the line breaks of the module's docstring."""


if __name__ == "__main__":
    raise SystemExit(main())
