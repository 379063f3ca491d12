"""What the fit looks at, as arrays: the admitted judgements, base rates and prior scales.

A judgement asks one or more *rows*, each the probability of one scenario (or of one
driver reaching a level) in one setting, seen with the bias of one source:

- *asked* rows: of a scenario, its pull at held levels (`if_held`), or whether it is in
  force now, after so many steps (`at`), or at any step up to then (`ever`);
- *reach* rows: of a driver, whether it comes to a level within so many months (`reaches`).

A word, a number, an interval and quantiles are statements about one row, an odds ratio about
two settings of one scenario, a rank about two rows for each rival named, "possible" about
one. Asked rows are numbered first, then reach rows.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tarjih.errors import InvalidRequest, InvalidStudy, Problem
from tarjih.priors.assumptions import Assumptions, assumptions_of
from tarjih.priors.base_rates import Yearly, yearly_counts
from tarjih.priors.readings import (
    Reading,
    read_between,
    read_number,
    read_odds_ratio,
    read_quantiles,
)
from tarjih.priors.scales import is_arabic, load_scale, statement_of
from tarjih.scenarios.design import features
from tarjih.scenarios.records import Between, Judgement, OddsRatio, Quantiles, Study

__all__ = ["Elicited", "admitted", "elicit", "reading_of"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """N rows of scenarios, all of one form.

    A row is its pull (``held`` 1), or the state at the origin carried on ``steps`` steps: none
    for `now`. With `ever`, the scenario asked for is never left once reached.
    """

    features: Floats  # (N, F)
    target: Floats  # (N, K), 1 at the scenario asked for
    held: Floats  # (N, 1)
    ever: Floats  # (N, 1)
    steps: Ints  # (N,)
    source: Ints  # (N,)


@dataclass(frozen=True, slots=True, eq=False)
class Reaches:
    """N rows of drivers that start at `start` and reach the level `size - 1`.

    A level below the start is reached in the mirrored chain, where rises are falls. What
    lies past the level reached does not matter, so a chain ends there.
    """

    size: int
    start: Ints  # (N,)
    toward: Ints  # (N,) index into up and down rates laid end to end
    back: Ints  # (N,)
    toward_months: Floats  # (N,) months times the factors of links
    back_months: Floats  # (N,)
    squarings: int


@dataclass(frozen=True, slots=True, eq=False)
class Elicited:
    """Everything the fit looks at.

    Attributes
    ----------
    judgements : tuple of Judgement
        Admitted, in the study's order.
    readings : tuple of Reading or None
        One for each judgement; None for ranks and "possible".
    first_row : (n,)
        Row of each judgement's own scenario or driver.
    sources : tuple of str
        Those of the admitted judgements, E of them.
    stated_row, stated_source : (S,) of int
        Row and source of each word or number.
    ratio_row : (S,) of int
        Of an odds ratio, the row whose odds are divided by; of all else, the row itself.
    is_ratio : (S,)
        1 for an odds ratio, else 0.
    stated, below, above : (S,)
        What it says and how surely, on the logit scale: mode and two scales (see `Reading`).
    rank_row, rank_rival : (R,) of int
        Rows of which the first is said to be the more probable.
    possible_row : (P,) of int
    signed, free : (n, 2) of int
        Positions (feature, scenario) of the effects with and without a stated sign.
    signed_scale, free_scale : (n,)
        Signed scale of the half-normal; scale of the normal.
    """

    study: Study
    assumptions: Assumptions
    judgements: tuple[Judgement, ...]
    readings: tuple[Reading | None, ...]
    first_row: Ints
    sources: tuple[str, ...]
    months: float
    asked: Asked
    reaches: tuple[Reaches, ...]
    stated_row: Ints
    stated_source: Ints
    ratio_row: Ints
    is_ratio: Floats
    stated: Floats
    below: Floats
    above: Floats
    rank_row: Ints
    rank_rival: Ints
    possible_row: Ints
    signed: Ints
    signed_scale: Floats
    free: Ints
    free_scale: Floats
    yearly: Yearly | None

    @property
    def outcomes(self) -> int:
        """Number of terms of the log density: see `log_terms`."""
        judged = len(self.stated_row) + len(self.rank_row) + len(self.possible_row)
        return judged + (0 if self.yearly is None else int((self.yearly.counts > 0).sum()))

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Numbers of scenarios K, drivers J and conjunctions C."""
        study = self.study
        return len(study.scenarios), len(study.drivers), len(study.conjunctions)


