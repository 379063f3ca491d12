"""Questions that will have an answer, and how probable the model calls each answer."""

from tarjih.scoring.questions.asking import (
    Asked,
    WhichLevel,
    WhichScenario,
    answer_index,
    kind_of,
    options_of,
)
from tarjih.scoring.questions.chances import Chance, chances_of

__all__ = [
    "Asked",
    "Chance",
    "WhichLevel",
    "WhichScenario",
    "answer_index",
    "chances_of",
    "kind_of",
    "options_of",
]
