"""Tarjih (ترجيح): weigh which of several outcomes is the more probable.

Narrative scenarios become Bayesian models, and their probabilities are kept current as
dated, sourced evidence comes in:

>>> import tarjih
>>> study = tarjih.load("syria_russia")
>>> tarjih.forecast(study, as_of="2025-08-06").leader
'limited_leverage'

The names below are looked up when first used, so that ``import tarjih`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tarjih.errors import CannotCompute, InvalidModel, InvalidRequest, InvalidStudy, TarjihError
    from tarjih.evidence import Ledger
    from tarjih.models import Forecast, Intervention, forecast
    from tarjih.scenarios import load
    from tarjih.scenarios.records import Item, Study

__all__ = [
    "CannotCompute",
    "Forecast",
    "Intervention",
    "InvalidModel",
    "InvalidRequest",
    "InvalidStudy",
    "Item",
    "Ledger",
    "Study",
    "TarjihError",
    "__version__",
    "forecast",
    "load",
]
__version__ = "0.1.0"

_HOME = {
    "CannotCompute": "tarjih.errors",
    "Forecast": "tarjih.models",
    "Intervention": "tarjih.models",
    "InvalidModel": "tarjih.errors",
    "InvalidRequest": "tarjih.errors",
    "InvalidStudy": "tarjih.errors",
    "Item": "tarjih.scenarios.records",
    "Ledger": "tarjih.evidence",
    "Study": "tarjih.scenarios.records",
    "TarjihError": "tarjih.errors",
    "forecast": "tarjih.models",
    "load": "tarjih.scenarios",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(_HOME[name]), name)
    raise AttributeError(f"module 'tarjih' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
