"""Where the numbers come from: words, grades, base rates, and judgements turned into draws."""

from tarjih.priors.assumptions import Assumptions, Grade, assumptions_of
from tarjih.priors.draws import Draws
from tarjih.priors.elicited import elicit
from tarjih.priors.judged import implied
from tarjih.priors.scales import Reading, Scale, Term, load_scale, scale_names
from tarjih.priors.store import obtain_draws

__all__ = [
    "Assumptions",
    "Draws",
    "Grade",
    "Reading",
    "Scale",
    "Term",
    "assumptions_of",
    "elicit",
    "implied",
    "load_scale",
    "obtain_draws",
    "scale_names",
]
