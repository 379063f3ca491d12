"""The filter over scenario and joint driver state: predict, take in the evidence, normalise.

Masses are kept as they are: all of a draw sum to one, and the log of each step's normaliser
goes to the draw's weight. What falls below e^−708 of the whole is lost, which matters only if
later evidence would bring it back before the drivers do. Where that could be, the filter is
run over again on the logs of the masses: slower, and nothing is ever lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tarjih.equations import advance
from tarjih.evidence.weighing.likelihood import Evidence
from tarjih.models.engines.joint import JointDrivers, log_sum
from tarjih.models.engines.protocol import Clamp

__all__ = ["Chain", "JointEvidence", "filter_joint"]

Floats = NDArray[np.float64]
# Evidence that speaks for a state by less than this, in all, brings back nothing that was lost.
_SAFE = 500.0


class Chain:
    """The law of scenarios and drivers in a block of m draws, some drivers held.

    Parameters
    ----------
    joint : JointDrivers
    block : slice
        Of the draws.
    initial : (K, m)
        Scenario probabilities at step 0.
    review, entry : (K, m·X)
        ρ, and q at each joint driver state.
    clamps : sequence of Clamp
    """

    def __init__(
        self,
        joint: JointDrivers,
        block: slice,
        initial: Floats,
        review: Floats,
        entry: Floats,
        clamps: Sequence[Clamp] = (),
    ) -> None:
        self.joint = joint
        self.initial = initial
        self.review = review
        self.entry = entry
        self._block = block
        self._clamps = sorted(clamps, key=lambda clamp: clamp.step)
        self._held: Mapping[int, int] | None = None
        self._transitions: tuple[Floats, ...] = ()

    def transitions(self, step: int) -> tuple[Floats, ...]:
        """Return how the groups of drivers move in a step."""
        held = {clamp.driver: clamp.level for clamp in self._clamps if clamp.step <= step}
        if held != self._held:
            self._held = held
            self._transitions = self.joint.transitions(self._block, held)
        return self._transitions

    def shift(self, step: int) -> Callable[[Floats], Floats]:
        """Return what takes masses (..., m·X) along with the drivers in a step."""
        transitions = self.transitions(step)
        return lambda mass: self.joint.move(mass, transitions)


class JointEvidence:
    """The evidence of a block of draws, up to a step, as it bears on the joint states.

    Parameters
    ----------
    evidence : Evidence
        Its arrays may be for each draw: (M, T+1, …).
    block : slice
        m draws.
    levels : (J, X) of int
    last_step : int
        What falls later is left out.
    """

    def __init__(
        self, evidence: Evidence, block: slice, levels: NDArray[np.integer], last_step: int
    ) -> None:
        def rows(log_likelihood: Floats) -> Floats:
            # (1 or m, steps, states)
            whole = log_likelihood if log_likelihood.ndim == 3 else log_likelihood[None]
            kept = whole[block] if log_likelihood.ndim == 3 else whole
            return kept[:, : last_step + 1]

        self._levels = levels
        self._scenarios = rows(evidence.scenario_loglik)
        self._drivers = [rows(one) for one in evidence.driver_loglik]
        self._span = np.zeros(last_step + 1)
        self._speaks = np.zeros(last_step + 1, dtype=bool)
        for one in (self._scenarios, *self._drivers):
            if one.size:
                self._span[: one.shape[1]] += np.ptp(one, axis=-1).max(axis=0)
                self._speaks[: one.shape[1]] |= one.any(axis=(0, 2))

    @property
    def mild(self) -> bool:
        """Whether all of it together cannot make a mass too small to be kept."""
        return bool(self._span.sum() <= _SAFE)

    def mild_after(self, step: int) -> bool:
        """Whether what follows a step cannot bring back what was lost by then."""
        return bool(self._span[step + 1 :].sum() <= _SAFE)

    def at(self, step: int) -> tuple[Floats, Floats] | None:
        """Return log likelihoods of scenarios (K, 1 or m, 1) and of states (1 or m, X).

        None where a step says nothing.
        """
        if not self._speaks[step]:
            return None
        scenarios = np.zeros((1, 1, 1))
        if step < self._scenarios.shape[1]:
            scenarios = self._scenarios[:, step].T[:, :, None]
        states = np.zeros((1, 1))
        for rows, level in zip(self._drivers, self._levels, strict=True):
            if step < rows.shape[1] and rows[:, step].any():
                states = states + rows[:, step][:, level]
        return scenarios, states


def filter_joint(chain: Chain, evidence: JointEvidence, last_step: int) -> tuple[Floats, Floats]:
    """Filter the evidence from step 0 up to a step.

    Returns
    -------
    mass : (K, m·X)
        Belief at that step; sums to one for each draw.
    log_weight : (m,)
        Log probability of the evidence.
    """
    filtered = _filter_masses(chain, evidence, last_step)
    return filtered or _filter_logs(chain, evidence, last_step)


def _filter_masses(
    chain: Chain, evidence: JointEvidence, last_step: int
) -> tuple[Floats, Floats] | None:
    """Filter on the masses themselves; None if something was lost that may come to matter."""
    mass: Floats = chain.initial[:, :, None] * chain.joint.start
    log_weight = np.zeros(mass.shape[1])
    for step in range(last_step + 1):
        if step:
            flat = chain.joint.move(mass.reshape(len(mass), -1), chain.transitions(step))
            flat = advance(flat, chain.review, chain.entry, axis=0)
            mass = flat.reshape(mass.shape)
        said = evidence.at(step)
        if said is None:
            continue
        scenarios, states = said
        most_scenario, most_state = scenarios.max(axis=0), states.max(axis=-1, keepdims=True)
        there = 0 if evidence.mild else np.count_nonzero(mass)
        mass = mass * np.exp(scenarios - most_scenario)
        mass *= np.exp(states - most_state)
        total = mass.sum(axis=(0, 2))
        if not evidence.mild:
            lost = np.count_nonzero(mass) < there
            if not total.all() or (lost and not evidence.mild_after(step)):
                return None
        mass /= total[:, None]
        log_weight += np.log(total) + (most_scenario + most_state)[:, 0]
    return mass.reshape(len(mass), -1), log_weight


def _filter_logs(chain: Chain, evidence: JointEvidence, last_step: int) -> tuple[Floats, Floats]:
    """Filter on the logs of the masses."""
    with np.errstate(divide="ignore"):
        mass = np.log(chain.initial)[:, :, None] + np.log(chain.joint.start)
        shape = mass.shape
        review = np.log(chain.review).reshape(shape)
        stay = np.log1p(-chain.review).reshape(shape)
        entry = np.log(chain.entry).reshape(shape)
    log_weight = np.zeros(shape[1])
    for step in range(last_step + 1):
        if step:
            with np.errstate(divide="ignore"):
                transitions = [np.log(matrix) for matrix in chain.transitions(step)]
            mass = chain.joint.move_logs(mass, transitions)
            mass = np.logaddexp(stay + mass, entry + log_sum(review + mass, axis=0))
        said = evidence.at(step)
        if said is None:
            continue
        mass = mass + (said[0] + said[1])
        total = log_sum(mass, axis=(0, 2))
        mass -= total[:, None]
        log_weight += total
    return np.exp(mass).reshape(len(mass), -1), log_weight
