"""These kinds on the paper of a report: as readable as on a page of their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from matplotlib.figure import Figure

from tarjih.reports.charts.page import INSET

KINDS = ("waterfall", "tornado", "tipping", "pull", "watch", "compare", "reliability")
SIZES: dict[str, dict[str, Any]] = {
    "two, three": {"scenarios": 2, "things": 3},
    "five, eight": {"scenarios": 5, "things": 8},
    "eight, eighty, long names": {"scenarios": 8, "things": 80, "long_names": True},
    "near 0 and 1": {"scenarios": 3, "things": 5, "extreme": True},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("size", SIZES)
def test_every_word_can_be_read(
    drawn: Callable[..., Figure], readable: Callable[..., None], kind: str, lang: str, size: str
) -> None:
    readable(drawn(kind, size=SIZES[size], lang=lang, frame=INSET), margin=0.0)
