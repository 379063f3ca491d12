"""How probable each answer is, by what was known at a date.

Every question is about something that happens in some steps or does not: a scenario is in force,
a driver stands at or past a level, an indicator is seen. Beside the whole mass a second one is
carried from step to step, from which what settles the question is taken out when it happens; it
is never normalised by itself. What is left of it, over the whole, is the chance of *no*.

What happened before as-of counts with the evidence on it. Where a window opened earlier, belief is
taken up at the step it opened in, and carried from there on by the same law, multiplied by the
evidence of each step up to as-of. An indicator stays unseen in a step with (1 − ℓ)^part under the
scenario in force, by the part of the month that lies in the window. Behind as-of
silence counts as everywhere in this toolkit: the days on which nothing was recorded are days
without a sighting only where a recorded check covers them; otherwise it may have been seen
without our knowing, for news of it may come late, whoever monitors it. A recorded sighting
counts as far as its sources are trusted.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from tarjih.calendar import Calendar
from tarjih.errors import InvalidRequest, Problem
from tarjih.evidence.weighing.bearing import seen_likelihood
from tarjih.evidence.weighing.likelihood import Evidence
from tarjih.models.engines.protocol import Ahead
from tarjih.models.posterior import Posterior
from tarjih.models.record import weighted_quantile
from tarjih.scenarios.asked import AtOrPast, EverInForce, IndicatorSeen, InForce, Outcome
from tarjih.scenarios.records import Checked, Seen, Study
from tarjih.scoring.questions.asking import Asked, WhichLevel, options_of, parts_of, span_of

__all__ = ["Chance", "chances_of"]

Floats = NDArray[np.float64]
Levels = NDArray[np.integer]
Left = Callable[[Levels], Floats]

_MOST_MONTHS = 1200


@dataclass(frozen=True, slots=True)
class Chance:
    """The probability of each answer to one question.

    Attributes
    ----------
    options : tuple of str
        ``("no", "yes")``, the ids of scenarios, or those of levels.
    mean : tuple of float
        Sums to one.
    low, high : tuple of float
        The middle 90% across draws of the parameters; model error not included.
    """

    options: tuple[str, ...]
    mean: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]

    @property
    def yes(self) -> float:
        """Return the probability of the last option: that of yes, of a yes-or-no question."""
        return self.mean[-1]


def chances_of(posterior: Posterior, asked: Sequence[Asked]) -> tuple[Chance, ...]:
    """Return how probable each answer to each question is.

    Parameters
    ----------
    posterior : Posterior
        Belief at an as-of date (`tarjih.models.believe`).
    asked : sequence of Asked
        What a study's questions are about, or `WhichScenario`, `WhichLevel`.

    Returns
    -------
    tuple of Chance
        In their order. Questions whose windows open in one step are answered in one pass.

    Raises
    ------
    InvalidRequest
        If one ends before the origin, or more than a century after as-of.
    """
    study, calendar = posterior.study, posterior.study.calendar
    parts = [parts_of(study, one) for one in asked]
    flat = [part for group in parts for part in group]
    last = posterior.as_of_step
    starts = []
    for part in flat:
        first, end = span_of(part)
        _check_end(posterior, end)
        last = max(last, calendar.index(end))
        starts.append(min(max(0, calendar.index(first)), posterior.as_of_step))
    values: list[tuple[Floats, Floats]] = [(np.empty(0), np.empty(0))] * len(flat)
    for start in sorted(set(starts)):
        places = [i for i, one in enumerate(starts) if one == start]
        missed, weight = _missed(posterior, [flat[i] for i in places], start, last)
        for row, place in zip(missed, places, strict=True):
            values[place] = 1.0 - row * _not_told(posterior, flat[place]), weight
    found, at = [], 0
    for one, group in zip(asked, parts, strict=True):
        found.append(_chance(study, one, values[at : at + len(group)]))
        at += len(group)
    return tuple(found)


def _check_end(posterior: Posterior, end: dt.date) -> None:
    calendar, origin = posterior.study.calendar, posterior.study.origin
    latest = calendar.last_day(posterior.as_of_step + calendar.steps(_MOST_MONTHS))
    if not origin <= end <= latest:
        raise InvalidRequest(
            Problem(
                "question",
                "its last day lies outside what can be forecast",
                got=end.isoformat(),
                allowed=f"{origin.isoformat()} to {latest.isoformat()}",
            )
        )


def _missed(
    posterior: Posterior, asked: Sequence[Outcome], start: int, last: int
) -> tuple[Floats, Floats]:
    """Return the chance (Q, M) that each question is not settled by yes, and draws' weights."""
    lefts = [_left(posterior, one) for one in asked]

    def work(ahead: Ahead) -> tuple[Floats, Floats]:
        # row 0 is the whole; row q + 1 what has not answered question q by yes
        rows = np.repeat(ahead.mass[None], len(asked) + 1, axis=0)
        _take_out(rows, lefts, start, ahead.levels)
        for step in ahead.steps:
            rows = step.carry(rows)
            if step.number <= posterior.as_of_step:
                rows *= _likelihood(posterior, ahead, step.number, step.levels)
            _take_out(rows, lefts, step.number, step.levels)
        left = ahead.per_draw(rows.sum(axis=1))
        return ahead.log_weight + np.log(left[0]), left[1:] / left[0]

    # An engine may look ahead at all it is given: where belief is taken up earlier, what came
    # later is multiplied in on the way, and must not be known before.
    early = replace(posterior, as_of_step=start, evidence=_up_to(posterior.evidence, start))
    parts = early.map(work, last)
    log_weight = np.concatenate([weight for weight, _ in parts])
    weight = np.exp(log_weight - log_weight.max())
    return np.concatenate([values for _, values in parts], axis=1), weight / weight.sum()


