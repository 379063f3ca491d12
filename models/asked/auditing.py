"""An audit: what was said on a day, what would be said of it today, and what lies between.

The numbers of a statement of record and those of today differ for reasons that can be told
apart. They are changed one after the other, on the same dice: the software, the study's files
and its draws, the evidence in those files, what was recorded late, errors of ours that were
mended, engine and seed. Each *part* is what its own change did in this order, so the parts add
up to the whole difference, with nothing left over. Another order would divide the whole
otherwise; this one goes from what the reader can do least about to what they can do most.

From what today's model says with that day's knowledge to hindsight two parts lead in the same way:
what was amended or retracted later, and the evidence that came later.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from tarjih.evidence.ledgers.chain import Row
from tarjih.evidence.ledgers.entries import ITEM_KINDS
from tarjih.evidence.ledgers.held import Held
from tarjih.evidence.ledgers.ledger import Ledger
from tarjih.evidence.ledgers.statements import Statement
from tarjih.models.asked.changed import (
    changed_sections,
    items_carried,
    items_that_differ,
    same_draws,
    with_late_entries,
)
from tarjih.models.asked.hindsight import in_force_then
from tarjih.models.forecasting import forecast, forecast_of
from tarjih.models.posterior import as_of_date, believe
from tarjih.models.record import Forecast, Intervention
from tarjih.priors.draws import Draws
from tarjih.scenarios.dissent import view as view_of
from tarjih.scenarios.records import Study

__all__ = ["COLUMNS", "Audit", "Part", "PartKind", "asked_forecast", "asked_of", "audit_of"]

Floats = NDArray[np.float64]
PartKind = Literal["software", "study", "files", "late", "errors", "engine", "revised", "later"]
COLUMNS = ("now", "at_horizon", "ever_by_horizon")
_DECIMALS = 6  # as documents are rounded


@dataclass(frozen=True, eq=False)
class Part:
    """What one change did.

    Attributes
    ----------
    kind : str
        ``software``, ``study`` (files and draws), ``files`` (the evidence in them), ``late``
        (recorded late), ``errors`` (ours, mended), ``engine`` (and seed); and toward hindsight
        ``revised`` (amended or retracted later) and ``later`` (evidence).
    names : tuple of str
        What changed: versions, sections of the study, ids of items.
    before, after : (3, K)
        Probabilities now, at the horizon, ever by it; on the way to hindsight (2, K).
    """

    kind: PartKind
    names: tuple[str, ...]
    before: Floats
    after: Floats

    @property
    def change(self) -> Floats:
        """The difference."""
        difference: Floats = self.after - self.before
        return difference


@dataclass(frozen=True, eq=False)
class Audit:
    """What was said on a day, what would be said today, and what hindsight says.

    With K scenarios: today's, then those that only the statement has. Rows are now, at the
    horizon and (but in hindsight) ever by the horizon; the probability of a scenario that is
    not there is 0.

    Attributes
    ----------
    day : datetime.date
        The day asked about.
    as_of, horizon : datetime.date
        The dates that all numbers speak of.
    latest : datetime.date
        The last day whose knowledge hindsight uses.
    study : Study
        Today's, with what the ledger holds.
    forecast : Forecast
        Today's, with what was known at as-of; past dates not replayed.
    statement : Statement or None
        None when nothing was said by then.
    said : (3, K) or None
    today : (3, K)
        By today's model, with what was known at as-of.
    hindsight : (2, K)
    parts : tuple of Part
        From ``said`` to ``today``; those that could make no difference are left out.
    hindsight_parts : tuple of Part
        From ``today`` to ``hindsight``.
    since : tuple of str
        Items that became known after as-of, up to the day asked about.
    """

    day: dt.date
    as_of: dt.date
    horizon: dt.date
    latest: dt.date
    study: Study
    forecast: Forecast
    statement: Statement | None
    scenario_ids: tuple[str, ...]
    said: Floats | None
    today: Floats
    hindsight: Floats
    parts: tuple[Part, ...]
    hindsight_parts: tuple[Part, ...]
    since: tuple[str, ...]


def asked_of(found: Forecast, *, view: str | None, hindsight: bool) -> dict[str, Any]:
    """Return all that a forecast depends on besides study, draws and ledger, as JSON holds it."""
    return {
        "as_of": found.as_of.isoformat(),
        "horizon": found.horizon.isoformat(),
        "settings": [
            {
                "driver": held.driver,
                "level": found.study.driver(held.driver).levels[held.level].id,
                "start": held.start and held.start.isoformat(),
            }
            for held in found.interventions
        ],
        # An analyst may be named with a hyphen.
        "view": view and (found.study.viewer.id if found.study.viewer else view),
        "engine": found.engine,
        "seed": found.seed,
        "hindsight": hindsight,
    }


def asked_forecast(
    study: Study, draws: Draws, asked: Mapping[str, Any], *, replay: bool = True
) -> Forecast:
    """Forecast what `asked_of` says was asked.

    Parameters
    ----------
    study : Study
        With all its items, and as one analyst sees it if that was asked.
    draws : Draws
    asked : mapping
    replay : bool
        As in `forecast`.
    """
    horizon = asked.get("horizon")
    settings = [
        Intervention(
            one["driver"],
            study.driver(one["driver"]).index(one["level"]),
            dt.date.fromisoformat(one["start"]) if one.get("start") else None,
        )
        for one in asked.get("settings") or ()
    ]
    return forecast(
        study,
        as_of=asked["as_of"],
        horizon=dt.date.fromisoformat(horizon) if isinstance(horizon, str) else horizon,
        interventions=settings,
        draws=draws,
        engine=asked["engine"],
        seed=asked["seed"],
        replay=replay,
    )


def audit_of(
    study: Study,
    draws: Callable[[Study], Draws],
    *,
    day: dt.date,
    ledger: Ledger,
    statement: Statement | None,
    view: str | None = None,
    engine: str | None = None,
    seed: int | None = None,
) -> Audit:
    """Set what was said beside what today's model, and hindsight, say.

    Parameters
    ----------
    study : Study
        Today's, as it was loaded.
    draws : callable
        Returns today's draws of a study, or of one analyst's view of it.
    day : datetime.date
        The day asked about.
    ledger : Ledger
    statement : Statement or None
        What was said by then; None: take that day as as-of.
    view : str, optional
        Of the analyst, where there is no statement.
    engine, seed : optional
        Default: the statement's; else ``auto`` and 0.

    Raises
    ------
    InvalidRequest
        As `forecast`: for one, if as-of lies before the origin.
    CannotCompute
        If what the statement keeps cannot be read.
    """
    asked: dict[str, Any]
    if statement is None:
        asked = {"as_of": day.isoformat(), "engine": "auto", "seed": 0, "view": view}
    else:
        asked = dict(statement.asked)
    today = asked | {
        name: value
        for name, value in (("engine", engine), ("seed", seed))
        if value is not None and value != asked[name]
    }
    ids = study.scenario_ids
    if statement is not None:
        ids = (*ids, *(id for id in statement.numbers if id not in ids))
    walk = _Walk(ids, dt.date.fromisoformat(asked["as_of"]), bool(asked.get("hindsight")))

    parts: list[Part] = []
    said = None
    rows = ledger.entries(study, kinds=ITEM_KINDS)
    whole = Held(study, rows)
    analyst = asked.get("view")
    seen = _seen(whole.extended(hindsight=walk.hindsight), analyst)
    own = draws(seen)
    if statement is not None:
        parts, last = _parts(walk, statement, study, own, rows)
        said = parts[0].before if parts else last
    found = asked_forecast(seen, own, today, replay=False)
    reached = walk.values(found)
    if statement is not None and (today != asked):
        other = [one for one in ("engine", "seed") if today[one] != asked[one]]
        names = tuple(f"{one} {asked[one]} → {today[one]}" for one in other)
        parts.append(Part("engine", names, last, reached))
    looked = _looked_back(walk, found, _seen(whole.extended(hindsight=True), analyst), own, today)
    revised, later, latest, coming = looked
    changed = items_that_differ(seen, revised[0], walk.as_of)
    rest = [
        Part("revised", changed, reached[:2], revised[1]),
        Part("later", coming, revised[1], later),
    ]
    return Audit(
        day=day,
        as_of=walk.as_of,
        horizon=found.horizon,
        latest=latest,
        study=seen,
        forecast=found,
        statement=statement,
        scenario_ids=ids,
        said=said,
        today=reached,
        hindsight=later,
        parts=tuple(parts),
        hindsight_parts=tuple(part for part in rest if part.names),
        since=tuple(item.id for item in seen.items if walk.as_of < item.known <= day),
    )


@dataclass(frozen=True)
class _Walk:
    """What stays the same along the way."""

    ids: tuple[str, ...]
    as_of: dt.date
    hindsight: bool

    def values(self, found: Forecast) -> Floats:
        """Return the means (3, K) of a forecast."""
        columns = np.stack([found.now, found.at_horizon, found.ever_by_horizon])
        return self.placed(found.study, columns)

    def placed(self, study: Study, columns: Floats) -> Floats:
        """Return columns (n, k) of a study's scenarios where ``ids`` has them."""
        placed = np.zeros((len(columns), len(self.ids)))
        placed[:, [self.ids.index(id) for id in study.scenario_ids]] = columns
        return placed

    def recorded(self, numbers: Mapping[str, Mapping[str, float]]) -> Floats:
        """Return what a statement shows, (3, K); NaN for what it does not."""
        return np.array(
            [[numbers.get(id, {}).get(name, np.nan) for id in self.ids] for name in COLUMNS],
            dtype=np.float64,
        )