def admitted(study: Study) -> tuple[Judgement, ...]:
    """Return the judgements known by the origin: no other enters the fit."""
    return tuple(j for j in study.judgements if j.known <= study.origin)


def reading_of(study: Study, judgement: Judgement, assumptions: Assumptions) -> Reading | None:
    """Return how what a judgement says is read, or None if it states no number.

    A word is Arabic when it is written so, or when the report's wording is. Its scale is
    the judgement's own, else its source's, else the study's.

    Raises
    ------
    InvalidStudy
        If its scale does not exist or has no such word.
    """
    says = judgement.says
    if isinstance(says, Between):
        return read_between(says.low, says.high, says.mass)
    if isinstance(says, Quantiles):
        return read_quantiles(says.pairs)
    if isinstance(says, OddsRatio):
        return read_odds_ratio(says.ratio, says.spread or assumptions.ratio_factor)
    if not isinstance(says, str):
        return read_number(float(says), assumptions.number_spread)
    if statement_of(says) is not None:
        return None
    here = f"judgements.{judgement.id}"
    try:
        scale = load_scale(
            study.scale_of(judgement), study.where(_scale_named_at(study, judgement))
        )
        return scale.read(
            says,
            arabic=is_arabic(judgement.wording.get("ar", "")),
            arabic_spread=assumptions.arabic_spread,
            where=study.where(f"{here}.says"),
        )
    except InvalidRequest as error:
        raise InvalidStudy(error.problems) from None


def _scale_named_at(study: Study, judgement: Judgement) -> str:
    if judgement.scale:
        return f"judgements.{judgement.id}.scale"
    source = study.source(judgement.source)
    return f"sources.{judgement.source}.scale" if source and source.scale else "study.scale"


class _Compiler:
    def __init__(self, study: Study) -> None:
        self.study = study
        self.assumptions = assumptions_of(study)
        self.judgements = admitted(study)
        self.sources = tuple(dict.fromkeys(j.source for j in self.judgements))
        self.problems: list[Problem] = []
        self.asked: list[tuple[Any, ...]] = []
        self.reaches: list[tuple[Any, ...]] = []

    def refuse(self, path: str, what: str, got: object = None, allowed: str | None = None) -> None:
        shown = None if got is None else str(got)
        self.problems.append(Problem(self.study.where(path), what, shown, allowed))

    def ask(
        self, judgement: Judgement, scenario: str | None, held: Mapping[str, int]
    ) -> tuple[str, int] | None:
        """Return kind and position of the row a judgement asks for, or None if it is wrong."""
        here = f"judgements.{judgement.id}"
        source = self.sources.index(judgement.source)
        if judgement.about in ("at", "ever", "reaches") and not (judgement.within or 0) > 0:
            self.refuse(here, f"a judgement about '{judgement.about}' needs `within`, in months")
            return None
        if judgement.about == "reaches":
            return self.ask_reach(judgement, here)
        if scenario not in self.study.scenario_ids:
            known = ", ".join(self.study.scenario_ids)
            self.refuse(here, "a judgement needs one of the scenarios", scenario, known)
            return None
        levels = tuple(held.get(driver.id, driver.reference) for driver in self.study.drivers)
        k = self.study.scenario_ids.index(scenario)
        about = judgement.about
        steps = self.study.calendar.steps(judgement.within or 0) if about in ("at", "ever") else 0
        row = (levels, k, about == "if_held", about == "ever", steps, source)
        return "asked", _place(self.asked, row)

    def ask_reach(self, judgement: Judgement, here: str) -> tuple[str, int] | None:
        if judgement.driver not in self.study.driver_ids or judgement.level is None:
            known = ", ".join(self.study.driver_ids)
            self.refuse(here, "needs `driver` and `level`", judgement.driver, known)
            return None
        driver = self.study.driver(judgement.driver)
        start = judgement.levels.get(driver.id, driver.reference)
        if judgement.level == start:
            what = "the driver starts at this level, and so has reached it"
            got = driver.levels[start].id
            self.refuse(f"{here}.level", what, got, "another of its levels")
            return None
        rise = fall = 1.0
        for link in self.study.links:
            if link.child == driver.id:
                parent = self.study.driver(link.parent)
                held = judgement.levels.get(parent.id, parent.reference)
                rise, fall = rise * link.rise[held], fall * link.fall[held]
        j = self.study.driver_ids.index(driver.id)
        row = (j, start, judgement.level, float(judgement.within or 0), rise, fall)
        return "reaches", _place(self.reaches, row)

    def ask_ratio(
        self, judgement: Judgement, row: tuple[str, int] | None
    ) -> tuple[str, int] | None:
        """Return the row of the setting that the odds are divided by."""
        here = f"judgements.{judgement.id}"
        if judgement.about != "if_held":
            self.refuse(f"{here}.says", "an odds ratio is about 'if_held'", judgement.about)
            return None
        other = self.ask(judgement, judgement.scenario, judgement.against)
        if other is not None and other == row:
            what = "the two settings of an odds ratio are one and the same"
            self.refuse(f"{here}.against", what, allowed="another setting than `levels`")
        return other


