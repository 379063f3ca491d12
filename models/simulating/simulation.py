"""Trajectories of drivers and scenarios from as-of to the horizon, many of them.

A history is one way the world may go: parameters by their weight, a place at as-of given the
evidence, then drivers and scenario in force step by step. Histories are drawn in blocks by
threads, and counted or written as they come: memory does not grow with their number. Every few
have dice of their own, so that more histories add to those there are, and nothing depends on
how many were drawn at once, or by whom.
"""

from __future__ import annotations

import datetime as dt
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from tarjih.errors import InvalidRequest, Problem
from tarjih.models.posterior import Posterior, believe, clamps_of, last_step_of
from tarjih.models.record import Diagnostics, Intervention
from tarjih.models.simulating.files import Layout, check_history_path, dataset_of, history_file
from tarjih.models.simulating.histories import UNIT, Histories, HistoryLaw
from tarjih.models.simulating.starts import Starts, find_starts
from tarjih.models.simulating.tally import Tally, tally_histories
from tarjih.priors.draws import Draws
from tarjih.scenarios.records import Item, Study

if TYPE_CHECKING:
    import xarray

__all__ = ["MOST_PATHS", "Course", "Simulation", "Span", "simulate", "simulation_of"]

Floats = NDArray[np.float64]

MOST_PATHS = 10**9
_MOST_CODES = 127
_MOST_UNITS = 8
_MOST_BYTES = 2**26
_THREADS = min(4, os.cpu_count() or 1)


@dataclass(frozen=True, slots=True)
class Span:
    """A middle and the ends of a 90% interval, among whole numbers of steps."""

    median: int
    q05: int
    q95: int


@dataclass(frozen=True, slots=True)
class Course:
    """What becomes of one scenario in the simulated histories.

    Attributes
    ----------
    scenario : str
    probability : (H+1,)
        Share of histories that have it in force at each step from as-of on.
    now, enters, never : float
        Shares that have it in force at as-of, that first come to it later, and that do not by
        the horizon; they sum to one.
    entry : Span or None
        Steps after as-of to the first entry, of those that enter later.
    time : float
        Mean share of the H steps after as-of that it is in force.
    steps : Span
        How many of those steps.
    """

    scenario: str
    probability: Floats
    now: float
    enters: float
    never: float
    entry: Span | None
    time: float
    steps: Span


@dataclass(frozen=True, eq=False)
class Simulation:
    """Simulated histories: what is counted over all of them, and the way to each.

    Attributes
    ----------
    dates : (H+1,) tuple of datetime.date
        As-of, then the last days of the steps to come.
    paths : int
        How many histories.
    courses : tuple of Course
        In the study's order.
    changes : (H+1,)
        Share of histories whose scenario changes so many times.
    sequences : tuple of ((scenario id, ...), share)
        Scenarios in the order in which they are in force, the most frequent first.
    longer : float
        Share of histories with sequences too long to be told apart.
    levels : tuple of (2, L_j)
        Shares of histories with each driver at each level: at as-of, and at the horizon.
    """

    study: Study
    as_of: dt.date
    as_of_step: int
    horizon_step: int
    dates: tuple[dt.date, ...]
    paths: int
    engine: str
    seed: int
    interventions: tuple[Intervention, ...]
    diagnostics: Diagnostics
    courses: tuple[Course, ...]
    changes: Floats
    sequences: tuple[tuple[tuple[str, ...], float], ...]
    longer: float
    levels: tuple[Floats, ...]
    _source: _Source
    _layout: Layout

    @property
    def horizon(self) -> dt.date:
        """The last date."""
        return self.dates[-1]

    @property
    def error(self) -> float:
        """How far a share may lie from the model's own by the luck of the dice (95%)."""
        return float(1.96 * 0.5 / np.sqrt(self.paths))

    def histories(self) -> Iterator[Histories]:
        """Draw the histories themselves, some thousands at a time: the same every time."""
        return _in_order(self._source.draw, self._source.blocks)

    def to_dataset(self) -> xarray.Dataset:
        """Return all histories as an ``xarray.Dataset``, as in a NetCDF file (needs xarray)."""
        return dataset_of(self._layout, self.histories())


