"""Replay a study date by date, score what it would have said, and take the method apart.

On every replay date the model is asked every question that is still open, with the items known
by then in the versions held then. Nothing else of what came later is there to be used: parameters
rest on judgements known by the origin, and how questions came out is read only when all chances
have been computed.

Each part of the method is then taken away in turn. How much worse the score gets is what the part
earned, if there are questions enough to say so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from tarjih.errors import InvalidRequest, Problem, nearest
from tarjih.models.posterior import ENGINES, as_of_date
from tarjih.priors import Draws, obtain_draws
from tarjih.scenarios.records import Item, Study
from tarjih.scoring.backtest.ablations import Ablation, Variant, ablations_of, variant_of
from tarjih.scoring.backtest.asked import Open, last_day_of, questions_of
from tarjih.scoring.backtest.record import Backtest, Replayed
from tarjih.scoring.backtest.replaying import EVERY, counted, known_by, replay_dates
from tarjih.scoring.backtest.scored import forecast_table, groups_of, mean_scores
from tarjih.scoring.backtest.working import Shared, Unit, answers_of
from tarjih.scoring.questions import answer_index, kind_of, options_of

if TYPE_CHECKING:
    from tarjih.scoring.questions.register import Published

__all__ = ["backtest_study"]

Slot = tuple[dt.date, str]
_ENGINES = tuple(name for name in ENGINES if name != "pymc")
_MOST_JOBS = 256


def backtest_study(
    study: Study,
    items: Iterable[Item] | None = None,
    *,
    register: Mapping[str, Published] | None = None,
    as_of: dt.date | str | None = None,
    every: Sequence[str | dt.date] = EVERY,
    draws: Draws | None = None,
    engine: str = "auto",
    seed: int = 0,
    resamples: int = 2000,
    jobs: int = 1,
    dask: str | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> Backtest:
    """Replay a study, score every question at every replay date, whole and part by part.

    Parameters
    ----------
    study : Study
    items : iterable of Item, optional
        Default: the study's, which `Ledger.extended` adds those of a ledger to.
    register : mapping of id to Published, optional
        What a ledger says of the questions (`tarjih.scoring.questions.register`).
    as_of : date or str, optional
        The last replay date at most. Default: the latest known date of the items.
    every : sequence of {"month", "news"} or datetime.date
        As `replay_dates`.
    draws : Draws, optional
        Default: those shipped or cached for the study, or a new fit.
    engine : {"auto", "exact", "particle"}
    seed : int
    resamples : int
        How often questions are drawn again for the intervals.
    jobs : int
        How many processes share the work.
    dask : str, optional
        The address of a Dask scheduler whose workers do it instead.
    tell : callable, optional
        Is told how many beliefs are done, and of how many.

    Returns
    -------
    Backtest
        The same to the last bit for any order of items, number of processes, and cluster.

    Raises
    ------
    InvalidRequest
        If the study asks no question, something is out of range, or both ``jobs`` and ``dask``
        are asked for.
    CannotCompute
        If other processes, or the cluster, fail.

    Examples
    --------
    >>> import tarjih
    >>> study = tarjih.load("syria_russia")
    >>> found = backtest_study(study, as_of="2025-08-31")
    >>> [date.isoformat() for date in found.dates], found.retrospective
    (['2025-08-06', '2025-08-31'], True)
    """
    chosen = tuple(study.items if items is None else items)
    day = as_of_date(study, chosen, as_of)
    _check(study, engine, seed, jobs, dask)
    dates = replay_dates(study, chosen, day, every)
    asked = questions_of(study, register)
    open_on = _open_on(asked, dates)
    dates = tuple(date for date in dates if open_on[date, True])
    ablations = ablations_of(study, known_by(chosen, day))
    shared = Shared(
        study=replace(study, items=(), questions=(), positions={}),
        items=chosen,
        asked=tuple(one.question.about for one in asked),
        draws=obtain_draws(study) if draws is None else draws,
        engine=engine,
        seed=seed,
    )
    slots, units = _shared_work(shared, dates, ablations, open_on)
    count = None if tell is None else lambda done: tell(done, len(units))
    answers = answers_of(shared, units, jobs=jobs, dask=dask, tell=count)
    found = {
        slot: dict(zip(units[place].questions, answers[place].chances, strict=True))
        for slot, place in slots.items()
    }
    strained = {slot[1] for slot, place in slots.items() if not answers[place].enough}
    names = tuple(one.id for one in ablations)
    questions = tuple(_replayed(study, n, one, dates, names, found) for n, one in enumerate(asked))
    table = forecast_table(questions, names, _leaning(study, chosen, dates))
    return Backtest(
        study=study,
        as_of=day,
        dates=dates,
        ablations=ablations,
        same=frozenset(
            name
            for name in names[1:]
            if all(slots.get((date, name)) in (None, slots[date, "full"]) for date in dates)
        ),
        strained=frozenset(strained),
        questions=questions,
        groups=groups_of(table, resamples=resamples, seed=seed),
        engine=engine,
        seed=seed,
        resamples=resamples,
        units=len(units),
    )


def _check(study: Study, engine: str, seed: int, jobs: int, dask: str | None) -> None:
    problems = []
    if not study.questions:
        problems.append(
            Problem(study.id, "the study asks no question", mend="add some under `questions:`")
        )
    if engine not in _ENGINES:
        allowed, mend = ", ".join(_ENGINES), nearest(engine, _ENGINES)
        if engine == "pymc":
            mend = "pymc samples parameters anew for every date; a backtest keeps them"
        problems.append(Problem("--engine", "no engine of a backtest", engine, allowed, mend))
    if not 0 <= seed < 2**64:
        problems.append(Problem("--seed", "out of range", str(seed), "0 to 2^64-1"))
    if not 1 <= jobs <= _MOST_JOBS:
        problems.append(Problem("--jobs", "out of range", str(jobs), f"1 to {_MOST_JOBS}"))
    elif jobs > 1 and dask is not None:
        mend = "leave out one: the cluster has processes of its own"
        problems.append(Problem("--jobs", "not together with --dask", str(jobs), mend=mend))
    if problems:
        raise InvalidRequest(problems)


def _shared_work(
    shared: Shared,
    dates: Sequence[dt.date],
    ablations: Sequence[Ablation],
    open_on: Mapping[tuple[dt.date, bool], tuple[int, ...]],
) -> tuple[dict[Slot, int], list[Unit]]:
    """Return the work that is to be done, and where each date and ablation finds its own.

    What leads to the same forecast is computed once: before there is any evidence, most
    ablations do. An ablation is asked only what can be scored.
    """
    slots: dict[Slot, int] = {}
    units: list[Unit] = []
    for date in dates:
        known = known_by(shared.items, date)
        there: list[tuple[Variant, int]] = []
        for ablation in ablations:
            questions = open_on[date, ablation.kind == "full"]
            if not questions:
                continue
            variant = variant_of(ablation, shared.study, known)
            place = next((n for other, n in there if variant.like(other)), None)
            if place is None:
                place = len(units)
                there.append((variant, place))
                units.append(Unit(date, ablation, questions))
            slots[date, ablation.id] = place
    return slots, units


def _replayed(
    study: Study,
    place: int,
    one: Open,
    dates: Sequence[dt.date],
    names: Sequence[str],
    found: Mapping[Slot, Mapping[int, tuple[float, ...]]],
) -> Replayed:
    question, resolution = one.question, one.question.resolution
    options = options_of(study, question.about)
    last = last_day_of(question)
    own = tuple(date for date in dates if date <= last)
    result = Replayed(
        question=question,
        options=options,
        kind=kind_of(question.about),
        opens=one.opens,
        last_day=last,
        outcome=None
        if resolution is None or not one.scored
        else answer_index(options, resolution.outcome),
        void=one.void,
        retrospective=one.retrospective,
        dates=own,
        chances={
            name: tuple(found[date, name][place] for date in own)
            for name in (names if one.scored else names[:1])
        },
        score={},
    )
    return replace(result, score=mean_scores(result.kind, result))


def _open_on(
    questions: Sequence[Open], dates: Sequence[dt.date]
) -> dict[tuple[dt.date, bool], tuple[int, ...]]:
    """Return the places of the questions open on a date: all of them, or those to be scored."""
    places: dict[tuple[dt.date, bool], tuple[int, ...]] = {}
    for date in dates:
        places[date, True] = tuple(
            n for n, one in enumerate(questions) if date <= one.question.closes
        )
        places[date, False] = tuple(
            n for n in places[date, True]
            if questions[n].scored and date <= last_day_of(questions[n].question)
        )  # fmt: skip
    return places


def _leaning(study: Study, items: Sequence[Item], dates: Sequence[dt.date]) -> dict[int, bool]:
    """Return by date whether any item that counts then was coded in retrospect."""
    return {
        date.toordinal(): any(item.retrospective for item in counted(study, known_by(items, date)))
        for date in dates
    }
