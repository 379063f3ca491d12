"""Work on blocks of draws, shared among threads."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import numpy as np

__all__ = ["THREADS", "share_blocks"]

THREADS = min(4, os.cpu_count() or 1)
"""Threads at work at once."""

_LARGEST_REUSED = 2**22 - 2**10


def share_blocks[T](work: Callable[[slice], T], blocks: Sequence[slice]) -> list[T]:
    """Return ``work`` of every block, in the order of blocks.

    NumPy lets go of the interpreter inside its loops, so blocks are shared among threads.

    Examples
    --------
    >>> share_blocks(lambda block: block.stop - block.start, [slice(0, 3), slice(3, 5)])
    [3, 2]
    """
    _keep_memory()
    if len(blocks) < 2 or THREADS == 1:
        return [work(block) for block in blocks]
    with ThreadPoolExecutor(min(THREADS, len(blocks))) as pool:
        return list(pool.map(work, blocks))


@cache
def _keep_memory() -> None:
    """Let freed arrays of up to 32 MB be used again rather than given back at once.

    The C library of Linux gives memory back above a threshold, which grows with the largest
    array freed so far. Until then every array of a step is mapped and its pages fetched anew,
    which takes several times as long as the arithmetic. This one is never written to.
    """
    np.empty(_LARGEST_REUSED)