def _place(rows: list[tuple[Any, ...]], row: tuple[Any, ...]) -> int:
    if row not in rows:
        rows.append(row)
    return rows.index(row)


def elicit(study: Study) -> Elicited:
    """Turn a study's judgements, effects and base rates into arrays.

    Raises
    ------
    InvalidStudy
        For unknown words, scales, tables or assumptions, and for judgements that ask
        for nothing; all at once.
    """
    compiler = _Compiler(study)
    readings: list[Reading | None] = []
    own: list[tuple[str, int] | None] = []
    divisors: list[tuple[str, int] | None] = []
    ranks: list[tuple[tuple[str, int], tuple[str, int]]] = []
    for judgement in compiler.judgements:
        try:
            reading = reading_of(study, judgement, compiler.assumptions)
        except InvalidStudy as error:
            compiler.problems.extend(error.problems)
            reading = None
        row = compiler.ask(judgement, judgement.scenario, judgement.levels)
        readings.append(reading)
        own.append(row)
        ratio = isinstance(judgement.says, OddsRatio)
        divisors.append(compiler.ask_ratio(judgement, row) if ratio else row)
        if isinstance(judgement.says, str) and statement_of(judgement.says) == "most likely":
            if not judgement.over:
                compiler.refuse(f"judgements.{judgement.id}", "a rank needs rivals in `over`")
            for rival in judgement.over:
                other = compiler.ask(judgement, rival, judgement.levels)
                if row is not None and other is not None:
                    ranks.append((row, other))
    yearly = None
    try:
        yearly = yearly_counts(study)
    except InvalidStudy as error:
        compiler.problems.extend(error.problems)
    if compiler.problems:
        raise InvalidStudy(compiler.problems)
    rows = [pair for pair in zip(own, divisors, strict=True) if None not in pair]
    return _arrays(compiler, readings, rows, ranks, yearly)


def _arrays(
    compiler: _Compiler,
    readings: list[Reading | None],
    rows: list[Any],
    ranks: list[tuple[tuple[str, int], tuple[str, int]]],
    yearly: Yearly | None,
) -> Elicited:
    study = compiler.study
    groups = _group_reaches(compiler)
    # Reach rows are grouped by size: their numbers follow the groups' order.
    order = [position for _, members in groups for position in members]
    after = len(compiler.asked)

    def number(row: tuple[str, int]) -> int:
        kind, position = row
        return after + order.index(position) if kind == "reaches" else position

    is_stated = [reading is not None for reading in readings]
    is_possible = [
        isinstance(j.says, str) and statement_of(j.says) == "possible" for j in compiler.judgements
    ]
    first_row = np.array([number(row) for row, _ in rows], dtype=np.int64)
    ratio_row = np.array([number(row) for _, row in rows], dtype=np.int64)
    stated = [reading for reading in readings if reading is not None]
    source = np.array([compiler.sources.index(j.source) for j in compiler.judgements], np.int64)
    return Elicited(
        study=study,
        assumptions=compiler.assumptions,
        judgements=compiler.judgements,
        readings=tuple(readings),
        first_row=first_row,
        sources=compiler.sources,
        months=study.calendar.months,
        asked=_asked(study, compiler.asked),
        reaches=tuple(_reach_group(compiler, size, members) for size, members in groups),
        stated_row=first_row[is_stated],
        stated_source=source[is_stated],
        ratio_row=ratio_row[is_stated],
        is_ratio=np.array([float(reading.ratio) for reading in stated]),
        stated=np.array([reading.location for reading in stated]),
        below=np.array([reading.below for reading in stated]),
        above=np.array([reading.above for reading in stated]),
        rank_row=np.array([number(row) for row, _ in ranks], dtype=np.int64),
        rank_rival=np.array([number(rival) for _, rival in ranks], dtype=np.int64),
        possible_row=first_row[is_possible],
        yearly=yearly,
        **_effects(study, compiler.assumptions),
    )


