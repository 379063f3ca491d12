"""Studies: their form, their files, and the ones that travel with the package."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tarjih.scenarios.catalogue import find_study, load, shipped_studies
    from tarjih.scenarios.design import driver_order, effect_words, features
    from tarjih.scenarios.dissent import Disagreement, disagreements, pool_shares, view, views
    from tarjih.scenarios.loader import load_study, study_from_data
    from tarjih.scenarios.records import Item, Study
    from tarjih.scenarios.resolved_form import resolved
    from tarjih.scenarios.template import write_template

__all__ = [
    "Disagreement",
    "Item",
    "Study",
    "disagreements",
    "driver_order",
    "effect_words",
    "features",
    "find_study",
    "load",
    "load_study",
    "pool_shares",
    "resolved",
    "shipped_studies",
    "study_from_data",
    "view",
    "views",
    "write_template",
]

_HOMES = {
    "Disagreement": "dissent",
    "disagreements": "dissent",
    "Item": "records",
    "Study": "records",
    "driver_order": "design",
    "effect_words": "design",
    "features": "design",
    "find_study": "catalogue",
    "load": "catalogue",
    "load_study": "loader",
    "pool_shares": "dissent",
    "resolved": "resolved_form",
    "shipped_studies": "catalogue",
    "study_from_data": "loader",
    "view": "dissent",
    "views": "dissent",
    "write_template": "template",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
