"""Random numbers that belong to a place, not to a moment.

The number thrown for (seed, driver, step, draw, path) is the same whatever else is
computed: longer horizons, other evidence and other block sizes leave it alone. So a
difference between two forecasts is owed to what changed between them, not to the dice.
It rests on a counter-based generator (Philox; Salmon et al. 2011,
doi:10.1145/2063384.2063405).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["FACES", "THROWS_PER_COUNT", "throw"]

FACES = 2**32
THROWS_PER_COUNT = 8
_HIGHEST = np.uint32(FACES - 2)


def throw(seed: int, driver: int, step: int, first: int, count: int) -> NDArray[np.uint32]:
    """Return throws ``first`` to ``first + count - 1`` of one driver at one step.

    Parameters
    ----------
    seed, driver, step : int
        What the throws belong to; not negative.
    first : int
        A multiple of 8.
    count : int

    Returns
    -------
    (count,) uint32
        Uniform on 0 … 2**32 − 2, so that a threshold of 2**32 − 1 is never met.

    Examples
    --------
    >>> all(throw(1, 2, 3, 0, 24)[8:16] == throw(1, 2, 3, 8, 8))
    True
    """
    generator = np.random.Philox(key=seed, counter=[first // THROWS_PER_COUNT, step, driver, 0])
    raw = generator.random_raw((count + 1) // 2)
    return np.minimum(raw.view(np.uint32)[:count], _HIGHEST)
