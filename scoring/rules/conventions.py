"""Which variant of a score is meant, and which way is better.

A "Brier score of 0.2" is good or poor according to whether the scale ends at 1 or at 2, so
every result names the convention beside the number.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

__all__ = ["CONVENTIONS", "Convention"]


@dataclass(frozen=True, slots=True)
class Convention:
    """One score as this toolkit counts it.

    Attributes
    ----------
    id : str
        Its name in documents.
    best, worst : float
        What a sure forecast gets that comes true, and one that does not.
    better : {"less", "more"}
        Which way is better.
    cites : str
        Where the score comes from.
    """

    id: str
    best: float
    worst: float
    better: Literal["less", "more"]
    cites: str


_GNEITING = "Gneiting & Raftery 2007, doi:10.1198/016214506000001437"
CONVENTIONS: Mapping[str, Convention] = MappingProxyType(
    {
        one.id: one
        for one in (
            Convention(
                "brier",
                0.0,
                1.0,
                "less",
                "Brier 1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2, halved for two "
                "outcomes as is now usual",
            ),
            Convention(
                "brier_categories",
                0.0,
                2.0,
                "less",
                "Brier 1950, doi:10.1175/1520-0493(1950)078<0001:VOFEIT>2.0.CO;2",
            ),
            Convention(
                "log", 0.0, math.inf, "less", "Good 1952, doi:10.1111/j.2517-6161.1952.tb00104.x"
            ),
            Convention(
                "rps",
                0.0,
                math.inf,
                "less",
                "Epstein 1969, doi:10.1175/1520-0450(1969)008<0985:ASSFPF>2.0.CO;2; as a sum over "
                "the bounds, not divided by their number",
            ),
            Convention("spherical", 0.0, 1.0, "less", f"{_GNEITING}: one less the spherical score"),
            Convention("quadratic", 0.0, -2.0, "more", _GNEITING),
        )
    }
)
