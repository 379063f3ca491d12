"""The chart of drivers: when a driver counts as not seen for long."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest
from matplotlib.colors import to_hex

from tarjih.reports.charts.drivers import draw_drivers
from tarjih.reports.palette import theme_named


@pytest.mark.parametrize(("days", "old"), [(77, False), (91, False), (92, True)])
def test_a_driver_never_seen_is_as_old_as_the_origin(invented: Any, days: int, old: bool) -> None:
    found, _ = invented.forecast(items=0)
    study = replace(found.study, origin=found.as_of - dt.timedelta(days=days))
    figure = draw_drivers(replace(found, study=study))
    parts: list[Any] = figure.findobj()
    told = " ".join(part.get_text() for part in parts if hasattr(part, "get_text"))
    count = len(study.drivers)
    assert (f"{count} of {count} drivers have not been seen" in told) == old
    assert ("No driver has gone unseen for more than three months" in told) != old
    lines = [part for part in parts if str(part.get_gid() or "").startswith("age-")]
    assert len(lines) == count
    warning = to_hex(theme_named("light").warning)
    assert {to_hex(line.get_color()) == warning for line in lines} == {old}
