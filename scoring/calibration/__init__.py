"""Do forecasts of 30% come true three times in ten? Decompositions, reliability, PIT."""

from tarjih.scoring.calibration.corp import Decomposition, corp_decomposition, isotonic_frequency
from tarjih.scoring.calibration.murphy import TENTHS, MurphyParts, murphy_decomposition
from tarjih.scoring.calibration.pit import probability_integral_transform
from tarjih.scoring.calibration.reliability import Reliability, reliability_of
from tarjih.scoring.calibration.sharpness import expected_brier

__all__ = [
    "TENTHS",
    "Decomposition",
    "MurphyParts",
    "Reliability",
    "corp_decomposition",
    "expected_brier",
    "isotonic_frequency",
    "murphy_decomposition",
    "probability_integral_transform",
    "reliability_of",
]
