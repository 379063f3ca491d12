"""How drivers move: chains on ordered levels, and paths drawn given what was reported.

A driver moves between neighbouring levels at its own rates; a link multiplies them by a
factor of the parent's level at the start of the step. Paths are drawn exactly given the
evidence on the driver: backward messages carry the evidence to earlier steps, forward
sampling follows (forward filtering, backward sampling with the roles of the two passes
exchanged, so that paths grow along time). Drivers are drawn in link order; the constant
that the draw divides by is part of the path's weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from tarjih.equations import generator, matrix_exponential
from tarjih.models.dice import FACES
from tarjih.scenarios.records import Study

__all__ = ["DriverLaw", "Paths", "draw_path", "driver_laws"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DriverLaw:
    """The law of one driver under every draw.

    Attributes
    ----------
    start : (L,)
        Level probabilities at step 0.
    transition : (M, G, L, L)
        One matrix for each draw and each joint setting of the parents (G = 1 without).
    thresholds : tuple of L − 1 arrays (M·G·L,) uint32
        The same as dice read it: a throw at or past the v-th goes past level v.
    parents : tuple of int
        Positions of the parent drivers.
    strides : tuple of int
        What each parent's level is multiplied by to give the setting's index.
    """

    start: Floats
    transition: Floats
    thresholds: tuple[NDArray[np.uint32], ...]
    parents: tuple[int, ...]
    strides: tuple[int, ...]

    def setting(self, paths: Sequence[NDArray[np.intp]], step: int) -> NDArray[np.intp] | int:
        """Return the index of the parents' joint setting at a step, for each path."""
        index: NDArray[np.intp] | int = 0
        for parent, stride in zip(self.parents, self.strides, strict=True):
            index = index + paths[parent][step] * stride
        return index


@dataclass(frozen=True, slots=True)
class Paths:
    """Paths of one driver.

    Attributes
    ----------
    levels : (T+1, N) intp
    log_weight : (N,)
        Log of the probability of the evidence on this driver.
    """

    levels: NDArray[np.intp]
    log_weight: Floats


def driver_laws(study: Study, up: Floats, down: Floats) -> list[DriverLaw]:
    """Return the law of each driver.

    Parameters
    ----------
    study : Study
    up, down : (M, J)
        Rates per month, from the draws.
    """
    laws = []
    months = study.calendar.months
    for j, driver in enumerate(study.drivers):
        links = [link for link in study.links if link.child == driver.id]
        parents = tuple(study.driver_ids.index(link.parent) for link in links)
        sizes = [len(study.drivers[parent].levels) for parent in parents]
        strides = tuple(int(np.prod(sizes[i + 1 :])) for i in range(len(sizes)))
        factors = [
            (
                np.prod([link.rise[v] for link, v in zip(links, levels, strict=True)]),
                np.prod([link.fall[v] for link, v in zip(links, levels, strict=True)]),
            )
            for levels in product(*(range(size) for size in sizes))
        ]
        rise = np.array([factor[0] for factor in factors])
        fall = np.array([factor[1] for factor in factors])
        rates = generator(
            up[:, j, None] * rise * months, down[:, j, None] * fall * months, len(driver.levels)
        )
        norm = float(np.abs(rates).sum(axis=-1).max(initial=0.0))
        squarings = max(4, int(np.ceil(np.log2(max(norm, 1e-12)))) + 4)
        transition = matrix_exponential(rates, squarings)
        laws.append(
            DriverLaw(
                start=np.asarray(driver.at_origin),
                transition=transition,
                thresholds=_thresholds(transition.reshape(-1, len(driver.levels))),
                parents=parents,
                strides=strides,
            )
        )
    return laws


def draw_path(
    law: DriverLaw,
    log_likelihood: Floats,
    throws: NDArray[np.uint32],
    owner: NDArray[np.intp],
    others: Sequence[NDArray[np.intp]],
) -> Paths:
    """Draw paths of one driver given the evidence on it.

    Parameters
    ----------
    law : DriverLaw
    log_likelihood : (E, L)
        Evidence at the first E steps (E may be 0); later steps have none.
    throws : (T+1, N) uint32
        From `dice.throw_dice`.
    owner : (N,) intp
        The draw that each path belongs to.
    others : sequence of (T+1, N)
        Paths of the drivers drawn before, by position.
    """
    steps, count = throws.shape
    informed = len(log_likelihood)
    _, settings, size, _ = law.transition.shape
    levels = np.empty((steps, count), dtype=np.intp)
    log_weight = np.zeros(count)
    likelihood = np.exp(log_likelihood)
    messages: list[Floats] = []
    if informed:
        messages, log_scale = _messages(law, likelihood, owner, others)
        first = law.start * likelihood[0] * messages[0]
        total = first.sum(axis=-1)
        log_weight = np.log(total) + log_scale
        levels[0] = _pick(throws[0], _thresholds(first / total[:, None]))
    else:
        levels[0] = _pick(throws[0], _thresholds(law.start[None, :]), np.zeros(count, np.intp))
    base = owner * (settings * size)
    table = law.transition.reshape(-1, size)
    for t in range(1, steps):
        row = levels[t - 1] + base
        if law.parents:
            row += law.setting(others, t - 1) * size
        if t < informed:
            chance = table[row] * (likelihood[t] * messages[t])
            chance /= chance.sum(axis=-1, keepdims=True)
            levels[t] = _pick(throws[t], _thresholds(chance))
        else:
            levels[t] = _pick(throws[t], law.thresholds, row)
    return Paths(levels, log_weight)


def _messages(
    law: DriverLaw,
    likelihood: Floats,
    owner: NDArray[np.intp],
    others: Sequence[NDArray[np.intp]],
) -> tuple[list[Floats], Floats]:
    """Carry the evidence backward to every path.

    Returns messages for steps 0 … E − 1, each (N, L) with largest entry 1, and the log of
    the scales taken out, (N,).
    """
    # Without parents all paths of a draw share one message.
    draws, path = (owner, None) if law.parents else np.unique(owner, return_inverse=True)
    message = np.ones((len(draws), law.start.size))
    messages = [message]
    log_scale = np.zeros(len(draws))
    for t in range(len(likelihood) - 1, 0, -1):
        matrix = law.transition[draws, law.setting(others, t - 1) if law.parents else 0]
        message = (matrix @ (likelihood[t] * message)[..., None])[..., 0]
        scale = message.max(axis=-1)
        message = message / scale[:, None]
        log_scale = log_scale + np.log(scale)
        messages.append(message)
    messages.reverse()
    if path is None:
        return messages, log_scale
    return [message[path] for message in messages], log_scale[path]


def _thresholds(chance: Floats) -> tuple[NDArray[np.uint32], ...]:
    """Turn rows of probabilities (N, L) into L − 1 columns of integer thresholds (N,)."""
    cumulative = np.cumsum(chance[:, :-1], axis=-1)
    bounded = np.minimum(cumulative * FACES + 0.5, FACES - 1).astype(np.uint32)
    return tuple(np.ascontiguousarray(column) for column in bounded.T)


def _pick(
    throws: NDArray[np.uint32],
    thresholds: tuple[NDArray[np.uint32], ...],
    row: NDArray[np.intp] | None = None,
) -> NDArray[np.intp]:
    level = np.zeros(throws.shape, dtype=np.intp)
    for threshold in thresholds:
        level += throws >= (threshold if row is None else threshold[row])
    return level
