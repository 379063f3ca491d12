"""What an item would do by itself, and what a forecast keeps of the drivers' past."""

import numpy as np
import pytest

import tarjih
from tarjih.models.asked.alone import alone_influences
from tarjih.models.posterior import believe


def test_alone_is_the_forecast_of_that_item_less_that_of_none() -> None:
    study = tarjih.load("syria_russia")
    whole = tarjih.forecast(study, as_of="2025-12-31", replay=False)
    found = alone_influences(whole)
    counted = [entry.item for entry in whole.evidence.entries if entry.counted]
    assert [one.items for one in found] == [(item,) for item in counted]
    none = tarjih.forecast(study, [], as_of="2025-12-31", replay=False).now
    one = max(found, key=lambda influence: influence.size)
    only = tarjih.forecast(study, one.items, as_of="2025-12-31", replay=False).now
    assert one.shift == pytest.approx(only - none, abs=0.03)  # of 250 draws instead of all
    assert int(one.shift.argmax()) == int((only - none).argmax())
    assert one.shift.sum() == pytest.approx(0, abs=1e-12)


def test_nothing_counted_nothing_alone() -> None:
    study = tarjih.load("syria_russia")
    assert alone_influences(tarjih.forecast(study, [], replay=False)) == ()


def test_the_replayed_levels_are_those_believed_at_each_date() -> None:
    study = tarjih.load("syria_russia")
    found = tarjih.forecast(study, as_of="2025-12-31")
    assert len(found.replayed_levels) == len(study.drivers)
    posterior = believe(study, as_of="2025-12-31")
    for n, date in enumerate(found.replayed_dates[:-1]):
        then = posterior.at(date)
        run = then.run(then.as_of_step)
        for level, kept in zip(run.levels, found.replayed_levels, strict=True):
            assert np.array_equal(level[0], kept[n])
            assert kept[n].sum() == pytest.approx(1)
    for level, kept in zip(found.levels, found.replayed_levels, strict=True):
        assert np.array_equal(level[0], kept[-1])
