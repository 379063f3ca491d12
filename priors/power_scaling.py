"""How much the numbers hang on the prior, and how much on what was judged.

Prior and judgements are each raised to a power near 1, and the draws weighed anew: what
moves says on what a number stands (Kallioinen and others 2024,
doi:10.1007/s11222-023-10366-5; ArviZ's ``psense_summary``). Nothing is refitted.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Literal

from tarjih.equations import softmax
from tarjih.priors.draws import Draws
from tarjih.priors.elicited import Elicited, elicit
from tarjih.priors.examined import pull_at
from tarjih.priors.stated_prior import log_prior_terms
from tarjih.scenarios.records import Study

__all__ = ["Leaning", "Sensitivity", "power_scaled"]

Leaning = Literal["judged", "both", "prior", "neither"]
THRESHOLD = 0.05
"""Distance per doubling of the power, above which a number counts as sensitive: ArviZ's own."""


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """On what one probability hangs.

    Attributes
    ----------
    quantity : {"now", "pull"}
        In force at the origin, or the pull there.
    prior, judged : float
        Change of its distribution (cumulative Jensen-Shannon distance) per doubling of the
        power of the utilities' prior, and of what was judged with the base rates.
    """

    quantity: Literal["now", "pull"]
    scenario: str
    prior: float
    judged: float

    @property
    def leaning(self) -> Leaning:
        """Which of the two is above the threshold of 0.05.

        ``both`` can mean that the prior and the judgements pull apart.
        """
        if self.prior >= THRESHOLD:
            return "both" if self.judged >= THRESHOLD else "prior"
        return "judged" if self.judged >= THRESHOLD else "neither"


def power_scaled(study: Study | Elicited, draws: Draws) -> tuple[Sensitivity, ...]:
    """Return the sensitivity of each scenario's probability at the origin, now and as pull.

    Parameters
    ----------
    study : Study or Elicited
    draws : Draws
        Fitted ones.

    Returns
    -------
    tuple of Sensitivity
        Empty when the draws do not know how probable what was judged is under each: made
        up, sampled from the prior, or of a study in which nothing was judged.
    """
    elicited = study if isinstance(study, Elicited) else elicit(study)
    study = elicited.study
    if draws.log_judged is None or not elicited.outcomes:
        return ()
    names = ("alpha", "initial", "effects", "review_time", "up", "down")
    terms = log_prior_terms(elicited, {name: getattr(draws, name) for name in names})
    tree: Any = import_module("arviz_base").from_dict(
        {
            "posterior": {
                "now": softmax(draws.initial)[None],
                "pull": pull_at(study, draws, {})[None],
            },
            "log_likelihood": {"judged": draws.log_judged[None]},
            "log_prior": {"stated": (terms["alpha"] + terms["initial"])[None]},
        },
        dims={"now": ["scenario"], "pull": ["scenario"]},
        coords={"scenario": list(study.scenario_ids)},
    )
    with _quiet():
        table: Any = import_module("arviz_stats").psense_summary(tree, round_to=6)
    return tuple(
        Sensitivity(
            quantity,
            scenario,
            float(table.loc[f"{quantity}[{scenario}]", "prior"]),
            float(table.loc[f"{quantity}[{scenario}]", "likelihood"]),
        )
        for quantity in ("now", "pull")
        for scenario in study.scenario_ids
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Leave it to our own words to say what ArviZ would log."""
    log = logging.getLogger("arviz_stats")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)
