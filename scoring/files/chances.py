"""The probabilities of a file, in whichever of three layouts they stand.

``probability`` holds that of yes. Questions with more options have one column ``p_<option>``
each (empty where a question has no such option), or one column ``probabilities`` with
``a=0.2; b=0.8``. A file may mix them from row to row, not within a question.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tarjih.scoring.files.cells import parse_options, parse_probability
from tarjih.scoring.files.layout import Layout
from tarjih.scoring.files.rows import Faults

__all__ = ["Chances", "read_baseline", "read_chances"]

FloatArray = NDArray[np.float64]

YES_NO = ("no", "yes")
_ALLOWED = "0 to 1, or 0% to 100%"
_ROUNDING = 0.0051  # of one probability shown in whole percents, and a hair


@dataclass(frozen=True, slots=True)
class Chances:
    """Probabilities by row, and the options of each question (n rows, Q questions, K wide).

    Attributes
    ----------
    probabilities : ndarray, shape (n, K)
        NaN where a row could not be read.
    options : list of tuple of str
        One for each question; ``("no", "yes")`` of a binary one.
    binary : ndarray of bool, shape (Q,)
    known : ndarray of bool, shape (Q,)
        Whether any row of a question could be read.
    rounded : int
        Rows divided by their sum.
    """

    probabilities: FloatArray
    options: list[tuple[str, ...]]
    binary: NDArray[np.bool_]
    known: NDArray[np.bool_]
    rounded: int


def read_chances(
    layout: Layout,
    question: NDArray[np.intp],
    ids: Sequence[str],
    line: NDArray[np.intp],
    faults: Faults,
) -> Chances:
    """Read the probabilities of every row; what is wrong goes to ``faults``."""
    size, number = len(question), len(ids)
    single = layout.known.get("probability", ())
    joined = layout.known.get("probabilities", ())
    spread = _columns(layout.options, line, faults)
    kinds = np.stack(
        [
            _filled(single, size),
            _filled(joined, size),
            ~np.isnan(spread).all(axis=1) if spread.shape[1] else np.zeros(size, dtype=bool),
        ]
    )
    told = kinds.sum(axis=0)
    bad_cells = np.isinf(spread).any(axis=1)
    for i in np.flatnonzero(told == 0):
        faults.add(line[i], "no probability", allowed=_ALLOWED)
    for i in np.flatnonzero(told > 1):
        faults.add(line[i], "probabilities in two layouts", mend="leave one of them empty")
    fine = (told == 1) & ~bad_cells
    kind = np.argmax(kinds, axis=0)
    first = _first_rows(question, number, fine)
    mixed = fine & (kind != kind[first[question]])
    for i in np.flatnonzero(mixed):
        faults.add(
            line[i],
            f"question {ids[question[i]]!r} is told in two layouts",
            mend=f"line {line[first[question[i]]]} tells it in another",
        )
    fine &= ~mixed
    binary = np.zeros(number, dtype=bool)
    known = first >= 0
    binary[known] = kind[first[known]] == 0
    options: list[tuple[str, ...]] = [YES_NO] * number
    rows = np.flatnonzero(fine & (kind == 1))
    pairs = _joined(joined, rows, question, ids, line, options, faults)
    marks = ~np.isnan(spread)
    names = list(layout.options)
    for q in np.flatnonzero(known).tolist():
        if kind[first[q]] == 2:
            options[q] = tuple(names[c] for c in np.flatnonzero(marks[first[q]]))
    width = max((len(one) for one in options), default=2)
    table = np.full((size, width), np.nan)
    at = np.flatnonzero(fine & (kind == 0))
    table[at] = _padded(_column(single, at, line, faults), width)
    for row, values in pairs.items():
        table[row] = 0.0
        table[row, : len(values)] = values
    at = np.flatnonzero(fine & (kind == 2))
    _spread(table, at, spread, marks, first, question, ids, line, faults)
    several = np.flatnonzero(fine & (kind > 0))
    rounded = _divided(table, several, options, question, line, faults)
    return Chances(table, options, binary, known, rounded)


def _filled(cells: Sequence[str], size: int) -> NDArray[np.bool_]:
    """Return which rows have something in a column that may not be there."""
    if not cells:
        return np.zeros(size, dtype=bool)
    return np.fromiter(map(bool, cells), bool, size)


def read_baseline(
    cells: Sequence[str],
    chances: Chances,
    question: NDArray[np.intp],
    line: NDArray[np.intp],
    faults: Faults,
) -> FloatArray:
    """Read the forecasts to compare with; NaN rows where there is none."""
    table = np.full_like(chances.probabilities, np.nan)
    given = np.fromiter(map(bool, cells), bool, len(cells))
    at = np.flatnonzero(given & chances.binary[question])
    table[at] = _padded(_column(cells, at, line, faults, "baseline: "), table.shape[1])
    several = np.flatnonzero(given & ~chances.binary[question])
    for i in several.tolist():
        names = chances.options[question[i]]
        values = _values(cells[i])
        if isinstance(values, dict) and set(values) == set(names):
            table[i] = 0.0
            table[i, : len(names)] = [values[name] for name in names]
        else:
            faults.add(
                line[i], "baseline: unreadable", cells[i], "; ".join(f"{n}=…" for n in names)
            )
    _divided(table, several, chances.options, question, line, faults)
    return table


def _column(
    cells: Sequence[str],
    at: NDArray[np.intp],
    line: NDArray[np.intp],
    faults: Faults,
    what: str = "",
) -> FloatArray:
    """Return probabilities of single cells; NaN for what is none."""
    texts = list(cells) if len(at) == len(cells) else [cells[i] for i in at]
    values = _fast(texts)
    if values is None:
        read = [parse_probability(text) for text in texts]
        values = np.array([np.nan if value is None else value for value in read], dtype=np.float64)
    for place in np.flatnonzero(np.isnan(values)):
        text = texts[place]
        faults.add(line[at[place]], f"{what}not a probability", text, _ALLOWED, _advice(text))
    return values


def _fast(texts: list[str]) -> FloatArray | None:
    """Read plain numbers between 0 and 1; None if one of them needs a closer look."""
    try:
        values = np.fromiter(map(float, texts), np.float64, len(texts))
    except ValueError:
        return None
    plain = bool(np.all((values >= 0) & (values <= 1))) and "_" not in "".join(texts)
    return values if plain else None


def _advice(text: str) -> str | None:
    percent = parse_probability(f"{text}%") if text else None
    return None if percent is None else f"write {text}% if percent is meant"


def _padded(yes: FloatArray, width: int) -> FloatArray:
    table = np.zeros((len(yes), width))
    table[:, 0], table[:, 1] = 1 - yes, yes
    return table


def _first_rows(
    question: NDArray[np.intp], number: int, fine: NDArray[np.bool_]
) -> NDArray[np.intp]:
    """Return the first readable row of each question; -1 where there is none."""
    first = np.full(number, -1, dtype=np.intp)
    rows = np.flatnonzero(fine)[::-1]
    first[question[rows]] = rows
    return first


def _columns(
    options: Mapping[str, Sequence[str]], line: NDArray[np.intp], faults: Faults
) -> FloatArray:
    """Read the columns ``p_…``: NaN where empty, infinity where unreadable."""
    table = np.full((len(line), len(options)), np.nan)
    for c, (name, cells) in enumerate(options.items()):
        at = np.flatnonzero(np.fromiter(map(bool, cells), bool, len(cells)))
        values = _column(cells, at, line, faults, f"p_{name}: ")
        table[at, c] = np.where(np.isnan(values), np.inf, values)
    return table


def _spread(
    table: FloatArray,
    at: NDArray[np.intp],
    spread: FloatArray,
    marks: NDArray[np.bool_],
    first: NDArray[np.intp],
    question: NDArray[np.intp],
    ids: Sequence[str],
    line: NDArray[np.intp],
    faults: Faults,
) -> None:
    """Move the cells of each row's options to the left."""
    if not len(at):
        return
    same = (marks[at] == marks[first[question[at]]]).all(axis=1)
    for i in at[~same]:
        _other_options(i, question, ids, line, first, faults)
    at = at[same]
    order = np.argsort(~marks[at], axis=1, kind="stable")
    moved = np.take_along_axis(np.nan_to_num(spread[at]), order, axis=1)
    width = min(moved.shape[1], table.shape[1])
    table[at] = 0.0
    table[at[:, None], np.arange(width)] = moved[:, :width]


