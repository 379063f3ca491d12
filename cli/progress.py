"""A bar on standard error while something long goes on."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

__all__ = ["progress_bar"]

_AFTER = 1.0


@contextmanager
def progress_bar(words: str, total: int, *, show: bool) -> Iterator[Callable[[int], None] | None]:
    """Yield what is to be told how much is done; None where nothing is to be shown.

    The bar appears after a second, on a terminal only, and goes when the work is done.

    Parameters
    ----------
    words : str
        What goes on.
    total : int
    show : bool
    """
    if not show or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    bar = Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True)
    task = bar.add_task(words, total=total)
    started = time.monotonic()

    def tell(done: int) -> None:
        if not bar.live.is_started and time.monotonic() - started > _AFTER:
            bar.start()
        bar.update(task, completed=done)

    try:
        yield tell
    finally:
        bar.stop()
