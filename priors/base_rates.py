"""Base rates: year-to-year counts brought to bear on the one-year transition.

Counts come from many conflicts that are not independent of one another and are not this one,
so each row is scaled down to an effective size: weak evidence, by design.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tarjih.errors import InvalidStudy, Problem, nearest
from tarjih.priors.table_files import table, table_names
from tarjih.scenarios.records import BaseRates, Study

__all__ = ["Yearly", "base_rate_tables", "yearly_counts"]

Floats = NDArray[np.float64]
_YEAR = 12.0


@dataclass(frozen=True, slots=True, eq=False)
class Yearly:
    """Counts of year-to-year moves between S support levels.

    Attributes
    ----------
    levels : tuple of str
        The support levels that stand for some scenario.
    counts : (S, S)
        Rows scaled to the effective size; rows never seen are zero.
    start : (S, K)
        Row a spreads one evenly over the scenarios of level a.
    arrive : (K, S)
        1 where a scenario is of a level; scenarios of none have a zero row.
    steps : int
        Steps in a year.
    """

    levels: tuple[str, ...]
    counts: Floats
    start: Floats
    arrive: Floats
    steps: int


def base_rate_tables() -> tuple[str, ...]:
    """Return the names of the tables of base rates that ship."""
    return tuple(name for name in table_names() if isinstance(table(name).get("rows"), Mapping))


def yearly_counts(study: Study) -> Yearly | None:
    """Return the base rates a study asks for, or None if it asks for none.

    Raises
    ------
    InvalidStudy
        If the table, its rows or one of its levels does not exist, or a scenario is named
        twice; all at once.
    """
    rates = study.base_rates
    if rates is None:
        return None
    problems = _problems(study, rates)
    if problems:
        raise InvalidStudy(problems)
    content = table(rates.table)
    kept = [i for i, level in enumerate(content["levels"]) if rates.levels.get(level)]
    if not kept:
        return None
    counts = np.array(content["rows"][rates.rows], dtype=np.float64)[np.ix_(kept, kept)]
    totals = counts.sum(axis=1, keepdims=True)
    arrive = np.zeros((len(study.scenarios), len(kept)))
    for s, i in enumerate(kept):
        for id in rates.levels[content["levels"][i]]:
            arrive[study.scenario_ids.index(id), s] = 1.0
    return Yearly(
        levels=tuple(content["levels"][i] for i in kept),
        counts=counts * np.where(totals > 0, rates.effective_n / np.maximum(totals, 1.0), 0.0),
        start=(arrive / arrive.sum(axis=0)).T,
        arrive=arrive,
        steps=study.calendar.steps(_YEAR),
    )


def _problems(study: Study, rates: BaseRates) -> list[Problem]:
    where = study.where
    tables = base_rate_tables()
    if rates.table not in tables:
        what = "no such table of base rates"
        return [Problem(where("base_rates.table"), what, rates.table, ", ".join(tables),
                        nearest(rates.table, tables))]  # fmt: skip
    content = table(rates.table)
    problems = []
    if rates.rows not in content["rows"]:
        known = list(content["rows"])
        problems.append(Problem(where("base_rates.rows"), "the table has no such rows", rates.rows,
                                ", ".join(known), nearest(rates.rows, known)))  # fmt: skip
    problems += [
        Problem(where(f"base_rates.levels.{level}"), "the table has no such level", level,
                ", ".join(content["levels"]), nearest(level, content["levels"]))
        for level in rates.levels
        if level not in content["levels"]
    ]  # fmt: skip
    members = [id for ids in rates.levels.values() for id in ids]
    problems += [
        Problem(where("base_rates.levels"), "a scenario named here must exist, and once only",
                id, ", ".join(study.scenario_ids), nearest(id, study.scenario_ids))
        for id in sorted(set(members))
        if id not in study.scenario_ids or members.count(id) > 1
    ]  # fmt: skip
    if not rates.effective_n > 0:
        problems.append(Problem(where("base_rates.effective_n"), "must be above 0",
                                str(rates.effective_n)))  # fmt: skip
    return problems
