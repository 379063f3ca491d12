"""Read a file of forecasts whole, and tell all that is wrong with it at once."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from tarjih.scoring.files.cells import OPEN, VOID, parse_day, parse_truth, parse_when
from tarjih.scoring.files.chances import read_baseline, read_chances
from tarjih.scoring.files.forecasts import AskedQuestion, ForecastTable
from tarjih.scoring.files.layout import Layout, layout_of
from tarjih.scoring.files.rows import Faults, read_rows
from tarjih.scoring.skill import in_order

__all__ = ["read_forecasts"]

IntArray = NDArray[np.intp]
Value = TypeVar("Value")

_TRUTH = "yes or no"
_DAY = "a day such as 2025-08-06"


def read_forecasts(path: str | Path) -> ForecastTable:
    """Read a CSV file with one forecast a row.

    Parameters
    ----------
    path : str or Path
        Of a file in UTF-8, its columns divided by comma, semicolon or tab. Columns, in any
        order: ``id`` (the question), ``outcome``, and ``probability`` or ``probabilities`` or
        one ``p_<option>`` for each option; and where they are there ``date``, ``author``,
        ``opens``, ``closes``, ``resolved``, ``ordered``, ``retrospective``, ``baseline``
        (docs/scoring.md). What is true of a question may stand in one of its rows or in all.

    Returns
    -------
    ForecastTable

    Raises
    ------
    InvalidRequest
        If something is wrong: up to 20 problems at once, each with its line.
    """
    rows = read_rows(path)
    layout = layout_of(rows)
    faults = Faults(rows.name)
    line = np.asarray(rows.lines, dtype=np.intp)
    if not len(line):
        faults.add(1, "no forecasts: a heading and nothing below")
        faults.stop()
    ids, question = _coded(layout.known["id"])
    for i in _blank(ids, question):
        faults.add(line[i], "no id of a question")
    authors, author = _coded(layout.known.get("author", [""] * len(line)))
    known = _Known(layout, question, ids, line, faults)
    when = _moments(layout, line, faults)
    retrospective = known.by_row("retrospective", parse_truth, _TRUTH, default=False)
    ordered = known.by_question("ordered", parse_truth, _TRUTH)
    days = {name: known.by_question(name, parse_day, _DAY) for name in _DAYS}
    chances = read_chances(layout, question, ids, line, faults)
    baseline = None
    if "baseline" in layout.known:
        baseline = read_baseline(layout.known["baseline"], chances, question, line, faults)
    outcomes = known.by_question("outcome", str, "")
    questions = []
    for q, name in enumerate(ids):
        kind: Literal["binary", "multiple", "ordered"] = "multiple"
        if chances.binary[q]:
            kind = "binary"
        elif ordered[q]:
            kind = "ordered"
        state: Literal["resolved", "open", "void"] = "open"
        outcome = None
        if chances.known[q]:
            state, outcome = known.outcome(
                q, outcomes[q], chances.options[q], binary=kind == "binary"
            )
        last = _last_day(days["closes"][q], days["resolved"][q])
        questions.append(
            AskedQuestion(name, kind, chances.options[q], state, outcome, days["opens"][q], last)
        )
    _no_doubles(question, author, when, ids, line, faults, dated="date" in layout.known)
    faults.stop()
    for array in (question, author, when, chances.probabilities, retrospective, line):
        array.flags.writeable = False
    return ForecastTable(
        rows.name,
        tuple(questions),
        tuple(authors),
        question,
        author,
        when,
        chances.probabilities,
        baseline,
        retrospective,
        line,
        chances.rounded,
        layout.unused,
    )


_DAYS = ("opens", "closes", "resolved")


def _coded(cells: Sequence[str]) -> tuple[list[str], IntArray]:
    """Return the different texts in the order they appear, and the place of each row's."""
    places = dict(zip(dict.fromkeys(cells), itertools.count()))
    codes = np.fromiter(map(places.__getitem__, cells), np.intp, len(cells))
    return list(places), codes


def _blank(texts: list[str], codes: IntArray) -> IntArray:
    if "" not in texts:
        return np.empty(0, dtype=np.intp)
    return np.flatnonzero(codes == texts.index(""))


