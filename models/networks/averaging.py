"""One parameter vector for many: the mean of each parameter on the scale it lives on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from tarjih.evidence.weighing.trust import Trust
from tarjih.priors.draws import Draws

__all__ = ["mean_parameters", "mean_trust"]

Floats = NDArray[np.float64]


def mean_parameters(draws: Draws, weight: Floats) -> Draws:
    """Return a single draw: the weighted mean of the parameters.

    Utilities and effects (``alpha``, ``beta``, ``gamma``, ``initial``) are averaged as they
    are; review times and rates, which are positive, on their logarithms. A rate that some draw
    holds at zero is averaged as it is.

    What a model says at its mean parameters is not the mean of what it says: probabilities bend
    with the parameters, so expect them to differ from a forecast's.

    Parameters
    ----------
    draws : Draws
        M of them.
    weight : (M,)
        Not negative; need not sum to one.

    Returns
    -------
    Draws
        One.

    Examples
    --------
    >>> draws = Draws(alpha=np.zeros((2, 2)), beta=np.zeros((2, 1, 2)),
    ...               gamma=np.zeros((2, 0, 2)), initial=np.array([[0.0, 1.0], [0.0, 3.0]]),
    ...               review_time=np.array([[1.0, 6.0], [4.0, 6.0]]), up=np.zeros((2, 1)),
    ...               down=np.ones((2, 1)), chain=np.array([0, 0]), digest="")
    >>> mean = mean_parameters(draws, np.ones(2))
    >>> mean.initial, mean.review_time.round(9)
    (array([[0., 2.]]), array([[2., 6.]]))
    """
    share = weight / weight.sum()

    def plain(values: Floats) -> Floats:
        return np.tensordot(share, values, axes=1)[None]

    def positive(values: Floats) -> Floats:
        moving = (values > 0).all(axis=0)
        logs = np.log(np.where(moving, values, 1.0))
        return np.where(moving, np.exp(plain(logs)), plain(values))

    return replace(
        draws,
        alpha=plain(draws.alpha),
        beta=plain(draws.beta),
        gamma=plain(draws.gamma),
        initial=plain(draws.initial),
        review_time=positive(draws.review_time),
        up=positive(draws.up),
        down=positive(draws.down),
        chain=np.zeros(1, dtype=np.int64),
        analyst=np.zeros(1, dtype=np.int64),
        log_judged=None,
        bias=None,
        bias_scale=None,
        noise=None,
    )


def mean_trust(trust: Trust | None, weight: Floats) -> Trust | None:
    """Return the weighted mean of learned trust, as of a single draw; None without any.

    Parameters
    ----------
    trust : Trust or None
        Of M draws.
    weight : (M,)

    Examples
    --------
    >>> mean = mean_trust(Trust(1.0, 2, {"press": np.array([0.0, 1.0])}), np.array([1.0, 3.0]))
    >>> mean.shifts["press"]
    array([0.75])
    """
    if trust is None:
        return None
    share = weight / weight.sum()
    shifts = {teller: np.array([share @ values]) for teller, values in trust.shifts.items()}
    return Trust(trust.spread, 1, shifts)
