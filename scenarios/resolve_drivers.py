"""From entries to records: drivers, and what joins them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from tarjih.scenarios.records import Conjunction, Driver, Level, Link
from tarjih.scenarios.references import References

__all__ = ["resolve_conjunction", "resolve_driver", "resolve_link", "spread_level"]

_SUM_TOLERANCE = 1e-6

Entry = Mapping[str, Any]


def resolve_driver(id: str, entry: Entry, refs: References, stated_level: float) -> Driver:
    """Return a driver; a single level at the origin means ``stated_level``."""
    path, book = f"drivers.{id}", refs.book
    ids = refs.level_ids(id) or ()
    written = entry["levels"]
    details: Mapping[str, Entry] = written if isinstance(written, dict) else {}
    last = max(len(ids) - 1, 1)
    levels = tuple(
        Level(
            level,
            refs.text(details.get(level, {}).get("label"))
            or {refs.language: level.replace("_", " ")},
            _first(details.get(level, {}).get("score"), index / last),
        )
        for index, level in enumerate(ids)
    )
    if not isinstance(written, dict) and len(set(written)) < len(written):
        twice = next(level for level in written if written.count(level) > 1)
        book.add(f"{path}.levels", "the same level stands twice", got=twice, mend="remove one")
    for before, after in pairwise(levels):
        if after.score <= before.score:
            book.add(
                f"{path}.levels.{after.id}",
                "scores must increase from level to level",
                got=f"{after.score:g} after {before.score:g}",
                mend="levels stand lowest first",
            )
    at_origin = _at_origin(id, entry["at_origin"], ids, refs, stated_level)
    if entry["reference"] is not None:
        reference = refs.level(id, entry["reference"], f"{path}.reference")
    else:
        reference = max(range(len(at_origin)), key=at_origin.__getitem__, default=0)
    moves = entry["moves"]
    rise, fall = (math.inf if moves[way] == "never" else moves[way] for way in ("rise", "fall"))
    return Driver(
        id,
        refs.text(entry["label"]),
        levels,
        reference,
        at_origin,
        rise,
        fall,
        refs.text(entry["description"]),
        entry["cites"],
    )


def _first(value: float | None, default: float) -> float:
    return default if value is None else value


def _at_origin(
    id: str, written: Any, ids: tuple[str, ...], refs: References, stated_level: float
) -> tuple[float, ...]:
    path = f"drivers.{id}.at_origin"
    if isinstance(written, str):
        chosen = refs.level(id, written, path)
        return spread_level(chosen, len(ids), stated_level)
    chances = [0.0] * len(ids)
    for level, chance in written.items():
        index = refs.level(id, level, f"{path}.{level}")
        if index < len(chances):
            chances[index] = chance
    total = math.fsum(written.values())
    if abs(total - 1.0) > _SUM_TOLERANCE:
        refs.book.add(
            path,
            "probabilities at the origin must sum to one",
            got=f"{total:g}",
            mend="adjust them; levels not named have probability 0",
        )
    return tuple(chances)


def spread_level(chosen: int, size: int, stated: float) -> tuple[float, ...]:
    """Return probabilities for one stated level, with the rest on its neighbours.

    Examples
    --------
    >>> spread_level(0, 3, 0.85)
    (0.85, 0.15, 0.0)
    """
    neighbours = [i for i in (chosen - 1, chosen + 1) if 0 <= i < size]
    rest = round(1.0 - stated, 12)
    return tuple(
        stated if i == chosen else rest / len(neighbours) if i in neighbours else 0.0
        for i in range(size)
    )


def resolve_conjunction(id: str, entry: Entry, refs: References) -> Conjunction:
    """Return a conjunction."""
    requires = {}
    for driver, level in entry["requires"].items():
        path = f"conjunctions.{id}.requires.{driver}"
        if refs.check("drivers", driver, path):
            requires[driver] = refs.level(driver, level, path)
            ids = refs.level_ids(driver)
            if ids and level == ids[0]:
                refs.book.add(
                    path,
                    "a driver always stands at or past its first level",
                    got=level,
                    allowed=ids[1:],
                    mend="name a higher level, or leave the driver out",
                )
    return Conjunction(id, refs.text(entry["label"]), requires, entry["cites"])


def resolve_link(id: str, entry: Entry, refs: References) -> Link:
    """Return a link, with a factor for every level of the parent."""
    path, parent = f"links.{id}", entry["parent"]
    known = refs.check("drivers", parent, f"{path}.parent")
    refs.check("drivers", entry["child"], f"{path}.child")
    levels = refs.level_ids(parent) or ()
    factors = []
    for way in ("rise", "fall"):
        row = [1.0] * len(levels)
        for level, factor in entry[way].items() if known else ():
            index = refs.level(parent, level, f"{path}.{way}.{level}")
            if index < len(row):
                row[index] = factor
        factors.append(tuple(row))
    if not entry["rise"] and not entry["fall"]:
        refs.book.add(
            path,
            "the link does nothing",
            mend="add `rise:` or `fall:` with a factor for a level of the parent",
        )
    return Link(parent, entry["child"], factors[0], factors[1], entry["cites"], id)
