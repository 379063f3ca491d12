"""Random numbers that belong to a place, not to a moment.

The number thrown for (seed, driver, block of draws, step, path) is the same whatever else
is computed: longer horizons, other evidence and other drivers leave it alone. So a
difference between two forecasts is owed to what changed between them, not to the dice.
It rests on a counter-based generator (Philox; Salmon et al. 2011,
doi:10.1145/2063384.2063405).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["FACES", "throw_dice"]

FACES = 2**32
_HIGHEST = np.uint32(FACES - 2)


def throw_dice(seed: int, driver: int, block: int, steps: int, count: int) -> NDArray[np.uint32]:
    """Return the throws of one driver in one block of draws.

    Parameters
    ----------
    seed, driver, block : int
        What the throws belong to; not negative.
    steps : int
        More steps add rows, and change none.
    count : int
        Throws at each step.

    Returns
    -------
    (steps, count) uint32
        Uniform on 0 … 2**32 − 2, so that a threshold of 2**32 − 1 is never met.

    Examples
    --------
    >>> short, long = throw_dice(1, 2, 0, 3, 10), throw_dice(1, 2, 0, 8, 10)
    >>> bool((long[:3] == short).all())
    True
    """
    generator = np.random.Philox(key=seed, counter=[0, 0, block, driver])
    even = count + count % 2
    raw = generator.random_raw(steps * even // 2).view(np.uint32)
    return np.minimum(raw, _HIGHEST).reshape(steps, even)[:, :count]
