"""Beliefs whose draws are moved where weighing them no longer does.

A belief weighs draws of the prior by what is known. While that leaves enough of them, nothing
is done. Where it does not, the draws are moved (`models.moving.moves`), and the same belief is
asked with the moved draws. Along a timeline the draws moved for one date serve the next ones as
well, as long as what came to be known in between leaves enough of them, and are moved from
there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tarjih.evidence import Evidence, Trust, weigh_evidence
from tarjih.models.engines.protocol import Engine, Run
from tarjih.models.moving.cloud import Weigh
from tarjih.models.moving.moves import Settled, moved_draws, settle, weigher
from tarjih.models.moving.pareto import effective_share, enough
from tarjih.models.posterior import Posterior
from tarjih.priors.draws import Draws

__all__ = ["Timeline", "moved_posterior", "settled_posterior"]

Floats = NDArray[np.float64]
_QUIET_SHARE = 0.25
_FINER = 4
_MOST_PATHS = 256


class Timeline:
    """Draws led along the dates of a timeline, and moved only where they must be.

    Ask for beliefs in the order of their dates, and of one study and seed. Evidence of early
    dates never knows of later ones, so neither do the draws.

    Attributes
    ----------
    settled : Settled or None
        The draws last moved, with how they were; None as long as those of the prior do.

    Examples
    --------
    >>> import tarjih
    >>> from tarjih.models.posterior import believe
    >>> belief, timeline = believe(tarjih.load("syria_russia")), Timeline()
    >>> then = timeline.asked(belief.at(belief.study.origin))
    >>> enough(then.run(then.as_of_step).log_weight), timeline.settled
    (True, None)
    """

    def __init__(self) -> None:
        self.settled: Settled | None = None
        self._paths: int | None = None

    def asked(self, posterior: Posterior) -> Posterior:
        """Return a belief on draws of the prior, asked with the draws last moved."""
        if self.settled is None:
            return posterior
        return settled_posterior(posterior, self.settled, paths=self._paths)

    def run(self, posterior: Posterior) -> Run:
        """Return what is believed at the next date, its draws moved if they must be."""
        run = self.asked(posterior).run(posterior.as_of_step)
        if enough(run.log_weight):
            return run
        return self.moved(posterior).run(posterior.as_of_step)

    def moved(self, posterior: Posterior) -> Posterior:
        """Return the same, with draws that are moved to it from where they stand.

        Raises
        ------
        InvalidModel
            If the draws do not say what is thought of the sources.
        """
        moved, self.settled = moved_posterior(posterior, self.settled)
        self._paths = moved.engine.paths or None
        return moved


def settled_posterior(
    posterior: Posterior, settled: Settled, *, paths: int | None = None
) -> Posterior:
    """Return the same belief, asked with other draws.

    Parameters
    ----------
    posterior : Posterior
        At any date.
    settled : Settled
        Draws that follow some evidence: this date's, or an earlier one's.
    paths : int, optional
        Driver paths for each draw. Default: as many as the belief has.

    Returns
    -------
    Posterior
        Draws weigh by what the evidence of this date says beyond that.
    """
    return replace(
        posterior,
        evidence=_evidence(posterior, settled.trust),
        engine=_engine(posterior, settled.draws, posterior.engine.seed, paths),
        offset=-settled.log_likelihood,
    )


def moved_posterior(
    posterior: Posterior, start: Settled | None = None
) -> tuple[Posterior, Settled]:
    """Return the same belief with draws that follow its evidence.

    Parameters
    ----------
    posterior : Posterior
    start : Settled, optional
        Where the draws set out from, such as those moved for an earlier date. Default: the
        belief's own draws, which must be of the prior (its offset is not looked at).

    Returns
    -------
    posterior : Posterior
    settled : Settled
        Its draws, with how they were moved.

    Raises
    ------
    InvalidModel
        If the draws do not say what is thought of the sources.

    Notes
    -----
    Where items contradict one another, paths that explain them all are rare, and estimates
    over few paths rough: moved draws would then weigh unevenly by their dice. They are moved on
    with four times the paths until they do not, or there are 256 for each.
    """
    settled = start or settle(posterior.engine.draws, posterior.evidence.trust)
    paths, seed = posterior.engine.paths, posterior.engine.seed
    while True:
        weigh = _weigher(posterior, paths)
        settled = moved_draws(posterior.study, settled, weigh, seed=seed)
        weighed = weigh(settled.draws, settled.trust, seed) - settled.log_likelihood
        if not 0 < paths <= _MOST_PATHS // _FINER or effective_share(weighed) >= _QUIET_SHARE:
            return settled_posterior(posterior, settled, paths=paths), settled
        paths *= _FINER


def _weigher(posterior: Posterior, paths: int) -> Weigh:
    return weigher(
        lambda draws, seed: _engine(posterior, draws, seed, paths),
        lambda trust: _evidence(posterior, trust),
        as_of_step=posterior.as_of_step,
    )


def _engine(posterior: Posterior, draws: Draws, seed: int, paths: int | None) -> Engine:
    kind: Any = type(posterior.engine)
    count = posterior.engine.paths if paths is None else paths
    chosen = {"paths": count} if count else {}
    built: Engine = kind(posterior.study, draws, seed=seed, **chosen)
    return built


def _evidence(posterior: Posterior, trust: Trust | None) -> Evidence:
    """Weigh the evidence under what draws hold of the tellers; as it is, if trust is fixed."""
    if trust is None:
        return posterior.evidence
    return weigh_evidence(
        posterior.study,
        posterior.items,
        as_of=posterior.as_of,
        last_step=posterior.as_of_step,
        trust=trust,
    )
