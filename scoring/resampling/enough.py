"""How many resolved questions a claim needs.

The rule, said with every claim: "better than the reference" is said only

1. of at least 30 resolved questions, since below that the interval is itself too unsure, and
2. when the 90% interval of the mean difference, over questions drawn again, leaves out zero.

Otherwise it says how many would be needed: so many that a true difference as large as the one
seen would be found four times in five, n = ((z₀.₉₅ + z₀.₈₀)·s/d)², with d the mean and s the
standard deviation of the differences between questions.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from tarjih.scoring.resampling.bootstrap import LEVEL, Estimate, estimate_of

__all__ = ["FEWEST", "Claim", "claim_of"]

FEWEST = 30
_POWER = 1.6448536269514722 + 0.8416212335729143  # normal quantiles at 95% and at 80%
_HOPELESS = 1_000_000


@dataclass(frozen=True, slots=True)
class Claim:
    """What may be said of forecasts against a reference.

    Attributes
    ----------
    verdict : {"better", "worse", "unclear", "too_few"}
        ``too_few``: below 30 questions. ``unclear``: the interval of the difference holds zero.
    difference : Estimate
        Reference less score: above zero the forecasts were better.
    questions : int
        How many were resolved and scored.
    needed : int or None
        How many it would take. None when no number would do (no difference was seen), or when
        there are enough.
    """

    verdict: Literal["better", "worse", "unclear", "too_few"]
    difference: Estimate
    questions: int
    needed: int | None


def claim_of(difference: ArrayLike, drawn: ArrayLike) -> Claim:
    """Judge differences of loss between a reference and the forecasts.

    Parameters
    ----------
    difference : array_like, shape (Q,)
        Reference less score, by question.
    drawn : array_like, shape (B,)
        Its means over questions drawn again (a column of `bootstrap_means`).

    Examples
    --------
    >>> claim_of([0.1] * 12, [0.1] * 100).verdict
    'too_few'
    >>> claim_of([0.1, 0.2] * 20, [0.14, 0.15, 0.16]).verdict
    'better'
    """
    each = np.asarray(difference, dtype=np.float64)
    number = len(each)
    found = estimate_of(each, drawn, LEVEL)
    apart = found.low > 0 or found.high < 0
    if number >= FEWEST and apart:
        return Claim("better" if found.mean > 0 else "worse", found, number, None)
    verdict: Literal["unclear", "too_few"] = "too_few" if number < FEWEST else "unclear"
    spread = float(np.std(each, ddof=1)) if number > 1 else 0.0
    needed: int | None = None
    if abs(found.mean) > 1e-12 and math.isfinite(found.mean):
        wanted = (_POWER * spread / found.mean) ** 2
        if wanted < _HOPELESS:
            needed = max(FEWEST, number + 1, math.ceil(wanted))
    return Claim(verdict, found, number, needed)