class _Known:
    """What the other columns say, of rows and of questions."""

    def __init__(
        self, layout: Layout, question: IntArray, ids: list[str], line: IntArray, faults: Faults
    ) -> None:
        self.layout = layout
        self.question = question
        self.ids = ids
        self.line = line
        self.faults = faults
        self.told: dict[str, IntArray] = {}

    def by_row(
        self, name: str, parse: Callable[[str], bool | None], allowed: str, *, default: bool
    ) -> NDArray[np.bool_]:
        """Return a truth for each row."""
        if name not in self.layout.known:
            return np.full(len(self.line), default)
        texts, codes = _coded(self.layout.known[name])
        values = self._parsed(name, texts, codes, parse, allowed)
        return np.array([default if value is None else value for value in values])[codes]

    def by_question(
        self, name: str, parse: Callable[[str], Value | None], allowed: str
    ) -> list[Value | None]:
        """Return a value for each question, from whichever of its rows tell it."""
        if name not in self.layout.known:
            return [None] * len(self.ids)
        texts, codes = _coded(self.layout.known[name])
        values = self._parsed(name, texts, codes, parse, allowed)
        rows = np.flatnonzero(np.array([text != "" for text in texts])[codes])
        first = np.full(len(self.ids), -1, dtype=np.intp)
        first[self.question[rows[::-1]]] = rows[::-1]
        self.told[name] = first
        other = rows[codes[rows] != codes[first[self.question[rows]]]]
        for i in other:
            before = first[self.question[i]]
            # Two spellings of one thing ("yes" and "1") agree.
            if values[codes[i]] != values[codes[before]] or parse is str:
                if parse is str and _same_outcome(texts[codes[i]], texts[codes[before]]):
                    continue
                self.faults.add(
                    self.line[i],
                    f"{name}: question {self.ids[self.question[i]]!r} is told in two ways",
                    texts[codes[i]],
                    mend=f"line {self.line[before]} says {texts[codes[before]]!r}",
                )
        return [None if row < 0 else values[codes[row]] for row in first]

    def outcome(
        self, q: int, text: str | None, options: tuple[str, ...], *, binary: bool
    ) -> tuple[Literal["resolved", "open", "void"], int | None]:
        """Return how a question came out."""
        word = text or ""
        if not binary:
            for same in (str, str.casefold):
                names = [same(option) for option in options]
                if same(word) in names:
                    return "resolved", names.index(same(word))
        if word.casefold() in OPEN:
            return "open", None
        if word.casefold() in VOID:
            return "void", None
        truth = parse_truth(word) if binary else None
        if truth is not None:
            return "resolved", int(truth)
        self.faults.add(
            self.line[self.told["outcome"][q]],
            f"outcome: question {self.ids[q]!r} cannot have come out so",
            word,
            f"{_TRUTH if binary else '; '.join(options)}; empty while it is open; void",
        )
        return "open", None

    def _parsed(
        self,
        name: str,
        texts: list[str],
        codes: IntArray,
        parse: Callable[[str], Value | None],
        allowed: str,
    ) -> list[Value | None]:
        values: list[Value | None] = []
        for code, text in enumerate(texts):
            value = parse(text) if text else None
            if text and value is None:
                for i in np.flatnonzero(codes == code):
                    self.faults.add(self.line[i], f"{name}: unreadable", text, allowed)
            values.append(value)
        return values


def _same_outcome(one: str, other: str) -> bool:
    truths = parse_truth(one), parse_truth(other)
    return one.casefold() == other.casefold() or (None not in truths and truths[0] == truths[1])


def _last_day(closes: int | None, resolved: int | None) -> int | None:
    """Return the last day that counts."""
    if resolved is not None and (closes is None or resolved <= closes):
        return resolved - 1
    return closes


def _moments(layout: Layout, line: IntArray, faults: Faults) -> NDArray[np.float64]:
    if "date" not in layout.known:
        return np.full(len(line), np.nan)
    texts, codes = _coded(layout.known["date"])
    values = [parse_when(text) for text in texts]
    for code, value in enumerate(values):
        if value is None:
            for i in np.flatnonzero(codes == code):
                faults.add(line[i], "date: unreadable", texts[code], f"{_DAY}, or 2025-08-06T12:30")
    return np.array([np.nan if v is None else v for v in values], dtype=np.float64)[codes]


def _no_doubles(
    question: IntArray,
    author: IntArray,
    when: NDArray[np.float64],
    ids: list[str],
    line: IntArray,
    faults: Faults,
    *,
    dated: bool,
) -> None:
    """Refuse two forecasts by one author of one question at one time: which one held?"""
    moment = np.where(np.isnan(when), -1.0, when)
    order = in_order(question, author, moment, line)
    q, a, t = question[order], author[order], moment[order]
    same = (q[1:] == q[:-1]) & (a[1:] == a[:-1]) & (t[1:] == t[:-1])
    if dated:
        same &= t[1:] >= 0
    mend = "give the time as well, or remove one" if dated else "add a column 'date'"
    for place in np.flatnonzero(same):
        i, before = order[place + 1], order[place]
        faults.add(
            line[i],
            f"question {ids[question[i]]!r} is forecast twice at one time by one author",
            mend=f"see line {line[before]}: {mend}",
        )
