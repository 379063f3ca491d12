r"""What is still to be reported of a driver, carried back to earlier steps.

With evidence :math:`L_t(x)` on a driver, :math:`\psi_t(x)` is the probability of what is
reported after step t, given level x at step t. Paths that move by
:math:`P(x'\mid x)\,L(x')\,\psi(x')`, normalised, follow the driver's law *given* the evidence,
and grow along time, so that they can be resampled on the way (Whiteley & Lee 2014,
doi:10.1214/13-AOS1167; Guarniero, Johansen & Lee 2017, doi:10.1080/01621459.2016.1222291).

Without parents this is exact, and the weight of every path is :math:`Z = \sum_x
P_0(x) L_0(x) \psi_0(x)`. A linked driver looks ahead by the mean of its transitions over its
parents' own levels; what that gets wrong, the weights of the paths put right, step by step.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from tarjih.models.engines.drivers import DriverLaw
from tarjih.models.engines.recent import Recent
from tarjih.models.engines.tables import Limits, limits_of

__all__ = ["Lookahead", "Lookaheads", "look_ahead"]

Floats = NDArray[np.float64]
# Levels this much less likely than the best are kept possible: a product of two such numbers
# is still a number.
_LEAST = 1e-150
_VERSIONS = 4


@dataclass(frozen=True, slots=True, eq=False)
class Lookahead:
    """How one driver's moves lean toward its evidence, for a block of m draws.

    Attributes
    ----------
    lean : tuple of (m, L)
        L ψ of the first E steps, up to a factor for each draw; empty without evidence.
    expected : tuple of (m, L)
        Mean of ``lean`` one step on, from each level, as was assumed: of steps 1 … E − 1.
    log_chance : (m,)
        Log of Z.
    """

    lean: tuple[Floats, ...]
    expected: tuple[Floats, ...]
    log_chance: Floats
    _limits: dict[int, tuple[Limits, Floats]] = field(default_factory=dict, repr=False)

    def limits(self, law: DriverLaw, block: slice, step: int) -> tuple[Limits, Floats]:
        """Return `leaning` into a step as dice read it, and the corrections: worked out once."""
        if step not in self._limits:
            transition, correction = self.leaning(law.transition[block], step)
            self._limits[step] = limits_of(transition), correction
        return self._limits[step]

    def leaning(self, transition: Floats, step: int) -> tuple[Floats, Floats]:
        """Return transitions (m, G, L, L) into a step given the evidence, and corrections.

        The second, (m, G, L), is the log of what a path's weight is multiplied by, by the
        setting and level it comes from: all 0 without parents.
        """
        reached = transition * self.lean[step][:, None, None, :]
        chance = reached.sum(axis=-1)
        reached /= np.where(chance > 0, chance, 1.0)[..., None]
        if chance.shape[1] == 1:
            return reached, np.zeros(chance.shape)
        expected = self.expected[step - 1][:, None, :]
        correction = np.log(np.maximum(chance, 1e-300) / np.maximum(expected, 1e-300))
        return reached, correction


class Lookaheads:
    """What the drivers of every block lean toward, worked out anew only where that is other.

    Beliefs that are set side by side differ in the evidence on few drivers, mostly on none.

    Parameters
    ----------
    laws : sequence of DriverLaw
    order : sequence of int
        All drivers, parents before children.
    blocks : int
        How many blocks of draws there are.
    """

    def __init__(self, laws: Sequence[DriverLaw], order: Sequence[int], blocks: int = 1) -> None:
        self._laws = laws
        self._families = _families(laws, order)
        self._recent = Recent[dict[int, Lookahead]](_VERSIONS * blocks * len(self._families))

    def of(self, block: slice, log_likelihoods: Sequence[Floats]) -> list[Lookahead]:
        """Return the `Lookahead` of every driver, as `look_ahead` does."""
        every: dict[int, Lookahead] = {}
        for family in self._families:
            said = [log_likelihoods[j] for j in family]
            heard = [rows[block] if rows.ndim == 3 else rows for rows in said]
            key = (
                block.start,
                *((j, rows.shape, rows.tobytes()) for j, rows in zip(family, heard, strict=True)),
            )
            found = self._recent.get(key)
            if found is None:
                found = look_ahead(self._laws, family, block, log_likelihoods)
                self._recent.put(key, found)
            every.update(found)
        return [every[j] for j in range(len(self._laws))]


def _families(laws: Sequence[DriverLaw], order: Sequence[int]) -> list[tuple[int, ...]]:
    """Return the drivers that are linked with each other, each family in order."""
    name = list(range(len(laws)))
    for child, law in enumerate(laws):
        for parent in law.parents:
            name = [name[child] if one == name[parent] else one for one in name]
    return [tuple(j for j in order if name[j] == one) for one in dict.fromkeys(name)]


def look_ahead(
    laws: Sequence[DriverLaw],
    order: Sequence[int],
    block: slice,
    log_likelihoods: Sequence[Floats],
) -> dict[int, Lookahead]:
    """Return the `Lookahead` of drivers, by position.

    Parameters
    ----------
    laws : sequence of DriverLaw
    order : sequence of int
        The drivers that are asked about and all that are linked with them, parents before
        children.
    block : slice
        m of the draws.
    log_likelihoods : sequence of (E, L) or (M, E, L)
        Evidence on each driver in its first E steps (E may be 0), for all draws or each.
    """
    count = block.stop - block.start
    found: dict[int, Lookahead] = {}
    watched = [
        rows[block] if rows.ndim == 3 else np.broadcast_to(rows, (count, *rows.shape))
        for rows in log_likelihoods
    ]
    lengths = _lengths_needed(laws, order, [rows.shape[1] for rows in watched])
    marginals: dict[int, list[Floats]] = {}
    for j in order:
        law = laws[j]
        transitions = _mean_transitions(law, block, marginals, lengths[j])
        found[j] = _backward(law, transitions, watched[j])
        marginals[j] = _forward(law, transitions, found[j], count, lengths[j])
    return found


def _lengths_needed(
    laws: Sequence[DriverLaw], order: Sequence[int], informed: Sequence[int]
) -> list[int]:
    """Return for how many steps each driver's law is needed: its own evidence's, its children's."""
    needed = list(informed)
    for j in reversed(order):
        for parent in laws[j].parents:
            needed[parent] = max(needed[parent], needed[j])
    return needed