@dataclass(frozen=True, slots=True, eq=False)
class _Source:
    """Where histories come from."""

    study: Study
    starts: Starts
    law: HistoryLaw
    steps: int
    paths: int

    @property
    def units(self) -> int:
        """How many units are drawn at once: small arrays are slow, large ones take room."""
        each = UNIT * (self.steps + 1) * max(len(self.study.drivers), 1)
        return min(_MOST_UNITS, max(1, _MOST_BYTES // each))

    @property
    def blocks(self) -> int:
        return -(-self.paths // (UNIT * self.units))

    def draw(self, block: int) -> Histories:
        unit = block * self.units
        first = unit * UNIT
        count = min(self.units * UNIT, self.paths - first)
        return self.law.draw_histories(unit, *self.starts.take(first, count))


def simulate(
    study: Study,
    items: Sequence[Item] | None = None,
    *,
    paths: int = 10_000,
    as_of: dt.date | str | None = None,
    horizon: float | dt.date | None = None,
    interventions: Sequence[Intervention] = (),
    draws: Draws | None = None,
    engine: str = "auto",
    seed: int = 0,
    out: str | Path | None = None,
    progress: Callable[[int], object] | None = None,
) -> Simulation:
    """Simulate histories of a study from as-of to the horizon.

    Parameters
    ----------
    study, items, as_of, horizon, interventions, draws, engine, seed
        As for `forecast`. The engine says what is believed at as-of; from there on histories
        are drawn by the law of the model, whatever the engine.
    paths : int
        How many histories. Those of a smaller number are the first of a larger one's.
    out : str or Path, optional
        Write every history to this file as it is drawn: NetCDF (``.nc``) or Parquet
        (``.parquet``, which needs the extra ``parquet``).
    progress : callable, optional
        Told how many histories are done, again and again.

    Raises
    ------
    InvalidRequest
        As `forecast`; if the number of paths is out of range, or the file's ending or folder
        is wrong.
    CannotCompute
        If a library that the file needs is missing.

    Examples
    --------
    >>> import tarjih
    >>> study = tarjih.load("syria_russia")
    >>> found = simulate(study, paths=2000, as_of="2025-08-06", horizon=6)
    >>> found.sequences[0][0]
    ('limited_leverage',)
    """
    _check(study, paths, out)
    posterior = believe(study, items, as_of=as_of, draws=draws, engine=engine, seed=seed)
    return simulation_of(
        posterior,
        paths=paths,
        horizon=horizon,
        interventions=interventions,
        out=out,
        progress=progress,
    )


def simulation_of(
    posterior: Posterior,
    *,
    paths: int = 10_000,
    horizon: float | dt.date | None = None,
    interventions: Sequence[Intervention] = (),
    out: str | Path | None = None,
    progress: Callable[[int], object] | None = None,
) -> Simulation:
    """Simulate from a belief that is there already; the keywords are those of `simulate`."""
    study, seed, now = posterior.study, posterior.engine.seed, posterior.as_of_step
    _check(study, paths, out)
    last = last_step_of(study, now, horizon)
    clamps = clamps_of(study, interventions, now, last)
    source = _Source(
        study=study,
        starts=find_starts(posterior),
        law=HistoryLaw(
            study,
            posterior.engine.draws,
            as_of_step=now,
            last_step=last,
            clamps=clamps,
            seed=seed,
        ),
        steps=last - now,
        paths=paths,
    )
    diagnostics = source.starts.diagnostics
    layout = Layout(
        study=study,
        dates=(posterior.as_of, *map(study.calendar.last_day, range(now + 1, last + 1))),
        first_step=now,
        paths=paths,
        attributes={
            "source": "tarjih simulate",
            "study": study.id,
            "as_of": posterior.as_of.isoformat(),
            "engine": posterior.engine_name,
            "seed": np.uint64(seed),
            "interventions": " ".join(_written(study, one) for one in interventions),
            "reliable": int(diagnostics.reliable),
            "retrospective": int(study.retrospective),
        },
    )
    counted = _count(source, layout, out, progress)
    ids = study.scenario_ids
    frequent = ((key, n) for key, n in counted.sequences.items() if key)
    return Simulation(
        study=study,
        as_of=posterior.as_of,
        as_of_step=now,
        horizon_step=last,
        dates=layout.dates,
        paths=paths,
        engine=posterior.engine_name,
        seed=seed,
        interventions=tuple(interventions),
        diagnostics=diagnostics,
        courses=tuple(_course(id, k, counted) for k, id in enumerate(ids)),
        changes=counted.changes / paths,
        sequences=tuple(
            (tuple(ids[k] for k in key), n / paths)
            for key, n in sorted(frequent, key=lambda one: (-one[1], one[0]))
        ),
        longer=counted.sequences[()] / paths,
        levels=tuple(levels / paths for levels in counted.levels),
        _source=source,
        _layout=layout,
    )


def _count(
    source: _Source,
    layout: Layout,
    out: str | Path | None,
    progress: Callable[[int], object] | None,
) -> Tally:
    """Draw all histories, count them, and write them where that is wanted."""
    study = source.study
    scenarios, sizes = len(study.scenarios), [len(driver.levels) for driver in study.drivers]

    def draw(block: int) -> tuple[Histories, Tally]:
        histories = source.draw(block)
        return histories, tally_histories(histories, scenarios, sizes)

    counted = Tally.empty(len(layout.dates) - 1, scenarios, sizes)
    with ExitStack() as stack:
        write = None if out is None else stack.enter_context(history_file(layout, Path(out)))
        for histories, part in _in_order(draw, source.blocks):
            counted = counted + part
            if write is not None:
                write(histories)
            if progress is not None:
                progress(counted.total)
    return counted


def _in_order[T](draw: Callable[[int], T], blocks: int) -> Iterator[T]:
    """Yield what threads draw, in the order of the blocks, few of them at a time."""
    waiting: deque[Future[T]] = deque()
    with ThreadPoolExecutor(_THREADS) as pool:
        for block in range(blocks):
            waiting.append(pool.submit(draw, block))
            if len(waiting) > _THREADS:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _course(scenario: str, k: int, counted: Tally) -> Course:
    first, time = counted.first[k], counted.time[k]
    later = first.copy()
    later[0] = later[-1] = 0
    steps = len(time) - 1
    return Course(
        scenario=scenario,
        probability=counted.in_force[:, k] / counted.total,
        now=float(first[0] / counted.total),
        enters=float(later.sum() / counted.total),
        never=float(first[-1] / counted.total),
        entry=_span(later) if later.any() else None,
        time=float(time @ np.arange(steps + 1) / (counted.total * steps)),
        steps=_span(time),
    )


def _span(counts: NDArray[np.int64]) -> Span:
    """Return the least numbers that so many of those counted do not exceed."""
    running = np.cumsum(counts)
    median, low, high = (int(np.searchsorted(running, q * running[-1])) for q in (0.5, 0.05, 0.95))
    return Span(median, low, high)


def _written(study: Study, held: Intervention) -> str:
    level = study.driver(held.driver).levels[held.level].id
    start = "" if held.start is None else f"@{held.start.isoformat()}"
    return f"{held.driver}={level}{start}"


def _check(study: Study, paths: int, out: str | Path | None) -> None:
    if not 1 <= paths <= MOST_PATHS:
        raise InvalidRequest(Problem("--paths", "out of range", str(paths), f"1 to {MOST_PATHS:,}"))
    most = max(len(study.scenarios), *(len(driver.levels) for driver in study.drivers))
    if most > _MOST_CODES:
        raise InvalidRequest(
            Problem(
                "--paths",
                "histories keep scenarios and levels as small numbers",
                f"{most} of one kind",
                f"up to {_MOST_CODES}",
            )
        )
    if out is not None:
        check_history_path(Path(out))
