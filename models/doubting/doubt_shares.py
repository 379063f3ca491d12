"""What groups of uncertain parameters account for in an output, from weighted draws.

Draws are of a posterior: parameters depend on one another, so no design may choose them one by
one, and the indices are taken from the draws that are there (see ``given_data``). An index needs a
single input: a group of several parameters is represented by the best guess of the output from
that group alone, a ridge regression (quadratic; of many parameters linear) of the output's log
odds, made for each part of the draws from the others, so that it cannot see what it is to
explain. What the group accounts for is at least what this guess does.

Draws that weigh unequally are resampled (systematically). What chance alone would give is
found by handing the groups the parameters of other draws, at random, and doing all the same
with them. The mean of what comes out is taken out of every index, and an index is told as
distinguishable only above what the largest of all groups would reach by chance in one case of
twenty. Intervals come from random halves of the draws: a bootstrap would draw some twice, and
equal draws look like perfect knowledge to indices that sort them. (Halves drawn without
replacement spread around the whole as the whole does around the truth.)
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from tarjih.errors import CannotCompute
from tarjih.models.doubting.doubts import Doubt, DoubtKind
from tarjih.models.doubting.given_data import delta_index, first_order, without_chance

__all__ = ["DoubtShare", "Shares", "shares_of"]

Floats = NDArray[np.float64]

_LEAST_DRAWS = 50
_FOLDS = 5
_HALVES = 30
_ORDERS = 200
_BY_CHANCE = 0.05
_INTERACTING = 8
_PENALTIES = np.logspace(-4, 3, 15)
_THREADS = 2
_STREAM = 0x53


@dataclass(frozen=True, slots=True)
class DoubtShare:
    """What one group of parameters accounts for.

    Attributes
    ----------
    kind : str
    id : str
        As in `Doubt`.
    parameters : int
        How many there are in the group.
    share, q05, q95 : float
        Share of the variance of the output, chance and the noise of the simulation taken out,
        and its 90% interval.
    delta : float
        Borgonovo's δ, chance included.
    distinguishable : bool
        Whether share or δ lies above what chance gives.
    """

    kind: DoubtKind
    id: str
    parameters: int
    share: float
    q05: float
    q95: float
    delta: float
    distinguishable: bool


@dataclass(frozen=True, slots=True)
class Shares:
    """All groups, the largest share first, and what chance gives.

    Attributes
    ----------
    share_floor, delta_floor : float
        The largest of all groups lies below these in 19 of 20 cases of chance alone.
    """

    groups: tuple[DoubtShare, ...]
    share_floor: float
    delta_floor: float


def shares_of(
    output: Floats,
    doubts: Sequence[Doubt],
    weight: Floats,
    *,
    noise: float = 0.0,
    seed: int = 0,
) -> Shares:
    """Return what groups of parameters account for in an output.

    Parameters
    ----------
    output : (M,)
        In [0, 1], under each draw.
    doubts : sequence of Doubt
    weight : (M,)
        Of the draws; summing to one.
    noise : float
        Share of the output's variance that no parameter could account for.
    seed : int

    Raises
    ------
    CannotCompute
        If fewer than 50 draws carry the weight.
    """
    dice = np.random.default_rng(np.random.SeedSequence([seed, _STREAM]))
    sample = _Sample.of(output, weight, dice)
    if len(sample.draw) < _LEAST_DRAWS:
        raise CannotCompute(
            f"only {len(sample.draw)} draws carry the weight, too few to tell what the doubt comes "
            f"from (at least {_LEAST_DRAWS}): fit more draws, or ask as of an earlier date"
        )
    if not doubts:
        return Shares((), 0.0, 0.0)
    chance = [(doubts[i % len(doubts)], sample.shuffle(dice)) for i in range(_ORDERS)]
    halves = [sample.half(dice) for _ in range(_HALVES)]
    kept = max(1.0 - noise, 1e-9)
    with ThreadPoolExecutor(_THREADS) as pool:
        by_chance = np.array(list(pool.map(lambda one: sample.both(sample.guess(*one)), chance)))
        whole = list(pool.map(lambda one: sample.both(sample.guess(one)), doubts))
        of_halves = np.array(
            list(pool.map(lambda half: [half.first(half.guess(one)) for one in doubts], halves))
        )
    usual = float(by_chance[:, 0].mean())
    floors = [_floor(column, 2 * len(doubts)) for column in by_chance.T]
    share_floor = float(without_chance(np.array(floors[0]), usual))
    error = of_halves.std(axis=0, ddof=1)
    groups = []
    for doubt, (raw, delta), wide in zip(doubts, whole, error, strict=True):
        share = float(without_chance(np.array(raw), usual))
        away = 1.645 * float(wide) / (1.0 - usual)
        low, middle, high = (
            min(max(each / kept, 0.0), 1.0) for each in (share - away, share, share + away)
        )
        groups.append(
            DoubtShare(
                kind=doubt.kind,
                id=doubt.id,
                parameters=doubt.values.shape[1],
                share=middle,
                q05=low,
                q95=high,
                delta=delta,
                distinguishable=bool(raw > floors[0] or delta > floors[1]),
            )
        )
    groups.sort(key=lambda one: (not one.distinguishable, -one.share))
    return Shares(tuple(groups), min(share_floor / kept, 1.0), floors[1])


@dataclass(frozen=True, slots=True, eq=False)
class _Sample:
    """Draws that weigh alike, n of them, some of them the same.

    Attributes
    ----------
    output : (d,)
        Of the draws that are distinct.
    draw : (d,)
        Which they are.
    row : (n,)
        Which of them stands in each row.
    fold : (d,)
        The part that each belongs to.
    """

    output: Floats
    draw: NDArray[np.intp]
    row: NDArray[np.intp]
    fold: NDArray[np.intp]

    @classmethod
    def of(cls, output: Floats, weight: Floats, dice: np.random.Generator) -> _Sample:
        """Resample draws to weigh alike, and put them in random order."""
        count = len(output)
        points = (np.arange(count) + dice.random()) / count
        bounds = np.cumsum(weight)
        chosen = np.searchsorted(bounds / bounds[-1], points, side="right")
        return cls._from(output, dice.permutation(chosen), dice)

    @classmethod
    def _from(cls, output: Floats, chosen: NDArray[np.intp], dice: np.random.Generator) -> _Sample:
        draw, row = np.unique(chosen, return_inverse=True)
        fold = dice.permutation(len(draw)) % _FOLDS
        return cls(output[draw], draw, row, fold)

    def half(self, dice: np.random.Generator) -> _Sample:
        """Return a random half of the distinct draws, with all their rows."""
        kept = dice.permutation(len(self.draw)) < (len(self.draw) + 1) // 2
        number = np.cumsum(kept) - 1
        rows = self.row[kept[self.row]]
        return _Sample(
            self.output[kept],
            self.draw[kept],
            number[rows],
            dice.permutation(int(kept.sum())) % _FOLDS,
        )

    def shuffle(self, dice: np.random.Generator) -> NDArray[np.intp]:
        """Return the distinct draws in random order."""
        return dice.permutation(self.draw)

    def first(self, values: Floats) -> float:
        """Return the raw first-order index of an input (d,)."""
        return float(first_order(self.output[self.row], self._order(values)))

    def both(self, values: Floats) -> tuple[float, float]:
        """Return raw first-order index and δ of an input (d,)."""
        return self.first(values), delta_index(self.output[self.row], self._order(values))

    def guess(self, doubt: Doubt, draw: NDArray[np.intp] | None = None) -> Floats:
        """Return one input (d,) in the place of a group: a guess of the output from it alone.

        With ``draw``, the parameters are taken from those draws instead: of no use to a guess.
        """
        values = doubt.values[self.draw if draw is None else draw]
        if values.shape[1] == 1:
            return values[:, 0]
        count = np.bincount(self.row, minlength=len(self.draw)).astype(np.float64)
        terms = _terms(values)
        share = np.clip(self.output, 1e-6, 1 - 1e-6)
        target = np.log(share / (1 - share))
        guess = np.zeros(len(target))
        for fold in range(_FOLDS):
            held = self.fold == fold
            weight = np.where(held, 0.0, count)
            weight = weight / weight.sum()
            away = terms - weight @ terms
            # no constant: the means of the folds would tell them apart
            slopes = _ridge(away, target - weight @ target, weight, count[~held])
            guess[held] = away[held] @ slopes
        return guess

    def _order(self, values: Floats) -> NDArray[np.intp]:
        return np.argsort(values[self.row], kind="stable")


def _terms(values: Floats) -> Floats:
    """Return the group's parameters and, of few, their squares and products; scaled."""
    scaled = _scaled(values)
    size = scaled.shape[1]
    if size > _INTERACTING:
        return scaled
    left, right = np.triu_indices(size)
    return np.concatenate([scaled, _scaled(scaled[:, left] * scaled[:, right])], axis=1)


