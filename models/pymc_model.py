r"""Judgements and evidence in one PyMC model, states summed out.

The judgement model gives the parameters; what is added is one potential, the log probability of
the evidence under them, by the forward recursion of the exact engine over the joint of
scenario and drivers. NUTS then samples what the other engines reach by weighing draws, and
nothing else is shared with them but the equations and the evidence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from tarjih.equations import (
    advance,
    generator,
    matrix_exponential,
    replacement,
    review_chance,
    softmax,
    utilities,
)
from tarjih.evidence import Evidence, weigh_evidence
from tarjih.models.exact import check_size
from tarjih.models.posterior import as_of_date
from tarjih.priors.judgement_model import build_judgement_model
from tarjih.scenarios.design import driver_order, features
from tarjih.scenarios.records import Item, Study

if TYPE_CHECKING:
    import pymc

__all__ = ["build_pymc_model", "evidence_data"]

Floats = NDArray[np.float64]
# NumPy arrays and PyTensor variables share no type that a checker knows.
Array = Any
_SQUARINGS = 8


def build_pymc_model(
    study: Study,
    items: Sequence[Item] | None = None,
    *,
    as_of: dt.date | str | None = None,
) -> pymc.Model:
    """Return judgements and evidence in one model.

    Parameters
    ----------
    study : Study
        Without analysts, its K·∏L within the exact engine's bound.
    items : sequence of Item, optional
        Default: the study's seed evidence.
    as_of : date or str, optional
        Default: the latest known date of the items, never today.

    Returns
    -------
    pymc.Model
        The judgement model with the data ``scenario_evidence`` (T+1, K) and
        ``driver_evidence`` (T+1, X) for X joint driver states, which may be replaced by those
        of an earlier date, and the deterministic ``one_step_ahead`` (T+1,): the log
        probability of each step's evidence given that of the steps before.

    Raises
    ------
    InvalidRequest
        If the study is too large, trust in its sources is learned, or as-of is outside it.
    InvalidStudy
        If a judgement cannot be read.

    Examples
    --------
    >>> import tarjih
    >>> from tarjih.models import build_pymc_model
    >>> build_pymc_model(tarjih.load("syria_russia"))
    Traceback (most recent call last):
    ...
    tarjih.errors.InvalidRequest: --engine: the study is too large ...
    """
    import pymc as pm

    check_size(study)
    chosen = study.items if items is None else tuple(items)
    day = as_of_date(study, chosen, as_of)
    step = study.calendar.index(day)
    evidence = weigh_evidence(study, chosen, as_of=day, last_step=step)
    said = evidence_data(study, evidence, step)
    grid = _grid(study)
    coords = {"step": np.arange(step + 1), "joint_state": np.arange(len(grid.levels))}
    with build_judgement_model(study) as model:
        model.add_coords(coords)
        scenario = pm.Data("scenario_evidence", said[0], dims=("step", "scenario"))
        drivers = pm.Data("driver_evidence", said[1], dims=("step", "joint_state"))
        log_chance = _forward(study, grid, model, scenario, drivers)
        pm.Deterministic("one_step_ahead", log_chance, dims="step")
        pm.Potential("evidence", log_chance.sum())
    return model


def evidence_data(study: Study, evidence: Evidence, last_step: int) -> tuple[Floats, Floats]:
    """Return evidence as the model's data, (T+1, K) and (T+1, X), up to ``last_step`` T.

    Steps that the evidence does not reach say nothing, so an earlier date's evidence may take
    the place of a later one's.
    """
    levels = _grid(study).levels
    scenario = np.zeros((last_step + 1, len(study.scenarios)))
    scenario[: len(evidence.scenario_loglik)] = evidence.scenario_loglik
    drivers = np.zeros((last_step + 1, len(levels)))
    for j, rows in enumerate(evidence.driver_loglik):
        drivers[: len(rows)] += rows[:, levels[:, j]]
    return scenario, drivers


class _Move:
    """How one driver moves on the grid of joint states.

    Attributes
    ----------
    driver : int
    origin : (L, X) of int
        The joint state with this driver at each level, all else as in each joint state.
    setting, level : (X,) of int
        The joint setting of its parents, and its own level.
    rise, fall : (G,)
        Factors on its rates, by setting.
    """

    def __init__(self, study: Study, levels: NDArray[np.intp], driver: int) -> None:
        self.driver = driver
        sizes = [len(one.levels) for one in study.drivers]
        self.size = sizes[driver]
        self.level = levels[:, driver]
        stride = int(np.prod(sizes[driver + 1 :]))
        away = np.arange(self.size)[:, None] - self.level
        self.origin = np.arange(len(levels)) + away * stride
        links = [link for link in study.links if link.child == study.drivers[driver].id]
        self.setting = np.zeros(len(levels), dtype=np.intp)
        self.rise, self.fall = np.ones(1), np.ones(1)
        for link in links:
            parent = study.driver_ids.index(link.parent)
            self.setting = self.setting * sizes[parent] + levels[:, parent]
            self.rise = np.outer(self.rise, link.rise).ravel()
            self.fall = np.outer(self.fall, link.fall).ravel()


@dataclass(frozen=True, slots=True)
class _Grid:
    """All joint driver states: their levels (X, J), chances at step 0 (X,), and moves.

    Children move before their parents, so that a link sees the parent's old level.
    """

    levels: NDArray[np.intp]
    start: Floats
    moves: tuple[_Move, ...]


def _grid(study: Study) -> _Grid:
    sizes = [len(driver.levels) for driver in study.drivers]
    levels = np.indices(sizes, dtype=np.intp).reshape(len(sizes), -1).T
    start = np.prod(
        [np.array(one.at_origin)[levels[:, j]] for j, one in enumerate(study.drivers)], axis=0
    )
    moves = tuple(_Move(study, levels, j) for j in reversed(driver_order(study)))
    return _Grid(levels, start, moves)


def _forward(study: Study, grid: _Grid, model: Any, scenario: Array, drivers: Array) -> Array:
    """Return the log probability of each step's evidence given that of the steps before."""
    import pytensor
    import pytensor.tensor as pt

    months = study.calendar.months
    rho = review_chance(model["review_time"], months, pt)[:, None]
    eta = utilities(model["alpha"], model["effects"], features(study, grid.levels)).T
    entering = replacement(eta, rho, pt)
    tables = []
    for move in grid.moves:
        up = model["up"][move.driver] * move.rise * months
        down = model["down"][move.driver] * move.fall * months
        law = matrix_exponential(generator(up, down, move.size), _SQUARINGS)
        # (L, X): from each level of this driver to the one it has in each joint state
        tables.append(law[move.setting, :, move.level].T)

    def absorb(mass: Array, on_scenario: Array, on_drivers: Array) -> tuple[Array, Array]:
        log_likelihood = on_scenario[:, None] + on_drivers[None, :]
        largest = pt.max(log_likelihood)
        joint = mass * pt.exp(log_likelihood - largest)
        total = pt.sum(joint)
        return joint / total, pt.log(total) + largest

    def step(on_scenario: Array, on_drivers: Array, mass: Array, *fixed: Array) -> list[Array]:
        carried, chance, replaced, *moving = mass, *fixed
        for move, table in zip(grid.moves, moving, strict=True):
            carried = pt.sum(carried[:, move.origin] * table, axis=1)
        carried = advance(carried, chance, replaced, pt, axis=0)
        return list(absorb(carried, on_scenario, on_drivers))

    first, log_first = absorb(
        softmax(model["initial"], pt)[:, None] * grid.start, scenario[0], drivers[0]
    )
    _, later = pytensor.scan(
        step,
        sequences=[scenario[1:], drivers[1:]],
        outputs_info=[first, None],
        non_sequences=[rho, entering, *tables],
        return_updates=False,
    )
    return pt.concatenate([log_first[None], later])
