"""What is believed at a date: draws, their weights, and the engine that carries them on.

Everything that is asked of a study starts here: `believe` reads the request, weighs the
evidence and builds the engine; the answers then differ in what they carry along.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from tarjih.calendar import parse_date
from tarjih.errors import InvalidRequest, Problem, nearest
from tarjih.evidence import Evidence, throw_trust, weigh_evidence
from tarjih.models.engines.exact import ExactEngine, cheap_enough
from tarjih.models.engines.particle import ParticleEngine
from tarjih.models.engines.protocol import Ahead, Clamp, Engine, EngineAround, Run, run_engine
from tarjih.models.record import Intervention
from tarjih.priors import Draws, obtain_draws
from tarjih.priors.assumptions import assumptions_of
from tarjih.scenarios.records import Item, Study

if TYPE_CHECKING:
    from tarjih.models.moving.moves import Movement

__all__ = ["ENGINES", "Posterior", "as_of_date", "believe", "clamps_of", "last_step_of"]

Floats = NDArray[np.float64]
T = TypeVar("T")
EngineName = Literal["auto", "exact", "particle", "pymc"]
ENGINES: tuple[EngineName, ...] = ("auto", "exact", "particle", "pymc")
_MADE: dict[str, Callable[..., Engine]] = {"exact": ExactEngine, "particle": ParticleEngine}
_MOST_MONTHS = 1200


@dataclass(frozen=True, slots=True)
class Posterior:
    """Belief about parameters, drivers and scenarios, given what was known at a date.

    Attributes
    ----------
    items : tuple of Item
        All of them, known by then or not.
    as_of_step : int
        The step that holds ``as_of``.
    evidence : Evidence
        The items, weighed by what was known.
    engine : Engine
        With M draws.
    engine_name : str
    offset : (M,)
        Added to the log probability of the evidence under each draw: 0 for draws of the
        prior; for draws that follow some evidence already, its log probability taken away.
    movement : Movement or None
        How draws were moved, where weighing those of the prior left too few.
    plain : Posterior or None
        The same belief on draws of the prior, where they were moved.
    """

    study: Study
    items: tuple[Item, ...]
    as_of: dt.date
    as_of_step: int
    evidence: Evidence
    engine: Engine
    engine_name: str
    offset: Floats
    movement: Movement | None = None
    plain: Posterior | None = None

    def map(
        self, work: Callable[[Ahead], T], last_step: int, clamps: Sequence[Clamp] = ()
    ) -> list[T]:
        """Return ``work`` of every block of draws, with steps up to ``last_step`` to come."""
        return _Offset(self.engine, self.offset).map(
            work, self.evidence, as_of_step=self.as_of_step, last_step=last_step, clamps=clamps
        )

    def run(self, last_step: int, clamps: Sequence[Clamp] = ()) -> Run:
        """Carry belief on to a step."""
        return run_engine(
            _Offset(self.engine, self.offset),
            self.evidence,
            as_of_step=self.as_of_step,
            last_step=last_step,
            clamps=clamps,
        )

    def replaced(self, items: Sequence[Item]) -> Posterior:
        """Return the belief that other items would have led to: same draws, same dice."""
        return replace(self, items=tuple(items), evidence=self._weighed(items, self.as_of))

    def at(self, date: dt.date) -> Posterior:
        """Return what was believed at an earlier date, with what was known by then.

        Draws of the prior are weighed anew, for an early date must not know of draws moved
        later; those of the pymc engine are sampled anew.
        """
        if self.plain is not None:
            return self.plain.at(date)
        if self.engine_name == "pymc":
            seed = self.engine.seed
            return believe(self.study, self.items, as_of=date, engine="pymc", seed=seed)
        return replace(
            self,
            as_of=date,
            as_of_step=self.study.calendar.index(date),
            evidence=self._weighed(self.items, date),
        )

    def thinned(self, enough: int, *, move: bool = True) -> Posterior:
        """Return the same belief on a spread-out sample of the draws it started from.

        Those of the pymc engine are kept: fewer would be another fit. ``move`` is that of
        `believe`; what is asked of `at` alone never looks at moved draws.
        """
        draws = (self.plain or self).engine.draws
        if self.engine_name == "pymc" or len(draws) <= enough:
            return self
        return believe(
            self.study,
            self.items,
            as_of=self.as_of,
            draws=draws.thin(enough),
            engine=self.engine_name,
            seed=self.engine.seed,
            move=move,
        )

    def _weighed(self, items: Sequence[Item], date: dt.date) -> Evidence:
        step = self.study.calendar.index(date)
        trust = self.evidence.trust
        return weigh_evidence(self.study, items, as_of=date, last_step=step, trust=trust)


class _Offset(EngineAround):
    """An engine whose draws weigh by an offset more than the evidence says."""

    def __init__(self, inner: Engine, offset: Floats) -> None:
        super().__init__(inner)
        self.offset = offset

    def map(
        self,
        work: Callable[[Ahead], T],
        evidence: Evidence,
        *,
        as_of_step: int,
        last_step: int,
        clamps: Sequence[Clamp] = (),
    ) -> list[T]:
        def shifted(ahead: Ahead) -> T:
            return work(replace(ahead, log_weight=ahead.log_weight + self.offset[ahead.draws]))

        return self.inner.map(
            shifted, evidence, as_of_step=as_of_step, last_step=last_step, clamps=clamps
        )


def believe(
    study: Study,
    items: Sequence[Item] | None = None,
    *,
    as_of: dt.date | str | None = None,
    draws: Draws | None = None,
    engine: str = "auto",
    seed: int = 0,
    move: bool = True,
) -> Posterior:
    """Return what is believed at a date.

    Parameters
    ----------
    study : Study
    items : sequence of Item, optional
        Default: the study's seed evidence.
    as_of : date or str, optional
        Default: the latest known date of the items, never today.
    draws : Draws, optional
        Default: those shipped or cached for the study, or a new fit. The pymc engine samples
        draws of its own: its chains start at some of these, by default at draws of the prior.
    engine : {"auto", "exact", "particle", "pymc"}
        By default exact where that is cheap, else particle.
    seed : int
        Beliefs with the same seed share their random numbers.
    move : bool
        Whether draws are moved where the evidence leaves too few; without, who asks has to
        look at their weights (`tarjih.models.moving.pareto.enough`).

    Raises
    ------
    InvalidRequest
        If as-of lies before the origin or a century after it, engine or seed are unknown, or
        the study is too large for the engine asked for.

    Notes
    -----
    Where the evidence leaves too few draws of the prior effective, they are moved to it
    (`models.moving`), those of a pool each within its analyst's view.
    """
    chosen = study.items if items is None else tuple(items)
    day = as_of_date(study, chosen, as_of)
    if engine not in ENGINES:
        raise InvalidRequest(
            Problem(
                "engine", "unknown engine", got=engine, allowed=", ".join(ENGINES),
                mend=nearest(engine, ENGINES),
            )
        )  # fmt: skip
    if not 0 <= seed < 2**64:
        raise InvalidRequest(Problem("seed", "out of range", got=str(seed), allowed="0 to 2^64-1"))
    if engine == "pymc":
        return _sampled(study, chosen, day, draws, seed)
    parameters = obtain_draws(study) if draws is None else draws
    name = ("exact" if cheap_enough(study) else "particle") if engine == "auto" else engine
    learned = assumptions_of(study).trust == "learned"
    now = study.calendar.index(day)
    belief = Posterior(
        study=study,
        items=chosen,
        as_of=day,
        as_of_step=now,
        evidence=weigh_evidence(
            study,
            chosen,
            as_of=day,
            last_step=now,
            trust=throw_trust(study, len(parameters), seed) if learned else None,
        ),
        engine=_MADE[name](study, parameters, seed=seed),
        engine_name=name,
        offset=np.zeros(len(parameters)),
    )
    return _with_enough_draws(belief) if move else belief


def _with_enough_draws(belief: Posterior) -> Posterior:
    """Return a belief, its draws moved where the evidence leaves too few of them."""
    draws = belief.engine.draws
    if draws.bias is None or not belief.evidence.entries:
        return belief
    from tarjih.models.moving.pareto import enough

    weights = belief.map(lambda ahead: ahead.log_weight, belief.as_of_step)
    if enough(np.concatenate(weights)):
        return belief
    from tarjih.models.moving.settling import moved_posterior

    moved, settled = moved_posterior(belief)
    return replace(moved, movement=settled.movement, plain=belief)


def _sampled(
    study: Study, items: tuple[Item, ...], day: dt.date, start: Draws | None, seed: int
) -> Posterior:
    """Return a belief whose draws follow the evidence: all of them weigh alike."""
    from tarjih.models.engines.joint_sampling import sample_jointly

    now = study.calendar.index(day)
    learned = assumptions_of(study).trust == "learned"
    trust = throw_trust(study, 1, seed) if learned else None
    evidence = weigh_evidence(study, items, as_of=day, last_step=now, trust=trust)
    fit = sample_jointly(study, evidence, start=start, seed=seed)
    engine = ExactEngine(study, fit.draws, seed=seed)
    explained = engine.map(lambda ahead: ahead.log_weight, evidence, as_of_step=now, last_step=now)
    return Posterior(
        study=study,
        items=items,
        as_of=day,
        as_of_step=now,
        evidence=evidence,
        engine=engine,
        engine_name="pymc",
        offset=-np.concatenate(explained),
    )


def as_of_date(study: Study, items: Sequence[Item], as_of: dt.date | str | None) -> dt.date:
    """Return the date whose knowledge is used: by default the latest known date of the items.

    That an item is no longer held became known on a date as well.

    Raises
    ------
    InvalidRequest
        If it lies before the origin or a century after it.
    """
    if as_of is None:
        taken_back = (item.until for item in items if item.until)
        return max([study.origin, *(item.known for item in items), *taken_back])
    day = parse_date(as_of, "--as-of")
    latest = study.calendar.last_day(study.calendar.steps(_MOST_MONTHS))
    if not study.origin <= day <= latest:
        early = day < study.origin
        raise InvalidRequest(
            Problem(
                "--as-of",
                "before the origin of the study" if early else "too far after the origin",
                got=day.isoformat(),
                allowed=f"{study.origin.isoformat()} to {latest.isoformat()}",
                mend="earlier knowledge is inside the judgements" if early else None,
            )
        )
    return day


def last_step_of(study: Study, now: int, horizon: float | dt.date | None) -> int:
    """Return the last step of a forecast from the as-of step on.

    Parameters
    ----------
    horizon : float or date, optional
        Months from the as-of step, or a date. Default: the study's.

    Raises
    ------
    InvalidRequest
        If it does not lie after as-of, or a century beyond it.
    """
    calendar = study.calendar
    if isinstance(horizon, dt.date):
        last = calendar.index(horizon)
    else:
        months = study.horizon if horizon is None else horizon
        last = now + calendar.steps(months) if 0 < months <= _MOST_MONTHS else now
    if not now < last <= now + calendar.steps(_MOST_MONTHS):
        raise InvalidRequest(
            Problem(
                "--horizon",
                "the horizon must lie after as-of",
                got=str(horizon),
                allowed=f"a number of months up to {_MOST_MONTHS}, or a date in a later step",
            )
        )
    return last


def clamps_of(
    study: Study, interventions: Sequence[Intervention], now: int, last: int
) -> tuple[Clamp, ...]:
    """Return interventions in the engines' terms.

    Parameters
    ----------
    now, last : int
        The as-of step, and the horizon's.

    Raises
    ------
    InvalidRequest
        If one names what does not exist, or starts outside the forecast.
    """
    return tuple(_clamp(study, one, now, last) for one in interventions)


def _clamp(study: Study, intervention: Intervention, now: int, last: int) -> Clamp:
    ids = study.driver_ids
    if intervention.driver not in ids:
        raise InvalidRequest(
            Problem(
                "--set", "unknown driver", got=intervention.driver, allowed=", ".join(ids),
                mend=nearest(intervention.driver, ids),
            )
        )  # fmt: skip
    driver = study.driver(intervention.driver)
    if not 0 <= intervention.level < len(driver.levels):
        raise InvalidRequest(
            Problem(
                "--set",
                f"no such level of {driver.id}",
                got=str(intervention.level),
                allowed=", ".join(level.id for level in driver.levels),
            )
        )
    step = now + 1
    if intervention.start is not None:
        step = study.calendar.index(intervention.start)
        if not now < step <= last:
            raise InvalidRequest(
                Problem(
                    "--set",
                    "an intervention starts after the as-of step and within the horizon",
                    got=intervention.start.isoformat(),
                    allowed=f"{study.calendar.first_day(now + 1).isoformat()} to "
                    f"{study.calendar.last_day(last).isoformat()}",
                )
            )
    return Clamp(ids.index(driver.id), intervention.level, step)