def _parts(
    walk: _Walk,
    statement: Statement,
    study: Study,
    draws: Draws,
    rows: Sequence[Row],
) -> tuple[list[Part], Floats]:
    """Return what led from a statement to today's numbers, and those, engine and seed the same."""
    asked, kept = statement.asked, statement.study
    analyst = asked.get("view")

    def told(seen: Study, parameters: Draws) -> Floats:
        return walk.values(asked_forecast(seen, parameters, asked, replay=False))

    parts: list[Part] = []
    then = statement.extended()
    shown = walk.recorded(statement.numbers)
    last = told(then, statement.draws)
    rounded = np.array([[round(one, _DECIMALS) for one in row] for row in last.tolist()])
    if not (np.isnan(shown) | (rounded == shown)).all():
        whole = np.where(np.isnan(shown), last, shown)
        parts.append(Part("software", _versions(statement), whole, last))

    early = [row for row in rows if row.seq <= statement.upto]
    sections = changed_sections(kept, study)
    others = () if same_draws(statement.draws, draws) else ("draws",)
    carried = items_carried(kept, study)

    def extended(base: Study, entries: Iterable[Row]) -> Study:
        return _seen(Held(base, entries).extended(hindsight=walk.hindsight), analyst)

    stages: list[tuple[PartKind, tuple[str, ...], Study]] = []
    changed = extended(carried, early)
    if sections or others:
        stages.append(("study", (*sections, *others), changed))
    before = changed
    late = with_late_entries(rows, statement.upto)
    for kind, after in (
        ("files", extended(study, early)),
        ("late", extended(study, late)),
        ("errors", extended(study, rows)),
    ):
        names = items_that_differ(before, after, walk.as_of)
        if names:
            stages.append((kind, names, after))  # type: ignore[arg-type]
        before = after
    for kind, names, after in stages:
        values = told(after, draws)
        parts.append(Part(kind, names, last, values))
        last = values
    return parts, last


