r"""Why belief is where it is: what each piece of news did, and what each is still needed for.

Two questions, two answers. The *waterfall* goes along time: for each date on which something
that counts became known, belief moves once for the time that passed (drift), then once for
each item or cluster known that day. In centred log-odds the moves add up to the whole, exactly.
Several clusters known on one day stand in canonical order, and what a later one does depends
on those before it. An item that was amended or taken back leaves belief on the day from which it is
no longer held, together with what became known of its cluster, or as its next version, that day.

*Leaving out* looks back from as-of: belief with everything, less belief without one thing. It
has no order, and does not add up: two reports of one kind stand in for each other.

How far news was expected is told by

.. math:: \frac{\sum_m w_m \, p_m(\text{news} \mid \text{all before})}{p_0(\text{news})},

with :math:`p_0` what it would be to someone who holds all states equally probable in every
step. That is also how often a teller who does not track the truth would say so (see
``evidence.bearing``), so that a ratio below 1 means: rarer than noise.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tarjih.calendar import parse_date
from tarjih.errors import InvalidRequest, Problem
from tarjih.evidence import Evidence
from tarjih.models.asked.hand_set import HandSet, hand_set_of
from tarjih.models.asked.influence import (
    INFLUENCE_DRAWS,
    Belief,
    Beliefs,
    Influence,
    centred_log_odds,
    cluster_influences,
    item_influences,
    source_influences,
)
from tarjih.models.forecasting import forecast_of
from tarjih.models.posterior import Posterior, believe
from tarjih.models.record import Forecast
from tarjih.priors import Draws, obtain_draws
from tarjih.scenarios.records import Item, Study

__all__ = ["Bar", "Explanation", "explain", "explanation_of"]

Floats = NDArray[np.float64]
_EFFORT = 400_000
"""Draws times steps that the waterfall may go through before it takes fewer draws."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One move of belief.

    Attributes
    ----------
    kind : {"news", "drift"}
        Something became known, or time passed without news.
    start, end : datetime.date
        The days that drift runs between; the day that news became known, twice.
    cluster : str or None
    items : tuple of Item
        What became known, in canonical order; none of drift.
    before, after : (K,)
        Mean probabilities.
    expected : float
        How probable the news was, relative to one who holds all states equally probable; 1
        for drift, and where something was taken back, of which the model knows no chance.
    gone : tuple of Item
        What is no longer held from that day on.
    """

    kind: Literal["news", "drift"]
    start: dt.date
    end: dt.date
    cluster: str | None
    items: tuple[Item, ...]
    before: Floats
    after: Floats
    expected: float
    gone: tuple[Item, ...] = ()

    @property
    def shift(self) -> Floats:
        """Change of the mean probabilities (K,); sums to zero."""
        return self.after - self.before

    @property
    def log_shift(self) -> Floats:
        """Change of their centred log-odds (K,); sums to zero."""
        return centred_log_odds(self.after) - centred_log_odds(self.before)

    @property
    def size(self) -> float:
        """Probability moved from some scenarios to others, in [0, 1]."""
        return float(np.abs(self.shift).sum() / 2)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Where belief started, what moved it, and what it rests on.

    Attributes
    ----------
    forecast : Forecast
        Of what is explained: its scenarios at as-of.
    since : datetime.date
        Where the waterfall starts: the origin, unless asked otherwise.
    start, end : (K,)
        Mean probabilities then, and at as-of.
    bars : tuple of Bar
        In order of time.
    items, clusters, sources : tuple of Influence
        What became known after ``since``, left out one by one; the strongest first.
        ``clusters`` holds unclustered items too.
    before : int
        Items that counted at ``since``: they are inside ``start``.
    uncounted : mapping of str to int
        How many items do not count, by the reason.
    waterfall_draws, influence_draws : int
        Draws behind the bars, and behind what is left out.
    hand_set : HandSet
        What is owed to weights set by hand.
    """

    forecast: Forecast
    since: dt.date
    start: Floats
    end: Floats
    bars: tuple[Bar, ...]
    items: tuple[Influence, ...]
    clusters: tuple[Influence, ...]
    sources: tuple[Influence, ...]
    before: int
    uncounted: Mapping[str, int]
    waterfall_draws: int
    influence_draws: int
    hand_set: HandSet

    @property
    def study(self) -> Study:
        """The study asked about."""
        return self.forecast.study

    @property
    def moved_most(self) -> int:
        """Place of the scenario that changed most since the start, or the likeliest if none did."""
        change = np.abs(self.end - self.start)
        return int(np.argmax(change if change.any() else self.end))

    def opposing(self, scenario: int) -> tuple[Influence, ...]:
        """Return the clusters that pull a scenario against the way it moved, strongest first."""
        way = np.sign(self.end[scenario] - self.start[scenario])
        against = [one for one in self.clusters if one.log_shift[scenario] * way < 0]
        return tuple(sorted(against, key=lambda one: -abs(one.log_shift[scenario])))


