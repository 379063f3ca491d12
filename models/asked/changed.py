"""What changed between two states of a study, and what a ledger was told late."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np

from tarjih.evidence.ledgers.chain import Row
from tarjih.evidence.ledgers.entries import item_from, levels_of
from tarjih.priors.draws import Draws
from tarjih.scenarios.records import Checked, Item, Seen, Study, Weights
from tarjih.scenarios.resolved_form import resolved, resolved_item

__all__ = [
    "changed_sections",
    "items_carried",
    "items_that_differ",
    "same_draws",
    "with_late_entries",
]

_NOT_OF_MODEL = ("items", "questions")
_NOT_COMPARED = ("digest", "diagnostics")


def changed_sections(before: Study, after: Study) -> tuple[str, ...]:
    """Return the sections of a study's files that say something else, but for its evidence.

    The order of scenarios and drivers counts, that of anything else does not.
    """
    old, new = resolved(before), resolved(after)
    found = [
        section
        for section in dict.fromkeys((*old, *new))
        if section not in _NOT_OF_MODEL and old.get(section) != new.get(section)
    ]
    for section, ids in (("scenarios", "scenario_ids"), ("drivers", "driver_ids")):
        if section not in found and getattr(before, ids) != getattr(after, ids):
            found.append(section)
    return tuple(found)


def same_draws(one: Draws, other: Draws) -> bool:
    """Tell whether two records hold the same numbers, whatever they were made from."""
    for field in fields(Draws):
        if field.name not in _NOT_COMPARED:
            left, right = getattr(one, field.name), getattr(other, field.name)
            if (left is None) != (right is None) or (
                left is not None and not np.array_equal(left, right)
            ):
                return False
    return True


def items_carried(before: Study, after: Study) -> Study:
    """Return a study with the seed evidence of an earlier state of it.

    What bears on something that is gone is left out; sources that are gone come along.
    """
    levels, named = (
        levels_of(after),
        {driver: list(ids) for driver, ids in levels_of(before).items()},
    )
    indicators = {one.id for one in after.indicators}
    items: list[Item] = []
    for item in before.items:
        bears_on = item.bears_on
        gone = isinstance(bears_on, Seen | Checked) and bears_on.indicator not in indicators
        if isinstance(bears_on, Weights):
            gone = not set(bears_on.words) <= set(after.scenario_ids)
        if gone:
            continue
        try:
            items.append(item_from(item.id, resolved_item(item, named), levels, until=item.until))
        except KeyError:
            continue
    listed = {source.id for source in after.sources}
    sources = (one for one in before.sources if one.id not in listed)
    return replace(after, items=tuple(items), sources=(*after.sources, *sources))


def items_that_differ(before: Study, after: Study, day: dt.date) -> tuple[str, ...]:
    """Return the ids of items that are not held alike on a day."""
    old, new = _held_on(before, day), _held_on(after, day)
    return tuple(id for id in dict.fromkeys((*old, *new)) if old.get(id) != new.get(id))


def _held_on(study: Study, day: dt.date) -> dict[str, Item]:
    held = (item for item in study.items if item.known <= day)
    # The versions of an item share its id, and one of them at most is held.
    return {
        item.id.partition("~")[0]: replace(item, id="", until=None)
        for item in held
        if item.until is None or day < item.until
    }


def with_late_entries(rows: Sequence[Row], upto: int) -> list[Row]:
    """Return entries without those that mend errors of ours in what was held already.

    Parameters
    ----------
    rows : sequence of Row
        About items, in the order of recording.
    upto : int
        Up to this number nothing is left out. An entry that was recorded later, and undone,
        never counted: it is left out with what undid it.
    """
    undone = {row.body.get("entry") for row in rows if row.kind == "undo"}
    return [
        row
        for row in rows
        if row.seq <= upto
        or not (row.kind == "undo" or row.seq in undone or row.body.get("because") == "our-error")
    ]