def _looked_back(
    walk: _Walk, found: Forecast, study: Study, draws: Draws, asked: Mapping[str, Any]
) -> tuple[tuple[Study, Floats], Floats, dt.date, tuple[str, ...]]:
    """Return what was revised later, and what all that is known now says of both dates."""
    revised = walk.values(asked_forecast(study, draws, asked, replay=False))[:2]
    latest = max(as_of_date(study, study.items, None), walk.as_of)
    coming = tuple(item.id for item in study.items if item.known > walk.as_of)
    if latest == walk.as_of:
        return (study, revised), revised, latest, ()
    posterior = believe(
        study, as_of=latest, draws=draws, engine=asked["engine"], seed=asked["seed"]
    )
    steps = study.calendar.index(walk.as_of), study.calendar.index(found.horizon)
    columns = [
        in_force_then(posterior, step)
        if step <= posterior.as_of_step
        else forecast_of(posterior, horizon=found.horizon, replay=False).at_horizon
        for step in steps
    ]
    return (study, revised), walk.placed(study, np.stack(columns)), latest, coming


def _seen(study: Study, analyst: str | None) -> Study:
    return study if analyst is None else view_of(study, analyst)


def _versions(statement: Statement) -> tuple[str, ...]:
    from tarjih.evidence.ledgers.statements import versions_now

    now = versions_now()
    return tuple(
        f"{name} {version} → {now.get(name, '?')}"
        for name, version in statement.versions.items()
        if now.get(name) != version
    )
