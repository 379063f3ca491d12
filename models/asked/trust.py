"""How far each teller is trusted, before and after what was told.

With ``trust: learned`` every draw holds its own view of every teller (see
`tarjih.evidence.weighing.trust`), and weighs by all evidence together. So what is believed of a
teller is read off the draws like any parameter. It says how well a teller agreed with everything
else, by the lights of this study: not that it told the truth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tarjih.evidence import Entry, Evidence
from tarjih.evidence.weighing.reliability import ReliabilityReader
from tarjih.models.posterior import Posterior
from tarjih.models.record import weighted_quantile
from tarjih.priors.assumptions import assumptions_of
from tarjih.priors.examined import Spread
from tarjih.scenarios.records import Study

__all__ = ["TellerTrust", "counted_tellers", "teller_trust", "weighed_trust"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class TellerTrust:
    """How reliable one teller is held to be: at the digit that agrees with its letter (B2, C3).

    Attributes
    ----------
    teller : str
    letter : {"A", ..., "F"}
    items : int
        Items that count and whose reliability rests on it.
    before, after : Spread
        Its reliability by its letter alone, and given the evidence. Without learned trust both
        are the letter's, without doubt.
    """

    teller: str
    letter: str
    items: int
    before: Spread
    after: Spread

    @property
    def change(self) -> float:
        """How far the mean rose (or, negative, fell)."""
        return self.after.mean - self.before.mean


def teller_trust(posterior: Posterior) -> tuple[TellerTrust, ...]:
    """Return how far each teller is trusted, most changed first.

    Parameters
    ----------
    posterior : Posterior
        From `believe`.

    Returns
    -------
    tuple of TellerTrust
        One for each teller on whom something that counts rests. Tellers that are only relayed
        by are not among them, unless it is not known whom they relay.
    """
    step = posterior.as_of_step
    log_weight = np.concatenate(posterior.map(lambda ahead: ahead.log_weight, step))
    return weighed_trust(posterior.study, posterior.evidence, log_weight)


def weighed_trust(study: Study, evidence: Evidence, log_weight: Floats) -> tuple[TellerTrust, ...]:
    """Return how far each teller is trusted under weighed draws, most changed first.

    Parameters
    ----------
    study : Study
    evidence : Evidence
    log_weight : (M,)
        Of the draws, given the evidence; need not be normalised.
    """
    means = assumptions_of(study).letters
    letters = {source.id: source.letter for source in study.sources}
    weight = np.exp(log_weight - log_weight.max())
    weight /= weight.sum()
    alike = np.full(len(weight), 1 / len(weight))
    found = []
    for teller, items in counted_tellers(study, evidence.entries).items():
        mean = means[letters[teller]].mean
        if evidence.trust is None:
            before = after = Spread(mean, 0.0, mean, mean, mean)
        else:
            reliability = evidence.trust.reliability(teller, mean)
            before, after = _spread(reliability, alike), _spread(reliability, weight)
        found.append(TellerTrust(teller, letters[teller], items, before, after))
    return tuple(sorted(found, key=lambda one: (-abs(one.change), one.teller)))


def counted_tellers(study: Study, entries: Iterable[Entry]) -> dict[str, int]:
    """Return the tellers on whom something that counts rests, and how much does.

    Returns
    -------
    dict of teller id to number of items
        In the study's order of sources.
    """
    reader = ReliabilityReader(study, assumptions_of(study))
    told = Counter(
        teller for entry in entries if entry.counted for teller in reader.tellers(entry.item)
    )
    return {source.id: told[source.id] for source in study.sources if source.id in told}


def _spread(values: Floats, weight: Floats) -> Spread:
    mean = float(weight @ values)
    variance = float(weight @ (values - mean) ** 2)
    levels = weighted_quantile(values[:, None], weight, (0.05, 0.5, 0.95))
    low, middle, high = levels[:, 0].tolist()
    return Spread(mean, variance**0.5, low, middle, high)