def _scaled(values: Floats) -> Floats:
    spread = values.std(axis=0)
    scaled: Floats = (values - values.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    return scaled


def _ridge(terms: Floats, target: Floats, weight: Floats, count: Floats) -> Floats:
    """Return ridge coefficients, the penalty chosen by generalised cross-validation."""
    size = count.sum() ** 2 / (count**2).sum()
    values, vectors = np.linalg.eigh((terms * weight[:, None]).T @ terms)
    values = np.maximum(values, 0.0)
    turned = vectors.T @ (terms.T @ (weight * target))
    total = weight @ target**2
    kept = values / (values + _PENALTIES[:, None])
    explained = turned**2 / np.maximum(values, 1e-12) * (2 * kept - kept**2)
    left = np.maximum(total - explained.sum(axis=1), 0.0)
    freedom = np.minimum(kept.sum(axis=1) / size, 0.99)
    best = _PENALTIES[int(np.argmin(left / (1 - freedom) ** 2))]
    coefficients: Floats = vectors @ (turned / (values + best))
    return coefficients


def _floor(by_chance: Floats, tests: int) -> float:
    """Return what the largest of so many indices stays below in 19 of 20 cases of chance.

    Sums of squares are nearly normal by their cube roots (Wilson & Hilferty 1931,
    doi:10.1073/pnas.17.12.684).
    """
    root = np.cbrt(by_chance)
    far = NormalDist().inv_cdf(1 - _BY_CHANCE / tests)
    return float((root.mean() + far * root.std(ddof=1)) ** 3)