def _mean_transitions(
    law: DriverLaw, block: slice, marginals: dict[int, list[Floats]], steps: int
) -> list[Floats]:
    """Return transitions (m, L, L) into steps 1 … steps − 1, averaged over the parents."""
    own = law.transition[block]
    if not law.parents:
        return [own[:, 0]] * max(steps - 1, 0)
    found = []
    for t in range(steps - 1):
        setting = np.ones((len(own), 1))
        for parent in law.parents:
            at = marginals[parent][t]
            setting = (setting[:, :, None] * at[:, None, :]).reshape(len(own), -1)
        found.append(np.einsum("mg,mgij->mij", setting, own))
    return found


def _backward(law: DriverLaw, transitions: list[Floats], log_likelihood: Floats) -> Lookahead:
    draws, steps, _ = log_likelihood.shape
    if not steps:
        return Lookahead((), (), np.zeros(draws))
    lean: list[Floats] = []
    expected: list[Floats] = []
    log_scale = np.zeros(draws)
    after = np.zeros((draws, 1))
    for t in range(steps - 1, -1, -1):
        joint = log_likelihood[:, t] + after
        largest = joint.max(axis=-1)
        log_scale += largest
        lean.append(np.maximum(np.exp(joint - largest[:, None]), _LEAST))
        if t:
            expected.append((transitions[t - 1] @ lean[-1][..., None])[..., 0])
            after = np.log(np.maximum(expected[-1], 1e-300))
    log_chance = np.log(lean[-1] @ law.start) + log_scale
    return Lookahead(tuple(reversed(lean)), tuple(reversed(expected)), log_chance)


def _forward(
    law: DriverLaw, transitions: list[Floats], ahead: Lookahead, draws: int, steps: int
) -> list[Floats]:
    """Return level probabilities (m, L) at steps 0 … steps − 2, given the driver's own evidence."""
    if steps < 2:
        return []
    at = np.repeat(law.start[None], draws, axis=0)
    if ahead.lean:
        at = _shares(at * ahead.lean[0])
    found = [at]
    for t in range(1, steps - 1):
        move = transitions[t - 1]
        if t < len(ahead.lean):
            move = move * ahead.lean[t][:, None, :]
            move = move / np.maximum(move.sum(axis=-1, keepdims=True), 1e-300)
        at = _shares((at[:, None, :] @ move)[:, 0])
        found.append(at)
    return found


def _shares(weights: Floats) -> Floats:
    shares: Floats = weights / weights.sum(axis=-1, keepdims=True)
    return shares
