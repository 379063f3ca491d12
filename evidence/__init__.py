"""Evidence: from items to likelihoods.

`weigh_evidence` takes items, wherever they come from, and returns what they say about
scenarios and driver levels, with an account of every item. `Ledger` keeps items, with all that
became of them; `Ledger.extended` makes a study of them that `weigh_evidence`, and everything
else, takes like any other.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tarjih.evidence.weighing.bearing import BearingReader
from tarjih.evidence.weighing.clusters import effective_count, increments
from tarjih.evidence.weighing.likelihood import Entry, Evidence, canonical_order, weigh_evidence
from tarjih.evidence.weighing.reliability import (
    combine_grades,
    item_reliability,
    relay_chains,
    without_source,
)
from tarjih.evidence.weighing.trust import Trust, throw_trust

if TYPE_CHECKING:
    from tarjih.evidence.ledgers.ledger import Ledger

__all__ = [
    "BearingReader",
    "Entry",
    "Evidence",
    "Ledger",
    "Trust",
    "canonical_order",
    "combine_grades",
    "effective_count",
    "increments",
    "item_reliability",
    "relay_chains",
    "throw_trust",
    "weigh_evidence",
    "without_source",
]


def __getattr__(name: str) -> Any:
    # Most commands open no ledger.
    if name == "Ledger":
        return import_module("tarjih.evidence.ledgers.ledger").Ledger
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
