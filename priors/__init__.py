"""Where the numbers come from: words, grades, base rates, and judgements turned into draws."""

from tarjih.priors.assumptions import Assumptions, Grade, assumptions_of
from tarjih.priors.draws import Draws

__all__ = ["Assumptions", "Draws", "Grade", "assumptions_of"]
