"""The exact engine: scenario and all drivers as one tensor for each draw, nothing sampled.

Belief is a joint mass over scenarios and driver states. A step moves the drivers, then the
scenario in force; evidence multiplies it. It is the reference that the other engines are
checked against, for studies whose K·∏L stays small. The cost is linear in draws and steps, and
in K·∏L but for the small matrices that `joint` describes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import prod
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from tarjih.equations import replacement, review_chance, softmax
from tarjih.errors import InvalidRequest, Problem
from tarjih.evidence.weighing.likelihood import Evidence
from tarjih.models.engines.blocks import share_blocks
from tarjih.models.engines.drivers import driver_laws
from tarjih.models.engines.joint import JointDrivers
from tarjih.models.engines.joint_filter import Chain, JointEvidence, filter_joint
from tarjih.models.engines.protocol import Ahead, Clamp, Step
from tarjih.priors.draws import Draws
from tarjih.scenarios.design import features
from tarjih.scenarios.records import Study

__all__ = ["LARGEST", "ExactEngine", "cheap_enough", "check_size", "exact_size"]

Floats = NDArray[np.float64]
T = TypeVar("T")

LARGEST = 50_000
"""The largest K·∏L that is taken."""

_CHEAP = 500
# In a block: numbers in a mass, in the transitions; in all: those kept from run to run.
_BLOCK = 2**15
_BLOCK_ENTRIES = 2**18
_KEPT = 2**22


def exact_size(study: Study) -> int:
    """Return K·∏L, the numbers that the joint of scenario and drivers takes for each draw."""
    return len(study.scenarios) * prod(len(driver.levels) for driver in study.drivers)


def cheap_enough(study: Study) -> bool:
    """Tell whether the exact engine costs little more than the particle engine.

    Up to a K·∏L of 500: with 2,000 draws and 12 steps it then takes at most half a second of one
    core, some two and a half times what 16 paths for each draw take, and has none of their noise.
    From there on its cost grows with K·∏L, and that of paths hardly at all.
    """
    return exact_size(study) <= _CHEAP


def check_size(study: Study) -> int:
    """Return K·∏L if it is not too large.

    Raises
    ------
    InvalidRequest
        If it is larger than `LARGEST`.
    """
    size = exact_size(study)
    if size > LARGEST:
        raise InvalidRequest(
            Problem(
                "--engine",
                "the study is too large for the exact engine, which keeps every joint state "
                "of scenario and drivers",
                got=f"{size:,} joint states",
                allowed=f"up to {LARGEST:,}",
                mend="use --engine particle, which takes any number of drivers",
            )
        )
    return size


class ExactEngine:
    """Runs one study with one set of draws, for any evidence, dates and interventions.

    Parameters
    ----------
    study : Study
    draws : Draws
        M of them.
    seed : int
        Kept for the record: nothing is drawn.

    Raises
    ------
    InvalidRequest
        If K·∏L is larger than `LARGEST`.
    """

    def __init__(self, study: Study, draws: Draws, *, seed: int = 0) -> None:
        size = check_size(study)
        self.study = study
        self.draws = draws
        self.seed = seed
        self.paths = 0
        self._joint = JointDrivers(driver_laws(study, draws.up, draws.down))
        self._features = features(study, np.ascontiguousarray(self._joint.levels.T))
        self._initial = softmax(draws.initial)
        self._review = review_chance(draws.review_time, study.calendar.months)
        self._effects = draws.effects
        per_block = max(1, min(_BLOCK // size, _BLOCK_ENTRIES // max(1, self._joint.entries)))
        self._blocks = [
            slice(first, min(first + per_block, len(draws)))
            for first in range(0, len(draws), per_block)
        ]
        self._levels = np.tile(self._joint.levels, min(per_block, len(draws)))
        # One array for all: what threads allocate is not made to stay.
        room = size * len(draws)
        self._entry = np.empty(room) if room <= _KEPT else None
        self._written: set[int] = set()

    def map(
        self,
        work: Callable[[Ahead], T],
        evidence: Evidence,
        *,
        as_of_step: int,
        last_step: int,
        clamps: Sequence[Clamp] = (),
    ) -> list[T]:
        """Return ``work`` of every block, filtered to ``as_of_step``, in the order of draws.

        NumPy lets go of the interpreter inside its loops, so blocks are shared among threads.
        """

        def go(block: slice) -> T:
            chain = self._chain(block, clamps)
            heard = JointEvidence(evidence, block, self._joint.levels, as_of_step)
            mass, log_weight = filter_joint(chain, heard, as_of_step)
            levels = self._levels[:, : mass.shape[-1]]

            def steps() -> Iterator[Step]:
                for number in range(as_of_step + 1, last_step + 1):
                    shift = chain.shift(number)
                    yield Step(number, levels, chain.review, chain.entry, shift)

            return work(Ahead(block, log_weight, mass, levels, steps(), sampled=False))

        return share_blocks(go, self._blocks)

    def _chain(self, block: slice, clamps: Sequence[Clamp]) -> Chain:
        review = np.repeat(self._review[block].T, self._joint.size, axis=1)
        initial = self._initial[block].T
        return Chain(self._joint, block, initial, review, self._entries(block, review), clamps)

    def _entries(self, block: slice, review: Floats) -> Floats:
        """Return q at every joint state, (K, m·X); it is the same at every step."""
        size = exact_size(self.study)
        kept = None
        if self._entry is not None:
            kept = self._entry[size * block.start : size * block.stop].reshape(review.shape)
            if block.start in self._written:
                return kept
        # η = α + φ·β as in `equations.utilities`, turned so that the scenario comes first
        eta = np.ascontiguousarray(self._effects[block].transpose(2, 0, 1)) @ self._features.T
        eta += self.draws.alpha[block].T[:, :, None]
        entry: Floats = replacement(eta.reshape(review.shape), review)
        if kept is not None:
            kept[:] = entry
            self._written.add(block.start)
        return entry