def _up_to(evidence: Evidence, step: int) -> Evidence:
    return replace(
        evidence,
        scenario_loglik=evidence.scenario_loglik[..., : step + 1, :],
        driver_loglik=tuple(rows[..., : step + 1, :] for rows in evidence.driver_loglik),
    )


def _likelihood(posterior: Posterior, ahead: Ahead, step: int, levels: Levels) -> Floats:
    """Return the likelihood (K, N) of the evidence of one step, at each scenario and place."""
    evidence = posterior.evidence
    count = ahead.draws.stop - ahead.draws.start
    width = levels.shape[-1] // count
    draw = np.repeat(np.arange(ahead.draws.start, ahead.draws.stop), width)
    scenarios = evidence.scenario_loglik[..., step, :]
    log = scenarios[draw].T if scenarios.ndim == 2 else scenarios[:, None]
    total = np.zeros((len(ahead.mass), levels.shape[-1])) + log
    for rows, at in zip(evidence.driver_loglik, levels, strict=True):
        own = rows[..., step, :]
        total += own[draw, at] if own.ndim == 2 else own[at]
    likelihood: Floats = np.exp(total)
    return likelihood


def _take_out(rows: Floats, lefts: Sequence[dict[int, Left]], step: int, levels: Levels) -> None:
    for row, left in zip(rows[1:], lefts, strict=True):
        if step in left:
            row *= left[step](levels)


def _left(posterior: Posterior, asked: Outcome) -> dict[int, Left]:
    """Return for each step that may settle a question what share (K or 1, N or 1) it leaves."""
    study, calendar = posterior.study, posterior.study.calendar
    first, end = span_of(asked)
    steps = range(max(0, calendar.index(first)), calendar.index(end) + 1)
    if isinstance(asked, InForce | EverInForce):
        out = np.array([name != asked.scenario for name in study.scenario_ids], dtype=np.float64)
        return dict.fromkeys(steps, lambda levels: out[:, None])
    if isinstance(asked, AtOrPast):
        driver, level = study.driver_ids.index(asked.driver), asked.level
        return dict.fromkeys(
            steps, lambda levels: (levels[driver] < level)[None].astype(np.float64)
        )
    indicator = next(one for one in study.indicators if one.id == asked.indicator)
    monthly = np.array([indicator.monthly[name] for name in study.scenario_ids])
    found: dict[int, Left] = {}
    silent = _silent_days(posterior, asked)
    for step in steps:
        months = _months_open(calendar, step, first, end, silent)
        if months > 0:
            left = 1.0 - seen_likelihood(monthly, months, monitored=True)
            found[step] = _same(left[:, None])
    return found


def _same(left: Floats) -> Left:
    return lambda levels: left


def _months_open(
    calendar: Calendar, step: int, first: dt.date, end: dt.date, silent: frozenset[int]
) -> float:
    """Return how much of a step, in months, lies in a window without days known to be silent."""
    opens = max(calendar.first_day(step), first).toordinal()
    closes = min(calendar.last_day(step), end).toordinal()
    whole = calendar.last_day(step).toordinal() - calendar.first_day(step).toordinal() + 1
    days = sum(day not in silent for day in range(opens, closes + 1))
    return calendar.months * days / whole


def _silent_days(posterior: Posterior, asked: IndicatorSeen) -> frozenset[int]:
    """Return the days of a window up to as-of that are known to be without a sighting."""
    as_of = posterior.as_of.toordinal()
    first, last = asked.start.toordinal(), min(asked.end.toordinal(), as_of)
    checks = (
        entry.item
        for entry in posterior.evidence.entries
        if entry.counted and entry.item.bears_on == Checked(asked.indicator)
    )
    return frozenset(
        day
        for item in checks
        for day in range(max(first, item.start.toordinal()), min(last, item.end.toordinal()) + 1)
    )


def _not_told(posterior: Posterior, asked: Outcome) -> float:
    """Return the chance that no recorded sighting of the window is true."""
    if not isinstance(asked, IndicatorSeen):
        return 1.0
    trusted = [
        entry.reliability
        for entry in posterior.evidence.entries
        if entry.counted
        and entry.item.bears_on == Seen(asked.indicator)
        and asked.start <= entry.item.start
        and entry.item.end <= asked.end
    ]
    # Reports of one thing: the best of them, since who repeats another adds nothing.
    return 1.0 - max(trusted, default=0.0)


def _chance(study: Study, asked: Asked, values: Sequence[tuple[Floats, Floats]]) -> Chance:
    weight = values[0][1]
    rows = np.array([value for value, _ in values])
    if isinstance(asked, WhichLevel):
        past = np.vstack([np.ones(rows.shape[1]), rows, np.zeros(rows.shape[1])])
        rows = past[:-1] - past[1:]
    elif len(rows) == 1:
        rows = np.vstack([1.0 - rows, rows])
    rows = np.clip(rows, 0.0, 1.0)
    low, high = weighted_quantile(rows.T, weight, (0.05, 0.95))
    return Chance(
        options_of(study, asked),
        tuple((rows @ weight).tolist()),
        tuple(low.tolist()),
        tuple(high.tolist()),
    )
