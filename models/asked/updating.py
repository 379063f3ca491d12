r"""What one more item does: belief without it beside belief with it.

Both sides are of one as-of date, on the same draws and the same dice, so that a difference is
the evidence's: no time passes between them, and nothing else becomes known.

*How surprising it was* is told by what can be told. Of an indicator: the chance of its being seen
in that step, :math:`\sum_k P(s_t = k)\,\ell_k`. Of a level: the chance of that level at that step,
:math:`P(x_t = v)`. Both by all else that is known as of the date, later items included, and before
doubt about who tells it; they come from carrying that event along as certain evidence, since the
ratio of the evidence's probability with it and without it is its chance. Weights that are set by
hand say nothing about how often such a thing happens. All that follows from them is a ratio: the
factor by which the odds of the scenario that led before were multiplied.

*How many told it*: reports are tellers, origins those whom they do not merely relay (see
``evidence.weighing.reliability``), counted over the whole cluster of the item.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tarjih.equations import DECIBANS
from tarjih.errors import InvalidRequest, Problem, nearest
from tarjih.evidence import Entry, Evidence, relay_chains
from tarjih.evidence.weighing.bearing import seen_likelihood
from tarjih.models.asked.influence import belief_at, centred_log_odds
from tarjih.models.engines.kept import KeptEngine
from tarjih.models.forecasting import forecast_of
from tarjih.models.moving.pareto import enough
from tarjih.models.posterior import Posterior, as_of_date, believe
from tarjih.models.record import Forecast
from tarjih.priors import Draws, obtain_draws
from tarjih.scenarios.records import Item, LevelSeen, Seen, Study, Weights

__all__ = ["NOTE_DECIBANS", "Telling", "Update", "tellings", "update_of"]

Floats = NDArray[np.float64]
NOTE_DECIBANS = 5.0
"""What moves a scenario by more should have a note that says why."""
_CERTAIN = math.log(1e-12)  # what a level that was not the one seen keeps


@dataclass(frozen=True, slots=True)
class Telling:
    """How many told something.

    Attributes
    ----------
    reports : int
        Tellers, each of each item.
    origins : int
        Those of them, or behind them, who relay nobody.
    counts : float
        How often the items count together; 0 if none does.
    """

    reports: int
    origins: int
    counts: float


@dataclass(frozen=True, eq=False)
class Update:
    """Belief without an item, and with it.

    Attributes
    ----------
    before, after : Forecast
        Of one as-of date. ``after.study`` has the item.
    entry : Entry
        The item, and how it was counted.
    cluster : tuple of Entry
        All that count of its cluster, the item among them; those it stands with alone
        otherwise. Empty if it does not count.
    telling : Telling
        Of its cluster, whether it counts or not.
    together : (K,)
        What its cluster as a whole did to the centred log-odds now.
    chance : float or None
        How probable the event was; None for weights, and for what does not count.
    """

    before: Forecast
    after: Forecast
    entry: Entry
    cluster: tuple[Entry, ...]
    telling: Telling
    together: Floats
    chance: float | None

    @property
    def study(self) -> Study:
        """The study, with the item."""
        return self.after.study

    @property
    def item(self) -> Item:
        """What was added."""
        return self.entry.item

    @cached_property
    def shift(self) -> Floats:
        """Change of the mean probabilities now, (K,); sums to zero."""
        return self.after.now - self.before.now

    @cached_property
    def log_shift(self) -> Floats:
        """Change of their centred log-odds, (K,); sums to zero."""
        return centred_log_odds(self.after.now) - centred_log_odds(self.before.now)

    @property
    def odds_factor(self) -> float:
        """What the odds, now, of the scenario that led before were multiplied by."""
        k = int(np.argmax(self.before.now))
        before, after = (min(float(one.now[k]), 1 - 1e-15) for one in (self.before, self.after))
        return (after / (1 - after)) / (before / (1 - before))

    @property
    def largest(self) -> float:
        """The furthest that it, or its cluster together, moved a scenario now, in decibans."""
        moved = np.abs([self.log_shift, self.together]).max()
        return float(moved) * DECIBANS

    @property
    def note_due(self) -> bool:
        """Whether it moved that much that its note should say why, and there is none."""
        return self.largest > NOTE_DECIBANS and not any(self.item.note.values())


def update_of(
    study: Study,
    id: str,
    *,
    as_of: dt.date | str | None = None,
    horizon: float | dt.date | None = None,
    draws: Draws | None = None,
    engine: str = "auto",
    seed: int = 0,
) -> Update:
    """Say what one item of a study does to the scenarios.

    Parameters
    ----------
    study : Study
        With the item, as `Ledger.extended` returns it.
    id : str
        The item's.
    as_of : date or str, optional
        Default: the latest known date of all items, this one included.
    horizon, draws, engine, seed
        As for `forecast`.

    Returns
    -------
    Update

    Raises
    ------
    InvalidRequest
        If there is no such item, and as `forecast`.

    Notes
    -----
    ``before`` is what `forecast` says without the item as of the same date, to rounding. Where the
    evidence leaves too few draws and they are moved (`models.moving`), each side has draws of its
    own, and what is left of the dice is part of the difference.

    Examples
    --------
    >>> import tarjih
    >>> from tarjih.models import update_of
    >>> found = update_of(tarjih.load("syria_russia"), "e46")
    >>> found.entry.counted, found.before.as_of == found.after.as_of
    (True, True)
    """
    ids = [item.id for item in study.items]
    if id not in ids:
        raise InvalidRequest(
            Problem("id", "there is no such item", got=id, mend=nearest(id, ids[-2000:]))
        )
    whole = obtain_draws(study) if draws is None else draws
    day = as_of_date(study, study.items, as_of)
    posterior, after = _believed(study, day, horizon, whole, engine, seed)
    entries = posterior.evidence.entries
    entry = next(one for one in entries if one.item.id == id)
    same = [one for one in entries if _clustered(one, entry)]
    telling = tellings([one.item for one in same], sum(one.exponent for one in same))
    if not entry.counted:
        # Nothing that is weighed differs: the other side would be computed alike.
        return Update(after, after, entry, (), telling, np.zeros(len(study.scenarios)), None)
    without = [item for item in study.items if item.id != id]
    earlier = _replaced(posterior, without, whole)
    before = forecast_of(earlier, horizon=horizon, replay=False, past=False)
    if _moveless(earlier) and not enough(before.log_weight):
        earlier = _anew(posterior, without, whole)
        before = forecast_of(earlier, horizon=horizon, replay=False, past=False)
    counted = tuple(one for one in same if one.counted)
    together = centred_log_odds(after.now) - centred_log_odds(before.now)
    if len(counted) > 1:
        gone = {one.item.id for one in counted}
        rest = _replaced(posterior, [item for item in study.items if item.id not in gone], whole)
        together = centred_log_odds(after.now) - centred_log_odds(belief_at(rest).probability)
    return Update(
        before=before,
        after=after,
        entry=entry,
        cluster=counted,
        telling=telling,
        together=together,
        chance=_chance(earlier, before, entry),
    )


def tellings(items: Sequence[Item], counts: float = 1.0) -> Telling:
    """Count who told some items, and who of them independently.

    Parameters
    ----------
    items : sequence of Item
        Reports of one thing.
    counts : float
        How often they count together.

    Examples
    --------
    >>> import tarjih
    >>> items = {item.id: item for item in tarjih.load("syria_russia").items}
    >>> one = replace(items["e19"], sources=("sana", "reuters"), relays={"sana": "reuters"})
    >>> found = tellings([one])
    >>> found.reports, found.origins
    (2, 1)
    """
    origins = {root for item in items for root in relay_chains(item)}
    nobody = sum(not item.sources for item in items)
    reports = sum(len(item.sources) for item in items)
    return Telling(reports + nobody, len(origins) + nobody, float(counts))


def _believed(
    study: Study,
    day: dt.date,
    horizon: float | dt.date | None,
    draws: Draws,
    engine: str,
    seed: int,
) -> tuple[Posterior, Forecast]:
    """Return belief with the item, and its forecast."""
    posterior = believe(study, as_of=day, draws=draws, engine=engine, seed=seed, move=False)
    if posterior.engine_name != "pymc":
        posterior = replace(posterior, engine=KeptEngine(posterior.engine))
    after = forecast_of(posterior, horizon=horizon, replay=False, past=False)
    if posterior.engine_name == "pymc" or enough(after.log_weight):
        return posterior, after
    # The forecast's own weights say that draws have to be moved.
    moved = believe(study, as_of=day, draws=draws, engine=engine, seed=seed)
    if moved.movement is None:
        return posterior, after
    return moved, forecast_of(moved, horizon=horizon, replay=False, past=False)


def _moveless(posterior: Posterior) -> bool:
    """Return whether draws of the prior were weighed, and could be moved instead."""
    return posterior.movement is None and posterior.engine_name != "pymc"


def _clustered(one: Entry, entry: Entry) -> bool:
    """Return whether an entry is the other, or one of its cluster that counts."""
    if one.item.id == entry.item.id:
        return True
    return one.counted and one.item.cluster is not None and one.item.cluster == entry.item.cluster


def _replaced(posterior: Posterior, items: Sequence[Item], draws: Draws) -> Posterior:
    """Return the belief that other items lead to, as `believe` would have it."""
    if posterior.movement is not None or posterior.engine_name == "pymc":
        return _anew(posterior, items, draws)
    return posterior.replaced(items)


def _anew(posterior: Posterior, items: Sequence[Item], draws: Draws) -> Posterior:
    return believe(
        posterior.study,
        items,
        as_of=posterior.as_of,
        draws=draws,
        engine=posterior.engine_name,
        seed=posterior.engine.seed,
    )


def _chance(belief: Posterior, forecast: Forecast, entry: Entry) -> float | None:
    """Return how probable the event was, by all else that is known."""
    bears_on, step = entry.item.bears_on, entry.step
    if step is None or isinstance(bears_on, Weights):
        return None
    study, states = belief.study, len(belief.study.scenarios)
    if isinstance(bears_on, Seen):
        place, likelihood = 0, _seen_in_step(study, bears_on.indicator)
    elif isinstance(bears_on, LevelSeen):
        j = study.driver_ids.index(bears_on.driver)
        place = 1 + j
        states = len(study.drivers[j].levels)
        likelihood = (np.arange(states) == bears_on.level).astype(float)
    else:
        return None
    if step == belief.as_of_step:
        now = forecast.now if place == 0 else forecast.levels[place - 1][0]
        return float(now @ likelihood)
    log = np.log(np.maximum(likelihood, math.exp(_CERTAIN)))
    certain = replace(belief, evidence=_with(belief.evidence, place, step, log))
    plain, told = (
        np.concatenate(one.map(lambda ahead: ahead.log_weight, belief.as_of_step))
        for one in (belief, certain)
    )
    largest = max(plain.max(), told.max())
    return float(min(np.exp(told - largest).sum() / np.exp(plain - largest).sum(), 1.0))


def _seen_in_step(study: Study, indicator: str) -> Floats:
    """Return the chance (K,) that an indicator is seen in a step, by scenario."""
    rates: Mapping[str, float] = next(
        one.monthly for one in study.indicators if one.id == indicator
    )
    monthly = np.array([rates[id] for id in study.scenario_ids])
    return seen_likelihood(monthly, study.calendar.months, monitored=True)


def _with(evidence: Evidence, place: int, step: int, log: Floats) -> Evidence:
    """Return evidence that says one thing more of a step: of scenarios (0), or of a driver."""
    laid = [evidence.scenario_loglik, *evidence.driver_loglik]
    more = laid[place].copy()
    more[..., step, :] += log
    laid[place] = more
    return replace(evidence, scenario_loglik=laid[0], driver_loglik=tuple(laid[1:]))
