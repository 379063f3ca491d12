"""Random numbers that belong to a place, not to a moment.

Every block of draws has a stream of its own, read one step at a time, every driver's throws in
their place. So the number thrown for (seed, block of draws, step, driver, path) is the same
whatever else is computed: longer horizons, other evidence and interventions leave it alone, and
a difference between two forecasts is owed to what changed between them, not to the dice.
Streams are those of SFC64 under seeds hashed apart (O'Neill 2015, "Developing a seed_seq
alternative").
"""

from __future__ import annotations

from copy import copy

import numpy as np
from numpy.typing import NDArray

__all__ = ["FACES", "Dice"]

FACES = 2**32
_HIGHEST = np.uint32(FACES - 2)


class Dice:
    """The throws of one kind in one block of draws, step by step.

    Parameters
    ----------
    seed, kind, block : int
        What the throws belong to; not negative.
    count : int
        Throws at each step.

    Examples
    --------
    >>> one, same = Dice(1, 2, 0, 10), Dice(1, 2, 0, 10)
    >>> bool((one.throw() == same.throw()).all())
    True
    """

    def __init__(self, seed: int, kind: int, block: int, count: int) -> None:
        self._bits = np.random.SFC64(np.random.SeedSequence([seed, kind, block]))
        self._count = count

    def copied(self) -> Dice:
        """Return dice that throw from here on what these do."""
        one = copy(self)
        one._bits = np.random.SFC64(0)
        one._bits.state = self._bits.state
        return one

    def throw(self) -> NDArray[np.uint32]:
        """Return the next step's throws.

        Returns
        -------
        (count,) uint32
            Uniform on 0 … 2**32 − 2, so that a threshold of 2**32 − 1 is never met.
        """
        raw = self._bits.random_raw((self._count + 1) // 2).view(np.uint32)[: self._count]
        # hardly ever, and looking is cheaper than writing
        if raw.size and raw.max() > _HIGHEST:
            np.minimum(raw, _HIGHEST, out=raw)
        return raw
