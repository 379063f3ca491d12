"""The work of a backtest in units, here, in other processes, or on a cluster.

A unit is one date with one ablation: a belief, and the chance of every question open then. It
depends on nothing but what it is given, so it does not matter who does it, or when. What all units
share travels once, as bytes.
"""

from __future__ import annotations

import datetime as dt
import pickle
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from tarjih.errors import CannotCompute, InvalidRequest, Problem, TarjihError
from tarjih.priors.draws import Draws, draws_bytes, draws_from_bytes
from tarjih.scenarios.records import Item, Study
from tarjih.scoring.backtest.ablations import Ablation, variant_of
from tarjih.scoring.backtest.replaying import known_by
from tarjih.scoring.questions import Asked

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["Answer", "Shared", "Unit", "answer_unit", "answers_of"]

_DIGITS = 12
"""Chances are kept to so many decimals: sums may differ in the last bits between machines."""

_PATIENCE = "15s"
Tell = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Shared:
    """What all units have in common.

    Attributes
    ----------
    study : Study
        Without items and questions: how these came out is nobody's business here.
    items : tuple of Item
        All, known by then or not.
    asked : tuple of Asked
        What questions are about.
    draws : Draws
    engine : str
    seed : int
    """

    study: Study
    items: tuple[Item, ...]
    asked: tuple[Asked, ...]
    draws: Draws
    engine: str
    seed: int

    def to_bytes(self) -> bytes:
        """Return it as bytes, for workers of the same version."""
        rest = (self.study, self.items, self.asked, self.engine, self.seed)
        return pickle.dumps((rest, draws_bytes(self.draws)))


@dataclass(frozen=True, slots=True)
class Unit:
    """One date with one ablation.

    Attributes
    ----------
    date : datetime.date
    ablation : Ablation
    questions : tuple of int
        Places of those open on the date.
    """

    date: dt.date
    ablation: Ablation
    questions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a unit found.

    Attributes
    ----------
    chances : tuple of tuple of float
        For each of its questions the probability of each option.
    enough : bool
        Whether the evidence left enough draws to rely on them.
    """

    chances: tuple[tuple[float, ...], ...]
    enough: bool


@dataclass(frozen=True, slots=True)
class Failed:
    """Why a unit found nothing, from where an error cannot come."""

    what: str
    exit_code: int


def answer_unit(shared: Shared, unit: Unit) -> Answer:
    """Return the chance of every question on a date, with only what was known by then."""
    from tarjih.models.moving.pareto import enough
    from tarjih.models.posterior import believe
    from tarjih.scoring.questions import chances_of

    variant = variant_of(unit.ablation, shared.study, known_by(shared.items, unit.date))
    draws = variant.draws_of(shared.draws, shared.seed)
    belief = believe(
        variant.study,
        variant.items,
        as_of=unit.date,
        draws=draws,
        engine=shared.engine,
        seed=shared.seed,
    )
    left = True
    # Others are moved where too few are left.
    if draws.bias is None and belief.engine_name != "pymc" and variant.items:
        weights = belief.map(lambda ahead: ahead.log_weight, belief.as_of_step)
        left = enough(np.concatenate(weights))
    found = chances_of(belief, [shared.asked[place] for place in unit.questions])
    return Answer(
        tuple(tuple(round(p, _DIGITS) for p in one.mean) for one in found),
        left,
    )


def answers_of(
    shared: Shared,
    units: Sequence[Unit],
    *,
    jobs: int = 1,
    dask: str | None = None,
    tell: Tell | None = None,
) -> list[Answer]:
    """Return the answers of units, in their order, whoever does the work.

    Parameters
    ----------
    shared : Shared
    units : sequence of Unit
    jobs : int
        How many processes.
    dask : str, optional
        The address of a Dask scheduler, whose workers do it instead.
    tell : callable, optional
        Is told how many units are done.

    Raises
    ------
    InvalidRequest
        If the units ask for what cannot be answered.
    CannotCompute
        If Dask is not installed, its scheduler does not answer, or the work fails there.
    """
    if dask is not None:
        found = _on_cluster(shared, units, dask)
    elif jobs > 1:
        found = _in_processes(shared, units, min(jobs, len(units)))
    else:
        found = (answer_unit(shared, unit) for unit in units)
    answers = []
    for answer in found:
        answers.append(answer)
        if tell is not None:
            tell(len(answers))
    return answers


def _in_processes(shared: Shared, units: Sequence[Unit], jobs: int) -> Iterator[Answer]:
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool
    from multiprocessing import get_context

    # Forking a process that has threads may hang it, and other systems cannot.
    pool = ProcessPoolExecutor(
        jobs, get_context("spawn"), initializer=_begin, initargs=(shared.to_bytes(), jobs)
    )
    try:
        yield from map(_opened, pool.map(_go_on, units))
    except BrokenProcessPool as error:
        raise CannotCompute("a process that was at work ended: is there enough memory?") from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


_given: list[Shared] = []


def _begin(content: bytes, jobs: int) -> None:
    """Take what all units share, once for a process."""
    from tarjih.models.engines import blocks

    # Together no more threads than one process would use: who computes changes no number.
    blocks.THREADS = max(1, blocks.THREADS // jobs)
    _given[:] = [_shared_from(content)]


def _go_on(unit: Unit) -> Answer | Failed:
    return _closed(_given[0], unit)


def _on_cluster(shared: Shared, units: Sequence[Unit], address: str) -> Iterator[Answer]:
    with _client(address) as client:
        content = client.scatter(shared.to_bytes(), broadcast=True)
        futures = client.map(_go_there, units, content=content, pure=False)
        try:
            for future in futures:
                yield _opened(_result(future, address))
        finally:
            client.cancel(futures)


def _client(address: str) -> Client:
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        raise CannotCompute(
            "--dask: Dask is not installed; install the extra: pip install 'tarjih[cluster]'"
        ) from error
    try:
        return Client(address, timeout=_PATIENCE, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError) as error:
        raise CannotCompute(f"--dask: no scheduler answers at {address}") from error
    except ValueError as error:
        raise InvalidRequest(
            Problem("--dask", "not an address", address, "tcp://HOST:PORT")
        ) from error


def _result(future: Any, address: str) -> Answer | Failed:
    try:
        found: Answer | Failed = future.result()
    except Exception as error:
        what = f"{type(error).__name__}: {' '.join(str(error).split())}"
        raise CannotCompute(f"--dask: the work failed at {address}: {what}") from error
    return found


def _go_there(unit: Unit, content: bytes) -> Answer | Failed:
    return _closed(_decoded(content), unit)


@lru_cache(maxsize=2)
def _decoded(content: bytes) -> Shared:
    return _shared_from(content)


def _shared_from(content: bytes) -> Shared:
    (study, items, asked, engine, seed), packed = pickle.loads(content)
    draws = draws_from_bytes(packed)
    if draws is None:
        raise CannotCompute("the draws cannot be read here: is it the same version of tarjih?")
    return Shared(study, items, asked, draws, engine, seed)


def _closed(shared: Shared, unit: Unit) -> Answer | Failed:
    """Return an answer, or in words what is wrong: errors do not travel whole."""
    try:
        return answer_unit(shared, unit)
    except TarjihError as error:
        return Failed(str(error), error.exit_code)


def _opened(found: Answer | Failed) -> Answer:
    if isinstance(found, Answer):
        return found
    if found.exit_code == InvalidRequest.exit_code:
        raise InvalidRequest(Problem("", found.what))
    raise CannotCompute(found.what)
