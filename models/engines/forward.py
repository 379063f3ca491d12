"""The forward filter and the smoother of a hidden Markov chain, in batch.

For chains of any kind, given as arrays: the leading axes are a batch, and everything is
vectorised over it. Transitions may differ from step to step; a missing observation is a row
of ones. Each step is scaled to sum to one and the logs of the scales are added up, so that
nothing underflows however long the sequence (Rabiner 1989, doi:10.1109/5.18626). The smoother
goes back over the filtered probabilities (Kitagawa 1987, doi:10.2307/2289375).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import ArrayLike, NDArray

from tarjih.errors import InvalidRequest, Problem
from tarjih.models.engines.blocks import share_blocks

__all__ = ["ForwardFilter", "Smoother", "forward_filter", "smooth"]

Floats = NDArray[np.float64]

_TOLERANCE = 1e-6
_BLOCK = 2**10
# Ratios of probabilities stay below this; what is cut off had no weight that could be kept.
_LARGEST = 1e300


@dataclass(frozen=True, slots=True, eq=False)
class ForwardFilter:
    """What is known of a chain at each step from the observations so far.

    Attributes
    ----------
    filtered : (..., T, K)
        P(state at t | observations up to t). Read-only.
    log_evidence : (...)
        Log probability of all the observations. Read-only.
    """

    filtered: Floats
    log_evidence: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Smoother:
    """What is known of a chain at each step from all the observations.

    Attributes
    ----------
    smoothed : (..., T, K)
        P(state at t | all observations). Read-only.
    filtered : (..., T, K)
        P(state at t | observations up to t). Read-only.
    log_evidence : (...)
        Log probability of all the observations. Read-only.
    transitions : (..., T - 1, K, K)
        Those given, broadcast.
    """

    smoothed: Floats
    filtered: Floats
    log_evidence: Floats
    transitions: Floats

    def pairs(self) -> Floats:
        """Return P(state i at t, state j at t + 1 | all observations), (..., T - 1, K, K)."""
        joint = self.filtered[..., :-1, :, None] * self.transitions
        predicted = joint.sum(axis=-2, keepdims=True)
        later = self.smoothed[..., 1:, None, :]
        pairs: Floats = joint * _ratio(np.broadcast_to(later, predicted.shape), predicted)
        return pairs


def forward_filter(
    initial: ArrayLike, transitions: ArrayLike, likelihoods: ArrayLike
) -> ForwardFilter:
    """Filter sequences of observations of hidden Markov chains.

    Parameters
    ----------
    initial : (..., K)
        Probabilities of the states at the first step, before its observation.
    transitions : (..., T - 1, K, K)
        Entry (t, i, j) is P(state j at t + 1 | state i at t). One matrix (K, K), or a step
        axis of length 1, serves for all steps.
    likelihoods : (..., T, K)
        Probability, or density, of each step's observation in each state; only the ratios
        between states matter for ``filtered``. A missing observation is a row of ones.

    Returns
    -------
    ForwardFilter
        Leading axes of the three are broadcast against each other.

    Raises
    ------
    InvalidRequest
        If shapes do not fit, if probabilities are negative, not finite or do not sum to one
        (to 1e-6), or if a sequence of observations is impossible.

    Examples
    --------
    >>> stay = [[0.9, 0.1], [0.2, 0.8]]
    >>> found = forward_filter([0.5, 0.5], stay, [[0.7, 0.1], [1.0, 1.0]])
    >>> found.filtered
    array([[0.875 , 0.125 ],
           [0.8125, 0.1875]])
    >>> float(np.exp(found.log_evidence).round(12))
    0.4
    """
    chains = _read(initial, transitions, likelihoods)
    filtered = np.empty((chains.count, chains.steps, chains.states))
    log_evidence = np.empty(chains.count)

    def go(block: slice) -> None:
        store, log_evidence[block] = _forward(chains, block)
        filtered[block] = store.transpose(2, 0, 1)

    share_blocks(go, chains.blocks)
    return ForwardFilter(chains.shaped(filtered), chains.shaped(log_evidence))


def smooth(initial: ArrayLike, transitions: ArrayLike, likelihoods: ArrayLike) -> Smoother:
    """Smooth sequences of observations of hidden Markov chains.

    Parameters
    ----------
    initial, transitions, likelihoods : array_like
        As in `forward_filter`.

    Returns
    -------
    Smoother

    Raises
    ------
    InvalidRequest
        As in `forward_filter`.

    Examples
    --------
    What is seen later tells of what was before:

    >>> found = smooth([0.5, 0.5], [[0.9, 0.1], [0.2, 0.8]], [[1.0, 1.0], [1.0, 0.0]])
    >>> found.smoothed.round(4)
    array([[0.8182, 0.1818],
           [1.    , 0.    ]])
    """
    chains = _read(initial, transitions, likelihoods)
    filtered = np.empty((chains.count, chains.steps, chains.states))
    smoothed = np.empty_like(filtered)
    log_evidence = np.empty(chains.count)

    def go(block: slice) -> None:
        store, log_evidence[block] = _forward(chains, block)
        filtered[block] = store.transpose(2, 0, 1)
        smoothed[block] = _backward(chains, block, store).transpose(2, 0, 1)

    share_blocks(go, chains.blocks)
    lead = (*chains.lead, chains.steps - 1, chains.states, chains.states)
    return Smoother(
        chains.shaped(smoothed),
        chains.shaped(filtered),
        chains.shaped(log_evidence),
        np.broadcast_to(np.asarray(transitions, dtype=np.float64), lead),
    )


@dataclass(frozen=True, slots=True)
class _Chains:
    """A batch, its leading axes made one.

    Attributes
    ----------
    lead : tuple of int
        The leading axes.
    initial, transitions, likelihoods : (n, K), (n, T - 1 or 1, K, K), (n, T, K)
        With n of their own each.
    owner : tuple of (count,) arrays or None
        Where each sequence finds its own in the three; None where n is 1.
    """

    lead: tuple[int, ...]
    initial: Floats
    transitions: Floats
    likelihoods: Floats
    owner: tuple[NDArray[np.intp] | None, ...]

    @property
    def count(self) -> int:
        return prod(self.lead)

    @property
    def steps(self) -> int:
        return int(self.likelihoods.shape[1])

    @property
    def states(self) -> int:
        return int(self.likelihoods.shape[2])

    @property
    def blocks(self) -> list[slice]:
        return [
            slice(first, min(first + _BLOCK, self.count)) for first in range(0, self.count, _BLOCK)
        ]

    def likelihood(self, block: slice) -> Floats:
        """Return (T, K, 1 or n): the batch stands last, since K is small."""
        return np.ascontiguousarray(self._own(2, self.likelihoods, block).transpose(1, 2, 0))

    def start(self, block: slice) -> Floats:
        """Return (K, 1 or n)."""
        return self._own(0, self.initial, block).T

    def carry(self, block: slice) -> Callable[[int, Floats, bool], Floats]:
        """Return what multiplies (K, n) by the transition of a step, or by its transpose."""
        owner = self.owner[1]
        alike = self.transitions.shape[1] == 1
        if owner is None:
            shared = self.transitions[0]
            return lambda t, values, back: (
                (shared[0 if alike else t] if back else shared[0 if alike else t].T) @ values
            )
        own = self._own(1, self.transitions, block)
        fixed = np.ascontiguousarray(own[:, 0].transpose(1, 2, 0)) if alike else None

        def multiply(t: int, values: Floats, back: bool) -> Floats:
            matrix = np.ascontiguousarray(own[:, t].transpose(1, 2, 0)) if fixed is None else fixed
            product: Floats = np.einsum("ijn,jn->in" if back else "ijn,in->jn", matrix, values)
            return product

        return multiply

    def shaped(self, values: Floats) -> Floats:
        shaped = values.reshape((*self.lead, *values.shape[1:]))
        shaped.flags.writeable = False
        return shaped

    def _own(self, which: int, array: Floats, block: slice) -> Floats:
        owner = self.owner[which]
        if owner is None:
            return array
        return array[block] if len(array) == self.count else array[owner[block]]


def _forward(chains: _Chains, block: slice) -> tuple[Floats, Floats]:
    """Return filtered probabilities (T, K, n) and the log evidence (n,) of a block."""
    count = block.stop - block.start
    likelihood = chains.likelihood(block)
    carry = chains.carry(block)
    store = np.empty((chains.steps, chains.states, count))
    log_evidence = np.zeros(count)
    predicted = np.broadcast_to(chains.start(block), store.shape[1:])
    for t in range(chains.steps):
        if t:
            predicted = carry(t - 1, store[t - 1], False)
        # relative to the most that any state still possible gives, so that none underflows
        possible = np.where(predicted > 0, likelihood[t], 0.0)
        largest = possible.max(axis=0)
        if not largest.all():
            raise _impossible(chains, block.start + int(np.argmin(largest)), t)
        possible /= largest
        np.multiply(predicted, possible, out=store[t])
        total = store[t].sum(axis=0)
        store[t] /= total
        log_evidence += np.log(total) + np.log(largest)
    return store, log_evidence


def _backward(chains: _Chains, block: slice, store: Floats) -> Floats:
    """Return smoothed probabilities (T, K, n) of a block from the filtered ones."""
    carry = chains.carry(block)
    smoothed = np.empty_like(store)
    smoothed[-1] = store[-1]
    for t in range(chains.steps - 2, -1, -1):
        predicted = carry(t, store[t], False)
        np.multiply(store[t], carry(t, _ratio(smoothed[t + 1], predicted), True), out=smoothed[t])
        smoothed[t] /= smoothed[t].sum(axis=0)
    return smoothed


def _ratio(later: Floats, predicted: Floats) -> Floats:
    """Return later / predicted, 0 where nothing was predicted."""
    with np.errstate(over="ignore"):
        ratio = np.divide(later, predicted, out=np.zeros_like(predicted), where=predicted > 0)
    return np.minimum(ratio, _LARGEST)


def _read(initial: ArrayLike, transitions: ArrayLike, likelihoods: ArrayLike) -> _Chains:
    """Check the arrays, and make their leading axes one."""
    start, moves, seen = (
        _numbers(name, values)
        for name, values in (
            ("initial", initial), ("transitions", transitions), ("likelihoods", likelihoods)
        )
    )  # fmt: skip
    if seen.ndim < 2 or not seen.shape[-1] or not seen.shape[-2]:
        raise _wrong("likelihoods", "wrong shape", seen.shape, "(..., T, K), T and K at least 1")
    steps, states = seen.shape[-2:]
    if start.ndim < 1 or start.shape[-1] != states:
        raise _wrong("initial", "wrong shape", start.shape, f"(..., {states})")
    if moves.ndim == 2:
        moves = moves[None]
    if moves.ndim < 2 or moves.shape[-2:] != (states, states):
        raise _wrong("transitions", "wrong shape", moves.shape, _moves(steps, states))
    if moves.shape[-3] not in (1, steps - 1):
        raise _wrong("transitions", "wrong number of steps", moves.shape, _moves(steps, states))
    _check_rows("initial", start)
    _check_rows("transitions", moves)
    leads = (start.shape[:-1], moves.shape[:-3], seen.shape[:-2])
    try:
        lead = np.broadcast_shapes(*leads)
    except ValueError:
        raise InvalidRequest(
            Problem(
                "initial, transitions, likelihoods",
                "the leading axes do not fit one another",
                got=", ".join(str(one) for one in leads),
                allowed="axes of equal length, or of length 1",
            )
        ) from None
    owner = tuple(
        None if prod(one) == 1 else np.broadcast_to(np.arange(prod(one)).reshape(one), lead).ravel()
        for one in leads
    )
    return _Chains(
        lead,
        start.reshape(prod(leads[0]), states),
        moves.reshape(prod(leads[1]), moves.shape[-3], states, states),
        seen.reshape(prod(leads[2]), steps, states),
        owner,
    )


def _numbers(name: str, values: ArrayLike) -> Floats:
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise InvalidRequest(Problem(name, "not an array of numbers")) from None
    # a number that is none is not at least 0 either
    if array.size and not array.min() >= 0:
        what = "not a number" if np.isnan(array).any() else "negative"
        raise _wrong(name, f"an entry is {what}", f"{array.min()}", "numbers of at least 0")
    if array.size and np.isinf(array.max()):
        raise _wrong(name, "an entry is infinite", "inf", "finite numbers")
    return array


def _check_rows(name: str, array: Floats) -> None:
    sums = np.einsum("...k->...", array)
    away = np.abs(sums - 1.0)
    if away.size and away.max() > _TOLERANCE:
        worst = np.unravel_index(int(away.argmax()), away.shape)
        row = f"{name}[{', '.join(str(i) for i in worst)}]" if worst else name
        raise _wrong(row, "probabilities do not sum to one", f"{sums[worst]:.9g}", "1, to 1e-6")


def _moves(steps: int, states: int) -> str:
    return f"(..., {steps - 1} or 1, {states}, {states}) or ({states}, {states})"


def _wrong(where: str, what: str, got: object, allowed: str) -> InvalidRequest:
    return InvalidRequest(Problem(where, what, got=str(got), allowed=allowed))


def _impossible(chains: _Chains, place: int, step: int) -> InvalidRequest:
    at = np.unravel_index(place, chains.lead) if chains.lead else ()
    return InvalidRequest(
        Problem(
            f"likelihoods[{', '.join(str(i) for i in (*at, step))}]",
            "no state that is still possible could have given this observation",
            mend="give a small likelihood to what is improbable, and ones for a missing one",
        )
    )
