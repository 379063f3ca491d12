"""Choosing among items: by what they bear on, who told them, and when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from tarjih.errors import InvalidRequest, Problem, nearest
from tarjih.scenarios.records import Checked, Item, LevelSeen, Seen, Study, Weights

__all__ = ["items_on", "select_items"]


def items_on(study: Study, day: dt.date) -> Study:
    """Return a study with its items as they were held on a day, and none of those known later."""
    held = select_items(study, held_on=day)
    return replace(study, items=tuple(replace(item, until=None) for item in held))


def select_items(
    study: Study,
    items: Iterable[Item] | None = None,
    *,
    indicator: str | None = None,
    driver: str | None = None,
    scenario: str | None = None,
    source: str | None = None,
    cluster: str | None = None,
    start: dt.date | None = None,
    end: dt.date | None = None,
    held_on: dt.date | None = None,
) -> tuple[Item, ...]:
    """Return the items that fit all that is asked for, in the order given.

    Parameters
    ----------
    study : Study
    items : iterable of Item, optional
        Default: the study's.
    indicator : str, optional
        Seen, or looked for and not seen.
    driver : str, optional
        Reported at some level.
    scenario : str, optional
        Weighed for or against by words, or by an indicator that its resolution rule names or
        that is seen most often under it.
    source : str, optional
        Who tells it, or is relayed by who tells it.
    cluster : str, optional
    start, end : datetime.date, optional
        It happened, in part at least, from this day on, or up to it.
    held_on : datetime.date, optional
        It was known and not yet taken back on this day.

    Raises
    ------
    InvalidRequest
        If something is named that neither the study nor an item has.

    Examples
    --------
    >>> import tarjih
    >>> study = tarjih.load("syria_russia")
    >>> [item.id for item in select_items(study, driver="israeli_strikes")]
    ['e19']
    """
    given = tuple(study.items if items is None else items)
    kept: list[Callable[[Item], bool]] = []
    if indicator is not None:
        _known("indicator", indicator, [one.id for one in study.indicators])
        kept.append(lambda item: _indicator(item) == indicator)
    if driver is not None:
        _known("driver", driver, study.driver_ids)
        kept.append(
            lambda item: isinstance(item.bears_on, LevelSeen) and item.bears_on.driver == driver
        )
    if scenario is not None:
        _known("scenario", scenario, study.scenario_ids)
        own = _own_indicators(study, scenario)
        kept.append(lambda item: _indicator(item) in own or _weighs(item, scenario))
    if source is not None:
        _known("source", source, [one.id for one in study.sources])
        kept.append(lambda item: source in item.sources or source in item.relays.values())
    if cluster is not None:
        _known("cluster", cluster, sorted({one.cluster for one in given if one.cluster}))
        kept.append(lambda item: item.cluster == cluster)
    if start is not None:
        kept.append(lambda item: item.end >= start)
    if end is not None:
        kept.append(lambda item: item.start <= end)
    if held_on is not None:
        kept.append(
            lambda item: item.known <= held_on and (item.until is None or held_on < item.until)
        )
    return tuple(item for item in given if all(fits(item) for fits in kept))


def _known(what: str, name: str, allowed: Collection[str]) -> None:
    if name not in allowed:
        raise InvalidRequest(
            Problem(
                f"--{what}",
                f"unknown {what}",
                got=name,
                allowed=", ".join(allowed) or "(there is none)",
                mend=nearest(name, list(allowed)),
            )
        )


def _indicator(item: Item) -> str | None:
    bears_on = item.bears_on
    return bears_on.indicator if isinstance(bears_on, Seen | Checked) else None


def _own_indicators(study: Study, scenario: str) -> set[str]:
    """Name the indicators that speak for a scenario more than for any other."""
    most = {
        one.id
        for one in study.indicators
        if one.monthly[scenario] == max(one.monthly.values()) > min(one.monthly.values())
    }
    return most | set(study.scenario(scenario).settled_by)


def _weighs(item: Item, scenario: str) -> bool:
    bears_on = item.bears_on
    return isinstance(bears_on, Weights) and bears_on.words.get(scenario, "neutral") != "neutral"
