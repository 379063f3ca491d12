"""A study of fewer drivers: the others stand fixed, and what they did is put into constants.

A driver that never moves adds the same to every utility, opens or closes the conjunctions it
is part of, and multiplies the rates of those linked to it by one factor. So a study with some
drivers fixed is a plain study of the others, under other draws of the parameters.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np

from tarjih.errors import InvalidRequest, Problem, nearest
from tarjih.priors.draws import Draws
from tarjih.scenarios.records import Conjunction, Item, LevelSeen, Scenario, Study

__all__ = ["fix_drivers", "kept_drivers", "speaks_of"]


def kept_drivers(study: Study, names: Collection[str] | None) -> tuple[str, ...]:
    """Return the drivers named, in the study's order; all of them for None.

    Hyphens may stand for underscores.

    Raises
    ------
    InvalidRequest
        If a name is no driver (all at once), or none is named.

    Examples
    --------
    >>> from tarjih.scenarios import load
    >>> kept_drivers(load("syria_russia"), ["us-withdrawal", "ukraine_war"])
    ('ukraine_war', 'us_withdrawal')
    """
    if names is None:
        return study.driver_ids
    given = [name if name in study.driver_ids else name.replace("-", "_") for name in names]
    problems = [
        Problem(
            "--drivers",
            "unknown driver",
            got=name,
            allowed=", ".join(study.driver_ids),
            mend=nearest(name, study.driver_ids),
        )
        for name in given
        if name not in study.driver_ids
    ]
    if not given:
        allowed = ", ".join(study.driver_ids)
        problems.append(Problem("--drivers", "no driver is kept", allowed=allowed))
    if problems:
        raise InvalidRequest(problems)
    return tuple(id for id in study.driver_ids if id in given)


def fix_drivers(study: Study, draws: Draws, levels: Mapping[str, int]) -> tuple[Study, Draws]:
    """Return the study without the drivers fixed, and the draws that go with it.

    Parameters
    ----------
    study : Study
    draws : Draws
        Of ``study``.
    levels : mapping of driver id to level index
        Where each of them stands, at all times.

    Returns
    -------
    Study
        Of the other drivers, with the items that do not speak of those fixed. Judgements and
        base rates, which spoke of the whole, are gone: it is not to be fitted.
    Draws
        As many, under which the scenarios behave as they would with the drivers fixed.
    """
    index = {id: j for j, id in enumerate(study.driver_ids)}
    kept = [j for id, j in index.items() if id not in levels]
    alpha = draws.alpha.copy()
    for id, level in levels.items():
        driver = study.driver(id)
        away = driver.levels[level].score - driver.levels[driver.reference].score
        alpha += draws.beta[:, index[id]] * away
    open_, rows = [], []
    held = study.design.held_at_reference
    for c, conjunction in enumerate(study.conjunctions):
        left = {id: v for id, v in conjunction.requires.items() if id not in levels}
        possible = all(levels[id] >= v for id, v in conjunction.requires.items() if id in levels)
        if possible and left:
            open_.append(replace(conjunction, requires=left))
            rows.append(c)
            now = all(study.driver(id).reference >= v for id, v in left.items())
        else:
            now = possible
        alpha += draws.gamma[:, c] * (float(now) - held[c])
    up, down = draws.up.copy(), draws.down.copy()
    for link in study.links:
        if link.parent in levels:
            up[:, index[link.child]] *= link.rise[levels[link.parent]]
            down[:, index[link.child]] *= link.fall[levels[link.parent]]
    narrow = replace(
        study,
        drivers=tuple(study.drivers[j] for j in kept),
        conjunctions=tuple(open_),
        links=tuple(
            link for link in study.links if link.parent not in levels and link.child not in levels
        ),
        scenarios=tuple(_without(one, levels, open_) for one in study.scenarios),
        items=tuple(item for item in study.items if not speaks_of(item, levels)),
        judgements=(),
        questions=(),
        base_rates=None,
    )
    return narrow, replace(
        draws,
        alpha=alpha,
        beta=draws.beta[:, kept],
        gamma=draws.gamma[:, np.array(rows, dtype=np.intp)],
        up=up[:, kept],
        down=down[:, kept],
    )


def speaks_of(item: Item, drivers: Collection[str]) -> bool:
    """Return whether an item reports the level of one of these drivers."""
    return isinstance(item.bears_on, LevelSeen) and item.bears_on.driver in drivers


def _without(
    scenario: Scenario, drivers: Collection[str], conjunctions: Collection[Conjunction]
) -> Scenario:
    ids = {one.id for one in conjunctions}
    return replace(
        scenario,
        effects={id: word for id, word in scenario.effects.items() if id not in drivers},
        conjunction_effects={
            id: word for id, word in scenario.conjunction_effects.items() if id in ids
        },
        effects_by={},
        conjunction_effects_by={},
    )
