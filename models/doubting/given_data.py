r"""How much of an output's spread an input accounts for, from draws that are there already.

Two indices of an output :math:`Y` and a single input :math:`X`, both from n equally weighing
pairs, whatever the inputs' joint law (designs that choose their own samples, as Sobol's, need
independent inputs):

- the first-order index :math:`S = \mathrm{Var}\,E[Y \mid X] / \mathrm{Var}\,Y` by RBD-FAST
  (Tarantola et al. 2006, doi:10.1016/j.ress.2005.06.003) with the rearrangement of Plischke
  (2010, doi:10.1016/j.ress.2009.11.005): put in the order of X, up and then down, what Y has
  of X shows in its lowest frequencies;
- Borgonovo's :math:`\delta = \tfrac12 E \int |f_Y - f_{Y \mid X}|`, the part of the distribution
  of Y that moves when X becomes known (2007, doi:10.1016/j.ress.2006.04.015), by the classes
  of Plischke et al. (2013, doi:10.1016/j.ejor.2012.11.047).

Both see of X its *order* alone. They equal SALib's `rbd_fast` and `delta` estimators, which the
tests hold them to. SALib itself stays out: it seeds NumPy's global generator and resets the
filters of warnings, its import brings pandas and half of scipy, and its δ takes fifty times as
long, of which hundreds are wanted here.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["HARMONICS", "delta_index", "first_order", "without_chance"]

Floats = NDArray[np.float64]
Orders = NDArray[np.intp]

HARMONICS = 10
"""How many frequencies count as owed to the input."""

_GRID = 100


def first_order(output: Floats, orders: Orders) -> Floats:
    """Return the share of the variance in the lowest frequencies, chance not taken out.

    Parameters
    ----------
    output : (n,)
    orders : (..., n)
        What sorts each input.

    Returns
    -------
    (...)
        In [0, 1]; of an input without any influence about ``2·HARMONICS / n``. 0 for an output
        that does not vary.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=(2, 1000))
    >>> first_order(x[0] + x[1], np.argsort(x)).round(1)
    array([0.5, 0.6])
    """
    if np.ptp(output) == 0:
        return np.zeros(orders.shape[:-1])
    up_and_down = np.concatenate([orders[..., ::2], orders[..., 1::2][..., ::-1]], axis=-1)
    power = np.abs(np.fft.rfft(output[up_and_down])[..., 1:]) ** 2
    if len(output) % 2 == 0:
        power[..., -1] /= 2
    share: Floats = power[..., :HARMONICS].sum(axis=-1) / power.sum(axis=-1)
    return share


def delta_index(output: Floats, order: Orders) -> float:
    """Return δ of one input, chance not taken out.

    Parameters
    ----------
    output : (n,)
    order : (n,)
        What sorts the input.

    Returns
    -------
    float
        In [0, 1]; above 0 even without any influence, by chance. 0 for an output that does not
        vary.

    Examples
    --------
    >>> x = np.random.default_rng(0).normal(size=(2, 1000))
    >>> [round(delta_index(x[0], np.argsort(one)), 1) for one in x]
    [0.8, 0.0]
    """
    count = len(output)
    if np.ptp(output) == 0:
        return 0.0
    grid = np.linspace(output.min(), output.max(), _GRID)
    bounds = _classes(count)
    ordered = output[order]
    whole = _density(ordered, np.array([0, count]), grid)
    by_class = _density(ordered, bounds, grid)
    away = np.trapezoid(np.abs(by_class - whole), grid, axis=-1)
    # a class that does not vary has no density to compare
    away *= np.maximum.reduceat(ordered, bounds[:-1]) > np.minimum.reduceat(ordered, bounds[:-1])
    return float(np.diff(bounds) @ away / (2 * count))


def without_chance(index: Floats, chance: float) -> Floats:
    """Take out of an index what chance alone would give: 0 becomes of ``chance``, 1 of 1.

    With ``chance = 2·HARMONICS / n`` this is the correction of Tissot & Prieur (2012,
    doi:10.1016/j.ress.2012.06.010); as the mean over inputs put in random order it holds for
    draws that weigh unequally as well.
    """
    corrected: Floats = (index - chance) / (1.0 - chance)
    return corrected


def _classes(count: int) -> NDArray[np.intp]:
    """Return where each class begins, and the end: nearly equal ones."""
    power = 2.0 / (7.0 + np.tanh((1500.0 - count) / 500.0))
    number = int(np.round(min(int(np.ceil(count**power)), 48)))
    return np.floor(np.linspace(0, count, number + 1)).astype(np.intp)


def _density(values: Floats, bounds: NDArray[np.intp], grid: Floats) -> Floats:
    """Return the density (c, g) of each class of values, smoothed by Silverman's rule."""
    sizes = np.diff(bounds)
    mean = np.add.reduceat(values, bounds[:-1]) / sizes
    away = (values - np.repeat(mean, sizes)) ** 2
    spread = np.sqrt(np.add.reduceat(away, bounds[:-1]) / np.maximum(sizes - 1, 1))
    width = np.repeat(spread * (0.75 * sizes) ** -0.2, sizes)
    safe = np.where(width > 0, width, 1.0)
    scaled = (grid - values[:, None]) / safe[:, None]
    kernel = np.exp(-0.5 * scaled**2) / (safe[:, None] * np.sqrt(2 * np.pi))
    density: Floats = np.add.reduceat(kernel, bounds[:-1], axis=0) / sizes[:, None]
    return density