def explain(
    study: Study,
    items: Sequence[Item] | None = None,
    *,
    since: dt.date | str | None = None,
    as_of: dt.date | str | None = None,
    draws: Draws | None = None,
    engine: str = "auto",
    seed: int = 0,
    progress: Callable[[int], object] | None = None,
) -> Explanation:
    """Say what moved the probabilities of the scenarios at as-of.

    Parameters
    ----------
    study : Study
    items, as_of, draws, engine, seed
        As for `forecast`.
    since : date or str, optional
        Explain only what became known after this day, from the belief then. Default: the
        origin.
    progress : callable, optional
        Told how much is done, of 100.

    Returns
    -------
    Explanation

    Raises
    ------
    InvalidRequest
        If ``since`` does not lie between the origin and as-of, the engine is pymc, and as
        `forecast`.

    Notes
    -----
    The pymc engine would sample anew for every belief: hundreds of times.

    What is left out is found by running again: cost grows with items times steps. A
    spread-out sample of 250 draws is enough there, since both sides of each difference share
    it. The waterfall takes all draws unless it is long.

    Examples
    --------
    >>> import numpy as np, tarjih
    >>> from tarjih.models import explain
    >>> found = explain(tarjih.load("syria_russia"), as_of="2025-12-31")
    >>> moved = sum(bar.log_shift for bar in found.bars)
    >>> whole = centred_log_odds(found.end) - centred_log_odds(found.start)
    >>> bool(np.abs(moved - whole).max() < 1e-12)
    True
    """
    if engine == "pymc":
        raise InvalidRequest(
            Problem(
                "--engine",
                "an explanation is many beliefs, and this engine samples anew for each",
                got=engine,
                allowed="auto, exact, particle",
            )
        )
    given = obtain_draws(study) if draws is None else draws
    posterior = believe(study, items, as_of=as_of, draws=given, engine=engine, seed=seed)
    start = _since(posterior, since)
    forecast = forecast_of(posterior, replay=False)
    return explanation_of(posterior, forecast, since=start, progress=progress)


def explanation_of(
    posterior: Posterior,
    forecast: Forecast,
    *,
    since: dt.date | str | None = None,
    progress: Callable[[int], object] | None = None,
) -> Explanation:
    """Say what moved a belief whose forecast is there already.

    As `explain`; not for the pymc engine.
    """
    start = _since(posterior, since)
    have, news = _news(posterior, start)

    tell = None if progress is None else _Progress(progress, _beliefs_needed(news))
    thinned = posterior.thinned(_affordable(posterior, news), move=False)
    line = Beliefs(thinned, tell)
    bars, first = _waterfall(line, start, have, news)

    left = Beliefs(posterior.thinned(INFLUENCE_DRAWS, move=False), tell)

    def among(item: Item) -> bool:
        return _learned(item) > start

    return Explanation(
        forecast=forecast,
        since=start,
        start=first,
        end=bars[-1].after if bars else first,
        bars=bars,
        items=item_influences(left, among),
        clusters=cluster_influences(left, among),
        sources=source_influences(left, among),
        before=len(have),
        uncounted=_uncounted(posterior.evidence),
        waterfall_draws=len(line.posterior.engine.draws),
        influence_draws=len(left.posterior.engine.draws),
        hand_set=hand_set_of(left, start),
    )


@dataclass(frozen=True, slots=True)
class _Change:
    """What became known of one cluster on a day, and what is no longer held from then on."""

    items: tuple[Item, ...]
    gone: tuple[Item, ...]


_Day = tuple[dt.date, list[_Change]]


