"""Forecasts of anyone's, as records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["AskedQuestion", "ForecastTable"]


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """A question that forecasts were made of.

    Attributes
    ----------
    id : str
    kind : {"binary", "multiple", "ordered"}
    options : tuple of str
        Of a binary one ``("no", "yes")``; of an ordered one lowest first.
    state : {"resolved", "open", "void"}
    outcome : int or None
        The index of the option that came true, of a resolved one.
    opens, last_day : int or None
        The first and the last day that count (`datetime.date.toordinal`), where they are known.
        The day a question was resolved early does not count: its outcome was there to read.
    """

    id: str
    kind: Literal["binary", "multiple", "ordered"]
    options: tuple[str, ...]
    state: Literal["resolved", "open", "void"]
    outcome: int | None
    opens: int | None
    last_day: int | None


@dataclass(frozen=True, slots=True)
class ForecastTable:
    """Forecasts, one a row (n of them; arrays read-only).

    Attributes
    ----------
    name : str
        Where they come from.
    questions : tuple of AskedQuestion
        In the order they first appear.
    authors : tuple of str
        In the order they first appear; one empty name where no author is named.
    question, author : ndarray of int, shape (n,)
        Places in these.
    when : ndarray, shape (n,)
        Days (`datetime.date.toordinal`) with a fraction; NaN where no date is given.
    probabilities : ndarray, shape (n, K)
        Of each option of the question; K is the most options of any, columns past a question's
        own hold 0. Each row sums to one.
    baseline : ndarray, shape (n, K), or None
        Another forecast of the same, NaN rows where there is none.
    retrospective : ndarray of bool, shape (n,)
    line : ndarray of int, shape (n,)
        Where each stands in the file.
    rounded : int
        How many rows did not sum to one exactly, as rounding explains, and were divided by
        their sum.
    unused : tuple of str
        Columns that were not read.
    """

    name: str
    questions: tuple[AskedQuestion, ...]
    authors: tuple[str, ...]
    question: NDArray[np.intp]
    author: NDArray[np.intp]
    when: NDArray[np.float64]
    probabilities: NDArray[np.float64]
    baseline: NDArray[np.float64] | None
    retrospective: NDArray[np.bool_]
    line: NDArray[np.intp]
    rounded: int
    unused: tuple[str, ...]
