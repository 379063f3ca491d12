"""What was worked out last, to be taken up again."""

from __future__ import annotations

from collections.abc import Hashable
from threading import Lock

__all__ = ["Recent"]


class Recent[T]:
    """The things asked for last, by what they were worked out from.

    Parameters
    ----------
    most : int
        How many are kept; at least 1.

    Examples
    --------
    >>> kept = Recent[str](2)
    >>> for number, word in enumerate(("one", "two")):
    ...     kept.put(number, word)
    >>> kept.get(0)
    'one'
    >>> kept.put(2, "three")
    >>> kept.get(1) is None, kept.get(0), kept.get(2)
    (True, 'one', 'three')
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: dict[Hashable, T] = {}
        self._lock = Lock()

    def get(self, key: Hashable) -> T | None:
        """Return what was put under a key, if it is still kept."""
        with self._lock:
            if key not in self._kept:
                return None
            # the last asked for goes last
            self._kept[key] = found = self._kept.pop(key)
            return found

    def put(self, key: Hashable, value: T) -> None:
        """Keep one thing more, and let go of what was not asked for longest."""
        with self._lock:
            self._kept.pop(key, None)
            self._kept[key] = value
            while len(self._kept) > self._most:
                del self._kept[next(iter(self._kept))]
