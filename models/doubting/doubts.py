"""The uncertain parameters of a study in groups that mean something to an analyst.

Groups are as large as a question one can ask somebody ("how strongly does a deal act?"), since
the single parameters of one group move together in what was judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tarjih.evidence.weighing.trust import Trust
from tarjih.priors.draws import Draws
from tarjih.scenarios.records import Study

__all__ = ["Doubt", "DoubtKind", "doubts_of"]

Floats = NDArray[np.float64]
DoubtKind = Literal[
    "initial", "pull", "driver", "conjunction", "review", "rates", "trust", "analyst"
]


@dataclass(frozen=True, slots=True, eq=False)
class Doubt:
    """A group of uncertain parameters.

    Attributes
    ----------
    kind : str
        ``initial``: which scenario was in force at the origin; ``pull``: where the levels of the
        origin lead; ``driver``, ``conjunction``: the effects of one; ``review``: how slowly
        scenarios are reconsidered; ``rates``: how fast one driver moves; ``trust``: how
        reliable the tellers are; ``analyst``: whose view is right.
    id : str
        Of the driver or conjunction; empty for the others.
    values : (M, p)
        Those that vary, as they act: rates and times as logarithms.
    """

    kind: DoubtKind
    id: str
    values: Floats


def doubts_of(study: Study, draws: Draws, trust: Trust | None = None) -> tuple[Doubt, ...]:
    """Return the groups of a study's parameters; those in which nothing varies are left out.

    Parameters
    ----------
    study : Study
    draws : Draws
    trust : Trust, optional
        Where trust in the tellers is learned; left out if its draws are not these.

    Examples
    --------
    >>> import tarjih
    >>> from tarjih.priors import obtain_draws
    >>> study = tarjih.load("syria_russia")
    >>> [(one.kind, one.id) for one in doubts_of(study, obtain_draws(study))][:3]
    [('initial', ''), ('pull', ''), ('review', '')]
    """
    found = [
        Doubt("initial", "", draws.initial),
        Doubt("pull", "", draws.alpha),
        Doubt("review", "", np.log(draws.review_time)),
        *(Doubt("driver", id, draws.beta[:, j]) for j, id in enumerate(study.driver_ids)),
        *(
            Doubt("conjunction", one.id, draws.gamma[:, c])
            for c, one in enumerate(study.conjunctions)
        ),
        *(
            Doubt("rates", id, _log_rates(draws.up[:, j], draws.down[:, j]))
            for j, id in enumerate(study.driver_ids)
        ),
    ]
    if trust is not None and trust.shifts and len(trust) == len(draws):
        found.append(Doubt("trust", "", np.stack(list(trust.shifts.values()), axis=1)))
    views = np.unique(draws.analyst)
    found.append(Doubt("analyst", "", (draws.analyst[:, None] == views).astype(np.float64)))
    varying = (Doubt(one.kind, one.id, _varying(one.values)) for one in found)
    return tuple(one for one in varying if one.values.shape[1])


def _log_rates(*rates: Floats) -> Floats:
    """Return logarithms; a driver that never moves that way in some draws is left as it is."""
    return np.stack([np.log(one) if (one > 0).all() else one for one in rates], axis=1)


def _varying(values: Floats) -> Floats:
    varies: Floats = values[:, np.ptp(values, axis=0) > 0]
    return varies