class _Progress:
    """Turns beliefs found into a share of 100."""

    def __init__(self, told: Callable[[int], object], needed: int) -> None:
        self._told, self._needed, self._done = told, needed, 0

    def __call__(self) -> None:
        self._done += 1
        self._told(min(100 * self._done // self._needed, 100))


def _beliefs_needed(news: Sequence[_Day]) -> int:
    """Return roughly how many beliefs it takes to explain what items did."""
    bars = sum(len(changes) + 1 for _, changes in news)
    items = [item for _, changes in news for change in changes for item in change.items]
    sources = {teller for item in items for teller in item.sources}
    together = sum(len(cluster) > 1 for cluster in _clustered(items))
    return 3 + bars + len(items) + together + len(sources)


def _since(posterior: Posterior, since: dt.date | str | None) -> dt.date:
    origin = posterior.study.origin
    if since is None:
        return origin
    day = parse_date(since, "--since")
    if not origin <= day <= posterior.as_of:
        raise InvalidRequest(
            Problem(
                "--since",
                "outside what can be explained",
                got=day.isoformat(),
                allowed=f"{origin.isoformat()} to {posterior.as_of.isoformat()}",
            )
        )
    return day


def _learned(item: Item) -> dt.date:
    """Return the day from which an item can count."""
    return max(item.known, item.end)


def _clustered(items: Sequence[Item]) -> list[list[Item]]:
    """Gather items into clusters, in the order of their first items."""
    groups: dict[tuple[bool, str], list[Item]] = {}
    for item in items:
        groups.setdefault(_cluster(item), []).append(item)
    return list(groups.values())


def _cluster(item: Item) -> tuple[bool, str]:
    """Return what items of one cluster share, or else the versions of one item."""
    return item.cluster is None, item.cluster or item.id.partition("~")[0]


def _news(posterior: Posterior, start: dt.date) -> tuple[list[Item], list[_Day]]:
    """Return the items that counted at a date, and for each later day what changed on it."""
    as_of = posterior.as_of
    days: dict[dt.date, list[Item]] = {}
    at_start = []
    counted = _ever_counted(posterior)
    for item in counted:
        if _learned(item) > start:
            days.setdefault(_learned(item), []).append(item)
        elif item.until is None or item.until > start:
            at_start.append(item)
        if item.until is not None and start < item.until <= as_of:
            days.setdefault(item.until, []).append(item)
    return at_start, [
        (
            day,
            [
                _Change(
                    tuple(item for item in group if _learned(item) == day),
                    tuple(item for item in group if item.until == day),
                )
                for group in _clustered(items)
            ],
        )
        for day, items in sorted(days.items())
    ]


def _ever_counted(posterior: Posterior) -> list[Item]:
    """Return the items that count at as-of, or did at some time before they were taken back."""
    entries = posterior.evidence.entries
    if not any(entry.why == "no longer held" for entry in entries):
        return [entry.item for entry in entries if entry.counted]
    items = {entry.item.id: entry.item for entry in entries}
    always = posterior.replaced([replace(item, until=None) for item in items.values()])
    counted = [items[entry.item.id] for entry in always.evidence.entries if entry.counted]
    return [item for item in counted if item.until is None or item.until > _learned(item)]


def _affordable(posterior: Posterior, news: Sequence[_Day]) -> int:
    """Return how many draws the waterfall may take."""
    calendar = posterior.study.calendar
    steps = sum((len(changes) + 1) * (calendar.index(day) + 1) for day, changes in news)
    return max(INFLUENCE_DRAWS, _EFFORT // (steps + posterior.as_of_step + 1))


def _waterfall(
    beliefs: Beliefs, start: dt.date, at_start: Sequence[Item], news: Sequence[_Day]
) -> tuple[tuple[Bar, ...], Floats]:
    """Return the moves from a date to as-of, and the belief at that date."""
    # What is taken back leaves with its own bar, not while time passes.
    have = [replace(item, until=None) for item in at_start]
    index = beliefs.posterior.study.calendar.index
    bars: list[Bar] = []
    at, belief = start, beliefs.of(have, start)
    first = belief.probability
    for day, changes in [*news, (beliefs.posterior.as_of, [])]:
        if index(day) > index(at):
            before, belief = belief, beliefs.of(have, day)
            bars.append(
                Bar("drift", at, day, None, (), before.probability, belief.probability, 1.0)
            )
            at = day
        said = beliefs.said(have, day)
        for change in changes:
            gone = {item.id for item in change.gone}
            have = [item for item in have if item.id not in gone]
            have += [replace(item, until=None) for item in change.items]
            before, belief = belief, beliefs.of(have, day)
            unsaid, said = said, beliefs.said(have, day)
            bars.append(
                Bar(
                    kind="news",
                    start=day,
                    end=day,
                    cluster=(*change.items, *change.gone)[0].cluster,
                    items=change.items,
                    before=before.probability,
                    after=belief.probability,
                    expected=1.0 if gone else _expected(before, belief, unsaid, said),
                    gone=change.gone,
                )
            )
        at = day
    return tuple(bars), first


def _expected(before: Belief, after: Belief, unsaid: Evidence, said: Evidence) -> float:
    """Return how probable news was, relative to one who holds all states equally probable."""
    flat: Floats = np.zeros(1)
    for less, more in zip(_said(unsaid), _said(said), strict=True):
        added = np.exp(more - less).mean(axis=-1)
        flat = flat + np.log(added).sum(axis=-1)
    weight = np.exp(before.log_weight - before.log_weight.max())
    noise = float(np.log(weight @ np.broadcast_to(np.exp(flat), weight.shape) / weight.sum()))
    return float(np.exp(after.log_chance - before.log_chance - noise))


def _said(evidence: Evidence) -> tuple[Floats, ...]:
    return evidence.scenario_loglik, *evidence.driver_loglik


def _uncounted(evidence: Evidence) -> dict[str, int]:
    """Count the items that do not count, by the reason, the most frequent first.

    What became known after as-of is not among them: of that nothing was known then.
    """
    reasons = Counter(
        entry.why for entry in evidence.entries if not entry.counted and entry.why != "not known"
    )
    return dict(sorted(reasons.items(), key=lambda each: (-each[1], each[0])))
