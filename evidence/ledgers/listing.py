"""The items of a study and its ledger, listed as of a day: which are held, and which count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import get_args

from tarjih.errors import InvalidRequest, Problem, nearest
from tarjih.evidence.ledgers.accounts import Account, accounts_of
from tarjih.evidence.ledgers.entries import Amend, Observe, source_from
from tarjih.evidence.ledgers.held import Held
from tarjih.evidence.ledgers.selecting import select_items
from tarjih.evidence.weighing.likelihood import Entry, weigh_evidence
from tarjih.scenarios.records import Item, ItemKind, Source, Study

__all__ = ["Listed", "Listing", "list_items"]


@dataclass(frozen=True, slots=True)
class Listed:
    """One version of an item, as of a day.

    Attributes
    ----------
    account : Account
    held : bool
        Whether it is held on that day.
    entry : Entry or None
        How it counts; None for what no day shows.
    """

    account: Account
    held: bool
    entry: Entry | None

    @property
    def item(self) -> Item:
        """The version."""
        return self.account.item


@dataclass(frozen=True, slots=True)
class Listing:
    """Items as of a day, in the order in which they happened.

    Attributes
    ----------
    study : Study
        With all that the ledger holds.
    as_of : datetime.date
    rows : tuple of Listed
    tellers : mapping of id to Source
        Those that came with the ledger's entries, undone ones too, and that the study's own files
        do not list.
    """

    study: Study
    as_of: dt.date
    rows: tuple[Listed, ...]
    tellers: Mapping[str, Source]

    @property
    def counted(self) -> int:
        """How many of them count."""
        return sum(row.entry is not None and row.entry.counted for row in self.rows)

    @property
    def told(self) -> Study:
        """The study with all tellers: what was undone was told by somebody too."""
        listed = {source.id for source in self.study.sources}
        more = [one for id, one in self.tellers.items() if id not in listed]
        return replace(self.study, sources=(*self.study.sources, *more))

    @property
    def recorded(self) -> int:
        """How many of them stand in the ledger, not in the study's own files."""
        return sum(row.account.row is not None for row in self.rows)


def list_items(
    held: Held,
    *,
    as_of: dt.date,
    every: bool = False,
    hindsight: bool = False,
    indicator: str | None = None,
    driver: str | None = None,
    scenario: str | None = None,
    source: str | None = None,
    cluster: str | None = None,
    kind: str | None = None,
    start: dt.date | None = None,
    end: dt.date | None = None,
) -> Listing:
    """List the items held on a day.

    Parameters
    ----------
    held : Held
    as_of : datetime.date
        Not before the origin.
    every : bool
        Also list what is no longer held, or not yet, and what no day shows.
    hindsight : bool
        Let what was amended or retracted later reach back.
    indicator, driver, scenario, source, cluster, start, end
        As for `select_items`.
    kind : str, optional
        Only one sort of observation.

    Returns
    -------
    Listing

    Raises
    ------
    InvalidRequest
        If something is named that neither the study nor an item has.

    Examples
    --------
    >>> import datetime, tarjih
    >>> held = Held(tarjih.load("syria_russia"))
    >>> found = list_items(held, as_of=datetime.date(2026, 1, 31), driver="israeli_strikes")
    >>> [row.item.id for row in found.rows], found.recorded
    (['e19'], 0)
    """
    kinds = get_args(ItemKind)
    if kind is not None and kind not in kinds:
        mend = nearest(kind, kinds)
        raise InvalidRequest(Problem("--kind", "unknown kind", kind, ", ".join(kinds), mend))
    study = held.extended(hindsight=hindsight)
    weighed = weigh_evidence(study, study.items, as_of=as_of, last_step=study.calendar.index(as_of))
    entries = {entry.item.id: entry for entry in weighed.entries}
    all_told = _in_order(accounts_of(held, hindsight=hindsight))
    fitting = select_items(
        study,
        [one.item for one in all_told],
        indicator=indicator,
        driver=driver,
        scenario=scenario,
        source=source,
        cluster=cluster,
        start=start,
        end=end,
    )
    # By the object: what was undone may share its id with nothing, but a version is one of many.
    chosen = {id(item) for item in fitting}
    rows = [
        Listed(one, one.held_on(as_of), None if one.never else entries.get(one.item.id))
        for one in all_told
        if id(one.item) in chosen and kind in (None, one.item.kind)
    ]
    shown = tuple(row for row in rows if every or row.held)
    return Listing(study, as_of, shown, _tellers(held))


def _tellers(held: Held) -> dict[str, Source]:
    """Return the tellers that came with entries, and that the study's own files do not list."""
    own = {source.id for source in held.study.sources}
    found: dict[str, Source] = {}
    for one in held.recorded.values():
        if isinstance(one.said, Observe | Amend):
            for id, data in one.said.sources.items():
                if id not in own:
                    found.setdefault(id, source_from(id, data))
    # Of two that had one id, one after the other was undone, the one that holds.
    return found | {id: source_from(id, held.sources[id]) for id in found if id in held.sources}


def _in_order(all_told: Iterable[Account]) -> list[Account]:
    return sorted(all_told, key=lambda one: (one.item.end, one.item.known, one.item.id))