def _joined(
    cells: Sequence[str],
    rows: NDArray[np.intp],
    question: NDArray[np.intp],
    ids: Sequence[str],
    line: NDArray[np.intp],
    options: list[tuple[str, ...]],
    faults: Faults,
) -> dict[int, list[float]]:
    """Read the column ``probabilities``, and with it the options of its questions."""
    found: dict[int, list[float]] = {}
    first: dict[int, int] = {}
    for i in rows.tolist():
        q = int(question[i])
        values = _values(cells[i])
        if not isinstance(values, dict) or len(values) < 2:
            allowed = "a=0.2; b=0.8, or a JSON object, of two options at least"
            what = "unreadable probabilities" if values is None else "not a probability"
            got = values if isinstance(values, str) else cells[i]
            faults.add(line[i], what, got, allowed)
            continue
        if q not in first:
            first[q] = i
            options[q] = tuple(values)
        if set(values) != set(options[q]):
            faults.add(
                line[i],
                f"question {ids[q]!r} has other options",
                "; ".join(values),
                "; ".join(options[q]),
                f"as on line {line[first[q]]}",
            )
            continue
        found[i] = [values[name] for name in options[q]]
    return found


def _values(cell: str) -> dict[str, float] | str | None:
    """Return options with their numbers; the text that is no number; None if unreadable."""
    texts = parse_options(cell)
    if texts is None:
        return None
    values: dict[str, float] = {}
    for name, text in texts.items():
        value = parse_probability(text)
        if value is None:
            return f"{name}={text}"
        values[name] = value
    return values


def _other_options(
    i: int,
    question: NDArray[np.intp],
    ids: Sequence[str],
    line: NDArray[np.intp],
    first: NDArray[np.intp],
    faults: Faults,
) -> None:
    faults.add(
        line[i],
        f"question {ids[question[i]]!r} has other options",
        mend=f"fill the same columns p_… as on line {line[first[question[i]]]}",
    )


def _divided(
    table: FloatArray,
    at: NDArray[np.intp],
    options: list[tuple[str, ...]],
    question: NDArray[np.intp],
    line: NDArray[np.intp],
    faults: Faults,
) -> int:
    """Divide rows by their sums, where rounding explains that it is not one."""
    at = at[~np.isnan(table[at]).any(axis=1)]
    sums = table[at].sum(axis=1)
    counts = np.fromiter((len(options[question[i]]) for i in at), float, len(at))
    off = np.abs(sums - 1)
    wrong = off > _ROUNDING * counts
    for i, total in zip(at[wrong], sums[wrong], strict=True):
        faults.add(line[i], "probabilities do not sum to 1", f"{total:.4g}", "a sum of 1, or 100%")
        table[i] = np.nan
    table[at[~wrong]] /= sums[~wrong, None]
    return int((off[~wrong] > 1e-9).sum())
