"""The pool of analysts: each one's draws, mixed by what their view counts.

A mixture of draws is a linear opinion pool (Stone 1961, doi:10.1214/aoms/1177704873): before
any evidence its mean is the weighted mean of the views' means. Evidence then moves weight
between draws, and so toward the analysts who expected it better, as Bayes' rule has it.
Judgements of several analysts are never fitted together: where they disagree, that would find
a compromise in the middle, and call it sure.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tarjih.errors import InvalidModel, Problem
from tarjih.priors.draws import Draws

__all__ = ["counts_of", "pooled"]

Floats = NDArray[np.float64]
Diagnosis = float | int | str | bool
_LEAST = ("ess_bulk", "ess_tail")


def pooled(views: Sequence[Draws], shares: Sequence[float], *, digest: str = "") -> Draws:
    """Mix the draws of several views.

    Parameters
    ----------
    views : sequence of Draws
        Of one study's scenarios, drivers and conjunctions; in the order of its analysts.
    shares : sequence of float
        What each counts; sums to one.
    digest : str

    Returns
    -------
    Draws
        As many as the largest view has, view after view, so that any even thinning keeps the
        shares; ``analyst`` tells whose they are. Chains are numbered on from view to view. The
        diagnostics are those of the worst view.

    Raises
    ------
    InvalidModel
        If there is no view at all.

    Examples
    --------
    >>> def held(value):
    ...     return Draws(alpha=np.full((8, 2), value), beta=np.zeros((8, 1, 2)),
    ...                  gamma=np.zeros((8, 0, 2)), initial=np.zeros((8, 2)),
    ...                  review_time=np.full((8, 2), 6.0), up=np.zeros((8, 1)),
    ...                  down=np.zeros((8, 1)), chain=np.zeros(8), digest="")
    >>> pool = pooled([held(0.0), held(1.0)], [0.75, 0.25])
    >>> len(pool), pool.analyst.tolist(), float(pool.alpha.mean())
    (8, [0, 0, 0, 0, 0, 0, 1, 1], 0.25)
    """
    if not views:
        raise InvalidModel(Problem("analysts", "a pool of nobody", mend="add an analyst"))
    counts = counts_of(shares, max(map(len, views)))
    parts = []
    first_chain = 0
    for place, (draws, count) in enumerate(zip(views, counts, strict=True)):
        # Repeated where a view has fewer draws than its share asks for.
        index = np.arange(count, dtype=np.int64) * len(draws) // max(count, 1)
        taken = draws.take(index)
        parts.append(
            replace(
                taken,
                chain=taken.chain + first_chain,
                analyst=np.full(count, place, dtype=np.int64),
            )
        )
        first_chain += int(draws.chain.max()) + 1
    arrays = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in (
            "alpha", "beta", "gamma", "initial", "review_time", "up", "down", "chain", "analyst",
        )
    }  # fmt: skip
    return Draws(
        digest=digest,
        diagnostics=_worst([one.diagnostics for one in views]),
        **arrays,
        **_of_sources(parts),
    )


def _of_sources(parts: Sequence[Draws]) -> dict[str, Any]:
    """Join what is thought of each view's own sources, if all views know it."""
    names = ("bias", "bias_scale", "noise")
    each = [{name: getattr(part, name) for name in names} for part in parts]
    if any(arrays["noise"] is None for arrays in each):
        return {}
    most = max(arrays["noise"].shape[1] for arrays in each)

    def widened(array: Floats) -> Floats:
        missing = most - array.shape[1] if array.ndim > 1 else 0
        return np.pad(array, [(0, 0), (0, missing), (0, 0)][: array.ndim])

    return {name: np.concatenate([widened(arrays[name]) for arrays in each]) for name in names}


def counts_of(shares: Sequence[float], total: int) -> tuple[int, ...]:
    """Divide a number of draws by shares, the largest remainders rounded up.

    Examples
    --------
    >>> counts_of([0.5, 0.3, 0.2], 11)
    (6, 3, 2)
    """
    wanted = [share * total for share in shares]
    counts = [math.floor(one + 1e-9) for one in wanted]
    order = sorted(range(len(counts)), key=lambda i: (counts[i] - wanted[i], i))
    for i in order[: total - sum(counts)]:
        counts[i] += 1
    return tuple(counts)


def _worst(diagnostics: Sequence[Mapping[str, Diagnosis]]) -> dict[str, Diagnosis]:
    """Combine what all views' diagnostics name: divergences added up, the rest at its worst."""
    names = set.intersection(*(set(one) for one in diagnostics))
    found: dict[str, Diagnosis] = {}
    for name in sorted(names):
        values = [one[name] for one in diagnostics]
        numbers = [value for value in values if isinstance(value, int | float)]
        if len(numbers) < len(values):
            if len(set(values)) == 1:
                found[name] = values[0]
        elif name == "divergences":
            found[name] = sum(numbers)
        elif name == "sound":
            found[name] = all(numbers)
        else:
            found[name] = min(numbers) if name in _LEAST else max(numbers)
    return found
