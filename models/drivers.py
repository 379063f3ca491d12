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
    """The law of one driver in a block of draws.

    Attributes
    ----------
    start : (L,)
        Level probabilities at step 0.
    transition : (M, G, L, L)
        One matrix for each draw and each joint setting of the parents (G = 1 without).
    parents : tuple of int
        Positions of the parent drivers.
    strides : tuple of int
        What each parent's level is multiplied by to give the setting's index.
    """

    start: Floats
    transition: Floats
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
        laws.append(
            DriverLaw(
                np.asarray(driver.at_origin), matrix_exponential(rates, squarings), parents, strides
            )
        )
    return laws


def draw_path(
    law: DriverLaw,
    log_likelihood: Floats,
    throws: NDArray[np.uint32],
    repeats: int,
    others: Sequence[NDArray[np.intp]],
) -> Paths:
    """Draw paths of one driver given the evidence on it.

    Parameters
    ----------
    law : DriverLaw
        Of M draws.
    log_likelihood : (E+1, L)
        Evidence at the first steps; later steps have none.
    throws : (T+1, N) uint32
        From `dice.throw`; N = M·repeats, the paths of a draw next to each other.
    repeats : int
        R, paths for each draw.
    others : sequence of (T+1, N)
        Paths of the drivers drawn before, by position.
    """
    steps, count = throws.shape
    draws, settings, size, _ = law.transition.shape
    owner = np.repeat(np.arange(draws), repeats)
    last = _last_informed(log_likelihood)
    levels = np.empty((steps, count), dtype=np.intp)
    table = law.transition.reshape(draws * settings * size, size)
    plain = _thresholds(table)
    base = owner * (settings * size)
    if last < 0:
        levels[0] = _pick(throws[0], _thresholds(law.start[None, :]), 0)
        for t in range(1, steps):
            row = base + law.setting(others, t - 1) * size + levels[t - 1]
            levels[t] = _pick(throws[t], plain, row)
        return Paths(levels, np.zeros(count))

    likelihood = np.exp(log_likelihood[: last + 1])
    linked = bool(law.parents)
    messages, log_scale = _messages(law, likelihood, owner, others)
    first = law.start * likelihood[0] * messages[0]
    total = first.sum(axis=-1)
    levels[0] = _pick_rows(throws[0], _spread(first / total[:, None], linked, repeats))
    log_weight = np.log(total) + log_scale
    for t in range(1, steps):
        row = base + law.setting(others, t - 1) * size + levels[t - 1]
        if t > last:
            levels[t] = _pick(throws[t], plain, row)
            continue
        if linked:
            chance = table[row] * (likelihood[t] * messages[t])
            chance /= chance.sum(axis=-1, keepdims=True)
            levels[t] = _pick_rows(throws[t], chance)
        else:
            tilted = law.transition[:, 0] * (likelihood[t] * messages[t])[:, None, :]
            mass = tilted.sum(axis=-1, keepdims=True)
            tilted /= np.where(mass > 0, mass, 1.0)
            levels[t] = _pick(throws[t], _thresholds(tilted.reshape(-1, size)), row)
    return Paths(levels, log_weight if linked else np.repeat(log_weight, repeats))


def _messages(
    law: DriverLaw,
    likelihood: Floats,
    owner: NDArray[np.intp],
    others: Sequence[NDArray[np.intp]],
) -> tuple[list[Floats], Floats]:
    """Carry the evidence backward: per draw, or per path where parents differ by path.

    Returns messages for steps 0 … E, each (M or N, L) with largest entry 1, and the log of
    the scales taken out, (M or N,).
    """
    last = len(likelihood) - 1
    rows = len(owner) if law.parents else len(law.transition)
    message = np.ones((rows, law.start.size))
    messages = [message]
    log_scale = np.zeros(rows)
    for t in range(last, 0, -1):
        weighted = likelihood[t] * message
        if law.parents:
            matrix = law.transition[owner, law.setting(others, t - 1)]
        else:
            matrix = law.transition[:, 0]
        message = (matrix @ weighted[..., None])[..., 0]
        scale = message.max(axis=-1)
        message = message / scale[:, None]
        log_scale = log_scale + np.log(scale)
        messages.append(message)
    messages.reverse()
    return messages, log_scale


def _last_informed(log_likelihood: Floats) -> int:
    informed = np.flatnonzero(np.any(log_likelihood != 0, axis=-1))
    return int(informed[-1]) if informed.size else -1


def _spread(chance: Floats, by_path: bool, repeats: int) -> Floats:
    return chance if by_path else np.repeat(chance, repeats, axis=0)


def _thresholds(chance: Floats) -> list[NDArray[np.uint32]]:
    """Turn rows of probabilities (N, L) into L − 1 columns of integer thresholds (N,)."""
    cumulative = np.cumsum(chance[:, :-1], axis=-1)
    bounded = np.minimum(np.floor(cumulative * FACES + 0.5), FACES - 1).astype(np.uint32)
    return [np.ascontiguousarray(column) for column in bounded.T]


def _pick(
    throws: NDArray[np.uint32],
    thresholds: list[NDArray[np.uint32]],
    row: NDArray[np.intp] | int,
) -> NDArray[np.intp]:
    level = np.zeros(throws.shape, dtype=np.intp)
    for threshold in thresholds:
        level += throws >= threshold[row]
    return level


def _pick_rows(throws: NDArray[np.uint32], chance: Floats) -> NDArray[np.intp]:
    level = np.zeros(throws.shape, dtype=np.intp)
    for threshold in _thresholds(chance):
        level += throws >= threshold
    return level
