"""What a judgement may say beyond a word or a single number."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Between", "OddsRatio", "Quantiles", "Says"]


@dataclass(frozen=True, slots=True)
class Between:
    """A probability lies between two, with so much mass."""

    low: float
    high: float
    mass: float


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Quantiles of a probability: pairs (share below, probability), in rising order."""

    pairs: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class OddsRatio:
    """The odds in one setting over those in another.

    Attributes
    ----------
    ratio : float
    spread : float or None
        Factor up or down within which it is meant, nine times in ten; None for the default.
    """

    ratio: float
    spread: float | None


Says = str | float | Between | Quantiles | OddsRatio
