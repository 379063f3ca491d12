"""How far a mean over questions can be trusted, and whether there are enough of them."""

from tarjih.scoring.resampling.bootstrap import (
    FEWEST_DRAWN,
    LEVEL,
    Estimate,
    bootstrap_means,
    estimate_of,
    ratio_estimate,
)
from tarjih.scoring.resampling.enough import FEWEST, Claim, claim_of

__all__ = [
    "FEWEST",
    "FEWEST_DRAWN",
    "LEVEL",
    "Claim",
    "Estimate",
    "bootstrap_means",
    "claim_of",
    "estimate_of",
    "ratio_estimate",
]