def _asked(study: Study, rows: list[tuple[Any, ...]]) -> Asked:
    levels, scenario, held, ever, steps, source = zip(*rows, strict=True) if rows else [()] * 6
    return Asked(
        features=_features(study, list(levels)),
        target=np.eye(len(study.scenarios))[np.array(scenario, dtype=np.int64)],
        held=np.array(held, dtype=np.float64)[:, None],
        ever=np.array(ever, dtype=np.float64)[:, None],
        steps=np.array(steps, dtype=np.int64),
        source=np.array(source, dtype=np.int64),
    )


def _features(study: Study, settings: list[tuple[int, ...]]) -> Floats:
    levels = np.array(settings, dtype=np.int64).reshape(len(settings), len(study.drivers))
    return np.asarray(features(study, levels), dtype=np.float64)


def _mirrored(compiler: _Compiler, row: tuple[Any, ...]) -> tuple[bool, int, int]:
    """Return whether a reach row is a fall, and its start and goal counted upwards."""
    driver, start, goal, *_ = row
    top = len(compiler.study.drivers[driver].levels) - 1
    return (False, start, goal) if goal > start else (True, top - start, top - goal)


def _group_reaches(compiler: _Compiler) -> list[tuple[int, list[int]]]:
    groups: dict[int, list[int]] = {}
    for position, row in enumerate(compiler.reaches):
        groups.setdefault(_mirrored(compiler, row)[2] + 1, []).append(position)
    return sorted(groups.items())


def _reach_group(compiler: _Compiler, size: int, members: list[int]) -> Reaches:
    n = len(compiler.study.drivers)
    start, toward, back, toward_months, back_months, norm = [], [], [], [], [], 0.0
    for row in (compiler.reaches[position] for position in members):
        j, _, _, within, rise, fall = row
        falls, origin, _ = _mirrored(compiler, row)
        start.append(origin)
        toward.append(j + n if falls else j)
        back.append(j if falls else j + n)
        toward_months.append(within * (fall if falls else rise))
        back_months.append(within * (rise if falls else fall))
        driver = compiler.study.drivers[j]
        # Two standard deviations above the medians; farther out a little precision is lost.
        rate = (rise / driver.months_before_rise) + (fall / driver.months_before_fall)
        norm = max(norm, 2 * within * rate * math.exp(2 * compiler.assumptions.rate_spread))
    return Reaches(
        size=size,
        start=np.array(start, dtype=np.int64),
        toward=np.array(toward, dtype=np.int64),
        back=np.array(back, dtype=np.int64),
        toward_months=np.array(toward_months),
        back_months=np.array(back_months),
        squarings=max(2, math.ceil(math.log2(norm)) + 2) if norm > 0 else 2,
    )


def _effects(study: Study, assumptions: Assumptions) -> Mapping[str, Any]:
    """Return positions and scales of the effects that are stated at all."""
    names = [*study.driver_ids, *(conjunction.id for conjunction in study.conjunctions)]
    signed, signed_scale, free, free_scale = [], [], [], []
    for k, scenario in enumerate(study.scenarios):
        stated = {**scenario.effects, **scenario.conjunction_effects}
        for f, name in enumerate(names):
            word = stated.get(name, "no effect")
            scale = assumptions.effects[word]
            if word == "unclear":
                free.append((f, k))
                free_scale.append(scale)
            elif word != "no effect":
                signed.append((f, k))
                signed_scale.append(scale if "raises" in word else -scale)
    return {
        "signed": np.array(signed, dtype=np.int64).reshape(-1, 2),
        "signed_scale": np.array(signed_scale),
        "free": np.array(free, dtype=np.int64).reshape(-1, 2),
        "free_scale": np.array(free_scale),
    }
