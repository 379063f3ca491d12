"""Evidence: from items to likelihoods.

`weigh_evidence` takes items, wherever they come from, and returns what they say about
scenarios and driver levels, with an account of every item. Nothing here stores items: a
store has only to yield `tarjih.scenarios.records.Item`, as a study's ``items`` do.
"""

from tarjih.evidence.bearing import BearingReader
from tarjih.evidence.clusters import effective_count, increments
from tarjih.evidence.likelihood import Entry, Evidence, canonical_order, weigh_evidence
from tarjih.evidence.reliability import (
    combine_grades,
    item_reliability,
    relay_chains,
    without_source,
)
from tarjih.evidence.trust import Trust, throw_trust

__all__ = [
    "BearingReader",
    "Entry",
    "Evidence",
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
